//! The JSON that `qris encode` reads.

use qris_cli::json;
use qris_core::{Payload, Profile};

use super::{core_unit, parse, payload_from};
use crate::naive::LengthUnit;

/// Any text as JSON: refused with a sentence, or a payload with a right CRC. And what `decode` writes about any
/// payload gives that payload back.
///
/// # Panics
/// When it is not so.
pub fn json_in(bytes: &[u8]) {
    for profile in Profile::ALL {
        match json::from_json(&String::from_utf8_lossy(bytes), profile) {
            Ok(made) => {
                let read = Payload::parse_with(&made.payload, made.unit).and_then(Payload::verify_crc);
                assert!(read.is_ok(), "{made:?}: {read:?}");
            }
            Err(refusal) => assert!(!refusal.to_string().is_empty()),
        }
    }
    for payload in [bytes, &payload_from(bytes)] {
        for unit in LengthUnit::ALL {
            there_and_back(payload, unit);
        }
    }
}

fn there_and_back(bytes: &[u8], unit: LengthUnit) {
    let Ok(sealed) = parse(bytes, core_unit(unit)).and_then(Payload::verify_crc) else { return };
    let mut record = Vec::new();
    json::write(&mut record, &json::good(&sealed, &Profile::WILD), bytes.len().is_multiple_of(2))
        .unwrap_or_else(|error| panic!("{error}"));
    let record = String::from_utf8_lossy(&record);
    match json::from_json(&record, &Profile::WILD) {
        Ok(made) => assert_eq!(made.payload, sealed.as_str(), "{record}"),
        Err(refusal) => panic!("{refusal}: {record}"),
    }
}
