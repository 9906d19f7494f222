//! Tokens that receivers issue to us, for notifications under an HMAC: fetched when needed, kept while they live.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use qris_snap::client::Grant;
use qris_snap::headers::{HeaderName, Headers};
use qris_snap::json::{self, Value};
use qris_snap::message::{Message, TokenRequest};
use qris_snap::sign::{SigningKey, Token};
use qris_snap::verify::sign_token_request;
use reqwest::Url;
use reqwest::header::HeaderMap;

use super::http::Poster;
use super::request::{self, Destination};
use super::verdict::{Ended, NoAnswer};
use crate::app::App;
use crate::model::Partner;

/// A token is not used in its last seconds: it must live until the notification has arrived.
const MARGIN: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub(super) struct Kept {
    url: String,
    pub(super) token: Token,
    until: Instant,
}

impl Kept {
    pub(super) fn new(url: &str, token: Token, life: Duration) -> Kept {
        Kept { url: url.to_owned(), token, until: Instant::now() + life }
    }

    /// The token, while it lives and its receiver is still this one.
    pub(super) fn good(&self, url: &str) -> Option<Token> {
        (self.url == url && Instant::now() < self.until).then(|| self.token.clone())
    }
}

/// One slot a partner; its lock is held while a token is fetched, so that many notifications fetch one.
pub(super) type Slot = Arc<tokio::sync::Mutex<Option<Kept>>>;

/// Whose token: the receiver's for us, or its customer's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Of {
    /// `Authorization`.
    Us,
    /// `Authorization-Customer`.
    Customer,
}

/// The tokens we hold.
#[derive(Debug, Default)]
pub(super) struct Tokens(Mutex<HashMap<(String, Of), Slot>>);

impl Tokens {
    /// A token of the partner's receiver: the kept one, or a new one.
    ///
    /// # Errors
    /// Why there is none, for the operator.
    pub(super) async fn get(
        &self,
        app: &App,
        poster: &Poster,
        partner: &Partner,
        destination: &Destination,
    ) -> Result<Token, NoAnswer> {
        let url = destination.token_url.as_deref();
        let none = "the partner has no notify_token_url, HMAC needs a token of the receiver";
        let url = url.ok_or_else(|| NoAnswer::not_sent(none))?;
        let slot = self.slot(&partner.client_id, Of::Us);
        let mut slot = slot.lock().await;
        if let Some(token) = slot.as_ref().and_then(|kept| kept.good(url)) {
            return Ok(token);
        }
        let body =
            TokenRequest { grant_type: Some("client_credentials".to_owned()), ..TokenRequest::default() };
        let body = body.write(partner.dialect).map_err(|refusal| NoAnswer::not_sent(refusal.log()))?;
        let fetched = post(app, poster, partner, destination, url, body).await;
        let read = fetched.and_then(|answer| read(&answer).map_err(refused));
        let (token, life) =
            read.map_err(|error| NoAnswer { log: format!("no token from {url}: {}", error.log), ..error })?;
        *slot = Some(Kept::new(url, token.clone(), life));
        Ok(token)
    }

    /// Drops a token the receiver refused, unless another has taken its place.
    pub(super) async fn forget(&self, partner: &Partner, of: Of, token: &Token) {
        let slot = self.slot(&partner.client_id, of);
        let mut slot = slot.lock().await;
        if slot.as_ref().is_some_and(|kept| kept.token == *token) {
            *slot = None;
        }
    }

    pub(super) fn slot(&self, client_id: &str, of: Of) -> Slot {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry((client_id.to_owned(), of)).or_default())
    }
}

/// There is no token, since the receiver gave none.
pub(super) fn refused(log: String) -> NoAnswer {
    NoAnswer { ended: Ended::BadToken, log }
}

/// Asks a token service of the receiver; the body of its answer, which says that there is a token.
pub(super) async fn post(
    app: &App,
    poster: &Poster,
    partner: &Partner,
    destination: &Destination,
    url: &str,
    body: Vec<u8>,
) -> Result<Vec<u8>, NoAnswer> {
    let (url, headers) = compose(app, poster, partner, destination, url).map_err(NoAnswer::not_sent)?;
    let answer = poster.post(url, headers, body).await?;
    if !(200..300).contains(&answer.status) {
        return Err(refused(format!("HTTP {}", answer.status)));
    }
    Ok(answer.body)
}

/// Where a token is asked for, and the headers of the request.
fn compose(
    app: &App,
    poster: &Poster,
    partner: &Partner,
    destination: &Destination,
    url: &str,
) -> Result<(Url, HeaderMap), String> {
    let url = poster.url(url)?;
    // The receiver may know us under another name than we know it.
    let (configured, _) = request::configured(partner)?;
    let client = configured.get(HeaderName::ClientKey).unwrap_or(&partner.client_id);
    let timestamp = request::timestamp(app)?;
    let mut headers = Headers::new();
    headers.set(HeaderName::ContentType, "application/json").set(HeaderName::Accept, "application/json");
    sign_token_request(client, &mut headers, &SigningKey::Private(&app.key.get()), timestamp.as_str())
        .map_err(|error| error.to_string())?;
    if let Some(key) = app.sandbox_key.as_deref().filter(|_| destination.sink) {
        headers.set_token(&Token::new(key));
    }
    Ok((url, request::to_wire(&headers)?))
}

/// Token and life. Receivers differ in all but these two members, so no more is looked at.
pub(super) fn read(body: &[u8]) -> Result<(Token, Duration), String> {
    let Ok(Value::Object(object)) = json::parse(body) else {
        return Err("the answer is no JSON object".to_owned());
    };
    let life = match object.get("expiresIn") {
        Some(Value::Number(number)) => Some(number.as_str()),
        Some(value) => value.as_str(),
        None => None,
    };
    let Grant { token, life } = Grant::new(object.text("accessToken"), life)?;
    Ok((token, life.saturating_sub(MARGIN).max(Duration::from_secs(1))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_and_life_are_read_in_every_form() {
        let life = |body: &str| {
            read(body.as_bytes()).map(|(token, life)| (token.expose().to_owned(), life.as_secs()))
        };
        assert_eq!(life(r#"{"accessToken":"t","expiresIn":"900"}"#), Ok(("t".to_owned(), 870)));
        assert_eq!(life(r#"{"accessToken":"t","expiresIn":900}"#), Ok(("t".to_owned(), 870)));
        assert_eq!(life(r#"{"accessToken":"t"}"#), Ok(("t".to_owned(), 870)));
        assert_eq!(life(r#"{"accessToken":"t","expiresIn":"5"}"#), Ok(("t".to_owned(), 1)));
        assert_eq!(life(r#"{"accessToken":"t","expiresIn":99999999999}"#), Ok(("t".to_owned(), 86_370)));
        for body in
            ["", "[]", "{}", r#"{"accessToken":""}"#, r#"{"accessToken":"a\nb"}"#, r#"{"accessToken":7}"#]
        {
            assert!(life(body).is_err(), "{body}");
        }
    }
}
