//! Any bytes through every layer and every printer.

use std::ops::ControlFlow;

use qris_core::display::{Masked, Safe, tree};
use qris_core::wire::SealedBuf;
use qris_core::{Finding, Kind, LengthUnit, Payload, Profile, Qris, Rejection, Sealed, Severity, check};

use super::parse;

/// Reads bytes in every unit, climbs every rung, and prints everything there is.
///
/// # Panics
/// When one of them does, or when layers contradict each other.
pub fn decode_any(bytes: &[u8]) {
    for unit in LengthUnit::ALL {
        match parse(bytes, unit) {
            Ok(payload) => whole(&payload),
            Err(error) => {
                assert!(error.offset() <= bytes.len() && error.character() <= error.offset(), "{error:?}");
                assert!(!error.to_string().is_empty() && !error.kind().explanation().is_empty());
            }
        }
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        // Trusted to be one line: nothing that moves the cursor or turns the text.
        let safe = Safe(text).to_string();
        assert!(!safe.chars().any(|c| c.is_control() || ('\u{202A}'..='\u{202E}').contains(&c)), "{safe:?}");
        let sealed = Sealed::parse(text);
        let owned = text.parse::<SealedBuf>();
        assert_eq!(sealed.as_ref().ok(), owned.as_ref().ok().map(SealedBuf::get).as_ref());
        for profile in Profile::ALL {
            match (Qris::decode_with(text, &profile), &sealed) {
                (Ok(qris), Ok(sealed)) => {
                    assert!(check::conforms(sealed, &profile));
                    getters(&qris);
                }
                (Err(Rejection::NotConformant(_)), Ok(sealed)) => assert!(!check::conforms(sealed, &profile)),
                (Err(Rejection::Decode(error)), Err(other)) => assert_eq!(error, *other),
                (qris, _) => panic!("{text:?}: {qris:?}, {sealed:?}"),
            }
        }
    }
}

/// A payload whose structure is right; its CRC need not be.
fn whole(payload: &Payload<'_>) {
    let text = payload.as_str();
    // The root objects are the text, in order and without a gap.
    let mut end = 0;
    for object in payload.objects() {
        assert_eq!(object.span().start, end, "{text:?}");
        end = object.span().end;
        assert_eq!(payload.get(object.id()), Some(object));
        assert_eq!(payload.template(object.id()), object.template());
        assert_eq!(
            object.template().is_none(),
            object.nesting() == qris_core::wire::Nesting::Primitive
                || payload.unframed_at(object.id()).is_some()
        );
    }
    assert_eq!(end, text.len());
    for object in payload.walk() {
        assert_eq!(text.get(object.value_span().range()), Some(object.value()));
        assert_eq!(payload.unit().measure(object.value()), usize::from(object.length()));
        match payload.find(object.path()) {
            Some(found) => assert!(found.path() == object.path() && found.offset() <= object.offset()),
            // Looked for inside the first of two objects, it may stand in the second.
            None => {
                let around = payload.walk().filter(|other| Some(other.path()) == object.path().parent());
                assert!(around.count() > 1, "{text:?}: {}", object.path());
            }
        }
    }
    assert_eq!(payload.characters(), text.chars().count());
    assert!(!Kind::of(payload).name().is_empty());
    let masked = Masked(payload).to_string();
    assert!(!masked.chars().any(char::is_control), "{masked:?}");
    for account in qris_core::accounts(payload) {
        let seen = (account.guid(), account.mpan(), account.nns(), account.merchant_id(), account.criteria());
        assert!(!format!("{seen:?}").is_empty());
    }
    for profile in Profile::ALL {
        let printed = tree(payload, &profile).to_string();
        assert_eq!(printed.lines().count(), payload.walk().count(), "{printed}");
        judged(payload, &profile);
    }
}

/// The two ways of checking say the same, and every finding can be shown.
fn judged(payload: &Payload<'_>, profile: &Profile) {
    let seen = |finding: &Finding| {
        let span = finding.span();
        assert!(span.start <= span.end && span.end <= payload.as_str().len());
        assert!(payload.as_str().get(span.range()).is_some());
        assert!(!finding.cites().is_empty() && !finding.to_string().is_empty());
        (finding.code(), finding.path(), finding.severity(), span, finding.to_string())
    };
    let drained: Vec<_> = check::findings(payload, profile).map(|finding| seen(&finding)).collect();
    let mut visited = Vec::new();
    let whole = check::visit(payload, profile, |finding| {
        visited.push(seen(&finding));
        ControlFlow::Continue(())
    });
    assert_eq!((whole, &drained), (ControlFlow::Continue(()), &visited));
    let errors = drained.iter().find(|(_, _, severity, ..)| *severity == Severity::Error);
    let first = check::first_error(payload, profile).map(|finding| seen(&finding));
    assert_eq!(first.as_ref(), errors);
}

fn getters(qris: &Qris<'_>) {
    assert!(!qris.merchant_name().is_empty() && !qris.merchant_city().is_empty());
    assert_eq!(qris.accounts().next().map(|account| account.id()), Some(qris.account().id()));
    let words = (qris.mcc(), qris.currency(), qris.country(), qris.kind(), qris.initiation());
    let money = (qris.amount(), qris.tip(), qris.total());
    let labels = (qris.postal_code(), qris.nmid(), qris.bill_number(), qris.reference_label());
    let more = (qris.terminal_label(), qris.purpose(), qris.language_template().is_some());
    assert!(!format!("{words:?} {money:?} {labels:?} {more:?}").is_empty());
}
