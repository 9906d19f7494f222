//! A picture wherever a payload is taken: its kind is told by its bytes, and of several codes the one QRIS is meant.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use image::{DynamicImage, GrayImage, ImageFormat, Luma};

use crate::support::{FINPAY, STATIC, qris, qris_with};

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
        ("code.tif", ImageFormat::Tiff),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, file_of(&codes(&[STATIC]), format)).unwrap();
        named.push(path);
    }
    let mut commands: Vec<&[&str]> = vec![
        &["decode"],
        &["decode", "--format", "json"],
        &["decode", "--format", "ndjson"],
        &["check"],
        &["edit", "--amount", "15000"],
        &["anonymize", "--seed", "7"],
        &["render", "-o", "-"],
        &["render", "--terminal"],
    ];
    if cfg!(feature = "sticker") {
        commands.push(&["sticker", "--format", "svg", "-o", "-"]);
    }
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
    let said =
        "two.png has 2 different QRIS, of WARUNG CONTOH (no amount) and of Test Sogi (for 1000): `qris scan ";
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
    assert!(ran.stderr.contains("3.png: this is text and no picture: `qris decode` reads"), "{}", ran.stderr);
    let bytes = qris_with(&["scan", "-"], b"\xff\xfe\0\x01");
    let said = "this is no PNG, JPEG, WebP, GIF, BMP or TIFF picture, and no PDF";
    assert!(bytes.code == 1 && bytes.stderr.contains(said), "{}", bytes.stderr);
    assert!(qris_with(&["scan", "-"], b"").stderr.contains("the file is empty"));
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

/// The records of `qris scan --format json`.
fn scanned(args: &[&str]) -> (i32, Vec<serde_json::Value>, String) {
    let ran = qris(&[&["scan", "--format", "json"], args].concat());
    (ran.code, serde_json::from_slice(&ran.stdout).unwrap(), ran.stderr)
}

#[test]
fn json_says_where_each_code_is_and_how_it_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = saved(folder.path(), "two.png", &[STATIC, LINK]);
    let (code, records, _) = scanned(&[&path]);
    assert_eq!((code, records.len()), (0, 2), "{records:?}");
    let of = |text: &str| qrcode::QrCode::new(text).unwrap();
    let wide = |text: &str| i64::from(of(text).width() as u32) * 4;
    // The second code begins after the first with its two borders of 16 pixels, and its own.
    for (text, left) in [(STATIC, 16), (LINK, wide(STATIC) + 48)] {
        let record = records.iter().find(|record| record["payload"] == text).unwrap();
        assert_eq!(record["file"], path.as_str());
        assert_eq!(record["ok"], text == STATIC);
        let symbol = &record["symbol"];
        let qrcode::Version::Normal(version) = of(text).version() else { panic!("no Micro QR") };
        assert_eq!((&symbol["version"], &symbol["level"]), (&version.into(), &"M".into()));
        let far = 16 + wide(text);
        let corners = [[left, 16], [left + wide(text), 16], [left + wide(text), far], [left, far]];
        for (i, (corner, told)) in corners.iter().zip(symbol["corners"].as_array().unwrap()).enumerate() {
            let near = |axis: usize| (told[axis].as_i64().unwrap() - corner[axis]).abs() <= 4;
            assert!(near(0) && near(1), "{i}: {corner:?} {told}");
        }
    }
    // A line each, with the same.
    let ran = qris(&["scan", "--format", "ndjson", &path]);
    let lines: Vec<serde_json::Value> =
        ran.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    assert!(
        lines
            .iter()
            .all(|line| line.get("file").is_none() && records.iter().any(|r| r["symbol"] == line["symbol"]))
    );
}

/// Four cards on a sheet of A4.
#[test]
fn our_own_sheet_has_four_codes() {
    let folder = tempfile::tempdir().unwrap();
    let card = qris(&["sticker", STATIC, "--format", "png", "--dpi", "150", "-o", "-"]);
    assert_eq!(card.code, 0, "{}", card.stderr);
    let card = image::load_from_memory(&card.stdout).unwrap().to_luma8();
    let sheet = GrayImage::from_fn(2 * card.width(), 2 * card.height(), |x, y| {
        *card.get_pixel(x % card.width(), y % card.height())
    });
    let path = folder.path().join("sheet.png");
    fs::write(&path, file_of(&sheet, ImageFormat::Png)).unwrap();
    let sheet = path.to_str().unwrap();
    let (code, records, said) = scanned(&[sheet]);
    assert_eq!((code, records.len()), (0, 4), "{said}");
    let mut places: Vec<String> =
        records.iter().map(|record| record["symbol"]["corners"].to_string()).collect();
    places.dedup();
    assert_eq!(places.len(), 4);
    assert!(records.iter().all(|record| record["payload"] == STATIC));
    // As text it is one payload.
    assert_eq!(qris(&["scan", sheet]).line(), STATIC);
}

/// What cannot be read, what is no picture and what is not there stop nothing.
#[test]
fn a_bad_picture_does_not_stop_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let good = saved(folder.path(), "good.png", &[STATIC]);
    let last = saved(folder.path(), "last.png", &[FINPAY]);
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let whole = fs::read(&good).unwrap();
    let (cut, text) = (file("cut.png", &whole[..whole.len() / 2]), file("text.png", b"hello"));
    let white = file("white.png", &file_of(&GrayImage::from_pixel(300, 300, Luma([255])), ImageFormat::Png));
    let heic = file("phone.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic");
    let (code, records, said) = scanned(&[&good, &cut, &text, &white, &heic, &last]);
    assert_eq!(code, 1, "{said}");
    let oks: Vec<bool> = records.iter().map(|record| record["ok"].as_bool().unwrap()).collect();
    assert_eq!(oks, [true, false, false, false, false, true]);
    for (record, part) in records[1..5].iter().zip(["cannot be read", "this is text", "no QR code", "HEIC"]) {
        let message = record["error"]["message"].as_str().unwrap();
        assert!(message.contains(part) && said.contains(part), "{message}");
    }
    // One that is not there is a failure of the command, after the others.
    let absent = folder.path().join("absent.png");
    let ran = qris(&["scan", &good, absent.to_str().unwrap(), &cut, &last]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.text().contains(STATIC) && ran.text().contains(FINPAY), "{}", ran.text());
    assert!(ran.stderr.contains("absent.png") && ran.stderr.contains("cut.png"), "{}", ran.stderr);
}
