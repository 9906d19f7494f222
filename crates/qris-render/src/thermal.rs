//! Symbols for receipt and label printers: as dots, or by the printer's own QR command.
//!
//! Dots keep everything a [`Symbol`] promises. A printer's own command gets the payload and draws by itself: what it
//! keeps and what not stands at each function.

mod escpos;
mod zpl;

use qris_core::Sealed;

use crate::frame::{Frame, MIN_MODULE_MICROMETRES};
use crate::{FrameError, Level, Options, QuietZone, Size, Symbol, SymbolError};

pub use escpos::escpos_native;
pub use zpl::zpl_native;

/// How a symbol is drawn for a thermal printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Thermal {
    /// Dots across that the printer prints, [`Thermal::MIN_DOTS`] to [`Thermal::MAX_DOTS`]; 384 by default. The code
    /// stands in their middle.
    pub dots: u32,
    /// Dots an inch, [`Thermal::MIN_DPI`] to [`Thermal::MAX_DPI`]; 203 by default.
    pub dpi: u32,
    /// `None`, the default, is the largest module that fits. Pixels are dots; millimetres are those of this printer,
    /// whatever resolution stands beside them.
    pub size: Option<Size>,
    /// Four modules by default.
    pub quiet_zone: QuietZone,
    /// Draw modules that are narrower than phones read from paper ([`MIN_MODULE_MICROMETRES`]). Not by default.
    pub tiny_modules: bool,
}

/// Paper of a receipt printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Roll {
    /// 58 mm wide, of which 48 mm are printed. The default.
    #[default]
    Mm58,
    /// 80 mm wide, of which 72 mm are printed.
    Mm80,
}

impl Roll {
    /// Dots across that are printed: 384 and 576 at 203 dpi. Print heads have whole bytes of dots.
    pub const fn dots(self, dpi: u32) -> u32 {
        let millimetres: u64 = match self {
            Roll::Mm58 => 48,
            Roll::Mm80 => 72,
        };
        // To the nearest eight dots of 25.4 mm an inch; no sum of these leaves 64 bits.
        let dots = (millimetres * dpi as u64 * 10 + 4 * 254) / (8 * 254) * 8;
        if dots > u32::MAX as u64 { u32::MAX } else { dots as u32 }
    }
}

impl Default for Thermal {
    fn default() -> Self {
        Thermal::on(Roll::default(), 203)
    }
}

impl Thermal {
    /// The fewest dots across: the smallest symbol with its quiet zone, of modules of two dots (58), in whole bytes.
    pub const MIN_DOTS: u32 = 64;
    /// The most dots across. A square of them is the largest graphic that ZPL takes in one piece (99,999 bytes), and
    /// below what a raster image of ESC/POS may be.
    pub const MAX_DOTS: u32 = 888;
    /// The coarsest print head, in dots an inch.
    pub const MIN_DPI: u32 = 100;
    /// The finest one.
    pub const MAX_DPI: u32 = 600;

    /// A printer with this paper and resolution (in dots an inch), and everything else by default.
    pub const fn on(roll: Roll, dpi: u32) -> Thermal {
        let (size, quiet_zone) = (None, QuietZone::STANDARD);
        Thermal { dots: roll.dots(dpi), dpi, size, quiet_zone, tiny_modules: false }
    }
}

/// Why there is nothing to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ThermalError {
    /// The payload does not fit into a symbol.
    #[error(transparent)]
    Symbol(#[from] SymbolError),
    /// The size is zero or too large, whatever the paper.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// No such printer.
    #[error(
        "a printer of {dots} dots across and {dpi} dpi is out of range: {} to {} dots, {} to {} dpi",
        Thermal::MIN_DOTS,
        Thermal::MAX_DOTS,
        Thermal::MIN_DPI,
        Thermal::MAX_DPI
    )]
    Printer {
        /// Dots across that were asked for.
        dots: u32,
        /// Dots an inch that were asked for.
        dpi: u32,
    },
    /// The size asked for is wider than the paper.
    #[error(
        "the code would be {side} dots wide with its quiet zone, and the printer prints {dots}: ask for a smaller size"
    )]
    TooWide {
        /// Dots on a side, quiet zone included.
        side: u32,
        /// Dots across that are printed.
        dots: u32,
    },
    /// Phones would not read the symbol.
    #[error(
        "with modules of {module} dots at {dpi} dpi phones do not read this code from paper: {least} dots are the least \
         (0.25 mm), and the code is then {side} dots wide with its quiet zone; the printer prints {dots}"
    )]
    TooFine {
        /// Dots a module.
        module: u32,
        /// Dots an inch.
        dpi: u32,
        /// The least dots a module that phones read.
        least: u32,
        /// Dots on a side with those, quiet zone included.
        side: u32,
        /// Dots across that are printed.
        dots: u32,
    },
    /// A printer's own command has no such module.
    #[error("the printer's own command makes modules of at most {most} dots, not {module}")]
    NativeModule {
        /// Dots a module that were asked for.
        module: u32,
        /// The most there are.
        most: u32,
    },
    /// A character outside 20–7E wants an ECI header (EMVCo 4.12.1.2), and a printer's own command writes none.
    #[error(
        "the payload has characters beyond ASCII, and a printer's own command does not say in the code how they are \
         written (EMVCo 4.12.1.2): print it as dots"
    )]
    NativeCharacters,
}

/// Where the symbol stands on the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    /// Dots a module.
    module: u32,
    /// Dots left of the symbol.
    left: u32,
    /// Dots above it and below it: the quiet zone.
    above: u32,
    /// Dots from the top of the quiet zone to its bottom.
    height: u32,
}

impl Place {
    /// `most` is the widest module, in dots.
    fn of(symbol: &Symbol, printer: &Thermal, most: Option<u32>) -> Result<Place, ThermalError> {
        let Thermal { dots, dpi, size, quiet_zone, tiny_modules } = *printer;
        let is_one = (Thermal::MIN_DOTS..=Thermal::MAX_DOTS).contains(&dots)
            && (Thermal::MIN_DPI..=Thermal::MAX_DPI).contains(&dpi);
        if !is_one {
            return Err(ThermalError::Printer { dots, dpi });
        }
        let modules = symbol.side() + 2 * quiet_zone.modules();
        let module = match size {
            None => (dots / modules).min(most.unwrap_or(u32::MAX)),
            Some(size) => {
                let size = match size {
                    Size::Millimetres { side, .. } => Size::Millimetres { side, dpi },
                    size => size,
                };
                let frame = match Frame::new(symbol, size, quiet_zone) {
                    // Less than a dot is too fine, as one is.
                    Err(FrameError::TooSmall { .. }) => None,
                    frame => Some(frame?),
                };
                if let Some(frame) = frame.filter(|frame| frame.side > dots) {
                    return Err(ThermalError::TooWide { side: frame.side, dots });
                }
                frame.map_or(0, |frame| frame.scale)
            }
        };
        // An inch is 25,400 µm.
        let least = (MIN_MODULE_MICROMETRES * dpi).div_ceil(25_400);
        if module == 0 || module < least && !tiny_modules {
            return Err(ThermalError::TooFine { module, dpi, least, side: modules * least, dots });
        }
        if let Some(most) = most.filter(|most| module > *most) {
            return Err(ThermalError::NativeModule { module, most });
        }
        Ok(Place {
            module,
            left: (dots - symbol.side() * module) / 2,
            above: quiet_zone.modules() * module,
            height: modules * module,
        })
    }
}

/// A row of dots in whole bytes, the leftmost in the highest bit, 1 for black: row `y` of a symbol that begins after
/// `left` dots.
fn row(symbol: &Symbol, y: u32, left: u32, module: u32, bytes: u32) -> Vec<u8> {
    let mut row = vec![0; bytes as usize];
    let mut edges = symbol.edges(y).map(|x| left + x * module);
    while let (Some(start), Some(end)) = (edges.next(), edges.next()) {
        (start..end).for_each(|x| row[x as usize / 8] |= 0x80 >> (x % 8));
    }
    row
}

/// The symbol that a printer's own command draws at most: it may mix modes, and is then smaller.
fn of_native(payload: &Sealed<'_>, level: Level) -> Result<Symbol, ThermalError> {
    if !payload.as_str().bytes().all(|byte| matches!(byte, 0x20..=0x7E)) {
        return Err(ThermalError::NativeCharacters);
    }
    Ok(Symbol::new(payload, Options { level, ..Options::default() })?)
}

#[cfg(test)]
mod tests;
