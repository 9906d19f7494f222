//! Symbols between finder patterns, read by rxing.

#![allow(clippy::float_arithmetic, reason = "places in pictures; no money here")]

use std::panic::{AssertUnwindSafe, catch_unwind};

use rxing::Point;
use rxing::common::cpp_essentials::ConcentricPattern;
use rxing::common::{BitMatrix, DetectorRXingResult};
use rxing::qrcode::cpp_port::decoder::Decode;
use rxing::qrcode::cpp_port::detector::{FinderPatternSet, SampleQR};

use super::PictureError;
use super::dark::Dark;
use super::finders::{self, Finders};
use super::triples::triples;
use super::work::Work;
use crate::Level;

/// Corners in pixels: top left, top right, bottom right, bottom left, as the symbol is turned.
pub(super) type Corners = [[f32; 2]; 4];

/// A symbol that was read.
pub(super) struct Read {
    pub(super) bytes: Vec<u8>,
    pub(super) corners: Corners,
    pub(super) version: u8,
    pub(super) level: Level,
}

/// Three finder patterns that may have a symbol between them: their middles and how wide they are.
#[derive(Clone, Copy)]
pub(super) struct Three {
    pub(super) bottom_left: [f32; 2],
    pub(super) top_left: [f32; 2],
    pub(super) top_right: [f32; 2],
    pub(super) width: f32,
    /// Where the reader saw the corners, and how many modules it saw between them.
    pub(super) seen: Option<(u32, Corners)>,
}

impl Three {
    /// The same, seen in another pass: its middles are within a module.
    pub(super) fn is_again(&self, other: &Three) -> bool {
        let parts = |three: &Three| [three.bottom_left, three.top_left, three.top_right];
        let near =
            |(one, other): ([f32; 2], [f32; 2])| (0..2).all(|i| (one[i] - other[i]).abs() < self.width / 7.0);
        parts(self).into_iter().zip(parts(other)).all(near)
    }

    /// The same in a picture so many times as large.
    pub(super) fn times(self, times: f32) -> Three {
        let larger = |at: [f32; 2]| at.map(|at| at * times);
        Three {
            bottom_left: larger(self.bottom_left),
            top_left: larger(self.top_left),
            top_right: larger(self.top_right),
            width: self.width * times,
            seen: self.seen.map(|(side, corners)| (side, corners.map(larger))),
        }
    }
}

/// What a picture of two values has.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) read: Vec<Read>,
    /// The likeliest of those that could not be read.
    pub(super) unread: Vec<Three>,
    /// Whether anything in it might be a finder pattern.
    pub(super) any: bool,
}

/// Those that are kept for a closer look.
const UNREAD: usize = 6;
/// What it costs to look whether there is a symbol between three finder patterns, and more for each pixel of a module: the
/// edges of 49 alignment patterns are followed.
const SAMPLE: u64 = 30_000;
const FOLLOW: u64 = 8_000;
/// What it costs to correct and read the modules of a symbol, each.
pub(super) const MODULE: u64 = 60;

/// Reads what can be read.
///
/// The reader asserts what it takes for granted, and hostile pictures break assertions. It works on values of its own, so
/// nothing is left half done when it gives up; what was read before counts.
pub(super) fn read(dark: &Dark, work: &mut Work) -> Result<Seen, PictureError> {
    let matrix = dark.matrix()?;
    work.spend(dark.pixels.len(), 2)?;
    let found = catch_unwind(AssertUnwindSafe(|| finders::find(dark, &matrix, work)));
    let Finders { found, any } = found.unwrap_or_else(|_| Ok(Finders::default()))?;
    let mut seen = Seen { any, ..Seen::default() };
    let mut used: Vec<ConcentricPattern> = Vec::new();
    for set in triples(&found, work)? {
        let parts = [set.bl, set.tl, set.tr];
        if parts.iter().any(|part| used.contains(part)) {
            continue;
        }
        let width = parts.iter().map(|part| part.size).sum::<i32>() as f32 / 3.0;
        work.spend(1, SAMPLE + FOLLOW * (width / 7.0) as u64)?;
        let sampled = catch_unwind(AssertUnwindSafe(|| sampled(&matrix, &set))).ok().flatten();
        if let Some((modules, corners)) = &sampled {
            work.spend((modules.width() * modules.width()) as usize, MODULE)?;
            if let Some(read) = decoded(modules, *corners) {
                used.extend(parts);
                seen.read.push(read);
                continue;
            }
        }
        if seen.unread.len() < UNREAD {
            let at = |part: ConcentricPattern| [part.p.x, part.p.y];
            seen.unread.push(Three {
                bottom_left: at(set.bl),
                top_left: at(set.tl),
                top_right: at(set.tr),
                width,
                seen: sampled.map(|(modules, corners)| (modules.width(), corners)),
            });
        }
    }
    seen.unread.retain(|three| {
        let is = |part: &ConcentricPattern, at: [f32; 2]| [part.p.x, part.p.y] == at;
        !used
            .iter()
            .any(|part| [three.bottom_left, three.top_left, three.top_right].iter().any(|at| is(part, *at)))
    });
    Ok(seen)
}

fn sampled(matrix: &BitMatrix, set: &FinderPatternSet) -> Option<(BitMatrix, Corners)> {
    let sampled = SampleQR(matrix, set).ok()?;
    let &[top_left, top_right, bottom_left, bottom_right] = sampled.getPoints() else { return None };
    let corners = [top_left, top_right, bottom_right, bottom_left].map(|Point { x, y }| [x, y]);
    Some((sampled.getBits().clone(), corners))
}

/// The text of modules.
pub(super) fn decoded(modules: &BitMatrix, corners: Corners) -> Option<Read> {
    let decoded = catch_unwind(AssertUnwindSafe(|| Decode(modules).ok())).ok().flatten()?;
    if !decoded.isValid() {
        return None;
    }
    let level = match decoded.ecLevel() {
        "L" => Level::L,
        "M" => Level::M,
        "Q" => Level::Q,
        _ => Level::H,
    };
    let version = u8::try_from(decoded.versionNumber()).ok()?;
    Some(Read { bytes: decoded.content().bytes().to_vec(), corners, version, level })
}
