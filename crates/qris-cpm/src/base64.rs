//! Base64 of RFC 4648, section 4: the standard alphabet, canonical, with its padding or without.
//!
//! By hand, as every fault has its place and its name here, and nothing is allocated.

use crate::error::ErrorKind;
use crate::payload::{MAX_BYTES, MAX_CHARACTERS};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// What stands for a character that is not in the alphabet: no six bits have it.
const NONE: u8 = 0x80;

/// The six bits of each character.
const VALUES: [u8; 256] = {
    let mut values = [NONE; 256];
    let mut at = 0;
    while at < 64 {
        #[allow(clippy::indexing_slicing)] // While compiling, where a mistake stops the build.
        {
            values[ALPHABET[at] as usize] = at as u8;
        }
        at += 1;
    }
    values
};

fn six(character: u8) -> u8 {
    VALUES.get(usize::from(character)).copied().unwrap_or(NONE)
}

/// Decodes a text of at most [`MAX_CHARACTERS`]. Gives the number of bytes, or the fault and its character.
pub(crate) fn decode(text: &str, out: &mut [u8; MAX_BYTES]) -> Result<usize, (ErrorKind, usize)> {
    let text = text.as_bytes();
    let (body, padding) = match text {
        [body @ .., b'=', b'='] => (body, 2usize),
        [body @ .., b'='] => (body, 1),
        body => (body, 0),
    };
    let groups = body.chunks_exact(4);
    let rest = groups.remainder();
    let mut room = out.chunks_exact_mut(3);
    for (group, place) in groups.zip(room.by_ref()) {
        if let ([a, b, c, d], [x, y, z]) = (group, place) {
            let (a, b, c, d) = (six(*a), six(*b), six(*c), six(*d));
            if (a | b | c | d) & NONE != 0 {
                return Err(stranger(body));
            }
            (*x, *y, *z) = (a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d);
        }
    }
    let whole = (body.len() / 4).saturating_mul(3);
    if rest.iter().any(|character| six(*character) == NONE) {
        return Err(stranger(body));
    }
    // A group of four is complete with the padding, or has none.
    if rest.len() == 1 || padding > 0 && rest.len().saturating_add(padding) != 4 {
        return Err((ErrorKind::BadPadding, body.len()));
    }
    let uncanonical = Err((ErrorKind::NotCanonical, body.len().saturating_sub(1)));
    // A text of 512 characters has no rest, so there is room for one.
    match (rest, room.next()) {
        ([a, b], Some([x, ..])) => {
            let (a, b) = (six(*a), six(*b));
            *x = a << 2 | b >> 4;
            if b & 0x0F == 0 { Ok(whole.saturating_add(1)) } else { uncanonical }
        }
        ([a, b, c], Some([x, y, ..])) => {
            let (a, b, c) = (six(*a), six(*b), six(*c));
            (*x, *y) = (a << 2 | b >> 4, b << 4 | c >> 2);
            if c & 0x03 == 0 { Ok(whole.saturating_add(2)) } else { uncanonical }
        }
        _ => Ok(whole),
    }
}

/// The first character that is not in the alphabet.
fn stranger(body: &[u8]) -> (ErrorKind, usize) {
    let found = body.iter().enumerate().find(|(_, character)| six(**character) == NONE);
    match found {
        Some((at, b'=')) => (ErrorKind::BadPadding, at),
        Some((at, _)) => (ErrorKind::NotBase64, at),
        None => (ErrorKind::NotBase64, body.len()),
    }
}

/// Writes bytes with their padding; bytes that do not fit are left out.
pub(crate) fn encode<'b>(bytes: &[u8], out: &'b mut [u8; MAX_CHARACTERS]) -> &'b str {
    let character = |six: u8| ALPHABET.get(usize::from(six & 0x3F)).copied().unwrap_or(b'=');
    let mut length = 0usize;
    for (group, place) in bytes.chunks(3).zip(out.chunks_exact_mut(4)) {
        let (x, y, z) = match group {
            [x, y, z] => (*x, Some(*y), Some(*z)),
            [x, y] => (*x, Some(*y), None),
            [x, ..] => (*x, None, None),
            [] => break,
        };
        let (second, third) = (y.unwrap_or(0), z.unwrap_or(0));
        let four = [
            character(x >> 2),
            character(x << 4 | second >> 4),
            y.map_or(b'=', |y| character(y << 2 | third >> 6)),
            z.map_or(b'=', character),
        ];
        place.copy_from_slice(&four);
        length = length.saturating_add(4);
    }
    core::str::from_utf8(out.get(..length).unwrap_or_default()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str) -> Result<alloc::vec::Vec<u8>, (ErrorKind, usize)> {
        let mut out = [0; MAX_BYTES];
        decode(text, &mut out).map(|length| out[..length].to_vec())
    }

    #[test]
    fn the_samples_of_the_rfc() {
        // RFC 4648, section 10.
        for (text, bytes) in [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9v", "foo"),
            ("Zm9vYg==", "foob"),
            ("Zm9vYmE=", "fooba"),
            ("Zm9vYmFy", "foobar"),
        ] {
            assert_eq!(decoded(text).as_deref(), Ok(bytes.as_bytes()));
            assert_eq!(decoded(text.trim_end_matches('=')).as_deref(), Ok(bytes.as_bytes()));
            assert_eq!(encode(bytes.as_bytes(), &mut [0; MAX_CHARACTERS]), text);
        }
    }

    #[test]
    fn faults_have_their_place() {
        for (text, kind, at) in [
            ("Zm9-", ErrorKind::NotBase64, 3),
            ("Zm 9v", ErrorKind::NotBase64, 2),
            ("Zm9v\n", ErrorKind::NotBase64, 4),
            ("Z", ErrorKind::BadPadding, 1),
            ("Zg=", ErrorKind::BadPadding, 2),
            ("Zm9v=", ErrorKind::BadPadding, 4),
            ("Zm9v==", ErrorKind::BadPadding, 4),
            ("Zg==Zg==", ErrorKind::BadPadding, 2),
            ("====", ErrorKind::BadPadding, 0),
            ("Zh==", ErrorKind::NotCanonical, 1),
            ("Zm9", ErrorKind::NotCanonical, 2),
            ("é", ErrorKind::NotBase64, 0),
        ] {
            assert_eq!(decoded(text), Err((kind, at)), "{text}");
        }
    }
}
