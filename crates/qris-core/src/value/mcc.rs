//! Merchant category codes.

use core::fmt;
use core::str::FromStr;

use super::text::ShortText;
use crate::value_error::{ValueError, What};

/// A merchant category code, four digits of ISO 18245 (EMVCo MPM 4.7.12). Names are in `qris-tables`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mcc(ShortText<4>);

impl Mcc {
    /// The four digits.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub(crate) const fn text(&self) -> &ShortText<4> {
        &self.0
    }

    /// Whether this is 4829, money transfer: the code of QRIS transfers.
    pub fn is_transfer(&self) -> bool {
        self.as_str() == "4829"
    }
}

impl FromStr for Mcc {
    type Err = ValueError;

    #[inline]
    fn from_str(text: &str) -> Result<Mcc, ValueError> {
        ShortText::full(text)
            .filter(|_| super::text::all_digits(text))
            .map(Mcc)
            .ok_or(ValueError::malformed(What::Mcc))
    }
}

impl fmt::Display for Mcc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Mcc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mcc({self})")
    }
}
