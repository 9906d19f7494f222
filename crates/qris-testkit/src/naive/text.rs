//! A payload as characters that know their byte offsets, and the two steps every level of it is read with.

use super::LengthUnit;

/// The characters of a payload.
pub(super) struct Text {
    chars: Vec<char>,
    /// Byte offset of each character, and the total length as one more entry.
    offsets: Vec<usize>,
}

/// Where the value of an object ends.
pub(super) enum ValueEnd {
    /// Index of the character after the value.
    At(usize),
    /// The length declares more than the units left.
    Overrun { available: usize },
    /// The length ends inside a character.
    CutsCharacter,
}

impl Text {
    pub(super) fn new(text: &str) -> Self {
        let mut offsets: Vec<usize> = text.char_indices().map(|(offset, _)| offset).collect();
        offsets.push(text.len());
        Self { chars: text.chars().collect(), offsets }
    }

    /// Number of characters.
    pub(super) fn len(&self) -> usize {
        self.chars.len()
    }

    /// Byte offset of a character, or the total length for the index after the last one.
    pub(super) fn offset(&self, index: usize) -> usize {
        self.offsets[index]
    }

    pub(super) fn slice(&self, start: usize, end: usize) -> String {
        self.chars[start..end].iter().collect()
    }

    /// The number written by the two characters at `index`, when both are ASCII digits.
    pub(super) fn two_digits(&self, index: usize) -> Option<u8> {
        let tens = self.chars[index];
        let units = self.chars[index + 1];
        if !tens.is_ascii_digit() || !units.is_ascii_digit() {
            return None;
        }
        Some((tens as u8 - b'0') * 10 + (units as u8 - b'0'))
    }

    /// Walks `declared` units from `start`, never past `limit`.
    pub(super) fn value_end(
        &self,
        start: usize,
        limit: usize,
        declared: usize,
        unit: LengthUnit,
    ) -> ValueEnd {
        let available = self.chars[start..limit].iter().map(|&character| unit.width(character)).sum();
        if declared > available {
            return ValueEnd::Overrun { available };
        }
        let mut index = start;
        let mut walked = 0;
        while walked < declared {
            walked += unit.width(self.chars[index]);
            index += 1;
        }
        if walked > declared { ValueEnd::CutsCharacter } else { ValueEnd::At(index) }
    }
}
