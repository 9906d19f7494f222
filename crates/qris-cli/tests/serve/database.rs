//! Which commands make a database, and what a failed start leaves behind.

use std::collections::BTreeSet;

use super::*;

/// `qris gateway` in a folder, without the environment of the one who tests.
fn gateway_in(folder: &Path, args: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qris"));
    command.arg("gateway").args(args).current_dir(folder).stdin(Stdio::null());
    for name in ["CONFIG", "DATABASE_URL", "SANDBOX", "MASTER_KEY_FILE", "LOG"] {
        command.env_remove(format!("QRIS_{name}"));
    }
    let output = command.output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

fn names(folder: &Path) -> BTreeSet<String> {
    std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap()).collect()
}

/// The commands below these words, as the help has them.
fn commands(words: &[&str]) -> Vec<String> {
    let help = qris(&[words, &["--help"]].concat()).text();
    let Some(list) = help.split("Commands:\n").nth(1) else { return Vec::new() };
    let lines = list.lines().take_while(|line| !line.is_empty());
    // What a help text goes on with stands farther in.
    let lines = lines.filter(|line| line.len() - line.trim_start().len() == 2);
    let names = lines.filter_map(|line| line.split_whitespace().next()).map(str::to_owned);
    names.filter(|name| name != "help").collect()
}

/// `merchant list` in an empty folder made a database of it, keys and all.
#[test]
fn only_serve_and_migrate_make_a_database() {
    // What each needs beside its name; `None`: it needs no database.
    let calls: &[(&str, Option<&[&str]>)] = &[
        ("partner add", Some(&["--name", "A", "--dialect", "standard", "--generate-key", "keys"])),
        ("partner list", Some(&[])),
        ("partner show", Some(&["QG1"])),
        ("partner set", Some(&["QG1", "--name", "B"])),
        ("partner authorize", Some(&["QG1", "--customer", "budi"])),
        ("partner disable", Some(&["QG1"])),
        ("partner rotate-key", Some(&["QG1", "--secret"])),
        ("profile list", None),
        ("profile show", None),
        ("merchant add", Some(&["--owner", "QG1", "--demo"])),
        ("merchant list", Some(&[])),
        ("merchant disable", Some(&["M1"])),
        ("merchant bind", Some(&["M1", "--upstream", "QG2"])),
        ("merchant unbind", Some(&["M1", "--upstream", "QG2"])),
        ("merchant route", Some(&["M1", "--acquirer", "QG2"])),
        ("merchant unroute", Some(&["M1"])),
        ("acquirer set", Some(&["QG2", "--url", "https://acquirer.example"])),
        ("acquirer show", Some(&["QG2"])),
        ("acquirer list", Some(&[])),
        ("notifications list", Some(&[])),
        ("notifications retry", Some(&["--all"])),
        ("exception list", Some(&[])),
        ("exception show", Some(&["0123456789abcdef"])),
        ("exception assign", Some(&["0123456789abcdef", "--reference-no", "1", "--by", "me"])),
        (
            "exception refund",
            Some(&["0123456789abcdef", "--amount", "1.00", "--reason", "late", "--by", "me"]),
        ),
        ("exception close", Some(&["0123456789abcdef", "--reason", "late", "--by", "me"])),
        ("demo pay", Some(&["INV-1"])),
        ("demo authorize", Some(&[])),
        ("report", Some(&["--date", "2026-11-21"])),
        ("key show", Some(&[])),
        ("key rotate", Some(&[])),
        ("master-key rotate", Some(&[])),
        ("backup", Some(&["copy.db"])),
        ("restore", None),
        ("migrate", None),
        ("password-hash", None),
    ];
    let mut all = BTreeSet::new();
    for name in commands(&["gateway"]) {
        let below = commands(&["gateway", &name]);
        all.extend(below.iter().map(|word| format!("{name} {word}")));
        all.extend(below.is_empty().then(|| name.clone()));
    }
    let known: BTreeSet<String> = calls.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(all, known, "a command is missing in this test's list");

    let folder = tempfile::tempdir().unwrap();
    // A file that is there and no gateway's database is left as it is.
    let other = folder.path().join("other.db");
    std::fs::write(&other, []).unwrap();
    for (name, more) in calls {
        let Some(more) = more else { continue };
        let words: Vec<&str> = name.split(' ').chain(more.iter().copied()).collect();
        for database in [&[][..], &["--database", "sqlite://other.db"], &["--database", "sqlite://no/x.db"]] {
            let (code, stderr) = gateway_in(folder.path(), &[&words[..], database].concat());
            if *name == "backup" && database.contains(&"sqlite://other.db") {
                // A copy of nothing is nothing.
                let _ = std::fs::remove_file(folder.path().join("copy.db"));
                continue;
            }
            assert_eq!(code, Some(2), "{name} {database:?}: {stderr}");
            let said = stderr.contains("there is no gateway's database at sqlite://")
                && stderr.contains("qris serve")
                && stderr.contains("qris gateway migrate");
            assert!(said, "{name} {database:?}: {stderr}");
            assert_eq!(names(folder.path()), BTreeSet::from(["other.db".to_owned()]), "{name} {database:?}");
            assert_eq!(std::fs::metadata(&other).unwrap().len(), 0, "{name}");
        }
    }
    let (code, stderr) = gateway_in(folder.path(), &["migrate"]);
    assert_eq!((code, folder.path().join("qris.db").exists()), (Some(0), true), "{stderr}");
    assert_eq!(gateway_in(folder.path(), &["merchant", "list"]).0, Some(0));
}

#[test]
fn a_start_that_fails_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    std::fs::write(here.join("short.key"), [1; 5]).unwrap();
    std::fs::create_dir(here.join("folder")).unwrap();
    // A demo partner whose keys cannot be written: a file is where their folder would be.
    let demo = here.join("blocked");
    std::fs::create_dir(&demo).unwrap();
    std::fs::write(demo.join("qris-demo-keys"), "").unwrap();
    let free = "127.0.0.1:0";
    let starts: &[(&Path, &[&str], &str)] = &[
        (here, &["--listen", &taken, "--sandbox"], "cannot listen"),
        (here, &["--listen", free, "--admin-listen", &taken], "cannot listen"),
        (here, &["--listen", free, "--health-listen", &taken], "cannot listen"),
        (here, &["--listen", free, "--master-key-file", "short.key"], "short.key"),
        (here, &["--listen", free, "--master-key-file", "folder"], "folder"),
        (here, &["--listen", free, "--ready-file", "folder"], "folder"),
        (here, &["--listen", free, "--ready-file", "/proc/ready.json"], "/proc/ready.json"),
        (here, &["--listen", free, "--demo"], "add --sandbox"),
        (here, &["--listen", "0.0.0.0:0", "--sandbox"], "the sandbox"),
        (&demo, &["--listen", free, "--sandbox"], "qris-demo-keys"),
    ];
    for (folder, args, why) in starts {
        let before = names(folder);
        let output = serve_in(folder, args).stdin(Stdio::null()).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {stderr}");
        assert!(stderr.contains(why) && output.stdout.is_empty(), "{args:?}: {stderr}");
        assert_eq!(names(folder), before, "{args:?}: {stderr}");
    }

    // A database that was there stays, whatever happens.
    assert_eq!(gateway_in(here, &["migrate"]).0, Some(0));
    let output = serve_in(here, &["--listen", free, "--master-key-file", "short.key"]).output().unwrap();
    assert!(output.status.code() == Some(2) && here.join("qris.db").exists());
}
