//! Letters in another case, as a keyboard scanner with caps lock types them.

use alloc::string::String;

use super::{Cause, seals};
use crate::id::Id;
use crate::wire::Payload;

/// How the letters of a value were written.
#[derive(Clone, Copy)]
enum Casing {
    Upper,
    Lower,
    /// Words begin with a capital; of the short ones those whose bit is set are capitals throughout.
    Words(u8),
}

/// Most short words of a name that are tried both ways.
const MOST_SHORT: usize = 4;

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
    // Names are written in capitals, as words, or as words with short ones in capitals; references in any of these; unique identifiers
    // in capitals or small letters.
    let name = payload.objects().find(|object| object.id() == Id::MERCHANT_NAME);
    let short = name.map_or(0, |name| name.value().split(' ').filter(|word| is_short(word)).count());
    let subsets = 1u8.checked_shl(u32::try_from(short.min(MOST_SHORT)).ok()?)?;
    let names = [Casing::Upper, Casing::Lower].into_iter().chain((0..subsets).map(Casing::Words));
    for name in names {
        for city in [Casing::Upper, Casing::Words(0), Casing::Lower] {
            for account in [Casing::Upper, Casing::Lower] {
                for additional in [Casing::Upper, Casing::Lower, Casing::Words(0)] {
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
            _ => Casing::Upper,
        };
        let start = object.offset();
        let value = object.value();
        undone.push_str(payload.as_str().get(start..start.saturating_add(4)).unwrap_or_default());
        undone.push_str(&match casing {
            Casing::Upper => value.to_ascii_uppercase(),
            Casing::Lower => value.to_ascii_lowercase(),
            Casing::Words(capitals) => words(value, capitals),
        });
    }
    undone
}

/// Two or three letters, as in RM, PT, CV, BCA.
fn is_short(word: &str) -> bool {
    (2..=3).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn swapped(text: &str) -> String {
    let other =
        |c: char| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
    text.chars().map(other).collect()
}

/// The first letter of each word is a capital; all of them in the short words whose bit is set.
fn words(text: &str, capitals: u8) -> String {
    let mut cased = String::new();
    let mut left = capitals;
    for word in text.split_inclusive(' ') {
        let bare = word.trim_end_matches(' ');
        let whole = is_short(bare) && left & 1 == 1;
        if is_short(bare) {
            left >>= 1;
        }
        let mut begins = true;
        cased.extend(word.chars().map(|c| {
            let cased = if begins || whole { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
            // After the ID and the length of an object, too.
            begins = !c.is_alphabetic() && c != '\'';
            cased
        }));
    }
    cased
}
