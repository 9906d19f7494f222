//! Making a bad code is an error: what is built or changed is judged by the letter, what is left alone is not.

use qris_core::edit::{Review, review};
use qris_core::{Builder, Code, Edit, EncodeError, Finding, Path, Payload, Profile, Sealed, Severity, check};
use qris_testkit::rng::SplitMix64;
use qris_testkit::violate::{self, Target};

const STATIC: &str = "00020101021126690017ID.CO.EXAMPLE.WWW01189360091400000000010215TESTMID000000010303UMI\
                      51440014ID.CO.QRIS.WWW0215ID10260000000120303UMI5204581253033605802ID\
                      5913WARUNG CONTOH6013JAKARTA PUSAT61051011062070703A0163046D40";

fn path(text: &str) -> Path {
    text.parse().unwrap()
}

fn about(finding: &Finding) -> (Code, Path) {
    (finding.code(), finding.path())
}

/// What an edit of a text is refused for; `None` when it is not.
fn refused(text: &str, edit: &Edit<'_>) -> Option<Finding> {
    let source = Sealed::parse(text).unwrap();
    let mut buffer = [0; 4096];
    let built = edit.build(&source, &mut buffer, &Profile::WILD).map(|qris| qris.as_str().to_owned());
    let owned = edit.to_buf(&source, &Profile::WILD);
    assert_eq!(built, owned.map(|qris| qris.into_string()));
    match built {
        Ok(_) => None,
        Err(EncodeError::NotConformant(finding)) => Some(finding),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn samples_of_bad_codes() {
    let long = "INV/2026/11/28/0001/JAKARTA-PUSAT/WARUNG-CONTOH-";
    assert_eq!(long.len(), 48);
    let name = "WARUNG CONTOH CABANG JAKARTA PUSAT LANTAI TIG";
    assert_eq!(name.len(), 45);
    let cases: [(&str, &str, Code); 12] = [
        ("62/05", long, Code::TooLong),
        ("52", "ABC", Code::TooShort),
        ("52", "ABCD", Code::WrongCharacters),
        ("59", name, Code::TooLong),
        ("59", "WARUNG CONTOH ", Code::BlankAtEnd),
        ("60", " JAKARTA", Code::BlankAtEnd),
        ("62/05", "INV-1 ", Code::BlankAtEnd),
        ("61", "\u{a0}10110", Code::WrongCharacters),
        ("54", "10000001", Code::AmountOverLimit),
        ("54", "1.0000", Code::AmountDecimals),
        ("54", "15.000", Code::BadAmount),
        ("26/02", "TESTMID00000001 ", Code::TooLong),
    ];
    for (at, value, code) in cases {
        let mut edit = Edit::new();
        edit.set(path(at), value);
        assert_eq!(
            refused(STATIC, &edit).map(|finding| about(&finding)),
            Some((code, path(at))),
            "{at} {value:?}"
        );
    }
    // What an edit brings about is its own as well.
    let mut edit = Edit::new();
    edit.amount("15000".parse().unwrap()).tip(qris_core::Tip::Fixed("500".parse().unwrap()));
    let with_fee = edit.to_string(&Sealed::parse(STATIC).unwrap()).unwrap();
    for (removed, code, at) in [
        ("55", Code::FeeUnexpected, "56"),
        ("56", Code::Missing, "56"),
        ("59", Code::Missing, "59"),
        ("51/02", Code::Missing, "51/02"),
        ("26/00", Code::Missing, "26/00"),
        ("58", Code::Missing, "58"),
    ] {
        let mut edit = Edit::new();
        edit.remove(path(removed));
        assert_eq!(refused(&with_fee, &edit).map(|f| about(&f)), Some((code, path(at))), "{removed}");
    }
    // 61 must be there because 58 is ID: putting 58 back asks for it.
    let none =
        Edit::new().remove(path("58")).remove(path("61")).to_string(&Sealed::parse(STATIC).unwrap()).unwrap();
    let mut edit = Edit::new();
    edit.set(path("58"), "ID");
    assert_eq!(refused(&none, &edit).map(|f| about(&f)), Some((Code::Missing, path("61"))));
}

/// A code in circulation, with errors by the letter in what is left alone, becomes a dynamic one.
#[test]
fn what_is_left_alone_is_no_fault_of_the_edit() {
    let wild = [
        // Without national repository and postal code, and a name of 31 characters.
        STATIC.replacen("51440014ID.CO.QRIS.WWW0215ID10260000000120303UMI", "", 1).replacen(
            "610510110",
            "",
            1,
        ),
        STATIC.replacen("5913WARUNG CONTOH", "5931WARUNG CONTOH CABANG SEBELAH TI", 1),
        STATIC.replacen("5913WARUNG CONTOH", "5914WARUNG CONTOH ", 1),
        STATIC.replacen("62070703A01", "62080704A01 ", 1),
    ];
    for text in wild {
        let body = &text[..text.len() - 4];
        let text = format!("{body}{:04X}", qris_core::checksum(body.as_bytes()));
        let mut edit = Edit::new();
        edit.amount("15000".parse().unwrap()).reference_label("INV-1");
        assert_eq!(refused(&text, &edit), None, "{text}");
        let source = Sealed::parse(&text).unwrap();
        let edited = edit.to_string(&source).unwrap();
        let review = edit.review(&source, &Sealed::parse(&edited).unwrap(), &Profile::WILD);
        assert_eq!(review.made, [], "{text}");
        // Named, the same is refused.
        let name = source.value_of(qris_core::Id::MERCHANT_NAME).unwrap();
        let label = source.find(path("62/07")).unwrap().value();
        let mut again = Edit::new();
        again.set(path("59"), name).set(path("62/07"), label);
        let is_bad = name.len() > 25 || name.ends_with(' ') || label.ends_with(' ');
        assert_eq!(refused(&text, &again).is_some(), is_bad, "{text}");
    }
}

/// Every row and every rule, broken in a payload: whoever names the object or makes the payload answers for it, and who
/// leaves it alone does not. With and without memory it is the same.
#[test]
fn who_answers_for_every_violation() {
    let mut seen = 0;
    for (number, target) in violate::targets(&Profile::QRIS).into_iter().enumerate() {
        let Target { path: at, code } = target;
        let violation = violate::violate(&Profile::QRIS, target, &mut SplitMix64::new(number as u64));
        let never_made = violation.code.rule().is_never_made;
        let told = (violation.code, violation.path);
        let Ok(source) = Sealed::parse(&violation.payload) else { panic!("{target:?}") };

        let new = Review::of_new(&source, &Profile::WILD);
        let severity = if never_made { Severity::Error } else { violation.severity };
        assert!(new.made.iter().any(|f| (about(f), f.severity()) == (told, severity)), "{target:?}: {new:?}");
        let all: Vec<_> = check::findings(&source, &Profile::QRIS).map(|f| about(&f)).collect();
        assert!(all.iter().all(|f| new.made.iter().any(|made| about(made) == *f)), "{target:?}");

        // Something else is named.
        let other = if at.first() == path("60").first() { "59" } else { "60" };
        let mut edit = Edit::new();
        edit.set(path(other), "SOMETHING ELSE");
        let kept = reviewed(&source, &edit);
        assert!(
            kept.made.iter().all(|f| about(f) != told || f.severity() != Severity::Error),
            "{target:?}: {kept:?}"
        );
        let wild: Vec<_> = check::findings(&source, &Profile::WILD).map(|f| about(&f)).collect();
        let is_kept = kept.kept.iter().any(|f| about(f) == told);
        assert_eq!(is_kept, wild.contains(&told), "{target:?}: {kept:?}");

        // The object itself is.
        let mut edit = Edit::new();
        match source.find(at) {
            Some(object) if object.template().is_none() => edit.set(at, object.value()),
            Some(_) => continue,
            None => edit.remove(at),
        };
        if edit.to_string(&source).is_err() || code == Code::Repeated {
            // What cannot be written, and what an edit mends.
            continue;
        }
        let named = reviewed(&source, &edit);
        assert!(named.made.iter().any(|f| about(f) == told) || told.1 != at, "{target:?}: {named:?}");
        seen += 1;
    }
    assert!(seen > 200, "{seen}");
}

/// The review of an edit, held against what `build` says.
fn reviewed(source: &Sealed<'_>, edit: &Edit<'_>) -> Review {
    let edited = edit.to_string(source).unwrap();
    let edited = Payload::parse(&edited).unwrap();
    let found = edit.review(source, &edited, &Profile::WILD);
    let built = edit.build(source, &mut [0; 4096], &Profile::WILD).map(|_| ());
    let refusal = found.faults().next().copied().or(check::first_error(&edited, &Profile::WILD));
    assert_eq!(built, refusal.map_or(Ok(()), |finding| Err(EncodeError::NotConformant(finding))));
    // The same by a list of what was changed.
    let again = review(source, &edited, &Profile::WILD, |path| edit.names(path));
    assert_eq!(found, again);
    found
}

#[test]
fn a_builder_answers_for_everything() {
    let values: Vec<(Path, String)> = {
        let payload = Payload::parse(STATIC).unwrap();
        let leaves = payload.walk().filter(|o| o.template().is_none() && o.path() != path("63"));
        leaves.map(|object| (object.path(), object.value().to_owned())).collect()
    };
    let built = |more: &[(&str, &str)]| {
        let mut builder = Builder::new();
        for (at, value) in &values {
            builder.set(*at, value);
        }
        for (at, value) in more {
            builder.set(path(at), *value);
        }
        let owned = builder.to_buf(&Profile::WILD).map(|qris| qris.into_string());
        let text = builder.build(&mut [0; 512], &Profile::WILD).map(|qris| qris.as_str().to_owned());
        assert_eq!(owned, text);
        text
    };
    assert_eq!(built(&[]).as_deref(), Ok(STATIC));
    for (at, value, code) in [
        ("62/05", "0123456789012345678901234", None),
        ("62/05", "01234567890123456789012345", Some(Code::TooLong)),
        ("62/05", " 1", Some(Code::BlankAtEnd)),
        ("54", "10000000", None),
        ("54", "10000000.01", Some(Code::AmountOverLimit)),
        ("59", "WARUNG\u{200b}", Some(Code::InvisibleCharacter)),
        // Judged by the letter whichever profile is given; warnings stay warnings.
        ("51/02", "ID12345678910", None),
        ("51/02", "ID12345678910 ", Some(Code::BlankAtEnd)),
    ] {
        let refused = built(&[(at, value)]).err().map(|error| match error {
            EncodeError::NotConformant(finding) => finding.code(),
            other => panic!("{other}"),
        });
        assert_eq!(refused, code, "{at} {value:?}");
    }
}
