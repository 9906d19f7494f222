//! How statements take parameters and give rows: the same on both back ends, and what does not fit names its column.

use qris_gateway::db::{DbError, Param, Store, Tx};
use qris_gateway::model::{Minor, State};
use serde::Deserialize;

#[derive(Debug, PartialEq, Deserialize)]
struct Record {
    name: String,
    note: Option<String>,
    amount: Minor,
    state: State,
    open: bool,
    body: Vec<u8>,
    count: u16,
}

const RECORD: &str =
    "SELECT CAST('A' AS TEXT) AS name, CAST(NULL AS TEXT) AS note, CAST(5 AS BIGINT) AS amount,
    CAST('paid' AS TEXT) AS state, 1 AS open, body, 7 AS count FROM exception WHERE id = 'rows'";

/// Runs a unit and leaves nothing behind.
async fn undone<T: Send + 'static>(
    store: &Store,
    unit: impl FnOnce(&mut dyn Tx) -> Result<T, DbError> + Send + 'static,
) -> T {
    let (sender, receiver) = std::sync::mpsc::channel();
    let unit = move |tx: &mut dyn Tx| -> Result<(), DbError> {
        sender.send(unit(tx)).unwrap();
        Err(DbError::Gone("undone".to_owned()))
    };
    assert!(store.write(unit).await.is_err());
    receiver.recv().unwrap().unwrap()
}

pub(crate) async fn rows_are_read_by_name(store: &Store) {
    let (record, tuple, one, words, some) = undone(store, |tx| {
        // The columns in another order than the numbers, one of them twice, a text that both store alike.
        let sql = "INSERT INTO exception (body, id, kind, detail, client_id, created_at, day, amount)
                   VALUES ($4, $1, $3, $3, $2, $5, $5, $6)";
        tx.execute(sql, &[&"rows", &"a\0b", &"wrong", &b"{}".as_slice(), &1_u32, &None::<i64>])?;
        let sql = "SELECT client_id, amount, kind FROM exception WHERE client_id = $2 AND created_at = $1";
        let tuple = tx.find::<(String, Option<i64>, String)>(sql, &[&1_i64, &"a\0b"])?;
        let one = tx.one::<Option<i64>>("SELECT MAX(amount) FROM exception WHERE id = 'rows'", &[])?;
        let words = tx.rows::<State>("SELECT CAST('expired' AS TEXT) AS x", &[])?;
        let bytes: Vec<Vec<u8>> = tx.rows("SELECT body FROM exception WHERE id = 'rows'", &[])?;
        Ok((tx.one::<Record>(RECORD, &[])?, tuple, one, words, bytes))
    })
    .await;
    let wanted = Record {
        name: "A".to_owned(),
        note: None,
        amount: Minor::new(5),
        state: State::Paid,
        open: true,
        body: b"{}".to_vec(),
        count: 7,
    };
    assert_eq!(record, wanted);
    assert_eq!(tuple, Some(("a\u{fffd}b".to_owned(), None, "wrong".to_owned())));
    assert_eq!((one, words, some), (None, vec![State::Expired], vec![b"{}".to_vec()]));
}

#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "only how it cannot be read is looked at")]
struct Two {
    one: i64,
    two: Option<String>,
}

fn two(tx: &mut dyn Tx, sql: &'static str) -> Result<(), DbError> {
    tx.rows::<Two>(sql, &[]).map(drop)
}

fn alone<T: serde::de::DeserializeOwned>(tx: &mut dyn Tx, sql: &'static str) -> Result<(), DbError> {
    tx.rows::<T>(sql, &[]).map(drop)
}

type Read = fn(&mut dyn Tx, &'static str) -> Result<(), DbError>;

pub(crate) async fn what_does_not_fit_names_its_column(store: &Store) {
    let cases: [(Read, &str, &str); 13] = [
        (two, "SELECT 1 AS one", "column two is missing"),
        (two, "SELECT 1 AS one, CAST('x' AS TEXT) AS three", "column three: nobody asked for it"),
        (two, "SELECT 1 AS one, CAST('x' AS TEXT) AS two, 3 AS three", "column three: nobody asked for it"),
        (
            two,
            "SELECT CAST('hush' AS TEXT) AS one, CAST('x' AS TEXT) AS two",
            "column one: holds text, not i64",
        ),
        (
            two,
            "SELECT CAST(NULL AS BIGINT) AS one, CAST('x' AS TEXT) AS two",
            "column one: holds NULL, not i64",
        ),
        (two, "SELECT 1 AS one, 2 AS two", "column two: holds a number, not a string"),
        (alone::<bool>, "SELECT 2 AS flag", "column flag: holds a number, not 0 or 1"),
        (alone::<u16>, "SELECT -1 AS low", "column low: holds a number, not u16"),
        (alone::<Vec<u8>>, "SELECT CAST('hush' AS TEXT) AS body", "column body: holds text, not bytes"),
        (alone::<State>, "SELECT CAST('lost' AS TEXT) AS state", "column state: unknown variant `lost`"),
        (alone::<i64>, "SELECT 1 AS one, 2 AS two", "column two: nobody asked for it"),
        (alone::<(i64, i64)>, "SELECT 1 AS one", "a row ends before column 2"),
        (alone::<i64>, "SELECT 1.5 AS half", "column half: holds "),
    ];
    for (read, sql, says) in cases {
        let told: Result<(), DbError> = store.read(move |tx| read(tx, sql)).await;
        match told {
            Err(DbError::Broken(why)) => assert!(why.contains(says) && !why.contains("hush"), "{sql}: {why}"),
            other => panic!("{sql}: {other:?}"),
        }
    }
}

/// Neither back end fills in a parameter that is not there, nor leaves one out.
pub(crate) async fn parameters_are_counted(store: &Store) {
    for (sql, given) in [
        ("SELECT name FROM meta WHERE name = $1", 0),
        ("SELECT name FROM meta WHERE name = $1", 2),
        ("SELECT name FROM meta WHERE name = $2", 1),
    ] {
        let told: Result<Vec<String>, DbError> = store
            .read(move |tx| {
                let parameters: [&dyn Param; 2] = [&"schema", &"schema"];
                tx.rows(sql, &parameters[..given])
            })
            .await;
        assert!(matches!(told, Err(DbError::Broken(_))), "{sql} with {given}: {told:?}");
    }
}
