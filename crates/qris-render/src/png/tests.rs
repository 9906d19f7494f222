use png::{BitDepth, ColorType, DeflateCompression, Encoder, Filter, PixelDimensions};
use proptest::prelude::*;

use super::*;
use crate::drawn::{is_dark, pictures};
use crate::{Level, Options, Rgb};

fn symbol(text: &str, level: Level) -> Symbol {
    Symbol::of_text(text, Options { level, ..Options::default() }).unwrap()
}

/// Width and height, and one bit a pixel; `png` reads what it is given and checks its checksums.
fn decode(file: &[u8]) -> (png::OutputInfo, Vec<u8>, Option<PixelDimensions>, Option<Vec<u8>>) {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(file));
    decoder.set_ignore_text_chunk(true);
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    reader.finish().unwrap();
    let info = reader.info();
    (frame, pixels, info.pixel_dims, info.palette.as_ref().map(|palette| palette.to_vec()))
}

/// The slow and obvious picture.
fn obvious_pixels(symbol: &Symbol, frame: Frame) -> Vec<u8> {
    let mut rows = Vec::new();
    for y in 0..frame.side {
        let mut row = vec![0xFF_u8; frame.side.div_ceil(8) as usize];
        for x in 0..frame.side {
            if is_dark(symbol, frame, x, y) {
                row[x as usize / 8] &= !(0x80 >> (x % 8));
            }
        }
        rows.extend(row);
    }
    rows
}

fn check(symbol: &Symbol, options: &Png) {
    let frame = Frame::new(symbol, options.size, options.quiet_zone).unwrap();
    let file = symbol.png(options).unwrap();
    let (info, found, dimensions, palette) = decode(&file);
    assert_eq!((info.width, info.height, info.bit_depth), (frame.side, frame.side, BitDepth::One));
    assert!(found == obvious_pixels(symbol, frame), "{options:?}");
    assert_eq!(dimensions.map(|d| d.xppu), frame.per_metre);
    let coloured = options.colors != Colors::default();
    assert_eq!(info.color_type, if coloured { ColorType::Indexed } else { ColorType::Grayscale });
    assert_eq!(palette.is_some(), coloured);
    assert_eq!(symbol.png(options).unwrap(), file);
}

#[test]
fn pixels_are_right_at_every_scale() {
    let symbol = symbol("00020101021126Test", Level::M);
    for scale in 1..=41 {
        check(&symbol, &Png { size: Size::Scale(scale), ..Png::default() });
    }
    check(&symbol, &Png { size: Size::Scale(MANY), ..Png::default() });
}

/// Rows longer than the window's smaller distances and bands of thousands of bytes.
const MANY: u32 = 160;

#[test]
fn sizes_colours_and_resolution_reach_the_file() {
    let symbol = symbol("00020101021126Test", Level::Q);
    let colors = Colors::new(Rgb::new(10, 20, 90), Rgb::new(255, 250, 240)).unwrap();
    check(&symbol, &Png { size: Size::Millimetres { side: 30, dpi: 300 }, colors, ..Png::default() });
    check(
        &symbol,
        &Png { size: Size::Pixels(777), quiet_zone: QuietZone::below_standard(0), ..Png::default() },
    );
    check(&symbol, &Png { size: Size::Pixels(crate::MAX_SIDE), ..Png::default() });
}

/// Bytes of the same pictures as `segno` 1.6.6 packs them: rows without filter, `zlib.compress(rows, 9)` of Python 3.11, and 57 bytes
/// of chunks; level M, nine to twenty pixels a module. The first text makes version 4, the second, of Finpay's document, version 11.
const OF_SEGNO: [(&str, [usize; 12]); 2] = [
    (
        "00020101021129370016A000000677010111011300668012345675802TH530376463046197",
        [733, 700, 805, 678, 883, 830, 957, 748, 1019, 969, 1119, 968],
    ),
    (
        "00020101021226620013ID.FINPAY.WWW01189360077732007160010212FM20071600010303UKE51410014ID.CO.QRIS.WWW0212\
         ID12345678910303UKE520458145303360540410005502025602505802ID5909Test Sogi6015JAKARTA SELATAN6105127106\
         2100706finnet630490FF",
        [1693, 1602, 1832, 1588, 2032, 1928, 2310, 1783, 2506, 2363, 2692, 2363],
    ),
];

#[test]
fn no_picture_is_larger_than_that_of_segno() {
    for (text, theirs) in OF_SEGNO {
        let symbol = symbol(text, Level::M);
        for (scale, theirs) in (9..).zip(theirs) {
            let ours = symbol.png(&Png { size: Size::Scale(scale), ..Png::default() }).unwrap().len();
            assert!(ours <= theirs, "{} bytes of text at {scale} px: {ours}, not {theirs}", text.len());
        }
    }
}

#[test]
fn small_is_no_larger_than_fast_and_near_the_best_of_png() {
    for text in ["00020101021126Test".to_owned(), "0002".repeat(60)] {
        let symbol = symbol(&text, Level::M);
        for scale in [2, 3, 4, 5, 8, 10, 16, 24] {
            let frame = Frame::new(&symbol, Size::Scale(scale), QuietZone::STANDARD).unwrap();
            let size = |compression| {
                let options = Png { size: Size::Scale(scale), compression, ..Png::default() };
                symbol.png(&options).unwrap().len()
            };
            let small = size(Compression::Small);
            assert!(small <= size(Compression::Fast), "scale {scale}");
            let of_png = (1..=9).map(|level| {
                let mut file = Vec::new();
                let mut encoder = Encoder::new(&mut file, frame.side, frame.side);
                encoder.set_depth(BitDepth::One);
                encoder.set_deflate_compression(DeflateCompression::Level(level));
                encoder.set_filter(Filter::NoFilter);
                let mut writer = encoder.write_header().unwrap();
                writer.write_image_data(&obvious_pixels(&symbol, frame)).unwrap();
                writer.finish().unwrap();
                file.len()
            });
            // A few bytes of a tiny file are a per cent.
            let best = of_png.min().unwrap();
            assert!(small <= best + best / 40 + 4, "scale {scale}: {small}, png {best}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn pixels_are_right((symbol, size, quiet_zone) in pictures(), small in any::<bool>()) {
        let compression = if small { Compression::Small } else { Compression::Fast };
        check(&symbol, &Png { size, quiet_zone, compression, ..Png::default() });
    }
}
