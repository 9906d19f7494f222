//! The JSON that `qris encode` reads: any text gets an answer, and what `decode` prints gives its payload back.

use proptest::prelude::*;
use qris_testkit::{oracle, vectors};

#[test]
fn every_vector_there_and_back() {
    for file in vectors::valid().unwrap() {
        oracle::json_in(&file.bytes);
    }
    for case in vectors::findings().unwrap() {
        oracle::json_in(&case.payload);
    }
    for case in vectors::units().unwrap() {
        oracle::json_in(&case.payload);
    }
    for case in vectors::damaged().unwrap() {
        oracle::json_in(&case.text);
    }
}

#[test]
fn records_that_people_get_wrong() {
    for json in [
        "",
        "{}",
        "[]",
        "null",
        r#"{"objects":[]}"#,
        r#"{"objects":[{"id":"00","value":"01"}]}"#,
        r#"{"objects":[{"id":"5A","value":"01"}]}"#,
        r#"{"objects":[{"id":"62","objects":[{"id":"50","objects":[{"id":"00","objects":[{"id":"01","value":""}]}]}]}]}"#,
        r#"{"summary":{}}"#,
        r#"{"summary":{"amount":{"minor":18446744073709551615}}}"#,
        r#"{"summary":{"merchant_name":"\u0000\u202e"},"length_unit":"utf16"}"#,
        r#"{"objects":[{"id":"00","value":"01"},{"id":"63","value":"aae6"}],"length_unit":"bytes"}"#,
    ] {
        oracle::json_in(json.as_bytes());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        oracle::json_in(&bytes);
    }

    #[test]
    fn objects_of_any_kind(
        objects in proptest::collection::vec(("[0-9]{1,3}", "[ -~é中😀]{0,12}"), 0..6),
        unit in proptest::sample::select(vec!["characters", "bytes", "utf16", "lines"]),
    ) {
        let objects: Vec<String> =
            objects.iter().map(|(id, value)| format!(r#"{{"id":"{id}","value":{value:?}}}"#)).collect();
        let json = format!(
            r#"{{"objects":[{{"id":"00","value":"01"}},{}],"length_unit":"{unit}"}}"#,
            if objects.is_empty() { r#"{"id":"59","value":"x"}"#.into() } else { objects.join(",") }
        );
        oracle::json_in(json.as_bytes());
    }
}
