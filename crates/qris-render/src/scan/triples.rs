//! Which three finder patterns may have a symbol between them.
//!
//! Hand-written: rxing's own choice takes them in the order of their places where it needs that of their widths, and so loses
//! one symbol of fourteen that are seen from the side.

#![allow(clippy::float_arithmetic, reason = "places in pictures; no money here")]

use rxing::Point;
use rxing::common::cpp_essentials::ConcentricPattern;
use rxing::qrcode::cpp_port::detector::FinderPatternSet;

use super::PictureError;
use super::work::Work;

/// Each is tried with so many of those around it.
const NEAREST: usize = 15;
/// Between the middles of two finder patterns of one side: 14 modules of version 1 to 170 of version 40, in widths of a
/// pattern, which has seven. A pattern seen from the side, or in spread ink, looks wider than it is or narrower.
const LEGS: std::ops::RangeInclusive<f32> = 1.6..=40.0;
/// Two sides of a symbol are alike, but not when it is seen from the side or is curved.
const LEG_TO_LEG: f32 = 2.0;
/// The cosine of the corner between them: 60° to 120°.
const CORNER: f32 = 0.5;

/// Threes of patterns, the likeliest first: the closest and most alike in their sides.
///
/// A distance is counted in widths of the two patterns at its ends. What is far away looks small, its patterns too, so
/// counted that way a symbol that is seen from the side is nearly a square.
pub(super) fn triples(
    found: &[ConcentricPattern],
    work: &mut Work,
) -> Result<Vec<FinderPatternSet>, PictureError> {
    let mut triples: Vec<(f32, FinderPatternSet)> = Vec::new();
    let mut near: Vec<(f32, usize)> = Vec::new();
    for (i, one) in found.iter().enumerate() {
        work.spend(found.len() - i, 10)?;
        near.clear();
        // Each three is met once, at its first.
        let others = found.iter().enumerate().skip(i + 1);
        near.extend(others.map(|(j, other)| (apart(one, other), j)).filter(|(apart, j)| {
            let (wide, narrow) = (one.size.max(found[*j].size), one.size.min(found[*j].size));
            // √2 for the diagonal.
            *apart <= 1.5 * LEGS.end() && wide <= 2 * narrow + 2
        }));
        near.sort_by(|one, other| one.0.total_cmp(&other.0));
        near.truncate(NEAREST);
        work.spend(near.len() * near.len(), 20)?;
        for (n, &(_, second)) in near.iter().enumerate() {
            for &(_, third) in &near[n + 1..] {
                triples.extend(triple([one, &found[second], &found[third]]));
            }
        }
    }
    triples.sort_by(|one, other| one.0.total_cmp(&other.0));
    Ok(triples.into_iter().map(|(_, set)| set).collect())
}

/// The distance of two patterns in widths.
fn apart(one: &ConcentricPattern, other: &ConcentricPattern) -> f32 {
    2.0 * Point::distance(one.p, other.p) / (one.size + other.size).max(1) as f32
}

/// Three patterns in their order, and how unlikely they are to belong together.
fn triple([a, b, c]: [&ConcentricPattern; 3]) -> Option<(f32, FinderPatternSet)> {
    let (ab, bc, ca) = (apart(a, b), apart(b, c), apart(c, a));
    // The longest side is the diagonal, and what does not lie on it is the corner.
    let (corner, one, other, diagonal, legs) = if bc >= ab && bc >= ca {
        (a, b, c, bc, [ab, ca])
    } else if ca >= ab {
        (b, c, a, ca, [bc, ab])
    } else {
        (c, a, b, ab, [ca, bc])
    };
    let (short, long) = (legs[0].min(legs[1]), legs[0].max(legs[1]));
    let cosine = (short * short + long * long - diagonal * diagonal) / (2.0 * short * long);
    if !LEGS.contains(&short) || !LEGS.contains(&long) || long > LEG_TO_LEG * short || cosine.abs() > CORNER {
        return None;
    }
    // Right of it and below it, as y grows downwards.
    let cross = |to: Point, and: Point| {
        (to.x - corner.p.x) * (and.y - corner.p.y) - (to.y - corner.p.y) * (and.x - corner.p.x)
    };
    let (right, below) = if cross(one.p, other.p) > 0.0 { (one, other) } else { (other, one) };
    Some((2.0 * long, FinderPatternSet { bl: *below, tl: *corner, tr: *right }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(x: f32, y: f32, size: i32) -> ConcentricPattern {
        ConcentricPattern { p: Point { x, y }, size }
    }

    fn places(found: &[ConcentricPattern]) -> Vec<[(f32, f32); 3]> {
        let triples = triples(found, &mut Work::new(1_000_000)).unwrap();
        triples.iter().map(|set| [set.tl, set.tr, set.bl].map(|at| (at.p.x, at.p.y))).collect()
    }

    /// In any order and turned by quarters, the corner is found and the others are told by their side.
    #[test]
    fn corners_are_told_apart() {
        let (tl, tr, bl) = (pattern(50.0, 50.0, 28), pattern(250.0, 50.0, 28), pattern(50.0, 250.0, 28));
        for found in [[tl, tr, bl], [bl, tl, tr], [tr, bl, tl], [bl, tr, tl]] {
            assert_eq!(places(&found), [[(50.0, 50.0), (250.0, 50.0), (50.0, 250.0)]]);
        }
        let upside_down = [pattern(50.0, 50.0, 28), pattern(250.0, 250.0, 28), pattern(50.0, 250.0, 28)];
        assert_eq!(places(&upside_down), [[(50.0, 250.0), (50.0, 50.0), (250.0, 250.0)]]);
    }

    /// Patterns of photo 1 of seed 3, whose symbol is seen from the side, and 115° wide at its corner.
    #[test]
    fn what_is_near_looks_large() {
        let found = [pattern(536.4, 134.9, 54), pattern(184.9, 462.9, 32), pattern(186.5, 182.0, 35)];
        assert_eq!(places(&found), [[(186.5, 182.0), (536.4, 134.9), (184.9, 462.9)]]);
    }

    #[test]
    fn what_is_no_corner_is_left() {
        // On a line, too close, too far, too different, too sharp.
        for found in [
            [pattern(0.0, 0.0, 7), pattern(50.0, 0.0, 7), pattern(100.0, 1.0, 7)],
            [pattern(0.0, 0.0, 70), pattern(50.0, 0.0, 70), pattern(0.0, 50.0, 70)],
            [pattern(0.0, 0.0, 7), pattern(500.0, 0.0, 7), pattern(0.0, 500.0, 7)],
            [pattern(0.0, 0.0, 7), pattern(100.0, 0.0, 7), pattern(0.0, 100.0, 30)],
            [pattern(0.0, 0.0, 7), pattern(50.0, 0.0, 7), pattern(46.0, 20.0, 7)],
        ] {
            assert_eq!(places(&found), [] as [[(f32, f32); 3]; 0], "{found:?}");
        }
    }

    #[test]
    fn the_closest_come_first() {
        // Two symbols side by side.
        let at = |x: f32, y: f32| pattern(x, y, 28);
        let found =
            [at(0.0, 0.0), at(150.0, 0.0), at(0.0, 150.0), at(300.0, 0.0), at(450.0, 0.0), at(300.0, 150.0)];
        let places = places(&found);
        let first = [[(0.0, 0.0), (150.0, 0.0), (0.0, 150.0)], [(300.0, 0.0), (450.0, 0.0), (300.0, 150.0)]];
        assert!(first.iter().all(|three| places[..4].contains(three)), "{places:?}");
        assert!(matches!(triples(&found, &mut Work::new(100)), Err(PictureError::TooMuchWork)));
    }
}
