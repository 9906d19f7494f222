/// The most characters an amount takes, the point included (EMVCo table of the root, 54 and 56).
const AMOUNT_LENGTH: usize = 13;
/// The most characters a percentage takes (57).
const PERCENTAGE_LENGTH: usize = 5;
/// 99.99 per cent in hundredths of a per cent.
const MAX_PERCENTAGE: u32 = 9_999;

/// An amount in the currency's minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    /// Minor units: 150050 for `1500.50` with exponent 2.
    pub minor: u64,
    /// How many decimals a minor unit stands behind.
    pub exponent: u8,
}

/// Why a text is no amount or percentage.
///
/// The text is judged as a whole for emptiness and length, then character by character from the left, then as a
/// number; the first reason found is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AmountFault {
    /// No character at all.
    Empty,
    /// More than 13 characters (57: more than 5).
    TooLong,
    /// A sign.
    Sign,
    /// A comma.
    Comma,
    /// A blank or other white space.
    Blank,
    /// A second point.
    TwoPoints,
    /// An `e` or `E` after a digit.
    ExponentForm,
    /// Any other character that is no digit.
    OtherCharacter,
    /// No digit before the point.
    NoDigitBeforePoint,
    /// More decimals than the currency has, not all of them zeros or three altogether (57: more than two).
    TooManyDecimals,
    /// Zero.
    Zero,
    /// Over 99.99 (57 only).
    TooLarge,
}

/// Reads an amount: EMVCo 1.4 and 4.7.4.1.
///
/// Digits with at most one point, which may come last; a digit before the point; not zero; at most 13 characters.
/// Leading zeros are allowed: no clause forbids them. There should be no more decimals than the currency has (4.7.4.2);
/// those too many are zeros, and there are never three decimals then, which is how thousands are written. An unknown
/// currency (`None`) has four decimals, the most there are in ISO 4217.
///
/// # Errors
/// The first reason found, in the order given at [`AmountFault`].
///
/// ```
/// use qris_testkit::model::{AmountFault, amount};
///
/// assert_eq!(amount("1000.", Some(2)).unwrap().minor, 100_000);
/// assert_eq!(amount("1e3", Some(2)), Err(AmountFault::ExponentForm));
/// ```
pub fn amount(text: &str, exponent: Option<u8>) -> Result<Amount, AmountFault> {
    let (digits, decimals) = decimal(text, AMOUNT_LENGTH)?;
    let exponent = exponent.unwrap_or(4);
    // In units of the last decimal anybody wrote or the currency has: at most 13 digits and 12 decimals.
    let fine = u128::from(digits) * 10_u128.pow(u32::from(exponent.saturating_sub(decimals)));
    let too_many = decimals.saturating_sub(exponent);
    let unit = 10_u128.pow(u32::from(too_many));
    if too_many > 0 && (decimals == 3 || fine % unit > 0) {
        return Err(AmountFault::TooManyDecimals);
    }
    if fine == 0 {
        return Err(AmountFault::Zero);
    }
    let minor = u64::try_from(fine / unit).map_err(|_| AmountFault::TooLong)?;
    Ok(Amount { minor, exponent })
}

/// Reads a percentage (57) into hundredths of a per cent: EMVCo 4.7.8.2 and 4.7.8.3, 00.01 to 99.99.
///
/// Short forms such as `0.7` and `5` are met in the wild and read.
///
/// # Errors
/// The first reason found, in the order given at [`AmountFault`].
///
/// ```
/// assert_eq!(qris_testkit::model::percentage("0.7"), Ok(70));
/// assert_eq!(qris_testkit::model::percentage("05.00"), Ok(500));
/// ```
pub fn percentage(text: &str) -> Result<u32, AmountFault> {
    let (digits, decimals) = decimal(text, PERCENTAGE_LENGTH)?;
    if decimals > 2 {
        return Err(AmountFault::TooManyDecimals);
    }
    let hundredths =
        u32::try_from(digits).unwrap_or(u32::MAX).saturating_mul(10_u32.pow(u32::from(2 - decimals)));
    match hundredths {
        0 => Err(AmountFault::Zero),
        1..=MAX_PERCENTAGE => Ok(hundredths),
        _ => Err(AmountFault::TooLarge),
    }
}

/// The digits as one number, and how many of them stand behind the point.
fn decimal(text: &str, longest: usize) -> Result<(u64, u8), AmountFault> {
    if text.is_empty() {
        return Err(AmountFault::Empty);
    }
    if text.chars().count() > longest {
        return Err(AmountFault::TooLong);
    }
    let mut number = 0_u64;
    let mut digits_before = 0_usize;
    let mut decimals = None;
    for character in text.chars() {
        match (character, decimals) {
            ('0'..='9', None) => digits_before += 1,
            ('0'..='9', Some(count)) => decimals = Some(count + 1),
            ('.', None) if digits_before == 0 => return Err(AmountFault::NoDigitBeforePoint),
            ('.', None) => decimals = Some(0),
            ('.', Some(_)) => return Err(AmountFault::TwoPoints),
            (',', _) => return Err(AmountFault::Comma),
            ('+' | '-', _) => return Err(AmountFault::Sign),
            ('e' | 'E', _) if digits_before > 0 => return Err(AmountFault::ExponentForm),
            (blank, _) if blank.is_whitespace() => return Err(AmountFault::Blank),
            _ => return Err(AmountFault::OtherCharacter),
        }
        if let Some(digit) = character.to_digit(10) {
            number = number * 10 + u64::from(digit);
        }
    }
    Ok((number, decimals.unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_clause_examples_read() {
        let minor = |text| amount(text, Some(2)).map(|amount| amount.minor);
        assert_eq!(minor("98.73"), Ok(9_873));
        assert_eq!(minor("98"), Ok(9_800));
        assert_eq!(minor("98."), Ok(9_800));
        assert_eq!(minor("1000"), minor("1000.00"));
        assert_eq!(minor("1000"), minor("1000."));
        assert_eq!(minor("1.5"), Ok(150));
        assert_eq!(minor("0001"), Ok(100));
        assert_eq!(minor("9999999999.00"), Ok(999_999_999_900));
        assert_eq!(minor("9999999999999"), Ok(999_999_999_999_900));
        assert_eq!(amount("500", Some(0)), Ok(Amount { minor: 500, exponent: 0 }));
        assert_eq!(amount("1.234", None), Ok(Amount { minor: 12_340, exponent: 4 }));
        assert_eq!(amount("500.00", Some(0)), Ok(Amount { minor: 500, exponent: 0 }));
    }

    #[test]
    fn every_reason_is_given() {
        for (text, reason) in [
            ("", AmountFault::Empty),
            ("10000000000.00", AmountFault::TooLong),
            ("-100", AmountFault::Sign),
            ("+100", AmountFault::Sign),
            ("12,5", AmountFault::Comma),
            ("3 705", AmountFault::Blank),
            ("1.000.00", AmountFault::TwoPoints),
            ("1e3", AmountFault::ExponentForm),
            ("NaN", AmountFault::OtherCharacter),
            ("e3", AmountFault::OtherCharacter),
            ("Rp100", AmountFault::OtherCharacter),
            ("٤٢", AmountFault::OtherCharacter),
            (".50", AmountFault::NoDigitBeforePoint),
            (".", AmountFault::NoDigitBeforePoint),
            ("1.000", AmountFault::TooManyDecimals),
            ("0.001", AmountFault::TooManyDecimals),
            ("0", AmountFault::Zero),
            ("0.00", AmountFault::Zero),
            ("0.", AmountFault::Zero),
        ] {
            assert_eq!(amount(text, Some(2)), Err(reason), "{text:?}");
        }
        assert_eq!(amount("1.5", Some(0)), Err(AmountFault::TooManyDecimals));
    }

    #[test]
    fn percentages_lie_between_their_bounds() {
        for (text, expected) in [
            ("00.01", Ok(1)),
            ("99.99", Ok(9_999)),
            ("05.00", Ok(500)),
            ("0.7", Ok(70)),
            ("5", Ok(500)),
            ("5.", Ok(500)),
            ("00.0", Err(AmountFault::Zero)),
            ("100", Err(AmountFault::TooLarge)),
            ("99999", Err(AmountFault::TooLarge)),
            ("0.001", Err(AmountFault::TooManyDecimals)),
            ("10.001", Err(AmountFault::TooLong)),
            ("5%", Err(AmountFault::OtherCharacter)),
            ("", Err(AmountFault::Empty)),
        ] {
            assert_eq!(percentage(text), expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn whole_and_decimals_come_back(whole in 0_u64..10_000_000_000, cents in 0_u64..100) {
            prop_assume!(whole + cents > 0);
            let read = amount(&format!("{whole}.{cents:02}"), Some(2));
            prop_assert_eq!(read, Ok(Amount { minor: whole * 100 + cents, exponent: 2 }));
        }

        #[test]
        fn nothing_but_digits_and_one_point_is_read(text in "[0-9.,+\\-eE \u{0660}-\u{0669}]{0,14}") {
            if amount(&text, None).is_ok() {
                prop_assert!(text.chars().all(|character| character.is_ascii_digit() || character == '.'));
                prop_assert!(text.matches('.').count() <= 1);
                prop_assert!(text.bytes().any(|digit| (b'1'..=b'9').contains(&digit)));
            }
        }
    }
}
