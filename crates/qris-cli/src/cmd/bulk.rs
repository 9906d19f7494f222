//! `qris bulk`: many payloads, one a line or one a row of a CSV file.

use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::{self, IsTerminal, Read, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};
use qris_bulk::{
    ColumnError, CsvSource, Good, JudgedBy, Line, LineSource, Outcome as LineOutcome, Tally, Totals,
    Verdict as LineVerdict, process,
};
use qris_core::Profile;

use super::lines::{ended, name_record, too_long};
use crate::input::{ProfileName, Reading, Source, UnitName, read_listed};
use crate::output::{Failure, NewFile, Outcome, Verdict, cannot_write, say};
use crate::{beginning, json, words};

/// Decode and check many payloads, one a line
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  qris bulk payloads.txt
  qris bulk settlement.csv --column qrContent --output verdicts.ndjson
  qris bulk export.csv --column qrContent --delimiter '|'
  qris bulk payloads.txt --summary-only
  ls *.jpg | qris bulk --pictures
Records are in the order of the input; totals go to standard error.
Exit status 1: at least one line is no payload or has a wrong CRC.")]
pub(crate) struct Args {
    /// The file, or - for standard input. Without it, standard input is read.
    #[arg(value_name = "FILE|-")]
    file: Option<std::ffi::OsString>,
    /// The input is CSV; the payloads are in the column with this name.
    #[arg(long, value_name = "NAME")]
    column: Option<String>,
    /// Each line names a file: a picture of a payload, or a text that is one. Only for lists you trust: what they name
    /// is read.
    #[arg(long)]
    pictures: bool,
    /// What separates the columns: one character, or tab. By default a comma, a semicolon or a tab: that with which the
    /// first row has the column.
    #[arg(long, value_name = "CHARACTER", requires = "column", value_parser = delimiter)]
    delimiter: Option<u8>,
    /// How many threads work; by default as many as the machine has.
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// Write the records to a file. It appears under its name when it is complete.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace a file that exists.
    #[arg(long, requires = "output")]
    force: bool,
    /// Write the records of `decode`.
    #[arg(long, conflicts_with = "summary_only")]
    full: bool,
    /// Write no records, only the totals.
    #[arg(long)]
    summary_only: bool,
    /// The tables and severities to judge by.
    #[arg(long, value_enum, default_value_t = ProfileName::AUTO)]
    profile: ProfileName,
    /// What lengths count. The standard says characters; other units are for payloads known to be wrong.
    #[arg(long, value_enum, value_name = "UNIT", default_value_t = UnitName::Characters)]
    length_unit: UnitName,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let started = Instant::now();
    let (input, bar) = open(args.file.as_deref())?;
    let mut output = Output::open(args.output.as_deref(), args.force)?;
    if args.output.is_none() && !args.summary_only && io::stdout().is_terminal() {
        // The records would stand behind it.
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    let threads = threads(args.threads);
    let of_line = worker(args);
    let work = |line: &Line<'_>, tally: &mut Counted, record: &mut Vec<u8>| {
        if args.pictures {
            listed(line, !args.summary_only, &of_line, tally, record);
        } else {
            of_line(line, &mut tally.totals, record);
        }
    };
    let result = match &args.column {
        // Reading a picture takes as long as reading ten thousand lines: a thread takes a few at once.
        None if args.pictures => {
            let few = LineSource::with_chunk_bytes(io::BufReader::new(input), 64);
            process(few, output.writer(), threads, work)
        }
        None => {
            let lines = LineSource::new(beginning::of_lines(input, args.file.as_deref())?);
            process(lines, output.writer(), threads, work)
        }
        Some(name) => {
            let input = beginning::of_a_table(input, args.file.as_deref())?;
            let rows = match args.delimiter {
                Some(delimiter) => CsvSource::with_delimiter(input, name, delimiter),
                None => CsvSource::new(input, name),
            };
            let rows = rows.map_err(|error| column_failure(&error))?;
            process(rows, output.writer(), threads, work)
        }
    };
    bar.finish_and_clear();
    let Counted { totals, unreadable } = ended(result)?;
    output.keep(args.force)?;
    tell(&totals, args.profile.named().as_ref(), started.elapsed());
    if args.pictures {
        say("files", &format!("{} without a payload to read", HumanCount(unreadable)));
    }
    Ok(if totals.bad() + unreadable > 0 { Verdict::Bad } else { Verdict::Good })
}

/// The totals, and how many files of a list had no payload to be read.
#[derive(Debug, Default)]
struct Counted {
    totals: Totals,
    unreadable: u64,
}

impl Tally for Counted {
    fn merge(&mut self, later: Counted) {
        self.totals.merge(later.totals);
        self.unreadable += later.unreadable;
    }
}

/// What is done with a line that names a file: what would be done with a line that were its payload.
fn listed(
    line: &Line<'_>,
    records: bool,
    of_line: &impl Fn(&Line<'_>, &mut Totals, &mut Vec<u8>),
    tally: &mut Counted,
    record: &mut Vec<u8>,
) {
    if line.is_blank() {
        return tally.totals.add_blank();
    }
    let name = line
        .text()
        .ok_or("the name is too long")
        .and_then(|name| std::str::from_utf8(name).map_err(|_| "the name is not UTF-8"));
    let payload = match name {
        Ok(name) => read_listed(OsStr::new(name)).map_err(|failure| failure.reason()),
        Err(reason) => Err(reason.to_owned()),
    };
    let (name, start) = (name.unwrap_or_default(), record.len());
    match payload {
        Ok(payload) if !payload.is_empty() => {
            of_line(&Line::new(line.number, line.offset, &payload), &mut tally.totals, record);
            if record.len() > start {
                name_record(record, start, name);
            }
        }
        payload => {
            tally.unreadable += 1;
            if records {
                let reason = payload.err().unwrap_or_else(|| format!("{name} is empty"));
                let fault = serde_json::json!({
                    "file": name, "line": line.number, "ok": false,
                    "error": { "code": "no-payload-in-file", "message": reason },
                });
                // Writing into memory cannot fail.
                let _ = json::write(&mut *record, &fault, false);
                record.push(b'\n');
            }
        }
    }
}

/// What is done with each line.
fn worker(args: &Args) -> impl Fn(&Line<'_>, &mut Totals, &mut Vec<u8>) + Sync {
    let (by, full, summary_only) = (args.profile.0, args.full, args.summary_only);
    let reading = Reading { profile: args.profile, length_unit: args.length_unit };
    move |line, totals, record| {
        if summary_only && reading.length_unit == UnitName::Characters {
            totals.count(line, by);
            return;
        }
        let Some(outcome) = judged(line, reading.length_unit, by) else { return totals.add_blank() };
        match &outcome {
            LineOutcome::Good(good) => totals.add_good(good.conformant()),
            bad => bad.error_kind().into_iter().for_each(|kind| totals.add_bad(kind)),
        }
        if full {
            super::lines::write_record(record, line, reading, false);
        } else if !summary_only {
            short_record(record, line, &outcome);
        }
    }
}

/// What a line is, its lengths counted in a unit; none when it is blank.
fn judged(line: &Line<'_>, unit: UnitName, by: JudgedBy) -> Option<LineOutcome> {
    match line.text() {
        Some(text) if unit != UnitName::Characters && !text.is_empty() => {
            let sealed = super::decode::text_of(text).and_then(|text| unit.parse(text)?.verify_crc());
            Some(match sealed {
                Ok(sealed) => LineOutcome::Good(Good::of(&sealed, by)),
                Err(error) => LineOutcome::Bad(error),
            })
        }
        _ => LineVerdict::of(line, by).map(|verdict| verdict.outcome),
    }
}

/// `{line, ok, scheme, kind, conformant, errors, warnings}` and for a payload that breaks a rule `finding`, the first error; or
/// `{line, ok, error}`.
fn short_record(record: &mut Vec<u8>, line: &Line<'_>, outcome: &LineOutcome) {
    match *outcome {
        LineOutcome::Good(good) => {
            // Piece by piece: with `write!` this took as long as the CRC.
            record.extend_from_slice(br#"{"line":"#);
            integer(record, line.number);
            record.extend_from_slice(br#","ok":true,"scheme":"#);
            match good.scheme {
                Some(scheme) => record.extend_from_slice(format!("\"{}\"", scheme.key).as_bytes()),
                None => record.extend_from_slice(b"null"),
            }
            record.extend_from_slice(br#","kind":""#);
            record.extend_from_slice(good.kind.name().as_bytes());
            record.extend_from_slice(br#"","conformant":"#);
            record.extend_from_slice(if good.conformant() { b"true" } else { b"false" });
            record.extend_from_slice(br#","errors":"#);
            integer(record, good.errors.into());
            record.extend_from_slice(br#","warnings":"#);
            integer(record, good.warnings.into());
            if let Some(first) = good.first_error {
                record.extend_from_slice(br#","finding":"#);
                let _ = json::write(&mut *record, &first, false);
            }
            record.extend_from_slice(b"}\n");
        }
        LineOutcome::Bad(error) => {
            bad_record(record, line, &json::Fault::new(&error, line.text().unwrap_or_default()));
        }
        _ => bad_record(record, line, &json::Fault::new(&too_long(line), &[])),
    }
}

fn integer(record: &mut Vec<u8>, number: u64) {
    // Writing into memory cannot fail.
    let _ = json::write(record, &number, false);
}

fn bad_record(record: &mut Vec<u8>, line: &Line<'_>, fault: &json::Fault) {
    record.extend_from_slice(br#"{"line":"#);
    integer(record, line.number);
    record.extend_from_slice(br#","ok":false,"error":"#);
    let _ = json::write(&mut *record, fault, false);
    record.extend_from_slice(b"}\n");
}

/// How many threads work: as many as asked for, else as many as the machine has.
pub(super) fn threads(asked: Option<NonZeroUsize>) -> NonZeroUsize {
    asked.or_else(|| std::thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN)
}

/// The input, counted by a progress bar when somebody is looking.
pub(super) fn open(file: Option<&OsStr>) -> Result<(Box<dyn Read + Send>, ProgressBar), Failure> {
    let input = Source::named(file).open()?;
    let size = file.filter(|path| *path != "-").and_then(size_of);
    if !io::stderr().is_terminal() {
        return Ok((input, ProgressBar::hidden()));
    }
    let bar = match size {
        Some(size) => ProgressBar::new(size),
        None => ProgressBar::no_length(),
    };
    let style = ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {bytes_per_sec} {eta}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    Ok((Box::new(bar.wrap_read(input)), bar))
}

fn size_of(path: &OsStr) -> Option<u64> {
    fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|about| about.len())
}

/// Why a column cannot be read, and which is called nearly so.
pub(crate) fn column_failure(error: &ColumnError) -> Failure {
    let ColumnError::Missing { name, found } = error else { return Failure::Usage(error.to_string()) };
    let alike = |other: &&String| {
        let (one, other) = (name.to_lowercase(), other.to_lowercase());
        one == other || strsim::jaro_winkler(&one, &other) > 0.8
    };
    if let [only] = found.as_slice()
        && let Some(other) = [',', ';', '\t', '|'].into_iter().find(|other| only.contains(*other))
    {
        return Failure::Usage(match other {
            '|' => format!(
                "{error}: columns end at a comma, a semicolon or a tab; `qris bulk` takes others, --delimiter '|'"
            ),
            '\t' => format!("{error}: is the delimiter tab?"),
            other => format!("{error}: is the delimiter '{other}'?"),
        });
    }
    let near = found.iter().find(alike).map(|near| format!(": did you mean {near:?}?")).unwrap_or_default();
    Failure::Usage(format!("{error}{near}"))
}

/// One character of ASCII, or the word for a tab.
pub(super) fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"tab" | b"\\t" => Ok(b'\t'),
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\r' | b'\n') => Ok(*byte),
        _ => Err("one character such as ; or the word tab".to_owned()),
    }
}

/// Where the records go. Devices and pipes are written as they are.
pub(super) enum Output {
    Stdout(io::Stdout),
    Device(fs::File),
    File(NewFile),
}

impl Output {
    pub(super) fn open(path: Option<&Path>, replace: bool) -> Result<Output, Failure> {
        let Some(path) = path else { return Ok(Output::Stdout(io::stdout())) };
        if fs::metadata(path).is_ok_and(|about| !about.is_file()) {
            let device = OpenOptions::new().write(true).open(path);
            return device.map(Output::Device).map_err(|error| cannot_write(path, error));
        }
        // Said now and not after the work.
        if !replace && path.exists() {
            return Err(crate::output::exists(path));
        }
        NewFile::create(path).map(Output::File)
    }

    pub(super) fn writer(&mut self) -> &mut (dyn Write + Send) {
        match self {
            Output::Stdout(out) => out,
            Output::Device(file) => file,
            Output::File(file) => file.writer(),
        }
    }

    pub(super) fn keep(self, replace: bool) -> Result<(), Failure> {
        match self {
            Output::File(file) => file.keep(replace),
            Output::Stdout(_) | Output::Device(_) => Ok(()),
        }
    }
}

/// The totals, for the person at the terminal.
fn tell(totals: &Totals, profile: Option<&Profile>, elapsed: Duration) {
    let rate = u128::from(totals.lines()) * 1_000_000 / elapsed.as_micros().max(1);
    let rate = HumanCount(u64::try_from(rate).unwrap_or(u64::MAX));
    let count = |n: u64| HumanCount(n).to_string();
    let good = format!(
        "{} ({} {})",
        count(totals.good()),
        count(totals.conformant()),
        profile.map_or("as printed in practice".into(), words::conforms)
    );
    say("good", &good);
    say("bad", &count(totals.bad()));
    for (code, number) in totals.bad_by_code() {
        say("bad", &format!("  {code} {}", count(number)));
    }
    let blank = totals.blank();
    say("lines", &format!("{} ({} blank), {rate} a second", count(totals.lines()), count(blank)));
}
