//! Status inquiry: 53. It asks what 51 asks; whoever pays uses it, and whoever is paid may.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::datetime::DateTime;
use crate::dialect::Dialect;
use crate::json::Object;
use crate::message::{Kind, Message, Response, success};
use crate::money::Money;
use crate::service::Service;

/// Request of 53.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StatusRequest {
    /// The provider's reference of the original.
    pub original_reference_no: Option<String>,
    /// The caller's reference of the original.
    pub original_partner_reference_no: Option<String>,
    /// X-EXTERNAL-ID of the original.
    pub original_external_id: Option<String>,
    /// Service code of the original: `47` or `50`.
    pub service_code: Option<String>,
    /// The merchant.
    pub merchant_id: Option<String>,
    /// When the original was.
    pub transaction_date: Option<DateTime>,
    /// What the original was about.
    pub amount: Option<Money>,
    /// Additional information, as agreed with the partner.
    pub additional_info: Option<Object>,
    /// Members this crate does not know, kept and written back.
    #[serde(flatten)]
    pub other: Object,
}

impl Message for StatusRequest {
    const KIND: Kind = Kind::request(Service::Status);
}

/// Response of 53.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StatusResponse {
    /// Response code, as sent or received.
    pub response_code: String,
    /// Response message.
    pub response_message: String,
    /// The provider's reference of the original.
    pub original_reference_no: Option<String>,
    /// The caller's reference of the original.
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
    pub transaction_date: Option<DateTime>,
    /// What was paid, or is asked for.
    pub amount: Option<Money>,
    /// Its tip or fee.
    pub fee_amount: Option<Money>,
    /// Additional information, as agreed with the partner.
    pub additional_info: Option<Object>,
    /// Members this crate does not know, kept and written back.
    #[serde(flatten)]
    pub other: Object,
}

impl Message for StatusResponse {
    const KIND: Kind = Kind::response(Service::Status);
}

impl Response for StatusResponse {
    fn success(dialect: &Dialect) -> Self {
        let (response_code, response_message) = success(dialect, Service::Status);
        Self { response_code, response_message, ..Self::default() }
    }
}
