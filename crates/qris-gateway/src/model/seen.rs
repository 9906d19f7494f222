//! Signed requests that were carried out. SNAP does not sign X-EXTERNAL-ID: a copy of a request under another id is known
//! by what was signed.

use crate::db::{DbError, Tx};

/// Takes a request by the second it was signed at (Unix) and the digest of what was signed; `false` when it was carried out
/// before. A twin in another unit waits here until this one ends. `until` is the last second in which its timestamp is
/// accepted.
///
/// # Errors
/// The storage's; so with every function here.
pub fn take(tx: &mut dyn Tx, digest: &[u8], signed_at: i64, until: i64) -> Result<bool, DbError> {
    let sql = "INSERT INTO seen_request (signed_at, digest, until) VALUES ($1, $2, $3)
               ON CONFLICT (signed_at, digest) DO NOTHING";
    Ok(tx.execute(sql, &[&signed_at, &digest, &until])? == 1)
}

/// Forgets requests whose timestamps are not accepted any more, at most so many; how many.
///
/// # Errors
/// As [`take`].
pub fn forget(tx: &mut dyn Tx, now: i64, limit: u32) -> Result<u64, DbError> {
    let sql = "DELETE FROM seen_request WHERE (signed_at, digest) IN
               (SELECT signed_at, digest FROM seen_request WHERE until < $1 LIMIT $2)";
    tx.execute(sql, &[&now, &limit])
}
