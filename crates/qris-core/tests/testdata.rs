//! Every file of `testdata/mpm`, held against the core.

use std::collections::BTreeSet;

use qris_core::rules::RULES;
use qris_core::{DecodeError, ErrorKind, LengthUnit, Payload, check};
use qris_testkit::vectors::{self, InvalidFacts};
use qris_testkit::{mutate, oracle};

fn decode(bytes: &[u8], unit: LengthUnit) -> Result<(), DecodeError> {
    match Payload::from_bytes(bytes) {
        Err(error) if matches!(error.kind(), ErrorKind::InvalidUtf8 | ErrorKind::TooLong { .. }) => {
            Err(error)
        }
        _ => Payload::parse_with(std::str::from_utf8(bytes).unwrap(), unit)
            .and_then(Payload::verify_crc)
            .map(|_| ()),
    }
}

#[test]
fn every_valid_file_decodes_and_has_its_tree() {
    for file in vectors::valid().unwrap() {
        let path = vectors::testdata().join("mpm/valid").join(format!("{}.tree", file.name));
        let stored = std::fs::read_to_string(&path).unwrap_or_default();
        let made = oracle::golden(&file.bytes).unwrap_or_else(|error| panic!("{}: {error}", file.name));
        assert_eq!(
            stored, made,
            "{} is stale: run `cargo run -p qris-testkit --example golden` and look at what changed",
            file.name
        );
    }
    let trees = std::fs::read_dir(vectors::testdata().join("mpm/valid")).unwrap();
    let trees = trees.filter(|entry| entry.as_ref().unwrap().path().extension().unwrap() == "tree").count();
    assert_eq!(trees, vectors::valid().unwrap().len(), "a tree without its payload");
}

#[test]
fn every_vector_decodes_or_has_its_error() {
    for vector in vectors::vectors().unwrap() {
        let error = decode(vector.payload.as_bytes(), LengthUnit::Characters).err();
        assert_eq!(error.map(|error| error.kind().code()), vector.error.as_deref(), "{}", vector.name);
    }
}

#[test]
fn every_invalid_file_is_refused_as_its_line_says() {
    let mut codes = BTreeSet::new();
    for case in vectors::invalid().unwrap() {
        let unit: LengthUnit = case.length_unit.as_deref().unwrap_or("characters").parse().unwrap();
        let error = decode(&case.payload, unit).unwrap_err();
        // The core tells the stated CRC as a number.
        let stated = case.facts.stated.as_ref().map(|stated| stated.to_uppercase());
        let expected = InvalidFacts { stated, ..case.facts };
        assert_eq!(
            (error.kind().code(), error.offset(), error.character(), facts(error.kind())),
            (case.code.as_str(), case.offset, case.character, expected),
            "{}",
            case.file
        );
        oracle::decode_vs_naive(&case.payload);
        oracle::decode_any(&case.payload);
        codes.insert(error.kind().code());
    }
    let all: BTreeSet<&str> = ErrorKind::ALL.iter().map(ErrorKind::code).collect();
    assert_eq!(codes, all, "every error has a file");
}

fn facts(kind: ErrorKind) -> InvalidFacts {
    let mut facts = InvalidFacts::default();
    match kind {
        ErrorKind::DuplicateId { first_offset } => facts.first_offset = Some(first_offset),
        ErrorKind::Overrun { declared, available, .. } => {
            (facts.declared, facts.available) = (Some(declared), Some(available));
        }
        ErrorKind::InvalidLength { cuts } => facts.unit = cuts.map(|unit| unit.name().to_owned()),
        ErrorKind::CrcMismatch { stated, computed } => {
            facts.stated = Some(format!("{stated:04X}"));
            facts.computed = Some(format!("{computed:04X}"));
        }
        _ => {}
    }
    facts
}

#[test]
fn every_findings_file_has_its_finding() {
    let mut codes = BTreeSet::new();
    let mut wrong = Vec::new();
    for case in vectors::findings().unwrap() {
        let text = std::str::from_utf8(&case.payload).unwrap();
        let payload = Payload::parse(text).unwrap().verify_crc().unwrap();
        // By the letter of its scheme, which grades everything.
        let found: Vec<(&str, String)> = check::findings(&payload, &case.letter())
            .map(|finding| (finding.code().name(), finding.path().to_string()))
            .collect();
        if !found.contains(&(case.code.as_str(), case.path.clone())) {
            wrong.push(format!("{} at {:?}: only {found:?}", case.file, case.path));
        }
        oracle::decode_vs_naive(&case.payload);
        oracle::decode_any(&case.payload);
        codes.insert(case.code);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let all: BTreeSet<String> = RULES.iter().map(|rule| rule.name.to_owned()).collect();
    assert_eq!(codes, all, "every rule has a file");
}

/// Code, path, blame, citation and sentence, each as it was last looked at.
#[test]
fn every_finding_says_what_it_said() {
    let stored = std::fs::read_to_string(vectors::testdata().join("mpm/findings.txt")).unwrap();
    let mut made = String::new();
    for case in vectors::findings().unwrap() {
        made.push_str(&format!(
            "{}\n{}",
            case.file,
            oracle::sentences(&case.payload, &case.letter()).unwrap()
        ));
    }
    let stale = stored.lines().zip(made.lines()).find(|(stored, made)| stored != made);
    // Both texts are long: where they differ is enough.
    assert!(
        stored == made,
        "stale at {stale:?}: run `cargo run -p qris-testkit --example golden` and look at what changed"
    );
}

#[test]
fn every_truncation_sealed_or_not() {
    for file in vectors::valid().unwrap() {
        let text = std::str::from_utf8(&file.bytes).unwrap();
        let borders: Vec<usize> =
            Payload::parse(text).unwrap().objects().skip(1).map(|o| o.offset()).collect();
        for end in 0..file.bytes.len() {
            let cut = &file.bytes[..end];
            assert!(decode(cut, LengthUnit::Characters).is_err(), "{}: {end}", file.name);
            let sealed = mutate::seal(cut);
            let good = decode(&sealed, LengthUnit::Characters).is_ok();
            assert_eq!(good, borders.contains(&end), "{}: sealed at {end}", file.name);
            if end % 5 == 0 {
                oracle::decode_vs_naive(cut);
                oracle::decode_vs_naive(&sealed);
            }
        }
    }
}
