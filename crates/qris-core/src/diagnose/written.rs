//! How a text was written down: another encoding, escapes, and characters that came in on the way.
//!
//! By hand, as the core takes no packages for it at run time, and as what is not right in other places must not stop it.

use alloc::string::String;
use alloc::vec::Vec;

use super::Cause;
use crate::unicode::is_invisible;

const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// Texts before they were written as this one, without a look at what is in them.
pub(super) fn steps(text: &str, steps: &mut Vec<(Cause, String)>) {
    let mut step = |cause, undone: Option<String>| steps.extend(undone.map(|undone| (cause, undone)));
    step(Cause::ByteOrderMark, text.strip_prefix(BYTE_ORDER_MARK).map(String::from));
    step(Cause::LineBreaks, without(text, is_line_break));
    step(Cause::LineBreaks, unwrapped(text));
    step(Cause::LineBreaksForBlanks, lines_joined(text));
    step(Cause::BlanksAround, Some(String::from(text.trim_matches(is_blank))));
    step(Cause::Quoted, unquoted(text));
    step(Cause::InvisibleCharacters, without(text, is_invisible));
    step(Cause::ControlCharacters, without(text, |c| c.is_control() && !c.is_whitespace()));
    let other_blank = |c: char| c != ' ' && is_blank(c);
    step(
        Cause::NoBreakBlanks,
        text.contains(other_blank).then(|| map(text, |c| if other_blank(c) { ' ' } else { c })),
    );
    step(Cause::TypographicMarks, text.contains(|c| plain(c) != c).then(|| map(text, plain)));
    step(Cause::JsonEscapes, json(text));
    step(Cause::Backslashes, without(text, |c| c == '\\'));
    step(Cause::PercentEncoding, percent(text));
    step(Cause::PlusForBlank, text.contains('+').then(|| map(text, |c| if c == '+' { ' ' } else { c })));
    step(
        Cause::FormEncoding,
        text.contains('+').then(|| percent(&map(text, |c| if c == '+' { ' ' } else { c }))).flatten(),
    );
    step(Cause::HtmlEntities, html(text));
}

/// The text of UTF-32 bytes: those with a byte order mark, or with three of four bytes zero at the beginning.
pub(super) fn utf32(bytes: &[u8]) -> Option<String> {
    let (rest, little) = match bytes {
        [0xFF, 0xFE, 0, 0, rest @ ..] => (rest, true),
        [0, 0, 0xFE, 0xFF, rest @ ..] => (rest, false),
        [b'0', 0, 0, 0, ..] => (bytes, true),
        [0, 0, 0, b'0', ..] => (bytes, false),
        _ => return None,
    };
    let from = if little { u32::from_le_bytes } else { u32::from_be_bytes };
    let units = rest.chunks_exact(4).filter_map(|four| <[u8; 4]>::try_from(four).ok().map(from));
    units.map(char::from_u32).collect()
}

/// The text of UTF-16 bytes: those with a byte order mark, or with every other byte zero at the beginning.
pub(super) fn utf16(bytes: &[u8]) -> Option<String> {
    let (rest, little) = match bytes {
        [0xFF, 0xFE, rest @ ..] => (rest, true),
        [0xFE, 0xFF, rest @ ..] => (rest, false),
        [b'0', 0, b'0', 0, ..] => (bytes, true),
        [0, b'0', 0, b'0', ..] => (bytes, false),
        _ => return None,
    };
    let from = if little { u16::from_le_bytes } else { u16::from_be_bytes };
    // A byte that is left over is that of a line end which was cut.
    let units = rest.chunks_exact(2).filter_map(|pair| <[u8; 2]>::try_from(pair).ok().map(from));
    char::decode_utf16(units).collect::<Result<String, _>>().ok()
}

fn is_line_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{B}' | '\u{C}')
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() && !is_line_break(c)
}

fn without(text: &str, out: impl Fn(char) -> bool) -> Option<String> {
    text.contains(&out).then(|| text.chars().filter(|c| !out(*c)).collect())
}

fn map(text: &str, to: impl Fn(char) -> char) -> String {
    text.chars().map(to).collect()
}

/// What a word processor made a typographic mark of.
fn plain(c: char) -> char {
    match c {
        '\u{2018}' | '\u{2019}' | '\u{201A}' | '\u{2032}' => '\'',
        '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{2033}' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        c => c,
    }
}

/// Lines without what mail and editors put around their ends: blanks, `>` before, `=` after.
fn unwrapped(text: &str) -> Option<String> {
    text.contains(is_line_break).then(|| {
        let lines = text.split(is_line_break).map(|line| {
            let line = line.trim_start_matches(|c| is_blank(c) || c == '>').trim_end_matches(is_blank);
            line.strip_suffix('=').unwrap_or(line)
        });
        lines.collect()
    })
}

/// The text of bytes that are not UTF-8, each byte a character. The 32 that only Windows has are not told apart.
pub(super) fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// Lines with a blank between them.
fn lines_joined(text: &str) -> Option<String> {
    let text = text.trim_matches(is_line_break);
    if !text.contains(is_line_break) {
        return None;
    }
    let lines: Vec<&str> = text.split(is_line_break).filter(|line| !line.is_empty()).collect();
    Some(lines.join(" "))
}

/// Pairs of quotes and brackets, and the blanks around them. More than one pair is taken off.
fn unquoted(text: &str) -> Option<String> {
    const PAIRS: [(&str, &str); 15] = [
        ("\"", "\""),
        ("'", "'"),
        ("`", "`"),
        ("“", "”"),
        ("„", "“"),
        ("‘", "’"),
        ("«", "»"),
        ("‹", "›"),
        ("(", ")"),
        ("[", "]"),
        ("{", "}"),
        ("<", ">"),
        ("\\\"", "\\\""),
        ("*", "*"),
        ("_", "_"),
    ];
    // What stands after a quoted value in a list.
    let mut inner = text.trim().trim_end_matches([',', ';']).trim_end();
    let mut found = false;
    for _ in 0..4 {
        let pair = PAIRS.iter().find_map(|(open, close)| inner.strip_prefix(open)?.strip_suffix(close));
        match pair {
            Some(next) => (inner, found) = (next.trim(), true),
            None => break,
        }
    }
    // One quote without the other.
    let half = inner.trim_matches(['"', '\'', '`', '“', '”']);
    found |= half.len() < inner.len();
    found.then(|| String::from(half))
}

/// The escapes of a JSON string; `None` when there is none, or one that JSON has not.
fn json(text: &str) -> Option<String> {
    let mut chars = text.chars();
    if !text.contains('\\') {
        return None;
    }
    let mut undone = String::new();
    while let Some(c) = chars.next() {
        if c != '\\' {
            undone.push(c);
            continue;
        }
        match chars.next()? {
            plain @ ('"' | '\\' | '/') => undone.push(plain),
            'n' => undone.push('\n'),
            'r' => undone.push('\r'),
            't' => undone.push('\t'),
            'b' => undone.push('\u{8}'),
            'f' => undone.push('\u{C}'),
            'u' => {
                let first = unit(&mut chars)?;
                if (0xD800..0xDC00).contains(&first) {
                    if (chars.next()?, chars.next()?) != ('\\', 'u') {
                        return None;
                    }
                    let both = [first, unit(&mut chars)?];
                    undone.push(char::decode_utf16(both).next()?.ok()?);
                } else {
                    undone.push(char::from_u32(first.into())?);
                }
            }
            _ => return None,
        }
    }
    Some(undone)
}

/// The four hex digits of a `\u`.
fn unit(chars: &mut core::str::Chars<'_>) -> Option<u16> {
    let digits: String = chars.by_ref().take(4).collect();
    u16::from_str_radix(&digits, 16)
        .ok()
        .filter(|_| digits.bytes().all(|byte| byte.is_ascii_hexdigit()) && digits.len() == 4)
}

/// `%20` and its kind, as UTF-8; a `%` without two hex digits stays.
fn percent(text: &str) -> Option<String> {
    let mut bytes = text.as_bytes();
    let mut undone = Vec::new();
    let mut found = false;
    while let [first, rest @ ..] = bytes {
        let digits = |high: u8, low: u8| {
            let digit = |byte: u8| char::from(byte).to_digit(16);
            u8::try_from(digit(high)? << 4 | digit(low)?).ok()
        };
        match (first, rest) {
            (b'%', [high, low, after @ ..]) if digits(*high, *low).is_some() => {
                undone.extend(digits(*high, *low));
                (bytes, found) = (after, true);
            }
            _ => {
                undone.push(*first);
                bytes = rest;
            }
        }
    }
    String::from_utf8(undone).ok().filter(|_| found)
}

/// The entities that encoders of HTML write, and numbers; others stay.
fn html(text: &str) -> Option<String> {
    const NAMED: [(&str, char); 6] =
        [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\''), ("nbsp", ' ')];
    let mut undone = String::new();
    let mut found = false;
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        undone.push_str(before);
        // An entity is short.
        let end = after.char_indices().take(10).find(|(_, c)| *c == ';');
        let entity = end.and_then(|(at, _)| after.split_at_checked(at));
        let character = entity.and_then(|(name, _)| match name.strip_prefix('#') {
            None => NAMED.iter().find(|(named, _)| *named == name).map(|(_, c)| *c),
            Some(number) => {
                let hex = number.strip_prefix(['x', 'X']);
                let code = match hex {
                    Some(hex) => u32::from_str_radix(hex, 16),
                    None => number.parse(),
                };
                code.ok().and_then(char::from_u32)
            }
        });
        match (character, entity.and_then(|(_, tail)| tail.strip_prefix(';'))) {
            (Some(c), Some(tail)) => {
                undone.push(c);
                (rest, found) = (tail, true);
            }
            _ => {
                undone.push('&');
                rest = after;
            }
        }
    }
    undone.push_str(rest);
    found.then_some(undone)
}
