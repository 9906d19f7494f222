//! PNG: one bit a pixel, greyscale, or a palette of two when there are colours.

mod zlib;

use png::{
    BitDepth, ColorType, DeflateCompression, Encoder, EncodingError, Filter, PixelDimensions, Unit, Writer, chunk,
};

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
        // Signature, header, palette, resolution, end and the frames of the chunks take less than 150 bytes.
        let mut file = Vec::with_capacity(body.len() + 150);
        container(&mut file, frame, options.colors, DeflateCompression::NoCompression, |writer| writer.write_chunk(chunk::IDAT, &body));
        if options.compression == Compression::Small {
            let pixels = pixels(self, frame);
            for level in LEVELS {
                let mut other = Vec::new();
                container(&mut other, frame, options.colors, DeflateCompression::Level(level), |writer| writer.write_image_data(&pixels));
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

fn container(
    file: &mut Vec<u8>,
    frame: Frame,
    colors: Colors,
    compression: DeflateCompression,
    body: impl FnOnce(&mut Writer<&mut Vec<u8>>) -> Result<(), EncodingError>,
) {
    let mut encoder = Encoder::new(file, frame.side, frame.side);
    encoder.set_deflate_compression(compression);
    encoder.set_filter(Filter::NoFilter);
    encoder.set_depth(BitDepth::One);
    if colors == Colors::BLACK_ON_WHITE {
        encoder.set_color(ColorType::Grayscale);
    } else {
        let (dark, light) = (colors.dark(), colors.light());
        encoder.set_color(ColorType::Indexed);
        encoder.set_palette(vec![dark.red, dark.green, dark.blue, light.red, light.green, light.blue]);
    }
    encoder.set_pixel_dims(frame.per_metre.map(|dots| PixelDimensions { xppu: dots, yppu: dots, unit: Unit::Meter }));
    // Writing to memory does not fail, and the header is one that PNG allows.
    let written = encoder.write_header().and_then(|mut writer| {
        body(&mut writer)?;
        writer.finish()
    });
    debug_assert!(written.is_ok(), "{written:?}");
}

#[cfg(test)]
mod tests;
