use proptest::prelude::*;
use qrcode::bits::Bits;
use qrcode::{Color, QrCode, Version};

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
    let mut seed = 1_u32;
    for version in 1..=40 {
        for level in Level::ALL {
            let text: String = (0..room(version, level))
                .map(|_| {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    char::from(0x20 + (seed >> 24) as u8 % 0x5F)
                })
                .collect();
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_text_equals_qrcode(text in "[ -~]{0,600}|\\PC{0,200}", level in prop::sample::select(&Level::ALL[..])) {
        let symbol = Symbol::of_text(&text, Options { level, ..Options::default() }).unwrap();
        let eci = text.chars().any(|c| !(' '..='~').contains(&c));
        prop_assert!(modules(&symbol) == oracle(text.as_bytes(), eci, symbol.version(), level));
    }
}
