//! What the value types say of themselves: text, parts, comparison, and the forms people see and logs keep.

use std::collections::HashSet;
use std::fmt::{Debug, Display};
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use qris_core::value::{EntityType, Method, Purpose, ShortText, TotalError, Why, luhn_digit, luhn_holds};
use qris_core::{Amount, Country, Criteria, Currency, Initiation, Mcc, Mpan, Nmid, Percentage, Tip};

fn value<T: FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Shown as written, padded like any text, and equal to itself and nothing else.
fn says<T>(text: &str, other: &str, debug: &str)
where
    T: FromStr<Err: Debug> + Display + Debug + PartialEq + Hash + Eq + Copy,
{
    let (one, two): (T, T) = (value(text), value(other));
    assert_eq!(one.to_string(), text);
    assert_eq!(format!("{one:>20}|{one:<20}"), format!("{text:>20}|{text:<20}"), "{debug}");
    assert_eq!(format!("{one:?}"), debug);
    assert_eq!(one, value(text));
    assert_ne!(one, two);
    assert_eq!(HashSet::from([one, two, value(text)]).len(), 2, "{debug}");
    assert_ne!(hash(&one), hash(&two), "{debug}");
}

#[test]
fn each_is_shown_and_compared() {
    says::<Country>("ID", "SG", "Country(ID)");
    says::<Criteria>("UMI", "UKE", "Criteria(UMI)");
    says::<Mcc>("5812", "4829", "Mcc(5812)");
    says::<Mpan>("936009140000000000", "936009140000000001", "Mpan(93600914…00)");
    says::<Nmid>("ID1026000000012", "ID1026000000013", "Nmid(ID1…12)");
    says::<Amount>("1000.50", "1000.51", "Amount(1000.50 of 360)");
    says::<Initiation>("11", "12", "Static");
    assert_eq!(format!("{} {0:?}", value::<Currency>("036")), "036 Currency(036)");
    assert_eq!(format!("{:>6} {0:?}", value::<Percentage>("2.5")), "   2.5 Percentage(2.5)");
    assert_eq!(format!("{:>5} {0:?}", ShortText::<4>::new("a\"b").unwrap()), "  a\"b \"a\\\"b\"");
}

#[test]
fn text_comes_back() {
    assert_eq!(value::<Country>("SG").as_str(), "SG");
    assert_eq!(value::<Criteria>("PSO").as_str(), "PSO");
    assert_eq!(value::<Mcc>("5812").as_str(), "5812");
    assert_eq!(value::<Nmid>("ID1026000000012").as_str(), "ID1026000000012");
    assert_eq!(value::<Percentage>("02.50").as_str(), "02.50");
    for purpose in Purpose::ALL {
        assert_eq!(purpose.as_str().parse(), Ok(*purpose));
        assert_eq!(purpose.as_str().len(), 4);
    }
    assert!("book".parse::<Purpose>().is_err() && "".parse::<Purpose>().is_err());
    assert_eq!((Initiation::Static.name(), Initiation::Dynamic.name()), ("static", "dynamic"));
}

#[test]
fn questions_about_codes() {
    assert!(value::<Country>("ID").is_indonesia() && !value::<Country>("SG").is_indonesia());
    assert!(value::<Mcc>("4829").is_transfer() && !value::<Mcc>("5812").is_transfer());
    for (code, meaning) in Criteria::KNOWN {
        assert_eq!(value::<Criteria>(code).meaning(), Some(*meaning));
    }
    assert_eq!(value::<Criteria>("ZZZ").meaning(), None);
    for bad in ["I", "IDN", "id", "I1", "Ié"] {
        assert!(bad.parse::<Country>().is_err(), "{bad}");
    }
    for bad in ["UM", "UMIX", "umi", "U-I"] {
        assert!(bad.parse::<Criteria>().is_err(), "{bad}");
    }
    assert!("UM1".parse::<Criteria>().is_ok() && "111".parse::<Criteria>().is_ok());
    for bad in ["581", "58120", "58a2", "581/", "581:"] {
        assert!(bad.parse::<Mcc>().is_err(), "{bad}");
    }
}

#[test]
fn currencies_and_their_decimals() {
    assert_eq!(Currency::new(999).map(Currency::number), Some(999));
    assert_eq!(Currency::new(1000), None);
    let exponents = ["360", "008", "997", "392", "414", "990", "999", "000"];
    let found = exponents.map(|text| value::<Currency>(text).exponent());
    assert_eq!(found, [Some(2), Some(2), Some(2), Some(0), Some(3), Some(4), None, None]);
    assert!(value::<Currency>("008") < value::<Currency>("036"));
    for bad in ["36", "3600", "3 0", "/60", "36:", "٣٦٠"] {
        assert!(bad.parse::<Currency>().is_err(), "{bad}");
    }
}

#[test]
fn amounts_are_numbers_whatever_their_zeros() {
    let same = ["1000", "1000.", "1000.0", "1000.00"].map(value::<Amount>);
    assert_eq!(HashSet::from(same).len(), 1);
    let [least, less, more, most] = ["0.01", "999.99", "1000.01", "9999999999999"].map(value::<Amount>);
    assert!(least < less && less < same[0] && same[0] < more && more < most);
    assert_eq!(HashSet::from([least, less, more, most, same[0]]).len(), 5);
    assert_ne!(less, more);
    // A number of yen is no number of rupiah: neither the same nor less nor more.
    let [yen, dinar] = ["392", "414"].map(value::<Currency>);
    let [yen, dinar] = [Amount::parse("1000", yen).unwrap(), Amount::parse("1000.000", dinar).unwrap()];
    assert_eq!(yen.currency().number(), 392);
    assert!(yen != same[0] && dinar != same[1] && yen != dinar);
    assert_eq!((yen.partial_cmp(&less), dinar.partial_cmp(&more)), (None, None));
    assert!(Amount::parse("1000.001", value("414")).unwrap() > dinar);
    assert!(Amount::parse("10", value("392")).unwrap() < yen);
    assert_eq!(format!("{:>8}|{dinar}", same[1]), "   1000.|1000.000");
}

#[test]
fn every_part_of_a_pan() {
    let pan = |text: &str| value::<Mpan>(text);
    let whole = pan("9360091410000000018");
    assert_eq!((whole.nns(), whole.method(), whole.sequence()), ("93600914", Method::Debit, "000000001"));
    for (digit, method) in [
        ('0', Method::Unspecified),
        ('1', Method::Debit),
        ('2', Method::Credit),
        ('3', Method::ElectronicMoney),
        ('4', Method::Reserved(4)),
        ('9', Method::Reserved(9)),
    ] {
        assert_eq!(pan(&format!("93600914{digit}00000000")).method(), method);
    }
    assert_eq!(pan("936009140123456").sequence(), "123456");
    assert_eq!("93600914012345".parse::<Mpan>().unwrap_err().why, Why::Length { length: 14 });
    assert_eq!("93600914012345678901".parse::<Mpan>().unwrap_err().why, Why::Length { length: 20 });
    assert_eq!("93600914012345x".parse::<Mpan>().unwrap_err().why, Why::NotDigits);
}

/// The worked example of ISO/IEC 7812-1 is 7992739871 and 3.
#[test]
fn check_digits() {
    assert_eq!(luhn_digit("7992739871"), Some(b'3'));
    for digit in 0..10 {
        assert_eq!(luhn_holds(&format!("7992739871{digit}")), digit == 3);
    }
    // Every digit in a doubled and in a single place.
    for n in 0..1000u32 {
        let digits = n.to_string();
        let check = char::from(luhn_digit(&digits).unwrap());
        assert!(luhn_holds(&format!("{digits}{check}")), "{n}");
        let place =
            |(k, d): (usize, u32)| if k % 2 == 0 { [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][d as usize] } else { d };
        let sum: u32 = digits.chars().rev().filter_map(|c| c.to_digit(10)).enumerate().map(place).sum();
        assert_eq!(check.to_digit(10), Some((10 - sum % 10) % 10), "{n}");
    }
    assert!(!luhn_holds("") && !luhn_holds("0x") && luhn_digit("").is_none() && luhn_digit("1-").is_none());

    let bare = value::<Mpan>("936009140000000000");
    assert_eq!(bare.luhn_holds(), None);
    let checked = bare.with_check_digit();
    assert_eq!((checked.as_str().len(), checked.luhn_holds()), (19, Some(true)));
    assert!(checked.as_str().starts_with(bare.as_str()));
    assert_eq!(checked.with_check_digit(), checked);
    assert_eq!(value::<Mpan>("9360091400000000009").luhn_holds(), Some(false));
}

#[test]
fn every_part_of_an_nmid() {
    let nmid = |text: &str| value::<Nmid>(text);
    assert_eq!(nmid("ID1026000000012").registered(), "26");
    assert_eq!(nmid("ID1026000000012").entity_type(), EntityType::Individual);
    assert_eq!(nmid("ID2026000000012").entity_type(), EntityType::Business);
    assert_eq!(nmid("ID0026000000012").entity_type(), EntityType::Other(0));
    assert_eq!(nmid("ID9026000000012").entity_type(), EntityType::Other(9));
    let holding = (0..10).filter(|digit| nmid(&format!("ID102600000001{digit}")).luhn_holds()).count();
    assert_eq!(holding, 1);
    for bad in ["ID102600000001", "ID10260000000123", "id1026000000012", "XX1026000000012", "ID10260000000x2"]
    {
        assert!(bad.parse::<Nmid>().is_err(), "{bad}");
    }
}

#[test]
fn every_percentage() {
    for hundredths in 1..=9999 {
        let made = Percentage::from_hundredths(hundredths).unwrap();
        assert_eq!(made.hundredths(), hundredths);
        assert_eq!(value::<Percentage>(made.as_str()).hundredths(), hundredths, "{made}");
        let plain = format!("{}.{:02}", hundredths / 100, hundredths % 100);
        assert_eq!(made.as_str(), plain.strip_suffix(".00").unwrap_or(&plain));
        assert_eq!(value::<Percentage>(&plain), made);
    }
    for out in [0, 10_000, u16::MAX] {
        assert_eq!(Percentage::from_hundredths(out).unwrap_err().why, Why::OutOfRange);
    }
    assert_eq!(value::<Percentage>("2.5"), value("02.50"));
    assert_ne!(value::<Percentage>("2.5"), value("2.05"));
    assert_eq!(value::<Percentage>("5.").hundredths(), 500);
    for (bad, error) in [
        ("", Why::Malformed),
        (".5", Why::Malformed),
        ("5%", Why::Malformed),
        ("1.2.3", Why::Malformed),
        ("123456", Why::Malformed),
        ("1.234", Why::TooManyDecimals { found: 3, allowed: 2 }),
        ("100", Why::OutOfRange),
        ("99999", Why::OutOfRange),
        ("0.00", Why::OutOfRange),
    ] {
        assert_eq!(bad.parse::<Percentage>().unwrap_err().why, error, "{bad}");
    }
}

#[test]
fn tips_and_totals() {
    let amount = value::<Amount>("1000");
    let (prompt, fixed) = (Tip::Prompt, Tip::Fixed(value("50")));
    let share = |hundredths| Tip::Percentage(Percentage::from_hundredths(hundredths).unwrap());
    let said = [prompt, fixed, share(250)].map(|tip| (tip.indicator(), tip.name()));
    assert_eq!(said, [("01", "prompt"), ("02", "fixed"), ("03", "percentage")]);
    assert_eq!((prompt.fee_on(&amount), prompt.total(&amount)), (Ok(None), Ok(None)));
    let sum = |text| Ok(Some(value::<Amount>(text)));
    assert_eq!((fixed.fee_on(&amount), fixed.total(&amount)), (Ok(Some(5_000)), sum("1050")));
    assert_eq!((share(250).fee_on(&amount), share(250).total(&amount)), (Ok(Some(2_500)), sum("1025")));
    // Half a sen goes up, less goes down: 0.01 % of 50.00 and of 49.99.
    assert_eq!(share(1).fee_on(&value("50.00")), Ok(Some(1)));
    assert_eq!(share(1).fee_on(&value("49.99")), Ok(Some(0)));
    let yen = Amount::parse("1000", value("392")).unwrap();
    let differ = Err(TotalError::CurrenciesDiffer { amount: value("392"), fee: Currency::IDR });
    assert_eq!(fixed.fee_on(&yen), differ);
    assert_eq!(fixed.total(&yen).map(|_| None), differ);
}

#[test]
fn short_texts_are_ascii_and_fit() {
    assert_eq!(ShortText::<3>::new("abc").unwrap().as_str(), "abc");
    assert_eq!(ShortText::<3>::new("").unwrap().as_str(), "");
    assert!(ShortText::<3>::new("abcd").is_none() && ShortText::<3>::new("é").is_none());
    let texts = ["a", "b", "ab", "a"].map(|text| ShortText::<3>::new(text).unwrap());
    assert_eq!(HashSet::from(texts).len(), 3);
    assert_ne!(texts[0], texts[2]);
}
