//! How large a picture is, and where the symbol stands in it.

use crate::Symbol;

/// The empty border around a symbol, in modules.
///
/// ISO/IEC 18004 asks for four. More is harmless; less has to be asked for by name, because readers may miss such a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QuietZone(u8);

impl QuietZone {
    /// Four modules, the standard's width and the default.
    pub const STANDARD: QuietZone = QuietZone(4);

    /// A border of `modules`.
    ///
    /// # Errors
    /// [`FrameError::NarrowQuietZone`] below four.
    pub const fn of(modules: u8) -> Result<QuietZone, FrameError> {
        match modules {
            0..4 => Err(FrameError::NarrowQuietZone { modules }),
            _ => Ok(QuietZone(modules)),
        }
    }

    /// A border that may be narrower than the standard allows, for a place that adds its own white margin.
    pub const fn below_standard(modules: u8) -> QuietZone {
        QuietZone(modules)
    }

    /// Its width in modules.
    pub const fn modules(self) -> u32 {
        self.0 as u32
    }
}

impl Default for QuietZone {
    fn default() -> Self {
        QuietZone::STANDARD
    }
}

/// How large a picture becomes. A module is always a whole number of pixels, so edges are sharp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Size {
    /// Pixels a module, 1 or more; the picture is as large as it gets. Eight by default.
    Scale(u32),
    /// Pixels on a side, quiet zone included. The largest scale that fits is taken; what is left widens the quiet zone.
    Pixels(u32),
    /// As [`Size::Pixels`], from a printed size. The resolution is written into a PNG, so that it prints at that size.
    Millimetres {
        /// Length of a side, quiet zone included.
        side: u32,
        /// Pixels an inch.
        dpi: u32,
    },
}

impl Default for Size {
    fn default() -> Self {
        Size::Scale(8)
    }
}

/// The narrowest module that phones read from paper, in micrometres: two dots of a label printer of 203 dpi.
pub const MIN_MODULE_MICROMETRES: u32 = 250;

impl Symbol {
    /// The shortest printed side in millimetres, quiet zone included, that gives a module the width phones read
    /// ([`MIN_MODULE_MICROMETRES`]). `dpi` are the pixels an inch of a picture, whose modules are whole pixels wide; 0 or
    /// `None` for a drawing, whose modules may have any width.
    ///
    /// ```
    /// use qris_core::Sealed;
    /// use qris_render::{Options, QuietZone, Symbol};
    ///
    /// let payload = Sealed::parse("000201520400005303360540410005802ID5901A6001B26080004ID.A63041858")?;
    /// let symbol = Symbol::new(&payload, Options::default())?;
    /// assert_eq!(symbol.side(), 37);
    /// assert_eq!(symbol.least_millimetres(QuietZone::STANDARD, None), 12); // 45 modules of 0.25 mm are 11.25 mm
    /// assert_eq!(symbol.least_millimetres(QuietZone::STANDARD, Some(96)), 12); // one pixel is 0.26 mm
    /// assert_eq!(symbol.least_millimetres(QuietZone::STANDARD, Some(90)), 13); // and here 0.28 mm
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn least_millimetres(&self, quiet_zone: QuietZone, dpi: Option<u32>) -> u32 {
        let modules = u64::from(self.side() + 2 * quiet_zone.modules());
        let Some(dpi) = dpi.filter(|dpi| *dpi > 0).map(u64::from) else {
            return (modules * u64::from(MIN_MODULE_MICROMETRES)).div_ceil(1_000) as u32;
        };
        // An inch is 25,400 µm.
        let scale = (u64::from(MIN_MODULE_MICROMETRES) * dpi).div_ceil(25_400).max(1);
        // The least side that `pixels` rounds to as many.
        (modules * scale * 254).saturating_sub(127).div_ceil(dpi * 10) as u32
    }
}

/// The pixels of a printed length.
fn pixels(millimetres: u32, dpi: u64) -> u64 {
    // An inch is 25.4 mm.
    (u64::from(millimetres) * dpi).saturating_mul(10).saturating_add(127) / 254
}

/// Why a picture of that size is not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FrameError {
    /// Scale, size or resolution is zero.
    #[error("scale, size and resolution are 1 or more")]
    Zero,
    /// The picture would be larger than [`MAX_SIDE`].
    #[error(
        "a picture of {side} pixels on a side is too large, the limit is {MAX_SIDE}: ask for a smaller scale or size"
    )]
    TooLarge {
        /// Pixels on a side that were asked for.
        side: u64,
    },
    /// Not even one pixel a module fits.
    #[error(
        "a picture this small (pixels on a side: {side}) has no room for the symbol: with its quiet zone it has {modules} modules on a side"
    )]
    TooSmall {
        /// Pixels on a side that were asked for.
        side: u32,
        /// Modules on a side, quiet zone included.
        modules: u32,
    },
    /// Fewer than four modules of border.
    #[error(
        "a quiet zone is four modules wide, not {modules}; ask for a narrower one by name if the surroundings are white"
    )]
    NarrowQuietZone {
        /// The width asked for.
        modules: u8,
    },
}

/// The longest side of a picture in pixels: a poster of 1.38 m at 300 dpi.
pub const MAX_SIDE: u32 = 16_384;

/// A square picture with a symbol in its middle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame {
    /// Pixels on a side.
    pub(crate) side: u32,
    /// Pixels a module.
    pub(crate) scale: u32,
    /// Pixels left of the symbol and above it.
    pub(crate) margin: u32,
    /// Pixels a metre, when the size is a printed one.
    pub(crate) per_metre: Option<u32>,
}

impl Frame {
    pub(crate) fn new(symbol: &Symbol, size: Size, quiet_zone: QuietZone) -> Result<Frame, FrameError> {
        let modules = symbol.side() + 2 * quiet_zone.modules();
        let (side, scale, per_metre) = match size {
            Size::Scale(scale) => (u64::from(modules) * u64::from(scale), scale, None),
            Size::Pixels(side) => (u64::from(side), side / modules, None),
            Size::Millimetres { side, dpi } => {
                let pixels = pixels(side, u64::from(dpi));
                let per_metre = (u64::from(dpi) * 10_000 + 127) / 254;
                (pixels, (pixels / u64::from(modules)) as u32, u32::try_from(per_metre).ok())
            }
        };
        if side == 0 {
            return Err(FrameError::Zero);
        }
        let side =
            u32::try_from(side).ok().filter(|&side| side <= MAX_SIDE).ok_or(FrameError::TooLarge { side })?;
        if scale == 0 {
            return Err(FrameError::TooSmall { side, modules });
        }
        Ok(Frame { side, scale, margin: (side - symbol.side() * scale) / 2, per_metre })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Options;

    fn symbol() -> Symbol {
        Symbol::of_text("0002", Options::default()).unwrap()
    }

    #[test]
    fn sizes() {
        let frame = |size| Frame::new(&symbol(), size, QuietZone::STANDARD);
        assert_eq!(frame(Size::Scale(3)), Ok(Frame { side: 87, scale: 3, margin: 12, per_metre: None }));
        assert_eq!(frame(Size::Pixels(100)), Ok(Frame { side: 100, scale: 3, margin: 18, per_metre: None }));
        assert_eq!(
            frame(Size::Millimetres { side: 50, dpi: 300 }),
            Ok(Frame { side: 591, scale: 20, margin: 85, per_metre: Some(11_811) })
        );
    }

    /// At the least size a module is wide enough, and a millimetre below it is not, or it would be less than a pixel.
    #[test]
    fn the_least_size_is_the_least() {
        let (symbol, zone) = (symbol(), QuietZone::STANDARD);
        for dpi in [1, 20, 72, 90, 96, 101, 102, 150, 203, 204, 300, 305, 600, 1_200, 2_400] {
            let least = symbol.least_millimetres(zone, Some(dpi));
            let micrometres = |side| {
                let frame = Frame::new(&symbol, Size::Millimetres { side, dpi }, zone);
                frame.map_or(0, |frame| u64::from(frame.scale) * 25_400 / u64::from(dpi))
            };
            assert!(micrometres(least) >= u64::from(MIN_MODULE_MICROMETRES), "{dpi}: {least}");
            assert!(micrometres(least - 1) < u64::from(MIN_MODULE_MICROMETRES), "{dpi}: {least}");
        }
        // 29 modules: 7.25 mm, and 58 dots of 203 dpi.
        assert_eq!([None, Some(0), Some(203)].map(|dpi| symbol.least_millimetres(zone, dpi)), [8, 8, 8]);
    }

    #[test]
    fn absurd_sizes_are_refused() {
        let frame = |size| Frame::new(&symbol(), size, QuietZone::STANDARD).unwrap_err();
        assert_eq!(frame(Size::Scale(0)), FrameError::Zero);
        assert_eq!(frame(Size::Pixels(0)), FrameError::Zero);
        assert_eq!(frame(Size::Millimetres { side: 0, dpi: 300 }), FrameError::Zero);
        assert_eq!(frame(Size::Millimetres { side: 50, dpi: 0 }), FrameError::Zero);
        assert_eq!(frame(Size::Pixels(28)), FrameError::TooSmall { side: 28, modules: 29 });
        assert_eq!(frame(Size::Pixels(100_000)), FrameError::TooLarge { side: 100_000 });
        assert_eq!(frame(Size::Scale(u32::MAX)), FrameError::TooLarge { side: 29 * u64::from(u32::MAX) });
        assert!(matches!(
            frame(Size::Millimetres { side: u32::MAX, dpi: u32::MAX }),
            FrameError::TooLarge { .. }
        ));
    }

    #[test]
    fn a_narrow_quiet_zone_has_to_be_asked_for_by_name() {
        assert_eq!(QuietZone::of(3), Err(FrameError::NarrowQuietZone { modules: 3 }));
        assert_eq!(QuietZone::of(4), Ok(QuietZone::STANDARD));
        assert_eq!(QuietZone::below_standard(1).modules(), 1);
    }
}
