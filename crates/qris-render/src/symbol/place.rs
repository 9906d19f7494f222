//! Codewords to modules: where data goes (ISO/IEC 18004, 7.7.3).
//!
//! Data runs in pairs of columns from the right edge, up and down in turn, past the vertical timing pattern; in a pair the right
//! module comes first. Here a block of 32 rows of a pair is one word of 64 bits, both columns in turn, so that each stretch
//! without patterns takes its bits at once.

use super::patterns::Patterns;

/// Zeros that have to follow the codewords, as eight bytes and one more are read at a time.
pub(super) const AFTER: usize = 9;

/// The right columns of all pairs, in the order of the data.
pub(super) fn pairs(side: usize) -> impl Iterator<Item = usize> {
    (8..side).rev().step_by(2).chain([5, 3, 1])
}

/// The columns of data, `patterns.words` words each; `columns` has to be zero. Modules left over after the last codeword stay
/// light. `codewords` ends with [`AFTER`] zeros.
pub(super) fn place(codewords: &[u8], patterns: &Patterns, columns: &mut [u32]) {
    let words = patterns.words;
    let mut stream = Stream { bytes: codewords, at: 0 };
    let mut free = patterns.free.chunks_exact(words);
    for (i, right) in pairs(patterns.side).enumerate() {
        let Some(free) = free.next() else { return };
        let (left_column, right_column) =
            columns[(right - 1) * words..(right + 1) * words].split_at_mut(words);
        if i % 2 == 0 {
            for block in (0..words).rev() {
                let bits = stream.upwards(free[block]);
                (right_column[block], left_column[block]) = (even(bits >> 1), even(bits));
            }
        } else {
            for block in 0..words {
                let bits = stream.downwards(free[block]);
                (right_column[block], left_column[block]) = (even(bits), even(bits >> 1));
            }
        }
    }
}

/// Two words as one, their bits in turn, `first` at the even places.
pub(super) fn in_turn(first: u32, second: u32) -> u64 {
    let spread = |word: u32| {
        let mut bits = u64::from(word);
        bits = (bits | bits << 16) & 0x0000_FFFF_0000_FFFF;
        bits = (bits | bits << 8) & 0x00FF_00FF_00FF_00FF;
        bits = (bits | bits << 4) & 0x0F0F_0F0F_0F0F_0F0F;
        bits = (bits | bits << 2) & 0x3333_3333_3333_3333;
        (bits | bits << 1) & 0x5555_5555_5555_5555
    };
    spread(first) | spread(second) << 1
}

/// The bits at the even places.
fn even(bits: u64) -> u32 {
    let mut bits = bits & 0x5555_5555_5555_5555;
    bits = (bits | bits >> 1) & 0x3333_3333_3333_3333;
    bits = (bits | bits >> 2) & 0x0F0F_0F0F_0F0F_0F0F;
    bits = (bits | bits >> 4) & 0x00FF_00FF_00FF_00FF;
    bits = (bits | bits >> 8) & 0x0000_FFFF_0000_FFFF;
    (bits | bits >> 16) as u32
}

/// Bits of the codewords, highest first.
struct Stream<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Stream<'_> {
    /// The next `count` bits, 1 to 64, at the lower end.
    #[inline(always)]
    fn take(&mut self, count: u32) -> u64 {
        let (byte, bit) = (self.at / 8, self.at % 8);
        self.at += count as usize;
        match self.bytes.get(byte..byte + AFTER) {
            Some(&[a, b, c, d, e, f, g, h, next]) => {
                let whole = u64::from_be_bytes([a, b, c, d, e, f, g, h]);
                (whole << bit | u64::from(next) >> (8 - bit)) >> (64 - count)
            }
            _ => 0,
        }
    }

    /// The next bits at the places that are free, from the highest down.
    #[inline(always)]
    fn upwards(&mut self, mut free: u64) -> u64 {
        let mut bits = 0;
        while free != 0 {
            let before = free.leading_zeros();
            let count = (free << before).leading_ones();
            let lowest = 64 - before - count;
            bits |= self.take(count) << lowest;
            free &= (1 << lowest) - 1;
        }
        bits
    }

    /// The next bits at the places that are free, from the lowest up.
    #[inline(always)]
    fn downwards(&mut self, mut free: u64) -> u64 {
        let mut bits = 0;
        while free != 0 {
            let lowest = free.trailing_zeros();
            let count = (free >> lowest).trailing_ones();
            bits |= self.take(count).reverse_bits() >> (64 - count) << lowest;
            free &= (!0_u64 << (lowest + count - 1)) << 1;
        }
        bits
    }
}

/// Exchanges rows and columns: 32 lines of 32 bits.
fn transpose(lines: &mut [u32; 32]) {
    let (mut half, mut mask) = (16, 0x0000_FFFF_u32);
    while half > 0 {
        for start in (0..32).step_by(2 * half) {
            for i in start..start + half {
                let differing = (lines[i] >> half ^ lines[i + half]) & mask;
                lines[i] ^= differing << half;
                lines[i + half] ^= differing;
            }
        }
        half /= 2;
        mask ^= mask << half;
    }
}

/// The rows of a symbol whose columns these are; both have `words` words in each line.
pub(super) fn rows_of(columns: &[u32], words: usize, rows: &mut [u32]) {
    for (down, across) in (0..words).flat_map(|down| (0..words).map(move |across| (down, across))) {
        let mut square = [0; 32];
        for (line, column) in square.iter_mut().zip(columns.chunks_exact(words).skip(32 * across)) {
            *line = column[down];
        }
        transpose(&mut square);
        for (line, row) in square.iter().zip(rows.chunks_exact_mut(words).skip(32 * down)) {
            row[across] = *line;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_in_turn_come_apart_again() {
        for (a, b) in [(0, 0), (u32::MAX, 0), (0x8000_0001, 0x1234_5678), (0xDEAD_BEEF, 0x0BAD_CAFE)] {
            let bits = in_turn(a, b);
            assert_eq!((even(bits), even(bits >> 1)), (a, b));
        }
        assert_eq!(in_turn(1, 0b10), 0b1001);
    }

    #[test]
    fn rows_and_columns_are_exchanged() {
        let mut lines: [u32; 32] = std::array::from_fn(|i| (i as u32 + 1).wrapping_mul(0x9E37_79B9));
        let before = lines;
        transpose(&mut lines);
        for (y, x) in (0..32).flat_map(|y| (0..32).map(move |x| (y, x))) {
            assert_eq!(lines[y] >> x & 1, before[x] >> y & 1, "{x} {y}");
        }
    }
}
