//! The dark modules as outlines. Squares or rows side by side would show hairlines between them on paper and on screens
//! that smooth edges; an outline has nothing inside it.

use crate::Symbol;

/// Corners of a closed outline, in modules from the top left. Every other side is horizontal, the first one is.
pub(super) type Contour = Vec<(u32, u32)>;

/// The ways an edge can go: right, down, left, up.
const WAYS: [(i32, i32); 4] = [(1, 0), (0, 1), (-1, 0), (0, -1)];

/// The outlines of all dark areas, with the dark to their right; those of holes run the other way round.
pub(super) fn contours(symbol: &Symbol) -> Vec<Contour> {
    let corners = symbol.side() + 1;
    let place = |x: u32, y: u32| (y * corners + x) as usize;
    // For each corner, the ways in which edges leave it.
    let mut edges = vec![0_u8; place(0, corners)];
    for (x, y) in (0..symbol.side()).flat_map(|y| (0..symbol.side()).map(move |x| (x, y))) {
        if !symbol.is_dark(x, y) {
            continue;
        }
        let beyond = [(0, -1, x, y), (1, 0, x + 1, y), (0, 1, x + 1, y + 1), (-1, 0, x, y + 1)];
        for (way, (right, down, from_x, from_y)) in beyond.into_iter().enumerate() {
            // Outside the symbol, also at -1, nothing is dark.
            if !symbol.is_dark(x.wrapping_add_signed(right), y.wrapping_add_signed(down)) {
                edges[place(from_x, from_y)] |= 1 << way;
            }
        }
    }
    let mut contours = Vec::new();
    for (x, y) in (0..corners).flat_map(|y| (0..corners).map(move |x| (x, y))) {
        // The topmost corner of an outline has an edge to the right or, of a hole, one that comes from there.
        while edges[place(x, y)] & 1 != 0 {
            contours.push(walk(&mut edges, place, x, y));
        }
    }
    contours
}

/// Follows edges from a corner to the right and back to it, and takes them out.
fn walk(edges: &mut [u8], place: impl Fn(u32, u32) -> usize, x: u32, y: u32) -> Contour {
    let mut contour = vec![(x, y)];
    let (mut at, mut way) = ((x, y), 0);
    loop {
        edges[place(at.0, at.1)] &= !(1 << way);
        at = (at.0.wrapping_add_signed(WAYS[way].0), at.1.wrapping_add_signed(WAYS[way].1));
        if at == (x, y) {
            return contour;
        }
        // Where two modules touch at a corner, to the right: around the same module.
        let left = edges[place(at.0, at.1)];
        let Some(next) = [1, 0, 3].map(|turn| (way + turn) % 4).into_iter().find(|way| left >> way & 1 != 0)
        else {
            return contour;
        };
        if next != way {
            contour.push(at);
        }
        way = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Level, Options};

    /// Filled by crossings, as a printer does it, the outlines give the modules again.
    #[test]
    fn the_outlines_hold_the_modules() {
        for (text, level) in
            [("0002", Level::L), ("00020101021126Test", Level::M), (&"7".repeat(900), Level::H)]
        {
            let symbol = Symbol::of_text(text, Options { level, ..Options::default() }).unwrap();
            let side = symbol.side();
            let mut crossings = vec![0_i32; (side * side) as usize];
            for contour in contours(&symbol) {
                assert!(contour.len() >= 4 && contour.len() % 2 == 0);
                for (i, &(x, y)) in contour.iter().enumerate() {
                    let (to_x, to_y) = contour[(i + 1) % contour.len()];
                    assert!(
                        (x == to_x) != (y == to_y),
                        "sides are upright or level, and none goes on straight"
                    );
                    assert_eq!(i % 2 == 0, y == to_y);
                    // What is to the right of an upright side.
                    for row in y.min(to_y)..y.max(to_y) {
                        for column in x..side {
                            crossings[(row * side + column) as usize] += if to_y > y { -1 } else { 1 };
                        }
                    }
                }
            }
            for (i, &crossing) in crossings.iter().enumerate() {
                let (x, y) = (i as u32 % side, i as u32 / side);
                assert_eq!(crossing, i32::from(symbol.is_dark(x, y)), "{x}, {y}");
            }
        }
    }
}
