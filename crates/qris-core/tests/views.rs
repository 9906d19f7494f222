//! What payloads, builders and writers say of themselves: equality, debug output, errors, and the setters one by one.

use std::error::Error;

use qris_core::value::Purpose;
use qris_core::wire::{Span, Writer};
use qris_core::{
    AccountValues, Builder, Country, Edit, EncodeError, Id, LengthUnit, MAX_BYTES, Path, Payload, Profile,
    Qris, Rejection, Sealed, SealedBuf, Tip, WriteError, accounts, check, keys,
};

const GOOD: &str = "00020101021126690017ID.CO.EXAMPLE.WWW01189360091400000000010215TESTMID000000010303UMI\
                    51440014ID.CO.QRIS.WWW0215ID10260000000120303UMI5204581253033605802ID5913WARUNG CONTOH\
                    6013JAKARTA PUSAT61051011062070703A0163046D40";

fn sealed(objects: &str) -> String {
    let body = format!("000201{objects}6304");
    format!("{body}{:04X}", qris_core::checksum(body.as_bytes()))
}

fn path(text: &str) -> Path {
    text.parse().unwrap()
}

fn id(number: u8) -> Id {
    Id::new(number).unwrap()
}

#[test]
fn payloads_are_their_text_in_a_unit() {
    let text = sealed("5901A");
    let other = sealed("5901B");
    let parse = |text| Payload::parse(text).unwrap();
    assert_eq!(parse(&text), parse(&text));
    assert_ne!(parse(&text), parse(&other));
    assert_ne!(parse(&text), Payload::parse_with(&text, LengthUnit::Bytes).unwrap());
    let shown = "Payload { bytes: 19, objects: 3, unit: Characters, .. }";
    assert_eq!(format!("{:?}", parse(&text)), shown);
    let owned = SealedBuf::parse(text.as_str()).unwrap();
    assert_eq!(owned, SealedBuf::from(&Sealed::parse(&text).unwrap()));
    assert_ne!(owned, SealedBuf::parse(other.as_str()).unwrap());
    assert_eq!((owned.as_str(), owned.as_sealed().as_str()), (text.as_str(), text.as_str()));
    assert_eq!(*owned.as_sealed(), parse(&text));
    assert_eq!(format!("{owned:?}"), format!("SealedBuf({shown})"));
    assert_eq!(text.parse::<SealedBuf>(), Ok(owned));
}

#[test]
fn templates_are_their_place_and_value() {
    let text = sealed("26080004ID.A62070703A01");
    let moved = sealed("5901A26080004ID.A62070703A02");
    let (here, there) = (Payload::parse(&text).unwrap(), Payload::parse(&moved).unwrap());
    let template = |payload: &Payload<'_>, number| format!("{:?}", payload.template(id(number)).unwrap());
    assert_eq!(here.template(id(26)), Payload::parse(&text).unwrap().template(id(26)));
    assert_ne!(here.template(id(26)), here.template(id(62)));
    // The same value elsewhere is another template, and so is another value in the same place.
    assert_ne!(
        here.template(id(26)),
        there.template(id(26)),
        "{} {}",
        template(&here, 26),
        template(&there, 26)
    );
    let same_place = sealed("26080004ID.B62070703A01");
    assert_ne!(here.template(id(26)), Payload::parse(&same_place).unwrap().template(id(26)));
    let of = here.template(id(62)).unwrap();
    assert_eq!((of.path(), of.value()), (path("62"), "0703A01"));
    let span = Span::from(3..7);
    assert_eq!((span.start, span.end, span.range()), (3, 7, 3..7));
}

#[test]
fn rejections_tell_why() {
    let bad = GOOD.replace("6D40", "6D41");
    let decode = Qris::decode(&bad).unwrap_err();
    let error = Sealed::parse(&bad).unwrap_err();
    assert_eq!(decode.to_string(), error.to_string());
    // Who prints the chain of sources reads the sentence once.
    assert!(matches!(decode, Rejection::Decode(told) if told == error) && decode.source().is_none());
    let poor = sealed("5901A");
    let rule = Qris::decode(&poor).unwrap_err();
    let parsed = Sealed::parse(&poor).unwrap();
    let first = check::first_error(&parsed, &Profile::WILD).unwrap();
    assert!(matches!(rule, Rejection::NotConformant(finding) if finding == first) && rule.source().is_none());
    assert_eq!(rule.to_string(), "52 Merchant Category Code is missing (EMVCo 4.7.12)");
    assert_eq!(format!("{first:#}"), format!("error[missing] {rule}"));
    // The payload stays with the caller, and the answer says the same.
    assert_eq!(Qris::from_sealed(&parsed, &Profile::WILD).unwrap_err(), first);
    let free: Box<dyn Error + Send + Sync + 'static> = rule.into();
    drop(poor);
    assert!(free.to_string().starts_with("52 "));
}

#[test]
fn a_decoded_payload_is_read_through() {
    let qris = Qris::decode(GOOD).unwrap();
    assert_eq!(**qris, *Sealed::parse(GOOD).unwrap());
    assert_eq!(qris.object_count(), 12, "a payload's own questions are answered too");
    let all: Vec<_> = accounts(&qris).collect();
    assert_eq!(all.iter().map(|account| account.id().number()).collect::<Vec<_>>(), [26, 51]);
    assert_eq!(all[0].object(), qris.get(id(26)).unwrap());
    assert_eq!(all[0].template().map(|template| template.erase()), qris.template(id(26)));
    assert_eq!(all[1].merchant_id(), Some("ID1026000000012"));
    let key = keys::MERCHANT_NAME;
    #[allow(clippy::clone_on_copy)] // What a copy gives must be what a clone gives.
    let again = key.clone();
    assert_eq!((qris.read(key), again.id()), (Some("WARUNG CONTOH"), key.id()));
}

#[test]
fn profiles_by_name_and_rows_by_path() {
    for profile in Profile::ALL {
        assert_eq!(Profile::named(profile.name).map(|found| found.reading), Some(profile.reading));
    }
    assert!(Profile::named("QRIS").is_none());
    let name = |at: &str| Profile::QRIS.row(path(at)).map(|row| row.name);
    assert_eq!(name("59"), Some("Merchant Name"));
    assert_eq!(name("62/07"), Some("Terminal Label"));
    assert_eq!(name("62/50/00"), Some("Globally Unique Identifier"));
    assert_eq!(name("59/01"), None, "what is no template has no rows inside");
    let payload = sealed("5901A");
    let finding = check::findings(&Payload::parse(&payload).unwrap(), &Profile::QRIS)
        .find(|finding| finding.path() == path("60"))
        .unwrap();
    assert_eq!(finding.row().map(|row| row.name), Some("Merchant City"));
}

#[test]
fn units_and_ids_in_words() {
    let said: Vec<String> = LengthUnit::ALL.iter().map(ToString::to_string).collect();
    assert_eq!(said, ["characters", "bytes", "utf16"]);
    assert_eq!(format!("{:?}", id(7)), "Id(07)");
    for unit in LengthUnit::ALL {
        assert_eq!(unit.name().parse(), Ok(*unit));
    }
    // Of one, the word is singular.
    let message = |text: &str, unit| Payload::parse_with(text, unit).unwrap_err().to_string();
    let [one, two] = ["0002015901", "0002015903A"];
    for (unit, word) in [
        (LengthUnit::Characters, "character"),
        (LengthUnit::Bytes, "byte"),
        (LengthUnit::Utf16, "UTF-16 unit"),
    ] {
        let (one, two) = (message(one, unit), message(two, unit));
        assert!(one.contains(&format!("1 {word}")) && !one.contains(&format!("1 {word}s")), "{one}");
        assert!(two.contains(&format!("3 {word}s")), "{two}");
    }
}

#[test]
fn a_unit_is_detected_when_it_is_the_only_one_that_fits() {
    let unit = |objects: &str| {
        let text = sealed(objects);
        Payload::detect(&text).map(|payload| payload.unit()).map_err(|error| error.kind().code())
    };
    assert_eq!(unit("5903abc"), Ok(LengthUnit::Characters));
    assert_eq!(unit("5904abé"), Ok(LengthUnit::Bytes));
    assert_eq!(unit("5904😀"), Ok(LengthUnit::Bytes));
    assert_eq!(unit("5902😀6001x"), Ok(LengthUnit::Utf16));
}

#[test]
fn every_setter_writes_its_object() {
    let mut builder = Builder::default();
    builder
        .initiation(qris_core::Initiation::Static)
        .mcc("5812".parse().unwrap())
        .currency("702".parse().unwrap())
        .country("SG".parse::<Country>().unwrap())
        .merchant_name("N")
        .merchant_city("C")
        .postal_code("P")
        .bill_number("B")
        .store_label("S")
        .reference_label("R")
        .customer_label("U")
        .terminal_label("T")
        .tip(Tip::Prompt)
        .set(path("62/08"), Purpose::Payment.as_str());
    let mut buffer = [0; 512];
    let written = builder.write_to(&mut buffer).unwrap();
    let payload = Payload::parse(written).unwrap();
    let values: Vec<(String, &str)> = payload
        .walk()
        .filter(|object| object.template().is_none())
        .map(|object| (object.path().to_string(), object.value()))
        .collect();
    let expected = [
        ("00", "01"),
        ("01", "11"),
        ("52", "5812"),
        ("53", "702"),
        ("55", "01"),
        ("58", "SG"),
        ("59", "N"),
        ("60", "C"),
        ("61", "P"),
        ("62/01", "B"),
        ("62/03", "S"),
        ("62/05", "R"),
        ("62/06", "U"),
        ("62/07", "T"),
        ("62/08", "POSP"),
    ];
    assert_eq!(values.len(), expected.len() + 1, "and the CRC");
    for ((at, value), expected) in values.iter().zip(expected) {
        assert_eq!((at.as_str(), *value), expected);
    }
}

#[test]
fn accounts_are_26_to_39_and_41_to_45() {
    let (mpan, criteria) = ("936009140000000001".parse().unwrap(), "UMI".parse().unwrap());
    let values = AccountValues::new("ID.CO.EXAMPLE.WWW", mpan, "M", criteria);
    for id in (0..=99).map(Id::of) {
        let number = id.number();
        let mut builder = Builder::new();
        builder.account(id, &values.with_bic("EXAMIDJA"));
        let written = builder.to_string();
        if matches!(number, 26..=39 | 41..=45) {
            assert!(written.is_ok_and(|text| text.contains("0303UMI0408EXAMIDJA")), "{number}");
            builder.account(id, &values);
            assert!(!builder.to_string().unwrap().contains("EXAMIDJA"), "the second call replaces the first");
        } else {
            let at = Path::root(id);
            let why = matches!(written, Err(WriteError::NotSettable { path, .. }) if path == at);
            assert!(why, "{number}: {written:?}");
        }
    }
}

#[test]
fn what_is_built_is_judged() {
    let mut builder = Builder::rupiah();
    builder.merchant_name("N");
    let error = builder.build(&mut [0; 512], &Profile::QRIS).unwrap_err();
    assert!(matches!(error, EncodeError::NotConformant(finding) if finding.path() == path("51")), "{error}");
    let needed = builder.encoded_len().unwrap();
    let error = builder.build(&mut vec![0; needed - 1], &Profile::QRIS).unwrap_err();
    assert_eq!(error, WriteError::BufferTooSmall { needed, available: needed - 1 }.into());
    builder.set(path("54"), "a b");
    builder.set(path("63"), "0000");
    assert!(matches!(builder.encoded_len(), Err(WriteError::NotSettable { .. })));
}

#[test]
fn sixty_four_objects_and_no_more() {
    let paths: Vec<Path> =
        (1..=99).filter(|n| *n != 63).map(|n| format!("62/{n:02}").parse().unwrap()).collect();
    let mut builder = Builder::new();
    for at in paths.iter().take(49).chain([&path("59")]) {
        builder.set(*at, "");
    }
    assert!(builder.write_to(&mut [0; 1024]).is_err(), "50 of four characters are more than 99");
    let mut builder = Builder::new();
    let roots = (2..=25).chain(52..=61).chain(65..=79).map(|n: u8| format!("{n:02}"));
    let more = (1..=20).map(|n: u8| format!("62/{n:02}"));
    let all: Vec<String> = roots.chain(more).collect();
    for (n, at) in all.iter().enumerate() {
        builder.set(path(at), "x");
        // 00 is the first of the 64.
        let too_many = n + 2 > 64;
        let result = builder.write_to(&mut [0; 1024]).map(|text| text.len());
        assert_eq!(result == Err(WriteError::TooManyObjects { limit: 64 }), too_many, "{n}: {result:?}");
    }
    assert!(all.len() > 64);
}

#[test]
fn a_writer_counts_and_nests_three_levels() {
    let mut writer = Writer::new(&mut []);
    assert_eq!((writer.is_empty(), writer.len()), (true, 0));
    writer.object(id(0), "01").unwrap();
    assert_eq!((writer.is_empty(), writer.len()), (false, 6));
    assert_eq!(writer.seal(), Err(WriteError::BufferTooSmall { needed: 14, available: 0 }));

    let mut buffer = [0; 64];
    let mut writer = Writer::new(&mut buffer);
    writer.open(id(62)).unwrap();
    writer.open(id(50)).unwrap();
    // The third level holds values only.
    let error = writer.open(id(1)).unwrap_err();
    assert!(matches!(error, WriteError::NotSettable { path: at, .. } if at == path("62/50/01")), "{error}");
    writer.object(id(0), "ID.A").unwrap();
    writer.close().unwrap();
    writer.close().unwrap();
    assert_eq!(writer.close(), Err(WriteError::NothingOpen));
    assert_eq!(&writer.seal().unwrap()[..20], "621250080004ID.A6304");
}

#[test]
fn a_tip_takes_the_fees_of_another_away() {
    let text = sealed("5303360540410005502025602505802ID");
    let mut buffer = [0; 128];
    let edited = |tip: Tip, buffer: &mut [u8]| {
        let written =
            Edit::default().tip(tip).write_to(&Sealed::parse(&text).unwrap(), buffer).unwrap().to_owned();
        let payload = Payload::parse(&written).unwrap();
        ["55", "56", "57"].map(|at| payload.find(path(at)).map(|object| object.value().to_owned()))
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(edited(Tip::Prompt, &mut buffer), [some("01"), None, None]);
    assert_eq!(edited(Tip::Fixed("75".parse().unwrap()), &mut buffer), [some("02"), some("75"), None]);
    assert_eq!(edited(Tip::Percentage("2.5".parse().unwrap()), &mut buffer), [some("03"), None, some("2.5")]);
}

#[test]
fn the_payload_itself_is_no_object() {
    for (at, why) in [
        (Path::PAYLOAD, "it is the whole payload"),
        (path("63"), "the CRC is always computed"),
        (path("26"), "it is a template; set the objects inside it"),
        (path("59/01"), "the object around it is not a template"),
    ] {
        let expected = Err(WriteError::NotSettable { path: at, why });
        assert_eq!(Builder::new().set(at, "x").write_to(&mut [0; 64]), expected);
    }
    // What is there already is set again in its place, and what is not cannot be taken back.
    let mut builder = Builder::new();
    builder.set(path("59"), "A").set(path("52"), "5812").set(path("59"), "B");
    assert!(builder.write_to(&mut [0; 64]).unwrap().contains("520458125901B"));
    let text = sealed("5901A");
    let mut edit = Edit::new();
    edit.keep_initiation().set(path("59"), "B");
    assert!(edit.write_to(&Sealed::parse(&text).unwrap(), &mut [0; 64]).unwrap().contains("5901B"));
}

#[test]
fn more_than_is_ever_read_is_not_written() {
    let mut buffer = vec![0; MAX_BYTES + 200];
    let mut writer = Writer::new(&mut buffer);
    let long = "x".repeat(96);
    for _ in 0..399 {
        writer.object(id(80), &long).unwrap();
    }
    // 39,900 and 100 with the CRC is the most there can be.
    assert_eq!(writer.len(), 39_900);
    writer.object(id(81), &long[..88]).unwrap();
    let room = writer.len() + 8;
    assert_eq!((room, writer.seal().map(str::len)), (MAX_BYTES, Ok(MAX_BYTES)));
    let mut writer = Writer::new(&mut buffer);
    for _ in 0..399 {
        writer.object(id(80), &long).unwrap();
    }
    writer.object(id(81), &long[..89]).unwrap();
    assert_eq!(writer.seal(), Err(WriteError::TooLong { bytes: MAX_BYTES + 1, limit: MAX_BYTES }));
}

/// The largest text that is read, and the smallest that is not, as text and as bytes.
#[test]
fn the_limit_of_size() {
    let code = |length: usize| {
        let text = "x".repeat(length);
        let (as_text, as_bytes) = (Payload::parse(&text), Payload::from_bytes(text.as_bytes()));
        assert_eq!(as_text.as_ref().err(), as_bytes.as_ref().err());
        as_text.unwrap_err().kind().code()
    };
    assert_eq!((code(MAX_BYTES), code(MAX_BYTES + 1)), ("invalid-id", "text-too-long"));
    let long = "0".repeat(MAX_BYTES + 1);
    assert_eq!(Payload::parse(&long), Err(qris_core::DecodeError::too_long(MAX_BYTES + 1)));
}

#[cfg(feature = "clmul")]
#[test]
fn the_table_and_the_processor_agree_on_payloads() {
    let by_table = Qris::decode_by_table(GOOD).unwrap();
    assert_eq!(by_table.as_str(), Qris::decode(GOOD).unwrap().as_str());
    assert_eq!(Sealed::parse_by_table(GOOD), Sealed::parse(GOOD));
    let bad = GOOD.replace("6D40", "6D41");
    assert_eq!(Sealed::parse_by_table(&bad), Sealed::parse(&bad));
}
