//! Payloads that own their text, and results without a buffer of the caller (feature `std`, for writers).

use std::collections::HashSet;
use std::io;

use qris_core::{
    AccountValues, Builder, Edit, EncodeError, Id, LengthUnit, Path, Profile, Qris, QrisBuf, Rejection,
    Sealed, SealedBuf, SinkError, WriteError, check,
};
use qris_testkit::vectors;

/// Every vector that conforms to a profile.
fn conforming() -> Vec<(String, Profile)> {
    let mut found = Vec::new();
    for file in vectors::valid().unwrap() {
        let Ok(text) = String::from_utf8(file.bytes) else { continue };
        for profile in Profile::ALL {
            if Qris::decode_with(&text, profile).is_ok() {
                found.push((text.clone(), *profile));
            }
        }
    }
    assert!(found.len() > 60, "{}", found.len());
    found
}

#[test]
fn an_owner_gives_what_was_borrowed() {
    for (text, profile) in conforming() {
        let borrowed = Qris::decode_with(&text, &profile).unwrap();
        let owned = QrisBuf::decode_with(text.as_str(), &profile).unwrap();
        let again = owned.as_qris();
        assert_eq!(again, borrowed);
        assert_eq!(
            (again.merchant_name(), again.merchant_city(), again.mcc(), again.currency(), again.country()),
            (
                borrowed.merchant_name(),
                borrowed.merchant_city(),
                borrowed.mcc(),
                borrowed.currency(),
                borrowed.country()
            )
        );
        assert_eq!(again.amount().map(|a| a.to_string()), borrowed.amount().map(|a| a.to_string()));
        assert_eq!(again.account().object(), borrowed.account().object());
        assert_eq!((again.profile(), again.total()), (profile, borrowed.total()));
        assert!(again.walk().eq(borrowed.walk()));
        assert_eq!(borrowed.to_buf(), owned);
        assert_eq!((owned.as_str(), owned.as_ref()), (text.as_str(), text.as_str()));
        assert_eq!(owned.clone().into_string(), text);
    }
}

#[test]
fn owners_are_refused_as_borrowers_are() {
    for file in vectors::valid().unwrap() {
        let Ok(text) = String::from_utf8(file.bytes) else { continue };
        for profile in Profile::ALL {
            let borrowed = Qris::decode_with(&text, profile).map(|qris| qris.as_str());
            let owned = QrisBuf::decode_with(text.as_str(), profile);
            assert_eq!(
                owned.as_ref().map(QrisBuf::as_str),
                borrowed.as_ref().map(|text| *text),
                "{}",
                file.name
            );
        }
        assert_eq!(text.parse::<QrisBuf>().err(), Qris::decode(&text).err());
    }
    let refused = QrisBuf::decode("000201").unwrap_err();
    assert!(matches!(refused, Rejection::Decode(_)));
}

#[test]
fn owners_are_keys_and_say_nothing_of_the_text() {
    fn everywhere<T: Send + Sync + Clone + std::hash::Hash + Eq + 'static>() {}
    everywhere::<QrisBuf>();
    everywhere::<SealedBuf>();
    let all: Vec<QrisBuf> = conforming()
        .into_iter()
        .map(|(text, profile)| QrisBuf::decode_with(text, &profile).unwrap())
        .collect();
    let keys: HashSet<QrisBuf> = all.iter().chain(&all).cloned().collect();
    let texts: HashSet<(&str, &str)> =
        all.iter().map(|qris| (qris.as_str(), qris.as_qris().profile().name)).collect();
    assert_eq!(keys.len(), texts.len(), "one for each text and profile");
    for qris in &all {
        let shown = format!("{qris:?} {:?}", qris.as_qris());
        assert!(
            !shown.contains(qris.as_qris().merchant_name()) || qris.as_qris().merchant_name().len() < 4,
            "{shown}"
        );
    }
}

fn builder(name: &str) -> Builder<'_> {
    let criteria = "UMI".parse().unwrap();
    let mpan = "936009140000000001".parse().unwrap();
    let account = AccountValues::new("ID.CO.EXAMPLE", mpan, "TESTMID00000001", criteria);
    let mut builder = Builder::rupiah();
    builder.account(Id::MERCHANT_ACCOUNT, &account).national("ID1026000000012".parse().unwrap(), criteria);
    builder.mcc("5812".parse().unwrap()).merchant_name(name).merchant_city("JAKARTA").postal_code("10110");
    builder
}

#[test]
fn one_payload_goes_to_every_sink() {
    let name = String::from("WARUNG CONTOH");
    let mut builder = builder(&name);
    let mut buffer = [0; 512];
    let text = builder.write_to(&mut buffer).unwrap();
    assert_eq!(builder.to_string().as_deref(), Ok(text));
    assert_eq!(builder.to_buf(&Profile::WILD).map(QrisBuf::into_string).as_deref(), Ok(text));
    let mut grown = String::from("> ");
    builder.write_to_fmt(&mut grown).unwrap();
    assert_eq!(grown, format!("> {text}"));
    let mut bytes = Vec::new();
    builder.write_to_io(&mut bytes).unwrap();
    assert_eq!(bytes, text.as_bytes());

    let source = Sealed::parse(text).unwrap();
    let mut edit = Edit::new();
    edit.terminal_label("A01");
    let mut other = [0; 512];
    let edited = edit.write_to(&source, &mut other).unwrap();
    assert_eq!(edit.to_string(&source).as_deref(), Ok(edited));
    assert_eq!(edit.to_buf(&source, &Profile::WILD).map(QrisBuf::into_string).as_deref(), Ok(edited));
    let (mut grown, mut bytes) = (String::new(), Vec::new());
    edit.write_to_fmt(&source, &mut grown).unwrap();
    edit.write_to_io(&source, &mut bytes).unwrap();
    assert_eq!((grown.as_str(), bytes.as_slice()), (edited, edited.as_bytes()));

    // Longer than most payloads, and than the first buffer that is tried.
    let long = "x".repeat(99);
    for id in [2, 3, 4, 5, 6, 7] {
        builder.set(Path::of(&[id]), &long);
    }
    let text = builder.to_string().unwrap();
    assert_eq!(Ok(text.len()), builder.encoded_len());
    assert!(text.len() > 600 && Sealed::parse(&text).is_ok());
}

#[test]
fn what_cannot_be_written_reaches_no_sink() {
    let long = "x".repeat(100);
    let builder = builder(&long);
    let expected = WriteError::ValueTooLong { path: Path::root(Id::MERCHANT_NAME), length: 100 };
    assert_eq!(builder.to_string(), Err(expected));
    assert_eq!(builder.to_buf(&Profile::WILD), Err(EncodeError::Write(expected)));
    let (mut grown, mut bytes) = (String::new(), Vec::new());
    assert!(matches!(builder.write_to_fmt(&mut grown), Err(SinkError::Write(error)) if error == expected));
    assert!(matches!(builder.write_to_io(&mut bytes), Err(SinkError::Write(error)) if error == expected));
    assert!(grown.is_empty() && bytes.is_empty());
    // A broken rule is named, and a sink that is full says so.
    let mut no_city = Builder::rupiah();
    no_city.merchant_name("A");
    let refused = no_city.to_buf(&Profile::WILD).unwrap_err();
    let first =
        no_city.to_string().map(|text| check::first_error(&Sealed::parse(&text).unwrap(), &Profile::QRIS));
    assert_eq!(Ok(Some(refused)), first.map(|finding| finding.map(EncodeError::NotConformant)));
    let error = no_city.write_to_io(&mut io::Cursor::new(&mut [0u8; 8][..])).unwrap_err();
    assert!(
        matches!(&error, SinkError::Sink(inner) if inner.kind() == io::ErrorKind::WriteZero),
        "{error:?}"
    );
    assert!(std::error::Error::source(&error).is_some());
}

#[test]
fn an_owner_keeps_the_unit() {
    let files = vectors::units().unwrap();
    let mut seen = 0;
    for case in files {
        let Ok(text) = String::from_utf8(case.payload) else { continue };
        for unit in LengthUnit::ALL {
            if let Ok(sealed) = Sealed::parse_with(&text, *unit) {
                let owned = SealedBuf::parse_with(text.as_str(), *unit).unwrap();
                assert_eq!((owned.as_sealed(), owned.as_sealed().unit()), (sealed.clone(), *unit));
                assert_eq!(Edit::new().to_string(&sealed).as_deref(), Ok(owned.as_str()));
                seen += usize::from(*unit != LengthUnit::Characters);
            }
        }
    }
    assert!(seen > 4, "{seen}");
}
