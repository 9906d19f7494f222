//! What happened to a text that does not decode: told to people, put into records, undone when that is asked for.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use qris_core::diagnose::{self, Cause, Diagnosis, Explanation, Foreign, diagnose, explain};
use qris_core::display::Safe;
use qris_core::{DecodeError, ErrorKind};

use crate::beginning::csv_sentence;
use crate::caret;
use crate::input::{UnitName, is_like_a_code};
use crate::output::{Failure, say};

/// A refusal with its place, the object before it, and what is known of its cause.
pub(crate) fn refusal(
    out: &mut impl Write,
    bytes: &[u8],
    unit: UnitName,
    error: &DecodeError,
) -> io::Result<()> {
    let text = String::from_utf8_lossy(bytes);
    let known = explain(bytes);
    // A password or the number of a card is not printed, and neither is what is no payload for its length.
    let secret = matches!(&known, Some(Explanation::Foreign(foreign)) if foreign.is_secret());
    let shown = !secret && !is_like_a_code(bytes) && bytes.len() <= qris_core::MAX_BYTES;
    caret::error(out, if shown { &text } else { "" }, error)?;
    if shown {
        before(out, &text, unit, error)?;
    }
    for line in sentences(bytes, known, error) {
        help(out, &line)?;
    }
    Ok(())
}

/// The objects that were read up to a fault of the structure; the last of them is often the one at fault.
fn before(out: &mut impl Write, text: &str, unit: UnitName, error: &DecodeError) -> io::Result<()> {
    let Some(before) = diagnose::before(text, unit.unit(), error) else { return Ok(()) };
    let style = AnsiColor::Cyan.on_default().bold();
    writeln!(out, "{style}note{style:#}: before it, {before}")?;
    let ids: Vec<String> = before.others().iter().map(ToString::to_string).collect();
    if !ids.is_empty() {
        writeln!(out, "      read so far: {}", ids.join(" "))?;
    }
    Ok(())
}

fn help(out: &mut impl Write, line: &str) -> io::Result<()> {
    let style: Style = AnsiColor::Green.on_default().bold();
    writeln!(out, "{style}help{style:#}: {}", Safe(line))
}

/// What is known of a text that does not decode, in sentences; none when nothing is.
fn sentences(bytes: &[u8], known: Option<Explanation>, error: &DecodeError) -> Vec<String> {
    if let Some(csv) = csv_sentence(bytes) {
        return vec![csv];
    }
    let found = match known {
        Some(Explanation::Damaged(found)) => found,
        Some(Explanation::Several(several)) => {
            let choose = "decode the one that is meant, alone; --undo does not choose".to_owned();
            let lines = bytes.contains(&b'\n').then(|| ONE_A_LINE.to_owned());
            return [several.to_string(), choose].into_iter().chain(lines).collect();
        }
        Some(Explanation::Foreign(foreign)) => {
            let this = format!("this is {foreign}");
            return match foreign {
                Foreign::ConsumerPresented => vec![this, OF_A_PAYER.to_owned()],
                _ => vec![this],
            };
        }
        None if is_of_the_crc(error) => return vec![UNEXPLAINED.to_owned()],
        None => return cut(bytes, error).map(str::to_owned).into_iter().collect(),
    };
    let mut lines = vec![named(&found)];
    lines.extend(found.causes().iter().map(|cause| cause.advice().to_owned()));
    if found.causes().contains(&Cause::SeveralPayloads) && bytes.contains(&b'\n') {
        lines.push(ONE_A_LINE.to_owned());
    }
    let unit = found.causes().iter().find_map(|cause| match cause {
        Cause::LengthsInBytes => Some("bytes"),
        Cause::LengthsInUtf16 => Some("utf16"),
        _ => None,
    });
    lines.push(match unit {
        Some(unit) => {
            format!("--length-unit {unit} reads it as it is; --undo goes on with lengths in characters")
        }
        None => "--undo goes on with that text".to_owned(),
    });
    lines
}

/// What takes codes that payers show.
const OF_A_PAYER: &str = "`qris cpm decode` reads it; whoever has it can pay with it";

/// What takes files of many.
const ONE_A_LINE: &str = "`qris bulk FILE` and `qris decode --format ndjson` take a payload a line";

/// What is to be said when only the CRC is wrong, and nothing that is known explains it.
const UNEXPLAINED: &str = "no damage that is known explains it: a character was altered or misread; ask whoever issued the code for it anew";

fn is_of_the_crc(error: &DecodeError) -> bool {
    matches!(error.kind(), ErrorKind::CrcMismatch { .. })
}

fn named(found: &Diagnosis) -> String {
    let codes: Vec<&str> = found.causes().iter().map(|cause| cause.code()).collect();
    format!("{found} [{}]", codes.join(", "))
}

/// What is known of it in one line, its causes by their codes.
#[cfg(feature = "scan")]
pub(crate) fn in_short(bytes: &[u8]) -> Option<String> {
    Some(match explain(bytes)? {
        Explanation::Damaged(found) => named(&found),
        other => other.to_string(),
    })
}

/// What may have cut a text that ends too early: a shell, when the text came as an argument.
fn cut(bytes: &[u8], error: &DecodeError) -> Option<&'static str> {
    let ends_early = matches!(
        error.kind(),
        ErrorKind::Truncated { .. } | ErrorKind::Overrun { .. } | ErrorKind::CrcMissing
    );
    let typed = || std::env::args_os().any(|arg| arg.as_encoded_bytes().trim_ascii() == bytes);
    (ends_early && bytes.starts_with(b"0002") && typed()).then_some(
        "the text ends too early: without quotes a shell cuts it at blanks and at & ; | < > #, and takes $ and * out; \
         put it into single quotes",
    )
}

/// A refusal in one line, for commands that have no use for a text that does not decode.
pub(crate) fn refused(bytes: &[u8], error: &DecodeError) -> Failure {
    let known = match (csv_sentence(bytes), explain(bytes)) {
        (Some(csv), _) => format!("; {csv}"),
        (_, Some(Explanation::Damaged(found))) => {
            format!("; {}: --undo goes on with that text", named(&found))
        }
        (_, Some(Explanation::Foreign(Foreign::ConsumerPresented))) => {
            format!("; this is {}: `qris cpm decode` reads it", Foreign::ConsumerPresented)
        }
        (_, Some(other)) => format!("; {other}"),
        (_, None) if is_of_the_crc(error) => "; the payload was altered or misread".to_owned(),
        (_, None) => cut(bytes, error).map(|cut| format!("; {cut}")).unwrap_or_default(),
    };
    Failure::Refused(format!("[{}] {error}{known}", error.kind().code()))
}

/// The text without what happened to it, and the causes, when there is anything to undo; says so.
pub(crate) fn undone(bytes: &[u8]) -> Option<(Vec<u8>, Vec<Cause>)> {
    let found = diagnose(bytes)?;
    say("undone", &named(&found));
    let causes = found.causes().to_vec();
    Some((found.into_undone().into_bytes(), causes))
}
