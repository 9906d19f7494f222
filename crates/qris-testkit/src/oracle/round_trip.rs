//! Nothing is lost on the way in or out.

use qris_core::wire::{DataObject, Nesting, Writer};
use qris_core::{Builder, Edit, Id, MAX_BYTES, Payload, Sealed, WriteError, check, edit};

use super::{core_unit, parse, payload_from, profile, units_of};
use crate::draft::Draft;
use crate::naive::{self, LengthUnit};
use crate::rng::SplitMix64;
use crate::{generate, mutate};

/// What was read is written again as the same bytes, whatever its lengths count; an empty edit changes nothing and a
/// payload does not differ from itself; a wrong CRC is mended by name only; a generated payload is what was generated.
///
/// # Panics
/// When it is not so.
pub fn round_trip(bytes: &[u8]) {
    for bytes in [bytes, &payload_from(bytes)] {
        for unit in units_of(bytes) {
            let Ok(payload) = parse(bytes, core_unit(unit)) else { continue };
            written_again(&payload);
            if let Ok(sealed) = payload.verify_crc() {
                same_bytes(&sealed);
            }
        }
    }
    generated(&mut SplitMix64::over(bytes));
}

/// A generated tree, written and read, is the same tree and conforms; built from its values it is the same objects in
/// the order of the table.
fn generated(rng: &mut SplitMix64) {
    let profile = profile(rng);
    let draft = generate::draft(&profile, rng);
    let text = draft.sealed(LengthUnit::Characters).unwrap_or_default();
    let sealed = Sealed::parse(&text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
    if let Some(finding) = check::first_error(&sealed, &profile) {
        panic!("{} {text:?}: {finding:#}", profile.name);
    }
    let read = naive::decode(text.as_bytes(), LengthUnit::Characters).map(|read| Draft::of(&read));
    assert_eq!(read, Ok(draft.clone()));

    let mut builder = Builder::new();
    for object in sealed.walk().filter(|object| object.template().is_none()) {
        if ![Id::PAYLOAD_FORMAT_INDICATOR, Id::CRC].contains(&object.id()) || object.path().depth() > 1 {
            builder.set(object.path(), object.value());
        }
    }
    let mut buffer = vec![0; MAX_BYTES];
    match builder.write_to(&mut buffer) {
        Ok(built) => {
            let sorted = sorted(draft).sealed(LengthUnit::Characters);
            assert_eq!(Some(built), sorted.as_deref(), "from {text:?}");
            assert_eq!(builder.encoded_len(), Ok(built.len()));
        }
        Err(error) => assert!(matches!(error, WriteError::TooManyObjects { .. }), "{text:?}: {error}"),
    }
}

/// In the order of the table, at every level.
fn sorted(mut draft: Draft) -> Draft {
    fn sort(objects: &mut [crate::draft::Object]) {
        objects.sort_by_key(|object| object.id);
        for object in objects {
            if let crate::draft::Body::Objects(inner) = &mut object.body {
                sort(inner);
            }
        }
    }
    sort(&mut draft.objects);
    draft
}

/// Object by object, and by name: what comes before the CRC stays, and the CRC is right afterwards.
fn written_again(payload: &Payload<'_>) {
    let text = payload.as_str();
    let mut buffer = vec![0; text.len()];
    let mut writer = Writer::with_unit(&mut buffer, payload.unit());
    let body = payload.objects().filter(|object| object.id() != Id::CRC);
    body.for_each(|object| write(&mut writer, &object));
    let written = writer.seal_like(payload.value_of(Id::CRC).unwrap_or_default());
    let mended = mutate::reseal(text.as_bytes());
    assert!(
        written.is_ok_and(|written| written.as_bytes().eq_ignore_ascii_case(&mended)),
        "{text:?}: {written:?}"
    );
    assert_eq!(written.map(|written| &written[..text.len() - 4]), Ok(&text[..text.len() - 4]));
    let mut again = vec![0; text.len()];
    assert_eq!(edit::reseal(payload, &mut again), written);
}

fn same_bytes(sealed: &Sealed<'_>) {
    let text = sealed.as_str();
    let mut buffer = vec![0; text.len()];
    assert_eq!(edit::reseal(sealed, &mut buffer), Ok(text));
    let nothing = Edit::new();
    assert_eq!(nothing.encoded_len(sealed), Ok(text.len()));
    assert_eq!(nothing.write_to(sealed, &mut buffer), Ok(text));
    let short = nothing.write_to(sealed, &mut buffer[1..]).map(str::len);
    let needed = text.len();
    assert_eq!(short, Err(WriteError::BufferTooSmall { needed, available: needed - 1 }));
    assert_eq!(edit::changes(sealed, sealed).count(), 0, "{text:?}");

    // A wrong CRC is mended by name only, and then gives the same payload but for the letter case.
    let (body, crc) = text.split_at(text.len() - 4);
    let other = if crc == "0000" { "0001" } else { "0000" };
    let altered = format!("{body}{other}");
    let altered =
        Payload::parse_with(&altered, sealed.unit()).unwrap_or_else(|error| panic!("{altered:?}: {error}"));
    assert!(altered.clone().verify_crc().is_err());
    let mended = edit::reseal(&altered, &mut buffer).map(str::as_bytes);
    assert_eq!(mended, Ok(mutate::reseal(text.as_bytes()).as_slice()));
}

/// Templates through `open` and `close`, everything else by value.
fn write(writer: &mut Writer<'_>, object: &DataObject<'_>) {
    let written = match object.template().filter(|_| object.nesting() != Nesting::Primitive) {
        None => writer.object(object.id(), object.value()),
        Some(template) => writer.open(object.id()).and_then(|()| {
            template.objects().for_each(|inner| write(writer, &inner));
            writer.close()
        }),
    };
    assert_eq!(written, Ok(()), "{}", object.path());
}
