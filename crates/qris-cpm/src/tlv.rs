//! BER-TLV (ISO/IEC 8825-1, 8.1): the one place that reads tags and lengths, and the views of objects.

use core::fmt;
use core::ops::Range;

use crate::error::{DecodeError, ErrorKind, HeaderFault};
use crate::tag::{MAX_DEPTH, Path, Tag, TagFault};

/// The value of the payload format indicator.
pub(crate) const FORMAT: &[u8] = b"CPV01";

/// One object's tag, and where its value is.
#[derive(Clone, Copy)]
pub(crate) struct Header {
    pub(crate) tag: Tag,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// Reads the tag and length at `at`; the object has to end before `end`.
pub(crate) fn header(bytes: &[u8], at: usize, end: usize) -> Result<Header, HeaderFault> {
    let inside = bytes.get(at..end).unwrap_or_default();
    let (tag, rest) = Tag::read(inside).map_err(|fault| {
        let kind = match fault {
            TagFault::Truncated => ErrorKind::Truncated,
            TagFault::Invalid => ErrorKind::InvalidTag,
            TagFault::TooLong => ErrorKind::TagTooLong,
        };
        HeaderFault { kind, tag: None }
    })?;
    let fault = |kind| HeaderFault { kind, tag: Some(tag) };
    let (declared, rest) = match rest {
        [short @ ..=0x7F, rest @ ..] => (usize::from(*short), rest),
        [0x80, ..] => return Err(fault(ErrorKind::IndefiniteLength)),
        [0x81, one, rest @ ..] => (usize::from(*one), rest),
        [0x82, one, two, rest @ ..] => (usize::from(u16::from_be_bytes([*one, *two])), rest),
        [] | [0x81 | 0x82, ..] => return Err(fault(ErrorKind::Truncated)),
        [0x83..=0xFF, ..] => return Err(fault(ErrorKind::LengthTooLong)),
    };
    if declared > rest.len() {
        return Err(fault(ErrorKind::Overrun { declared, available: rest.len() }));
    }
    let start = end.saturating_sub(rest.len());
    Ok(Header { tag, start, end: start.saturating_add(declared) })
}

/// Whether bytes are a code: every object ends within what is around it, templates frame, and 85 is the first.
pub(crate) fn frame(bytes: &[u8]) -> Result<(), DecodeError> {
    let first = header(bytes, 0, bytes.len()).map_err(|fault| fault.at(0, Path::ROOT))?;
    let path = Path::ROOT.join(first.tag);
    if first.tag != Tag::FORMAT_INDICATOR {
        return Err(DecodeError::new(ErrorKind::FormatIndicatorNotFirst, 0, path));
    }
    if bytes.get(first.start..first.end) != Some(FORMAT) {
        return Err(DecodeError::new(ErrorKind::FormatIndicator, 0, path));
    }
    frame_level(bytes, first.end..bytes.len(), Path::ROOT)
}

/// The objects of one level, and of the templates in it. Calls itself at most [`MAX_DEPTH`] times.
fn frame_level(bytes: &[u8], level: Range<usize>, parent: Path) -> Result<(), DecodeError> {
    let mut at = level.start;
    while at < level.end {
        let found = header(bytes, at, level.end).map_err(|fault| fault.at(at, parent))?;
        let path = parent.join(found.tag);
        if found.tag.is_template() && path.depth() < MAX_DEPTH {
            frame_level(bytes, found.start..found.end, path)?;
        }
        at = found.end;
    }
    Ok(())
}

/// Whether a value is a sequence of objects as far as this level goes.
fn frames(bytes: &[u8], level: Range<usize>) -> bool {
    let mut at = level.start;
    while at < level.end {
        match header(bytes, at, level.end) {
            Ok(found) => at = found.end,
            Err(_) => return false,
        }
    }
    true
}

/// One object of a code. `Debug` shows where it is and how long, never its value.
#[derive(Clone, Copy)]
pub struct Object<'p> {
    whole: &'p [u8],
    path: Path,
    tag: Tag,
    offset: usize,
    start: usize,
    end: usize,
}

/// Where an object is, without the bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spot {
    path: Path,
    tag: Tag,
    offset: usize,
    start: usize,
    end: usize,
}

impl Spot {
    /// The object in the bytes it was found in.
    pub(crate) const fn object(self, whole: &[u8]) -> Object<'_> {
        let Spot { path, tag, offset, start, end } = self;
        Object { whole, path, tag, offset, start, end }
    }
}

impl<'p> Object<'p> {
    pub(crate) const fn spot(&self) -> Spot {
        let Object { path, tag, offset, start, end, .. } = *self;
        Spot { path, tag, offset, start, end }
    }

    /// Its tag.
    pub const fn tag(&self) -> Tag {
        self.tag
    }

    /// Where it stands.
    pub const fn path(&self) -> Path {
        self.path
    }

    /// Its value, which may be a secret of the payer.
    pub fn value(&self) -> &'p [u8] {
        self.whole.get(self.start..self.end).unwrap_or_default()
    }

    /// Length of its value in bytes.
    pub const fn length(&self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// The bytes it takes, tag and length included, counted from the beginning of the code.
    pub const fn span(&self) -> Range<usize> {
        self.offset..self.end
    }

    /// Whether its length is written in as few bytes as it can be. BER lets it be longer.
    pub const fn has_shortest_length(&self) -> bool {
        let written = self.start.saturating_sub(self.offset).saturating_sub(self.tag.width());
        written == length_width(self.length())
    }

    /// The objects inside; `None` when its tag says that it has none, when it is as deep as objects go, or when it is no
    /// template of ours and its value is no sequence of objects.
    pub fn objects(&self) -> Option<Objects<'p>> {
        let nests = self.tag.is_constructed() && self.path.depth() < MAX_DEPTH;
        (nests && frames(self.whole, self.start..self.end))
            .then(|| Objects::new(self.whole, self.start..self.end, self.path))
    }
}

impl fmt::Debug for Object<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Object")
            .field("path", &self.path)
            .field("span", &self.span())
            .field("length", &self.length())
            .finish_non_exhaustive()
    }
}

/// How many bytes the shortest form of a length takes.
pub(crate) const fn length_width(length: usize) -> usize {
    match length {
        0..=0x7F => 1,
        0x80..=0xFF => 2,
        _ => 3,
    }
}

/// The objects of one level, in order.
#[derive(Clone)]
pub struct Objects<'p> {
    whole: &'p [u8],
    at: usize,
    end: usize,
    parent: Path,
}

impl<'p> Objects<'p> {
    pub(crate) const fn new(whole: &'p [u8], level: Range<usize>, parent: Path) -> Objects<'p> {
        Objects { whole, at: level.start, end: level.end, parent }
    }
}

impl<'p> Iterator for Objects<'p> {
    type Item = Object<'p>;

    fn next(&mut self) -> Option<Object<'p>> {
        if self.at >= self.end {
            return None;
        }
        let Header { tag, start, end } = header(self.whole, self.at, self.end).ok()?;
        let offset = core::mem::replace(&mut self.at, end);
        Some(Object { whole: self.whole, path: self.parent.join(tag), tag, offset, start, end })
    }
}

impl fmt::Debug for Objects<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// All objects, each before those inside it.
#[derive(Clone, Debug)]
pub struct Walk<'p> {
    levels: [Option<Objects<'p>>; MAX_DEPTH],
}

impl<'p> Walk<'p> {
    pub(crate) const fn new(root: Objects<'p>) -> Walk<'p> {
        Walk { levels: [Some(root), None, None] }
    }
}

impl<'p> Iterator for Walk<'p> {
    type Item = Object<'p>;

    fn next(&mut self) -> Option<Object<'p>> {
        loop {
            let level = self.levels.iter_mut().rev().find(|level| level.is_some())?;
            let Some(object) = level.as_mut().and_then(Iterator::next) else {
                *level = None;
                continue;
            };
            if let Some(inside) = object.objects() {
                if let Some(room) = self.levels.iter_mut().find(|level| level.is_none()) {
                    *room = Some(inside);
                }
            }
            return Some(object);
        }
    }
}
