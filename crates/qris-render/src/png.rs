//! PNG: one bit a pixel, greyscale, or a palette of two when there are colours.

mod zlib;

use png::{BitDepth, ColorType, DeflateCompression, Encoder, Filter, PixelDimensions, Unit, chunk};

use crate::frame::Frame;
use crate::{Colors, FrameError, QuietZone, Size, Symbol};

/// How hard the PNG is compressed. The pixels are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Compression {
    /// Microseconds. The default.
    #[default]
    Fast,
    /// The smallest of several encodings: never larger than [`Compression::Fast`], for tens of times its time. Worth it
    /// at scales above eight, where it saves up to a fifth.
    Small,
}

/// How [`Symbol::png`] draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Png {
    /// Eight pixels a module by default.
    pub size: Size,
    /// Four modules by default.
    pub quiet_zone: QuietZone,
    /// Black on white by default.
    pub colors: Colors,
    /// Fast by default.
    pub compression: Compression,
}

impl Symbol {
    /// The symbol as a PNG file. The same symbol and options give the same bytes on every machine.
    ///
    /// # Errors
    /// When the size is zero, too small for the symbol or larger than [`MAX_SIDE`](crate::MAX_SIDE).
    pub fn png(&self, options: &Png) -> Result<Vec<u8>, FrameError> {
        let frame = Frame::new(self, options.size, options.quiet_zone)?;
        let body = zlib::body(self, frame);
        let mut file =
            two_colors(frame, options.colors, DeflateCompression::NoCompression, Body::Compressed(&body));
        if options.compression == Compression::Small {
            let pixels = pixels(self, frame);
            for level in LEVELS {
                let other = two_colors(
                    frame,
                    options.colors,
                    DeflateCompression::Level(level),
                    Body::Pixels(&pixels),
                );
                if other.len() < file.len() {
                    file = other;
                }
            }
        }
        Ok(file)
    }
}

/// Levels of `png`'s own compressor that are the best one for some picture of this kind.
const LEVELS: std::ops::RangeInclusive<u8> = 4..=9;

/// Rows of one bit a pixel, 1 for light.
fn pixels(symbol: &Symbol, frame: Frame) -> Vec<u8> {
    let stride = frame.side.div_ceil(8) as usize;
    let mut pixels = vec![0xFF; stride * frame.side as usize];
    let symbol_rows = pixels.chunks_mut(stride).skip(frame.margin as usize);
    for (i, row) in symbol_rows.take((symbol.side() * frame.scale) as usize).enumerate() {
        let mut edges = symbol.edges(i as u32 / frame.scale).map(|x| frame.margin + x * frame.scale);
        while let (Some(start), Some(end)) = (edges.next(), edges.next()) {
            (start..end).for_each(|x| row[x as usize / 8] &= !(0x80 >> (x % 8)));
        }
    }
    pixels
}

/// What a file is made of.
enum Body<'a> {
    /// A zlib stream.
    Compressed(&'a [u8]),
    /// Rows without filter bytes.
    Pixels(&'a [u8]),
}

/// A file with one bit a pixel.
fn two_colors(frame: Frame, colors: Colors, compression: DeflateCompression, body: Body<'_>) -> Vec<u8> {
    // Signature, header, palette, resolution, end and the frames of the chunks take less than 150 bytes.
    let room = if let Body::Compressed(body) = body { body.len() + 150 } else { 4096 };
    let mut file = Vec::with_capacity(room);
    let mut encoder = Encoder::new(&mut file, frame.side, frame.side);
    encoder.set_depth(BitDepth::One);
    if colors == Colors::BLACK_ON_WHITE {
        encoder.set_color(ColorType::Grayscale);
    } else {
        let (dark, light) = (colors.dark(), colors.light());
        encoder.set_color(ColorType::Indexed);
        encoder.set_palette(vec![dark.red, dark.green, dark.blue, light.red, light.green, light.blue]);
    }
    encoder.set_deflate_compression(compression);
    encoder.set_filter(Filter::NoFilter);
    write(encoder, frame.per_metre, body);
    file
}

/// A file of 8-bit pixels, RGB or RGBA, `width` in a row.
#[cfg(any(feature = "scan", feature = "sticker"))]
pub(crate) fn true_color(width: u32, per_metre: Option<u32>, color: ColorType, pixels: &[u8]) -> Vec<u8> {
    let stride = width as usize * color.samples();
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, width, (pixels.len() / stride) as u32);
    encoder.set_color(color);
    encoder.set_depth(BitDepth::Eight);
    write(encoder, per_metre, Body::Pixels(pixels));
    file
}

fn write(mut encoder: Encoder<'_, &mut Vec<u8>>, per_metre: Option<u32>, body: Body<'_>) {
    encoder.set_pixel_dims(per_metre.map(|dots| PixelDimensions {
        xppu: dots,
        yppu: dots,
        unit: Unit::Meter,
    }));
    // Writing to memory does not fail, and the header is one that PNG allows.
    let written = encoder.write_header().and_then(|mut writer| {
        match body {
            Body::Compressed(body) => writer.write_chunk(chunk::IDAT, body)?,
            Body::Pixels(pixels) => writer.write_image_data(pixels)?,
        }
        writer.finish()
    });
    debug_assert!(written.is_ok(), "{written:?}");
}

#[cfg(test)]
mod tests;
