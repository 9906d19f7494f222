//! Decode a QR: 48.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::datetime::DateTime;
use crate::dialect::Dialect;
use crate::json::Object;
use crate::message::{Kind, Message, Response, success};
use crate::money::Money;
use crate::service::Service;

/// Request of 48.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DecodeRequest {
    /// The merchant's reference.
    pub partner_reference_no: Option<String>,
    /// The scanned payload.
    pub qr_content: Option<String>,
    /// What to pay.
    pub amount: Option<Money>,
    /// The merchant.
    pub merchant_id: Option<String>,
    /// The sub-merchant.
    pub sub_merchant_id: Option<String>,
    /// When it was scanned.
    pub scan_time: Option<DateTime>,
    /// Additional information, as agreed with the partner.
    pub additional_info: Option<Object>,
    /// Members this crate does not know, kept and written back.
    #[serde(flatten)]
    pub other: Object,
}

impl Message for DecodeRequest {
    const KIND: Kind = Kind::request(Service::Decode);
}

/// Response of 48.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DecodeResponse {
    /// Response code, as sent or received.
    pub response_code: String,
    /// Response message.
    pub response_message: String,
    /// The provider's reference.
    pub reference_no: Option<String>,
    /// The merchant's reference.
    pub partner_reference_no: Option<String>,
    /// Where to send the payer.
    pub redirect_url: Option<String>,
    /// The merchant's name.
    pub merchant_name: Option<String>,
    /// What the merchant does.
    pub merchant_category: Option<String>,
    /// Where the merchant is.
    pub merchant_location: Option<String>,
    /// The merchant's accounts in the QR.
    pub merchant_infos: Option<Vec<MerchantInfo>>,
    /// The amount in the QR.
    pub transaction_amount: Option<Money>,
    /// The tip or fee in the QR.
    pub fee_amount: Option<Money>,
    /// Additional information, as agreed with the partner.
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
