//! SQLite: one writer thread that groups units into commits, a few readers beside it.
//!
//! WAL with `synchronous=FULL`: a commit is on the disk before anybody hears of it. A disk sync costs milliseconds,
//! so all units that wait are run in one transaction, a SAVEPOINT each, and answered together after its COMMIT. Hand-written
//! because no library groups units of work into commits.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ErrorCode, ToSql};

use super::{DbError, Each, Gauges, Keep, Lane, LaneGauge, Param, QUEUE, Row, Tx, Value, Work, schema};

/// Most units in one commit: bounds how long the first of them waits for the last.
const GROUP: usize = 256;
const READERS: usize = 2;
/// How long another process (`qris gateway …`) may hold the file.
pub(super) const BUSY: Duration = Duration::from_secs(5);
const STATEMENTS: usize = 128;
/// Without work for so long, the writer tidies up.
const IDLE: Duration = Duration::from_secs(20);

pub(super) struct Sqlite {
    writer: mpsc::SyncSender<Work>,
    readers: mpsc::SyncSender<Work>,
    /// Whether the file was made here.
    pub(super) new: bool,
}

impl Sqlite {
    pub(super) fn open(path: &Path, gauges: &Gauges) -> Result<Sqlite, DbError> {
        let (connection, new, ()) = connect_new(path, schema::open)?;
        let (writer, work) = mpsc::sync_channel(QUEUE);
        let gauge = Arc::clone(gauges.lane(Lane::Writes));
        gauge.opened();
        spawn("sqlite-writer", move || write_loop(connection, &work, &gauge))?;
        let (readers, work) = mpsc::sync_channel(QUEUE);
        let work = Arc::new(Mutex::new(work));
        for _ in 0..READERS {
            let work = Arc::clone(&work);
            let connection = connect(path)?;
            gauges.lane(Lane::Reads).opened();
            spawn("sqlite-reader", move || read_loop(&connection, &work))?;
        }
        Ok(Sqlite { writer, readers, new })
    }

    pub(super) fn send(&self, work: Work, lane: Lane) {
        super::queue(if lane == Lane::Reads { &self.readers } else { &self.writer }, work);
    }
}

/// Opens a database to write, and makes one that is missing: whether it did. One that was made and has no schema in the end
/// goes again.
pub(super) fn connect_new<T>(
    path: &Path,
    schema: impl FnOnce(&mut Connection) -> Result<T, DbError>,
) -> Result<(Connection, bool, T), DbError> {
    let new = make_private(path)?;
    let made = connect(path).and_then(|mut connection| {
        let done = schema(&mut connection)?;
        Ok((connection, new, done))
    });
    if made.is_err() && new {
        remove_unused(path);
    }
    made
}

/// Removes a database and what lies beside it, unless somebody uses it or has added a partner: `false` then.
pub(super) fn remove_unused(path: &Path) -> bool {
    // The workers of a storage that was dropped end in their own time.
    for _ in 0..20 {
        if alone(path).unwrap_or(false) {
            // What cannot be asked is not removed.
            if has_partner(path).unwrap_or(true) {
                return false;
            }
            for end in ["-wal", "-shm", "-journal", ""] {
                let mut name = path.as_os_str().to_owned();
                name.push(end);
                let _ = std::fs::remove_file(name);
            }
            return true;
        }
        thread::sleep(Duration::from_millis(50));
    }
    false
}

/// Whether no other connection is open: only then does a database leave WAL.
fn alone(path: &Path) -> Result<bool, DbError> {
    let connection = Connection::open(path).map_err(db_error)?;
    connection.busy_timeout(Duration::ZERO).map_err(db_error)?;
    let sql = "PRAGMA journal_mode = DELETE";
    let mode: String = connection.query_row(sql, [], |row| row.get(0)).map_err(db_error)?;
    Ok(mode == "delete")
}

/// Whether there is a partner. Without a schema there is none.
fn has_partner(path: &Path) -> Result<bool, DbError> {
    let connection = Connection::open(path).map_err(db_error)?;
    let is_true = |sql: &str| connection.query_row(sql, [], |row| row.get(0)).map_err(db_error);
    let schema = is_true("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'partner')")?;
    if schema { is_true("SELECT EXISTS (SELECT 1 FROM partner)") } else { Ok(false) }
}

/// Sees that the file can be written. Makes a missing one readable by its owner only; SQLite gives the files beside it the same permissions.
fn make_private(path: &Path) -> Result<bool, DbError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            // SQLite would only say that it is unable to open it.
            std::fs::OpenOptions::new().append(true).open(path).map(|_| false)
        }
        made => made.map(|_| true),
    }
    .map_err(|error| DbError::Gone(format!("{} cannot be written: {error}", path.display())))
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<(), DbError> {
    let made = thread::Builder::new().name(name.to_owned()).spawn(body);
    made.map(drop).map_err(|error| DbError::Gone(error.to_string()))
}

fn connect(path: &Path) -> Result<Connection, DbError> {
    let connection = Connection::open(path).map_err(db_error)?;
    connection.busy_timeout(BUSY).map_err(db_error)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection
        // The first takes effect in a new file only. Pages that many commits change are copied to the file once for all of
        // them, after 16 MiB of log; as much is held in memory.
        .execute_batch(
            "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
             PRAGMA wal_autocheckpoint = 4096; PRAGMA cache_size = -16384;",
        )
        .map_err(db_error)?;
    Ok(connection)
}

fn write_loop(mut connection: Connection, work: &mpsc::Receiver<Work>, gauge: &LaneGauge) {
    loop {
        let first = match work.recv_timeout(IDLE) {
            Ok(first) => first,
            // Nobody waits: pages that deletions have freed go back to the file system, some at a time.
            Err(mpsc::RecvTimeoutError::Timeout) => {
                let _ = connection.execute_batch("PRAGMA incremental_vacuum(1000)");
                continue;
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => return,
        };
        let mut group = vec![first];
        group.extend(work.try_iter().take(GROUP - 1));
        commit_group(&mut connection, group, gauge);
    }
}

/// Runs a group of units in one transaction. When anything outside the units fails, all of them failed: none was
/// answered yet.
fn commit_group(connection: &mut Connection, group: Vec<Work>, gauge: &LaneGauge) {
    let mut kept_units = 0;
    let mut dones = Vec::with_capacity(group.len());
    let ended = (|| {
        // IMMEDIATE takes the lock now, where the busy timeout still helps.
        run(connection, "BEGIN IMMEDIATE")?;
        for Work { job, done, by, gauge } in group {
            if Instant::now() >= by {
                dones.push((done, Some(gauge.late())));
                continue;
            }
            dones.push((done, None));
            run(connection, "SAVEPOINT unit")?;
            let kept = job(&mut SqliteTx { connection });
            // Its caller may have been told meanwhile that it took too long.
            let late = kept == Keep::Yes && Instant::now() >= by;
            match kept {
                Keep::Yes if !late => kept_units += 1,
                _ => run(connection, "ROLLBACK TO unit")?,
            }
            run(connection, "RELEASE unit")?;
            if let Some((_, own)) = dones.last_mut().filter(|_| late) {
                *own = Some(gauge.late());
            }
        }
        run(connection, "COMMIT")
    })();
    if ended.is_err() && !connection.is_autocommit() {
        // A full disk may have rolled back on its own; a second failure changes nothing for the callers.
        let _ = connection.execute_batch("ROLLBACK");
    }
    if ended.is_ok() && kept_units > 0 {
        gauge.committed(kept_units);
    }
    for (done, own) in dones {
        done(own.map_or_else(|| ended.clone(), Err));
    }
}

/// Begins or ends something; prepared once, as every other statement.
fn run(connection: &Connection, sql: &'static str) -> Result<(), DbError> {
    connection.prepare_cached(sql).and_then(|mut it| it.raw_execute()).map(drop).map_err(db_error)
}

fn read_loop(connection: &Connection, work: &Mutex<mpsc::Receiver<Work>>) {
    loop {
        let next = work.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Work { job, done, by, gauge }) = next else { return };
        if Instant::now() >= by {
            done(Err(gauge.late()));
            continue;
        }
        let ended = (|| {
            run(connection, "BEGIN DEFERRED")?;
            job(&mut SqliteTx { connection });
            run(connection, "ROLLBACK")
        })();
        done(ended);
    }
}

pub(super) struct SqliteTx<'a> {
    pub(super) connection: &'a Connection,
}

impl SqliteTx<'_> {
    /// A statement with its parameters. SQLite takes `$2` for a name and counts names as they come: each is bound by the number
    /// in it.
    fn bound(&self, sql: &'static str, parameters: &[&dyn Param]) -> Result<CachedStatement<'_>, DbError> {
        let mut statement = self.connection.prepare_cached(sql).map_err(db_error)?;
        let wrong = || DbError::Broken(format!("{} parameters for: {sql}", parameters.len()));
        if statement.parameter_count() != parameters.len() {
            return Err(wrong());
        }
        for index in 1..=parameters.len() {
            let number =
                statement.parameter_name(index).and_then(|name| name.get(1..)?.parse::<usize>().ok());
            let parameter = number.and_then(|number| parameters.get(number.checked_sub(1)?));
            let value = parameter.ok_or_else(wrong)?.value();
            statement.raw_bind_parameter(index, value).map_err(db_error)?;
        }
        Ok(statement)
    }
}

impl Tx for SqliteTx<'_> {
    fn execute(&mut self, sql: &'static str, parameters: &[&dyn Param]) -> Result<u64, DbError> {
        let changed = self.bound(sql, parameters)?.raw_execute().map_err(db_error)?;
        Ok(u64::try_from(changed).unwrap_or(u64::MAX))
    }

    fn query(&mut self, sql: &'static str, parameters: &[&dyn Param], each: Each<'_>) -> Result<(), DbError> {
        let mut statement = self.bound(sql, parameters)?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(db_error)? {
            each(row)?;
        }
        Ok(())
    }

    fn now_ms(&mut self) -> Result<i64, DbError> {
        let sql = "SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)";
        (self as &mut dyn Tx).one(sql, &[])
    }
}

impl Row for rusqlite::Row<'_> {
    fn width(&self) -> usize {
        self.as_ref().column_count()
    }

    fn name(&self, column: usize) -> &str {
        self.as_ref().column_name(column).unwrap_or("?")
    }

    fn cell(&self, column: usize) -> Result<Value<'_>, DbError> {
        Ok(match self.get_ref(column).map_err(db_error)? {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(number) => Value::Int(number),
            ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text)),
            ValueRef::Blob(bytes) => Value::Blob(bytes),
            ValueRef::Real(_) => return Err(DbError::Broken("holds a float".to_owned())),
        })
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

pub(super) fn db_error(error: rusqlite::Error) -> DbError {
    let gone = matches!(
        error.sqlite_error_code(),
        Some(
            ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::DiskFull
                | ErrorCode::ReadOnly
                | ErrorCode::SystemIoFailure
                | ErrorCode::CannotOpen
                | ErrorCode::OutOfMemory
                | ErrorCode::PermissionDenied
                | ErrorCode::FileLockingProtocolFailed
        )
    );
    if gone { DbError::Gone(error.to_string()) } else { DbError::Broken(error.to_string()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_with_a_partner_is_not_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("qris.db");
        let connection = Connection::open(&path).unwrap();
        let schema = "PRAGMA journal_mode = WAL; CREATE TABLE partner (client_id TEXT);";
        connection.execute_batch(schema).unwrap();
        assert!(!remove_unused(&path) && path.exists(), "somebody has it open");
        connection.execute("INSERT INTO partner VALUES ('a')", []).unwrap();
        drop(connection);
        assert!(!remove_unused(&path) && path.exists(), "somebody added a partner");
        Connection::open(&path).unwrap().execute("DELETE FROM partner", []).unwrap();
        assert!(remove_unused(&path) && !path.exists(), "nobody did");
        Connection::open(&path).unwrap().execute_batch("CREATE TABLE other (a)").unwrap();
        assert!(remove_unused(&path) && !path.exists(), "there is no schema");
        // What cannot be read may have anything in it.
        Connection::open(&path).unwrap().execute_batch("CREATE VIEW partner AS SELECT 1 FROM gone").unwrap();
        assert!(!remove_unused(&path) && path.exists(), "nobody knows");
    }
}
