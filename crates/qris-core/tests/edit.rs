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

/// A payload with these values of 62, one after the other.
fn with_additional_data(inside: &str) -> String {
    let text =
        format!("000201520400005303360540410005802ID5901A6001B26080004ID.A62{:02}{inside}6304", inside.len());
    format!("{text}{:04X}", qris_core::checksum(text.as_bytes()))
}

fn edited(text: &str, edit: &Edit<'_>) -> Result<String, WriteError> {
    let sealed = Sealed::parse(text).unwrap();
    edit.write_to(&sealed, &mut [0; 600]).map(str::to_owned)
}

#[test]
fn of_two_templates_the_one_that_find_means_changes() {
    let [one, two, has_not] = ["50140004COM.0102one", "50140004COM.0102two", "50080004COM."]
        .map(|t| t.replace("0102", "0103").replace("5014", "5015"));
    let path = Path::of(&[62, 50, 1]);
    let set = |before: &[&str], after: &[&str]| {
        let text = with_additional_data(&before.concat());
        let sealed = Sealed::parse(&text).unwrap();
        let mut edit = Edit::new();
        edit.set(path, "new");
        let result = edited(&text, &edit).unwrap();
        assert_eq!(result, with_additional_data(&after.concat()));
        let result = Sealed::parse(&result).unwrap();
        assert_eq!(result.find(path).map(|object| object.value()), Some("new"));
        assert_eq!(changes(&sealed, &result).count(), 1);
    };
    let new = one.replace("one", "new");
    set(&[&one, &two], &[&new, &two]);
    set(&[&has_not, &two, &one], &[&has_not, &new, &one]);
    set(&[&has_not, &has_not], &["50150004COM.0103new", &has_not]);
    set(&["5004text", &has_not, &one], &["5004text", &has_not, &new]);
    // Removal leaves none, as `find` would find the next one.
    let text = with_additional_data(&[&*one, &two].concat());
    let mut edit = Edit::new();
    edit.remove(path);
    assert_eq!(edited(&text, &edit), Ok(with_additional_data(&[&*has_not, &has_not].concat())));
    // One is set where it is, another where that one is.
    let other = "50150004COM.0203two";
    let text = with_additional_data(&[&*one, other].concat());
    let mut edit = Edit::new();
    edit.set(path, "ONE").set(Path::of(&[62, 50, 2]), "TWO");
    let after = [one.replace("one", "ONE"), other.replace("two", "TWO")].concat();
    assert_eq!(edited(&text, &edit), Ok(with_additional_data(&after)));
    // Nothing that frames: there is no template to set it in.
    let mut edit = Edit::new();
    edit.set(path, "new");
    let text = with_additional_data("5004text5004more");
    assert_eq!(edited(&text, &edit), Err(WriteError::NotATemplate { path: Path::of(&[62, 50]) }));
}

/// A hundred root objects, most with objects inside: the report is that of comparing each with its counterpart.
#[test]
fn changes_of_the_largest_payload() {
    let inside = |value: &str| (0..12).map(|id| format!("{id:02}04{value}")).collect::<String>();
    let payload = |value: &str| {
        let root = |id: u8| match id {
            0 => "000201".to_owned(),
            26..=51 | 80..=99 => format!("{id:02}96{}", inside(value)),
            _ => format!("{id:02}04{value}"),
        };
        let text: String = (0..=99).filter(|id| *id != 63).map(root).collect::<String>() + "6304";
        format!("{text}{:04X}", qris_core::checksum(text.as_bytes()))
    };
    let (before, after) = (payload("aaaa"), payload("bbbb"));
    let [before, after] = [&before, &after].map(|text| Sealed::parse(text).unwrap());
    let changed: Vec<Path> = changes(&before, &after).map(|change| change.path).collect();
    let values: Vec<Path> = before
        .walk()
        .filter(|object| {
            object.template().is_none() && ![0, 63].contains(&object.path().first().unwrap().number())
        })
        .map(|object| object.path())
        .collect();
    assert_eq!(changed, values);
    assert_eq!(values.len(), 46 * 12 + 98 - 46);
}

/// What changed, as paths with before and after.
fn told<'a>(before: &'a str, after: &'a str) -> Vec<(String, Option<&'a str>, Option<&'a str>)> {
    let [before, after] = [before, after].map(|text| qris_core::Payload::parse(text).unwrap());
    changes(&before, &after).map(|change| (change.path.to_string(), change.before, change.after)).collect()
}

#[test]
fn a_template_that_becomes_a_text_is_reported_as_a_whole() {
    let sealed =
        |text: &str| format!("{text}6304{:04X}", qris_core::checksum(format!("{text}6304").as_bytes()));
    let pairs = [
        ("00020126080004ID.A", "00020126119360 broken", vec![("26", Some("0004ID.A"), Some("9360 broken"))]),
        ("0002016200", "00020162050701A", vec![("62/07", None, Some("A"))]),
        ("000201", "00020162050701A", vec![("62/07", None, Some("A"))]),
        ("000201", "0002016200", vec![("62", None, Some(""))]),
        ("00020162050701A", "00020162050701B", vec![("62/07", Some("A"), Some("B"))]),
        (
            "00020162100701A0701B",
            "00020162050701B",
            vec![("62/07", Some("A"), Some("B")), ("62/07", Some("B"), None)],
        ),
    ];
    for (before, after, expected) in pairs {
        let (before, after) = (sealed(before), sealed(after));
        let expected: Vec<_> = expected.into_iter().map(|(path, b, a)| (path.to_owned(), b, a)).collect();
        assert_eq!(told(&before, &after), expected, "{before} {after}");
        // The other way round it is the same with before and after exchanged.
        let mut back: Vec<_> = told(&after, &before).into_iter().map(|(path, b, a)| (path, a, b)).collect();
        let mut expected = expected;
        back.sort();
        expected.sort();
        assert_eq!(back, expected, "{after} {before}");
    }
    // At the third level, too: 62-50 with a 00 becomes a text.
    let (before, after) = (sealed("000201620950050001A"), sealed("00020162095005hello"));
    assert_eq!(told(&before, &after), [("62/50".to_owned(), Some("0001A"), Some("hello"))]);
}
