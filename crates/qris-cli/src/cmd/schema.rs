//! `qris schema`: the table of data objects.

use std::fmt::Write as _;
use std::io::Write;

use qris_bulk::JudgedBy;
use qris_core::schema::{Content, ObjectSpec, Presence, TemplateSpec};
use qris_core::{Id, Profile, Scheme};

use super::explain::letters;
use crate::input::ProfileName;
use crate::output::{Outcome, Verdict, results};

/// Print the table of data objects
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// As a Markdown document with sources and severities.
    #[arg(long)]
    markdown: bool,
    /// Whose table: emvco, qris (auto and wild have the same rows) or that of another scheme.
    #[arg(long, value_enum, default_value_t = ProfileName(JudgedBy::Profile(Profile::QRIS)), conflicts_with = "markdown")]
    profile: ProfileName,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let mut out = results();
    if args.markdown {
        out.write_all(markdown().as_bytes())?;
    } else {
        out.write_all(outline(&args.profile.named().unwrap_or(Profile::QRIS)).as_bytes())?;
    }
    out.flush()?;
    Ok(Verdict::Good)
}

fn ids(first: Id, last: Id) -> String {
    if first == last { first.to_string() } else { format!("{first}–{last}") }
}

/// The runs of IDs that share a row: of a row a profile narrows in part, what is left.
fn runs(spec: &TemplateSpec) -> Vec<(Id, Id, &'static ObjectSpec)> {
    let mut runs: Vec<(Id, Id, &'static ObjectSpec)> = Vec::new();
    for id in (0..=99).filter_map(Id::new) {
        let Some(row) = spec.row(id) else { continue };
        match runs.last_mut() {
            Some((_, last, same)) if std::ptr::eq(*same, row) => *last = id,
            _ => runs.push((id, id, row)),
        }
    }
    runs
}

fn lengths(row: &ObjectSpec) -> String {
    if row.min == row.max { format!("{:02}", row.max) } else { format!("{}–{}", row.min, row.max) }
}

fn presence(row: &ObjectSpec) -> String {
    match row.presence {
        Presence::Optional => "O".into(),
        Presence::Mandatory => "M".into(),
        Presence::When(path, value) => format!("C: {path} = {value}"),
        _ => "?".into(),
    }
}

/// What a value must be, in words.
fn content(row: &ObjectSpec) -> String {
    let mut text = match row.content {
        Content::Plain => String::new(),
        Content::Fixed(value) => format!("{value:?}"),
        Content::OneOf(choices) => {
            choices.iter().map(|(value, meaning)| format!("{value} {meaning}")).collect::<Vec<_>>().join(", ")
        }
        Content::Amount => "amount".into(),
        Content::Percentage => "00.01–99.99".into(),
        Content::Country => "ISO 3166-1 alpha-2".into(),
        Content::Language => "ISO 639-1".into(),
        Content::Guid => "AID, UUID or reverse domain".into(),
        Content::Name => "no blanks around it".into(),
        Content::MerchantPan => "PAN".into(),
        Content::Nmid => "ID and 13 digits".into(),
        Content::Criteria => "UMI, UKE, UME, UBE, URE, PSO, BLU".into(),
        Content::ConsumerData => "A, M, E, each once".into(),
        Content::Channel => "media, location, presence".into(),
        Content::Template(spec) => format!("template: {}", spec.name),
        _ => "?".into(),
    };
    for (flag, word) in [(row.reserved, "reserved"), (row.no_pipe, "no vertical bar")] {
        if flag {
            let comma = if text.is_empty() { "" } else { ", " };
            let _ = write!(text, "{comma}{word}");
        }
    }
    text
}

/// The tables as an indented outline.
fn outline(profile: &Profile) -> String {
    fn level(text: &mut String, spec: &TemplateSpec, depth: usize) {
        for (first, last, row) in runs(spec) {
            let head = format!("{}{}", "   ".repeat(depth), ids(first, last));
            let facts = format!("{:<4} {:<6} {:<10}", row.format.name(), lengths(row), presence(row));
            let line = format!("{head:<12} {facts} {}", row.name);
            let _ = writeln!(text, "{}", line.trim_end());
            if let Content::Template(inner) = row.content {
                level(text, inner, depth + 1);
            }
        }
    }
    let mut text =
        format!("{} ({})\nID           form length presence   name\n", profile.root.name, profile.name);
    level(&mut text, profile.root, 0);
    for (guid, row) in profile.root.by_guid {
        let _ = writeln!(text, "\n{} {}, whose 00 is {guid}", ids(row.first, row.last), row.name);
        if let Content::Template(inner) = row.content {
            level(&mut text, inner, 1);
        }
    }
    text
}

/// docs/data-objects.md.
pub(crate) fn markdown() -> String {
    let mut text = String::from(
        "# Data objects\n\nPrinted by `qris schema --markdown`; a test fails when this file is stale.\n\n\
         Format: N digits, ans printable ASCII, S any text. Presence: M mandatory, C under a condition, O optional.\n\
         Severities in the readings emvco / qris / wild, E error, W warning, N note, – none: missing; length; \
         characters; value; template that does not frame.\n",
    );
    let mut seen: Vec<&'static str> = Vec::new();
    let schemes = Scheme::all().iter().map(|scheme| scheme.profile());
    for profile in [Profile::EMVCO, Profile::QRIS].into_iter().chain(schemes) {
        let mut open: Vec<&'static TemplateSpec> = vec![profile.root];
        while let Some(spec) = open.pop() {
            if seen.contains(&spec.name) {
                continue;
            }
            seen.push(spec.name);
            table(&mut text, spec);
            let accounts = spec.by_guid.iter().map(|(_, row)| row);
            let inner = spec.rows().chain(accounts).filter_map(|row| match row.content {
                Content::Template(inner) => Some(inner),
                _ => None,
            });
            open.extend(inner.collect::<Vec<_>>().into_iter().rev());
        }
    }
    text
}

fn table(text: &mut String, spec: &TemplateSpec) {
    let _ = writeln!(text, "\n## {}\n", spec.name);
    if let Some(base) = spec.base {
        if spec.objects.is_empty() {
            let _ = writeln!(text, "The rows of “{}”.", base.name);
            return;
        }
        let _ = writeln!(text, "Narrows “{}”; its other rows hold as they are.\n", base.name);
    }
    if let Some(one_of) = spec.one_of {
        let ids: Vec<String> = one_of.ids().map(|id| id.to_string()).collect();
        let (ids, grades) = (ids.join(", "), letters(one_of.grades));
        let _ = writeln!(text, "Exactly one of {ids} must be there: {grades} ({}).\n", one_of.cites);
    }
    text.push_str("| ID | name | JSON key | format | length | presence | content | severities | source |\n");
    text.push_str("|---|---|---|---|---|---|---|---|---|\n");
    for row in spec.objects {
        let _ = writeln!(
            text,
            "| {} | {} | `{}` | {} | {} | {} | {} | {} | {} |",
            ids(row.first, row.last),
            row.name,
            row.key,
            row.format.name(),
            lengths(row),
            presence(row),
            content(row),
            severities(row),
            row.cites
        );
    }
    if !spec.by_guid.is_empty() {
        text.push_str("\nAccounts by their identifier (00):\n\n| identifier | ID | name | content | source |\n|---|---|---|---|---|\n");
    }
    for (guid, row) in spec.by_guid {
        let ids = ids(row.first, row.last);
        let _ = writeln!(text, "| `{guid}` | {ids} | {} | {} | {} |", row.name, content(row), row.cites);
    }
}

/// The severities that can come up for a row.
fn severities(row: &ObjectSpec) -> String {
    let mut parts = Vec::new();
    if row.presence != Presence::Optional {
        parts.push(format!("missing {}", letters(row.missing)));
    }
    parts.push(format!("length {}", letters(row.length)));
    match row.content {
        Content::Template(_) => parts.push(format!("framing {}", letters(row.framing))),
        _ => {
            parts.push(format!("characters {}", letters(row.characters)));
            let named = matches!(
                row.content,
                Content::Plain
                    | Content::Amount
                    | Content::Percentage
                    | Content::Guid
                    | Content::MerchantPan
                    | Content::Nmid
            );
            if !named {
                parts.push(format!("value {}", letters(row.value)));
            }
        }
    }
    parts.join("; ")
}
