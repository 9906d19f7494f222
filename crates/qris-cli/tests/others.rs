//! `qris check`, `bulk`, `schema`, `explain`, `completions`, and the documents they print.

use std::fs;

use crate::support::{FINPAY, STATIC, qris, qris_with, repository, sealed};
use qris_core::{ErrorKind, rules};
use qris_testkit::vectors;
use serde_json::json;

#[test]
fn documents_are_what_the_commands_print() {
    for (file, args) in
        [("docs/data-objects.md", ["schema", "--markdown"]), ("docs/rules.md", ["explain", "--markdown"])]
    {
        let printed = qris(&args).text();
        let stored = fs::read_to_string(repository(file)).unwrap();
        assert!(
            printed == stored,
            "{file} is stale: cargo run -q -p qris-cli -- {} > {file}",
            args.join(" ")
        );
    }
}

#[test]
fn the_readme_shows_what_the_command_prints() {
    let readme = fs::read_to_string(repository("README.md")).unwrap();
    let file = repository("testdata/mpm/valid/finpay-document.qr");
    let printed = qris(&["decode", file.to_str().unwrap()]).text();
    assert!(
        readme.contains(&format!("```text\n{printed}```")),
        "the README's output is not this:\n{printed}"
    );
}

#[test]
fn check_points_at_the_place() {
    let bad = sealed(&STATIC[..STATIC.len() - 8].replace("5303360", "53033605405-1000"));
    let ran = qris(&["check", &bad]);
    assert_eq!(ran.code, 1);
    let text = ran.text();
    assert!(text.contains("error[bad-amount]: Transaction Amount: a sign is not allowed"), "{text}");
    assert!(text.contains("EMVCo 4.7.4.1"), "{text}");
    let lines: Vec<&str> = text.lines().collect();
    let place = lines.iter().position(|line| line.contains("^^^")).unwrap();
    let (shown, carets) = (lines[place - 1], lines[place]);
    let start = carets.chars().position(|c| c == '^').unwrap();
    let marked: String = shown.chars().skip(start).take(carets.matches('^').count()).collect();
    assert_eq!(marked, "5405-1000");
    assert!(lines.iter().all(|line| line.chars().count() <= 80), "{text}");

    assert_eq!(qris(&["check", STATIC, "--profile", "qris"]).code, 0);
    assert_eq!(qris(&["check", "000201"]).code, 1);
    let json = qris(&["check", "--format", "json", &bad]).json();
    assert_eq!(json[0]["code"], json!("bad-amount"));
    assert_eq!(json[0]["path"], json!("54"));
}

#[test]
fn profiles_differ_where_the_table_says() {
    let c7 = vectors::vectors()
        .unwrap()
        .into_iter()
        .find(|v| v.name == "qris-official-style-c7-tip-prompt")
        .unwrap();
    let code = |profile: &str| qris(&["check", "--profile", profile, &c7.payload]).code;
    assert_eq!((code("emvco"), code("qris"), code("wild")), (0, 1, 0), "51 is missing in a static code");
}

#[test]
fn every_code_is_explained() {
    let names = ErrorKind::ALL.iter().map(|k| k.code()).chain(rules::RULES.iter().map(|r| r.name));
    for name in names {
        let ran = qris(&["explain", name]);
        assert_eq!(ran.code, 0, "{name}");
        let text = ran.text();
        assert!(text.starts_with(name) && text.lines().count() >= 3, "{name}: {text}");
        assert!(text.lines().all(|line| line.chars().count() <= 80 || line.contains("Severity")), "{text}");
    }
    for (given, begins) in [
        (" CRC-Mismatch ", "crc-mismatch (error"),
        ("[blanks-stripped]", "blanks-stripped (cause"),
        ("consumer-presented", "consumer-presented (no payload"),
        #[cfg(feature = "snap")]
        ("4014700", "4014700"),
    ] {
        let ran = qris(&["explain", given]);
        assert!(ran.code == 0 && ran.text().starts_with(begins), "{given}: {}{}", ran.text(), ran.stderr);
    }
    assert_eq!(qris(&["explain", "no-such-code"]).code, 2);
    let near = qris(&["explain", "crc-mismach"]);
    assert!(near.code == 2 && near.stderr.contains("near it are crc-mismatch"), "{}", near.stderr);
    assert!(qris(&["explain"]).text().lines().count() > 40);
}

#[test]
fn bulk_gives_one_verdict_a_line_in_order() {
    let mut input = String::new();
    for n in 0..5000 {
        input.push_str(if n % 7 == 0 { "broken\n" } else { STATIC });
        input.push('\n');
    }
    let one = qris_with(&["bulk", "--threads", "1"], input.as_bytes());
    let four = qris_with(&["bulk", "--threads", "4"], input.as_bytes());
    assert_eq!(one.code, 1);
    assert_eq!(one.stdout, four.stdout, "threads change nothing");
    let records = one.records();
    assert_eq!(records.len(), 5000);
    assert!(records.windows(2).all(|w| w[0]["line"].as_u64() < w[1]["line"].as_u64()));
    assert_eq!(
        records[0],
        json!({"line": 1, "ok": false, "error": {
        "code": "invalid-id", "offset": 0, "character": 0, "path": "",
        "message": "an ID is two digits, and these two characters are not"}})
    );
    assert_eq!(
        records[1],
        json!({"line": 3, "ok": true, "scheme": "qris", "kind": "payment", "conformant": true, "errors": 0, "warnings": 0})
    );
    // A payload that frames and breaks a rule: the record names the rule.
    let poor = qris_with(
        &["bulk", "--profile", "qris"],
        b"000201520400005303360540410005802ID5901A6001B26080004ID.A63041858",
    );
    let finding = &poor.records()[0]["finding"];
    assert_eq!((&finding["code"], &finding["path"]), (&json!("missing"), &json!("26/01")), "{finding}");
    assert_eq!(finding["cites"], json!("QRIS 4.7.5.4"));
    assert!(
        one.stderr.contains("good: 4,285 (4,285 as printed in practice)")
            && one.stderr.contains("invalid-id 715"),
        "{}",
        one.stderr
    );

    let none = qris_with(&["bulk", "--summary-only"], input.as_bytes());
    assert_eq!((none.code, none.stdout.len()), (1, 0));
    let full = qris_with(&["bulk", "--full", "-"], format!("{FINPAY}\n").as_bytes());
    assert_eq!(full.records(), qris(&["decode", "--format", "ndjson", FINPAY]).records());
    assert_eq!(qris(&["bulk", "--threads", "0"]).code, 2);
}

#[test]
fn bulk_reads_a_column_and_writes_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let (csv, out) = (folder.path().join("in.csv"), folder.path().join("out.ndjson"));
    fs::write(&csv, format!("id,qrContent\n1,{STATIC}\n2,\"{FINPAY}\"\n3,nothing\n")).unwrap();
    let (csv, target) = (csv.to_str().unwrap(), out.to_str().unwrap());
    let ran = qris(&["bulk", csv, "--column", "qrContent", "--output", target]);
    assert_eq!((ran.code, ran.stdout.len()), (1, 0), "{}", ran.stderr);
    let lines: Vec<u64> = fs::read_to_string(&out)
        .unwrap()
        .lines()
        .map(|l| serde_json::from_str::<serde_json::Value>(l).unwrap()["line"].as_u64().unwrap())
        .collect();
    assert_eq!(lines, [2, 3, 4]);
    // A file that is there stays, be it the input itself, unless it may go.
    for there in [target, csv] {
        let before = fs::read(there).unwrap();
        let ran = qris(&["bulk", csv, "--column", "qrContent", "--output", there]);
        assert!(
            ran.code == 2 && ran.stderr.contains("exists: choose another name or give --force"),
            "{}",
            ran.stderr
        );
        assert_eq!(fs::read(there).unwrap(), before);
    }
    assert_eq!(qris(&["bulk", csv, "--column", "qrContent", "--output", target, "--force"]).code, 1);
    let ran = qris(&["bulk", csv, "--column", "nope", "--output", target, "--force"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("nope"), "{}", ran.stderr);
    assert!(fs::read_to_string(&out).unwrap().lines().count() == 3, "the old file is still whole");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing half-written is left");
    let device = qris(&["bulk", csv, "--column", "qrContent", "--output", "/dev/null"]);
    assert_eq!(device.code, 1);
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
}

#[test]
fn help_version_and_completions() {
    assert!(qris(&["--version"]).line().starts_with("qris "));
    for command in ["decode", "check", "encode", "edit", "anonymize", "bulk", "explain"] {
        let help = qris(&[command, "--help"]);
        assert_eq!(help.code, 0);
        assert!(help.text().contains("Example"), "{command}");
    }
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(qris(&["completions", shell]).text().contains("anonymize"), "{shell}");
    }
    assert!(qris(&["schema"]).text().contains("National Merchant Repository"));
    assert_eq!(qris(&["no-such-command"]).code, 2);
    assert_eq!(qris(&[]).code, 2);
}
