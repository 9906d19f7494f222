//! The Finnet Linkage document, "Payment Notification" (52).
//!
//! Thirteen mandatory headers. `feeAmount` is mandatory: the tip that was paid, or `0.00`. The document says
//! `additionalInfo` has six members and lists seven, so the count is not enforced; it types `merchantName` as
//! numeric, and a name is text: both are read. `additionalInfo` is optional; where it is, the members it marks M are
//! demanded, and `merchantLocation`, which it marks C, of partners that are connected host to host.

use super::standard::{CUSTOMER_GRANT_TYPE, GRANT_TYPE, STANDARD};
use super::{Change, Dialect};
use crate::headers::HeaderName;
use crate::message::{Kind, Member, Presence, Shape, c, m, o};
use crate::policy::{CustomerTokenRule, HeaderRules, Policy, SignatureMode, TRANSACTION_HEADERS};
use crate::service::Service;

const NOTIFY: Kind = Kind::request(Service::Notify);

/// The seven documented members, with the document's lengths.
const INFO: &[Member] = &[
    m("merchantName", Shape::TextOrInteger(19)),
    m("acquirerName", Shape::Text(50)),
    c("merchantLocation", Shape::Text(25)),
    m("merchantPAN", Shape::Numeric(1, 19)),
    m("customerPAN", Shape::Numeric(1, 19)),
    o("terminalId", Shape::Text(16)),
    m("transactionDate", Shape::DateTime),
];

/// The document's members of a notification.
const NOTIFICATION: &[&str] = &[
    "originalReferenceNo",
    "originalPartnerReferenceNo",
    "latestTransactionStatus",
    "transactionStatusDesc",
    "amount",
    "feeAmount",
    "additionalInfo",
];

/// The standard's constants: the document has no others.
const STATUSES: &[&str] = &["00", "01", "02", "03", "04", "05", "06", "07"];

const CHANGES: &[Change] = &[
    GRANT_TYPE,
    CUSTOMER_GRANT_TYPE,
    Change::of(NOTIFY, "originalPartnerReferenceNo").presence(Presence::Mandatory),
    Change::of(NOTIFY, "latestTransactionStatus").shape(Shape::Constant(STATUSES)),
    Change::of(NOTIFY, "amount").presence(Presence::Mandatory).shape(Shape::MoneyIn("IDR")),
    Change::of(NOTIFY, "feeAmount").presence(Presence::Mandatory).shape(Shape::MoneyIn("IDR")),
    Change::of(Kind::request(Service::Query), "merchantId").presence(Presence::Mandatory),
    Change::of(NOTIFY, "additionalInfo").shape(Shape::Object(INFO)),
];

/// Every header of the document but the two tokens, which the policy's token rules demand.
const NOTIFICATION_HEADERS: &[HeaderName] = &[
    HeaderName::Origin,
    HeaderName::IpAddress,
    HeaderName::DeviceId,
    HeaderName::Latitude,
    HeaderName::Longitude,
];

/// The 17 rows of the document, in its capitals and its spelling.
const MESSAGES: &[(u16, u8, &str)] = &[
    (200, 0, "Successful"),
    (400, 0, "Bad request"),
    (400, 1, "Invalid field format {field}"),
    (400, 2, "Invalid mandatory field {field}"),
    (401, 0, "Unauthorised. {reason}"),
    (401, 1, "Invalid token (B2B)"),
    (401, 2, "Invalid Customer Token"),
    (401, 3, "Token Not Found (B2B)"),
    (401, 4, "Customer Token Not Found"),
    (403, 1, "Feature not allowed {reason}"),
    (403, 4, "Activity count limit exceeded"),
    (403, 14, "Insufficient Funds"),
    (404, 8, "Invalid merchant"),
    (500, 0, "General error"),
    (500, 1, "Internal Server Error"),
    (500, 2, "External Server Error"),
    (504, 0, "Timeout"),
];

/// Finnet.
pub const FINNET: Dialect = Dialect {
    name: "Finnet",
    services: &[Service::Notify],
    changes: CHANGES,
    messages: MESSAGES,
    closed: &[(NOTIFY, NOTIFICATION)],
    host_to_host: &[(NOTIFY, &["additionalInfo", "additionalInfo.merchantLocation"])],
    notification: SignatureMode::Symmetric,
    policy: Policy {
        customer_token: CustomerTokenRule::Required,
        headers: HeaderRules {
            notification: TRANSACTION_HEADERS.and(NOTIFICATION_HEADERS),
            ..HeaderRules::STANDARD
        },
        ..Policy::STANDARD
    },
    ..STANDARD
};
