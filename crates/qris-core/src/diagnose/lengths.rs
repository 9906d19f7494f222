//! Lengths that count bytes or UTF-16 units.

use alloc::string::String;
use alloc::vec;

use super::Cause;
use crate::error::WriteError;
use crate::id::Id;
use crate::unit::LengthUnit;
use crate::wire::{MAX_BYTES, Sealed, Template, Writer};

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
    let mut buffer = vec![0; MAX_BYTES];
    let mut writer = Writer::new(&mut buffer);
    for object in payload.objects().filter(|object| object.id() != Id::CRC) {
        match object.template() {
            Some(template) => {
                writer.open(object.id()).ok()?;
                inside(&mut writer, template).ok()?;
                writer.close().ok()?;
            }
            None => writer.object(object.id(), object.value()).ok()?,
        }
    }
    writer.seal().ok().map(String::from)
}

fn inside(writer: &mut Writer<'_>, template: Template<'_>) -> Result<(), WriteError> {
    for object in template.objects() {
        match object.template() {
            Some(template) => {
                writer.open(object.id())?;
                inside(writer, template)?;
                writer.close()?;
            }
            None => writer.object(object.id(), object.value())?,
        }
    }
    Ok(())
}
