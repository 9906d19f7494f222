//! Any bytes through the reader and every printer.

use qris_core::display::{self, Safe};
use qris_core::wire::{Nesting, SealedBuf, Span};
use qris_core::{
    DataObject, DecodeError, Id, Kind, LengthUnit, MAX_BYTES, Payload, Profile, Qris, Rejection, Sealed,
    check,
};

use super::{core_unit, judge, meaning, naive_unit, parse, units_of};
use crate::naive;

/// Reads bytes in every unit, climbs every rung, and prints everything there is.
///
/// Faults point into the text at the border of a character; objects tile the text at every level; the two ways of
/// checking say the same, little, and about what is there; the conformant view exists exactly for what conforms; and
/// nothing printed acts on a terminal or swells.
///
/// # Panics
/// When a layer panics or contradicts another one or the text.
pub fn decode_any(bytes: &[u8]) {
    for unit in units_of(bytes) {
        match parse(bytes, core_unit(unit)) {
            Ok(payload) => whole(&payload),
            Err(error) => refused(bytes, &error),
        }
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    assert_eq!(Payload::from_bytes(bytes), Payload::parse(text));
    // Trusted to be one line, of at most ten characters for each of the text.
    let safe = Safe(text).to_string();
    assert!(text.is_empty() || safe.len() <= 10 * text.len());
    assert!(!safe.contains(acts), "{safe:?}");
    detected(text);
    let sealed = Sealed::parse(text);
    let owned = text.parse::<SealedBuf>();
    assert_eq!(sealed.as_ref().ok(), owned.as_ref().ok().map(SealedBuf::as_sealed).as_ref());
    for profile in Profile::ALL {
        match (Qris::decode_with(text, profile), &sealed) {
            (Ok(_), Ok(sealed)) => assert!(check::conforms(sealed, profile)),
            (Err(Rejection::NotConformant(finding)), Ok(sealed)) => {
                assert_eq!(Some(finding), check::first_error(sealed, profile));
            }
            (Err(Rejection::Decode(error)), Err(other)) => assert_eq!(error, *other),
            (qris, _) => panic!("{text:?}: {qris:?}, {sealed:?}"),
        }
    }
}

/// A refusal points into the text, at the border of a character.
fn refused(bytes: &[u8], error: &DecodeError) {
    assert!(error.offset() <= bytes.len() && error.character() <= error.offset(), "{error:?}");
    if let Ok(text) = std::str::from_utf8(bytes) {
        let before = text.get(..error.offset()).map(|before| before.chars().count());
        assert_eq!(before, Some(error.character()), "{error:?}");
    }
    assert!(!error.kind().code().is_empty() && !error.kind().explanation().is_empty());
    one_line(&error.to_string());
}

/// Detection takes characters when they fit, and otherwise only a unit that reads the text.
fn detected(text: &str) {
    match (Payload::detect(text), Payload::parse(text)) {
        (detected, Ok(read)) => assert_eq!(detected, Ok(read)),
        (Ok(detected), Err(_)) => {
            assert_ne!(detected.unit(), LengthUnit::Characters);
            assert_eq!(Payload::parse_with(text, detected.unit()), Ok(detected));
        }
        (Err(detected), Err(error)) => assert_eq!(detected, error),
    }
}

/// A payload whose structure is right; its CRC need not be.
fn whole(payload: &Payload<'_>) {
    let text = payload.as_str();
    assert!(text.len() <= MAX_BYTES);
    assert_eq!(payload.characters(), text.chars().count());
    assert_eq!(payload.is_ascii(), text.is_ascii());
    tiled(payload, payload.objects(), Span::from(0..text.len()));
    assert_eq!(payload.objects().next().map(|object| object.id()), Some(Id::PAYLOAD_FORMAT_INDICATOR));
    assert_eq!(payload.objects().last().map(|object| object.id()), Some(Id::CRC));
    assert_eq!(payload.objects().count(), payload.object_count());
    for object in payload.objects() {
        assert_eq!(payload.get(object.id()), Some(object));
        assert_eq!(payload.value_of(object.id()), Some(object.value()));
        assert_eq!(payload.template(object.id()), object.template());
        let stopped = payload.unframed_at(object.id());
        let unframed = object.nesting() == Nesting::Template && object.template().is_none();
        assert_eq!(stopped.is_some(), unframed);
        assert!(stopped.is_none_or(|at| object.value_span().range().contains(&at)));
    }
    found(payload);
    sealed(payload);
    // It refuses a wrong CRC as well.
    if let Ok(naive) = naive::decode(text.as_bytes(), naive_unit(payload.unit())) {
        meaning::accounts_are_told_apart(payload, &naive);
    }
    assert!(!Kind::of(payload).name().is_empty());
    for account in qris_core::accounts(payload) {
        let pan = account.mpan();
        assert_eq!(account.nns().is_some(), pan.is_some());
        assert!(pan.is_none_or(|pan| pan.with_check_digit().as_str().starts_with(pan.as_str())));
        let seen = (account.guid(), account.merchant_id(), account.criteria());
        assert!(!format!("{seen:?}").is_empty());
    }
    for profile in Profile::ALL.iter().chain([&Profile::of(payload)]) {
        judge::judged(payload, profile);
        printed(payload, profile);
    }
}

/// The objects fill the span, and so do those inside them.
fn tiled<'a>(payload: &Payload<'a>, objects: impl Iterator<Item = DataObject<'a>>, span: Span) {
    let (text, mut at) = (payload.as_str(), span.start);
    for object in objects {
        let header = format!("{}{:02}", object.id(), object.length());
        assert_eq!(object.span().start, at, "{text:?}");
        assert_eq!(text.get(object.span().range()), Some(format!("{header}{}", object.value()).as_str()));
        assert_eq!(text.get(object.value_span().range()), Some(object.value()));
        assert_eq!(payload.unit().measure(object.value()), usize::from(object.length()));
        at = object.span().end;
        if let Some(template) = object.template() {
            assert_eq!((template.path(), template.value()), (object.path(), object.value()));
            tiled(payload, template.objects(), object.value_span());
        }
    }
    assert_eq!(at, span.end, "{text:?}");
}

/// Each object of the walk is found by its path, or the first one of those with that path is.
fn found(payload: &Payload<'_>) {
    let objects: Vec<DataObject<'_>> = payload.walk().collect();
    assert!(objects.is_sorted_by_key(|object| object.offset()));
    assert!(objects.len() <= payload.as_str().len() / 4);
    for object in &objects {
        assert_eq!(Some(object.id()), object.path().last());
        let first = objects.iter().find(|other| other.path() == object.path());
        assert_eq!(payload.find(object.path()).as_ref(), first, "{:?}", payload.as_str());
    }
}

/// The CRC decides who is sealed, and an owned payload is the borrowed one.
fn sealed(payload: &Payload<'_>) {
    let crc = payload.crc();
    let sealed = payload.clone().verify_crc();
    assert_eq!(sealed.is_ok(), crc.stated == crc.computed);
    match sealed {
        Ok(sealed) => assert_eq!(SealedBuf::from(&sealed).as_sealed(), sealed),
        Err(error) => refused(payload.as_str().as_bytes(), &error),
    }
}

/// Printed text has a line for each object, holds nothing that acts on a terminal, and does not swell.
fn printed(payload: &Payload<'_>, profile: &Profile) {
    let tree = display::tree(payload, profile).to_string();
    assert_eq!(tree.lines().count(), payload.walk_in(profile).count(), "{tree}");
    tree.lines().for_each(one_line);
    let masked = display::Masked(payload).to_string();
    one_line(&masked);
    for printed in [&tree, &masked] {
        assert!(printed.len() <= 10 * payload.as_str().len() + 200 * payload.walk_in(profile).count());
    }
}

/// Not empty, and nothing that starts a line, acts on a terminal, or turns the direction of text.
pub(super) fn one_line(printed: &str) {
    assert!(!printed.is_empty() && !printed.contains(acts), "{printed:?}");
}

fn acts(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
        )
}
