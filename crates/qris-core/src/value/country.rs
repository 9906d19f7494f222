//! Country codes.

use core::fmt;
use core::str::FromStr;

use super::text::ShortText;

/// A country by its two ISO 3166-1 letters, upper case (EMVCo MPM 4.7.13). Which of them name a country
/// is for the crate `qris-tables`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country(ShortText<2>);

/// Not two upper-case ASCII letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a country is two upper-case letters of ISO 3166-1, such as ID")]
#[non_exhaustive]
pub struct InvalidCountry;

impl Country {
    /// The two letters.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub(crate) const fn text(&self) -> &ShortText<2> {
        &self.0
    }

    /// Whether this is Indonesia, `ID`.
    pub fn is_indonesia(&self) -> bool {
        self.as_str() == "ID"
    }
}

impl FromStr for Country {
    type Err = InvalidCountry;

    #[inline]
    fn from_str(text: &str) -> Result<Country, InvalidCountry> {
        ShortText::full(text)
            .filter(|_| text.bytes().all(|b| b.is_ascii_uppercase()))
            .map(Country)
            .ok_or(InvalidCountry)
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Country({self})")
    }
}
