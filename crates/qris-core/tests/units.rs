//! Lengths in characters, bytes and UTF-16 units.

use proptest::prelude::*;
use qris_core::{LengthUnit, Payload};
use qris_testkit::{oracle, vectors};

#[test]
fn detection_finds_what_the_files_say() {
    for case in vectors::units().unwrap() {
        let text = std::str::from_utf8(&case.payload).unwrap();
        let expected = case.length_unit.as_deref().map(|name| name.parse::<LengthUnit>().unwrap());
        let found = Payload::detect(text).ok().map(|payload| payload.unit());
        assert_eq!(found, expected, "{}", case.file);
        oracle::decode_vs_naive(&case.payload);
        match expected {
            Some(unit) => {
                assert!(Payload::parse_with(text, unit).unwrap().verify_crc().is_ok(), "{}", case.file)
            }
            None => assert_eq!(
                Payload::detect(text).unwrap_err(),
                Payload::parse(text).unwrap_err(),
                "{}: the fault told is that of the reading in characters",
                case.file
            ),
        }
    }
}

proptest! {
    #[test]
    fn one_tree_in_every_unit(seed in proptest::collection::vec(any::<u8>(), 0..400)) {
        oracle::length_units(&seed);
    }
}
