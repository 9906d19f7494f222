//! What a length counts.

use core::fmt;
use core::str::FromStr;

use crate::value_error::{ValueError, What};

/// What the length of a data object counts.
///
/// EMVCo MPM 4.4.1.1 says characters, and this crate counts characters unless another unit is named. Programs that
/// measure strings in bytes or in UTF-16 units write different lengths as soon as a character is outside ASCII; such
/// payloads can be read by naming the unit. In ASCII text all three are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum LengthUnit {
    /// Unicode scalar values, as the standard says.
    #[default]
    Characters,
    /// UTF-8 bytes.
    Bytes,
    /// UTF-16 code units, as JavaScript, Java and Dart count.
    Utf16,
}

impl LengthUnit {
    /// All units, the standard's first.
    pub const ALL: &[LengthUnit] = &[LengthUnit::Characters, LengthUnit::Bytes, LengthUnit::Utf16];

    /// The length of `text` in this unit.
    #[inline]
    pub fn measure(self, text: &str) -> usize {
        match self {
            LengthUnit::Characters => count(text),
            LengthUnit::Bytes => text.len(),
            LengthUnit::Utf16 => text.chars().map(char::len_utf16).sum(),
        }
    }

    /// The unit as a word after a number: `character` after 1, `characters` after others.
    pub(crate) const fn counted(self, number: usize) -> &'static str {
        match (self, number) {
            (LengthUnit::Characters, 1) => "character",
            (LengthUnit::Characters, _) => "characters",
            (LengthUnit::Bytes, 1) => "byte",
            (LengthUnit::Bytes, _) => "bytes",
            (LengthUnit::Utf16, 1) => "UTF-16 unit",
            (LengthUnit::Utf16, _) => "UTF-16 units",
        }
    }

    /// The name on the command line and in JSON: `characters`, `bytes`, `utf16`.
    pub const fn name(self) -> &'static str {
        match self {
            LengthUnit::Characters => "characters",
            LengthUnit::Bytes => "bytes",
            LengthUnit::Utf16 => "utf16",
        }
    }

    pub(crate) const fn cuts_a_character(self) -> &'static str {
        match self {
            LengthUnit::Characters => "the length ends inside a character",
            LengthUnit::Bytes => "counted in bytes, the length ends inside a character",
            LengthUnit::Utf16 => "counted in UTF-16 units, the length ends inside a character",
        }
    }
}

impl fmt::Display for LengthUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for LengthUnit {
    type Err = ValueError;

    fn from_str(s: &str) -> Result<LengthUnit, ValueError> {
        LengthUnit::ALL
            .iter()
            .copied()
            .find(|unit| unit.name() == s)
            .ok_or(ValueError::malformed(What::LengthUnit))
    }
}

/// The number of characters. It costs almost nothing for ASCII text as short as a value.
#[inline]
pub(crate) fn count(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().count() }
}
