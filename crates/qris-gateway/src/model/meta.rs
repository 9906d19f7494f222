//! What a database knows about itself.

use crate::db::{DbError, Tx};

/// Where the master key of this database was found or made.
pub const MASTER_KEY_FILE: &str = "master_key_file";
/// Where the demo partner's credentials were written.
pub const DEMO_FILE: &str = "demo_file";

/// A remembered text.
///
/// # Errors
/// The storage's; so with every function here.
pub fn get(tx: &mut dyn Tx, name: &str) -> Result<Option<String>, DbError> {
    let sql = "SELECT value FROM meta WHERE name = ?1";
    tx.find(sql, &[name.into()])?.map(|mut row| row.text()).transpose()
}

/// Remembers a text unless there is one of that name; `false` then. Of two processes at once, one wins.
///
/// # Errors
/// As [`get`].
pub fn set_once(tx: &mut dyn Tx, name: &str, value: &str) -> Result<bool, DbError> {
    let sql = "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING";
    Ok(tx.execute(sql, &[name.into(), value.into()])? == 1)
}

/// Remembers a text in the place of any other.
///
/// # Errors
/// As [`get`].
pub fn set(tx: &mut dyn Tx, name: &str, value: &str) -> Result<(), DbError> {
    let sql = "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    tx.execute(sql, &[name.into(), value.into()]).map(drop)
}
