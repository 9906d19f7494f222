//! PostgreSQL: a few worker threads with a connection each, some for units that write, others for those that read. Several
//! gateway processes may share one database.
//!
//! Hand-written because a unit of work is a blocking closure: pools of connections hand out asynchronous ones. Units that
//! write run READ COMMITTED, which is enough: uniqueness is a constraint and every change of state one conditional UPDATE;
//! units that read see one snapshot. A worker whose connection broke answers "gone" and connects again for the next unit;
//! nothing needs a restart. Every wait has an end: for the connection, for a lock, for a statement.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio_postgres::config::{Host, SslMode as Wire};
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, Column, NoTls, Statement};

use super::tls::{Ssl, SslMode};
use super::{
    DbError, Each, Gauges, Keep, Lane, LaneGauge, Param, QUEUE, Row, Tx, UnitGauge, Value, Work, schema,
};

const WRITERS: usize = 12;
const READERS: usize = 6;
/// For token requests: they wait behind nothing that waits for a lock.
const ASIDE: usize = 3;
/// From the first packet to a connection that can be used.
const CONNECT: Duration = Duration::from_secs(5);
/// For one statement, from here: the server is told to give up before.
const STATEMENT: Duration = Duration::from_secs(8);
/// For one migration.
pub(super) const MIGRATION: Duration = Duration::from_secs(3600);
/// What the server is told when a connection begins: how long it works on a statement, waits for a lock, and lets a
/// transaction be idle, in milliseconds.
const LIMITS: &str =
    "SET statement_timeout = 5000; SET lock_timeout = 3000; SET idle_in_transaction_session_timeout = 15000";

pub(super) struct Postgres {
    writers: mpsc::SyncSender<Work>,
    aside: mpsc::SyncSender<Work>,
    readers: mpsc::SyncSender<Work>,
}

impl Postgres {
    pub(super) fn open(url: &str, gauges: &Gauges) -> Result<Postgres, DbError> {
        let mut link = Link::connect(url, MIGRATION)?;
        schema::open(&mut link)?;
        let spawn = |lane: Lane, threads, begin| spawn(url, lane, threads, begin, gauges.lane(lane));
        Ok(Postgres {
            writers: spawn(Lane::Writes, WRITERS, "BEGIN")?,
            aside: spawn(Lane::Aside, ASIDE, "BEGIN")?,
            readers: spawn(Lane::Reads, READERS, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?,
        })
    }

    pub(super) fn send(&self, work: Work, lane: Lane) {
        let workers = match lane {
            Lane::Reads => &self.readers,
            Lane::Writes => &self.writers,
            Lane::Aside => &self.aside,
        };
        super::queue(workers, work);
    }
}

fn spawn(
    url: &str,
    lane: Lane,
    threads: usize,
    begin: &'static str,
    gauge: &Arc<LaneGauge>,
) -> Result<mpsc::SyncSender<Work>, DbError> {
    let (queue, work) = mpsc::sync_channel(QUEUE);
    let work = Arc::new(Mutex::new(work));
    for number in 0..threads {
        let (url, work, gauge) = (url.to_owned(), Arc::clone(&work), Arc::clone(gauge));
        let made = thread::Builder::new()
            .name(format!("postgres-{}-{number}", lane.name()))
            .spawn(move || work_loop(&url, begin, &work, &gauge));
        made.map_err(|error| DbError::Gone(error.to_string()))?;
    }
    Ok(queue)
}

/// Host, port and database of a URL, read as the connection reads them: a password may stand in several places.
pub(super) fn public(url: &str) -> String {
    let rest = Ssl::split(url).map(|(rest, _)| rest);
    let config = rest.ok().and_then(|rest| rest.parse::<tokio_postgres::Config>().ok());
    let Some(config) = config else { return "postgres://***".to_owned() };
    let hosts = config.get_hosts().iter().enumerate().map(|(index, host)| {
        let ports = config.get_ports();
        let port = ports.get(index).or(ports.first()).map(|port| format!(":{port}")).unwrap_or_default();
        match host {
            Host::Tcp(name) => format!("{name}{port}"),
            #[cfg(unix)]
            Host::Unix(path) => format!("{}{port}", path.display()),
        }
    });
    let hosts: Vec<String> = hosts.collect();
    format!("postgres://{}/{}", hosts.join(","), config.get_dbname().unwrap_or_default())
}

/// Who connects, when a URL says so.
pub(super) fn user(url: &str) -> Option<String> {
    let (rest, _) = Ssl::split(url).ok()?;
    rest.parse::<tokio_postgres::Config>().ok()?.get_user().map(str::to_owned)
}

/// A connection with its prepared statements, and the runtime it lives on.
pub(super) struct Link {
    runtime: Runtime,
    client: Client,
    prepared: HashMap<&'static str, Statement>,
    patience: Duration,
}

impl Link {
    /// Connects for units of work: every statement has its end.
    fn for_units(url: &str) -> Result<Link, DbError> {
        let mut link = Link::connect(url, STATEMENT)?;
        link.batch(LIMITS)?;
        Ok(link)
    }

    /// Connects as the URL's `sslmode` says. A statement may take so long, from here.
    ///
    /// # Errors
    /// [`DbError::Broken`] for a URL that cannot be followed, [`DbError::Gone`] when there is no connection in time.
    pub(super) fn connect(url: &str, patience: Duration) -> Result<Link, DbError> {
        let wrong = |why: String| DbError::Broken(format!("the PostgreSQL URL cannot be followed: {why}"));
        let (rest, ssl) = Ssl::split(url).map_err(wrong)?;
        let mut config: tokio_postgres::Config =
            rest.parse().map_err(|error: tokio_postgres::Error| wrong(error.to_string()))?;
        config.connect_timeout(CONNECT).application_name("qris-gateway");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| DbError::Gone(error.to_string()))?;
        let tls = ssl.connector().map_err(wrong)?;
        let attempts: &[Wire] = match ssl.mode {
            SslMode::Disable => &[Wire::Disable],
            SslMode::Allow => &[Wire::Disable, Wire::Require],
            SslMode::Prefer => &[Wire::Require, Wire::Disable],
            SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull => &[Wire::Require],
        };
        // A socket of this machine has no TLS, as libpq has it.
        let local = config.get_hosts().iter().all(|host| !matches!(host, Host::Tcp(_)));
        let attempts = if local { &[Wire::Disable] } else { attempts };
        let connected = runtime.block_on(async {
            let mut failed = DbError::Gone("no connection".to_owned());
            for (number, attempt) in attempts.iter().enumerate() {
                config.ssl_mode(*attempt);
                let tried = async {
                    if *attempt == Wire::Disable {
                        let (client, connection) = config.connect(NoTls).await?;
                        tokio::spawn(connection);
                        return Ok(client);
                    }
                    let (client, connection) = config.connect(tls.clone()).await?;
                    tokio::spawn(connection);
                    Ok::<_, tokio_postgres::Error>(client)
                };
                match tokio::time::timeout(CONNECT, tried).await {
                    Ok(Ok(client)) => return Ok(client),
                    Ok(Err(error)) => {
                        // Where nobody listens, the second attempt would only take as long again; `allow` tries TLS when
                        // the server itself said no.
                        let server = error.as_db_error().is_some();
                        let again = server || (number == 0 && *attempt == Wire::Require && !is_io(&error));
                        failed = db_error(error);
                        if !again {
                            break;
                        }
                    }
                    Err(_) => {
                        failed = DbError::Gone("PostgreSQL does not answer in time".to_owned());
                        break;
                    }
                }
            }
            Err(failed)
        });
        Ok(Link { runtime, client: connected?, prepared: HashMap::new(), patience })
    }

    /// Runs statements without parameters.
    ///
    /// # Errors
    /// As [`Tx::execute`].
    pub(super) fn batch(&mut self, sql: &str) -> Result<(), DbError> {
        let Link { runtime, client, patience, .. } = self;
        in_time(runtime, *patience, client.batch_execute(sql))
    }

    /// The only text of a query without parameters.
    ///
    /// # Errors
    /// As [`Tx::query`].
    pub(super) fn text(&mut self, sql: &str) -> Result<Option<String>, DbError> {
        let Link { runtime, client, patience, .. } = self;
        let row = in_time(runtime, *patience, client.query_opt(sql, &[]))?;
        row.map(|row| row.try_get(0).map_err(db_error)).transpose()
    }
}

/// Whether the network, not the server, said no.
fn is_io(error: &tokio_postgres::Error) -> bool {
    std::error::Error::source(error).is_some_and(|source| {
        source
            .downcast_ref::<std::io::Error>()
            .is_some_and(|io| io.get_ref().is_none() || io.kind() == std::io::ErrorKind::TimedOut)
    })
}

/// What a statement answers, unless it takes too long: the connection is then of no use any more.
fn in_time<T>(
    runtime: &Runtime,
    patience: Duration,
    work: impl Future<Output = Result<T, tokio_postgres::Error>>,
) -> Result<T, DbError> {
    let late = |_| DbError::Gone("PostgreSQL does not answer in time".to_owned());
    let ended = runtime.block_on(async { tokio::time::timeout(patience, work).await });
    ended.map_err(late)?.map_err(db_error)
}

fn work_loop(url: &str, begin: &str, work: &Mutex<mpsc::Receiver<Work>>, counts: &LaneGauge) {
    let mut link: Option<Link> = None;
    loop {
        let next = work.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Work { job, done, by, gauge }) = next else { return };
        if Instant::now() >= by {
            done(Err(gauge.late()));
            continue;
        }
        let ended = match linked(&mut link, url, begin, counts) {
            Ok(link) => run(link, job, by, &gauge),
            Err(error) => Err(error),
        };
        if matches!(ended, Err(DbError::Gone(_))) && link.take().is_some() {
            counts.lost();
        }
        done(ended);
    }
}

/// A connection that has begun a transaction. One that the server closed while it was idle is found out here, before the
/// unit has begun, so that a database that is back is back for the first request.
fn linked<'a>(
    link: &'a mut Option<Link>,
    url: &str,
    begin: &str,
    counts: &LaneGauge,
) -> Result<&'a mut Link, DbError> {
    let alive = link.as_mut().is_some_and(|link| !link.client.is_closed() && link.batch(begin).is_ok());
    if !alive {
        // The broken one goes first: its place at the server is free then.
        if link.take().is_some() {
            counts.lost();
        }
        let mut new = Link::for_units(url)?;
        new.batch(begin)?;
        counts.opened();
        *link = Some(new);
    }
    link.as_mut().ok_or_else(|| DbError::Gone("no connection".to_owned()))
}

/// Runs a unit in the transaction that was begun.
fn run(link: &mut Link, job: super::Job, by: Instant, gauge: &UnitGauge) -> Result<(), DbError> {
    let mut tx = PostgresTx { link, failed: None };
    let keep = job(&mut tx);
    let failed = tx.failed;
    // PostgreSQL ends a transaction at its first error; a unit that went on regardless must not look stored. Nor is one
    // stored whose caller was told meanwhile that it took too long.
    match (failed, keep) {
        (None, Keep::Yes) if Instant::now() < by => {
            link.batch("COMMIT")?;
            gauge.committed();
            Ok(())
        }
        (None, Keep::Yes) => {
            link.batch("ROLLBACK")?;
            Err(gauge.late())
        }
        (_, Keep::No) => link.batch("ROLLBACK"),
        (Some(error), Keep::Yes) => {
            link.batch("ROLLBACK")?;
            Err(error)
        }
    }
}

struct PostgresTx<'a> {
    link: &'a mut Link,
    failed: Option<DbError>,
}

impl PostgresTx<'_> {
    fn statement(&mut self, sql: &'static str, parameters: usize) -> Result<Statement, DbError> {
        let statement = self.prepared(sql)?;
        // The client would say that the connection is of no use.
        let right = statement.params().len() == parameters;
        if right {
            Ok(statement)
        } else {
            Err(DbError::Broken(format!("{parameters} parameters for: {sql}")))
        }
    }

    fn prepared(&mut self, sql: &'static str) -> Result<Statement, DbError> {
        if let Some(statement) = self.link.prepared.get(sql) {
            return Ok(statement.clone());
        }
        let Link { runtime, client, prepared, patience } = &mut *self.link;
        let statement = in_time(runtime, *patience, client.prepare(sql));
        let statement = statement.inspect_err(|error| self.failed = Some(error.clone()))?;
        prepared.insert(sql, statement.clone());
        Ok(statement)
    }
}

impl Tx for PostgresTx<'_> {
    fn execute(&mut self, sql: &'static str, parameters: &[&dyn Param]) -> Result<u64, DbError> {
        let statement = self.statement(sql, parameters.len())?;
        let Link { runtime, client, patience, .. } = &mut *self.link;
        let values: Vec<Value<'_>> = parameters.iter().map(|parameter| parameter.value()).collect();
        let done = in_time(runtime, *patience, client.execute(&statement, &borrowed(&values)));
        done.inspect_err(|error| self.failed = Some(error.clone()))
    }

    fn query(&mut self, sql: &'static str, parameters: &[&dyn Param], each: Each<'_>) -> Result<(), DbError> {
        let statement = self.statement(sql, parameters.len())?;
        let Link { runtime, client, patience, .. } = &mut *self.link;
        let values: Vec<Value<'_>> = parameters.iter().map(|parameter| parameter.value()).collect();
        let rows = in_time(runtime, *patience, client.query(&statement, &borrowed(&values)));
        let rows = rows.inspect_err(|error| self.failed = Some(error.clone()))?;
        rows.iter().try_for_each(|row| each(row))
    }

    fn now_ms(&mut self) -> Result<i64, DbError> {
        let sql = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)";
        (self as &mut dyn Tx).one(sql, &[])
    }
}

fn borrowed<'a>(values: &'a [Value<'_>]) -> Vec<&'a (dyn ToSql + Sync)> {
    values.iter().map(|value| value as _).collect()
}

impl Row for tokio_postgres::Row {
    fn width(&self) -> usize {
        self.len()
    }

    fn name(&self, column: usize) -> &str {
        self.columns().get(column).map_or("?", Column::name)
    }

    fn cell(&self, column: usize) -> Result<Value<'_>, DbError> {
        let number = |number: Option<i64>| number.map_or(Value::Null, Value::Int);
        let value = match self.columns().get(column).map_or(&Type::UNKNOWN, Column::type_) {
            &Type::INT8 => self.try_get(column).map(number),
            &Type::INT4 => self.try_get::<_, Option<i32>>(column).map(|found| number(found.map(i64::from))),
            &Type::TEXT | &Type::VARCHAR => self
                .try_get::<_, Option<&str>>(column)
                .map(|text| text.map_or(Value::Null, |text| Value::Text(text.into()))),
            &Type::BYTEA => {
                self.try_get(column).map(|bytes: Option<_>| bytes.map_or(Value::Null, Value::Blob))
            }
            other => return Err(DbError::Broken(format!("holds {other}"))),
        };
        value.map_err(db_error)
    }
}

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut bytes::BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(number) if *ty == Type::INT4 => i32::try_from(*number)?.to_sql(ty, out),
            Value::Int(number) => number.to_sql(ty, out),
            Value::Text(text) => text.to_sql(ty, out),
            Value::Blob(bytes) => bytes.to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT8 | Type::INT4 | Type::TEXT | Type::VARCHAR | Type::BYTEA)
    }

    to_sql_checked!();
}

pub(super) fn db_error(error: tokio_postgres::Error) -> DbError {
    let class = error.code().map(|code| code.code().get(..2).unwrap_or("").to_owned());
    // No SQLSTATE: the connection itself. 08 connection, 25 read-only, 40 deadlock, 53 resources, 55 locks,
    // 57 operator (shutdown), 58 system.
    let gone = match class.as_deref() {
        None => error.is_closed() || error.as_db_error().is_none(),
        Some("08" | "25" | "40" | "53" | "55" | "57" | "58") => true,
        Some(_) => false,
    };
    let log = match error.as_db_error() {
        Some(inner) => format!("{}: {}", inner.code().code(), inner.message()),
        None => {
            std::error::Error::source(&error).map_or_else(|| error.to_string(), |s| format!("{error}: {s}"))
        }
    };
    if gone { DbError::Gone(log) } else { DbError::Broken(log) }
}
