//! The ledger: a payment is one entry, and so is each refund, each exception and what was given back of one. None is ever
//! changed or deleted, whatever becomes of the rows it was booked for.
//!
//! An entry is booked on the settlement day (WIB) of its event. A day is closed some minutes after it has ended; what comes
//! later, from a gateway whose clock is behind, is booked on the next day that is open. So the report of a closed day never
//! changes.

use qris_snap::datetime::wib_day;
use serde::Deserialize;
use strum::IntoStaticStr;

use super::{Minor, fields};
use crate::db::{DbError, Tx};

/// Seconds after its end at which a day is closed: longer than any unit of work takes.
const GRACE: i64 = 600;

/// What an entry books.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum EntryKind {
    /// Money came in.
    Payment,
    /// Money was given back.
    Refund,
    /// Money came late, twice or wrong: an exception.
    Exception,
    /// Money of an exception was given back, outside of the gateway.
    ExceptionRefund,
}

/// An entry.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Entry {
    /// The transaction's reference number, the refund's number, the exception's id, or that and a number of its history.
    pub id: String,
    /// What it books.
    pub kind: EntryKind,
    /// The partner.
    pub client_id: String,
    /// The merchant; empty for an exception.
    pub merchant_id: String,
    /// The transaction; empty when there is none.
    pub reference_no: String,
    /// Tip not counted.
    pub amount: Minor,
    /// The tip.
    pub tip: Minor,
    /// Who paid, or told of an exception; none for what was given back.
    pub payer: Option<String>,
    /// Retrieval reference number of the payment.
    pub rrn: Option<String>,
    /// Unix seconds of the event.
    pub created_at: i64,
}

/// Sums of the entries of one kind of one partner.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct EntrySums {
    /// Client id.
    pub client_id: String,
    /// What they book.
    pub kind: EntryKind,
    /// How many.
    pub count: u64,
    /// Their amounts.
    pub amount: Minor,
    /// Their tips.
    pub tip: Minor,
}

/// Books an entry on the day of its event, or on the first that is open.
///
/// # Errors
/// The storage's; so with every function here.
pub fn add(tx: &mut dyn Tx, entry: &Entry) -> Result<(), DbError> {
    let day = open_day(tx, wib_day(entry.created_at))?;
    let sql = "INSERT INTO entry (id, kind, client_id, merchant_id, reference_no, amount, tip, payer, rrn, created_at, day)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let values = fields!(
        entry: id, kind, client_id, merchant_id, reference_no, amount, tip, payer, rrn, created_at; day
    );
    tx.execute(sql, values).map(drop)
}

/// Books what is not booked yet, at most so many payments, refunds and exceptions each; how many there were. A program of
/// before the ledger writes such rows. Each is booked on the day of its event, or on the first that is open.
///
/// # Errors
/// As [`add`].
pub fn catch_up(tx: &mut dyn Tx, limit: u32) -> Result<u64, DbError> {
    let steps = [
        (
            "UPDATE txn SET booked = 1 WHERE booked = 0 AND reference_no IN (SELECT reference_no FROM txn
             WHERE paid_at IS NOT NULL AND booked = 0 ORDER BY paid_at LIMIT $1) RETURNING reference_no",
            "INSERT INTO entry (id, day, kind, client_id, merchant_id, reference_no, amount, tip, payer, rrn, created_at)
             SELECT reference_no, CASE WHEN (paid_at + 25200) / 86400 < CAST($2 AS BIGINT) THEN CAST($2 AS BIGINT)
             ELSE (paid_at + 25200) / 86400 END, 'payment', client_id, merchant_id, reference_no, paid_amount, paid_tip,
             payer, rrn, paid_at FROM txn WHERE reference_no = $1 ON CONFLICT (id) DO NOTHING",
        ),
        (
            "UPDATE refund SET booked = 1 WHERE booked = 0 AND refund_no IN (SELECT refund_no FROM refund
             WHERE booked = 0 ORDER BY created_at LIMIT $1) RETURNING refund_no",
            "INSERT INTO entry (id, day, kind, client_id, merchant_id, reference_no, amount, tip, payer, rrn, created_at)
             SELECT r.refund_no, CASE WHEN (r.created_at + 25200) / 86400 < CAST($2 AS BIGINT) THEN CAST($2 AS BIGINT)
             ELSE (r.created_at + 25200) / 86400 END, 'refund', t.client_id, t.merchant_id, t.reference_no, r.amount, 0,
             NULL, t.rrn, r.created_at FROM refund r JOIN txn t ON t.reference_no = r.reference_no
             WHERE r.refund_no = $1 ON CONFLICT (id) DO NOTHING",
        ),
        (
            // Such an exception has who told of it in the place of whom it concerns. The day is set with the entry.
            "UPDATE exception SET told_by = client_id, day = -1, client_id = COALESCE((SELECT t.client_id FROM txn t
             WHERE t.reference_no = exception.reference_no), client_id) WHERE day = 0 AND id IN
             (SELECT id FROM exception WHERE day = 0 ORDER BY id LIMIT $1) RETURNING id",
            "INSERT INTO entry (id, day, kind, client_id, merchant_id, reference_no, amount, tip, payer, rrn, created_at)
             SELECT id, CASE WHEN (created_at + 25200) / 86400 < CAST($2 AS BIGINT) THEN CAST($2 AS BIGINT)
             ELSE (created_at + 25200) / 86400 END, 'exception', client_id, '', COALESCE(reference_no, ''),
             COALESCE(amount, 0), 0, told_by, NULL, created_at FROM exception WHERE id = $1 ON CONFLICT (id) DO NOTHING",
        ),
    ];
    let open = open_day(tx, 0)?;
    let mut found = 0;
    for (take, book) in steps {
        for id in tx.rows::<String>(take, &[&limit])? {
            tx.execute(book, &[&id, &open])?;
            found += 1;
        }
    }
    // The day of an exception is that of its entry.
    let sql =
        "UPDATE exception SET day = (SELECT e.day FROM entry e WHERE e.id = exception.id) WHERE day = -1";
    tx.execute(sql, &[])?;
    Ok(found)
}

/// Whether there is an entry of this id.
///
/// # Errors
/// As [`add`].
pub fn has(tx: &mut dyn Tx, id: &str) -> Result<bool, DbError> {
    Ok(tx.find::<i64>("SELECT 1 FROM entry WHERE id = $1", &[&id])?.is_some())
}

/// The day something of a day is booked on: that day, or the first that is open.
///
/// # Errors
/// As [`add`].
pub fn open_day(tx: &mut dyn Tx, day: i64) -> Result<i64, DbError> {
    Ok(closed_through(tx)?.map_or(day, |closed| day.max(closed.saturating_add(1))))
}

/// The last day that is closed, and with it every day before.
///
/// # Errors
/// As [`add`].
pub fn closed_through(tx: &mut dyn Tx) -> Result<Option<i64>, DbError> {
    tx.one("SELECT MAX(day) FROM closed_day", &[])
}

/// Closes the days that have ended by a time (Unix seconds); the last one when there was any to close.
///
/// # Errors
/// As [`add`].
pub fn close_days(tx: &mut dyn Tx, now: i64) -> Result<Option<i64>, DbError> {
    let day = wib_day(now.saturating_sub(GRACE)).saturating_sub(1);
    if closed_through(tx)?.is_some_and(|closed| closed >= day) {
        return Ok(None);
    }
    let sql = "INSERT INTO closed_day (day, closed_at) VALUES ($1, $2) ON CONFLICT (day) DO NOTHING";
    Ok((tx.execute(sql, &[&day, &now])? == 1).then_some(day))
}

/// The sums of a day, of one partner or of all, by partner.
///
/// # Errors
/// As [`add`]; a sum that does not fit is one of them.
pub fn sums(tx: &mut dyn Tx, day: i64, client_id: Option<&str>) -> Result<Vec<EntrySums>, DbError> {
    let sql = "SELECT client_id, kind, COUNT(*) AS count, CAST(SUM(amount) AS BIGINT) AS amount,
               CAST(SUM(tip) AS BIGINT) AS tip FROM entry
               WHERE day = $1 AND ($2 = '' OR client_id = $2) GROUP BY client_id, kind ORDER BY client_id, kind";
    tx.rows(sql, &[&day, &client_id.unwrap_or("")])
}

/// A page of the entries of a day, after the one of an id, in the order of their ids.
///
/// # Errors
/// As [`add`].
pub fn page(
    tx: &mut dyn Tx,
    day: i64,
    client_id: Option<&str>,
    after: &str,
    limit: u32,
) -> Result<Vec<Entry>, DbError> {
    let sql =
        "SELECT id, kind, client_id, merchant_id, reference_no, amount, tip, payer, rrn, created_at FROM entry
               WHERE day = $1 AND ($2 = '' OR client_id = $2) AND id > $3 ORDER BY id LIMIT $4";
    tx.rows(sql, &[&day, &client_id.unwrap_or(""), &after, &limit])
}
