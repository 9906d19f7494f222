//! What the codes of errors and findings about consumer-presented codes mean: parts of `qris explain`.

use std::fmt::Write as _;
use std::io::{self, Write};

use qris_cpm::{ErrorKind, Profile, rules};

use crate::words::wrapped;

/// The names of all of them; some are also names of the core.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    let errors = ErrorKind::ALL.iter().map(ErrorKind::code);
    errors.chain(rules::RULES.iter().map(|rule| rule.name))
}

/// A line each.
pub(crate) fn list(out: &mut impl Write) -> io::Result<()> {
    for kind in ErrorKind::ALL {
        writeln!(out, "{:<28}error of a payer's code (cpm)", kind.code())?;
    }
    for rule in rules::RULES {
        writeln!(out, "{:<28}finding in a payer's code (cpm): {}", rule.name, rule.says)?;
    }
    Ok(())
}

/// What a code means; nothing when it is none of these.
pub(crate) fn explain(out: &mut impl Write, code: &str) -> io::Result<()> {
    for kind in ErrorKind::ALL.iter().filter(|kind| kind.code() == code) {
        writeln!(out, "{code} (error: the text is no code that a payer shows)\n")?;
        paragraph(out, kind.explanation())?;
        if let Some(cites) = kind.cites() {
            writeln!(out, "\nSource: {cites}")?;
        }
    }
    for rule in rules::RULES.iter().filter(|rule| rule.name == code) {
        paragraph(out, &format!("{code} (finding in a code that a payer shows): {}", rule.says))?;
        writeln!(out)?;
        paragraph(out, rule.advice)?;
        let made = if rule.is_never_made { "; an error in what you make" } else { "" };
        let severity = match rule.grades {
            None => "as the row of the object says".to_owned(),
            Some(grades) => {
                let one = |profile| grades.get(profile).map_or("–", |severity| severity.name());
                format!("{} (emvco), {} (qris)", one(Profile::Emvco), one(Profile::Qris))
            }
        };
        writeln!(out, "\nSeverity: {severity}{made}\nSource: {}", rule.cites)?;
    }
    Ok(())
}

fn paragraph(out: &mut impl Write, text: &str) -> io::Result<()> {
    wrapped(text, 78).iter().try_for_each(|line| writeln!(out, "{line}"))
}

/// The part of docs/rules.md.
pub(crate) fn markdown() -> String {
    let mut text = String::from(
        "\n## Consumer-presented codes: errors\n\nOf `qris cpm`, for the codes that payers show. Offsets count characters of the \
         text where its Base64 is at fault, else bytes of what it stands for.\n\n| code | meaning | source |\n|---|---|---|\n",
    );
    for kind in ErrorKind::ALL {
        let (code, cites) = (kind.code(), kind.cites().unwrap_or("our limit"));
        let _ = writeln!(text, "| `{code}` | {} | {cites} |", kind.explanation());
    }
    text.push_str(
        "\n## Consumer-presented codes: findings\n\nSeverities by emvco / qris; \"by row\": those of the object. All but the last three and \
         `pan-missing` are errors in what one makes.\n\n| code | severity | meaning | what to do | source |\n|---|---|---|---|---|\n",
    );
    for rule in rules::RULES {
        let letter = |profile| {
            let severity = rule.grades.and_then(|grades| grades.get(profile));
            severity.map_or("–".to_owned(), |severity| severity.name()[..1].to_uppercase())
        };
        let severity = match rule.grades {
            None => "by row".to_owned(),
            Some(_) => format!("{} / {}", letter(Profile::Emvco), letter(Profile::Qris)),
        };
        let _ = writeln!(
            text,
            "| `{}` | {severity} | {} | {} | {} |",
            rule.name, rule.says, rule.advice, rule.cites
        );
    }
    text
}
