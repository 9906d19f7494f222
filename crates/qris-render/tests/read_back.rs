//! What is rendered reads back: every vector and a thousand generated payloads, byte for byte, names beyond ASCII
//! included. `scripts/read-back` does the same with two decoders that are not written in Rust.

#[path = "common/payloads.rs"]
mod payloads;
#[path = "common/testdata.rs"]
mod testdata;

use qris_core::{LengthUnit, Payload, Sealed};
use qris_render::{Level, Options, Png, QuietZone, Segmentation, Size, Symbol, scan, scan_gray};

/// Some vectors count bytes; they are payloads all the same.
fn sealed(text: &str) -> Sealed<'_> {
    [LengthUnit::Characters, LengthUnit::Bytes, LengthUnit::Utf16]
        .into_iter()
        .find_map(|unit| Payload::parse_with(text, unit).ok()?.verify_crc().ok())
        .unwrap_or_else(|| panic!("{text}"))
}

#[test]
fn every_vector_reads_back_at_every_level_as_a_file() {
    for (name, text) in payloads::vectors() {
        for level in Level::ALL {
            for segmentation in [Segmentation::Byte, Segmentation::Compact] {
                let symbol = Symbol::new(&sealed(&text), Options { level, segmentation }).unwrap();
                let file = symbol.png(&Png { size: Size::Scale(4), ..Png::default() }).unwrap();
                let found = scan(&file, Default::default()).unwrap();
                assert_eq!(found.len(), 1, "{name} {level:?} {segmentation:?}");
                assert_eq!(found[0].bytes(), text.as_bytes(), "{name} {level:?} {segmentation:?}");
            }
        }
    }
}

#[test]
fn a_thousand_generated_payloads_read_back() {
    for (i, text) in payloads::generated(1000).iter().enumerate() {
        let level = Level::ALL[i % 4];
        let symbol = Symbol::new(&sealed(text), Options { level, ..Options::default() }).unwrap();
        let scale = [2, 3, 5][i % 3];
        let found = scan_gray(&symbol.gray(Size::Scale(scale), QuietZone::STANDARD).unwrap()).unwrap();
        assert_eq!(found.len(), 1, "{text} {level:?} scale {scale}");
        assert_eq!(found[0].payload().unwrap().as_str(), text);
    }
}

/// EMVCo 4.12.1.2: the header that says UTF-8 is there exactly when it is needed. It takes 12 bits.
#[test]
fn the_eci_header_costs_its_twelve_bits_only_where_it_is_needed() {
    let version = |text: &str| Symbol::new(&sealed(text), Options::default()).unwrap().version();
    // 213 bytes are the most of version 10 at M, which an ECI header has to share.
    let padded = |sign: &str| {
        let head = "000201010211520458145303360";
        let tail = format!("5802ID5904Kaf{sign}6007JAKARTA");
        let body = format!("{head}{tail}8099{}", "x".repeat(99));
        let rest = 213 - body.len() - 8 - 4;
        let text = format!("{body}81{rest:02}{}6304", "y".repeat(rest));
        let sum = qris_core::checksum(text.as_bytes());
        format!("{text}{sum:04X}")
    };
    assert_eq!(padded("e").len(), 213);
    assert_eq!(version(&padded("e")), 10);
    assert_eq!(padded("é").len(), 213);
    assert_eq!(version(&padded("é")), 11);
}
