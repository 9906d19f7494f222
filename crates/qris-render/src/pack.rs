//! A symbol's picture as literals and matches, which zlib and lossless WebP both are made of.
//!
//! A general compressor has to find out that the pixel rows of a module are equal. Here that is known, so of each band (all pixel
//! rows of one row of modules) one row is drawn, and its copies are one match. Within that row only the places where the colour
//! changes are looked up, in the rows above and in the row itself.

pub(crate) mod huffman;

use std::ops::{Range, RangeInclusive};

use crate::frame::Frame;
use crate::symbol::Symbol;

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

/// Modules that are looked up.
const KEY: usize = 6;
/// So near the end of a run steps may begin and end.
const NEAR: usize = 3;
/// The shortest match.
const SHORTEST: usize = 3;
/// Places with the same bytes that are looked at.
const TRIES: usize = 3;
const HEADS: usize = 1 << 11;
/// No place.
const NONE: u32 = u32::MAX;

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
        let mut search = Search {
            picture: self,
            window: format.window,
            heads: [NONE; HEADS],
            earlier: vec![NONE; self.bytes.len()],
            places: Vec::with_capacity(self.stride + 1),
            path: Vec::with_capacity(self.stride),
        };
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
const WORTH_REPEATING: usize = 5;
/// Equal bytes at the ends of a row that are worth a copy of their own.
const WORTH_COPYING: usize = 6;

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
        let start = if self.is_copying() || from_left >= WORTH_COPYING { from_left } else { 0 };
        let from_right = row.iter().rev().zip(above.iter().rev()).take_while(|(a, b)| a == b).count();
        let until =
            if height > 1 || from_right >= WORTH_COPYING { row.len() - from_right } else { row.len() };
        start..until.max(start)
    }

    /// Part of a row, as it is.
    fn runs(&mut self, row: &[u8], part: Range<usize>) {
        let mut at = part.start;
        for run in row[part].chunk_by(|a, b| a == b) {
            let literals = match run.len() {
                length if length < WORTH_REPEATING => length,
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

/// A place with its row's band in the upper bits and its column in the lower ones.
const COLUMN_BITS: u32 = 12;

struct Search<'a> {
    picture: &'a Picture,
    window: u32,
    /// The last place of each key, and before each place the one before with the same key.
    heads: [u32; HEADS],
    earlier: Vec<u32>,
    /// Columns in which steps begin and end, and the cheapest way there.
    places: Vec<Place>,
    path: Vec<usize>,
}

#[derive(Clone, Copy)]
struct Place {
    column: u16,
    /// The index of the place before.
    before: u16,
    /// How far back the match from there is; 0 for a literal.
    distance: u32,
    cost: u32,
    /// How many bytes of the run follow, with this one.
    run: u16,
    /// Whether matches begin here: where a module begins, or begins or ceases to be as above.
    edge: bool,
}

impl Place {
    /// One that no steps lead to yet. Columns and runs are those of a row of at most [`MAX_SIDE`](crate::MAX_SIDE) pixels.
    fn new(column: usize, run: usize, edge: bool) -> Place {
        Place { column: column as u16, before: 0, distance: 0, cost: u32::MAX, run: run as u16, edge }
    }
}

impl Search<'_> {
    /// `height` equal pixel rows.
    fn band<D: Fn(u32) -> u32>(
        &mut self,
        band: usize,
        row: &[u8],
        above: Option<&[u8]>,
        height: u32,
        costs: &Costs<D>,
        steps: &mut Steps,
    ) {
        let stride = row.len();
        self.places.clear();
        let step = (self.picture.frame.scale as usize / 8).max(1);
        let mut start = 0;
        for run in row.chunk_by(|a, b| a == b) {
            let end = start + run.len();
            let agrees = |column: usize| above.is_some_and(|above| above[column] == row[column]);
            for column in start..end {
                // Where a module begins, or begins or ceases to be as above.
                let edge = (column - start).is_multiple_of(step)
                    || column + 1 == end
                    || agrees(column) != agrees(column - 1);
                // Between, all of a short run, and both ends of a long one.
                if edge || column - start < NEAR || end - column <= NEAR {
                    self.places.push(Place::new(column, end - column, edge));
                }
            }
            start = end;
        }
        self.places.push(Place::new(stride, 0, false));
        self.places[0].cost = 0;
        let copying = steps.is_copying();
        let first = self.picture.first(band);
        for index in 0..self.places.len() - 1 {
            let Place { column, cost, edge, run, .. } = self.places[index];
            let at = usize::from(column);
            let rest = &row[at..];
            if !edge && cost == u32::MAX {
                continue;
            }
            let key = if edge && rest.len() > KEY * step { Some(key(row, at, step)) } else { None };
            if cost < u32::MAX {
                let next = &mut self.places[index + 1];
                let literal = cost + u32::from(costs.literals[usize::from(row[at])]);
                if next.column == column + 1 && literal < next.cost {
                    (next.cost, next.before, next.distance) = (literal, index as u16, 0);
                }
                if at > 0 && row[at - 1] == row[at] {
                    offer(&mut self.places, index, index + 1, SHORTEST..=run.into(), 1, Some(costs));
                }
                if !edge {
                    continue;
                }
                let (mut longest, mut beyond) = (SHORTEST - 1, index + 1);
                if let Some(above) = above {
                    longest = common(rest, &above[at..]);
                    // It costs nothing when it goes on with the copy before or into the one behind.
                    if at == 0 && copying {
                        offer(&mut self.places, index, beyond, 1..=longest, stride as u32, None::<&Costs<D>>);
                    } else if at + longest == stride && height > 1 {
                        offer(
                            &mut self.places,
                            index,
                            beyond,
                            longest..=longest,
                            stride as u32,
                            None::<&Costs<D>>,
                        );
                    }
                    let lengths = SHORTEST..=longest;
                    beyond = offer(&mut self.places, index, beyond, lengths, stride as u32, Some(costs));
                    longest = longest.max(SHORTEST - 1);
                }
                if let Some(key) = key {
                    let mut place = self.heads[key];
                    for _ in 0..TRIES {
                        if place == NONE || longest == rest.len() {
                            break;
                        }
                        let from_band = (place >> COLUMN_BITS) as usize;
                        let column = (place & ((1 << COLUMN_BITS) - 1)) as usize;
                        let start = from_band * stride;
                        place = self.earlier[start + column];
                        let from = &self.picture.bytes[start + column..start + stride];
                        if from.get(longest) != rest.get(longest) {
                            continue;
                        }
                        let rows =
                            if from_band == band { 0 } else { first - self.picture.first(from_band + 1) + 1 };
                        let distance = rows * stride as u32 + at as u32 - column as u32;
                        if distance > self.window {
                            break;
                        }
                        let length = common(rest, from);
                        if length > longest {
                            // Shorter ones were nearer.
                            let lengths = longest + 1..=length;
                            beyond = offer(&mut self.places, index, beyond, lengths, distance, Some(costs));
                            longest = length;
                        }
                    }
                }
            }
            if let Some(key) = key {
                let head = &mut self.heads[key];
                self.earlier[band * stride + at] = *head;
                *head = (band << COLUMN_BITS | at) as u32;
            }
        }
        self.path.clear();
        let mut index = self.places.len() - 1;
        while index > 0 {
            self.path.push(index);
            index = self.places[index].before.into();
        }
        let mut column = 0;
        for &index in self.path.iter().rev() {
            let place = self.places[index];
            match place.distance {
                0 => steps.all.push(Step::Literal(row[column])),
                distance => steps.matched(u32::from(place.column) - column as u32, distance),
            }
            column = place.column.into();
        }
        steps.copy((height as usize - 1) * stride);
    }
}

/// A match from a place on, of any of the lengths, to places from an index on; without costs it is free. Returns the index of the
/// first place that is too far.
#[inline(always)]
fn offer<D: Fn(u32) -> u32>(
    places: &mut [Place],
    index: usize,
    from: usize,
    lengths: RangeInclusive<usize>,
    distance: u32,
    costs: Option<&Costs<D>>,
) -> usize {
    if lengths.is_empty() {
        return from;
    }
    let Place { column, cost, .. } = places[index];
    let cost = cost + costs.map_or(0, |costs| (costs.distance)(distance));
    let (first, last) = (usize::from(column) + lengths.start(), usize::from(column) + lengths.end());
    let mut to = from;
    while let Some(place) = places.get_mut(to).filter(|place| usize::from(place.column) <= last) {
        let length = usize::from(place.column - column);
        let cost = cost + costs.map_or(0, |costs| u32::from(costs.lengths[length.min(LONGEST)]));
        if usize::from(place.column) >= first && cost < place.cost {
            (place.cost, place.before, place.distance) = (cost, index as u16, distance);
        }
        to += 1;
    }
    to
}

/// Of a byte of each of the next modules.
#[inline(always)]
fn key(row: &[u8], at: usize, step: usize) -> usize {
    let bytes = row[at..].iter().step_by(step).take(KEY);
    let value = bytes.fold(0_u64, |value, &byte| value << 8 | u64::from(byte));
    (value.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 53) as usize
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
