//! The contract of `qris sticker`.

use std::fs;
use std::path::Path;

use crate::support::{FINPAY, Ran, STATIC, qris, qris_with, repository};

fn sticker(args: &[&str], output: &Path) -> Ran {
    qris(&[&["sticker", "-o", output.to_str().unwrap()], args].concat())
}

#[test]
fn the_code_on_a_card_reads_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("card.png");
    let ran = sticker(&[STATIC, "--dpi", "100"], &path);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert_eq!(qris(&["decode", path.to_str().unwrap()]).code, 0);
    let sheet = qris(&["sticker", STATIC, "-o", "-", "--format", "svg", "--sheet"]);
    assert_eq!(sheet.text().matches("aria-label=\"WARUNG CONTOH\"").count(), 4);
    let picture = qris(&["sticker", STATIC, "-o", "-", "--format", "png", "--sheet", "--dpi", "72"]);
    assert_eq!(picture.code, 0, "{}", picture.stderr);
    let sheet = qris(&["sticker", STATIC, "-o", "-", "--format", "svg", "--sheet=9"]);
    assert_eq!(sheet.text().matches("aria-label=\"WARUNG CONTOH\"").count(), 9);
}

#[test]
fn a_pdf_is_made_for_every_paper() {
    let folder = tempfile::tempdir().unwrap();
    for (i, args) in [
        &[][..],
        &["--bleed"],
        &["--paper", "tent", "--bleed", "--ink", "rgb"],
        &["--sheet"],
        &["--sheet=9"],
        &["--paper", "receipt58"],
        &["--paper", "receipt80", "--ecc", "h"],
    ]
    .iter()
    .enumerate()
    {
        let path = folder.path().join(format!("{i}.pdf"));
        let ran = sticker(&[&[STATIC], *args].concat(), &path);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{args:?}");
        let file = fs::read(&path).unwrap();
        assert!(file.starts_with(b"%PDF-1.7\n") && file.ends_with(b"%%EOF\n"));
        assert!(file.windows(8).any(|window| window == b"/TrimBox"));
    }
    let piped = qris(&["sticker", STATIC, "--format", "pdf", "-o", "-"]);
    assert_eq!(piped.stdout, fs::read(folder.path().join("0.pdf")).unwrap());
}

#[test]
fn wishes_that_do_not_go_together_are_told() {
    let folder = tempfile::tempdir().unwrap();
    for (name, args, said) in [
        ("card.svg", &["--bleed"][..], "for a PDF"),
        ("card.png", &["--ink", "rgb"], "for a PDF"),
        ("card.pdf", &["--bleed", "--paper", "receipt58"], "no bleed"),
        ("card.pdf", &["--bleed", "--sheet"], "cannot be used with"),
        ("card.pdf", &["--sheet", "--paper", "tent"], "a sheet is of cards"),
        ("card.pdf", &["--sheet=5"], "possible values: 4, 9"),
        ("card.pdf", &["--csv", "-"], "cannot be used with"),
        ("card.pdf", &["--column", "payload"], "--csv"),
        ("card.jpg", &[], "card.jpg: a card is written as svg, png or pdf"),
        ("card.png", &["--dpi", "20"], "out of range"),
        ("card.pdf", &["--font", "/nowhere.ttf"], "/nowhere.ttf"),
        ("card.pdf", &["--logo-qris", "/nowhere.png"], "/nowhere.png"),
    ] {
        let path = folder.path().join(name);
        let ran = sticker(&[&[STATIC], args].concat(), &path);
        assert_eq!((ran.code, path.exists()), (2, false), "{args:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(said), "{args:?}: {}", ran.stderr);
    }
    assert_eq!(qris(&["sticker", STATIC, "-o", "-", "--format", "jpeg"]).code, 2);
    let broken = STATIC.replace("WARUNG", "WARUNK");
    let ran = qris(&["sticker", &broken, "-o", "-", "--format", "svg"]);
    assert_eq!((ran.code, ran.stdout.len()), (1, 0));
    assert!(ran.stderr.contains("crc-mismatch"), "{}", ran.stderr);
}

#[test]
fn logos_are_shown() {
    let folder = tempfile::tempdir().unwrap();
    let logo = folder.path().join("logo.png");
    // Any picture will do.
    assert_eq!(qris(&["render", STATIC, "--scale", "2", "-o", logo.to_str().unwrap()]).code, 0);
    let logos = ["--logo-qris", logo.to_str().unwrap(), "--logo-gpn", logo.to_str().unwrap()];
    let args = [&[STATIC, "--card-version", "1.0"][..], &logos].concat();
    let card = qris(&[&["sticker", "-o", "-", "--format", "svg"], args.as_slice()].concat());
    assert_eq!(card.code, 0, "{}", card.stderr);
    assert_eq!(card.text().matches("data:image/png;base64,").count(), 2);
    assert!(card.text().contains("Versi cetak: 1.0"));
    let pdf = qris(&[&["sticker", "-o", "-", "--format", "pdf"], args.as_slice()].concat());
    assert_eq!(pdf.stdout.windows(14).filter(|window| window == b"/Subtype/Image").count(), 2);
    let png = |args: &[&str]| qris(&[&["sticker", "-o", "-", "--format", "png"], args].concat()).stdout;
    assert_ne!(png(&args), png(&[STATIC, "--card-version", "1.0"]));
}

/// A letter without a picture would be a box, or nothing.
#[test]
fn a_card_without_pictures_of_its_letters_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["card.svg", "card.png", "card.pdf"] {
        let path = folder.path().join(name);
        let ran = sticker(&[STATIC, "--merchant-name", "Kafé 最佳"], &path);
        assert_eq!((ran.code, path.exists()), (1, false), "{}", ran.stderr);
        let said =
            "no font has a picture of U+4F73 (佳), U+6700 (最); give a font that has them with --font FILE";
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
    }
}

#[test]
fn a_font_of_the_caller_has_the_letters() {
    let folder = tempfile::tempdir().unwrap();
    let font =
        |name: &str| repository("crates/qris-render/tests/fonts").join(name).to_str().unwrap().to_owned();
    let (arabic, thai) = (font("arabic.ttf"), font("thai.ttf"));
    for name in ["card.svg", "card.png", "card.pdf"] {
        let path = folder.path().join(name);
        let args = [STATIC, "--merchant-name", "مطعم ร้าน Dua", "--font", &arabic];
        let ran = sticker(&args, &path);
        assert_eq!(ran.code, 1);
        assert!(ran.stderr.contains("U+0E19 (น)") && !ran.stderr.contains("U+06"), "{}", ran.stderr);
        let ran = sticker(&[&args[..], &["--font", &thai]].concat(), &path);
        assert_eq!((ran.code, ran.stderr.as_str(), path.exists()), (0, "", true), "{name}");
    }
    let no_font = repository("Cargo.toml");
    let ran =
        sticker(&[STATIC, "--font", no_font.to_str().unwrap(), "--force"], &folder.path().join("card.svg"));
    assert!(ran.code == 2 && ran.stderr.contains("this is no TrueType or OpenType font"), "{}", ran.stderr);
}

/// A card is paid by many.
#[test]
fn a_dynamic_code_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("card");
    for args in [
        &["--format", "svg"][..],
        &["--format", "svg", "--sheet"],
        &["--format", "png"],
        &["--format", "pdf"],
        &["--format", "pdf", "--paper", "receipt58"],
    ] {
        let ran = sticker(&[&[FINPAY], args].concat(), &out);
        assert_eq!((ran.code, ran.stdout.len(), out.exists()), (1, 0, false), "{}", ran.stderr);
        assert!(ran.stderr.contains("the code is dynamic (01 = 12)"), "{}", ran.stderr);
    }
    let by_name = qris(&["sticker", FINPAY, "-o", "-", "--format", "svg", "--allow-dynamic"]);
    assert_eq!((by_name.code, by_name.stderr.as_str()), (0, ""));
    let ran = qris(&["sticker", &without_nmid(), "-o", "-", "--format", "svg"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("warning: the payload has no NMID (51/02)"), "{}", ran.stderr);
}

fn without_nmid() -> String {
    qris(&["edit", STATIC, "--remove", "51/02", "--allow", "missing"]).line()
}

/// How many pages a PDF says it has.
fn pages(file: &[u8]) -> usize {
    file.windows(10).filter(|window| window == b"/Type/Page").count()
        - file.windows(11).filter(|window| window == b"/Type/Pages").count()
}

#[test]
fn a_csv_file_becomes_one_pdf() {
    let folder = tempfile::tempdir().unwrap();
    let (csv, out) = (folder.path().join("merchants.csv"), folder.path().join("cards.pdf"));
    let rows = format!("shop,qrContent\nSatu,{STATIC}\n,{STATIC}\nTiga,{}\n", without_nmid());
    fs::write(&csv, &rows).unwrap();
    let csv = csv.to_str().unwrap();
    // The column is found.
    let ran = sticker(&["--csv", csv], &out);
    let said = "warning: 1 card, that of line 4 first, show no NMID, as their payloads have none (51/02): ask the acquirer \
                for it\nwritten: 3 cards\n";
    assert_eq!((ran.code, ran.stderr.as_str()), (0, said));
    assert_eq!(pages(&fs::read(&out).unwrap()), 3);
    // It is there: nothing is done.
    let ran = sticker(&["--csv", csv], &out);
    assert!(ran.code == 2 && ran.stderr.contains("--force"), "{}", ran.stderr);
    let ran = sticker(&["--csv", csv, "--force", "--column", "qrContent", "--sheet"], &out);
    assert_eq!((ran.code, pages(&fs::read(&out).unwrap())), (0, 1), "{}", ran.stderr);
    // A name of the file's own is another card.
    let piped = |args: &[&str]| {
        qris_with(&[&["sticker", "--csv", "-", "-o", "-", "--format", "pdf"], args].concat(), rows.as_bytes())
    };
    let (plain, named) = (piped(&[]), piped(&["--merchant-name-column", "shop"]));
    assert!(plain.code == 0 && named.code == 0 && plain.stdout != named.stdout);
    assert_eq!(pages(&named.stdout), 3);
    let other = rows.replace(',', "|");
    let ran = qris_with(
        &["sticker", "--csv", "-", "-o", "-", "--format", "pdf", "--column", "qrContent", "--delimiter", "|"],
        other.as_bytes(),
    );
    assert_eq!(ran.stdout, plain.stdout, "{}", ran.stderr);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing half-written stays");
}

#[test]
fn bad_rows_are_told_and_the_others_are_there() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("cards.pdf");
    let broken = STATIC.replace("WARUNG", "WARUNK");
    let rows =
        format!("qr,name\n{STATIC},Satu\n{broken},Dua\n{FINPAY},Tiga\n,Empat\n{STATIC},最\n{STATIC},Enam\n");
    let run = |rows: &str, args: &[&str]| {
        let csv = folder.path().join("merchants.csv");
        fs::write(&csv, rows).unwrap();
        let csv = csv.to_str().unwrap();
        sticker(&[&["--csv", csv, "--merchant-name-column", "name", "--force"], args].concat(), &out)
    };
    let ran = run(&rows, &[]);
    assert_eq!((ran.code, pages(&fs::read(&out).unwrap())), (1, 2), "{}", ran.stderr);
    for said in [
        "bad: line 3: [crc-mismatch]",
        "bad: line 4: the code is dynamic",
        "bad: line 5: there is no payload",
        "bad: line 6: no font has a picture of U+6700 (最)",
        "written: 2 cards",
        "bad: 4 rows",
    ] {
        assert!(ran.stderr.contains(said), "{said}: {}", ran.stderr);
    }
    fs::remove_file(&out).unwrap();
    // Where no row is good there is no file.
    let ran = run(&format!("qr,name\n{broken},Satu\n"), &["--column", "qr"]);
    assert_eq!((ran.code, out.exists()), (1, false), "{}", ran.stderr);
    assert!(ran.stderr.contains("no row has a card"), "{}", ran.stderr);
    for (rows, args, said) in [
        ("a,name\n1,2\n", &[][..], "which column of"),
        ("qr,name\n1,2\n", &["--column", "qrr"], "did you mean \"qr\"?"),
        (rows.as_str(), &["--format", "svg"], "one PDF"),
    ] {
        let ran = run(rows, args);
        assert_eq!((ran.code, out.exists()), (2, false), "{}", ran.stderr);
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing half-written stays");
}

#[test]
#[cfg(target_os = "linux")]
fn a_terminal_is_spared() {
    for format in ["png", "pdf"] {
        let command = format!("sticker '{STATIC}' --format {format} -o -");
        let (good, shown) = crate::pictures::on_a_terminal(60, 100, &command);
        assert!(!good && shown.contains("would only upset the terminal"), "{shown}");
    }
}
