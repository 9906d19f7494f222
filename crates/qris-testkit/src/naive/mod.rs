//! A decoder that is slow, plain and independent of the core.
//!
//! It reads the payload as a `Vec<char>` and follows the clauses one by one: EMVCo MPM 4.3–4.6 for framing,
//! 4.7.3 for the CRC, table 4.1 and 4.8–4.11 for what is a template.
//!
//! Faults are looked for from left to right and the first one wins:
//!
//! | code | means | offset |
//! |---|---|---|
//! | `empty-text` | no byte at all | 0 |
//! | `text-too-long` | more than [`MAX_BYTES`] bytes; nothing is read | 0 |
//! | `invalid-utf8` | not UTF-8 anywhere in the payload | first bad byte |
//! | `truncated` | 1 to 3 characters left where an object should start | its ID |
//! | `invalid-id` | the two ID characters are not both 0–9 | its ID |
//! | `format-indicator-not-first` | the first object is not 00 | its ID |
//! | `duplicate-id` | the ID occurred at the root before | its ID |
//! | `invalid-length` | the two length characters are not both 0–9, or the length cuts a character | its length |
//! | `overrun` | fewer units left than the length declares | its ID |
//! | `crc-malformed` | 63 has another length than 04, or a value that is not four hex digits | its value |
//! | `crc-not-last` | something follows 63 | first extra byte |
//! | `crc-missing` | the payload ends at an object border without a 63 | total length |
//! | `crc-mismatch` | the stated CRC is not the computed one | value of 63 |

mod crc;
mod decode;
mod detect;
mod text;

pub use crc::crc16;
pub use decode::{decode, decode_structure, readable_objects};
pub use detect::detect;

/// The longest payload that is read, in bytes.
///
/// A hundred root objects of 4 header bytes and 99 characters of four bytes each take exactly as many.
pub const MAX_BYTES: usize = 40_000;

/// What a data object's length counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LengthUnit {
    /// Unicode scalar values: what EMVCo 4.4.1.1 says.
    Characters,
    /// UTF-8 bytes: a deviation some writers show.
    Bytes,
    /// UTF-16 code units: the deviation of writers that count as Java or JavaScript does.
    Utf16,
}

impl LengthUnit {
    /// Every unit, the right one first.
    pub const ALL: [Self; 3] = [Self::Characters, Self::Bytes, Self::Utf16];

    /// The unit's name in test data: `characters`, `bytes` or `utf16`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Characters => "characters",
            Self::Bytes => "bytes",
            Self::Utf16 => "utf16",
        }
    }

    /// How many units one character takes.
    #[must_use]
    pub fn width(self, character: char) -> usize {
        match self {
            Self::Characters => 1,
            Self::Bytes => character.len_utf8(),
            Self::Utf16 => character.len_utf16(),
        }
    }

    /// How many units a text takes.
    #[must_use]
    pub fn count(self, text: &str) -> usize {
        text.chars().map(|character| self.width(character)).sum()
    }
}

/// A payload that frames, with its CRC as stated and as computed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NaivePayload {
    /// The root objects in the order of the payload, 63 included.
    pub objects: Vec<NaiveObject>,
    /// The value of 63 as written: four hex digits of either case.
    pub crc_stated: String,
    /// The CRC over every byte up to and including `6304`.
    pub crc_computed: u16,
}

impl NaivePayload {
    /// Whether the stated CRC is the computed one, letter case aside.
    #[must_use]
    pub fn crc_holds(&self) -> bool {
        u16::from_str_radix(&self.crc_stated, 16) == Ok(self.crc_computed)
    }

    /// The root object with this ID.
    #[must_use]
    pub fn object(&self, id: u8) -> Option<&NaiveObject> {
        self.objects.iter().find(|object| object.id == id)
    }
}

/// One data object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NaiveObject {
    /// The ID, 0 to 99.
    pub id: u8,
    /// The length as declared, 0 to 99, in the length unit.
    pub declared: usize,
    /// Where the ID starts, in UTF-8 bytes from the start of the payload.
    pub offset: usize,
    /// Where the ID starts, in characters from the start of the payload.
    pub char_offset: usize,
    /// The value as written.
    pub value: String,
    /// The objects of a template that frames completely; `None` for primitive objects and for templates that do
    /// not frame.
    pub objects: Option<Vec<NaiveObject>>,
}

impl NaiveObject {
    /// The first object with this ID inside the template.
    #[must_use]
    pub fn object(&self, id: u8) -> Option<&NaiveObject> {
        self.objects.as_deref()?.iter().find(|object| object.id == id)
    }
}

/// Why a payload is refused, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NaiveError {
    /// One of the codes of the [module's table](self).
    pub code: &'static str,
    /// UTF-8 bytes from the start of the payload.
    pub offset: usize,
    /// Characters from the start of the payload.
    pub character: usize,
    /// What is known about the fault.
    pub facts: Facts,
}

/// The facts of a [`NaiveError`]; what does not belong to its code is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// `overrun`: the declared length, in the length unit.
    pub declared: Option<usize>,
    /// `overrun`: what is left after the object's header, in the length unit.
    pub available: Option<usize>,
    /// `duplicate-id`: byte offset of the first object with the same ID.
    pub first_offset: Option<usize>,
    /// `crc-mismatch`: the value of 63 as written.
    pub stated: Option<String>,
    /// `crc-mismatch`: the CRC of the payload.
    pub computed: Option<u16>,
    /// `invalid-length` where a length cuts a character: the unit it was counted in.
    pub unit: Option<LengthUnit>,
}

#[cfg(test)]
mod tests;
