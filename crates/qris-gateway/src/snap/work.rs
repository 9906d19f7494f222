//! The unit of work of a request: external id, body, role, service, and what is remembered, in one transaction.

use std::time::Instant;

use aws_lc_rs::digest;
use qris_snap::codes::{Case, Situation};
use qris_snap::datetime::DAY;
use qris_snap::headers::{HeaderName, TokenFault};
use qris_snap::message::{ErrorAnswer, Message};
use qris_snap::policy::{ExternalIdKey, Uniqueness};
use qris_snap::{BodyHash, DateTime, Refusal, Service};

use super::authenticate::{Authentic, Session, storage};
use super::simulated::{self, Simulated};
use super::{
    Incoming, cancel, declined, decode, generate, notify_in, ott, pay, query, reasons, refund, routed, token,
};
use crate::app::Shared;
use crate::crypto::{random_letters, token_hash};
use crate::db::{DbError, Tx};
use crate::model::external_id::Stored;
use crate::model::{Partner, Role, external_id, seen, token as tokens};
use crate::notify;
use crate::payment::{self, Payments};

/// Why a unit of work ended without success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// The request is refused.
    Refused(Refusal),
    /// The storage failed.
    Db(DbError),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Stop::Refused(refusal)
    }
}

impl From<DbError> for Stop {
    fn from(error: DbError) -> Self {
        Stop::Db(error)
    }
}

/// An authentic request, as the services see it.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) app: Shared,
    pub(super) partner: Partner,
    pub(super) service: Service,
    pub(super) external_id: Option<String>,
    /// The customer of the customer token.
    pub(super) customer: Option<String>,
    /// The body as received.
    pub(super) body: Vec<u8>,
    /// Tells a repetition from another request under the same id.
    fingerprint: Vec<u8>,
    /// What X-EXTERNAL-ID is unique by; none: it may come again.
    pub(super) key: Option<ExternalIdKey>,
    /// What was signed.
    signed: Signed,
    /// Unix milliseconds.
    pub(super) now_ms: i64,
    request_id: Option<String>,
    pub(super) deadline: Option<Instant>,
}

impl Call {
    /// Unix seconds.
    pub(super) fn now(&self) -> i64 {
        self.now_ms.div_euclid(1000)
    }

    /// A refusal of this service.
    pub(super) fn refuse(&self, situation: Situation, log: impl Into<String>) -> Refusal {
        Refusal::new(self.service, situation, log)
    }

    /// 500xx00: a fault of ours.
    pub(super) fn internal(&self, error: impl std::fmt::Display) -> Refusal {
        self.refuse(Situation::Internal, error.to_string())
    }

    /// The steps of transactions, in this unit, at the time of this request.
    pub(super) fn payments<'a>(&self, tx: &'a mut dyn Tx) -> Payments<'a> {
        Payments::new(tx, self.now_ms, notify::announce).caused_by(self.request_id.clone())
    }

    /// What a step of a payment came to, in this service's codes.
    pub(super) fn declined(&self, error: payment::Error) -> Stop {
        declined::stop(self.service, error)
    }

    /// A number for a new transaction, inquiry or refund: 24 characters, unique, in the order of time, fit for 62-05.
    pub(super) fn new_reference(&self) -> Result<String, Refusal> {
        let time = DateTime::wib(self.now()).ok_or_else(|| self.internal("the clock is out of range"))?;
        // yyMMddHHmmss of 2026-11-21T13:44:30+07:00.
        let digits = time.as_str().chars().take(19).filter(char::is_ascii_digit).skip(2);
        let letters = random_letters::<12>().map_err(|error| self.internal(error))?;
        Ok(digits.chain(letters.chars()).collect())
    }

    /// A moment in WIB, for a message.
    pub(super) fn time(&self, unix: i64) -> Option<DateTime> {
        DateTime::wib(unix)
    }
}

/// What tells a signed request from every other one, however its signature is written.
#[derive(Debug, Clone)]
struct Signed {
    /// The second, then a hash of service, body, timestamp and token: new ones stand beside each other in the index.
    digest: Vec<u8>,
    /// The second of X-TIMESTAMP, Unix.
    at: i64,
}

impl Signed {
    fn of(fingerprint: &[u8], authentic: &Authentic) -> Signed {
        let timestamp = authentic.headers.get(HeaderName::Timestamp).unwrap_or_default();
        let token = authentic.headers.token().map(|token| token_hash(token.expose())).unwrap_or_default();
        let at = authentic.signed_at.unix();
        let parts = [fingerprint, timestamp.as_bytes(), &token].join(&b'\n');
        let hash = digest::digest(&digest::SHA256, &parts);
        Signed { digest: [&at.to_be_bytes(), hash.as_ref()].concat(), at }
    }
}

/// What is answered.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) http: u16,
    pub(super) code: String,
    pub(super) body: Vec<u8>,
}

/// What is done inside the unit: all that could be judged and made outside of it was.
type Apply = Box<dyn FnOnce(&mut dyn Tx, &Call) -> Result<Vec<u8>, Stop> + Send>;

/// A service's part in the unit: what was prepared goes in, the body of the answer comes out.
type Run<P> = fn(&mut dyn Tx, &Call, P) -> Result<Vec<u8>, Stop>;

/// The message, when the partner's role has the service.
fn read<M: Message>(call: &Call) -> Result<M, Stop> {
    let message = M::read(call.partner.dialect, &call.body)?;
    check_role(call)?;
    Ok(message)
}

/// A service that needs nothing but its message.
fn with<M: Message + Send + 'static>(call: &Call, run: Run<M>) -> Apply {
    let message = read(call);
    Box::new(move |tx, call| run(tx, call, message?))
}

/// A service that was prepared.
fn prepared<P: Send + 'static>(prepared: Result<P, Stop>, run: Run<P>) -> Apply {
    Box::new(move |tx, call| run(tx, call, prepared?))
}

/// Does what an authentic request asks for. A refusal that comes back as an error left nothing behind.
pub(super) async fn perform(
    app: &Shared,
    request: &Incoming,
    session: &Session,
    authentic: Authentic,
) -> Result<Done, Refusal> {
    let service = session.place.service;
    let Some(claimed) = &session.claimed else {
        return Err(Refusal::new(service, Situation::Internal, "an authentic request of nobody"));
    };
    let partner = claimed.partner.clone();
    let external_id = authentic.headers.get(HeaderName::ExternalId).map(str::to_owned);
    // The day is that of the signed time: a copy sent after midnight falls on the day of its original.
    let key = external_id.as_deref().filter(|_| !service.is_token()).and_then(|id| {
        partner.policy.external_id_key(&partner.client_id, service, id, authentic.signed_at.unix())
    });
    let fingerprint = format!("{:02}{}", service.code(), BodyHash::minified(&request.body)).into_bytes();
    let call = Call {
        app: app.clone(),
        signed: Signed::of(&fingerprint, &authentic),
        fingerprint,
        key,
        partner,
        service,
        external_id,
        customer: authentic.customer,
        body: request.body.clone(),
        now_ms: session.now_ms,
        request_id: request.request_id.clone(),
        deadline: request.deadline,
    };
    let in_progress = match simulated::wanted(&call)? {
        Some(Simulated::Refused(done)) => return Ok(done),
        wanted => wanted.is_some(),
    };
    // Calls of acquirers are boxed: what waits for one is large, and every request would have room for it.
    let apply = match service {
        Service::TokenB2b => with(&call, token::b2b),
        Service::TokenB2b2c => with(&call, token::b2b2c),
        Service::Generate => {
            let made = match read(&call) {
                Ok(request) => generate::prepare(&call, request).await,
                Err(stop) => Err(stop),
            };
            prepared(made, generate::apply)
        }
        Service::Query => prepared(Box::pin(routed::before_query(&call, read(&call))).await, query::run),
        Service::Cancel => prepared(Box::pin(routed::before_cancel(&call, read(&call))).await, cancel::run),
        Service::Refund => prepared(Box::pin(routed::refund(&call, read(&call))).await, refund::run),
        Service::Decode => {
            prepared(read(&call).and_then(|request| decode::prepare(&call, request)), decode::apply)
        }
        Service::ApplyOtt => with(&call, ott::run),
        Service::Payment => with(&call, pay::run),
        Service::Notify => {
            prepared(Box::pin(routed::before_notify(&call, read(&call))).await, notify_in::run)
        }
        Service::Status => with(&call, query::inquire),
        _ => return Err(Refusal::new(service, Situation::NotAllowed, "this service is not offered")),
    };
    let (single_use, dialect) = (authentic.single_use, call.partner.dialect);
    let store = app.store.until(request.deadline);
    // Nobody gets in without a token: their requests wait behind none that waits for a transaction.
    let store = if service.is_token() { store.aside() } else { store };
    let done = store.write(move |tx| once(tx, &call, single_use, apply)).await;
    let done = done.map_err(|stop| match stop {
        Stop::Refused(refusal) => refusal,
        Stop::Db(error) => storage(service, &error),
    })?;
    // A notification may have been written.
    app.outbox.notify_one();
    match Case::find(202, 0).filter(|_| in_progress && done.http == 200) {
        Some(row) => Ok(simulated::done(service, dialect, row)),
        None => Ok(done),
    }
}

/// The unit. An `Err` undoes all of it; what is to be remembered is an `Ok`, refusals included.
fn once(tx: &mut dyn Tx, call: &Call, single_use: Option<Vec<u8>>, apply: Apply) -> Result<Done, Stop> {
    if let Some(hash) = single_use
        && !tokens::use_once(tx, &hash, call.now())?
    {
        return Err(TokenFault::Used.refusal(call.service).into());
    }
    let fingerprint = &call.fingerprint;
    let replays = call.partner.policy.external_id.uniqueness == Uniqueness::ReplayStored;
    if let Some(key) = &call.key
        && let Some(stored) = external_id::take(tx, key, fingerprint)?
    {
        // One of a time when repetitions were conflicts has no answer.
        if !replays || stored.fingerprint != *fingerprint || stored.http == 0 {
            return Err(call
                .refuse(Situation::DuplicateExternalId, used_already(key, &stored, fingerprint))
                .into());
        }
        // What an upstream was refused is judged anew: an operator may have bound the merchant meanwhile.
        if call.service != Service::Notify || stored.http == 200 {
            let code = code_of(&stored.answer);
            return Ok(Done { http: stored.http, code, body: stored.answer });
        }
    }
    let dialect = call.partner.dialect;
    let done = match apply(tx, call) {
        Ok(body) => {
            if copies_are_refused(call.service) {
                carried_out_once(tx, call)?;
            }
            let code = dialect.success_code(call.service);
            Done { http: code.http, code: code.to_string(), body }
        }
        Err(Stop::Refused(refusal)) if recorded(&refusal) => {
            tracing::info!(refusal = refusal.log(), "refused");
            let mut answer = ErrorAnswer::of(&refusal, dialect);
            // Here, where the answer is kept: a replay is the same.
            if call.app.config.sandbox {
                answer.other.insert("additionalInfo", reasons::additional_info(&refusal));
            }
            let body = answer.write(call.service, dialect);
            Done { http: refusal.http_status(), code: refusal.code().to_string(), body }
        }
        Err(stop) => return Err(stop),
    };
    // Nobody reads the answer where a repetition is a conflict.
    if let Some(key) = call.key.as_ref().filter(|_| replays) {
        external_id::answered(tx, key, done.http, &done.body)?;
    }
    Ok(done)
}

/// Which id was used when, and for what.
fn used_already(key: &ExternalIdKey, stored: &Stored, fingerprint: &[u8]) -> String {
    // Seven in the morning of that day.
    let day = DateTime::wib(key.day.saturating_mul(DAY));
    let day = day.as_ref().and_then(|day| day.as_str().get(..10)).unwrap_or("that day");
    let service = stored.fingerprint.get(..2).and_then(|code| core::str::from_utf8(code).ok()).unwrap_or("");
    let same = if stored.fingerprint == fingerprint { "the same" } else { "another" };
    let id = &key.id;
    format!("X-EXTERNAL-ID {id} was used already on {day} (WIB), by service {service} with {same} body")
}

/// Whether carrying out a request twice would be wrong: not where nothing changes, nor for a notification, which is known
/// by its payment and may come again, nor for tokens, whose requests have no external id and one form a second.
fn copies_are_refused(service: Service) -> bool {
    !service.is_token() && !matches!(service, Service::Query | Service::Status | Service::Notify)
}

/// 409xx00 for a copy, under another external id, of a request that was carried out.
fn carried_out_once(tx: &mut dyn Tx, call: &Call) -> Result<(), Stop> {
    let Signed { digest, at } = &call.signed;
    let window = call.partner.policy.timestamp.window_seconds;
    let until = window.map_or(i64::MAX, |window| at.saturating_add(i64::from(window)));
    if seen::take(tx, &call.partner.client_id, digest, until)? {
        return Ok(());
    }
    let log = "this signed request was carried out already, under another X-EXTERNAL-ID";
    Err(call.refuse(Situation::DuplicateExternalId, log).into())
}

/// Whether a refusal uses up its external id: the request was understood and judged.
fn recorded(refusal: &Refusal) -> bool {
    matches!(refusal.http_status(), 403..=405) || refusal.situation() == Situation::DuplicateReference
}

/// The response code of an answer of ours.
fn code_of(answer: &[u8]) -> String {
    let Ok(answer) = qris_snap::json::parse(answer) else { return String::new() };
    let code = answer.as_object().and_then(|object| object.get("responseCode"));
    match code {
        Some(qris_snap::json::Value::Number(number)) => number.as_str().to_owned(),
        Some(value) => value.as_str().unwrap_or("").to_owned(),
        None => String::new(),
    }
}

/// 403xx01 unless the partner's role has this service.
fn check_role(call: &Call) -> Result<(), Refusal> {
    let wanted = match call.service {
        Service::TokenB2b => return Ok(()),
        Service::TokenB2b2c if call.partner.has_customers() => return Ok(()),
        Service::Generate | Service::Query | Service::Cancel | Service::Refund => Role::Merchant,
        Service::Notify => Role::Upstream,
        Service::Status if call.partner.role == Role::Merchant => Role::Merchant,
        _ => Role::Issuer,
    };
    if call.partner.role == wanted {
        return Ok(());
    }
    let log = format!("role {}, {} is wanted", call.partner.role.as_str(), wanted.as_str());
    Err(call.refuse(Situation::NotAllowed, log))
}
