//! The standard itself: a dialect that changes nothing but what every live server does.

use super::{Change, Dialect, Requests, Validity, ValidityForm};
use crate::datetime::DAY;
use crate::message::Kind;
use crate::policy::{Policy, SignatureMode};
use crate::service::Service;

/// 24 hours: the longest life of a QR, and its life when the request says nothing.
pub(super) const DAY_OF_VALIDITY: Validity =
    Validity { form: ValidityForm::DateTime, default: DAY as u64, max: DAY as u64, min: 0 };

/// An older spelling that live clients still send.
pub(super) const GRANT_TYPE: Change =
    Change::of(Kind::request(Service::TokenB2b), "grantType").also(&["grant_type"]);
/// The same for the customer's token.
pub(super) const CUSTOMER_GRANT_TYPE: Change =
    Change::of(Kind::request(Service::TokenB2b2c), "grantType").also(&["grant_type"]);

/// SNAP as ASPI publishes it.
pub const STANDARD: Dialect = Dialect {
    name: "Standard",
    base_path: "/v1.0/",
    paths: &[],
    services: &[
        Service::TokenB2b,
        Service::TokenB2b2c,
        Service::Generate,
        Service::Decode,
        Service::ApplyOtt,
        Service::Payment,
        Service::Query,
        Service::Notify,
        Service::Status,
        Service::Cancel,
        Service::Refund,
    ],
    changes: &[GRANT_TYPE, CUSTOMER_GRANT_TYPE],
    one_of: &[],
    requests: Requests::Standard,
    default_currency: None,
    validity: DAY_OF_VALIDITY,
    success: &[],
    messages: &[],
    closed: &[],
    host_to_host: &[],
    untold_status: None,
    notification: SignatureMode::AsymmetricNoToken,
    policy: Policy::STANDARD,
};
