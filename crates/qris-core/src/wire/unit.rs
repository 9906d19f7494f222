//! What a length counts.

use core::fmt;
use core::str::FromStr;

/// What the length of a data object counts.
///
/// EMVCo MPM 4.4.1.1 says characters, and that is what everything here means unless asked otherwise.
/// Programs that measure strings in bytes or in UTF-16 units write other lengths as soon as a character
/// lies outside ASCII; such payloads can be read by naming the unit. In ASCII text all three are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum LengthUnit {
    /// Unicode scalar values: the standard's reading.
    #[default]
    Characters,
    /// UTF-8 bytes.
    Bytes,
    /// UTF-16 code units, as JavaScript, Java and Dart count.
    Utf16,
}

impl LengthUnit {
    /// All units, the standard's first.
    pub const ALL: [LengthUnit; 3] = [LengthUnit::Characters, LengthUnit::Bytes, LengthUnit::Utf16];

    /// The length of `text` in this unit.
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
        f.write_str(self.name())
    }
}

/// The text names no length unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a length unit is characters, bytes or utf16")]
#[non_exhaustive]
pub struct UnknownLengthUnit;

impl FromStr for LengthUnit {
    type Err = UnknownLengthUnit;

    fn from_str(s: &str) -> Result<LengthUnit, UnknownLengthUnit> {
        LengthUnit::ALL.into_iter().find(|unit| unit.name() == s).ok_or(UnknownLengthUnit)
    }
}

/// Whether all bytes are ASCII. The standard library's goes through 64 at a time and through what is left one by
/// one, which would be most of the work here; so the last 64 are looked at as a block of their own.
#[inline]
pub(crate) fn is_ascii(bytes: &[u8]) -> bool {
    match bytes.last_chunk::<64>() {
        Some(last) => blocks_are_ascii(bytes, last),
        None => words_are_ascii(bytes),
    }
}

#[inline(always)]
fn blocks_are_ascii(bytes: &[u8], last: &[u8; 64]) -> bool {
    // All eight words together, without an early return for the branch predictor to guess.
    let any = |block: &[u8; 64]| {
        let word = |bytes: &[u8]| u64::from_ne_bytes(bytes.try_into().unwrap_or_default());
        block.chunks_exact(8).fold(0, |seen, bytes| seen | word(bytes))
    };
    let mut seen = any(last);
    let mut rest = bytes;
    while let Some((block, tail)) = rest.split_first_chunk::<64>() {
        seen |= any(block);
        rest = tail;
    }
    seen & HIGH_BITS == 0
}

/// The same for a value: words, the last one overlapping.
#[inline(always)]
fn words_are_ascii(bytes: &[u8]) -> bool {
    let Some(last) = bytes.last_chunk::<8>() else { return bytes.iter().all(u8::is_ascii) };
    let mut seen = u64::from_ne_bytes(*last);
    let mut rest = bytes;
    while let Some((word, tail)) = rest.split_first_chunk::<8>() {
        seen |= u64::from_ne_bytes(*word);
        rest = tail;
    }
    seen & HIGH_BITS == 0
}

const HIGH_BITS: u64 = u64::from_ne_bytes([0x80; 8]);

/// The number of characters; free for ASCII of any length that fits a value.
#[inline]
pub(crate) fn count(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().count() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascii_is_seen_at_every_place() {
        let mut bytes = [b'7'; 200];
        for end in 0..=bytes.len() {
            assert!(is_ascii(&bytes[..end]), "{end}");
            for place in 0..end {
                bytes[place] = 0x80;
                assert!(!is_ascii(&bytes[..end]), "{place} of {end}");
                bytes[place] = b'7';
            }
        }
    }
}
