//! `qris cpm render`: a code as a QR symbol, in byte mode and at level M, as payers' apps show it.

use std::ffi::OsStr;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use qris_cpm::{CpmPayload, Profile, check};
use qris_render::{Options, Png, Size, Svg, Symbol, Terminal, TerminalStyle, Webp};

use super::read::Source;
use super::shown;
use crate::output::{
    Failure, Outcome, Verdict, colours, not_onto_a_terminal, print_line, refused, say, write,
};

/// Draw a code that a payer shows
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  qris cpm render code.txt -o code.png
  qris cpm render code.txt                  on a terminal: draws it there
A picture of the code pays as the code does. What is no such code is refused;
one that breaks a rule is drawn, and a warning names the rule.")]
pub(super) struct Args {
    #[command(flatten)]
    source: Source,
    /// The file to write: .png, .svg or .webp. Without it the symbol is drawn on the terminal.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Pixels a module.
    #[arg(long, value_name = "N", requires = "output")]
    scale: Option<u32>,
    /// Replace a file that exists.
    #[arg(long, requires = "output")]
    force: bool,
}

pub(super) fn run(args: &Args) -> Outcome {
    let code = match args.source.read()? {
        Ok(code) => code,
        Err(error) => {
            shown::refuse(&error);
            return Ok(Verdict::Bad);
        }
    };
    if let Some(finding) = check::first_error(&code, Profile::Emvco) {
        say("warning", &format!("{finding:#}"));
    }
    match &args.output {
        Some(path) => draw(&code, path, args.scale.map(Size::Scale).unwrap_or_default(), args.force),
        None if io::stdout().is_terminal() => {
            let style = if colours() { TerminalStyle::Colored } else { TerminalStyle::PlainOnDark };
            let text = symbol(&code)?.terminal(&Terminal { style, ..Terminal::default() });
            write(Path::new("-"), text.as_bytes(), false)
        }
        None => Err(Failure::Usage("where to? name a file with -o, or draw on a terminal".into())),
    }
}

/// Into a file: drawn when its name says so, else as text; `-` is standard output.
pub(super) fn write_code(code: &CpmPayload, path: &Path, force: bool) -> Outcome {
    match path.extension().and_then(OsStr::to_str) {
        _ if path == Path::new("-") => {
            print_line(&code.to_owned_text())?;
            Ok(Verdict::Good)
        }
        Some("png" | "svg" | "webp") => draw(code, path, Size::default(), force),
        Some("cpm" | "txt" | "qr") => write(path, code.to_owned_text().as_bytes(), force),
        _ => Err(Failure::Usage(format!(
            "{}: what kind of file is that? end its name in .png, .svg or .webp for a picture, in .txt for text",
            path.display()
        ))),
    }
}

fn symbol(code: &CpmPayload) -> Result<Symbol, Failure> {
    Symbol::of_text(&code.to_owned_text(), Options::default()).map_err(refused)
}

fn draw(code: &CpmPayload, path: &Path, size: Size, force: bool) -> Outcome {
    let symbol = symbol(code)?;
    let bytes = match path.extension().and_then(OsStr::to_str) {
        Some("png") => symbol.png(&Png { size, ..Png::default() }).map_err(refused)?,
        Some("webp") => symbol.webp(&Webp { size, ..Webp::default() }).map_err(refused)?,
        Some("svg") => {
            let svg = Svg { title: "QR code", size: Some(size), ..Svg::default() };
            symbol.svg(&svg).map_err(refused)?.into_bytes()
        }
        _ => {
            let message = format!("{}: end the name in .png, .svg or .webp", path.display());
            return Err(Failure::Usage(message));
        }
    };
    not_onto_a_terminal(path, false)?;
    write(path, &bytes, force)
}
