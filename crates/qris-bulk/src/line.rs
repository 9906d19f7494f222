//! One line, and the lines of a text in memory.

use core::iter::FusedIterator;

use memchr::memchr;

/// The longest line that is kept, in bytes without its line end: the longest payload that is read
/// ([`qris_core::MAX_BYTES`]) and room for white space around it.
pub const MAX_LINE: usize = qris_core::MAX_BYTES + 960;

/// One line of the input, without its line end (`\n` or `\r\n`); or one row of a CSV file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Line<'a> {
    /// Physical line number, from 1. Blank lines count.
    pub number: u64,
    /// Where the line begins, in bytes from the start of the input.
    pub offset: u64,
    /// Its length in bytes, white space included.
    pub len: u64,
    /// Its bytes as they are; `None` when it is over-long: longer than [`MAX_LINE`]. Of an over-long line of
    /// nothing but white space the slice is empty, so that such a line is blank like any other.
    pub bytes: Option<&'a [u8]>,
}

impl<'a> Line<'a> {
    /// A line from its bytes up to, and without, the `\n`.
    pub fn new(number: u64, offset: u64, raw: &'a [u8]) -> Line<'a> {
        let bytes = raw.strip_suffix(b"\r").unwrap_or(raw);
        let kept = if bytes.len() <= MAX_LINE {
            Some(bytes)
        } else {
            Length::of(bytes).blank.then_some(Default::default())
        };
        Line { number, offset, len: bytes.len() as u64, bytes: kept }
    }

    /// The line without ASCII white space (space, tab, line feed, form feed, carriage return) at both ends;
    /// `None` when it is over-long. The core never trims: this is where it is done.
    #[inline]
    pub fn text(&self) -> Option<&'a [u8]> {
        self.bytes.map(<[u8]>::trim_ascii)
    }

    /// Whether there is nothing but ASCII white space.
    #[inline]
    pub fn is_blank(&self) -> bool {
        self.text().is_some_and(<[u8]>::is_empty)
    }
}

/// What must be known of a line that is not kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Length {
    pub(crate) len: u64,
    /// Nothing but ASCII white space so far.
    pub(crate) blank: bool,
    /// The last byte is `\r`: half a line end, if `\n` follows.
    return_last: bool,
}

impl Length {
    pub(crate) const ZERO: Length = Length { len: 0, blank: true, return_last: false };

    pub(crate) fn of(bytes: &[u8]) -> Length {
        let mut length = Length::ZERO;
        length.add(bytes);
        length
    }

    pub(crate) fn add(&mut self, bytes: &[u8]) {
        let Some(last) = bytes.last() else { return };
        self.len = self.len.saturating_add(bytes.len() as u64);
        self.blank = self.blank && bytes.iter().all(u8::is_ascii_whitespace);
        self.return_last = *last == b'\r';
    }

    /// The length of a line that ends here.
    pub(crate) const fn without_return(self) -> u64 {
        self.len.saturating_sub(self.return_last as u64)
    }
}

/// The lines of a text in memory: slices of it, nothing is copied or allocated.
///
/// A last line without line end is a line like any other; behind a final line end there is none.
///
/// ```
/// use qris_bulk::Lines;
/// let lines: Vec<_> = Lines::new(b"one\r\n\ntwo").map(|line| (line.number, line.offset, line.bytes)).collect();
/// assert_eq!(lines, [(1, 0, Some(&b"one"[..])), (2, 5, Some(b"")), (3, 6, Some(b"two"))]);
/// ```
#[derive(Clone, Debug)]
pub struct Lines<'a> {
    rest: &'a [u8],
    number: u64,
    offset: u64,
}

impl<'a> Lines<'a> {
    /// The lines of a whole text.
    pub const fn new(bytes: &'a [u8]) -> Lines<'a> {
        Lines::starting_at(bytes, 1, 0)
    }

    /// The lines of a part of a text that begins with line `number`, `offset` bytes from the start.
    pub const fn starting_at(bytes: &'a [u8], number: u64, offset: u64) -> Lines<'a> {
        Lines { rest: bytes, number, offset }
    }

    /// What has not been given yet.
    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    #[inline]
    fn next(&mut self) -> Option<Line<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        let end = memchr(b'\n', self.rest).unwrap_or(self.rest.len());
        let (raw, rest) = self.rest.split_at_checked(end)?;
        let line = Line::new(self.number, self.offset, raw);
        self.number = self.number.saturating_add(1);
        self.offset = self.offset.saturating_add(self.rest.len().min(end.saturating_add(1)) as u64);
        self.rest = rest.get(1..).unwrap_or_default();
        Some(line)
    }
}

impl FusedIterator for Lines<'_> {}
