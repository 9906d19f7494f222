//! Where lines come from when not all of them are in memory: chunk after chunk of whole lines.

use std::io;

use crate::line::Line;

/// What a source reads at once unless told otherwise, in bytes. A chunk of lines has hardly more.
pub const CHUNK_BYTES: usize = 64 * 1024;

/// The most lines of a chunk. It bounds what can be written about one chunk of very short lines.
pub const CHUNK_LINES: usize = 1024;

/// Gives lines in chunks. [`crate::LineSource`] takes the lines of any reader, `CsvSource` (feature `csv`) a
/// column of a CSV file.
pub trait Source {
    /// Empties the chunk and puts the next lines into it. Returns `false` at the end of the input, when there
    /// are none. Waits only for the first whole line: what one read gave is handed over without waiting for
    /// more, so that a live stream is answered at once.
    ///
    /// # Errors
    /// What the reader said. Nothing is lost: calling again goes on where it stopped.
    fn fill(&mut self, chunk: &mut Chunk) -> io::Result<bool>;

    /// One line after another.
    fn lines(self) -> SourceLines<Self>
    where
        Self: Sized,
    {
        SourceLines { source: self, chunk: Chunk::default(), next: 0 }
    }
}

/// Some whole lines and the memory they are in. Made once and filled again and again.
#[derive(Debug, Default)]
pub struct Chunk {
    pub(crate) bytes: Vec<u8>,
    entries: Vec<Entry>,
}

/// One line: what [`Line`] says, with its bytes as a place in the chunk.
#[derive(Clone, Copy, Debug)]
struct Entry {
    number: u64,
    offset: u64,
    len: u64,
    kept: Option<(usize, usize)>,
}

impl Chunk {
    /// The lines in order.
    pub fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.entries.iter().map(|entry| self.line(entry))
    }

    fn get(&self, place: usize) -> Option<Line<'_>> {
        self.entries.get(place).map(|entry| self.line(entry))
    }

    #[inline]
    fn line(&self, entry: &Entry) -> Line<'_> {
        let bytes = entry.kept.map(|(start, end)| self.bytes.get(start..end).unwrap_or_default());
        Line { number: entry.number, offset: entry.offset, len: entry.len, bytes }
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }

    /// Adds a line whose bytes, if it has any, stand in `self.bytes` from `start`.
    pub(crate) fn push(&mut self, line: &Line<'_>, start: usize) {
        let kept = line.bytes.map(|bytes| (start, start.saturating_add(bytes.len())));
        self.entries.push(Entry { number: line.number, offset: line.offset, len: line.len, kept });
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(crate) fn is_full(&self) -> bool {
        self.entries.len() >= CHUNK_LINES
    }

    pub(crate) fn last_number(&self) -> Option<u64> {
        self.entries.last().map(|entry| entry.number)
    }
}

/// The lines of a source one by one, in one reused buffer; made by [`Source::lines`].
///
/// It cannot be an `Iterator`, because a line lives only until the next one is asked for.
#[derive(Debug)]
pub struct SourceLines<S> {
    source: S,
    chunk: Chunk,
    next: usize,
}

impl<S: Source> SourceLines<S> {
    /// The next line, `None` at the end.
    ///
    /// # Errors
    /// As [`Source::fill`].
    pub fn next_line(&mut self) -> io::Result<Option<Line<'_>>> {
        if self.next >= self.chunk.entries.len() {
            self.next = 0;
            if !self.source.fill(&mut self.chunk)? {
                return Ok(None);
            }
        }
        let place = self.next;
        self.next = place.saturating_add(1);
        Ok(self.chunk.get(place))
    }
}

/// Reads once, again when interrupted. A reader that claims to have given more than there was room for is
/// not believed.
pub(crate) fn read_some(input: &mut impl io::Read, room: &mut [u8]) -> io::Result<usize> {
    loop {
        match input.read(room) {
            Ok(n) => return Ok(n.min(room.len())),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
