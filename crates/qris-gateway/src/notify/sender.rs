//! The sender: leases due rows of the outbox, sends them, writes down what came of it.
//!
//! No transaction is open while a receiver is waited for: a lease says who works on a row, and every try ends inside
//! its lease. A sender that dies leaves its lease to run out; its rows are then sent again, which is why a receiver must
//! expect an event twice. Several senders, in one process or many, share one outbox.

use std::sync::Arc;
use std::time::Duration;

use qris_snap::sign::{Secret, Token};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tracing::Instrument;

use super::http::{self, Answer, Poster};
use super::lanes::{Lanes, Slot};
use super::request::{self, Composed, Destination};
use super::target::{Guard, Lookup, system_lookup};
use super::token::{Of, Tokens};
use super::verdict::{self, Ended, NoAnswer};
use crate::app::Shared;
use crate::crypto;
use crate::db::DbError;
use crate::model::outbox::{self, Lease};
use crate::model::{Attempt, Delivery, Notification, NotifySign, Partner, partner};
use crate::traces;

/// Tries under way at once, of all partners.
const CONCURRENT: usize = 64;
/// How often the outbox is looked at unasked: for tries that became due, and for events of other processes.
const POLL: Duration = Duration::from_secs(1);
/// How long tries under way may go on after `stop`.
const DRAIN: Duration = Duration::from_secs(8);
/// How much longer than its longest try a lease is: time to write down what came of it.
const SPARE: Duration = Duration::from_secs(10);
/// Most characters of an answer that are kept.
const KEPT_ANSWER: usize = 500;

/// Sends until `stop` says so, then lets the tries that are under way end.
pub async fn run(app: Shared, stop: watch::Receiver<bool>) {
    match Sender::new(app, system_lookup()) {
        Ok(sender) => Arc::new(sender).run(stop).await,
        Err(log) => tracing::error!(log, "no notification can be sent"),
    }
}

/// A sender.
#[derive(Debug)]
pub struct Sender {
    app: Shared,
    owner: String,
    poster: Poster,
    tokens: Tokens,
    lanes: Arc<Lanes>,
}

/// A row that is ours for a while.
#[derive(Debug)]
pub struct Leased {
    /// The row.
    pub row: Notification,
    /// When its try must have ended.
    until: Instant,
    slot: Slot,
}

/// What there is to know for a try.
struct Try {
    partner: Partner,
    secret: Option<Secret>,
    destination: Destination,
}

/// What came of a try, before it is written down.
struct Outcome {
    composed: Option<Composed>,
    url: String,
    answer: Result<Answer, NoAnswer>,
}

/// The tokens a try was made with, as far as they were fetched.
#[derive(Default)]
struct Fetched {
    access: Option<Token>,
    customer: Option<Token>,
}

impl Sender {
    /// A sender with a name of its own, looking names up this way.
    ///
    /// # Errors
    /// When the TLS library or the random source cannot be used.
    pub fn new(app: Shared, lookup: Lookup) -> Result<Sender, String> {
        let guard = Guard { sandbox: app.sandbox_key.is_some() };
        let poster =
            Poster::new(guard, app.config.notify.timeout, lookup).map_err(|error| error.to_string())?;
        let owner = crypto::random_id().map_err(|error| error.to_string())?;
        let lanes = Arc::new(Lanes::new(app.config.notify.longest_delay));
        Ok(Sender { app, owner, poster, tokens: Tokens::default(), lanes })
    }

    /// The longest a try takes: token, the customer's token, notification, and all again after a 401.
    fn longest(&self) -> Duration {
        self.app.config.notify.timeout.saturating_mul(6)
    }

    async fn run(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let mut tries = JoinSet::new();
        // A `stop` whose sender is gone is the same as being told.
        while !*stop.borrow() && stop.has_changed().is_ok() {
            let free = CONCURRENT.saturating_sub(tries.len());
            let leased = if free == 0 { Ok(Vec::new()) } else { self.lease(free).await };
            let leased = leased.unwrap_or_else(|error| {
                tracing::warn!(%error, "the outbox cannot be read");
                Vec::new()
            });
            let more = !leased.is_empty();
            for leased in leased {
                let sender = Arc::clone(&self);
                tries.spawn(async move { sender.send(leased).await });
            }
            if more && tries.len() < CONCURRENT {
                continue;
            }
            tokio::select! {
                _ = stop.changed() => {}
                Some(_) = tries.join_next() => {}
                () = self.app.outbox.notified() => {}
                () = tokio::time::sleep(POLL) => {}
            }
        }
        let rest = async { while tries.join_next().await.is_some() {} };
        if tokio::time::timeout(DRAIN, rest).await.is_err() {
            tracing::warn!(
                "some notifications were cut off: they are sent again when their leases have run out"
            );
        }
    }

    /// Leases up to `limit` rows that are due, of each partner what its lane has room for.
    ///
    /// # Errors
    /// The storage's.
    pub async fn lease(&self, limit: usize) -> Result<Vec<Leased>, DbError> {
        // Before the lease begins, so that the try ends before the lease does, however long the storage takes.
        let until = Instant::now() + self.longest();
        let length_ms = i64::try_from((self.longest() + SPARE).as_millis()).unwrap_or(i64::MAX);
        let (owner, due_ms) = (self.owner.clone(), self.app.clock.now_ms());
        let lanes = Arc::clone(&self.lanes);
        let rows = self.app.store.write(move |tx| {
            outbox::lease(tx, Lease { owner: &owner, due_ms, length_ms }, |waiting| {
                lanes.allot(waiting, limit, due_ms)
            })
        });
        let leased = |row: Notification| Leased { slot: self.lanes.begin(&row.client_id), row, until };
        Ok(rows.await?.into_iter().map(leased).collect())
    }

    /// Sends a leased row and writes down what came of it. `Ok(false)`: the lease was lost meanwhile.
    ///
    /// # Errors
    /// The storage's; the row is then sent again when the lease has run out.
    pub async fn send(&self, leased: Leased) -> Result<bool, DbError> {
        let row = &leased.row;
        let span = traces::attempt(&row.id, &row.client_id, row.request_id.as_deref(), row.attempts);
        self.send_leased(leased).instrument(span).await
    }

    async fn send_leased(&self, leased: Leased) -> Result<bool, DbError> {
        let Leased { row, until, slot: _slot } = leased;
        let attempt = self.attempt(&row, until).await?;
        let (id, owner, fence, state) = (row.id.clone(), self.owner.clone(), row.fence, attempt.state);
        match state {
            Delivery::Dead => {
                tracing::warn!(id, attempts = row.attempts, why = attempt.answer, "notification given up")
            }
            _ => tracing::info!(
                id,
                state = state.as_str(),
                attempts = row.attempts,
                status = attempt.answer_status,
                "notification"
            ),
        }
        let kept = self.app.store.write(move |tx| outbox::attempted(tx, &id, &owner, fence, &attempt)).await;
        match &kept {
            Ok(true) => {}
            Ok(false) => tracing::warn!(id = row.id, "a notification's lease was lost to another sender"),
            Err(error) => {
                tracing::warn!(id = row.id, %error, "what came of a notification cannot be written")
            }
        }
        kept
    }

    async fn attempt(&self, row: &Notification, until: Instant) -> Result<Attempt, DbError> {
        let limit = i64::from(self.app.config.notify.attempts.max(1));
        let known = match self.look_up(&row.client_id).await? {
            Ok(known) => known,
            // Trying again changes nothing before an operator does something.
            Err(log) => {
                let answer = Err(NoAnswer::not_sent(log));
                return Ok(self.written(
                    row,
                    None,
                    String::new(),
                    answer,
                    Ended::NotSent,
                    Some(Delivery::Dead),
                ));
            }
        };
        if row.attempts > limit {
            let log = format!("{} senders stopped in the middle of a try", row.attempts.saturating_sub(1));
            let answer = Err(NoAnswer::not_sent(log));
            let url = known.destination.url;
            return Ok(self.written(row, None, url, answer, Ended::NotSent, Some(Delivery::Dead)));
        }
        let url = known.destination.url.clone();
        let tried = tokio::time::timeout_at(until, self.try_twice(&known, &row.body)).await;
        let late = |_| Outcome { composed: None, url, answer: Err(http::late()) };
        let Outcome { composed, url, answer } = tried.unwrap_or_else(late);
        let there = answer.as_ref().is_ok_and(|answer| answer.status < 500);
        self.lanes.ended(&row.client_id, there, self.app.clock.now_ms());
        let ended = verdict::ended(&answer, known.partner.policy.acknowledgement);
        let state = match ended {
            Ended::Delivered => Some(Delivery::Delivered),
            _ => (row.attempts >= limit).then_some(Delivery::Dead),
        };
        Ok(self.written(row, composed, url, answer, ended, state))
    }

    /// Partner, secret and destination, or why there is none.
    async fn look_up(&self, client_id: &str) -> Result<Result<Try, String>, DbError> {
        let (app, client_id) = (Arc::clone(&self.app), client_id.to_owned());
        let now = self.app.clock.now();
        let read = self.app.store.read(move |tx| {
            let Some(partner) = partner::by_client_id(tx, &client_id)? else {
                return Ok::<_, DbError>(Err("the partner is gone".to_owned()));
            };
            let secret = match partner.notify_sign {
                NotifySign::Hmac => request::secret(&app, tx, &client_id, now)?,
                NotifySign::Rsa | NotifySign::None => None,
            };
            Ok(Ok((partner, secret)))
        });
        Ok(read.await?.and_then(|(partner, secret)| {
            let destination = request::destination(&self.app, &partner);
            let destination = destination.ok_or("the partner has no notify_url: register one, then retry")?;
            Ok(Try { partner, secret, destination })
        }))
    }

    /// One try; with a new token a second one, when the receiver does not take the kept one.
    async fn try_twice(&self, known: &Try, body: &[u8]) -> Outcome {
        let (first, Fetched { access, customer }) = self.try_once(known, body).await;
        let rule = known.partner.policy.acknowledgement;
        let refused = verdict::ended(&first.answer, rule) == Ended::BadToken;
        let Some(answer) = first.answer.as_ref().ok().filter(|_| refused) else { return first };
        // A 401 that does not say which may be about either.
        let (access, customer) = match verdict::case(answer) {
            Some(2 | 4) => (None, customer),
            Some(_) => (access, None),
            None => (access, customer),
        };
        let mut dropped = false;
        for (of, token) in [(Of::Us, access), (Of::Customer, customer)] {
            let Some(token) = token else { continue };
            self.tokens.forget(&known.partner, of, &token).await;
            dropped = true;
        }
        if dropped { self.try_once(known, body).await.0 } else { first }
    }

    async fn try_once(&self, known: &Try, body: &[u8]) -> (Outcome, Fetched) {
        let Try { partner, secret, destination } = known;
        let mut outcome = Outcome {
            composed: None,
            url: destination.url.clone(),
            answer: Err(NoAnswer::not_sent("not sent")),
        };
        let url = match self.poster.url(&destination.url) {
            Ok(url) => url,
            Err(log) => {
                return (Outcome { answer: Err(NoAnswer::not_sent(log)), ..outcome }, Fetched::default());
            }
        };
        let fetched = match partner.notify_sign {
            NotifySign::Hmac => {
                self.tokens.get(&self.app, &self.poster, partner, destination).await.map(Some)
            }
            NotifySign::Rsa | NotifySign::None => Ok(None),
        };
        let access = match fetched {
            Ok(fetched) => fetched,
            Err(no_token) => return (Outcome { answer: Err(no_token), ..outcome }, Fetched::default()),
        };
        let customer = match self.tokens.customer(&self.app, &self.poster, partner, destination).await {
            Ok(customer) => customer,
            Err(no_token) => {
                let fetched = Fetched { access, customer: None };
                return (Outcome { answer: Err(no_token), ..outcome }, fetched);
            }
        };
        let sandbox_key = self.app.sandbox_key.as_deref().filter(|_| destination.sink).map(Token::new);
        let token = access.clone().or(sandbox_key);
        let tokens = request::Bearers { access: token.as_ref(), customer: customer.as_ref() };
        match request::compose(&self.app, partner, &url, body, secret.as_ref(), tokens) {
            Ok(composed) => {
                outcome.answer = self.poster.post(url, composed.headers.clone(), body.to_vec()).await;
                outcome.composed = Some(composed);
            }
            Err(log) => outcome.answer = Err(NoAnswer::not_sent(log)),
        }
        (outcome, Fetched { access, customer })
    }

    /// `state` is what is certain; otherwise it waits for its next try.
    fn written(
        &self,
        row: &Notification,
        composed: Option<Composed>,
        url: String,
        answer: Result<Answer, NoAnswer>,
        ended: Ended,
        state: Option<Delivery>,
    ) -> Attempt {
        let ended = ended.as_str();
        self.app.counts.tried(&row.client_id, ended);
        traces::attempted(ended);
        // Without chance all wait the full time; that is no reason to stop.
        let wait = verdict::wait(&self.app.config.notify, row.attempts, request::random().unwrap_or(0));
        let now_ms = self.app.clock.now_ms();
        let (headers, string_to_sign) =
            composed.map_or_else(Default::default, |composed| (composed.shown, composed.string_to_sign));
        let (answer_status, answer) = match answer {
            Ok(answer) => (Some(answer.status.into()), kept(&answer.body)),
            Err(no_answer) => (None, kept(no_answer.log.as_bytes())),
        };
        Attempt {
            state: state.unwrap_or(Delivery::Pending),
            due_ms: now_ms.saturating_add(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX)),
            url,
            headers: if headers.is_empty() { "{}".to_owned() } else { headers },
            string_to_sign,
            answer_status,
            answer,
            at: now_ms.div_euclid(1000),
        }
    }
}

/// The beginning of an answer. PostgreSQL's text holds no NUL.
fn kept(body: &[u8]) -> String {
    String::from_utf8_lossy(body)
        .chars()
        .take(KEPT_ANSWER)
        .map(|c| if c == '\0' { '\u{fffd}' } else { c })
        .collect()
}
