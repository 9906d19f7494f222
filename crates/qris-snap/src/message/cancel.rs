//! Cancel a payment: 77.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::datetime::DateTime;
use crate::dialect::Dialect;
use crate::json::Object;
use crate::message::{Kind, Message, Response, success};
use crate::money::Money;
use crate::service::Service;

/// Request of 77.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CancelRequest {
    /// The provider's reference of the original.
    pub original_reference_no: Option<String>,
    /// The merchant's reference of the original.
    pub original_partner_reference_no: Option<String>,
    /// X-EXTERNAL-ID of the original.
    pub original_external_id: Option<String>,
    /// The merchant.
    pub merchant_id: Option<String>,
    /// The sub-merchant.
    pub sub_merchant_id: Option<String>,
    /// The store, in the merchant's words.
    pub external_store_id: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// The amount of the original.
    pub amount: Option<Money>,
    /// Additional information, as agreed with the partner.
    pub additional_info: Option<Object>,
    /// Members this crate does not know, kept and written back.
    #[serde(flatten)]
    pub other: Object,
}

impl Message for CancelRequest {
    const KIND: Kind = Kind::request(Service::Cancel);
}

/// Response of 77.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CancelResponse {
    /// Response code, as sent or received.
    pub response_code: String,
    /// Response message.
    pub response_message: String,
    /// The provider's reference of the original.
    pub original_reference_no: Option<String>,
    /// The merchant's reference of the original.
    pub original_partner_reference_no: Option<String>,
    /// X-EXTERNAL-ID of the original.
    pub original_external_id: Option<String>,
    /// When it was cancelled.
    pub cancel_time: Option<DateTime>,
    /// When the original happened.
    pub transaction_date: Option<DateTime>,
    /// Additional information, as agreed with the partner.
    pub additional_info: Option<Object>,
    /// Members this crate does not know, kept and written back.
    #[serde(flatten)]
    pub other: Object,
}

impl Message for CancelResponse {
    const KIND: Kind = Kind::response(Service::Cancel);
}

impl Response for CancelResponse {
    fn success(dialect: &Dialect) -> Self {
        let (response_code, response_message) = success(dialect, Service::Cancel);
        Self { response_code, response_message, ..Self::default() }
    }
}
