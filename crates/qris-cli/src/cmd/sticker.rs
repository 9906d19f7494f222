//! `qris sticker`: the print card.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use qris_core::schema::QRIS_SCHEME;
use qris_core::{Initiation, Scheme, Sealed, keys};
use qris_render::{
    Fonts, Ink, Mark, Options, Paper, Print, PrintError, Sheet, Sticker, StickerError, StickerPdf,
};

use super::look::Ecc;
use super::render::sealed;
use super::sticker_csv::CsvArgs;
use crate::input::{Source, UnitName};
use crate::output::{Failure, Outcome, not_onto_a_terminal, refused, say, write};

/// Make the card that a merchant puts on the counter
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  qris sticker payload.qr -o card.pdf
  qris sticker payload.qr -o card.pdf --bleed --logo-qris scheme.png
  qris sticker payload.qr -o card.png --dpi 300 --card-version 1.0-2026.11.21
  qris sticker payload.qr -o tent.pdf --paper tent
  qris sticker payload.qr -o sheet.pdf --sheet=9
  qris sticker photo.jpg -o card.svg
  qris sticker --csv merchants.csv -o cards.pdf
  qris sticker payload.qr -o card.pdf --font NotoSansThai-Regular.ttf …
Logos are trademarks: they come from you. Without one, the word QRIS stands in
its place. A dynamic code is for one transaction: a card of it is refused unless
--allow-dynamic.")]
pub(crate) struct Args {
    #[command(flatten)]
    source: Source,
    /// The file to write, .svg, .png or .pdf, or - for standard output.
    #[arg(long, short, value_name = "FILE|-")]
    pub(super) output: PathBuf,
    /// The kind of file; by default what the name of the output says.
    #[arg(long, value_enum)]
    pub(super) format: Option<Format>,
    /// What it is printed on.
    #[arg(long, value_enum, default_value_t = PaperName::Card)]
    paper: PaperName,
    /// So many cards on a sheet of A4, with marks where to cut; printers reach all of it.
    #[arg(long, value_name = "CARDS", num_args = 0..=1, require_equals = true, default_missing_value = "4")]
    sheet: Option<SheetName>,
    /// 3 mm more at each edge of a PDF, and crop marks: for a print shop.
    #[arg(long, conflicts_with = "sheet")]
    bleed: bool,
    /// The colours of a PDF: cmyk, with code and text in black ink alone, or rgb. Logos stay as they are.
    #[arg(long, value_enum)]
    ink: Option<InkName>,
    /// Pixels an inch of a PNG.
    #[arg(long, default_value_t = 300)]
    dpi: u32,
    /// Error correction.
    #[arg(long, value_enum, default_value_t = Ecc::M)]
    ecc: Ecc,
    /// A font for what is not Latin, .ttf or .otf. May be given several times; the first that has a character is taken.
    #[arg(long, value_name = "FILE")]
    font: Vec<PathBuf>,
    /// The logo of QRIS, for the top left.
    #[arg(long, value_name = "FILE")]
    logo_qris: Option<PathBuf>,
    /// The logo of GPN, for the top right.
    #[arg(long, value_name = "FILE")]
    logo_gpn: Option<PathBuf>,
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
    pub(super) force: bool,
    /// What lengths count.
    #[arg(long, value_enum, value_name = "UNIT", default_value_t = UnitName::Characters)]
    length_unit: UnitName,
    /// A card of every row of a CSV file, or - for standard input, in one PDF. A bad row is told, and left out.
    #[arg(long, value_name = "FILE|-", conflicts_with_all = ["payload", "merchant_name", "undo"])]
    csv: Option<OsString>,
    #[command(flatten)]
    pub(super) rows: CsvArgs,
}

/// What a card is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Svg,
    Png,
    Pdf,
}

/// What a card is printed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum PaperName {
    /// A6, upright.
    Card,
    /// A5, to be folded into a tent for a table.
    Tent,
    /// A slip of a receipt printer, 58 mm wide.
    Receipt58,
    /// A slip of a receipt printer, 80 mm wide.
    Receipt80,
}

/// Cards on a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum SheetName {
    #[value(name = "4")]
    Four,
    #[value(name = "9")]
    Nine,
}

/// The colours of a PDF.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum InkName {
    Cmyk,
    Rgb,
}

/// The format asked for, or that of the name.
pub(super) fn format_of(asked: Option<Format>, path: &Path) -> Result<Format, Failure> {
    let ending = path.extension().and_then(std::ffi::OsStr::to_str).unwrap_or_default();
    let named = || match ending.to_ascii_lowercase().as_str() {
        "svg" => Some(Format::Svg),
        "png" => Some(Format::Png),
        "pdf" => Some(Format::Pdf),
        _ => None,
    };
    asked.or_else(named).ok_or_else(|| {
        Failure::Usage(format!(
            "{}: a card is written as svg, png or pdf: end its name in .svg, .png or .pdf, or give --format",
            path.display()
        ))
    })
}

pub(crate) fn run(args: &Args) -> Outcome {
    let format = format_of(args.format, &args.output)?;
    if format != Format::Pdf && (args.bleed || args.ink.is_some()) {
        return Err(Failure::Usage(
            "--bleed and --ink are for a PDF: end the name of the output in .pdf".into(),
        ));
    }
    let is_cut = matches!(args.paper, PaperName::Card | PaperName::Tent);
    if args.bleed && !is_cut {
        return Err(Failure::Usage("a receipt printer has no bleed: leave --bleed out".into()));
    }
    if args.sheet.is_some() && args.paper != PaperName::Card {
        return Err(Failure::Usage("a sheet is of cards: leave --sheet or --paper out".into()));
    }
    not_onto_a_terminal(&args.output, format == Format::Svg)?;
    let look = Look::read(args)?;
    if let Some(file) = &args.csv {
        return super::sticker_csv::run(args, &look, file, format);
    }
    // clap lets `requires` pass where what is required conflicts with what is there.
    if args.rows.are_asked_for() {
        return Err(Failure::Usage(
            "--column, --merchant-name-column and --delimiter are for --csv FILE".into(),
        ));
    }
    let bytes = args.source.read()?;
    let card = look.card(&bytes)?;
    if !has_nmid(&card) {
        let message = "the payload has no NMID (51/02), so the card shows none: a card on a counter is to show the \
                       merchant's; ask the acquirer for it";
        say("warning", message);
    }
    let several = |sheet: Sheet| vec![card.clone(); sheet.cards()];
    let file = match (format, look.print.sheet) {
        (Format::Svg, None) => card.svg().map(String::into_bytes).map_err(failure),
        (Format::Svg, Some(sheet)) => {
            Sticker::sheet_svg(&several(sheet), sheet).map(String::into_bytes).map_err(failure)
        }
        (Format::Png, None) => card.png(args.dpi).map_err(failure),
        (Format::Png, Some(sheet)) => Sticker::sheet_png(&several(sheet), sheet, args.dpi).map_err(failure),
        (Format::Pdf, sheet) => pdf(&card, look.print, sheet.map_or(1, Sheet::cards)),
    };
    write(&args.output, &file?, args.force)
}

fn pdf(card: &Sticker, print: Print, cards: usize) -> Result<Vec<u8>, Failure> {
    let mut pdf = StickerPdf::new(Vec::new(), print)?;
    for _ in 0..cards {
        pdf.add(card).map_err(|error| match error {
            PrintError::Sticker(error) => failure(error),
            error => refused(error),
        })?;
    }
    Ok(pdf.finish()?)
}

/// What all cards of a run have, read once.
pub(super) struct Look<'a> {
    args: &'a Args,
    pub(super) print: Print,
    paper: Paper,
    fonts: Fonts,
    logo_qris: Option<Mark>,
    logo_gpn: Option<Mark>,
}

impl Look<'_> {
    fn read(args: &Args) -> Result<Look<'_>, Failure> {
        let mut fonts = Fonts::default();
        for path in &args.font {
            let file = crate::input::read_bytes(path.as_os_str(), super::PICTURE_LIMIT)?;
            fonts.add(file).map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?;
        }
        let paper = match args.paper {
            PaperName::Card => Paper::Card,
            PaperName::Tent => Paper::Tent,
            PaperName::Receipt58 => Paper::Receipt58,
            PaperName::Receipt80 => Paper::Receipt80,
        };
        let ink = match args.ink {
            Some(InkName::Rgb) => Ink::Rgb,
            Some(InkName::Cmyk) | None => Ink::Cmyk,
        };
        let sheet = args.sheet.map(|sheet| match sheet {
            SheetName::Four => Sheet::Four,
            SheetName::Nine => Sheet::Nine,
        });
        Ok(Look {
            args,
            print: Print { ink, bleed: args.bleed, sheet },
            paper,
            fonts,
            logo_qris: args.logo_qris.as_deref().map(mark).transpose()?,
            logo_gpn: args.logo_gpn.as_deref().map(mark).transpose()?,
        })
    }

    /// The card of a payload.
    pub(super) fn card(&self, bytes: &[u8]) -> Result<Sticker, Failure> {
        let args = self.args;
        let payload = sealed(bytes, args.length_unit)?;
        is_qris(&payload)?;
        is_for_a_counter(&payload, args.allow_dynamic)?;
        let options = Options { level: args.ecc.level(), ..Options::default() };
        let mut card = Sticker::new(&payload, options).map_err(failure)?;
        card.paper = self.paper;
        card.fonts = self.fonts.clone();
        card.logo_qris.clone_from(&self.logo_qris);
        card.logo_gpn.clone_from(&self.logo_gpn);
        let lines = &mut card.lines;
        let wishes = [(&args.merchant_name, &mut lines.merchant_name), (&args.tagline, &mut lines.tagline)];
        for (wish, line) in wishes {
            if let Some(wish) = wish {
                line.clone_from(wish);
            }
        }
        lines.printed_by = args.printed_by.clone().or(lines.printed_by.take());
        lines.version = args.card_version.clone().or(lines.version.take());
        Ok(card)
    }
}

/// Whether a card shows the merchant's number.
pub(super) fn has_nmid(card: &Sticker) -> bool {
    card.lines.nmid.as_deref().is_some_and(|nmid| !nmid.is_empty())
}

/// Refuses a card of a code that is not QRIS: the card says that it is.
fn is_qris(payload: &Sealed<'_>) -> Result<(), Failure> {
    match Scheme::of(payload) {
        Some(scheme) if *scheme != QRIS_SCHEME => Err(Failure::Refused(format!(
            "this is a code of {}, and the card is one of QRIS; `qris render` draws it without a card",
            scheme.name
        ))),
        _ => Ok(()),
    }
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

pub(super) fn failure(error: StickerError) -> Failure {
    match error {
        // The payload's fault; everything else is the command line's.
        StickerError::Symbol(_) => Failure::Refused(error.to_string()),
        StickerError::Missing { .. } => Failure::Refused(format!(
            "{error}; give a font that has them with --font FILE, or write them in Latin letters, the name with \
             --merchant-name"
        )),
        _ => refused(error),
    }
}

fn mark(path: &Path) -> Result<Mark, Failure> {
    let file = crate::input::read_bytes(path.as_os_str(), super::PICTURE_LIMIT)?;
    Mark::read(&file).map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))
}
