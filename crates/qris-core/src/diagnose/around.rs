//! Payloads with something around them: other text, JSON, a URL, another payload.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Cause, encoded, seals};
use crate::id::Id;
use crate::unit::LengthUnit;
use crate::wire::leading_objects;

/// How every payload begins that anybody has seen: 00, its length, and version 01.
const BEGIN: &str = "000201";
/// Most places that are looked at.
const PLACES: usize = 16;
/// Most of them at which something damaged is looked for.
const MOST_DAMAGED: usize = 3;

/// The payload in a text around it. One that seals is preferred; failing that, what stands where one begins.
pub(super) fn steps(text: &str, steps: &mut Vec<(Cause, String)>) {
    // One of several was altered: the others are not what is looked for.
    let Some(whole) = wholes(text) else { return };
    match whole.as_slice() {
        [] => {}
        // Marks, quotes and line ends have causes of their own.
        [(_, one)] if !says_something(text, one) => return,
        [(at, one)] => return steps.push((around(text, *at), String::from(*one))),
        [(_, one), others @ ..] => {
            // Of different ones none is the right one.
            if others.iter().all(|(_, other)| other == one) {
                steps.push((Cause::SeveralPayloads, String::from(*one)));
            }
            return;
        }
    }
    // Nothing seals: another cause has to be undone in what stands where a payload may begin.
    let begins = |at: &usize| {
        let before = text.get(..*at).unwrap_or_default();
        !before.ends_with(char::is_alphanumeric)
    };
    for at in places(text).filter(begins).take(MOST_DAMAGED) {
        let rest = text.get(at..).unwrap_or_default();
        let cause = around(text, at);
        let end = match cause {
            Cause::InJson => string_end(rest),
            Cause::InUrl => rest.find(['&', '#']),
            _ => rest.find(['"', '<', '>']),
        };
        let inside = rest.get(..end.unwrap_or(rest.len())).unwrap_or(rest);
        steps.push((cause, String::from(inside.trim())));
    }
    if let Some((at, inside)) = encoded::inside(text) {
        steps.push((around(text, at), String::from(inside)));
    }
}

fn places(text: &str) -> impl Iterator<Item = usize> {
    text.match_indices(BEGIN).take(PLACES).map(|(at, _)| at)
}

/// The payloads in a text whose CRC is right, with their places; none when there is a damaged one beside others.
pub(super) fn wholes(text: &str) -> Option<Vec<(usize, &str)>> {
    let mut whole: Vec<(usize, &str)> = Vec::new();
    let (mut after, mut damaged) = (0, 0usize);
    for at in places(text) {
        let Some(rest) = text.get(at..).filter(|_| at >= after) else { continue };
        match payload(rest) {
            Some(payload) if seals(payload) => {
                after = at.saturating_add(payload.len());
                whole.push((at, payload));
            }
            Some(payload) => {
                after = at.saturating_add(payload.len());
                damaged = damaged.saturating_add(1);
            }
            None if looks_like_one(rest) => damaged = damaged.saturating_add(1),
            None => {}
        }
    }
    let alone = damaged.saturating_add(whole.len()) < 2;
    (damaged == 0 || alone).then_some(whole)
}

/// Whether so many objects stand one behind the other that this is no accident.
fn looks_like_one(text: &str) -> bool {
    leading_objects(text, LengthUnit::Characters).nth(3).is_some()
}

/// The one payload of a text, whatever marks stand around it.
pub(super) fn bare(text: &str) -> Option<(Cause, String)> {
    match wholes(text)?.as_slice() {
        [(_, one)] => Some((Cause::TextAround, String::from(*one))),
        _ => None,
    }
}

/// Whether there is a letter or a digit outside of the payload.
fn says_something(text: &str, payload: &str) -> bool {
    let outside = text.split(payload);
    outside.flat_map(str::chars).any(char::is_alphanumeric)
}

/// What stands around it.
fn around(text: &str, at: usize) -> Cause {
    let before = text.get(..at).unwrap_or_default();
    let begin = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    // A member, or an element of a list.
    let opened = before.strip_suffix(['"', '\'']).map(str::trim_end);
    if opened.is_some_and(|opened| opened.ends_with([':', '[', ','])) && before.contains(['{', '[', ':']) {
        return Cause::InJson;
    }
    let scheme = begin.split_once("://").map(|(scheme, _)| scheme);
    let in_scheme = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    let is_url = scheme.is_some_and(|scheme| !scheme.is_empty() && scheme.bytes().all(in_scheme));
    if is_url || begin.starts_with("www.") {
        return Cause::InUrl;
    }
    Cause::TextAround
}

/// The end of a JSON string that goes on here: the first quote that is not escaped.
fn string_end(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, c)| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends.then_some(at)
    })
}

/// From its first object to its CRC.
fn payload(text: &str) -> Option<&str> {
    let mut objects = leading_objects(text, LengthUnit::Characters);
    let crc = objects.find(|object| object.id() == Id::CRC && object.length() == 4)?;
    text.get(..crc.offset().checked_add(8)?)
}
