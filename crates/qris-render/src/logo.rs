//! A symbol with a picture in its middle.
//!
//! What the picture covers, error correction has to restore. So the level is the highest, the share is limited, and the
//! result is only let out when it reads back with a margin: also with a stain beside the logo.

use image::imageops::{self, FilterType};
use image::{GrayImage, Luma, RgbaImage, imageops::overlay};
use png::ColorType;
use qris_core::Sealed;

use crate::frame::Frame;
use crate::picture::{self, PictureError, ScanLimits, over};
use crate::png::true_color;
use crate::scan::scan_gray;
use crate::{FrameError, Level, Options, Png, Symbol, SymbolError};

/// A picture for the middle of a symbol.
#[derive(Debug, Clone)]
pub struct Logo {
    picture: RgbaImage,
    percent: u8,
}

/// Why there is no symbol with this logo.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LogoError {
    /// The logo's file.
    #[error("logo: {0}")]
    Picture(#[from] PictureError),
    /// The payload.
    #[error(transparent)]
    Symbol(#[from] SymbolError),
    /// The size.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// The share of the symbol's side.
    #[error("a logo takes {min} to {max} per cent of the symbol's side, not {percent}", min = Logo::MIN_PERCENT, max = Logo::MAX_PERCENT)]
    Share {
        /// What was asked for.
        percent: u8,
    },
    /// The symbol cannot be read any more.
    #[error("with this logo the code cannot be read back safely: make the logo smaller or calmer")]
    Unreadable,
}

impl Logo {
    /// Below this nobody recognises a logo.
    pub const MIN_PERCENT: u8 = 5;
    /// 30 % of the side are 9 % of the modules; level H restores some 15 % of unknown place. Few logos of this size leave the
    /// margin that is asked for.
    pub const MAX_PERCENT: u8 = 30;
    /// A fifth of the side.
    pub const DEFAULT_PERCENT: u8 = 20;

    /// A logo from a PNG, JPEG, WebP, GIF, BMP or TIFF file, as large as [`Logo::DEFAULT_PERCENT`] says.
    ///
    /// # Errors
    /// When the file is no picture, is damaged, or is larger than the default [`ScanLimits`].
    pub fn read(file: &[u8]) -> Result<Logo, LogoError> {
        let picture = picture::read(file, ScanLimits::default())?.to_rgba8();
        Ok(Logo { picture, percent: Logo::DEFAULT_PERCENT })
    }

    /// The same with another share of the symbol's side, in per cent. The longer side of the logo becomes as long.
    ///
    /// # Errors
    /// [`LogoError::Share`] outside [`Logo::MIN_PERCENT`] to [`Logo::MAX_PERCENT`].
    pub fn with_percent(self, percent: u8) -> Result<Logo, LogoError> {
        if !(Logo::MIN_PERCENT..=Logo::MAX_PERCENT).contains(&percent) {
            return Err(LogoError::Share { percent });
        }
        Ok(Logo { percent, ..self })
    }
}

/// The symbol of a payload as a PNG with a logo in its middle. The level becomes H, whatever was asked for: at Q, zbar
/// cannot read four of ten. The result has been read back, as it is and with a stain of 12 per cent of its side at four
/// places in turn, so that what a scratch or another reader loses is not the last straw.
///
/// # Errors
/// As [`Symbol::new`] and [`Symbol::png`], and [`LogoError::Unreadable`] when the logo destroys the code or leaves no margin.
pub fn png_with_logo(
    payload: &Sealed<'_>,
    options: Options,
    png: &Png,
    logo: &Logo,
) -> Result<Vec<u8>, LogoError> {
    let symbol = Symbol::new(payload, Options { level: Level::H, ..options })?;
    let frame = Frame::new(&symbol, png.size, png.quiet_zone)?;
    let picture = draw(&symbol, png, logo)?;
    let gray = picture::to_gray(&picture.clone().into(), u8::MAX);
    for stained in std::iter::once(gray.clone()).chain(stains(&gray, &symbol, frame)) {
        let read_back = scan_gray(&stained)?;
        if !read_back.iter().any(|found| found.bytes() == payload.as_str().as_bytes()) {
            return Err(LogoError::Unreadable);
        }
    }
    Ok(file(&picture, frame))
}

/// Side of the stain with which a code has to be readable, in per cent of the symbol's.
const STAIN_PERCENT: u32 = 12;

/// The picture with a dark square right of, left of, above and below the logo, in turn.
fn stains(gray: &GrayImage, symbol: &Symbol, frame: Frame) -> impl Iterator<Item = GrayImage> {
    let side = symbol.side() * frame.scale;
    let long = side * STAIN_PERCENT / 100;
    let stain = GrayImage::from_pixel(long, long, Luma([0]));
    let at = move |percent: u32| i64::from(frame.margin + side * percent / 100) - i64::from(long) / 2;
    [(80, 50), (20, 50), (50, 20), (50, 80)].into_iter().map(move |(x, y)| {
        let mut stained = gray.clone();
        imageops::replace(&mut stained, &stain, at(x), at(y));
        stained
    })
}

fn draw(symbol: &Symbol, png: &Png, logo: &Logo) -> Result<RgbaImage, FrameError> {
    let frame = Frame::new(symbol, png.size, png.quiet_zone)?;
    let gray = symbol.gray(png.size, png.quiet_zone)?;
    let (dark, light) = (png.colors.dark(), png.colors.light());
    let mut picture = RgbaImage::from_fn(frame.side, frame.side, |x, y| {
        let color = if gray.get_pixel(x, y).0[0] == 0 { dark } else { light };
        image::Rgba([color.red, color.green, color.blue, 255])
    });

    let room = (symbol.side() * frame.scale * u32::from(logo.percent) / 100).max(1);
    let (width, height) = logo.picture.dimensions();
    let longer = width.max(height).max(1);
    // No pixel may vanish, however thin the logo is.
    let fit = |part: u32| ((u64::from(part) * u64::from(room)).div_ceil(u64::from(longer)) as u32).max(1);
    let mut small = imageops::resize(&logo.picture, fit(width), fit(height), FilterType::CatmullRom);
    for pixel in small.pixels_mut() {
        let [red, green, blue, alpha] = pixel.0;
        pixel.0 = [
            over(red, alpha, light.red),
            over(green, alpha, light.green),
            over(blue, alpha, light.blue),
            255,
        ];
    }
    // A margin of half a module, in the colour of the ground, keeps the logo apart from the modules.
    let margin = frame.scale.div_ceil(2);
    let plate = image::Rgba([light.red, light.green, light.blue, 255]);
    let plate = RgbaImage::from_pixel(small.width() + 2 * margin, small.height() + 2 * margin, plate);
    let middle = |part: &RgbaImage| {
        (i64::from(frame.side - part.width()) / 2, i64::from(frame.side - part.height()) / 2)
    };
    for part in [&plate, &small] {
        let (x, y) = middle(part);
        overlay(&mut picture, part, x, y);
    }
    Ok(picture)
}

fn file(picture: &RgbaImage, frame: Frame) -> Vec<u8> {
    let pixels: Vec<u8> = picture.pixels().flat_map(|pixel| [pixel.0[0], pixel.0[1], pixel.0[2]]).collect();
    true_color(frame.side, frame.per_metre, ColorType::Rgb, &pixels)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{QuietZone, Size, scan};

    const TEXT: &str = "00020101021126690017ID.CO.EXAMPLE.WWW011893600001000000001702150000000000000010303UMI\
        51440014ID.CO.QRIS.WWW0215ID10260000000120303UMI5204581453033605802ID5913Warung Melati6007JAKARTA\
        61051034062070703A01630448CE";

    fn logo(width: u32, height: u32, pixel: impl Fn(u32, u32) -> [u8; 4]) -> Logo {
        let pixels: Vec<u8> = (0..height)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .flat_map(|(x, y)| pixel(x, y))
            .collect();
        Logo::read(&true_color(width, None, ColorType::Rgba, &pixels)).unwrap()
    }

    #[test]
    fn a_logo_is_drawn_and_the_code_still_reads() {
        let payload = Sealed::parse(TEXT).unwrap();
        let red = logo(40, 40, |x, y| if (x / 8 + y / 8) % 2 == 0 { [200, 0, 0, 255] } else { [0, 0, 0, 0] });
        for percent in [5, 10, 20, 25] {
            let logo = red.clone().with_percent(percent).unwrap();
            let file = png_with_logo(&payload, Options::default(), &Png::default(), &logo).unwrap();
            let found = scan(&file, ScanLimits::default()).unwrap();
            assert_eq!(found[0].bytes(), TEXT.as_bytes());
            let picture = image::load_from_memory(&file).unwrap().to_rgb8();
            assert!(picture.pixels().any(|pixel| pixel.0 == [200, 0, 0]), "{percent}");
            assert_eq!(found[0].level(), Level::H);
        }
    }

    #[test]
    fn the_share_is_limited() {
        let logo = logo(4, 4, |_, _| [0, 0, 0, 255]);
        for percent in [0, 4, 31, 100, 255] {
            assert_eq!(logo.clone().with_percent(percent).unwrap_err(), LogoError::Share { percent });
        }
    }

    /// A logo with which the code is read, but not with a stain as well.
    #[test]
    fn a_logo_that_leaves_no_margin_is_refused() {
        let payload = Sealed::parse(TEXT).unwrap();
        let busy = logo(40, 40, |x, y| if (x / 5 + y / 5) % 2 == 0 { [0, 0, 0, 255] } else { [255; 4] });
        let png = Png { size: Size::Scale(4), ..Png::default() };
        let outcome = |percent| {
            let logo = Logo { percent, ..busy.clone() };
            let symbol = Symbol::new(&payload, Options { level: Level::H, ..Options::default() }).unwrap();
            let picture = draw(&symbol, &png, &logo).unwrap();
            let gray = picture::to_gray(&picture.into(), 255);
            let reads = scan_gray(&gray).unwrap().iter().any(|found| found.bytes() == TEXT.as_bytes());
            (reads, png_with_logo(&payload, Options::default(), &png, &logo).map(|_| ()))
        };
        assert_eq!(outcome(20), (true, Ok(())));
        let outcomes: Vec<_> = (21..50).map(outcome).collect();
        assert!(outcomes.contains(&(true, Err(LogoError::Unreadable))), "{outcomes:?}");
        assert!(!outcomes.iter().any(|(reads, let_out)| !reads && let_out.is_ok()), "{outcomes:?}");
    }

    /// The limits keep such logos out, so the last check is reached past them.
    #[test]
    fn a_logo_that_destroys_the_code_is_refused() {
        let payload = Sealed::parse(TEXT).unwrap();
        let huge = Logo { percent: 60, ..logo(40, 40, |x, y| [(x * 6) as u8, (y * 6) as u8, 90, 255]) };
        let png = Png { size: Size::Scale(3), ..Png::default() };
        assert_eq!(
            png_with_logo(&payload, Options::default(), &png, &huge).unwrap_err(),
            LogoError::Unreadable
        );
    }

    #[test]
    fn bad_sizes_and_files_are_errors() {
        assert_eq!(Logo::read(b"no picture").unwrap_err(), LogoError::Picture(PictureError::UnknownFormat));
        let payload = Sealed::parse(TEXT).unwrap();
        let png = Png { size: Size::Scale(0), quiet_zone: QuietZone::STANDARD, ..Png::default() };
        let result = png_with_logo(&payload, Options::default(), &png, &logo(1, 9, |_, _| [9, 9, 9, 255]));
        assert_eq!(result.unwrap_err(), LogoError::Frame(FrameError::Zero));
    }
}
