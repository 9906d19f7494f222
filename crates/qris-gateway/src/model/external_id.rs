//! X-EXTERNAL-IDs of a day or more, with the answers they got.

use qris_snap::policy::ExternalIdKey;
use serde::Deserialize;

use crate::db::{DbError, Tx};

/// What an id was used for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Stored {
    /// Of service, path and body: tells a repetition from another request under the same id.
    pub fingerprint: Vec<u8>,
    /// HTTP status of the answer.
    pub http: u16,
    /// Body of the answer.
    pub answer: Vec<u8>,
}

/// Takes an id for this unit of work; `None` when it is ours now, or what it was used for.
///
/// A twin in another unit waits here until this one ends. The answer is filled in by [`answered`]; a unit that must
/// not be remembered ends with an error and undoes this too.
///
/// # Errors
/// The storage's; so with every function here.
pub fn take(tx: &mut dyn Tx, key: &ExternalIdKey, fingerprint: &[u8]) -> Result<Option<Stored>, DbError> {
    let sql = "INSERT INTO external_id (client_id, service, day, id, fingerprint, http, answer)
               VALUES ($1, $2, $3, $4, $5, 0, $5) ON CONFLICT (client_id, day, id, service) DO NOTHING";
    let ExternalIdKey { partner, service, day, days, id } = key;
    let service = service.unwrap_or(0);
    if *days > 1 {
        // Two of different days follow each other here; those of one day meet at the constraint.
        super::partner::lock(tx, partner)?;
        if let Some(known) = known(tx, key)? {
            return Ok(Some(known));
        }
    }
    if tx.execute(sql, &[partner, &service, day, id, &fingerprint])? == 1 {
        return Ok(None);
    }
    let sql = "SELECT fingerprint, http, answer FROM external_id
               WHERE client_id = $1 AND service = $2 AND day = $3 AND id = $4";
    let gone = || DbError::Gone("an external id was there and is not: another unit was undone".to_owned());
    tx.find(sql, &[partner, &service, day, id])?.ok_or_else(gone).map(Some)
}

/// What an id was used for, on any of the days it must be unique for: nothing is done outside of this database for one that
/// was used.
///
/// # Errors
/// As [`take`].
pub fn known(tx: &mut dyn Tx, id: &ExternalIdKey) -> Result<Option<Stored>, DbError> {
    let ExternalIdKey { partner, service, day, days, id } = id;
    let others = i64::from(*days).saturating_sub(1).max(0);
    // A look-up for each day: a range of days would read all ids of the partner in it.
    let sql = "WITH RECURSIVE near (day) AS (SELECT CAST($3 AS BIGINT) UNION ALL SELECT day + 1 FROM near WHERE day < $4)
               SELECT e.fingerprint, e.http, e.answer FROM near JOIN external_id e ON e.client_id = $1
               AND e.day = near.day AND e.id = $5 AND e.service = $2 ORDER BY near.day LIMIT 1";
    let (first, last) = (day.saturating_sub(others), day.saturating_add(others));
    tx.find(sql, &[partner, &service.unwrap_or(0), &first, &last, id])
}

/// Remembers the answer of a taken id.
///
/// # Errors
/// As [`take`].
pub fn answered(tx: &mut dyn Tx, id: &ExternalIdKey, http: u16, answer: &[u8]) -> Result<(), DbError> {
    let sql = "UPDATE external_id SET http = $5, answer = $6
               WHERE client_id = $1 AND service = $2 AND day = $3 AND id = $4";
    let ExternalIdKey { partner, service, day, id, .. } = id;
    tx.execute(sql, &[partner, &service.unwrap_or(0), day, id, &http, &answer]).map(drop)
}

/// Forgets the ids of one partner before a day (WIB), at most so many; how many. Not for partners without a timestamp
/// window.
///
/// # Errors
/// As [`take`].
pub fn forget(tx: &mut dyn Tx, client_id: &str, before_day: i64, limit: u32) -> Result<u64, DbError> {
    let sql = "DELETE FROM external_id WHERE (client_id, day, id, service) IN
               (SELECT client_id, day, id, service FROM external_id WHERE client_id = $1 AND day < $2 LIMIT $3)";
    tx.execute(sql, &[&client_id, &before_day, &limit])
}
