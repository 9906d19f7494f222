//! Faults and findings of codes, for people.

use std::io::{self, Write};

use qris_core::Severity;
use qris_cpm::{DecodeError, Finding, Path};

use crate::caret::style;
use crate::words;

/// A fault with its place. Nothing of the code is shown.
pub(super) fn error(out: &mut impl Write, error: &DecodeError) -> io::Result<()> {
    let red = style(Severity::Error);
    writeln!(out, "{red}error[{}]{red:#}: {}", error.kind().code(), error.kind())?;
    let at = if error.path() == Path::ROOT { String::new() } else { format!("{}, ", error.path()) };
    let unit = if error.kind().is_of_the_text() { "character" } else { "byte" };
    let cites = error.kind().cites().map_or(String::new(), |cites| format!(" ({cites})"));
    writeln!(out, "  --> {at}{unit} {}{cites}", error.offset())?;
    help(out, error.kind().explanation())
}

fn help(out: &mut impl Write, text: &str) -> io::Result<()> {
    let green = anstyle::AnsiColor::Green.on_default().bold();
    for (place, line) in words::wrapped(text, 72).iter().enumerate() {
        if place == 0 {
            write!(out, "{green}help{green:#}: ")?
        } else {
            write!(out, "      ")?
        }
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// A finding with its place.
pub(super) fn finding(out: &mut impl Write, finding: &Finding) -> io::Result<()> {
    let colour = style(finding.severity());
    writeln!(out, "{colour}{}[{}]{colour:#}: {}", finding.severity(), finding.code(), finding.message())?;
    let at = if finding.path() == Path::ROOT { "the code".to_owned() } else { finding.path().to_string() };
    writeln!(out, "  --> {at}, byte {} ({})", finding.span().start, finding.cites())
}

/// A finding on one line, its severity coloured.
pub(super) fn line(finding: &Finding) -> String {
    let colour = style(finding.severity());
    let line = format!("{finding:#}");
    let (severity, rest) = line.split_at(finding.severity().name().len());
    format!("{colour}{severity}{colour:#}{rest}")
}

/// How many findings there are of each severity.
pub(super) fn counts(findings: &[Finding]) -> String {
    let of = |severity| findings.iter().filter(|finding| finding.severity() == severity).count();
    let counts =
        [(of(Severity::Error), "error"), (of(Severity::Warning), "warning"), (of(Severity::Note), "note")];
    counts.map(|(number, one)| words::count(number, one)).join(", ")
}

/// Says on standard error that a code was refused.
pub(super) fn refuse(fault: &DecodeError) {
    // Nobody listening is no reason to fail.
    let _ = error(&mut anstream::stderr(), fault);
}
