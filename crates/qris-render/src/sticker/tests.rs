use super::*;
use crate::png::true_color;

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
    assert_eq!(missing.to_string(), "the card's font has no picture of U+0000, U+202E");
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
    assert_eq!(Sticker::sheet_svg(&[card]).unwrap_err(), missing);
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
fn a_sheet_has_one_to_four_cards() {
    let cards = vec![card(); 5];
    assert_eq!(Sticker::sheet_svg(&[]).unwrap_err(), StickerError::Sheet { cards: 0 });
    assert_eq!(Sticker::sheet_svg(&cards).unwrap_err(), StickerError::Sheet { cards: 5 });
    let svg = Sticker::sheet_svg(&cards[..4]).unwrap();
    assert_eq!(svg.matches("aria-label=\"Warung Melati\"").count(), 4);
    assert!(svg.contains(r#"width="210.0mm" height="297.0mm""#));
}

#[test]
fn marks_are_drawn() {
    let plain = card();
    let mut marked = plain.clone();
    (marked.left_mark, marked.right_mark) = (Some(mark(300, 100)), Some(mark(1, 50)));
    assert_eq!(marked.svg().unwrap().matches("<image ").count(), 2);
    assert!(marked.svg().unwrap().contains("data:image/png;base64,iVBORw0KGgo"));
    assert_ne!(marked.png(150).unwrap(), plain.png(150).unwrap());
    assert_eq!(Mark::read(b"no picture").unwrap_err(), PictureError::UnknownFormat);
}

#[cfg(feature = "scan")]
#[test]
fn the_code_on_a_card_reads_back() {
    for dpi in [100, 150] {
        let found = crate::scan(&card().png(dpi).unwrap(), PictureLimits::default()).unwrap();
        assert_eq!(found.len(), 1, "{dpi} dpi");
        assert_eq!(found[0].payload().unwrap().as_str(), TEXT);
    }
}
