//! Codewords to modules: the data among the patterns, the mask that is chosen, the format information (ISO/IEC 18004, clause 7).
//!
//! Everything is done on words of 32 modules in arrays on the stack, sized for the versions they are for.

use super::encode::Codewords;
use super::mask::{self, AFTER, BEFORE, Direction, LONGEST, MASKS};
use super::patterns::{Patterns, bch_remainder};
use super::place::{place, rows_of};
use super::{Level, WORDS};

/// A row of a finished symbol: bit `x % 64` of word `x / 64` is the module in column `x`; 1 is dark.
pub(super) type Row = [u64; WORDS];

/// The finished rows, top to bottom; with the best mask, or with the one that is asked for.
pub(super) fn draw(codewords: &Codewords, level: Level, mask: Option<usize>) -> Vec<Row> {
    const fn all(side: usize) -> usize {
        BEFORE + side + AFTER
    }
    let patterns = Patterns::of(codewords.version);
    match patterns.words {
        2 => draw_in::<16, { 61 * 2 }, { all(61) }>(codewords, level, patterns, mask),
        3 => draw_in::<24, { 93 * 3 }, { all(93) }>(codewords, level, patterns, mask),
        4 => draw_in::<32, { 125 * 4 }, { all(125) }>(codewords, level, patterns, mask),
        _ => draw_in::<48, { 177 * 6 }, { all(177) }>(codewords, level, patterns, mask),
    }
}

/// `LINE` is 8 for each word of a line, `PLAIN` the words of the largest symbol of such lines, `ALL` its lines and those beside.
fn draw_in<const LINE: usize, const PLAIN: usize, const ALL: usize>(
    codewords: &Codewords,
    level: Level,
    patterns: &Patterns,
    asked: Option<usize>,
) -> Vec<Row> {
    let &Patterns { side, words, .. } = patterns;
    let (mut columns, mut rows) = ([0; PLAIN], [0; PLAIN]);
    let (columns, rows) = (&mut columns[..side * words], &mut rows[..side * words]);
    place(&codewords.bytes, patterns, columns);
    rows_of(columns, words, rows);
    for lines in [&mut *columns, &mut *rows] {
        lines.iter_mut().zip(&patterns.dark).for_each(|(line, dark)| *line |= dark);
    }
    // The one dark module.
    columns[8 * words + (side - 8) / 32] |= 1 << ((side - 8) % 32);
    rows[(side - 8) * words] |= 1 << 8;

    // The symbol with each mask, side by side; the rows last, because one of them is the result.
    let mut all = [[0; LINE]; ALL];
    let all = &mut all[..BEFORE + side + AFTER];
    let format = Format::new(side, level);
    let mut points = [0; MASKS];
    mask::apply(all, columns, patterns, Direction::Columns);
    format.write(all, Direction::Columns);
    mask::add_lines(all, side, &mut points);
    mask::apply(all, rows, patterns, Direction::Rows);
    format.write(all, Direction::Rows);
    mask::add_lines(all, side, &mut points);
    mask::add_squares(all, side, &mut points);

    // The first of equal masks wins.
    let best = asked.or_else(|| (0..MASKS).min_by_key(|&mask| points[mask])).unwrap_or_default();
    let rows = all[BEFORE..].iter().take(side);
    rows.map(|row| {
        let mut whole = [0; WORDS];
        for (i, word) in row.iter().skip(best).step_by(MASKS).enumerate() {
            whole[i / 2] |= u64::from(*word) << (i % 2 * 32);
        }
        whole
    })
    .collect()
}

/// Level and mask in a BCH(15,5) code, twice: around the top left finder, and beside the two others.
struct Format {
    side: usize,
    /// Dark modules of row 8, for each mask.
    row: [[u32; LONGEST]; MASKS],
    /// Dark modules of column 8, for each mask.
    column: [[u32; LONGEST]; MASKS],
}

impl Format {
    fn new(side: usize, level: Level) -> Format {
        let mut format = Format { side, row: [[0; LONGEST]; MASKS], column: [[0; LONGEST]; MASKS] };
        for (mask, (row, column)) in format.row.iter_mut().zip(&mut format.column).enumerate() {
            let bits = FORMATS[level.indicator() as usize][mask];
            // Column 6 and row 6 belong to the timing patterns.
            let along = |i: usize| i + usize::from(i >= 6);
            let put = |line: &mut [u32; LONGEST], at: usize, bit: usize| {
                line[at / 32] |= (bits >> bit & 1) << (at % 32)
            };
            for i in 0..8 {
                put(row, along(i), 14 - i);
                put(row, side - 1 - i, i);
            }
            for i in 0..7 {
                put(column, along(i), i);
                put(column, side - 1 - i, 14 - i);
            }
        }
        format
    }

    /// Into the symbols side by side.
    fn write<const LINE: usize>(&self, all: &mut [[u32; LINE]], direction: Direction) {
        let (along, across) = match direction {
            Direction::Rows => (&self.row, &self.column),
            Direction::Columns => (&self.column, &self.row),
        };
        for at in (0..9).chain(self.side - 8..self.side) {
            for (word, across) in all[BEFORE + at].iter_mut().zip(across) {
                *word |= (across[at / 32] >> (at % 32) & 1) << 8;
            }
        }
        for (i, word) in all[BEFORE + 8].iter_mut().enumerate() {
            *word |= along[i % MASKS][i / MASKS];
        }
    }
}

/// The fifteen bits for each indicator of a level and each mask.
static FORMATS: [[u32; MASKS]; 4] = formats();

const fn formats() -> [[u32; MASKS]; 4] {
    let mut formats = [[0; MASKS]; 4];
    let mut data = 0;
    while data < 32 {
        let bits = (data << 10 | bch_remainder(data << 10, 0x537, 10)) ^ 0x5412;
        formats[data as usize / MASKS][data as usize % MASKS] = bits;
        data += 1;
    }
    formats
}
