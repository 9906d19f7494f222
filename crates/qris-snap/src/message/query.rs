//! Query a payment: 51.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::datetime::DateTime;
use crate::dialect::Dialect;
use crate::json::Object;
use crate::message::{Kind, Message, Response, success};
use crate::money::Money;
use crate::service::Service;

/// Request of 51.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct QueryRequest {
    /// The provider's reference of the original.
    pub original_reference_no: Option<String>,
    /// The merchant's reference of the original.
    pub original_partner_reference_no: Option<String>,
    /// X-EXTERNAL-ID of the original.
    pub original_external_id: Option<String>,
    /// Service code of the original, `47`; two providers write others.
    pub service_code: Option<String>,
    /// The merchant.
    pub merchant_id: Option<String>,
    /// The sub-merchant.
    pub sub_merchant_id: Option<String>,
    /// The store, in the merchant's words.
    pub external_store_id: Option<String>,
    /// Additional information, as agreed with the partner.
    pub additional_info: Option<Object>,
    /// Members this crate does not know, kept and written back.
    #[serde(flatten)]
    pub other: Object,
}

impl Message for QueryRequest {
    const KIND: Kind = Kind::request(Service::Query);
}

/// Response of 51.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct QueryResponse {
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
    /// Service code of the original.
    pub service_code: Option<String>,
    /// Status: see [`crate::Status`].
    pub latest_transaction_status: Option<String>,
    /// The same in words.
    pub transaction_status_desc: Option<String>,
    /// When it was paid.
    pub paid_time: Option<DateTime>,
    /// What was paid.
    pub amount: Option<Money>,
    /// Tip or fee paid.
    pub fee_amount: Option<Money>,
    /// The terminal.
    pub terminal_id: Option<String>,
    /// Additional information, as agreed with the partner.
    pub additional_info: Option<Object>,
    /// Members this crate does not know, kept and written back.
    #[serde(flatten)]
    pub other: Object,
}

impl Message for QueryResponse {
    const KIND: Kind = Kind::response(Service::Query);
}

impl Response for QueryResponse {
    fn success(dialect: &Dialect) -> Self {
        let (response_code, response_message) = success(dialect, Service::Query);
        Self { response_code, response_message, ..Self::default() }
    }
}
