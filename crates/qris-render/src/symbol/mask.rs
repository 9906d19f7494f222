//! The eight masks and the penalty that chooses between them (ISO/IEC 18004, 7.8).
//!
//! `LINE` is 8 for each word of a line: known when the code is built, the loops over it need no checks.
//!
//! All eight are scored in one walk: the same word of all symbols side by side, so that one step of a loop without branches does
//! several, and only downwards, since what is asked of rows is asked of the rows of the symbol turned over its diagonal.
//!
//! A mask is a pattern with a period of at most six columns and twelve rows, so its lines come from a small table.
//! The penalty is the standard's, with readings that agree with `qrcode`, so that both choose the same mask:
//! a finder-like pattern (rule N3 of 7.8.3.1) counts once even when both its sides are light, what lies outside the symbol is
//! light, and the share of dark modules is not rounded to steps of five per cent.

use super::patterns::Patterns;

/// How many masks there are.
pub(super) const MASKS: usize = 8;
/// Light lines before the first and after the last, because the penalty looks so far.
pub(super) const BEFORE: usize = 4;
pub(super) const AFTER: usize = 6;
/// After so many lines every mask repeats.
const PERIOD: usize = 12;
/// Words of the longest line.
pub(super) const LONGEST: usize = 6;

/// What the lines of a symbol are.
#[derive(Clone, Copy)]
pub(super) enum Direction {
    /// Rows, from top to bottom.
    Rows,
    /// Columns, from left to right.
    Columns,
}

/// The modules each mask inverts: the first word of all masks, the second of all, and so on.
static ROWS: [[u32; LONGEST * MASKS]; PERIOD] = lines(Direction::Rows);
static COLUMNS: [[u32; LONGEST * MASKS]; PERIOD] = lines(Direction::Columns);

const fn lines(direction: Direction) -> [[u32; LONGEST * MASKS]; PERIOD] {
    let mut lines = [[0; LONGEST * MASKS]; PERIOD];
    let (mut mask, mut line, mut at) = (0, 0, 0);
    while mask < MASKS {
        while line < PERIOD {
            while at < 32 * LONGEST {
                let inverted = match direction {
                    Direction::Rows => inverts(mask, at, line),
                    Direction::Columns => inverts(mask, line, at),
                };
                if inverted {
                    lines[line][at / 32 * MASKS + mask] |= 1 << (at % 32);
                }
                at += 1;
            }
            (line, at) = (line + 1, 0);
        }
        (mask, line) = (mask + 1, 0);
    }
    lines
}

/// The standard's table of mask conditions.
#[allow(clippy::manual_is_multiple_of, reason = "as the table has them")]
const fn inverts(mask: usize, x: usize, y: usize) -> bool {
    match mask {
        0 => (x + y) % 2 == 0,
        1 => y % 2 == 0,
        2 => x % 3 == 0,
        3 => (x + y) % 3 == 0,
        4 => (y / 2 + x / 3) % 2 == 0,
        5 => x * y % 2 + x * y % 3 == 0,
        6 => (x * y % 2 + x * y % 3) % 2 == 0,
        _ => ((x + y) % 2 + x * y % 3) % 2 == 0,
    }
}

/// The symbol with each mask: for each line its first word of all masks, its second of all, and so on.
pub(super) fn apply<const LINE: usize>(
    all: &mut [[u32; LINE]],
    plain: &[u32],
    patterns: &Patterns,
    direction: Direction,
) {
    let words = LINE / MASKS;
    let table = match direction {
        Direction::Rows => &ROWS,
        Direction::Columns => &COLUMNS,
    };
    let plain = plain.chunks_exact(words).zip(patterns.fixed.chunks_exact(words));
    for ((line, (plain, fixed)), inverted) in all.iter_mut().skip(BEFORE).zip(plain).zip(table.iter().cycle())
    {
        let words = line.chunks_exact_mut(MASKS).zip(inverted.chunks_exact(MASKS));
        for ((line, inverted), (plain, fixed)) in words.zip(plain.iter().zip(fixed)) {
            for (word, inverted) in line.iter_mut().zip(inverted) {
                *word = plain ^ inverted & !fixed;
            }
        }
    }
}

/// Adds the points for what stands along one direction: five or more modules of one colour, and patterns like a finder.
pub(super) fn add_lines<const LINE: usize>(all: &[[u32; LINE]], side: usize, points: &mut [u32; MASKS]) {
    let inside = before::<LINE>(side);
    // Where five equal modules began one and two lines before; patterns like a finder in the last lines; the counts.
    let (mut one, mut two) = ([0; LINE], [0; LINE]);
    let mut finders = [0; LINE];
    let mut sums = [0; LINE];
    for (y, window) in all.windows(BEFORE + 5 + AFTER).enumerate() {
        // Four before, seven that may be a pattern, four after.
        let [b0, b1, b2, b3, p0, p1, p2, p3, p4, p5, p6, a0, a1, a2, a3] = window else { continue };
        for i in 0..LINE {
            let dark = p0[i] & p1[i] & p2[i] & p3[i] & p4[i];
            let not_light = p0[i] | p1[i] | p2[i] | p3[i] | p4[i];
            let five = (dark | !not_light) & inside[i];
            // A line of n >= 5 modules costs n - 2, and n - 4 times five of them begin in it.
            sums[i] += (five | one[i] | two[i]).count_ones();
            (one[i], two[i]) = (five, one[i]);
            let pattern = p0[i] & !p1[i] & p2[i] & p3[i] & p4[i] & !p5[i] & p6[i];
            let beside = (b0[i] | b1[i] | b2[i] | b3[i]) & (a0[i] | a1[i] | a2[i] | a3[i]);
            finders[i] |= pattern & !beside;
        }
        // Two of them begin at least four modules apart.
        if y % 4 == 3 {
            for i in 0..LINE {
                sums[i] += 40 * finders[i].count_ones();
                finders[i] = 0;
            }
        }
    }
    for i in 0..LINE {
        sums[i] += 40 * finders[i].count_ones() + (one[i] | two[i]).count_ones() + one[i].count_ones();
        points[i % MASKS] += sums[i];
    }
}

/// Adds the points for squares of two by two modules of one colour, and for the share of dark modules. `all` holds rows.
pub(super) fn add_squares<const LINE: usize>(all: &[[u32; LINE]], side: usize, points: &mut [u32; MASKS]) {
    let left_of_pair = before::<LINE>(side - 1);
    // Where a module and the next one on the right agree in the row above; the counts.
    let mut agree_above = [0; LINE];
    let (mut squares, mut dark) = ([0; LINE], [0; LINE]);
    for window in all[BEFORE - 1..].windows(2).take(side) {
        let [above, row] = window else { continue };
        // The last word has no next one; its last module has no pair.
        let mut next = [0; LINE];
        next[..LINE - MASKS].copy_from_slice(&row[MASKS..]);
        for i in 0..LINE {
            let agree = !(row[i] ^ (row[i] >> 1 | next[i] << 31)) & left_of_pair[i];
            squares[i] += (agree & agree_above[i] & !(row[i] ^ above[i])).count_ones();
            dark[i] += row[i].count_ones();
            agree_above[i] = agree;
        }
    }
    for (mask, points) in points.iter_mut().enumerate() {
        let of_mask = |counts: &[u32]| counts.iter().skip(mask).step_by(MASKS).sum::<u32>();
        *points += 3 * of_mask(&squares) + (of_mask(&dark) * 200 / (side * side) as u32).abs_diff(100);
    }
}

/// The first `count` places, in the order of a line of all masks.
fn before<const N: usize>(count: usize) -> [u32; N] {
    std::array::from_fn(|i| match count.saturating_sub(i / MASKS * 32) {
        n @ 0..32 => (1 << n) - 1,
        _ => u32::MAX,
    })
}
