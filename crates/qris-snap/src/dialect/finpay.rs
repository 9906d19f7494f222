//! The Finpay document, "SNAP QRIS".
//!
//! Nothing in a body is required. Four QR services answer success with the code of generate. The sibling pages of
//! the same provider spell some members as the standard does; the standard's names are always read too. Their
//! tables also have misspellings (`terminald`, `submerchantId`, `originalPartnerReferanceNo`) that their samples
//! do not: those are not followed.

use super::standard::{CUSTOMER_GRANT_TYPE, STANDARD};
use super::{Change, Dialect, Form, Requests};
use crate::codes::ResponseCode;
use crate::headers::HeaderName;
use crate::message::{Kind, Presence, Shape, UNLIMITED};
use crate::policy::{Charset, ExternalIdRule, HeaderRules, Policy, SignatureMode, TRANSACTION_HEADERS};
use crate::service::Service;
use crate::status::Status;

/// The status as a word. `PAID` is the document's; the others extend it.
const WORDS: &[(&str, &str)] = &[
    ("00", "PAID"),
    ("03", "PENDING"),
    ("01", "PENDING"),
    ("02", "PENDING"),
    ("05", "CANCELLED"),
    ("08", "EXPIRED"),
    ("06", "FAILED"),
    ("09", "FAILED"),
    ("04", "REFUNDED"),
];
const STATUS_WORDS: Form = Form::Words(WORDS);

const GENERATE: Kind = Kind::request(Service::Generate);
const GENERATED: Kind = Kind::response(Service::Generate);
const QUERY: Kind = Kind::request(Service::Query);
const QUERIED: Kind = Kind::response(Service::Query);
const NOTIFY: Kind = Kind::request(Service::Notify);
const REFUND: Kind = Kind::request(Service::Refund);
const REFUNDED: Kind = Kind::response(Service::Refund);

const NO_LIMIT: Shape = Shape::Text(UNLIMITED);
const SUCCESS: ResponseCode = ResponseCode { http: 200, service: 47, case: 0 };

const CHANGES: &[Change] = &[
    Change::of(Kind::request(Service::TokenB2b), "grantType")
        .also(&["grant_type"])
        .default("client_credentials"),
    CUSTOMER_GRANT_TYPE,
    Change::of(Kind::response(Service::TokenB2b), "expiresIn").form(Form::Integer(1)),
    Change::of(Kind::response(Service::TokenB2b), "accessToken").shape(Shape::Text(3000)),
    Change::of(GENERATE, "partnerReferenceNo").shape(NO_LIMIT),
    Change::of(GENERATE, "feeAmount").named("FeeAmount"),
    Change::of(GENERATED, "partnerReferenceNo").shape(NO_LIMIT),
    Change::of(QUERY, "originalPartnerReferenceNo").named("partnerReferenceNo").shape(NO_LIMIT),
    Change::of(QUERIED, "originalReferenceNo").named("referenceNo"),
    Change::of(QUERIED, "originalPartnerReferenceNo").named("partnerReferenceNo").shape(NO_LIMIT),
    Change::of(QUERIED, "serviceCode").presence(Presence::Optional),
    Change::of(QUERIED, "latestTransactionStatus")
        .named("transactionStatus")
        .form(STATUS_WORDS)
        .shape(Shape::Text(64)),
    Change::of(QUERIED, "paidTime").named("transactionDate"),
    Change::of(NOTIFY, "originalPartnerReferenceNo").shape(NO_LIMIT),
    // Its notification has no status; where it is told all the same, under its name elsewhere, it counts.
    Change::of(NOTIFY, "latestTransactionStatus")
        .also(&["transactionStatus"])
        .form(Form::WordsRead(WORDS))
        .shape(Shape::Text(64)),
    Change::of(REFUND, "partnerRefundNo").named("partnerReferenceNo").shape(NO_LIMIT),
    Change::of(REFUND, "originalPartnerReferenceNo").shape(NO_LIMIT),
    Change::of(REFUNDED, "refundNo").named("referenceNo"),
    Change::of(REFUNDED, "partnerRefundNo").named("partnerReferenceNo").shape(NO_LIMIT),
    Change::of(REFUNDED, "originalPartnerReferenceNo").shape(NO_LIMIT),
    Change::of(REFUNDED, "refundTime").named("transactionDate"),
];

const ORIGINALS: &[&str] = &["originalReferenceNo", "originalPartnerReferenceNo", "originalExternalId"];

/// Finpay.
pub const FINPAY: Dialect = Dialect {
    name: "Finpay",
    base_path: "/pg/payment/card/v1.0/",
    paths: &[
        (Service::TokenB2b, "/snap/oauth/v1.0/access-token/b2b"),
        (Service::TokenB2b, "/oauth/v1.0/access-token/b2b"),
    ],
    services: &[Service::TokenB2b, Service::Generate, Service::Query, Service::Notify, Service::Refund],
    changes: CHANGES,
    one_of: &[(QUERY, ORIGINALS), (NOTIFY, ORIGINALS), (REFUND, ORIGINALS)],
    requests: Requests::NothingMandatory,
    success: &[
        (Service::Generate, SUCCESS),
        (Service::Query, SUCCESS),
        (Service::Notify, SUCCESS),
        (Service::Refund, SUCCESS),
    ],
    // The document's notification has no status: to be told is to be paid.
    untold_status: Some(Status::Success),
    notification: SignatureMode::Symmetric,
    messages: &[(200, 0, "Request has been processed successfully")],
    policy: Policy {
        external_id: ExternalIdRule {
            charset: Charset::Numeric,
            max_length: 32,
            ..Policy::STANDARD.external_id
        },
        channel_id_max: Some(5),
        headers: HeaderRules {
            transaction: TRANSACTION_HEADERS.and(&[HeaderName::Accept, HeaderName::Origin]),
            notification: TRANSACTION_HEADERS.and(&[HeaderName::Accept, HeaderName::Origin]),
            ..HeaderRules::STANDARD
        },
        ..Policy::STANDARD
    },
    ..STANDARD
};
