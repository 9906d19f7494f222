//! What every deflate block of this crate has: lengths, and the header with its codes (RFC 1951).

use crate::pack::huffman::{BitWriter, Huffman, bucket, run_lengths};

/// The header of the zlib stream: deflate with a window of 32 KiB, no dictionary; the last two bits make it a multiple of 31
/// (RFC 1950).
pub(super) fn begin(out: &mut BitWriter) {
    out.bits(0x78, 8);
    out.bits(0x01, 8);
}

/// The checksum over the uncompressed rows, in closed form. Bounded by [`MAX_SIDE`](crate::MAX_SIDE), no term comes near 2^64.
pub(super) struct Adler {
    a: u64,
    b: u64,
}

impl Adler {
    pub(super) const START: Adler = Adler { a: 1, b: 0 };

    /// `height` equal rows of `stride` bytes: their sum, and the sum in which each byte counts once for itself and for every byte
    /// after it.
    pub(super) fn rows(&mut self, sum: u64, weighted: u64, stride: u32, height: u32) {
        const MODULUS: u64 = 65_521;
        let (stride, height) = (u64::from(stride), u64::from(height));
        self.b +=
            height * (stride * self.a + weighted) + stride * sum * (height * height.saturating_sub(1) / 2);
        self.a += height * sum;
        self.a %= MODULUS;
        self.b %= MODULUS;
    }

    /// What the stream ends with.
    pub(super) fn value(&self) -> [u8; 4] {
        ((self.b << 16 | self.a) as u32).to_be_bytes()
    }
}

/// Deflate copies 3 to 258 bytes at once.
pub(super) const SHORTEST: u32 = 3;
pub(super) const LONGEST: u32 = 258;
/// Literals, the end mark, and 29 lengths.
pub(super) const CODES: usize = 286;
pub(super) const END: usize = 256;
pub(super) const DISTANCES: usize = 30;

/// Splits a length into pieces that deflate has codes for.
#[inline(always)]
pub(super) fn pieces(mut length: u32, mut each: impl FnMut(u32)) {
    while length > LONGEST {
        // Nothing shorter than the shortest may be left over.
        let piece = LONGEST.min(length - SHORTEST);
        each(piece);
        length -= piece;
    }
    each(length);
}

/// The code of a length, the number of its extra bits, and the extra bits (RFC 1951, 3.2.5).
#[inline]
pub(super) fn length_code(length: u32) -> (usize, u32, u32) {
    match length {
        LONGEST => (285, 0, 0),
        _ => {
            let (code, extra_bits, extra) = bucket(length - SHORTEST, 4);
            (257 + code as usize, extra_bits, extra)
        }
    }
}

/// The header of the only block: the code lengths, themselves run-length and Huffman coded (RFC 1951, 3.2.7).
pub(super) fn block_header(out: &mut BitWriter, codes: &Huffman<CODES>, distances: &[u8; DISTANCES]) {
    /// The order in which the lengths of the lengths' codes stand.
    const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
    let last = codes.lengths.iter().rposition(|&length| length > 0).unwrap_or(END);
    let last_distance = distances.iter().rposition(|&length| length > 0).unwrap_or(0);
    let mut lengths = [0; CODES + DISTANCES];
    lengths[..=last].copy_from_slice(&codes.lengths[..=last]);
    lengths[last + 1..][..=last_distance].copy_from_slice(&distances[..=last_distance]);
    let lengths = &lengths[..last + last_distance + 2];

    let mut counts = [0; 19];
    run_lengths(lengths, |symbol, _, _| counts[symbol] += 1);
    let code_lengths = Huffman::<19>::new(&counts, 7);
    let sent =
        ORDER.iter().rposition(|&symbol| code_lengths.lengths[symbol] > 0).map_or(4, |at| (at + 1).max(4));

    out.bits(0b101, 3); // last block, dynamic codes
    out.bits(last as u32 - 256, 5);
    out.bits(last_distance as u32, 5);
    out.bits(sent as u32 - 4, 4);
    for &symbol in &ORDER[..sent] {
        out.bits(u32::from(code_lengths.lengths[symbol]), 3);
    }
    run_lengths(lengths, |symbol, extra, extra_bits| {
        out.code(&code_lengths, symbol);
        out.bits(extra, extra_bits);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_distances_have_the_standards_codes() {
        for (length, expected) in [
            (3, (257, 0, 0)),
            (10, (264, 0, 0)),
            (11, (265, 1, 0)),
            (18, (268, 1, 1)),
            (257, (284, 5, 30)),
            (258, (285, 0, 0)),
        ] {
            assert_eq!(length_code(length), expected, "length {length}");
        }
        for (bytes, expected) in
            [(1, (0, 0, 0)), (4, (3, 0, 0)), (5, (4, 1, 0)), (70, (12, 5, 5)), (2049, (22, 10, 0))]
        {
            assert_eq!(bucket(bytes - 1, 2), expected, "distance {bytes}");
        }
    }

    #[test]
    fn pieces_are_never_too_short() {
        for length in SHORTEST..3000 {
            let mut sum = 0;
            pieces(length, |piece| {
                assert!((SHORTEST..=LONGEST).contains(&piece), "{length} in {piece}");
                sum += piece;
            });
            assert_eq!(sum, length);
        }
    }
}
