//! The operator's page of exceptions and of notifications that were given up.

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State as Held};

use super::asked::Asked;
use super::frame::{Frame, Here};
use super::notifications::{self, NotificationRow};
use super::operator::{self, ROWS};
use super::show::{self, Moment};
use super::visitor::Visitor;
use super::words::Words;
use super::{Answer, html};
use crate::app::Shared;
use crate::db::DbError;
use crate::model::note::{self, Action, Note};
use crate::model::{Delivery, Exception, Minor, audit, outbox};

/// Undelivered notifications shown.
const DEAD: u32 = 100;

#[derive(Template)]
#[template(path = "exceptions.html")]
struct Exceptions {
    frame: Frame,
    csrf: String,
    rows: Vec<ExceptionRow>,
    dead: Vec<NotificationRow>,
    more: Option<String>,
    first: bool,
}

struct ExceptionRow {
    id: String,
    closed: bool,
    kind: String,
    client_id: String,
    reference_no: Option<String>,
    amount: Option<String>,
    refunded: Option<String>,
    detail: String,
    body: String,
    created: Moment,
    history: Vec<NoteRow>,
}

/// What was done about an exception.
struct NoteRow {
    at: Moment,
    who: String,
    what: String,
    reason: String,
}

/// `GET /operator/exceptions`.
pub(super) async fn list(
    Held(app): Held<Shared>,
    visitor: Visitor,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Answer {
    let session = operator::log_in(&app, &visitor).await?;
    let after = asked.unwrap_or_default().after();
    let first = after.is_none();
    let unit = move |tx: &mut dyn crate::db::Tx| {
        let after = after.as_ref().map(|(time, id)| (*time, id.as_str()));
        let mut found = Vec::new();
        for exception in audit::newest_exceptions(tx, after, ROWS + 1)? {
            let notes = note::of_exception(tx, &exception.id)?;
            found.push((exception, notes));
        }
        let dead = if first { outbox::in_state(tx, Delivery::Dead, DEAD)? } else { Vec::new() };
        Ok::<_, DbError>((found, dead))
    };
    let (mut found, dead) = app.store.read(unit).await?;
    let more = operator::cut(&mut found, |(exception, _)| (exception.created_at, &exception.id));
    let words = visitor.lang.words();
    Ok(html(&Exceptions {
        frame: Frame::of_session(&app, &visitor, &session, Here::Exceptions),
        csrf: session.csrf,
        more,
        rows: found.into_iter().map(|(exception, notes)| exception_row(exception, notes, words)).collect(),
        dead: dead.into_iter().map(|row| notifications::row(row, words)).collect(),
        first,
    }))
}

fn exception_row(row: Exception, notes: Vec<Note>, words: &'static Words) -> ExceptionRow {
    ExceptionRow {
        closed: note::is_closed(&notes),
        reference_no: note::bound_to(&row, &notes).map(str::to_owned),
        refunded: note::refunded(&notes).filter(|sum| *sum > Minor::ZERO).map(show::rupiah),
        history: notes.into_iter().map(|note| note_row(note, words)).collect(),
        amount: row.amount.map(show::rupiah),
        body: notifications::shown(&row.body),
        created: show::moment(row.created_at),
        id: row.id,
        kind: row.kind,
        client_id: row.client_id,
        detail: row.detail,
    }
}

fn note_row(note: Note, words: &'static Words) -> NoteRow {
    let what = match note.action {
        Action::Closed => words.exception_closed.to_owned(),
        Action::Assigned(number) => format!("{}: {number}", words.exception_assigned),
        Action::Refunded(amount) => format!("{}: {}", words.refunded_amount, show::rupiah(amount)),
    };
    NoteRow { at: show::moment(note.created_at), who: note.who, what, reason: note.reason }
}
