//! Country codes.

use core::fmt;
use core::str::FromStr;

use super::text::ShortText;
use crate::value_error::{ValueError, What};

/// A country by its two ISO 3166-1 letters, upper case (EMVCo MPM 4.7.13). The crate `qris-tables` knows which of them
/// name a country.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country(ShortText<2>);

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
    type Err = ValueError;

    #[inline]
    fn from_str(text: &str) -> Result<Country, ValueError> {
        ShortText::full(text)
            .filter(|_| text.bytes().all(|b| b.is_ascii_uppercase()))
            .map(Country)
            .ok_or(ValueError::malformed(What::Country))
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
