//! `qris sticker`: the print card.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use qris_core::{Initiation, Sealed, keys};
use qris_render::{Mark, Options, Sticker, StickerError};

use super::render::{Ecc, not_onto_a_terminal, refused, sealed, write};
use crate::input::{Source, UnitName};
use crate::output::{Failure, Outcome, say};

/// Make the card that a merchant puts on the counter
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  qris sticker payload.qr -o card.svg
  qris sticker payload.qr -o card.png --dpi 300 --left-mark scheme.png \\
      --card-version 1.0-2026.11.21
  qris sticker payload.qr -o sheet.svg --sheet
  qris sticker photo.jpg -o card.svg
Marks are trademarks: they come from you. Without one, the word QRIS stands in
its place. A dynamic code is for one transaction: a card of it is refused unless
--allow-dynamic.")]
pub(crate) struct Args {
    #[command(flatten)]
    source: Source,
    /// The file to write, .svg or .png, or - for standard output.
    #[arg(long, short, value_name = "FILE|-")]
    output: PathBuf,
    /// The kind of file; by default what the name of the output says.
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Pixels an inch of a PNG.
    #[arg(long, default_value_t = 300)]
    dpi: u32,
    /// Four of the cards on a sheet of A4, as SVG.
    #[arg(long)]
    sheet: bool,
    /// Error correction.
    #[arg(long, value_enum, default_value_t = Ecc::M)]
    ecc: Ecc,
    /// A picture for the top left.
    #[arg(long, value_name = "FILE")]
    left_mark: Option<PathBuf>,
    /// A picture for the top right.
    #[arg(long, value_name = "FILE")]
    right_mark: Option<PathBuf>,
    /// Another name than the payload's 59.
    #[arg(long, value_name = "TEXT")]
    merchant_name: Option<String>,
    /// The line below the symbol.
    #[arg(long, value_name = "TEXT")]
    tagline: Option<String>,
    /// Who prints the card; by default the NNS code of the payload's first account.
    #[arg(long, value_name = "TEXT")]
    printed_by: Option<String>,
    /// Version and date of the print.
    #[arg(long, value_name = "TEXT")]
    card_version: Option<String>,
    /// Make a card of a dynamic code (01 = 12), which is for one transaction.
    #[arg(long)]
    allow_dynamic: bool,
    /// Replace a file that exists.
    #[arg(long)]
    force: bool,
    /// What lengths count.
    #[arg(long, value_enum, value_name = "UNIT", default_value_t = UnitName::Characters)]
    length_unit: UnitName,
}

/// What a card is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Svg,
    Png,
}

/// The format asked for, or that of the name.
fn format_of(asked: Option<Format>, path: &Path) -> Result<Format, Failure> {
    let ending = path.extension().and_then(std::ffi::OsStr::to_str).unwrap_or_default();
    let named = || match ending.to_ascii_lowercase().as_str() {
        "svg" => Some(Format::Svg),
        "png" => Some(Format::Png),
        _ => None,
    };
    asked.or_else(named).ok_or_else(|| {
        Failure::Usage(format!(
            "{}: a card is written as svg or png: end its name in .svg or .png, or give --format",
            path.display()
        ))
    })
}

pub(crate) fn run(args: &Args) -> Outcome {
    let bytes = args.source.read()?;
    let payload = sealed(&bytes, args.length_unit)?;
    is_for_a_counter(&payload, args.allow_dynamic)?;
    let options = Options { level: args.ecc.level(), ..Options::default() };
    let mut card = Sticker::new(&payload, options).map_err(failure)?;
    card.left_mark = args.left_mark.as_deref().map(mark).transpose()?;
    card.right_mark = args.right_mark.as_deref().map(mark).transpose()?;
    let lines = &mut card.lines;
    let wishes = [(&args.merchant_name, &mut lines.merchant_name), (&args.tagline, &mut lines.tagline)];
    for (wish, line) in wishes {
        if let Some(wish) = wish {
            line.clone_from(wish);
        }
    }
    lines.printed_by = args.printed_by.clone().or(lines.printed_by.take());
    lines.version = args.card_version.clone().or(lines.version.take());

    if card.lines.nmid.as_deref().is_none_or(str::is_empty) {
        let message = "the payload has no NMID (51/02), so the card shows none: a card on a counter is to show the \
                       merchant's; ask the acquirer for it";
        say("warning", message);
    }
    let format = format_of(args.format, &args.output)?;
    not_onto_a_terminal(&args.output, format == Format::Svg)?;
    let file = match format {
        Format::Svg if args.sheet => {
            Sticker::sheet_svg(&vec![card; Sticker::PER_SHEET]).map(String::into_bytes)
        }
        _ if args.sheet => return Err(Failure::Usage("a sheet is written as svg".into())),
        Format::Svg => card.svg().map(String::into_bytes),
        Format::Png => card.png(args.dpi),
    };
    write(&args.output, &file.map_err(failure)?, args.force)
}

/// Refuses a card of a code that is for one transaction.
fn is_for_a_counter(payload: &Sealed<'_>, allow_dynamic: bool) -> Result<(), Failure> {
    if allow_dynamic || payload.read(keys::INITIATION) != Some(Initiation::Dynamic) {
        return Ok(());
    }
    Err(Failure::Refused(
        "the code is dynamic (01 = 12): it is for one transaction, and a card is paid many times. Make a card of the \
         static code (`qris edit … --static` makes one), or give --allow-dynamic"
            .to_owned(),
    ))
}

fn failure(error: StickerError) -> Failure {
    match error {
        // The payload's fault; everything else is the command line's.
        StickerError::Symbol(_) => Failure::Refused(error.to_string()),
        StickerError::Missing { .. } => {
            Failure::Refused(format!("{error}; write them in Latin letters, the name with --merchant-name"))
        }
        _ => refused(error),
    }
}

fn mark(path: &Path) -> Result<Mark, Failure> {
    let file = crate::input::read_bytes(path.as_os_str(), super::PICTURE_LIMIT)?;
    Mark::read(&file).map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))
}
