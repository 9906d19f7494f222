//! Merchant criteria: the size class that decides the merchant discount rate.

use core::fmt;
use core::str::FromStr;

use super::text::ShortText;
use crate::value_error::{ValueError, What};

/// Merchant criteria (QRIS, 26-03 and 51-03): three upper-case letters or digits. The set is open; seven
/// are known.
///
/// ```
/// use qris_core::Criteria;
/// let criteria: Criteria = "UMI".parse()?;
/// assert_eq!(criteria.meaning(), Some("micro business"));
/// # Ok::<(), qris_core::ValueError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Criteria(ShortText<3>);

impl Criteria {
    /// The known criteria with their meaning.
    pub const KNOWN: &'static [(&'static str, &'static str)] = &[
        ("UMI", "micro business"),
        ("UKE", "small business"),
        ("UME", "medium business"),
        ("UBE", "large business"),
        ("URE", "regular"),
        ("PSO", "public service obligation"),
        ("BLU", "public service agency"),
    ];

    /// The three characters.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub(crate) const fn text(&self) -> &ShortText<3> {
        &self.0
    }

    /// Its meaning; `None` when it is not a known one.
    pub fn meaning(&self) -> Option<&'static str> {
        Criteria::KNOWN
            .iter()
            .find(|(code, _)| code.as_bytes() == self.0.as_bytes())
            .map(|(_, meaning)| *meaning)
    }
}

impl FromStr for Criteria {
    type Err = ValueError;

    #[inline]
    fn from_str(text: &str) -> Result<Criteria, ValueError> {
        let shaped = || text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        ShortText::full(text).filter(|_| shaped()).map(Criteria).ok_or(ValueError::malformed(What::Criteria))
    }
}

impl fmt::Display for Criteria {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Criteria {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Criteria({self})")
    }
}
