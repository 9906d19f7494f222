use super::*;
use crate::headers::HeaderName;
use crate::message::Spec;

#[test]
fn every_change_names_a_row() {
    for dialect in ALL {
        for change in dialect.changes {
            let known = Spec::of(change.kind).members.iter().any(|row| row.name == change.member);
            assert!(known, "{dialect}: {:?} {}", change.kind, change.member);
            let same = |other: &&Change| other.kind == change.kind && other.member == change.member;
            assert_eq!(dialect.changes.iter().filter(same).count(), 1, "{dialect}: {}", change.member);
        }
    }
}

#[test]
fn paths_lead_back_to_their_service() {
    for dialect in ALL {
        for service in Service::all() {
            assert_eq!(dialect.service_at(&dialect.path(service)), Some(service), "{dialect}");
        }
        assert_eq!(dialect.service_at("/v1.0/qr/qr-mpm-nothing"), None);
    }
    assert_eq!(FINPAY.service_at("/oauth/v1.0/access-token/b2b"), Some(Service::TokenB2b));
    assert_eq!(BRICK.path(Service::TokenB2b), "/v2/payments/acceptance/1.0/access-token/b2b");
    assert_eq!(FINNET.path(Service::Notify), "/v1.0/qr/qr-mpm-notify");
}

#[test]
fn finpay_answers_its_four_qr_services_with_one_code() {
    for service in [Service::Generate, Service::Query, Service::Notify, Service::Refund] {
        assert_eq!(FINPAY.success_code(service).to_string(), "2004700");
    }
    assert_eq!(FINPAY.success_code(Service::TokenB2b).to_string(), "2007300");
    assert_eq!(FINPAY.success_message(), "Request has been processed successfully");
    assert_eq!(STANDARD.success_code(Service::Refund).to_string(), "2007800");
}

#[test]
fn finnet_has_seventeen_rows_of_its_own() {
    let codes: Vec<String> = FINNET
        .messages
        .iter()
        .map(|(http, case, _)| ResponseCode::new(*http, Some(Service::Notify), *case).to_string())
        .collect();
    assert_eq!(
        codes,
        [
            "2005200", "4005200", "4005201", "4005202", "4015200", "4015201", "4015202", "4015203",
            "4015204", "4035201", "4035204", "4035214", "4045208", "5005200", "5005201", "5005202",
            "5045200",
        ]
    );
    let refusal =
        Refusal::new(Service::Notify, crate::codes::Situation::InvalidFormat, "").at("amount.value");
    assert_eq!(FINNET.message(&refusal), "Invalid field format amount.value");
    // What the document does not list keeps the standard's words.
    let refusal = Refusal::new(Service::Notify, crate::codes::Situation::DuplicateExternalId, "");
    assert_eq!(FINNET.message(&refusal), "Conflict");
}

#[test]
fn finnet_demands_thirteen_headers() {
    let listed = FINNET.policy.mandatory_headers(Service::Notify).iter().count();
    assert_eq!(listed + 2, 13, "and the two tokens");
    assert!(!FINNET.policy.mandatory_headers(Service::Query).contains(HeaderName::DeviceId));
}
