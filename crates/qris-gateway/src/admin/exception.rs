//! Exceptions: money that came late, twice or wrong, and what was done about it.

use qris_snap::money::Money;
use serde::Serialize;

use super::check::{name_of, reason_of};
use super::notification::SHORTEST;
use super::partner::when;
use super::{Office, Span, client_id_of};
use crate::db::{DbError, Tx};
use crate::error::OperatorError;
use crate::model::note::{self, Action, Note};
use crate::model::{Exception, Filter, Minor, audit, transaction};

/// How often an entry is judged anew when others are written at the same time.
const TRIES: u32 = 100;

/// An exception as it is shown.
#[derive(Debug, Clone, Serialize)]
pub struct ExceptionObject {
    /// Its id.
    pub id: String,
    /// `open`, `closed`.
    pub state: &'static str,
    /// Client id of the partner whom it concerns.
    pub partner: String,
    /// Client id of the partner that told us.
    pub told_by: Option<String>,
    /// The transaction it was meant for, when there is one; the one it was assigned to comes first.
    pub reference_no: Option<String>,
    /// `late`, `twice`, `wrong-amount`, `unknown`, …
    pub kind: String,
    /// How much, in rupiah.
    pub amount: Option<String>,
    /// How much of it was given back.
    pub refunded: String,
    /// One sentence.
    pub detail: String,
    /// ISO 8601, WIB.
    pub created_at: String,
    /// Seconds since then.
    pub age: i64,
    /// What was done about it, oldest first.
    pub history: Vec<NoteObject>,
    /// The message as received; not in a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

/// An entry of an exception's history as it is shown.
#[derive(Debug, Clone, Serialize)]
pub struct NoteObject {
    /// ISO 8601, WIB.
    pub at: String,
    /// Who.
    pub by: String,
    /// `closed`, `assigned`, `refunded`.
    pub action: &'static str,
    /// Why.
    pub reason: String,
    /// How much was given back.
    pub amount: Option<String>,
    /// What it was assigned to.
    pub reference_no: Option<String>,
}

/// Which exceptions are meant; `None` is every one.
#[derive(Debug, Clone, Default)]
pub struct WantedExceptions {
    /// Whether they are closed.
    pub closed: Option<bool>,
    /// Client id or partner id: whom it concerns, or who told us.
    pub partner: Option<String>,
    /// When they were written.
    pub span: Span,
    /// Id of the last one of the page before.
    pub after: Option<String>,
}

impl Office<'_> {
    /// Exceptions, oldest first, at most `limit`.
    ///
    /// # Errors
    /// [`OperatorError::Refused`] for an unknown partner or exception.
    pub async fn exceptions(
        &self,
        wanted: WantedExceptions,
        limit: u32,
    ) -> Result<Vec<ExceptionObject>, OperatorError> {
        let now = self.now;
        let unit = move |tx: &mut dyn Tx| {
            let after = wanted.after.map(|id| one(tx, &id)).transpose()?;
            let filter = Filter {
                state: wanted.closed,
                client_id: wanted.partner.map(|id| client_id_of(tx, &id)).transpose()?,
                since: wanted.span.since,
                until: wanted.span.until,
                after: after.map(|last| (last.created_at, last.id)),
            };
            let mut found = Vec::new();
            for exception in audit::exceptions(tx, &filter, limit)? {
                let notes = note::of_exception(tx, &exception.id)?;
                found.push(ExceptionObject { body: None, ..object(exception, notes, now) });
            }
            Ok(found)
        };
        self.store.read(unit).await
    }

    /// One exception with its message. The beginning of its id will do; so with the others.
    ///
    /// # Errors
    /// [`OperatorError::Refused`] when there is none, or are several.
    pub async fn exception(&self, id: &str) -> Result<ExceptionObject, OperatorError> {
        let (id, now) = (id.to_owned(), self.now);
        let unit = move |tx: &mut dyn Tx| {
            let exception = one(tx, &id)?;
            let notes = note::of_exception(tx, &exception.id)?;
            Ok(object(exception, notes, now))
        };
        self.store.read(unit).await
    }

    /// Closes an exception: nothing more is to be done.
    ///
    /// # Errors
    /// [`OperatorError::Refused`] when it is closed; so with the others.
    pub async fn close_exception(
        &self,
        id: &str,
        by: &str,
        reason: &str,
    ) -> Result<ExceptionObject, OperatorError> {
        self.note(id, by, reason_of(reason)?, Action::Closed).await
    }

    /// Binds an exception to a transaction of ours; what it was bound to before stays in its history.
    ///
    /// # Errors
    /// [`OperatorError::Refused`] when there is no such transaction, or it is bound to it already.
    pub async fn assign_exception(
        &self,
        id: &str,
        reference_no: &str,
        by: &str,
        reason: Option<&str>,
    ) -> Result<ExceptionObject, OperatorError> {
        let reason = reason.map(reason_of).transpose()?.unwrap_or_default();
        self.note(id, by, reason, Action::Assigned(reference_no.to_owned())).await
    }

    /// Writes down that money (rupiah, `15000.00`) was given back outside of the gateway.
    ///
    /// # Errors
    /// [`OperatorError::Refused`] when it is more than is left, [`OperatorError::Usage`] when it is no amount.
    pub async fn refund_exception(
        &self,
        id: &str,
        amount: &str,
        by: &str,
        reason: &str,
    ) -> Result<ExceptionObject, OperatorError> {
        let minor = Money::parse_value(amount).and_then(|sen| i64::try_from(sen).ok()).filter(|sen| *sen > 0);
        let wrong = || OperatorError::Usage(format!("{amount:?} is no amount in rupiah such as 15000.00"));
        let amount = Minor::new(minor.ok_or_else(wrong)?);
        self.note(id, by, reason_of(reason)?, Action::Refunded(amount)).await
    }

    async fn note(
        &self,
        id: &str,
        by: &str,
        reason: String,
        action: Action,
    ) -> Result<ExceptionObject, OperatorError> {
        let (id, who, now) = (id.to_owned(), name_of(by)?, self.now);
        let unit = move |tx: &mut dyn Tx| {
            let exception = one(tx, &id)?;
            for _ in 0..TRIES {
                let mut notes = note::of_exception(tx, &exception.id)?;
                judge(tx, &exception, &notes, &action)?;
                let note = Note {
                    seq: notes.last().map_or(0, |last| last.seq).saturating_add(1),
                    created_at: now,
                    who: who.clone(),
                    action: action.clone(),
                    reason: reason.clone(),
                };
                if note::add(tx, &exception, &note)? {
                    notes.push(note);
                    return Ok(object(exception, notes, now));
                }
            }
            Err(DbError::Gone("others write about the same exception all the time".to_owned()).into())
        };
        self.store.write(unit).await
    }
}

/// The exception whose id begins so.
fn one(tx: &mut dyn Tx, id: &str) -> Result<Exception, OperatorError> {
    let mut found = if id.len() < SHORTEST { Vec::new() } else { audit::exceptions_beginning(tx, id)? };
    match (found.pop(), found.is_empty()) {
        (Some(one), true) => Ok(one),
        (None, _) => Err(OperatorError::Refused(format!("no exception {id:?}"))),
        _ => Err(OperatorError::Refused(format!("several exceptions begin with {id:?}"))),
    }
}

/// Whether something can be done about an exception now.
fn judge(
    tx: &mut dyn Tx,
    exception: &Exception,
    notes: &[Note],
    action: &Action,
) -> Result<(), OperatorError> {
    let refused = |text: String| Err(OperatorError::Refused(text));
    if let Some(closed) = notes.iter().find(|note| note.action == Action::Closed) {
        return refused(format!(
            "closed by {} at {}: {}",
            closed.who,
            when(closed.created_at),
            closed.reason
        ));
    }
    match action {
        Action::Closed => Ok(()),
        Action::Assigned(number) if note::bound_to(exception, notes) == Some(number) => {
            refused(format!("it belongs to {number:?} already"))
        }
        Action::Assigned(number) => match transaction::by_reference(tx, number)? {
            Some(_) => Ok(()),
            None => refused(format!("no transaction {number:?}")),
        },
        Action::Refunded(amount) => {
            let total = note::refunded(notes).and_then(|before| before.plus(*amount));
            match (total, exception.amount) {
                (Some(total), Some(whole)) if total <= whole => Ok(()),
                (Some(_), None) => Ok(()),
                (_, whole) => {
                    let before = note::refunded(notes).unwrap_or_default().rupiah();
                    let whole = whole.unwrap_or_default().rupiah();
                    refused(format!("{} is too much: {before} of {whole} were given back", amount.rupiah()))
                }
            }
        }
    }
}

fn object(exception: Exception, notes: Vec<Note>, now: i64) -> ExceptionObject {
    ExceptionObject {
        state: if note::is_closed(&notes) { "closed" } else { "open" },
        reference_no: note::bound_to(&exception, &notes).map(str::to_owned),
        amount: exception.amount.map(Minor::rupiah),
        refunded: note::refunded(&notes).unwrap_or_default().rupiah(),
        created_at: when(exception.created_at),
        age: now.saturating_sub(exception.created_at),
        body: Some(String::from_utf8_lossy(&exception.body).into_owned()),
        id: exception.id,
        partner: exception.client_id,
        told_by: exception.told_by,
        kind: exception.kind,
        detail: exception.detail,
        history: notes.into_iter().map(note_object).collect(),
    }
}

fn note_object(note: Note) -> NoteObject {
    NoteObject {
        at: when(note.created_at),
        action: note.action.as_str(),
        amount: note.action.amount().map(Minor::rupiah),
        reference_no: note.action.reference_no().map(str::to_owned),
        by: note.who,
        reason: note.reason,
    }
}
