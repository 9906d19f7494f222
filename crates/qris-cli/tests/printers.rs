//! The contract of `qris render` for receipt and label printers. What all their commands say is tested beside their maker,
//! in `qris-render`.

use std::fs;
use std::io::Cursor;

use image::{GrayImage, ImageFormat, Luma};

use crate::support::{self, FINPAY, Ran, STATIC, qris, qris_with};

/// STATIC has 61 modules at level M, and 69 with the quiet zone.
fn print(args: &[&str]) -> Ran {
    qris(&[&["render", STATIC, "-o", "-", "--format"], args].concat())
}

/// The picture that a receipt is: one raster image, 1 for black, and nothing else.
fn paper(receipt: &[u8]) -> GrayImage {
    let [0x1D, b'v', b'0', 0, across, 0, low, high, ref dots @ ..] = *receipt else {
        panic!("no GS v 0: {:02X?}", &receipt[..receipt.len().min(8)])
    };
    let (rows, across) = (u32::from(low) + 256 * u32::from(high), u32::from(across));
    assert_eq!(dots.len() as u32, rows * across);
    GrayImage::from_fn(8 * across, rows, |x, y| {
        let byte = dots[(y * across + x / 8) as usize];
        Luma([if byte >> (7 - x % 8) & 1 == 1 { 0 } else { 255 }])
    })
}

#[test]
fn a_receipt_is_scanned_as_what_it_is_of() {
    for (args, size) in [
        (&["escpos"][..], (384, 345)),
        (&["escpos", "--paper", "80"], (576, 552)),
        // 48 mm at 300 dpi.
        (&["escpos", "--dpi", "300"], (568, 552)),
        (&["escpos", "--dots", "832", "--scale", "4"], (832, 276)),
        (&["escpos", "--mm", "20"], (384, 138)),
        // 77 modules, and 8.
        (&["escpos", "--ecc", "h"], (384, 340)),
    ] {
        let ran = print(args);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{args:?}");
        let paper = paper(&ran.stdout);
        assert_eq!(paper.dimensions(), size, "{args:?}");
        let mut picture = Cursor::new(Vec::new());
        paper.write_to(&mut picture, ImageFormat::Png).unwrap();
        assert_eq!(qris_with(&["scan", "-"], picture.get_ref()).line(), STATIC, "{args:?}");
    }
}

#[test]
fn the_printer_may_draw_the_code_itself() {
    let receipt = print(&["escpos", "--print-as", "native", "--ecc", "q"]);
    assert_eq!(receipt.code, 0, "{}", receipt.stderr);
    let holds = |part: &[u8]| receipt.stdout.windows(part.len()).any(|window| window == part);
    // Function 169 with level Q, and 180 with the payload.
    assert!(holds(b"\x1D(k\x03\x001E\x32") && holds(format!("1P0{STATIC}\x1D").as_bytes()));
    let label = print(&["zpl", "--print-as", "native", "--scale", "4"]).text();
    assert!(label.contains("^BQN,2,4,M^FH^FDMM,B0"), "{label}");
    assert!(label.contains(&format!("{STATIC}^FS")), "{label}");
    // The level of it is kept; dots are what keeps mixed modes and the ECI header.
    let compact = print(&["escpos", "--print-as", "native", "--compact"]);
    assert!(compact.code == 2 && compact.stderr.contains("--compact is for dots"), "{}", compact.stderr);
    let kopi = support::sealed("0002015204000053033605802ID5904Kopí6001B26080004ID.A");
    for format in ["escpos", "zpl"] {
        let args = ["render", &kopi, "-o", "-", "--format", format];
        assert_eq!(qris(&args).code, 0);
        let ran = qris(&[&args[..], &["--print-as", "native"]].concat());
        assert_eq!((ran.code, ran.stdout.len()), (1, 0));
        assert!(ran.stderr.contains("print it as dots (--print-as raster)"), "{}", ran.stderr);
    }
}

#[test]
fn names_of_files_say_the_printer() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    for (name, begin) in [("code.escpos", b"\x1Dv0".as_slice()), ("label.ZPL", b"^XA\n^LL345\n^FO39,20^GFA,")]
    {
        assert_eq!(qris(&["render", STATIC, "-o", &path(name)]).code, 0);
        assert!(fs::read(path(name)).unwrap().starts_with(begin), "{name}");
    }
    // What another command made is drawn as well.
    let ran = qris(&["edit", STATIC, "--amount", "15000", "-o", &path("bill.escpos")]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(fs::read(path("bill.escpos")).unwrap().starts_with(b"\x1Dv0"));
}

/// A code too small on a receipt is refused, and why is said.
#[test]
fn what_no_phone_reads_is_refused() {
    for (args, told) in [
        (&["escpos", "--scale", "1"][..], "with modules of 1 dots at 203 dpi"),
        (&["zpl", "--mm", "17"], "2 dots are the least (0.25 mm), and the code is then 138 dots wide"),
        (&["escpos", "--dots", "128"], "the printer prints 128"),
        (&["escpos", "--dpi", "300", "--scale", "2"], "3 dots are the least"),
        (&["zpl", "--print-as", "native", "--dots", "136"], "wider paper (--paper 80, --dots)"),
    ] {
        let ran = print(args);
        assert_eq!((ran.code, ran.stdout.len()), (1, 0), "{args:?}");
        assert!(ran.stderr.contains(told), "{args:?}: {}", ran.stderr);
        let drawn = print(&[args, &["--tiny-modules"]].concat());
        assert_eq!((drawn.code, drawn.stderr.as_str()), (0, ""), "{args:?}");
    }
}

#[test]
fn wishes_that_cannot_be_met_are_told() {
    for (args, told) in [
        (&["escpos", "--scale", "6"][..], "414 dots wide with its quiet zone, and the printer prints 384"),
        (&["escpos", "--dots", "2000"], "out of range: 64 to 888 dots"),
        (&["zpl", "--dpi", "9"], "100 to 600 dpi"),
        (&["zpl", "--dots", "888", "--scale", "11", "--print-as", "native"], "at most 10 dots, not 11"),
        (&["escpos", "--scale", "0"], "1 or more"),
        (&["escpos", "--paper", "57"], "58, 80"),
        (&["escpos", "--paper", "80", "--dots", "384"], "cannot be used with"),
        (&["escpos", "--dark", "#102a6b"], "colours are for png, svg and webp"),
        (&["escpos", "--logo", "/nowhere.png"], "a symbol with a logo is written as png"),
        (&["png", "--paper", "80"], "are for a printer"),
        (&["svg", "--print-as", "native"], "are for a printer"),
        (&["png", "--dpi", "203"], "--dpi and --tiny-modules are for --mm"),
        (&["jpeg", "--tiny-modules"], "--dpi and --tiny-modules are for --mm"),
    ] {
        let ran = print(args);
        assert_eq!((ran.code, ran.stdout.len()), (2, 0), "{args:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(told), "{args:?}: {}", ran.stderr);
    }
}

#[test]
fn a_receipt_for_every_line() {
    let folder = tempfile::tempdir().unwrap();
    let (input, out) = (folder.path().join("lines.txt"), folder.path().join("codes"));
    fs::write(&input, format!("{STATIC}\n{FINPAY}\n")).unwrap();
    let (input, directory) = (input.to_str().unwrap(), out.to_str().unwrap());
    let ran =
        qris(&["render", "--bulk", input, "--out-dir", directory, "--format", "escpos", "--paper", "80"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(paper(&fs::read(out.join("000002.escpos")).unwrap()).width(), 576);
}

#[test]
#[cfg(target_os = "linux")]
fn bytes_do_not_upset_a_terminal() {
    use crate::pictures::on_a_terminal;
    let (good, shown) = on_a_terminal(60, 100, &format!("render '{STATIC}' --format escpos -o -"));
    assert!(!good && shown.contains("would only upset the terminal"), "{shown}");
    let (good, shown) = on_a_terminal(60, 100, &format!("render '{STATIC}' --format zpl -o -"));
    assert!(good && shown.contains("^XZ"), "{shown}");
}

/// A printer is no file that could be made anew: it is written to.
#[test]
#[cfg(unix)]
fn a_device_is_written_to() {
    let folder = tempfile::tempdir().unwrap();
    let printer = folder.path().join("lp0");
    assert!(std::process::Command::new("mkfifo").arg(&printer).status().unwrap().success());
    let path = printer.clone();
    let printed = std::thread::spawn(move || fs::read(path).unwrap());
    let ran = qris(&["render", STATIC, "--format", "escpos", "-o", printer.to_str().unwrap()]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert_eq!(printed.join().unwrap(), print(&["escpos"]).stdout);
    assert!(!fs::metadata(&printer).unwrap().is_file(), "it is still what it was");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
