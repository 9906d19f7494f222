//! Finds out which fault stopped the reader, and where: the work that the hot path leaves out.

use super::crc;
use super::layout::Layout;
use super::read::{self, Fault, InText, is_first};
use crate::error::{DecodeError, ErrorKind};
use crate::id::{Id, Path};

/// The first fault of a text, reading from left to right. `layout` knows the root objects that were read; `stopped` is
/// the offset of the one that could not be read, or the length of the text when all could.
#[cold]
#[inline(never)]
pub(super) fn explain(text: &str, layout: &Layout, stopped: usize) -> DecodeError {
    let error = |kind, offset: usize, path| {
        let before = text.as_bytes().iter().take(offset).filter(|b| is_first(**b)).count();
        DecodeError::new(kind, offset, before, path)
    };
    let at_object = |kind, offset, id| error(kind, offset, Path::root(Id::known(id)));
    let find = |id: u8| {
        let present = layout.present.contains(id);
        present.then(|| read::find(layout.measure(), text.as_bytes(), id)).flatten()
    };

    let first = read::element(layout.measure(), text.as_bytes()).map(|object| object.id);
    if let Some(first) = first.filter(|id| *id != 0) {
        return at_object(ErrorKind::FormatIndicatorNotFirst, 0, first);
    }
    // The CRC was read and this is still a fault: it is malformed, or not the last object.
    if let Some((offset, object)) = find(63) {
        let (start, value) = (offset.saturating_add(4), object.value);
        return match <&[u8; 4]>::try_from(value).ok().and_then(crc::from_hex) {
            None => at_object(ErrorKind::CrcMalformed, start, 63),
            Some(_) => {
                let end = start.saturating_add(value.len());
                let extra = text.len().saturating_sub(end);
                at_object(ErrorKind::CrcNotLast { extra }, end, 63)
            }
        };
    }
    let rest = text.get(stopped..).unwrap_or_default();
    if rest.is_empty() {
        return at_object(ErrorKind::CrcMissing, text.len(), 63);
    }

    // One object could not be read, or its ID occurred before. The checks are in the promised order: the header is
    // whole, the ID is two digits and allowed here, the length is two digits, the value is whole.
    let fault = read::object(layout.measure(), rest.as_bytes()).err();
    let available = rest.chars().take(4).count();
    let head = rest.as_bytes().first_chunk::<4>().filter(|_| available == 4 && fault != Some(Fault::Short));
    let Some(&[a, b, _, _]) = head else {
        return error(ErrorKind::Truncated { available }, stopped, Path::PAYLOAD);
    };
    let Some((id, _)) = read::header(&[a, b, b'0', b'0']) else {
        return error(ErrorKind::InvalidId, stopped, Path::PAYLOAD);
    };
    if first.is_none() && id != 0 {
        return at_object(ErrorKind::FormatIndicatorNotFirst, stopped, id);
    }
    if let Some((first_offset, _)) = find(id) {
        return at_object(ErrorKind::DuplicateId { first_offset }, stopped, id);
    }
    let length_at = stopped.saturating_add(2);
    let declared = head.and_then(read::header).filter(|_| fault == Some(Fault::Value));
    let Some((_, declared)) = declared else {
        return at_object(ErrorKind::InvalidLength { cuts: None }, length_at, id);
    };
    let unit = layout.unit;
    let available = unit.measure(rest.get(4..).unwrap_or_default());
    if usize::from(declared) > available {
        let kind = ErrorKind::Overrun { declared: declared.into(), available, unit };
        return at_object(kind, stopped, id);
    }
    at_object(ErrorKind::InvalidLength { cuts: Some(unit) }, length_at, id)
}

/// The offset in the payload of the first object that could not be read inside a template; `None` when its value
/// frames. `start` is the offset of the value.
pub(super) fn unframed_at(start: usize, value: &str, measure: InText) -> Option<usize> {
    let mut elements = read::Elements::of(measure, value.as_bytes());
    while elements.next().is_some() {}
    let stopped = start.saturating_add(value.len().saturating_sub(elements.left()));
    (elements.left() > 0).then_some(stopped)
}
