//! What an operator asks of the outbox: pages of it, and dead letters once more.

use super::{Delivery, Notification, select};
use crate::db::{DbError, Tx};
use crate::model::Filter;

/// Puts a dead one back in the queue; `false` when it is not dead.
///
/// # Errors
/// As [`emit`](super::emit).
pub fn retry(tx: &mut dyn Tx, id: &str, now_ms: i64) -> Result<bool, DbError> {
    let sql = "UPDATE notification SET state = 'pending', due_ms = $2, attempts = 0, ended_at = NULL
               WHERE id = $1 AND state = 'dead'";
    Ok(tx.execute(sql, &[&id, &now_ms])? == 1)
}

/// A page of rows, oldest first.
///
/// # Errors
/// As [`emit`](super::emit).
pub fn page(tx: &mut dyn Tx, filter: &Filter<Delivery>, limit: u32) -> Result<Vec<Notification>, DbError> {
    let sql = select!(
        "WHERE ($1 = '' OR client_id = $1) AND created_at >= $2 AND created_at < $3
         AND (created_at > $4 OR (created_at = $4 AND id > $5)) AND ($6 = '' OR state = $6)
         ORDER BY created_at, id LIMIT $7"
    );
    let [client_id, since, until, time, id] = filter.values();
    let state = filter.state.map_or("", Delivery::as_str);
    tx.rows(sql, &[&client_id, &since, &until, &time, &id, &state, &limit])
}

/// Puts the oldest dead ones back in the queue, whatever state the filter names; which they were, in no order.
///
/// # Errors
/// As [`emit`](super::emit).
pub fn retry_page(
    tx: &mut dyn Tx,
    filter: &Filter<Delivery>,
    now_ms: i64,
    limit: u32,
) -> Result<Vec<(i64, String)>, DbError> {
    let sql = "UPDATE notification SET state = 'pending', due_ms = $6, attempts = 0, ended_at = NULL
               WHERE state = 'dead' AND id IN (
                   SELECT id FROM notification WHERE state = 'dead' AND ($1 = '' OR client_id = $1)
                   AND created_at >= $2 AND created_at < $3
                   AND (created_at > $4 OR (created_at = $4 AND id > $5))
                   ORDER BY created_at, id LIMIT $7)
               RETURNING created_at, id";
    let [client_id, since, until, time, id] = filter.values();
    tx.rows(sql, &[&client_id, &since, &until, &time, &id, &now_ms, &limit])
}

/// Ids of dead ones that begin so; at most two, which is one too many.
///
/// # Errors
/// As [`emit`](super::emit).
pub fn dead_beginning(tx: &mut dyn Tx, begin: &str) -> Result<Vec<String>, DbError> {
    let sql = "SELECT id FROM notification WHERE state = 'dead' AND SUBSTR(id, 1, LENGTH($1)) = $1 LIMIT 2";
    tx.rows(sql, &[&begin])
}
