//! Words for people: numbers of things, profiles, amounts of money.

use std::borrow::Cow;
use std::fmt::Display;

use qris_core::schema::{QRIS_SCHEME, Reading};
use qris_core::{Amount, Currency, Profile};

/// A number and what it counts: `1 finding`, `2 findings`.
pub(crate) fn count<N: Display + PartialEq + From<u8>>(number: N, one: &str) -> String {
    let ending = if number == N::from(1) { "" } else { "s" };
    format!("{number} {one}{ending}")
}

/// What a payload that conforms to a profile is like.
pub(crate) fn conforms(profile: &Profile) -> Cow<'static, str> {
    match (profile.reading, profile.scheme) {
        (Reading::Emvco, _) => "as EMVCo says".into(),
        (_, Some(scheme)) if scheme.key != QRIS_SCHEME.key => format!("as {} says", scheme.name).into(),
        (Reading::Letter, _) => "as QRIS says".into(),
        _ => "as printed in practice".into(),
    }
}

/// An amount with its currency: `Rp 15.000` as Indonesia writes it, `USD 12.50`, or `currency 999` when nobody knows it.
pub(crate) fn money(amount: &Amount) -> String {
    if amount.currency() == Currency::IDR {
        return format!("Rp {}", grouped(amount));
    }
    let number = format!("{:03}", amount.currency().number());
    match qris_tables::currency_by_numeric(&number) {
        Some(currency) => format!("{} {amount}", currency.alpha),
        None => format!("{amount} of currency {number}"),
    }
}

/// Points between thousands, and a comma before decimals when there are any.
fn grouped(amount: &Amount) -> String {
    let unit = 10u64.pow(u32::from(amount.exponent()));
    let (whole, part) = (amount.minor() / unit, amount.minor() % unit);
    let digits = whole.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            text.push('.');
        }
        text.push(digit);
    }
    if part > 0 {
        text.push_str(&format!(",{part:0width$}", width = usize::from(amount.exponent())));
    }
    text
}

/// A text in lines of so many characters at most, broken at blanks.
pub(crate) fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= columns => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_and_several() {
        assert_eq!([0u64, 1, 2].map(|n| count(n, "error")), ["0 errors", "1 error", "2 errors"]);
    }

    #[test]
    fn money_is_written_as_people_write_it() {
        let rupiah = |minor| money(&Amount::from_minor(minor, Currency::IDR).unwrap());
        assert_eq!(
            [1, 50_000, 100_000, 1_515_535, 123_456_789_000].map(rupiah),
            ["Rp 0,01", "Rp 500", "Rp 1.000", "Rp 15.155,35", "Rp 1.234.567.890"]
        );
        let other = |number, text| money(&Amount::parse(text, Currency::new(number).unwrap()).unwrap());
        assert_eq!((other(702, "12.50").as_str(), other(392, "500").as_str()), ("SGD 12.50", "JPY 500"));
        assert_eq!(other(0, "7"), "7 of currency 000");
    }
}
