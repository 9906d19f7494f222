use image::{DynamicImage, GrayImage, Luma, imageops};
use proptest::prelude::*;

use super::search::{Pass, Trace, search};
use super::{Found, PictureError, ScanLimits, Work, scan, scan_image};
use crate::{Colors, Level, Options, Png, QuietZone, Rgb, Segmentation, Size, Symbol};

const TEXT: &str = "00020101021126690017ID.CO.EXAMPLE.WWW011893600001000000001702150000000000000010303UMI\
    51440014ID.CO.QRIS.WWW0215ID10260000000120303UMI5204581453033605802ID5913Warung Melati6007JAKARTA\
    61051034062070703A01630448CE";

fn symbol(text: &str) -> Symbol {
    Symbol::of_text(text, Options::default()).unwrap()
}

fn gray(text: &str, scale: u32) -> GrayImage {
    symbol(text).gray(Size::Scale(scale), QuietZone::STANDARD).unwrap()
}

/// The search must not fail.
fn scan_gray(picture: &GrayImage) -> Vec<Found> {
    super::scan_gray(picture).unwrap()
}

fn texts(found: &[Found]) -> Vec<&str> {
    found.iter().map(|found| str::from_utf8(found.bytes()).unwrap()).collect()
}

/// A white picture with others laid on it.
fn sheet(width: u32, height: u32, parts: &[(&GrayImage, i64, i64)]) -> GrayImage {
    let mut sheet = GrayImage::from_pixel(width, height, Luma([255]));
    parts.iter().for_each(|&(part, x, y)| imageops::replace(&mut sheet, part, x, y));
    sheet
}

#[test]
fn every_scale_and_level_reads_back() {
    for level in Level::ALL {
        for segmentation in [Segmentation::Byte, Segmentation::Compact] {
            let symbol = Symbol::of_text(TEXT, Options { level, segmentation }).unwrap();
            for scale in [1, 2, 3, 8] {
                let found = scan_gray(&symbol.gray(Size::Scale(scale), QuietZone::STANDARD).unwrap());
                assert_eq!(texts(&found), [TEXT], "{level:?} {segmentation:?} scale {scale}");
                assert_eq!(found[0].version(), symbol.version());
                assert_eq!(found[0].payload().unwrap().as_str(), TEXT);
            }
        }
    }
}

#[test]
fn several_symbols_come_from_top_to_bottom() {
    let (a, b) = (gray(TEXT, 3), gray("another text", 4));
    let sheet = sheet(700, 700, &[(&b, 400, 20), (&a, 30, 300), (&a, 400, 320)]);
    let found = scan_gray(&sheet);
    assert_eq!(texts(&found), ["another text", TEXT, TEXT]);
    assert!(found[0].payload().is_err());
    let ((left, top), (right, bottom)) = (found[0].corners()[0], found[0].corners()[2]);
    assert!((left - 416).abs() < 6 && (top - 36).abs() < 6, "{:?}", found[0].corners());
    assert!(right > left && bottom > top);
}

#[test]
fn turned_and_inverted() {
    let upright = gray(TEXT, 4);
    let mut inverted = upright.clone();
    imageops::invert(&mut inverted);
    for picture in [
        imageops::rotate90(&upright),
        imageops::rotate180(&upright),
        imageops::flip_horizontal(&upright),
        inverted,
    ] {
        assert_eq!(texts(&scan_gray(&picture)), [TEXT]);
    }
    // By an angle, with whole numbers: (cos, sin) = (12, 5) / 13.
    let side = upright.width() as i64;
    let turned = GrayImage::from_fn(side as u32 * 3 / 2, side as u32 * 3 / 2, |x, y| {
        let (x, y) = (i64::from(x) - side * 3 / 4, i64::from(y) - side * 3 / 4);
        let (from_x, from_y) = ((12 * x + 5 * y) / 13 + side / 2, (12 * y - 5 * x) / 13 + side / 2);
        let inside = (0..side).contains(&from_x) && (0..side).contains(&from_y);
        if inside { *upright.get_pixel(from_x as u32, from_y as u32) } else { Luma([255]) }
    });
    assert_eq!(texts(&scan_gray(&turned)), [TEXT]);
}

#[test]
fn large_and_grainy() {
    let picture = GrayImage::from_fn(2400, 2400, |x, y| {
        let dark = x >= 200 && y >= 200 && symbol_pixel(x - 200, y - 200);
        let noise = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)).wrapping_mul(97) >> 27;
        Luma([if dark { 40 } else { 200 } + noise as u8])
    });
    assert_eq!(texts(&scan_gray(&picture)), [TEXT]);
}

fn symbol_pixel(x: u32, y: u32) -> bool {
    thread_local!(static SYMBOL: Symbol = symbol(TEXT));
    SYMBOL.with(|symbol| symbol.is_dark(x / 32, y / 32))
}

#[test]
fn transparent_ground_counts_as_white() {
    let gray = gray(TEXT, 4);
    let mut picture = image::GrayAlphaImage::new(gray.width(), gray.height());
    for (to, from) in picture.pixels_mut().zip(gray.pixels()) {
        to.0 = [0, 255 - from.0[0]];
    }
    assert_eq!(texts(&scan_image(&DynamicImage::ImageLumaA8(picture)).unwrap()), [TEXT]);
}

#[test]
fn coloured_files_read_back() {
    let colors = Colors::new(Rgb::new(120, 0, 20), Rgb::new(255, 240, 190)).unwrap();
    let file = symbol(TEXT).png(&Png { colors, ..Png::default() }).unwrap();
    assert_eq!(texts(&scan(&file, ScanLimits::default()).unwrap()), [TEXT]);
}

#[test]
fn pictures_without_a_symbol_have_none() {
    assert_eq!(scan_gray(&GrayImage::new(0, 0)), []);
    assert_eq!(scan_gray(&GrayImage::new(1, 1)), []);
    assert_eq!(scan_gray(&GrayImage::new(640, 480)), []);
    assert_eq!(scan_gray(&GrayImage::new(1, 2000)), []);
}

/// Finder patterns in good order, so many pixels a module and so many modules apart: every three of them may be a symbol.
fn wall(side: u32, scale: u32, apart: u32) -> GrayImage {
    let finder = |x: u32, y: u32| {
        let ring = (x % apart).abs_diff(3).max((y % apart).abs_diff(3));
        ring != 2 && ring <= 3
    };
    GrayImage::from_fn(side, side, |x, y| Luma([if finder(x / scale, y / scale) { 0 } else { 255 }]))
}

/// The worst case for a search that tries combinations.
#[test]
fn a_wall_of_finders_is_refused() {
    for (side, scale, apart) in [(600, 2, 10), (2000, 1, 8), (1500, 4, 14)] {
        let found = super::scan_gray(&wall(side, scale, apart));
        assert!(matches!(found, Err(PictureError::TooManyFinders { finders: 601, limit: 600 })), "{found:?}");
    }
}

/// Dark and light squares of so many pixels, by chance; a small file as a PNG of one bit a pixel.
fn noise(side: u32, square: u32, percent: u64) -> GrayImage {
    let mut state = 1_u64;
    let squares = side.div_ceil(square);
    let next = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        if (state >> 32) % 100 < percent { 0 } else { 255 }
    };
    let colors: Vec<u8> = (0..squares * squares).map(next).collect();
    GrayImage::from_fn(side, side, |x, y| Luma([colors[(y / square * squares + x / square) as usize]]))
}

type Traced = (Result<Vec<Found>, PictureError>, Vec<(Pass, u64, usize)>);

fn traced(picture: &GrayImage, work: u64) -> Traced {
    let mut trace = Trace::default();
    (search(picture, None, &mut Work::new(work), &mut trace), trace.passes)
}

/// Noise looks like finder patterns in thousands of places, and one combination of three could keep a reader busy for
/// minutes. What is spent is the same each time, and never more than the limit.
#[test]
fn no_picture_costs_more_than_the_limit() {
    let limit = 300_000_000;
    let pictures =
        [noise(700, 1, 50), noise(900, 3, 55), noise(1200, 5, 40), wall(1400, 10, 10), wall(1590, 8, 12)];
    let mut ended = 0;
    for picture in &pictures {
        let (found, trace) = traced(picture, limit);
        let spent: u64 = trace.iter().map(|(_, work, _)| work).sum();
        assert!((10_000_000..=limit).contains(&spent), "{spent} {trace:?}");
        match &found {
            Ok(found) => assert_eq!(found, &[]),
            Err(error) => assert_eq!(error, &PictureError::TooMuchWork),
        }
        ended += usize::from(found.is_err());
        assert_eq!(traced(picture, limit), (found, trace));
    }
    assert!(ended > 0, "the limit is reached");
}

/// What a search costs grows with the pixels, when there is nothing to be found.
#[test]
fn nothing_is_looked_for_where_nothing_is() {
    let flat = |side: u32, light: u8| GrayImage::from_pixel(side, side, Luma([light]));
    let stripes = GrayImage::from_fn(1400, 1400, |x, _| Luma([if x % 12 < 7 { 0 } else { 255 }]));
    for picture in [flat(1400, 0), flat(1400, 255), flat(3000, 128), stripes] {
        let (found, trace) = traced(&picture, 2_000_000_000);
        assert_eq!(found.unwrap(), []);
        let spent: u64 = trace.iter().map(|(_, work, _)| work).sum();
        let pixels = picture.as_raw().len() as u64;
        assert!(spent < 100 * pixels, "{spent} for {pixels}: {trace:?}");
        assert!(trace.iter().all(|(pass, _, _)| *pass <= Pass::Larger), "{trace:?}");
    }
}

#[test]
fn work_ends_with_its_limit() {
    let picture = gray(TEXT, 8);
    assert_eq!(traced(&picture, 1_000_000).0.unwrap_err(), PictureError::TooMuchWork);
    assert_eq!(texts(&traced(&picture, 100_000_000).0.unwrap()), [TEXT]);
    // What was found before the end counts.
    let both = sheet(1500, 1500, &[(&gray(TEXT, 8), 20, 20), (&gray("another text", 3), 900, 900)]);
    let (all, trace) = traced(&both, u64::MAX);
    assert_eq!(all.unwrap().len(), 2);
    let (found, _) = traced(&both, trace[0].1);
    assert!(!found.unwrap().is_empty());
    let limits = ScanLimits { work: 1000, ..ScanLimits::default() };
    assert_eq!(
        scan(&symbol(TEXT).png(&Png::default()).unwrap(), limits).unwrap_err(),
        PictureError::TooMuchWork
    );
}

/// A small code beside a large one is seen in another size than that.
#[test]
fn a_small_code_beside_a_large_one() {
    for (large, small) in [(24, 2), (16, 1), (30, 3)] {
        let (large, small) = (gray(TEXT, large), gray("another text", small));
        let (width, height) = (large.width() + small.width() + 30, large.height());
        let picture = sheet(width, height, &[(&large, 0, 0), (&small, i64::from(large.width()) + 10, 40)]);
        assert_eq!(texts(&scan_gray(&picture)), ["another text", TEXT]);
    }
}

/// Out of focus by most of a module, and grey on grey: more than a threshold can part.
#[test]
fn what_is_blurred_is_read_module_by_module() {
    let light = imageops::blur(&gray(TEXT, 6), 4.0);
    let picture =
        GrayImage::from_fn(light.width(), light.height(), |x, y| Luma([80 + light.get_pixel(x, y).0[0] / 2]));
    let (found, trace) = traced(&picture, 2_000_000_000);
    assert_eq!(texts(&found.unwrap()), [TEXT]);
    assert_eq!(trace.last().map(|(pass, _, found)| (*pass, *found)), Some((Pass::Closer, 1)), "{trace:?}");
}

/// Two inks that are alike in grey.
#[test]
fn inks_of_one_grey_are_told_by_their_colours() {
    let gray = gray(TEXT, 4);
    let picture = image::RgbImage::from_fn(gray.width(), gray.height(), |x, y| {
        image::Rgb(if gray.get_pixel(x, y).0[0] == 0 { [230, 60, 60] } else { [60, 113, 60] })
    });
    let picture = DynamicImage::from(picture);
    let flat = picture.to_luma8();
    assert!(flat.pixels().all(|pixel| pixel.0[0].abs_diff(flat.get_pixel(0, 0).0[0]) < 8));
    assert_eq!(texts(&scan_image(&picture).unwrap()), [TEXT]);
}

/// Dark modules as holes, to be laid on black.
#[test]
fn transparent_modules_are_seen_on_black() {
    let gray = gray(TEXT, 4);
    let picture = image::GrayAlphaImage::from_fn(gray.width(), gray.height(), |x, y| {
        image::LumaA([255, gray.get_pixel(x, y).0[0]])
    });
    assert_eq!(texts(&scan_image(&DynamicImage::ImageLumaA8(picture)).unwrap()), [TEXT]);
}

#[test]
fn level_and_version_are_told() {
    for level in Level::ALL {
        let symbol = Symbol::of_text(TEXT, Options { level, ..Options::default() }).unwrap();
        let found = scan_gray(&symbol.gray(Size::Scale(3), QuietZone::STANDARD).unwrap());
        assert_eq!((found[0].level(), found[0].version()), (level, symbol.version()));
        // The corners are those of the symbol, without its quiet zone.
        let far = 12 + 3 * symbol.side() as i32;
        let near = |(one, other): ((i32, i32), (i32, i32))| {
            one.0.abs_diff(other.0) <= 2 && one.1.abs_diff(other.1) <= 2
        };
        let corners = [(12, 12), (far, 12), (far, far), (12, far)];
        assert!(
            found[0].corners().into_iter().zip(corners).all(near),
            "{:?} {corners:?}",
            found[0].corners()
        );
    }
}

/// There are finder patterns by chance all around it.
#[test]
fn symbols_in_front_of_noise_are_read() {
    let symbol = gray(TEXT, 6);
    let mut picture = noise(800, 1, 50);
    imageops::replace(&mut picture, &symbol, 200, 250);
    assert_eq!(texts(&scan_gray(&picture)), [TEXT]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn damage_never_panics(
        seed in any::<u64>(),
        density in 1..200_u64,
        patches in prop::collection::vec((0..300_u32, 0..300_u32, 1..80_u32, any::<u8>()), 0..6),
    ) {
        let mut picture = gray(TEXT, 3);
        let mut state = seed | 1;
        for pixel in picture.pixels_mut() {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            if state % 200 < density / 8 {
                pixel.0[0] ^= (state >> 32) as u8;
            }
        }
        for (x, y, side, color) in patches {
            for (x, y) in (x..x + side).flat_map(|x| (y..y + side).map(move |y| (x, y))) {
                if let Some(pixel) = picture.get_pixel_mut_checked(x, y) {
                    pixel.0[0] = color;
                }
            }
        }
        // A damaged symbol is read right or not at all.
        for found in scan_gray(&picture) {
            prop_assert_eq!(found.bytes(), TEXT.as_bytes());
        }
    }

    #[test]
    fn any_text_reads_back(text in "[ -~]{1,300}|\\PC{1,80}", level in prop::sample::select(&Level::ALL[..]), scale in 1..5_u32) {
        let symbol = Symbol::of_text(&text, Options { level, ..Options::default() }).unwrap();
        let found = scan_gray(&symbol.gray(Size::Scale(scale), QuietZone::STANDARD).unwrap());
        prop_assert_eq!(texts(&found), [text.as_str()]);
    }
}
