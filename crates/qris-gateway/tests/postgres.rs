//! PostgreSQL as people run it: over TLS, and when something holds it up.

mod common;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use common::Gateway;
use common::postgres::Postgres;
use qris_gateway::config::Config;
use qris_gateway::db::{DatabaseUrl, DbError, Store};
use qris_gateway::model::Role;
use qris_snap::Service;
use tokio::task::JoinSet;

fn openssl(folder: &Path, words: &[&str]) {
    let done = Command::new("openssl").current_dir(folder).args(words).output().expect("openssl is needed");
    assert!(done.status.success(), "openssl {words:?}: {}", String::from_utf8_lossy(&done.stderr));
}

/// What a storage counts, as `/metrics` shows it.
fn figure(store: &Store, sample: &str) -> u64 {
    let (mut registry, mut text) = (prometheus_client::registry::Registry::default(), String::new());
    store.register(&mut registry);
    prometheus_client::encoding::text::encode(&mut text, &registry).unwrap();
    let found = text.lines().find_map(|line| line.strip_prefix(sample)?.trim().split('.').next());
    found.unwrap_or_else(|| panic!("no {sample} in {text}")).parse().unwrap()
}

/// An authority, another one, a server for `localhost`, and a client called `qris`.
fn certificates(folder: &Path) {
    for name in ["ca", "other"] {
        let subject = format!("/CN={name}");
        let (key, file) = (format!("{name}.key"), format!("{name}.crt"));
        openssl(
            folder,
            &[
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", &subject, "-keyout",
                &key, "-out", &file,
            ],
        );
    }
    std::fs::write(folder.join("server.ext"), "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n")
        .unwrap();
    std::fs::write(folder.join("client.ext"), "basicConstraints=CA:FALSE\n").unwrap();
    for (name, subject) in [("server", "/CN=localhost"), ("client", "/CN=qris")] {
        let [key, request, file, ext] = ["key", "csr", "crt", "ext"].map(|end| format!("{name}.{end}"));
        openssl(
            folder,
            &["req", "-newkey", "rsa:2048", "-nodes", "-subj", subject, "-keyout", &key, "-out", &request],
        );
        openssl(
            folder,
            &[
                "x509",
                "-req",
                "-in",
                &request,
                "-CA",
                "ca.crt",
                "-CAkey",
                "ca.key",
                "-CAcreateserial",
                "-days",
                "2",
                "-extfile",
                &ext,
                "-out",
                &file,
            ],
        );
    }
}

/// Which of libpq's modes get through to which server, and what they check; the same as `psql` does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_sslmode_means_what_it_means() {
    let folder = tempfile::tempdir().unwrap();
    certificates(folder.path());
    let rules = "hostssl tls all 127.0.0.1/32 trust\nhostnossl plain all 127.0.0.1/32 trust\n\
                 host either all 127.0.0.1/32 trust\nhostssl cert all 127.0.0.1/32 cert\n";
    let server = Postgres::start_with_tls(folder.path(), rules);
    let at = |name: &str| folder.path().join(name).display().to_string().replace('/', "%2F");
    let (ca, other) = (at("ca.crt"), at("other.crt"));
    let certificate = format!("&sslcert={}&sslkey={}", at("client.crt"), at("client.key"));
    let modes = [
        ("localhost", "sslmode=disable".to_owned(), [false, true, true, false]),
        ("localhost", "sslmode=allow".to_owned(), [true, true, true, false]),
        ("localhost", "sslmode=prefer".to_owned(), [true, true, true, false]),
        ("localhost", "sslmode=require".to_owned(), [true, false, true, false]),
        ("localhost", format!("sslmode=require&sslrootcert={ca}"), [true, false, true, false]),
        ("localhost", format!("sslmode=require&sslrootcert={other}"), [false, false, false, false]),
        ("localhost", format!("sslmode=verify-ca&sslrootcert={ca}"), [true, false, true, false]),
        ("127.0.0.1", format!("sslmode=verify-ca&sslrootcert={ca}"), [true, false, true, false]),
        ("localhost", format!("sslmode=verify-ca&sslrootcert={other}"), [false, false, false, false]),
        ("localhost", format!("sslmode=verify-full&sslrootcert={ca}"), [true, false, true, false]),
        // Signed by the right authority, for another name.
        ("127.0.0.1", format!("sslmode=verify-full&sslrootcert={ca}"), [false, false, false, false]),
        (
            "localhost",
            format!("sslmode=verify-full&sslrootcert={ca}{certificate}"),
            [true, false, true, true],
        ),
        ("localhost", "sslmode=verify-full&sslrootcert=system".to_owned(), [false, false, false, false]),
    ];
    for (host, query, wanted) in modes {
        let mut opened = Vec::new();
        for database in ["tls", "plain", "either", "cert"] {
            let url = format!("postgresql://qris:hush@{host}:{}/{database}?{query}", server.port());
            let store = Store::open(&DatabaseUrl::parse(&url).unwrap()).await;
            if let Err(error) = &store {
                assert!(!error.to_string().contains("hush"), "{error}");
            }
            opened.push(store.is_ok());
        }
        assert_eq!(opened, wanted, "{host} {query}");
    }
    let url =
        format!("postgresql://qris@localhost:{}/either?sslmode=verify-full&sslrootcert={ca}", server.port());
    let store = Store::open(&DatabaseUrl::parse(&url).unwrap()).await.unwrap();
    let encrypted = store.read(|tx| {
        let sql = "SELECT CAST(ssl AS TEXT) FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
        tx.one(sql, &[])
    });
    assert_eq!(encrypted.await, Ok::<_, DbError>("true".to_owned()));
}

/// The operator's commands on an empty database made tables of it.
#[tokio::test]
async fn only_a_start_and_migrate_make_a_schema() {
    let server = Postgres::start();
    let url = server.database();
    let config = Config { database: url.clone(), ..Config::default() };
    let missing = DbError::Missing(url.public());
    for _ in 0..2 {
        assert_eq!(Store::open_existing(&url).await.err(), Some(missing.clone()), "and made no table");
    }
    let opened = qris_gateway::admin::Opened::open(&config).await.unwrap_err();
    assert!(opened.exit_code() == 2 && opened.to_string().contains("qris gateway migrate"), "{opened}");
    qris_gateway::admin::migrate(&config, None, false, false).await.unwrap();
    assert!(Store::open_existing(&url).await.is_ok());
}

/// A table that somebody locks holds up what needs it, and nothing else; what was told that it took too long is never
/// carried out afterwards.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_locked_table_holds_up_nothing_else() {
    let server = Postgres::start();
    let url = server.database();
    let store = Store::open(&url).await.unwrap();
    let gateway = Gateway::over(&store, Config::default());
    let merchant = gateway.client("standard", Role::Merchant).await;
    let before = gateway.number("SELECT COUNT(*) FROM txn").await;
    let lock = server.hold(&url, "LOCK TABLE txn IN ACCESS EXCLUSIVE MODE");
    let mut tasks = JoinSet::new();
    // More than there are connections for units that write.
    for _ in 0..40 {
        let mut request =
            merchant.call(Service::Generate, &merchant.generate_body("10.00")).incoming(&gateway);
        request.deadline = Some(Instant::now() + Duration::from_secs(4));
        let app = gateway.app.clone();
        tasks.spawn(async move { common::answer(&app, request).await.code });
    }
    // Reading what is not locked goes on meanwhile.
    let asked = Instant::now();
    let known: Result<_, DbError> = store.read(|tx| tx.one::<i64>("SELECT COUNT(*) FROM partner", &[])).await;
    assert!(known.unwrap() > 0 && asked.elapsed() < Duration::from_secs(3), "{:?}", asked.elapsed());
    // So do requests for tokens, which write.
    for _ in 0..5 {
        merchant.fetch_token(&gateway).await.expect("2007300");
    }
    assert!(asked.elapsed() < Duration::from_secs(3), "tokens waited {:?}", asked.elapsed());
    let codes = tasks.join_all().await;
    assert!(asked.elapsed() < Duration::from_secs(15), "every wait has an end: {:?}", asked.elapsed());
    assert!(codes.iter().all(|code| code.starts_with("50")), "{codes:?}");
    drop(lock);
    // Nothing of it is done later: what still waited is dropped.
    tokio::time::sleep(Duration::from_secs(1)).await;
    merchant.generate(&gateway, "10.00").await;
    assert_eq!(gateway.number("SELECT COUNT(*) FROM txn").await, before + 1);
}

/// A unit that reads sees one state, whatever is written between its queries.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_unit_that_reads_sees_one_state() {
    let server = Postgres::start();
    for url in [server.database(), DatabaseUrl::Sqlite(tempfile::tempdir().unwrap().keep().join("x.db"))] {
        let store = Store::open(&url).await.unwrap();
        let (begun, written) = (std::sync::mpsc::channel(), std::sync::mpsc::channel());
        let (tell_begun, told_written) = (begun.0, written.1);
        let reader = store.clone();
        let read = tokio::spawn(async move {
            reader
                .read(move |tx| {
                    let mut count = || tx.one::<i64>("SELECT COUNT(*) FROM meta", &[]);
                    let before = count()?;
                    tell_begun.send(()).unwrap();
                    told_written.recv().unwrap();
                    Ok::<_, DbError>((before, count()?))
                })
                .await
        });
        tokio::task::spawn_blocking(move || begun.1.recv().unwrap()).await.unwrap();
        store.write(|tx| qris_gateway::model::meta::set(tx, "between", "two queries")).await.unwrap();
        written.0.send(()).unwrap();
        let (before, after) = read.await.unwrap().unwrap();
        assert_eq!(before, after, "{}", url.public());
    }
}

/// SQLite: another process holds the file, and what was told that it took too long is not carried out afterwards.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_held_file_carries_out_nothing_late() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.db");
    let store = Store::open(&DatabaseUrl::Sqlite(path.clone())).await.unwrap();
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let late = store.until(Some(Instant::now() + Duration::from_secs(1)));
    let mut tasks = JoinSet::new();
    for number in 0..5 {
        let late = late.clone();
        tasks.spawn(async move {
            let name = ["a", "b", "c", "d", "e"][number];
            late.write(move |tx| qris_gateway::model::meta::set(tx, name, "late")).await
        });
    }
    tokio::time::sleep(Duration::from_millis(1500)).await;
    other.execute_batch("ROLLBACK").unwrap();
    for told in tasks.join_all().await {
        assert!(matches!(told, Err(DbError::Gone(_))), "{told:?}");
    }
    let count: Result<_, DbError> =
        store.read(|tx| tx.one::<i64>("SELECT COUNT(*) FROM meta WHERE value = 'late'", &[])).await;
    assert_eq!(count, Ok(0));
}

/// A storage that is held up keeps a bounded number waiting, and refuses the others at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_many_that_wait_are_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.db");
    let store = Store::open(&DatabaseUrl::Sqlite(path.clone())).await.unwrap();
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut tasks = JoinSet::new();
    // 256 are with the writer at most, 2,048 wait.
    for _ in 0..2_600 {
        let store = store.clone();
        tasks.spawn(
            async move { store.write(|tx| qris_gateway::model::meta::set(tx, "name", "value")).await },
        );
    }
    // While the file is still held: these come from the full queue.
    let most = 2_048 + 256;
    for _ in 0..2_600 - most {
        let told = tasks.join_next().await.unwrap().unwrap();
        assert!(matches!(&told, Err(DbError::Gone(why)) if why.contains("too many")), "{told:?}");
    }
    let full = figure(&store, "storage_dropped_total{lane=\"writes\",why=\"full\"}");
    let waiting = figure(&store, "storage_queue{lane=\"writes\"}");
    assert!(full >= 2_600 - most && (2_048..=most).contains(&waiting), "{full} refused, {waiting} wait");
    other.execute_batch("ROLLBACK").unwrap();
    let done = tasks.join_all().await;
    assert_eq!(figure(&store, "storage_queue{lane=\"writes\"}"), 0);
    assert!(done.iter().filter(|told| told.is_ok()).count() > 2_000, "those that waited are done");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_are_open_or_broke_are_counted() {
    let mut server = tokio::task::block_in_place(Postgres::start);
    let store = Store::open(&server.database()).await.unwrap();
    let write = || {
        let store = store.clone();
        async move { store.write(|tx| qris_gateway::model::meta::set(tx, "name", "value")).await }
    };
    let of_writes = |name: &str| figure(&store, &format!("storage_{name}{{lane=\"writes\"}}"));
    for _ in 0..3 {
        write().await.unwrap();
    }
    assert_eq!((of_writes("commit_units_sum"), of_writes("commit_units_count")), (3, 3), "each its own");
    let open = of_writes("connections");
    assert!((1..=12).contains(&open), "{open}");
    assert_eq!(of_writes("connections_lost_total"), 0);
    tokio::task::block_in_place(|| {
        server.kill();
        server.restart();
    });
    let end = Instant::now() + Duration::from_secs(60);
    while of_writes("connections_lost_total") == 0 {
        assert!(Instant::now() < end, "no connection was found broken");
        let _ = write().await;
    }
    write().await.unwrap();
    assert!(of_writes("connections") >= 1);
}

/// Tidying up a great many rows is many small units: what others write comes in between.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clean_up_holds_up_nobody() {
    let server = Postgres::start();
    for url in [server.database(), DatabaseUrl::Sqlite(tempfile::tempdir().unwrap().keep().join("x.db"))] {
        let store = Store::open(&url).await.unwrap();
        let gateway = Gateway::over(&store, Config::default());
        let merchant = gateway.client("standard", Role::Merchant).await;
        let id = merchant.partner.client_id.clone();
        let old = "INSERT INTO external_id (client_id, service, day, id, fingerprint, http, answer)
                   WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000)
                   SELECT CAST($1 AS TEXT), 0, 1, CAST(i AS TEXT), CAST('x' AS BLOB), 200, CAST('x' AS BLOB) FROM n";
        let old = if matches!(url, DatabaseUrl::Postgres(_)) {
            "INSERT INTO external_id (client_id, service, day, id, fingerprint, http, answer)
             SELECT CAST($1 AS TEXT), 0, 1, CAST(i AS TEXT), CAST('x' AS BYTEA), 200, CAST('x' AS BYTEA)
             FROM generate_series(1, 40000) i"
        } else {
            old
        };
        gateway.write(move |tx| tx.execute(old, &[&id])).await;
        let (cleaner, now) = (store.clone(), gateway.app.clock.now());
        let cleaning = tokio::spawn(async move {
            qris_gateway::sweeper::clean(&cleaner, &qris_gateway::config::Retention::default(), now).await
        });
        let mut between = 0;
        while !cleaning.is_finished() {
            let left = gateway.number("SELECT COUNT(*) FROM external_id").await;
            between += usize::from(left > 0 && left < 40_000 && left % 1000 == 0);
            tokio::task::yield_now().await;
        }
        cleaning.await.unwrap().unwrap();
        assert_eq!(gateway.number("SELECT COUNT(*) FROM external_id").await, 0);
        assert!(between > 0, "{}: no unit came in between", url.public());
    }
}
