// Printed from data/mcc_ranges.csv by `cargo run -p qris-tables --example generate`; do not edit.
#![cfg_attr(rustfmt, rustfmt::skip)]

use crate::mccs::MccRange;

/// The day the table was last checked, `YYYY-MM-DD`.
pub const AS_OF: &str = "2026-11-21";

/// The ranges of codes that name brands, by rising first code; they do not overlap.
pub static MCC_RANGES: &[MccRange] = &[
    MccRange { first: "3000", last: "3350", name: "Airline brands" },
    MccRange { first: "3351", last: "3500", name: "Car rental brands" },
    MccRange { first: "3501", last: "3999", name: "Hotel and lodging brands" },
];
