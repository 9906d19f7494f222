//! Edits against the model of the test support.

use proptest::prelude::*;
use qris_core::edit::changes;
use qris_core::{Edit, Path, Sealed, WriteError};
use qris_testkit::{oracle, vectors};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn as_the_model_says(seed in proptest::collection::vec(any::<u8>(), 0..400)) {
        oracle::edit(&seed);
    }
}

/// The vectors themselves are the bytes that are edited and the source of the decisions.
#[test]
fn vectors_as_the_model_says() {
    for file in vectors::valid().unwrap() {
        oracle::edit(&file.bytes);
    }
    for case in vectors::findings().unwrap() {
        oracle::edit(&case.payload);
    }
}

fn vector(name: &str) -> String {
    let file = vectors::valid().unwrap().into_iter().find(|file| file.name == name).unwrap();
    String::from_utf8(file.bytes).unwrap()
}

/// In `qris-dynamic-53-54-after-62` the order is not that of the table.
#[test]
fn a_new_object_goes_before_the_first_with_a_larger_id() {
    let text = vector("qris-dynamic-53-54-after-62");
    let sealed = Sealed::parse(&text).unwrap();
    let mut edit = Edit::new();
    edit.set("55".parse().unwrap(), "01").set("99/00".parse().unwrap(), "com.x");
    let mut buffer = [0; 600];
    let edited = Sealed::parse(edit.write_to(&sealed, &mut buffer).unwrap()).unwrap();
    let order: Vec<u8> = edited.objects().map(|object| object.id().number()).collect();
    let place = |id| order.iter().position(|other| *other == id).unwrap();
    let larger = order.iter().position(|id| *id > 55 && *id != 63).unwrap();
    assert_eq!(place(55) + 1, larger, "{order:?}");
    assert_eq!(order[order.len() - 2..], [99, 63], "after everything but the CRC: {order:?}");
    assert_eq!(order[0], 0);
}

/// Found by the generated payloads: the second 62-07 was compared with the first.
#[test]
fn repeated_objects_are_compared_each_with_its_own() {
    let cases = vectors::findings().unwrap();
    let case = cases.iter().find(|case| case.file == "repeated--62-07.qr").unwrap();
    let text = std::str::from_utf8(&case.payload).unwrap();
    let sealed = Sealed::parse(text).unwrap();
    assert_eq!(changes(&sealed, &sealed).count(), 0);
    let mut buffer = [0; 600];
    let one = Edit::new().set("62/07".parse().unwrap(), "A01").write_to(&sealed, &mut buffer).unwrap();
    let one = Sealed::parse(one).unwrap();
    let gone: Vec<_> = changes(&sealed, &one).map(|change| (change.path.to_string(), change.after)).collect();
    assert_eq!(gone, [("62/07".to_owned(), None)]);
    let added: Vec<_> =
        changes(&one, &sealed).map(|change| (change.path.to_string(), change.before)).collect();
    assert_eq!(added, [("62/07".to_owned(), None)]);
}

#[test]
fn a_payment_systems_template_keeps_its_identifier() {
    let text = vector("third-level-62-50");
    let sealed = Sealed::parse(&text).unwrap();
    let path = |text: &str| text.parse::<Path>().unwrap();
    let mut buffer = [0; 600];
    let refused_at = |at: &str, edit: &Edit<'_>| {
        let error = edit.write_to(&sealed, &mut [0; 600]).unwrap_err();
        assert!(matches!(error, WriteError::NotSettable { path: p, .. } if p == path(at)), "{error}");
    };
    refused_at("62/50", Edit::new().remove(path("62/50/00")));
    refused_at("62/50", Edit::new().set(path("62/50/00"), ""));
    let long = "x".repeat(33);
    refused_at("62/50", Edit::new().set(path("62/50/00"), &*long));
    refused_at("62/51", Edit::new().set(path("62/51/01"), "x"));
    let mut whole = Edit::new();
    whole.set(path("62/51/01"), "x").set(path("62/51/00"), "com.x").remove(path("62/50"));
    let edited = Sealed::parse(whole.write_to(&sealed, &mut buffer).unwrap()).unwrap();
    assert_eq!(edited.find(path("62/51/01")).unwrap().value(), "x");
    assert_eq!(edited.find(path("62/50")), None);
}

/// "Nothing happens when the object is not there": the empty template, the text, and the template without it stay.
#[test]
fn what_is_not_there_is_not_removed() {
    for objects in ["6200", "62070703A01", "62065002AB", "62085004AB0x", "26006200"] {
        let body = format!("000201{objects}6304");
        let text = format!("{body}{:04X}", qris_core::checksum(body.as_bytes()));
        let sealed = Sealed::parse(&text).unwrap();
        for at in ["62/05", "62/50/01", "26/01", "54"] {
            let mut edit = Edit::new();
            edit.remove(at.parse().unwrap());
            assert_eq!(edit.write_to(&sealed, &mut [0; 256]), Ok(text.as_str()), "{at} of {text}");
        }
    }
}
