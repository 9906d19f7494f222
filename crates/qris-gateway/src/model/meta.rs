//! What a database knows about itself.

use serde::Deserialize;

use crate::db::{DbError, Tx};

/// Where the master key of this database was found or made.
pub const MASTER_KEY_FILE: &str = "master_key_file";
/// Where the demo partner's credentials were written.
pub const DEMO_FILE: &str = "demo_file";
/// Client id of the demo partner.
pub const DEMO_CLIENT: &str = "demo_client_id";
/// There while the gateway that was started last on these data is a sandbox: how far its clock was moved, in seconds.
pub const SANDBOX: &str = "sandbox_clock";

/// A remembered text.
///
/// # Errors
/// The storage's; so with every function here.
pub fn get(tx: &mut dyn Tx, name: &str) -> Result<Option<String>, DbError> {
    let sql = "SELECT value FROM meta WHERE name = $1";
    tx.find(sql, &[&name])
}

/// Remembers a text unless there is one of that name; `false` then. Of two processes at once, one wins.
///
/// # Errors
/// As [`get`].
pub fn set_once(tx: &mut dyn Tx, name: &str, value: &str) -> Result<bool, DbError> {
    let sql = "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
    Ok(tx.execute(sql, &[&name, &value])? == 1)
}

/// Remembers a text in the place of any other.
///
/// # Errors
/// As [`get`].
pub fn set(tx: &mut dyn Tx, name: &str, value: &str) -> Result<(), DbError> {
    let sql = "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    tx.execute(sql, &[&name, &value]).map(drop)
}

/// Forgets a text.
///
/// # Errors
/// As [`get`].
pub fn remove(tx: &mut dyn Tx, name: &str) -> Result<(), DbError> {
    let sql = "DELETE FROM meta WHERE name = $1";
    tx.execute(sql, &[&name]).map(drop)
}

/// Something sealed under the master key.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Sealed {
    /// Whose secret; none: a key of the gateway.
    pub client_id: Option<String>,
    /// The sealed bytes.
    pub bytes: Vec<u8>,
}

/// Everything sealed under the master key. Works on the schema of any version.
///
/// # Errors
/// As [`get`].
pub fn sealed(tx: &mut dyn Tx) -> Result<Vec<Sealed>, DbError> {
    let sql = "SELECT NULL AS client_id, private AS bytes FROM gateway_key
               UNION ALL SELECT client_id, value FROM credential WHERE kind IN ('secret', 'customer-grant')";
    tx.rows(sql, &[])
}

/// Tables that say what a database holds, and their rows. Works on the schema of any version.
///
/// # Errors
/// As [`get`].
pub fn counts(tx: &mut dyn Tx) -> Result<Vec<(&'static str, i64)>, DbError> {
    let tables = [
        ("partner", "SELECT COUNT(*) FROM partner"),
        ("merchant", "SELECT COUNT(*) FROM merchant"),
        ("txn", "SELECT COUNT(*) FROM txn"),
        ("refund", "SELECT COUNT(*) FROM refund"),
        ("notification", "SELECT COUNT(*) FROM notification"),
        ("exception", "SELECT COUNT(*) FROM exception"),
    ];
    tables.into_iter().map(|(table, sql)| Ok((table, tx.one(sql, &[])?))).collect()
}
