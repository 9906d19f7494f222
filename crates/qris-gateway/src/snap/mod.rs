//! The services of SNAP: one entry, [`handle`], from the bytes of a request to the bytes of its answer.
//!
//! The order of checks is the same for all of them: path, method, size, claimed partner, headers, timestamp, token,
//! signature; then, in one unit of work, external id, body, role, merchant, reference, state. What the unit wrote and
//! what is remembered of the request is committed together, and the answer goes out after that.

mod answer;
mod authenticate;
mod cancel;
mod decode;
mod generate;
mod notify_in;
mod original;
mod ott;
pub mod paths;
mod payment;
mod qr;
mod query;
mod refund;
pub mod settle;
pub mod status;
pub mod token;
mod work;

use std::net::IpAddr;

use qris_snap::codes::Situation;
use qris_snap::dialect::{Dialect, STANDARD};
use qris_snap::json::Object;
use qris_snap::{Refusal, Service};

use crate::app::Shared;
use crate::sandbox;
use authenticate::{Claimed, Session};

pub use work::Stop;

/// A request as it came in.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// HTTP method.
    pub method: String,
    /// Path and query as received.
    pub target: String,
    /// Names and values of all headers, in order.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body.
    pub body: Vec<u8>,
    /// Where it came from.
    pub address: IpAddr,
}

impl Incoming {
    fn pairs(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice()))
    }
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// HTTP status.
    pub http: u16,
    /// Headers, Content-Type among them.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// The partner that the request claimed, when there is one.
    pub client_id: Option<String>,
    /// The service, when the path is one's.
    pub service: Option<Service>,
    /// The response code of the body.
    pub code: String,
}

/// Answers a request. Never fails: what goes wrong is an answer too.
pub async fn handle(app: &Shared, request: Incoming) -> Answered {
    let now_ms = app.clock.now_ms();
    let Some(place) = paths::find(&request.target) else {
        let refusal = Refusal::new(None, Situation::UnknownPath, "no service at this path");
        return refused(app, &request, None, &refusal, now_ms).await;
    };
    let mut session = Session::new(place, now_ms);
    if let Err(refusal) = authenticate::envelope(app, &request, place.service) {
        return refused(app, &request, Some(&session), &refusal, now_ms).await;
    }
    if let Err(refusal) = authenticate::find_partner(app, &request, &mut session).await {
        return refused(app, &request, Some(&session), &refusal, now_ms).await;
    }
    let authentic = match authenticate::authenticate(app, &request, &session) {
        Ok(authentic) => authentic,
        Err(refusal) => return refused(app, &request, Some(&session), &refusal, now_ms).await,
    };
    // Authentic callers only: nobody else can use up a partner's allowance.
    if let Some(claimed) = &session.claimed
        && !app.partners.allow(claimed.partner.client_id.clone())
    {
        let refusal = Refusal::new(place.service, Situation::TooManyRequests, "requests of this partner");
        return refused(app, &request, Some(&session), &refusal, now_ms).await;
    }
    match work::perform(app, &request, &session, authentic).await {
        Ok(done) => {
            let answered = answer::of_body(&session, done.http, done.code, done.body, &request);
            remember(app, &request, &answered, &Object::new()).await;
            answered
        }
        Err(refusal) => refused(app, &request, Some(&session), &refusal, now_ms).await,
    }
}

/// The answer to a refusal that is not recorded; in the sandbox it says why.
async fn refused(
    app: &Shared,
    request: &Incoming,
    session: Option<&Session>,
    refusal: &Refusal,
    now_ms: i64,
) -> Answered {
    tracing::info!(refusal = refusal.log(), "refused");
    let claimed = session.and_then(|session| session.claimed.as_ref());
    let debug = app.config.sandbox.then(|| {
        let keys = claimed.map(Claimed::keys).unwrap_or_default();
        sandbox::debug(&sandbox::Refused {
            service: refusal.service(),
            method: &request.method,
            target: &request.target,
            headers: &request.headers,
            body: &request.body,
            policy: claimed.map(|claimed| &claimed.partner.policy),
            keys: &keys,
            refusal,
        })
    });
    let additional = debug.clone().map(|debug| Object::from_iter([("debug", debug)]));
    let answered = answer::of_refusal(session, refusal, additional, request, now_ms);
    remember(app, request, &answered, &debug.unwrap_or_default()).await;
    answered
}

/// Keeps the request for the partner's page of the sandbox.
async fn remember(app: &Shared, request: &Incoming, answered: &Answered, debug: &Object) {
    if let Some(client_id) = &answered.client_id {
        let Incoming { method, target, .. } = request;
        sandbox::remember(app, client_id, method, target, answered.http, &answered.code, debug).await;
    }
}

/// The words and forms an answer is written in.
fn dialect_of(session: Option<&Session>) -> &'static Dialect {
    static PLAIN: Dialect = STANDARD;
    match session {
        Some(session) => session.claimed.as_ref().map_or(session.place.dialect, |it| it.partner.dialect),
        None => &PLAIN,
    }
}
