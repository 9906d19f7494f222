//! The tests of the crate, one program; `cargo test -p qris-cpm --test all NAME::` runs one file.

mod builder;
mod house;
mod lengths;
mod masked;
mod properties;
mod vectors;
