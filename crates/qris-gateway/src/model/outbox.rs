//! The outbox: one row per final event of a transaction, written in the event's own unit of work, sent until it is
//! answered, in order, by one sender at a time.
//!
//! A sender leases a row: owner, end, and a fencing number that grows with every lease. What it reports later counts
//! only under the same fencing number, so a sender that slept through its lease cannot overwrite its successor.

mod asked;
mod oldest;

use std::collections::BTreeMap;

pub use asked::{dead_beginning, page, retry, retry_page};
pub use oldest::oldest_seconds;

use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantArray, VariantNames};

use super::fields;
use crate::db::{DbError, Tx};

/// What became of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
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

/// Where a row of the outbox stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, IntoStaticStr, EnumString, VariantNames)]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Delivery {
    /// Given up, until somebody retries it.
    Dead,
    /// To be sent, for the first time or again.
    Pending,
    /// The receiver has it.
    Delivered,
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
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
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
               SELECT $1, $2, $3, COALESCE(MAX(seq), 0) + 1, $4, $5, $6, 'pending', 0, $7, 0, 0, $8, $9
               FROM notification WHERE reference_no = $3
               HAVING NOT EXISTS (SELECT 1 FROM notification WHERE reference_no = $3 AND kind = $4 AND subject = $5)
               ON CONFLICT (reference_no, seq) DO NOTHING";
    let values = fields!(
        event: id, client_id, reference_no, kind, subject, body, at_ms; event.at_ms.div_euclid(1000), event.request_id
    );
    // Nothing was inserted: the event is there, or another one of the transaction, in a unit that has ended meanwhile,
    // took the place.
    for _ in 0..PLACES {
        if tx.execute(sql, values)? == 1 {
            return Ok(true);
        }
        let told = "SELECT 1 FROM notification WHERE reference_no = $1 AND kind = $2 AND subject = $3";
        if tx.find::<i64>(told, fields!(event: reference_no, kind, subject))?.is_some() {
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
                AND n.due_ms <= $1 AND n.lease_until_ms <= $2)";
    let waiting = tx.rows(sql, &[&due_ms, &now_ms])?;
    let mut leased = Vec::new();
    // In one order everywhere: two senders that lock rows of the same partners never wait for each other in a ring.
    for (client_id, share) in allot(waiting) {
        let sql = "SELECT id FROM notification n WHERE client_id = $1 AND state = 'pending' AND due_ms <= $2
                   AND lease_until_ms <= $3
                   AND NOT EXISTS (SELECT 1 FROM notification e WHERE e.reference_no = n.reference_no
                                   AND e.seq < n.seq AND e.state = 'pending')
                   ORDER BY due_ms, reference_no, seq LIMIT $4";
        for id in tx.rows::<String>(sql, &[&client_id, &due_ms, &now_ms, &share])? {
            // Another sender may have been quicker since the SELECT: the condition is judged again here.
            let sql = "UPDATE notification SET lease_owner = $2, lease_until_ms = $4, fence = fence + 1,
                       attempts = attempts + 1
                       WHERE id = $1 AND state = 'pending' AND lease_until_ms <= $3";
            if tx.execute(sql, &[&id, &owner, &now_ms, &until_ms])? == 1 {
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
    let sql = "UPDATE notification SET state = $1, due_ms = $2, url = $3, headers = $4, string_to_sign = $5,
               answer_status = $6, answer = $7, lease_until_ms = 0, lease_owner = NULL,
               ended_at = CASE WHEN $1 = 'pending' THEN NULL ELSE CAST($8 AS BIGINT) END
               WHERE id = $9 AND lease_owner = $10 AND fence = $11 AND state = 'pending'";
    let values = fields!(
        attempt: state, due_ms, url, headers, string_to_sign, answer_status, answer, at; id, owner, fence
    );
    Ok(tx.execute(sql, values)? == 1)
}

/// Makes everything that waits due now: after the sandbox's clock was moved back, or it would wait for the future.
///
/// # Errors
/// As [`emit`].
pub fn hurry(tx: &mut dyn Tx, now_ms: i64) -> Result<(), DbError> {
    let sql = "UPDATE notification SET due_ms = $1 WHERE state = 'pending' AND due_ms > $1";
    tx.execute(sql, &[&now_ms]).map(drop)
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, client_id, reference_no, seq, kind, subject, body, state, attempts, due_ms, fence, url, headers,
             string_to_sign, answer_status, answer, created_at, request_id FROM notification ",
            $rest
        )
    };
}
use select;

/// One row.
///
/// # Errors
/// As [`emit`].
pub fn by_id(tx: &mut dyn Tx, id: &str) -> Result<Option<Notification>, DbError> {
    tx.find(select!("WHERE id = $1"), &[&id])
}

/// The rows of a transaction in order.
///
/// # Errors
/// As [`emit`].
pub fn of_transaction(tx: &mut dyn Tx, reference_no: &str) -> Result<Vec<Notification>, DbError> {
    tx.rows(select!("WHERE reference_no = $1 ORDER BY seq"), &[&reference_no])
}

/// The rows of a state, oldest first.
///
/// # Errors
/// As [`emit`].
pub fn in_state(tx: &mut dyn Tx, state: Delivery, limit: u32) -> Result<Vec<Notification>, DbError> {
    tx.rows(select!("WHERE state = $1 ORDER BY created_at, id LIMIT $2"), &[&state, &limit])
}

/// How many rows are in a state.
///
/// # Errors
/// As [`emit`].
pub fn count(tx: &mut dyn Tx, state: Delivery) -> Result<i64, DbError> {
    tx.one("SELECT COUNT(*) FROM notification WHERE state = $1", &[&state])
}
