//! A restore, rehearsed: a gateway serves, is copied while requests come in, and another gateway serves the copy.

mod client;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use client::Partner;
use qris_gateway::admin::{back_up, check_copy};
use qris_gateway::config::Config;
use qris_gateway::db::DatabaseUrl;
use qris_gateway::server::Server;
use tokio::sync::oneshot;

fn config(folder: &Path) -> Config {
    Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        database: DatabaseUrl::Sqlite(folder.join("qris.db")),
        sandbox: true,
        ..Config::default()
    }
}

/// A gateway on another thread; its URL, and what stops it.
fn serve(config: Config, folder: &Path) -> (String, impl FnOnce()) {
    let folder = folder.to_owned();
    let (stop, stopped) = oneshot::channel::<()>();
    let (tell, told) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || {
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let server = Server::start_in(config, &folder).await.unwrap();
            tell.send(server.ready().url.clone()).unwrap();
            server.run(async { drop(stopped.await) }).await;
        });
    });
    let url = told.recv().unwrap();
    let end = move || {
        let _ = stop.send(());
        thread.join().unwrap();
    };
    (url, end)
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Runtime::new().unwrap().block_on(future)
}

#[test]
fn a_copy_made_under_traffic_is_checked_and_served_elsewhere() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (url, stop) = serve(config(first.path()), first.path());
    let demo = Arc::new(Partner::of_file(first.path().join("qris-demo.json").to_str().unwrap()));
    let token = demo.token(&url);
    let before = demo.generate(&url, &token, "12500.00")["referenceNo"].as_str().unwrap().to_owned();

    let enough = Arc::new(AtomicBool::new(false));
    let (begun, traffic) = std::sync::mpsc::channel();
    let busy = {
        let (demo, url, token, enough) = (Arc::clone(&demo), url.clone(), token.clone(), Arc::clone(&enough));
        std::thread::spawn(move || {
            let mut made = 0;
            while !enough.load(Ordering::Relaxed) {
                demo.generate(&url, &token, "1.00");
                made += 1;
                let _ = begun.send(());
            }
            made
        })
    };
    traffic.recv().unwrap();
    let copy = second.path().join("qris.db");
    block_on(back_up(&config(first.path()), &copy, false)).unwrap();
    enough.store(true, Ordering::Relaxed);
    assert!(busy.join().unwrap() > 0);

    let names = |folder: &Path| std::fs::read_dir(folder).unwrap().count();
    assert_eq!(names(second.path()), 1, "one file, and nothing beside it");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let there = block_on(back_up(&config(first.path()), &copy, false)).unwrap_err();
    assert_eq!(there.exit_code(), 1, "{there}");
    block_on(back_up(&config(first.path()), &copy, true)).unwrap();
    let own = block_on(back_up(&config(first.path()), &first.path().join("qris.db"), true)).unwrap_err();
    assert!(own.to_string().contains("the database itself"), "{own}");

    let bytes = std::fs::read(&copy).unwrap();
    let checked = block_on(check_copy(&copy, None)).unwrap();
    assert_eq!(checked.schema, checked.becomes);
    assert_eq!(checked.secrets, 2, "the demo partner's and the gateway's own");
    let rows = |table: &str| checked.tables.iter().find(|count| count.table == table).unwrap().rows;
    assert!(rows("partner") == 1 && rows("txn") >= 2, "{checked:?}");
    assert_eq!(std::fs::read(&copy).unwrap(), bytes, "a check changes nothing");
    assert_eq!(names(second.path()), 1);

    // The disaster: the first machine is gone, but for its master key.
    stop();
    let key = second.path().join("key");
    std::fs::rename(first.path().join("qris-master.key"), &key).unwrap();
    drop(first);
    assert_eq!(
        block_on(check_copy(&copy, None)).unwrap_err().exit_code(),
        1,
        "its key is where it says no more"
    );
    block_on(check_copy(&copy, Some(key.clone()))).unwrap();
    let restored = Config { master_key_file: Some(key), ..config(second.path()) };
    let (url, stop) = serve(restored, second.path());
    let token = demo.token(&url);
    let found = demo.query(&url, &token, &before);
    assert_eq!(found["responseCode"], "2005100", "{found}");
    assert_eq!(found["amount"]["value"], "12500.00", "{found}");
    demo.generate(&url, &token, "2.00");
    stop();
}

#[test]
fn what_is_no_copy_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    let check = |name: &str, key: &str| block_on(check_copy(&file(name), Some(file(key))));
    let config = config(folder.path());
    block_on(qris_gateway::admin::migrate(&config, None, false, false)).unwrap();
    block_on(qris_gateway::admin::Opened::open(&config)).unwrap();
    block_on(back_up(&config, &file("copy"), false)).unwrap();
    assert_eq!(check("copy", "qris-master.key").unwrap().secrets, 1);

    assert_eq!(check("missing", "qris-master.key").unwrap_err().exit_code(), 2);
    std::fs::write(file("text"), "this is no database, however long it is. ".repeat(99)).unwrap();
    assert_eq!(check("text", "qris-master.key").unwrap_err().exit_code(), 1);
    std::fs::write(file("other.key"), [1; 32]).unwrap();
    let other = check("copy", "other.key").unwrap_err();
    assert_eq!(other.exit_code(), 1, "{other}");

    let damaged = |name: &str, change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = std::fs::read(file("copy")).unwrap();
        change(&mut bytes);
        std::fs::write(file(name), bytes).unwrap();
        check(name, "qris-master.key").unwrap_err()
    };
    let torn = damaged("torn", &|bytes| bytes.truncate(bytes.len() - 3 * 4096));
    assert_eq!(torn.exit_code(), 1, "{torn}");
    let scratched = damaged("scratched", &|bytes| bytes[5 * 4096..6 * 4096].fill(0x5a));
    assert_eq!(scratched.exit_code(), 1, "{scratched}");

    // One of a newer program.
    let newer = rusqlite::Connection::open(file("copy")).unwrap();
    newer.execute("UPDATE meta SET value = '999' WHERE name = 'schema'", []).unwrap();
    drop(newer);
    let newer = check("copy", "qris-master.key").unwrap_err();
    assert!(newer.exit_code() == 1 && newer.to_string().contains("schema 999"), "{newer}");
}
