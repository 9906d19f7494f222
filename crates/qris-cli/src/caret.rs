//! Pointing at a place in a payload, in the manner of compilers, within 80 columns.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use qris_core::wire::Span;
use qris_core::{DecodeError, Finding, Severity};

use qris_core::display::Safe;

/// Characters of the payload shown around a place.
const SHOWN: usize = 70;

/// The colour of a severity.
pub(crate) fn style(severity: Severity) -> Style {
    let colour = match severity {
        Severity::Error => AnsiColor::Red,
        Severity::Warning => AnsiColor::Yellow,
        _ => AnsiColor::Cyan,
    };
    colour.on_default().bold()
}

/// A finding on one line, its severity coloured.
pub(crate) fn line(finding: &Finding) -> String {
    let style = style(finding.severity());
    let line = format!("{finding:#}");
    let (severity, rest) = line.split_at(finding.severity().name().len());
    format!("{style}{severity}{style:#}{rest}")
}

/// A finding with its place.
pub(crate) fn finding(out: &mut impl Write, payload: &str, finding: &Finding) -> io::Result<()> {
    let style = style(finding.severity());
    writeln!(out, "{style}{}[{}]{style:#}: {}", finding.severity(), finding.code(), finding.message())?;
    let path = finding.path().to_string();
    let at = if path.is_empty() { "the payload".to_owned() } else { path };
    writeln!(out, "  --> {at}, byte {} ({})", finding.span().start, finding.cites())?;
    point(out, payload, finding.span(), style)
}

/// A decode error with its place.
pub(crate) fn error(out: &mut impl Write, payload: &str, error: &DecodeError) -> io::Result<()> {
    let style = style(Severity::Error);
    writeln!(out, "{style}error[{}]{style:#}: {}", error.kind().code(), error.kind())?;
    let path = error.path().to_string();
    let at = if path.is_empty() { String::new() } else { format!("{path}, ") };
    let cites = error.kind().cites().map_or(String::new(), |cites| format!(" ({cites})"));
    writeln!(out, "  --> {at}byte {}, character {}{cites}", error.offset(), error.character())?;
    let span = Span::from(error.offset()..error.offset().saturating_add(1));
    point(out, payload, span, style)
}

/// The payload around a span, and carets under it.
fn point(out: &mut impl Write, payload: &str, span: Span, style: Style) -> io::Result<()> {
    // A finding about everything points at nothing.
    if payload.is_empty() || span.end - span.start >= payload.len() {
        return Ok(());
    }
    let before = payload.get(..span.start).unwrap_or(payload);
    let skipped = before.chars().count().saturating_sub(SHOWN / 3);
    let lead = if skipped > 0 { "…" } else { "" };
    let (mut line, mut carets) = (lead.to_owned(), " ".repeat(lead.chars().count()));
    let mut width = 0;
    for (offset, c) in payload.char_indices().skip(skipped) {
        let shown = Safe(c.encode_utf8(&mut [0; 4])).to_string();
        width += shown.chars().count();
        if width > SHOWN {
            line.push('…');
            break;
        }
        let mark = if (span.start..span.end).contains(&offset) { "^" } else { " " };
        carets.push_str(&mark.repeat(shown.chars().count()));
        line.push_str(&shown);
    }
    if span.start >= payload.len() {
        carets.push('^');
    }
    writeln!(out, "   | {line}")?;
    writeln!(out, "   | {style}{}{style:#}", carets.trim_end())
}
