//! `qris check`: what is wrong with a payload, in the manner of compilers.

use std::io::Write;

use clap::ValueEnum;
use qris_core::{Finding, Payload, Profile, Severity, check};

use crate::input::{Reading, Source};
use crate::json;
use crate::output::{Outcome, Verdict, raw_results, results};
use crate::{caret, diagnosis, output, words};

/// Check a payload against a profile
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  qris check payload.qr
  qris check payload.qr --profile qris
Exit status 1: there is a finding of severity error, or the text is no payload.")]
pub(crate) struct Args {
    #[command(flatten)]
    source: Source,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    reading: Reading,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Findings with their place, for people.
    Text,
    /// A JSON array of findings, or the record of what is no payload.
    Json,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let bytes = args.source.read()?;
    let decoded = super::decode::text_of(&bytes).and_then(|text| args.reading.length_unit.parse(text));
    let (payload, crc) = match decoded {
        Ok(payload) => (Some(payload.clone()), payload.verify_crc().err()),
        Err(error) => (None, Some(error)),
    };
    let profile = payload.as_ref().map_or(Profile::WILD, |payload| args.reading.profile.of(payload));
    let findings: Vec<Finding> =
        payload.as_ref().map(|payload| check::findings(payload, &profile).collect()).unwrap_or_default();
    let errors = findings.iter().filter(|f| f.severity() == Severity::Error).count();
    match args.format {
        Format::Json => {
            let mut out = raw_results();
            match &crc {
                Some(error) => {
                    let record = json::bad(&bytes, error, payload.as_ref()).diagnosed(&bytes);
                    json::write(&mut out, &record, true)?;
                }
                None => json::write(&mut out, &findings, true)?,
            }
            writeln!(out)?;
            out.flush()?;
        }
        Format::Text => {
            let mut out = results();
            if let Some(error) = &crc {
                diagnosis::refusal(&mut out, &bytes, args.reading.length_unit, error)?;
            }
            for finding in &findings {
                caret::finding(&mut out, payload.as_ref().map_or("", Payload::as_str), finding)?;
            }
            out.flush()?;
            if crc.is_none() {
                let warnings = findings.iter().filter(|f| f.severity() == Severity::Warning).count();
                let notes = findings.len() - errors - warnings;
                let counts = [(errors, "error"), (warnings, "warning"), (notes, "note")];
                let counts = counts.map(|(number, one)| words::count(number, one)).join(", ");
                let not = if errors == 0 { "" } else { "not " };
                output::say("checked", &format!("{not}{}: {counts}", words::conforms(&profile)));
            }
        }
    }
    Ok(if errors > 0 || crc.is_some() { Verdict::Bad } else { Verdict::Good })
}
