//! The contract of `qris render`, `sticker`, `scan` and of `decode` with a picture.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use image::{DynamicImage, GrayImage, ImageFormat, Luma};

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
        ("small.png", &["--small", "--scale", "10", "--ecc", "h"]),
        ("printed.png", &["--mm", "60", "--dpi", "150", "--dark", "#102a6b", "--light", "#fff8e8"]),
        ("compact.png", &["--compact", "--size", "400"]),
        ("narrow.png", &["--quiet-zone", "2", "--narrow-quiet-zone"]),
        ("photo.jpg", &[]),
        ("web.webp", &["--scale", "5"]),
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
fn on_a_terminal(lines: u32, columns: u32, command: &str) -> (bool, String) {
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
    for command in [
        format!("render '{STATIC}' -o -"),
        format!("render '{STATIC}' --format jpeg -o -"),
        format!("sticker '{STATIC}' --format png -o -"),
    ] {
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
    for args in [&["render", &broken, "-o", "-"][..], &["sticker", &broken, "-o", "-", "--format", "svg"]] {
        let ran = qris(args);
        assert_eq!((ran.code, ran.stdout.len()), (1, 0));
        assert!(ran.stderr.contains("crc-mismatch"), "{}", ran.stderr);
    }
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
    // A symbol that is no payload.
    let other = qris(&["sticker", STATIC, "-o", "-", "--format", "png", "--dpi", "100"]).stdout;
    assert_eq!(scan(&other)[1].code, 0, "the code on a card reads back");
}

#[test]
fn logos_and_marks() {
    let folder = tempfile::tempdir().unwrap();
    let (mark, code) = (folder.path().join("mark.png"), folder.path().join("code.png"));
    // Any picture will do.
    assert_eq!(render(&["--scale", "2"], &mark).code, 0);
    let mark = mark.to_str().unwrap();
    let ran = render(&["--logo", mark, "--logo-percent", "15"], &code);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(qris(&["scan", code.to_str().unwrap()]).line(), STATIC);
    assert_eq!(render(&["--logo", mark, "--logo-percent", "31", "--force"], &code).code, 2);

    let card = qris(&[
        "sticker",
        STATIC,
        "-o",
        "-",
        "--format",
        "svg",
        "--left-mark",
        mark,
        "--card-version",
        "1.0",
    ]);
    assert_eq!(card.code, 0, "{}", card.stderr);
    assert!(card.text().contains("data:image/png;base64,") && card.text().contains("Versi cetak: 1.0"));
    let sheet = qris(&["sticker", STATIC, "-o", "-", "--format", "svg", "--sheet"]);
    assert_eq!(sheet.text().matches("aria-label=\"WARUNG CONTOH\"").count(), 4);
}

#[test]
fn a_card_that_would_have_boxes_for_letters_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["card.svg", "card.png"] {
        let path = folder.path().join(name);
        let ran = qris(&["sticker", STATIC, "-o", path.to_str().unwrap(), "--merchant-name", "Kafé 最佳"]);
        assert_eq!((ran.code, path.exists()), (1, false), "{}", ran.stderr);
        let said = "no picture of U+4F73 (佳), U+6700 (最); write them in Latin letters, the name with --merchant-name";
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
    }
}

#[test]
fn a_card_is_written_as_what_the_help_lists() {
    let help = qris(&["sticker", "--help"]).text();
    assert!(help.contains("[possible values: svg, png]") && !help.contains("webp"), "{help}");
    let jpeg = qris(&["sticker", STATIC, "-o", "card.jpg"]);
    assert!(
        jpeg.code == 2 && jpeg.stderr.contains("card.jpg: a card is written as svg or png"),
        "{}",
        jpeg.stderr
    );
    assert_eq!(qris(&["sticker", STATIC, "-o", "-", "--format", "jpeg"]).code, 2);
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

/// A card is paid by many; below 0.25 mm a module no phone reads what is printed.
#[test]
fn what_no_counter_can_use_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let out = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    for args in [&["--format", "svg"][..], &["--format", "svg", "--sheet"], &["--format", "png"]] {
        let ran = qris(&[&["sticker", FINPAY, "-o", &out("card")], args].concat());
        assert_eq!((ran.code, ran.stdout.len()), (1, 0), "{}", ran.stderr);
        assert!(ran.stderr.contains("the code is dynamic (01 = 12)"), "{}", ran.stderr);
        assert!(!folder.path().join("card").exists());
    }
    let by_name = qris(&["sticker", FINPAY, "-o", "-", "--format", "svg", "--allow-dynamic"]);
    assert_eq!((by_name.code, by_name.stderr.as_str()), (0, ""));
    let without = qris(&["edit", STATIC, "--remove", "51/02", "--allow", "missing"]).line();
    let ran = qris(&["sticker", &without, "-o", "-", "--format", "svg"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("warning: the payload has no NMID (51/02)"), "{}", ran.stderr);

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

/// Codes of any text side by side, four pixels a module.
fn codes(texts: &[&str]) -> GrayImage {
    let all: Vec<qrcode::QrCode> = texts.iter().map(|text| qrcode::QrCode::new(text).unwrap()).collect();
    let side = |code: &qrcode::QrCode| (code.width() as u32 + 8) * 4;
    let (width, height) = (all.iter().map(side).sum(), all.iter().map(side).max().unwrap());
    let mut picture = GrayImage::from_pixel(width, height, Luma([255]));
    let mut left = 0;
    for code in &all {
        for (x, y, pixel) in picture.enumerate_pixels_mut().filter(|(x, _, _)| *x >= left) {
            let (column, row) = (((x - left) / 4).wrapping_sub(4), (y / 4).wrapping_sub(4));
            let inside = column < code.width() as u32 && row < code.width() as u32;
            if inside && code[(column as usize, row as usize)] == qrcode::Color::Dark {
                *pixel = Luma([0]);
            }
        }
        left += side(code);
    }
    picture
}

fn file_of(picture: &GrayImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    DynamicImage::ImageLuma8(picture.clone()).to_rgb8().write_to(&mut file, format).unwrap();
    file.into_inner()
}

fn saved(folder: &Path, name: &str, texts: &[&str]) -> String {
    let path = folder.join(name);
    fs::write(&path, file_of(&codes(texts), ImageFormat::Png)).unwrap();
    path.to_str().unwrap().to_owned()
}

const LINK: &str = "https://example.com/menu";

#[test]
fn a_picture_is_taken_wherever_a_payload_is() {
    let folder = tempfile::tempdir().unwrap();
    // A picture is what its bytes say, not its name; and a photograph is called after its date.
    let mut named: Vec<PathBuf> = Vec::new();
    for (name, format) in [
        ("20260131_093012.jpg", ImageFormat::Jpeg),
        ("code", ImageFormat::Png),
        ("code.txt", ImageFormat::Gif),
        ("code.png", ImageFormat::Bmp),
        ("code.qr", ImageFormat::WebP),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, file_of(&codes(&[STATIC]), format)).unwrap();
        named.push(path);
    }
    let commands: [&[&str]; 9] = [
        &["decode"],
        &["decode", "--format", "json"],
        &["decode", "--format", "ndjson"],
        &["check"],
        &["edit", "--amount", "15000"],
        &["anonymize", "--seed", "7"],
        &["render", "-o", "-"],
        &["render", "--terminal"],
        &["sticker", "--format", "svg", "-o", "-"],
    ];
    for command in commands {
        // One line of `ndjson` has its number.
        let expected = qris_with(command, STATIC.as_bytes());
        assert_eq!(expected.code, 0, "{command:?}: {}", expected.stderr);
        let ran = qris_with(command, &fs::read(&named[0]).unwrap());
        assert_eq!((ran.code, ran.stdout), (0, expected.stdout.clone()), "{command:?}: {}", ran.stderr);
        let ran = qris(&[command, &[named[1].to_str().unwrap()]].concat());
        assert_eq!((ran.code, ran.stdout), (0, expected.stdout), "{command:?}: {}", ran.stderr);
    }
    for path in &named {
        let ran = qris(&["edit", "--amount", "15000", path.to_str().unwrap()]);
        assert_eq!(ran.line(), qris(&["edit", "--amount", "15000", STATIC]).line(), "{}", ran.stderr);
        assert_eq!(qris(&["scan", path.to_str().unwrap()]).line(), STATIC);
    }
    // Where one of these is not a name, it is still a payload.
    assert_eq!(qris(&["decode", "20260131_093012.jpg"]).code, 1);
}

#[test]
fn a_picture_in_and_a_dynamic_picture_out() {
    let folder = tempfile::tempdir().unwrap();
    let photo = folder.path().join("photo.jpg");
    fs::write(&photo, file_of(&codes(&[STATIC]), ImageFormat::Jpeg)).unwrap();
    let dynamic = qris(&["edit", STATIC, "--amount", "15000"]).line();
    let edit = |name: &str, more: &[&str]| {
        let path = folder.path().join(name);
        let args = ["edit", photo.to_str().unwrap(), "--amount", "15000", "-o", path.to_str().unwrap()];
        (qris(&[&args, more].concat()), path)
    };
    for name in ["out.png", "out.jpg", "out.webp"] {
        let (ran, path) = edit(name, &[]);
        assert_eq!((ran.code, ran.stdout.len()), (0, 0), "{name}: {}", ran.stderr);
        assert_eq!(qris(&["scan", path.to_str().unwrap()]).line(), dynamic, "{name}");
    }
    // The same file as in two steps.
    let rendered = qris(&["render", &dynamic, "-o", "-"]).stdout;
    assert_eq!(fs::read(folder.path().join("out.png")).unwrap(), rendered);
    assert!(fs::read_to_string(edit("out.svg", &[]).1).unwrap().contains("<svg"));
    assert_eq!(fs::read_to_string(edit("out.qr", &[]).1).unwrap(), dynamic);
    assert_eq!(qris(&["edit", STATIC, "--amount", "15000", "-o", "-"]).line(), dynamic);
    let (unknown, path) = edit("out.docx", &[]);
    assert!(unknown.code == 2 && unknown.stderr.contains(".png") && !path.exists(), "{}", unknown.stderr);
    assert_eq!(edit("out.png", &[]).0.code, 2, "it exists");
    assert_eq!(edit("out.png", &["--force"]).0.code, 0);
}

#[test]
fn of_several_codes_the_one_qris_is_used() {
    let folder = tempfile::tempdir().unwrap();
    let both = saved(folder.path(), "both.png", &[LINK, STATIC]);
    for command in ["decode", "check", "edit", "anonymize"] {
        let ran = qris(&[command, &both]);
        assert_eq!(ran.code, 0, "{command}: {}", ran.stderr);
        assert!(ran.stderr.contains("both.png has another code beside the QRIS"), "{}", ran.stderr);
        assert!(ran.stderr.contains("it is a link"), "{}", ran.stderr);
    }
    let scanned = qris(&["scan", &both]);
    assert_eq!((scanned.code, scanned.line()), (0, STATIC.to_owned()));
    assert!(scanned.stderr.starts_with("note: "), "{}", scanned.stderr);

    let twice = saved(folder.path(), "twice.png", &[STATIC, STATIC]);
    let ran = qris(&["edit", "--static", &twice]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert_eq!(qris(&["scan", &twice]).line(), STATIC);

    let two = saved(folder.path(), "two.png", &[STATIC, FINPAY]);
    let ran = qris(&["edit", "--amount", "15000", &two]);
    assert_eq!((ran.code, ran.stdout.len()), (1, 0));
    let said = "two.png has 2 different QRIS, of WARUNG CONTOH and of Test Sogi: `qris scan ";
    assert!(ran.stderr.contains(said), "{}", ran.stderr);
    let scanned = qris(&["scan", &two]);
    assert_eq!((scanned.code, scanned.text()), (0, format!("{STATIC}\n{FINPAY}\n")));
}

#[test]
fn a_picture_that_has_no_qris_says_what_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let link = saved(folder.path(), "menu.png", &[LINK]);
    for command in ["decode", "check", "edit", "anonymize", "scan"] {
        let ran = qris(&[command, &link]);
        assert_eq!((ran.code, ran.stdout.len()), (1, 0), "{command}");
        assert!(ran.stderr.ends_with("menu.png: its code is a link, not a QRIS\n"), "{}", ran.stderr);
    }
    let wifi = saved(folder.path(), "several.png", &["WIFI:T:WPA;S:Kedai;P:kopi;;", "some text"]);
    let ran = qris(&["decode", &wifi]);
    // From top to bottom: the smaller code has its middle further up.
    let said = "none of its 2 codes is a QRIS; they are other text; access to a Wi-Fi network";
    assert!(ran.code == 1 && ran.stderr.contains(said), "{}", ran.stderr);
    assert!(!ran.stderr.contains("kopi"), "{}", ran.stderr);

    // One that is not whole is judged as any text is.
    let broken = saved(folder.path(), "broken.png", &[&STATIC.replace("WARUNG", "WARUNK")]);
    let ran = qris(&["decode", &broken]);
    assert!(ran.code == 1 && ran.stderr.contains("crc-mismatch"), "{}", ran.stderr);

    let empty = folder.path().join("white.png");
    fs::write(&empty, file_of(&GrayImage::from_pixel(300, 300, Luma([255])), ImageFormat::Png)).unwrap();
    let ran = qris(&["check", empty.to_str().unwrap()]);
    assert!(ran.code == 1 && ran.stderr.contains("white.png: no QR code found"), "{}", ran.stderr);

    let heic = qris_with(&["decode"], b"\0\0\0\x18ftypheic\0\0\0\0mif1heic and more");
    assert_eq!((heic.code, heic.stdout.len()), (1, 0));
    let said = "error: standard input: an HEIC picture, which is not read: save it as JPEG or PNG first\n";
    assert_eq!(heic.stderr, said);
}

#[test]
fn several_pictures_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) =
        (saved(folder.path(), "1.png", &[STATIC]), saved(folder.path(), "2.png", &[FINPAY, LINK]));
    let gone = folder.path().join("3.png");
    fs::write(&gone, "no picture").unwrap();
    let gone = gone.to_str().unwrap();
    let ran = qris(&["scan", &one, gone, &other]);
    assert_eq!((ran.code, ran.text()), (1, format!("{one}: {STATIC}\n{other}: {FINPAY}\n")));
    assert!(ran.stderr.contains("3.png: this is no PNG, JPEG, WebP, GIF or BMP picture"), "{}", ran.stderr);
    let bare = qris(&["scan", "--no-filename", &one, &other]);
    assert_eq!((bare.code, bare.text()), (0, format!("{STATIC}\n{FINPAY}\n")));
    let records = qris(&["scan", "--format", "ndjson", &one, &other]).records();
    let files: Vec<_> = records.iter().map(|record| (&record["file"], &record["ok"])).collect();
    let (one, other) = (serde_json::json!(one), serde_json::json!(other));
    let (yes, no) = (serde_json::json!(true), serde_json::json!(false));
    assert_eq!(files, [(&one, &yes), (&other, &no), (&other, &yes)]);
}

#[test]
fn bulk_reads_the_files_that_a_list_names_when_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let one = saved(folder.path(), "1.png", &[STATIC]);
    let two = saved(folder.path(), "2.png", &[LINK, FINPAY]);
    let link = saved(folder.path(), "link.png", &[LINK]);
    let text = folder.path().join("payload.qr");
    fs::write(&text, format!("{FINPAY}\n")).unwrap();
    let text = text.to_str().unwrap();
    let list =
        format!("{one}\n\n{two}\n{link}\n{text}\n/nowhere.png\n/dev/zero\n{}\n", folder.path().display());
    let ran = qris_with(&["bulk", "--pictures", "--threads", "2"], list.as_bytes());
    assert_eq!(ran.code, 1);
    let records = ran.records();
    let seen: Vec<_> =
        records.iter().map(|record| (record["line"].as_u64(), record["ok"].as_bool())).collect();
    let (good, bad) = (Some(true), Some(false));
    assert_eq!(
        seen,
        [(1, good), (3, good), (4, bad), (5, good), (6, bad), (7, bad), (8, bad)]
            .map(|(line, ok)| (Some(line), ok))
    );
    assert_eq!(records[0]["file"], one.as_str());
    assert_eq!(records[2]["error"]["code"], "no-payload-in-file");
    assert!(records[2]["error"]["message"].as_str().unwrap().ends_with("its code is a link, not a QRIS"));
    assert!(ran.stderr.contains("files: 4 without a payload to read"), "{}", ran.stderr);
    let full = qris_with(&["bulk", "--pictures", "--full"], format!("{one}\n").as_bytes());
    assert_eq!((full.code, &full.records()[0]["payload"]), (0, &serde_json::json!(STATIC)));
    // Without the flag a name is a text that is no payload, and no file is opened.
    let plain = qris_with(&["bulk"], format!("{one}\n").as_bytes());
    assert_eq!((plain.code, &plain.records()[0]["ok"]), (1, &serde_json::json!(false)));
}
