//! 73 and 74: access tokens for partners and for their customers.

use qris_snap::DateTime;
use qris_snap::headers::TokenFault;
use qris_snap::message::{
    CustomerTokenRequest, CustomerTokenResponse, Message, Response, TokenRequest, TokenResponse,
};
use qris_snap::sign::Token;

use super::Stop;
use super::work::Call;
use crate::crypto::{CryptoError, random_token, token_hash};
use crate::db::{DbError, Tx};
use crate::model::{StoredToken, TokenKind, partner, token};

/// Seconds a refresh token lives.
const REFRESH: i64 = 15 * 86_400;
/// Seconds an authorisation code lives.
pub const CODE: i64 = 600;

pub(super) fn b2b(tx: &mut dyn Tx, call: &Call, _request: TokenRequest) -> Result<Vec<u8>, Stop> {
    let life = i64::from(call.app.config.limits.token_seconds);
    let access = issue(tx, call, TokenKind::B2b, None, life)?;
    let answer = TokenResponse {
        access_token: Some(access),
        token_type: Some("Bearer".to_owned()),
        expires_in: Some(life.to_string()),
        ..TokenResponse::success(call.partner.dialect)
    };
    Ok(answer.write(call.partner.dialect)?)
}

pub(super) fn b2b2c(tx: &mut dyn Tx, call: &Call, request: CustomerTokenRequest) -> Result<Vec<u8>, Stop> {
    let (given, kind) = match (&request.auth_code, &request.refresh_token) {
        (Some(code), _) if grant_is(&request, "authorization_code") => (code, TokenKind::AuthCode),
        (_, Some(refresh)) => (refresh, TokenKind::Refresh),
        (Some(code), None) => (code, TokenKind::AuthCode),
        (None, None) => return Err(TokenFault::Unknown.customer_refusal(call.service).into()),
    };
    let fault = |fault: TokenFault| Stop::Refused(fault.customer_refusal(call.service));
    let hash = token_hash(given.expose());
    let stored = token::by_hash(tx, &hash)?.filter(|stored| stored.kind == kind);
    let stored = stored.ok_or_else(|| fault(TokenFault::Unknown))?;
    if stored.client_id != call.partner.client_id {
        return Err(fault(TokenFault::OtherPartner));
    }
    if stored.expires_at <= call.now() {
        return Err(fault(TokenFault::Expired));
    }
    // A refresh token is exchanged for the next one: each is good once.
    if !token::use_once(tx, &hash, call.now())? {
        return Err(fault(TokenFault::Used));
    }
    let life = i64::from(call.app.config.limits.token_seconds);
    let customer = stored.customer.as_deref();
    let access = issue(tx, call, TokenKind::B2b2c, customer, life)?;
    let refresh = issue(tx, call, TokenKind::Refresh, customer, REFRESH)?;
    let answer = CustomerTokenResponse {
        access_token: Some(access),
        token_type: Some("Bearer".to_owned()),
        expires_in: Some(life.to_string()),
        access_token_expiry_time: DateTime::wib(call.now() + life),
        refresh_token: Some(refresh),
        refresh_token_expiry_time: DateTime::wib(call.now() + REFRESH),
        ..CustomerTokenResponse::success(call.partner.dialect)
    };
    Ok(answer.write(call.partner.dialect)?)
}

fn grant_is(request: &CustomerTokenRequest, grant: &str) -> bool {
    request.grant_type.as_deref().is_some_and(|given| given.eq_ignore_ascii_case(grant))
}

/// Why no authorisation code is issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAuthorized {
    /// The customer's name.
    #[error("a customer has a name of 1 to 64 characters, none of them a control")]
    Name,
    /// There is no such partner, or it has no customers.
    #[error(
        "the partner is not known, or has no customers: it is no issuer, and its policy demands no customer token"
    )]
    NoCustomers,
}

/// Issues an authorisation code for a customer of a partner, as the customer's consent would; `now` is in Unix seconds.
///
/// # Errors
/// The storage's, and when the random source fails. Inside: why there is none.
pub fn consent(
    tx: &mut dyn Tx,
    client_id: &str,
    customer: &str,
    now: i64,
) -> Result<Result<String, NotAuthorized>, DbError> {
    let customer = customer.trim();
    if !(1..=64).contains(&customer.chars().count()) || customer.chars().any(char::is_control) {
        return Ok(Err(NotAuthorized::Name));
    }
    match partner::by_client_id(tx, client_id)? {
        Some(partner) if partner.has_customers() => authorize(tx, client_id, customer, now).map(Ok),
        _ => Ok(Err(NotAuthorized::NoCustomers)),
    }
}

/// An authorisation code for a customer of a partner, as the customer's consent would bring it: 74 exchanges it for a
/// customer token, once, within ten minutes. `now` is in Unix seconds.
///
/// # Errors
/// The storage's, and when the random source fails.
pub fn authorize(tx: &mut dyn Tx, client_id: &str, customer: &str, now: i64) -> Result<String, DbError> {
    let failed = |error: CryptoError| DbError::Broken(error.to_string());
    let code = random_token().map_err(failed)?;
    let stored = StoredToken {
        hash: token_hash(&code),
        client_id: client_id.to_owned(),
        kind: TokenKind::AuthCode,
        customer: Some(customer.to_owned()),
        expires_at: now.saturating_add(CODE),
        used_at: None,
    };
    token::add(tx, &stored)?;
    Ok(code)
}

fn issue(
    tx: &mut dyn Tx,
    call: &Call,
    kind: TokenKind,
    customer: Option<&str>,
    life: i64,
) -> Result<Token, Stop> {
    let text = random_token().map_err(|error| call.internal(error))?;
    let stored = StoredToken {
        hash: token_hash(&text),
        client_id: call.partner.client_id.clone(),
        kind,
        customer: customer.map(str::to_owned),
        expires_at: call.now().saturating_add(life),
        used_at: None,
    };
    token::add(tx, &stored)?;
    Ok(Token::new(text))
}
