//! How a picture is kept.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat, RgbImage, RgbaImage};
use qris_testkit::rng::SplitMix64;

use crate::chance::Chance;
use crate::kinds::Shot;

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Format {
    Png,
    Jpeg(u8),
    Bmp,
    Gif,
    Tiff,
    WebP,
    /// 16 bits a sample.
    Deep,
    /// Light modules are holes.
    Transparent,
    /// Inks in the place of colours.
    Cmyk,
    /// As a phone stores what it took upright.
    Turned,
}

impl Format {
    pub(crate) const OTHERS: [Format; 8] = [
        Format::Bmp,
        Format::Gif,
        Format::Tiff,
        Format::WebP,
        Format::Deep,
        Format::Transparent,
        Format::Cmyk,
        Format::Turned,
    ];
}

/// The file and its ending.
pub(crate) fn stored(shot: &Shot, random: &mut SplitMix64) -> (Vec<u8>, &'static str) {
    let picture = shot.canvas.picture();
    match shot.format {
        Format::Png => (written(&picture.into(), ImageFormat::Png), "png"),
        Format::Jpeg(quality) => (jpeg(&picture, quality), "jpg"),
        Format::Bmp => (written(&picture.into(), ImageFormat::Bmp), "bmp"),
        Format::Gif => (written(&picture.into(), ImageFormat::Gif), "gif"),
        Format::Tiff => (written(&picture.into(), ImageFormat::Tiff), "tiff"),
        Format::WebP => (written(&picture.into(), ImageFormat::WebP), "webp"),
        Format::Deep => (written(&DynamicImage::from(picture).into_luma16().into(), ImageFormat::Png), "png"),
        Format::Transparent => {
            let clear = |pixel: &image::Rgb<u8>| image::Rgba([0, 0, 0, 255 - pixel.0[0]]);
            let (width, height) = picture.dimensions();
            let holes = RgbaImage::from_fn(width, height, |x, y| clear(picture.get_pixel(x, y)));
            (written(&holes.into(), ImageFormat::Png), "png")
        }
        Format::Cmyk => (cmyk(&picture), "jpg"),
        Format::Turned => (turned(&picture, random.one(&[3, 5, 6, 7, 8])), "jpg"),
    }
}

fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, format).expect("memory takes all");
    file.into_inner()
}

fn jpeg(picture: &RgbImage, quality: u8) -> Vec<u8> {
    let mut file = Vec::new();
    picture.write_with_encoder(JpegEncoder::new_with_quality(&mut file, quality)).expect("memory takes all");
    file
}

fn cmyk(picture: &RgbImage) -> Vec<u8> {
    // Black as all four inks is what printers avoid: it is in K alone.
    let inks: Vec<u8> = picture.pixels().flat_map(|pixel| [0, 0, 0, 255 - pixel.0[0]]).collect();
    let mut file = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut file, 90);
    let (width, height) = picture.dimensions();
    let sides = [width, height].map(|side| u16::try_from(side).expect("it is small"));
    encoder.encode(&inks, sides[0], sides[1], jpeg_encoder::ColorType::Cmyk).expect("memory takes all");
    file
}

/// A JPEG with an Exif segment that says how to turn it (tag 274).
fn turned(picture: &RgbImage, orientation: u8) -> Vec<u8> {
    let plain = jpeg(picture, 90);
    let tiff =
        [b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".as_slice(), &[orientation, 0, 0, 0, 0, 0, 0, 0]]
            .concat();
    let body = [b"Exif\0\0".as_slice(), &tiff].concat();
    let length = u16::try_from(body.len() + 2).expect("it is short").to_be_bytes();
    [&plain[..2], &[0xFF, 0xE1], &length, &body, &plain[2..]].concat()
}
