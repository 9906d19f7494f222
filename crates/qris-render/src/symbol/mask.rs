//! The eight masks and the penalty that chooses between them (ISO/IEC 18004, 7.8).
//!
//! A mask is a pattern with a period of at most six columns and twelve rows, so its rows come from a small table.
//! The penalty is the standard's, with two readings that agree with `qrcode`, so that both choose the same mask:
//! a finder-like pattern counts once even when both its sides are light, what lies outside the symbol is light,
//! and the share of dark modules is not rounded to steps of five per cent.

use super::WORDS;
use super::row::{Row, count, left, right, span, zip};

/// One of the eight mask patterns, 0 to 7.
#[derive(Clone, Copy)]
pub(super) struct Mask(u8);

/// After so many rows every mask repeats.
const PERIOD: usize = 12;

static ROWS: [[Row<WORDS>; PERIOD]; 8] = rows();

impl Mask {
    pub(super) const ALL: [Mask; 8] =
        [Mask(0), Mask(1), Mask(2), Mask(3), Mask(4), Mask(5), Mask(6), Mask(7)];

    pub(super) fn number(self) -> u32 {
        u32::from(self.0)
    }

    /// The modules of row `y` that the mask inverts, in every column.
    pub(super) fn row(self, y: usize) -> &'static Row<WORDS> {
        &ROWS[usize::from(self.0)][y % PERIOD]
    }
}

const fn rows() -> [[Row<WORDS>; PERIOD]; 8] {
    let mut rows = [[[0; WORDS]; PERIOD]; 8];
    let (mut mask, mut y, mut x) = (0, 0, 0);
    while mask < 8 {
        while y < PERIOD {
            while x < 64 * WORDS {
                if inverts(mask, x, y) {
                    rows[mask][y][x / 64] |= 1 << (x % 64);
                }
                x += 1;
            }
            (y, x) = (y + 1, 0);
        }
        (mask, y) = (mask + 1, 0);
    }
    rows
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

/// Points against a masked symbol of `rows.len()` columns; less is better.
pub(super) fn penalty<const W: usize>(rows: &[Row<W>]) -> u32 {
    let side = rows.len();
    let pairs = span::<W>(0, side - 1);
    let mut tally = Tally::default();

    // `equal_below[i]`: where rows `y - 3 + i` and `y - 2 + i` agree; one row of it is new on each turn.
    let mut equal_below = [[0; W]; 4];
    let mut column_runs_above = [0; W];
    let mut equal_right_above = [0; W];
    for (y, &row) in rows.iter().enumerate() {
        tally.dark += count(row);

        let equal_right = zip(zip(row, right::<1, W>(row), |a, b| !(a ^ b)), pairs, |a, b| a & b);
        let runs = five_in_line([
            equal_right,
            right::<1, W>(equal_right),
            right::<2, W>(equal_right),
            right::<3, W>(equal_right),
        ]);
        tally.lines(runs, left::<1, W>(runs));

        if let Some(above) = y.checked_sub(1).map(|y| rows[y]) {
            let equal = zip(zip(row, above, |a, b| !(a ^ b)), span(0, side), |a, b| a & b);
            equal_below = [equal_below[1], equal_below[2], equal_below[3], equal];
            let column_runs = five_in_line(equal_below);
            tally.lines(column_runs, column_runs_above);
            column_runs_above = column_runs;

            let block = zip(zip(equal_right, equal_right_above, |a, b| a & b), equal, |a, b| a & b);
            tally.blocks += count(block);
        }
        equal_right_above = equal_right;

        tally.finders += finders_in_row(row) + finders_in_columns(rows, y);
    }
    tally.points(side)
}

/// What is counted; the points come last, so that the loop only adds.
#[derive(Default)]
struct Tally {
    dark: u32,
    /// Windows of five equal modules.
    fives: u32,
    /// Lines of five or more equal modules.
    lines: u32,
    /// Two by two modules of one colour.
    blocks: u32,
    finders: u32,
}

impl Tally {
    /// `runs` marks where a window of five begins (or ends), `previous` the same one step before.
    #[inline(always)]
    fn lines<const W: usize>(&mut self, runs: Row<W>, previous: Row<W>) {
        self.fives += count(runs);
        self.lines += count(zip(runs, previous, |runs, previous| runs & !previous));
    }

    fn points(&self, side: usize) -> u32 {
        // A line of n >= 5 modules costs n - 2: it holds n - 4 windows of five.
        let lines = self.fives + 2 * self.lines;
        let modules = (side * side) as u32;
        lines + 3 * self.blocks + 40 * self.finders + (self.dark * 200 / modules).abs_diff(100)
    }
}

/// Four agreements in a row make five equal modules.
#[inline(always)]
fn five_in_line<const W: usize>(agree: [Row<W>; 4]) -> Row<W> {
    std::array::from_fn(|i| agree[0][i] & agree[1][i] & agree[2][i] & agree[3][i])
}

/// How often dark-light-dark-dark-dark-light-dark stands in a row with four light modules before it or after it.
#[inline(always)]
fn finders_in_row<const W: usize>(row: Row<W>) -> u32 {
    let next = [
        row,
        right::<1, W>(row),
        right::<2, W>(row),
        right::<3, W>(row),
        right::<4, W>(row),
        right::<5, W>(row),
        right::<6, W>(row),
    ];
    let pattern: Row<W> = finder_pattern(|i| next[i]);
    if pattern == [0; W] {
        return 0;
    }
    let before = any([left::<1, W>(row), left::<2, W>(row), left::<3, W>(row), left::<4, W>(row)]);
    let after = any([right::<7, W>(row), right::<8, W>(row), right::<9, W>(row), right::<10, W>(row)]);
    let found: Row<W> = std::array::from_fn(|i| pattern[i] & !(before[i] & after[i]));
    count(found)
}

/// The same downwards, beginning in row `y`.
#[inline(always)]
fn finders_in_columns<const W: usize>(rows: &[Row<W>], y: usize) -> u32 {
    let Some(window) = rows.get(y..y + 7) else { return 0 };
    let pattern: Row<W> = finder_pattern(|i| window[i]);
    if pattern == [0; W] {
        return 0;
    }
    let any = |rows: &[Row<W>]| rows.iter().fold([0; W], |all, &row| zip(all, row, |a, b| a | b));
    let before = any(&rows[y.saturating_sub(4)..y]);
    let after = any(&rows[y + 7..rows.len().min(y + 11)]);
    let found: Row<W> = std::array::from_fn(|i| pattern[i] & !(before[i] & after[i]));
    count(found)
}

#[inline(always)]
fn finder_pattern<const W: usize>(module: impl Fn(usize) -> Row<W>) -> Row<W> {
    std::array::from_fn(|i| {
        module(0)[i]
            & !module(1)[i]
            & module(2)[i]
            & module(3)[i]
            & module(4)[i]
            & !module(5)[i]
            & module(6)[i]
    })
}

#[inline(always)]
fn any<const W: usize>(rows: [Row<W>; 4]) -> Row<W> {
    std::array::from_fn(|i| rows[0][i] | rows[1][i] | rows[2][i] | rows[3][i])
}
