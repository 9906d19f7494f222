//! ESC/POS, the commands of receipt printers: `GS v 0` for dots, `GS ( k` for the printer's own QR code.
//!
//! Names and ranges are those of Epson's command reference; where the manuals of other makers are narrower, what all of
//! them take.

use qris_core::Sealed;

use super::{Place, Thermal, ThermalError, of_native, row};
use crate::{Level, Symbol};

const ESC: u8 = 0x1B;
const GS: u8 = 0x1D;

/// The widest module of `GS ( k`, function 167, in dots.
const WIDEST_MODULE: u32 = 16;

impl Symbol {
    /// The symbol as dots for a receipt printer: one raster image (`GS v 0`), quiet zone included, as wide as the paper.
    ///
    /// The bytes change no setting of the printer and cut no paper, so they may stand in the middle of a receipt, at the
    /// beginning of a line.
    ///
    /// # Errors
    /// When the printer is out of range, the size does not fit its paper, or phones would not read the symbol.
    ///
    /// ```
    /// use qris_core::Sealed;
    /// use qris_render::{Options, Roll, Symbol, Thermal};
    ///
    /// let payload = Sealed::parse("000201520400005303360540410005802ID5901A6001B26080004ID.A63041858")?;
    /// let symbol = Symbol::new(&payload, Options::default())?;
    /// let receipt = symbol.escpos(&Thermal::on(Roll::Mm80, 203))?;
    /// // 576 dots are 72 bytes across; 45 modules of 12 dots are 540 dots high.
    /// assert_eq!(receipt[..8], [0x1D, b'v', b'0', 0, 72, 0, 28, 2]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn escpos(&self, printer: &Thermal) -> Result<Vec<u8>, ThermalError> {
        // Dots that fill no byte stay free.
        let printer = Thermal { dots: printer.dots / 8 * 8, ..*printer };
        let place = Place::of(self, &printer, None)?;
        let bytes = printer.dots / 8;
        let mut out = Vec::with_capacity((8 + bytes * place.height) as usize);
        let ([across, high_across], [rows, high_rows]) = (low_high(bytes), low_high(place.height));
        out.extend_from_slice(&[GS, b'v', b'0', 0, across, high_across, rows, high_rows]);
        let blank = vec![0; (bytes * place.above) as usize];
        out.extend_from_slice(&blank);
        for y in 0..self.side() {
            let dots = row(self, y, place.left, place.module, bytes);
            (0..place.module).for_each(|_| out.extend_from_slice(&dots));
        }
        out.extend_from_slice(&blank);
        Ok(out)
    }
}

/// A payload for a receipt printer that draws the code itself (`GS ( k`), in the middle of the line.
///
/// Under a kilobyte, and what the printer keeps is less: the level is that asked for, but the printer chooses modes
/// by itself, so that **byte mode (EMVCo 4.12.1.1) is not sure**; [`Symbol::escpos`] keeps it. The module is as wide as if
/// it were kept, at most 16 dots, so the code is never wider than the paper. The bytes stand at the beginning of a line, and
/// leave the printer writing at the left; a printer without the command prints nothing, or the payload as text.
///
/// # Errors
/// Those of [`Symbol::escpos`], and when the payload does not fit into a symbol, has characters outside 20–7E, or the size
/// asks for a module wider than 16 dots.
pub fn escpos_native(payload: &Sealed<'_>, level: Level, printer: &Thermal) -> Result<Vec<u8>, ThermalError> {
    let place = Place::of(&of_native(payload, level)?, printer, Some(WIDEST_MODULE))?;
    let level = match level {
        Level::L => 48,
        Level::M => 49,
        Level::Q => 50,
        Level::H => 51,
    };
    let text = payload.as_str().as_bytes();
    let mut out = Vec::with_capacity(80 + text.len());
    // The quiet zone is left to whoever sends the command. At the sides the middle gives it.
    out.extend_from_slice(&[ESC, b'a', 1]);
    feed(&mut out, place.above);
    // Model 2, module, level, payload; and printed.
    qr(&mut out, 65, &[50, 0]);
    qr(&mut out, 67, &[place.module as u8]);
    qr(&mut out, 69, &[level]);
    qr(&mut out, 80, &[&[48], text].concat());
    qr(&mut out, 81, &[48]);
    feed(&mut out, place.above);
    out.extend_from_slice(&[ESC, b'a', 0]);
    Ok(out)
}

/// A function of `GS ( k` for QR codes. A payload has less than 3,000 bytes, so the length always fits.
fn qr(out: &mut Vec<u8>, function: u8, parameters: &[u8]) {
    let [low, high] = low_high(parameters.len() as u32 + 2);
    out.extend_from_slice(&[GS, b'(', b'k', low, high, 49, function]);
    out.extend_from_slice(parameters);
}

/// At least so many dots of blank paper (`ESC J`): some printers count half dots.
fn feed(out: &mut Vec<u8>, dots: u32) {
    let mut left = 2 * dots;
    while left > 0 {
        let step = left.min(255);
        out.extend_from_slice(&[ESC, b'J', step as u8]);
        left -= step;
    }
}

/// A number of two bytes, the low one first. No length or side here is above 65,535.
fn low_high(number: u32) -> [u8; 2] {
    (number as u16).to_le_bytes()
}
