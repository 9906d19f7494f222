//! Why a text is not a payload, and why a payload could not be written.

use crate::id::Path;
use crate::unit::LengthUnit;
use crate::value::Currency;

/// Why a text is not a QRIS / EMVCo payload: the kind of fault with its facts, and its position.
///
/// The text is read from left to right, and the first fault is reported.
///
/// ```
/// use qris_core::Payload;
/// let error = Payload::parse("0002015409").unwrap_err();
/// assert_eq!(error.kind().code(), "overrun");
/// assert_eq!(error.offset(), 6);
/// assert_eq!(error.to_string(), "54 at byte 6: the length says 9 characters, but only 0 follow");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DecodeError {
    kind: ErrorKind,
    offset: usize,
    character: usize,
    path: Path,
}

impl DecodeError {
    pub(crate) const fn new(kind: ErrorKind, offset: usize, character: usize, path: Path) -> DecodeError {
        DecodeError { kind, offset, character, path }
    }

    /// The error of a text that was not even read because it has more bytes than any payload ([`crate::MAX_BYTES`]). For
    /// programs that notice while they receive it.
    pub const fn too_long(bytes: usize) -> DecodeError {
        let kind = ErrorKind::TooLong { bytes, limit: crate::MAX_BYTES };
        DecodeError::new(kind, 0, 0, Path::PAYLOAD)
    }

    /// What is wrong.
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The position of the fault, in UTF-8 bytes from the start of the text.
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// The position of the fault, in characters (Unicode scalar values) from the start of the text.
    pub const fn character(&self) -> usize {
        self.character
    }

    /// The object at fault; [`Path::PAYLOAD`] when none can be named.
    pub const fn path(&self) -> Path {
        self.path
    }
}

impl core::fmt::Display for DecodeError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        if self.path.depth() > 0 {
            write!(f, "{} ", self.path)?;
        }
        write!(f, "at byte {}: {}", self.offset, self.kind)
    }
}

impl core::error::Error for DecodeError {}

/// What is wrong with a text that is not a payload. [`ErrorKind::code`] is stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The text is empty.
    #[error("there is no payload: the text is empty")]
    Empty,
    /// The text is longer than any payload can be ([`crate::MAX_BYTES`]); it was not read.
    #[error("{bytes} bytes are more than a payload can have ({limit}); it was not read")]
    TooLong {
        /// Length of the text, in bytes.
        bytes: usize,
        /// The longest text that is read, in bytes.
        limit: usize,
    },
    /// The bytes are not UTF-8 (EMVCo MPM 4.5.3).
    #[error("the bytes are not UTF-8 text")]
    InvalidUtf8,
    /// Fewer than the four characters of an ID and a length are left (EMVCo MPM 4.3.1).
    #[error("the text ends inside an object's ID and length: {available} of 4 characters are there")]
    Truncated {
        /// Characters that are left, 1–3.
        available: usize,
    },
    /// The two characters of an ID are not both ASCII digits (EMVCo MPM 4.3.1).
    #[error("an ID is two digits, and these two characters are not")]
    InvalidId,
    /// The first object is not 00, Payload Format Indicator (EMVCo MPM 4.6.1.1).
    #[error("a payload begins with 00, the payload format indicator")]
    FormatIndicatorNotFirst,
    /// An ID occurs twice at the root (EMVCo MPM 4.3.1.2).
    #[error("the ID occurs a second time; it stood at byte {first_offset} before")]
    DuplicateId {
        /// Byte offset of the first object with this ID.
        first_offset: usize,
    },
    /// The two characters of a length are not both ASCII digits, or the length ends inside a character (EMVCo MPM
    /// 4.4.1).
    #[error("{}", .cuts.map_or("a length is two digits, and these two characters are not", LengthUnit::cuts_a_character))]
    InvalidLength {
        /// The unit in which the length ends inside a character; `None` when the length is not two digits.
        cuts: Option<LengthUnit>,
    },
    /// The value would go past the end of the text (EMVCo MPM 4.4.1).
    #[error("the length says {declared} {}, but only {available} follow", .unit.counted(*.declared))]
    Overrun {
        /// The length as declared.
        declared: usize,
        /// How much text follows the length, in the same unit.
        available: usize,
        /// The unit of both.
        unit: LengthUnit,
    },
    /// The CRC is not four hex digits (EMVCo MPM 4.7.3.2).
    #[error("the CRC is four hex digits with length 04, and this is not")]
    CrcMalformed,
    /// Something follows the CRC (EMVCo MPM 4.6.1.2).
    #[error("the CRC is the last object, and {extra} more {} it", if *.extra == 1 { "byte follows" } else { "bytes follow" })]
    CrcNotLast {
        /// Bytes after the CRC.
        extra: usize,
    },
    /// The text ends without 63, CRC (EMVCo MPM 4.6.1.2).
    #[error("the payload ends without 63, its CRC")]
    CrcMissing,
    /// The CRC is not that of the text: something was altered or misread (EMVCo MPM 4.7.3).
    #[error("the CRC says {stated:04X}, the text gives {computed:04X}")]
    CrcMismatch {
        /// The CRC in the payload.
        stated: u16,
        /// The CRC computed from the text.
        computed: u16,
    },
}

impl ErrorKind {
    /// One of each kind, for documentation and coverage tests. Their fields have no meaning.
    pub const ALL: &'static [ErrorKind] = &[
        ErrorKind::Empty,
        ErrorKind::TooLong { bytes: 0, limit: 0 },
        ErrorKind::InvalidUtf8,
        ErrorKind::Truncated { available: 0 },
        ErrorKind::InvalidId,
        ErrorKind::FormatIndicatorNotFirst,
        ErrorKind::DuplicateId { first_offset: 0 },
        ErrorKind::InvalidLength { cuts: None },
        ErrorKind::Overrun { declared: 0, available: 0, unit: LengthUnit::Characters },
        ErrorKind::CrcMalformed,
        ErrorKind::CrcNotLast { extra: 0 },
        ErrorKind::CrcMissing,
        ErrorKind::CrcMismatch { stated: 0, computed: 0 },
    ];

    /// A short name that never changes, such as `overrun`; `qris explain` accepts it.
    pub const fn code(&self) -> &'static str {
        match self {
            ErrorKind::Empty => "empty-text",
            ErrorKind::TooLong { .. } => "text-too-long",
            ErrorKind::InvalidUtf8 => "invalid-utf8",
            ErrorKind::Truncated { .. } => "truncated",
            ErrorKind::InvalidId => "invalid-id",
            ErrorKind::FormatIndicatorNotFirst => "format-indicator-not-first",
            ErrorKind::DuplicateId { .. } => "duplicate-id",
            ErrorKind::InvalidLength { .. } => "invalid-length",
            ErrorKind::Overrun { .. } => "overrun",
            ErrorKind::CrcMalformed => "crc-malformed",
            ErrorKind::CrcNotLast { .. } => "crc-not-last",
            ErrorKind::CrcMissing => "crc-missing",
            ErrorKind::CrcMismatch { .. } => "crc-mismatch",
        }
    }

    /// What the code means and what to do about it, in a sentence or two.
    pub const fn explanation(&self) -> &'static str {
        match self {
            ErrorKind::Empty => "There is no text at all. Check that the reader or the file gave anything.",
            ErrorKind::TooLong { .. } => {
                "The text has more bytes than the longest possible payload, so it was not read. \
                 Check that it is one payload and not a file of them."
            }
            ErrorKind::InvalidUtf8 => {
                "A payload is UTF-8 text. The bytes are in another encoding or were cut inside a character."
            }
            ErrorKind::Truncated { .. } => {
                "Every object begins with two digits of ID and two of length. The text ends inside them: \
                 it was cut, or an earlier length is wrong."
            }
            ErrorKind::InvalidId => {
                "An object's ID is two ASCII digits. Other characters here usually mean that the length of \
                 the object before is wrong, so that reading went on in the middle of a value."
            }
            ErrorKind::FormatIndicatorNotFirst => {
                "A payload begins with 00, Payload Format Indicator, usually 000201. \
                 This text is something else, or its beginning is missing."
            }
            ErrorKind::DuplicateId { .. } => {
                "An ID occurs once at the root. Two amounts or two names are ambiguous, so the payload is \
                 refused. Converters that add an object without removing the old one cause this."
            }
            ErrorKind::InvalidLength { .. } => {
                "A length is two ASCII digits and counts characters. Signs, blanks and digits of other \
                 scripts are refused; so is a length that, counted in bytes or UTF-16 units, ends inside \
                 a character."
            }
            ErrorKind::Overrun { .. } => {
                "The declared length goes past the end of the text. The payload was cut, or a value was \
                 changed by hand without its length."
            }
            ErrorKind::CrcMalformed => {
                "63 is the CRC: length 04 and four hex digits, zeros written out. Either case is read."
            }
            ErrorKind::CrcNotLast { .. } => {
                "63 is the last object. Characters after it are not covered by the CRC, so they are refused; \
                 trim line ends and blanks before decoding."
            }
            ErrorKind::CrcMissing => {
                "The payload ends without 63. It was cut, or whoever wrote it did not seal it."
            }
            ErrorKind::CrcMismatch { .. } => {
                "The CRC in 63 is not that of the text before it. Something was altered or misread: do not \
                 pay. Only whoever issues the payload may re-seal it, by name (`--reseal`)."
            }
        }
    }

    /// The clause of EMVCo MPM that is broken; `None` where the limit is our own.
    pub const fn cites(&self) -> Option<&'static str> {
        match self {
            ErrorKind::Empty | ErrorKind::TooLong { .. } => None,
            ErrorKind::InvalidUtf8 => Some("EMVCo 4.5.3"),
            ErrorKind::Truncated { .. } | ErrorKind::InvalidId => Some("EMVCo 4.3.1"),
            ErrorKind::FormatIndicatorNotFirst => Some("EMVCo 4.6.1.1"),
            ErrorKind::DuplicateId { .. } => Some("EMVCo 4.3.1.2"),
            ErrorKind::InvalidLength { .. } | ErrorKind::Overrun { .. } => Some("EMVCo 4.4.1"),
            ErrorKind::CrcMalformed => Some("EMVCo 4.7.3.2"),
            ErrorKind::CrcNotLast { .. } | ErrorKind::CrcMissing => Some("EMVCo 4.6.1.2"),
            ErrorKind::CrcMismatch { .. } => Some("EMVCo 4.7.3.1"),
        }
    }
}

/// Why a payload could not be written. A payload that was written but breaks the rules is reported by
/// [`crate::EncodeError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The buffer is too small; nothing usable was written.
    #[error("the buffer has {available} bytes, the payload needs {needed}")]
    BufferTooSmall {
        /// Bytes needed.
        needed: usize,
        /// Bytes in the buffer.
        available: usize,
    },
    /// A value, or a template with all its objects, is longer than 99 characters, or 99 of the unit its length counts.
    #[error("{path} would have {length} characters; a length has two digits, so 99 is the most")]
    ValueTooLong {
        /// The object.
        path: Path,
        /// The length it would have, in that unit.
        length: usize,
    },
    /// No value can be set at this path: for example, the CRC is always computed, and a template holds objects.
    #[error("{} cannot be set: {why}", Place(*.path))]
    NotSettable {
        /// The path.
        path: Path,
        /// Why not: the end of the sentence that `Display` writes.
        why: &'static str,
    },
    /// The object is in every payload, so it cannot be removed: 00 and 63.
    #[error("{} cannot be removed: every payload has it", Place(*.path))]
    NotRemovable {
        /// The object.
        path: Path,
    },
    /// The template around the path does not frame, or would not be recognised as a template after the edit, so nothing
    /// inside it can be edited.
    #[error(
        "{path} does not frame as a template (62-50…99 need their 00), so nothing inside it can be edited; replace it whole"
    )]
    NotATemplate {
        /// The template.
        path: Path,
    },
    /// More objects or changes were set than fit ([`crate::builder::MAX_OBJECTS`]).
    #[error("more than {limit} objects were set; that many are the most")]
    TooManyObjects {
        /// The largest number that fits.
        limit: usize,
    },
    /// The result is longer than any payload can be ([`crate::MAX_BYTES`]), so it could not be read again.
    #[error("{bytes} bytes are more than a payload can have ({limit})")]
    TooLong {
        /// Length of the result, in bytes.
        bytes: usize,
        /// The longest text that is read, in bytes.
        limit: usize,
    },
    /// The amount is in another currency than the payload (53). Its text does not name its currency, so it would be
    /// read as an amount in the payload's.
    #[error("{path} cannot be set: the amount is in currency {given}, but the payload is in {payload}")]
    WrongCurrency {
        /// Where the amount is: 54 or 56.
        path: Path,
        /// The currency of the amount.
        given: Currency,
        /// The currency of the payload.
        payload: Currency,
    },
    /// [`crate::wire::Writer::close`] was called when no template was open.
    #[error("no template is open, so none can be closed")]
    NothingOpen,
}

/// The length in bytes of what was written, or of what is needed when the buffer was too small.
pub(crate) fn needed_len(written: Result<&str, WriteError>) -> Result<usize, WriteError> {
    match written {
        Err(WriteError::BufferTooSmall { needed, .. }) => Ok(needed),
        other => other.map(str::len),
    }
}

/// A path in a sentence. The payload itself has no ID, so it is named in words.
struct Place(Path);

impl core::fmt::Display for Place {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        if self.0.depth() == 0 { f.write_str("the payload") } else { self.0.fmt(f) }
    }
}
