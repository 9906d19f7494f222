//! Building: published codes again, and what is refused.

use qris_cpm::{Builder, CpmPayload, EncodeError, MAX_CHARACTERS, MAX_OBJECTS, Profile, Tag};
use qris_testkit::vectors::cpm;

fn payload(name: &str) -> String {
    cpm().unwrap().into_iter().find(|vector| vector.name == name).unwrap().payload
}

fn text(builder: &Builder<'_>, profile: Profile) -> Result<String, EncodeError> {
    Ok(builder.build(profile)?.to_text(&mut [0; MAX_CHARACTERS]).to_owned())
}

fn tag(text: &str) -> Tag {
    text.parse().unwrap()
}

#[test]
fn published_codes_come_out_byte_for_byte() {
    let mut cheque = Builder::qris();
    cheque.issuer_data(b"cheque:95677249509051898074").language("iden").pan("9360091430100531720");
    assert_eq!(text(&cheque, Profile::Qris), Ok(payload("qriscpm-cheque")));

    let mut holder = Builder::qris();
    holder.pan("9360091531624094763").holder_name("Grace").language("iden");
    holder.issuer_data(b"281012029560385043466010");
    assert_eq!(text(&holder, Profile::Qris), Ok(payload("qriscpm-holder-name")));

    let mut two = Builder::default();
    two.aid(b"\xA0\x00\x00\x00\x55\x55\x55").label("Product1");
    two.application().aid(b"\xA0\x00\x00\x00\x66\x66\x66").label("Product2");
    two.common().pan("1234567890123458").holder_name("CARDHOLDER/EMV").language("ruesdeen");
    two.set_transparent(tag("9F37"), b"\x6D\x58\xEF\x13").set_transparent(tag("9F36"), b"\x00\x01");
    two.set_transparent(tag("9F26"), b"\x58\x4F\xD3\x85\xFA\x23\x4B\xCC");
    two.set_transparent(tag("9F10"), b"\x06\x01\x0A\x03\x00\x00\x00");
    assert_eq!(text(&two, Profile::Emvco), Ok(payload("emvco-cpm-two-applications")));

    let mut track = Builder::new();
    track.aid(b"\xA0\x00\x00\x00\x55\x55\x55").track_2("1234567890123458D191220112345");
    assert_eq!(text(&track, Profile::Emvco), Ok(payload("emvco-cpm-track2")));
}

#[test]
fn what_would_break_a_rule_is_refused() {
    let good = || {
        let mut builder = Builder::qris();
        builder.pan("9360091400000000019").issuer_data(b"12345678");
        builder
    };
    assert!(good().build(Profile::Qris).is_ok());
    let said = |builder: &Builder<'_>| match builder.build(Profile::Qris) {
        Err(EncodeError::Breaks(finding)) => format!("{} {}", finding.code(), finding.path()),
        Err(other) => other.to_string(),
        Ok(_) => "good".to_owned(),
    };
    assert_eq!(said(&Builder::qris()), "missing 61/63");
    assert_eq!(said(&Builder::new()), "missing 61");
    // What is a warning in codes of others is refused in what one makes, but for what issuers may have their reasons for.
    assert_eq!(said(good().holder_name("A")), "too-short 61/5F20");
    assert_eq!(said(good().language("id-ID")), "wrong-characters 61/5F2D");
    assert_eq!(said(good().set(Tag::LAST_FOUR, b"0019")), "as-text 61/9F25");
    assert_eq!(said(good().set(Tag::ISSUER_QRIS_DATA, b"12345678")), "misplaced 61/9F74");
    assert_eq!(said(good().track_2("9360091400000000027D4912")), "pan-mismatch 61/5A");
    assert_eq!(said(good().label("QRIS")), "wrong-value 61/50");
    assert_eq!(said(good().pan("1234567")), "bad-pan 61/5A");
    assert_eq!(
        said(good().pan("9360091400000000018")),
        "good",
        "a warning: some issuers' PANs have no check digit"
    );
    assert_eq!(said(good().pan("4111111111111111")), "good");
    assert_eq!(said(good().application().aid(b"12345").label("X")), "repeated 61");
    assert_eq!(said(good().common().set(tag("61"), b"")), "misplaced 62/61");
    assert_eq!(
        said(good().set(tag("64"), b"text")),
        "61/64/74 at byte 41: the length says 101 bytes, but only 2 follow in what is around it"
    );
}

#[test]
fn what_cannot_be_written_is_said() {
    let qris = |set: &dyn Fn(&mut Builder<'_>)| {
        let mut builder = Builder::qris();
        builder.pan("9360091400000000019").issuer_data(b"12345678");
        set(&mut builder);
        builder.build(Profile::Qris).map(|code| code.as_bytes().len())
    };
    let digits = |set: &dyn Fn(&mut Builder<'_>)| match qris(set) {
        Err(EncodeError::NotDigits { tag, .. }) => tag.to_string(),
        other => panic!("{other:?}"),
    };
    assert_eq!(digits(&|b| _ = b.pan("936009140000000001D")), "5A");
    assert_eq!(digits(&|b| _ = b.pan(&"1".repeat(39))), "5A");
    assert_eq!(digits(&|b| _ = b.track_2("9360091400000000019")), "57");
    assert_eq!(digits(&|b| _ = b.track_2("9360D09D1")), "57");
    assert_eq!(digits(&|b| _ = b.last_four("123")), "9F25");
    assert_eq!(digits(&|b| _ = b.last_four("12x4")), "9F25");
    assert_eq!(digits(&|b| _ = b.token_requestor("1234567890")), "9F19");
    // Set again, it is replaced; a fault stays.
    assert_eq!(qris(&|b| _ = b.holder_name("A").holder_name("AB")), Ok(57));
    assert!(qris(&|b| _ = b.last_four("1").last_four("1234")).is_err());

    let url = "u".repeat(400);
    let mut long = Builder::qris();
    long.pan("9360091400000000019").issuer_data(b"12345678").issuer_url(&url);
    let error = long.build(Profile::Qris).unwrap_err();
    assert_eq!(error, EncodeError::TooLong { bytes: 459 });
    assert_eq!(error.to_string(), "459 bytes are more than a code stands for (384)");
    // The longest one there is room for.
    let url = &url[..400 - (459 - 384)];
    let mut whole = Builder::qris();
    whole.pan("9360091400000000019").issuer_data(b"12345678").issuer_url(url);
    let whole = whole.build(Profile::Qris).unwrap();
    let mut buffer = [0; MAX_CHARACTERS];
    let text = whole.to_text(&mut buffer);
    assert_eq!((whole.as_bytes().len(), text.len()), (384, 512));
    assert_eq!(CpmPayload::parse(text).as_ref(), Ok(&whole));

    let tags: Vec<Tag> = (0..=MAX_OBJECTS as u32).filter_map(|n| Tag::new(0xDF01 + n)).collect();
    let mut many = Builder::new();
    tags.iter().for_each(|tag| _ = many.set(*tag, b""));
    assert_eq!(many.build(Profile::Emvco), Err(EncodeError::TooManyObjects));
}

#[test]
fn unknown_objects_stand_before_63() {
    let mut builder = Builder::qris();
    builder.set(tag("DF8105"), b"b").set(tag("C4"), b"a").pan("9360091400000000019").issuer_data(b"12345678");
    let code = builder.build(Profile::Qris).unwrap();
    let order: Vec<String> = code.walk().map(|object| object.path().to_string()).collect();
    assert_eq!(order, ["85", "61", "61/4F", "61/50", "61/5A", "61/DF8105", "61/C4", "61/63", "61/63/9F74"]);
}
