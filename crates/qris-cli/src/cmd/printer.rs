//! Codes for receipt and label printers: `qris render --format escpos` and `zpl`.

use clap::ValueEnum;
use qris_core::Sealed;
use qris_render::{
    Level, QuietZone, Roll, Size, Symbol, SymbolError, Thermal, ThermalError, escpos_native, zpl_native,
};

use crate::output::{Failure, refused};

/// What a printer is, and who draws the code.
#[derive(Debug, clap::Args)]
pub(super) struct Printer {
    /// For escpos and zpl: paper of so many mm, of which 48 or 72 are printed. 58 by default.
    #[arg(long, value_enum, value_name = "MM")]
    paper: Option<Paper>,
    /// For escpos and zpl: how many dots across the printer prints, for other paper.
    #[arg(long, value_name = "DOTS", conflicts_with = "paper")]
    dots: Option<u32>,
    /// For escpos and zpl: who draws the code. raster by default.
    #[arg(long, value_enum, value_name = "HOW")]
    print_as: Option<PrintAs>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Paper {
    #[value(name = "58")]
    Mm58,
    #[value(name = "80")]
    Mm80,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum PrintAs {
    /// Dots that are drawn here: every printer's code is the same.
    Raster,
    /// The printer's own QR command. Level is kept; by escpos not byte mode (EMVCo 4.12.1.1).
    Native,
}

/// The language of a printer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    EscPos,
    Zpl,
}

/// What the rest of the command line says.
pub(super) struct Wishes {
    /// Dots an inch.
    pub(super) dpi: Option<u32>,
    /// Nothing is the largest that fits.
    pub(super) size: Option<Size>,
    pub(super) quiet_zone: QuietZone,
    pub(super) tiny_modules: bool,
    pub(super) is_compact: bool,
    pub(super) level: Level,
}

impl Printer {
    /// Whether the command line speaks of a printer.
    pub(super) fn is_asked_for(&self) -> bool {
        self.paper.is_some() || self.dots.is_some() || self.print_as.is_some()
    }

    /// The bytes for a printer; `symbol` is drawn when they are dots.
    pub(super) fn file(
        &self,
        payload: &Sealed<'_>,
        language: Language,
        wishes: &Wishes,
        symbol: impl FnOnce() -> Result<Symbol, Failure>,
    ) -> Result<Vec<u8>, Failure> {
        let roll = match self.paper {
            Some(Paper::Mm80) => Roll::Mm80,
            Some(Paper::Mm58) | None => Roll::Mm58,
        };
        // What most of them have.
        let on = Thermal::on(roll, wishes.dpi.unwrap_or(203));
        let printer = Thermal {
            dots: self.dots.unwrap_or(on.dots),
            size: wishes.size,
            quiet_zone: wishes.quiet_zone,
            tiny_modules: wishes.tiny_modules,
            ..on
        };
        let file = match (self.print_as.unwrap_or(PrintAs::Raster), language) {
            (PrintAs::Raster, Language::EscPos) => symbol()?.escpos(&printer),
            (PrintAs::Raster, Language::Zpl) => symbol()?.zpl(&printer).map(String::into_bytes),
            (PrintAs::Native, _) if wishes.is_compact => {
                return Err(Failure::Usage(
                    "--compact is for dots: a printer's own command has its own modes, so leave --compact or \
                     --print-as native out"
                        .into(),
                ));
            }
            (PrintAs::Native, Language::EscPos) => escpos_native(payload, wishes.level, &printer),
            (PrintAs::Native, Language::Zpl) => {
                zpl_native(payload, wishes.level, &printer).map(String::into_bytes)
            }
        };
        file.map_err(failure)
    }
}

/// What is the payload's fault is one bad line of many; everything else is the command line's.
fn failure(error: ThermalError) -> Failure {
    match error {
        ThermalError::Symbol(SymbolError::TooLong { .. }) => Failure::Refused(error.to_string()),
        ThermalError::TooFine { .. } => Failure::Refused(format!(
            "{error}. Take a larger size, wider paper (--paper 80, --dots), or less error correction (--ecc); \
             --tiny-modules draws it all the same"
        )),
        ThermalError::NativeCharacters => Failure::Refused(format!("{error} (--print-as raster)")),
        _ => refused(error),
    }
}
