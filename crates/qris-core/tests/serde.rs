//! Values through JSON and back (feature `serde`).

use std::fmt::Debug;

use qris_core::rules::RULES;
use qris_core::{
    Amount, Code, Country, Criteria, Currency, Id, Initiation, Kind, LengthUnit, Mcc, Mpan, Nmid, Path,
    Payload, Percentage, Profile, Purpose, Sealed, Severity, Tip, check,
};
use qris_testkit::vectors;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A value is this JSON, and this JSON is the value.
fn is<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: T, expected: Value) {
    assert_eq!(serde_json::to_value(&value).unwrap(), expected);
    assert_eq!(serde_json::from_value::<T>(expected.clone()).unwrap(), value, "{expected}");
    // From a text that is borrowed, and from one with escapes that cannot be.
    let text = expected.to_string();
    assert_eq!(serde_json::from_str::<T>(&text).unwrap(), value);
    let escaped = text.replacen('e', "\\u0065", 1);
    assert_eq!(serde_json::from_str::<T>(&escaped).unwrap(), value, "{escaped}");
}

fn value<T: std::str::FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

#[test]
fn values_are_texts() {
    is(value::<Mpan>("936009140000000001"), json!("936009140000000001"));
    is(value::<Nmid>("ID1026000000012"), json!("ID1026000000012"));
    is(value::<Mcc>("5812"), json!("5812"));
    is(Currency::IDR, json!("360"));
    is(value::<Currency>("036"), json!("036"));
    is(value::<Country>("ID"), json!("ID"));
    is(value::<Criteria>("UMI"), json!("UMI"));
    is(value::<Percentage>("00.70"), json!("00.70"));
    is(Initiation::Dynamic, json!("12"));
    is(Id::AMOUNT, json!("54"));
    is(Path::of(&[62, 50, 1]), json!("62/50/01"));
    for purpose in Purpose::ALL {
        is(*purpose, json!(purpose.as_str()));
    }
    for kind in Kind::ALL {
        is(*kind, json!(kind.name()));
    }
    for unit in LengthUnit::ALL {
        is(*unit, json!(unit.name()));
    }
    for rule in RULES {
        is(rule.code, json!(rule.name));
    }
    for severity in [Severity::Note, Severity::Warning, Severity::Error] {
        is(severity, json!(severity.name()));
    }
    let refused = |json: Value| serde_json::from_value::<Mcc>(json).unwrap_err().to_string();
    assert_eq!(refused(json!("58")), "a merchant category code is four digits of ISO 18245, such as 5812");
    assert!(refused(json!(5812)).contains("expected a text"));
    assert!(serde_json::from_value::<Code>(json!("no-code")).is_err());
}

#[test]
fn an_amount_says_everything_once() {
    is(
        value::<Amount>("1000."),
        json!({"text": "1000.", "minor": 100_000, "exponent": 2, "currency": "360"}),
    );
    let yen = Amount::parse("500", value("392")).unwrap();
    is(yen, json!({"text": "500", "minor": 500, "exponent": 0, "currency": "392"}));
    let read = |json: Value| serde_json::from_value::<Amount>(json).map_err(|error| error.to_string());
    assert_eq!(read(json!({"text": "1000"})), Ok(value("1000")));
    assert_eq!(read(json!({"minor": 100_050, "currency": "360"})), Ok(value("1000.50")));
    assert_eq!(read(json!({"currency": "392", "text": "500"})), Ok(yen));
    for (wrong, part) in [
        (json!({}), "missing field `text`"),
        (json!({"currency": "360"}), "missing field `text`"),
        (json!({"text": "12,5"}), "a comma"),
        (json!({"text": "1000", "minor": 1000}), "minor is not"),
        (json!({"text": "500", "minor": 500, "exponent": 0}), "minor is not"),
        (json!({"text": "500", "exponent": 0}), "exponent is not"),
        (json!({"minor": 0}), "never zero"),
        (json!({"minor": u64::MAX}), "at most 13"),
        (json!({"minor": -1}), "below zero"),
        (json!({"minor": "secret text"}), "a text, expected a whole number"),
        (json!({"text": "1", "exponent": 300}), "exponent is not"),
        (json!({"text": "1.5", "currency": "392"}), "1 decimal, but the currency has 0"),
        (json!({"text": "12345678901234"}), "at most 13"),
        (json!({"text": "1", "kind": "x"}), "an amount has text"),
        (json!({"text": "1", "other": 1}), "unknown field"),
        (json!("1000"), "a text, expected an amount"),
    ] {
        let error = read(wrong.clone()).unwrap_err();
        assert!(error.contains(part), "{wrong}: {error}");
    }
    let twice = r#"{"text":"1","text":"2"}"#;
    assert!(serde_json::from_str::<Amount>(twice).unwrap_err().to_string().contains("duplicate"), "{twice}");
}

#[test]
fn a_tip_has_its_kind() {
    is(Tip::Prompt, json!({"kind": "prompt"}));
    let fee = json!({"text": "500", "minor": 50_000, "exponent": 2, "currency": "360"});
    is(Tip::Fixed(value("500")), json!({"kind": "fixed", "fixed": fee}));
    is(Tip::Percentage(value("0.7")), json!({"kind": "percentage", "percent": "0.7"}));
    for wrong in [
        json!({}),
        json!({"kind": "fixed"}),
        json!({"kind": "prompt", "percent": "1"}),
        json!({"kind": "percentage", "percent": "1", "fixed": fee}),
        json!({"kind": "none"}),
        json!({"kind": "prompt", "minor": 1}),
        json!("prompt"),
    ] {
        assert!(serde_json::from_value::<Tip>(wrong.clone()).is_err(), "{wrong}");
    }
    assert_eq!(
        [Tip::Prompt, Tip::Fixed(value("500")), Tip::Percentage(value("0.7"))].map(|tip| tip.to_string()),
        ["prompt", "500", "0.7%"]
    );
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Paid {
    #[serde(with = "qris_core::amount_text")]
    amount: Amount,
}

#[test]
fn rupiah_can_be_a_text() {
    is(Paid { amount: value("1000.00") }, json!({"amount": "1000.00"}));
    let yen = Paid { amount: Amount::parse("500", value("392")).unwrap() };
    assert!(serde_json::to_value(&yen).unwrap_err().to_string().contains("only rupiah"));
}

#[test]
fn findings_and_errors_say_what_they_say() {
    let mut seen = 0;
    for case in vectors::findings().unwrap() {
        let payload = Payload::from_bytes(&case.payload).unwrap();
        for finding in check::findings(&payload, &Profile::QRIS) {
            let json = serde_json::to_value(finding).unwrap();
            let expected = json!({
                "code": finding.code().name(), "severity": finding.severity().name(),
                "path": finding.path().to_string(), "offset": finding.span().start,
                "message": finding.message().to_string(), "cites": finding.cites(),
            });
            assert_eq!(json, expected);
            seen += 1;
        }
    }
    assert!(seen > 100);
    let mut facts = std::collections::BTreeSet::new();
    for case in vectors::invalid().unwrap() {
        let unit = case.length_unit.as_deref().map_or(LengthUnit::Characters, value);
        let error = std::str::from_utf8(&case.payload).map(|text| Sealed::parse_with(text, unit));
        let error = match error {
            Ok(sealed) => sealed.unwrap_err(),
            Err(_) => Payload::from_bytes(&case.payload).unwrap_err(),
        };
        let json = serde_json::to_value(error).unwrap();
        let plain = [&json["code"], &json["offset"], &json["character"], &json["path"], &json["message"]];
        let expected = json!([
            error.kind().code(),
            error.offset(),
            error.character(),
            error.path().to_string(),
            error.kind().to_string()
        ]);
        assert_eq!(json!(plain), expected);
        facts.extend(json.as_object().unwrap().keys().cloned());
        if json["code"] == "crc-mismatch" {
            assert_eq!(json["stated"].as_str().map(str::len), Some(4));
            assert_eq!(json["computed"].as_str().map(str::len), Some(4));
        }
    }
    for fact in
        ["available", "bytes", "computed", "declared", "extra", "first_offset", "limit", "stated", "unit"]
    {
        assert!(facts.contains(fact), "{fact}: {facts:?}");
    }
}

#[test]
fn an_error_does_not_repeat_the_value() {
    let pan = "936009140000000001";
    let texts = [pan.to_owned(), format!("-{}", &pan[..9]), format!("{pan}.5"), format!("\"{pan}\"")];
    for text in &texts {
        let errors = [
            serde_json::from_str::<Nmid>(text).err().map(|error| error.to_string()),
            serde_json::from_str::<Tip>(text).err().map(|error| error.to_string()),
            serde_json::from_str::<Amount>(text).err().map(|error| error.to_string()),
            serde_json::from_str::<Amount>(&format!("{{\"minor\":\"{pan}\"}}")).err().map(|e| e.to_string()),
        ];
        for error in errors {
            let error = error.unwrap_or_else(|| panic!("{text} was read"));
            assert!(!error.contains("93600"), "{text}: {error}");
        }
    }
    assert!(!serde_json::from_str::<Mpan>(pan).unwrap_err().to_string().contains(pan));
    is(Path::PAYLOAD, json!(""));
}
