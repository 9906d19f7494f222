use std::io::Read;

use flate2::read::ZlibDecoder;
use qris_core::Sealed;

use super::*;
use crate::{Options, Paper};

const TEXT: &str = "00020101021126690017ID.CO.EXAMPLE.WWW011893600001000000001702150000000000000010303UMI\
    51440014ID.CO.QRIS.WWW0215ID10260000000120303UMI5204581453033605802ID5913Warung Melati6007JAKARTA\
    61051034062070703A01630448CE";

fn card() -> Sticker {
    Sticker::new(&Sealed::parse(TEXT).unwrap(), Options::default()).unwrap()
}

fn pdf(cards: &[Sticker], print: Print) -> Vec<u8> {
    let mut pdf = StickerPdf::new(Vec::new(), print).unwrap();
    cards.iter().for_each(|card| pdf.add(card).unwrap());
    pdf.finish().unwrap()
}

/// The objects of a file as its cross-reference table says where they are, streams unpacked.
fn objects(file: &[u8]) -> Vec<String> {
    let place = |from: usize, what: &[u8]| {
        from + file[from..].windows(what.len()).position(|window| window == what).unwrap()
    };
    let line = |at: usize| std::str::from_utf8(&file[at..place(at, b"\n")]).unwrap().trim_end();
    let at = file.len() - 60;
    let table: usize = line(place(at, b"startxref\n") + 10).parse().unwrap();
    assert_eq!(line(table), "xref");
    let count: usize = line(table + 5).split(' ').nth(1).unwrap().parse().unwrap();
    let entries = place(table + 5, b"\n") + 1;
    assert_eq!(line(entries), "0000000000 65535 f");
    let object = |number: usize| {
        let entry = line(entries + 20 * number);
        assert!(entry.ends_with(" 00000 n") && entry.len() == 18, "{number} is written: {entry}");
        let begin: usize = entry[..10].parse().unwrap();
        assert!(file[begin..].starts_with(format!("{number} 0 obj").as_bytes()), "{number}");
        let end = place(begin, b"endobj");
        let latin = |bytes: &[u8]| bytes.iter().map(|&byte| char::from(byte)).collect::<String>();
        let Some(stream) = file[begin..end].windows(6).position(|window| window == b"stream") else {
            return latin(&file[begin..end]);
        };
        let mut unpacked = Vec::new();
        ZlibDecoder::new(&file[begin + stream + 7..]).read_to_end(&mut unpacked).unwrap();
        latin(&file[begin..begin + stream]) + &latin(&unpacked)
    };
    (1..count).map(object).collect()
}

fn boxes(objects: &[String], name: &str) -> Vec<Vec<f32>> {
    let values = |object: &String| {
        let rest = object.split(&format!("/{name}[")).nth(1)?;
        Some(rest.split(']').next()?.split(' ').map(|number| number.parse().unwrap()).collect())
    };
    objects.iter().filter_map(values).collect()
}

#[test]
fn the_boxes_are_those_of_the_paper() {
    let points = |millimetres: f32| millimetres * 72.0 / 25.4;
    for (paper, bleed, width, height) in [
        (Paper::Card, false, 105.0, 148.0),
        (Paper::Card, true, 105.0, 148.0),
        (Paper::Tent, true, 148.0, 210.0),
        (Paper::Receipt58, true, 58.0, 0.0),
        (Paper::Receipt80, false, 80.0, 0.0),
    ] {
        let card = Sticker { paper, ..card() };
        let objects = objects(&pdf(&[card], Print { bleed, ..Print::default() }));
        let of = |name: &str| boxes(&objects, name).remove(0);
        let (media, trim, bled) = (of("MediaBox"), of("TrimBox"), of("BleedBox"));
        assert!((trim[2] - trim[0] - points(width)).abs() < 0.01, "{paper:?} {trim:?}");
        assert!(height == 0.0 || (trim[3] - trim[1] - points(height)).abs() < 0.01, "{paper:?} {trim:?}");
        let has_bleed = bleed && height > 0.0;
        let (more, marks) = if has_bleed { (points(3.0), points(10.0)) } else { (0.0, 0.0) };
        assert!((trim[0] - bled[0] - more).abs() < 0.01 && (bled[2] - trim[2] - more).abs() < 0.01);
        assert!((trim[1] - media[1] - marks).abs() < 0.01 && (media[3] - trim[3] - marks).abs() < 0.01);
        let content = objects.iter().find(|object| object.contains("BT")).unwrap();
        let lines = content.matches(" S").count() + content.matches("\nS").count();
        let expected = match (has_bleed, paper) {
            (false, _) => 0,
            (true, Paper::Tent) => 10,
            (true, _) => 8,
        };
        assert_eq!(lines, expected, "crop marks, and two at a fold: {paper:?}");
    }
}

#[test]
fn the_code_is_one_path_in_black_ink() {
    for (ink, black) in [(Ink::Cmyk, "0 0 0 1 k"), (Ink::Rgb, "0 0 0 rg")] {
        let objects = objects(&pdf(&[card()], Print { ink, ..Print::default() }));
        let content = objects.iter().find(|object| object.contains("BT")).unwrap();
        // The path with the most corners, and what was said before it.
        let paths = content.split("\nf").max_by_key(|path| path.matches(" l").count()).unwrap();
        let (before, code) = paths.split_once(" cm").unwrap();
        let contours = crate::sticker::contours::contours(&card().symbol);
        assert_eq!(code.matches(" m").count(), contours.len());
        assert_eq!(code.matches("\nh").count(), contours.len());
        assert_eq!(code.matches(" l").count(), contours.iter().map(|contour| contour.len() - 1).sum());
        assert!(before.contains(&format!("{black}\nq ")), "{before}");
        let other = if ink == Ink::Cmyk { [" rg", " RG"] } else { [" k", " K"] };
        assert!(other.iter().all(|operator| !content.contains(operator)));
    }
}

/// Text is text: each glyph of each font says what it is.
#[test]
fn what_is_written_can_be_read() {
    let mut arabic = card();
    arabic.fonts.add(include_bytes!("../../../tests/fonts/arabic.ttf").to_vec()).unwrap();
    arabic.lines.merchant_name = "مطعم".to_owned();
    let objects = objects(&pdf(&[card(), arabic], Print::default()));
    let maps: Vec<&String> = objects.iter().filter(|object| object.contains("beginbfchar")).collect();
    assert_eq!(maps.len(), 3, "regular, bold, and the caller's");
    for letter in "Warung Melati".chars() {
        assert!(maps.iter().any(|map| map.contains(&format!("<{:04X}>\n", u32::from(letter)))), "{letter}");
    }
    assert!(maps.iter().any(|map| map.contains("<0637>")));
    for name in ["Inter-Regular", "Inter-Bold", "NotoSansArabic-Regular"] {
        assert!(objects.iter().any(|object| object.contains(&format!("+{name}/"))), "{name}");
    }
    assert_eq!(objects.iter().filter(|object| object.contains("/CIDFontType0C")).count(), 2);
    assert_eq!(objects.iter().filter(|object| object.contains("/FontFile2")).count(), 1);
}

#[test]
fn a_logo_is_in_the_file_once() {
    let pixels: Vec<u8> =
        (0..300 * 100_u32).flat_map(|i| [0, (i % 200) as u8, 200, (i % 256) as u8]).collect();
    let file = crate::png::true_color(300, None, png::ColorType::Rgba, &pixels);
    let logo = crate::Mark::read(&file).unwrap();
    let mut card = card();
    card.logo_qris = Some(logo.clone());
    card.logo_gpn = Some(logo);
    let objects = objects(&pdf(&vec![card; 20], Print::default()));
    assert_eq!(objects.iter().filter(|object| object.contains("/Subtype/Image")).count(), 2, "and its mask");
    assert_eq!(objects.iter().filter(|object| object.contains("/P0 Do")).count(), 20);
}

#[test]
fn pages_are_counted() {
    for (cards, sheet, pages) in
        [(0, None, 0), (1, None, 1), (250, None, 250), (9, Some(Sheet::Four), 3), (18, Some(Sheet::Nine), 2)]
    {
        let objects = objects(&pdf(&vec![card(); cards], Print { sheet, ..Print::default() }));
        assert_eq!(boxes(&objects, "MediaBox").len(), pages);
        let root =
            objects.iter().find(|object| object.contains("/Kids") && !object.contains("/Parent")).unwrap();
        assert!(root.contains(&format!("/Count {pages}")), "{root}");
        let nodes = objects.iter().filter(|object| object.contains("/Kids") && object.contains("/Parent"));
        assert_eq!(nodes.count(), pages.div_ceil(PAGES));
    }
}

/// A card that cannot be is refused and nothing of it is in the file, which goes on.
#[test]
fn a_refused_card_leaves_the_file_as_it_was() {
    let mut bad = card();
    bad.lines.merchant_name = "最佳".to_owned();
    for sheet in [None, Some(Sheet::Four)] {
        let print = Print { sheet, ..Print::default() };
        let mut file = StickerPdf::new(Vec::new(), print).unwrap();
        file.add(&card()).unwrap();
        assert!(matches!(file.add(&bad), Err(PrintError::Sticker(StickerError::Missing { .. }))));
        file.add(&card()).unwrap();
        assert_eq!(file.finish().unwrap(), pdf(&[card(), card()], print));
    }
    let tent = Sticker { paper: Paper::Tent, ..card() };
    let mut file =
        StickerPdf::new(Vec::new(), Print { sheet: Some(Sheet::Nine), ..Print::default() }).unwrap();
    assert!(matches!(file.add(&tent), Err(PrintError::Sticker(StickerError::Sheet { .. }))));
}

#[test]
fn a_full_disk_is_told() {
    struct Full(usize);
    impl io::Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    assert!(StickerPdf::new(Full(4), Print::default()).is_err());
    let mut file = StickerPdf::new(Full(3000), Print::default()).unwrap();
    assert!(matches!(file.add(&card()), Err(PrintError::Write(_))));
    let mut file = StickerPdf::new(Full(12_000), Print::default()).unwrap();
    file.add(&card()).unwrap();
    assert!(file.finish().is_err());
}
