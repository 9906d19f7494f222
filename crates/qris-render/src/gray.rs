//! A symbol as a picture of the `image` crate.

use image::GrayImage;

use crate::frame::Frame;
use crate::{FrameError, QuietZone, Size, Symbol};

impl Symbol {
    /// The symbol as a grey picture, 0 for dark and 255 for light, for those who go on with the `image` crate.
    ///
    /// # Errors
    /// When the size is zero, too small for the symbol or larger than [`MAX_SIDE`](crate::MAX_SIDE).
    pub fn gray(&self, size: Size, quiet_zone: QuietZone) -> Result<GrayImage, FrameError> {
        let frame = Frame::new(self, size, quiet_zone)?;
        let side = frame.side as usize;
        let mut pixels = vec![0xFF; side * side];
        let rows =
            pixels.chunks_mut(side).skip(frame.margin as usize).take((self.side() * frame.scale) as usize);
        for (i, row) in rows.enumerate() {
            let mut edges =
                self.edges(i as u32 / frame.scale).map(|x| (frame.margin + x * frame.scale) as usize);
            while let (Some(start), Some(end)) = (edges.next(), edges.next()) {
                row[start..end].fill(0);
            }
        }
        // The vector has exactly the pixels of the square, so the other case does not occur.
        Ok(GrayImage::from_raw(frame.side, frame.side, pixels).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Options;

    #[test]
    fn gray_equals_the_modules() {
        let symbol = Symbol::of_text("00020101021126Test", Options::default()).unwrap();
        let gray = symbol.gray(Size::Pixels(100), QuietZone::STANDARD).unwrap();
        assert_eq!(gray.dimensions(), (100, 100));
        let frame = Frame::new(&symbol, Size::Pixels(100), QuietZone::STANDARD).unwrap();
        for (x, y, pixel) in gray.enumerate_pixels() {
            let inside = x >= frame.margin && y >= frame.margin;
            let dark =
                inside && symbol.is_dark((x - frame.margin) / frame.scale, (y - frame.margin) / frame.scale);
            assert_eq!(pixel.0[0], if dark { 0 } else { 255 });
        }
    }
}
