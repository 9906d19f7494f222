//! The gateway's own signing keys: one signs; those before it are published for their grace time.

use serde::Deserialize;

use crate::db::{DbError, Tx};

/// A key pair of the gateway.
#[derive(Debug, Clone, Deserialize)]
pub struct GatewayKey {
    /// Counted up.
    pub id: i64,
    /// The private half, sealed under the master key.
    #[serde(rename = "private")]
    pub sealed: Vec<u8>,
    /// The public half, SPKI PEM.
    pub public_pem: String,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds since which it signs, until a newer one does.
    pub signs_from: i64,
    /// Unix seconds after which nobody needs its public half; none: no end yet.
    pub valid_until: Option<i64>,
}

/// The key that signs now.
///
/// # Errors
/// The storage's; so with every function here.
pub fn signing(tx: &mut dyn Tx, now: i64) -> Result<Option<GatewayKey>, DbError> {
    let sql = "SELECT id, private, public_pem, created_at, signs_from, valid_until FROM gateway_key
               WHERE signs_from <= $1 ORDER BY id DESC LIMIT 1";
    tx.find(sql, &[&now])
}

/// Every key, oldest first.
///
/// # Errors
/// As [`signing`].
pub fn all(tx: &mut dyn Tx) -> Result<Vec<GatewayKey>, DbError> {
    let sql =
        "SELECT id, private, public_pem, created_at, signs_from, valid_until FROM gateway_key ORDER BY id";
    tx.rows(sql, &[])
}

/// Stores the first key unless there is one: of two processes that start at once, one wins.
///
/// # Errors
/// As [`signing`].
pub fn add_first(tx: &mut dyn Tx, sealed: &[u8], public_pem: &str, now: i64) -> Result<bool, DbError> {
    let sql =
        "INSERT INTO gateway_key (id, private, public_pem, created_at, signs_from) VALUES (1, $1, $2, $3, 0)
               ON CONFLICT (id) DO NOTHING";
    Ok(tx.execute(sql, &[&sealed, &public_pem, &now])? == 1)
}

/// Adds a key that signs from `signs_from` on; those before it end at `old_until`, and are gone when they ended before.
///
/// # Errors
/// As [`signing`].
pub fn add(
    tx: &mut dyn Tx,
    sealed: &[u8],
    public_pem: &str,
    now: i64,
    signs_from: i64,
    old_until: i64,
) -> Result<(), DbError> {
    // Of two rotations at once, the second waits here.
    let sql = "UPDATE gateway_key SET valid_until = $1 WHERE valid_until IS NULL OR valid_until > $1";
    tx.execute(sql, &[&old_until])?;
    let newest: Option<i64> = tx.one("SELECT MAX(id) FROM gateway_key", &[])?;
    let sql = "INSERT INTO gateway_key (id, private, public_pem, created_at, signs_from) VALUES ($1, $2, $3, $4, $5)";
    let id = newest.unwrap_or(0).saturating_add(1);
    tx.execute(sql, &[&id, &sealed, &public_pem, &now, &signs_from])?;
    tx.execute("DELETE FROM gateway_key WHERE valid_until <= $1", &[&now]).map(drop)
}

/// Puts a key sealed anew in the place of what it was; `false` when it changed meanwhile.
///
/// # Errors
/// As [`signing`].
pub fn reseal(tx: &mut dyn Tx, id: i64, old: &[u8], new: &[u8]) -> Result<bool, DbError> {
    let sql = "UPDATE gateway_key SET private = $3 WHERE id = $1 AND private = $2";
    Ok(tx.execute(sql, &[&id, &old, &new])? == 1)
}
