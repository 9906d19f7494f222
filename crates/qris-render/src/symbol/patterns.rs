//! What stands in every symbol of a version: the fixed patterns, and the places left for data (ISO/IEC 18004, 6.3 and 7.10).

use std::sync::OnceLock;

use super::mask::LONGEST;
use super::place::{in_turn, pairs};

/// The patterns of a version. A line is a row or a column, `words` words of 32 modules each, the first module in the lowest bit:
/// the patterns are the same in rows and columns, but for the one dark module beside the lower finder.
pub(super) struct Patterns {
    /// Modules on a side.
    pub(super) side: usize,
    /// Words in a line.
    pub(super) words: usize,
    /// Dark modules, without that one module and with the format information still light.
    pub(super) dark: Vec<u32>,
    /// Modules that carry no data: patterns, format and version information, and all places past the end of a line.
    /// A mask leaves them alone.
    pub(super) fixed: Vec<u32>,
    /// Modules of data in each pair of columns, in the order and the words of [`place`](super::place).
    pub(super) free: Vec<u64>,
}

impl Patterns {
    /// Of a version, 1 to 40: made when a symbol first asks for it, 2 to 30 KB.
    pub(super) fn of(version: u8) -> &'static Patterns {
        static ALL: [OnceLock<Patterns>; 41] = [const { OnceLock::new() }; 41];
        ALL[usize::from(version)].get_or_init(|| Patterns::new(version))
    }

    fn new(version: u8) -> Patterns {
        let side = 17 + 4 * usize::from(version);
        let words = match side.div_ceil(32) {
            // Few lengths, as the code that draws is built for each.
            0..=2 => 2,
            words @ 3..=4 => words,
            _ => LONGEST,
        };
        let empty = vec![0; side * words];
        let mut patterns = Patterns { side, words, dark: empty.clone(), fixed: empty, free: Vec::new() };
        for line in 0..side {
            (side..32 * words)
                .for_each(|place| patterns.fixed[line * words + place / 32] |= 1 << (place % 32));
        }
        // Each finder with its separator; the two at the top and the left one reach over the format information.
        patterns.fill(0, 0, 9, 9, false);
        patterns.fill(side - 8, 0, 8, 9, false);
        patterns.fill(0, side - 8, 9, 8, false);
        for (x, y) in [(0, 0), (side - 7, 0), (0, side - 7)] {
            patterns.fill(x, y, 7, 7, true);
            patterns.fill(x + 1, y + 1, 5, 5, false);
            patterns.fill(x + 2, y + 2, 3, 3, true);
        }
        for at in 8..side - 8 {
            patterns.set(at, 6, at % 2 == 0);
            patterns.set(6, at, at % 2 == 0);
        }
        patterns.alignment(version);
        patterns.version_information(version);
        for (i, right) in pairs(side).enumerate() {
            for block in 0..words {
                let free = |column: usize| !patterns.fixed[column * words + block];
                let (right, left) = (free(right), free(right - 1));
                // Upwards the highest bit comes first, downwards the lowest: the right column's each time.
                patterns.free.push(if i % 2 == 0 { in_turn(left, right) } else { in_turn(right, left) });
            }
        }
        patterns
    }

    fn set(&mut self, x: usize, y: usize, dark: bool) {
        let (word, bit) = (y * self.words + x / 32, 1 << (x % 32));
        self.fixed[word] |= bit;
        if dark {
            self.dark[word] |= bit;
        } else {
            self.dark[word] &= !bit;
        }
    }

    fn fill(&mut self, x: usize, y: usize, width: usize, height: usize, dark: bool) {
        (y..y + height).for_each(|y| (x..x + width).for_each(|x| self.set(x, y, dark)));
    }

    /// Centres stand on a square lattice that always holds column 6 and `side - 7`, the others an even step apart.
    fn alignment(&mut self, version: u8) {
        if version == 1 {
            return;
        }
        let last = usize::from(version) / 7 + 1;
        let (first_centre, last_centre) = (6, self.side - 7);
        let step = match version {
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
    fn version_information(&mut self, version: u8) {
        if version < 7 {
            return;
        }
        let version = u32::from(version);
        let bits = version << 12 | bch_remainder(version << 12, 0x1F25, 12);
        for i in 0..18 {
            let (near, far, dark) = (i / 3, self.side - 11 + i % 3, bits >> i & 1 == 1);
            self.set(far, near, dark);
            self.set(near, far, dark);
        }
    }
}

/// Remainder of the polynomial `value` modulo `generator`, which has degree `degree`.
pub(super) const fn bch_remainder(value: u32, generator: u32, degree: u32) -> u32 {
    let (mut rest, mut bit) = (value, 32);
    while bit > degree {
        bit -= 1;
        if rest >> bit & 1 == 1 {
            rest ^= generator << (bit - degree);
        }
    }
    rest
}
