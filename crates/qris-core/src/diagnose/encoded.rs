//! Payloads whose bytes were written as Base64 or as hex digits.
//!
//! By hand, as the core takes no packages for it at run time.

use alloc::string::String;
use alloc::vec::Vec;

use super::Cause;

/// How `000201` begins in each.
const BASE64: &str = "MDAwMjAx";
const HEX: &str = "303030323031";

/// The text that is written in one of them.
pub(super) fn steps(text: &str, steps: &mut Vec<(Cause, String)>) {
    let mut step = |cause, bytes: Option<Vec<u8>>| {
        steps.extend(bytes.and_then(|bytes| String::from_utf8(bytes).ok()).map(|undone| (cause, undone)));
    };
    let text = text.trim();
    if text.starts_with(BASE64) {
        step(Cause::Base64, base64(text));
    }
    let text = text.strip_prefix("0x").unwrap_or(text);
    if text.starts_with("30") {
        step(Cause::HexDigits, hex(text));
    }
}

/// What is written in one of them in a text around it, and where it stands.
pub(super) fn inside(text: &str) -> Option<(usize, &str)> {
    [BASE64, HEX].iter().find_map(|begin| {
        let at = text.find(begin)?;
        let (before, rest) = text.split_at_checked(at)?;
        let in_either = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_' | '=');
        let end = rest.find(|c| !in_either(c)).unwrap_or(rest.len());
        let alone = !before.ends_with(|c: char| c.is_ascii_alphanumeric());
        rest.get(..end).filter(|_| alone).map(|run| (at, run))
    })
}

/// The bytes of Base64 in either alphabet, with padding or without; blanks and line breaks in it are skipped.
fn base64(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=');
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0u32, 0u32);
    for c in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        let six = match c {
            b'A'..=b'Z' => c.checked_sub(b'A')?,
            b'a'..=b'z' => c.checked_sub(b'a')?.checked_add(26)?,
            b'0'..=b'9' => c.checked_sub(b'0')?.checked_add(52)?,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        held = (held << 6 | u32::from(six)) & 0xFFFF;
        bits = bits.checked_add(6)?;
        if bits >= 8 {
            bits = bits.checked_sub(8)?;
            bytes.push(u8::try_from(held >> bits & 0xFF).ok()?);
        }
    }
    Some(bytes)
}

/// The bytes of hex digits; blanks, line breaks, colons and hyphens between them are skipped.
fn hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.bytes().filter(|byte| !byte.is_ascii_whitespace() && !matches!(byte, b':' | b'-'));
    let digits: Option<Vec<u32>> = digits.map(|byte| char::from(byte).to_digit(16)).collect();
    let digits = digits.filter(|digits| digits.len().checked_rem(2) == Some(0))?;
    digits
        .chunks_exact(2)
        .map(|pair| pair.iter().fold(0u32, |byte, digit| byte << 4 | digit))
        .map(|byte| u8::try_from(byte).ok())
        .collect()
}
