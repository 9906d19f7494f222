//! The parsers of nom say what the payloads say (feature `nom`).

use nom::error::{Error, ErrorKind};
use nom::multi::many0;
use nom::{Err, Parser};
use qris_core::grammar::{object, payload};
use qris_core::{LengthUnit, Payload, Profile};
use qris_testkit::{generate, rng::SplitMix64, vectors};

type Fault<'a> = Error<&'a str>;

/// What is left, and the payload; or the place in the input and the kind of error.
fn read(input: &str, unit: LengthUnit) -> Result<(&str, Payload<'_>), (usize, ErrorKind)> {
    payload::<Fault<'_>>(unit).parse(input).map_err(|error| match error {
        Err::Error(error) => (input.len() - error.input.len(), error.code),
        other => panic!("{other:?}"),
    })
}

/// The texts and units of all vectors, good and bad.
fn texts() -> Vec<(String, LengthUnit)> {
    let mut found = Vec::new();
    let valid = vectors::valid().unwrap().into_iter().map(|file| file.bytes);
    let units = vectors::units().unwrap().into_iter().map(|case| case.payload);
    let findings = vectors::findings().unwrap().into_iter().map(|case| case.payload);
    let invalid = vectors::invalid().unwrap().into_iter().map(|case| case.payload);
    for bytes in valid.chain(units).chain(findings).chain(invalid) {
        let Ok(text) = String::from_utf8(bytes) else { continue };
        found.extend(LengthUnit::ALL.iter().map(|unit| (text.clone(), *unit)));
    }
    for seed in 0..200 {
        let text = generate::payload(&Profile::QRIS, &mut SplitMix64::new(seed));
        found.push((text, LengthUnit::Characters));
    }
    found
}

#[test]
fn a_payload_is_read_with_whatever_follows() {
    let mut read_ones = 0;
    for (text, unit) in texts() {
        let Ok(parsed) = Payload::parse_with(&text, unit) else {
            // Not a payload alone; as a part it may be one, with the rest of it following.
            if let Ok((rest, part)) = read(&text, unit) {
                assert!(
                    !rest.is_empty() && text.starts_with(part.as_str()) && text.ends_with(rest),
                    "{text}"
                );
            }
            continue;
        };
        assert_eq!(read(&text, unit), Ok(("", parsed.clone())));
        for after in [" ok", "\n", "0002", "é", &text] {
            let longer = format!("{text}{after}");
            assert_eq!(read(&longer, unit), Ok((after, parsed.clone())), "{longer}");
        }
        read_ones += 1;
    }
    assert!(read_ones > 400, "{read_ones}");
}

#[test]
fn objects_are_those_of_the_payload() {
    for (text, unit) in texts() {
        let Ok(parsed) = Payload::parse_with(&text, unit) else { continue };
        let (rest, objects) = many0(object::<Fault<'_>>(unit)).parse(&*text).unwrap();
        assert_eq!(rest, "");
        let expected = parsed.objects().map(|object| (object.id(), object.length(), object.value()));
        assert!(objects.iter().map(|object| (object.id(), object.length(), object.value())).eq(expected));
    }
}

#[test]
fn what_is_wrong_has_a_kind_and_a_place() {
    let characters = LengthUnit::Characters;
    assert_eq!(read("", characters), Err((0, ErrorKind::Eof)));
    assert_eq!(read("0002", characters), Err((0, ErrorKind::LengthValue)));
    assert_eq!(read("000201540", characters), Err((6, ErrorKind::Eof)));
    assert_eq!(read("000201no payload", characters), Err((6, ErrorKind::Digit)));
    assert_eq!(read("0002015409", characters), Err((6, ErrorKind::LengthValue)));
    assert_eq!(read("6304ABCD", characters), Err((0, ErrorKind::Verify)), "00 is not first");
    assert_eq!(read("0002010002016304ABCD", characters), Err((0, ErrorKind::Verify)), "00 twice");
    assert_eq!(read("0001é", LengthUnit::Bytes), Err((0, ErrorKind::LengthValue)), "inside a character");
    // A hundred objects at most are looked at.
    let endless = "0000".repeat(50_000);
    assert_eq!(read(&endless, characters), Err((0, ErrorKind::Verify)));
    let shown = format!("{:?}", object::<Fault<'_>>(characters).parse("5904NAME").unwrap().1);
    assert!(shown.contains("59") && !shown.contains("NAME"), "{shown}");
}
