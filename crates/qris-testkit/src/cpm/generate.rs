//! Codes out of random numbers: good ones, and good ones that were changed where codes break.

use crate::rng::SplitMix64;

/// An object to be written: its tag, what is in it, and how many bytes its length takes beyond the fewest.
#[derive(Debug, Clone)]
pub struct Part {
    /// The bytes of the tag.
    pub tag: Vec<u8>,
    /// A value, or the objects of a template.
    pub inside: Inside,
    /// Bytes the length takes beyond the fewest; as far as there are forms.
    pub wider: usize,
}

/// What is in an object.
#[derive(Debug, Clone)]
pub enum Inside {
    /// A value.
    Value(Vec<u8>),
    /// Objects.
    Parts(Vec<Part>),
}

/// An object with a value.
#[must_use]
pub fn part(tag: &[u8], value: &[u8]) -> Part {
    Part { tag: tag.to_vec(), inside: Inside::Value(value.to_vec()), wider: 0 }
}

/// A template.
#[must_use]
pub fn template(tag: u8, parts: Vec<Part>) -> Part {
    Part { tag: vec![tag], inside: Inside::Parts(parts), wider: 0 }
}

/// The bytes of objects.
#[must_use]
pub fn write(parts: &[Part]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in parts {
        let value = match &part.inside {
            Inside::Value(value) => value.clone(),
            Inside::Parts(parts) => write(parts),
        };
        bytes.extend(&part.tag);
        bytes.extend(length(value.len(), part.wider));
        bytes.extend(value);
    }
    bytes
}

/// A length in the form that is `wider` bytes wider than the shortest.
#[must_use]
pub fn length(length: usize, wider: usize) -> Vec<u8> {
    let shortest = if length < 0x80 { 0 } else { usize::from(length > 0xFF) + 1 };
    let [.., high, low] = length.to_be_bytes();
    match shortest + wider {
        0 => vec![low],
        1 => vec![0x81, low],
        _ => vec![0x82, high, low],
    }
}

const AID: &[u8] = &[0xA0, 0x00, 0x00, 0x06, 0x02, 0x20, 0x20];

/// A PAN of 19 digits with its check digit, packed.
const PAN: &[u8] = &[0x93, 0x60, 0x09, 0x14, 0x00, 0x00, 0x00, 0x00, 0x01, 0x9F];
/// Track 2 with the same PAN.
const TRACK_2: &[u8] = &[0x93, 0x60, 0x09, 0x14, 0x00, 0x00, 0x00, 0x00, 0x01, 0x9D, 0x49, 0x12];

/// A code of QRIS that conforms, with optional objects or without.
pub fn good(rng: &mut SplitMix64) -> Vec<Part> {
    let mut application = vec![part(&[0x4F], AID), part(&[0x50], b"QRISCPM")];
    match rng.below(3) {
        0 => application.push(part(&[0x5A], PAN)),
        1 => application.push(part(&[0x57], TRACK_2)),
        _ => application.extend([part(&[0x57], TRACK_2), part(&[0x5A], PAN)]),
    }
    let length = rng.between(8, 64);
    let data = random(rng, length);
    let optional: [(&[u8], &[u8]); 9] = [
        (&[0x5F, 0x20], b"NAMA CONTOH"),
        (&[0x5F, 0x2D], b"iden"),
        (&[0x5F, 0x50], b"contoh.example"),
        (&[0x9F, 0x08], &[0, 1]),
        (&[0x9F, 0x19], &[0x01, 0x23, 0x45, 0x67, 0x89, 0x01]),
        (&[0x9F, 0x24], b"PAPAPAPAPAPAPAPAPAPAPAPAPAPAP"),
        (&[0x9F, 0x25], &[0x00, 0x19]),
        (&[0x9F, 0x25], b"0019"),
        (&[0x9F, 0x76], b"d-contoh"),
    ];
    let picks: Vec<Part> =
        optional.iter().filter(|_| rng.one_in(4)).map(|(tag, value)| part(tag, value)).collect();
    application.extend(picks);
    application.push(template(0x63, vec![part(&[0x9F, 0x74], &data)]));
    if rng.one_in(3) {
        rng.shuffle(&mut application);
    }
    let mut code = vec![template(0x61, application)];
    if rng.one_in(4) {
        let cryptogram = random(rng, 8);
        code.push(template(0x62, vec![template(0x64, vec![part(&[0x9F, 0x26], &cryptogram)])]));
    }
    if rng.one_in(4) {
        rng.shuffle(&mut code);
    }
    code.insert(0, part(&[0x85], b"CPV01"));
    code
}

fn random(rng: &mut SplitMix64, length: usize) -> Vec<u8> {
    (0..length).map(|_| rng.next_u64() as u8).collect()
}

/// Tags that are worth being somewhere else.
const TAGS: &[&[u8]] = &[
    &[0x85],
    &[0x61],
    &[0x62],
    &[0x63],
    &[0x64],
    &[0x4F],
    &[0x50],
    &[0x57],
    &[0x5A],
    &[0x82],
    &[0xC4],
    &[0xE0],
    &[0x5F, 0x2D],
    &[0x9F, 0x25],
    &[0x9F, 0x74],
    &[0xBF, 0x0C],
    &[0xDF, 0x81, 0x05],
];

/// A code made out of bytes: a good one, mostly with some changes to its objects, at times with one to its bytes. It need not be
/// one any more.
#[must_use]
pub fn code_from(bytes: &[u8]) -> Vec<u8> {
    let mut rng = SplitMix64::over(bytes);
    let mut code = good(&mut rng);
    for _ in 0..rng.below(4) {
        change(&mut code, &mut rng, 0);
    }
    let mut bytes = write(&code);
    if rng.one_in(4) && !bytes.is_empty() {
        let at = rng.below(bytes.len());
        match rng.below(4) {
            0 => bytes.truncate(at),
            1 => {
                bytes.remove(at);
            }
            2 => bytes.insert(at, rng.next_u64() as u8),
            _ => bytes[at] = rng.next_u64() as u8,
        }
    }
    bytes
}

/// Changes one thing on a level, or in a template of it.
fn change(parts: &mut Vec<Part>, rng: &mut SplitMix64, depth: usize) {
    if parts.is_empty() || rng.one_in(8) {
        let tag = rng.pick(TAGS).copied().unwrap_or(&[0xC4]);
        let length = rng.below(12);
        let at = rng.below(parts.len() + 1);
        parts.insert(at, part(tag, &random(rng, length)));
        return;
    }
    let at = rng.below(parts.len());
    let deeper = depth < 4 && rng.below(4) > 0;
    if deeper && let Inside::Parts(inside) = &mut parts[at].inside {
        return change(inside, rng, depth + 1);
    }
    match rng.below(8) {
        0 => {
            parts.remove(at);
        }
        1 => parts.insert(at, parts[at].clone()),
        2 => parts[at].tag = rng.pick(TAGS).copied().unwrap_or(&[0xC4]).to_vec(),
        3 => parts[at].wider = rng.between(1, 2),
        4 => {
            let inner = parts[at].clone();
            let tag = *rng.pick(&[0x61u8, 0x62, 0x63, 0x64, 0xE0]).unwrap_or(&0xE0);
            parts[at] = template(tag, vec![inner]);
        }
        5 => rng.shuffle(parts),
        _ => {
            let length = rng.below(70);
            match &mut parts[at].inside {
                Inside::Value(value) if rng.one_in(2) && !value.is_empty() => {
                    let place = rng.below(value.len());
                    value[place] = rng.next_u64() as u8;
                }
                Inside::Value(value) if rng.one_in(2) => value.truncate(length),
                inside => *inside = Inside::Value(random(rng, length)),
            }
        }
    }
}
