//! Notifications on the operator's pages, and the button that sends one again.

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State as Held};

use super::login::PlainForm;
use super::show::{self, Moment};
use super::visitor::Visitor;
use super::words::Words;
use super::{Answer, Problem, operator, requests, see_other};
use crate::app::Shared;
use crate::db::DbError;
use crate::model::{Delivery, Notification, outbox};

/// Bytes of a stored message shown.
const SHOWN: usize = 16 * 1024;

/// A notification as it is shown.
pub(super) struct NotificationRow {
    pub(super) id: String,
    pub(super) reference_no: String,
    pub(super) kind: &'static str,
    pub(super) subject: String,
    pub(super) state: &'static str,
    pub(super) state_text: &'static str,
    pub(super) dead: bool,
    pub(super) attempts: i64,
    pub(super) due: Option<Moment>,
    pub(super) url: Option<String>,
    pub(super) answer_status: Option<i64>,
    pub(super) answer: Option<String>,
    pub(super) string_to_sign: Option<String>,
    pub(super) headers: Option<String>,
    pub(super) body: String,
    pub(super) created: Moment,
}

pub(super) fn row(row: Notification, words: &'static Words) -> NotificationRow {
    let state_text = match row.state {
        Delivery::Delivered => words.delivered,
        Delivery::Dead => words.dead,
        Delivery::Pending => words.pending,
    };
    NotificationRow {
        dead: row.state == Delivery::Dead,
        state_text,
        due: (row.state == Delivery::Pending).then(|| show::moment(row.due_ms.div_euclid(1000))),
        body: shown(&row.body),
        created: show::moment(row.created_at),
        id: row.id,
        reference_no: row.reference_no,
        kind: row.kind.as_str(),
        subject: row.subject,
        state: row.state.as_str(),
        attempts: row.attempts,
        url: row.url,
        answer_status: row.answer_status,
        answer: row.answer,
        string_to_sign: row.string_to_sign,
        headers: row.headers.map(|headers| requests::pretty(&headers)),
    }
}

/// The beginning of a stored message.
pub(super) fn shown(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body.get(..SHOWN).unwrap_or(body)).into_owned();
    if body.len() > SHOWN { text + "…" } else { requests::pretty(&text) }
}

/// `POST /operator/notifications/{id}/retry`.
pub(super) async fn retry(
    Held(app): Held<Shared>,
    visitor: Visitor,
    Path(id): Path<String>,
    form: Result<Form<PlainForm>, FormRejection>,
) -> Answer {
    let session = operator::log_in(&app, &visitor).await?;
    PlainForm::check(form, &session)?;
    let now_ms = app.clock.now_ms();
    let unit = move |tx: &mut dyn crate::db::Tx| {
        let found = outbox::by_id(tx, &id)?;
        outbox::retry(tx, &id, now_ms)?;
        Ok::<_, DbError>(found)
    };
    let found = app.store.write(unit).await?.ok_or(Problem::NotFound)?;
    app.outbox.notify_one();
    Ok(see_other(&format!("/operator/transactions/{}", super::encode(&found.reference_no))))
}
