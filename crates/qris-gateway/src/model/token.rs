//! Access tokens, known by their hash only.

use serde::Deserialize;
use strum::IntoStaticStr;

use super::fields;
use crate::db::{DbError, Tx};

/// What a token opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum TokenKind {
    /// `Authorization` (73).
    B2b,
    /// `Authorization-Customer` (74).
    B2b2c,
    /// Exchanged for a B2B2C token, once (74, `authCode`).
    AuthCode,
    /// Exchanged for a B2B2C token (74, `refreshToken`).
    Refresh,
    /// One-time token of a customer (49).
    Ott,
    /// A person's session on the pages.
    Session,
}

/// A token as stored.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct StoredToken {
    /// SHA-256 of its text.
    pub hash: Vec<u8>,
    /// Whom it was given.
    pub client_id: String,
    /// What it opens.
    pub kind: TokenKind,
    /// The customer of a B2B2C token; of a session, a mark of the secret that opened it.
    pub customer: Option<String>,
    /// Unix seconds.
    pub expires_at: i64,
    /// Unix seconds of its first use, for those used once.
    pub used_at: Option<i64>,
}

/// Stores a token.
///
/// # Errors
/// The storage's; so with every function here.
pub fn add(tx: &mut dyn Tx, token: &StoredToken) -> Result<(), DbError> {
    let sql = "INSERT INTO token (hash, client_id, kind, customer, expires_at, used_at)
               VALUES ($1, $2, $3, $4, $5, NULL)";
    tx.execute(sql, fields!(token: hash, client_id, kind, customer, expires_at)).map(drop)
}

/// The token of a hash, expired or not.
///
/// # Errors
/// As [`add`].
pub fn by_hash(tx: &mut dyn Tx, hash: &[u8]) -> Result<Option<StoredToken>, DbError> {
    let sql = "SELECT hash, client_id, kind, customer, expires_at, used_at FROM token WHERE hash = $1";
    tx.find(sql, &[&hash])
}

/// Marks a token as used; `false` when it was used before: of two requests at once, one wins.
///
/// # Errors
/// As [`add`].
pub fn use_once(tx: &mut dyn Tx, hash: &[u8], now: i64) -> Result<bool, DbError> {
    let sql = "UPDATE token SET used_at = $2 WHERE hash = $1 AND used_at IS NULL";
    Ok(tx.execute(sql, &[&hash, &now])? == 1)
}

/// Forgets one token: a session that is closed.
///
/// # Errors
/// As [`add`].
pub fn remove(tx: &mut dyn Tx, hash: &[u8]) -> Result<(), DbError> {
    tx.execute("DELETE FROM token WHERE hash = $1", &[&hash]).map(drop)
}

/// Forgets tokens that ended before a time, at most so many; how many.
///
/// # Errors
/// As [`add`].
pub fn forget(tx: &mut dyn Tx, before: i64, limit: u32) -> Result<u64, DbError> {
    let sql = "DELETE FROM token WHERE hash IN (SELECT hash FROM token WHERE expires_at < $1 LIMIT $2)";
    tx.execute(sql, &[&before, &limit])
}
