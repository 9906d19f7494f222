//! Picture files of strangers, read within limits.

mod kind;

use std::io::Cursor;

pub use kind::PictureKind;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader};

/// How large a picture of unknown origin may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ScanLimits {
    /// Width times height, 64 million by default. Memory goes up to some ten bytes a pixel.
    pub pixels: u64,
    /// What a search for symbols may cost, in steps of about a nanosecond of one core: 2 thousand million by default.
    pub work: u64,
}

impl Default for ScanLimits {
    fn default() -> Self {
        ScanLimits { pixels: 64_000_000, work: 2_000_000_000 }
    }
}

/// Why a picture file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PictureError {
    /// Nothing that is known as a picture.
    #[error("this is no PNG, JPEG, WebP, GIF, BMP or TIFF picture")]
    UnknownFormat,
    /// A kind of picture that is not read here.
    #[error("{}, which is not read: save it as JPEG or PNG first", .kind.name())]
    NotRead {
        /// Which.
        kind: PictureKind,
    },
    /// A picture that is cut off or damaged, or that wants more memory than its size explains.
    #[error("the picture cannot be read: {reason}")]
    Unreadable {
        /// The decoder's words.
        reason: String,
    },
    /// More pixels than the limit.
    #[error("the picture has {width} x {height} pixels, the limit is {limit}: make it smaller first")]
    TooLarge {
        /// Pixels in a row.
        width: u32,
        /// Rows.
        height: u32,
        /// Pixels that are allowed.
        limit: u64,
    },
    /// More finder patterns than a picture of payment codes has.
    #[error(
        "the picture has {finders} finder patterns, the limit is {limit}: cut out the part with the code"
    )]
    TooManyFinders {
        /// Patterns that look like the corner of a symbol.
        finders: usize,
        /// Patterns that are allowed.
        limit: usize,
    },
    /// Too large and too busy to be searched within the limit.
    #[error("the picture is too large and too busy to be searched: cut out the part with the code")]
    TooMuchWork,
}

/// Decodes a file, after a look at its size, so that a small file cannot ask for much memory. It is turned as its Exif data
/// says.
pub(crate) fn read(file: &[u8], limits: ScanLimits) -> Result<DynamicImage, PictureError> {
    let unreadable = |error: image::ImageError| PictureError::Unreadable { reason: error.to_string() };
    let format = match PictureKind::of(file).ok_or(PictureError::UnknownFormat)? {
        PictureKind::Png => ImageFormat::Png,
        PictureKind::Jpeg => ImageFormat::Jpeg,
        PictureKind::WebP => ImageFormat::WebP,
        PictureKind::Gif => ImageFormat::Gif,
        PictureKind::Bmp => ImageFormat::Bmp,
        PictureKind::Tiff => ImageFormat::Tiff,
        kind => return Err(PictureError::NotRead { kind }),
    };
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    let mut bounded = image::Limits::default();
    bounded.max_alloc = Some(limits.pixels.saturating_mul(8));
    reader.limits(bounded.clone());
    let mut decoder = reader.into_decoder().map_err(unreadable)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > limits.pixels {
        return Err(PictureError::TooLarge { width, height, limit: limits.pixels });
    }
    bounded.reserve(decoder.total_bytes()).map_err(unreadable)?;
    // Damaged Exif data is no reason to refuse a picture: codes are read from all sides.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// A picture in grey, transparent parts laid on a ground.
#[cfg(feature = "scan")]
pub(crate) fn to_gray(picture: &DynamicImage, ground: u8) -> image::GrayImage {
    if !picture.color().has_alpha() {
        return picture.to_luma8();
    }
    let picture = picture.to_luma_alpha8();
    let mut gray = image::GrayImage::new(picture.width(), picture.height());
    for (pixel, shown) in picture.pixels().zip(gray.pixels_mut()) {
        shown.0 = [over(pixel.0[0], pixel.0[1], ground)];
    }
    gray
}

/// `part` with this opacity over a `ground`.
pub(crate) fn over(part: u8, alpha: u8, ground: u8) -> u8 {
    let (part, alpha, ground) = (u32::from(part), u32::from(alpha), u32::from(ground));
    ((part * alpha + ground * (255 - alpha) + 127) / 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Options, Symbol};

    #[test]
    fn bad_files_are_errors() {
        let limits = ScanLimits::default();
        assert_eq!(read(b"", limits).unwrap_err(), PictureError::UnknownFormat);
        assert_eq!(read(b"no picture at all", limits).unwrap_err(), PictureError::UnknownFormat);
        let not_read = read(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", limits).unwrap_err();
        assert_eq!(not_read, PictureError::NotRead { kind: PictureKind::Heic });
        assert_eq!(not_read.to_string(), "an HEIC picture, which is not read: save it as JPEG or PNG first");
        let symbol = Symbol::of_text("00020101021126Test", Options::default()).unwrap();
        let file = symbol.png(&crate::Png::default()).unwrap();
        for cut in [8, 20, 40, 100, file.len() / 2] {
            assert!(matches!(read(&file[..cut], limits), Err(PictureError::Unreadable { .. })), "{cut}");
        }
        let side = 8 * (symbol.side() + 8);
        assert_eq!(
            read(&file, ScanLimits { pixels: 1000, ..ScanLimits::default() }).unwrap_err(),
            PictureError::TooLarge { width: side, height: side, limit: 1000 }
        );
    }

    /// Every kind that is read, whole and cut off anywhere.
    #[test]
    #[cfg(feature = "scan")]
    fn every_kind_is_read_and_none_is_trusted() {
        let symbol = Symbol::of_text("00020101021126Test", Options::default()).unwrap();
        let gray = symbol.gray(crate::Size::Scale(4), crate::QuietZone::default()).unwrap();
        let picture = DynamicImage::ImageLuma8(gray).to_rgb8();
        let formats = [
            ImageFormat::Png,
            ImageFormat::Jpeg,
            ImageFormat::WebP,
            ImageFormat::Gif,
            ImageFormat::Bmp,
            ImageFormat::Tiff,
        ];
        for format in formats {
            let mut file = Cursor::new(Vec::new());
            picture.write_to(&mut file, format).unwrap();
            let file = file.into_inner();
            let found = crate::scan(&file, ScanLimits::default()).unwrap();
            assert_eq!(found[0].bytes(), b"00020101021126Test", "{format:?}");
            for end in (0..file.len()).step_by(file.len() / 40 + 1) {
                let _ = read(&file[..end], ScanLimits::default());
            }
            let small = ScanLimits { pixels: 1000, ..ScanLimits::default() };
            assert!(matches!(read(&file, small), Err(PictureError::TooLarge { .. })), "{format:?}");
        }
        // A GIF of 65,535 pixels a side, and a BMP of two thousand million: refused by their size.
        let gif = b"GIF89a\xFF\xFF\xFF\xFF\0\0\0,\0\0\0\0\xFF\xFF\xFF\xFF\0\x02\x01\0\0;";
        let mut bmp = vec![0; 60];
        bmp[..2].copy_from_slice(b"BM");
        bmp[10] = 54;
        bmp[14] = 40;
        bmp[18..22].copy_from_slice(&2_000_000_000_i32.to_le_bytes());
        bmp[22..26].copy_from_slice(&1_i32.to_le_bytes());
        (bmp[26], bmp[28]) = (1, 24);
        for file in [gif.as_slice(), &bmp] {
            let refused = read(file, ScanLimits::default()).unwrap_err();
            assert!(
                matches!(refused, PictureError::TooLarge { .. } | PictureError::Unreadable { .. }),
                "{refused:?}"
            );
        }
    }

    /// 16 bits a sample, with and without transparency.
    #[test]
    #[cfg(feature = "scan")]
    fn deep_pictures_are_read() {
        let symbol = Symbol::of_text("00020101021126Test", Options::default()).unwrap();
        let gray = symbol.gray(crate::Size::Scale(4), crate::QuietZone::default()).unwrap();
        let picture = DynamicImage::ImageLuma8(gray);
        let deep: [DynamicImage; 4] = [
            picture.to_luma16().into(),
            picture.to_luma_alpha16().into(),
            picture.to_rgb16().into(),
            picture.to_rgba16().into(),
        ];
        for picture in deep {
            let mut file = Cursor::new(Vec::new());
            picture.write_to(&mut file, ImageFormat::Png).unwrap();
            let found = crate::scan(file.get_ref(), ScanLimits::default()).unwrap();
            assert_eq!(found[0].bytes(), b"00020101021126Test", "{:?}", picture.color());
        }
    }

    /// Where a telephone says how it was held (Exif 2.3, tag 274), corners are told as the picture is seen.
    #[test]
    #[cfg(feature = "scan")]
    fn pictures_are_turned_as_exif_says() {
        let symbol = Symbol::of_text("00020101021126Test", Options::default()).unwrap();
        let side = 4 * symbol.side() as i32;
        let gray = symbol.gray(crate::Size::Scale(4), crate::QuietZone::STANDARD).unwrap();
        let gray = DynamicImage::ImageLuma8(gray);
        // What is stored, and which number says how to turn it back.
        let stored = [(1, gray.clone()), (3, gray.rotate180()), (6, gray.rotate270()), (8, gray.rotate90())];
        for (orientation, picture) in stored {
            let mut file = Cursor::new(Vec::new());
            picture.write_to(&mut file, ImageFormat::Jpeg).unwrap();
            let plain = file.into_inner();
            let tiff = [b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".as_slice(), &[orientation], &[0; 7]]
                .concat();
            let exif = [b"\xFF\xE1\0\x22Exif\0\0", tiff.as_slice()].concat();
            assert_eq!(exif.len(), 2 + 0x22);
            let file = [&plain[..2], &exif, &plain[2..]].concat();
            let found = crate::scan(&file, ScanLimits::default()).unwrap();
            let (left, top) = found[0].corners()[0];
            let (right, bottom) = found[0].corners()[2];
            assert!((left - 16).abs() < 3 && (top - 16).abs() < 3, "{orientation}: {:?}", found[0].corners());
            assert!((right - 16 - side).abs() < 3 && (bottom - 16 - side).abs() < 3, "{orientation}");
        }
    }

    /// 400 bytes that claim to be 4.6 gigapixels.
    #[test]
    fn a_bomb_is_refused_before_it_is_unpacked() {
        let symbol = Symbol::of_text("0002", Options::default()).unwrap();
        let mut file = symbol.png(&crate::Png::default()).unwrap();
        // Width and height of the header chunk, and its checksum, which readers check.
        file[16..20].copy_from_slice(&68_000_u32.to_be_bytes());
        file[20..24].copy_from_slice(&68_000_u32.to_be_bytes());
        let mut checksum = !0_u32;
        for &byte in &file[12..29] {
            checksum ^= u32::from(byte);
            for _ in 0..8 {
                checksum = checksum >> 1 ^ if checksum & 1 == 1 { 0xEDB8_8320 } else { 0 };
            }
        }
        file[29..33].copy_from_slice(&(!checksum).to_be_bytes());
        assert!(matches!(
            read(&file, ScanLimits::default()),
            Err(PictureError::TooLarge { width: 68_000, .. })
        ));
    }
}
