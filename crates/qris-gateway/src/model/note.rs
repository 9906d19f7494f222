//! What was done about exceptions: a history that is added to and never changed.

use super::{Entry, EntryKind, Exception, Minor, audit, ledger, unknown_word};
use crate::db::{DbError, Row, Tx, Value};

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Nothing more is to be done.
    Closed,
    /// It belongs to this transaction of ours.
    Assigned(String),
    /// So much was given back, outside of the gateway.
    Refunded(Minor),
}

impl Action {
    /// As stored.
    pub fn as_str(&self) -> &'static str {
        match self {
            Action::Closed => "closed",
            Action::Assigned(_) => "assigned",
            Action::Refunded(_) => "refunded",
        }
    }

    /// The money that was given back.
    pub fn amount(&self) -> Option<Minor> {
        if let Action::Refunded(amount) = self { Some(*amount) } else { None }
    }

    /// The transaction it belongs to.
    pub fn reference_no(&self) -> Option<&str> {
        if let Action::Assigned(reference_no) = self { Some(reference_no) } else { None }
    }
}

/// One entry of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Its place in the history, from 1.
    pub seq: i64,
    /// Unix seconds.
    pub created_at: i64,
    /// Who did it.
    pub who: String,
    /// What.
    pub action: Action,
    /// Why.
    pub reason: String,
}

/// Adds an entry to the history of an exception, and books what was given back; `false` when another one has taken its
/// place: what it was judged by is out of date.
///
/// # Errors
/// The storage's; so with every function here.
pub fn add(tx: &mut dyn Tx, exception: &Exception, note: &Note) -> Result<bool, DbError> {
    let sql = "INSERT INTO exception_note (exception_id, seq, created_at, who, action, reason, amount, reference_no)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (exception_id, seq) DO NOTHING";
    let values: [Value; 8] = [
        (&exception.id).into(),
        note.seq.into(),
        note.created_at.into(),
        (&note.who).into(),
        note.action.as_str().into(),
        (&note.reason).into(),
        note.action.amount().into(),
        note.action.reference_no().map(str::to_owned).into(),
    ];
    if tx.execute(sql, &values)? == 0 {
        return Ok(false);
    }
    if let Some(amount) = note.action.amount() {
        let entry = Entry {
            id: format!("{}-{}", exception.id, note.seq),
            kind: EntryKind::ExceptionRefund,
            client_id: exception.client_id.clone(),
            merchant_id: String::new(),
            reference_no: exception.reference_no.clone().unwrap_or_default(),
            amount,
            tip: Minor::ZERO,
            payer: None,
            rrn: None,
            created_at: note.created_at,
        };
        ledger::add(tx, &entry)?;
    }
    Ok(true)
}

/// The history of an exception, oldest first.
///
/// # Errors
/// As [`add`].
pub fn of_exception(tx: &mut dyn Tx, exception_id: &str) -> Result<Vec<Note>, DbError> {
    let sql = "SELECT seq, created_at, who, action, reason, amount, reference_no FROM exception_note
               WHERE exception_id = ?1 ORDER BY seq";
    let read = |mut row: Row| {
        let (seq, created_at, who) = (row.int()?, row.int()?, row.text()?);
        let (word, reason) = (row.text()?, row.text()?);
        let (amount, reference_no) = (row.maybe_int()?.map(Minor::new), row.maybe_text()?);
        let action = match (word.as_str(), amount, reference_no) {
            ("closed", None, None) => Action::Closed,
            ("assigned", None, Some(reference_no)) => Action::Assigned(reference_no),
            ("refunded", Some(amount), None) => Action::Refunded(amount),
            _ => return unknown_word("action about an exception", &word),
        };
        Ok(Note { seq, created_at, who, action, reason })
    };
    tx.query(sql, &[exception_id.into()])?.into_iter().map(read).collect()
}

/// Whether nothing more is to be done.
pub fn is_closed(notes: &[Note]) -> bool {
    notes.iter().any(|note| note.action == Action::Closed)
}

/// The transaction an exception belongs to: the last one it was assigned to, else the one it was meant for.
pub fn bound_to<'a>(exception: &'a Exception, notes: &'a [Note]) -> Option<&'a str> {
    let assigned = notes.iter().rev().find_map(|note| note.action.reference_no());
    assigned.or(exception.reference_no.as_deref())
}

/// How much was given back in all; `None` when the sum is too large for an amount.
pub fn refunded(notes: &[Note]) -> Option<Minor> {
    notes.iter().filter_map(|note| note.action.amount()).try_fold(Minor::ZERO, Minor::plus)
}

/// Which exceptions are meant; `None` is every one.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Whether they are closed.
    pub closed: Option<bool>,
    /// Those that concern this partner (a client id), that it told us of, or that were assigned to a transaction of its.
    pub client_id: Option<String>,
    /// Written then or later, Unix seconds.
    pub since: Option<i64>,
    /// Written before then, Unix seconds.
    pub until: Option<i64>,
    /// Those that follow this one, the last of a page: when it was written, and its id.
    pub after: Option<(i64, String)>,
}

/// A page of exceptions, oldest first: their ids.
///
/// # Errors
/// As [`add`].
pub fn page(tx: &mut dyn Tx, filter: &Filter, limit: u32) -> Result<Vec<String>, DbError> {
    let sql = "SELECT id FROM exception e WHERE created_at >= ?2 AND created_at < ?3
               AND (created_at > ?4 OR (created_at = ?4 AND id > ?5))
               AND (?1 = '' OR client_id = ?1 OR told_by = ?1 OR EXISTS (
                   SELECT 1 FROM exception_note n JOIN txn t ON t.reference_no = n.reference_no
                   WHERE n.exception_id = e.id AND t.client_id = ?1))
               AND (?6 <> 'open' OR NOT EXISTS
                   (SELECT 1 FROM exception_note n WHERE n.exception_id = e.id AND n.action = 'closed'))
               AND (?6 <> 'closed' OR EXISTS
                   (SELECT 1 FROM exception_note n WHERE n.exception_id = e.id AND n.action = 'closed'))
               ORDER BY created_at, id LIMIT ?7";
    let (time, id) = filter.after.clone().unwrap_or((i64::MIN, String::new()));
    let state = match filter.closed {
        Some(true) => "closed",
        Some(false) => "open",
        None => "",
    };
    let values: [Value; 7] = [
        filter.client_id.clone().unwrap_or_default().into(),
        filter.since.unwrap_or(i64::MIN).into(),
        filter.until.unwrap_or(i64::MAX).into(),
        time.into(),
        id.into(),
        state.into(),
        limit.into(),
    ];
    tx.query(sql, &values)?.into_iter().map(|mut row| row.text()).collect()
}

/// The exceptions whose ids begin so; at most two, which is one too many.
///
/// # Errors
/// As [`add`].
pub fn beginning(tx: &mut dyn Tx, begin: &str) -> Result<Vec<Exception>, DbError> {
    let sql = "SELECT id FROM exception WHERE SUBSTR(id, 1, LENGTH(?1)) = ?1 LIMIT 2";
    let mut found = Vec::new();
    for mut row in tx.query(sql, &[begin.into()])? {
        found.extend(audit::exception(tx, &row.text()?)?);
    }
    Ok(found)
}
