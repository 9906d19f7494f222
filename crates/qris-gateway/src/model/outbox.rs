//! The outbox: one row per final event of a transaction, written in the event's own unit of work, sent until it is
//! answered, in order, by one sender at a time.
//!
//! A sender leases a row: owner, end, and a fencing number that grows with every lease. What it reports later counts
//! only under the same fencing number, so a sender that slept through its lease cannot overwrite its successor.

mod asked;
mod oldest;

use std::collections::BTreeMap;

pub use asked::{Filter, dead_beginning, page, retry, retry_page};
pub use oldest::oldest_seconds;

use super::unknown_word;
use crate::db::{DbError, Row, Tx, Value};

/// What became of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// Paid.
    Paid,
    /// The payment failed.
    Failed,
    /// Not paid in time.
    Expired,
    /// Cancelled by the merchant.
    Cancelled,
    /// Part or all of it was given back: one event for each refund.
    Refunded,
}

impl EventKind {
    /// Every one.
    pub const ALL: [EventKind; 5] =
        [EventKind::Paid, EventKind::Failed, EventKind::Expired, EventKind::Cancelled, EventKind::Refunded];

    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            EventKind::Paid => "paid",
            EventKind::Failed => "failed",
            EventKind::Expired => "expired",
            EventKind::Cancelled => "cancelled",
            EventKind::Refunded => "refunded",
        }
    }
}

/// Where a row of the outbox stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// To be sent, for the first time or again.
    Pending,
    /// The receiver has it.
    Delivered,
    /// Given up, until somebody retries it.
    Dead,
}

impl Delivery {
    /// Every one.
    pub const ALL: [Delivery; 3] = [Delivery::Dead, Delivery::Pending, Delivery::Delivered];

    /// As stored and as on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Delivery::Pending => "pending",
            Delivery::Delivered => "delivered",
            Delivery::Dead => "dead",
        }
    }

    /// Reads [`as_str`](Self::as_str).
    pub fn parse(word: &str) -> Option<Delivery> {
        Delivery::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// An event to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Random.
    pub id: String,
    /// To whom.
    pub client_id: String,
    /// About which transaction.
    pub reference_no: String,
    /// What became of it.
    pub kind: EventKind,
    /// The refund number for a refund, empty otherwise: makes (transaction, kind, subject) unique.
    pub subject: String,
    /// The body: these very bytes are sent, every time.
    pub body: Vec<u8>,
    /// Unix milliseconds.
    pub at_ms: i64,
    /// The request that caused it, when one did.
    pub request_id: Option<String>,
}

/// A row of the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// Random.
    pub id: String,
    /// To whom.
    pub client_id: String,
    /// About which transaction.
    pub reference_no: String,
    /// Its place among the transaction's.
    pub seq: i64,
    /// See [`Event::kind`].
    pub kind: EventKind,
    /// See [`Event::subject`].
    pub subject: String,
    /// The body.
    pub body: Vec<u8>,
    /// Where it stands.
    pub state: Delivery,
    /// Leases so far: tries, and senders that died trying.
    pub attempts: i64,
    /// Unix milliseconds of the next try.
    pub due_ms: i64,
    /// Fencing number of the present lease.
    pub fence: i64,
    /// Where the last try went.
    pub url: Option<String>,
    /// Its headers, a JSON object.
    pub headers: Option<String>,
    /// What was signed, the token masked.
    pub string_to_sign: Option<String>,
    /// HTTP status of the last answer.
    pub answer_status: Option<i64>,
    /// The beginning of its body, or why there was none.
    pub answer: Option<String>,
    /// Unix seconds.
    pub created_at: i64,
    /// See [`Event::request_id`].
    pub request_id: Option<String>,
}

/// What came of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// The new state; [`Delivery::Pending`]: try again at `due_ms`.
    pub state: Delivery,
    /// Unix milliseconds of the next try.
    pub due_ms: i64,
    /// Where it went.
    pub url: String,
    /// Its headers, a JSON object, secrets masked.
    pub headers: String,
    /// What was signed, the token masked.
    pub string_to_sign: String,
    /// HTTP status, when there was an answer.
    pub answer_status: Option<i64>,
    /// The beginning of its body, or why there was none.
    pub answer: String,
    /// Unix seconds.
    pub at: i64,
}

/// How often [`emit`] looks for the next free place of a transaction.
const PLACES: u32 = 100;

/// Writes an event beside the change that caused it; `false` when it was written before.
///
/// # Errors
/// The storage's; so with every function here.
pub fn emit(tx: &mut dyn Tx, event: &Event) -> Result<bool, DbError> {
    let sql = "INSERT INTO notification (id, client_id, reference_no, seq, kind, subject, body, state, attempts, due_ms,
               lease_until_ms, fence, created_at, request_id)
               SELECT ?1, ?2, ?3, COALESCE(MAX(seq), 0) + 1, ?4, ?5, ?6, 'pending', 0, ?7, 0, 0, ?8, ?9
               FROM notification WHERE reference_no = ?3
               HAVING NOT EXISTS (SELECT 1 FROM notification WHERE reference_no = ?3 AND kind = ?4 AND subject = ?5)
               ON CONFLICT (reference_no, seq) DO NOTHING";
    let values: [Value; 9] = [
        (&event.id).into(),
        (&event.client_id).into(),
        (&event.reference_no).into(),
        event.kind.as_str().into(),
        (&event.subject).into(),
        event.body.clone().into(),
        event.at_ms.into(),
        event.at_ms.div_euclid(1000).into(),
        event.request_id.clone().into(),
    ];
    // Nothing was inserted: the event is there, or another one of the transaction, in a unit that has ended meanwhile,
    // took the place.
    for _ in 0..PLACES {
        if tx.execute(sql, &values)? == 1 {
            return Ok(true);
        }
        let told = "SELECT 1 FROM notification WHERE reference_no = ?1 AND kind = ?2 AND subject = ?3";
        let key = [(&event.reference_no).into(), event.kind.as_str().into(), (&event.subject).into()];
        if tx.find(told, &key)?.is_some() {
            return Ok(false);
        }
    }
    Err(DbError::Gone(format!("no place for an event of {}: others take them all", event.reference_no)))
}

/// A lease that a sender asks for. Rows are due by the gateway's clock, which the sandbox moves; leases end by the
/// database's, which all gateways on it share.
#[derive(Debug, Clone, Copy)]
pub struct Lease<'a> {
    /// The sender.
    pub owner: &'a str,
    /// Rows due by then, Unix milliseconds of the gateway's clock.
    pub due_ms: i64,
    /// How long it is, milliseconds.
    pub length_ms: i64,
}

/// Leases rows that are due and whose earlier ones of the same transaction are done. `allot` is told the partners
/// (client ids) that have any, and says how many rows of each are leased.
///
/// # Errors
/// As [`emit`].
pub fn lease(
    tx: &mut dyn Tx,
    lease: Lease<'_>,
    allot: impl FnOnce(Vec<String>) -> BTreeMap<String, u32>,
) -> Result<Vec<Notification>, DbError> {
    let Lease { owner, due_ms, length_ms } = lease;
    let now_ms = tx.now_ms()?;
    let until_ms = now_ms.saturating_add(length_ms);
    let sql = "SELECT client_id FROM partner p WHERE EXISTS
               (SELECT 1 FROM notification n WHERE n.client_id = p.client_id AND n.state = 'pending'
                AND n.due_ms <= ?1 AND n.lease_until_ms <= ?2)";
    let waiting = tx.query(sql, &[due_ms.into(), now_ms.into()])?;
    let waiting = waiting.into_iter().map(|mut row| row.text()).collect::<Result<_, _>>()?;
    let mut leased = Vec::new();
    // In one order everywhere: two senders that lock rows of the same partners never wait for each other in a ring.
    for (client_id, share) in allot(waiting) {
        let sql = "SELECT id FROM notification n WHERE client_id = ?1 AND state = 'pending' AND due_ms <= ?2
                   AND lease_until_ms <= ?3
                   AND NOT EXISTS (SELECT 1 FROM notification e WHERE e.reference_no = n.reference_no
                                   AND e.seq < n.seq AND e.state = 'pending')
                   ORDER BY due_ms, reference_no, seq LIMIT ?4";
        for mut row in tx.query(sql, &[client_id.into(), due_ms.into(), now_ms.into(), share.into()])? {
            let id = row.text()?;
            // Another sender may have been quicker since the SELECT: the condition is judged again here.
            let sql = "UPDATE notification SET lease_owner = ?2, lease_until_ms = ?4, fence = fence + 1,
                       attempts = attempts + 1
                       WHERE id = ?1 AND state = 'pending' AND lease_until_ms <= ?3";
            if tx.execute(sql, &[(&id).into(), owner.into(), now_ms.into(), until_ms.into()])? == 1 {
                leased.extend(by_id(tx, &id)?);
            }
        }
    }
    Ok(leased)
}

/// Reports a try and gives the lease back; `false` when the lease was lost to another sender meanwhile.
///
/// # Errors
/// As [`emit`].
pub fn attempted(
    tx: &mut dyn Tx,
    id: &str,
    owner: &str,
    fence: i64,
    attempt: &Attempt,
) -> Result<bool, DbError> {
    let sql = "UPDATE notification SET state = ?4, due_ms = ?5, url = ?6, headers = ?7, string_to_sign = ?8,
               answer_status = ?9, answer = ?10, lease_until_ms = 0, lease_owner = NULL,
               ended_at = CASE WHEN ?4 = 'pending' THEN NULL ELSE CAST(?11 AS BIGINT) END
               WHERE id = ?1 AND lease_owner = ?2 AND fence = ?3 AND state = 'pending'";
    let values: [Value; 11] = [
        id.into(),
        owner.into(),
        fence.into(),
        attempt.state.as_str().into(),
        attempt.due_ms.into(),
        (&attempt.url).into(),
        (&attempt.headers).into(),
        (&attempt.string_to_sign).into(),
        attempt.answer_status.into(),
        (&attempt.answer).into(),
        attempt.at.into(),
    ];
    Ok(tx.execute(sql, &values)? == 1)
}

/// Makes everything that waits due now: after the sandbox's clock was moved back, or it would wait for the future.
///
/// # Errors
/// As [`emit`].
pub fn hurry(tx: &mut dyn Tx, now_ms: i64) -> Result<(), DbError> {
    let sql = "UPDATE notification SET due_ms = ?1 WHERE state = 'pending' AND due_ms > ?1";
    tx.execute(sql, &[now_ms.into()]).map(drop)
}

/// One row.
///
/// # Errors
/// As [`emit`].
pub fn by_id(tx: &mut dyn Tx, id: &str) -> Result<Option<Notification>, DbError> {
    let sql =
        "SELECT id, client_id, reference_no, seq, kind, subject, body, state, attempts, due_ms, fence, url,
               headers, string_to_sign, answer_status, answer, created_at, request_id FROM notification WHERE id = ?1";
    tx.find(sql, &[id.into()])?.map(read).transpose()
}

/// The rows of a transaction in order.
///
/// # Errors
/// As [`emit`].
pub fn of_transaction(tx: &mut dyn Tx, reference_no: &str) -> Result<Vec<Notification>, DbError> {
    let rows =
        tx.query("SELECT id FROM notification WHERE reference_no = ?1 ORDER BY seq", &[reference_no.into()])?;
    many(tx, rows)
}

/// The rows of a state, oldest first.
///
/// # Errors
/// As [`emit`].
pub fn in_state(tx: &mut dyn Tx, state: Delivery, limit: u32) -> Result<Vec<Notification>, DbError> {
    let sql = "SELECT id FROM notification WHERE state = ?1 ORDER BY created_at, id LIMIT ?2";
    let rows = tx.query(sql, &[state.as_str().into(), limit.into()])?;
    many(tx, rows)
}

fn many(tx: &mut dyn Tx, rows: Vec<Row>) -> Result<Vec<Notification>, DbError> {
    let mut found = Vec::with_capacity(rows.len());
    for mut row in rows {
        found.extend(by_id(tx, &row.text()?)?);
    }
    Ok(found)
}

fn read(mut row: Row) -> Result<Notification, DbError> {
    Ok(Notification {
        id: row.text()?,
        client_id: row.text()?,
        reference_no: row.text()?,
        seq: row.int()?,
        kind: {
            let word = row.text()?;
            let found = EventKind::ALL.into_iter().find(|kind| kind.as_str() == word);
            found.map_or_else(|| unknown_word("kind of event", &word), Ok)?
        },
        subject: row.text()?,
        body: row.blob()?,
        state: {
            let word = row.text()?;
            Delivery::parse(&word).map_or_else(|| unknown_word("state of a notification", &word), Ok)?
        },
        attempts: row.int()?,
        due_ms: row.int()?,
        fence: row.int()?,
        url: row.maybe_text()?,
        headers: row.maybe_text()?,
        string_to_sign: row.maybe_text()?,
        answer_status: row.maybe_int()?,
        answer: row.maybe_text()?,
        created_at: row.int()?,
        request_id: row.maybe_text()?,
    })
}

/// How many rows are in a state.
///
/// # Errors
/// As [`emit`].
pub fn count(tx: &mut dyn Tx, state: Delivery) -> Result<i64, DbError> {
    let found = tx.find("SELECT COUNT(*) FROM notification WHERE state = ?1", &[state.as_str().into()])?;
    found.map_or(Ok(0), |mut row| row.int())
}
