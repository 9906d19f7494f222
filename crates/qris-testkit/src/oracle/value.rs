//! The parsers of values against the models of what the clauses say.

use qris_core::value::{Method, Why, luhn_digit, luhn_holds};
use qris_core::{Amount, Country, Criteria, Currency, Initiation, Mcc, Mpan, Nmid, Percentage, Purpose};

use crate::model::{self, AmountFault, MpanFault};

/// A text as each of the values there are.
///
/// # Panics
/// When a parser says other than its model.
pub fn value_parsers(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    // Long texts are refused by their length alone; most of what is interesting is short.
    let start: String = text.chars().take(20).collect();
    for text in [&*text, &start] {
        for currency in [360, 392, 414, 990, 999] {
            amount(text, Currency::new(currency).unwrap_or(Currency::IDR));
        }
        percentage(text);
        numbers(text);
        codes(text);
    }
}

/// A text as an amount of a currency, and the amount's minor units as an amount again.
///
/// # Panics
/// When the parser says other than the model.
pub fn amount(text: &str, currency: Currency) {
    let number = currency.to_string();
    let exponent = currency.exponent();
    assert!(model::currency_exponent(&number).is_none_or(|expected| exponent == Some(expected)), "{number}");
    let model = model::amount(text, exponent);
    match (Amount::parse(text, currency), model) {
        (Ok(amount), Ok(model)) => {
            assert_eq!(
                (amount.minor(), amount.exponent(), amount.as_str()),
                (model.minor, model.exponent, text)
            );
            // From minor units all decimals of the currency are written, or none, as far as that fits.
            let unit = 10_u64.pow(model.exponent.into());
            let whole = (model.minor / unit).to_string().len();
            let part = if model.minor % unit == 0 { 0 } else { 1 + usize::from(model.exponent) };
            // Zeros at the end go where it is too long with them.
            let zeros =
                (model.minor % unit).to_string().bytes().rev().take_while(|digit| *digit == b'0').count();
            let part = part - if part > 0 { zeros.min((whole + part).saturating_sub(13)) } else { 0 };
            match Amount::from_minor(amount.minor(), currency) {
                Ok(again) => assert_eq!(again, amount, "{text:?}"),
                Err(error) => {
                    let length = whole + part;
                    assert!(length > 13 && error.why == Why::TooLong { length }, "{text:?}: {error}");
                }
            }
        }
        // A text that is too long is refused for whatever else is wrong with it, too.
        (Err(_), Err(AmountFault::TooLong)) => {}
        (Err(error), Err(fault)) => {
            assert!(same_reason(error.why, fault), "{text:?}: {error:?}, model {fault:?}")
        }
        (core, model) => panic!("{text:?}: {core:?}, model {model:?}"),
    }
}

fn same_reason(why: Why, fault: AmountFault) -> bool {
    let expected = match why {
        Why::Empty => AmountFault::Empty,
        Why::TooLong { .. } => AmountFault::TooLong,
        Why::Comma => AmountFault::Comma,
        Why::Blank => AmountFault::Blank,
        Why::Sign => AmountFault::Sign,
        Why::ExponentForm => AmountFault::ExponentForm,
        Why::NotANumber { .. } => AmountFault::OtherCharacter,
        Why::TwoPoints => AmountFault::TwoPoints,
        Why::NoWholeDigits => AmountFault::NoDigitBeforePoint,
        Why::TooManyDecimals { .. } => AmountFault::TooManyDecimals,
        Why::Zero => AmountFault::Zero,
        _ => return false,
    };
    expected == fault
}

/// A text as a percentage.
///
/// # Panics
/// When the parser says other than the model.
pub fn percentage(text: &str) {
    match (text.parse::<Percentage>(), model::percentage(text)) {
        (Ok(percentage), Ok(hundredths)) => {
            assert_eq!((u32::from(percentage.hundredths()), percentage.as_str()), (hundredths, text));
        }
        (Err(error), Err(fault)) => {
            let expected = match fault {
                AmountFault::Zero | AmountFault::TooLarge => Why::OutOfRange,
                AmountFault::TooManyDecimals => {
                    let found = text.split_once('.').map_or(0, |(_, decimals)| decimals.len() as u8);
                    Why::TooManyDecimals { found, allowed: 2 }
                }
                _ => Why::Malformed,
            };
            assert_eq!(error.why, expected, "{text:?}: model {fault:?}");
        }
        (core, model) => panic!("{text:?}: {core:?}, model {model:?}"),
    }
}

fn numbers(text: &str) {
    assert_eq!(luhn_holds(text), model::luhn_holds(text), "{text:?}");
    assert_eq!(luhn_digit(text), model::luhn_digit(text).map(|digit| b'0' + digit), "{text:?}");
    match (text.parse::<Mpan>(), model::mpan(text)) {
        (Ok(mpan), Ok(model)) => {
            let method = match mpan.method() {
                Method::Unspecified => 0,
                Method::Debit => 1,
                Method::Credit => 2,
                Method::ElectronicMoney => 3,
                Method::Reserved(digit) => digit,
                other => panic!("{other:?} is new"),
            };
            assert_eq!((mpan.nns(), method, mpan.sequence()), (&*model.nns, model.method, &*model.sequence));
            assert_eq!(mpan.luhn_holds(), model.check_digit.map(|_| model.luhn), "{text:?}");
            let whole = mpan.with_check_digit();
            assert!(whole == mpan || model::luhn_holds(whole.as_str()), "{text:?}");
        }
        (Err(error), Err(MpanFault::Character)) => assert_eq!(error.why, Why::NotDigits),
        (Err(error), Err(MpanFault::Length)) => assert_eq!(error.why, Why::Length { length: text.len() }),
        (core, model) => panic!("{text:?}: {core:?}, model {model:?}"),
    }
    match (text.parse::<Nmid>(), model::nmid(text)) {
        (Ok(nmid), Ok(model)) => {
            assert_eq!((nmid.as_str(), nmid.luhn_holds()), (text, model.luhn));
            assert_eq!(nmid.registered(), format!("{:02}", model.year));
        }
        (core, model) => assert!(core.is_err() && model.is_err(), "{text:?}: {core:?}, model {model:?}"),
    }
}

fn codes(text: &str) {
    let criteria = text.parse::<Criteria>();
    let known = criteria.is_ok_and(|criteria| criteria.meaning().is_some());
    assert_eq!(known, model::is_criteria(text), "{text:?}");
    assert_eq!(text.parse::<Country>().is_ok(), model::is_country(text), "{text:?}");
    assert_eq!(text.parse::<Mcc>().is_ok(), model::is_mcc(text), "{text:?}");
    let currency = text.parse::<Currency>();
    assert_eq!(currency.is_ok(), model::is_currency(text), "{text:?}");
    assert!(currency.is_err() || currency.is_ok_and(|currency| currency.to_string() == text));
    let purpose = model::PURPOSES.iter().any(|(code, _)| *code == text);
    assert_eq!(text.parse::<Purpose>().is_ok(), purpose, "{text:?}");
    assert_eq!(text.parse::<Initiation>().is_ok(), matches!(text, "11" | "12"), "{text:?}");
}
