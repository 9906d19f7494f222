//! Generate a QR: 47.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::datetime::DateTime;
use crate::dialect::Dialect;
use crate::json::Object;
use crate::message::validity::{Expiry, expiry};
use crate::message::{Kind, Message, Response, success};
use crate::money::Money;
use crate::refusal::Refusal;
use crate::service::Service;

/// Request of 47.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GenerateRequest {
    /// The merchant's reference.
    pub partner_reference_no: Option<String>,
    /// What to pay; absent for a QR without an amount.
    pub amount: Option<Money>,
    /// Fee.
    pub fee_amount: Option<Money>,
    /// The merchant.
    pub merchant_id: Option<String>,
    /// The sub-merchant.
    pub sub_merchant_id: Option<String>,
    /// The store.
    pub store_id: Option<String>,
    /// The terminal.
    pub terminal_id: Option<String>,
    /// Until when, or for how many seconds: see [`GenerateRequest::expiry`].
    pub validity_period: Option<String>,
    /// Additional information, as agreed with the partner.
    pub additional_info: Option<Object>,
    /// Members this crate does not know, kept and written back.
    #[serde(flatten)]
    pub other: Object,
}

impl Message for GenerateRequest {
    const KIND: Kind = Kind::request(Service::Generate);
}

/// Response of 47.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GenerateResponse {
    /// Response code, as sent or received.
    pub response_code: String,
    /// Response message.
    pub response_message: String,
    /// The provider's reference.
    pub reference_no: Option<String>,
    /// The merchant's reference.
    pub partner_reference_no: Option<String>,
    /// The payload to print as a QR.
    pub qr_content: Option<String>,
    /// Where a picture of it is.
    pub qr_url: Option<String>,
    /// A picture of it, Base64.
    pub qr_image: Option<String>,
    /// Where to send the payer.
    pub redirect_url: Option<String>,
    /// The merchant's name.
    pub merchant_name: Option<String>,
    /// The store.
    pub store_id: Option<String>,
    /// The terminal.
    pub terminal_id: Option<String>,
    /// Additional information, as agreed with the partner.
    pub additional_info: Option<Object>,
    /// Members this crate does not know, kept and written back.
    #[serde(flatten)]
    pub other: Object,
}

impl Message for GenerateResponse {
    const KIND: Kind = Kind::response(Service::Generate);
}

impl Response for GenerateResponse {
    fn success(dialect: &Dialect) -> Self {
        let (response_code, response_message) = success(dialect, Service::Generate);
        Self { response_code, response_message, ..Self::default() }
    }
}

impl GenerateRequest {
    /// When the QR is to expire. `now` is in seconds since 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// 4004701, see [`expiry`].
    pub fn expiry(&self, dialect: &Dialect, now: i64) -> Result<Expiry, Refusal> {
        expiry(dialect, self.validity_period.as_deref(), now)
    }
}

impl GenerateResponse {
    /// Puts the real expiry into `additionalInfo.expiryTime` (RFC 3339, +07:00), which the standard has no member
    /// for: a dialect may have shortened what was asked.
    pub fn set_expiry(&mut self, expiry: &Expiry) {
        self.additional_info.get_or_insert_default().insert("expiryTime", expiry.at.as_str());
    }

    /// The expiry in `additionalInfo.expiryTime`, when there is one.
    pub fn expiry_time(&self) -> Option<DateTime> {
        DateTime::parse(self.additional_info.as_ref()?.text("expiryTime")?)
    }
}
