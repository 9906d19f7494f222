//! Countries and territories with an officially assigned code (ISO 3166-1).

use crate::lookup::find;

pub use crate::generated::countries::{AS_OF, COUNTRIES};

/// One country or territory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Country {
    /// Two capital letters: what a payload carries (ISO 3166-1 alpha-2, EMVCo 4.7.13).
    pub alpha2: &'static str,
    /// Three capital letters.
    pub alpha3: &'static str,
    /// Three digits, leading zeros kept.
    pub numeric: &'static str,
    /// The usual short English name.
    pub name: &'static str,
}

/// The country with exactly this alpha-2 code, capitals only, or `None` when the table does not know it.
///
/// ```
/// assert_eq!(qris_tables::country("ID").unwrap().name, "Indonesia");
/// assert_eq!(qris_tables::country("ZZ"), None);
/// ```
pub fn country(alpha2: &str) -> Option<&'static Country> {
    find(COUNTRIES, alpha2, |row| row.alpha2)
}

/// The country with exactly this alpha-3 code, capitals only; looks at each row in turn.
///
/// ```
/// assert_eq!(qris_tables::country_by_alpha3("THA").unwrap().alpha2, "TH");
/// ```
pub fn country_by_alpha3(alpha3: &str) -> Option<&'static Country> {
    COUNTRIES.iter().find(|row| row.alpha3 == alpha3)
}

/// The country with exactly this numeric code; looks at each row in turn.
///
/// ```
/// assert_eq!(qris_tables::country_by_numeric("702").unwrap().name, "Singapore");
/// ```
pub fn country_by_numeric(numeric: &str) -> Option<&'static Country> {
    COUNTRIES.iter().find(|row| row.numeric == numeric)
}
