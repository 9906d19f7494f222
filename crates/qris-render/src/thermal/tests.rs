//! What is sent is read by two small printers, written from the makers' descriptions of the commands and not from what
//! sends them.

mod printers;

use qris_core::Sealed;

use super::*;
use crate::Segmentation;
use printers::{Label, Receipt};

const PLAIN: &str = "000201520400005303360540410005802ID5901A6001B26080004ID.A63041858";
/// 177 characters: version 10 at level M.
const MERCHANT: &str = "00020101021126690017ID.CO.EXAMPLE.WWW011893600001000000001702150000000000000010303UMI\
    51440014ID.CO.QRIS.WWW0215ID10260000000120303UMI5204581453033605802ID5913Warung Melati6007JAKARTA\
    61051034062070703A01630448CE";
const LEVELS: [Level; 4] = [Level::L, Level::M, Level::Q, Level::H];

fn symbol(text: &str, level: Level) -> Symbol {
    Symbol::of_text(text, Options { level, ..Options::default() }).unwrap()
}

/// A text of so many bytes, for large symbols.
fn long(bytes: usize) -> String {
    "0002010102".chars().cycle().take(bytes).collect()
}

/// The printers of the tests.
fn thermals() -> impl Iterator<Item = Thermal> {
    let rolls = [Roll::Mm58, Roll::Mm80];
    let all = rolls.into_iter().flat_map(|roll| [180, 203, 300].map(|dpi| Thermal::on(roll, dpi)));
    all.chain([Thermal { dots: 832, ..Thermal::default() }, Thermal { dots: 391, ..Thermal::default() }])
}

/// Whether a picture of dots is blank but for this symbol, with its corner at `left`, `top`.
fn shows(dots: &[Vec<bool>], symbol: &Symbol, left: u32, top: u32, module: u32) {
    for (y, row) in dots.iter().enumerate() {
        for (x, &black) in row.iter().enumerate() {
            let (x, y) = (x as u32, y as u32);
            let inside = x >= left && y >= top;
            let dark = inside && symbol.is_dark((x - left) / module, (y - top) / module);
            assert_eq!(black, dark, "{x} {y}");
        }
    }
}

/// The symbols in a picture of dots, as the text they hold.
#[cfg(feature = "scan")]
fn scanned(dots: &[Vec<bool>]) -> Vec<String> {
    let (width, height) = (dots[0].len() as u32, dots.len() as u32);
    let gray = image::GrayImage::from_fn(width, height, |x, y| {
        image::Luma([if dots[y as usize][x as usize] { 0 } else { 255 }])
    });
    let found = crate::scan_gray(&gray).unwrap();
    found.iter().map(|found| String::from_utf8_lossy(found.bytes()).into_owned()).collect()
}

#[test]
fn rolls_have_the_dots_of_their_printers() {
    let dots = |dpi| [Roll::Mm58, Roll::Mm80].map(|roll| roll.dots(dpi));
    assert_eq!([dots(180), dots(203), dots(300)], [[344, 512], [384, 576], [568, 848]]);
    assert_eq!((Roll::Mm80.dots(0), Roll::Mm80.dots(u32::MAX)), (0, u32::MAX));
}

#[test]
fn a_receipt_shows_the_symbol_in_its_middle_as_large_as_fits() {
    for text in [PLAIN, MERCHANT] {
        for (level, printer) in LEVELS.into_iter().flat_map(|level| thermals().map(move |one| (level, one))) {
            let symbol = symbol(text, level);
            let receipt = Receipt::print(&symbol.escpos(&printer).unwrap());
            let across = printer.dots / 8 * 8;
            let modules = symbol.side() + 8;
            let module = across / modules;
            assert!(module * modules <= across && (module + 1) * modules > across);
            assert!(receipt.dots.iter().all(|row| row.len() as u32 == across));
            assert_eq!(receipt.dots.len() as u32, module * modules);
            let left = (across - symbol.side() * module) / 2;
            assert!(left >= 4 * module);
            shows(&receipt.dots, &symbol, left, 4 * module, module);
            assert!(receipt.codes.is_empty() && receipt.is_left);
        }
    }
}

#[test]
fn a_label_shows_the_symbol_in_its_middle_as_large_as_fits() {
    for text in [PLAIN, MERCHANT] {
        for (level, printer) in LEVELS.into_iter().flat_map(|level| thermals().map(move |one| (level, one))) {
            let symbol = symbol(text, level);
            let label = Label::print(&symbol.zpl(&printer).unwrap(), printer.dots);
            let modules = symbol.side() + 8;
            let module = printer.dots / modules;
            assert_eq!(label.dots.len() as u32, module * modules);
            let left = (printer.dots - symbol.side() * module) / 2;
            assert!(left >= 4 * module);
            shows(&label.dots, &symbol, left, 4 * module, module);
            assert_eq!(label.code, None);
        }
    }
}

#[test]
#[cfg(feature = "scan")]
fn what_is_printed_as_dots_reads_back() {
    for (text, level) in [(PLAIN, Level::M), (MERCHANT, Level::M), (MERCHANT, Level::H)] {
        for printer in thermals() {
            let symbol = symbol(text, level);
            let receipt = Receipt::print(&symbol.escpos(&printer).unwrap());
            assert_eq!(scanned(&receipt.dots), [text], "{printer:?}");
            let label = Label::print(&symbol.zpl(&printer).unwrap(), printer.dots);
            assert_eq!(scanned(&label.dots), [text], "{printer:?}");
        }
    }
}

/// The largest symbols, and the widest paper: no number of a command is out of its range.
#[test]
fn the_largest_is_in_range() {
    for bytes in [1, 300, 1_000, 2_000, 2_953] {
        let symbol = symbol(&long(bytes), Level::L);
        let printer = Thermal { dots: Thermal::MAX_DOTS, ..Thermal::default() };
        let module = Thermal::MAX_DOTS / (symbol.side() + 8);
        let receipt = Receipt::print(&symbol.escpos(&printer).unwrap());
        shows(&receipt.dots, &symbol, (888 - symbol.side() * module) / 2, 4 * module, module);
        let label = Label::print(&symbol.zpl(&printer).unwrap(), printer.dots);
        shows(&label.dots, &symbol, (888 - symbol.side() * module) / 2, 4 * module, module);
    }
}

#[test]
fn a_narrower_quiet_zone_gives_its_room_to_the_code() {
    let symbol = symbol(MERCHANT, Level::M);
    let printer = Thermal { quiet_zone: QuietZone::below_standard(0), ..Thermal::default() };
    let receipt = Receipt::print(&symbol.escpos(&printer).unwrap());
    assert_eq!(receipt.dots.len(), 6 * 57);
    shows(&receipt.dots, &symbol, 21, 0, 6);
}

#[test]
fn sizes_are_asked_for() {
    let symbol = symbol(MERCHANT, Level::M);
    let height = |size| {
        let printer = Thermal { size: Some(size), ..Thermal::default() };
        symbol.escpos(&printer).map(|bytes| Receipt::print(&bytes).dots.len())
    };
    // 65 modules with the quiet zone.
    assert_eq!(height(Size::Scale(3)), Ok(195));
    assert_eq!(height(Size::Pixels(200)), Ok(195));
    // 40 mm are 320 dots of this printer.
    assert_eq!(height(Size::Millimetres { side: 40, dpi: 1 }), Ok(260));
    assert_eq!(height(Size::Scale(6)), Err(ThermalError::TooWide { side: 390, dots: 384 }));
    let too_fine = |module| Err(ThermalError::TooFine { module, dpi: 203, least: 2, side: 130, dots: 384 });
    assert_eq!(height(Size::Scale(1)), too_fine(1));
    assert_eq!(height(Size::Pixels(129)), too_fine(1));
    assert_eq!(height(Size::Pixels(64)), too_fine(0));
    assert_eq!(height(Size::Pixels(130)), Ok(130));
    assert_eq!(height(Size::Scale(0)), Err(ThermalError::Frame(FrameError::Zero)));
    assert!(matches!(height(Size::Scale(u32::MAX)), Err(ThermalError::Frame(FrameError::TooLarge { .. }))));
}

/// The module is at least 0.25 mm wide, whatever the printer; 300 dpi take three dots.
#[test]
fn what_no_phone_reads_is_refused() {
    let symbol = symbol(MERCHANT, Level::M);
    for (dpi, least) in [(100, 1), (101, 1), (102, 2), (180, 2), (203, 2), (204, 3), (300, 3), (600, 6)] {
        let paper = |dots| Thermal { dots, dpi, ..Thermal::default() };
        let dots = (65 * least).max(Thermal::MIN_DOTS).div_ceil(8) * 8;
        assert!(symbol.escpos(&paper(dots)).is_ok() && symbol.zpl(&paper(dots)).is_ok(), "{dpi}");
        let refused =
            ThermalError::TooFine { module: least - 1, dpi, least, side: 65 * least, dots: 64 * least };
        let narrow = paper(64 * least);
        assert_eq!(symbol.escpos(&narrow), Err(refused), "{dpi}");
        assert_eq!(symbol.zpl(&narrow), Err(refused), "{dpi}");
        let tiny = Thermal { tiny_modules: true, ..narrow };
        // Less than a dot is none.
        assert_eq!(symbol.escpos(&tiny).is_ok(), least > 1, "{dpi}");
    }
    let message = symbol.escpos(&Thermal { dots: 128, ..Thermal::default() }).unwrap_err().to_string();
    assert_eq!(
        message,
        "with modules of 1 dots at 203 dpi phones do not read this code from paper: 2 dots are the least (0.25 mm), and \
         the code is then 130 dots wide with its quiet zone; the printer prints 128"
    );
}

#[test]
fn printers_that_are_none_are_refused() {
    let symbol = symbol(PLAIN, Level::M);
    let payload = Sealed::parse(PLAIN).unwrap();
    for (dots, dpi) in [(0, 203), (63, 203), (896, 203), (u32::MAX, 203), (384, 0), (384, 99), (384, 601)] {
        let printer = Thermal { dots, dpi, ..Thermal::default() };
        for refused in [
            symbol.escpos(&printer).err(),
            symbol.zpl(&printer).err(),
            escpos_native(&payload, Level::M, &printer).err(),
            zpl_native(&payload, Level::M, &printer).err(),
        ] {
            assert!(matches!(refused, Some(ThermalError::Printer { .. })), "{dots} {dpi}: {refused:?}");
        }
    }
}

#[test]
fn a_receipt_printer_is_told_all_of_its_own_code() {
    for text in [PLAIN, MERCHANT] {
        for (level, printer) in LEVELS.into_iter().flat_map(|level| thermals().map(move |one| (level, one))) {
            let payload = Sealed::parse(text).unwrap();
            let receipt = Receipt::print(&escpos_native(&payload, level, &printer).unwrap());
            let [code] = &receipt.codes[..] else { panic!("{} codes", receipt.codes.len()) };
            let modules = symbol(text, level).side() + 8;
            let module = (printer.dots / modules).min(16);
            assert_eq!((code.model, code.module, code.level), (2, module, level));
            assert_eq!(code.data, text.as_bytes());
            assert!(code.is_centred && receipt.is_left && receipt.dots.is_empty());
            // Blank paper before and behind, also where the printer counts half dots.
            assert!(code.fed_before / 2 >= 4 * module && receipt.fed - code.fed_before >= code.fed_before);
        }
    }
}

#[test]
fn a_label_printer_is_told_level_and_byte_mode() {
    for text in [PLAIN, MERCHANT] {
        for (level, printer) in LEVELS.into_iter().flat_map(|level| thermals().map(move |one| (level, one))) {
            let payload = Sealed::parse(text).unwrap();
            let sent = zpl_native(&payload, level, &printer).unwrap();
            let label = Label::print(&sent, printer.dots);
            let code = label.code.unwrap();
            let symbol = symbol(text, level);
            let module = (printer.dots / (symbol.side() + 8)).min(10);
            let left = (printer.dots - symbol.side() * module) / 2;
            assert_eq!((code.left, code.top, code.module), (left, 4 * module, module));
            assert_eq!((code.level, code.data.as_slice()), (level, text.as_bytes()));
            assert!(label.dots.len() as u32 >= module * (symbol.side() + 8) + 10);
        }
    }
}

/// `^` and `~` begin commands: a merchant's name of them stays a name.
#[test]
fn what_a_name_says_is_no_command() {
    let name = "A^XZ~JR_5E,B";
    let text = format!("0002015204000053033605802ID59{:02}{name}6001B26080004ID.A6304", name.len());
    let crc = qris_core::checksum(text.as_bytes());
    let text = format!("{text}{crc:04X}");
    let payload = Sealed::parse(&text).unwrap();
    let sent = zpl_native(&payload, Level::M, &Thermal::default()).unwrap();
    assert_eq!((sent.matches("^XZ").count(), sent.matches('~').count()), (1, 0), "{sent}");
    assert_eq!(Label::print(&sent, 384).code.unwrap().data, text.as_bytes());
    let receipt = Receipt::print(&escpos_native(&payload, Level::M, &Thermal::default()).unwrap());
    assert_eq!(receipt.codes[0].data, text.as_bytes());
}

/// A printer's own command writes no ECI header, and would choose modes of its own.
#[test]
fn names_beyond_ascii_are_for_dots() {
    let text = "0002015204000053033605802ID5904Kopí6001B26080004ID.A6304";
    let text = format!("{text}{:04X}", qris_core::checksum(text.as_bytes()));
    let payload = Sealed::parse(&text).unwrap();
    let printer = Thermal::default();
    assert_eq!(escpos_native(&payload, Level::M, &printer), Err(ThermalError::NativeCharacters));
    assert_eq!(zpl_native(&payload, Level::M, &printer), Err(ThermalError::NativeCharacters));
    let symbol = Symbol::new(&payload, Options::default()).unwrap();
    assert!(symbol.escpos(&printer).is_ok() && symbol.zpl(&printer).is_ok());
}

#[test]
fn a_module_no_command_makes_is_refused() {
    let payload = Sealed::parse(PLAIN).unwrap();
    let printer = |scale| Thermal { size: Some(Size::Scale(scale)), dots: 888, ..Thermal::default() };
    assert!(escpos_native(&payload, Level::M, &printer(16)).is_ok());
    assert!(zpl_native(&payload, Level::M, &printer(10)).is_ok());
    let refused = |module, most| ThermalError::NativeModule { module, most };
    assert_eq!(escpos_native(&payload, Level::M, &printer(17)), Err(refused(17, 16)));
    assert_eq!(zpl_native(&payload, Level::M, &printer(11)), Err(refused(11, 10)));
}

/// Mixed modes are drawn as they are asked for.
#[test]
fn compact_symbols_are_printed_too() {
    let options = Options { segmentation: Segmentation::Compact, ..Options::default() };
    let symbol = Symbol::of_text(MERCHANT, options).unwrap();
    let module = 384 / (symbol.side() + 8);
    let receipt = Receipt::print(&symbol.escpos(&Thermal::default()).unwrap());
    shows(&receipt.dots, &symbol, (384 - symbol.side() * module) / 2, 4 * module, module);
}
