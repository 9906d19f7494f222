//! The contract of `qris render`, `scan` and of `decode` with a picture.

use std::fs;
use std::path::Path;

use crate::support::{self, FINPAY, Ran, STATIC, qris, qris_with};
use qris_testkit::vectors;

fn render(args: &[&str], output: &Path) -> Ran {
    qris(&[&["render", STATIC, "-o", output.to_str().unwrap()], args].concat())
}

#[test]
fn what_is_rendered_scans_and_decodes() {
    let folder = tempfile::tempdir().unwrap();
    let wishes: [(&str, &[&str]); 8] = [
        ("plain.png", &[]),
        ("large.png", &["--scale", "10", "--ecc", "h"]),
        ("printed.png", &["--mm", "60", "--dpi", "150", "--dark", "#102a6b", "--light", "#fff8e8"]),
        ("compact.png", &["--compact", "--size", "400"]),
        ("narrow.png", &["--quiet-zone", "2", "--narrow-quiet-zone"]),
        ("photo.jpg", &[]),
        ("web.webp", &["--scale", "5", "--dark", "#102a6b", "--light", "#fff8e8"]),
        ("named.bin", &["--format", "png"]),
    ];
    for (name, args) in wishes {
        let path = folder.path().join(name);
        let ran = render(args, &path);
        assert_eq!((ran.code, ran.stdout.len()), (0, 0), "{name}: {}", ran.stderr);
        let scanned = qris(&["scan", path.to_str().unwrap()]);
        assert_eq!((scanned.code, scanned.line()), (0, STATIC.to_owned()), "{name}");
    }
    let decoded = qris(&["decode", "--format", "json", folder.path().join("photo.jpg").to_str().unwrap()]);
    assert_eq!(decoded.json()["payload"], STATIC);
    let records =
        qris(&["scan", "--format", "ndjson", folder.path().join("plain.png").to_str().unwrap()]).records();
    assert_eq!((records.len(), &records[0]["ok"]), (1, &serde_json::json!(true)));
}

#[test]
fn standard_output_takes_pictures() {
    let png = qris(&["render", STATIC, "-o", "-"]);
    assert!(png.code == 0 && png.stdout.starts_with(b"\x89PNG"));
    assert_eq!(qris_with(&["scan", "-"], &png.stdout).line(), STATIC);
    let svg = qris(&["render", STATIC, "-o", "-", "--format", "svg"]);
    assert!(svg.text().contains("<title>WARUNG CONTOH</title>"));
    let terminal = qris(&["render", STATIC, "--terminal"]);
    assert!(terminal.text().starts_with("\x1b[38;5;16;48;5;231m"));
    let plain = qris(&["render", STATIC, "--terminal=on-light"]);
    assert!(!plain.text().contains('\x1b'));
    // What follows is the file, not the style.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("payload.qr");
    fs::write(&path, STATIC).unwrap();
    let file = qris(&["render", "--terminal", path.to_str().unwrap()]);
    assert_eq!((file.code, &file.stdout), (0, &terminal.stdout), "{}", file.stderr);
    // In a pipe nothing is drawn unasked.
    let nowhere = qris(&["render", STATIC]);
    assert!(
        nowhere.code == 2 && nowhere.stderr.contains("-o") && nowhere.stdout.is_empty(),
        "{}",
        nowhere.stderr
    );
}

/// Runs a command line on a terminal of this size; what it showed.
#[cfg(target_os = "linux")]
pub(crate) fn on_a_terminal(lines: u32, columns: u32, command: &str) -> (bool, String) {
    let qris = env!("CARGO_BIN_EXE_qris");
    let command = format!("stty rows {lines} cols {columns}; {} {command}", qris.replace('\'', "'\\''"));
    let ran = std::process::Command::new("script")
        .args(["--quiet", "--return", "--command", &command, "/dev/null"])
        .stdin(std::process::Stdio::null())
        .env("TERM", "xterm")
        .env_remove("NO_COLOR")
        .output()
        .expect("script(1), of util-linux, gives a terminal");
    (ran.status.success(), String::from_utf8_lossy(&ran.stdout).replace("\r\n", "\n"))
}

#[test]
#[cfg(target_os = "linux")]
fn a_terminal_is_drawn_on() {
    let (good, shown) = on_a_terminal(60, 100, &format!("render '{STATIC}'"));
    assert!(good && shown.matches("\x1b[38;5;16;48;5;231m").count() > 20, "{shown}");
    assert!(!shown.contains("warning"), "{shown}");
    for (lines, columns) in [(24, 100), (60, 40)] {
        let (good, shown) = on_a_terminal(lines, columns, &format!("render '{STATIC}'"));
        assert!(good && shown.contains("make the window larger"), "{shown}");
    }
    for command in [format!("render '{STATIC}' -o -"), format!("render '{STATIC}' --format jpeg -o -")] {
        let (good, shown) = on_a_terminal(60, 100, &command);
        assert!(!good && shown.contains("would only upset the terminal"), "{shown}");
    }
    let (good, shown) = on_a_terminal(60, 100, &format!("render '{STATIC}' --format svg -o -"));
    assert!(good && shown.contains("<svg"), "{shown}");
}

#[test]
fn files_that_nobody_named_are_not_spoken_of() {
    let folder = tempfile::tempdir().unwrap();
    for ran in [
        render(&[], &folder.path().join("nowhere/code.png")),
        qris(&["bulk", "-o", folder.path().join("nowhere/out.ndjson").to_str().unwrap()]),
    ] {
        assert!(ran.code == 2 && ran.stderr.contains("No such file"), "{}", ran.stderr);
        assert!(!ran.stderr.contains(".qris-"), "{}", ran.stderr);
    }
}

#[test]
fn a_file_is_replaced_only_by_force() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("code.png");
    fs::write(&path, "mine").unwrap();
    let ran = render(&[], &path);
    assert_eq!((ran.code, fs::read(&path).unwrap()), (2, b"mine".to_vec()));
    assert!(ran.stderr.contains("--force"), "{}", ran.stderr);
    assert_eq!(render(&["--force"], &path).code, 0);
    assert!(fs::read(&path).unwrap().starts_with(b"\x89PNG"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing half-written stays");
}

#[test]
fn wishes_that_cannot_be_met_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("code.png");
    let wishes: [&[&str]; 10] = [
        &["--scale", "0"],
        &["--scale", "4000000000"],
        &["--size", "100000"],
        &["--size", "20"],
        &["--mm", "4000000000", "--dpi", "4000000000"],
        &["--quiet-zone", "3"],
        &["--dark", "#ffffff", "--light", "#000000"],
        &["--dark", "red"],
        &["--format", "svg", "--logo", "/nowhere.png"],
        &["--logo", "/nowhere.png"],
    ];
    for args in wishes {
        let ran = render(args, &path);
        assert_eq!((ran.code, path.exists()), (2, false), "{args:?}: {}", ran.stderr);
        assert!(!ran.stderr.is_empty(), "{args:?}");
    }
    assert_eq!(render(&[], &folder.path().join("code.gif")).code, 2);
    assert_eq!(render(&[], &folder.path().join("nowhere/code.png")).code, 2);
    assert_eq!(qris(&["render", STATIC]).code, 2);
}

#[test]
fn a_wrong_crc_is_refused() {
    let broken = STATIC.replace("WARUNG", "WARUNK");
    let ran = qris(&["render", &broken, "-o", "-"]);
    assert_eq!((ran.code, ran.stdout.len()), (1, 0));
    assert!(ran.stderr.contains("crc-mismatch"), "{}", ran.stderr);
}

#[test]
fn bad_pictures_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("white.png");
    let scan = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        let path = path.to_str().unwrap();
        [qris(&["scan", path]), qris(&["decode", path])]
    };
    let good = qris(&["render", STATIC, "-o", "-"]).stdout;
    for bytes in [b"no picture".as_slice(), b"", &good[..good.len() / 2]] {
        for ran in scan(bytes) {
            assert_eq!((ran.code, ran.stdout.len()), (1, 0), "{}", ran.stderr);
        }
    }
    assert_eq!(qris(&["scan", "/nowhere.png"]).code, 2);
}

#[test]
fn logos() {
    let folder = tempfile::tempdir().unwrap();
    let (mark, code) = (folder.path().join("mark.png"), folder.path().join("code.png"));
    // Any picture will do.
    assert_eq!(render(&["--scale", "2"], &mark).code, 0);
    let mark = mark.to_str().unwrap();
    let ran = render(&["--logo", mark, "--logo-percent", "15"], &code);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(qris(&["scan", code.to_str().unwrap()]).line(), STATIC);
    assert_eq!(render(&["--logo", mark, "--logo-percent", "31", "--force"], &code).code, 2);
}

#[test]
fn a_picture_for_every_line() {
    let folder = tempfile::tempdir().unwrap();
    let (input, out) = (folder.path().join("lines.txt"), folder.path().join("codes"));
    fs::write(&input, format!("{STATIC}\n\nnonsense\n{FINPAY}\n")).unwrap();
    let (input, directory) = (input.to_str().unwrap(), out.to_str().unwrap());
    let ran = qris(&["render", "--bulk", input, "--out-dir", directory]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("line 3") && ran.stderr.contains("written: 2"), "{}", ran.stderr);
    let scan = |name: &str| qris(&["scan", out.join(name).to_str().unwrap()]).line();
    assert_eq!((scan("000001.png"), scan("000004.png")), (STATIC.to_owned(), FINPAY.to_owned()));
    assert_eq!(qris(&["render", "--bulk", input, "--out-dir", directory]).code, 2, "they exist");

    let csv = folder.path().join("rows.csv");
    fs::write(&csv, format!("invoice,qr\n../INV 1,{STATIC}\n,{FINPAY}\n")).unwrap();
    let csv = csv.to_str().unwrap();
    let ran = qris(&[
        "render",
        "--bulk",
        csv,
        "--column",
        "qr",
        "--name-column",
        "invoice",
        "--out-dir",
        directory,
        "--format",
        "svg",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(out.join("_._INV_1.svg").exists(), "{:?}", fs::read_dir(&out).unwrap().collect::<Vec<_>>());
    assert!(out.join("000003.svg").exists() || out.join("000002.svg").exists());
}

#[test]
fn many_threads_draw_the_same_pictures_in_any_number() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("rows.csv");
    let mut rows = "name,qr\n".to_owned();
    for number in 0..300 {
        let text = if number == 150 { "nonsense" } else { STATIC };
        let name = if number == 200 { "n100".to_owned() } else { format!("n{number}") };
        rows.push_str(&format!("{name},{text}\n"));
    }
    fs::write(&input, rows).unwrap();
    let mut told = Vec::new();
    for threads in ["1", "3"] {
        let out = folder.path().join(threads);
        let ran = qris(
            &[
                &["render", "--bulk", input.to_str().unwrap(), "--column", "qr", "--name-column", "name"][..],
                &["--out-dir", out.to_str().unwrap(), "--threads", threads, "--scale", "1"],
            ]
            .concat(),
        );
        assert_eq!(ran.code, 1);
        assert!(ran.stderr.starts_with("bad: line 152: "), "{}", ran.stderr);
        // Two rows of one name: the first has the file.
        assert!(ran.stderr.contains("bad: line 202: its file would be called n100"), "{}", ran.stderr);
        assert!(ran.stderr.ends_with("written: 298\nbad: 2\n"), "{}", ran.stderr);
        assert_eq!(fs::read_dir(&out).unwrap().count(), 298);
        told.push((ran.stderr, fs::read(out.join("n299.png")).unwrap()));
    }
    assert_eq!(told[0], told[1]);
}

#[test]
fn every_vector_that_decodes_renders() {
    for vector in vectors::vectors().unwrap().into_iter().filter(|vector| vector.error.is_none()) {
        let picture = qris(&["render", &vector.payload, "-o", "-", "--scale", "4"]);
        assert_eq!(picture.code, 0, "{}: {}", vector.name, picture.stderr);
        assert_eq!(qris_with(&["scan", "-"], &picture.stdout).line(), vector.payload, "{}", vector.name);
    }
}

#[test]
fn a_symbol_is_read_in_another_length_unit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bytes.png");
    let text = vectors::testdata().join("mpm/damaged/lengths-in-bytes--name.qr");
    let (text, path) = (text.to_str().unwrap(), path.to_str().unwrap());
    assert_eq!(qris(&["render", text, "--length-unit", "bytes", "-o", path]).code, 0);
    let characters = qris(&["scan", path]);
    assert!(
        characters.code == 1 && characters.stderr.contains("[lengths-in-bytes]"),
        "{}",
        characters.stderr
    );
    assert_eq!(qris(&["scan", "--length-unit", "bytes", path]).code, 0);
    // What is in a picture is undone as what is in a file.
    assert_eq!(qris(&["decode", path]).code, 1);
    let undone = qris(&["decode", "--undo", path]);
    assert!(undone.code == 0 && undone.stderr.contains("undone: "), "{}", undone.stderr);
}

/// Below 0.25 mm a module no phone reads what is printed.
#[test]
fn what_no_phone_reads_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let out = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    // 61 modules and 8 of border: 69 of 0.25 mm are 17.25 mm, and 138 dots of 203 dpi are 17.27 mm.
    for (args, least) in [
        (&["--format", "svg"][..], 18),
        (&["--dpi", "203"], 18),
        // Of three pixels, as two of them are 0.17 mm.
        (&["--dpi", "300"], 18),
        // Of four: 0.28 mm.
        (&["--dpi", "360", "--format", "jpeg"], 20),
        // 77 modules and 8.
        (&["--ecc", "h", "--dpi", "203"], 22),
    ] {
        let draw = |mm: u32, more: &[&str]| {
            let (name, mm) = (format!("code-{mm}.png"), mm.to_string());
            let ran =
                qris(&[&["render", STATIC, "--mm", &mm, "-o", &out(&name), "--force"], args, more].concat());
            (ran.code, folder.path().join(name).exists(), ran.stderr)
        };
        let (code, exists, told) = draw(least - 1, &[]);
        assert_eq!((code, exists), (1, false), "{args:?}: {told}");
        assert!(told.contains(&format!("--mm {least} is the smallest that works")), "{args:?}: {told}");
        assert_eq!(draw(least, &[]).0, 0, "{args:?}");
        let (code, _, told) = draw(least - 1, &["--tiny-modules"]);
        assert_eq!((code, told.as_str()), (0, ""), "{args:?}");
        let _ = fs::remove_file(folder.path().join(format!("code-{}.png", least - 1)));
    }
}

/// In a file of many, one that would not be read is a bad line; the others are drawn.
#[test]
fn a_code_too_dense_for_the_size_is_a_bad_line() {
    let folder = tempfile::tempdir().unwrap();
    let (input, out) = (folder.path().join("lines.txt"), folder.path().join("codes"));
    let short = support::sealed("000201520400005303360540410005802ID5901A6001B26080004ID.A");
    fs::write(&input, format!("{STATIC}\n{short}\n")).unwrap();
    let (input, folder) = (input.to_str().unwrap(), out.to_str().unwrap());
    let ran = qris(&["render", "--bulk", input, "--out-dir", folder, "--mm", "12", "--dpi", "203"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("line 1: at 12 mm") && ran.stderr.contains("written: 1"), "{}", ran.stderr);
    assert!(out.join("000002.png").exists());
}
