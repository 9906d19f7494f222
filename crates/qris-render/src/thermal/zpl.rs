//! ZPL, the language of label printers: `^GF` for dots, `^BQ` for the printer's own QR code.
//!
//! Names and ranges are those of Zebra's programming guide.

use std::fmt::Write as _;

use qris_core::Sealed;

use super::{Place, Thermal, ThermalError, of_native, row};
use crate::{Level, Symbol};

/// The widest module that every printer takes in `^BQ`, in dots.
const WIDEST_MODULE: u32 = 10;
/// How much lower than asked for printers put a `^BQ`: the height of a bar code nobody set.
const LOWER: u32 = 10;

impl Symbol {
    /// The symbol as a label of dots (`^GFA`), quiet zone included. As many labels are printed as are sent.
    ///
    /// The label's length is set to the code's, which counts on paper without gaps.
    ///
    /// # Errors
    /// When the printer is out of range, the size does not fit its paper, or phones would not read the symbol.
    pub fn zpl(&self, printer: &Thermal) -> Result<String, ThermalError> {
        let place = Place::of(self, printer, None)?;
        let side = self.side() * place.module;
        let across = side.div_ceil(8);
        let bytes = across * side;
        let mut label = begin(place, place.height);
        let _ = write!(label, "^GFA,{bytes},{bytes},{across},");
        for y in 0..self.side() {
            hex(&mut label, &row(self, y, 0, place.module, across));
            // A colon is the line before again.
            (1..place.module).for_each(|_| label.push(':'));
        }
        label.push_str(END);
        Ok(label)
    }
}

/// A payload as a label whose printer draws the code itself (`^BQ`).
///
/// Level and byte mode (EMVCo 4.12.1.1) are kept, for the command can ask for both. The module is at most 10 dots wide.
/// Printers put the code some dots lower than its place, which the label's length allows for.
///
/// # Errors
/// Those of [`Symbol::zpl`], and when the payload does not fit into a symbol, has characters outside 20–7E, or the size
/// asks for a module wider than 10 dots.
///
/// ```
/// use qris_core::Sealed;
/// use qris_render::{Level, Thermal, zpl_native};
///
/// let payload = Sealed::parse("000201520400005303360540410005802ID5901A6001B26080004ID.A63041858")?;
/// let label = zpl_native(&payload, Level::Q, &Thermal::default())?;
/// assert!(label.contains("^BQN,2,7,Q^FH^FDQM,B0065000201"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn zpl_native(payload: &Sealed<'_>, level: Level, printer: &Thermal) -> Result<String, ThermalError> {
    let place = Place::of(&of_native(payload, level)?, printer, Some(WIDEST_MODULE))?;
    let text = payload.as_str();
    let mut label = begin(place, place.height + LOWER);
    // `Level` is written as ZPL writes it. M: modes are said, and the one is B: bytes, and how many.
    let _ = write!(label, "^BQN,2,{},{level:?}^FH^FD{level:?}M,B{:04}", place.module, text.len());
    for character in text.chars() {
        match character {
            // They begin commands, and `_` two hex digits.
            '^' | '~' | '_' => {
                let _ = write!(label, "_{:02X}", u32::from(character));
            }
            _ => label.push(character),
        }
    }
    label.push_str(END);
    Ok(label)
}

/// A label of so many dots, and a field where the symbol begins.
fn begin(place: Place, length: u32) -> String {
    format!("^XA\n^LL{length}\n^FO{},{}", place.left, place.above)
}

/// The end of field and label.
const END: &str = "^FS\n^XZ\n";

/// A row in hex digits, each run of one digit as its length and the digit; a comma for zeros up to the end.
fn hex(out: &mut String, row: &[u8]) {
    let digit = |i: usize| {
        let byte = row[i / 2];
        if i.is_multiple_of(2) { byte >> 4 } else { byte & 0x0F }
    };
    let end = 2 * row.len();
    let mut at = 0;
    while at < end {
        let run = (at..end).take_while(|i| digit(*i) == digit(at)).count();
        if digit(at) == 0 && at + run == end {
            // The comma stands for whole bytes.
            out.push_str(match (run % 2, run) {
                (1, 1) => "0",
                (1, _) => "0,",
                _ => ",",
            });
            return;
        }
        // G to Y are 1 to 19, g to z are 20 to 400 by twenties. No row is longer than 222 digits.
        if run >= 20 {
            out.push(char::from(b'g' + (run / 20 - 1) as u8));
        }
        // A digit alone says no length.
        if run > 1 && run % 20 > 0 {
            out.push(char::from(b'G' + (run % 20 - 1) as u8));
        }
        out.push(char::from(b"0123456789ABCDEF"[usize::from(digit(at))]));
        at += run;
    }
}
