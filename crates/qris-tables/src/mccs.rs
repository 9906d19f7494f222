//! Merchant category codes (ISO 18245) with short English names.
//!
//! The codes 3000 to 3999 name single airlines, car rental firms and hotel chains. They are kept as
//! [ranges](MCC_RANGES), not as hundreds of brands. `0000`, which person-to-person payloads carry, is no category and has
//! no entry.

use crate::lookup::find;

pub use crate::generated::mcc_ranges::{AS_OF as RANGES_AS_OF, MCC_RANGES};
pub use crate::generated::mccs::{AS_OF, MCCS};

/// One merchant category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Mcc {
    /// Four digits, leading zeros kept.
    pub code: &'static str,
    /// What such a merchant sells, in a few English words.
    pub name: &'static str,
}

/// A run of codes, each of which stands for one brand of the same trade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct MccRange {
    /// The first code of the range, four digits.
    pub first: &'static str,
    /// The last code of the range, which belongs to it.
    pub last: &'static str,
    /// The trade, in a few English words.
    pub name: &'static str,
}

/// The category with exactly this code, or `None` when it is unknown or a brand's code.
///
/// ```
/// assert_eq!(qris_tables::mcc("5812").unwrap().name, "Restaurants");
/// assert_eq!(qris_tables::mcc("3005"), None); // an airline's own code: see `mcc_range`
/// ```
pub fn mcc(code: &str) -> Option<&'static Mcc> {
    find(MCCS, code, |row| row.code)
}

/// The brand range this code lies in, or `None` when it lies in none or is not four digits.
///
/// ```
/// assert_eq!(qris_tables::mcc_range("3005").unwrap().name, "Airline brands");
/// assert_eq!(qris_tables::mcc_range("5812"), None);
/// ```
pub fn mcc_range(code: &str) -> Option<&'static MccRange> {
    if code.len() != 4 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    MCC_RANGES.iter().find(|range| range.first <= code && code <= range.last)
}

/// What to call this code: the name of its category, else that of its brand range.
///
/// ```
/// assert_eq!(qris_tables::mcc_name("5411"), Some("Supermarkets and groceries"));
/// assert_eq!(qris_tables::mcc_name("3715"), Some("Hotel and lodging brands"));
/// assert_eq!(qris_tables::mcc_name("1234"), None);
/// ```
pub fn mcc_name(code: &str) -> Option<&'static str> {
    mcc(code).map(|row| row.name).or_else(|| mcc_range(code).map(|range| range.name))
}
