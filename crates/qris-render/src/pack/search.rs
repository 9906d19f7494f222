//! The cheapest way through a row: of all matches and literals, those that cost least together.

use std::ops::RangeInclusive;

use super::{Costs, LONGEST, Picture, Step, Steps, common};

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

/// A place with its row's band in the upper bits and its column in the lower ones.
const COLUMN_BITS: u32 = 12;

pub(super) struct Search<'a> {
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

impl<'a> Search<'a> {
    /// Before the first band.
    pub(super) fn new(picture: &'a Picture, window: u32) -> Search<'a> {
        Search {
            picture,
            window,
            heads: [NONE; HEADS],
            earlier: vec![NONE; picture.bytes.len()],
            places: Vec::with_capacity(picture.stride + 1),
            path: Vec::with_capacity(picture.stride),
        }
    }

    /// `height` equal pixel rows.
    pub(super) fn band<D: Fn(u32) -> u32>(
        &mut self,
        band: usize,
        row: &[u8],
        above: Option<&[u8]>,
        height: u32,
        costs: &Costs<D>,
        steps: &mut Steps,
    ) {
        let step = (self.picture.frame.scale as usize / 8).max(1);
        self.mark(row, above, step);
        let copies = Copies { above, begins: steps.is_copying(), goes_on: height > 1 };
        for index in 0..self.places.len() - 1 {
            let Place { column, cost, edge, .. } = self.places[index];
            if !edge && cost == u32::MAX {
                continue;
            }
            let at = usize::from(column);
            let has_key = edge && row.len() - at > KEY * step;
            let key = if has_key { Some(key(row, at, step)) } else { None };
            if cost < u32::MAX {
                self.extend(index, row, costs);
                if edge {
                    let longest = self.copy(index, row, &copies, costs);
                    if let Some(key) = key {
                        self.look_up(index, row, band, key, longest, costs);
                    }
                }
            }
            if let Some(key) = key {
                let head = &mut self.heads[key];
                self.earlier[band * row.len() + at] = *head;
                *head = (band << COLUMN_BITS | at) as u32;
            }
        }
        self.follow(row, steps);
        steps.copy((height as usize - 1) * row.len());
    }

    /// The places of a row in which steps begin and end; the last is its end, and only to the first there is a way.
    fn mark(&mut self, row: &[u8], above: Option<&[u8]>, step: usize) {
        self.places.clear();
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
        self.places.push(Place::new(row.len(), 0, false));
        self.places[0].cost = 0;
    }

    /// From a place on by a literal, or by the byte before once more.
    #[inline(always)]
    fn extend<D: Fn(u32) -> u32>(&mut self, index: usize, row: &[u8], costs: &Costs<D>) {
        let Place { column, cost, run, .. } = self.places[index];
        let at = usize::from(column);
        let next = &mut self.places[index + 1];
        let literal = cost + u32::from(costs.literals[usize::from(row[at])]);
        if next.column == column + 1 && literal < next.cost {
            (next.cost, next.before, next.distance) = (literal, index as u16, 0);
        }
        if at > 0 && row[at - 1] == row[at] {
            offer(&mut self.places, index, index + 1, SHORTEST..=run.into(), 1, Some(costs));
        }
    }

    /// From a place on by what equals the row above. Returns how many bytes that are.
    #[inline(always)]
    fn copy<D: Fn(u32) -> u32>(
        &mut self,
        index: usize,
        row: &[u8],
        copies: &Copies<'_>,
        costs: &Costs<D>,
    ) -> usize {
        let Some(above) = copies.above else { return 0 };
        let (stride, at) = (row.len(), usize::from(self.places[index].column));
        let longest = common(&row[at..], &above[at..]);
        // It costs nothing when it goes on with the copy before or into the one that follows.
        let free = if at == 0 && copies.begins {
            Some(1..=longest)
        } else if at + longest == stride && copies.goes_on {
            Some(longest..=longest)
        } else {
            None
        };
        if let Some(free) = free {
            offer(&mut self.places, index, index + 1, free, stride as u32, None::<&Costs<D>>);
        }
        offer(&mut self.places, index, index + 1, SHORTEST..=longest, stride as u32, Some(costs));
        longest
    }

    /// From a place on by what equals the bytes after the last places with the same key, where that is longer.
    #[inline(always)]
    fn look_up<D: Fn(u32) -> u32>(
        &mut self,
        index: usize,
        row: &[u8],
        band: usize,
        key: usize,
        longest: usize,
        costs: &Costs<D>,
    ) {
        let (stride, at) = (row.len(), usize::from(self.places[index].column));
        let (rest, first) = (&row[at..], self.picture.first(band));
        let (mut longest, mut beyond) = (longest.max(SHORTEST - 1), index + 1);
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
            let rows = if from_band == band { 0 } else { first - self.picture.first(from_band + 1) + 1 };
            let distance = rows * stride as u32 + at as u32 - column as u32;
            if distance > self.window {
                break;
            }
            let length = common(rest, from);
            if length > longest {
                // Shorter ones were nearer.
                beyond = offer(&mut self.places, index, beyond, longest + 1..=length, distance, Some(costs));
                longest = length;
            }
        }
    }

    /// The steps of the cheapest way.
    fn follow(&mut self, row: &[u8], steps: &mut Steps) {
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
    }
}

/// What there is to copy from the row above.
struct Copies<'a> {
    above: Option<&'a [u8]>,
    /// Whether a copy ends where the row begins, and whether one begins where it ends.
    begins: bool,
    goes_on: bool,
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
