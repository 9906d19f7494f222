//! `qris cpm decode`: a code as a tree or as JSON.

use std::io::Write;

use anstyle::Style;
use clap::ValueEnum;
use qris_core::Severity;
use qris_core::display::Safe;
use qris_cpm::display::{Shown, tree, value};
use qris_cpm::{Application, CpmPayload, Tag, check};

use super::read::Source;
use super::{ProfileName, conforms, json, shown};
use crate::output::{Failure, Outcome, Verdict, raw_results, results};

/// Read a code that a payer shows
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  qris cpm decode code.txt
  qris cpm decode --format json code.txt
  qris cpm decode --show-secrets code.txt
Whoever has the code can pay with it: PANs, names, tokens and the issuer's data
are masked, and the text of the code is not printed, without --show-secrets.
Exit status 1: the text is no such code.")]
pub(super) struct Args {
    #[command(flatten)]
    source: Source,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Tree)]
    format: Format,
    /// What to judge by.
    #[arg(long, value_enum, default_value_t = ProfileName::Qris)]
    profile: ProfileName,
    /// Print PANs, names, tokens and the issuer's data as they are, and in JSON the code itself.
    #[arg(long)]
    show_secrets: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// An indented tree for people.
    Tree,
    /// One JSON record over several lines.
    Json,
}

impl Args {
    fn shown(&self) -> Shown {
        if self.show_secrets { Shown::Secrets } else { Shown::Masked }
    }
}

pub(super) fn run(args: &Args) -> Outcome {
    let read = args.source.read()?;
    if args.format == Format::Json {
        let record = match &read {
            Ok(code) => json::good(code, args.profile.profile(), args.shown()),
            Err(error) => json::bad(error),
        };
        let mut out = raw_results();
        crate::json::write(&mut out, &record, true)?;
        writeln!(out)?;
        out.flush()?;
        return Ok(if read.is_ok() { Verdict::Good } else { Verdict::Bad });
    }
    match read {
        Ok(code) => print(args, &code).map(|()| Verdict::Good),
        Err(error) => {
            shown::refuse(&error);
            Ok(Verdict::Bad)
        }
    }
}

fn print(args: &Args, code: &CpmPayload) -> Result<(), Failure> {
    let mut out = results();
    let (bold, dim) = (Style::new().bold(), Style::new().dimmed());
    for application in code.applications() {
        for (label, text) in headline(&application, args.shown()) {
            writeln!(out, "{label:<8}  {bold}{}{bold:#}", Safe(&text))?;
        }
    }
    writeln!(out)?;
    let tree = if args.show_secrets { tree(code).with_secrets() } else { tree(code) };
    for line in tree.lines() {
        let indent = "   ".repeat(line.object.path().depth() - 1);
        let name = line.row.map_or("(not in the table)", |row| row.name);
        let (tag, length) = (line.object.tag(), line.object.length());
        write!(out, "{indent}{bold}{tag}{bold:#} {dim}{length:02}{dim:#} {name}")?;
        match line.value() {
            Some(value) if value.is_masked() => writeln!(out, ": {dim}{value}{dim:#}")?,
            Some(value) => writeln!(out, ": {bold}{value}{bold:#}")?,
            None => writeln!(out)?,
        }
    }
    let profile = args.profile.profile();
    let not = if check::conforms(code, profile) { "" } else { "not " };
    writeln!(out, "\n{not}{}", conforms(profile))?;
    let findings = check::findings(code, profile);
    for finding in findings.iter().filter(|finding| finding.severity() > Severity::Note) {
        writeln!(out, "{}", shown::line(finding))?;
    }
    out.flush()?;
    Ok(())
}

/// Who pays, through whom, and with what.
fn headline(application: &Application<'_>, shown: Shown) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    let pan = application.pan();
    let issuer = pan.as_ref().and_then(|pan| qris_tables::acquirer_of_pan(pan.nns()?));
    let issuer = issuer.map_or_else(|| "not known by the PAN".to_owned(), |issuer| issuer.name.to_owned());
    lines.push(("issuer", issuer));
    lines.push((
        "account",
        match (&pan, shown) {
            (Some(pan), Shown::Secrets) => pan.as_str().to_owned(),
            (Some(pan), _) => pan.to_string(),
            (None, _) => "no PAN".to_owned(),
        },
    ));
    if let Some(name) = application.get(Tag::HOLDER_NAME) {
        lines.push(("name", value(&name, shown).to_string()));
    }
    let label = application.label().unwrap_or("no label");
    let aid = application.get(Tag::AID).map_or("no AID".to_owned(), |aid| value(&aid, shown).to_string());
    lines.push(("kind", format!("shown by the payer, {label} ({aid})")));
    lines
}
