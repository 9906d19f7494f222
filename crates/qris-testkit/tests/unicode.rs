//! The core's table of characters nobody sees against Unicode's properties.

use std::fs;

use qris_core::display::Safe;
use qris_testkit::unicode;
use qris_testkit::vectors::testdata;

#[test]
fn the_table_is_what_the_properties_give() {
    let file = fs::read_to_string(testdata().join("../crates/qris-core/src/unicode.rs")).unwrap();
    assert_eq!(file, unicode::source(), "run `cargo run -p qris-testkit --example golden`");
}

/// Every character there is: printed as it is, or escaped because it must be.
#[test]
fn what_is_not_seen_is_escaped() {
    let invisible: Vec<bool> = {
        let mut seen = vec![false; 0x11_0000];
        unicode::ranges()
            .into_iter()
            .flat_map(|(first, last)| first..=last)
            .for_each(|c| seen[c as usize] = true);
        seen
    };
    for c in '\0'..=char::MAX {
        let unsafe_here = c.is_control() || (c.is_whitespace() && c != ' ') || invisible[c as usize];
        let shown = Safe(c.encode_utf8(&mut [0; 4])).to_string();
        assert_eq!(shown == c.to_string(), !unsafe_here, "{:x}", u32::from(c));
    }
    let sample = "\u{206A}\u{2065}\u{3164}\u{115F}\u{180E}\u{2800}\u{034F}\u{FE0F}\u{E0100}";
    assert!(Safe(sample).to_string().is_ascii(), "{}", Safe(sample));
}
