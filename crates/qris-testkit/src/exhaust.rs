//! Domains that are small enough to be tried whole: headers, IDs, amounts, CRCs, and the headers of consumer-presented codes.
//!
//! Each function panics where the core is wrong and says how much it tried. Tests try samples, the example `exhaust`
//! everything.

use std::ops::Range;

use qris_core::{Currency, DecodeError, ErrorKind, Id, Path, Payload, Profile, Sealed};

use crate::generate::{inside, root};
use crate::mutate::{object, seal};
use crate::naive::{self, LengthUnit};
use crate::oracle;

/// What an amount is made of, and what people and programs write besides.
const AMOUNT: &[u8; 16] = b"0123456789.,-+ e";

/// A fault: code, offset in bytes, offset in characters, and the number it carries, if one.
type Fault = (&'static str, usize, usize, Option<usize>);

/// Four bytes after `000201` in the place of an object's ID and length, with nothing behind them, for every `step`-th
/// 32-bit number of a range: the core refuses each for the reason a plain reading of the clauses gives.
///
/// # Panics
/// When it gives another reason, or none.
pub fn headers(numbers: Range<u64>, step: usize) -> u64 {
    let mut tried = 0;
    for number in numbers.step_by(step) {
        let header = (number as u32).to_be_bytes();
        let mut bytes = *b"000201....";
        bytes[6..].copy_from_slice(&header);
        let found = match Payload::from_bytes(&bytes) {
            Err(error) => told(&error),
            Ok(payload) => panic!("{header:?}: {payload:?}"),
        };
        assert_eq!(found, plain(header), "{header:?}");
        tried += 1;
    }
    tried
}

fn told(error: &DecodeError) -> Fault {
    let number = match error.kind() {
        ErrorKind::Truncated { available } => Some(available),
        ErrorKind::DuplicateId { first_offset } => Some(first_offset),
        ErrorKind::Overrun { declared, .. } => Some(declared),
        _ => None,
    };
    (error.kind().code(), error.offset(), error.character(), number)
}

/// EMVCo 4.3 to 4.6, for an object that is its header.
fn plain(header: [u8; 4]) -> Fault {
    let text = match std::str::from_utf8(&header) {
        Ok(text) => text,
        Err(error) => {
            let good = &header[..error.valid_up_to()];
            let characters = good.iter().filter(|byte| (**byte & 0xC0) != 0x80).count();
            return ("invalid-utf8", 6 + good.len(), 6 + characters, None);
        }
    };
    let characters = text.chars().count();
    if characters < 4 {
        return ("truncated", 6, 6, Some(characters));
    }
    let [tens, ones, length @ ..] = header;
    let number = |tens: u8, ones: u8| {
        (tens.is_ascii_digit() && ones.is_ascii_digit())
            .then(|| usize::from(tens - b'0') * 10 + usize::from(ones - b'0'))
    };
    match (number(tens, ones), number(length[0], length[1])) {
        (None, _) => ("invalid-id", 6, 6, None),
        (Some(0), _) => ("duplicate-id", 6, 6, Some(0)),
        (Some(_), None) => ("invalid-length", 8, 8, None),
        (Some(63), Some(0)) => ("crc-malformed", 10, 10, None),
        (Some(_), Some(0)) => ("crc-missing", 10, 10, None),
        (Some(_), Some(declared)) => ("overrun", 6, 6, Some(declared)),
    }
}

/// The ten thousand headers of digits with as many characters behind them as they say, one fewer and one more, plain and
/// beyond ASCII, sealed: the core reads and refuses as the naive decoder does.
///
/// # Panics
/// When they disagree.
pub fn lengths(step: usize) -> u64 {
    let mut tried = 0;
    for number in (0..10_000).step_by(step) {
        let (id, declared) = (number / 100, number % 100);
        for (character, written) in ["x", "é", "😀"]
            .into_iter()
            .flat_map(|c| [declared.max(1) - 1, declared, declared + 1].map(|n| (c, n)))
        {
            let payload = seal(format!("000201{id:02}{declared:02}{}", character.repeat(written)).as_bytes());
            oracle::decode_vs_naive(&payload);
            tried += 1;
        }
    }
    tried
}

/// Every payload that ends in 63 with any length of two digits and four digits behind it, which may be a CRC, its text
/// or another object, for every `step`-th of those million: the core reads and refuses as the naive decoder does.
///
/// # Panics
/// When they disagree.
pub fn tails(step: usize) -> u64 {
    let mut tried = 0;
    for number in (0..1_000_000).step_by(step) {
        oracle::decode_vs_naive(format!("000201590063{number:06}").as_bytes());
        tried += 1;
    }
    tried
}

/// Every number of a byte and every two bytes as an ID; every object at every path, every `step`-th of them, with values
/// that frame and values that do not, against the naive decoder and through every layer.
///
/// # Panics
/// When an ID is read that is none, or the readings disagree.
pub fn ids(step: usize) -> u64 {
    for number in 0..=u8::MAX {
        assert_eq!(Id::new(number).map(Id::number), Some(number).filter(|number| *number < 100));
    }
    for pair in 0..=u16::MAX {
        let bytes = pair.to_be_bytes();
        let expected =
            bytes.iter().all(u8::is_ascii_digit).then(|| (bytes[0] - b'0') * 10 + (bytes[1] - b'0'));
        if let Ok(text) = std::str::from_utf8(&bytes) {
            assert_eq!(text.parse::<Id>().ok().map(Id::number), expected, "{text:?}");
            assert_eq!(text.parse::<Path>().ok(), expected.map(root), "{text:?}");
        }
    }
    let mut paths: Vec<Path> = (0..100).map(root).collect();
    paths.extend((0..100).flat_map(|outer| (0..100).map(move |id| inside(root(outer), id))));
    let third = |middle| (0..100).map(move |id| inside(inside(root(62), middle), id));
    paths.extend((0..100).flat_map(third));
    let mut tried = 0;
    for path in paths.into_iter().step_by(step) {
        for value in ["", "A", "0004ID.A0102XY", "0004ID.A0109XY", "é中"] {
            let mut ids: Vec<u8> = path.ids().map(Id::number).collect();
            let mut text = object(ids.pop().unwrap_or_default(), value);
            while let Some(id) = ids.pop() {
                text = object(id, &format!("0004ID.A{text}"));
            }
            let payload = seal(format!("000201{text}").as_bytes());
            oracle::decode_vs_naive(&payload);
            oracle::decode_any(&payload);
            tried += 1;
        }
        for profile in Profile::ALL {
            let last = path.last();
            assert!(
                profile
                    .row(path)
                    .is_none_or(|row| last.is_some_and(|id| (row.first..=row.last).contains(&id)))
            );
        }
    }
    tried
}

/// Every `step`-th string of exactly this many characters out of digits, point, comma, signs, blank and `e`, from a place
/// among them on: as an amount of a currency with two decimals, none and three, and as a percentage.
///
/// # Panics
/// When the core says other than the model of the clause.
pub fn amounts(characters: u32, numbers: Range<u64>, step: usize) -> u64 {
    let currencies: Vec<Currency> = [360, 392, 414].into_iter().filter_map(Currency::new).collect();
    let mut tried = 0;
    for number in numbers.step_by(step) {
        let bytes: Vec<u8> =
            (0..characters).map(|place| AMOUNT[(number >> (4 * place)) as usize % AMOUNT.len()]).collect();
        let text = String::from_utf8_lossy(&bytes);
        currencies.iter().for_each(|currency| oracle::amount(&text, *currency));
        oracle::percentage(&text);
        tried += 1;
    }
    tried
}

/// How many strings [`amounts`] has of so many characters.
#[must_use]
pub fn amount_strings(characters: u32) -> u64 {
    16_u64.pow(characters)
}

/// Every four hexadecimal digits, letters in either case and mixed, as the CRC of one payload: read as the number they
/// are, and accepted when that is the CRC; every byte that is none, in each of the four places, is refused. Then every
/// `step`-th CRC there is, of a payload that has it: accepted in each of its spellings, refused one off.
///
/// # Panics
/// When it is not so.
pub fn crcs(step: usize) -> u64 {
    const DIGITS: &[u8; 22] = b"0123456789abcdefABCDEF";
    let body = "0002015902ab6304";
    let computed = naive::crc16(body.as_bytes());
    let mut tried = 0;
    for number in (0..DIGITS.len().pow(4)).step_by(step) {
        let digits: [u8; 4] = [1, 22, 484, 10_648].map(|unit| DIGITS[number / unit % DIGITS.len()]);
        check_crc(body, &String::from_utf8_lossy(&digits), computed);
        tried += 1;
    }
    for (place, byte) in (0..4).flat_map(|place| (0..=u8::MAX).map(move |byte| (place, byte))) {
        let mut bytes = format!("{body}{computed:04X}").into_bytes();
        bytes[body.len() + place] = byte;
        let read = Payload::from_bytes(&bytes);
        let code = read.as_ref().err().map(|error| error.kind().code());
        let expected = match byte {
            _ if byte.is_ascii_hexdigit() => None,
            0x80.. => Some("invalid-utf8"),
            _ => Some("crc-malformed"),
        };
        assert_eq!(code, expected, "{read:?}");
        tried += 1;
    }
    for (crc, body) in bodies().into_iter().enumerate().step_by(step) {
        let crc = crc as u16;
        for cases in 0..16 {
            let letter = |(place, digit): (usize, char)| {
                if cases >> place & 1 == 1 { digit.to_ascii_lowercase() } else { digit }
            };
            let spelt: String = format!("{crc:04X}").chars().enumerate().map(letter).collect();
            check_crc(&body, &spelt, crc);
        }
        check_crc(&body, &format!("{:04X}", crc.wrapping_add(1)), crc);
        check_crc(&body, &format!("{:04x}", crc ^ 0x8000), crc);
        tried += 18;
    }
    tried
}

fn check_crc(body: &str, spelt: &str, computed: u16) {
    let text = format!("{body}{spelt}");
    let stated = u16::from_str_radix(spelt, 16).unwrap_or_else(|error| panic!("{spelt}: {error}"));
    match (Sealed::parse(&text), stated == computed) {
        (Ok(sealed), true) => {
            let crc = sealed.crc();
            assert_eq!((crc.stated, crc.computed), (stated, computed), "{text}");
        }
        (Err(error), false) => {
            assert_eq!(error.kind(), ErrorKind::CrcMismatch { stated, computed }, "{text}")
        }
        (read, _) => panic!("{text}: {read:?}"),
    }
}

/// For each CRC a payload that has it, up to and with `6304`.
fn bodies() -> Vec<String> {
    let mut found = vec![String::new(); 1 << 16];
    let mut left = found.len();
    // Some more than as many tries as there are CRCs are needed, as with any pictures that are collected.
    for number in 0_u32.. {
        if left == 0 {
            break;
        }
        let body = format!("0002015908{number:08}6304");
        let place = &mut found[usize::from(naive::crc16(body.as_bytes()))];
        if place.is_empty() {
            *place = body;
            left -= 1;
        }
    }
    found
}

/// The naive decoder on the same headers, for a sample: what holds the plain reading to the clauses once more.
///
/// # Panics
/// When the plain reading says other than the naive decoder.
pub fn headers_by_naive(step: usize) -> u64 {
    let mut tried = 0;
    for number in (0..1_u64 << 32).step_by(step) {
        let header = (number as u32).to_be_bytes();
        let error =
            naive::decode([b"000201", &header[..]].concat().as_slice(), LengthUnit::Characters).unwrap_err();
        let (code, offset, character, _) = plain(header);
        assert_eq!((error.code, error.offset, error.character), (code, offset, character), "{header:?}");
        tried += 1;
    }
    tried
}

/// Three bytes behind the first object of a consumer-presented code, in the place of an object's tag and length, with a few bytes
/// behind them and without, for every `step`-th 24-bit number of a range: the two readers agree.
///
/// # Panics
/// When they differ.
pub fn cpm_headers(numbers: Range<u64>, step: usize) -> u64 {
    let mut tried = 0;
    for number in numbers.step_by(step) {
        let [.., one, two, three] = (number as u32).to_be_bytes();
        let code = [&b"\x85\x05CPV01"[..], &[one, two, three, 0x02, 0x5A, 0x00, 0x00]].concat();
        oracle::cpm_bytes(&code);
        oracle::cpm_bytes(&code[..code.len() - 4]);
        tried += 1;
    }
    tried
}
