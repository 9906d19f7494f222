//! Signed requests that were carried out. SNAP does not sign X-EXTERNAL-ID: a copy of a request under another id is known
//! by what was signed.

use crate::db::{DbError, Tx};

/// Takes a request by the digest of what was signed; `false` when it was carried out before. A twin in another unit waits
/// here until this one ends. `until` is the last second (Unix) in which its timestamp is accepted.
///
/// # Errors
/// The storage's; so with every function here.
pub fn take(tx: &mut dyn Tx, client_id: &str, digest: &[u8], until: i64) -> Result<bool, DbError> {
    let sql = "INSERT INTO seen_request (client_id, digest, until) VALUES ($1, $2, $3)
               ON CONFLICT (client_id, digest) DO NOTHING";
    Ok(tx.execute(sql, &[&client_id, &digest, &until])? == 1)
}

/// Forgets requests whose timestamps are not accepted any more, at most so many; how many.
///
/// # Errors
/// As [`take`].
pub fn forget(tx: &mut dyn Tx, now: i64, limit: u32) -> Result<u64, DbError> {
    let sql = "DELETE FROM seen_request WHERE (client_id, digest) IN
               (SELECT client_id, digest FROM seen_request WHERE until < $1 LIMIT $2)";
    tx.execute(sql, &[&now, &limit])
}
