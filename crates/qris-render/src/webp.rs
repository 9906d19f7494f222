//! WebP, lossless: a palette of two colours, eight pixels in one (WebP Lossless Bitstream Specification, RFC 9649, chapter 3).
//!
//! Written here, since the encoder of `image` knows colours only and neither palettes nor matches: its files are three times as large.

use crate::frame::Frame;
use crate::pack::huffman::{BitWriter, Huffman, bucket, run_lengths};
use crate::pack::{Costs, Format, LONGEST, Picture, RARE_DISTANCE, RARE_LENGTH, RARE_LITERAL, Step, or};
use crate::{Colors, FrameError, QuietZone, Size, Symbol};

/// How [`Symbol::webp`] draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Webp {
    /// Eight pixels a module by default.
    pub size: Size,
    /// Four modules by default.
    pub quiet_zone: QuietZone,
    /// Black on white by default.
    pub colors: Colors,
}

impl Symbol {
    /// The symbol as a WebP file without loss. The same symbol and options give the same bytes on every machine. WebP has no place
    /// for a resolution: [`Size::Millimetres`] only says how many pixels there are.
    ///
    /// # Errors
    /// When the size is zero, too small for the symbol or larger than [`MAX_SIDE`](crate::MAX_SIDE).
    pub fn webp(&self, options: &Webp) -> Result<Vec<u8>, FrameError> {
        let frame = Frame::new(self, options.size, options.quiet_zone)?;
        let mut file = Vec::with_capacity(4096);
        file.extend_from_slice(b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0");
        let mut file = stream(file, self, frame, options.colors);
        let length = file.len() as u32 - 20;
        if length % 2 == 1 {
            file.push(0);
        }
        let whole = file.len() as u32 - 8;
        file[4..8].copy_from_slice(&whole.to_le_bytes());
        file[16..20].copy_from_slice(&length.to_le_bytes());
        Ok(file)
    }
}

/// No bytes before a row, and the farthest match that its code has.
const FORMAT: Format = Format { before_row: 0, window: (1 << 20) - OTHERS };
/// Searches, of which the best counts.
const PASSES: usize = 4;
/// Codes of neighbours, which come before the other distances.
const OTHERS: u32 = 120;
/// The longest match of a step that is written.
const AT_ONCE: u32 = 4096;
/// Literals of the green channel, which holds the eight pixels, and lengths.
const GREENS: usize = 256 + 24;
const DISTANCES: usize = 40;

fn stream(file: Vec<u8>, symbol: &Symbol, frame: Frame, colors: Colors) -> Vec<u8> {
    let picture = Picture::new(symbol, frame, FORMAT);
    let stride = picture.stride as u32;
    let mut steps = picture.plain_steps();
    let mut codes = Codes::of(&steps, stride);
    let (mut bits, mut costs) = (codes.bits(&steps, stride), codes.costs(stride));
    // What steps cost is only known when they are chosen: each pass knows it from the one before. Not every pass gains.
    for _ in 0..PASSES {
        let next = picture.best_steps(FORMAT, &costs, usize::MAX);
        let of_next = Codes::of(&next, stride);
        costs = of_next.costs(stride);
        let of_these = of_next.bits(&next, stride);
        if of_these < bits {
            (steps, codes, bits) = (next, of_next, of_these);
        }
    }

    let mut out = BitWriter::after(file);
    out.bits(0x2F, 8);
    out.bits(frame.side - 1, 14);
    out.bits(frame.side - 1, 14);
    out.bits(0, 1); // no transparency
    out.bits(0, 3); // version
    palette(&mut out, colors);
    out.bits(0, 1); // no other transform
    out.bits(0, 1); // no colour cache
    out.bits(0, 1); // one set of codes
    normal_code(&mut out, &codes.greens);
    // The other channels of the pixels that stand for eight mean nothing.
    (0..3).for_each(|_| simple_code(&mut out, &[0]));
    let distances: Vec<u8> =
        (0..).zip(codes.distances.lengths).filter(|(_, length)| *length > 0).map(|(code, _)| code).collect();
    match distances.len() {
        0 => simple_code(&mut out, &[0]),
        1 | 2 => simple_code(&mut out, &distances),
        _ => normal_code(&mut out, &codes.distances),
    }
    let alone = distances.len() == 1;
    for &step in &steps {
        pieces(step, stride, |piece| match piece {
            Piece::Literal(byte) => out.code(&codes.greens, byte),
            Piece::Match { length, distance } => {
                out.code(&codes.greens, 256 + length.0 as usize);
                out.bits(length.2, length.1);
                // A code of one symbol takes no bits.
                if !alone {
                    out.code(&codes.distances, distance.0 as usize);
                }
                out.bits(distance.2, distance.1);
            }
        });
    }
    out.finish()
}

/// Two colours, the dark one first, the second as its difference to the first.
fn palette(out: &mut BitWriter, colors: Colors) {
    const COLOR_INDEXING: u32 = 3;
    out.bits(1, 1); // a transform follows
    out.bits(COLOR_INDEXING, 2);
    out.bits(2 - 1, 8); // colours
    out.bits(0, 1); // no colour cache
    let (dark, light) = (colors.dark(), colors.light());
    let channels = [
        [dark.green, light.green.wrapping_sub(dark.green)],
        [dark.red, light.red.wrapping_sub(dark.red)],
        [dark.blue, light.blue.wrapping_sub(dark.blue)],
        // Both are opaque.
        [0xFF, 0],
    ];
    for channel in channels {
        let (mut values, one) = (channel, channel[0] == channel[1]);
        values.sort_unstable();
        simple_code(out, if one { &values[..1] } else { &values });
    }
    simple_code(out, &[0]); // distances
    for pixel in 0..2 {
        for channel in channels.iter().filter(|channel| channel[0] != channel[1]) {
            out.bits(u32::from(channel[pixel] > channel[1 - pixel]), 1);
        }
    }
}

/// A code of one symbol, which takes no bits, or of two, which take one; they ascend.
fn simple_code(out: &mut BitWriter, symbols: &[u8]) {
    out.bits(1, 1);
    out.bits(symbols.len() as u32 - 1, 1);
    let first = u32::from(symbols[0]);
    if first < 2 {
        out.bits(0, 1);
        out.bits(first, 1);
    } else {
        out.bits(1, 1);
        out.bits(first, 8);
    }
    if let Some(second) = symbols.get(1) {
        out.bits(u32::from(*second), 8);
    }
}

/// A code of three symbols or more by its lengths.
fn normal_code<const N: usize>(out: &mut BitWriter, code: &Huffman<N>) {
    /// The order in which the lengths of the lengths' codes stand.
    const ORDER: [usize; 19] = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
    // All lengths are written: the zeros at the end cost a few bits, and so would their number.
    let mut counts = [0; 19];
    run_lengths(&code.lengths, |symbol, _, _| counts[symbol] += 1);
    let lengths = Huffman::<19>::new(&counts, 7);
    let sent = ORDER.iter().rposition(|&symbol| lengths.lengths[symbol] > 0).map_or(4, |at| (at + 1).max(4));
    out.bits(0, 1);
    out.bits(sent as u32 - 4, 4);
    for &symbol in &ORDER[..sent] {
        out.bits(u32::from(lengths.lengths[symbol]), 3);
    }
    out.bits(0, 1); // all of the alphabet
    let alone = counts.iter().filter(|count| **count > 0).count() == 1;
    run_lengths(&code.lengths, |symbol, extra, extra_bits| {
        if !alone {
            out.code(&lengths, symbol);
        }
        out.bits(extra, extra_bits);
    });
}

/// What is written of a step: codes with the number of their extra bits and those.
enum Piece {
    Literal(usize),
    Match { length: (u32, u32, u32), distance: (u32, u32, u32) },
}

#[inline(always)]
fn pieces(step: Step, stride: u32, mut each: impl FnMut(Piece)) {
    match step {
        // The leftmost of the eight pixels is the lowest bit.
        Step::Literal(byte) => each(Piece::Literal(byte.reverse_bits().into())),
        Step::Match { mut length, distance } => {
            let distance = bucket(distance_code(distance, stride) - 1, 2);
            while length > 0 {
                let piece = length.min(AT_ONCE);
                each(Piece::Match { length: bucket(piece - 1, 2), distance });
                length -= piece;
            }
        }
    }
}

/// Neighbours have codes of their own: those in the same row and the row above that are meant here, by columns to the left.
fn distance_code(distance: u32, stride: u32) -> u32 {
    /// From one column on.
    const SAME_ROW: [u32; 4] = [2, 6, 14, 24];
    /// From four columns to the right on.
    const ROW_ABOVE: [u32; 9] = [28, 18, 10, 4, 1, 3, 9, 17, 27];
    let above = (distance + 4).checked_sub(stride).and_then(|at| ROW_ABOVE.get(at as usize));
    let same = distance.checked_sub(1).and_then(|at| SAME_ROW.get(at as usize));
    above.or(same).copied().unwrap_or(distance + OTHERS)
}

/// The two codes that differ from picture to picture.
struct Codes {
    greens: Huffman<GREENS>,
    distances: Huffman<DISTANCES>,
}

impl Codes {
    fn of(steps: &[Step], stride: u32) -> Codes {
        let (mut greens, mut distances) = ([0; GREENS], [0; DISTANCES]);
        for &step in steps {
            pieces(step, stride, |piece| match piece {
                Piece::Literal(byte) => greens[byte] += 1,
                Piece::Match { length, distance } => {
                    greens[256 + length.0 as usize] += 1;
                    distances[distance.0 as usize] += 1;
                }
            });
        }
        Codes { greens: Huffman::new(&greens, 15), distances: Huffman::new(&distances, 15) }
    }

    /// Bits of the steps.
    fn bits(&self, steps: &[Step], stride: u32) -> u32 {
        let mut bits = 0;
        for &step in steps {
            pieces(step, stride, |piece| match piece {
                Piece::Literal(byte) => bits += u32::from(self.greens.lengths[byte]),
                Piece::Match { length, distance } => {
                    bits += u32::from(self.greens.lengths[256 + length.0 as usize]) + length.1;
                    bits += u32::from(self.distances.lengths[distance.0 as usize]) + distance.1;
                }
            });
        }
        bits
    }

    /// What steps cost in these codes; what has no code costs as much as a rare thing.
    fn costs(&self, stride: u32) -> Costs<impl Fn(u32) -> u32 + use<>> {
        let distances = self.distances.lengths.map(|length| u32::from(or(length, RARE_DISTANCE)));
        let mut costs = Costs {
            literals: std::array::from_fn(|byte| {
                or(self.greens.lengths[usize::from((byte as u8).reverse_bits())], RARE_LITERAL)
            }),
            lengths: [0; LONGEST + 1],
            distance: move |distance| {
                let (code, extra_bits, _) = bucket(distance_code(distance, stride) - 1, 2);
                distances[code as usize] + extra_bits
            },
        };
        for (length, cost) in (0..).zip(&mut costs.lengths).skip(1) {
            let (code, extra_bits, _) = bucket(length - 1, 2);
            *cost = or(self.greens.lengths[256 + code as usize], RARE_LENGTH) + extra_bits as u8;
        }
        costs
    }
}

#[cfg(all(test, feature = "image"))]
mod tests {
    use image::{ImageFormat, Rgb as Pixel};
    use proptest::prelude::*;

    use super::*;
    use crate::drawn::{is_dark, pictures};
    use crate::{Options, Rgb};

    fn check(symbol: &Symbol, options: &Webp) -> usize {
        let file = symbol.webp(options).unwrap();
        let frame = Frame::new(symbol, options.size, options.quiet_zone).unwrap();
        let picture = image::load_from_memory_with_format(&file, ImageFormat::WebP).unwrap().to_rgb8();
        assert_eq!(picture.dimensions(), (frame.side, frame.side));
        for (x, y, &pixel) in picture.enumerate_pixels() {
            let dark = is_dark(symbol, frame, x, y);
            let color = if dark { options.colors.dark() } else { options.colors.light() };
            assert_eq!(pixel, Pixel([color.red, color.green, color.blue]), "{x} {y}");
        }
        file.len()
    }

    /// Bytes of the same pictures by Pillow 13.0.0, the smaller of `lossless=True` and that with `quality=100, method=6`, from mode 1
    /// and mode RGB; Finpay's sample at level M, four to twenty pixels a module.
    const OF_PILLOW: [(u32, usize); 6] = [(4, 644), (5, 1202), (8, 774), (10, 1302), (16, 1080), (20, 1318)];

    #[test]
    fn no_picture_is_larger_than_that_of_pillow() {
        let text = "00020101021226620013ID.FINPAY.WWW01189360077732007160010212FM20071600010303UKE51410014ID.CO.QRIS\
            .WWW0212ID12345678910303UKE520458145303360540410005502025602505802ID5909Test Sogi6015JAKARTA SELATAN6105\
            1271062100706finnet630490FF";
        let symbol = Symbol::of_text(text, Options::default()).unwrap();
        for (scale, theirs) in OF_PILLOW {
            let ours = check(&symbol, &Webp { size: Size::Scale(scale), ..Webp::default() });
            assert!(ours <= theirs, "{scale} px: {ours}, not {theirs}");
        }
    }

    #[test]
    fn colours_are_kept() {
        let symbol = Symbol::of_text("00020101021126Test", Options::default()).unwrap();
        let (dark, light) = (Rgb::new(10, 20, 90), Rgb::new(255, 250, 90));
        let colors = Colors::new(dark, light).unwrap();
        check(&symbol, &Webp { colors, ..Webp::default() });
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        #[test]
        fn pixels_are_right((symbol, size, quiet_zone) in pictures()) {
            check(&symbol, &Webp { size, quiet_zone, ..Webp::default() });
        }
    }
}
