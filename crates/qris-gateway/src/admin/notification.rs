//! Notifications: what was not delivered, and another try for it.

use serde::Serialize;
use strum::VariantNames;

use super::partner::when;
use super::{Office, Span, client_id_of};
use crate::db::Tx;
use crate::error::OperatorError;
use crate::model::outbox;
use crate::model::{Delivery, Filter, Notification};

/// Most rows that one unit of work puts back in the queue: a running gateway waits for no more.
const BATCH: u32 = 500;
/// Fewest characters that stand for an id.
pub(super) const SHORTEST: usize = 8;

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
    /// Seconds since then.
    pub age: i64,
    /// The request that caused it, when that is known.
    pub request_id: Option<String>,
}

/// Which notifications are meant; `None` is every one.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// `dead`, `pending`, `delivered`.
    pub state: Option<String>,
    /// Client id or partner id.
    pub partner: Option<String>,
    /// When they were written.
    pub span: Span,
    /// Id of the last one of the page before.
    pub after: Option<String>,
}

impl Wanted {
    fn filter(self, tx: &mut dyn Tx) -> Result<Filter<Delivery>, OperatorError> {
        let known = Delivery::VARIANTS.join(", ");
        let state = self.state.map(|state| {
            let wrong = || OperatorError::Usage(format!("a state is one of {known}"));
            state.parse().map_err(|_| wrong())
        });
        let after = match self.after {
            Some(id) => {
                let found = outbox::by_id(tx, &id)?;
                let unknown = || OperatorError::Refused(format!("no notification {id:?}"));
                Some(found.map(|row| (row.created_at, row.id)).ok_or_else(unknown)?)
            }
            None => None,
        };
        Ok(Filter {
            state: state.transpose()?,
            client_id: self.partner.map(|id| client_id_of(tx, &id)).transpose()?,
            since: self.span.since,
            until: self.span.until,
            after,
        })
    }
}

impl Office<'_> {
    /// Rows, oldest first, at most `limit`.
    ///
    /// # Errors
    /// [`OperatorError::Usage`] for a state there is not, [`OperatorError::Refused`] for an unknown partner or row.
    pub async fn notifications(
        &self,
        wanted: Wanted,
        limit: u32,
    ) -> Result<Vec<NotificationObject>, OperatorError> {
        let now = self.now;
        let unit = move |tx: &mut dyn Tx| {
            let filter = wanted.filter(tx)?;
            let found = outbox::page(tx, &filter, limit)?;
            Ok(found.into_iter().map(|row| object(row, now)).collect())
        };
        self.store.read(unit).await
    }

    /// Puts dead ones of these ids back in the queue; how many. The beginning of an id will do.
    ///
    /// # Errors
    /// [`OperatorError::Refused`] when one of the ids is not dead; then none is retried.
    pub async fn retry_notifications(&self, ids: Vec<String>) -> Result<usize, OperatorError> {
        let now_ms = self.now.saturating_mul(1000);
        let unit = move |tx: &mut dyn Tx| {
            for id in &ids {
                let found = match id.len() {
                    ..SHORTEST => Vec::new(),
                    _ => outbox::dead_beginning(tx, id)?,
                };
                match &found[..] {
                    [one] => outbox::retry(tx, one, now_ms)?,
                    [] => return Err(OperatorError::Refused(format!("no dead notification {id:?}"))),
                    _ => {
                        return Err(OperatorError::Refused(format!(
                            "several dead notifications begin with {id:?}"
                        )));
                    }
                };
            }
            Ok(ids.len())
        };
        self.store.write(unit).await
    }

    /// Puts the dead ones that are meant back in the queue, oldest first, at most 500 in a unit of work; how many.
    /// One that dies again meanwhile is not taken twice.
    ///
    /// # Errors
    /// [`OperatorError::Refused`] for an unknown partner.
    pub async fn retry_dead(&self, wanted: Wanted) -> Result<usize, OperatorError> {
        let now_ms = self.now.saturating_mul(1000);
        let mut filter = self.store.read(move |tx| wanted.filter(tx)).await?;
        let mut retried: usize = 0;
        loop {
            let page = filter.clone();
            let done = self.store.write(move |tx| outbox::retry_page(tx, &page, now_ms, BATCH)).await;
            let done = done.map_err(OperatorError::Database)?;
            retried = retried.saturating_add(done.len());
            filter.after = done.into_iter().max();
            if filter.after.is_none() {
                return Ok(retried);
            }
        }
    }
}

fn object(row: Notification, now: i64) -> NotificationObject {
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
        age: now.saturating_sub(row.created_at),
        request_id: row.request_id,
    }
}
