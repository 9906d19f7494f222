use super::{
    Facts, LengthUnit, MAX_BYTES, NaiveError, NaivePayload, crc16, decode, decode_structure, detect,
};

fn sealed(body: &str) -> Vec<u8> {
    let mut text = format!("{body}6304");
    text = format!("{text}{:04X}", crc16(text.as_bytes()));
    text.into_bytes()
}

fn read(body: &str, unit: LengthUnit) -> NaivePayload {
    decode(&sealed(body), unit).unwrap()
}

fn refused(payload: &str) -> (&'static str, usize, usize) {
    let error = decode(payload.as_bytes(), LengthUnit::Characters).unwrap_err();
    (error.code, error.offset, error.character)
}

#[test]
fn the_first_fault_from_the_left_wins() {
    assert_eq!(refused(""), ("empty-text", 0, 0));
    assert_eq!(refused("000"), ("truncated", 0, 0));
    assert_eq!(refused("0002015"), ("truncated", 6, 6));
    assert_eq!(refused("5A02015"), ("invalid-id", 0, 0));
    assert_eq!(refused("5902xy"), ("format-indicator-not-first", 0, 0));
    assert_eq!(refused("00xx01"), ("invalid-length", 2, 2));
    assert_eq!(refused("00020100020"), ("duplicate-id", 6, 6));
    assert_eq!(refused("000201591"), ("truncated", 6, 6));
    assert_eq!(refused("0002015905abcd"), ("overrun", 6, 6));
    assert_eq!(refused("0002015903é9a6303ABCxyz"), ("crc-malformed", 18, 17));
    assert_eq!(refused("0002016304ABCDx"), ("crc-not-last", 14, 14));
    assert_eq!(refused("000201"), ("crc-missing", 6, 6));
    assert_eq!(refused("0002016304abcd"), ("crc-mismatch", 10, 10));
}

#[test]
fn nothing_is_read_of_a_payload_that_is_too_long() {
    let mut bytes = vec![0xFF; MAX_BYTES + 1];
    assert_eq!(decode(&bytes, LengthUnit::Characters).unwrap_err().code, "text-too-long");
    bytes.pop();
    assert_eq!(decode(&bytes, LengthUnit::Characters).unwrap_err().code, "invalid-utf8");
}

#[test]
fn facts_come_with_their_fault() {
    let facts = |payload: &[u8], unit| decode(payload, unit).unwrap_err().facts;
    let characters = LengthUnit::Characters;
    assert_eq!(
        facts(b"0002015905abcd", characters),
        Facts { declared: Some(5), available: Some(4), ..Facts::default() }
    );
    assert_eq!(facts(b"0002015902ab5902cd", characters), Facts { first_offset: Some(6), ..Facts::default() });
    assert_eq!(
        facts(b"0002016304abcd", characters),
        Facts { stated: Some("abcd".into()), computed: Some(0xAAE6), ..Facts::default() }
    );
    assert_eq!(
        facts("0002015905中中".as_bytes(), LengthUnit::Bytes),
        Facts { unit: Some(LengthUnit::Bytes), ..Facts::default() }
    );
    assert_eq!(
        facts("0002015907中中".as_bytes(), LengthUnit::Bytes),
        Facts { declared: Some(7), available: Some(6), ..Facts::default() }
    );
}

#[test]
fn a_unit_that_cuts_a_character_is_a_fault_of_the_length() {
    let payload = sealed("0002015901😀");
    assert!(decode(&payload, LengthUnit::Characters).is_ok());
    for unit in [LengthUnit::Bytes, LengthUnit::Utf16] {
        let facts = Facts { unit: Some(unit), ..Facts::default() };
        let expected = NaiveError { code: "invalid-length", offset: 8, character: 8, facts };
        assert_eq!(decode(&payload, unit), Err(expected));
    }
}

#[test]
fn objects_know_where_they_are() {
    let payload = read("0002015902é中6001x", LengthUnit::Characters);
    let places: Vec<_> =
        payload.objects.iter().map(|o| (o.id, o.declared, o.offset, o.char_offset)).collect();
    assert_eq!(places, [(0, 2, 0, 0), (59, 2, 6, 6), (60, 1, 15, 12), (63, 4, 20, 17)]);
    assert_eq!(payload.object(59).map(|name| name.value.as_str()), Some("é中"));
    assert_eq!(payload.object(61), None);
}

#[test]
fn length_00_frames() {
    let payload = read("0002015400", LengthUnit::Characters);
    assert_eq!(payload.object(54).map(|amount| amount.value.as_str()), Some(""));
}

#[test]
fn only_templates_nest() {
    let inner = "0002ab";
    for id in 2..=99_u8 {
        if id == 63 {
            continue;
        }
        let payload = read(&format!("000201{id:02}06{inner}"), LengthUnit::Characters);
        let template = matches!(id, 26..=51 | 62 | 64 | 80..=99);
        assert_eq!(payload.objects[1].objects.is_some(), template, "{id}");
    }
}

#[test]
fn a_template_frames_completely_or_not_at_all() {
    let inner = |body: &str| read(body, LengthUnit::Characters).objects[1].objects.clone();
    assert_eq!(inner("0002012600"), Some(vec![]));
    assert_eq!(inner("00020126070003abc").map(|objects| objects.len()), Some(1));
    assert_eq!(inner("00020126120002ab0002cd").map(|objects| objects.len()), Some(2), "repeats frame");
    for broken in
        ["000201260212", "00020126070004abc", "00020126070x03abc", "0002012607000xabc", "00020126080003abcd"]
    {
        assert_eq!(inner(broken), None, "{broken}");
    }
    let bytes = read("00020126080004a中", LengthUnit::Bytes);
    let object = bytes.objects[1].object(0).unwrap();
    assert_eq!((object.value.as_str(), object.offset), ("a中", 10));
}

#[test]
fn only_additional_data_goes_three_levels_deep() {
    let third = |body: &str, id| {
        let payload = read(body, LengthUnit::Characters);
        payload.objects[1].object(id).map(|object| object.objects.clone())
    };
    let some_two = |objects: Option<Option<Vec<_>>>| objects.flatten().map(|objects: Vec<_>| objects.len());
    assert_eq!(some_two(third("000201621550110002ab0101c", 50)), Some(2));
    assert_eq!(some_two(third("000201621599110002ab0101c", 99)), Some(2));
    assert_eq!(third("000201621549110002ab0101c", 49), Some(None), "49 is primitive");
    assert_eq!(third("000201621550110102ab0101c", 50), Some(None), "does not begin with 00");
    assert_eq!(third("0002016213500900000101c", 50), Some(None), "00 is empty");
    assert_eq!(third("00020162125008opaque x", 50), Some(None), "does not frame");
    assert_eq!(third("000201261550110002ab0101c", 50), Some(None), "26 has no third level");
    let long = "x".repeat(33);
    assert_eq!(third(&format!("0002016241503700{}{long}", 33), 50), Some(None), "00 of 33 characters");
    let limit = "x".repeat(32);
    assert_eq!(some_two(third(&format!("0002016240503600{}{limit}", 32), 50)), Some(1));
}

#[test]
fn detection_prefers_characters() {
    let with = |name: &str, unit: LengthUnit| sealed(&format!("00020159{:02}{name}", unit.count(name)));
    for unit in LengthUnit::ALL {
        assert_eq!(detect(&with("plain", unit)), Some(LengthUnit::Characters));
        assert_eq!(detect(&with("Kafé 😀", unit)), Some(unit));
    }
    assert_eq!(detect(&with("Kafé", LengthUnit::Utf16)), Some(LengthUnit::Characters));
    assert_eq!(detect(b""), None);
    assert_eq!(detect(b"0002015902ab"), None);
    let mut wrong_crc = with("Kafé", LengthUnit::Bytes);
    wrong_crc.pop();
    wrong_crc.push(b'?');
    assert_eq!(detect(&wrong_crc), None, "not hex: does not frame");
}

#[test]
fn two_units_that_frame_differently_are_no_answer() {
    // Bytes:      5904[😀] 6004[02ab]
    // UTF-16:     5904[😀60] 0402[ab]
    // Characters: 5904[😀600] 40, then a length of `2a`
    let payload = sealed("0002015904😀600402ab");
    assert!(decode_structure(&payload, LengthUnit::Bytes).is_ok());
    assert!(decode_structure(&payload, LengthUnit::Utf16).is_ok());
    assert!(decode_structure(&payload, LengthUnit::Characters).is_err());
    assert_eq!(detect(&payload), None);
}
