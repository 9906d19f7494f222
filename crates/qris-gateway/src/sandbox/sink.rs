//! A receiver of notifications that checks them as a merchant should: for partners that have none of their own yet.
//!
//! Like every route of the sandbox it wants the sandbox's key. The sender adds it where the recipe leaves
//! `Authorization` free; under HMAC it is the very token that the sink issues.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use qris_snap::codes::Situation;
use qris_snap::json::{Object, Value};
use qris_snap::message::{ErrorAnswer, Message, NotifyRequest, NotifyResponse, Response as _};
use qris_snap::policy::{Policy, SignatureMode, TokenRule};
use qris_snap::receive::{Keys, receive};
use qris_snap::sign::{PublicKey, Secret, VerifyingKey};
use qris_snap::verify::SignedRequest;
use qris_snap::{Refusal, Service};

use super::debug::{Refused, debug};
use super::key::{self, Key};
use crate::app::{App, Shared};
use crate::db::DbError;
use crate::model::{NotifySign, Partner, partner};
use crate::notify;

/// A request to the sink, as received.
struct Received {
    service: Service,
    target: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Bytes,
}

impl Received {
    fn of(service: Service, uri: &axum::http::Uri, headers: &HeaderMap, body: Bytes) -> Received {
        let target = uri.path_and_query().map_or_else(|| uri.path(), |target| target.as_str()).to_owned();
        let headers =
            headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()));
        Received { service, target, headers: headers.collect(), body }
    }

    /// Headers, timestamp, signature. Every token is ours: the route took the sandbox's key.
    fn judged(&self, policy: &Policy, key: VerifyingKey<'_>, now: i64) -> Result<(), Refusal> {
        let pairs = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice()));
        let request =
            SignedRequest { service: self.service, method: "POST", target: &self.target, body: &self.body };
        let keys = [key];
        let keys = Keys::any(&keys).with_tokens(&|_| Ok(())).with_customer_tokens(&|_| Ok(()));
        receive(&request, pairs, policy, keys, now).map(drop)
    }
}

/// 73: a token for the gateway's own notifications.
pub(super) async fn token(
    _: Key,
    State(app): State<Shared>,
    Path(client_id): Path<String>,
    uri: axum::http::Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let received = Received::of(Service::TokenB2b, &uri, &headers, body);
    let service = received.service;
    let known = match look_up(&app, client_id, service).await {
        Ok(known) => known,
        Err(refusal) => return refused(&app, None, &received, &refusal),
    };
    let judged = received.judged(&known.policy, VerifyingKey::Public(&known.public), app.clock.now());
    if let Err(refusal) = judged {
        return refused(&app, Some(&known), &received, &refusal);
    }
    let mut answer = Object::new();
    answer.insert("responseCode", "2007300");
    answer.insert("responseMessage", "Successful");
    answer.insert("accessToken", app.sandbox_key.as_deref().unwrap_or_default());
    answer.insert("tokenType", "Bearer");
    answer.insert("expiresIn", "900");
    key::json(200, answer.to_bytes())
}

/// 52: checks a notification of the gateway's own as its receiver would.
pub(super) async fn notify(
    _: Key,
    State(app): State<Shared>,
    Path(client_id): Path<String>,
    uri: axum::http::Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let received = Received::of(Service::Notify, &uri, &headers, body);
    let known = match look_up(&app, client_id, received.service).await {
        Ok(known) => known,
        Err(refusal) => return refused(&app, None, &received, &refusal),
    };
    match judge(&app, &known, &received) {
        Ok(()) => match NotifyResponse::success(known.partner.dialect).write(known.partner.dialect) {
            Ok(body) => key::json(200, body),
            Err(refusal) => refused(&app, Some(&known), &received, &refusal),
        },
        Err(refusal) => refused(&app, Some(&known), &received, &refusal),
    }
}

/// What the sink knows of a partner.
struct Known {
    partner: Partner,
    policy: Policy,
    public: PublicKey,
    secret: Option<Secret>,
}

impl Known {
    fn key(&self) -> Option<VerifyingKey<'_>> {
        match self.partner.notify_sign {
            NotifySign::Rsa => Some(VerifyingKey::Public(&self.public)),
            NotifySign::Hmac => self.secret.as_ref().map(VerifyingKey::Secret),
            NotifySign::None => None,
        }
    }
}

async fn look_up(app: &Shared, client_id: String, service: Service) -> Result<Known, Refusal> {
    let (shared, now) = (Shared::clone(app), app.clock.now());
    let read = app.store.read(move |tx| {
        let Some(partner) = partner::by_client_id(tx, &client_id)? else { return Ok::<_, DbError>(None) };
        let secret = notify::secret(&shared, tx, &client_id, now)?;
        Ok(Some((partner, secret)))
    });
    let gone = |error: DbError| Refusal::new(service, Situation::StorageGone, error.to_string());
    let unknown = || Refusal::new(service, Situation::UnknownPartner, "no partner of this client id");
    let (partner, secret) = read.await.map_err(gone)?.ok_or_else(unknown)?;
    let public = app.key.get().public_key();
    let public = public.map_err(|error| Refusal::new(service, Situation::Internal, error.to_string()))?;
    let mut policy = partner.policy.clone();
    (policy.signature, policy.token) = match partner.notify_sign {
        NotifySign::Hmac => (SignatureMode::Symmetric, TokenRule::Required),
        NotifySign::Rsa | NotifySign::None => (SignatureMode::AsymmetricNoToken, TokenRule::None),
    };
    Ok(Known { partner, policy, public, secret })
}

fn judge(app: &App, known: &Known, received: &Received) -> Result<(), Refusal> {
    let (service, dialect) = (received.service, known.partner.dialect);
    if known.partner.notify_sign != NotifySign::None {
        let key = known.key().ok_or_else(|| {
            Refusal::new(service, Situation::BadSignature, "the partner has no client secret")
        })?;
        received.judged(&known.policy, key, app.clock.now())?;
    }
    NotifyRequest::read(dialect, &received.body).map(drop)
}

fn refused(app: &App, known: Option<&Known>, received: &Received, refusal: &Refusal) -> Response {
    let dialect = known.map_or(&qris_snap::dialect::STANDARD, |known| known.partner.dialect);
    let keys: Vec<VerifyingKey<'_>> = match (known, received.service) {
        (Some(known), Service::TokenB2b) => vec![VerifyingKey::Public(&known.public)],
        (Some(known), _) => known.key().into_iter().collect(),
        (None, _) => Vec::new(),
    };
    let refused = Refused {
        service: Some(received.service),
        method: "POST",
        target: &received.target,
        headers: &received.headers,
        body: &received.body,
        there: None,
        partner: None,
        policy: known.map(|known| &known.policy),
        keys: &keys,
        refusal,
    };
    let mut answer = ErrorAnswer::of(refusal, dialect);
    // Who asks here has the sandbox's key.
    if app.sandbox_key.is_some() {
        let info: Object = [("debug", Value::Object(debug(&refused)))].into_iter().collect();
        answer.other.insert("additionalInfo", Value::Object(info));
    }
    key::json(refusal.http_status(), answer.write(received.service, dialect))
}
