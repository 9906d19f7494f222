//! `qris explain`: what a code means.

use std::io::Write;

use qris_core::diagnose::{Cause, Foreign};
use qris_core::schema::{Grades, Reading};
use qris_core::{ErrorKind, rules};

use super::cpm::explained;
use crate::output::{Failure, Outcome, Verdict, results};
use crate::words::wrapped;

/// Explain the code of an error or finding
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  qris explain crc-mismatch
  qris explain bad-amount
  qris explain 4014700           a response code of SNAP, as `qris snap explain`
  qris explain --markdown        all codes, as docs/rules.md")]
pub(crate) struct Args {
    /// The code, such as overrun or bad-amount, in any case. Without it, all codes are listed.
    code: Option<String>,
    /// All codes as a Markdown document.
    #[arg(long, conflicts_with = "code")]
    markdown: bool,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let mut out = results();
    match args.code.as_deref() {
        None if args.markdown => out.write_all(markdown().as_bytes())?,
        None => {
            for kind in ErrorKind::ALL {
                writeln!(out, "{:<28}error", kind.code())?;
            }
            for rule in rules::RULES {
                writeln!(out, "{:<28}finding: {}", rule.name, rule.says)?;
            }
            for cause in Cause::ALL {
                writeln!(out, "{:<28}cause: {}", cause.code(), cause.undoing())?;
            }
            for foreign in Foreign::ALL {
                writeln!(out, "{:<28}no payload: {}", foreign.code(), foreign.is())?;
            }
            explained::list(&mut out)?;
        }
        Some(code) => {
            let code = code.trim().trim_matches(['[', ']', '`', '"', '\'']).to_ascii_lowercase();
            #[cfg(feature = "snap")]
            if code.len() == 7 && code.bytes().all(|byte| byte.is_ascii_digit()) {
                return super::snap::explain_code(&code);
            }
            explain(&mut out, &code)?;
        }
    }
    out.flush()?;
    Ok(Verdict::Good)
}

fn explain(out: &mut impl Write, code: &str) -> Result<(), Failure> {
    let errors: Vec<_> = ErrorKind::ALL.iter().filter(|kind| kind.code() == code).collect();
    let rule = rules::RULES.iter().find(|rule| rule.name == code);
    let cause = Cause::ALL.iter().find(|cause| cause.code() == code);
    let foreign = Foreign::ALL.iter().find(|foreign| foreign.code() == code);
    let of_core = !errors.is_empty() || rule.is_some() || cause.is_some() || foreign.is_some();
    let of_cpm = explained::names().any(|name| name == code);
    if !of_core && !of_cpm {
        let names = ErrorKind::ALL.iter().map(|kind| kind.code());
        let names = names
            .chain(rules::RULES.iter().map(|rule| rule.name))
            .chain(Cause::ALL.iter().map(|cause| cause.code()))
            .chain(Foreign::ALL.iter().map(|foreign| foreign.code()))
            .chain(explained::names());
        let near = near(code, names);
        let near = if near.is_empty() { String::new() } else { format!("; near it are {}", near.join(", ")) };
        return Err(Failure::Usage(format!(
            "there is no code {code:?}{near}; `qris explain` lists them all"
        )));
    }
    if let Some(cause) = cause {
        paragraph(out, &format!("{code} (cause): the text is whole when {}.", cause.undoing()))?;
        writeln!(out)?;
        paragraph(out, cause.advice())?;
    }
    if let Some(foreign) = foreign {
        paragraph(out, &format!("{code} (no payload): this is {}.", foreign.is()))?;
    }
    for kind in errors {
        writeln!(out, "{code} (error: the text is not a payload)\n")?;
        paragraph(out, kind.explanation())?;
        if let Some(cites) = kind.cites() {
            writeln!(out, "\nSource: {cites}")?;
        }
        if rule.is_some() {
            writeln!(out)?;
        }
    }
    if let Some(rule) = rule {
        paragraph(out, &format!("{code} (finding): {}", rule.says))?;
        writeln!(out)?;
        paragraph(out, rule.advice)?;
        let made = if rule.is_never_made { "; an error in what you make" } else { "" };
        writeln!(out, "\nSeverity: {}{made}\nSource: {}", severities(rule.grades), rule.cites)?;
    }
    if of_core && of_cpm {
        writeln!(out)?;
    }
    explained::explain(out, code)?;
    Ok(())
}

/// The names that look most like it, best first.
pub(crate) fn near(code: &str, names: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let mut near: Vec<(f64, &str)> = names
        .map(|name| (strsim::jaro_winkler(name, code), name))
        .filter(|(alike, _)| *alike > 0.8)
        .collect();
    near.sort_by(|one, other| other.0.total_cmp(&one.0));
    near.dedup_by_key(|(_, name)| *name);
    near.into_iter().take(3).map(|(_, name)| name).collect()
}

/// Text in lines of at most 78 columns.
fn paragraph(out: &mut impl Write, text: &str) -> std::io::Result<()> {
    wrapped(text, 78).iter().try_for_each(|line| writeln!(out, "{line}"))
}

fn severities(grades: Option<Grades>) -> String {
    let Some(grades) = grades else { return "as the row of the object says, see `qris schema`".into() };
    let one = |reading| grades.get(reading).map_or("–", |severity| severity.name());
    format!("{} (emvco), {} (qris), {} (wild)", one(Reading::Emvco), one(Reading::Letter), one(Reading::Wild))
}

/// docs/rules.md.
pub(crate) fn markdown() -> String {
    let mut text = String::from(
        "# Errors and findings\n\nPrinted by `qris explain --markdown`; a test fails when this file is stale.\n\n\
         ## Errors: the text is not a payload\n\nThe text is read from left to right and the first fault wins.\n\n\
         | code | meaning | source |\n|---|---|---|\n",
    );
    for kind in ErrorKind::ALL {
        let (code, cites) = (kind.code(), kind.cites().unwrap_or("our limit"));
        text.push_str(&format!("| `{code}` | {} | {cites} |\n", kind.explanation()));
    }
    text.push_str(
        "\n## Findings: the payload breaks a rule\n\nThe first nine are aspects of a row of the table: how serious \
         they are stands there (docs/data-objects.md).\nSeverities in the readings emvco / qris / wild. What one makes oneself \
         is judged by the letter (qris, or emvco), and where it says so a warning is an error in it.\n\n\
         | code | severity | meaning | what to do | source |\n|---|---|---|---|---|\n",
    );
    for rule in rules::RULES {
        let severity = match rule.grades {
            None => "by row".to_owned(),
            Some(grades) if rule.is_never_made => format!("{}; E in what one makes", letters(grades)),
            Some(grades) => letters(grades),
        };
        text.push_str(&format!(
            "| `{}` | {severity} | {} | {} | {} |\n",
            rule.name,
            cell(rule.says),
            cell(rule.advice),
            rule.cites
        ));
    }
    text.push_str(
        "\n## Causes: what happened to a text that does not decode\n\nNamed when undoing exactly that gives a payload with its CRC; \
         two of them at most.\n\n| code | the text is whole when … | what to do |\n|---|---|---|\n",
    );
    for cause in Cause::ALL {
        text.push_str(&format!("| `{}` | {} | {} |\n", cause.code(), cause.undoing(), cause.advice()));
    }
    text.push_str("\n## What is no payload\n\n| code | this is … |\n|---|---|\n");
    for foreign in Foreign::ALL {
        text.push_str(&format!("| `{}` | {} |\n", foreign.code(), foreign.is()));
    }
    text.push_str(&explained::markdown());
    text
}

/// Text inside a cell of a Markdown table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// Three severities as `E / E / W`.
pub(crate) fn letters(grades: Grades) -> String {
    let letter = |reading| grades.get(reading).map_or("–".to_owned(), |s| s.name()[..1].to_uppercase());
    format!("{} / {} / {}", letter(Reading::Emvco), letter(Reading::Letter), letter(Reading::Wild))
}
