//! What a person should look at: exceptions, and in the sandbox the recent requests.

use qris_snap::datetime::wib_day;
use serde::Deserialize;

use super::{Entry, EntryKind, Filter, Minor, fields, ledger};
use crate::db::{DbError, Tx};

/// Money that came late, twice or wrong.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Exception {
    /// The same for the same message about the same transaction.
    pub id: String,
    /// Whom it concerns: the partner of the transaction; who told us, when there is none.
    pub client_id: String,
    /// Who told us.
    pub told_by: Option<String>,
    /// The transaction it was meant for, when there is one.
    pub reference_no: Option<String>,
    /// `late`, `twice`, `wrong-amount`, `unknown`, …
    pub kind: String,
    /// How much, when it says.
    pub amount: Option<Minor>,
    /// One sentence.
    pub detail: String,
    /// The message as received.
    pub body: Vec<u8>,
    /// Unix seconds.
    pub created_at: i64,
}

/// Stores an exception and books it; nothing happens when one with its id was stored before, even if it was dealt with and
/// deleted since.
///
/// # Errors
/// The storage's; so with every function here.
pub fn add_exception(tx: &mut dyn Tx, exception: &Exception) -> Result<(), DbError> {
    if ledger::has(tx, &exception.id)? {
        return Ok(());
    }
    let day = ledger::open_day(tx, wib_day(exception.created_at))?;
    let sql = "INSERT INTO exception (id, client_id, told_by, reference_no, kind, amount, detail, body, created_at, day)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO NOTHING";
    let values = fields!(
        exception: id, client_id, told_by, reference_no, kind, amount, detail, body, created_at; day
    );
    if tx.execute(sql, values)? == 0 {
        return Ok(());
    }
    let entry = Entry {
        id: exception.id.clone(),
        kind: EntryKind::Exception,
        client_id: exception.client_id.clone(),
        merchant_id: String::new(),
        reference_no: exception.reference_no.clone().unwrap_or_default(),
        amount: exception.amount.unwrap_or_default(),
        tip: Minor::ZERO,
        payer: exception.told_by.clone(),
        rrn: None,
        created_at: exception.created_at,
    };
    ledger::add(tx, &entry)
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, client_id, told_by, reference_no, kind, amount, detail, body, created_at FROM exception ",
            $rest
        )
    };
}

/// A page of exceptions, oldest first. `state` of the filter is whether they are closed; they concern a partner that is theirs,
/// that told us of them, or that a transaction they were assigned to is of.
///
/// # Errors
/// As [`add_exception`].
pub fn exceptions(tx: &mut dyn Tx, filter: &Filter<bool>, limit: u32) -> Result<Vec<Exception>, DbError> {
    let sql = select!(
        "e WHERE created_at >= $2 AND created_at < $3 AND (created_at > $4 OR (created_at = $4 AND id > $5))
         AND ($1 = '' OR client_id = $1 OR told_by = $1 OR EXISTS (
             SELECT 1 FROM exception_note n JOIN txn t ON t.reference_no = n.reference_no
             WHERE n.exception_id = e.id AND t.client_id = $1))
         AND ($6 <> 'open' OR NOT EXISTS
             (SELECT 1 FROM exception_note n WHERE n.exception_id = e.id AND n.action = 'closed'))
         AND ($6 <> 'closed' OR EXISTS
             (SELECT 1 FROM exception_note n WHERE n.exception_id = e.id AND n.action = 'closed'))
         ORDER BY created_at, id LIMIT $7"
    );
    let [client_id, since, until, time, id] = filter.values();
    let state = filter.state.map_or("", |closed| if closed { "closed" } else { "open" });
    tx.rows(sql, &[&client_id, &since, &until, &time, &id, &state, &limit])
}

/// A page of the exceptions of a settlement day, after the one of an id, in the order of their ids.
///
/// # Errors
/// As [`add_exception`].
pub fn exceptions_of_day(
    tx: &mut dyn Tx,
    day: i64,
    client_id: Option<&str>,
    after: &str,
    limit: u32,
) -> Result<Vec<Exception>, DbError> {
    let sql = select!("WHERE day = $1 AND ($2 = '' OR client_id = $2) AND id > $3 ORDER BY id LIMIT $4");
    tx.rows(sql, &[&day, &client_id.unwrap_or(""), &after, &limit])
}

/// One exception.
///
/// # Errors
/// As [`add_exception`].
pub fn exception(tx: &mut dyn Tx, id: &str) -> Result<Option<Exception>, DbError> {
    tx.find(select!("WHERE id = $1"), &[&id])
}

/// The exceptions whose ids begin so; at most two, which is one too many.
///
/// # Errors
/// As [`add_exception`].
pub fn exceptions_beginning(tx: &mut dyn Tx, begin: &str) -> Result<Vec<Exception>, DbError> {
    tx.rows(select!("WHERE SUBSTR(id, 1, LENGTH($1)) = $1 LIMIT 2"), &[&begin])
}

/// The newest exceptions: a page of the operator's list. `after` is the last one of the page before, its time and id.
///
/// # Errors
/// As [`add_exception`].
pub fn newest_exceptions(
    tx: &mut dyn Tx,
    after: Option<(i64, &str)>,
    limit: u32,
) -> Result<Vec<Exception>, DbError> {
    let sql = select!(
        "WHERE created_at <= $1 AND (created_at < $1 OR id < $2) ORDER BY created_at DESC, id DESC LIMIT $3"
    );
    let (time, id) = after.unwrap_or((i64::MAX, ""));
    tx.rows(sql, &[&time, &id, &limit])
}

/// A request as the sandbox remembers it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RequestLog {
    /// Random.
    pub id: String,
    /// The partner it claimed.
    pub client_id: String,
    /// Unix milliseconds.
    pub at_ms: i64,
    /// HTTP method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// HTTP status we answered.
    pub http: u16,
    /// Our response code.
    pub code: String,
    /// `additionalInfo.debug` of the answer, JSON; `{}` for success.
    pub debug: String,
}

/// Remembers a request and forgets all but the partner's newest `keep`.
///
/// # Errors
/// As [`add_exception`].
pub fn log_request(tx: &mut dyn Tx, request: &RequestLog, keep: u32) -> Result<(), DbError> {
    let sql = "INSERT INTO request_log (id, client_id, at_ms, method, path, http, code, debug)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    tx.execute(sql, fields!(request: id, client_id, at_ms, method, path, http, code, debug))?;
    let sql = "DELETE FROM request_log WHERE client_id = $1 AND id NOT IN
               (SELECT id FROM request_log WHERE client_id = $1 ORDER BY at_ms DESC, id LIMIT $2)";
    tx.execute(sql, &[&request.client_id, &keep]).map(drop)
}

/// A partner's recent requests, newest first.
///
/// # Errors
/// As [`add_exception`].
pub fn requests(tx: &mut dyn Tx, client_id: &str) -> Result<Vec<RequestLog>, DbError> {
    let sql = "SELECT id, client_id, at_ms, method, path, http, code, debug FROM request_log
               WHERE client_id = $1 ORDER BY at_ms DESC, id";
    tx.rows(sql, &[&client_id])
}
