//! The test data says of itself what the naive decoder finds.

use std::collections::BTreeSet;

use qris_testkit::naive::{self, Facts, LengthUnit, NaiveObject, NaivePayload};
use qris_testkit::vectors::{self, Finding, Invalid, InvalidFacts};
use qris_testkit::{cpm, model, mutate, unicode};

const CODES: [&str; 13] = [
    "empty-text",
    "text-too-long",
    "invalid-utf8",
    "truncated",
    "invalid-id",
    "format-indicator-not-first",
    "duplicate-id",
    "invalid-length",
    "overrun",
    "crc-malformed",
    "crc-not-last",
    "crc-missing",
    "crc-mismatch",
];

fn decode(bytes: &[u8]) -> Result<NaivePayload, naive::NaiveError> {
    naive::decode(bytes, LengthUnit::Characters)
}

#[test]
fn vectors_are_what_they_say() {
    let vectors = vectors::vectors().unwrap();
    assert!(vectors.len() >= 46);
    let names: BTreeSet<&str> = vectors.iter().map(|vector| vector.name.as_str()).collect();
    assert_eq!(names.len(), vectors.len(), "names are unique");
    for vector in &vectors {
        let name = &vector.name;
        assert_eq!(vector.payload.len(), vector.bytes, "{name}");
        assert_eq!(vector.payload.chars().count(), vector.characters, "{name}");
        assert!(["published", "reshaped", "synthetic"].contains(&vector.origin.as_str()), "{name}");
        assert!(!vector.about.is_empty() && !vector.profile.is_empty(), "{name}");
        let code = decode(vector.payload.as_bytes()).err().map(|error| error.code.to_owned());
        assert_eq!(code, vector.error, "{name}");
    }
}

#[test]
fn every_vector_that_decodes_has_its_file_and_no_other_has() {
    let expected: BTreeSet<(String, Vec<u8>)> = vectors::vectors()
        .unwrap()
        .into_iter()
        .filter(|vector| vector.error.is_none())
        .map(|vector| (vector.name, vector.payload.into_bytes()))
        .collect();
    let found: BTreeSet<(String, Vec<u8>)> =
        vectors::valid().unwrap().into_iter().map(|file| (file.name, file.bytes)).collect();
    assert_eq!(found, expected);
}

#[test]
fn objects_written_again_give_the_payload_back() {
    for file in vectors::valid().unwrap() {
        let payload = decode(&file.bytes).unwrap();
        let mut written = String::new();
        for object in &payload.objects {
            write_object(object, &mut written);
        }
        assert_eq!(written.as_bytes(), file.bytes, "{}", file.name);
    }
}

fn write_object(object: &NaiveObject, out: &mut String) {
    out.push_str(&format!("{:02}{:02}", object.id, object.declared));
    match &object.objects {
        Some(objects) => objects.iter().for_each(|object| write_object(object, out)),
        None => out.push_str(&object.value),
    }
}

#[test]
fn invalid_payloads_are_refused_as_expected() {
    let cases = vectors::invalid().unwrap();
    let mut wrong = Vec::new();
    for case in &cases {
        let error = naive::decode(&case.payload, case.unit().unwrap()).unwrap_err();
        let found = (error.code, error.offset, error.character, facts(&error.facts));
        let expected = (case.code.as_str(), case.offset, case.character, case.facts.clone());
        if found != expected {
            wrong.push(format!("{}: expected {expected:?}, found {found:?}", case.file));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let codes: BTreeSet<&str> = cases.iter().map(|case| case.code.as_str()).collect();
    assert_eq!(codes, BTreeSet::from(CODES), "every code has a file");
}

fn facts(facts: &Facts) -> InvalidFacts {
    InvalidFacts {
        declared: facts.declared,
        available: facts.available,
        first_offset: facts.first_offset,
        stated: facts.stated.clone(),
        computed: facts.computed.map(|crc| format!("{crc:04X}")),
        unit: facts.unit.map(|unit| unit.name().to_owned()),
    }
}

#[test]
fn file_names_carry_their_code_and_lists_are_complete() {
    let lists = [
        (
            "mpm/invalid",
            names(vectors::invalid().unwrap(), |case: Invalid| (case.file, case.code, case.about)),
        ),
        (
            "mpm/findings",
            names(vectors::findings().unwrap(), |case: Finding| (case.file, case.code, case.about)),
        ),
        (
            "mpm/units",
            names(vectors::units().unwrap(), |case| {
                (case.file, case.length_unit.unwrap_or_else(|| "none".into()), case.about)
            }),
        ),
    ];
    for (folder, listed) in lists {
        let stored: BTreeSet<String> = vectors::payload_files(folder)
            .unwrap()
            .into_iter()
            .map(|file| format!("{}.qr", file.name))
            .collect();
        assert_eq!(stored, listed, "{folder}");
    }
}

/// The file names of a list, each checked to start with its code and to be told about.
fn names<T>(cases: Vec<T>, parts: impl Fn(T) -> (String, String, String)) -> BTreeSet<String> {
    let count = cases.len();
    let names: BTreeSet<String> = cases
        .into_iter()
        .map(|case| {
            let (file, code, about) = parts(case);
            assert!(file.starts_with(&format!("{code}--")) && file.ends_with(".qr"), "{file}");
            assert!(!about.is_empty(), "{file}");
            file
        })
        .collect();
    assert_eq!(names.len(), count, "a file is listed once");
    names
}

#[test]
fn units_are_detected() {
    for case in vectors::units().unwrap() {
        let expected = case.length_unit.as_deref().map(|name| vectors::unit_named(name).unwrap());
        assert_eq!(naive::detect(&case.payload), expected, "{}", case.file);
        if let Some(unit) = expected {
            let payload = naive::decode(&case.payload, unit).unwrap();
            if let Some(language) = payload.object(64) {
                assert!(language.objects.is_some(), "{}: inner lengths count in the same unit", case.file);
            }
        }
    }
}

#[test]
fn findings_decode_and_break_what_they_say() {
    for case in vectors::findings().unwrap() {
        let payload = decode(&case.payload).unwrap_or_else(|error| panic!("{}: {error:?}", case.file));
        let found = objects_at(&payload, &case.path);
        let values: Vec<&str> = found.iter().map(|object| object.value.as_str()).collect();
        let text = values.first().copied().unwrap_or("");
        let broken = match case.code.as_str() {
            "missing" if case.file.contains("any-account") => {
                !(2..=51).any(|id| payload.object(id).is_some())
            }
            "missing" | "amount-missing" | "transfer-purpose" => {
                found.is_empty() && parent_frames(&payload, &case.path)
            }
            "repeated" => found.len() == 2,
            "empty" => values == [""],
            "not-a-template" => matches!(found[..], [NaiveObject { objects: None, .. }]) && !text.is_empty(),
            "bad-amount" | "amount-decimals" => {
                let currency =
                    payload.object(53).and_then(|currency| model::currency_exponent(&currency.value));
                let decimals = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
                match model::amount(text, currency) {
                    Err(_) => case.code == "bad-amount",
                    Ok(_) => case.code != "bad-amount" && decimals > usize::from(currency.unwrap_or(4)),
                }
            }
            "bad-percentage" => model::percentage(text).is_err(),
            "fee-unexpected" => {
                let due = if case.path == "56" { "02" } else { "03" };
                found.len() == 1 && payload.object(55).is_none_or(|indicator| indicator.value != due)
            }
            "amount-over-limit" => {
                model::amount(text, Some(2)).is_ok_and(|amount| amount.minor > 1_000_000_000)
            }
            "control-character" => text.chars().any(char::is_control),
            "bidi-control" => text.chars().any(
                |c| matches!(c, '\u{200E}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'),
            ),
            "invisible-character" => text.chars().any(unicode::is_invisible),
            "blank-at-end" => {
                let ends = [text.chars().next(), text.chars().next_back()];
                ends.into_iter().flatten().any(|c| c.is_whitespace() || unicode::is_invisible(c))
            }
            "not-precomposed" => text.chars().any(|c| matches!(c, '\u{300}'..='\u{36F}')),
            "pipe" => text.contains('|'),
            "currency-not-rupiah" => {
                text != "360" && payload.object(58).is_some_and(|country| country.value == "ID")
            }
            "unknown-currency" => model::is_currency(text) && model::currency_exponent(text).is_none(),
            "mpan-luhn" => model::mpan(text).is_ok_and(|mpan| !mpan.luhn),
            "mpan-prefix" => !text.starts_with("9360"),
            "nmid-luhn" => model::nmid(text).is_ok_and(|nmid| !nmid.luhn),
            "nmid-shape" => model::nmid(text).is_err(),
            "guid-form" => !text.contains('.') && text != "00",
            "payload-too-long" => String::from_utf8_lossy(&case.payload).chars().count() > 512,
            "exactly-one" => {
                // Promptpay's 29 has 01 to 04, Pix a key or a location, FPS an ID, a mobile number or an address.
                let ids: &[u8] = match case.profile.as_deref() {
                    Some("promptpay") => &[1, 2, 3, 4],
                    Some("pix") => &[1, 25],
                    Some("khqr") => &[29, 30],
                    _ => &[2, 3, 4],
                };
                let account =
                    found.first().and_then(|account| account.objects.as_deref()).unwrap_or_default();
                let inside = if case.path.is_empty() { &payload.objects[..] } else { account };
                inside.iter().filter(|object| ids.contains(&object.id)).count() != 1
            }
            "foreign-scheme" => {
                let guid = |account: &NaiveObject| account.object(0).map(|guid| guid.value.clone());
                let mut accounts = payload.objects.iter().filter(|object| (26..=51).contains(&object.id));
                let is_own = |account| match (guid(account), case.profile.as_deref()) {
                    (Some(guid), None) => guid.to_ascii_uppercase().starts_with("ID.") && !guid.contains('@'),
                    (Some(guid), profile) => model::foreign_scheme(&guid) == profile,
                    (None, _) => false,
                };
                !accounts.any(is_own)
            }
            "transfer-mcc" => text != "4829",
            "transfer-not-dynamic" => text != "12",
            "transfer-data" => !(8..=64).contains(&text.chars().count()),
            "too-short" | "too-long" | "wrong-characters" | "wrong-value" | "reserved" => found.len() == 1,
            other => panic!("{}: no check for code {other}", case.file),
        };
        assert!(broken, "{}: {values:?}", case.file);
    }
}

/// Every object with this path, in order.
fn objects_at<'a>(payload: &'a NaivePayload, path: &str) -> Vec<&'a NaiveObject> {
    let mut level: Vec<&NaiveObject> = payload.objects.iter().collect();
    let mut found = Vec::new();
    for id in path.split('/').filter(|id| !id.is_empty()) {
        let id: u8 = id.parse().unwrap();
        found = level.into_iter().filter(|object| object.id == id).collect();
        level = found.iter().filter_map(|object| object.objects.as_ref()).flatten().collect();
    }
    found
}

/// Whether the template around the last object of a path is there and frames.
fn parent_frames(payload: &NaivePayload, path: &str) -> bool {
    let frames = |object: &&NaiveObject| object.objects.is_some() || frames(&object.value);
    path.rsplit_once('/').is_none_or(|(parent, _)| objects_at(payload, parent).iter().all(frames))
}

/// Whether a text of ASCII is whole objects: tables of schemes nest where EMVCo does not.
fn frames(text: &str) -> bool {
    let Some(length) = text.get(2..4).and_then(|digits| digits.parse::<usize>().ok()) else {
        return text.is_empty();
    };
    text.get(4 + length..).is_some_and(frames)
}

#[test]
fn every_truncation_is_refused_or_decodes_at_a_border() {
    for file in vectors::valid().unwrap() {
        let borders: Vec<usize> =
            decode(&file.bytes).unwrap().objects.iter().skip(1).map(|object| object.offset).collect();
        for end in 0..file.bytes.len() {
            let cut = &file.bytes[..end];
            assert!(decode(cut).is_err(), "{}: {end}", file.name);
            let sealed = mutate::seal(cut);
            // At a border the payload is shorter and good; anywhere else the new CRC object is never found, or is
            // taken for text.
            let good = decode(&sealed).is_ok();
            assert_eq!(good, borders.contains(&end), "{}: sealed at {end}", file.name);
            for unit in [LengthUnit::Bytes, LengthUnit::Utf16] {
                let decoded = naive::decode(&sealed, unit);
                assert!(decoded.is_err() || decoded.is_ok_and(|payload| payload.crc_holds()));
            }
        }
    }
}

#[test]
fn the_largest_payload_decodes() {
    let mut payload = "000201".to_owned();
    for id in (1..=99).filter(|&id| id != 63) {
        payload.push_str(&mutate::object(id, &"😀".repeat(99)));
    }
    let sealed = mutate::seal(payload.as_bytes());
    assert_eq!(sealed.len(), 98 * 400 + 6 + 8);
    assert_eq!(decode(&sealed).unwrap().objects.len(), 100);
}

#[test]
fn what_is_damaged_does_not_decode_and_what_it_was_does() {
    let cases = vectors::damaged().unwrap();
    let listed: BTreeSet<String> = cases.iter().map(|case| case.file.clone()).collect();
    let folder = vectors::testdata().join("mpm/damaged");
    let found: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(listed, found);
    assert!(cases.len() >= 90 && listed.len() == cases.len());
    for case in &cases {
        let file = &case.file;
        assert!(decode(&case.text).is_err(), "{file} decodes");
        let several = (!case.payloads.is_empty()).then_some("different-payloads");
        let begin = case.causes.first().or(case.foreign.as_ref()).map(String::as_str).or(several).unwrap();
        assert!(file.starts_with(&format!("{begin}--")) && !case.about.is_empty(), "{file}");
        assert_eq!(case.whole.is_some(), case.foreign.is_none() && several.is_none(), "{file}");
        assert!(
            case.whole.iter().chain(&case.payloads).all(|whole| decode(whole.as_bytes()).is_ok()),
            "{file}"
        );
    }
}

#[test]
fn consumer_presented_codes_are_what_they_say() {
    let vectors = vectors::cpm().unwrap();
    let names: BTreeSet<&str> = vectors.iter().map(|vector| vector.name.as_str()).collect();
    assert_eq!(names.len(), vectors.len(), "names are unique");
    for vector in &vectors {
        let name = &vector.name;
        assert!(["published", "reshaped", "synthetic"].contains(&vector.origin.as_str()), "{name}");
        assert!(["emvco", "qris"].contains(&vector.profile.as_str()) && !vector.about.is_empty(), "{name}");
        assert_eq!(vector.payload.chars().count(), vector.characters, "{name}");
        match cpm::naive::read(&vector.payload) {
            Ok(nodes) => {
                let bytes = cpm::naive::bytes_of(&vector.payload).unwrap();
                assert_eq!((Some(bytes.len()), &None), (vector.bytes, &vector.error), "{name}");
                for (qris, findings) in [(true, &vector.qris), (false, &vector.emvco)] {
                    let conforms = !findings.iter().any(|line| line.starts_with("error "));
                    assert_eq!(cpm::judge::conforms(&nodes, qris), conforms, "{name}, qris {qris}");
                }
            }
            Err(refusal) => {
                let error = vector.error.as_ref().unwrap_or_else(|| panic!("{name}: {refusal:?}"));
                assert_eq!(
                    (refusal.code, refusal.offset, &refusal.path),
                    (&*error.code, error.offset, &error.path),
                    "{name}"
                );
            }
        }
    }
}
