//! The services of SNAP: one entry, [`handle`], from the bytes of a request to the bytes of its answer.
//!
//! The order of checks is the same for all of them: path, method, size, claimed partner, headers, timestamp, token,
//! signature; then, in one unit of work, external id, body, role, merchant, reference, state. What the unit wrote and
//! what is remembered of the request is committed together, and the answer goes out after that.

mod answer;
mod authenticate;
mod cancel;
pub mod declined;
mod decode;
mod generate;
mod notify_in;
mod original;
mod ott;
pub mod paths;
mod pay;
mod qr;
mod query;
pub mod reasons;
mod refund;
mod routed;
mod simulated;
pub mod status;
pub mod token;
mod work;

use std::net::IpAddr;
use std::time::Instant;

use qris_snap::codes::Situation;
use qris_snap::dialect::{Dialect, STANDARD};
use qris_snap::headers::Claim;
use qris_snap::json::Object;
use qris_snap::policy::Policy;
use qris_snap::sign::VerifyingKey;
use qris_snap::{Refusal, Service};

use crate::app::Shared;
use crate::model::Partner;
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
    /// What it is called in the log.
    pub request_id: Option<String>,
    /// When its time is over: what is not stored by then is not stored at all.
    pub deadline: Option<Instant>,
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

/// A request that was answered.
#[derive(Debug)]
pub struct Handled {
    /// The request.
    pub request: Incoming,
    /// Its answer.
    pub answered: Answered,
    /// Why it was refused, when it was and nothing of it is remembered.
    pub refused: Option<Refused>,
}

/// What a refusal was decided on.
#[derive(Debug)]
pub struct Refused {
    /// Which check failed.
    pub refusal: Refusal,
    session: Option<Session>,
    now_ms: i64,
}

impl Refused {
    /// What was agreed with the partner that was claimed; none when there is no such partner.
    pub fn policy(&self) -> Option<&Policy> {
        self.partner().map(|partner| &partner.policy)
    }

    /// The partner that was claimed; none when there is no such partner.
    pub fn partner(&self) -> Option<&Partner> {
        self.claimed().map(|claimed| &claimed.partner)
    }

    /// The service whose path it is, also where this partner has it elsewhere.
    pub fn service_there(&self) -> Option<Service> {
        self.session.as_ref().map(|session| session.place.service)
    }

    /// The keys of that partner that are taken now.
    pub fn keys(&self) -> Vec<VerifyingKey<'_>> {
        self.claimed().map(Claimed::keys).unwrap_or_default()
    }

    /// The answer with `additionalInfo`.
    pub fn answer(&self, request: &Incoming, additional: Option<Object>) -> Answered {
        answer::of_refusal(self.session.as_ref(), &self.refusal, additional, request, self.now_ms)
    }

    fn claimed(&self) -> Option<&Claimed> {
        self.session.as_ref()?.claimed.as_ref()
    }
}

/// Answers a request.
pub async fn answer(app: &Shared, request: Incoming) -> Answered {
    handle(app, request).await.answered
}

/// Answers a request, and keeps why it was refused. Never fails: what goes wrong is an answer too.
pub async fn handle(app: &Shared, request: Incoming) -> Handled {
    let now_ms = app.clock.now_ms();
    let (session, served) = match place(app, &request).await {
        Ok(place) => {
            let mut session = Session::new(place, now_ms);
            let served = serve(app, &request, &mut session).await;
            (Some(session), served)
        }
        Err(refusal) => (None, Err(refusal)),
    };
    match served {
        Ok(answered) => Handled { request, answered, refused: None },
        Err(refusal) => {
            tracing::info!(refusal = refusal.log(), "refused");
            let refused = Refused { refusal, session, now_ms };
            let answered = refused.answer(&request, None);
            Handled { request, answered, refused: Some(refused) }
        }
    }
}

/// What is at the path: a dialect's service, or one that the claimed partner has there.
async fn place(app: &Shared, request: &Incoming) -> Result<paths::Place, Refusal> {
    if let Some(place) = paths::find(&request.target) {
        return Ok(place);
    }
    let (claim, target) = (Claim::read(request.pairs()), request.target.clone());
    let mut own = None;
    if claim != Claim::default() {
        let store = app.store.until(request.deadline);
        let found = store.read(move |tx| paths::find_own(tx, &claim, &target)).await;
        own = found.map_err(|error| authenticate::storage(None, &error))?;
    }
    own.ok_or_else(|| Refusal::new(None, Situation::UnknownPath, "no service is at this path"))
}

async fn serve(app: &Shared, request: &Incoming, session: &mut Session) -> Result<Answered, Refusal> {
    let service = session.place.service;
    authenticate::envelope(app, request, service)?;
    authenticate::find_partner(app, request, session).await?;
    let authentic = authenticate::authenticate(app, request, session)?;
    // Authentic callers only: nobody else can use up a partner's allowance.
    if let Some(claimed) = &session.claimed
        && !app.partners.allow(claimed.partner.client_id.clone())
    {
        return Err(Refusal::new(service, Situation::TooManyRequests, "requests of this partner"));
    }
    let done = work::perform(app, request, session, authentic).await?;
    Ok(answer::of_body(session, done.http, done.code, done.body, request))
}

/// The words and forms an answer is written in.
fn dialect_of(session: Option<&Session>) -> &'static Dialect {
    static PLAIN: Dialect = STANDARD;
    match session {
        Some(session) => session.claimed.as_ref().map_or(session.place.dialect, |it| it.partner.dialect),
        None => &PLAIN,
    }
}
