//! Test support for the QRIS payload toolkit. Nothing here is shipped.
//!
//! Sharing nothing with the core:
//! - [`naive`]: a second decoder, written from the clauses with `Vec` and `char`, so that the two can be held against
//!   each other.
//! - [`model`]: what the clauses say about amounts, percentages, numbers and codes, as plain functions.
//! - [`cpm`]: the same for consumer-presented codes, with codes to try.
//! - [`draft`]: a payload as a tree that can be taken apart and written.
//! - [`mutate`]: edits that break a payload where payloads break.
//! - [`rng`]: the seeded random numbers the mutators draw from.
//! - `vectors` (feature `vectors`, on by default): the payloads and expectations of `testdata/`.
//!
//! Over the core's table (feature `core`, on by default):
//! - `exhaust`: domains that are small enough to be tried whole.
//! - `generate`: payloads that conform to a profile; as proptest strategies with feature `proptest`.
//! - `violate`: payloads that break one row or rule, with the finding that must come back.
//! - `stream`: generated and mutated payloads without end, for programs that compare decoders.
//! - `dictionary` (features `cli` and `snap`): words for fuzzers, out of the tables.
//! - `unicode`: the core's table of characters nobody sees, from Unicode's properties.
//! - `message` (feature `snap`): bodies of SNAP out of its table of messages.
//! - `oracle`: plain functions over bytes that panic when the core is wrong, for tests and fuzz targets alike.
//!
//! ```
//! use qris_testkit::naive::{self, LengthUnit};
//!
//! let error = naive::decode(b"00020104", LengthUnit::Characters).unwrap_err();
//! assert_eq!((error.code, error.offset), ("truncated", 6));
//! ```
#![forbid(unsafe_code)]

pub mod cpm;
#[cfg(all(feature = "cli", feature = "snap"))]
pub mod dictionary;
pub mod draft;
#[cfg(feature = "core")]
pub mod exhaust;
#[cfg(feature = "core")]
pub mod generate;
#[cfg(feature = "snap")]
pub mod message;
pub mod model;
pub mod mutate;
pub mod naive;
#[cfg(feature = "core")]
pub mod oracle;
pub mod rng;
#[cfg(all(feature = "core", feature = "vectors"))]
pub mod stream;
#[cfg(feature = "core")]
pub mod unicode;
#[cfg(feature = "vectors")]
pub mod vectors;
#[cfg(feature = "core")]
pub mod violate;

/// The examples of the README at the root of the repository, run as tests.
#[cfg(all(doctest, feature = "core"))]
#[doc = include_str!("../../../README.md")]
pub struct Readme;
