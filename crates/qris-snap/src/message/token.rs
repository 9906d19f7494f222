//! Access tokens: 73 (B2B) and 74 (B2B2C).

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::datetime::DateTime;
use crate::dialect::Dialect;
use crate::json::Object;
use crate::message::{Kind, Message, Response, success};
use crate::service::Service;
use crate::sign::Token;

/// Request of 73.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TokenRequest {
    /// `client_credentials`.
    pub grant_type: Option<String>,
    /// Additional information, as agreed with the partner.
    pub additional_info: Option<Object>,
    /// Members this crate does not know, kept and written back.
    #[serde(flatten)]
    pub other: Object,
}

impl Message for TokenRequest {
    const KIND: Kind = Kind::request(Service::TokenB2b);
}

/// Response of 73.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TokenResponse {
    /// Response code, as sent or received.
    pub response_code: String,
    /// Response message.
    pub response_message: String,
    /// The token.
    pub access_token: Option<Token>,
    /// `Bearer`.
    pub token_type: Option<String>,
    /// Seconds it lives, as digits; some dialects write an integer.
    pub expires_in: Option<String>,
    /// Additional information, as agreed with the partner.
    pub additional_info: Option<Object>,
    /// Members this crate does not know, kept and written back.
    #[serde(flatten)]
    pub other: Object,
}

impl Message for TokenResponse {
    const KIND: Kind = Kind::response(Service::TokenB2b);
}

impl Response for TokenResponse {
    fn success(dialect: &Dialect) -> Self {
        let (response_code, response_message) = success(dialect, Service::TokenB2b);
        Self { response_code, response_message, ..Self::default() }
    }
}

/// Request of 74.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CustomerTokenRequest {
    /// `authorization_code` or `refresh_token`, in either case.
    pub grant_type: Option<String>,
    /// Authorisation code, for the first grant.
    pub auth_code: Option<Token>,
    /// Refresh token, for the second.
    pub refresh_token: Option<Token>,
    /// Additional information, as agreed with the partner.
    pub additional_info: Option<Object>,
    /// Members this crate does not know, kept and written back.
    #[serde(flatten)]
    pub other: Object,
}

impl Message for CustomerTokenRequest {
    const KIND: Kind = Kind::request(Service::TokenB2b2c);
}

/// Response of 74.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CustomerTokenResponse {
    /// Response code, as sent or received.
    pub response_code: String,
    /// Response message.
    pub response_message: String,
    /// The token.
    pub access_token: Option<Token>,
    /// `Bearer`.
    pub token_type: Option<String>,
    /// Seconds it lives, as digits.
    pub expires_in: Option<String>,
    /// When it ends.
    pub access_token_expiry_time: Option<DateTime>,
    /// To ask for the next.
    pub refresh_token: Option<Token>,
    /// When that ends.
    pub refresh_token_expiry_time: Option<DateTime>,
    /// Additional information, as agreed with the partner.
    pub additional_info: Option<Object>,
    /// Members this crate does not know, kept and written back.
    #[serde(flatten)]
    pub other: Object,
}

impl Message for CustomerTokenResponse {
    const KIND: Kind = Kind::response(Service::TokenB2b2c);
}

impl Response for CustomerTokenResponse {
    fn success(dialect: &Dialect) -> Self {
        let (response_code, response_message) = success(dialect, Service::TokenB2b2c);
        Self { response_code, response_message, ..Self::default() }
    }
}
