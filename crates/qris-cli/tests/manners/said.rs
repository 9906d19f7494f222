//! What is said of a command line that cannot be followed.

use crate::support::{FINPAY, STATIC, qris};

/// What a command line that is refused is answered with.
fn told(args: &[&str]) -> String {
    let ran = qris(args);
    assert_eq!((ran.code, ran.stdout.len()), (2, 0), "{args:?}: {}", ran.stderr);
    ran.stderr
}

#[test]
fn a_payload_without_quotes_is_told_with_quotes() {
    // What a shell makes of it.
    let words: Vec<&str> = FINPAY.split(' ').collect();
    assert!(words.len() > 2);
    for (before, after) in [
        (&["decode"][..], &[][..]),
        (&["check"], &["--profile", "qris"]),
        (&["edit", "--amount", "5000"], &["--diff"]),
        (&["anonymize", "--seed", "7"], &[]),
    ] {
        let line = [before, &words, after].concat();
        let text = told(&line);
        assert!(text.starts_with("error: the payload came in several arguments"), "{text}");
        let whole = [before, &["'PAYLOAD'"], after].concat().join(" ").replace("PAYLOAD", FINPAY);
        assert!(text.contains(&format!("tip: put it into quotes:\n\nqris {whole}\n")), "{text}");
        // And it works as it is told.
        let again = [before, &[FINPAY], after].concat();
        assert!(qris(&again).code < 2, "{again:?}");
    }
}

#[test]
fn what_the_shell_took_is_put_back_where_it_can_be_proved() {
    // Two blanks in a row reach the command as none.
    let two = crate::support::sealed(
        &STATIC[..STATIC.len() - 8].replace("5913WARUNG CONTOH", "5914WARUNG  CONTOH"),
    );
    let words: Vec<&str> = two.split_whitespace().collect();
    let text = told(&[&["decode"][..], &words].concat());
    assert!(text.contains(&format!("qris decode '{two}'\n")), "{text}");
    // Where nothing can be proved, it is to be quoted all the same.
    let broken = STATIC.replace("CONTOH6013", "CONTOX6013");
    let text = told(&[&["check"][..], &broken.split(' ').collect::<Vec<_>>()].concat());
    assert!(text.contains(&format!("qris check '{broken}'\n")), "{text}");
    let apostrophe =
        crate::support::sealed(&STATIC[..STATIC.len() - 8].replace("WARUNG CONTOH", "WARUNG O'TOH "));
    let words: Vec<&str> = apostrophe.split(' ').collect();
    let text = told(&[&["check"][..], &words].concat());
    assert!(cfg!(windows) || text.contains(r"WARUNG O'\''TOH "), "{text}");
}

#[test]
fn a_value_without_quotes_is_told_with_quotes() {
    let text = told(&["encode", "--merchant-name", "WARUNG", "BU", "SRI", "--mcc", "5812"]);
    assert!(text.contains("if they belong together, quote them: 'WARUNG BU SRI'"), "{text}");
    let text = told(&["edit", STATIC, "--amount", "15", "000"]);
    assert!(text.contains("a number has no blanks: 15000"), "{text}");
}

#[test]
fn words_that_people_use_lead_to_commands() {
    for (args, tips) in [
        (&["generate"][..], &["`qris encode`: make a payload from values or from JSON", "`qris edit`: "][..]),
        (&["create", "--amount", "1"], &["`qris encode`: "]),
        (&["parse", STATIC], &["`qris decode`: decode a payload into its objects"]),
        (&["read", "photo.png"], &["`qris decode`: "]),
        (&["qr", STATIC], &["`qris decode`: "]),
        (&["QR"], &["`qris decode`: "]),
        (&["lint"], &["`qris check`: "]),
        (&["repair"], &["`qris decode --undo`: "]),
        (&["version"], &["`qris --version`"]),
        #[cfg(feature = "scan")]
        (&["read", "photo.png"], &["`qris scan`: read payloads out of pictures"]),
        #[cfg(feature = "render")]
        (&["qr"], &["`qris render`: draw a payload as a QR symbol"]),
        #[cfg(feature = "snap")]
        (&["sign"], &["`qris snap sign`: "]),
        #[cfg(feature = "serve")]
        (&["partner", "add"], &["`qris gateway partner`: "]),
        #[cfg(feature = "serve")]
        (&["gateway", "serve"], &["`qris serve`: "]),
        #[cfg(not(feature = "render"))]
        (&["render", STATIC], &["built without it: `cargo build -p qris-cli --features render`"]),
        (&[STATIC], &["that is a payload: `qris decode` it"]),
        // Near spellings are clap's.
        (&["bullk"], &["a similar subcommand exists: 'bulk'"]),
    ] {
        let text = told(args);
        for tip in tips {
            assert!(text.contains(&format!("tip: {tip}")) || text.contains(tip), "{args:?}: {text}");
        }
        assert!(text.lines().all(|line| line.chars().count() <= 100 || line.contains("0002")), "{text}");
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("p.qr");
    std::fs::write(&file, STATIC).unwrap();
    let text = told(&[file.to_str().unwrap()]);
    assert!(text.contains("that is a file: `qris decode "), "{text}");
}

#[test]
fn validate_and_verify_are_check() {
    let check = qris(&["check", FINPAY]);
    for alias in ["validate", "verify"] {
        let ran = qris(&[alias, FINPAY]);
        assert_eq!((ran.code, &ran.stdout, &ran.stderr), (check.code, &check.stdout, &check.stderr));
    }
    assert!(qris(&["--help"]).text().contains("[aliases: validate, verify]"));
}

#[test]
fn words_that_people_use_lead_to_options() {
    for (args, tip) in [
        (&["decode", STATIC, "--json"][..], "there is --format json, --format ndjson"),
        (&["encode", "--name", "X"], "there is --merchant-name"),
        (&["edit", STATIC, "--fee=1"], "there is --tip-fixed, --tip-percent"),
        (&["bulk", "--jobs", "2"], "there is --threads"),
        (&["decode", STATIC, "--amount", "1"], "--amount is an option of `qris encode`, `qris edit`"),
        (&["check", "--no-color", STATIC], "NO_COLOR=1"),
        // Near spellings are clap's.
        (&["edit", STATIC, "--amonut", "1"], "a similar argument exists: '--amount'"),
    ] {
        let text = told(args);
        assert!(text.contains(tip), "{args:?}: {text}");
    }
}

#[test]
fn what_is_likeliest_is_said_first() {
    assert!(told(&["decod", STATIC]).contains("exist: 'decode', 'encode'"));
    assert!(told(&["chek", STATIC]).contains("exist: 'check', 'schema'"));
}

#[test]
fn a_payload_too_many_is_no_payload_that_the_shell_split() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("one.qr");
    std::fs::write(&file, STATIC).unwrap();
    let file = file.to_str().unwrap();
    for line in [
        ["check", file, file],
        ["check", STATIC, file],
        ["decode", FINPAY, STATIC],
        ["decode", STATIC, "x y"],
    ] {
        let text = told(&line);
        assert!(text.contains("tip: one payload or file at a time"), "{line:?}: {text}");
    }
}

#[test]
fn a_wrong_value_says_what_to_write() {
    let folder = tempfile::tempdir().unwrap();
    let named = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (csv, tabs) = (named("a.csv", "id,total\n1,2\n"), named("b.csv", "id\ttotal\n1\t2\n"));
    let bars = named("c.csv", "id|total\n1|2\n");
    for (line, said) in [
        (&["bulk", &csv, "--column", "total", "--delimiter", ";"][..], "is the delimiter ','?"),
        (&["bulk", &tabs, "--column", "total", "--delimiter", ";"], "is the delimiter tab?"),
        (
            &["edit", STATIC, "--bulk", &bars, "--column", "amount=total"],
            "`qris bulk` takes others, --delimiter '|'",
        ),
        (&["encode", "--json", "{\"summary\":{}}"], "or - and the JSON on standard input"),
        #[cfg(feature = "render")]
        (
            &["edit", STATIC, "--bulk", &csv, "--column", "amount=total", "-o", "a.qr"],
            "tip: the payloads go to standard output: > FILE; --out-dir DIR draws them",
        ),
        #[cfg(feature = "snap")]
        (
            &["snap", "call", "generate", "--partner", "shop.json", "--to", "localhost:8080"],
            "it begins with http:// or https://, as in https://localhost:8080",
        ),
    ] {
        let text = told(line);
        assert!(text.contains(said), "{line:?}: {text}");
    }
    let misspelt = qris(&["encode", "--json", &named("a.json", "{\"merchantName\":5}")]);
    let said = "error: the JSON: unknown field `merchantName` at line 1 column 15: a record has `objects` or `summary`";
    assert!(misspelt.code == 1 && misspelt.stderr.starts_with(said), "{}", misspelt.stderr);
}
