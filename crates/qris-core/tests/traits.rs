//! What values, payloads and errors have in common: they compare, hash, are shown and are named.

use std::collections::{BTreeSet, HashSet};
use std::hash::Hash;

use qris_core::builder::Value;
use qris_core::rules::{Code, RULES};
use qris_core::value::{ShortText, What, Why};
use qris_core::{
    AccountValues, Amount, Builder, Country, Criteria, Currency, DecodeError, EncodeError, Finding, Id,
    Initiation, Kind, LengthUnit, Mcc, Mpan, Nmid, Path, Payload, Percentage, Profile, Purpose, Qris,
    Rejection, Sealed, SealedBuf, Severity, ValueError, accounts, check,
};
use qris_testkit::vectors;

fn value<T: std::str::FromStr<Err = ValueError>>(text: &str) -> T {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Sorted, each once.
fn in_order<T: Ord + Hash + Copy + std::fmt::Debug>(sorted: &[T]) {
    let set: BTreeSet<T> = sorted.iter().rev().copied().collect();
    assert!(set.iter().eq(sorted), "{set:?}");
    assert!(sorted.windows(2).all(|pair| pair[0] < pair[1] && pair[1].max(pair[0]) == pair[1]));
    assert_eq!(sorted.iter().chain(sorted).collect::<HashSet<_>>().len(), sorted.len());
}

#[test]
fn values_have_an_order() {
    in_order(&["0763", "5812", "5814"].map(value::<Mcc>));
    in_order(&["ID1026000000012", "ID1026000000013"].map(value::<Nmid>));
    in_order(&["93600914000000000", "936009140000000001", "9360091400000000019"].map(value::<Mpan>));
    in_order(&["ID", "JP", "SG"].map(value::<Country>));
    in_order(&["UBE", "UKE", "UMI"].map(value::<Criteria>));
    in_order(&["0.5", "00.70", "5", "10"].map(value::<Percentage>));
    in_order(&["a", "ab", "b"].map(|text| ShortText::<3>::new(text).unwrap()));
    assert_eq!(value::<Percentage>("0.7"), value("00.70"), "by number, not by text");
    let texts: [&dyn AsRef<str>; 2] =
        [&value::<Mpan>("936009140000000001"), &value::<Nmid>("ID1026000000012")];
    assert_eq!(texts.map(AsRef::as_ref), ["936009140000000001", "ID1026000000012"]);
}

#[test]
fn every_refusal_of_a_value_says_what_it_should_be() {
    let error = |result: Result<(), ValueError>| result.unwrap_err();
    fn read<T: std::str::FromStr<Err = ValueError>>(text: &str) -> Result<(), ValueError> {
        text.parse::<T>().map(drop)
    }
    let all = [
        (read::<Code>("nothing"), What::Code, "bad-amount"),
        (read::<Country>("id"), What::Country, "such as ID"),
        (read::<Criteria>("um"), What::Criteria, "UMI, UKE"),
        (read::<Currency>("IDR"), What::Currency, "such as 360"),
        (read::<Id>("7"), What::Id, "such as 54"),
        (read::<Initiation>("13"), What::Initiation, "11 (static) or 12 (dynamic)"),
        (read::<Kind>("Payment"), What::Kind, "cash-deposit"),
        (read::<LengthUnit>("chars"), What::LengthUnit, "utf16"),
        (read::<Mcc>("581"), What::Mcc, "such as 5812"),
        (read::<Nmid>("ID12"), What::Nmid, "ID1026000000012"),
        (read::<Path>("62/"), What::Path, "62/07"),
        (read::<Percentage>("5%"), What::Percentage, "no % sign"),
        (read::<Purpose>("PAY"), What::Purpose, "DMCT"),
        (read::<Severity>("bad"), What::Severity, "error, warning or note"),
    ];
    for (result, what, part) in all {
        let error = error(result);
        assert_eq!((error.what, error.why), (what, Why::Malformed));
        assert!(error.to_string().contains(part), "{error}");
    }
    let reasons = [
        (read::<Amount>(""), "the amount is empty"),
        (read::<Amount>("12345678901234"), "at most 13 characters, the point included; this has 14"),
        (read::<Amount>("1 0"), "a blank is not allowed"),
        (read::<Amount>("-1"), "a sign is not allowed"),
        (read::<Amount>("1e3"), "write the digits out"),
        (read::<Amount>("Rp1"), "'R' is neither"),
        (read::<Amount>("1\u{202e}"), "'\\u{202e}' is neither"),
        (read::<Amount>("1.0.0"), "two points"),
        (read::<Amount>(".5"), "a digit must stand before the point"),
        (read::<Amount>("1.005"), "3 decimals, but the currency has 2"),
        (read::<Amount>("0"), "never zero"),
        (read::<Percentage>("1.234"), "at most two decimals"),
        (read::<Percentage>("100"), "between 00.01 and 99.99"),
        (read::<Mpan>("12x"), "digits only"),
        (read::<Mpan>("12"), "15 to 19 digits, this has 2"),
    ];
    for (result, part) in reasons {
        let error = error(result);
        assert!(error.to_string().contains(part), "{error}");
        assert!([What::Amount, What::Percentage, What::Mpan].contains(&error.what));
    }
    for rule in RULES {
        assert_eq!(rule.name.parse(), Ok(rule.code));
    }
    assert!(Kind::ALL.iter().all(|kind| kind.name().parse() == Ok(*kind)));
}

#[test]
fn payloads_and_findings_are_keys() {
    let texts: Vec<String> =
        vectors::valid().unwrap().into_iter().filter_map(|file| String::from_utf8(file.bytes).ok()).collect();
    let sealed: Vec<Sealed<'_>> = texts.iter().filter_map(|text| Sealed::parse(text).ok()).collect();
    let owned: HashSet<SealedBuf> = sealed.iter().chain(&sealed).map(Sealed::to_buf).collect();
    assert_eq!(sealed.iter().chain(&sealed).cloned().collect::<HashSet<Sealed<'_>>>().len(), sealed.len());
    assert_eq!(owned.len(), sealed.len());
    assert!(
        owned.iter().all(|owned| texts.iter().any(|text| owned.as_ref() == text && owned.as_str() == text))
    );
    assert!(owned.into_iter().all(|owned| texts.contains(&owned.into_string())));
    assert!(sealed.iter().all(|sealed| sealed.as_ref() == sealed.as_str()));
    let templates =
        sealed.iter().flat_map(|sealed| accounts(sealed).filter_map(|account| account.template()));
    let templates: Vec<_> = templates.collect();
    assert!(templates.iter().collect::<HashSet<_>>().len() > 20);
    let first = templates[0];
    #[allow(clippy::clone_on_copy)] // The clone is what is tried.
    let copy = first.clone();
    assert_eq!((first, first.erase().typed()), (copy, copy));
    let profiles: HashSet<Profile> = Profile::ALL.iter().chain(Profile::ALL).copied().collect();
    assert_eq!(profiles.len(), 3);

    let mut findings = HashSet::new();
    for sealed in &sealed {
        for finding in check::findings(sealed, &Profile::QRIS) {
            findings.insert(finding);
            assert!(findings.contains(&finding));
            let shown = format!("{finding:?}");
            assert!(shown.contains(&format!("{:?}", finding.code())) && shown.contains("span"), "{shown}");
        }
    }
    let by_text: HashSet<(String, String)> = findings
        .iter()
        .map(|finding: &Finding| (format!("{finding:#}"), format!("{:?}", finding.span())))
        .collect();
    assert!(by_text.len() <= findings.len() && findings.len() > 50, "{} {}", by_text.len(), findings.len());
}

#[test]
fn what_is_to_be_written_is_shown_by_its_length() {
    let account = AccountValues::new("ID.CO.EXAMPLE", value("936009140000000001"), "M-7", value("UMI"));
    let shown = format!("{:?}", account.with_bic("EXAMIDJA"));
    assert_eq!(shown, "AccountValues { .. }");
    assert_ne!(account, account.with_bic("EXAMIDJA"));
    let name = String::from("WARUNG CONTOH");
    for (value, text) in [
        (Value::from(&name), "WARUNG CONTOH"),
        (Value::from(Purpose::Bill), "BILL"),
        (Value::from(value::<Percentage>("0.7")), "0.7"),
        (Value::from(value::<Amount>("1000.")), "1000."),
        (Value::from(Currency::IDR), "360"),
    ] {
        assert_eq!(value.as_str(), text);
        assert_eq!(format!("{value:?}"), format!("Value({} bytes)", text.len()));
    }
    // Two amounts that are written alike are not the same value when they are of two currencies.
    let yen = Amount::parse("1000.", value("392")).unwrap();
    assert_ne!(Value::from(yen), Value::from(value::<Amount>("1000.")));
}

#[test]
fn a_rejection_is_an_error_of_encoding_too() {
    let decode: DecodeError = Payload::parse("0002").unwrap_err();
    assert_eq!(EncodeError::from(Rejection::from(decode)), EncodeError::Decode(decode));
    let refused = Builder::rupiah().to_buf(&Profile::WILD).unwrap_err();
    let text = Builder::rupiah().to_string().unwrap();
    let rejection = Qris::decode_with(&text, &Profile::QRIS).unwrap_err();
    assert_eq!(EncodeError::from(rejection), refused);
    assert_eq!(rejection.to_string(), refused.to_string());
}
