//! Two versions of the program on one database: schemas forward and back, and the previous release's statements on the
//! newest one.

use qris_gateway::config::Config;
use qris_gateway::db::schema::{Plan, latest, migrate, plan};
use qris_gateway::db::{DatabaseUrl, DbError, Param, Store};
use qris_gateway::report::{Sums, report};
use qris_gateway::sweeper;
use qris_snap::datetime::wib_day;

use super::before::{NOW, Statement, statements};
use super::common::Gateway;
use super::common::postgres::Postgres;

#[test]
fn sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let made = std::cell::Cell::new(0);
    suite(&|| {
        made.set(made.get() + 1);
        DatabaseUrl::Sqlite(folder.path().join(format!("{}.db", made.get())))
    });
}

#[test]
fn postgresql() {
    let server = Postgres::start();
    suite(&|| server.database());
    a_migration_waits_for_gateways_at_work(&server);
}

fn suite(new: &dyn Fn() -> DatabaseUrl) {
    forward_back_and_forward(new);
    what_the_previous_release_does_works_and_is_booked(&new());
    a_way_back_throws_nothing_away_in_silence(&new());
    only_a_contraction_shuts_older_programs_out(&new());
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(future)
}

fn open(url: &DatabaseUrl) -> Result<Store, DbError> {
    block_on(Store::open(url))
}

fn to(url: &DatabaseUrl, schema: usize) -> Plan {
    let done = migrate(url, Some(schema), false).unwrap();
    assert!(done.done && done.to == schema, "{done:?}");
    done
}

/// The previous release at work.
fn work(store: &Store, name: &'static str, first: bool) {
    for Statement(sql, values, rows) in statements(name, first) {
        // It wrote `$` in the place of `?` for PostgreSQL; to SQLite both are the same.
        let sql: &'static str = sql.replace('?', "$").leak();
        let unit = store.write(move |tx| {
            let values: Vec<&dyn Param> = values.iter().map(|value| value as &dyn Param).collect();
            let mut found = 0;
            if sql.starts_with("SELECT") {
                tx.query(sql, &values, &mut |_| {
                    found += 1;
                    Ok(())
                })?;
            } else {
                found = usize::try_from(tx.execute(sql, &values)?).unwrap();
            }
            Ok::<_, DbError>(found)
        });
        assert_eq!(block_on(unit), Ok(rows), "{sql}");
    }
}

/// Everything of a row that the previous release knows.
fn rows(store: &Store) -> Vec<String> {
    let tables = [
        "SELECT reference_no || page_id || client_id || merchant_id || amount || state || created_at || expires_at || paid_amount
         || paid_tip || COALESCE(paid_at, 0) || COALESCE(payer, '') || COALESCE(rrn, '') || refunded FROM txn ORDER BY 1",
        "SELECT refund_no || reference_no || client_id || partner_refund_no || amount || created_at FROM refund ORDER BY 1",
        "SELECT id || client_id || reference_no || kind || amount || detail || created_at FROM exception ORDER BY 1",
        "SELECT id || client_id || reference_no || seq || kind || state || attempts || due_ms || fence || answer_status
         FROM notification ORDER BY 1",
        "SELECT client_id || partner_id || name || role || policy || notify_sign || created_at FROM partner ORDER BY 1",
        "SELECT id || public_pem || created_at FROM gateway_key ORDER BY 1",
        "SELECT merchant_id || kind || id FROM merchant_part ORDER BY 1",
        "SELECT reference_no || client_id || qr_content || txn || created_at || paid_at FROM inquiry ORDER BY 1",
    ];
    let unit = store.read(move |tx| {
        let mut all = Vec::new();
        for sql in tables {
            all.extend(tx.rows::<String>(sql, &[])?);
        }
        Ok::<_, DbError>(all)
    });
    block_on(unit).unwrap()
}

/// Tables, columns and indexes, whatever their order.
fn shape(url: &DatabaseUrl) -> Vec<String> {
    match url {
        DatabaseUrl::Sqlite(path) => {
            let connection = rusqlite::Connection::open(path).unwrap();
            let sql = "SELECT type || ' ' || name || ' ' || COALESCE(sql, '') FROM sqlite_schema ORDER BY type, name";
            let mut statement = connection.prepare(sql).unwrap();
            let found = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
            found.map(|text| text.unwrap().split_whitespace().collect::<Vec<_>>().join(" ")).collect()
        }
        DatabaseUrl::Postgres(address) => {
            let mut client = ::postgres::Client::connect(address, ::postgres::NoTls).unwrap();
            let sql = "SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default)
                       FROM information_schema.columns WHERE table_schema = 'public'
                       UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1";
            client.query(sql, &[]).unwrap().iter().map(|row| row.get(0)).collect()
        }
    }
}

fn same_shape(one: &DatabaseUrl, two: &DatabaseUrl) {
    let (one, two) = (shape(one), shape(two));
    let lacks = |of: &[String], from: &[String]| -> Vec<String> {
        from.iter().filter(|line| !of.contains(line)).cloned().collect()
    };
    assert_eq!((lacks(&two, &one), lacks(&one, &two)), (Vec::new(), Vec::new()));
}

fn forward_back_and_forward(new: &dyn Fn() -> DatabaseUrl) {
    let (oldest, newest, url) = (new(), new(), new());
    assert_eq!(to(&oldest, 1).from, 0);
    to(&newest, latest());
    assert_ne!(shape(&oldest), shape(&newest));

    // A gateway of this program is the hands of the previous one: it looks at the schema at its start only.
    let store = open(&url).unwrap();
    to(&url, 1);
    same_shape(&url, &oldest);
    work(&store, "one", true);
    let before = rows(&store);
    assert_eq!(before.len(), 12, "{before:?}");
    for schema in (2..=latest()).chain((1..latest()).rev()) {
        to(&url, schema);
        let same = new();
        to(&same, schema);
        same_shape(&url, &same);
    }
    assert_eq!(rows(&store), before);
    open(&url).unwrap();
    same_shape(&url, &newest);
    assert_eq!(report_of(&store, 0).exceptions, 1);
    // What the ledger has is found again; nothing that is booked is booked twice.
    to(&url, 1);
    assert_eq!(rows(&store), before);
    to(&url, latest());
    assert_eq!((report_of(&store, 0), block_on(sweeper::catch_up(&store))), (a_day(1), Ok(0)));
}

/// What an old program's day says.
fn a_day(times: i64) -> Sums {
    use qris_gateway::model::Minor;
    Sums {
        count: times.unsigned_abs(),
        gross: Minor::new(1_000_000 * times),
        tip: Minor::new(50_000 * times),
        exceptions: times.unsigned_abs(),
        exceptions_amount: Minor::new(700_000 * times),
        ..Sums::default()
    }
}

/// The sums of the day of the payment, or of so many days later.
fn report_of(store: &Store, days: i64) -> Sums {
    let date = qris_snap::DateTime::wib(NOW + days * 86_400).unwrap();
    block_on(report(store, &date.as_str()[..10], None)).unwrap().totals
}

fn what_the_previous_release_does_works_and_is_booked(url: &DatabaseUrl) {
    let store = open(url).unwrap();
    work(&store, "one", true);
    assert_eq!(report_of(&store, 0), a_day(1));
    let day = wib_day(NOW);
    let told = store.read(move |tx| {
        tx.rows::<(String, String, i64)>("SELECT client_id, told_by, day FROM exception", &[])
    });
    assert_eq!(block_on(told), Ok(vec![("one-merchant".to_owned(), "one-upstream".to_owned(), day)]));
    // The day of what is found later is closed: it is booked on the next. The minute's work finds it before it closes a day.
    let close = store.write(move |tx| {
        tx.execute("INSERT INTO closed_day (day, closed_at) VALUES ($1, $2)", &[&day, &NOW])
    });
    assert_eq!(block_on(close), Ok(1));
    work(&store, "two", false);
    let gateway = Gateway::over(&store, Config::default());
    block_on(sweeper::look_around(&gateway.app));
    let booked = store.read(move |tx| {
        let sql = "SELECT day, COUNT(*) FROM entry GROUP BY day ORDER BY day";
        tx.rows::<(i64, i64)>(sql, &[])
    });
    // The payments and exceptions of both, the refunds of the day after.
    assert_eq!(block_on(booked), Ok(vec![(day, 2), (day + 1, 4)]));
    let refunded = report_of(&store, 1);
    assert_eq!((report_of(&store, 0), refunded.count, refunded.refunds.get()), (a_day(1), 3, 600_000));
    only_what_is_new_is_looked_at(url);
}

/// What is not booked is found by its index, not by reading every transaction.
fn only_what_is_new_is_looked_at(url: &DatabaseUrl) {
    let DatabaseUrl::Sqlite(path) = url else { return };
    let connection = rusqlite::Connection::open(path).unwrap();
    for (sql, index) in [
        (
            "SELECT reference_no FROM txn WHERE paid_at IS NOT NULL AND booked = 0 ORDER BY paid_at LIMIT 9",
            "txn_unbooked",
        ),
        ("SELECT refund_no FROM refund WHERE booked = 0 ORDER BY created_at LIMIT 9", "refund_unbooked"),
        ("SELECT id FROM exception WHERE day = 0 ORDER BY id LIMIT 9", "exception_day"),
    ] {
        let plan = connection
            .query_row(&format!("EXPLAIN QUERY PLAN {sql}"), [], |row| row.get::<_, String>(3))
            .unwrap();
        assert!(plan.contains(index), "{sql}: {plan}");
    }
}

fn a_way_back_throws_nothing_away_in_silence(url: &DatabaseUrl) {
    let store = open(url).unwrap();
    work(&store, "one", true);
    let add = store.write(|tx| {
        tx.execute(
            "INSERT INTO gateway_key (id, private, public_pem, created_at, signs_from) VALUES (2, $1, 'TWO', 0, 5)",
            &[&&b"two"[..]],
        )?;
        tx.execute(
            "INSERT INTO gateway_key (id, private, public_pem, created_at, signs_from) VALUES (3, $1, 'THREE', 0, $2)",
            &[&&b"three"[..], &i64::MAX],
        )?;
        tx.execute("INSERT INTO closed_day (day, closed_at) VALUES (20000, 1)", &[])?;
        tx.execute("UPDATE partner SET allow_ips = '10.0.0.0/8' WHERE role = 'upstream'", &[])
    });
    block_on(add).unwrap();
    let before = shape(url);
    let planned = plan(url, Some(1)).unwrap();
    let refused = migrate(url, Some(1), false).unwrap();
    assert_eq!((&planned, planned.done), (&refused, false));
    assert!(shape(url) == before);
    let lost: Vec<_> = planned.losses().map(|loss| (loss.rows, loss.what)).collect();
    assert_eq!(
        lost,
        [
            (2, "keys of the gateway that do not sign now"),
            (1, "partners that may ask from some networks only"),
            (1, "pairs of a merchant and an upstream that may not settle for it"),
            (1, "settlement days that are closed"),
        ]
    );
    let done = migrate(url, Some(1), true).unwrap();
    assert!(done.done && done.steps.iter().all(|step| step.back), "{done:?}");
    let key = store.read(|tx| tx.one::<String>("SELECT public_pem FROM gateway_key WHERE id = 1", &[]));
    assert_eq!(block_on(key), Ok("TWO".to_owned()), "the one that signs");
}

/// What the previous release reads at its start, and what this one makes of a newer program's numbers.
fn only_a_contraction_shuts_older_programs_out(url: &DatabaseUrl) {
    let store = open(url).unwrap();
    let meta = |name: &'static str| {
        let sql = "SELECT value FROM meta WHERE name = $1";
        block_on(store.read(move |tx| tx.one::<String>(sql, &[&name]))).unwrap()
    };
    assert_eq!((meta("schema"), meta("migrations")), ("1".to_owned(), latest().to_string()));
    let set = |name: &'static str, value: usize| {
        let sql = "UPDATE meta SET value = $2 WHERE name = $1";
        let unit = store.write(move |tx| tx.execute(sql, &[&name, &value.to_string()]));
        assert_eq!(block_on(unit), Ok(1));
    };
    // A newer program has expanded it: this one starts, and changes nothing.
    set("migrations", latest() + 2);
    open(url).unwrap();
    assert_eq!(meta("migrations"), (latest() + 2).to_string());
    assert!(plan(url, None).unwrap().steps.is_empty());
    let back = migrate(url, Some(1), true).unwrap_err().to_string();
    assert!(back.contains("the program that brought it there"), "{back}");
    // It has contracted it.
    set("schema", latest() + 1);
    let refused = open(url).unwrap_err().to_string();
    let needs = format!("needs a program that knows schema {}, this one knows {}", latest() + 1, latest());
    assert!(refused.contains(&needs) && refused.contains("run a newer program"), "{refused}");
    assert_eq!(plan(url, None).unwrap_err().to_string(), refused);
}

/// A gateway that is in the middle of a unit is not cut off, and one that begins meanwhile does not wait for long.
fn a_migration_waits_for_gateways_at_work(server: &Postgres) {
    let url = server.database();
    to(&url, 1);
    let held = server.hold(&url, "UPDATE txn SET refunded = 0");
    let waiting = std::thread::spawn({
        let url = url.clone();
        move || migrate(&url, None, false)
    });
    let DatabaseUrl::Postgres(address) = &url else { unreachable!() };
    let mut client = ::postgres::Client::connect(address, ::postgres::NoTls).unwrap();
    // As the previous release has it for a unit's locks.
    client.batch_execute("SET lock_timeout = 3000").unwrap();
    for _ in 0..8 {
        client.batch_execute("UPDATE txn SET refunded = 0; SELECT pg_sleep(0.2)").unwrap();
    }
    assert!(!waiting.is_finished());
    drop(held);
    assert!(waiting.join().unwrap().unwrap().done);
}
