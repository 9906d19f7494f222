//! Copies of the data: made while gateways serve, and checked before somebody needs them.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::config::Config;
use crate::crypto::{MasterKey, secret_name};
use crate::db::{DatabaseUrl, DbError, Tx, backup, schema};
use crate::error::OperatorError;
use crate::keys::GATEWAY_KEY;
use crate::model::meta;

use super::in_background;

/// Rows of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableCount {
    /// The table.
    pub table: &'static str,
    /// Its rows.
    pub rows: i64,
}

/// What a checked copy holds.
#[derive(Debug, Clone, Serialize)]
pub struct CopyObject {
    /// Its schema.
    pub schema: usize,
    /// The schema a gateway of this program brings it to when it starts on it.
    pub becomes: usize,
    /// The master key file its secrets were opened with; none: it has no secrets.
    pub master_key_file: Option<String>,
    /// Secrets that were opened.
    pub secrets: usize,
    /// The main tables.
    pub tables: Vec<TableCount>,
}

/// Copies the data of a configuration into a file. Gateways may serve meanwhile; nothing is migrated.
///
/// # Errors
/// [`OperatorError::Refused`] for PostgreSQL, with the command that does it, and for a file that is there already unless
/// it is to be replaced; when a file cannot be used.
pub async fn back_up(config: &Config, file: &Path, replace: bool) -> Result<(), OperatorError> {
    let from = match &config.database {
        DatabaseUrl::Sqlite(path) => path.clone(),
        url @ DatabaseUrl::Postgres(_) => return Err(OperatorError::Refused(pg_dump(url, file))),
    };
    if !from.exists() {
        return Err(DbError::Missing(config.database.public()).into());
    }
    if !replace && file.exists() {
        let text =
            format!("{} is there already: name another file, or replace it with --force", file.display());
        return Err(OperatorError::Refused(text));
    }
    // Also by another name: replacing the database with its copy would take it from under the gateways.
    let same = |a: &Path, b: &Path| matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b);
    if same(&from, file) {
        return Err(OperatorError::Refused(format!("{} is the database itself", file.display())));
    }
    let to = file.to_owned();
    in_background(move || Ok(backup::copy(&from, &to, replace)?)).await
}

/// The line that copies a PostgreSQL database, without the password.
fn pg_dump(url: &DatabaseUrl, file: &Path) -> String {
    let user = url.user().map(|user| format!(" --username={}", quoted(&user))).unwrap_or_default();
    format!(
        "PostgreSQL copies its own databases (password: ~/.pgpass or PGPASSWORD):\n  pg_dump --format=custom --file={} \
         --dbname={}{user}",
        quoted(&file.display().to_string()),
        quoted(&url.public())
    )
}

/// A word for a shell.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@,".contains(c);
    if text.chars().all(plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

/// Reads a copy and says what it holds. The copy is not changed.
///
/// # Errors
/// [`OperatorError::Refused`] when it is no copy to restore from; others when a file cannot be read.
pub async fn check_copy(file: &Path, master_key_file: Option<PathBuf>) -> Result<CopyObject, OperatorError> {
    let path = file.to_owned();
    let checked = in_background(move || backup::read(&path, |tx| judge(tx, master_key_file))).await;
    checked.map_err(|error| match error {
        OperatorError::Database(DbError::Broken(log)) => {
            OperatorError::Refused(format!("{} is no gateway's database: {log}", file.display()))
        }
        OperatorError::Crypto(error) => OperatorError::Refused(format!("{}: {error}", file.display())),
        other => other,
    })
}

fn judge(tx: &mut dyn Tx, master_key_file: Option<PathBuf>) -> Result<CopyObject, OperatorError> {
    let words: Vec<String> = tx.rows("PRAGMA integrity_check(3)", &[])?;
    if words != ["ok"] {
        return Err(OperatorError::Refused(format!("the copy is damaged: {}", words.join("; "))));
    }
    let (schema, needed) = schema::stands(|name| meta::get(tx, name))?;
    if needed == 0 || needed > schema::latest() {
        return Err(OperatorError::Refused(format!(
            "the copy needs a program that knows schema {needed}, this one knows 1 to {}: take the program it was made with",
            schema::latest()
        )));
    }
    let path = match master_key_file {
        Some(path) => Some(path),
        None => meta::get(tx, meta::MASTER_KEY_FILE)?.map(PathBuf::from),
    };
    let sealed = meta::sealed(tx)?;
    let opened_with = path.filter(|_| !sealed.is_empty());
    if let Some(path) = &opened_with {
        let master = MasterKey::read(path)?;
        for row in &sealed {
            let name = row.client_id.as_ref().map_or(GATEWAY_KEY.to_owned(), |client| secret_name(client));
            master.open(&name, &row.bytes)?;
        }
    } else if !sealed.is_empty() {
        return Err(OperatorError::Refused("the copy names no master key file: name it".to_owned()));
    }
    let tables = meta::counts(tx)?.into_iter().map(|(table, rows)| TableCount { table, rows }).collect();
    Ok(CopyObject {
        schema,
        becomes: schema::latest().max(schema),
        master_key_file: opened_with.map(|path| path.display().to_string()),
        secrets: sealed.len(),
        tables,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn postgresql_is_refused_with_the_line_that_copies_it_and_no_password() {
        let url = DatabaseUrl::parse("postgres://qris:hush@db.example:5433/pay").unwrap();
        let config = Config { database: url, ..Config::default() };
        let refused = back_up(&config, Path::new("a copy.dump"), false).await.unwrap_err();
        assert_eq!(refused.exit_code(), 1);
        let text = refused.to_string();
        let line = "pg_dump --format=custom --file='a copy.dump' --dbname=postgres://db.example:5433/pay --username=qris";
        assert!(text.contains(line) && !text.contains("hush"), "{text}");
    }
}
