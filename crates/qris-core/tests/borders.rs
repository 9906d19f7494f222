//! The last value that is good and the first that is not, where a rule draws a line through the whole payload.

use qris_core::{Code, LengthUnit, Payload, Profile, check};

/// A sealed payload of these objects.
fn sealed(objects: &str) -> String {
    let body = format!("{objects}6304");
    format!("{body}{:04X}", qris_core::checksum(body.as_bytes()))
}

fn object(id: u8, value: &str) -> String {
    format!("{id:02}{:02}{value}", value.chars().count())
}

/// Whether the payload has the finding by the letter of QRIS.
fn has(text: &str, code: Code) -> bool {
    let payload = Payload::parse(text).unwrap();
    let visited = {
        let mut found = false;
        let _ = check::visit(&payload, &Profile::QRIS, |finding| {
            found |= finding.code() == code;
            std::ops::ControlFlow::Continue(())
        });
        found
    };
    let iterated = check::findings(&payload, &Profile::QRIS).any(|finding| finding.code() == code);
    assert_eq!(visited, iterated, "{code:?} {text}");
    iterated
}

#[test]
fn ten_million_rupiah_are_not_above_the_limit() {
    let with = |currency: &str, amount: &str| {
        sealed(&format!("{}{}{}", object(0, "01"), object(53, currency), object(54, amount)))
    };
    for (amount, above) in [
        ("9999999", false),
        ("10000000", false),
        ("10000000.", false),
        ("10000000.00", false),
        ("10000000.01", true),
        ("10000001", true),
        ("9999999999999", true),
    ] {
        assert_eq!(has(&with("360", amount), Code::AmountOverLimit), above, "{amount}");
    }
    // The limit is one of rupiah.
    assert!(!has(&with("840", "10000001"), Code::AmountOverLimit));
}

#[test]
fn characters_are_recommended_not_bytes() {
    let payload = |names: usize, character: &str| {
        let rest = object(0, "01").chars().count() + 8;
        let mut text = object(0, "01");
        let mut left = names - rest;
        for id in 80..99 {
            if left == 0 {
                break;
            }
            // What is left over must be an object itself.
            let take = if left <= 103 {
                left
            } else if left - 103 < 5 {
                90
            } else {
                103
            };
            text.push_str(&object(id, &character.repeat(take - 4)));
            left -= take;
        }
        let text = sealed(&text);
        assert_eq!(text.chars().count(), names);
        text
    };
    for character in ["x", "é", "😀"] {
        assert!(!has(&payload(512, character), Code::PayloadTooLong), "{character}");
        assert!(has(&payload(513, character), Code::PayloadTooLong), "{character}");
    }
}

#[test]
fn fees_stand_where_the_indicator_calls_for_them() {
    let with = |tip: &str, fees: &[u8]| {
        let mut text = object(0, "01") + &object(53, "360") + &object(55, tip);
        for id in fees {
            text.push_str(&object(*id, "5"));
        }
        sealed(&text)
    };
    for (tip, fees, unexpected, missing) in [
        ("01", &[][..], false, false),
        ("01", &[56], true, false),
        ("01", &[57], true, false),
        ("02", &[56], false, false),
        ("02", &[57], true, true),
        ("02", &[56, 57], true, false),
        ("03", &[57], false, false),
        ("03", &[56], true, true),
    ] {
        let text = with(tip, fees);
        assert_eq!(has(&text, Code::FeeUnexpected), unexpected, "{tip} {fees:?}");
        let payload = Payload::parse(&text).unwrap();
        let lacks = check::findings(&payload, &Profile::QRIS).any(|finding| {
            finding.code() == Code::Missing && matches!(finding.path().to_string().as_str(), "56" | "57")
        });
        assert_eq!(lacks, missing, "{tip} {fees:?}");
    }
}

/// A payment whose amount would be missing is not one that has none by design.
#[test]
fn only_a_dynamic_code_lacks_an_amount() {
    let with = |objects: &str| sealed(&format!("{}{objects}{}", object(0, "01"), object(53, "360")));
    assert!(has(&with("010212"), Code::AmountMissing));
    assert!(!has(&with("010211"), Code::AmountMissing));
    assert!(!has(&with(""), Code::AmountMissing));
    assert!(!has(&with("01021254011"), Code::AmountMissing));
}

#[test]
fn an_identifier_is_a_domain_an_aid_or_00() {
    let with = |guid: &str| {
        let inside = object(0, guid);
        sealed(&(object(0, "01") + &object(26, &inside)))
    };
    for good in [
        "00",
        "ID.CO.QRIS.WWW",
        "a.b",
        "br.gov.bcb.pix",
        "a-b.c_d",
        "A000000677010111",
        "a000000677",
        "0123456789abcdef0123456789ABCDEF",
    ] {
        assert!(!has(&with(good), Code::GuidForm), "{good}");
    }
    for bad in ["0", "000", "WWW", ".a", "a.", "a..b", "a b.c", "a.b!", "A00000067", "A00000067G", ".", "é.b"]
    {
        assert!(has(&with(bad), Code::GuidForm) || has(&with(bad), Code::WrongCharacters), "{bad}");
    }
}

#[test]
fn channels_and_consumer_data() {
    let with = |id: u8, value: &str| sealed(&(object(0, "01") + &object(62, &object(id, value))));
    let wrong = |id, value: &str| has(&with(id, value), Code::WrongValue);
    for (value, bad) in [
        ("000", false),
        ("933", false),
        ("093", true),
        ("003", false),
        ("004", true),
        ("040", true),
        ("/00", true),
        (":00", true),
        ("0/0", true),
        ("00/", true),
    ] {
        assert_eq!(wrong(11, value), bad, "{value}");
    }
    for (value, bad) in [
        ("A", false),
        ("M", false),
        ("E", false),
        ("AME", false),
        ("EMA", false),
        ("AA", true),
        ("MM", true),
        ("EE", true),
        ("AMA", true),
        ("B", true),
        ("a", true),
    ] {
        assert_eq!(wrong(9, value), bad, "{value}");
    }
}

/// The data of a transfer has 8 to 64 characters, and its template fits them.
#[test]
fn data_of_a_transfer() {
    let account = object(40, &object(0, "ID.CO.EXAMPLE.WWW"));
    let with = |length: usize| {
        let data = object(0, "00") + &object(1, &"é".repeat(length));
        let additional = object(8, "DMCT") + &object(99, &data);
        sealed(&format!("{}010212{account}520448295303360{}", object(0, "01"), object(62, &additional)))
    };
    for (length, wrong) in [(7, true), (8, false), (64, false), (65, true)] {
        assert_eq!(has(&with(length), Code::TransferData), wrong, "{length}");
    }
}

/// Findings in text: where the blame starts and ends, counted in bytes whatever the unit.
#[test]
fn blame_is_in_bytes() {
    let text = sealed(&(object(0, "01") + "5905Café" + "6002ok"));
    let payload = Payload::parse_with(&text, LengthUnit::Bytes).unwrap();
    let finding = check::findings(&payload, &Profile::QRIS)
        .find(|finding| finding.path().to_string() == "59" && finding.code() == Code::WrongCharacters)
        .unwrap();
    assert_eq!(&text[finding.span().start..finding.span().end], "5905Café");
}
