//! `qris render`: a payload as a picture.

use std::ffi::OsStr;
use std::io::{self, Cursor, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use image::ImageFormat;
use qris_core::{Payload, Sealed};
use qris_render::{
    Colors, Compression, Level, Options, Png, QuietZone, Rgb, Segmentation, Size, Svg, Symbol, Terminal,
    TerminalStyle,
};
use terminal_size::{Height, Width};

use crate::input::{Source, UnitName};
use crate::output::{Failure, NewFile, Outcome, Verdict, print_line, raw_results, say};

/// Draw a payload as a QR symbol
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  qris render payload.qr -o code.png
  qris render payload.qr -o code.png --mm 50 --dpi 300
  qris render payload.qr -o - --format svg > code.svg
  qris render payload.qr                    on a terminal: draws it there
  qris render payload.qr --terminal=on-dark
  qris render --bulk settlement.csv --column qrContent --name-column invoice \\
      --out-dir codes
The payload may be a picture of one. A payload with a wrong CRC is refused.
Files appear when they are complete.")]
pub(crate) struct Args {
    #[command(flatten)]
    source: Source,
    /// The file to write, or - for standard output. Without it the symbol is drawn on the terminal.
    #[arg(long, short, value_name = "FILE|-")]
    output: Option<PathBuf>,
    /// Draw the symbol with letters on standard output, also where that is no terminal.
    #[arg(long, value_name = "STYLE", num_args = 0..=1, require_equals = true, default_missing_value = "colored", conflicts_with_all = ["output", "bulk"])]
    terminal: Option<Style>,
    #[command(flatten)]
    pub(crate) look: Look,
    /// Replace a file that exists.
    #[arg(long)]
    pub(crate) force: bool,
    /// What lengths count.
    #[arg(long, value_enum, value_name = "UNIT", default_value_t = UnitName::Characters)]
    pub(crate) length_unit: UnitName,
    /// Draw every line of a file, or - for standard input, into a file of its own.
    #[arg(long, value_name = "FILE|-", requires = "out_dir", conflicts_with = "payload")]
    pub(crate) bulk: Option<std::ffi::OsString>,
    /// Where the pictures of --bulk go; files are named after the line.
    #[arg(long, value_name = "DIR", requires = "bulk")]
    pub(crate) out_dir: Option<PathBuf>,
    /// The input of --bulk is CSV; the payloads are in the column with this name.
    #[arg(long, value_name = "NAME", requires = "bulk")]
    pub(crate) column: Option<String>,
    /// Name the files after this column instead of the line.
    #[arg(long, value_name = "NAME", requires = "column")]
    pub(crate) name_column: Option<String>,
    /// How many threads draw for --bulk; by default as many as the machine has.
    #[arg(long, value_name = "N", requires = "bulk")]
    pub(crate) threads: Option<std::num::NonZeroUsize>,
}

/// Where a payload goes that another command made.
#[derive(Debug, clap::Args)]
pub(crate) struct Output {
    /// Write the result to a file: drawn as by `qris render` when the name ends in .png, .svg, .jpg or .webp, as text
    /// when it ends in .qr or .txt.
    #[arg(long, short, value_name = "FILE|-", conflicts_with = "bulk")]
    output: Option<PathBuf>,
    /// Replace a file that exists.
    #[arg(long, requires = "output")]
    force: bool,
}

impl Output {
    /// Without a file it is a line on standard output.
    pub(crate) fn write(&self, payload: &Payload<'_>) -> Outcome {
        let Some(path) = self.output.as_deref().filter(|path| *path != Path::new("-")) else {
            print_line(payload.as_str())?;
            return Ok(Verdict::Good);
        };
        match path.extension().and_then(OsStr::to_str) {
            Some("qr" | "txt") => write(path, payload.as_str().as_bytes(), self.force),
            _ if Format::of(path).is_some() => {
                let sealed = payload.clone().verify_crc();
                let sealed = sealed.map_err(|error| Failure::Refused(error.to_string()))?;
                Look::default().write(&sealed, path, self.force)
            }
            _ => Err(Failure::Usage(format!(
                "{}: what kind of file is that? end its name in .png, .svg, .jpg or .webp for a picture, \
                 in .qr or .txt for text",
                path.display()
            ))),
        }
    }
}

/// What a symbol looks like in a file.
#[derive(Debug, clap::Args)]
pub(crate) struct Look {
    /// The kind of file; by default what the name of the output says, else png.
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,
    /// Pixels a module.
    #[arg(long, value_name = "PX", default_value_t = 8)]
    scale: u32,
    /// Pixels on a side, quiet zone included.
    #[arg(long, value_name = "PX", conflicts_with = "scale")]
    size: Option<u32>,
    /// Millimetres on a side in print, quiet zone included.
    #[arg(long, value_name = "MM", conflicts_with_all = ["scale", "size"])]
    mm: Option<u32>,
    /// Allow a --mm that makes modules narrower than the 0.25 mm phones read from paper.
    #[arg(long, requires = "mm")]
    tiny_modules: bool,
    /// Pixels an inch, for --mm.
    #[arg(long, default_value_t = 300, requires = "mm")]
    dpi: u32,
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
    /// The smallest PNG, in milliseconds instead of microseconds.
    #[arg(long)]
    small: bool,
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
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Style {
    /// Black and white set by escape sequences.
    Colored,
    /// No escape sequences, for light text on a dark ground.
    OnDark,
    /// No escape sequences, for dark text on a light ground.
    OnLight,
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
    fn of(path: &Path) -> Option<Format> {
        match path.extension().and_then(OsStr::to_str)?.to_ascii_lowercase().as_str() {
            "png" => Some(Format::Png),
            "svg" => Some(Format::Svg),
            "jpg" | "jpeg" => Some(Format::Jpeg),
            "webp" => Some(Format::Webp),
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
        }
    }
}

pub(crate) fn run(args: &Args) -> Outcome {
    if let Some(input) = &args.bulk {
        return super::render_bulk::run(args, input);
    }
    let bytes = args.source.read()?;
    let payload = sealed(&bytes, args.length_unit)?;
    let style = match (args.terminal, &args.output) {
        (None, Some(path)) => return args.look.write(&payload, path, args.force),
        (Some(style), _) => style,
        (None, None) if io::stdout().is_terminal() && args.look.format.is_none() => {
            // Without colours, as on most terminals: light letters on a dark ground.
            if crate::output::colours() { Style::Colored } else { Style::OnDark }
        }
        (None, None) => {
            let message = "where to? name a file with -o, write -o - for standard output, \
                           or draw with --terminal";
            return Err(Failure::Usage(message.into()));
        }
    };
    draw(&args.look, &payload, style)
}

/// Draws on standard output with half blocks; warns when the window is too small to show it.
fn draw(look: &Look, payload: &Sealed<'_>, style: Style) -> Outcome {
    let style = match style {
        Style::Colored => TerminalStyle::Colored,
        Style::OnDark => TerminalStyle::PlainOnDark,
        Style::OnLight => TerminalStyle::PlainOnLight,
    };
    let symbol = look.symbol(payload)?;
    let text = symbol.terminal(&Terminal { style, quiet_zone: look.quiet_zone()? });
    write(Path::new("-"), text.as_bytes(), false)?;
    let (columns, lines) = symbol.terminal_cells(look.quiet_zone()?);
    let window = terminal_size::terminal_size_of(io::stdout());
    // The line with the prompt takes one more.
    if let Some((Width(width), Height(height))) = window
        && (columns > width.into() || lines >= height.into())
    {
        say(
            "warning",
            &format!(
                "the code takes {columns} columns and {lines} lines, and the window has {width} and {height}: \
                 make the window larger or its letters smaller, or write a file with -o"
            ),
        );
    }
    Ok(Verdict::Good)
}

/// The payload, CRC and all, or why it is refused.
pub(crate) fn sealed(bytes: &[u8], unit: UnitName) -> Result<Sealed<'_>, Failure> {
    super::decode::text_of(bytes)
        .and_then(|text| unit.parse(text)?.verify_crc())
        .map_err(|error| crate::diagnosis::refused(bytes, &error))
}

/// The format asked for, or that of the name.
pub(crate) fn format_of(asked: Option<Format>, path: &Path) -> Result<Format, Failure> {
    match asked.or_else(|| Format::of(path)) {
        Some(format) => Ok(format),
        None if path == Path::new("-") => Ok(Format::Png),
        None => Err(Failure::Usage(format!(
            "{}: what kind of file is that? end its name in .png, .svg, .jpg or .webp, or give --format",
            path.display()
        ))),
    }
}

/// Writes a whole file, or standard output.
pub(crate) fn write(path: &Path, bytes: &[u8], force: bool) -> Outcome {
    if path == Path::new("-") {
        let mut out = raw_results();
        out.write_all(bytes)?;
        out.flush()?;
        return Ok(Verdict::Good);
    }
    write_new(path, bytes)?.keep(force)?;
    Ok(Verdict::Good)
}

/// Writes a whole file that has no name yet.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> Result<NewFile, Failure> {
    let mut file = NewFile::create(path)?;
    file.writer().write_all(bytes).map_err(|error| crate::output::cannot_write(path, error))?;
    Ok(file)
}

/// A picture's bytes would only upset a terminal.
pub(crate) fn not_onto_a_terminal(path: &Path, is_text: bool) -> Result<(), Failure> {
    if path == Path::new("-") && !is_text && io::stdout().is_terminal() {
        let message = "the bytes of a picture would only upset the terminal: name a file with -o, \
                       or send standard output elsewhere with > or |";
        return Err(Failure::Usage(message.into()));
    }
    Ok(())
}

/// What the library cannot do with the wishes of the command line.
pub(crate) fn refused(error: impl std::fmt::Display) -> Failure {
    Failure::Usage(error.to_string())
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

    fn symbol(&self, payload: &Sealed<'_>) -> Result<Symbol, Failure> {
        // The payload is what does not fit.
        Symbol::new(payload, self.options()).map_err(|error| Failure::Refused(error.to_string()))
    }

    fn quiet_zone(&self) -> Result<QuietZone, Failure> {
        if self.narrow_quiet_zone {
            return Ok(QuietZone::below_standard(self.quiet_zone));
        }
        QuietZone::of(self.quiet_zone)
            .map_err(|error| Failure::Usage(format!("{error} (--narrow-quiet-zone)")))
    }

    fn size(&self) -> Size {
        match (self.size, self.mm) {
            (_, Some(side)) => Size::Millimetres { side, dpi: self.dpi },
            (Some(side), None) => Size::Pixels(side),
            (None, None) => Size::Scale(self.scale),
        }
    }

    /// Refuses a printed size at which phones do not read the symbol.
    fn readable(&self, symbol: &Symbol, quiet_zone: QuietZone, format: Format) -> Result<(), Failure> {
        let dpi = (format != Format::Svg).then_some(self.dpi);
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
        not_onto_a_terminal(path, format == Format::Svg)?;
        write(path, &self.file(payload, format)?, force)
    }

    /// The bytes of a file.
    pub(crate) fn file(&self, payload: &Sealed<'_>, format: Format) -> Result<Vec<u8>, Failure> {
        let colors = Colors::new(self.dark, self.light).map_err(refused)?;
        let compression = if self.small { Compression::Small } else { Compression::Fast };
        let png = Png { size: self.size(), quiet_zone: self.quiet_zone()?, colors, compression };
        #[cfg(feature = "scan")]
        if let Some(path) = &self.logo {
            return self.with_logo(payload, &png, path, format);
        }
        let symbol = self.symbol(payload)?;
        self.readable(&symbol, png.quiet_zone, format)?;
        match format {
            Format::Png => symbol.png(&png).map_err(refused),
            Format::Svg => {
                let title = payload.read(qris_core::keys::MERCHANT_NAME).unwrap_or("QRIS");
                let svg = Svg { title, size: Some(png.size), quiet_zone: png.quiet_zone, colors };
                symbol.svg(&svg).map(String::into_bytes).map_err(refused)
            }
            Format::Jpeg | Format::Webp if colors != Colors::BLACK_ON_WHITE => {
                Err(Failure::Usage("colours are for png and svg".into()))
            }
            Format::Jpeg => encode(&symbol, &png, ImageFormat::Jpeg),
            Format::Webp => encode(&symbol, &png, ImageFormat::WebP),
        }
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

fn encode(symbol: &Symbol, png: &Png, format: ImageFormat) -> Result<Vec<u8>, Failure> {
    let gray = symbol.gray(png.size, png.quiet_zone).map_err(refused)?;
    let mut file = Cursor::new(Vec::new());
    // WebP knows colours only.
    let written = match format {
        ImageFormat::WebP => image::DynamicImage::ImageLuma8(gray).to_rgb8().write_to(&mut file, format),
        _ => gray.write_to(&mut file, format),
    };
    written.map_err(refused)?;
    Ok(file.into_inner())
}
