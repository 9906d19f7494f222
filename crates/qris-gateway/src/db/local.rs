//! A database in memory, on the caller's own thread, under the caller's own clock: for simulations, whose every step is to be
//! repeated from a seed.

use rusqlite::Connection;

use super::sqlite::{SqliteTx, db_error};
use super::{DbError, Each, Param, Tx, schema};

/// What becomes of a unit that ended well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Commit {
    /// It is committed, and the caller hears of it.
    Heard,
    /// It is committed, and the answer is lost.
    Lost,
    /// The storage fails before the COMMIT.
    Failed,
}

/// Changes a statement before it runs: the way to plant a fault.
pub type Mutation = fn(&'static str) -> &'static str;

/// The database.
#[derive(Debug)]
pub struct Local {
    connection: Connection,
    mutation: Mutation,
    /// Unix milliseconds of the database's clock.
    pub now_ms: i64,
}

impl Local {
    /// With every table, and nothing in them.
    ///
    /// # Errors
    /// [`DbError::Broken`] when SQLite refuses.
    pub fn open() -> Result<Local, DbError> {
        let mut connection = Connection::open_in_memory().map_err(db_error)?;
        connection.set_prepared_statement_cache_capacity(256);
        schema::open(&mut connection)?;
        Ok(Local { connection, mutation: |sql| sql, now_ms: 0 })
    }

    /// Begins a run: what it writes is gone when the next one begins.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn begin(&mut self, mutation: Mutation) -> Result<(), DbError> {
        self.mutation = mutation;
        let end = if self.connection.is_autocommit() { "BEGIN" } else { "ROLLBACK; BEGIN" };
        self.connection.execute_batch(end).map_err(db_error)
    }

    /// Runs a unit of work. An `Err` of the unit undoes it; so does [`Commit::Failed`].
    ///
    /// # Errors
    /// The unit's own; [`DbError::Gone`] when the caller does not hear how it ended.
    pub fn unit<T, E: From<DbError>>(
        &mut self,
        commit: Commit,
        unit: impl FnOnce(&mut dyn Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        let run = |sql| self.connection.execute_batch(sql).map_err(db_error);
        run("SAVEPOINT unit")?;
        let tx = SqliteTx { connection: &self.connection };
        let result = unit(&mut LocalTx { tx, mutation: self.mutation, now_ms: self.now_ms });
        if result.is_err() || commit == Commit::Failed {
            run("ROLLBACK TO unit; RELEASE unit")?;
        } else {
            run("RELEASE unit")?;
        }
        match commit {
            Commit::Heard => result,
            Commit::Lost | Commit::Failed => {
                result.and_then(|_| Err(DbError::Gone("simulated".to_owned()).into()))
            }
        }
    }
}

struct LocalTx<'a> {
    tx: SqliteTx<'a>,
    mutation: Mutation,
    now_ms: i64,
}

impl Tx for LocalTx<'_> {
    fn execute(&mut self, sql: &'static str, parameters: &[&dyn Param]) -> Result<u64, DbError> {
        self.tx.execute((self.mutation)(sql), parameters)
    }

    fn query(&mut self, sql: &'static str, parameters: &[&dyn Param], each: Each<'_>) -> Result<(), DbError> {
        self.tx.query((self.mutation)(sql), parameters, each)
    }

    fn now_ms(&mut self) -> Result<i64, DbError> {
        Ok(self.now_ms)
    }
}
