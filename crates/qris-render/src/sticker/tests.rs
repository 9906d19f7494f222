use proptest::prelude::*;

use super::text::Line;
use super::*;
use crate::png::true_color;
use crate::{Level, MIN_MODULE_MICROMETRES};

const TEXT: &str = "00020101021126690017ID.CO.EXAMPLE.WWW011893600001000000001702150000000000000010303UMI\
    51440014ID.CO.QRIS.WWW0215ID10260000000120303UMI5204581453033605802ID5913Warung Melati6007JAKARTA\
    61051034062070703A01630448CE";

fn card() -> Sticker {
    Sticker::new(&Sealed::parse(TEXT).unwrap(), Options::default()).unwrap()
}

fn mark(width: u32, height: u32) -> Mark {
    let pixels: Vec<u8> = (0..width * height).flat_map(|i| [0, (i % 200) as u8, 200, 255]).collect();
    Mark::read(&true_color(width, None, png::ColorType::Rgba, &pixels)).unwrap()
}

#[test]
fn the_payload_fills_the_lines() {
    let lines = card().lines;
    assert_eq!(lines.merchant_name, "Warung Melati");
    assert_eq!(lines.nmid.as_deref(), Some("ID1026000000012"));
    assert_eq!(lines.terminal_label.as_deref(), Some("A01"));
    assert_eq!(lines.printed_by.as_deref(), Some("93600001"));
    assert_eq!(lines.version, None);
}

#[test]
fn hostile_lines_do_not_reach_the_markup() {
    let mut card = card();
    let hostile = "</title><script>\"'&".to_owned();
    card.lines.merchant_name.clone_from(&hostile);
    card.lines.nmid = Some(hostile.clone());
    card.lines.terminal_label = Some(hostile.clone());
    card.lines.tagline.clone_from(&hostile);
    card.lines.check_at.clone_from(&hostile);
    card.lines.printed_by = Some(hostile.clone());
    card.lines.version = Some(hostile);
    let svg = card.svg().unwrap();
    assert!(!svg.contains("<script"));
    assert_eq!(svg.matches("<title>").count(), 1);
    card.png(100).unwrap();
    card.lines.tagline = "SATU\u{202e}\u{0}".to_owned();
    let missing = StickerError::Missing { characters: vec!['\u{0}', '\u{202e}'] };
    assert_eq!(missing.to_string(), "no font has a picture of U+0000, U+202E");
    assert_eq!(card.svg().unwrap_err(), missing);
}

#[test]
fn a_card_with_missing_characters_is_refused() {
    let mut card = card();
    assert_eq!(card.missing_characters(), []);
    card.lines.merchant_name = "Kafé 最佳 运输 最".to_owned();
    assert_eq!(card.missing_characters(), ['佳', '最', '输', '运']);
    let missing = StickerError::Missing { characters: vec!['佳', '最', '输', '运'] };
    assert_eq!(card.png(100).unwrap_err(), missing);
    assert_eq!(card.svg().unwrap_err(), missing);
    assert_eq!(Sticker::sheet_svg(&[card], Sheet::Four).unwrap_err(), missing);
    let many = StickerError::Missing { characters: "一二三四五六七".chars().collect() };
    assert!(many.to_string().ends_with("U+4E94 (五) and 2 more"), "{many}");
}

#[test]
fn long_lines_shrink_and_absurd_ones_are_refused() {
    let mut card = card();
    card.lines.merchant_name = "W".repeat(120);
    card.lines.printed_by = Some("W".repeat(120));
    card.lines.tagline = "W".repeat(120);
    card.svg().unwrap();
    card.lines.tagline.push('W');
    assert_eq!(card.svg().unwrap_err(), StickerError::LongLine { characters: 121 });
    assert_eq!(card.png(300).unwrap_err(), StickerError::LongLine { characters: 121 });
}

#[test]
fn resolutions_have_limits() {
    for dpi in [0, 71, 601, u32::MAX] {
        assert_eq!(card().png(dpi).unwrap_err(), StickerError::Resolution { dpi });
    }
    let picture = image::load_from_memory(&card().png(72).unwrap()).unwrap();
    assert_eq!((picture.width(), picture.height()), (298, 420));
}

#[test]
fn a_sheet_has_as_many_cards_as_fit() {
    for (sheet, most) in [(Sheet::Four, 4), (Sheet::Nine, 9)] {
        let cards = vec![card(); most + 1];
        let error = |cards| StickerError::Sheet { cards, most };
        assert_eq!(Sticker::sheet_svg(&[], sheet).unwrap_err(), error(0));
        assert_eq!(Sticker::sheet_svg(&cards, sheet).unwrap_err(), error(most + 1));
        let svg = Sticker::sheet_svg(&cards[..most], sheet).unwrap();
        assert_eq!(svg.matches("aria-label=\"Warung Melati\"").count(), most);
        assert!(svg.contains(r#"width="210.0mm" height="297.0mm""#));
        let slip = Sticker { paper: Paper::Receipt58, ..card() };
        assert_eq!(Sticker::sheet_svg(&[slip], sheet).unwrap_err(), error(1));
    }
}

#[test]
fn marks_are_drawn() {
    let plain = card();
    let mut marked = plain.clone();
    (marked.logo_qris, marked.logo_gpn) = (Some(mark(300, 100)), Some(mark(1, 50)));
    assert_eq!(marked.svg().unwrap().matches("<image ").count(), 2);
    assert!(marked.svg().unwrap().contains("data:image/png;base64,iVBORw0KGgo"));
    assert_ne!(marked.png(150).unwrap(), plain.png(150).unwrap());
    // On a sheet the file is there once for each of the two.
    let sheet = Sticker::sheet_svg(&vec![marked; 9], Sheet::Nine).unwrap();
    assert_eq!((sheet.matches("base64").count(), sheet.matches("<use ").count()), (2, 16));
    assert_eq!(Mark::read(b"no picture").unwrap_err(), PictureError::UnknownFormat);
}

/// A sheet as a picture has the cards of the sheet as a drawing, and their codes are read.
#[cfg(feature = "scan")]
#[test]
fn a_sheet_is_a_picture_as_well() {
    let file = Sticker::sheet_png(&vec![card(); 4], Sheet::Four, 100).unwrap();
    let picture = image::load_from_memory(&file).unwrap();
    assert_eq!((picture.width(), picture.height()), (827, 1169));
    let quarter = picture.crop_imm(0, 0, 413, 584);
    let found = crate::scan_image(&quarter).unwrap();
    assert_eq!(found[0].payload().unwrap().as_str(), TEXT);
    assert_eq!(
        Sticker::sheet_png(&[card()], Sheet::Four, 10).unwrap_err(),
        StickerError::Resolution { dpi: 10 }
    );
}

/// The symbol on a page: where it begins and its module, in tenths of a millimetre.
fn symbol(card: &Sticker) -> (f32, f32, f32) {
    let page = Page::of(card, 0.0).unwrap();
    let item = page.places[0].side.items.iter().find_map(|item| match *item {
        layout::Item::Symbol { x, y, module } => Some((x, y, module)),
        _ => None,
    });
    item.unwrap()
}

/// In print it is no smaller at one resolution than at another, to the pixel, and as large as in SVG and PDF.
#[test]
fn the_size_of_the_code_does_not_depend_on_the_resolution() {
    let card = card();
    let (left, top, module) = symbol(&card);
    let modules = card.symbol.side() as f32;
    // 57 modules of the 65 with the quiet zone that fill 88 mm.
    assert!((module * modules / 10.0 - 77.17).abs() < 0.01, "{module}");
    assert!(card.svg().unwrap().contains(&format!("translate({left:.3} {top:.3}) scale({module:.5})")));
    for dpi in [72, 100, 101, 203, 300] {
        let picture = image::load_from_memory(&card.png(dpi).unwrap()).unwrap().to_luma8();
        let at = |tenths: f32| (tenths * dpi as f32 / 254.0).round() as u32;
        // Along the upper edge of two finders, and down that of the left ones.
        let row = at(top + module / 2.0);
        let dark: Vec<u32> = (0..picture.width()).filter(|&x| picture.get_pixel(x, row).0[0] == 0).collect();
        let (first, last) = (dark[0], dark[dark.len() - 1]);
        assert_eq!((first, last + 1), (at(left), at(left + module * modules)), "{dpi}");
        let column = at(left + module / 2.0);
        let below = at(top - module * 3.0)..at(top + module * (modules + 3.0));
        let dark: Vec<u32> = below.filter(|&y| picture.get_pixel(column, y).0[0] == 0).collect();
        let (first, last) = (dark[0], dark[dark.len() - 1]);
        assert_eq!((first, last + 1), (at(top), at(top + module * modules)), "{dpi}");
    }
}

/// The quiet zone is kept free of letters, ornaments and edges on every paper.
#[test]
fn the_quiet_zone_stays_white() {
    for paper in PAPERS {
        for level in [Level::L, Level::H] {
            let options = Options { level, ..Options::default() };
            let mut card = Sticker::new(&Sealed::parse(TEXT).unwrap(), options).unwrap();
            card.paper = paper;
            card.lines.merchant_name = "Toko Serba Ada Bumi Serpong Damai Cabang gjpqy Utama".to_owned();
            card.lines.version = Some("1.0-2026.11.21".to_owned());
            let (x, y, module) = symbol(&card);
            let side = card.symbol.side();
            let dpi = 120;
            let picture = image::load_from_memory(&card.png(dpi).unwrap()).unwrap().to_luma8();
            let scale = dpi as f32 / 254.0;
            // The tent has two; the lower one stands upright.
            let down = if paper == Paper::Tent { 1050.0 } else { 0.0 };
            let at = |from: f32, modules: f32| ((from + modules * module) * scale).round() as u32;
            let far = side as f32 + 4.0;
            for py in at(y + down, -4.0)..at(y + down, far) {
                for px in at(x, -4.0)..at(x, far) {
                    let inside = px >= at(x, 0.0) && px < at(x, side as f32);
                    let inside = inside && py >= at(y + down, 0.0) && py < at(y + down, side as f32);
                    assert!(inside || picture.get_pixel(px, py).0[0] == 255, "{paper:?} {level:?} {px} {py}");
                }
            }
        }
    }
}

const PAPERS: [Paper; 4] = [Paper::Card, Paper::Tent, Paper::Receipt58, Paper::Receipt80];

/// As `docs/card.md` says, from the top; both lines of the foot, and those that say where to look, are of one size.
#[test]
fn everything_stands_in_its_order() {
    for paper in PAPERS {
        let mut card = Sticker { paper, ..card() };
        (card.logo_qris, card.logo_gpn) = (Some(mark(300, 100)), Some(mark(100, 100)));
        card.lines.version = Some("1.0-2026.11.21".to_owned());
        card.lines.printed_by =
            Some("93600001, Bank Contoh Indonesia Raya Makmur Sejahtera Bersama".to_owned());
        let page = Page::of(&card, 0.0).unwrap();
        let mut lines = Vec::new();
        let mut code = 0.0;
        for item in &page.places[0].side.items {
            match item {
                layout::Item::Text { line, size, y, .. } => lines.push((*y, line.text.as_str(), *size)),
                layout::Item::Symbol { y, .. } => code = *y,
                layout::Item::Shape { .. } | layout::Item::Picture { .. } => {}
            }
        }
        lines.sort_by(|one, other| one.0.total_cmp(&other.0));
        let texts: Vec<&str> = lines.iter().map(|line| line.1).collect();
        let head: &[&str] = match paper {
            Paper::Receipt58 | Paper::Receipt80 => &["QR Code Standar Pembayaran Nasional"],
            _ => &["QR Code Standar", "Pembayaran Nasional"],
        };
        let rest = [
            "Warung Melati",
            "NMID : ID1026000000012",
            "A01",
            "SATU QRIS UNTUK SEMUA",
            "Cek aplikasi penyelenggara di:",
            "www.aspi-qris.id",
            "Dicetak oleh: 93600001, Bank Contoh Indonesia Raya Makmur Sejahtera Bersama",
            "Versi cetak: 1.0-2026.11.21",
        ];
        assert_eq!(texts, [head, &rest].concat(), "{paper:?}");
        let at = |text: &str| lines.iter().find(|line| line.1 == text).unwrap();
        assert_eq!(at(rest[6]).2, at(rest[7]).2, "{paper:?}");
        assert_eq!(at(rest[4]).2, at(rest[5]).2, "{paper:?}");
        // On the tent the code stands beside the text.
        assert!(paper == Paper::Tent || (at("A01").0 < code && code < at(rest[3]).0), "{paper:?}");
    }
}

proptest! {
    // Shaping without optimisation takes its time; three thousand were run when this was written.
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever a name is made of, it is set on the card and stays on it.
    #[test]
    fn names_of_any_script_stay_on_the_card(
        name in "[A-Za-z0-9 ()«»\\-.،مطعالبركةُร้านน้ำชากุ้งํ\u{200d}]{0,80}",
        paper in 0..4_usize,
    ) {
        let mut card = Sticker { paper: PAPERS[paper], ..card() };
        card.fonts.add(ARABIC.to_vec()).unwrap();
        card.fonts.add(THAI.to_vec()).unwrap();
        card.lines.merchant_name = name;
        prop_assert_eq!(card.missing_characters(), []);
        let page = Page::of(&card, 0.0).unwrap();
        let side = &page.places[0].side;
        for item in &side.items {
            if let layout::Item::Text { line, size, x, y } = item {
                prop_assert!(*size > 0.0 && *x >= 0.0 && x + line.width * size <= side.width, "{}", line.text);
                prop_assert!(*y > 0.0 && *y < side.height);
                prop_assert!(line.glyphs.iter().all(|glyph| glyph.id != 0), "{}", line.text);
            }
        }
        let mut pdf = StickerPdf::new(std::io::sink(), Print::default()).unwrap();
        pdf.add(&card).unwrap();
        pdf.finish().unwrap();
    }
}

/// Whole dots of a receipt printer, of which there are eight in a millimetre.
#[test]
fn a_receipt_has_whole_dots() {
    let mut card = card();
    for (paper, dots, width) in [(Paper::Receipt58, 6.0, 580.0), (Paper::Receipt80, 8.0, 800.0)] {
        card.paper = paper;
        let (x, _, module) = symbol(&card);
        assert_eq!(module, dots * 1.25, "{paper:?}");
        assert!((x + card.symbol.side() as f32 * module / 2.0 - width / 2.0).abs() < 1.3, "{paper:?}: {x}");
    }
}

/// A payload with as much text as a repository, an account and a store label take.
fn long() -> String {
    let mut text = "000201010211".to_owned();
    for id in 26..=40 {
        text.push_str(&format!("{id}99{}", "0013ID.EXAMPLE.WW0178").to_owned());
        text.push_str(&"7".repeat(78));
    }
    text.push_str("5204581253033605802ID5906Melati6007JAKARTA6304");
    let sum = qris_core::checksum(text.as_bytes());
    format!("{text}{sum:04X}")
}

fn error<T>(result: Result<T, StickerError>) -> StickerError {
    result.err().expect("there is a card")
}

#[test]
fn the_resolution_has_to_be_enough_for_the_code() {
    let text = long();
    let sealed = Sealed::parse(&text).unwrap();
    let card = Sticker::new(&sealed, Options { level: Level::Q, ..Options::default() }).unwrap();
    assert!(card.symbol.side() > 150, "{}", card.symbol.side());
    let StickerError::Coarse { dpi: 72, least } = error(card.png(72)) else { panic!() };
    assert!(card.png(least).is_ok());
    assert!(matches!(card.png(least - 1), Err(StickerError::Coarse { .. })));
}

/// The largest symbol there is still has modules that phones read, on every paper and sheet.
#[test]
fn every_code_is_large_enough_on_every_paper() {
    let mut card = card();
    card.symbol =
        Symbol::of_text(&"x".repeat(1270), Options { level: Level::H, ..Options::default() }).unwrap();
    assert_eq!(card.symbol.version(), 40);
    let least = MIN_MODULE_MICROMETRES as f32 / 100.0;
    for paper in PAPERS {
        let card = Sticker { paper, ..card.clone() };
        assert!(symbol(&card).2 >= least, "{paper:?}");
    }
    for sheet in [Sheet::Four, Sheet::Nine] {
        let page = Page::sheet(std::slice::from_ref(&card), sheet).unwrap();
        assert!(page.places[0].side.module * page.places[0].scale >= least, "{sheet:?}");
    }
}

fn with_font(name: &str, font: &[u8]) -> Sticker {
    let mut card = card();
    card.lines.merchant_name = name.to_owned();
    assert!(!card.missing_characters().is_empty());
    card.fonts.add(font.to_vec()).unwrap();
    assert_eq!(card.missing_characters(), []);
    card
}

const ARABIC: &[u8] = include_bytes!("../../tests/fonts/arabic.ttf");
const THAI: &[u8] = include_bytes!("../../tests/fonts/thai.ttf");

/// Letters are joined, and run from the right; Latin beside them from the left.
#[test]
fn arabic_is_shaped() {
    let card = with_font("مطعم البركة Dua", ARABIC);
    let line = Line::set(&card.lines.merchant_name, Weight::Bold, &card.fonts);
    let first = |text: &str| line.text.find(text).unwrap();
    let x = |at: usize| line.glyphs.iter().find(|glyph| glyph.of.start == at).unwrap().x;
    assert!(x(first("مطعم")) > x(first("البركة")) && x(first("البركة")) > x(first("Dua")));
    assert!(x(first("D")) < x(first("ua")));
    // Each of the two م has a form of its own: one at the beginning, one at the end of its word.
    let id = |at: usize| line.glyphs.iter().find(|glyph| glyph.of.start == at).unwrap().id;
    assert_ne!(id(first("مطعم")), id(first("م البركة")));
    for paper in PAPERS {
        let card = Sticker { paper, ..card.clone() };
        assert!(card.svg().unwrap().contains("aria-label=\"مطعم البركة Dua\""));
        card.png(150).unwrap();
    }
}

/// A mark stands above the mark below it, not on it; sara am comes apart around a tone mark.
#[test]
fn thai_is_shaped() {
    let card = with_font("ร้านน้ำชา กุ้ง", THAI);
    let line = Line::set("กุ้ง น้ำ", Weight::Bold, &card.fonts);
    assert!(line.glyphs.iter().all(|glyph| glyph.id != 0));
    assert!(!line.plain, "น้ำ has more glyphs than it has characters to itself");
    assert!(line.glyphs.iter().any(|glyph| glyph.y != 0.0 || glyph.x < 0.0) || line.glyphs.len() > 7);
    card.svg().unwrap();
}

#[test]
fn files_that_are_no_fonts_are_refused() {
    let mut fonts = Fonts::default();
    for file in [b"".as_slice(), b"no font", &ARABIC[..40], &ARABIC[..2000], &[0; 100_000]] {
        assert!(fonts.add(file.to_vec()).is_err());
    }
    // Damaged at any place: refused, or drawn with gaps, but no panic.
    for at in (0..ARABIC.len()).step_by(397) {
        let mut damaged = ARABIC.to_vec();
        damaged[at] ^= 0xFF;
        let mut card = card();
        card.lines.merchant_name = "مطعم".to_owned();
        if card.fonts.add(damaged).is_ok() && card.missing_characters().is_empty() {
            card.svg().unwrap();
            let mut pdf = StickerPdf::new(Vec::new(), Print::default()).unwrap();
            pdf.add(&card).unwrap();
            let _ = pdf.finish();
        }
    }
}

#[cfg(feature = "scan")]
#[test]
fn the_code_on_a_card_reads_back() {
    let of_card = [100, 150, 203, 300].map(|dpi| (Paper::Card, dpi));
    let others = [Paper::Tent, Paper::Receipt58, Paper::Receipt80].map(|paper| (paper, 100));
    for (paper, dpi) in of_card.into_iter().chain(others) {
        let card = Sticker { paper, ..card() };
        let found = crate::scan(&card.png(dpi).unwrap(), ScanLimits::default()).unwrap();
        // The tent has the code twice.
        assert_eq!(found.len(), if paper == Paper::Tent { 2 } else { 1 }, "{paper:?} {dpi} dpi");
        assert!(found.iter().all(|one| one.payload().unwrap().as_str() == TEXT));
    }
}
