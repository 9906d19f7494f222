//! The tests of reading many payloads.
//!
//! One program, because each is linked anew; `cargo test -p qris-bulk --test all NAME::` runs one file.

mod support;

#[cfg(feature = "csv")]
mod csv;
mod lines;
#[cfg(feature = "rayon")]
mod parallel;
mod process;
mod verdicts;
