//! Where a picture seems to have finder patterns.
//!
//! The reader has a search of its own, which cannot be told what it may cost: a wall of finder patterns keeps it for half a
//! minute. The rows are searched here, and each place is handed to rxing's own test of one pattern.

#![allow(clippy::float_arithmetic, reason = "places in pictures; no money here")]

use rxing::Point;
use rxing::common::BitMatrix;
use rxing::common::cpp_essentials::{ConcentricPattern, LocateConcentricPattern};

use super::PictureError;
use super::dark::Dark;
use super::work::Work;

/// Rows are three apart: the centre of a pattern has three modules.
const ROWS: usize = 3;
/// More of them than a sheet of payment codes has.
pub(super) const MOST: usize = 600;
/// Dark, light, dark, light, dark: modules of a row through the middle (ISO/IEC 18004, 7.3.2).
const MODULES: [u16; 5] = [1, 1, 3, 1, 1];

/// What a picture has of finder patterns.
#[derive(Default)]
pub(super) struct Finders {
    /// What looks like one from all sides, once each.
    pub(super) found: Vec<ConcentricPattern>,
    /// Whether a row crosses anything that might be one.
    pub(super) any: bool,
}

/// Looks for them row by row.
pub(super) fn find(dark: &Dark, matrix: &BitMatrix, work: &mut Work) -> Result<Finders, PictureError> {
    let (mut found, mut any): (Vec<ConcentricPattern>, bool) = (Vec::new(), false);
    let mut runs: Vec<[usize; 2]> = Vec::new();
    for (y, row) in dark.pixels.chunks_exact(dark.width.max(1)).enumerate().skip(1).step_by(ROWS) {
        work.spend(row.len(), 2)?;
        runs_of(row, &mut runs);
        for runs in runs.windows(3) {
            let Some(width) = crossed(runs) else { continue };
            any = true;
            let middle = Point { x: (runs[1][0] + runs[1][1]) as f32 / 2.0, y: y as f32 + 0.5 };
            work.spend(found.len() + 1, 2)?;
            if found.iter().any(|other| Point::distance(middle, other.p) < other.size as f32 / 2.0) {
                continue;
            }
            // Rays in eight directions, and two rings around.
            work.spend(width, 60)?;
            let reach = 3 * width as i32;
            found.extend(LocateConcentricPattern::<true, 5, 7>(matrix, &MODULES, middle, reach));
            if found.len() > MOST {
                return Err(PictureError::TooManyFinders { finders: found.len(), limit: MOST });
            }
        }
    }
    Ok(Finders { found, any })
}

/// Where the dark runs of a row begin and end.
fn runs_of(row: &[u8], runs: &mut Vec<[usize; 2]>) {
    runs.clear();
    let mut rest = 0;
    while let Some(start) = row[rest..].iter().position(|&dark| dark != 0).map(|at| rest + at) {
        let end = row[start..].iter().position(|&dark| dark == 0).map_or(row.len(), |at| start + at);
        runs.push([start, end]);
        rest = end;
    }
}

/// The width of three dark runs that cross a finder pattern. Dark ink spreads and light shines, so it is measured from each
/// edge to the next but one: both are of one colour, and move alike.
fn crossed(runs: &[[usize; 2]]) -> Option<usize> {
    let &[left, centre, right] = runs else { return None };
    let (wide, width) = (centre[1] - centre[0], right[1] - left[0]);
    if wide < 3 || wide < (left[1] - left[0]).max(right[1] - right[0]) {
        return None;
    }
    let edges = [
        (left[0], centre[0], 2),
        (left[1], centre[1], 4),
        (centre[0], right[0], 4),
        (centre[1], right[1], 2),
    ];
    // In fourteenths of a pixel.
    let slack = 3 * width / 2 + 7;
    let fits =
        edges.iter().all(|&(from, to, modules)| (14 * (to - from)).abs_diff(2 * modules * width) <= slack);
    fits.then_some(width)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture of finder patterns, so many modules apart and so many pixels a module.
    fn wall(side: usize, apart: usize, scale: usize) -> Dark {
        let ring = |at: usize| (at / scale % apart).abs_diff(3);
        let is_dark = |x: usize, y: usize| {
            let ring = ring(x).max(ring(y));
            ring != 2 && ring <= 3
        };
        let pixels = (0..side * side).map(|at| u8::from(is_dark(at % side, at / side))).collect();
        Dark { width: side, height: side, pixels }
    }

    fn found(dark: &Dark, work: u64) -> Result<usize, PictureError> {
        Ok(find(dark, &dark.matrix()?, &mut Work::new(work))?.found.len())
    }

    #[test]
    fn finders_are_counted_once_each() {
        for (scale, count) in [(3, 9), (5, 9), (12, 9)] {
            assert_eq!(found(&wall(30 * scale, 10, scale), 1_000_000_000), Ok(count), "{scale}");
        }
        let checks = Dark {
            width: 90,
            height: 90,
            pixels: (0..8100).map(|at| (at / 3 + at / 270) as u8 & 1).collect(),
        };
        assert_eq!(found(&checks, 1_000_000_000), Ok(0));
        let none = Dark { width: 0, height: 0, pixels: Vec::new() };
        assert_eq!(found(&none, 0).map_err(|_| ()), none.matrix().map(|_| 0).map_err(|_| ()));
    }

    #[test]
    fn a_wall_ends_with_its_number_or_its_work() {
        let wall = wall(1500, 10, 4);
        assert!(matches!(
            found(&wall, u64::MAX),
            Err(PictureError::TooManyFinders { finders: 601, limit: 600 })
        ));
        assert_eq!(found(&wall, 100_000), Err(PictureError::TooMuchWork));
    }
}
