//! Payment by the issuer: 49 (apply a one-time token) and 50 (host to host).

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::datetime::DateTime;
use crate::dialect::Dialect;
use crate::json::Object;
use crate::message::{Kind, Message, Response, success};
use crate::money::Money;
use crate::service::Service;
use crate::sign::Token;

/// Request of 49.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ApplyOttRequest {
    /// What is asked for: `OTT`.
    pub user_resources: Option<Vec<String>>,
    /// Additional information, as agreed with the partner.
    pub additional_info: Option<Object>,
    /// Members this crate does not know, kept and written back.
    #[serde(flatten)]
    pub other: Object,
}

impl Message for ApplyOttRequest {
    const KIND: Kind = Kind::request(Service::ApplyOtt);
}

/// Response of 49.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ApplyOttResponse {
    /// Response code, as sent or received.
    pub response_code: String,
    /// Response message.
    pub response_message: String,
    /// What was asked for.
    pub user_resources: Option<Vec<UserResource>>,
    /// Additional information, as agreed with the partner.
    pub additional_info: Option<Object>,
    /// Members this crate does not know, kept and written back.
    #[serde(flatten)]
    pub other: Object,
}

impl Message for ApplyOttResponse {
    const KIND: Kind = Kind::response(Service::ApplyOtt);
}

impl Response for ApplyOttResponse {
    fn success(dialect: &Dialect) -> Self {
        let (response_code, response_message) = success(dialect, Service::ApplyOtt);
        Self { response_code, response_message, ..Self::default() }
    }
}

/// Request of 50.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PaymentRequest {
    /// The merchant's reference.
    pub partner_reference_no: Option<String>,
    /// The merchant.
    pub merchant_id: Option<String>,
    /// The sub-merchant.
    pub sub_merchant_id: Option<String>,
    /// What to pay.
    pub amount: Option<Money>,
    /// Tip or fee.
    pub fee_amount: Option<Money>,
    /// One-time password.
    pub otp: Option<Token>,
    /// Verification.
    pub verification_id: Option<String>,
    /// Additional information, as agreed with the partner.
    pub additional_info: Option<Object>,
    /// Members this crate does not know, kept and written back.
    #[serde(flatten)]
    pub other: Object,
}

impl Message for PaymentRequest {
    const KIND: Kind = Kind::request(Service::Payment);
}

/// Response of 50.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PaymentResponse {
    /// Response code, as sent or received.
    pub response_code: String,
    /// Response message.
    pub response_message: String,
    /// The provider's reference.
    pub reference_no: Option<String>,
    /// The merchant's reference.
    pub partner_reference_no: Option<String>,
    /// When it was paid.
    pub transaction_date: Option<DateTime>,
    /// What was paid.
    pub amount: Option<Money>,
    /// Tip or fee paid.
    pub fee_amount: Option<Money>,
    /// Verification.
    pub verification_id: Option<String>,
    /// Additional information, as agreed with the partner.
    pub additional_info: Option<Object>,
    /// Members this crate does not know, kept and written back.
    #[serde(flatten)]
    pub other: Object,
}

impl Message for PaymentResponse {
    const KIND: Kind = Kind::response(Service::Payment);
}

impl Response for PaymentResponse {
    fn success(dialect: &Dialect) -> Self {
        let (response_code, response_message) = success(dialect, Service::Payment);
        Self { response_code, response_message, ..Self::default() }
    }
}

/// A resource that was asked for: a kind and its value.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UserResource {
    /// What it is: `OTT`.
    pub resource_type: String,
    /// The one-time token.
    pub value: Token,
    /// Members this crate does not know.
    #[serde(flatten)]
    pub other: Object,
}
