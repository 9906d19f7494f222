//! The check and the conformant view against each other.

use std::ops::ControlFlow;

use qris_core::wire::Span;
use qris_core::{Conformant, Finding, Id, Path, Payload, Profile, Qris, Severity, accounts, check};

use super::decode::one_line;
use super::{meaning, naive_unit};
use crate::naive;

/// The ways of checking say the same: not much, and each about something that is there.
pub(super) fn judged(payload: &Payload<'_>, profile: &Profile) {
    let mut visited = Vec::new();
    let whole = check::visit(payload, profile, |finding| {
        visited.push(finding);
        ControlFlow::Continue(())
    });
    assert_eq!(whole, ControlFlow::Continue(()));
    let iterated: Vec<Finding> = check::findings(payload, profile).collect();
    let facts = |finding: &Finding| (finding.code(), finding.severity(), finding.path(), finding.span());
    assert!(visited.iter().map(facts).eq(iterated.iter().map(facts)), "{visited:?}, {iterated:?}");

    let spans: Vec<Span> = payload.walk_in(profile).map(|(object, _)| object.span()).collect();
    let whole = Span::from(0..payload.as_str().len());
    assert!(visited.len() <= 8 * spans.len() + 16);
    for (finding, other) in visited.iter().zip(&iterated) {
        assert!(payload.as_str().get(finding.span().range()).is_some());
        assert!(!finding.cites().is_empty());
        let told = finding.to_string();
        one_line(&told);
        assert_eq!(finding, other);
        assert!(
            told.contains(&finding.message().to_string())
                && told.ends_with(&format!("({})", finding.cites()))
        );
        assert_eq!(format!("{finding:#}"), format!("{}[{}] {told}", finding.severity(), finding.code()));
        // What is found on an object is where the object is; a missing one is blamed on what is around it.
        assert!(finding.span() == whole || spans.contains(&finding.span()), "{finding:?}");
        assert!(finding.path().depth() <= Path::MAX_DEPTH);
    }
    let first = check::first_error(payload, profile);
    let expected = visited.iter().find(|finding| finding.severity() == Severity::Error);
    assert_eq!(first.as_ref().map(facts), expected.map(facts));
    assert_eq!(check::conforms(payload, profile), expected.is_none());
    viewed(payload, profile, expected.is_none());
}

/// The conformant view exists exactly for what conforms, and its getters agree with the objects.
fn viewed(payload: &Payload<'_>, profile: &Profile, conforms: bool) {
    let Ok(sealed) = payload.clone().verify_crc() else { return };
    let any = Conformant::from_sealed(&sealed, profile);
    assert_eq!(any.is_ok(), conforms);
    if let Ok(conformant) = any {
        assert_eq!(conformant.merchant_name(), payload.value_of(Id::MERCHANT_NAME));
        assert_eq!(payload.value_of(Id::AMOUNT).is_some(), conformant.amount().is_some());
        assert_eq!(conformant.qris().is_some(), profile.rules.transfers);
    }
    if profile.scheme.is_some() && !profile.rules.transfers {
        return;
    }
    match Qris::from_sealed(&sealed, profile) {
        Ok(qris) => {
            assert!(conforms);
            let naive = naive::decode(payload.as_str().as_bytes(), naive_unit(payload.unit()));
            meaning::paid(&qris, &naive.unwrap_or_else(|error| panic!("{error:?}")));
            assert_eq!(qris.profile().name, profile.name);
            getters(payload, &qris);
        }
        Err(refused) => {
            assert!(!conforms);
            assert_eq!(Some(refused), check::first_error(payload, profile));
        }
    }
}

fn getters(payload: &Payload<'_>, qris: &Qris<'_>) {
    assert!(!qris.merchant_name().is_empty() && !qris.merchant_city().is_empty());
    assert_eq!(payload.value_of(Id::MERCHANT_NAME), Some(qris.merchant_name()));
    assert_eq!(payload.value_of(Id::MERCHANT_CITY), Some(qris.merchant_city()));
    // An amount that is there is never taken for one the payer may choose.
    assert_eq!(payload.value_of(Id::AMOUNT).is_some(), qris.amount().is_some());
    assert_eq!(payload.value_of(Id::TIP_INDICATOR).is_some(), qris.tip().is_some());
    assert_eq!(qris.accounts().count(), accounts(payload).count());
    assert_eq!(qris.accounts().next().map(|account| account.id()), Some(qris.account().id()));
    if let Ok(Some(total)) = qris.total() {
        assert_eq!(total.currency(), qris.currency());
        assert!(qris.amount().is_some_and(|amount| amount <= total));
    }
    let words = (qris.mcc(), qris.currency(), qris.country(), qris.kind(), qris.initiation());
    let labels = (qris.postal_code(), qris.nmid(), qris.bill_number(), qris.reference_label());
    let more = (qris.terminal_label(), qris.purpose(), qris.language_template().is_some());
    assert!(!format!("{words:?} {labels:?} {more:?}").is_empty());
}
