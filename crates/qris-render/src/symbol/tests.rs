use proptest::prelude::*;
use qrcode::bits::{self, Bits};
use qrcode::canvas::{Canvas, MaskPattern};
use qrcode::{Color, QrCode, Version, ec};

use super::*;

/// The oracle: `qrcode`, fed with the bits that the clause asks for.
fn oracle(text: &[u8], eci: bool, version: u8, level: Level) -> Vec<bool> {
    let mut bits = Bits::new(Version::Normal(i16::from(version)));
    if eci {
        bits.push_eci_designator(26).unwrap();
    }
    bits.push_byte_data(text).unwrap();
    bits.push_terminator(level.of_qrcode()).unwrap();
    let code = QrCode::with_bits(bits, level.of_qrcode()).unwrap();
    code.to_colors().into_iter().map(|color| color == Color::Dark).collect()
}

fn modules(symbol: &Symbol) -> Vec<bool> {
    let side = symbol.side();
    (0..side).flat_map(|y| (0..side).map(move |x| (x, y))).map(|(x, y)| symbol.is_dark(x, y)).collect()
}

/// Longest text in bytes for a version and level.
fn room(version: u8, level: Level) -> usize {
    let bits = Bits::new(Version::Normal(i16::from(version)));
    (bits.max_len(level.of_qrcode()).unwrap() - if version < 10 { 12 } else { 20 }) / 8
}

#[test]
fn every_version_and_level_equals_qrcode() {
    for version in 1..=40 {
        for level in Level::ALL {
            let text = text(room(version, level), 1 + u32::from(version));
            let symbol = Symbol::of_text(&text, Options { level, ..Options::default() }).unwrap();
            assert_eq!(symbol.version(), version, "{level:?}");
            assert_eq!(symbol.level(), level);
            assert!(
                modules(&symbol) == oracle(text.as_bytes(), false, version, level),
                "version {version} {level:?}"
            );
        }
    }
}

/// Text of so many characters of ASCII, another one for each seed.
fn text(characters: usize, mut seed: u32) -> String {
    let next = |_| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(0x20 + (seed >> 24) as u8 % 0x5F)
    };
    (0..characters).map(next).collect()
}

#[test]
fn every_version_level_and_mask_equals_qrcode() {
    let masks = [
        MaskPattern::Checkerboard,
        MaskPattern::HorizontalLines,
        MaskPattern::VerticalLines,
        MaskPattern::DiagonalLines,
        MaskPattern::LargeCheckerboard,
        MaskPattern::Fields,
        MaskPattern::Diamonds,
        MaskPattern::Meadow,
    ];
    for (version, level) in (1..=40).flat_map(|version| Level::ALL.map(|level| (version, level))) {
        let text = text(room(version, level), u32::from(version));
        let number = Version::Normal(version.into());
        let mut bits = Bits::new(number);
        bits.push_byte_data(text.as_bytes()).unwrap();
        bits.push_terminator(level.of_qrcode()).unwrap();
        let (data, correction) =
            ec::construct_codewords(&bits.into_bytes(), number, level.of_qrcode()).unwrap();
        let mut plain = Canvas::new(number, level.of_qrcode());
        plain.draw_all_functional_patterns();
        plain.draw_data(&data, &correction);
        let codewords = encode::encode(&text, Options { level, ..Options::default() }).unwrap();
        assert_eq!(codewords.version, version, "{level}");
        for (mask, pattern) in masks.into_iter().enumerate() {
            let mut theirs = plain.clone();
            theirs.apply_mask(pattern);
            let theirs: Vec<bool> =
                theirs.into_colors().into_iter().map(|color| color == Color::Dark).collect();
            let ours = Symbol { rows: grid::draw(&codewords, level, Some(mask)), version, level };
            assert!(modules(&ours) == theirs, "version {version} {level} mask {mask}");
        }
    }
}

/// Mixed segments, from digits and capitals to the largest version.
#[test]
fn compact_symbols_equal_qrcode() {
    for (length, level) in (1..40).flat_map(|i| Level::ALL.map(|level| (i * 40, level))) {
        let text: String =
            text(length, length as u32).split(' ').flat_map(|word| [word, "0215", "ID10HELLO"]).collect();
        let Ok(bits) = bits::encode_auto(text.as_bytes(), level.of_qrcode()) else { continue };
        let code = QrCode::with_bits(bits, level.of_qrcode()).unwrap();
        let symbol = Symbol::of_text(&text, Options { level, segmentation: Segmentation::Compact }).unwrap();
        let theirs: Vec<bool> = code.to_colors().into_iter().map(|color| color == Color::Dark).collect();
        assert!(modules(&symbol) == theirs, "{length} {level}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_text_equals_qrcode(text in "[ -~]{0,600}|\\PC{0,200}", level in prop::sample::select(&Level::ALL[..])) {
        let symbol = Symbol::of_text(&text, Options { level, ..Options::default() }).unwrap();
        let eci = text.chars().any(|c| !(' '..='~').contains(&c));
        prop_assert!(modules(&symbol) == oracle(text.as_bytes(), eci, symbol.version(), level));
    }
}
