//! Lengths that count bytes or UTF-16 units.

use alloc::format;
use alloc::string::String;

use super::Cause;
use crate::id::Id;
use crate::unit::LengthUnit;
use crate::wire::{DataObject, MAX_BYTES, Sealed, checksum};

/// The payload as the standard writes it, when its CRC is right and its lengths count something else.
pub(super) fn repaired(text: &str) -> Option<(Cause, String)> {
    if text.is_ascii() || text.len() > MAX_BYTES {
        return None;
    }
    let units = [(Cause::LengthsInBytes, LengthUnit::Bytes), (Cause::LengthsInUtf16, LengthUnit::Utf16)];
    let mut read = units
        .iter()
        .filter_map(|(cause, unit)| Some((*cause, in_characters(&Sealed::parse_with(text, *unit).ok()?)?)));
    // The two split a text differently: when both read, neither is proved.
    read.next().filter(|_| read.next().is_none())
}

fn in_characters(payload: &Sealed<'_>) -> Option<String> {
    let mut undone = String::new();
    for object in payload.objects().filter(|object| object.id() != Id::CRC) {
        put(&mut undone, &object)?;
    }
    undone.push_str("6304");
    let crc = checksum(undone.as_bytes());
    undone.push_str(&format!("{crc:04X}"));
    Some(undone)
}

/// An object, and those in it, as the standard writes them.
fn put(text: &mut String, object: &DataObject<'_>) -> Option<()> {
    let value = match object.template() {
        None => String::from(object.value()),
        Some(template) => {
            let mut inside = String::new();
            template.objects().try_for_each(|object| put(&mut inside, &object))?;
            inside
        }
    };
    let length = value.chars().count();
    text.push_str(&format!("{}{length:02}{value}", object.id()));
    (length <= 99).then_some(())
}
