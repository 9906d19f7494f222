//! `qris cpm check`: what is wrong with a code.

use std::io::Write;

use clap::ValueEnum;
use qris_core::Severity;
use qris_cpm::check;

use super::read::Source;
use super::{ProfileName, conforms, json, shown};
use crate::output::{Outcome, Verdict, raw_results, results, say};

/// Check a code that a payer shows
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  qris cpm check code.txt
  qris cpm check --profile emvco code.txt
Nothing of the code is printed. Exit status 1: there is a finding of severity
error, or the text is no such code.")]
pub(super) struct Args {
    #[command(flatten)]
    source: Source,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// What to judge by.
    #[arg(long, value_enum, default_value_t = ProfileName::Qris)]
    profile: ProfileName,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Findings with their place, for people.
    Text,
    /// A JSON array of findings, or the record of what is no code.
    Json,
}

pub(super) fn run(args: &Args) -> Outcome {
    let profile = args.profile.profile();
    let read = args.source.read()?.map(|code| check::findings(&code, profile));
    let is_bad = read
        .as_ref()
        .map_or(true, |findings| findings.iter().any(|finding| finding.severity() == Severity::Error));
    match (args.format, &read) {
        (Format::Json, _) => {
            let mut out = raw_results();
            match &read {
                Ok(findings) => {
                    let findings: Vec<_> = findings.iter().map(json::finding).collect();
                    crate::json::write(&mut out, &findings, true)?;
                }
                Err(error) => crate::json::write(&mut out, &json::bad(error), true)?,
            }
            writeln!(out)?;
            out.flush()?;
        }
        (Format::Text, Ok(findings)) => {
            let mut out = results();
            for finding in findings {
                shown::finding(&mut out, finding)?;
            }
            out.flush()?;
            let not = if is_bad { "not " } else { "" };
            say("checked", &format!("{not}{}: {}", conforms(profile), shown::counts(findings)));
        }
        (Format::Text, Err(error)) => {
            let mut out = results();
            shown::error(&mut out, error)?;
            out.flush()?;
        }
    }
    Ok(if is_bad { Verdict::Bad } else { Verdict::Good })
}
