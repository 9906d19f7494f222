//! Which fault stopped the reader, and where: everything the hot path leaves out.

use super::crc;
use super::object::is_root_template;
use super::payload::Payload;
use super::read::{self, InText, is_first};
use crate::error::{DecodeError, ErrorKind};
use crate::id::{Id, Path};

/// The first fault of a text, reading from left to right. The payload knows the root objects that were read,
/// `stopped` is the offset of the one that could not be (the length of the text when all could).
#[cold]
#[inline(never)]
pub(super) fn explain(payload: &Payload<'_>, stopped: usize) -> DecodeError {
    let (text, unit) = (payload.as_str(), payload.unit());
    let error = |kind, offset: usize, path| {
        let before = text.as_bytes().iter().take(offset).filter(|b| is_first(**b)).count();
        DecodeError::new(kind, offset, before, path)
    };
    let at_object = |kind, offset, id| error(kind, offset, Path::root(Id::known(id)));

    let first = payload.objects().next().map(|object| object.id().number());
    if let Some(first) = first.filter(|id| *id != 0) {
        return at_object(ErrorKind::FormatIndicatorNotFirst, 0, first);
    }
    // The CRC was read and this is still a fault: it is malformed, or not the last object.
    if let Some(object) = payload.get(Id::CRC) {
        let value = object.value_span();
        return match <&[u8; 4]>::try_from(object.value().as_bytes()).ok().and_then(crc::from_hex) {
            None => at_object(ErrorKind::CrcMalformed, value.start, 63),
            Some(_) => {
                let extra = text.len().saturating_sub(value.end);
                at_object(ErrorKind::CrcNotLast { extra }, value.end, 63)
            }
        };
    }
    let rest = text.get(stopped..).unwrap_or_default();
    if rest.is_empty() {
        return at_object(ErrorKind::CrcMissing, text.len(), 63);
    }

    // One object could not be read: the same questions in the order they are promised.
    let available = rest.chars().take(4).count();
    let Some(&[a, b, c, d]) = rest.as_bytes().first_chunk::<4>().filter(|_| available == 4) else {
        return error(ErrorKind::Truncated { available }, stopped, Path::PAYLOAD);
    };
    let Some((id, _)) = read::header(&[a, b, b'0', b'0']) else {
        return error(ErrorKind::InvalidId, stopped, Path::PAYLOAD);
    };
    if first.is_none() && id != 0 {
        return at_object(ErrorKind::FormatIndicatorNotFirst, stopped, id);
    }
    if let Some(first) = payload.get(Id::known(id)) {
        return at_object(ErrorKind::DuplicateId { first_offset: first.offset() }, stopped, id);
    }
    let length_at = stopped.saturating_add(2);
    let Some((_, declared)) = read::header(&[b'0', b'0', c, d]) else {
        return at_object(ErrorKind::InvalidLength { cuts: None }, length_at, id);
    };
    let available = unit.measure(rest.get(4..).unwrap_or_default());
    if usize::from(declared) > available {
        let kind = ErrorKind::Overrun { declared: declared.into(), available, unit };
        return at_object(kind, stopped, id);
    }
    at_object(ErrorKind::InvalidLength { cuts: Some(unit) }, length_at, id)
}

/// Why the value of a template does not frame: the offset of the object inside it that could not be read.
pub(super) fn unframed_at(payload: &Payload<'_>, id: Id) -> Option<usize> {
    let object = payload.get(id).filter(|object| is_root_template(object.id().number()))?;
    let mut done = 0usize;
    let value = object.value.as_bytes();
    let measure = InText { ascii: payload.is_ascii(), unit: payload.unit() };
    while let Some(rest) = value.get(done..).filter(|rest| !rest.is_empty()) {
        match read::object(measure, rest) {
            Ok((tail, _)) => done = value.len().saturating_sub(tail.len()),
            Err(_) => return Some(object.value_span().start.saturating_add(done)),
        }
    }
    None
}
