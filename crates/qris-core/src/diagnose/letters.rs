//! Letters in another case, as a keyboard scanner with caps lock types them.

use alloc::string::String;

use super::{Cause, seals};
use crate::id::Id;
use crate::wire::Payload;

/// How the letters of a value were written.
type Casing = fn(&str) -> String;

/// The payload with its letters in the case that its CRC was computed over.
pub(super) fn repaired(text: &str) -> Option<(Cause, String)> {
    let payload = Payload::parse(text).ok()?;
    let found = |undone: String| seals(&undone).then_some((Cause::LetterCase, undone));
    if let Some(swapped) = found(swapped(text)) {
        return Some(swapped);
    }
    // What has both cases lost none.
    let covered = text.get(..text.len().checked_sub(4)?)?;
    let has = |which: fn(&char) -> bool| covered.chars().any(|c| which(&c));
    if has(char::is_ascii_lowercase) && has(char::is_ascii_uppercase) {
        return None;
    }
    // Names are written in capitals or as words; unique identifiers and references in capitals or small letters.
    let (names, others): ([Casing; 3], [Casing; 2]) = ([upper, words, lower], [upper, lower]);
    for name in names {
        for city in names {
            for account in others {
                for additional in others {
                    if let Some(found) = found(written(&payload, [name, city, account, additional])) {
                        return Some(found);
                    }
                }
            }
        }
    }
    None
}

fn written(payload: &Payload<'_>, [name, city, account, additional]: [Casing; 4]) -> String {
    let mut undone = String::new();
    for object in payload.objects() {
        let casing = match object.id() {
            Id::MERCHANT_NAME => name,
            Id::MERCHANT_CITY => city,
            Id::ADDITIONAL_DATA => additional,
            id if id.is_account() => account,
            _ => upper,
        };
        let start = object.offset();
        let value = object.value();
        undone.push_str(payload.as_str().get(start..start.saturating_add(4)).unwrap_or_default());
        undone.push_str(&casing(value));
    }
    undone
}

fn upper(text: &str) -> String {
    text.to_ascii_uppercase()
}

fn lower(text: &str) -> String {
    text.to_ascii_lowercase()
}

fn swapped(text: &str) -> String {
    let other =
        |c: char| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
    text.chars().map(other).collect()
}

/// The first letter of each word is a capital.
fn words(text: &str) -> String {
    let mut begins = true;
    let cased = text.chars().map(|c| {
        let cased = if begins { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
        begins = !c.is_alphanumeric() && c != '\'';
        cased
    });
    cased.collect()
}
