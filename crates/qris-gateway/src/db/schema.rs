//! The tables, and how they came to be: a list of migrations, each run once, in order, in a transaction.
//!
//! Types are spelled for SQLite; PostgreSQL reads `BLOB` as `BYTEA`. Times are Unix seconds unless a name ends in
//! `_ms`; money is minor units (sen).

use super::postgres::Link;
use super::{DbError, sqlite};

/// Every migration, oldest first. Never edit one that was released: add another.
const MIGRATIONS: &[&str] = &[
    include_str!("schema/0001.sql"),
    include_str!("schema/0002.sql"),
    include_str!("schema/0003.sql"),
    include_str!("schema/0005.sql"),
    include_str!("schema/0006.sql"),
    include_str!("schema/0007.sql"),
];

/// The schema this program brings a database to.
pub fn latest() -> usize {
    MIGRATIONS.len()
}

const META: &str = "CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)";

fn newer(version: usize) -> DbError {
    DbError::Broken(format!(
        "the database has schema {version}, this program knows {}: run a newer program",
        MIGRATIONS.len()
    ))
}

pub(super) fn migrate_sqlite(connection: &mut rusqlite::Connection) -> Result<(), DbError> {
    let failed = sqlite::db_error;
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).map_err(failed)?;
    transaction.execute_batch(META).map_err(failed)?;
    let found: Option<String> = transaction
        .query_row("SELECT value FROM meta WHERE name = 'schema'", [], |row| row.get(0))
        .map(Some)
        .or_else(|error| if error == rusqlite::Error::QueryReturnedNoRows { Ok(None) } else { Err(error) })
        .map_err(failed)?;
    let version = version(found.as_deref())?;
    for sql in MIGRATIONS.get(version..).ok_or_else(|| newer(version))? {
        transaction.execute_batch(sql).map_err(failed)?;
    }
    transaction
        .execute(
            "INSERT OR REPLACE INTO meta (name, value) VALUES ('schema', ?1)",
            [MIGRATIONS.len().to_string()],
        )
        .map_err(failed)?;
    transaction.commit().map_err(failed)
}

pub(super) fn migrate_postgres(link: &mut Link) -> Result<(), DbError> {
    link.batch("BEGIN")?;
    // Two processes may start at once: the second waits here. The number is ours alone.
    link.batch("SELECT pg_advisory_xact_lock(5817360)")?;
    // Whoever waits for a table keeps all others from it: rather fail, and be asked again.
    link.batch("SET LOCAL lock_timeout = 10000")?;
    link.batch(META)?;
    let found = link.text("SELECT value FROM meta WHERE name = 'schema'")?;
    let version = version(found.as_deref())?;
    for sql in MIGRATIONS.get(version..).ok_or_else(|| newer(version))? {
        link.batch(&sql.replace(" BLOB", " BYTEA"))?;
    }
    link.batch(&format!(
        "INSERT INTO meta (name, value) VALUES ('schema', '{}')
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        MIGRATIONS.len()
    ))?;
    link.batch("COMMIT")
}

fn version(found: Option<&str>) -> Result<usize, DbError> {
    let Some(text) = found else { return Ok(0) };
    text.parse().map_err(|_| DbError::Broken(format!("meta.schema is {text:?}, a number is wanted")))
}
