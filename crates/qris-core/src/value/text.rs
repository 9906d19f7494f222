//! A short text held in place, so that values are `Copy` and need no allocation.

use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};

/// Up to `N` bytes of ASCII text held in place.
#[derive(Clone, Copy)]
pub struct ShortText<const N: usize> {
    bytes: [u8; N],
    len: u8,
}

impl<const N: usize> ShortText<N> {
    /// The text; `None` when it is longer than `N` bytes or not ASCII.
    pub fn new(text: &str) -> Option<ShortText<N>> {
        let mut bytes = [0; N];
        bytes.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        let len = u8::try_from(text.len()).ok()?;
        text.is_ascii().then_some(ShortText { bytes, len })
    }

    /// The text when it is exactly `N` bytes of ASCII. Most values have a fixed length, and an array is copied without
    /// a call.
    #[inline]
    pub(crate) fn full(text: &str) -> Option<ShortText<N>> {
        let bytes = <[u8; N]>::try_from(text.as_bytes()).ok()?;
        bytes.is_ascii().then_some(ShortText { bytes, len: N as u8 })
    }

    /// The same text with room for `M` bytes, at least as many as before.
    #[inline]
    pub(crate) fn widened<const M: usize>(&self) -> ShortText<M> {
        let mut wide = ShortText { bytes: [0; M], len: self.len };
        if let Some(head) = wide.bytes.first_chunk_mut() {
            *head = self.bytes;
        }
        wide
    }

    /// The bytes of the text.
    #[inline]
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or_default()
    }

    /// The length in bytes.
    #[inline]
    pub(crate) const fn len(&self) -> usize {
        self.len as usize
    }

    /// The bytes of the text, followed by zeros.
    #[inline]
    pub(crate) const fn array(&self) -> &[u8; N] {
        &self.bytes
    }

    /// Appends one ASCII character; does nothing when the text is full.
    pub(crate) fn push(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(usize::from(self.len)) {
            *place = byte & 0x7F;
            self.len += 1;
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        // The bytes are ASCII by construction, so the fallback is never taken.
        core::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }
}

impl<const N: usize> Default for ShortText<N> {
    fn default() -> Self {
        ShortText { bytes: [0; N], len: 0 }
    }
}

impl<const N: usize> PartialEq for ShortText<N> {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl<const N: usize> Eq for ShortText<N> {}

impl<const N: usize> PartialOrd for ShortText<N> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<const N: usize> Ord for ShortText<N> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl<const N: usize> Hash for ShortText<N> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl<const N: usize> fmt::Display for ShortText<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl<const N: usize> fmt::Debug for ShortText<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// Whether all characters are ASCII digits; true for the empty text.
#[inline]
pub(crate) fn all_digits(text: &str) -> bool {
    let Some(last) = text.as_bytes().last_chunk::<4>() else {
        return text.bytes().all(|b| b.is_ascii_digit());
    };
    // Four bytes at a time; the last four may overlap the ones before. Each byte is XORed with '0', so that a digit
    // becomes 0–9. For any other byte bit 7 is set: in the result itself, or after 76 (hex) is added.
    let not_digits = |four: &[u8; 4]| {
        let digits = u32::from_ne_bytes(*four) ^ 0x3030_3030;
        digits.wrapping_add(0x7676_7676) | digits
    };
    let (fours, _) = text.as_bytes().split_at(text.len() & !3);
    let four = |bytes: &[u8]| bytes.try_into().map_or(u32::MAX, |four| not_digits(&four));
    fours.chunks_exact(4).fold(not_digits(last), |seen, bytes| seen | four(bytes)) & 0x8080_8080 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_told_from_everything_else() {
        let mut bytes = [b'0'; 21];
        for end in 0..=bytes.len() {
            for place in 0..end {
                for byte in 0..=0x7F {
                    bytes[place] = byte;
                    let text = core::str::from_utf8(&bytes[..end]).unwrap();
                    assert_eq!(all_digits(text), byte.is_ascii_digit(), "{text:?}");
                }
                bytes[place] = b'9';
            }
        }
        assert!(all_digits("") && !all_digits("٣") && !all_digits("12٣٤") && !all_digits("1234²"));
    }
}
