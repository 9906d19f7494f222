//! What was read can be written, byte for byte.

use qris_core::wire::Writer;
use qris_core::{Edit, EncodeError, Id, Payload, edit};

use super::readings;

/// Reads bytes as a payload, writes what was read object by object, and compares.
///
/// # Panics
/// When the bytes differ, or an edit that does nothing changes something.
pub fn round_trip(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for payload in readings(text) {
        let mut room = vec![0; text.len()];
        let written = rewritten(&payload, &mut room).expect("what was read can be written");
        let mut again = vec![0; text.len()];
        assert_eq!(edit::reseal(&payload, &mut again), Ok(written));
        match payload.clone().verify_crc() {
            Ok(sealed) => {
                assert_eq!(written, text);
                let nothing = Edit::new();
                assert_eq!(nothing.encoded_len(&sealed), Ok(text.len()));
                assert_eq!(nothing.write_to(&sealed, &mut vec![0; text.len()]), Ok(text));
                let needed = text.len();
                let short = nothing.write_to(&sealed, &mut vec![0; text.len() - 1]).map(str::len);
                assert_eq!(short, Err(EncodeError::BufferTooSmall { needed, available: needed - 1 }));
                assert_eq!(edit::changes(&sealed, &sealed).next(), None);
            }
            Err(_) => {
                assert_eq!(&written[..text.len() - 4], &text[..text.len() - 4]);
                let unit = payload.unit();
                let sealed = Payload::parse_with(written, unit).and_then(Payload::verify_crc);
                assert_eq!(sealed.map(|sealed| sealed.as_str().len()), Ok(text.len()));
            }
        }
    }
}

/// Writes all objects of a payload, templates from the inside.
fn rewritten<'b>(payload: &Payload<'_>, room: &'b mut [u8]) -> Result<&'b str, EncodeError> {
    let mut writer = Writer::with_unit(room, payload.unit());
    let mut depth = 1;
    for object in payload.walk().filter(|object| object.path().depth() > 1 || object.id() != Id::CRC) {
        for _ in object.path().depth()..depth {
            writer.close()?;
        }
        depth = object.path().depth();
        match object.template() {
            Some(template) if template.objects().next().is_some() => {
                writer.open(object.id())?;
                depth += 1;
            }
            _ => writer.object(object.id(), object.value())?,
        }
    }
    for _ in 1..depth {
        writer.close()?;
    }
    writer.seal_like(payload.value_of(Id::CRC).unwrap_or_default())
}
