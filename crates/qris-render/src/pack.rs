//! A symbol's picture as literals and matches, which zlib and lossless WebP both are made of.
//!
//! A general compressor has to find out that the pixel rows of a module are equal. Here that is known, so of each band (all pixel
//! rows of one row of modules) one row is drawn, and its copies are one match. Within that row only the places where the colour
//! changes are looked up, in the rows above and in the row itself.

pub(crate) mod huffman;
mod search;

use std::ops::Range;

use crate::frame::Frame;
use crate::symbol::Symbol;

use search::Search;

/// A part of the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// One byte.
    Literal(u8),
    /// So many bytes, equal to those so far back.
    Match { length: u32, distance: u32 },
}

/// What a format asks of a picture.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Format {
    /// Bytes of 0 before each row.
    pub(crate) before_row: usize,
    /// The farthest match.
    pub(crate) window: u32,
}

/// The different rows of a picture, one of each band, one bit a pixel: 1 for light, the highest bit on the left.
pub(crate) struct Picture {
    /// Bytes in a row, with those before it.
    pub(crate) stride: usize,
    /// All rows.
    bytes: Vec<u8>,
    /// The bottom of the top margin, pixels of a module, and the bottom of the picture.
    frame: Frame,
    modules: u32,
}

impl Picture {
    pub(crate) fn new(symbol: &Symbol, frame: Frame, format: Format) -> Picture {
        let stride = frame.side.div_ceil(8) as usize + format.before_row;
        let rows = symbol.side() as usize + 2;
        let mut bytes = vec![0xFF; rows * stride];
        for row in bytes.chunks_exact_mut(stride) {
            row[..format.before_row].fill(0);
        }
        for (y, row) in (0..symbol.side()).zip(bytes.chunks_exact_mut(stride).skip(1)) {
            let row = &mut row[format.before_row..];
            let mut edges = symbol.edges(y).map(|x| (frame.margin + x * frame.scale) as usize);
            while let (Some(start), Some(end)) = (edges.next(), edges.next()) {
                let (first, last) = (start / 8, end / 8);
                let (head, tail) = (!(0xFF_u8 >> (start % 8)), 0xFF_u8 >> (end % 8));
                if first == last {
                    row[first] &= head | tail;
                } else {
                    row[first] &= head;
                    row[first + 1..last].fill(0);
                    if end % 8 > 0 {
                        row[last] &= tail;
                    }
                }
            }
        }
        Picture { stride, bytes, frame, modules: symbol.side() }
    }

    /// The first pixel row of a band; one after the last band is the height.
    fn first(&self, band: usize) -> u32 {
        match band {
            0 => 0,
            band if band as u32 <= self.modules + 1 => {
                self.frame.margin + (band as u32 - 1) * self.frame.scale
            }
            _ => self.frame.side,
        }
    }

    /// Each band's row and how often it stands there; a margin may have no row.
    pub(crate) fn bands(&self) -> impl Iterator<Item = (&[u8], u32)> {
        let rows = self.bytes.chunks_exact(self.stride).enumerate();
        rows.map(|(band, row)| (row, self.first(band + 1) - self.first(band)))
    }

    /// The whole picture in steps, without a search: runs of equal bytes, and what equals the row above at both ends of a row.
    pub(crate) fn plain_steps(&self) -> Vec<Step> {
        let mut steps = Steps::new(self);
        let mut above: Option<&[u8]> = None;
        for (row, height) in self.bands().filter(|(_, height)| *height > 0) {
            let own = steps.own_part(row, above, height);
            steps.copy(own.start);
            steps.runs(row, own.clone());
            steps.copy(self.stride - own.end + (height as usize - 1) * self.stride);
            above = Some(row);
        }
        steps.all
    }

    /// The whole picture in the steps that cost least, if literals, lengths and distances cost so much.
    /// Of the first `bands` bands only.
    pub(crate) fn best_steps<D: Fn(u32) -> u32>(
        &self,
        format: Format,
        costs: &Costs<D>,
        bands: usize,
    ) -> Vec<Step> {
        let mut search = Search::new(self, format.window);
        let mut steps = Steps::new(self);
        let mut above: Option<&[u8]> = None;
        for (band, (row, height)) in self.bands().enumerate().take(bands) {
            if height > 0 {
                search.band(band, row, above, height, costs, &mut steps);
                above = Some(row);
            }
        }
        steps.all
    }
}

/// Equal bytes that are cheaper as a repetition than as literals.
pub(crate) const WORTH_REPEATING: u32 = 5;
/// Equal bytes at the ends of a row that are worth a copy of their own.
pub(crate) const WORTH_COPYING: u32 = 6;

/// Steps so far.
struct Steps {
    all: Vec<Step>,
    stride: u32,
}

impl Steps {
    fn new(picture: &Picture) -> Steps {
        // Enough for most symbols; a vector grows when it is not.
        Steps { all: Vec::with_capacity(24 * picture.modules as usize), stride: picture.stride as u32 }
    }

    fn is_copying(&self) -> bool {
        matches!(self.all.last(), Some(Step::Match { distance, .. }) if *distance == self.stride)
    }

    /// The part of a row that is not worth copying from the row above.
    fn own_part(&self, row: &[u8], above: Option<&[u8]>, height: u32) -> Range<usize> {
        let Some(above) = above else { return 0..row.len() };
        let from_left = common(row, above);
        // What goes on with a copy costs nothing.
        let start = if self.is_copying() || from_left >= WORTH_COPYING as usize { from_left } else { 0 };
        let from_right = row.iter().rev().zip(above.iter().rev()).take_while(|(a, b)| a == b).count();
        let until = if height > 1 || from_right >= WORTH_COPYING as usize {
            row.len() - from_right
        } else {
            row.len()
        };
        start..until.max(start)
    }

    /// Part of a row, as it is.
    fn runs(&mut self, row: &[u8], part: Range<usize>) {
        let mut at = part.start;
        for run in row[part].chunk_by(|a, b| a == b) {
            let literals = match run.len() {
                length if length < WORTH_REPEATING as usize => length,
                _ if at > 0 && row[at - 1] == run[0] => 0,
                _ => 1,
            };
            (0..literals).for_each(|_| self.all.push(Step::Literal(run[0])));
            if run.len() > literals {
                self.all.push(Step::Match { length: (run.len() - literals) as u32, distance: 1 });
            }
            at += run.len();
        }
    }

    /// From the pixel row above; goes on with a copy that ends here.
    fn copy(&mut self, more: usize) {
        self.matched(more as u32, self.stride);
    }

    fn matched(&mut self, more: u32, from: u32) {
        if more == 0 {
            return;
        }
        match self.all.last_mut() {
            Some(Step::Match { length, distance }) if *distance == from && from == self.stride => {
                *length += more
            }
            _ => self.all.push(Step::Match { length: more, distance: from }),
        }
    }
}

/// What literals, lengths and distances cost that have no code yet.
pub(crate) const RARE_LITERAL: u8 = 8;
pub(crate) const RARE_LENGTH: u8 = 6;
pub(crate) const RARE_DISTANCE: u8 = 3;

/// The length of a code, or what it costs to have none.
pub(crate) fn or(length: u8, rare: u8) -> u8 {
    if length == 0 { rare } else { length }
}

/// The longest match whose cost is told apart.
pub(crate) const LONGEST: usize = 258;

/// What steps cost, in bits.
pub(crate) struct Costs<D: Fn(u32) -> u32> {
    pub(crate) literals: [u8; 256],
    /// Of each length up to [`LONGEST`]; longer ones cost as much as that.
    pub(crate) lengths: [u8; LONGEST + 1],
    /// Of a distance.
    pub(crate) distance: D,
}

/// How many bytes are equal from the start on.
#[inline(always)]
fn common(one: &[u8], other: &[u8]) -> usize {
    let mut same = 0;
    for (a, b) in one.chunks_exact(8).zip(other.chunks_exact(8)) {
        let (Ok(a), Ok(b)) = (a.try_into(), b.try_into()) else { break };
        let differing = u64::from_le_bytes(a) ^ u64::from_le_bytes(b);
        if differing != 0 {
            return same + differing.trailing_zeros() as usize / 8;
        }
        same += 8;
    }
    same + one[same..].iter().zip(&other[same..]).take_while(|(a, b)| a == b).count()
}
