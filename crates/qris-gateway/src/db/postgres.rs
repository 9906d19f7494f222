//! PostgreSQL: a few worker threads with a connection each. Several gateway processes may share one database.
//!
//! READ COMMITTED is enough: uniqueness is a constraint and every change of state one conditional UPDATE. A worker
//! whose connection broke answers "gone" and connects again for the next unit; nothing needs a restart.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use postgres::config::Host;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, NoTls, Statement};

use super::{DbError, Keep, Row, Tx, Value, Work, schema};

const WORKERS: usize = 12;
const CONNECT: Duration = Duration::from_secs(5);

pub(super) struct Postgres {
    queue: mpsc::Sender<Work>,
}

impl Postgres {
    pub(super) fn open(url: &str) -> Result<Postgres, DbError> {
        let mut client = connect(url)?;
        schema::migrate_postgres(&mut client)?;
        let (queue, work) = mpsc::channel();
        let work = Arc::new(Mutex::new(work));
        for number in 0..WORKERS {
            let (url, work) = (url.to_owned(), Arc::clone(&work));
            let made = thread::Builder::new()
                .name(format!("postgres-{number}"))
                .spawn(move || work_loop(&url, &work));
            made.map_err(|error| DbError::Gone(error.to_string()))?;
        }
        Ok(Postgres { queue })
    }

    pub(super) fn send(&self, work: Work, _writes: bool) {
        if let Err(mpsc::SendError(work)) = self.queue.send(work) {
            (work.done)(Err(DbError::Gone("its worker has stopped".to_owned())));
        }
    }
}

fn connect(url: &str) -> Result<Client, DbError> {
    let mut config: postgres::Config = url
        .parse()
        .map_err(|error: postgres::Error| DbError::Broken(format!("not a PostgreSQL URL: {error}")))?;
    config.connect_timeout(CONNECT).application_name("qris-gateway");
    config.connect(NoTls).map_err(db_error)
}

/// Host, port and database of a URL, read as the connection reads them: a password may stand in several places.
pub(super) fn public(url: &str) -> String {
    let Ok(config) = url.parse::<postgres::Config>() else { return "postgres://***".to_owned() };
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

/// A connection with its prepared statements.
struct Link {
    client: Client,
    prepared: HashMap<&'static str, Statement>,
}

fn work_loop(url: &str, work: &Mutex<mpsc::Receiver<Work>>) {
    let mut link: Option<Link> = None;
    loop {
        let next = work.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Work { job, done }) = next else { return };
        let ended = match linked(&mut link, url) {
            Ok(link) => run(link, job),
            Err(error) => Err(error),
        };
        if matches!(ended, Err(DbError::Gone(_))) {
            link = None;
        }
        done(ended);
    }
}

/// A connection that answers. One that the server closed while it was idle is found out here, before the unit has begun,
/// so that a database that is back is back for the first request.
fn linked<'a>(link: &'a mut Option<Link>, url: &str) -> Result<&'a mut Link, DbError> {
    let alive = link.as_mut().is_some_and(|link| !link.client.is_closed() && link.begin().is_ok());
    if !alive {
        let mut new = Link { client: connect(url)?, prepared: HashMap::new() };
        new.begin()?;
        *link = Some(new);
    }
    link.as_mut().ok_or_else(|| DbError::Gone("no connection".to_owned()))
}

impl Link {
    fn begin(&mut self) -> Result<(), DbError> {
        self.client.batch_execute("BEGIN").map_err(db_error)
    }

    fn end(&mut self, how: &str) -> Result<(), DbError> {
        self.client.batch_execute(how).map_err(db_error)
    }
}

/// Runs a unit in the transaction that was begun.
fn run(link: &mut Link, job: super::Job) -> Result<(), DbError> {
    let mut tx = PostgresTx { client: &mut link.client, prepared: &mut link.prepared, failed: None };
    let keep = job(&mut tx);
    // PostgreSQL ends a transaction at its first error; a unit that went on regardless must not look stored.
    match (tx.failed, keep) {
        (None, Keep::Yes) => link.end("COMMIT"),
        (_, Keep::No) => link.end("ROLLBACK"),
        (Some(error), Keep::Yes) => {
            link.end("ROLLBACK")?;
            Err(error)
        }
    }
}

struct PostgresTx<'a> {
    client: &'a mut Client,
    prepared: &'a mut HashMap<&'static str, Statement>,
    failed: Option<DbError>,
}

impl PostgresTx<'_> {
    fn statement(&mut self, sql: &'static str) -> Result<Statement, DbError> {
        if let Some(statement) = self.prepared.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(&sql.replace('?', "$")).map_err(db_error);
        let statement = statement.inspect_err(|error| self.failed = Some(error.clone()))?;
        self.prepared.insert(sql, statement.clone());
        Ok(statement)
    }
}

impl Tx for PostgresTx<'_> {
    fn execute(&mut self, sql: &'static str, parameters: &[Value]) -> Result<u64, DbError> {
        let statement = self.statement(sql)?;
        let parameters: Vec<&(dyn ToSql + Sync)> = parameters.iter().map(|value| value as _).collect();
        let done = self.client.execute(&statement, &parameters).map_err(db_error);
        done.inspect_err(|error| self.failed = Some(error.clone()))
    }

    fn query(&mut self, sql: &'static str, parameters: &[Value]) -> Result<Vec<Row>, DbError> {
        let statement = self.statement(sql)?;
        let parameters: Vec<&(dyn ToSql + Sync)> = parameters.iter().map(|value| value as _).collect();
        let rows = self.client.query(&statement, &parameters).map_err(db_error);
        let rows = rows.inspect_err(|error| self.failed = Some(error.clone()))?;
        rows.iter().map(row).collect()
    }

    fn now_ms(&mut self) -> Result<i64, DbError> {
        let sql = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)";
        self.find(sql, &[])?.map_or(Ok(0), |mut row| row.int())
    }
}

fn row(row: &postgres::Row) -> Result<Row, DbError> {
    let mut values = Vec::with_capacity(row.len());
    for (index, column) in row.columns().iter().enumerate() {
        let value = match *column.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(index).map(Value::from),
            Type::INT4 => row.try_get::<_, Option<i32>>(index).map(|n| n.map(i64::from).into()),
            Type::TEXT | Type::VARCHAR => row.try_get::<_, Option<String>>(index).map(Value::from),
            Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(index).map(Value::from),
            ref other => return Err(DbError::Broken(format!("column {} is {other}", column.name()))),
        };
        values.push(value.map_err(db_error)?);
    }
    Ok(Row::new(values))
}

impl ToSql for Value {
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

pub(super) fn db_error(error: postgres::Error) -> DbError {
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
