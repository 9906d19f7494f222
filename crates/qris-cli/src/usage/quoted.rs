//! What a shell made of words that were not quoted.

use std::ffi::OsString;
use std::path::Path;

use qris_core::Sealed;
use qris_core::diagnose::diagnose;
use qris_core::display::Safe;

/// The most arguments that are put together: a payload has no more words.
const MOST: usize = 64;

/// A command line whose payload came in several arguments.
pub(super) struct Split {
    /// How it has to be written, where that can be shown.
    pub(super) line: Option<String>,
}

/// Whether a payload came in several arguments, the shell having split it at its blanks. One that is whole, or has a blank
/// in it, was quoted.
pub(super) fn split_payload(args: &[String]) -> Option<Split> {
    let begin = args.iter().skip(1).position(|arg| arg.starts_with("0002"))? + 1;
    let rest = args.get(begin..)?;
    let first = rest.first()?;
    if rest.len() < 2 || first.contains(' ') || Sealed::parse(first).is_ok() {
        return None;
    }
    let joined = |words: usize| rest.get(..words).map(|words| words.join(" "));
    // The words that give a payload with its CRC; else those up to the next option.
    let proved = (2..=rest.len().min(MOST))
        .rev()
        .find(|words| joined(*words).is_some_and(|text| Sealed::parse(&text).is_ok()));
    let plain = rest.iter().take_while(|word| !word.starts_with("--")).count();
    let words = proved.unwrap_or(plain);
    if words < 2 {
        return None;
    }
    let text = joined(words)?;
    // Several blanks in a row reach nobody.
    let text = match proved {
        Some(_) => text,
        None => diagnose(text.as_bytes()).map_or(text, |found| found.into_undone()),
    };
    let after = args.get(begin + words..).unwrap_or_default();
    let whole = args.get(1..begin).unwrap_or_default().iter().chain([&text]).chain(after);
    let line = whole.fold("qris".to_owned(), |line, arg| format!("{line} {}", quoted(arg)));
    Some(Split { line: Some(line).filter(|line| Safe(line).to_string() == *line) })
}

/// The words that clap could not place, with the one before them: `WARUNG CONTOH`, unquoted, is two.
pub(super) fn torn(args: &[String], word: &str) -> Option<String> {
    let place = args.iter().rposition(|arg| arg == word).filter(|place| *place > 1)?;
    let before = args.get(place - 1).filter(|before| !before.starts_with('-'))?;
    let after = args.get(place..)?.iter().take_while(|arg| !arg.starts_with('-')).map(String::as_str);
    let words: Vec<&str> = std::iter::once(before.as_str()).chain(after).collect();
    if Path::new(before).is_file() || Sealed::parse(before).is_ok() {
        return Some(
            "one payload or file at a time; for many: `qris bulk`, with a payload a line, or `qris scan`"
                .to_owned(),
        );
    }
    let digits = |word: &&str| word.bytes().all(|byte| byte.is_ascii_digit());
    if words.iter().all(digits) {
        return Some(format!("a number has no blanks: {}", words.concat()));
    }
    Some(format!("if they belong together, quote them: {}", Safe(&quoted(&words.join(" ")))))
}

/// An argument as a shell wants it.
fn quoted(arg: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_./:=,@%+-".contains(c);
    if !arg.is_empty() && arg.chars().all(plain) {
        return arg.to_owned();
    }
    if cfg!(windows) { format!("\"{arg}\"") } else { format!("'{}'", arg.replace('\'', r"'\''")) }
}

/// The arguments as text.
pub(super) fn texts(args: &[OsString]) -> Vec<String> {
    args.iter().map(|arg| arg.to_string_lossy().into_owned()).collect()
}
