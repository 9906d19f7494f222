//! Currencies, funds and precious metals in force (ISO 4217).
//!
//! Withdrawn codes are left out: a payload that carries one is old, and how many decimals it may print is no longer
//! settled by the standard.

use crate::lookup::find;

pub use crate::generated::currencies::{AS_OF, CURRENCIES};

/// One currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Currency {
    /// Three digits, leading zeros kept: what a payload carries (EMVCo 4.7.5.1).
    pub numeric: &'static str,
    /// Three capital letters.
    pub alpha: &'static str,
    /// The English name.
    pub name: &'static str,
    /// How many decimals the minor unit has, 0 to 4; `None` for codes without a minor unit (gold, the testing code).
    ///
    /// EMVCo 4.7.4.2: the decimals of an amount should match it.
    pub exponent: Option<u8>,
}

/// The currency with exactly this numeric code, or `None` when the table does not know it.
///
/// ```
/// let rupiah = qris_tables::currency_by_numeric("360").unwrap();
/// assert_eq!((rupiah.alpha, rupiah.exponent), ("IDR", Some(2)));
/// assert_eq!(qris_tables::currency_by_numeric("000"), None);
/// ```
pub fn currency_by_numeric(numeric: &str) -> Option<&'static Currency> {
    find(CURRENCIES, numeric, |row| row.numeric)
}

/// The currency with exactly this alphabetic code, capitals only; looks at each row in turn.
///
/// ```
/// assert_eq!(qris_tables::currency_by_alpha("JPY").unwrap().numeric, "392");
/// assert_eq!(qris_tables::currency_by_alpha("jpy"), None);
/// ```
pub fn currency_by_alpha(alpha: &str) -> Option<&'static Currency> {
    CURRENCIES.iter().find(|row| row.alpha == alpha)
}
