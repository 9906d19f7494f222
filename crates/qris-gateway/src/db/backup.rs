//! A copy of an SQLite database, made while gateways write to it, and a copy read again to see what it is worth.

use std::path::Path;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use tempfile::NamedTempFile;

use super::sqlite::{BUSY, SqliteTx, db_error};
use super::{DbError, Tx};

/// Copies a database into a new file of mode 0600, whole or not at all; `replace` says whether one of that name goes.
///
/// # Errors
/// When one of the two files cannot be used, or a file of that name is there and stays.
pub fn copy(from: &Path, to: &Path, replace: bool) -> Result<(), DbError> {
    let failed =
        |error: std::io::Error| DbError::Gone(format!("{} cannot be written: {error}", to.display()));
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = NamedTempFile::with_prefix_in(".qris-", folder).map_err(failed)?;
    let source = open_to_write(from)?;
    let mut target = Connection::open(file.path()).map_err(db_error)?;
    {
        let backup = Backup::new(&source, &mut target).map_err(db_error)?;
        // All pages in one step: one state of the data. In several steps it would begin again with each commit.
        match backup.step(-1).map_err(db_error)? {
            StepResult::Done => {}
            _ => return Err(DbError::Gone("the database is busy: try again".to_owned())),
        }
    }
    // One file, which can be read where nothing can be written; a gateway that serves it turns WAL on again.
    target.pragma_update(None, "journal_mode", "DELETE").map_err(db_error)?;
    target.close().map_err(|(_, error)| db_error(error))?;
    file.as_file().sync_all().map_err(failed)?;
    let kept = if replace { file.persist(to) } else { file.persist_noclobber(to) };
    kept.map(drop).map_err(|error| failed(error.error))
}

/// Runs a unit on a database file that is not changed and not migrated.
///
/// # Errors
/// [`DbError::Gone`] when the file cannot be opened; the unit's own.
pub fn read<T, E: From<DbError>>(
    path: &Path,
    unit: impl FnOnce(&mut dyn Tx) -> Result<T, E>,
) -> Result<T, E> {
    let connection = open_to_read(path)?;
    connection.execute_batch("BEGIN DEFERRED").map_err(db_error)?;
    unit(&mut SqliteTx { connection: &connection })
}

/// Opens a file that is there, to read.
pub(super) fn open_to_read(path: &Path) -> Result<Connection, DbError> {
    open(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
}

/// Opens a file that is there, to read and perhaps to write.
pub(super) fn open_to_write(path: &Path) -> Result<Connection, DbError> {
    open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
}

/// Opens a file that is there.
fn open(path: &Path, access: OpenFlags) -> Result<Connection, DbError> {
    // SQLite would only say that it is unable to open it.
    std::fs::File::open(path)
        .map_err(|error| DbError::Gone(format!("{} cannot be read: {error}", path.display())))?;
    let connection =
        Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(db_error)?;
    connection.busy_timeout(BUSY).map_err(db_error)?;
    Ok(connection)
}
