//! Payment notification: 52.

use core::fmt;

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::datetime::DateTime;
use crate::dialect::Dialect;
use crate::json::{Object, Unstable, js_stable};
use crate::message::{Kind, Message, Response, success};
use crate::money::Money;
use crate::refusal::Refusal;
use crate::service::Service;

/// Request of 52, sent by the provider. See [`NotifyRequest::stable_body`] before sending one.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NotifyRequest {
    /// The provider's reference of the original.
    pub original_reference_no: Option<String>,
    /// The merchant's reference of the original.
    pub original_partner_reference_no: Option<String>,
    /// X-EXTERNAL-ID of the original.
    pub original_external_id: Option<String>,
    /// Status: see [`crate::Status`].
    pub latest_transaction_status: Option<String>,
    /// The same in words.
    pub transaction_status_desc: Option<String>,
    /// The payer.
    pub customer_number: Option<String>,
    /// The payer's account type.
    pub account_type: Option<String>,
    /// The account paid into.
    pub destination_number: Option<String>,
    /// Its owner.
    pub destination_account_name: Option<String>,
    /// What was paid.
    pub amount: Option<Money>,
    /// Tip paid, where the dialect has it.
    pub fee_amount: Option<Money>,
    /// Session.
    pub session_id: Option<String>,
    /// Bank.
    pub bank_code: Option<String>,
    /// The store, in the merchant's words.
    pub external_store_id: Option<String>,
    /// When it was paid, where the dialect has it.
    pub transaction_date: Option<DateTime>,
    /// Additional information, as agreed with the partner.
    pub additional_info: Option<Object>,
    /// Members this crate does not know, kept and written back.
    #[serde(flatten)]
    pub other: Object,
}

impl Message for NotifyRequest {
    const KIND: Kind = Kind::request(Service::Notify);
}

/// Response of 52.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NotifyResponse {
    /// Response code, as sent or received.
    pub response_code: String,
    /// Response message.
    pub response_message: String,
    /// Additional information, as agreed with the partner.
    pub additional_info: Option<Object>,
    /// Members this crate does not know, kept and written back.
    #[serde(flatten)]
    pub other: Object,
}

impl Message for NotifyResponse {
    const KIND: Kind = Kind::response(Service::Notify);
}

impl Response for NotifyResponse {
    fn success(dialect: &Dialect) -> Self {
        let (response_code, response_message) = success(dialect, Service::Notify);
        Self { response_code, response_message, ..Self::default() }
    }
}

/// Why a notification cannot be sent as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StableBodyError {
    /// The message is not what the dialect demands.
    Refused(Refusal),
    /// A member would change in a receiver that parses and prints again in JavaScript.
    Unstable(Unstable),
}

impl fmt::Display for StableBodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Unstable(unstable) => unstable.fmt(f),
        }
    }
}

impl core::error::Error for StableBodyError {}

impl NotifyRequest {
    /// The body to send and sign: compact, and a fixed point of JavaScript's parse and stringify, because widely
    /// used receivers hash what they printed again and not what they received.
    ///
    /// # Errors
    /// [`StableBodyError`], with the member to mend.
    pub fn stable_body(&self, dialect: &Dialect) -> Result<Vec<u8>, StableBodyError> {
        let object = self.to_wire(dialect).map_err(StableBodyError::Refused)?;
        js_stable(&object).map_err(StableBodyError::Unstable)?;
        Ok(object.to_bytes())
    }
}
