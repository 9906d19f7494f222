//! One table of what the standard says about each message; reading, writing and checking all go by it.
//!
//! Source: ASPI, page MPM, the tables of 47–52, 77 and 78, and page Keamanan for 73 and 74. The page has no table of 53: its
//! members are those of 51, which asks the same. Members a source
//! document adds to a standard message (`feeAmount` in a notification) stand here as optional ones. The file is long because the table is: it is
//! read beside the printed one.

use crate::service::Service;

/// Request or response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Side {
    /// The request.
    Request,
    /// The response to success; a refusal has its own, smaller form.
    Response,
}

/// Which message: of which service, on which side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Kind {
    /// The service.
    pub service: Service,
    /// The side.
    pub side: Side,
}

impl Kind {
    /// The request of a service.
    pub const fn request(service: Service) -> Kind {
        Kind { service, side: Side::Request }
    }

    /// The response of a service.
    pub const fn response(service: Service) -> Kind {
        Kind { service, side: Side::Response }
    }
}

/// Whether a member must be there: M, O or C.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Presence {
    /// It must be there (M).
    Mandatory,
    /// It may be there (O).
    Optional,
    /// It must be there under a condition (C) the message itself does not show ("when the transaction succeeded").
    Conditional,
    /// C: mandatory when another member of the message has this value, letter case aside.
    When(&'static str, &'static str),
}

/// What a member's value looks like. Lengths are in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shape {
    /// Text of at most so many characters.
    Text(usize),
    /// Digits, quoted, from so many to so many.
    Digits(usize, usize),
    /// Digits from so many to so many, quoted or as a JSON integer, which is read as its digits: a document's "Numeric".
    Numeric(usize, usize),
    /// This word, exactly; one of several.
    Constant(&'static [&'static str]),
    /// Text of at most so many characters, or an integer, which is read as its digits.
    TextOrInteger(usize),
    /// One of these words, letter case aside.
    Word(&'static [&'static str]),
    /// A date-time with an offset, at most 25 characters.
    DateTime,
    /// A date-time of any length RFC 3339 allows; the offset may be missing (then WIB).
    LenientDateTime,
    /// Seconds, quoted: digits, not below the minimum.
    Seconds(u64),
    /// `{value, currency}`.
    Money,
    /// `{value, currency}` in this currency.
    MoneyIn(&'static str),
    /// An object with any members.
    Open,
    /// An object with these members and any others.
    Object(&'static [Member]),
    /// An array of texts of at most so many characters.
    Texts(usize),
    /// An array of objects with these members and any others.
    Objects(&'static [Member]),
}

/// Text without a limit of its own; the limit of the body holds.
pub const UNLIMITED: usize = usize::MAX;

/// One row: a member of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// The standard's name.
    pub name: &'static str,
    /// Whether it must be there.
    pub presence: Presence,
    /// The value.
    pub shape: Shape,
}

/// One message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spec {
    /// Which.
    pub kind: Kind,
    /// Its members, in the order they are written.
    pub members: &'static [Member],
    /// Groups of which at least one member must be there.
    pub one_of: &'static [&'static [&'static str]],
}

/// A mandatory member.
pub const fn m(name: &'static str, shape: Shape) -> Member {
    Member { name, presence: Presence::Mandatory, shape }
}

/// An optional member.
pub const fn o(name: &'static str, shape: Shape) -> Member {
    Member { name, presence: Presence::Optional, shape }
}

/// A conditional member.
pub const fn c(name: &'static str, shape: Shape) -> Member {
    Member { name, presence: Presence::Conditional, shape }
}

const fn when(name: &'static str, shape: Shape, member: &'static str, value: &'static str) -> Member {
    Member { name, presence: Presence::When(member, value), shape }
}

use Shape::{
    DateTime, Digits, LenientDateTime, Money, Numeric, Objects, Open, Text, TextOrInteger, Texts, Word,
};

const INFO: Member = o("additionalInfo", Open);
/// Seven digits; received ones may have other widths.
const CODE: Member = m("responseCode", TextOrInteger(16));
const MESSAGE: Member = m("responseMessage", Text(150));

const MERCHANT_INFO: &[Member] = &[m("merchantPAN", Numeric(1, 19)), m("acquirerName", Text(50))];
const USER_RESOURCE: &[Member] = &[m("resourceType", Text(32)), m("value", Text(64))];

const fn spec(kind: Kind, members: &'static [Member]) -> Spec {
    Spec { kind, members, one_of: &[] }
}

/// Every message of the standard this crate speaks.
pub static SPECS: [Spec; 22] = [
    spec(Kind::request(Service::TokenB2b), &[m("grantType", Word(&["client_credentials"])), INFO]),
    spec(
        Kind::response(Service::TokenB2b),
        &[
            CODE,
            MESSAGE,
            m("accessToken", Text(2048)),
            m("tokenType", Text(32)),
            m("expiresIn", TextOrInteger(16)),
            INFO,
        ],
    ),
    spec(
        Kind::request(Service::TokenB2b2c),
        &[
            m("grantType", Word(&["authorization_code", "refresh_token"])),
            when("authCode", Text(256), "grantType", "authorization_code"),
            when("refreshToken", Text(512), "grantType", "refresh_token"),
            INFO,
        ],
    ),
    spec(
        Kind::response(Service::TokenB2b2c),
        &[
            CODE,
            MESSAGE,
            m("accessToken", Text(2048)),
            m("tokenType", Text(32)),
            c("expiresIn", TextOrInteger(16)),
            c("accessTokenExpiryTime", DateTime),
            c("refreshToken", Text(512)),
            c("refreshTokenExpiryTime", DateTime),
            INFO,
        ],
    ),
    spec(
        Kind::request(Service::Generate),
        &[
            o("partnerReferenceNo", Text(64)),
            o("amount", Money),
            o("feeAmount", Money),
            o("merchantId", Text(64)),
            o("subMerchantId", Text(32)),
            o("storeId", Text(64)),
            o("terminalId", Text(16)),
            o("validityPeriod", DateTime),
            INFO,
        ],
    ),
    Spec {
        kind: Kind::response(Service::Generate),
        members: &[
            CODE,
            MESSAGE,
            c("referenceNo", Text(64)),
            o("partnerReferenceNo", Text(64)),
            c("qrContent", Text(512)),
            o("qrUrl", Text(256)),
            o("qrImage", Text(UNLIMITED)),
            o("redirectUrl", Text(512)),
            o("merchantName", Text(25)),
            o("storeId", Text(64)),
            o("terminalId", Text(16)),
            INFO,
        ],
        one_of: &[&["qrContent", "qrUrl", "qrImage"]],
    },
    spec(
        Kind::request(Service::Decode),
        &[
            o("partnerReferenceNo", Text(64)),
            m("qrContent", Text(512)),
            o("amount", Money),
            o("merchantId", Text(64)),
            o("subMerchantId", Text(32)),
            m("scanTime", DateTime),
            INFO,
        ],
    ),
    spec(
        Kind::response(Service::Decode),
        &[
            CODE,
            MESSAGE,
            c("referenceNo", Text(64)),
            o("partnerReferenceNo", Text(64)),
            c("redirectUrl", Text(512)),
            c("merchantName", Text(25)),
            c("merchantCategory", Text(32)),
            c("merchantLocation", Text(25)),
            o("merchantInfos", Objects(MERCHANT_INFO)),
            o("transactionAmount", Money),
            o("feeAmount", Money),
            INFO,
        ],
    ),
    spec(Kind::request(Service::ApplyOtt), &[m("userResources", Texts(64)), INFO]),
    spec(
        Kind::response(Service::ApplyOtt),
        &[CODE, MESSAGE, m("userResources", Objects(USER_RESOURCE)), INFO],
    ),
    spec(
        Kind::request(Service::Payment),
        &[
            m("partnerReferenceNo", Text(64)),
            o("merchantId", Text(64)),
            o("subMerchantId", Text(32)),
            o("amount", Money),
            o("feeAmount", Money),
            o("otp", Text(8)),
            o("verificationId", Text(32)),
            INFO,
        ],
    ),
    spec(
        Kind::response(Service::Payment),
        &[
            CODE,
            MESSAGE,
            c("referenceNo", Text(64)),
            o("partnerReferenceNo", Text(64)),
            o("transactionDate", DateTime),
            o("amount", Money),
            o("feeAmount", Money),
            o("verificationId", Text(64)),
            INFO,
        ],
    ),
    spec(
        Kind::request(Service::Query),
        &[
            o("originalReferenceNo", Text(64)),
            o("originalPartnerReferenceNo", Text(64)),
            o("originalExternalId", Text(32)),
            m("serviceCode", Digits(2, 2)),
            o("merchantId", Text(64)),
            o("subMerchantId", Text(32)),
            o("externalStoreId", Text(64)),
            INFO,
        ],
    ),
    spec(
        Kind::response(Service::Query),
        &[
            CODE,
            MESSAGE,
            c("originalReferenceNo", Text(64)),
            o("originalPartnerReferenceNo", Text(64)),
            o("originalExternalId", Text(32)),
            m("serviceCode", Digits(2, 2)),
            m("latestTransactionStatus", Text(2)),
            o("transactionStatusDesc", Text(50)),
            c("paidTime", LenientDateTime),
            o("amount", Money),
            o("feeAmount", Money),
            o("terminalId", Text(16)),
            INFO,
        ],
    ),
    spec(
        Kind::request(Service::Notify),
        &[
            m("originalReferenceNo", Text(64)),
            o("originalPartnerReferenceNo", Text(64)),
            o("originalExternalId", Text(32)),
            m("latestTransactionStatus", Text(2)),
            o("transactionStatusDesc", Text(50)),
            o("customerNumber", Text(64)),
            o("accountType", Text(25)),
            o("destinationNumber", Text(25)),
            o("destinationAccountName", Text(25)),
            o("amount", Money),
            o("feeAmount", Money),
            o("sessionId", Text(25)),
            o("bankCode", Text(11)),
            o("externalStoreId", Text(64)),
            o("transactionDate", LenientDateTime),
            INFO,
        ],
    ),
    spec(Kind::response(Service::Notify), &[CODE, MESSAGE, INFO]),
    spec(
        Kind::request(Service::Status),
        &[
            o("originalReferenceNo", Text(64)),
            o("originalPartnerReferenceNo", Text(64)),
            o("originalExternalId", Text(32)),
            o("serviceCode", Digits(2, 2)),
            o("merchantId", Text(64)),
            o("transactionDate", LenientDateTime),
            o("amount", Money),
            INFO,
        ],
    ),
    spec(
        Kind::response(Service::Status),
        &[
            CODE,
            MESSAGE,
            c("originalReferenceNo", Text(64)),
            o("originalPartnerReferenceNo", Text(64)),
            o("originalExternalId", Text(32)),
            o("serviceCode", Digits(2, 2)),
            m("latestTransactionStatus", Text(2)),
            o("transactionStatusDesc", Text(50)),
            c("transactionDate", LenientDateTime),
            o("amount", Money),
            o("feeAmount", Money),
            INFO,
        ],
    ),
    spec(
        Kind::request(Service::Cancel),
        &[
            o("originalReferenceNo", Text(64)),
            o("originalPartnerReferenceNo", Text(64)),
            o("originalExternalId", Text(32)),
            m("merchantId", Text(64)),
            o("subMerchantId", Text(32)),
            o("externalStoreId", Text(64)),
            m("reason", Text(256)),
            o("amount", Money),
            INFO,
        ],
    ),
    spec(
        Kind::response(Service::Cancel),
        &[
            CODE,
            MESSAGE,
            c("originalReferenceNo", Text(64)),
            o("originalPartnerReferenceNo", Text(64)),
            o("originalExternalId", Text(32)),
            c("cancelTime", DateTime),
            o("transactionDate", LenientDateTime),
            INFO,
        ],
    ),
    spec(
        Kind::request(Service::Refund),
        &[
            o("merchantId", Text(64)),
            o("subMerchantId", Text(32)),
            m("originalPartnerReferenceNo", Text(64)),
            o("originalReferenceNo", Text(64)),
            o("originalExternalId", Text(32)),
            m("partnerRefundNo", Text(64)),
            o("refundAmount", Money),
            o("externalStoreId", Text(64)),
            o("reason", Text(256)),
            INFO,
        ],
    ),
    spec(
        Kind::response(Service::Refund),
        &[
            CODE,
            MESSAGE,
            o("originalPartnerReferenceNo", Text(64)),
            o("originalReferenceNo", Text(64)),
            o("originalExternalId", Text(32)),
            m("refundNo", Text(64)),
            o("partnerRefundNo", Text(64)),
            o("refundAmount", Money),
            m("refundTime", DateTime),
            INFO,
        ],
    ),
];

impl Spec {
    /// The row of a kind.
    pub fn of(kind: Kind) -> &'static Spec {
        // A test finds a row for every service and side, so the fallback is never taken.
        SPECS.iter().find(|spec| spec.kind == kind).unwrap_or(&SPECS[0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_service_has_a_request_and_a_response() {
        for service in Service::all() {
            for kind in [Kind::request(service), Kind::response(service)] {
                assert_eq!(Spec::of(kind).kind, kind);
            }
        }
        assert_eq!(SPECS.len(), 2 * Service::all().count());
    }

    #[test]
    fn names_occur_once_and_groups_name_rows() {
        for spec in &SPECS {
            let named = |name: &str| spec.members.iter().filter(|row| row.name == name).count();
            assert!(spec.members.iter().all(|row| named(row.name) == 1), "{:?}", spec.kind);
            assert!(spec.one_of.iter().flat_map(|group| group.iter()).all(|name| named(name) == 1));
        }
    }
}
