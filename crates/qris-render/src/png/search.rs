//! The compressed body of a PNG as small as a search makes it: one zlib stream with one block (RFC 1950, RFC 1951).

use crate::frame::Frame;
use crate::pack::huffman::{BitWriter, Huffman, bucket};
use crate::pack::{Costs, Format, LONGEST, Picture, RARE_DISTANCE, RARE_LENGTH, RARE_LITERAL, Step, or};
use crate::symbol::Symbol;

use super::deflate::{Adler, CODES, DISTANCES, END, SHORTEST, begin, block_header, length_code, pieces};

/// Bands that tell what steps cost.
const SAMPLE: usize = 8;
/// A filter byte (none) before each row, and the window of 32 KiB.
const FORMAT: Format = Format { before_row: 1, window: 32_768 };

/// Appends the zlib stream of the symbol's picture: rows of one filter byte (none) and one bit a pixel, 1 for light.
pub(super) fn append(file: Vec<u8>, symbol: &Symbol, frame: Frame) -> Vec<u8> {
    let picture = Picture::new(symbol, frame, FORMAT);
    let mut steps = picture.plain_steps();
    let mut codes = Codes::of(&steps);
    // What steps cost is only known when they are chosen, so the first bands tell what the whole will cost.
    for bands in [SAMPLE, usize::MAX] {
        steps = picture.best_steps(FORMAT, &codes.costs(), bands);
        codes = Codes::of(&steps);
    }
    let mut out = BitWriter::after(file);
    begin(&mut out);
    block_header(&mut out, &codes.symbols, &codes.distances.lengths);
    for &step in &steps {
        each_piece(step, |piece| match piece {
            Step::Literal(byte) => out.code(&codes.symbols, byte.into()),
            Step::Match { length, distance } => {
                let (code, extra_bits, extra) = length_code(length);
                out.code(&codes.symbols, code);
                out.bits(extra, extra_bits);
                let (code, extra_bits, extra) = bucket(distance - 1, 2);
                out.code(&codes.distances, code as usize);
                out.bits(extra, extra_bits);
            }
        });
    }
    out.code(&codes.symbols, END);
    let mut file = out.finish();
    file.extend_from_slice(&checksum(&picture).value());
    file
}

/// The two codes of a block.
struct Codes {
    /// Literals, the end and lengths.
    symbols: Huffman<CODES>,
    distances: Huffman<DISTANCES>,
}

impl Codes {
    /// The best for these steps.
    fn of(steps: &[Step]) -> Codes {
        let (mut symbols, mut distances) = ([0; CODES], [0; DISTANCES]);
        symbols[END] = 1;
        for &step in steps {
            each_piece(step, |piece| match piece {
                Step::Literal(byte) => symbols[usize::from(byte)] += 1,
                Step::Match { length, distance } => {
                    symbols[length_code(length).0] += 1;
                    distances[bucket(distance - 1, 2).0 as usize] += 1;
                }
            });
        }
        Codes { symbols: Huffman::new(&symbols, 15), distances: Huffman::new(&distances, 15) }
    }

    /// What steps cost in these codes; what has no code costs as much as a rare thing.
    fn costs(&self) -> Costs<impl Fn(u32) -> u32> {
        let distances = self.distances.lengths.map(|length| u32::from(or(length, RARE_DISTANCE)));
        let mut costs = Costs {
            literals: std::array::from_fn(|byte| or(self.symbols.lengths[byte], RARE_LITERAL)),
            lengths: [0; LONGEST + 1],
            distance: move |distance| {
                let (code, extra_bits, _) = bucket(distance - 1, 2);
                distances[code as usize] + extra_bits
            },
        };
        for (length, cost) in (0..).zip(&mut costs.lengths).skip(SHORTEST as usize) {
            let (code, extra_bits, _) = length_code(length);
            *cost = or(self.symbols.lengths[code], RARE_LENGTH) + extra_bits as u8;
        }
        costs
    }
}

/// The step in pieces that deflate has codes for.
#[inline(always)]
fn each_piece(step: Step, mut each: impl FnMut(Step)) {
    let Step::Match { length, distance } = step else { return each(step) };
    pieces(length, |length| each(Step::Match { length, distance }));
}

/// The checksum, a band at a time.
fn checksum(picture: &Picture) -> Adler {
    let (stride, mut adler) = (picture.stride as u32, Adler::START);
    for (row, height) in picture.bands() {
        let (mut sum, mut weighted) = (0_u32, 0_u32);
        for (&byte, weight) in row.iter().zip((1..=stride).rev()) {
            sum += u32::from(byte);
            weighted += u32::from(byte) * weight;
        }
        adler.rows(sum.into(), weighted.into(), stride, height);
    }
    adler
}
