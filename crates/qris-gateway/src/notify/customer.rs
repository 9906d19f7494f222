//! The customer token of notifications to receivers whose document demands one: fetched by an authorisation code that
//! the receiver has issued to us, and by refresh tokens from then on.

use std::sync::Arc;

use qris_snap::client;
use qris_snap::json::{self, Value};
use qris_snap::message::{CustomerTokenRequest, Message};
use qris_snap::policy::CustomerTokenRule;
use qris_snap::sign::Token;
use serde::{Deserialize, Serialize};
use tokio::sync::OwnedMutexGuard;
use zeroize::Zeroizing;

use super::http::Poster;
use super::request::Destination;
use super::token::{self, Kept, Of, Tokens};
use super::verdict::NoAnswer;
use crate::app::{App, Shared};
use crate::crypto::{self, secret_name};
use crate::db::{DbError, Tx};
use crate::model::Partner;
use crate::model::partner::{self, Credential, CredentialKind};

/// What a customer token is fetched with, stored sealed. Each is good once: the answer brings the next one.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CustomerGrant {
    /// The first time.
    AuthCode(String),
    /// From then on.
    RefreshToken(String),
}

impl CustomerGrant {
    /// As it is sealed.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(serde_json::to_vec(self).unwrap_or_default())
    }

    fn request(&self) -> CustomerTokenRequest {
        let grant = match self {
            CustomerGrant::AuthCode(code) => client::CustomerGrant::Code(Token::new(code)),
            CustomerGrant::RefreshToken(token) => client::CustomerGrant::Refresh(Token::new(token)),
        };
        grant.request()
    }
}

impl Tokens {
    /// A customer token of the partner's receiver; none when there is nothing to fetch one with, and the partner's
    /// headers may have one.
    ///
    /// # Errors
    /// Why there is none, for the operator.
    pub(super) async fn customer(
        &self,
        app: &Shared,
        poster: &Poster,
        partner: &Partner,
        destination: &Destination,
    ) -> Result<Option<Token>, NoAnswer> {
        if partner.policy.customer_token != CustomerTokenRule::Required {
            return Ok(None);
        }
        if destination.sink {
            return Ok(app.sandbox_key.as_deref().map(Token::new));
        }
        let Some(url) = destination.token_url.as_deref().and_then(customer_url) else { return Ok(None) };
        let slot = self.slot(&partner.client_id, Of::Customer);
        // One at a time: a grant is good once.
        let slot = slot.lock_owned().await;
        if let Some(token) = slot.as_ref().and_then(|kept| kept.good(&url)) {
            return Ok(Some(token));
        }
        // In a task of its own: when this try is cut off, the next grant is kept all the same.
        let (app, poster) = (Arc::clone(app), poster.clone());
        let (partner, destination) = (partner.clone(), destination.clone());
        let renewed = tokio::spawn(renew(app, poster, partner, destination, url, slot)).await;
        renewed.map_err(|error| NoAnswer::not_sent(format!("the customer's token: {error}")))?
    }
}

/// Fetches a token by the stored grant, and keeps the next grant and the token; none when there is no grant.
async fn renew(
    app: Shared,
    poster: Poster,
    partner: Partner,
    destination: Destination,
    url: String,
    mut slot: OwnedMutexGuard<Option<Kept>>,
) -> Result<Option<Token>, NoAnswer> {
    let Some((id, grant)) = stored(&app, &partner.client_id).await? else { return Ok(None) };
    let body = grant.request().write(partner.dialect).map_err(|refusal| NoAnswer::not_sent(refusal.log()))?;
    let fetched = token::post(&app, &poster, &partner, &destination, &url, body).await;
    let answer = fetched
        .map_err(|error| NoAnswer { log: format!("no customer token from {url}: {}", error.log), ..error })?;
    let (token, life) = token::read(&answer).map_err(token::refused)?;
    // Before it is used: a grant that is lost is a customer to be asked again.
    if let Some(next) = refresh_token(&answer) {
        let next = CustomerGrant::RefreshToken(next);
        keep_grant(&app, &partner.client_id, &next, id).await.map_err(storage)?;
    }
    *slot = Some(Kept::new(&url, token.clone(), life));
    Ok(Some(token))
}

/// The receiver's path of 74 beside that of 73.
fn customer_url(token_url: &str) -> Option<String> {
    token_url.ends_with("/b2b").then(|| format!("{token_url}2c"))
}

fn refresh_token(answer: &[u8]) -> Option<String> {
    let Ok(Value::Object(object)) = json::parse(answer) else { return None };
    object.text("refreshToken").filter(|text| !text.is_empty() && text.len() <= 512).map(str::to_owned)
}

fn storage(error: DbError) -> NoAnswer {
    NoAnswer::not_sent(format!("the customer's grant: {error}"))
}

async fn stored(app: &App, client_id: &str) -> Result<Option<(String, CustomerGrant)>, NoAnswer> {
    let (id, now) = (client_id.to_owned(), app.clock.now());
    let read = move |tx: &mut dyn Tx| partner::credentials(tx, &id, CredentialKind::CustomerGrant, now);
    let newest = app.store.read(read).await.map_err(storage)?.into_iter().next();
    let Some(newest) = newest else { return Ok(None) };
    let unusable = || NoAnswer::not_sent("the customer's grant does not open: set --notify-auth-code anew");
    let plain = app.master_key.open(&secret_name(client_id), &newest.value).map_err(|_| unusable())?;
    let grant = serde_json::from_slice(&plain).map_err(|_| unusable())?;
    Ok(Some((newest.id, grant)))
}

/// Keeps a grant, sealed, in the place of the one with the id `after`; its id, or none when that is not the newest any more: an
/// operator has given another one.
pub(crate) async fn keep_grant(
    app: &App,
    client_id: &str,
    grant: &CustomerGrant,
    after: String,
) -> Result<Option<String>, DbError> {
    let sealed = app.master_key.seal(&secret_name(client_id), &grant.to_bytes());
    let made = sealed.and_then(|value| Ok((value, crypto::random_id()?)));
    let (value, id) = made.map_err(|error| DbError::Broken(error.to_string()))?;
    let now = app.clock.now();
    let (client_id, kind) = (client_id.to_owned(), CredentialKind::CustomerGrant);
    let row = Credential { id, client_id, kind, value, created_at: now, valid_until: None };
    let unit = move |tx: &mut dyn Tx| {
        let newest = partner::credentials(tx, &row.client_id, kind, now)?.into_iter().next();
        if newest.is_none_or(|newest| newest.id != after) {
            return Ok(None);
        }
        partner::rotate(tx, &row, now)?;
        Ok(Some(row.id))
    };
    app.store.write(unit).await
}
