//! Pictures of strangers: whatever they are, the search for symbols ends with an answer.

use std::sync::Once;

use image::{GrayImage, Luma, imageops};
use qris_core::Sealed;
use qris_render::{
    Found, Level, Options, PictureError, QuietZone, ScanLimits, Size, Symbol, scan, scan_gray,
};

use crate::generate;
use crate::rng::SplitMix64;

/// Enough for a picture of this size in every pass, and little enough to be reached.
const LIMITS: ScanLimits = ScanLimits { pixels: 250_000, work: 200_000_000 };
/// What files of the kinds that are read begin with.
const BEGINS: [&[u8]; 6] =
    [b"\x89PNG\r\n\x1a\n", b"\xFF\xD8\xFF", b"GIF89a", b"BM", b"RIFF\0\0\0\0WEBP", b"II*\0"];

/// The bytes as a file, as they are and after what a file of some kind begins with: refused or searched, within the limits.
///
/// # Panics
/// When it is not so.
pub fn picture_file(bytes: &[u8]) {
    quiet_reader();
    let begun = bytes.first().map(|kind| [BEGINS[usize::from(*kind) % BEGINS.len()], &bytes[1..]].concat());
    for file in [Some(bytes.to_vec()), begun].into_iter().flatten() {
        judge(&scan(&file, LIMITS));
    }
}

/// A grey picture made as the bytes say, out of finder patterns, symbols, stripes, noise and light: searched within the
/// limits, with the same answer each time; and a symbol that is laid beside it is read.
///
/// # Panics
/// When it is not so.
pub fn grey_picture(bytes: &[u8]) {
    quiet_reader();
    let picture = drawn(bytes);
    let found = scan_gray(&picture);
    judge(&found);
    let mut rng = SplitMix64::over(bytes);
    // What costs as much again is asked of one in eight.
    if rng.one_in(8) {
        assert_eq!(scan_gray(&picture), found, "twice the same");
    }
    let Some(symbol) = rng.one_in(8).then(|| symbol(bytes)).flatten() else { return };
    let text = symbol.1;
    let upright = symbol.0.gray(Size::Scale(3), QuietZone::STANDARD).unwrap_or_default();
    // Beside the picture, so that nothing covers it.
    let (width, height) = (picture.width() + upright.width(), picture.height().max(upright.height()));
    let mut both = GrayImage::from_pixel(width, height, Luma([255]));
    imageops::replace(&mut both, &picture, 0, 0);
    imageops::replace(&mut both, &upright, i64::from(picture.width()), 0);
    match scan_gray(&both) {
        Ok(found) => assert!(found.iter().any(|found| found.bytes() == text.as_bytes()), "not read: {text}"),
        Err(error) => {
            assert!(matches!(error, PictureError::TooManyFinders { .. } | PictureError::TooMuchWork))
        }
    }
}

/// The reader's own panics are caught where they happen; that they are told to standard error, and end a fuzzer, would
/// hide all others.
fn quiet_reader() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let told = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !panic.location().is_some_and(|place| place.file().contains("rxing")) {
                told(panic);
            }
        }));
    });
}

fn judge(found: &Result<Vec<Found>, PictureError>) {
    for one in found.iter().flatten() {
        assert!((1..=40).contains(&one.version()), "{}", one.version());
        // Byte mode at version 40-L; digits are three times as many.
        assert!(one.bytes().len() <= 7089, "{}", one.bytes().len());
        let corners = one.corners();
        assert!(corners.iter().all(|(x, y)| x.abs() < 100_000 && y.abs() < 100_000), "{corners:?}");
    }
    if let Err(error) = found {
        let said = error.to_string();
        assert!((10..2000).contains(&said.len()), "{said}");
    }
}

/// A symbol of a payload that the bytes choose.
fn symbol(bytes: &[u8]) -> Option<(Symbol, String)> {
    let mut rng = SplitMix64::over(bytes);
    let text = generate::payload(&super::profile(&mut rng), &mut rng);
    let sealed = Sealed::parse(&text).ok()?;
    let level = Level::ALL[rng.below(Level::ALL.len())];
    let symbol = Symbol::new(&sealed, Options { level, ..Options::default() }).ok()?;
    Some((symbol, text))
}

/// A picture of up to 95 pixels a side: two bytes for its sides, one for its ground, then six for each thing in it; odd
/// heights take the bytes as pixels.
fn drawn(bytes: &[u8]) -> GrayImage {
    let (sides, rest) = bytes.split_at(bytes.len().min(3));
    let at = |i: usize| u32::from(sides.get(i).copied().unwrap_or_default());
    let (width, height, ground) = (8 + at(0) % 88, 8 + at(1) % 88, at(2) as u8);
    if height % 2 == 1 && !rest.is_empty() {
        return GrayImage::from_fn(width, height, |x, y| Luma([rest[(y * width + x) as usize % rest.len()]]));
    }
    let mut picture = GrayImage::from_pixel(width, height, Luma([ground]));
    for thing in rest.chunks_exact(6) {
        let [kind, x, y, wide, scale, light] = thing else { continue };
        let (x, y, wide) = (u32::from(*x), u32::from(*y), u32::from(*wide));
        let scale = 1 + u32::from(*scale) % 8;
        let mut rng = SplitMix64::over(thing);
        let mut lay = |wide: u32, high: u32, of: &mut dyn FnMut(u32, u32, u8) -> u8| {
            for (across, down) in (0..high).flat_map(|down| (0..wide).map(move |across| (across, down))) {
                if let Some(pixel) = picture.get_pixel_mut_checked(x + across, y + down) {
                    pixel.0[0] = of(across, down, pixel.0[0]);
                }
            }
        };
        match kind % 7 {
            0 => lay(wide, wide, &mut |_, _, _| *light),
            1 => lay(7 * scale, 7 * scale, &mut |x, y, _| {
                let ring = (x / scale).abs_diff(3).max((y / scale).abs_diff(3));
                if ring == 2 { 255 } else { *light }
            }),
            2 => lay(wide, wide, &mut |x, _, _| if x / scale % 2 == 0 { *light } else { 255 - *light }),
            3 => lay(wide, wide, &mut |_, _, old| if rng.one_in(9) { rng.below(256) as u8 } else { old }),
            4 => lay(wide, wide, &mut |_, _, old| 255 - old),
            5 => lay(wide, wide, &mut |x, y, old| old.saturating_sub(((x + y) / scale) as u8)),
            _ => {
                let Ok(small) = Sealed::parse(SMALL) else { continue };
                let Ok(symbol) = Symbol::new(&small, Options::default()) else { continue };
                let side = symbol.side() * scale.min(3);
                lay(side, side, &mut |x, y, _| {
                    if symbol.is_dark(x / scale.min(3), y / scale.min(3)) { *light } else { 255 }
                });
            }
        }
    }
    picture
}

/// The shortest payload that is drawn.
const SMALL: &str = "0002016304AAE6";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_drawn_has_what_the_bytes_say() {
        assert!(Sealed::parse(SMALL).is_ok(), "{:?}", Sealed::parse(SMALL));
        let picture = drawn(&[84, 84, 250, 6, 10, 10, 0, 2, 10]);
        let found = scan_gray(&picture).unwrap();
        assert_eq!(found[0].bytes(), SMALL.as_bytes());
        assert_eq!(drawn(b"").dimensions(), (8, 8));
        assert_eq!(drawn(&[0, 1, 0, 9, 8]).as_raw()[..3], [9, 8, 9]);
    }
}
