//! `qris edit --bulk`: a payload for every row of a CSV file.

use std::ffi::{OsStr, OsString};
use std::io::Write;
#[cfg(feature = "render")]
use std::path::PathBuf;

use qris_bulk::{CsvRow, CsvRows};
use qris_core::edit::Review;
use qris_core::{Currency, Edit, Path, Payload, Sealed, keys};

use super::edit::Args;
#[cfg(feature = "render")]
use super::render_bulk::{Pictures, Row, file_name};
use crate::amount;
use crate::fit::fit;
use crate::input::Source;
#[cfg(feature = "render")]
use crate::input::UnitName;
use crate::output::{Failure, Outcome, Verdict, raw_results, say};
use crate::words;

/// Rows of a file in the place of single values.
#[derive(Debug, clap::Args)]
pub(crate) struct BulkArgs {
    /// Make a payload of every row of a CSV file, or - for standard input: one a line, in order. A bad row is told, and
    /// its line left empty.
    #[arg(long, value_name = "FILE|-", requires = "column")]
    pub(crate) bulk: Option<OsString>,
    /// What a column of --bulk has, and its name: amount=total, reference=invoice, tip-fixed=…, tip-percent=…,
    /// terminal=…, or a path such as 62/01=bill. May be given several times.
    #[arg(long, value_name = "OBJECT=NAME", requires = "bulk", value_parser = column)]
    column: Vec<Column>,
    /// Draw the payloads of --bulk into files of this new folder, each named after the line of its row in the CSV file. For
    /// other looks write the payloads, and give them to `qris render --bulk -`, which counts their own lines.
    #[cfg(feature = "render")]
    #[arg(long, value_name = "DIR", requires = "bulk")]
    out_dir: Option<PathBuf>,
    /// Name the files after this column instead.
    #[cfg(feature = "render")]
    #[arg(long, value_name = "NAME", requires = "out_dir")]
    name_column: Option<String>,
}

impl BulkArgs {
    /// What the columns set: 55 once, as a row may have the one kind of tip and another row the other.
    pub(super) fn named(&self) -> impl Iterator<Item = Path> {
        let is_tip = |column: &Column| matches!(column.object, Object::TipFixed | Object::TipPercent);
        let tip = self.column.iter().any(is_tip).then(|| Path::of(&[55]));
        self.column.iter().map(|column| column.object.path()).chain(tip)
    }
}

/// What a column has, and its name.
#[derive(Clone, Debug)]
struct Column {
    object: Object,
    name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Object {
    Amount,
    TipFixed,
    TipPercent,
    At(Path),
}

impl Object {
    /// What it sets, the kind of a tip (55) apart.
    fn path(self) -> Path {
        match self {
            Object::Amount => Path::of(&[54]),
            Object::TipFixed => Path::of(&[56]),
            Object::TipPercent => Path::of(&[57]),
            Object::At(path) => path,
        }
    }
}

/// `amount=total` as what it has and its name; `amount` alone is a column of that name.
fn column(text: &str) -> Result<Column, String> {
    let (object, name) = text.split_once('=').unwrap_or((text, text));
    let object = match object.trim() {
        "amount" => Object::Amount,
        "tip-fixed" => Object::TipFixed,
        "tip-percent" => Object::TipPercent,
        "reference" => Object::At(Path::of(&[62, 5])),
        "terminal" => Object::At(Path::of(&[62, 7])),
        "54" => Object::Amount,
        path => Object::At(path.parse().map_err(|_| {
            "write OBJECT=NAME: amount, tip-fixed, tip-percent, reference, terminal or a path such as 62/01, and the name \
             of the column, as in amount=total"
        })?),
    };
    Ok(Column { object, name: name.trim().to_owned() })
}

/// Edits the source once for every row. What is wrong with the source and left alone is told once.
pub(super) fn run(args: &Args, bulk: &BulkArgs, file: &OsStr, source: &Sealed<'_>) -> Outcome {
    let of_payment = |column: &&Column| args.make_static && !matches!(column.object, Object::At(_));
    if let Some(column) = bulk.column.iter().find(of_payment) {
        let name = &column.name;
        return Err(Failure::Usage(format!(
            "--static takes amount and tip out, and column {name} sets one: leave one of the two"
        )));
    }
    let input = crate::beginning::of_a_table(Source::named(Some(file)).open()?, Some(file))?;
    #[cfg_attr(not(feature = "render"), expect(unused_mut))]
    let mut names: Vec<&str> = bulk.column.iter().map(|column| column.name.as_str()).collect();
    #[cfg(feature = "render")]
    names.extend(bulk.name_column.as_deref());
    let mut rows = CsvRows::new(input, &names).map_err(|error| super::bulk::column_failure(&error))?;
    let width = rows.width();
    // Faults of the flags are those of every row: said once, before the first.
    let named = |path| bulk.column.iter().any(|column| column.object == Object::At(path));
    let mut fitted = args.fitted(source)?;
    fitted.retain(|(path, _)| !named(*path));
    let flags = args.edit(source, &fitted)?;
    for finding in flags.review(source, source, &args.judging.profile(source)).kept {
        say("left as it was", &format!("{finding:#}"));
    }
    #[cfg(feature = "render")]
    if let Some(folder) = &bulk.out_dir {
        let made =
            |row: &CsvRow<'_>| whole(row, width).and_then(|()| edited(args, bulk, source, &fitted, row));
        return drawn(folder, bulk, file, &mut rows, made);
    }
    let (mut out, mut written, mut bad) = (raw_results(), 0u64, 0u64);
    loop {
        let row = rows.next_row().map_err(|error| cannot_read(file, error));
        // What was made before reading failed is whole and goes out.
        let row = match row {
            Ok(Some(row)) => row,
            Ok(None) => break,
            Err(failure) => {
                out.flush()?;
                return Err(failure);
            }
        };
        match whole(&row, width).and_then(|()| edited(args, bulk, source, &fitted, &row)) {
            Ok(payload) => {
                writeln!(out, "{payload}")?;
                written += 1;
            }
            Err(reason) => {
                say("bad", &format!("line {}: {reason}", row.number()));
                writeln!(out)?;
                bad += 1;
            }
        }
    }
    out.flush()?;
    say("written", &words::count(written, "payload"));
    if bad > 0 {
        say("bad", &words::count(bad, "row"));
        return Ok(Verdict::Bad);
    }
    Ok(Verdict::Good)
}

fn cannot_read(file: &OsStr, error: std::io::Error) -> Failure {
    Failure::Io(format!("cannot read {}", file.display()), error)
}

/// A picture for every row.
#[cfg(feature = "render")]
fn drawn(
    folder: &std::path::Path,
    bulk: &BulkArgs,
    file: &OsStr,
    rows: &mut CsvRows<impl std::io::Read>,
    made: impl Fn(&CsvRow<'_>) -> Result<String, String>,
) -> Outcome {
    /// A look without wishes.
    #[derive(clap::Parser)]
    #[command(no_binary_name = true)]
    struct Plain {
        #[command(flatten)]
        look: super::look::Look,
    }
    let plain = <Plain as clap::Parser>::parse_from([""; 0]);
    let mut pictures = Pictures::new(folder, &plain.look, UnitName::Detect)?;
    pictures.threads = super::bulk::threads(None);
    // Pictures of an earlier run beside those of this one would be taken for its own.
    if std::fs::read_dir(folder).is_ok_and(|mut files| files.next().is_some()) {
        return Err(Failure::Usage(format!("{} is not empty: name a new folder", folder.display())));
    }
    let mut waiting = Vec::new();
    loop {
        let row = match rows.next_row() {
            Ok(Some(row)) => row,
            Ok(None) => break,
            // What was read before is drawn and counted.
            Err(error) => {
                pictures.draw(waiting)?;
                pictures.tell();
                return Err(cannot_read(file, error));
            }
        };
        let name = bulk.name_column.as_ref().and_then(|_| row.value(bulk.column.len())).map(file_name);
        waiting.push(Row { number: row.number(), name, payload: made(&row).map(String::into_bytes) });
        if waiting.len() >= pictures.batch() {
            pictures.draw(std::mem::take(&mut waiting))?;
        }
    }
    pictures.draw(waiting)?;
    Ok(pictures.tell())
}

/// Whether the cells of a row stand under their names. One too many is a value with a separator in it, such as 15,000.
pub(super) fn whole(row: &CsvRow<'_>, width: usize) -> Result<(), String> {
    if row.has_open_quote() {
        return Err(
            "a quotation mark in it is never closed, so all that follows is one value: close it".to_owned()
        );
    }
    if row.cells() > width {
        let (cells, names) = (words::count(row.cells() as u64, "cell"), words::count(width as u64, "column"));
        return Err(format!(
            "it has {cells} and the first row names {names}: put a value with a separator in it into double quotes, and \
             write amounts without one: 15000"
        ));
    }
    Ok(())
}

/// The payload of one row, or why there is none.
fn edited(
    args: &Args,
    bulk: &BulkArgs,
    source: &Sealed<'_>,
    fitted: &[(Path, String)],
    row: &CsvRow<'_>,
) -> Result<String, String> {
    let values = values(bulk, row)?;
    // A name in a column is fitted row by row; the others were before the first row.
    let mut fitted = fitted.to_vec();
    for (column, text) in &values {
        if let (true, Object::At(path)) = (args.fit_name, column.object) {
            fitted.extend(fit(path, text).map_err(in_words)?.map(|other| (path, other)));
        }
    }
    let currency = source.read(keys::CURRENCY).unwrap_or(Currency::IDR);
    let mut edit = args.edit(source, &[]).map_err(in_words)?;
    for (column, text) in &values {
        set(&mut edit, column, text, currency).map_err(in_words)?;
    }
    if args.keep_initiation {
        edit.keep_initiation();
    }
    for (path, text) in &fitted {
        edit.set(*path, text);
    }
    let payload = edit.to_string(source).map_err(|error| error.to_string())?;
    let after = Payload::parse_with(&payload, source.unit()).map_err(|error| error.to_string())?;
    let review = edit.review(source, &after, &args.judging.profile(source));
    match args.judging.refusal_of_row(&review, &after) {
        Some(reason) => Err(reason),
        None => {
            tell(row.number(), &review);
            Ok(payload)
        }
    }
}

/// The columns that have something in this row. Nothing in a cell leaves the object as it is; an amount has to be there,
/// as without it the payer could enter any.
fn values<'a>(bulk: &'a BulkArgs, row: &CsvRow<'a>) -> Result<Vec<(&'a Column, &'a str)>, String> {
    let mut values = Vec::new();
    for (place, column) in bulk.column.iter().enumerate() {
        let of = |why: &str| format!("column {}: {why}", column.name);
        let bytes = row.value(place).ok_or_else(|| of("the value is too long"))?;
        let text = std::str::from_utf8(bytes.trim_ascii()).map_err(|_| of("it is not UTF-8 text"))?;
        match column.object {
            Object::Amount if text.is_empty() => return Err(of("there is no amount")),
            _ if text.is_empty() => {}
            _ => values.push((column, text)),
        }
    }
    Ok(values)
}

fn set<'a>(edit: &mut Edit<'a>, column: &Column, text: &'a str, currency: Currency) -> Result<(), Failure> {
    let flag = format!("column {}", column.name);
    match column.object {
        Object::Amount => edit.amount(amount::read(&flag, text, currency)?),
        Object::TipFixed => edit.tip(qris_core::Tip::Fixed(amount::read(&flag, text, currency)?)),
        Object::TipPercent => edit.tip(qris_core::Tip::Percentage(amount::read_percentage(&flag, text)?)),
        Object::At(path) => edit.set(path, text),
    };
    Ok(())
}

/// What is no error is told as well, with the row it is in.
fn tell(number: u64, review: &Review) {
    for finding in &review.made {
        say(&format!("line {number}"), &format!("{finding:#}"));
    }
}

/// A refusal as a sentence.
fn in_words(failure: Failure) -> String {
    match failure {
        Failure::Usage(sentence) | Failure::Refused(sentence) => sentence,
        Failure::Io(what, error) => format!("{what}: {error}"),
        Failure::Output(error) => error.to_string(),
    }
}
