//! PNG: one bit a pixel, greyscale, or a palette of two when there are colours.

mod zlib;

use png::{BitDepth, ColorType, Encoder, PixelDimensions, Unit, chunk};

use crate::frame::Frame;
use crate::{Colors, FrameError, QuietZone, Size, Symbol};

/// How hard the PNG is compressed. The pixels are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Compression {
    /// Microseconds. The default.
    #[default]
    Fast,
    /// Milliseconds, for the smallest file.
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
        Ok(container(&body, frame, options.colors))
    }
}

fn container(body: &[u8], frame: Frame, colors: Colors) -> Vec<u8> {
    // Signature, header, palette, resolution, end and the frames of the chunks take less than 150 bytes.
    let mut file = Vec::with_capacity(body.len() + 150);
    let mut encoder = Encoder::new(&mut file, frame.side, frame.side);
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
        writer.write_chunk(chunk::IDAT, body)?;
        writer.finish()
    });
    debug_assert!(written.is_ok(), "{written:?}");
    file
}

#[cfg(test)]
mod tests;
