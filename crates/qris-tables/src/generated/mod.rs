//! The tables as Rust data. Every file here but this one is printed from `data/*.csv`; change the CSV, then run
//! `cargo run -p qris-tables --example generate`.

pub(crate) mod acquirers;
pub(crate) mod countries;
pub(crate) mod currencies;
pub(crate) mod indonesian;
pub(crate) mod mcc_ranges;
pub(crate) mod mccs;
