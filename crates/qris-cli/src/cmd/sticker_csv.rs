//! `qris sticker --csv`: a card of every row of a CSV file, in one PDF that is written while the rows are read.

use std::ffi::OsStr;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use qris_bulk::{CsvRow, CsvRows};
use qris_render::{PrintError, Sticker, StickerPdf};

use super::bulk::{self, Output};
use super::edit_bulk::whole;
use super::sticker::{Args, Format, Look, failure, has_nmid};
use crate::output::{Failure, Outcome, Verdict, cannot_write, say};
use crate::words;

/// Which columns are read, and how.
#[derive(Debug, clap::Args)]
pub(crate) struct CsvArgs {
    /// The column of --csv with the payloads; by default the one in which the first row has one.
    #[arg(long, value_name = "NAME", requires = "csv")]
    column: Option<String>,
    /// The column of --csv with the names for the cards; where a row has none, the payload's 59 is taken.
    #[arg(long, value_name = "NAME", requires = "csv")]
    merchant_name_column: Option<String>,
    /// What separates the columns of --csv: one character, or tab. By default a comma, a semicolon or a tab.
    #[arg(long, value_name = "CHARACTER", requires = "csv", value_parser = bulk::delimiter)]
    delimiter: Option<u8>,
}

impl CsvArgs {
    pub(super) fn are_asked_for(&self) -> bool {
        self.column.is_some() || self.merchant_name_column.is_some() || self.delimiter.is_some()
    }
}

/// What became of the rows.
#[derive(Default)]
struct Counts {
    written: u64,
    bad: u64,
    /// Cards without an NMID, and the line of the first.
    without_nmid: u64,
    first_without: u64,
}

pub(super) fn run(args: &Args, look: &Look<'_>, file: &OsStr, format: Format) -> Outcome {
    if format != Format::Pdf {
        return Err(Failure::Usage(
            "the cards of --csv go into one PDF: end the name of the output in .pdf, or give --format pdf"
                .into(),
        ));
    }
    let path = Some(args.output.as_path()).filter(|path| *path != Path::new("-"));
    let mut output = Output::open(path, args.force)?;
    let (input, bar) = bulk::open(Some(file))?;
    let (input, found) = crate::beginning::of_a_table_of_payloads(input, Some(file))?;
    let column = args.rows.column.clone().or(found).ok_or_else(|| {
        Failure::Usage(format!(
            "which column of {} has the payloads? name it with --column; the first row has to name the columns",
            file.display()
        ))
    })?;
    let mut names = vec![column.as_str()];
    names.extend(args.rows.merchant_name_column.as_deref());
    let rows = match args.rows.delimiter {
        Some(delimiter) => CsvRows::with_delimiter(input, &names, delimiter),
        None => CsvRows::new(input, &names),
    };
    let mut rows = rows.map_err(|error| bulk::column_failure(&error))?;
    let mut counts = Counts::default();
    let done = cards(look, &mut rows, output.writer(), &mut counts);
    bar.finish_and_clear();
    done.map_err(|error| match error {
        Broken::Read(error) => {
            Failure::Io(format!("cannot read {}; nothing is written", file.display()), error)
        }
        Broken::Write(error) => match path {
            Some(path) => cannot_write(path, error),
            None => Failure::Output(error),
        },
    })?;
    if counts.written > 0 {
        output.keep(args.force)?;
    }
    if counts.without_nmid > 0 {
        let cards = words::count(counts.without_nmid, "card");
        say(
            "warning",
            &format!(
                "{cards}, that of line {} first, show no NMID, as their payloads have none (51/02): ask the acquirer for it",
                counts.first_without
            ),
        );
    }
    say("written", &words::count(counts.written, "card"));
    if counts.bad > 0 {
        say("bad", &words::count(counts.bad, "row"));
    }
    if counts.written == 0 {
        return Err(Failure::Refused("no row has a card, so there is no file".into()));
    }
    Ok(if counts.bad > 0 { Verdict::Bad } else { Verdict::Good })
}

/// What ends the work.
enum Broken {
    Read(io::Error),
    Write(io::Error),
}

fn cards(
    look: &Look<'_>,
    rows: &mut CsvRows<impl io::Read>,
    out: &mut (dyn Write + Send),
    counts: &mut Counts,
) -> Result<(), Broken> {
    // Begun with the first card: where there is none, nothing goes out.
    let (mut out, mut pdf) = (Some(BufWriter::new(out)), None);
    let width = rows.width();
    while let Some(row) = rows.next_row().map_err(Broken::Read)? {
        let card = match card(look, &row, width) {
            Ok(card) => card,
            Err(reason) => {
                bad(counts, row.number(), &reason);
                continue;
            }
        };
        if let Some(out) = out.take() {
            pdf = Some(StickerPdf::new(out, look.print).map_err(Broken::Write)?);
        }
        match pdf.as_mut().map(|pdf| pdf.add(&card)) {
            Some(Err(PrintError::Sticker(error))) => bad(counts, row.number(), &failure(error).reason()),
            Some(Err(PrintError::Write(error))) => return Err(Broken::Write(error)),
            Some(Err(error)) => return Err(Broken::Write(io::Error::other(error))),
            Some(Ok(())) | None => {
                counts.written += 1;
                if !has_nmid(&card) {
                    if counts.without_nmid == 0 {
                        counts.first_without = row.number();
                    }
                    counts.without_nmid += 1;
                }
            }
        }
    }
    pdf.map_or(Ok(()), |pdf| pdf.finish().map(drop).map_err(Broken::Write))
}

fn bad(counts: &mut Counts, line: u64, reason: &str) {
    say("bad", &format!("line {line}: {reason}"));
    counts.bad += 1;
}

/// The card of a row, or why there is none.
fn card(look: &Look<'_>, row: &CsvRow<'_>, width: usize) -> Result<Sticker, String> {
    whole(row, width)?;
    let payload = row.value(0).ok_or("the payload is too long")?.trim_ascii();
    if payload.is_empty() {
        return Err("there is no payload".to_owned());
    }
    let mut card = look.card(payload).map_err(|failure| failure.reason())?;
    if let Some(name) = row.value(1) {
        let name = std::str::from_utf8(name).map_err(|_| "the name is not UTF-8 text")?.trim();
        if !name.is_empty() {
            name.clone_into(&mut card.lines.merchant_name);
        }
    }
    Ok(card)
}
