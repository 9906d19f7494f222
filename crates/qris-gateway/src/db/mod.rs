//! Storage: one small interface, two real back ends.
//!
//! A unit of work is a closure over [`Tx`], written once in portable SQL; [`Store`] runs it in a transaction on SQLite
//! or PostgreSQL and answers only after COMMIT. What the closure returns as `Ok` is committed, whatever it says to
//! the caller (a refusal that must be remembered is an `Ok`); an `Err` undoes the whole unit.

pub mod backup;
mod gauge;
pub mod local;
mod postgres;
mod row;
pub mod schema;
mod sqlite;
mod tls;
mod value;

use std::fmt;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use gauge::{Gauges, LaneGauge, UnitGauge};
use prometheus_client::registry::Registry;
use tokio::sync::oneshot;
use tracing::Instrument;

use crate::traces;

use serde::de::DeserializeOwned;

pub use row::Row;
pub use value::{Param, Value};

/// What a unit of work sees: statements inside one transaction.
///
/// SQL uses `$1`, `$2`, … and what both back ends understand: `TEXT`, `BIGINT` and `BLOB` (`BYTEA`) values,
/// `INSERT … ON CONFLICT (…) DO NOTHING`, `RETURNING`. Statements are `'static`, so that they are prepared once and
/// nothing from outside can become part of one.
pub trait Tx {
    /// Runs a statement; the number of rows it changed.
    ///
    /// # Errors
    /// [`DbError::Gone`] when the database cannot be reached or written, [`DbError::Broken`] for the rest.
    fn execute(&mut self, sql: &'static str, parameters: &[&dyn Param]) -> Result<u64, DbError>;

    /// Runs a query, or a statement with `RETURNING`, and hands over its rows one by one.
    ///
    /// # Errors
    /// As [`execute`](Self::execute), and those of `each`.
    fn query(&mut self, sql: &'static str, parameters: &[&dyn Param], each: Each<'_>) -> Result<(), DbError>;

    /// Unix milliseconds by the database's clock: one clock for all processes that share it.
    ///
    /// # Errors
    /// As [`execute`](Self::execute).
    fn now_ms(&mut self) -> Result<i64, DbError>;
}

/// What is done with each row of an answer.
pub type Each<'a> = &'a mut dyn FnMut(&dyn Row) -> Result<(), DbError>;

/// Rows as records (by the names of their fields), tuples (by position) or the values of the only column.
impl dyn Tx + '_ {
    /// All rows.
    ///
    /// # Errors
    /// As [`execute`](Tx::execute); [`DbError::Broken`] naming the column that is missing, superfluous or of another type.
    pub fn rows<T: DeserializeOwned>(
        &mut self,
        sql: &'static str,
        parameters: &[&dyn Param],
    ) -> Result<Vec<T>, DbError> {
        let mut found = Vec::new();
        self.query(sql, parameters, &mut |row| {
            found.push(T::deserialize(row::Reader(row))?);
            Ok(())
        })?;
        Ok(found)
    }

    /// At most one row.
    ///
    /// # Errors
    /// As `rows`.
    pub fn find<T: DeserializeOwned>(
        &mut self,
        sql: &'static str,
        parameters: &[&dyn Param],
    ) -> Result<Option<T>, DbError> {
        Ok(self.rows(sql, parameters)?.into_iter().next())
    }

    /// The row of a query that always has one.
    ///
    /// # Errors
    /// As `rows`.
    pub fn one<T: DeserializeOwned>(
        &mut self,
        sql: &'static str,
        parameters: &[&dyn Param],
    ) -> Result<T, DbError> {
        self.find(sql, parameters)?.ok_or_else(|| DbError::Broken(format!("no row: {sql}")))
    }
}

/// Why the storage did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DbError {
    /// It cannot be reached, is full, read-only or too busy. Nothing was stored, unless the connection broke in the middle of
    /// a COMMIT: then nobody knows. Asking again may work.
    #[error("the database cannot be used now: {0}")]
    Gone(String),
    /// A statement or a stored value is wrong: a fault of ours.
    #[error("the database and this program disagree: {0}")]
    Broken(String),
    /// There is no database, and whoever asked makes none.
    #[error(
        "there is no gateway's database at {0}: `qris serve` makes one, and so does `qris gateway migrate`; \
         --database names another"
    )]
    Missing(String),
}

/// Where the data are.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// `sqlite://PATH`.
    Sqlite(std::path::PathBuf),
    /// `postgres://…` or `postgresql://…`, as libpq writes it.
    Postgres(String),
}

/// Without the password.
impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({})", self.public())
    }
}

impl DatabaseUrl {
    /// Reads `sqlite://PATH`, `postgres://…` or `postgresql://…`.
    pub fn parse(text: &str) -> Option<DatabaseUrl> {
        if let Some(path) = text.strip_prefix("sqlite://").filter(|path| !path.is_empty()) {
            return Some(DatabaseUrl::Sqlite(path.into()));
        }
        let postgres = text.starts_with("postgres://") || text.starts_with("postgresql://");
        postgres.then(|| DatabaseUrl::Postgres(text.to_owned()))
    }

    /// For logs and the ready line: without a password.
    pub fn public(&self) -> String {
        match self {
            DatabaseUrl::Sqlite(path) => format!("sqlite://{}", path.display()),
            DatabaseUrl::Postgres(url) => postgres::public(url),
        }
    }

    /// Who connects to PostgreSQL, when the URL says so.
    pub fn user(&self) -> Option<String> {
        match self {
            DatabaseUrl::Sqlite(_) => None,
            DatabaseUrl::Postgres(url) => postgres::user(url),
        }
    }
}

/// A unit of work without its type: it leaves its result where it likes and says whether to keep what it did.
type Job = Box<dyn FnOnce(&mut dyn Tx) -> Keep + Send>;

/// What is told after the unit's end: `Ok` once it is committed (or undone as it wished).
type Done = Box<dyn FnOnce(Result<(), DbError>) + Send>;

/// Whether a unit's writes stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keep {
    Yes,
    No,
}

/// One unit on its way to a worker.
struct Work {
    job: Job,
    done: Done,
    /// When it must have ended: what has not begun by then is not begun, what has is undone.
    by: Instant,
    gauge: Arc<UnitGauge>,
}

/// Most units that wait for a worker.
const QUEUE: usize = 2048;
/// How long a unit has whose caller sets no end.
const PATIENCE: Duration = Duration::from_secs(10);
/// Before its caller's time is over: for the COMMIT, and the way back.
const COMMIT: Duration = Duration::from_millis(300);

fn stopped() -> DbError {
    DbError::Gone("its worker has stopped".to_owned())
}

/// Hands a unit to the workers, unless too many wait already.
fn queue(workers: &mpsc::SyncSender<Work>, work: Work) {
    let (why, work) = match workers.try_send(work) {
        Ok(()) => return,
        Err(mpsc::TrySendError::Full(work)) => (work.gauge.full(), work),
        Err(mpsc::TrySendError::Disconnected(work)) => (stopped(), work),
    };
    (work.done)(Err(why));
}

/// The handle to the storage. Cheap to clone; used from async code.
#[derive(Clone)]
pub struct Store {
    backend: Arc<Backend>,
    gauges: Arc<Gauges>,
    /// When the caller's time is over; none: [`PATIENCE`] from each unit on.
    deadline: Option<Instant>,
    /// Whether units that write have workers of their own.
    aside: bool,
}

/// What a unit does, and so which workers it goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lane {
    Reads,
    Writes,
    Aside,
}

impl Lane {
    const ALL: [Lane; 3] = [Lane::Reads, Lane::Writes, Lane::Aside];

    fn name(self) -> &'static str {
        match self {
            Lane::Reads => "reads",
            Lane::Writes => "writes",
            Lane::Aside => "aside",
        }
    }
}

enum Backend {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

/// Removes an SQLite database that nobody uses, with what lies beside it; `false` when somebody does, and for PostgreSQL.
pub(crate) fn remove_unused(url: &DatabaseUrl) -> bool {
    matches!(url, DatabaseUrl::Sqlite(path) if sqlite::remove_unused(path))
}

impl Store {
    /// Opens the database and brings its schema up to date; makes one where there is none.
    ///
    /// # Errors
    /// When it cannot be opened, or was made by a newer version of this program.
    pub async fn open(url: &DatabaseUrl) -> Result<Store, DbError> {
        Store::open_or_make(url, true).await
    }

    /// Opens a database that is there and brings its schema up to date.
    ///
    /// # Errors
    /// [`DbError::Missing`] where there is none: nothing was made then. As [`open`](Self::open) else.
    pub async fn open_existing(url: &DatabaseUrl) -> Result<Store, DbError> {
        Store::open_or_make(url, false).await
    }

    async fn open_or_make(url: &DatabaseUrl, make: bool) -> Result<Store, DbError> {
        let (url, gauges) = (url.clone(), Arc::new(Gauges::new()));
        let counted = Arc::clone(&gauges);
        let opened = tokio::task::spawn_blocking(move || {
            if !make {
                schema::there(&url)?;
            }
            match url {
                DatabaseUrl::Sqlite(path) => sqlite::Sqlite::open(&path, &counted).map(Backend::Sqlite),
                DatabaseUrl::Postgres(url) => postgres::Postgres::open(&url, &counted).map(Backend::Postgres),
            }
        });
        let backend = opened.await.map_err(|error| DbError::Broken(error.to_string()))??;
        Ok(Store { backend: Arc::new(backend), gauges, deadline: None, aside: false })
    }

    /// Whether opening it made it: a file that was not there before.
    pub fn is_new(&self) -> bool {
        matches!(&*self.backend, Backend::Sqlite(sqlite) if sqlite.new)
    }

    /// Has the work of this storage's lanes shown in a registry: `storage_…`.
    pub fn register(&self, registry: &mut Registry) {
        self.gauges.register(registry);
    }

    /// What the back end is called: `sqlite` or `postgres`.
    pub fn kind(&self) -> &'static str {
        match &*self.backend {
            Backend::Sqlite(_) => "sqlite",
            Backend::Postgres(_) => "postgres",
        }
    }

    /// The same storage, for a caller whose time is over then: nothing that was not committed by then is.
    pub fn until(&self, deadline: Option<Instant>) -> Store {
        let deadline = deadline.map(|deadline| deadline.checked_sub(COMMIT).unwrap_or(deadline));
        Store { deadline, ..self.clone() }
    }

    /// The same storage, for short units that touch few tables: they wait behind none that waits for a lock.
    pub fn aside(&self) -> Store {
        Store { aside: true, ..self.clone() }
    }

    /// Runs a unit of work that may write. Its `Ok` comes back only after COMMIT.
    ///
    /// # Errors
    /// The unit's own error, undone; or the storage's, turned into it.
    pub async fn write<T, E, F>(&self, unit: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
        F: FnOnce(&mut dyn Tx) -> Result<T, E> + Send + 'static,
    {
        let lane = if self.aside { Lane::Aside } else { Lane::Writes };
        self.run(unit, lane).instrument(traces::unit(lane.name())).await
    }

    /// Runs a unit that only reads. It sees one state of the data, however many queries it makes, and waits for no writer.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub async fn read<T, E, F>(&self, unit: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
        F: FnOnce(&mut dyn Tx) -> Result<T, E> + Send + 'static,
    {
        self.run(unit, Lane::Reads).instrument(traces::unit(Lane::Reads.name())).await
    }

    async fn run<T, E, F>(&self, unit: F, lane: Lane) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
        F: FnOnce(&mut dyn Tx) -> Result<T, E> + Send + 'static,
    {
        // The unit leaves its result in `slot`; `done` sends it only when the back end says how it ended.
        let slot = Arc::new(std::sync::Mutex::new(None));
        let (sender, receiver) = oneshot::channel();
        let filled = Arc::clone(&slot);
        let gauge = self.gauges.lane(lane).unit();
        let (begun, over) = (Arc::clone(&gauge), Arc::clone(&gauge));
        let job: Job = Box::new(move |tx| {
            begun.begin();
            // A fault of ours in one unit must not end the worker that all the others need.
            let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| unit(tx)))
                .unwrap_or_else(|_| Err(DbError::Broken("a unit of work panicked".to_owned()).into()));
            let keep = if result.is_ok() { Keep::Yes } else { Keep::No };
            *filled.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(result);
            keep
        });
        let done: Done = Box::new(move |ended| {
            over.end();
            // The caller may have gone away; what was committed stays committed.
            let _ = sender.send(ended);
        });
        let by = self.deadline.unwrap_or_else(|| Instant::now() + PATIENCE);
        let work = Work { job, done, by, gauge };
        match &*self.backend {
            Backend::Sqlite(sqlite) => sqlite.send(work, lane),
            Backend::Postgres(postgres) => postgres.send(work, lane),
        }
        receiver.await.map_err(|_| stopped())??;
        let result = slot.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        result.unwrap_or_else(|| Err(stopped().into()))
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &*self.backend {
            Backend::Sqlite(_) => "Store(SQLite)",
            Backend::Postgres(_) => "Store(PostgreSQL)",
        })
    }
}
