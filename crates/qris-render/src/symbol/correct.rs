//! Error correction: the Reed–Solomon codewords of each block, and the blocks interleaved (ISO/IEC 18004, 7.5 and 7.6).
//!
//! Hand-written, as `qrcode::ec` multiplies byte by byte and takes ten times as long. The tests hold it against that for every
//! version and level.

use std::sync::OnceLock;

use super::Level;
use super::place::AFTER;

/// Error-correction codewords of a block, for versions 1 to 40 at levels L, M, Q and H (ISO/IEC 18004, table 9).
const CORRECTION: [[u8; 40]; 4] = [
    [
        7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26,
        28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    ],
    [
        10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28,
        28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
    ],
    [
        13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30, 28, 30, 30, 30, 30,
        28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    ],
    [
        17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28, 30, 24, 30, 30, 30,
        30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    ],
];
/// Blocks of a symbol, likewise.
const BLOCKS: [[u8; 40]; 4] = [
    [
        1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16,
        17, 18, 19, 19, 20, 21, 22, 24, 25,
    ],
    [
        1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28,
        29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49,
    ],
    [
        1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12, 17, 16, 18, 21, 20, 23, 23, 25, 27, 29, 34, 34, 35,
        38, 40, 43, 45, 48, 51, 53, 56, 59, 62, 65, 68,
    ],
    [
        1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18, 16, 19, 21, 25, 25, 25, 34, 30, 32, 35, 37, 40, 42,
        45, 48, 51, 54, 57, 60, 63, 66, 70, 74, 77, 81,
    ],
];
/// The most error-correction codewords of a block.
const MOST: usize = 30;

/// How the codewords of a symbol are shared out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shares {
    /// Codewords of data and correction together.
    all: usize,
    /// Blocks they are shared out to.
    blocks: usize,
    /// Correction codewords of each block.
    correction: usize,
}

impl Shares {
    /// Of a version, 1 to 40.
    pub(super) fn of(version: u8, level: Level) -> Shares {
        let row = match level {
            Level::L => 0,
            Level::M => 1,
            Level::Q => 2,
            Level::H => 3,
        };
        let column = usize::from(version) - 1;
        Shares {
            all: codewords(usize::from(version)),
            blocks: BLOCKS[row][column].into(),
            correction: CORRECTION[row][column].into(),
        }
    }

    /// Codewords of data.
    pub(super) fn data(self) -> usize {
        self.all - self.blocks * self.correction
    }

    /// Bytes that [`interleaved`] returns.
    pub(super) fn interleaved(self) -> usize {
        self.all + AFTER
    }
}

/// Codewords of a version: eight modules each of those that are in no pattern and no format or version information.
fn codewords(version: usize) -> usize {
    let mut modules = (16 * version + 128) * version + 64;
    if version >= 2 {
        let patterns = version / 7 + 2;
        modules -= (25 * patterns - 10) * patterns - 55;
    }
    if version >= 7 {
        modules -= 36;
    }
    modules / 8
}

/// Data codewords, as many as the shares say, and their correction, both interleaved: the first of each block, the second of
/// each, and so on, and [`AFTER`] zeros. The last blocks may have one data codeword more than the others.
pub(super) fn interleaved(mut data: Vec<u8>, shares: Shares) -> Vec<u8> {
    let Shares { blocks, correction, .. } = shares;
    let count = data.len();
    // Behind the data, so that there is one vector.
    data.resize(count + shares.interleaved(), 0);
    let (input, bytes) = data.split_at_mut(count);
    let short = count / blocks;
    let short_blocks = blocks - count % blocks;
    let table = table(correction);
    let mut start = 0;
    for block in 0..blocks {
        let length = short + usize::from(block >= short_blocks);
        let part = &input[start..start + length];
        start += length;
        for (i, &byte) in part[..short].iter().enumerate() {
            bytes[i * blocks + block] = byte;
        }
        if length > short {
            bytes[short * blocks + block - short_blocks] = part[short];
        }
        let rest = remainder(part, table);
        for (i, byte) in rest.iter().take(correction).enumerate() {
            bytes[count + i * blocks + block] = *byte;
        }
    }
    data.drain(..count);
    data
}

/// The bytes of a polynomial of up to 32 terms, the highest first, from the top of the first word down.
type Register = [u64; 4];

/// Remainder of a block after division by the generator.
fn remainder(block: &[u8], table: &[Register; 256]) -> [u8; 32] {
    let mut rest: Register = [0; 4];
    for &byte in block {
        let times = &table[usize::from(byte ^ (rest[0] >> 56) as u8)];
        rest = [
            (rest[0] << 8 | rest[1] >> 56) ^ times[0],
            (rest[1] << 8 | rest[2] >> 56) ^ times[1],
            (rest[2] << 8 | rest[3] >> 56) ^ times[2],
            rest[3] << 8 ^ times[3],
        ];
    }
    let mut bytes = [0; 32];
    for (bytes, word) in bytes.chunks_exact_mut(8).zip(rest) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    bytes
}

/// The generator of a degree without its first term, times each of the 256 values: made when a symbol first asks for it.
fn table(degree: usize) -> &'static [Register; 256] {
    static TABLES: [OnceLock<Box<[Register; 256]>>; MOST + 1] = [const { OnceLock::new() }; MOST + 1];
    TABLES[degree].get_or_init(|| {
        let generator = generator(degree);
        let mut table = Box::new([[0; 4]; 256]);
        for (times, register) in (0..=255).zip(table.iter_mut()) {
            for (i, &term) in generator.iter().enumerate() {
                register[i / 8] |= u64::from(product(term, times)) << (56 - i % 8 * 8);
            }
        }
        table
    })
}

/// The product of (x − αⁱ) for i below the degree, without its first term, which is 1.
fn generator(degree: usize) -> Vec<u8> {
    let mut terms = vec![0; degree];
    if let Some(last) = terms.last_mut() {
        *last = 1;
    }
    let mut root = 1;
    for _ in 0..degree {
        for i in 0..degree {
            let next = terms.get(i + 1).copied().unwrap_or(0);
            terms[i] = product(terms[i], root) ^ next;
        }
        root = product(root, 2);
    }
    terms
}

/// In GF(2⁸) with the polynomial x⁸ + x⁴ + x³ + x² + 1.
fn product(a: u8, b: u8) -> u8 {
    (0..8).rev().fold(0_u8, |sum, bit| {
        let doubled = sum << 1 ^ if sum & 0x80 != 0 { 0x1D } else { 0 };
        doubled ^ if b >> bit & 1 == 1 { a } else { 0 }
    })
}

#[cfg(test)]
mod tests {
    use qrcode::{EcLevel, Version, ec};

    use super::*;

    /// Every version and level, with data that has each byte somewhere.
    #[test]
    fn codewords_are_those_of_qrcode() {
        let levels = [EcLevel::L, EcLevel::M, EcLevel::Q, EcLevel::H];
        for (level, theirs) in Level::ALL.into_iter().zip(levels) {
            for version in 1..=40_u8 {
                let number = Version::Normal(version.into());
                let bits = qrcode::bits::Bits::new(number).max_len(theirs).unwrap();
                let shares = Shares::of(version, level);
                assert_eq!(8 * shares.data(), bits, "{version} {level}");
                let data: Vec<u8> =
                    (0..shares.data()).map(|i| (i * 37 + i / 256 + usize::from(version)) as u8).collect();
                let (mut expected, correction) = ec::construct_codewords(&data, number, theirs).unwrap();
                expected.extend(correction);
                expected.extend([0; AFTER]);
                assert_eq!(interleaved(data, shares), expected, "{version} {level}");
            }
        }
    }

    /// The generator of degree 7 (ISO/IEC 18004, table A.1): α to the 87, 229, 146, 149, 238, 102 and 21.
    #[test]
    fn the_generator_is_that_of_the_standard() {
        let power = |exponent: u32| (0..exponent).fold(1, |sum, _| product(sum, 2));
        assert_eq!(generator(7), [87, 229, 146, 149, 238, 102, 21].map(power));
    }
}
