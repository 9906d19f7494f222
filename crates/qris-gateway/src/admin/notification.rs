//! Notifications: what was not delivered, and another try for it.

use serde::Serialize;

use super::Office;
use super::partner::when;
use crate::db::Tx;
use crate::error::OperatorError;
use crate::model::{Delivery, Notification, outbox};

/// A row of the outbox as it is shown.
#[derive(Debug, Clone, Serialize)]
pub struct NotificationObject {
    /// Its id.
    pub id: String,
    /// Whom it tells.
    pub client_id: String,
    /// The transaction it tells of.
    pub reference_no: String,
    /// `paid`, `failed`, `expired`, `cancelled`, `refunded`.
    pub kind: &'static str,
    /// The refund number of a refund.
    pub subject: String,
    /// `dead`, `pending`, `delivered`.
    pub state: &'static str,
    /// Tries so far.
    pub attempts: i64,
    /// When it is tried next, ISO 8601, WIB; none unless pending.
    pub due_at: Option<String>,
    /// Where the last try went.
    pub url: Option<String>,
    /// HTTP status of its answer.
    pub answer_status: Option<i64>,
    /// The beginning of its answer, or why there was none.
    pub answer: Option<String>,
    /// ISO 8601, WIB.
    pub created_at: String,
}

impl Office<'_> {
    /// Rows of a state (all states without one), oldest first, at most `limit` of each.
    ///
    /// # Errors
    /// [`OperatorError::Usage`] for a state there is not.
    pub async fn notifications(
        &self,
        state: Option<&str>,
        limit: u32,
    ) -> Result<Vec<NotificationObject>, OperatorError> {
        let known = Delivery::ALL.map(Delivery::as_str).join(", ");
        let wrong = || OperatorError::Usage(format!("a state is one of {known}"));
        let states = match state {
            Some(state) => vec![Delivery::parse(state).ok_or_else(wrong)?],
            None => Delivery::ALL.to_vec(),
        };
        let unit = move |tx: &mut dyn Tx| {
            let mut found = Vec::new();
            for state in states {
                found.extend(outbox::in_state(tx, state, limit)?.into_iter().map(object));
            }
            Ok(found)
        };
        self.store.read(unit).await
    }

    /// Puts dead ones back in the queue: those of these ids, or all without any. How many.
    ///
    /// # Errors
    /// [`OperatorError::Refused`] when one of the ids is not dead; then none is retried.
    pub async fn retry_notifications(&self, ids: Vec<String>) -> Result<usize, OperatorError> {
        let now_ms = self.now.saturating_mul(1000);
        let unit = move |tx: &mut dyn Tx| {
            let all = ids.is_empty();
            let ids = if all {
                outbox::in_state(tx, Delivery::Dead, u32::MAX)?.into_iter().map(|row| row.id).collect()
            } else {
                ids
            };
            let mut retried = 0;
            for id in &ids {
                if outbox::retry(tx, id, now_ms)? {
                    retried += 1;
                } else if !all {
                    return Err(OperatorError::Refused(format!("no dead notification {id:?}")));
                }
            }
            Ok(retried)
        };
        self.store.write(unit).await
    }
}

fn object(row: Notification) -> NotificationObject {
    NotificationObject {
        due_at: (row.state == Delivery::Pending).then(|| when(row.due_ms.div_euclid(1000))),
        id: row.id,
        client_id: row.client_id,
        reference_no: row.reference_no,
        kind: row.kind.as_str(),
        subject: row.subject,
        state: row.state.as_str(),
        attempts: row.attempts,
        url: row.url,
        answer_status: row.answer_status,
        answer: row.answer,
        created_at: when(row.created_at),
    }
}
