//! The Finnet Linkage document, "Payment Notification" (52).
//!
//! Thirteen mandatory headers. `feeAmount` is mandatory: the tip that was paid, or `0.00`. The document says
//! `additionalInfo` has six members and lists seven, so the count is not enforced; it types `merchantName` as
//! numeric, and a name is text. The children are marked mandatory under an optional parent: they are measured
//! where they are, and not demanded.

use super::standard::{CUSTOMER_GRANT_TYPE, GRANT_TYPE, STANDARD};
use super::{Change, Dialect};
use crate::headers::HeaderName;
use crate::message::{Kind, Member, Presence, Shape, c, o};
use crate::policy::{CustomerTokenRule, HeaderRules, Policy, TRANSACTION_HEADERS};
use crate::service::Service;

const NOTIFY: Kind = Kind::request(Service::Notify);

/// The seven documented members.
const INFO: &[Member] = &[
    o("merchantName", Shape::Text(25)),
    o("acquirerName", Shape::Text(50)),
    c("merchantLocation", Shape::Text(25)),
    o("merchantPAN", Shape::Digits(1, 19)),
    o("customerPAN", Shape::Digits(1, 19)),
    o("terminalId", Shape::Text(16)),
    o("transactionDate", Shape::DateTime),
];

const CHANGES: &[Change] = &[
    GRANT_TYPE,
    CUSTOMER_GRANT_TYPE,
    Change::of(NOTIFY, "originalPartnerReferenceNo").presence(Presence::Mandatory),
    Change::of(NOTIFY, "latestTransactionStatus").shape(Shape::Text(64)),
    Change::of(NOTIFY, "amount").presence(Presence::Mandatory),
    Change::of(NOTIFY, "feeAmount").presence(Presence::Mandatory),
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

/// The 17 rows of the document: only the first letter of a message is a capital, "Unauthorised" is British.
const MESSAGES: &[(u16, u8, &str)] = &[
    (200, 0, "Successful"),
    (400, 0, "Bad request"),
    (400, 1, "Invalid field format {field}"),
    (400, 2, "Invalid mandatory field {field}"),
    (401, 0, "Unauthorised. {reason}"),
    (401, 1, "Invalid token (B2B)"),
    (401, 2, "Invalid customer token"),
    (401, 3, "Token not found (B2B)"),
    (401, 4, "Customer token not found"),
    (403, 1, "Feature not allowed {reason}"),
    (403, 4, "Activity count limit exceeded"),
    (403, 14, "Insufficient funds"),
    (404, 8, "Invalid merchant"),
    (500, 0, "General error"),
    (500, 1, "Internal server error"),
    (500, 2, "External server error"),
    (504, 0, "Timeout"),
];

/// Finnet.
pub const FINNET: Dialect = Dialect {
    name: "Finnet",
    services: &[Service::Notify],
    changes: CHANGES,
    messages: MESSAGES,
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
