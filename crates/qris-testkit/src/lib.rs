//! Test support for the QRIS payload toolkit. Nothing here is shipped.
//!
//! - [`naive`]: a second decoder, written from the clauses with `Vec` and `char` and nothing of the core, so that
//!   the two can be held against each other.
//! - [`model`]: what the clauses say about amounts, percentages, numbers and codes, as plain functions.
//! - [`mutate`]: edits that break a payload where payloads break.
//! - [`rng`]: the seeded random numbers the mutators draw from.
//! - `vectors` (feature `vectors`, on by default): the payloads and expectations of `testdata/`.
//!
//! ```
//! use qris_testkit::naive::{self, LengthUnit};
//!
//! let error = naive::decode(b"00020104", LengthUnit::Characters).unwrap_err();
//! assert_eq!((error.code, error.offset), ("truncated", 6));
//! ```
#![forbid(unsafe_code)]

pub mod model;
pub mod mutate;
pub mod naive;
pub mod rng;
#[cfg(feature = "vectors")]
pub mod vectors;
