//! The lines of a reader, in bounded memory.

use std::io::{self, Read};

use memchr::memchr;

use crate::line::{Length, Line, Lines, MAX_LINE};
use crate::source::{CHUNK_BYTES, Chunk, Source, read_some};

/// The lines of any reader. It does its own buffering, so give it the bare file or pipe.
///
/// The buffer grows to [`MAX_LINE`] at most. Of a longer line only the length is taken note of while it is
/// skipped, however long it is.
///
/// ```
/// use qris_bulk::{LineSource, Source};
/// let mut lines = LineSource::new(&b"first\n\nthird"[..]).lines();
/// while let Some(line) = lines.next_line()? {
///     println!("{}: {} bytes", line.number, line.len);
/// #   assert!(line.number <= 3);
/// }
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct LineSource<R> {
    input: R,
    /// How much to read at once.
    size: usize,
    /// What was read and not handed over: `buffer[..used]`, and no line end in `buffer[..searched]`.
    buffer: Vec<u8>,
    used: usize,
    searched: usize,
    /// The line `buffer` begins in, and where that line begins.
    number: u64,
    offset: u64,
    /// The part of that line that came before the buffer and was dropped, when it is over-long.
    dropped: Option<Length>,
    ended: bool,
}

impl<R: Read> LineSource<R> {
    /// Reads [`CHUNK_BYTES`] at once.
    pub fn new(input: R) -> LineSource<R> {
        LineSource::with_chunk_bytes(input, CHUNK_BYTES)
    }

    /// Reads as many bytes at once as told, at least 1. The lines are the same whatever the number.
    pub fn with_chunk_bytes(input: R, bytes: usize) -> LineSource<R> {
        LineSource {
            input,
            size: bytes.max(1),
            buffer: Vec::new(),
            used: 0,
            searched: 0,
            number: 1,
            offset: 0,
            dropped: None,
            ended: false,
        }
    }

    fn held(&self) -> &[u8] {
        self.buffer.get(..self.used).unwrap_or_default()
    }

    /// Reads once behind what is held, into a larger buffer if it is full.
    fn read(&mut self) -> io::Result<()> {
        if self.used >= self.buffer.len() {
            let grown = self.buffer.len().saturating_mul(2).min(MAX_LINE + 2);
            self.buffer.resize(grown.max(self.size).max(self.used + 1), 0);
        }
        let room = self.buffer.get_mut(self.used..).unwrap_or_default();
        let n = read_some(&mut self.input, room)?;
        self.used += n;
        self.ended = n == 0;
        Ok(())
    }

    /// Hands the buffer over with all whole lines in it, and keeps what follows the last of them. At the end
    /// of the input what is left is a whole line.
    fn hand_over(&mut self, chunk: &mut Chunk) {
        std::mem::swap(&mut self.buffer, &mut chunk.bytes);
        let bytes = std::mem::take(&mut chunk.bytes);
        let held = bytes.get(..self.used).unwrap_or_default();
        let whole = if self.ended { held.len() } else { memchr::memrchr(b'\n', held).map_or(0, |at| at + 1) };
        let mut lines = Lines::starting_at(held.get(..whole).unwrap_or_default(), self.number, self.offset);
        let mut start = 0;
        while !chunk.is_full() {
            let Some(line) = lines.next() else { break };
            chunk.push(&line, start);
            self.number = line.number.saturating_add(1);
            start = whole - lines.rest().len();
        }
        self.offset = self.offset.saturating_add(start as u64);
        let kept = held.get(start..).unwrap_or_default();
        if self.buffer.len() < self.size.max(kept.len()) {
            self.buffer.resize(self.size.max(kept.len()), 0);
        }
        if let Some(place) = self.buffer.get_mut(..kept.len()) {
            place.copy_from_slice(kept);
        }
        self.used = kept.len();
        self.searched = 0;
        chunk.bytes = bytes;
    }

    /// Drops the first `n` bytes that are held; they belong to an over-long line.
    fn drop_held(&mut self, n: usize) {
        let mut dropped = self.dropped.unwrap_or(Length::ZERO);
        dropped.add(self.held().get(..n).unwrap_or_default());
        self.dropped = Some(dropped);
        self.buffer.copy_within(n.min(self.used)..self.used, 0);
        self.used = self.used.saturating_sub(n);
        self.searched = 0;
    }

    /// The over-long line ends here; `line_end` bytes are held that end it.
    fn end_dropped(&mut self, length: Length, line_end: usize, chunk: &mut Chunk) {
        let bytes = length.blank.then_some(&[][..]);
        let line = Line { number: self.number, offset: self.offset, len: length.without_return(), bytes };
        chunk.push(&line, 0);
        self.dropped = None;
        self.number = self.number.saturating_add(1);
        self.offset = self.offset.saturating_add(length.len).saturating_add(line_end as u64);
        self.buffer.copy_within(line_end.min(self.used)..self.used, 0);
        self.used = self.used.saturating_sub(line_end);
    }
}

impl<R: Read> Source for LineSource<R> {
    fn fill(&mut self, chunk: &mut Chunk) -> io::Result<bool> {
        chunk.clear();
        loop {
            let fresh = self.held().get(self.searched..).unwrap_or_default();
            let line_end = memchr(b'\n', fresh).map(|at| self.searched + at);
            match (line_end, self.dropped) {
                (Some(_), None) => self.hand_over(chunk),
                (Some(at), Some(_)) => {
                    self.drop_held(at);
                    if let Some(length) = self.dropped {
                        self.end_dropped(length, 1, chunk);
                    }
                }
                (None, Some(length)) if self.ended => self.end_dropped(length, 0, chunk),
                (None, None) if self.ended => self.hand_over(chunk),
                // Without a line end, even if `\r` is the first half of one, this is more than a line.
                (None, dropped) if dropped.is_some() || self.used > MAX_LINE + 1 => {
                    self.drop_held(self.used);
                    self.read()?;
                    continue;
                }
                (None, _) => {
                    self.searched = self.used;
                    self.read()?;
                    continue;
                }
            }
            return Ok(!chunk.is_empty());
        }
    }
}
