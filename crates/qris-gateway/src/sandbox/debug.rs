//! Why a request was refused: `additionalInfo.debug` of the sandbox's refusals, and the record of recent requests.
//!
//! It helps who holds the keys and nobody else: our string to sign has the token masked, both hashes are of what the
//! caller sent, and the recipe is named under which the caller's own signature holds. The signature that we expected
//! would be one to use, so it is never shown.

use qris_snap::diagnose::{Parts, matching_recipe, right_recipe};
use qris_snap::headers::{HeaderName, Headers};
use qris_snap::json::{Object, Value};
use qris_snap::policy::{Policy, SignatureMode};
use qris_snap::sign::{Encodings, SignatureError, StringToSign, Token, VerifyingKey};
use qris_snap::verify::string_to_sign;
use qris_snap::{BodyHash, Refusal, Service};

use crate::app::Shared;
use crate::crypto::{self, masked};
use crate::db::DbError;
use crate::model::{RequestLog, audit};
use crate::snap::{self, Answered, Handled, Incoming};

/// How many requests of a partner are remembered.
const KEPT_REQUESTS: u32 = 100;
/// Most characters of what a caller sent that are shown again.
const SHOWN: usize = 2000;

/// A refused request, as far as it is known.
#[derive(Debug, Clone, Copy)]
pub struct Refused<'a> {
    /// The service that was recognised from the path.
    pub service: Option<Service>,
    /// HTTP method.
    pub method: &'a str,
    /// Path and query as received.
    pub target: &'a str,
    /// The headers as received.
    pub headers: &'a [(String, Vec<u8>)],
    /// The body as received.
    pub body: &'a [u8],
    /// What was agreed with the partner; none when it is unknown.
    pub policy: Option<&'a Policy>,
    /// The partner's keys that are taken now; none when it is unknown or has none.
    pub keys: &'a [VerifyingKey<'a>],
    /// What it was refused with.
    pub refusal: &'a Refusal,
}

impl Refused<'_> {
    fn header(&self, name: HeaderName) -> &str {
        let value = self.headers.iter().find(|(wire, _)| wire.eq_ignore_ascii_case(name.as_str()));
        value.and_then(|(_, value)| core::str::from_utf8(value).ok()).map(str::trim).unwrap_or("")
    }

    /// The token of `Authorization`; what is no Bearer token is none.
    fn token(&self) -> Token {
        let mut headers = Headers::new();
        headers.set(HeaderName::Authorization, self.header(HeaderName::Authorization));
        headers.token().unwrap_or_default()
    }
}

/// The object for `additionalInfo.debug`: `reason`, `at`, and for a signature `stringToSign`, `hashMinified`,
/// `hashAsSent`, `matchingRecipe` (null: none that we know) and `rightRecipe`.
pub fn debug(refused: &Refused<'_>) -> Object {
    let mut object = Object::new();
    let whole = refused.token();
    // The token may stand in a target or a log as well.
    let clean = |text: &str| {
        let text: String = text.chars().take(SHOWN).collect();
        let token = whole.expose();
        if token.is_empty() { text } else { text.replace(token, &masked(token)) }
    };
    object.insert("reason", clean(&refused.refusal.log()));
    if let Some(place) = refused.refusal.place() {
        object.insert("at", place);
    }
    if refused.service.is_some_and(Service::is_token) {
        token_request(refused, &mut object);
        return object;
    }
    let timestamp = refused.header(HeaderName::Timestamp);
    let shown = Token::new(if whole.expose().is_empty() { String::new() } else { masked(whole.expose()) });
    let mode = refused.policy.map_or(SignatureMode::Symmetric, |policy| policy.signature);
    let hash = BodyHash::minified(refused.body);
    let text = string_to_sign(mode, refused.method, refused.target, &shown, &hash, timestamp);
    object.insert("stringToSign", clean(&String::from_utf8_lossy(text.expose())));
    object.insert("hashMinified", hash.to_string());
    object.insert("hashAsSent", BodyHash::raw(refused.body).to_string());
    let parts =
        Parts { method: refused.method, path: refused.target, token: &whole, body: refused.body, timestamp };
    let signature = refused.header(HeaderName::Signature);
    let mut matching = Value::Null;
    for key in refused.keys {
        if object.get("rightRecipe").is_none() {
            object.insert("rightRecipe", clean(&right_recipe(&parts, *key).to_string()));
        }
        match matching_recipe(&parts, *key, signature) {
            Ok(Some(trial)) => {
                matching = clean(&trial.to_string()).into();
                break;
            }
            Ok(None) => {}
            Err(error) => object.insert("signature", form(&error)),
        }
    }
    object.insert("matchingRecipe", matching);
    object
}

fn token_request(refused: &Refused<'_>, object: &mut Object) {
    let text =
        StringToSign::token(refused.header(HeaderName::ClientKey), refused.header(HeaderName::Timestamp));
    let shown: String = String::from_utf8_lossy(text.expose()).chars().take(SHOWN).collect();
    object.insert("stringToSign", shown);
    let signature = refused.header(HeaderName::Signature);
    let mut matching = Value::Null;
    for key in refused.keys {
        match key.verify(&text, signature, Encodings::Base64OrHex) {
            Ok(()) => matching = "X-CLIENT-KEY|X-TIMESTAMP".into(),
            Err(SignatureError::Mismatch) => {}
            Err(error) => object.insert("signature", form(&error)),
        }
    }
    object.insert("matchingRecipe", matching);
}

/// What is wrong with a signature before any recipe is tried.
fn form(error: &SignatureError) -> String {
    error.to_string()
}

/// Answers a request as [`snap::handle`] does, says why it was refused, and keeps it for the partner's page. A storage
/// that does not answer is no reason to refuse what was done: it is logged.
pub async fn answer(app: &Shared, request: Incoming) -> Answered {
    let Handled { request, mut answered, refused } = snap::handle(app, request).await;
    let mut shown = Object::new();
    if let Some(refused) = refused {
        shown = debug(&Refused {
            service: refused.refusal.service(),
            method: &request.method,
            target: &request.target,
            headers: &request.headers,
            body: &request.body,
            policy: refused.policy(),
            keys: &refused.keys(),
            refusal: &refused.refusal,
        });
        answered = refused.answer(&request, Some(Object::from_iter([("debug", shown.clone())])));
    }
    if let Some(client_id) = &answered.client_id
        && let Err(error) = remember(app, client_id, &request, &answered, &shown).await
    {
        tracing::warn!(%error, "a request is missing on the partner's page");
    }
    answered
}

/// `debug` is empty for success.
async fn remember(
    app: &Shared,
    client_id: &str,
    request: &Incoming,
    answered: &Answered,
    debug: &Object,
) -> Result<(), DbError> {
    let request = RequestLog {
        id: crypto::random_id().unwrap_or_default(),
        client_id: client_id.to_owned(),
        at_ms: app.clock.now_ms(),
        method: request.method.clone(),
        path: request.target.chars().take(SHOWN).collect(),
        http: answered.http,
        code: answered.code.clone(),
        debug: String::from_utf8_lossy(&debug.to_bytes()).into_owned(),
    };
    app.store.write(move |tx| audit::log_request(tx, &request, KEPT_REQUESTS)).await
}
