//! Words for a fuzzer, out of the tables: whole objects and headers of payloads, names and values of JSON.

use std::collections::BTreeSet;

use qris_cli::json;
use qris_core::schema::{Content, ObjectSpec};
use qris_core::{Id, Profile, Sealed};
use qris_snap::dialect::{ALL, Form};
use qris_snap::headers::HeaderName;
use qris_snap::message::{Member, SPECS, Shape};
use serde_json::Value;

use crate::model::{CRITERIA, PURPOSES};
use crate::mutate::{TEXTS, object};
use crate::violate::rows;

/// What a script of the oracle over edits is made of.
const SCRIPT: [&str; 11] = [
    "\nstatic",
    "\nkeep",
    "\namount 15000",
    "\ntip 0.7%",
    "\ntip 500",
    "\n-62/05",
    "\n62/05=",
    "\n62/50/00=ID",
    "\n26/03=",
    "\n80/00=",
    "\n54=",
];

/// The dictionaries: a name, and lines as libFuzzer reads them. `words` are payloads to take the names of JSON from.
#[must_use]
pub fn dictionaries(payloads: &[String]) -> [(&'static str, String); 3] {
    [("payload", file(payload())), ("json", file(record(payloads))), ("snap", file(snap()))]
}

/// One quoted word a line; bytes outside printable ASCII escaped.
fn file(words: BTreeSet<String>) -> String {
    let mut text =
        "# Written by `cargo run -p qris-testkit --all-features --example dictionary`.\n".to_owned();
    for word in words.iter().filter(|word| !word.is_empty()) {
        let escaped: String = word
            .bytes()
            .map(|byte| match byte {
                b'"' | b'\\' => format!("\\{}", char::from(byte)),
                b' '..=b'~' => char::from(byte).to_string(),
                _ => format!("\\x{byte:02X}"),
            })
            .collect();
        text.push_str(&format!("\"{escaped}\"\n"));
    }
    text
}

/// For each row an object with a value it fixes, or a header; criteria, purposes, scripts, and characters of every width.
fn payload() -> BTreeSet<String> {
    let mut words: BTreeSet<String> = SCRIPT.into_iter().chain(TEXTS).map(str::to_owned).collect();
    for profile in Profile::ALL {
        for (path, row) in rows(profile) {
            words.extend(of_row(path.last().unwrap_or(Id::CRC).number(), row));
        }
    }
    words.extend(CRITERIA.iter().map(|(code, _)| object(3, code)));
    words.extend(PURPOSES.iter().map(|(code, _)| object(8, code)));
    words.extend(["6304", "0014ID.CO.QRIS.WWW", "0016A000000677010111"].map(str::to_owned));
    words
}

fn of_row(id: u8, row: &ObjectSpec) -> Vec<String> {
    match row.content {
        Content::Fixed(text) => vec![object(id, text)],
        Content::OneOf(texts) => texts.iter().map(|(text, _)| object(id, text)).collect(),
        Content::Country => vec![object(id, "ID")],
        Content::Amount => vec![object(id, "15000.50")],
        _ => vec![format!("{id:02}{:02}", row.min)],
    }
}

/// The names of what `decode` writes about the payloads, and the values they are read from.
fn record(payloads: &[String]) -> BTreeSet<String> {
    let mut words: BTreeSet<String> = payload().into_iter().filter(|word| !word.starts_with('\n')).collect();
    words.extend(
        ["{\"objects\":[", "{\"summary\":{", "\"id\":\"", "\"value\":\"", "null", "\\u"].map(str::to_owned),
    );
    for text in payloads {
        let Ok(sealed) = Sealed::parse(text) else { continue };
        if let Ok(value) = serde_json::to_value(json::good(&sealed, &Profile::WILD)) {
            names(&value, &mut words);
        }
    }
    words
}

fn names(value: &Value, words: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                words.insert(format!("\"{name}\":"));
                names(value, words);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| names(item, words)),
        _ => {}
    }
}

/// Members and words of every message and dialect, headers, dialects, and what JSON is made of.
fn snap() -> BTreeSet<String> {
    let mut words: BTreeSet<String> = [
        "\\\"", "\\\\", "\\u00e9", "\": ", "1.10", "-0", "1e9", "null", "true", "{}", "[]", "\n\n", "Bearer ",
    ]
    .map(str::to_owned)
    .into();
    words.extend(["10000.00", "IDR", "2026-11-21T13:44:30+07:00", "application/json"].map(str::to_owned));
    words.extend(HeaderName::all().map(|name| format!("\n{}: ", name.as_str())));
    for spec in SPECS {
        members(spec.members, &mut words);
    }
    for dialect in ALL {
        words.insert(format!("{} 52 request\n", dialect.name));
        for change in dialect.changes {
            words.insert(format!("\"{}\":", change.wire));
            words.extend(change.aliases.iter().map(|alias| format!("\"{alias}\":")));
            if let Form::Words(pairs) | Form::WordsRead(pairs) = change.form {
                words.extend(pairs.iter().map(|(_, word)| format!("\"{word}\"")));
            }
        }
    }
    words
}

fn members(table: &[Member], words: &mut BTreeSet<String>) {
    for member in table {
        words.insert(format!("\"{}\":", member.name));
        match member.shape {
            Shape::Word(known) | Shape::Constant(known) => {
                words.extend(known.iter().map(|word| format!("\"{word}\"")))
            }
            Shape::Object(inner) | Shape::Objects(inner) => members(inner, words),
            _ => {}
        }
    }
}
