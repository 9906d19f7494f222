//! Edits that break a payload where payloads break: at IDs, lengths, borders, nesting and encoding.
//!
//! Each edit takes bytes and gives bytes, works on anything, and changes nothing where it finds nothing to change.
//! None of them re-seals: call [`reseal`] so that the CRC is not the only thing a decoder trips over. [`tree`] does, and
//! makes the lengths around a change right besides.

mod tree;

pub use tree::tree;

use crate::naive::{self, LengthUnit};
use crate::rng::SplitMix64;

/// Lengths decoders take for numbers, and numbers they should not believe.
const LENGTHS: [&str; 14] =
    ["00", "01", "04", "98", "99", "+9", "-1", "-4", " 9", "9 ", "xx", "٤٢", "²²", "0x"];
/// IDs that are reserved, repeated, nested or none.
const IDS: [&str; 14] = ["00", "01", "02", "26", "51", "54", "62", "63", "64", "80", "99", "5A", " 1", "٢٦"];
/// Values that are often read wrongly.
const VALUES: [&str; 14] = [
    "",
    "0",
    "0.00",
    "1000.",
    "-100",
    "1e3",
    "NaN",
    "12,5",
    "***",
    "6304",
    "a|b",
    "\u{0}",
    "\u{202E}x",
    "中",
];
/// Text of one, two, three and four bytes a character, and a character of two parts.
pub(crate) const TEXTS: [&str; 6] = ["x", "é", "中", "😀", "e\u{301}", "\u{FEFF}"];
/// How a CRC object starts.
const CRC_HEADER: &[u8] = b"6304";

/// A data object: ID, length in characters, value. The length is written modulo 100.
///
/// ```
/// assert_eq!(qris_testkit::mutate::object(59, "Kafé"), "5904Kafé");
/// ```
#[must_use]
pub fn object(id: u8, value: &str) -> String {
    format!("{:02}{:02}{value}", id % 100, value.chars().count() % 100)
}

/// Adds the CRC object with the right CRC to a payload that has none.
///
/// ```
/// assert_eq!(qris_testkit::mutate::seal(b"000201"), b"0002016304AAE6");
/// ```
#[must_use]
pub fn seal(body: &[u8]) -> Vec<u8> {
    let mut payload = body.to_vec();
    payload.extend_from_slice(CRC_HEADER);
    let crc = format!("{:04X}", naive::crc16(&payload));
    payload.extend_from_slice(crc.as_bytes());
    payload
}

/// Recomputes the CRC in a payload whose last eight bytes are `6304` and four more; any other comes back as it is.
///
/// ```
/// assert_eq!(qris_testkit::mutate::reseal(b"0002016304????"), b"0002016304AAE6");
/// assert_eq!(qris_testkit::mutate::reseal(b"000201"), b"000201");
/// ```
#[must_use]
pub fn reseal(payload: &[u8]) -> Vec<u8> {
    body(payload).map_or_else(|| payload.to_vec(), seal)
}

/// The payload without its trailing CRC object, when it ends in one.
#[must_use]
pub fn body(payload: &[u8]) -> Option<&[u8]> {
    let (body, crc) = payload.split_at_checked(payload.len().checked_sub(8)?)?;
    crc.starts_with(CRC_HEADER).then_some(body)
}

/// Overwrites the two bytes of some object's ID, at any level.
#[must_use]
pub fn change_id(payload: &[u8], rng: &mut SplitMix64) -> Vec<u8> {
    let id = rng.pick(&IDS).copied().unwrap_or("00");
    match rng.pick(&spans(payload)) {
        Some(span) => splice(payload, span.start, span.start + 2, id.as_bytes()),
        None => payload.to_vec(),
    }
}

/// Overwrites some object's length, at any level: with a hostile one or with one a little off.
#[must_use]
pub fn change_length(payload: &[u8], rng: &mut SplitMix64) -> Vec<u8> {
    let spans = spans(payload);
    let Some(span) = rng.pick(&spans) else {
        return payload.to_vec();
    };
    let off = format!("{:02}", (span.declared + [98, 99, 1, 2][rng.below(4)]) % 100);
    let hostile = rng.pick(&LENGTHS).copied().unwrap_or("00");
    let length = if rng.below(2) == 0 { off.as_str() } else { hostile };
    splice(payload, span.start + 2, span.start + 4, length.as_bytes())
}

/// Overwrites some object's value, with the length made right in half of the cases. Lengths around it stay.
#[must_use]
pub fn change_value(payload: &[u8], rng: &mut SplitMix64) -> Vec<u8> {
    let spans = spans(payload);
    let Some(span) = rng.pick(&spans) else {
        return payload.to_vec();
    };
    let value = rng.pick(&VALUES).copied().unwrap_or("");
    if rng.below(2) == 0 {
        splice(payload, span.start, span.end, object(span.id, value).as_bytes())
    } else {
        splice(payload, span.start + 4, span.end, value.as_bytes())
    }
}

/// Swaps two neighbouring objects of the root.
#[must_use]
pub fn swap_objects(payload: &[u8], rng: &mut SplitMix64) -> Vec<u8> {
    let roots = roots(payload);
    let first = rng.below(roots.len().saturating_sub(1));
    let (Some(one), Some(other)) = (roots.get(first), roots.get(first + 1)) else {
        return payload.to_vec();
    };
    let swapped = [&payload[other.start..other.end], &payload[one.start..one.end]].concat();
    splice(payload, one.start, other.end, &swapped)
}

/// Writes some object a second time, somewhere at a border of the root.
#[must_use]
pub fn duplicate_object(payload: &[u8], rng: &mut SplitMix64) -> Vec<u8> {
    let spans = spans(payload);
    let roots = roots(payload);
    let (Some(span), Some(place)) = (rng.pick(&spans), rng.pick(&roots)) else {
        return payload.to_vec();
    };
    splice(payload, place.start, place.start, &payload[span.start..span.end])
}

/// Leaves some object out, at any level. Lengths around it stay.
#[must_use]
pub fn drop_object(payload: &[u8], rng: &mut SplitMix64) -> Vec<u8> {
    match rng.pick(&spans(payload)) {
        Some(span) => splice(payload, span.start, span.end, b""),
        None => payload.to_vec(),
    }
}

/// Puts some object of the root into a template of its own.
#[must_use]
pub fn nest(payload: &[u8], rng: &mut SplitMix64) -> Vec<u8> {
    let roots = roots(payload);
    let Some(span) = rng.pick(&roots) else {
        return payload.to_vec();
    };
    let inner = &payload[span.start..span.end];
    let template = [26, 50, 62, 64, 80, 99][rng.below(6)];
    let characters = String::from_utf8_lossy(inner).chars().count() % 100;
    let outer = [format!("{template:02}{characters:02}").as_bytes(), inner].concat();
    splice(payload, span.start, span.end, &outer)
}

/// Cuts the payload off at some byte.
#[must_use]
pub fn truncate(payload: &[u8], rng: &mut SplitMix64) -> Vec<u8> {
    payload[..rng.below(payload.len() + 1)].to_vec()
}

/// Inserts a character of one to four bytes at some byte.
#[must_use]
pub fn insert_text(payload: &[u8], rng: &mut SplitMix64) -> Vec<u8> {
    let text = rng.pick(&TEXTS).copied().unwrap_or("x");
    let place = rng.below(payload.len() + 1);
    splice(payload, place, place, text.as_bytes())
}

/// Flips one bit of some byte.
#[must_use]
pub fn flip_bit(payload: &[u8], rng: &mut SplitMix64) -> Vec<u8> {
    let mut mutated = payload.to_vec();
    let place = rng.below(mutated.len());
    if let Some(byte) = mutated.get_mut(place) {
        *byte ^= 1 << rng.below(8);
    }
    mutated
}

/// A change to a payload: the bytes before, the random numbers to draw from, the bytes after.
pub type Edit = fn(&[u8], &mut SplitMix64) -> Vec<u8>;

/// Every edit of this module.
pub const EDITS: [Edit; 10] = [
    change_id,
    change_length,
    change_value,
    swap_objects,
    duplicate_object,
    drop_object,
    nest,
    truncate,
    insert_text,
    flip_bit,
];

/// Applies `edits` edits drawn from [`EDITS`], one after the other.
///
/// A payload that ended in a CRC object still does: the edits then change what comes before it, and one in eight
/// the whole. Re-seal it, or leave the CRC wrong.
///
/// ```
/// use qris_testkit::{mutate, rng::SplitMix64};
///
/// let seed = mutate::seal(b"0002015902ab");
/// let once = mutate::mutations(&seed, &mut SplitMix64::new(1), 3);
/// assert_eq!(once, mutate::mutations(&seed, &mut SplitMix64::new(1), 3));
/// ```
#[must_use]
pub fn mutations(seed: &[u8], rng: &mut SplitMix64, edits: usize) -> Vec<u8> {
    let mut mutated = seed.to_vec();
    for _ in 0..edits {
        let edit = EDITS[rng.below(EDITS.len())];
        mutated = match body(&mutated) {
            Some(body) if rng.below(8) != 0 => {
                let crc = &mutated[body.len()..];
                [edit(body, rng).as_slice(), crc].concat()
            }
            _ => edit(&mutated, rng),
        };
    }
    mutated
}

/// Where an object lies in the payload, in bytes.
#[derive(Debug, Clone, Copy)]
struct Span {
    id: u8,
    declared: usize,
    start: usize,
    end: usize,
}

fn span(object: &naive::NaiveObject) -> Span {
    let end = object.offset + 4 + object.value.len();
    Span { id: object.id, declared: object.declared, start: object.offset, end }
}

/// The objects of the root, as far as it frames.
fn roots(payload: &[u8]) -> Vec<Span> {
    framed(payload).iter().map(span).collect()
}

/// The objects of every level, as far as the root frames.
fn spans(payload: &[u8]) -> Vec<Span> {
    let mut found = Vec::new();
    let mut left = framed(payload);
    while let Some(object) = left.pop() {
        found.push(span(&object));
        left.extend(object.objects.unwrap_or_default());
    }
    found
}

/// The root objects up to the first fault, without the CRC object.
fn framed(payload: &[u8]) -> Vec<naive::NaiveObject> {
    let mut objects = naive::readable_objects(payload, LengthUnit::Characters);
    objects.retain(|object| object.id != 63);
    objects
}

fn splice(payload: &[u8], start: usize, end: usize, with: &[u8]) -> Vec<u8> {
    [&payload[..start], with, &payload[end..]].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: &[u8] = b"00020126120004ABCD0100520458125902ab62070703A0163047C3A";

    fn rng() -> SplitMix64 {
        SplitMix64::new(42)
    }

    fn decode(payload: &[u8]) -> Result<naive::NaivePayload, naive::NaiveError> {
        naive::decode(payload, LengthUnit::Characters)
    }

    #[test]
    fn the_seed_is_sealed() {
        assert_eq!(String::from_utf8(reseal(SEED)).unwrap(), String::from_utf8(SEED.to_vec()).unwrap());
        assert!(decode(SEED).is_ok());
    }

    #[test]
    fn only_a_trailing_crc_is_resealed() {
        for payload in ["", "6304", "63046304", "00020163040", "0002016304AAE6x"] {
            let resealed = reseal(payload.as_bytes());
            assert_eq!(resealed == payload.as_bytes(), payload != "63046304", "{payload}");
        }
        assert_eq!(reseal(b"00026304\xFF\xFF\xFF\xFF"), seal(b"0002"));
    }

    #[test]
    fn spans_reach_into_templates() {
        let mut ids: Vec<u8> = spans(SEED).iter().map(|span| span.id).collect();
        ids.sort_unstable();
        assert_eq!(ids, [0, 0, 1, 7, 26, 52, 59, 62]);
        assert!(spans(b"xx").is_empty());
    }

    #[test]
    fn edits_do_what_they_say() {
        let body = body(SEED).unwrap();
        let seeds = || (0..200).map(SplitMix64::new);
        let length = body.len();
        for mut rng in seeds() {
            assert!(truncate(body, &mut rng).len() <= length);
            assert!(insert_text(body, &mut rng).len() > length);
            assert_eq!(flip_bit(body, &mut rng).iter().zip(body).filter(|(a, b)| a != b).count(), 1);
            assert!(drop_object(body, &mut rng).len() < length);
            assert!(duplicate_object(body, &mut rng).len() > length);
            let mut swapped = swap_objects(body, &mut rng);
            assert_ne!(swapped, body);
            swapped.sort_unstable();
            let mut sorted = body.to_vec();
            sorted.sort_unstable();
            assert_eq!(swapped, sorted);
            let nested = nest(body, &mut rng);
            assert_eq!(nested.len(), length + 4);
        }
        // Some IDs, lengths and values that are written happen to be there already.
        assert!(seeds().filter(|rng| change_id(body, &mut rng.clone()) != body).count() > 150);
        assert!(seeds().filter(|rng| change_value(body, &mut rng.clone()) != body).count() > 150);
        assert!(seeds().filter(|rng| change_length(body, &mut rng.clone()) != body).count() > 150);
    }

    #[test]
    fn edits_stand_anything() {
        let mut rng = rng();
        for payload in [&b""[..], b"0", b"\xFF\xFE", "中".as_bytes(), &[b'0'; 50_000]] {
            for _ in 0..20 {
                let mutated = mutations(payload, &mut rng, 4);
                assert!(mutated.len() <= payload.len() * 16 + 1_000);
            }
        }
    }

    #[test]
    fn mutations_hit_every_fault() {
        let mut rng = rng();
        let mut codes = std::collections::BTreeSet::new();
        let mut accepted = 0;
        for _ in 0..3_000 {
            let edits = 1 + rng.below(4);
            let mutated = mutations(SEED, &mut rng, edits);
            let mutated = if rng.below(8) == 0 { mutated } else { reseal(&mutated) };
            match decode(&mutated) {
                Ok(_) => accepted += 1,
                Err(error) => {
                    codes.insert(error.code);
                }
            }
        }
        assert!(accepted > 100, "{accepted}");
        let missing: Vec<_> = [
            "empty-text",
            "invalid-utf8",
            "truncated",
            "invalid-id",
            "format-indicator-not-first",
            "duplicate-id",
            "invalid-length",
            "overrun",
            "crc-malformed",
            "crc-not-last",
            "crc-missing",
            "crc-mismatch",
        ]
        .into_iter()
        .filter(|code| !codes.contains(code))
        .collect();
        assert!(missing.is_empty(), "never hit: {missing:?}");
    }
}
