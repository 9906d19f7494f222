//! The compressed body of a PNG: a symbol written straight as one zlib stream with one block of dynamic Huffman codes.
//!
//! A general compressor has to find out that the pixel rows of a module are equal and that a row is made of a few long
//! runs. Here both are known, so the pixels are never made: a band (all pixel rows of one row of modules) costs the same
//! at every scale. It is one pixel row, written as far as it differs from the row above, and copies of that row.
//! All copies come from one row up and all repetitions from one byte back, so two distances are enough.

use crate::frame::Frame;
use crate::pack::huffman::{BitWriter, Huffman, bucket};
use crate::pack::{WORTH_COPYING, WORTH_REPEATING};
use crate::symbol::Symbol;

use super::deflate::{Adler, CODES, DISTANCES, END, begin, block_header, length_code, pieces};

/// Appends the zlib stream of the symbol's picture: rows of one filter byte (none) and one bit a pixel, 1 for light.
pub(super) fn append(file: Vec<u8>, symbol: &Symbol, frame: Frame) -> Vec<u8> {
    let mut picture = Picture::new(frame, symbol.side());
    picture.band(frame.margin, std::iter::empty());
    for y in 0..symbol.side() {
        let edges = symbol.edges(y).map(|x| frame.margin + x * frame.scale);
        picture.band(frame.scale, edges);
    }
    picture.band(frame.side - frame.margin - symbol.side() * frame.scale, std::iter::empty());
    picture.finish(file)
}

/// A part of the stream, before it has codes.
#[derive(Clone, Copy)]
enum Step {
    /// `count` times the same byte, as literals.
    Literal { byte: u8, count: u32 },
    /// `length` bytes equal to the one before.
    Repeat { length: u32 },
    /// `length` bytes from one pixel row above.
    Copy { length: u32 },
}

/// `count` equal bytes of a pixel row.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Run {
    byte: u8,
    count: u32,
}

/// The most runs of a pixel row: two for each place where the colour of a row of modules changes, and two at the end.
const MOST_RUNS: usize = 2 * 178 + 2;

/// A pixel row.
#[derive(Clone, Copy)]
struct Runs {
    all: [Run; MOST_RUNS],
    count: usize,
}

impl Runs {
    fn as_slice(&self) -> &[Run] {
        &self.all[..self.count]
    }

    /// Packs a pixel row of so many bytes into runs of equal ones. The bits after the last pixel continue the light of the border.
    fn draw(&mut self, edges: impl Iterator<Item = u32>, bytes: u32) {
        self.count = 0;
        let mut pen = Pen { at: 0, byte: 0xFF, color: 0xFF };
        edges.for_each(|edge| pen.draw_to(edge, self));
        pen.draw_to(8 * bytes, self);
    }

    #[inline(always)]
    fn push(&mut self, byte: u8, count: u32) {
        match self.all[..self.count].last_mut() {
            _ if count == 0 => {}
            Some(last) if last.byte == byte => last.count += count,
            _ => {
                self.all[self.count] = Run { byte, count };
                self.count += 1;
            }
        }
    }
}

struct Picture {
    /// Bytes in a row, with the filter byte.
    stride: u32,
    /// The pixel row that is drawn and the one above, without their filter bytes, in turn; empty at the top.
    rows: [Runs; 2],
    drawn: usize,
    steps: Vec<Step>,
    /// Bytes to copy from the row above that have no step yet.
    copy: u32,
    adler: Adler,
}

impl Picture {
    fn new(frame: Frame, modules: u32) -> Self {
        Picture {
            stride: frame.side.div_ceil(8) + 1,
            rows: [Runs { all: [Run { byte: 0, count: 0 }; MOST_RUNS], count: 0 }; 2],
            drawn: 0,
            // Enough for most symbols; a vector grows when it is not.
            steps: Vec::with_capacity((modules * modules) as usize * 5 / 8),
            copy: 0,
            adler: Adler::START,
        }
    }

    /// `height` equal pixel rows. They begin light; at each edge the colour changes.
    fn band(&mut self, height: u32, edges: impl Iterator<Item = u32>) {
        if height == 0 {
            return;
        }
        self.drawn = 1 - self.drawn;
        let stride = self.stride;
        let (first, second) = self.rows.split_at_mut(1);
        let (row, above) =
            if self.drawn == 0 { (&mut first[0], &second[0]) } else { (&mut second[0], &first[0]) };
        row.draw(edges, stride - 1);
        let (row, above) = (row.as_slice(), above.as_slice());
        add_rows(&mut self.adler, row, stride, height);

        let bytes = self.stride - 1;
        let from_left = common(row.iter(), above.iter());
        let from_right = common(row.iter().rev(), above.iter().rev()).min(bytes - from_left);

        // The filter byte is the same in every row.
        let mut written = 0;
        if !above.is_empty() && (self.copy > 0 || from_left >= WORTH_COPYING) {
            self.copy += 1 + from_left;
            written = from_left;
        } else {
            self.steps.push(Step::Literal { byte: 0, count: 1 });
        }
        let rest = (height - 1) * self.stride;
        let until = if rest > 0 || from_right >= WORTH_COPYING { bytes - from_right } else { bytes };
        if until > written {
            self.flush_copy();
            self.write(written, until);
        }
        self.copy += bytes - until.max(written) + rest;
    }

    fn flush_copy(&mut self) {
        if self.copy > 0 {
            self.steps.push(Step::Copy { length: self.copy });
            self.copy = 0;
        }
    }

    /// Bytes `from..to` of the current row.
    fn write(&mut self, from: u32, to: u32) {
        let mut start = 0;
        for run in self.rows[self.drawn].as_slice() {
            let end = start + run.count;
            let count = end.min(to).saturating_sub(start.max(from));
            start = end;
            match count {
                0 => {}
                1..WORTH_REPEATING => self.steps.push(Step::Literal { byte: run.byte, count }),
                _ => {
                    self.steps.push(Step::Literal { byte: run.byte, count: 1 });
                    self.steps.push(Step::Repeat { length: count - 1 });
                }
            }
        }
    }

    fn finish(mut self, mut file: Vec<u8>) -> Vec<u8> {
        self.flush_copy();
        let (copy, copy_bits, copy_extra) = bucket(self.stride - 1, 2);

        let mut counts = [0_u32; CODES];
        counts[END] = 1;
        for &step in &self.steps {
            match step {
                Step::Literal { byte, count } => counts[usize::from(byte)] += count,
                Step::Repeat { length } | Step::Copy { length } => {
                    pieces(length, |piece| counts[length_code(piece).0] += 1);
                }
            }
        }
        let codes = Huffman::<CODES>::new(&counts, 15);

        let mut distances = [0; DISTANCES];
        (distances[0], distances[copy as usize]) = (1, 1);

        // And for what comes after the stream.
        file.reserve(64 + room(&counts, &codes, copy_bits));
        let mut out = BitWriter::after(file);
        begin(&mut out);
        block_header(&mut out, &codes, &distances);
        for &step in &self.steps {
            match step {
                Step::Literal { byte, count } => literals(&mut out, &codes, byte, count),
                Step::Repeat { length } => pieces(length, |piece| {
                    write_length(&mut out, &codes, piece);
                    out.bits(0, 1);
                }),
                Step::Copy { length } => pieces(length, |piece| {
                    write_length(&mut out, &codes, piece);
                    // The second of the two distance codes.
                    out.bits(1, 1);
                    out.bits(copy_extra, copy_bits);
                }),
            }
        }
        out.code(&codes, END);
        let mut file = out.finish();
        file.extend_from_slice(&self.adler.value());
        file
    }
}

/// Bytes that are enough for the stream: header, code lengths and checksum, then every symbol with its extra bits.
fn room(counts: &[u32; CODES], codes: &Huffman<CODES>, distance_bits: u32) -> usize {
    let body: usize =
        counts.iter().zip(codes.lengths).map(|(&count, length)| count as usize * usize::from(length)).sum();
    let lengths: usize =
        counts[END + 1..].iter().map(|&count| count as usize * (5 + 1 + distance_bits as usize)).sum();
    (body + lengths) / 8 + 400
}

/// Draws a pixel row from left to right, in turn light and dark.
struct Pen {
    at: u32,
    /// The byte that holds pixel `at`, drawn up to there.
    byte: u8,
    color: u8,
}

impl Pen {
    #[inline(always)]
    fn draw_to(&mut self, edge: u32, row: &mut Runs) {
        let bytes = edge / 8 - self.at / 8;
        if self.at.is_multiple_of(8) {
            row.push(self.color, bytes);
            self.byte = self.color;
        } else {
            self.byte = with_low_bits(self.byte, 8 - self.at % 8, self.color);
            if bytes > 0 {
                row.push(self.byte, 1);
                row.push(self.color, bytes - 1);
                self.byte = self.color;
            }
        }
        (self.at, self.color) = (edge, !self.color);
    }
}

/// Replaces the `count` low bits of `byte`, 1 to 8, by those of `color`.
fn with_low_bits(byte: u8, count: u32, color: u8) -> u8 {
    let low = (0xFF_u32 >> (8 - count)) as u8;
    byte & !low | color & low
}

/// How many bytes two rows have in common at the end they are walked from.
fn common<'a>(one: impl Iterator<Item = &'a Run>, other: impl Iterator<Item = &'a Run>) -> u32 {
    let mut bytes = 0;
    for (a, b) in one.zip(other) {
        if a.byte == b.byte {
            bytes += a.count.min(b.count);
        }
        if a != b {
            break;
        }
    }
    bytes
}

/// Up to four times the same literal; at once when their codes are as short as they mostly are, since a loop of
/// a few unforeseeable turns costs more than the bits.
#[inline]
fn literals(out: &mut BitWriter, codes: &Huffman<CODES>, byte: u8, count: u32) {
    let (code, length) =
        (u32::from(codes.codes[usize::from(byte)]), u32::from(codes.lengths[usize::from(byte)]));
    if length <= 8 {
        let four = code | code << length | code << (2 * length) | code << (3 * length);
        let bits = count * length;
        out.bits(four & (u32::MAX >> (32 - bits)), bits);
    } else {
        (0..count).for_each(|_| out.bits(code, length));
    }
}

#[inline(always)]
fn write_length(out: &mut BitWriter, codes: &Huffman<CODES>, length: u32) {
    let (code, extra_bits, extra) = length_code(length);
    out.code(codes, code);
    out.bits(extra, extra_bits);
}

/// Adds `height` times a filter byte of 0 and the runs, `stride` bytes together, to the checksum.
fn add_rows(adler: &mut Adler, runs: &[Run], stride: u32, height: u32) {
    let (mut sum, mut twice, mut left) = (0, 0, stride - 1);
    for run in runs {
        // Weights `left`, `left - 1`, … for the bytes of a run, taken twice.
        let part = u32::from(run.byte) * run.count;
        sum += u64::from(part);
        twice += u64::from(part) * u64::from(2 * left - run.count + 1);
        left -= run.count;
    }
    adler.rows(sum, twice / 2, stride, height);
}
