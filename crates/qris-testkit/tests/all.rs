//! The tests of the test kit, and what holds in every crate.
//!
//! One program, because each is linked anew; `cargo test -p qris-testkit --test all NAME::` runs one file.

mod every_crate;
#[cfg(feature = "core")]
mod exhaust;
#[cfg(feature = "core")]
mod generators;
#[cfg(feature = "vectors")]
mod properties;
#[cfg(all(feature = "cli", feature = "render", feature = "snap", feature = "vectors"))]
mod replay;
#[cfg(all(feature = "core", feature = "vectors"))]
mod testdata;
#[cfg(all(feature = "core", feature = "vectors"))]
mod unicode;
