//! PNG: one bit a pixel, greyscale, or a palette of two when there are colours.

mod deflate;
mod search;
mod zlib;

#[cfg(any(feature = "scan", feature = "sticker"))]
use png::{BitDepth, ColorType, Encoder, PixelDimensions, Unit};

use crate::frame::Frame;
use crate::{Colors, FrameError, QuietZone, Size, Symbol};

/// How hard the PNG is compressed. The pixels are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Compression {
    /// Tens of microseconds at every scale, and up to two fifths larger above eight pixels a module.
    Fast,
    /// Never larger than [`Compression::Fast`], for about twenty times its time, mostly under a millisecond. At two, four and
    /// eight pixels a module nothing smaller is found, and `Fast` is taken. The default.
    #[default]
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
    /// Small by default.
    pub compression: Compression,
}

impl Symbol {
    /// The symbol as a PNG file. The same symbol and options give the same bytes on every machine.
    ///
    /// # Errors
    /// When the size is zero, too small for the symbol or larger than [`MAX_SIDE`](crate::MAX_SIDE).
    pub fn png(&self, options: &Png) -> Result<Vec<u8>, FrameError> {
        let frame = Frame::new(self, options.size, options.quiet_zone)?;
        // Enough for most; a vector grows when it is not.
        let room = 1024 + (self.side() * self.side()) as usize / 2;
        let fast = two_colors(frame, options.colors, room, |file| zlib::append(file, self, frame));
        if options.compression == Compression::Fast || matches!(frame.scale, 2 | 4 | 8) {
            return Ok(fast);
        }
        let small = two_colors(frame, options.colors, room, |file| search::append(file, self, frame));
        Ok(if small.len() < fast.len() { small } else { fast })
    }
}

/// A file with one bit a pixel, whose body is appended by the function.
///
/// Written here and not with `png`, which allocates for each part.
fn two_colors(frame: Frame, colors: Colors, room: usize, append: impl FnOnce(Vec<u8>) -> Vec<u8>) -> Vec<u8> {
    const GREYSCALE: u8 = 0;
    const INDEXED: u8 = 3;
    const METRE: u8 = 1;
    let plain = colors == Colors::BLACK_ON_WHITE;
    let side = frame.side.to_be_bytes();
    let mut file = Vec::with_capacity(room);
    file.extend_from_slice(b"\x89PNG\r\n\x1a\n");
    let header = [1, if plain { GREYSCALE } else { INDEXED }, 0, 0, 0];
    chunk(&mut file, b"IHDR", &[&side, &side, &header]);
    if let Some(dots) = frame.per_metre.map(u32::to_be_bytes) {
        chunk(&mut file, b"pHYs", &[&dots, &dots, &[METRE]]);
    }
    if !plain {
        let [dark, light] = [colors.dark(), colors.light()].map(|color| [color.red, color.green, color.blue]);
        chunk(&mut file, b"PLTE", &[&dark, &light]);
    }
    let start = file.len();
    file.extend_from_slice(b"\0\0\0\0IDAT");
    let mut file = append(file);
    let length = (file.len() - start - 8) as u32;
    file[start..start + 4].copy_from_slice(&length.to_be_bytes());
    let checksum = crc32fast::hash(&file[start + 4..]);
    file.extend_from_slice(&checksum.to_be_bytes());
    file.extend_from_slice(b"\0\0\0\0IEND\xae\x42\x60\x82");
    file
}

/// Appends a chunk: length, name, data and checksum.
fn chunk(file: &mut Vec<u8>, name: &[u8; 4], parts: &[&[u8]]) {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    file.extend_from_slice(&(length as u32).to_be_bytes());
    let start = file.len();
    file.extend_from_slice(name);
    parts.iter().for_each(|part| file.extend_from_slice(part));
    let checksum = crc32fast::hash(&file[start..]);
    file.extend_from_slice(&checksum.to_be_bytes());
}

/// A file of 8-bit pixels, RGB or RGBA, `width` in a row.
#[cfg(any(feature = "scan", feature = "sticker"))]
pub(crate) fn true_color(width: u32, per_metre: Option<u32>, color: ColorType, pixels: &[u8]) -> Vec<u8> {
    let stride = width as usize * color.samples();
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, width, (pixels.len() / stride) as u32);
    encoder.set_color(color);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_pixel_dims(per_metre.map(|dots| PixelDimensions {
        xppu: dots,
        yppu: dots,
        unit: Unit::Meter,
    }));
    // Writing to memory does not fail, and the header is one that PNG allows.
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(pixels)?;
        writer.finish()
    });
    debug_assert!(written.is_ok(), "{written:?}");
    file
}

#[cfg(test)]
mod tests;
