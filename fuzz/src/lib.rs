//! What the fuzz targets call: oracles over `qris-core`, and the mutator that knows what a payload is.
#![forbid(unsafe_code)]

pub mod mutator;
pub mod oracle;
