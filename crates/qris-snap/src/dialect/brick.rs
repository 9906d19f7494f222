//! The Brick document, "Generate Dynamic QRIS (SNAP)".
//!
//! The partner is known by X-CLIENT-KEY and the token; X-PARTNER-ID, CHANNEL-ID and X-EXTERNAL-ID are fixed values
//! from the provider's console, so nothing can be unique by the last. The document calls the token "one-time",
//! yet its sample lives 900 s: it may be used as long as it lives, unless a partner's policy says otherwise.

use super::standard::{CUSTOMER_GRANT_TYPE, STANDARD};
use super::{Change, Dialect, Form, Validity, ValidityForm};
use crate::headers::HeaderName;
use crate::message::{Kind, Presence, Shape};
use crate::policy::{
    ExternalIdRule, HeaderRules, Identity, Policy, SignatureMode, TRANSACTION_HEADERS, Uniqueness,
};
use crate::service::Service;

const GENERATE: Kind = Kind::request(Service::Generate);
const QUERY: Kind = Kind::request(Service::Query);
const QUERIED: Kind = Kind::response(Service::Query);

/// Seconds.
const MIN_VALIDITY: u64 = 600;

const fn integer_code(service: Service) -> Change {
    Change::of(Kind::response(service), "responseCode").form(Form::Integer(1))
}

const CHANGES: &[Change] = &[
    integer_code(Service::TokenB2b),
    integer_code(Service::TokenB2b2c),
    integer_code(Service::Generate),
    integer_code(Service::Decode),
    integer_code(Service::ApplyOtt),
    integer_code(Service::Payment),
    integer_code(Service::Query),
    integer_code(Service::Notify),
    integer_code(Service::Status),
    integer_code(Service::Cancel),
    integer_code(Service::Refund),
    Change::of(Kind::request(Service::TokenB2b), "grantType").named("grant_type"),
    CUSTOMER_GRANT_TYPE,
    Change::of(Kind::response(Service::TokenB2b), "expiresIn").form(Form::Integer(1)),
    Change::of(GENERATE, "partnerReferenceNo").presence(Presence::Mandatory).shape(Shape::Text(25)),
    Change::of(GENERATE, "amount").presence(Presence::Mandatory),
    Change::of(GENERATE, "validityPeriod").shape(Shape::Seconds(MIN_VALIDITY)),
    Change::of(QUERY, "serviceCode").form(Form::Integer(2)).presence(Presence::Optional),
    Change::of(QUERIED, "serviceCode").form(Form::Integer(2)),
    Change::of(QUERIED, "latestTransactionStatus").form(Form::Integer(2)),
];

/// Brick.
pub const BRICK: Dialect = Dialect {
    name: "Brick",
    base_path: "/v2/payments/acceptance/1.0/",
    services: &[Service::TokenB2b, Service::Generate, Service::Query],
    changes: CHANGES,
    default_currency: Some("IDR"),
    validity: Validity { form: ValidityForm::Seconds, default: 86_400, max: 86_400, min: MIN_VALIDITY },
    policy: Policy {
        signature: SignatureMode::AsymmetricNoToken,
        identity: Identity::ClientKey,
        external_id: ExternalIdRule { uniqueness: Uniqueness::Off, ..Policy::STANDARD.external_id },
        headers: HeaderRules {
            transaction: TRANSACTION_HEADERS.and(&[HeaderName::ClientKey]),
            ..HeaderRules::STANDARD
        },
        ..Policy::STANDARD
    },
    ..STANDARD
};
