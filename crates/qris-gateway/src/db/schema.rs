//! The tables, and how they came to be: a list of migrations, each run in order, and back in the opposite one, in a
//! transaction.
//!
//! Two versions of the program work on one database while it is upgraded: migrations expand, and a later one contracts.
//! So `meta` has two numbers. `migrations` is how many were run. `schema` is how many a program must know to work here:
//! the last one that contracts, 1 when there is none.
//!
//! Types are spelled for SQLite; PostgreSQL reads `BLOB` as `BYTEA`. Times are Unix seconds unless a name ends in
//! `_ms`; money is minor units (sen). Hand-written because libraries for migrations know one number, and neither what a
//! way back throws away nor which older programs may go on.

mod list;

use std::time::Duration;

use serde::Serialize;

use super::postgres::Link;
use super::{DatabaseUrl, DbError, backup, postgres, sqlite};
use list::MIGRATIONS;

/// A step of the schema. Its SQL reads `:now` as the time, Unix seconds.
struct Migration {
    does: &'static str,
    up: &'static str,
    /// None: there is no way back.
    down: Option<&'static str>,
    /// Whether programs that do not know it cannot work any more.
    contracts: bool,
    /// Counts the rows that the way there reads or writes.
    rows: &'static str,
    /// What the way back throws away, and a count of it.
    loses: &'static [(&'static str, &'static str)],
}

const META: &str = "CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)";

/// The schema this program brings a database to.
pub fn latest() -> usize {
    MIGRATIONS.len()
}

/// What is done, or would be, to bring a database to a schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The migrations that were run.
    pub from: usize,
    /// Those that are run afterwards.
    pub to: usize,
    /// In this order.
    pub steps: Vec<Step>,
    /// Whether it was done.
    pub done: bool,
}

impl Plan {
    /// What going this way throws away.
    pub fn losses(&self) -> impl Iterator<Item = &Loss> {
        self.steps.iter().flat_map(|step| &step.loses)
    }
}

/// One migration, there or back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Its number.
    pub number: usize,
    /// What it brings.
    pub does: &'static str,
    /// Whether it is undone.
    pub back: bool,
    /// Whether programs that do not know it may go on. When it is undone, those that know it must have ended.
    pub older_programs_go_on: bool,
    /// Rows that it reads or writes; a way back has those it throws away in `loses`.
    pub rows: u64,
    /// What is thrown away.
    pub loses: Vec<Loss>,
}

/// What a way back throws away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Loss {
    /// What the rows are.
    pub what: &'static str,
    /// How many.
    pub rows: u64,
}

/// Says what would bring a database to a schema, none: the latest. Changes nothing.
///
/// # Errors
/// When the database cannot be read, or there is no way to that schema.
pub fn plan(url: &DatabaseUrl, to: Option<usize>) -> Result<Plan, DbError> {
    match url {
        DatabaseUrl::Sqlite(path) if !path.exists() => planned(&mut Nothing, to),
        DatabaseUrl::Sqlite(path) => planned(&mut backup::open_to_read(path)?, to),
        DatabaseUrl::Postgres(url) => planned(&mut Link::connect(url, postgres::MIGRATION)?, to),
    }
}

/// Brings a database to a schema, none: the latest, in one transaction. What would throw data away is done when `discard`
/// says so, and else not: [`Plan::done`].
///
/// # Errors
/// When the database cannot be used, or there is no way to that schema.
pub fn migrate(url: &DatabaseUrl, to: Option<usize>, discard: bool) -> Result<Plan, DbError> {
    match url {
        DatabaseUrl::Sqlite(path) => {
            sqlite::connect_new(path, |database| change(database, to, discard)).map(|(_, _, plan)| plan)
        }
        DatabaseUrl::Postgres(url) => change(&mut Link::connect(url, postgres::MIGRATION)?, to, discard),
    }
}

/// Whether there is a gateway's database. Makes nothing and changes nothing.
///
/// # Errors
/// [`DbError::Missing`] where there is none, or it has no tables of ours; when it cannot be read.
pub(super) fn there(url: &DatabaseUrl) -> Result<(), DbError> {
    let found = match url {
        DatabaseUrl::Sqlite(path) if !path.exists() => None,
        DatabaseUrl::Sqlite(path) => meta_of(&mut backup::open_to_write(path)?)?,
        DatabaseUrl::Postgres(url) => meta_of(&mut Link::connect(url, postgres::MIGRATION)?)?,
    };
    found.map(drop).ok_or_else(|| DbError::Missing(url.public()))
}

fn meta_of<D: Database>(database: &mut D) -> Result<Option<String>, DbError> {
    database.text(D::META)
}

/// Brings a database that a program opens to the latest schema. One of a newer program stays as it is when this one can work
/// on it.
pub(super) fn open(database: &mut impl Database) -> Result<(), DbError> {
    change(database, None, false).map(drop)
}

/// Where a database stands, by what its `meta` says: the migrations that were run, and how many a program must know.
///
/// # Errors
/// The reader's; [`DbError::Broken`] for what is no number.
pub fn stands(
    mut value: impl FnMut(&'static str) -> Result<Option<String>, DbError>,
) -> Result<(usize, usize), DbError> {
    let mut number = |name| {
        let wrong = |text| DbError::Broken(format!("meta.{name} is {text:?}, a number is wanted"));
        value(name)?.map(|text| text.parse::<usize>().map_err(|_| wrong(text))).transpose()
    };
    let needed = number("schema")?.unwrap_or(0);
    // Before there were two numbers, one was both.
    Ok((number("migrations")?.unwrap_or(needed).max(needed), needed))
}

/// What a migration needs of a back end.
pub(super) trait Database {
    /// Begins a transaction beside no other one that migrates.
    const BEGIN: &'static str;
    /// Finds the table `meta`.
    const META: &'static str;
    /// Before the first step on a database that is in use.
    const LOCK: &'static str;
    /// How often it is tried while others use what it needs.
    const TRIES: u32;

    /// Runs statements without parameters.
    fn batch(&mut self, sql: &str) -> Result<(), DbError>;

    /// The only text of a query without parameters.
    fn text(&mut self, sql: &str) -> Result<Option<String>, DbError>;
}

impl Database for rusqlite::Connection {
    const BEGIN: &'static str = "BEGIN IMMEDIATE";
    const META: &'static str = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name = 'meta'";
    const LOCK: &'static str = "";
    const TRIES: u32 = 1;

    fn batch(&mut self, sql: &str) -> Result<(), DbError> {
        self.execute_batch(sql).map_err(sqlite::db_error)
    }

    fn text(&mut self, sql: &str) -> Result<Option<String>, DbError> {
        let found = self.query_row(sql, [], |row| row.get(0)).map(Some);
        let none = |error| if error == rusqlite::Error::QueryReturnedNoRows { Ok(None) } else { Err(error) };
        found.or_else(none).map_err(sqlite::db_error)
    }
}

impl Database for Link {
    // Two processes may start at once: the second waits here. The number is ours alone.
    const BEGIN: &'static str = "BEGIN; SELECT pg_advisory_xact_lock(5817360)";
    const META: &'static str = "SELECT CAST(table_name AS TEXT) FROM information_schema.tables
                                WHERE table_schema = current_schema() AND table_name = 'meta'";
    // Whoever waits for a table keeps all others from it, and two that wait for each other end one another after a second:
    // all tables at once, or soon again. Gateways at work wait for less than they have for a statement.
    const LOCK: &'static str =
        "SET LOCAL lock_timeout = 500; LOCK TABLE partner, merchant, merchant_part, gateway_key, txn,
                                refund, inquiry, notification, exception IN ACCESS EXCLUSIVE MODE";
    const TRIES: u32 = 40;

    fn batch(&mut self, sql: &str) -> Result<(), DbError> {
        Link::batch(self, &sql.replace(" BLOB", " BYTEA"))
    }

    fn text(&mut self, sql: &str) -> Result<Option<String>, DbError> {
        Link::text(self, sql)
    }
}

/// A database that is not there yet.
struct Nothing;

impl Database for Nothing {
    const BEGIN: &'static str = "";
    const META: &'static str = "";
    const LOCK: &'static str = "";
    const TRIES: u32 = 1;

    fn batch(&mut self, _: &str) -> Result<(), DbError> {
        Ok(())
    }

    fn text(&mut self, _: &str) -> Result<Option<String>, DbError> {
        Ok(None)
    }
}

fn planned<D: Database>(database: &mut D, to: Option<usize>) -> Result<Plan, DbError> {
    database.batch("BEGIN")?;
    let plan = read(database, to);
    database.batch("ROLLBACK")?;
    plan
}

fn change<D: Database>(database: &mut D, to: Option<usize>, discard: bool) -> Result<Plan, DbError> {
    let mut tries = 0;
    loop {
        tries += 1;
        let error = match try_change(database, to, discard) {
            Ok(plan) => return Ok(plan),
            Err(error) => error,
        };
        // Without a connection there is nothing to roll back, and nothing to try again.
        let again = database.batch("ROLLBACK").is_ok() && matches!(error, DbError::Gone(_));
        if !again || tries >= D::TRIES {
            return Err(error);
        }
        std::thread::sleep(Duration::from_millis(250));
    }
}

fn try_change<D: Database>(database: &mut D, to: Option<usize>, discard: bool) -> Result<Plan, DbError> {
    database.batch(D::BEGIN)?;
    let (from, to, way) = read_way(database, to)?;
    if way.is_empty() {
        database.batch("COMMIT")?;
        return Ok(Plan { from, to, steps: Vec::new(), done: true });
    }
    database.batch(if from == 0 { META } else { D::LOCK })?;
    let plan = read(database, Some(to))?;
    if !discard && plan.losses().next().is_some() {
        database.batch("ROLLBACK")?;
        return Ok(plan);
    }
    let now = now();
    for step in &plan.steps {
        let migration = MIGRATIONS.get(step.number - 1);
        let sql = migration.and_then(|it| if step.back { it.down } else { Some(it.up) });
        database.batch(&sql.unwrap_or_default().replace(":now", &now))?;
    }
    for (name, number) in [("migrations", plan.to), ("schema", needed(plan.to))] {
        database.batch(&format!(
            "INSERT INTO meta (name, value) VALUES ('{name}', '{number}')
             ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        ))?;
    }
    database.batch("COMMIT")?;
    Ok(Plan { done: true, ..plan })
}

/// How many migrations a program must know when so many were run.
fn needed(run: usize) -> usize {
    let contracted = MIGRATIONS.iter().take(run).rposition(|migration| migration.contracts);
    contracted.map_or(1, |index| index + 1)
}

fn now() -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(0, |now| now.as_secs()).to_string()
}

/// From, to, and the numbers of the steps between with whether each is undone.
type Way = (usize, usize, Vec<(usize, bool)>);

fn read_way<D: Database>(database: &mut D, to: Option<usize>) -> Result<Way, DbError> {
    let there = database.text(D::META)?.is_some();
    let (from, needed) = stands(|name| {
        if !there {
            return Ok(None);
        }
        database.text(&format!("SELECT value FROM meta WHERE name = '{name}'"))
    })?;
    if needed > latest() {
        return Err(DbError::Broken(format!(
            "the database needs a program that knows schema {needed}, this one knows {}: run a newer program",
            latest()
        )));
    }
    // A newer program has been here, and this one works beside it.
    let to = to.unwrap_or(latest().max(from));
    if to == from {
        return Ok((from, to, Vec::new()));
    }
    let wrong = |why: String| Err(DbError::Broken(why));
    if to == 0 || to > latest() {
        return wrong(format!("there is no schema {to}: this program knows 1 to {}", latest()));
    }
    if from > latest() {
        return wrong(format!(
            "the database has schema {from}, this program knows {}: the way back is in the program that brought it there",
            latest()
        ));
    }
    let up = (from + 1..=to).map(|number| (number, false));
    let down = (to + 1..=from).rev().map(|number| (number, true));
    Ok((from, to, up.chain(down).collect()))
}

fn read<D: Database>(database: &mut D, to: Option<usize>) -> Result<Plan, DbError> {
    let (from, to, way) = read_way(database, to)?;
    let now = now();
    let mut count = |sql: &str| -> Result<u64, DbError> {
        // What is not there yet has no rows, and no table to ask.
        let found =
            if from == 0 { Some("0".to_owned()) } else { database.text(&sql.replace(":now", &now))? };
        let number = found.as_deref().and_then(|text| text.parse().ok());
        number.ok_or_else(|| DbError::Broken(format!("{found:?} is no count of rows")))
    };
    let mut steps = Vec::with_capacity(way.len());
    for (number, back) in way {
        let Some(migration) = MIGRATIONS.get(number - 1) else { continue };
        let mut loses = Vec::new();
        for (what, sql) in migration.loses.iter().filter(|_| back) {
            loses.push(Loss { what, rows: count(sql)? });
        }
        loses.retain(|loss| loss.rows > 0);
        let rows = if back { loses.iter().map(|loss| loss.rows).sum() } else { count(migration.rows)? };
        let older_programs_go_on = !migration.contracts;
        steps.push(Step { number, does: migration.does, back, older_programs_go_on, rows, loses });
    }
    Ok(Plan { from, to, steps, done: false })
}
