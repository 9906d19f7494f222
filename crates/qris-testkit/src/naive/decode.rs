use super::text::{Text, ValueEnd};
use super::{Facts, LengthUnit, MAX_BYTES, NaiveError, NaiveObject, NaivePayload, crc16};

const PAYLOAD_FORMAT_INDICATOR: u8 = 0;
const ADDITIONAL_DATA: u8 = 62;
const CRC: u8 = 63;
/// Two characters of ID and two of length, always counted as characters.
const HEADER: usize = 4;

/// Decodes a payload: framing, then the CRC.
///
/// # Errors
/// The first fault from the left; see the [module's table](super).
///
/// ```
/// use qris_testkit::naive::{LengthUnit, decode};
///
/// let payload = decode(b"0002016304AAE6", LengthUnit::Characters).unwrap();
/// assert_eq!((payload.objects[1].id, payload.crc_computed), (63, 0xAAE6));
/// let error = decode(b"0002016304FFFF", LengthUnit::Characters).unwrap_err();
/// assert_eq!((error.code, error.offset), ("crc-mismatch", 10));
/// ```
pub fn decode(bytes: &[u8], unit: LengthUnit) -> Result<NaivePayload, NaiveError> {
    let payload = decode_structure(bytes, unit)?;
    if payload.crc_holds() {
        return Ok(payload);
    }
    // 63 is the last object: its value is the last four characters, all ASCII.
    let offset = bytes.len() - 4;
    let character = payload.objects.last().map_or(0, |crc| crc.char_offset + HEADER);
    let facts =
        Facts { stated: Some(payload.crc_stated), computed: Some(payload.crc_computed), ..Facts::default() };
    Err(NaiveError { code: "crc-mismatch", offset, character, facts })
}

/// Decodes a payload without comparing the CRC; it must still be there, last and four hex digits.
///
/// # Errors
/// Every fault of [`decode`] but `crc-mismatch`.
pub fn decode_structure(bytes: &[u8], unit: LengthUnit) -> Result<NaivePayload, NaiveError> {
    if bytes.is_empty() {
        return Err(fault("empty-text", 0, 0));
    }
    if bytes.len() > MAX_BYTES {
        return Err(fault("text-too-long", 0, 0));
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => Text::new(text),
        Err(error) => {
            let good = String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned();
            return Err(fault("invalid-utf8", error.valid_up_to(), good.chars().count()));
        }
    };
    let mut objects = Vec::new();
    read_root(&text, unit, &mut objects)?;
    match objects.last() {
        Some(crc) if crc.id == CRC => {
            let crc_stated = crc.value.clone();
            let crc_computed = crc16(&bytes[..bytes.len() - 4]);
            Ok(NaivePayload { objects, crc_stated, crc_computed })
        }
        _ => Err(fault("crc-missing", bytes.len(), text.len())),
    }
}

/// The root objects that can be read before the first fault, whatever comes after them.
///
/// ```
/// use qris_testkit::naive::{LengthUnit, readable_objects};
///
/// assert_eq!(readable_objects(b"0002015902ab60xx", LengthUnit::Characters).len(), 2);
/// ```
#[must_use]
pub fn readable_objects(bytes: &[u8], unit: LengthUnit) -> Vec<NaiveObject> {
    let bytes = bytes.get(..MAX_BYTES).unwrap_or(bytes);
    let good = bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    let mut objects = Vec::new();
    // The fault is not asked for: what was read before it is the answer.
    let _ = read_root(&Text::new(good), unit, &mut objects);
    objects
}

/// Reads root objects up to the end or the first fault.
fn read_root(text: &Text, unit: LengthUnit, objects: &mut Vec<NaiveObject>) -> Result<(), NaiveError> {
    let end = text.len();
    let fault_at = |code, index| fault(code, text.offset(index), index);
    let mut at = 0;
    while at < end {
        if end - at < HEADER {
            return Err(fault_at("truncated", at));
        }
        let Some(id) = text.two_digits(at) else {
            return Err(fault_at("invalid-id", at));
        };
        if objects.is_empty() && id != PAYLOAD_FORMAT_INDICATOR {
            return Err(fault_at("format-indicator-not-first", at));
        }
        if let Some(first) = objects.iter().find(|object| object.id == id) {
            let facts = Facts { first_offset: Some(first.offset), ..Facts::default() };
            return Err(NaiveError { facts, ..fault_at("duplicate-id", at) });
        }
        let Some(declared) = text.two_digits(at + 2).map(usize::from) else {
            return Err(fault_at("invalid-length", at + 2));
        };
        let value_start = at + HEADER;
        let value_end = match text.value_end(value_start, end, declared, unit) {
            ValueEnd::At(index) => index,
            ValueEnd::Overrun { available } => {
                let facts =
                    Facts { declared: Some(declared), available: Some(available), ..Facts::default() };
                return Err(NaiveError { facts, ..fault_at("overrun", at) });
            }
            ValueEnd::CutsCharacter => {
                let facts = Facts { unit: Some(unit), ..Facts::default() };
                return Err(NaiveError { facts, ..fault_at("invalid-length", at + 2) });
            }
        };
        let value = text.slice(value_start, value_end);
        if id == CRC {
            if declared != 4 || value.len() != 4 || !value.chars().all(|digit| digit.is_ascii_hexdigit()) {
                return Err(fault_at("crc-malformed", value_start));
            }
            if value_end < end {
                return Err(fault_at("crc-not-last", value_end));
            }
        }
        let inner =
            if is_root_template(id) { read_template(text, id, value_start, value_end, unit) } else { None };
        objects.push(NaiveObject {
            id,
            declared,
            offset: text.offset(at),
            char_offset: at,
            value,
            objects: inner,
        });
        at = value_end;
    }
    Ok(())
}

/// EMVCo table 4.1 and clauses 4.8, 4.9, 4.11.
fn is_root_template(id: u8) -> bool {
    matches!(id, 26..=51 | 62 | 64 | 80..=99)
}

/// The objects of a root template, or `None` when it does not frame completely.
fn read_template(
    text: &Text,
    template: u8,
    start: usize,
    end: usize,
    unit: LengthUnit,
) -> Option<Vec<NaiveObject>> {
    let mut objects = frame(text, start, end, unit)?;
    if template == ADDITIONAL_DATA {
        for object in &mut objects {
            if (50..=99).contains(&object.id) {
                let inner_start = object.char_offset + HEADER;
                let inner_end = inner_start + object.value.chars().count();
                object.objects =
                    frame(text, inner_start, inner_end, unit).filter(|inner| has_identifier(inner));
            }
        }
    }
    Some(objects)
}

/// A payment system's template starts with its globally unique identifier: 00, 1 to 32 characters.
fn has_identifier(objects: &[NaiveObject]) -> bool {
    objects.first().is_some_and(|first| first.id == 0 && (1..=32).contains(&first.value.chars().count()))
}

/// The objects between two characters of the payload, all primitive; `None` when they do not frame completely.
fn frame(text: &Text, start: usize, end: usize, unit: LengthUnit) -> Option<Vec<NaiveObject>> {
    let mut objects = Vec::new();
    let mut at = start;
    while at < end {
        if end - at < HEADER {
            return None;
        }
        let id = text.two_digits(at)?;
        let declared = usize::from(text.two_digits(at + 2)?);
        let ValueEnd::At(value_end) = text.value_end(at + HEADER, end, declared, unit) else {
            return None;
        };
        objects.push(NaiveObject {
            id,
            declared,
            offset: text.offset(at),
            char_offset: at,
            value: text.slice(at + HEADER, value_end),
            objects: None,
        });
        at = value_end;
    }
    Some(objects)
}

fn fault(code: &'static str, offset: usize, character: usize) -> NaiveError {
    NaiveError { code, offset, character, facts: Facts::default() }
}
