//! What a symbol looks like in a file, as the command line says it.

use std::ffi::OsStr;
use std::io::Cursor;
use std::path::Path;
#[cfg(feature = "scan")]
use std::path::PathBuf;

use clap::ValueEnum;
use image::ImageFormat;
use qris_core::Sealed;
use qris_render::{Colors, Level, Options, Png, QuietZone, Rgb, Segmentation, Size, Svg, Symbol, Webp};

use super::printer::{Language, Printer, Wishes};
use crate::output::{Failure, Outcome, not_onto_a_terminal, refused, write};

/// What a symbol looks like in a file.
#[derive(Debug, clap::Args)]
pub(crate) struct Look {
    /// The kind of file; by default what the name of the output says, else png.
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,
    /// Pixels a module: 8 by default; in dots for escpos and zpl, whose default is what fits the paper.
    #[arg(long, value_name = "PX")]
    scale: Option<u32>,
    /// Pixels on a side, quiet zone included.
    #[arg(long, value_name = "PX", conflicts_with = "scale")]
    size: Option<u32>,
    /// Millimetres on a side in print, quiet zone included.
    #[arg(long, value_name = "MM", conflicts_with_all = ["scale", "size"])]
    mm: Option<u32>,
    /// Allow a printed size that makes modules narrower than the 0.25 mm phones read from paper.
    #[arg(long)]
    tiny_modules: bool,
    /// Pixels an inch, for --mm: 300 by default. Dots an inch of the printer for escpos and zpl: 203 by default.
    #[arg(long)]
    dpi: Option<u32>,
    #[command(flatten)]
    printer: Printer,
    /// Error correction.
    #[arg(long, value_enum, default_value_t = Ecc::M)]
    ecc: Ecc,
    /// Modules of empty border.
    #[arg(long, value_name = "MODULES", default_value_t = 4)]
    quiet_zone: u8,
    /// Allow a quiet zone below the standard's four modules.
    #[arg(long)]
    narrow_quiet_zone: bool,
    /// Mix modes for a smaller symbol. Outside EMVCo 4.12.1.1.
    #[arg(long)]
    compact: bool,
    /// Colour of the dark modules.
    #[arg(long, value_name = "#RRGGBB", default_value_t = Rgb::BLACK)]
    dark: Rgb,
    /// Colour of the ground.
    #[arg(long, value_name = "#RRGGBB", default_value_t = Rgb::WHITE)]
    light: Rgb,
    /// A picture for the middle of a PNG. The level becomes H.
    #[cfg(feature = "scan")]
    #[arg(long, value_name = "FILE")]
    logo: Option<PathBuf>,
    /// How much of the symbol's side the logo takes.
    #[cfg(feature = "scan")]
    #[arg(long, value_name = "PERCENT", default_value_t = qris_render::Logo::DEFAULT_PERCENT, requires = "logo")]
    logo_percent: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Png,
    Svg,
    Jpeg,
    Webp,
    /// Commands for a receipt printer (ESC/POS).
    Escpos,
    /// A label for a label printer (ZPL).
    Zpl,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Ecc {
    /// About 7 %.
    L,
    /// About 15 %.
    M,
    /// About 25 %.
    Q,
    /// About 30 %.
    H,
}

impl Ecc {
    pub(crate) fn level(self) -> Level {
        match self {
            Ecc::L => Level::L,
            Ecc::M => Level::M,
            Ecc::Q => Level::Q,
            Ecc::H => Level::H,
        }
    }
}

impl Format {
    /// The kind of file that a name ends in.
    pub(super) fn of(path: &Path) -> Option<Format> {
        match path.extension().and_then(OsStr::to_str)?.to_ascii_lowercase().as_str() {
            "png" => Some(Format::Png),
            "svg" => Some(Format::Svg),
            "jpg" | "jpeg" => Some(Format::Jpeg),
            "webp" => Some(Format::Webp),
            "escpos" => Some(Format::Escpos),
            "zpl" => Some(Format::Zpl),
            _ => None,
        }
    }

    /// The ending of a file of this kind.
    pub(crate) fn ending(self) -> &'static str {
        match self {
            Format::Png => "png",
            Format::Svg => "svg",
            Format::Jpeg => "jpg",
            Format::Webp => "webp",
            Format::Escpos => "escpos",
            Format::Zpl => "zpl",
        }
    }

    fn is_text(self) -> bool {
        matches!(self, Format::Svg | Format::Zpl)
    }

    fn is_for_a_printer(self) -> bool {
        matches!(self, Format::Escpos | Format::Zpl)
    }
}

/// The format asked for, or that of the name.
pub(crate) fn format_of(asked: Option<Format>, path: &Path) -> Result<Format, Failure> {
    match asked.or_else(|| Format::of(path)) {
        Some(format) => Ok(format),
        None if path == Path::new("-") => Ok(Format::Png),
        None => Err(Failure::Usage(format!(
            "{}: what kind of file is that? end its name in .png, .svg, .jpg, .webp, .escpos or .zpl, or \
             give --format",
            path.display()
        ))),
    }
}

/// As on a command line without wishes.
impl Default for Look {
    fn default() -> Look {
        use clap::{Args as _, Command, FromArgMatches as _};
        let matches = Look::augment_args(Command::new("look").no_binary_name(true)).get_matches_from([""; 0]);
        Look::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
    }
}

impl Look {
    fn options(&self) -> Options {
        let segmentation = if self.compact { Segmentation::Compact } else { Segmentation::Byte };
        Options { level: self.ecc.level(), segmentation }
    }

    pub(super) fn symbol(&self, payload: &Sealed<'_>) -> Result<Symbol, Failure> {
        // The payload is what does not fit.
        Symbol::new(payload, self.options()).map_err(|error| Failure::Refused(error.to_string()))
    }

    pub(super) fn quiet_zone(&self) -> Result<QuietZone, Failure> {
        if self.narrow_quiet_zone {
            return Ok(QuietZone::below_standard(self.quiet_zone));
        }
        QuietZone::of(self.quiet_zone)
            .map_err(|error| Failure::Usage(format!("{error} (--narrow-quiet-zone)")))
    }

    /// The size that is asked for.
    fn size(&self) -> Option<Size> {
        match (self.size, self.mm) {
            (_, Some(side)) => Some(Size::Millimetres { side, dpi: self.dpi() }),
            (Some(side), None) => Some(Size::Pixels(side)),
            (None, None) => self.scale.map(Size::Scale),
        }
    }

    /// Pixels an inch of a picture.
    fn dpi(&self) -> u32 {
        self.dpi.unwrap_or(300)
    }

    /// Refuses wishes that mean nothing for a format.
    fn fits(&self, format: Format) -> Result<(), Failure> {
        let message = match format.is_for_a_printer() {
            true if self.dark != Rgb::BLACK || self.light != Rgb::WHITE => {
                "colours are for png, svg and webp"
            }
            false if self.printer.is_asked_for() => {
                "--paper, --dots and --print-as are for a printer: give --format escpos or zpl, or end the name of the \
                 output so"
            }
            false if self.mm.is_none() && (self.dpi.is_some() || self.tiny_modules) => {
                "--dpi and --tiny-modules are for --mm, and for the formats escpos and zpl"
            }
            _ => return Ok(()),
        };
        Err(Failure::Usage(message.into()))
    }

    /// Refuses a printed size at which phones do not read the symbol.
    fn readable(&self, symbol: &Symbol, quiet_zone: QuietZone, format: Format) -> Result<(), Failure> {
        let dpi = (format != Format::Svg).then_some(self.dpi());
        let least = symbol.least_millimetres(quiet_zone, dpi);
        match self.mm {
            Some(side) if side > 0 && side < least && !self.tiny_modules => Err(Failure::Refused(format!(
                "at {side} mm a module of this code is narrower than the 0.25 mm phones read from paper; \
                 --mm {least} is the smallest that works (--tiny-modules draws it all the same)"
            ))),
            _ => Ok(()),
        }
    }

    /// Draws a payload into a file of the kind that is asked for or that its name says, or onto standard output.
    pub(crate) fn write(&self, payload: &Sealed<'_>, path: &Path, force: bool) -> Outcome {
        let format = format_of(self.format, path)?;
        not_onto_a_terminal(path, format.is_text())?;
        write(path, &self.file(payload, format)?, force)
    }

    /// The bytes of a file.
    pub(crate) fn file(&self, payload: &Sealed<'_>, format: Format) -> Result<Vec<u8>, Failure> {
        let colors = Colors::new(self.dark, self.light).map_err(refused)?;
        let (size, quiet_zone) = (self.size().unwrap_or_default(), self.quiet_zone()?);
        let png = Png { size, quiet_zone, colors, ..Png::default() };
        self.fits(format)?;
        #[cfg(feature = "scan")]
        if let Some(path) = &self.logo {
            return self.with_logo(payload, &png, path, format);
        }
        let symbol = || {
            let symbol = self.symbol(payload)?;
            self.readable(&symbol, quiet_zone, format)?;
            Ok::<_, Failure>(symbol)
        };
        match format {
            Format::Png => symbol()?.png(&png).map_err(refused),
            Format::Svg => {
                let title = payload.read(qris_core::keys::MERCHANT_NAME).unwrap_or("QRIS");
                let svg = Svg { title, size: Some(png.size), quiet_zone: png.quiet_zone, colors };
                symbol()?.svg(&svg).map(String::into_bytes).map_err(refused)
            }
            Format::Webp => symbol()?.webp(&Webp { size, quiet_zone, colors }).map_err(refused),
            Format::Jpeg if colors != Colors::BLACK_ON_WHITE => {
                Err(Failure::Usage("colours are for png, svg and webp".into()))
            }
            Format::Jpeg => jpeg(&symbol()?, &png),
            Format::Escpos => self.for_a_printer(payload, Language::EscPos),
            Format::Zpl => self.for_a_printer(payload, Language::Zpl),
        }
    }

    fn for_a_printer(&self, payload: &Sealed<'_>, language: Language) -> Result<Vec<u8>, Failure> {
        let wishes = Wishes {
            dpi: self.dpi,
            size: self.size(),
            quiet_zone: self.quiet_zone()?,
            tiny_modules: self.tiny_modules,
            is_compact: self.compact,
            level: self.ecc.level(),
        };
        self.printer.file(payload, language, &wishes, || self.symbol(payload))
    }

    #[cfg(feature = "scan")]
    fn with_logo(
        &self,
        payload: &Sealed<'_>,
        png: &Png,
        path: &Path,
        format: Format,
    ) -> Result<Vec<u8>, Failure> {
        if format != Format::Png {
            return Err(Failure::Usage("a symbol with a logo is written as png".into()));
        }
        // The level the logo asks for.
        let symbol = Symbol::new(payload, Options { level: Level::H, ..self.options() }).map_err(refused)?;
        self.readable(&symbol, png.quiet_zone, format)?;
        let file = crate::input::read_bytes(path.as_os_str(), super::PICTURE_LIMIT)?;
        let logo = qris_render::Logo::read(&file).and_then(|logo| logo.with_percent(self.logo_percent));
        logo.and_then(|logo| qris_render::png_with_logo(payload, self.options(), png, &logo)).map_err(refused)
    }
}

fn jpeg(symbol: &Symbol, png: &Png) -> Result<Vec<u8>, Failure> {
    let gray = symbol.gray(png.size, png.quiet_zone).map_err(refused)?;
    let mut file = Cursor::new(Vec::new());
    gray.write_to(&mut file, ImageFormat::Jpeg).map_err(refused)?;
    Ok(file.into_inner())
}
