#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "csv")]
mod csv_head;
#[cfg(feature = "csv")]
mod csv_rows;
#[cfg(feature = "csv")]
mod csv_source;
mod line;
mod line_source;
#[cfg(feature = "rayon")]
mod parallel;
mod process;
mod source;
mod totals;
mod verdict;

#[cfg(feature = "csv")]
pub use csv_head::CsvHead;
#[cfg(feature = "csv")]
pub use csv_rows::{CsvRow, CsvRows};
#[cfg(feature = "csv")]
pub use csv_source::{ColumnError, CsvSource};
pub use line::{Line, Lines, MAX_LINE};
pub use line_source::LineSource;
#[cfg(feature = "rayon")]
pub use parallel::{par_lines, par_verdicts, par_verdicts_with};
pub use process::{MAX_THREADS, ProcessError, process};
pub use source::{CHUNK_BYTES, CHUNK_LINES, Chunk, Source, SourceLines};
pub use totals::{Tally, Totals};
pub use verdict::{Good, JudgedBy, Outcome, Verdict, Verdicts, judge, verdicts, verdicts_with};
