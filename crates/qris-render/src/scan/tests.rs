use image::{DynamicImage, GrayImage, Luma, imageops};
use proptest::prelude::*;

use super::{Found, PictureError, PictureLimits, scan, scan_image};
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
    assert_eq!(texts(&scan(&file, PictureLimits::default()).unwrap()), [TEXT]);
}

#[test]
fn pictures_without_a_symbol_have_none() {
    assert_eq!(scan_gray(&GrayImage::new(0, 0)), []);
    assert_eq!(scan_gray(&GrayImage::new(1, 1)), []);
    assert_eq!(scan_gray(&GrayImage::new(640, 480)), []);
    assert_eq!(scan_gray(&GrayImage::new(1, 2000)), []);
}

/// The worst case for a search that tries combinations.
#[test]
fn a_wall_of_finders_is_refused() {
    let finder = |x: u32, y: u32| {
        let ring = x.abs_diff(3).max(y.abs_diff(3));
        ring != 2 && ring <= 3
    };
    let picture =
        GrayImage::from_fn(600, 600, |x, y| Luma([if finder(x / 2 % 10, y / 2 % 10) { 0 } else { 255 }]));
    assert!(matches!(super::scan_gray(&picture), Err(PictureError::TooManyFinders { finders: 800.., .. })));
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

/// Its patterns look like finders to the reader, and one combination of three could keep it busy for minutes.
#[test]
fn noise_costs_no_more_than_its_pixels() {
    for (side, square, percent) in [(700, 1, 50), (700, 2, 55), (700, 4, 60), (900, 1, 45)] {
        let picture = noise(side, square, percent);
        let (began, mut left) = (std::time::Instant::now(), 100_000_000_000);
        let enlarged = imageops::resize(&picture, 2 * side, 2 * side, imageops::FilterType::Nearest);
        for picture in [&picture, &enlarged] {
            assert_eq!(super::search(picture, 1, 1, &mut left).unwrap(), []);
        }
        let pixels = u64::from(side * side) * 5;
        let spent = 100_000_000_000 - left;
        assert!((400 * pixels..600 * pixels).contains(&spent), "{side} {square}: {spent} for {pixels}");
        // It took more than a minute when nobody counted.
        assert!(began.elapsed().as_secs() < 30, "{side} {square}: {:?}", began.elapsed());
    }
}

#[test]
fn work_ends_with_its_limit() {
    let found = |work| super::search_all(&gray(TEXT, 8), &mut { work });
    assert_eq!(found(1_000_000).unwrap_err(), PictureError::TooMuchWork);
    assert_eq!(texts(&found(1_000_000_000).unwrap()), [TEXT]);
    // Two hundred finder patterns in good order: every one of them makes pairs.
    let finder = |x: u32, y: u32| {
        let ring = x.abs_diff(3).max(y.abs_diff(3));
        ring != 2 && ring <= 3
    };
    let wall =
        GrayImage::from_fn(1400, 1000, |x, y| Luma([if finder(x / 10 % 10, y / 10 % 10) { 0 } else { 255 }]));
    assert_eq!(super::search_all(&wall, &mut 10_000_000_000).unwrap_err(), PictureError::TooMuchWork);
}

/// What cannot be a finder pattern is taken out in front of the reader, and the symbol is still read.
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
