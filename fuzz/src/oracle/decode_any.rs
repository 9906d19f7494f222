//! Any bytes through every layer: reader, check, view, printers.

use core::ops::ControlFlow;

use qris_core::wire::{Nesting, Span};
use qris_core::{
    DataObject, DecodeError, Id, LengthUnit, MAX_BYTES, Path, Payload, Profile, Qris, Rejection, SealedBuf,
    Severity, accounts, check, display,
};

use super::readings;

/// Reads bytes as a payload in every length unit and sends what was read through every layer.
///
/// # Panics
/// When a layer contradicts another one or the text, or does more work than the text is long.
pub fn decode_any(bytes: &[u8]) {
    if let Err(error) = Payload::from_bytes(bytes) {
        refused(bytes, &error);
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    assert_eq!(Payload::from_bytes(bytes), Payload::parse(text));
    for unit in LengthUnit::ALL {
        if let Err(error) = Payload::parse_with(text, unit) {
            refused(bytes, &error);
        }
    }
    detected(text);
    for payload in readings(text) {
        read(&payload);
        sealed(&payload);
        for profile in &Profile::ALL {
            judged(&payload, profile);
            printed(&payload, profile);
        }
    }
}

/// A refusal points into the text, at the border of a character.
fn refused(bytes: &[u8], error: &DecodeError) {
    assert!(error.offset() <= bytes.len());
    if let Ok(text) = std::str::from_utf8(bytes) {
        assert_eq!(text.get(..error.offset()).map(|before| before.chars().count()), Some(error.character()));
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

/// Objects lie one behind the other and say the truth about themselves.
fn read(payload: &Payload<'_>) {
    let text = payload.as_str();
    assert!(text.len() <= MAX_BYTES);
    assert_eq!(payload.characters(), text.chars().count());
    tiled(payload, payload.objects(), Span::from(0..text.len()));
    assert_eq!(payload.objects().next().map(|object| object.id()), Some(Id::PAYLOAD_FORMAT_INDICATOR));
    assert_eq!(payload.objects().last().map(|object| object.id()), Some(Id::CRC));
    assert_eq!(payload.objects().count(), payload.object_count());
    for object in payload.objects() {
        assert_eq!(payload.get(object.id()), Some(object));
        assert_eq!(payload.template(object.id()), object.template());
        let stopped = payload.unframed_at(object.id());
        let unframed = object.nesting() == Nesting::Template && object.template().is_none();
        assert_eq!(stopped.is_some(), unframed);
        assert!(stopped.is_none_or(|at| object.value_span().range().contains(&at)));
    }
    let mut places = Vec::new();
    for object in payload.walk() {
        assert_eq!(Some(object.id()), object.path().last());
        match payload.find(object.path()) {
            Some(first) => assert!(first.offset() <= object.offset()),
            // Its template has an ID that was there before, and the first of the two has no such object.
            None => {
                let around = object.path().parent().and_then(|parent| payload.find(parent));
                assert!(around.is_some_and(|first| !first.span().range().contains(&object.offset())));
            }
        }
        places.push(object.offset());
    }
    assert!(places.is_sorted());
    assert!(places.len() <= text.len() / 4);
}

/// The objects fill the span, and so do those inside them.
fn tiled<'a>(payload: &Payload<'a>, objects: impl Iterator<Item = DataObject<'a>>, span: Span) {
    let (text, mut at) = (payload.as_str(), span.start);
    for object in objects {
        let header = format!("{}{:02}", object.id(), object.length());
        assert_eq!(object.span().start, at);
        assert_eq!(text.get(object.span().range()), Some(format!("{header}{}", object.value()).as_str()));
        assert_eq!(text.get(object.value_span().range()), Some(object.value()));
        assert_eq!(payload.unit().measure(object.value()), usize::from(object.length()));
        at = object.span().end;
        if let Some(template) = object.template() {
            assert_eq!((template.path(), template.value()), (object.path(), object.value()));
            tiled(payload, template.objects(), object.value_span());
        }
    }
    assert_eq!(at, span.end);
}

/// The CRC decides who is sealed, and an owned payload is the borrowed one.
fn sealed(payload: &Payload<'_>) {
    let crc = payload.crc();
    let sealed = payload.clone().verify_crc();
    assert_eq!(sealed.is_ok(), crc.stated == crc.computed);
    match sealed {
        Ok(sealed) => assert_eq!(SealedBuf::from(&sealed).get(), sealed),
        Err(error) => refused(payload.as_str().as_bytes(), &error),
    }
}

/// Both ways of asking give the same findings, not many, each about something that is there.
fn judged(payload: &Payload<'_>, profile: &Profile) {
    let mut visited = Vec::new();
    let _ = check::visit(payload, profile, |finding| {
        visited.push(finding);
        ControlFlow::Continue(())
    });
    let iterated: Vec<_> = check::findings(payload, profile).collect();
    let facts =
        |finding: &check::Finding| (finding.code(), finding.severity(), finding.path(), finding.span());
    assert!(visited.iter().map(facts).eq(iterated.iter().map(facts)));
    let spans: Vec<Span> = payload.walk().map(|object| object.span()).collect();
    let whole = Span::from(0..payload.as_str().len());
    assert!(visited.len() <= 8 * spans.len() + 16);
    for finding in &visited {
        assert!(payload.as_str().get(finding.span().range()).is_some());
        assert!(!finding.cites().is_empty());
        one_line(&finding.to_string());
        // What is found on an object is where the object is; a missing one is blamed on what is around it.
        assert!(finding.span() == whole || spans.contains(&finding.span()));
        assert!(finding.path() == Path::PAYLOAD || finding.path().depth() <= Path::MAX_DEPTH);
    }
    let errors = visited.iter().any(|finding| finding.severity() == Severity::Error);
    assert_eq!(check::conforms(payload, profile), !errors);
    viewed(payload, profile, !errors);
}

/// The conformant view exists exactly for what conforms, and its getters agree with the objects.
fn viewed(payload: &Payload<'_>, profile: &Profile, conforms: bool) {
    let Ok(sealed) = payload.clone().verify_crc() else { return };
    match Qris::from_sealed(sealed, profile) {
        Ok(qris) => {
            assert!(conforms);
            assert_eq!(payload.value_of(Id::MERCHANT_NAME), Some(qris.merchant_name()));
            assert_eq!(payload.value_of(Id::MERCHANT_CITY), Some(qris.merchant_city()));
            // An amount that is there is never taken for one the payer may choose.
            assert_eq!(payload.value_of(Id::AMOUNT).is_some(), qris.amount().is_some());
            assert_eq!(payload.value_of(Id::TIP_INDICATOR).is_some(), qris.tip().is_some());
            assert_eq!(qris.accounts().count(), accounts(payload).count());
            assert_eq!(qris.accounts().next().map(|account| account.id()), Some(qris.account().id()));
            if let Some(Ok(total)) = qris.total() {
                assert!(qris.amount().is_some_and(|amount| amount.minor() <= total));
            }
        }
        Err(Rejection::NotConformant(refused)) => {
            assert!(!conforms);
            assert_eq!(*refused, *payload);
        }
        Err(other) => panic!("a sealed payload was refused as {other}"),
    }
    for account in accounts(payload) {
        let pan = account.mpan();
        assert_eq!(account.nns().is_some(), pan.is_some());
        assert!(pan.is_none_or(|pan| pan.with_check_digit().as_str().starts_with(pan.as_str())));
    }
}

/// Printed text has a line for each object, holds nothing that acts on a terminal, and does not swell.
fn printed(payload: &Payload<'_>, profile: &Profile) {
    let tree = display::tree(payload, profile).to_string();
    assert_eq!(tree.lines().count(), payload.walk().count());
    tree.lines().for_each(one_line);
    let masked = display::Masked(payload).to_string();
    one_line(&masked);
    for printed in [&tree, &masked] {
        assert!(printed.len() <= 10 * payload.as_str().len() + 200 * payload.walk().count());
    }
}

/// Nothing that starts a line, acts on a terminal, or turns the direction of text.
fn one_line(printed: &str) {
    let acts = |c: char| {
        c.is_control()
            || matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    assert!(!printed.is_empty() && !printed.contains(acts), "{printed:?}");
}
