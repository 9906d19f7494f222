//! `qris render`: a payload as a picture.

use std::ffi::OsStr;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use qris_core::{Payload, Sealed};
use qris_render::{Terminal, TerminalStyle};
use terminal_size::{Height, Width};

use super::look::{Format, Look};
use crate::input::{Source, UnitName};
use crate::output::{Failure, Outcome, Verdict, print_line, say, write};

/// Draw a payload as a QR symbol
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  qris render payload.qr -o code.png
  qris render payload.qr -o code.png --mm 50 --dpi 300
  qris render payload.qr -o - --format svg > code.svg
  qris render payload.qr                    on a terminal: draws it there
  qris render payload.qr --terminal=on-dark
  qris render payload.qr -o code.escpos --paper 80      for a receipt printer
  qris render payload.qr -o - --format zpl > label.zpl
  qris render --bulk settlement.csv --column qrContent --name-column invoice \\
      --out-dir codes
A printer takes its file as it is (-o /dev/usb/lp0 --format escpos). Its code is
as large as the paper lets it.
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
    /// Write the result to a file: drawn as by `qris render` when the name ends in .png, .svg, .jpg, .webp, .escpos
    /// or .zpl, as text when it ends in .qr or .txt.
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
                 in .escpos or .zpl for a printer, in .qr or .txt for text",
                path.display()
            ))),
        }
    }
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
