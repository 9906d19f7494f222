//! `qris cpm`: codes that payers show.

use std::fs;

use qris_testkit::vectors;
use serde_json::json;

use crate::support::{CPM, STATIC, qris, qris_with};

/// What of the sample nobody may see who did not ask.
const SECRETS: [&str; 6] =
    ["9360091400000000019", "000000001", "CONTOH", "434F4E544F48", "281000000000000000000001", "hQVDUFYw"];

fn has_none(text: &str) {
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}

#[test]
fn decode_masks_unless_it_is_asked_not_to() {
    let ran = qris(&["cpm", "decode", CPM]);
    let text = ran.text();
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    has_none(&text);
    assert!(text.starts_with("issuer    GoPay\naccount   93600914…19\nname      (masked)\n"), "{text}");
    assert!(text.contains("\n      9F74 24 Issuer QRIS Data: (masked)\n"), "{text}");
    assert!(text.ends_with("\nas QRIS says\n"), "{text}");
    let shown = qris(&["cpm", "decode", "--show-secrets", CPM]).text();
    for secret in ["account   9360091400000000019\n", "Name: CONTOH\n", "Data: 281000000000000000000001\n"] {
        assert!(shown.contains(secret), "{shown}");
    }
    for line in text.lines().chain(shown.lines()) {
        assert!(line.chars().count() <= 80, "{line}");
    }
    let json = qris(&["cpm", "decode", "--format", "json", CPM]);
    has_none(&json.text());
    let record = json.json();
    assert_eq!(
        (&record["masked"], &record["conformant"], &record["payload"]),
        (&json!(true), &json!(true), &json!(null))
    );
    let pan = &record["objects"][1]["objects"][2];
    assert_eq!(
        (&pan["key"], &pan["value"], &pan["hex"]),
        (&json!("pan"), &json!("93600914…19"), &json!(null))
    );
    let record = qris(&["cpm", "decode", "--format", "json", "--show-secrets", CPM]).json();
    assert_eq!((&record["masked"], &record["payload"]), (&json!(false), &json!(CPM)));
    assert_eq!(record["objects"][1]["objects"][2]["hex"], json!("9360091400000000019F"));
}

#[test]
fn codes_come_as_text_hex_digits_bytes_and_files() {
    let bytes = qris_testkit::cpm::naive::bytes_of(CPM).unwrap();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let wanted = qris(&["cpm", "decode", CPM]).stdout;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("code");
    let spaced: String =
        hex.as_bytes().chunks(2).map(|pair| format!("{} ", String::from_utf8_lossy(pair))).collect();
    for input in [CPM.as_bytes(), format!(" {CPM}\r\n").as_bytes(), hex.as_bytes(), spaced.as_bytes(), &bytes]
    {
        assert_eq!(qris_with(&["cpm", "decode"], input).stdout, wanted);
        assert_eq!(qris_with(&["cpm", "decode", "-"], input).stdout, wanted);
        fs::write(&file, input).unwrap();
        assert_eq!(qris(&["cpm", "decode", file.to_str().unwrap()]).stdout, wanted);
    }
    assert_eq!(qris(&["cpm", "decode", &hex]).stdout, wanted);
    fs::write(&file, vec![b'A'; 5000]).unwrap();
    let ran = qris(&["cpm", "check", file.to_str().unwrap()]);
    assert!(ran.code == 1 && ran.stderr.contains("hand over the code alone"), "{}", ran.stderr);
    assert_eq!(qris(&["cpm", "decode", "no-such-file"]).code, 2);
}

#[test]
fn check_says_what_is_wrong_and_shows_nothing_of_the_code() {
    for vector in vectors::cpm().unwrap() {
        let ran = qris_with(&["cpm", "check", "-"], vector.payload.as_bytes());
        let text = ran.text();
        let is_good = vector.error.is_none() && !vector.qris.iter().any(|line| line.starts_with("error"));
        // White space around a text is taken off by the command.
        let trimmed = vector.name == "blank-at-the-end";
        assert_eq!(ran.code == 0, is_good || trimmed, "{}: {text}{}", vector.name, ran.stderr);
        if trimmed {
            continue;
        }
        match &vector.error {
            Some(error) => assert!(text.starts_with(&format!("error[{}]: ", error.code)), "{text}"),
            None => {
                let heads = text.lines().filter(|line| !line.starts_with("  --> "));
                let codes: Vec<String> =
                    heads.map(|line| line.split(':').next().unwrap().to_owned()).collect();
                let expected = vector.qris.iter().map(|line| {
                    let words: Vec<&str> = line.split(' ').collect();
                    format!("{}[{}]", words[0], words[1])
                });
                assert_eq!(codes, expected.collect::<Vec<_>>(), "{}", vector.name);
            }
        }
        let start = vector.payload.chars().take(20).collect::<String>();
        assert!(vector.payload.len() < 20 || !text.contains(&start), "{}: {text}", vector.name);
    }
    let short = qris(&[
        "cpm",
        "encode",
        "--pan",
        "9360091400000000019",
        "--issuer-data",
        "short",
        "--allow",
        "too-short",
    ]);
    assert!(
        short.code == 0 && short.stderr.starts_with("allowed: error[too-short] 61/63/9F74"),
        "{}",
        short.stderr
    );
    let short = short.line();
    let ran = qris(&["cpm", "check", &short]);
    assert_eq!(
        (ran.code, ran.text().as_str()),
        (
            1,
            "error[too-short]: Issuer QRIS Data has 5 bytes; 8 to 64 are allowed\n  --> 61/63/9F74, byte 41 (QRIS CPM, data objects)\n"
        )
    );
    assert_eq!(ran.stderr, "checked: not as QRIS says: 1 error, 0 warnings, 0 notes\n");
    assert_eq!(qris(&["cpm", "check", "--profile", "emvco", &short]).code, 0);
    let json = qris(&["cpm", "check", "--format", "json", &short]).json();
    assert_eq!((&json[0]["code"], &json[0]["path"]), (&json!("too-short"), &json!("61/63/9F74")));
    let cut = qris(&["cpm", "check", "--format", "json", &CPM[..100]]).json();
    assert_eq!(cut["error"]["code"], json!("overrun"));
}

#[test]
fn encode_makes_what_decode_reads() {
    let args = ["cpm", "encode", "--pan", "9360091400000000019", "--issuer-data", "281000000000000000000001"];
    let made = qris(&[&args[..], &["--name", "CONTOH", "--language", "iden"]].concat());
    assert_eq!((made.code, made.line().as_str(), made.stderr.as_str()), (0, CPM, ""));
    // Every option, and back through JSON.
    let more = [
        "--track-2",
        "9360091400000000019D4912",
        "--issuer-url",
        "contoh.example",
        "--app-version",
        "0001",
        "--token-requestor",
        "12345678901",
        "--account-reference",
        "PAPAPAPAPAPAPAPAPAPAPAPAPAPAP",
        "--last-four",
        "0019",
        "--set",
        "61/C4=00FF",
        "--set",
        "61/63/9F7A=AA",
        "--set",
        "62/64/9F26=0102030405060708",
        "--set",
        "61/E0=C10100",
    ];
    let made = qris(&[&args[..], &more].concat()).line();
    let record = qris(&["cpm", "decode", "--show-secrets", "--format", "json", &made]);
    assert_eq!(record.json()["conformant"], json!(true));
    let again = qris_with(&["cpm", "encode", "--json", "-"], &record.stdout);
    assert_eq!((again.line(), again.stderr.as_str()), (made.clone(), ""));
    // With one value changed.
    let other = qris_with(&["cpm", "encode", "--json", "-", "--language", "id"], &record.stdout).line();
    assert!(qris(&["cpm", "decode", &other]).text().contains("5F2D 02 Language Preference: id\n"));
    // EMVCo's code of two applications comes back as it was.
    let two =
        vectors::cpm().unwrap().into_iter().find(|v| v.name == "emvco-cpm-two-applications").unwrap().payload;
    let record = qris(&["cpm", "decode", "--show-secrets", "--format", "json", &two]);
    let again = qris_with(&["cpm", "encode", "--profile", "emvco", "--json", "-"], &record.stdout);
    assert_eq!(again.line(), two, "{}", again.stderr);
}

#[test]
fn encode_refuses_what_would_be_wrong() {
    let told = |args: &[&str], input: &[u8]| {
        let ran = qris_with(&[&["cpm", "encode"], args].concat(), input);
        assert_eq!(ran.stdout, b"", "{args:?}");
        (ran.code, ran.stderr)
    };
    let (code, text) = told(&["--pan", "1234567"], b"");
    assert!(
        code == 1 && text.contains("error[bad-pan] 61/5A") && text.contains("error[missing] 61/63"),
        "{text}"
    );
    assert!(text.contains("2 errors in what was made: nothing is written"), "{text}");
    let (code, text) = told(&["--pan", "93600914x"], b"");
    assert_eq!((code, text.as_str()), (1, "error: 5A takes digits: a PAN has 8 to 19\n"));
    let (code, text) = told(&["--set", "5A=00"], b"");
    assert!(code == 2 && text.contains("an object is set in 61 or 62"), "{text}");
    let (code, text) = told(&["--aid", "A00"], b"");
    assert!(code == 2 && text.contains("two hex digits for each byte"), "{text}");
    let (code, text) = told(&["--allow", "pan-mismach"], b"");
    assert!(code == 2 && text.contains("near it are pan-mismatch"), "{text}");
    let masked = qris(&["cpm", "decode", "--format", "json", CPM]).stdout;
    let (code, text) = told(&["--json", "-"], &masked);
    assert!(code == 1 && text.contains("decode the code with --show-secrets"), "{text}");
    for (json, because) in [
        (
            r#"{"objects": [{"tag": "61", "objects": [{"tag": "5A", "hex": "SECRET"}]}]}"#,
            "5A has no value in hex digits",
        ),
        (r#"{"objects": [{"tag": "5A", "hex": "00"}]}"#, "5A cannot be written beside 61 and 62"),
        (r#"{"objects": [{"tag": "0"}]}"#, "a tag is the hex digits"),
        (r#"{"objects": 9360091400000000019}"#, "line 1, column"),
        (
            r#"{"objects": [{"tag": "61", "objects": [{"tag": "5A", "hex": "00"}, {"tag": "5A", "hex": "00"}]}]}"#,
            "5A stands twice",
        ),
    ] {
        let (code, text) = told(&["--json", "-"], json.as_bytes());
        assert!(code == 1 && text.contains(because), "{text}");
        assert!(!text.contains("SECRET") && !text.contains("0000019"), "{text}");
    }
}

#[test]
fn decode_of_merchants_codes_says_what_to_run() {
    for (args, place) in [
        (&["decode"][..], "help: `qris cpm decode` reads it"),
        (&["check"], "help: `qris cpm decode` reads it"),
        (&["edit", "--amount", "5"], "`qris cpm decode` reads it"),
    ] {
        let ran = qris(&[args, &[CPM]].concat());
        let told = format!("{}{}", String::from_utf8_lossy(&ran.stdout), ran.stderr);
        assert_eq!(ran.code, 1);
        assert!(told.contains("this is a consumer-presented code") && told.contains(place), "{told}");
        has_none(&told);
    }
    // And the other way round.
    let ran = qris(&["cpm", "decode", STATIC]);
    assert_eq!((ran.code, ran.stdout.len()), (2, 0), "it is a file that is not there: {}", ran.stderr);
    let ran = qris_with(&["cpm", "decode"], STATIC.as_bytes());
    assert!(ran.code == 1 && ran.stderr.contains("`qris decode` reads those"), "{}", ran.stderr);
}

#[test]
fn codes_of_findings_are_explained() {
    for name in qris_cpm::rules::RULES
        .iter()
        .map(|rule| rule.name)
        .chain(qris_cpm::ErrorKind::ALL.iter().map(|kind| kind.code()))
    {
        let ran = qris(&["explain", name]);
        let text = ran.text();
        assert!(ran.code == 0 && text.contains("code that a payer shows"), "{name}: {text}{}", ran.stderr);
        assert!(text.lines().all(|line| line.chars().count() <= 80 || line.contains("Severity")), "{text}");
    }
}

#[cfg(feature = "scan")]
#[test]
fn a_picture_of_a_code_is_drawn_and_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (png, svg, text) = (path("code.png"), path("code.svg"), path("code.txt"));
    let made = [
        "cpm",
        "encode",
        "--pan",
        "9360091400000000019",
        "--issuer-data",
        "281000000000000000000001",
        "--name",
        "CONTOH",
        "--language",
        "iden",
    ];
    for file in [&png, &svg, &text] {
        assert_eq!(qris(&[&made[..], &["-o", file]].concat()).code, 0);
        let again = qris(&[&made[..], &["-o", file]].concat());
        assert!(again.code == 2 && again.stderr.contains("--force"), "{}", again.stderr);
    }
    assert_eq!(fs::read_to_string(&text).unwrap(), CPM);
    assert!(
        fs::read_to_string(&svg).unwrap().starts_with("<svg")
            && !fs::read_to_string(&svg).unwrap().contains("CONTOH")
    );
    let read = qris(&["cpm", "decode", "--show-secrets", "--format", "json", &png]).json();
    assert_eq!(read["payload"], json!(CPM));
    // Level M, as EMVCo asks for.
    let found = qris_render::scan(&fs::read(&png).unwrap(), qris_render::ScanLimits::default()).unwrap();
    assert_eq!((found.len(), found[0].bytes()), (1, CPM.as_bytes()));
    assert_eq!(qris(&["cpm", "render", &png, "--scale", "3", "-o", &path("small.png")]).code, 0);
    assert_eq!(qris(&["cpm", "render", CPM, "-o", &path("code.webp")]).code, 0);
    let nowhere = qris(&["cpm", "render", CPM]);
    assert!(nowhere.code == 2 && nowhere.stderr.contains("where to?"), "{}", nowhere.stderr);
    let kind = qris(&["cpm", "render", CPM, "-o", &path("code.doc")]);
    assert!(kind.code == 2 && kind.stderr.contains("end the name in .png"), "{}", kind.stderr);
    // A picture of a merchant's code is none.
    let merchants = path("merchants.png");
    assert_eq!(qris(&["render", STATIC, "-o", &merchants]).code, 0);
    let ran = qris(&["cpm", "decode", &merchants]);
    assert!(
        ran.code == 1 && ran.stderr.contains("none of its codes is one that a payer shows"),
        "{}",
        ran.stderr
    );
    let ran = qris(&["decode", &png]);
    assert!(ran.code == 1 && ran.stderr.contains("`qris cpm decode` reads it"), "{}", ran.stderr);
    has_none(&ran.stderr);
}

/// Whatever the command line gets wrong, nothing of a value is repeated.
#[test]
fn what_cannot_be_followed_is_not_repeated() {
    let hex = "85 05 43 50 56 30 31 61 13 4F 07 A0 00 00 06 02 20 20";
    let split: Vec<&str> = ["cpm", "decode"].into_iter().chain(hex.split(' ')).collect();
    for line in [
        &["cpm", "encode", "--set", "61/57=9360091400000000019D49122"][..],
        &["cpm", "encode", "--set", "5A=9360091400000000019F"],
        &["cpm", "encode", "--issuer-data-hex", "9360091400000000019"],
        &["cpm", "encode", "--pan", "1", "9360091400000000019"],
        &["cpm", "decode", "hQVDUFYwMWEjTwegAAAGAiAg", "9360091400000000019"],
        &["decode", "hQVDUFYwMWEjTwegAAAGAiAg", "9360091400000000019"],
        &["check", hex],
        &["cpm", "check", hex],
        &["decode", hex, "--format", "json"],
        &split,
    ] {
        let run = qris(line);
        assert_ne!(run.code, 0, "{line:?}");
        let told = format!("{}{}", run.text(), run.stderr);
        for part in ["936009", "hQVD", "A0 00", "06 02 20"] {
            assert!(!told.contains(part), "{line:?}: {told}");
        }
    }
    let error = qris(&["cpm", "encode", "--set", "61/57"]).stderr;
    assert!(error.contains("the value of --set is not right: write PATH=HEX"), "{error}");
}

#[test]
fn lines_of_a_file_that_are_codes_of_payers_are_not_handed_on() {
    let code = "hQVDUFYwMWFFTwegAAAGAiAgUAdRUklTQ1BNWgqTYAkUMBAFMXIPXy0EaWRlbmMen3QbY2hlcXVlOjk1Njc3MjQ5NTA5MDUxODk4MDc0";
    for arguments in [&["bulk", "--full"][..], &["bulk"], &["decode", "--format", "ndjson"]] {
        let run = crate::support::qris_with(arguments, code.as_bytes());
        assert!(!run.text().contains("hQVD"), "{arguments:?}: {}", run.text());
    }
    let cut = crate::support::qris_with(&["decode"], &code.as_bytes()[10..]);
    assert!(cut.code != 0 && !cut.stderr.contains(&code[20..40]), "{}", cut.stderr);
}

#[test]
fn what_looks_like_a_code_and_is_none_is_not_told_to_the_terminal() {
    // 85 stands second.
    let text = "YR5PB6AAAAYCICBQB1FSSVNDUE1aCpNgCRQAAAAAAZ+FBUNQVjAx";
    for command in ["decode", "check"] {
        let run = qris(&[command, text]);
        assert_ne!(run.code, 0);
        assert!(!run.stderr.contains("YR5PB6AAAA") && !run.text().contains("YR5PB6AAAA"), "{}", run.stderr);
        assert!(run.stderr.contains("this is neither a payload nor the name of a file"), "{}", run.stderr);
    }
}
