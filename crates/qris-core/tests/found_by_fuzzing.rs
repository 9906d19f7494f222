//! What fuzzing and reading with bad intent have found, so that it stays found.

use qris_core::display::{Masked, Safe};
use qris_core::wire::Writer;
use qris_core::{Builder, Edit, Id, LengthUnit, Path, Payload, Profile, Sealed, WriteError, check, edit};

const ACCOUNT: &str = "26190004ID.A0107ABCDEFG";

/// A payload with these objects between 00 and 63, sealed in a length unit.
fn sealed(objects: &str, unit: LengthUnit) -> String {
    let body = format!("000201{objects}6304");
    let text = format!("{body}{:04X}", qris_core::checksum(body.as_bytes()));
    assert!(Payload::parse_with(&text, unit).is_ok(), "{text}");
    text
}

fn path(text: &str) -> Path {
    text.parse().unwrap()
}

#[test]
fn a_template_is_itself_however_it_was_reached() {
    let text = sealed(&format!("{ACCOUNT}5904Café"), LengthUnit::Characters);
    let payload = Payload::parse(&text).unwrap();
    let id = Id::new(26).unwrap();
    assert_eq!(payload.template(id), payload.get(id).unwrap().template());
}

#[test]
fn a_payload_does_not_differ_from_itself() {
    // 07 twice inside 62: read, and a finding.
    let text = sealed("62140703A010703A025901A", LengthUnit::Characters);
    let payload = Payload::parse(&text).unwrap();
    assert_eq!(edit::changes(&payload, &payload).next(), None);
    // Taking one of the two away is a change.
    let fewer = sealed("62070703A015901A", LengthUnit::Characters);
    let changes: Vec<_> = edit::changes(&payload, &Payload::parse(&fewer).unwrap()).collect();
    assert_eq!(changes.len(), 1);
    assert_eq!((changes[0].path, changes[0].before, changes[0].after), (path("62/07"), Some("A02"), None));
    let back: Vec<_> = edit::changes(&Payload::parse(&fewer).unwrap(), &payload).collect();
    assert_eq!((back.len(), back[0].before, back[0].after), (1, None, Some("A02")));
}

#[test]
fn the_length_of_what_cannot_be_written_is_an_error() {
    let long = "x".repeat(60);
    let mut builder = Builder::new();
    builder.set(path("62/01"), long.as_str()).set(path("62/02"), long.as_str());
    let too_long = WriteError::ValueTooLong { path: path("62"), length: 128 };
    assert_eq!(builder.write_to(&mut [0; 512]), Err(too_long));
    assert_eq!(builder.encoded_len(), Err(too_long));

    let text = sealed("5901A", LengthUnit::Characters);
    let mut edit = Edit::new();
    edit.set(path("62/01"), long.as_str()).set(path("62/02"), long.as_str());
    assert_eq!(edit.encoded_len(&Sealed::parse(&text).unwrap()), Err(too_long));
}

#[test]
fn an_open_template_is_not_sealed() {
    let mut buffer = [0; 64];
    let mut writer = Writer::new(&mut buffer);
    writer.object(Id::PAYLOAD_FORMAT_INDICATOR, "01").unwrap();
    writer.open(Id::ADDITIONAL_DATA).unwrap();
    writer.object(Id::new(7).unwrap(), "A01").unwrap();
    assert!(
        matches!(writer.seal(), Err(WriteError::NotSettable { path, .. }) if path == Path::root(Id::ADDITIONAL_DATA))
    );
}

#[test]
fn what_would_be_read_back_as_text_is_not_written_as_a_template() {
    // 62-50…99 are templates only when they begin with a 00: without it the object inside is lost to readers.
    let (mut buffer, nested) = ([0; 512], path("62/50/01"));
    let refused = |result: Result<&str, WriteError>| matches!(result, Err(WriteError::NotSettable { path: at, .. }) if at == path("62/50"));
    let none = sealed("5901A", LengthUnit::Characters);
    let none = Sealed::parse(&none).unwrap();
    assert!(refused(Edit::new().set(nested, "X").write_to(&none, &mut buffer)));
    assert!(refused(Builder::new().set(nested, "X").write_to(&mut buffer)));
    assert!(refused(Builder::new().set(nested, "X").set(path("62/50/00"), "").write_to(&mut buffer)));
    let mut both = Edit::new();
    both.set(nested, "X").set(path("62/50/00"), "ID.A");
    let written = both.write_to(&none, &mut buffer).unwrap().to_owned();
    let some = Sealed::parse(&written).unwrap();
    assert_eq!(some.find(nested).unwrap().value(), "X");

    assert!(refused(Edit::new().remove(path("62/50/00")).write_to(&some, &mut buffer)));
    assert!(Edit::new().set(nested, "Y").write_to(&some, &mut buffer).is_ok());
    let mut empty = Edit::new();
    empty.remove(path("62/50/00")).remove(nested);
    assert_eq!(empty.write_to(&some, &mut buffer), Ok(none.as_str()));
}

#[test]
fn a_whole_template_frames_in_the_unit_of_its_payload() {
    let text = sealed("5905Café", LengthUnit::Bytes);
    let sealed = Payload::parse_with(&text, LengthUnit::Bytes).unwrap().verify_crc().unwrap();
    let mut buffer = [0; 512];
    assert!(Edit::new().set(path("62"), "0705Café").write_to(&sealed, &mut buffer).is_ok());
    let wrong = Edit::new().set(path("62"), "0704Café").write_to(&sealed, &mut buffer).map(str::len);
    assert!(matches!(wrong, Err(WriteError::NotSettable { .. })), "{wrong:?}");
}

#[test]
fn a_masked_line_hides_what_is_no_pan() {
    // PromptPay puts a mobile number where QRIS has the PAN, Pix an e-mail address.
    let masked = |objects: &str| {
        Masked(&Payload::parse(&sealed(objects, LengthUnit::Characters)).unwrap()).to_string()
    };
    let line = masked("29370016A00000067701011101130066812345678");
    assert!(line.contains("29{00=A000000677010111 01=…}"), "{line}");
    let line = masked("26330014br.gov.bcb.pix0111a@b.example");
    assert!(line.contains("26{00=br.gov.bcb.pix 01=…}"), "{line}");
    let line = masked("26220118936009140000000001");
    assert!(line.contains("01=93600914…"), "{line}");
}

#[test]
fn a_repeated_object_is_judged_like_any_other() {
    // A 09 that is none of A, M and E, twice: both are wrong, and the second is one too many.
    let text = sealed("62100901X0901X", LengthUnit::Characters);
    let payload = Payload::parse(&text).unwrap();
    let at = path("62/09");
    let found: Vec<&str> = check::findings(&payload, &Profile::QRIS)
        .filter(|finding| finding.path() == at)
        .map(|finding| finding.code().name())
        .collect();
    assert_eq!(found, ["wrong-value", "repeated", "wrong-value"]);
}

#[test]
fn nothing_unseen_reaches_a_terminal() {
    let unseen =
        ['\u{0}', '\u{1b}', '\u{7f}', '\u{85}', '\u{ad}', '\u{61c}', '\u{200b}', '\u{200d}', '\u{200e}']
            .into_iter()
            .chain([
                '\u{2028}', '\u{2029}', '\u{202e}', '\u{2060}', '\u{2064}', '\u{2066}', '\u{feff}',
                '\u{fff9}',
            ])
            .chain(['\u{fffb}', '\u{e0001}', '\u{e007f}', '\u{a0}', '\u{200a}', '\u{3000}']);
    for c in unseen {
        let shown = Safe(c.encode_utf8(&mut [0; 4])).to_string();
        assert!(shown.starts_with('\\') && shown.is_ascii(), "{c:?}: {shown}");
    }
    assert_eq!(Safe("Café 最佳 😀 ").to_string(), "Café 最佳 😀 ");
}

#[test]
fn an_object_is_found_in_the_second_of_two_templates() {
    // 62-50 twice, the second with a 01 that the first has not.
    let text = sealed("623050080004ID.A50140004ID.B0102XY", LengthUnit::Characters);
    let payload = Payload::parse(&text).unwrap();
    let found = payload.find(path("62/50/01")).map(|object| object.value());
    assert_eq!(found, Some("XY"));
    assert_eq!(payload.find(path("62/50/00")).map(|object| object.value()), Some("ID.A"));
    assert_eq!(payload.find(path("62/50/02")), None);
}

#[test]
fn one_digit_is_no_check_digit() {
    assert!(!qris_core::value::luhn_holds("0"));
    assert!(qris_core::value::luhn_holds("00"));
    assert_eq!(qris_core::value::luhn_digit("0"), Some(b'0'));
}

#[test]
fn an_empty_63_and_an_empty_object_are_no_crc() {
    let code = |text: &str| Payload::parse(text).map(drop).map_err(|e| (e.kind().code(), e.offset()));
    assert_eq!(code("00001800930063005900"), Err(("crc-malformed", 16)));
    // Where the header of the last object happens to be the CRC of what stands before it.
    let found = (0_u32..).find_map(|number| {
        let body = format!("0002019908{number:08}6300");
        let crc = format!("{:04X}", qris_core::checksum(body.as_bytes()));
        let header = crc.ends_with("00") && crc.bytes().all(|b| b.is_ascii_digit()) && !crc.starts_with("00");
        header.then(|| format!("{body}{crc}"))
    });
    let text = found.unwrap();
    assert_eq!(code(&text), Err(("crc-malformed", text.len() - 4)), "{text}");
}
