//! Files that are not what they are taken for: CSV, UTF-16, a byte order mark, many payloads.

use std::fs;

use crate::support::{FINPAY, STATIC, qris, qris_with};

struct Files(tempfile::TempDir);

impl Files {
    fn new() -> Files {
        Files(tempfile::tempdir().unwrap())
    }

    fn put(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.0.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

fn table(separator: &str) -> String {
    let mut text = format!("invoice{separator}qrContent{separator}note\r\n");
    for row in 0..1000 {
        text.push_str(&format!("A-{row}{separator}{STATIC}{separator}paid\r\n"));
    }
    text
}

#[test]
fn bulk_says_what_a_csv_file_is_instead_of_an_error_a_row() {
    let files = Files::new();
    for (separator, word) in [(",", "commas"), (";", "semicolons"), ("\t", "tabs")] {
        let file = files.put("in.csv", table(separator));
        let ran = qris(&["bulk", &file]);
        assert_eq!((ran.code, ran.stdout.len()), (2, 0), "{}", ran.stderr);
        let told = format!(
            "error: {file} is a CSV file, separated by {word}, with the columns invoice, qrContent, note; name the \
             one with the payloads: `qris bulk {file} --column qrContent`\n"
        );
        assert_eq!(ran.stderr, told);
        // And that works, whatever separates the columns.
        let ran = qris(&["bulk", &file, "--column", "qrContent", "--summary-only"]);
        assert!(ran.code == 0 && ran.stderr.contains("good: 1,000 "), "{}", ran.stderr);
        let ran = qris_with(&["bulk"], table(separator).as_bytes());
        assert!(ran.code == 2 && ran.stderr.contains("the input is a CSV file"), "{}", ran.stderr);
        let ran = qris_with(&["decode", "--format", "ndjson"], table(separator).as_bytes());
        assert!(ran.code == 2 && ran.stderr.contains("--column qrContent"), "{}", ran.stderr);
    }
    let nameless = files.put("in.csv", format!("1,{STATIC}\n2,{STATIC}\n"));
    let ran = qris(&["bulk", &nameless]);
    assert!(ran.code == 2 && ran.stderr.contains("whose first row names no columns"), "{}", ran.stderr);
    // Payloads with commas in them are no CSV file, and neither is JSON.
    let name = crate::support::sealed(&STATIC[..STATIC.len() - 8].replace("WARUNG CONTOH", "WARUNG,CONTOH"));
    assert_eq!(qris_with(&["bulk"], format!("{name}\n{name}\n").as_bytes()).code, 0);
    let json = format!("{{\"id\":1,\"qr\":\"{STATIC}\"}}\n").repeat(3);
    assert_eq!(qris_with(&["bulk"], json.as_bytes()).code, 1);
}

#[test]
fn the_separator_can_be_said() {
    let files = Files::new();
    let file = files.put("in.csv", table("|"));
    let ran = qris(&["bulk", &file, "--column", "qrContent", "--delimiter", "|", "--summary-only"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let ran = qris_with(&["bulk", "--column", "qrContent", "--delimiter", "tab"], table("\t").as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let ran = qris(&["bulk", &file, "--delimiter", "|"]);
    assert!(ran.code == 2 && ran.stderr.contains("--column <NAME>"), "{}", ran.stderr);
    let ran = qris(&["bulk", &file, "--column", "qrContent", "--delimiter", "||"]);
    assert!(ran.code == 2 && ran.stderr.contains("one character such as ;"), "{}", ran.stderr);
}

#[test]
fn a_column_that_is_not_there_is_told_in_words() {
    let files = Files::new();
    let file = files.put("in.csv", table(";"));
    let told = |column: &str| {
        let ran = qris(&["bulk", &file, "--column", column]);
        assert_eq!((ran.code, ran.stdout.len()), (2, 0));
        ran.stderr
    };
    let there = "in the first row; it has invoice, qrContent, note";
    assert_eq!(
        told("qrcontent"),
        format!("error: there is no column \"qrcontent\" {there}: did you mean \"qrContent\"?\n")
    );
    assert!(told("qrContnet").contains("did you mean \"qrContent\"?"));
    assert_eq!(told("payload"), format!("error: there is no column \"payload\" {there}\n"));
}

#[test]
fn one_payload_is_wanted_and_the_file_has_many() {
    let files = Files::new();
    let csv = files.put("in.csv", table(";"));
    for command in [&["decode"][..], &["check"], &["edit", "--amount", "5000"], &["anonymize"]] {
        let ran = qris(&[command, &[csv.as_str()]].concat());
        let told = format!("{}{}", String::from_utf8_lossy(&ran.stdout), ran.stderr);
        assert_eq!(ran.code, 1, "{command:?}: {told}");
        assert!(
            told.contains(
                "this is a CSV file, separated by semicolons, with the columns invoice, qrContent, note"
            ),
            "{told}"
        );
        assert!(told.contains("`qris bulk FILE --column qrContent`"), "{told}");
    }
    for (second, told) in [(FINPAY, "there are 2 different payloads in it"), (STATIC, "[several-payloads]")] {
        let lines = files.put("lines.txt", format!("{STATIC}\n{second}\n"));
        let ran = qris(&["decode", &lines]);
        assert!(ran.stderr.contains(told), "{}", ran.stderr);
        let one_a_line = "help: `qris bulk FILE` and `qris decode --format ndjson` take a payload a line\n";
        assert!(ran.stderr.contains(one_a_line), "{}", ran.stderr);
    }
}

#[test]
fn encodings_of_files_are_named() {
    let files = Files::new();
    let utf16 = |text: &str| {
        [&[0xFF, 0xFE][..], &text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()].concat()
    };
    let wide = files.put("wide.txt", utf16(&format!("{STATIC}\r\n{FINPAY}\r\n")));
    for command in [&["bulk"][..], &["decode", "--format", "ndjson"]] {
        let ran = qris(&[command, &[wide.as_str()]].concat());
        assert_eq!((ran.code, ran.stdout.len()), (2, 0), "{}", ran.stderr);
        assert!(ran.stderr.contains(&format!("{wide} is UTF-16 text: save it as UTF-8")), "{}", ran.stderr);
    }
    let wide_table = files.put("table.txt", utf16("total,qrContent\r\n1,2\r\n"));
    let png = files.put("code.png", b"\x89PNG\r\n\x1a\n not read any further");
    let mut named = vec![(&wide_table, "is UTF-16 text: save it as UTF-8")];
    if cfg!(feature = "scan") {
        named.push((&png, "is a picture, and lines of text are read here"));
    }
    for (file, told) in named {
        for command in
            [&["bulk", "--column", "qrContent"][..], &["edit", STATIC, "--column", "amount=total", "--bulk"]]
        {
            let ran = qris(&[command, &[file.as_str()]].concat());
            assert!(ran.code == 2 && ran.stderr.contains(told), "{}", ran.stderr);
        }
    }
    let one = files.put("one.txt", utf16(STATIC));
    for command in ["decode", "check", "anonymize"] {
        let ran = qris(&[command, &one]);
        let told = format!("{}{}", String::from_utf8_lossy(&ran.stdout), ran.stderr);
        assert!(ran.code == 1 && told.contains("read as UTF-16"), "{told}");
    }
    let marked = files.put("marked.txt", format!("\u{FEFF}{STATIC}\n{FINPAY}\n"));
    let ran = qris(&["bulk", &marked]);
    assert_eq!((ran.code, ran.records().len()), (1, 2));
    assert!(
        ran.stderr.starts_with(&format!("note: {marked} begins with a byte order mark")),
        "{}",
        ran.stderr
    );
    let csv = files.put("marked.csv", format!("\u{FEFF}{}", table(";")));
    assert_eq!(qris(&["bulk", &csv, "--column", "invoice", "--summary-only"]).code, 1);
    assert_eq!(qris(&["bulk", &csv, "--column", "qrContent", "--summary-only"]).code, 0);
}

#[test]
fn a_payload_that_a_shell_cut_is_told_so() {
    // As `qris decode 0002…A&B…` without quotes: the shell starts it with what stands before the ampersand.
    let whole = crate::support::sealed(&STATIC[..STATIC.len() - 8].replace("WARUNG CONTOH", "WARUNG&CONTOH"));
    let cut = whole.split('&').next().unwrap();
    for command in [&["decode"][..], &["check"], &["edit", "--amount", "1000"]] {
        let ran = qris(&[command, &[cut]].concat());
        let told = format!("{}{}", String::from_utf8_lossy(&ran.stdout), ran.stderr);
        assert!(ran.code == 1 && told.contains("put it into single quotes"), "{told}");
        // Of a file no shell can be guilty.
        let ran = qris_with(&[command, &["-"]].concat(), cut.as_bytes());
        let told = format!("{}{}", String::from_utf8_lossy(&ran.stdout), ran.stderr);
        assert!(ran.code == 1 && !told.contains("single quotes"), "{told}");
    }
}
