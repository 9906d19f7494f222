//! Decode a QR: 48.

use serde::{Deserialize, Serialize};

use crate::datetime::DateTime;
use crate::dialect::Dialect;
use crate::json::Object;
use crate::message::{Kind, Message, Response, success};
use crate::money::Money;
use crate::service::Service;

/// Request of 48.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DecodeRequest {
    /// The merchant's reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partner_reference_no: Option<String>,
    /// The scanned payload.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qr_content: Option<String>,
    /// What to pay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// The merchant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merchant_id: Option<String>,
    /// The sub-merchant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub_merchant_id: Option<String>,
    /// When it was scanned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scan_time: Option<DateTime>,
    /// Additional information, as agreed with the partner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub additional_info: Option<Object>,
    /// Members this crate does not know, kept and written back.
    #[serde(flatten)]
    pub other: Object,
}

impl Message for DecodeRequest {
    const KIND: Kind = Kind::request(Service::Decode);
}

/// Response of 48.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DecodeResponse {
    /// Response code, as sent or received.
    pub response_code: String,
    /// Response message.
    pub response_message: String,
    /// The provider's reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference_no: Option<String>,
    /// The merchant's reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partner_reference_no: Option<String>,
    /// Where to send the payer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_url: Option<String>,
    /// The merchant's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merchant_name: Option<String>,
    /// What the merchant does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merchant_category: Option<String>,
    /// Where the merchant is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merchant_location: Option<String>,
    /// The merchant's accounts in the QR.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merchant_infos: Option<Vec<MerchantInfo>>,
    /// The amount in the QR.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transaction_amount: Option<Money>,
    /// The tip or fee in the QR.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fee_amount: Option<Money>,
    /// Additional information, as agreed with the partner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub additional_info: Option<Object>,
    /// Members this crate does not know, kept and written back.
    #[serde(flatten)]
    pub other: Object,
}

impl Message for DecodeResponse {
    const KIND: Kind = Kind::response(Service::Decode);
}

impl Response for DecodeResponse {
    fn success(dialect: &Dialect) -> Self {
        let (response_code, response_message) = success(dialect, Service::Decode);
        Self { response_code, response_message, ..Self::default() }
    }
}

/// An account of the merchant in a QR.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MerchantInfo {
    /// The merchant PAN, at most 19 digits.
    #[serde(rename = "merchantPAN")]
    pub merchant_pan: String,
    /// The acquirer.
    pub acquirer_name: String,
    /// Members this crate does not know.
    #[serde(flatten)]
    pub other: Object,
}
