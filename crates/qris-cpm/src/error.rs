//! Why a text is no consumer-presented code.

use core::fmt;

use crate::tag::{Path, Tag};

/// Why a text is no consumer-presented code: the kind of fault with its facts, and its place. It holds nothing of the text.
///
/// ```
/// use qris_cpm::CpmPayload;
/// // 61 with a length of 80 hex: indefinite.
/// let error = CpmPayload::parse("hQVDUFYwMWGAAAA=").unwrap_err();
/// assert_eq!((error.kind().code(), error.offset()), ("indefinite-length", 7));
/// assert_eq!(
///     error.to_string(),
///     "61 at byte 7: an indefinite length (80) is not allowed: write the number of bytes"
/// );
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DecodeError {
    kind: ErrorKind,
    offset: usize,
    path: Path,
}

impl DecodeError {
    pub(crate) const fn new(kind: ErrorKind, offset: usize, path: Path) -> DecodeError {
        DecodeError { kind, offset, path }
    }

    pub(crate) const fn of_text(kind: ErrorKind, offset: usize) -> DecodeError {
        DecodeError { kind, offset, path: Path::ROOT }
    }

    /// What is wrong.
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The place of the fault: of the text in characters ([`ErrorKind::is_of_the_text`]), of what it stands for in bytes, and
    /// then where the object begins.
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// The object at fault, or the template around it when its tag cannot be read.
    pub const fn path(&self) -> Path {
        self.path
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path != Path::ROOT {
            write!(f, "{} ", self.path)?;
        }
        let unit = if self.kind.is_of_the_text() { "character" } else { "byte" };
        write!(f, "at {unit} {}: {}", self.offset, self.kind)
    }
}

impl core::error::Error for DecodeError {}

/// What is wrong with a text that is no consumer-presented code. [`ErrorKind::code`] never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The text is empty.
    #[error("there is no code: the text is empty")]
    Empty,
    /// The text is longer than a code ([`crate::MAX_CHARACTERS`]); it was not read.
    #[error("{characters} characters are more than a code has ({limit}); it was not read", limit = crate::MAX_CHARACTERS)]
    TextTooLong {
        /// Length of the text, in bytes of UTF-8; a text in Base64 has as many characters.
        characters: usize,
    },
    /// There are more bytes than a code stands for ([`crate::MAX_BYTES`]); they were not read.
    #[error("{bytes} bytes are more than a code stands for ({limit}); they were not read", limit = crate::MAX_BYTES)]
    TooManyBytes {
        /// How many there are.
        bytes: usize,
    },
    /// A character is not in the alphabet of Base64.
    #[error("this character is not of Base64 (A–Z, a–z, 0–9, + and /)")]
    NotBase64,
    /// `=` stands elsewhere than at the end, or there are not as many as there should be.
    #[error("the Base64 does not end as it should: = completes the last four characters, or is left out")]
    BadPadding,
    /// The bits that the last character has beyond the last byte are not zero.
    #[error("the last character of the Base64 stands for more than the last byte: it was cut or altered")]
    NotCanonical,
    /// The bytes end inside a tag or a length.
    #[error("the bytes end inside an object's tag and length")]
    Truncated,
    /// The bytes are no tag: 00, or a number that begins with zeros.
    #[error("this is no tag")]
    InvalidTag,
    /// The tag has more than three bytes.
    #[error("the tag has more than three bytes")]
    TagTooLong,
    /// The length is 80: indefinite.
    #[error("an indefinite length (80) is not allowed: write the number of bytes")]
    IndefiniteLength,
    /// The length has more than two bytes: 83 and above.
    #[error("a length is 00 to 7F, 81 and one byte, or 82 and two; this is longer")]
    LengthTooLong,
    /// The value would go past the end of what is around it.
    #[error("the length says {declared} bytes, but only {available} follow in what is around it")]
    Overrun {
        /// The length as declared, in bytes.
        declared: usize,
        /// How many bytes follow.
        available: usize,
    },
    /// The first object is not 85, the payload format indicator.
    #[error("a code begins with 85, the payload format indicator")]
    FormatIndicatorNotFirst,
    /// The payload format indicator is not `CPV01`.
    #[error("the payload format indicator is CPV01, and this is another")]
    FormatIndicator,
}

impl ErrorKind {
    /// One of each kind, for documentation and tests. Their fields have no meaning.
    pub const ALL: &'static [ErrorKind] = &[
        ErrorKind::Empty,
        ErrorKind::TextTooLong { characters: 0 },
        ErrorKind::TooManyBytes { bytes: 0 },
        ErrorKind::NotBase64,
        ErrorKind::BadPadding,
        ErrorKind::NotCanonical,
        ErrorKind::Truncated,
        ErrorKind::InvalidTag,
        ErrorKind::TagTooLong,
        ErrorKind::IndefiniteLength,
        ErrorKind::LengthTooLong,
        ErrorKind::Overrun { declared: 0, available: 0 },
        ErrorKind::FormatIndicatorNotFirst,
        ErrorKind::FormatIndicator,
    ];

    /// A short name that never changes, such as `overrun`.
    pub const fn code(&self) -> &'static str {
        match self {
            ErrorKind::Empty => "empty-text",
            ErrorKind::TextTooLong { .. } => "text-too-long",
            ErrorKind::TooManyBytes { .. } => "too-many-bytes",
            ErrorKind::NotBase64 => "not-base64",
            ErrorKind::BadPadding => "bad-padding",
            ErrorKind::NotCanonical => "not-canonical",
            ErrorKind::Truncated => "truncated",
            ErrorKind::InvalidTag => "invalid-tag",
            ErrorKind::TagTooLong => "tag-too-long",
            ErrorKind::IndefiniteLength => "indefinite-length",
            ErrorKind::LengthTooLong => "length-too-long",
            ErrorKind::Overrun { .. } => "overrun",
            ErrorKind::FormatIndicatorNotFirst => "format-indicator-not-first",
            ErrorKind::FormatIndicator => "format-indicator",
        }
    }

    /// Whether it is the text that is at fault, and the offset counts its characters.
    pub const fn is_of_the_text(&self) -> bool {
        matches!(
            self,
            ErrorKind::Empty
                | ErrorKind::TextTooLong { .. }
                | ErrorKind::NotBase64
                | ErrorKind::BadPadding
                | ErrorKind::NotCanonical
        )
    }

    /// What it means and what to do about it, in a sentence or two.
    pub const fn explanation(&self) -> &'static str {
        match self {
            ErrorKind::Empty => "There is no text at all. Check that the reader gave anything.",
            ErrorKind::TextTooLong { .. } | ErrorKind::TooManyBytes { .. } => {
                "A consumer-presented code has at most 512 characters, which stand for 384 bytes. Check that it is one \
                 code and not a file of them."
            }
            ErrorKind::NotBase64 => {
                "A code is Base64 with + and /, and nothing else: no blanks, no line breaks, not the alphabet of URLs \
                 (- and _). Check what the reader or the transport made of it."
            }
            ErrorKind::BadPadding => {
                "Base64 comes in groups of four characters; = completes the last group, or is left out. The text was cut, \
                 or two texts stand behind one another."
            }
            ErrorKind::NotCanonical => {
                "One text stands for the bytes, and this is another that reads alike: the last character was altered, or \
                 the end was cut."
            }
            ErrorKind::Truncated => {
                "Every object begins with its tag and its length. The bytes end inside them: the code was cut, or an \
                 earlier length is wrong."
            }
            ErrorKind::InvalidTag => {
                "No object has the tag 00, and the number of a long tag does not begin with zeros. An earlier length is \
                 wrong, or bytes were filled up."
            }
            ErrorKind::TagTooLong => {
                "Tags of payment codes have one or two bytes; up to three are read. An earlier length is wrong."
            }
            ErrorKind::IndefiniteLength => {
                "A length of 80 leaves open where the value ends. Payment codes do not use it: write the number of bytes."
            }
            ErrorKind::LengthTooLong => {
                "A code is shorter than 65,536 bytes, so no length needs more than two. An earlier length is wrong."
            }
            ErrorKind::Overrun { .. } => {
                "The value goes past the end of its template or of the code. The code was cut, or a value was changed \
                 without the lengths around it."
            }
            ErrorKind::FormatIndicatorNotFirst => {
                "The first object is 85 with the value CPV01. This is another kind of code, or its beginning is missing."
            }
            ErrorKind::FormatIndicator => "The version of the format is CPV01; no other is known.",
        }
    }

    /// The clause that is broken; `None` where the limit is our own.
    pub const fn cites(&self) -> Option<&'static str> {
        match self {
            ErrorKind::Empty | ErrorKind::TextTooLong { .. } | ErrorKind::TooManyBytes { .. } => None,
            ErrorKind::NotBase64 => Some("RFC 4648 section 4"),
            ErrorKind::BadPadding => Some("RFC 4648 section 3.2"),
            ErrorKind::NotCanonical => Some("RFC 4648 section 3.5"),
            ErrorKind::Truncated => Some("ISO/IEC 8825-1 8.1.1"),
            ErrorKind::InvalidTag | ErrorKind::TagTooLong => Some("ISO/IEC 8825-1 8.1.2"),
            ErrorKind::IndefiniteLength | ErrorKind::LengthTooLong | ErrorKind::Overrun { .. } => {
                Some("ISO/IEC 8825-1 8.1.3")
            }
            ErrorKind::FormatIndicatorNotFirst | ErrorKind::FormatIndicator => Some("EMVCo CPM, tag 85"),
        }
    }
}

/// The fault of one header: what [`DecodeError`] says once the place is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HeaderFault {
    pub(crate) kind: ErrorKind,
    /// The tag, when it could be read.
    pub(crate) tag: Option<Tag>,
}

impl HeaderFault {
    pub(crate) fn at(self, offset: usize, parent: Path) -> DecodeError {
        let path = self.tag.map_or(parent, |tag| parent.join(tag));
        DecodeError::new(self.kind, offset, path)
    }
}
