//! Codewords to modules: the fixed patterns, the placement of data, the choice of the mask (ISO/IEC 18004, clause 7).
//!
//! Everything is done on whole rows of bits. `W` is the number of words a row needs and `N` the number of rows
//! of the largest version that fits in them, so that all the work happens in arrays on the stack.

use super::encode::Codewords;
use super::mask::{self, Mask};
use super::row::{Row, span, zip};
use super::{Level, WORDS};

/// Modules on a side.
pub(super) fn side(version: u8) -> usize {
    17 + 4 * usize::from(version)
}

/// The finished rows, top to bottom.
pub(super) fn draw(codewords: &Codewords, level: Level) -> Vec<Row<WORDS>> {
    match side(codewords.version) {
        ..=61 => draw_in::<1, 61>(codewords, level),
        62..=125 => draw_in::<2, 125>(codewords, level),
        _ => draw_in::<3, 177>(codewords, level),
    }
}

fn draw_in<const W: usize, const N: usize>(codewords: &Codewords, level: Level) -> Vec<Row<WORDS>> {
    let mut canvas = Canvas::<W, N>::new(codewords.version);
    canvas.place(&codewords.bytes);

    let mut best = (u32::MAX, canvas.dark);
    for mask in Mask::ALL {
        let candidate = canvas.masked(mask, level);
        let penalty = mask::penalty(&candidate[..canvas.side]);
        // The first of equal masks wins.
        if penalty < best.0 {
            best = (penalty, candidate);
        }
    }
    best.1[..canvas.side]
        .iter()
        .map(|row| std::array::from_fn(|i| row.get(i).copied().unwrap_or(0)))
        .collect()
}

struct Canvas<const W: usize, const N: usize> {
    version: u8,
    side: usize,
    /// Dark modules.
    dark: [Row<W>; N],
    /// Modules that carry no data: patterns, format and version information, and all columns outside the symbol.
    /// A mask leaves them alone.
    fixed: [Row<W>; N],
}

impl<const W: usize, const N: usize> Canvas<W, N> {
    /// The patterns of a version, with the format information still light.
    fn new(version: u8) -> Self {
        let side = side(version);
        let outside = span::<W>(side, 64 * W);
        let mut canvas = Canvas { version, side, dark: [[0; W]; N], fixed: [outside; N] };
        // Each finder with its separator; the two at the top and the left one reach over the format information.
        canvas.fill(0, 0, 9, 9, false);
        canvas.fill(side - 8, 0, 8, 9, false);
        canvas.fill(0, side - 8, 9, 8, false);
        for (x, y) in [(0, 0), (side - 7, 0), (0, side - 7)] {
            canvas.fill(x, y, 7, 7, true);
            canvas.fill(x + 1, y + 1, 5, 5, false);
            canvas.fill(x + 2, y + 2, 3, 3, true);
        }
        for at in 8..side - 8 {
            canvas.set(at, 6, at % 2 == 0);
            canvas.set(6, at, at % 2 == 0);
        }
        canvas.set(8, side - 8, true);
        canvas.alignment_patterns();
        canvas.version_information();
        canvas
    }

    fn set(&mut self, x: usize, y: usize, dark: bool) {
        self.fill(x, y, 1, 1, dark);
    }

    fn fill(&mut self, x: usize, y: usize, width: usize, height: usize, dark: bool) {
        let columns = span(x, x + width);
        for row in y..y + height {
            self.fixed[row] = zip(self.fixed[row], columns, |row, columns| row | columns);
            self.dark[row] = zip(
                self.dark[row],
                columns,
                |row, columns| {
                    if dark { row | columns } else { row & !columns }
                },
            );
        }
    }

    /// Centres stand on a square lattice that always holds column 6 and `side - 7`, the others an even step apart.
    fn alignment_patterns(&mut self) {
        if self.version == 1 {
            return;
        }
        let last = usize::from(self.version) / 7 + 1;
        let (first_centre, last_centre) = (6, self.side - 7);
        let step = match self.version {
            // The one version where the standard's table leaves the rule.
            32 => 26,
            _ => (last_centre - first_centre).div_ceil(2 * last) * 2,
        };
        let centre = |i: usize| if i == 0 { first_centre } else { last_centre - (last - i) * step };
        for (i, j) in (0..=last).flat_map(|i| (0..=last).map(move |j| (i, j))) {
            if (i, j) == (0, 0) || (i, j) == (0, last) || (i, j) == (last, 0) {
                continue; // a finder stands there
            }
            let (x, y) = (centre(i), centre(j));
            self.fill(x - 2, y - 2, 5, 5, true);
            self.fill(x - 1, y - 1, 3, 3, false);
            self.set(x, y, true);
        }
    }

    /// From version 7 on: six bits of version and twelve of a BCH(18,6) code, twice.
    fn version_information(&mut self) {
        if self.version < 7 {
            return;
        }
        let version = u32::from(self.version);
        let bits = version << 12 | bch_remainder(version << 12, 0x1F25, 12);
        for i in 0..18 {
            let (near, far, dark) = (i / 3, self.side - 11 + i % 3, bits >> i & 1 == 1);
            self.set(far, near, dark);
            self.set(near, far, dark);
        }
    }

    /// Data runs in pairs of columns from the right edge, up and down in turn, past the vertical timing pattern; in a
    /// pair the right module comes first. Modules left over after the last codeword stay light.
    fn place(&mut self, codewords: &[u8]) {
        let mut bits = BitReader::new(codewords);
        let mut upwards = true;
        let pairs = (7..self.side).rev().step_by(2).chain([5, 3, 1]);
        for right in pairs {
            let left = right - 1;
            for i in 0..self.side {
                let y = if upwards { self.side - 1 - i } else { i };
                if left % 64 == 63 {
                    // The pair lies in two words.
                    self.dark[y][right / 64] |= bits.take(1 & !self.fixed[y][right / 64]);
                    self.dark[y][left / 64] |= bits.take(1 & !(self.fixed[y][left / 64] >> 63)) << 63;
                    continue;
                }
                let pair = match !self.fixed[y][left / 64] >> (left % 64) & 0b11 {
                    0b11 => bits.take(2),
                    0b10 => bits.take(1) << 1,
                    free => bits.take(free),
                };
                self.dark[y][left / 64] |= pair << (left % 64);
            }
            upwards = !upwards;
        }
    }

    fn masked(&self, mask: Mask, level: Level) -> [Row<W>; N] {
        let mut rows = self.dark;
        for (y, (row, fixed)) in rows.iter_mut().zip(&self.fixed).take(self.side).enumerate() {
            let pattern = mask.row(y);
            *row = std::array::from_fn(|i| row[i] ^ pattern[i] & !fixed[i]);
        }
        self.format_information(&mut rows, mask, level);
        rows
    }

    /// Level and mask in a BCH(15,5) code, twice: around the top left finder, and beside the two others.
    fn format_information(&self, rows: &mut [Row<W>; N], mask: Mask, level: Level) {
        let data = level.indicator() << 3 | mask.number();
        let bits = (data << 10 | bch_remainder(data << 10, 0x537, 10)) ^ 0x5412;
        let mut put =
            |x: usize, y: usize, bit: u32| rows[y][x / 64] |= u64::from(bits >> bit & 1) << (x % 64);
        // Column 6 and row 6 belong to the timing patterns.
        for i in 0..8_u32 {
            let along = i as usize + usize::from(i >= 6);
            put(along, 8, 14 - i);
            put(self.side - 1 - i as usize, 8, i);
        }
        for i in 0..7_u32 {
            let along = i as usize + usize::from(i >= 6);
            put(8, along, i);
            put(8, self.side - 1 - i as usize, 14 - i);
        }
    }
}

/// Remainder of the polynomial `value` modulo `generator`, which has degree `degree`.
fn bch_remainder(value: u32, generator: u32, degree: u32) -> u32 {
    (degree..32)
        .rev()
        .fold(value, |rest, bit| if rest >> bit & 1 == 1 { rest ^ generator << (bit - degree) } else { rest })
}

/// Bits of the codewords, highest first; zeros after the end.
struct BitReader<'a> {
    rest: std::slice::Iter<'a, u8>,
    /// The next bits, from the top down.
    held: u64,
    count: u64,
}

impl<'a> BitReader<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        BitReader { rest: bytes.iter(), held: 0, count: 0 }
    }

    /// The next `wanted` bits, 0 to 2.
    #[inline(always)]
    fn take(&mut self, wanted: u64) -> u64 {
        if self.count < 2 {
            self.refill();
        }
        let bits = self.held >> 62 >> (2 - wanted);
        self.held <<= wanted;
        self.count -= wanted;
        bits
    }

    fn refill(&mut self) {
        while self.count <= 56 {
            let byte = self.rest.next().copied().unwrap_or(0);
            self.held |= u64::from(byte) << (56 - self.count);
            self.count += 8;
        }
    }
}
