//! National merchant IDs.

use core::fmt;
use core::str::FromStr;

use super::mpan::luhn_holds;
use super::text::{ShortText, all_digits};
use crate::value_error::{ValueError, What};

/// A national merchant ID (51-02): `ID` and 13 digits, the last of which is the Luhn check digit of the others.
///
/// The check digit is known only from codes in use, not from any text of the standard. So parsing does not demand it;
/// [`Nmid::luhn_holds`] checks it.
///
/// ```
/// use qris_core::Nmid;
/// let nmid: Nmid = "ID1026000000012".parse()?;
/// assert!(nmid.luhn_holds());
/// assert_eq!(nmid.registered(), "26");
/// # Ok::<(), qris_core::ValueError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nmid(ShortText<15>);

/// The third character of an NMID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EntityType {
    /// An individual (1).
    Individual,
    /// A business (2).
    Business,
    /// Any other digit.
    Other(u8),
}

impl Nmid {
    /// All 15 characters.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub(crate) const fn text(&self) -> &ShortText<15> {
        &self.0
    }

    fn digits(&self) -> &str {
        self.as_str().get(2..).unwrap_or_default()
    }

    /// Individual or business.
    pub fn entity_type(&self) -> EntityType {
        match self.digits().bytes().next().map_or(0, |b| b - b'0') {
            1 => EntityType::Individual,
            2 => EntityType::Business,
            other => EntityType::Other(other),
        }
    }

    /// The year of registration, two digits.
    pub fn registered(&self) -> &str {
        self.digits().get(2..4).unwrap_or_default()
    }

    /// Whether the 13 digits pass the Luhn check.
    pub fn luhn_holds(&self) -> bool {
        luhn_holds(self.digits())
    }
}

impl FromStr for Nmid {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Nmid, ValueError> {
        let shaped = || text.strip_prefix("ID").is_some_and(all_digits);
        ShortText::full(text).filter(|_| shaped()).map(Nmid).ok_or(ValueError::malformed(What::Nmid))
    }
}

impl AsRef<str> for Nmid {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Nmid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Nmid {
    /// Masked: shows only the country, the type and the last two digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (head, tail) = (self.as_str().get(..3), self.as_str().get(13..));
        write!(f, "Nmid({}…{})", head.unwrap_or_default(), tail.unwrap_or_default())
    }
}
