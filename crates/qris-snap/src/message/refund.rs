//! Refund a payment: 78.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::datetime::DateTime;
use crate::dialect::Dialect;
use crate::json::Object;
use crate::message::{Kind, Message, Response, success};
use crate::money::Money;
use crate::service::Service;

/// Request of 78.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RefundRequest {
    /// The merchant.
    pub merchant_id: Option<String>,
    /// The sub-merchant.
    pub sub_merchant_id: Option<String>,
    /// The merchant's reference of the original.
    pub original_partner_reference_no: Option<String>,
    /// The provider's reference of the original.
    pub original_reference_no: Option<String>,
    /// X-EXTERNAL-ID of the original.
    pub original_external_id: Option<String>,
    /// The merchant's reference of the refund.
    pub partner_refund_no: Option<String>,
    /// How much; absent is the remainder.
    pub refund_amount: Option<Money>,
    /// The store, in the merchant's words.
    pub external_store_id: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Additional information, as agreed with the partner.
    pub additional_info: Option<Object>,
    /// Members this crate does not know, kept and written back.
    #[serde(flatten)]
    pub other: Object,
}

impl Message for RefundRequest {
    const KIND: Kind = Kind::request(Service::Refund);
}

/// Response of 78.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RefundResponse {
    /// Response code, as sent or received.
    pub response_code: String,
    /// Response message.
    pub response_message: String,
    /// The merchant's reference of the original.
    pub original_partner_reference_no: Option<String>,
    /// The provider's reference of the original.
    pub original_reference_no: Option<String>,
    /// X-EXTERNAL-ID of the original.
    pub original_external_id: Option<String>,
    /// The provider's reference of the refund.
    pub refund_no: Option<String>,
    /// The merchant's reference of the refund.
    pub partner_refund_no: Option<String>,
    /// How much.
    pub refund_amount: Option<Money>,
    /// When.
    pub refund_time: Option<DateTime>,
    /// Additional information, as agreed with the partner.
    pub additional_info: Option<Object>,
    /// Members this crate does not know, kept and written back.
    #[serde(flatten)]
    pub other: Object,
}

impl Message for RefundResponse {
    const KIND: Kind = Kind::response(Service::Refund);
}

impl Response for RefundResponse {
    fn success(dialect: &Dialect) -> Self {
        let (response_code, response_message) = success(dialect, Service::Refund);
        Self { response_code, response_message, ..Self::default() }
    }
}
