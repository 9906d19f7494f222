//! What was done about exceptions: a history that is added to and never changed.

use super::{Entry, EntryKind, Exception, Minor, ledger};
use crate::db::{DbError, Param, Tx};

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
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (exception_id, seq) DO NOTHING";
    let Note { seq, created_at, who, action, reason } = note;
    let (word, amount, reference_no) = (action.as_str(), action.amount(), action.reference_no());
    let values: &[&dyn Param] = &[&exception.id, seq, created_at, who, &word, reason, &amount, &reference_no];
    if tx.execute(sql, values)? == 0 {
        return Ok(false);
    }
    if let Some(amount) = amount {
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
               WHERE exception_id = $1 ORDER BY seq";
    let rows = tx.rows::<(_, _, _, String, _, _, _)>(sql, &[&exception_id])?;
    let notes = rows.into_iter().map(|(seq, created_at, who, word, reason, amount, reference_no)| {
        let action = match (word.as_str(), amount, reference_no) {
            ("closed", None, None) => Action::Closed,
            ("assigned", None, Some(reference_no)) => Action::Assigned(reference_no),
            ("refunded", Some(amount), None) => Action::Refunded(amount),
            _ => return Err(DbError::Broken(format!("{word:?} is no action about an exception"))),
        };
        Ok(Note { seq, created_at, who, action, reason })
    });
    notes.collect()
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
