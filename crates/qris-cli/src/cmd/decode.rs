//! `qris decode`: a payload as a tree or as JSON.

use std::io::Write;

use anstyle::Style;
use clap::ValueEnum;
use qris_core::diagnose::Cause;
use qris_core::display::{Safe, TreeLine, tree};
use qris_core::{Payload, Profile, Severity, check};

use crate::input::{Reading, Source};
use crate::output::{Failure, Outcome, Verdict, raw_results, results};
use crate::{caret, diagnosis, headline, json, names, words};

/// Decode a payload into its objects
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  qris decode '00020101021126…6304A13A'
  qris decode payload.qr --format json
  qris decode photo.png
  cat payloads.txt | qris decode --format ndjson
tree and json take all of the input as one payload; ndjson takes one a line.
Exit status 1: a text is no payload or its CRC is wrong.")]
pub(crate) struct Args {
    #[command(flatten)]
    source: Source,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Tree)]
    format: Format,
    #[command(flatten)]
    reading: Reading,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// An indented tree for people.
    Tree,
    /// One JSON record over several lines.
    Json,
    /// One JSON record a line, for each line of the input.
    Ndjson,
}

pub(crate) fn run(args: &Args) -> Outcome {
    match args.format {
        Format::Tree => decode_tree(args),
        Format::Json => {
            let (bytes, undone) = args.source.read_undone()?;
            let mut out = raw_results();
            let style = RecordStyle { pretty: true, diagnosed: true, undone: &undone };
            let good = write_record(&mut out, &bytes, None, args.reading, style)?;
            writeln!(out)?;
            out.flush()?;
            Ok(if good { Verdict::Good } else { Verdict::Bad })
        }
        Format::Ndjson => super::lines::decode(&args.source, args.reading),
    }
}

/// Writes the record of one payload; returns whether it is a good one.
pub(crate) fn write_record(
    out: impl Write,
    bytes: &[u8],
    line: Option<u64>,
    reading: Reading,
    style: RecordStyle<'_>,
) -> Result<bool, serde_json::Error> {
    let decoded = text_of(bytes).and_then(|text| reading.length_unit.parse(text));
    let (error, payload) = match decoded {
        Err(error) => (error, None),
        Ok(payload) => match payload.clone().verify_crc() {
            Err(error) => (error, Some(payload)),
            Ok(_) => {
                let mut record = json::good(&payload, &reading.profile.of(&payload)).undone(style.undone);
                record.line = line;
                return json::write(out, &record, style.pretty).map(|()| true);
            }
        },
    };
    let mut record = json::bad(bytes, &error, payload.as_ref());
    record.line = line;
    let record = if style.diagnosed { record.diagnosed(bytes) } else { record };
    json::write(out, &record, style.pretty).map(|()| false)
}

/// How records are written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RecordStyle<'a> {
    /// Over several lines.
    pub(crate) pretty: bool,
    /// With what happened to a text that does not decode: among millions that would cost more than all the rest.
    pub(crate) diagnosed: bool,
    /// What was undone to get the payload.
    pub(crate) undone: &'a [Cause],
}

/// The bytes as text. The unit does not matter for what can go wrong here, so the library's own order of
/// faults decides: too long before invalid.
pub(crate) fn text_of(bytes: &[u8]) -> Result<&str, qris_core::DecodeError> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(_) => Payload::from_bytes(bytes).map(|payload| payload.as_str()),
    }
}

fn decode_tree(args: &Args) -> Outcome {
    let bytes = args.source.read()?;
    let decoded = text_of(&bytes).and_then(|text| args.reading.length_unit.parse(text));
    let payload = match decoded {
        Ok(payload) => payload,
        Err(error) => {
            // Nobody listening on standard error is no reason to fail.
            let _ = diagnosis::refusal(&mut anstream::stderr(), &bytes, args.reading.length_unit, &error);
            return Ok(Verdict::Bad);
        }
    };
    let profile = args.reading.profile.of(&payload);
    let mut out = results();
    let sealed = payload.clone().verify_crc();
    // Of a text that was altered it would be wrong to say whom it pays.
    if sealed.is_ok() {
        headline::write(&mut out, &payload)?;
        writeln!(out)?;
    }
    print_tree(&mut out, &payload, &profile)?;
    if let Err(error) = sealed {
        out.flush()?;
        let _ = diagnosis::refusal(&mut anstream::stderr(), &bytes, args.reading.length_unit, &error);
        return Ok(Verdict::Bad);
    }
    print_verdict(&mut out, &payload, &profile)?;
    out.flush()?;
    Ok(Verdict::Good)
}

fn print_tree(out: &mut impl Write, payload: &Payload<'_>, profile: &Profile) -> Result<(), Failure> {
    let (id, name, dim) = (Style::new().bold(), Style::new(), Style::new().dimmed());
    for line in tree(payload, profile).lines() {
        let TreeLine { object, name: known, meaning, is_template, .. } = line;
        let indent = "   ".repeat(object.path().depth() - 1);
        let known = known.unwrap_or("(not in the table)");
        write!(out, "{indent}{id}{}{id:#} {dim}{:02}{dim:#} ", object.id(), object.length())?;
        if is_template {
            writeln!(out, "{name}{known}{name:#}")?;
            continue;
        }
        write!(out, "{known}: {id}{}{id:#}", Safe(object.value()))?;
        let meaning = meaning.map(str::to_owned).or_else(|| names::behind(payload, &object, profile));
        match meaning {
            Some(meaning) => writeln!(out, " {dim}({meaning}){dim:#}")?,
            None => writeln!(out)?,
        }
    }
    Ok(())
}

/// What the tree adds up to: conformity, and the findings that are worth a look.
fn print_verdict(out: &mut impl Write, payload: &Payload<'_>, profile: &Profile) -> Result<(), Failure> {
    let conformant = check::conforms(payload, profile);
    let not = if conformant { "" } else { "not " };
    writeln!(out, "\n{not}{}, CRC right", words::conforms(profile))?;
    for finding in check::findings(payload, profile).filter(|f| f.severity() > Severity::Note) {
        writeln!(out, "{}", caret::line(&finding))?;
    }
    Ok(())
}
