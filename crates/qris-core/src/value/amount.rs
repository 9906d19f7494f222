//! Amounts: integers of minor units that remember their currency and how they were written.

use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::str::FromStr;

use super::currency::Currency;
use super::text::ShortText;
use crate::value_error::{ValueError, What, Why};

/// An amount of money as 54 and 56 carry it (EMVCo MPM 4.7.4): an integer of minor units, its currency, and the text
/// as written. Never a float.
///
/// `1000`, `1000.` and `1000.00` are equal and print as they were written; amounts in different currencies are never
/// equal, and neither is larger. [`FromStr`] reads rupiah; use [`Amount::parse`] for other currencies.
///
/// ```
/// use qris_core::{Amount, Currency};
/// let amount: Amount = "1000.".parse()?;
/// assert_eq!((amount.minor(), amount.exponent()), (100_000, 2));
/// assert_eq!(amount, "1000.00".parse()?);
/// assert_eq!(amount.to_string(), "1000.");
/// assert_eq!(Amount::from_minor(1_500_050, Currency::IDR)?.to_string(), "15000.50");
/// assert!("1,000".parse::<Amount>().is_err());
/// // The text does not say which currency it is in.
/// let yen = Currency::new(392).unwrap();
/// assert_ne!(Amount::parse("1000", yen)?, amount);
/// # Ok::<(), qris_core::ValueError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Amount {
    minor: u64,
    currency: Currency,
    text: ShortText<{ Amount::MAX_CHARACTERS }>,
}

impl Amount {
    /// The most characters 54 and 56 can have, including the point.
    pub const MAX_CHARACTERS: usize = 13;

    /// Reads an amount in a currency. The text is digits with at most one point, which may be the last
    /// character (EMVCo MPM 4.7.4.1).
    ///
    /// It should have no more decimals than the currency (4.7.4.2). More are accepted when the extra ones are zeros, as
    /// nothing is lost: `500.00` is 500 yen. But exactly three decimals, where the currency has fewer, are always
    /// refused: `1.000` is how Indonesia writes a thousand.
    ///
    /// ```
    /// use qris_core::{Amount, Currency};
    /// let yen = Currency::new(392).unwrap();
    /// assert_eq!(Amount::parse("500.00", yen)?.minor(), 500);
    /// assert!(Amount::parse("500.50", yen).is_err());
    /// # Ok::<(), qris_core::ValueError>(())
    /// ```
    ///
    /// # Errors
    /// A [`ValueError`] with the reason; each reason has its own variant of [`Why`].
    pub fn parse(text: &str, currency: Currency) -> Result<Amount, ValueError> {
        let Read { minor, .. } = read(text, currency)?;
        // It has been read, so it is ASCII and fits.
        Ok(Amount { minor, currency, text: ShortText::new(text).unwrap_or_default() })
    }

    /// An amount of this many minor units (sen for rupiah); for unknown currencies see [`Amount::exponent`]. Its text
    /// has no decimals when they are zero, and otherwise exactly as many as the currency has; where that is too
    /// long, zeros at the end are left out.
    ///
    /// ```
    /// use qris_core::{Amount, Currency};
    /// assert_eq!(Amount::from_minor(100_000, Currency::IDR)?.as_str(), "1000");
    /// assert_eq!(Amount::from_minor(100_050, Currency::IDR)?.as_str(), "1000.50");
    /// # Ok::<(), qris_core::ValueError>(())
    /// ```
    ///
    /// # Errors
    /// [`Why::Zero`] for 0, and [`Why::TooLong`] when the text would have more than 13 characters.
    pub fn from_minor(minor: u64, currency: Currency) -> Result<Amount, ValueError> {
        if minor == 0 {
            return Err(refused(Why::Zero));
        }
        let exponent = exponent_of(currency);
        // A power of ten is never zero. `max` tells the compiler so, and it removes the check of the divisor.
        let unit = 10u64.pow(u32::from(exponent)).max(1);
        let (whole, mut part) = (minor / unit, minor % unit);
        let mut decimals = if part == 0 { 0 } else { usize::from(exponent) };
        let length = |decimals: usize| decimal_digits(whole) + decimals + usize::from(decimals > 0);
        while length(decimals) > Amount::MAX_CHARACTERS && decimals > 0 && part % 10 == 0 {
            (part, decimals) = (part / 10, decimals - 1);
        }
        let length = length(decimals);
        if length > Amount::MAX_CHARACTERS {
            return Err(refused(Why::TooLong { length }));
        }
        let mut text = ShortText::default();
        push_decimal(&mut text, whole, decimal_digits(whole));
        if part > 0 {
            text.push(b'.');
            push_decimal(&mut text, part, decimals);
        }
        Ok(Amount { minor, currency, text })
    }

    /// The amount in minor units: sen for rupiah, `100_000` for `1000.00`.
    pub const fn minor(&self) -> u64 {
        self.minor
    }

    /// The currency it is in. The text does not contain it.
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// The number of decimals a minor unit stands for: 2 for rupiah. For an unknown currency it is 4, the most any
    /// currency of ISO 4217 has, so that all amounts of one payload use the same minor unit, however they are written.
    pub fn exponent(&self) -> u8 {
        exponent_of(self.currency)
    }

    /// The text as written.
    pub fn as_str(&self) -> &str {
        self.text.as_str()
    }

    pub(crate) const fn text(&self) -> &ShortText<{ Amount::MAX_CHARACTERS }> {
        &self.text
    }
}

const fn refused(why: Why) -> ValueError {
    ValueError::new(What::Amount, why)
}

/// See [`Amount::exponent`].
fn exponent_of(currency: Currency) -> u8 {
    currency.exponent().unwrap_or(Currency::MOST_DECIMALS)
}

/// The amount a text states.
pub(crate) struct Read {
    pub(crate) minor: u64,
    /// Whether it has more decimals than the currency.
    pub(crate) superfluous: bool,
}

/// Reads an amount without keeping its text.
///
/// # Errors
/// As [`Amount::parse`].
pub(crate) fn read(text: &str, currency: Currency) -> Result<Read, ValueError> {
    if text.len() > Amount::MAX_CHARACTERS {
        return Err(reject(text));
    }
    if text.is_empty() {
        return Err(refused(Why::Empty));
    }
    let mut digits = 0u64;
    let mut decimals: Option<u8> = None;
    for (place, byte) in text.bytes().enumerate() {
        match byte {
            b'0'..=b'9' => {
                // Thirteen digits at most: far below the limit of u64.
                digits = digits * 10 + u64::from(byte - b'0');
                decimals = decimals.map(|n| n + 1);
            }
            b'.' if place == 0 => return Err(refused(Why::NoWholeDigits)),
            b'.' if decimals.is_none() => decimals = Some(0),
            _ => return Err(reject(text)),
        }
    }
    let (found, exponent) = (decimals.unwrap_or(0), exponent_of(currency));
    if found > exponent {
        return superfluous(digits, found, exponent);
    }
    if digits == 0 {
        return Err(refused(Why::Zero));
    }
    // At most 13 digits and 4 missing decimals: 10^17 fits.
    Ok(Read { minor: (found..exponent).fold(digits, |minor, _| minor * 10), superfluous: false })
}

/// Reads a number with more decimals than the currency has: the extra ones must be zeros.
#[cold]
fn superfluous(digits: u64, found: u8, exponent: u8) -> Result<Read, ValueError> {
    // At most twelve decimals, so the power fits.
    let power = 10u64.pow(u32::from(found.saturating_sub(exponent))).max(1);
    if found == 3 || digits % power != 0 {
        return Err(refused(Why::TooManyDecimals { found, allowed: exponent }));
    }
    match digits / power {
        0 => Err(refused(Why::Zero)),
        minor => Ok(Read { minor, superfluous: true }),
    }
}

/// Why a text is not an amount: the fault a person would name first.
#[cold]
fn reject(text: &str) -> ValueError {
    refused(reason(text))
}

fn reason(text: &str) -> Why {
    for (place, c) in text.char_indices() {
        return match c {
            '0'..='9' => continue,
            '.' if place == 0 => Why::NoWholeDigits,
            '.' if text.get(..place).is_some_and(|before| before.contains('.')) => Why::TwoPoints,
            '.' => continue,
            ',' => Why::Comma,
            '+' | '-' => Why::Sign,
            'e' | 'E' if place > 0 => Why::ExponentForm,
            c if c.is_whitespace() => Why::Blank,
            found => Why::NotANumber { found },
        };
    }
    Why::TooLong { length: text.chars().count() }
}

fn decimal_digits(n: u64) -> usize {
    n.checked_ilog10().map_or(1, |digits| digits as usize + 1)
}

/// Appends the last `width` digits of `n`, at most 20.
fn push_decimal<const N: usize>(text: &mut ShortText<N>, n: u64, width: usize) {
    let mut digits = [b'0'; 20];
    let mut rest = n;
    for digit in digits.iter_mut().rev() {
        *digit += (rest % 10) as u8;
        rest /= 10;
    }
    digits.iter().skip(digits.len().saturating_sub(width)).for_each(|digit| text.push(*digit));
}

impl FromStr for Amount {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Amount, ValueError> {
        Amount::parse(text, Currency::IDR)
    }
}

impl PartialEq for Amount {
    fn eq(&self, other: &Amount) -> bool {
        (self.currency, self.minor) == (other.currency, other.minor)
    }
}

impl Eq for Amount {}

impl Hash for Amount {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.currency, self.minor).hash(state);
    }
}

impl PartialOrd for Amount {
    /// By value within one currency; `None` for different currencies.
    fn partial_cmp(&self, other: &Amount) -> Option<Ordering> {
        (self.currency == other.currency).then(|| self.minor.cmp(&other.minor))
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Amount({} of {})", self.text, self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_has_its_reason() {
        let refused = |text: &str| text.parse::<Amount>().unwrap_err().why;
        assert_eq!(refused(""), Why::Empty);
        assert_eq!(refused("12,5"), Why::Comma);
        assert_eq!(refused("1 000"), Why::Blank);
        assert_eq!(refused(" 1000"), Why::Blank);
        assert_eq!(refused("-100"), Why::Sign);
        assert_eq!(refused("+100"), Why::Sign);
        assert_eq!(refused("1e3"), Why::ExponentForm);
        assert_eq!(refused("NaN"), Why::NotANumber { found: 'N' });
        assert_eq!(refused("Rp1000"), Why::NotANumber { found: 'R' });
        assert_eq!(refused("١٠٠"), Why::NotANumber { found: '١' });
        assert_eq!(refused("1.000.00"), Why::TwoPoints);
        assert_eq!(refused(".5"), Why::NoWholeDigits);
        assert_eq!(refused("."), Why::NoWholeDigits);
        assert_eq!(refused("1.000"), Why::TooManyDecimals { found: 3, allowed: 2 });
        for zero in ["0", "0.", "0.00", "0000000000000"] {
            assert_eq!(refused(zero), Why::Zero, "{zero}");
        }
        assert_eq!(refused("12345678901234"), Why::TooLong { length: 14 });
    }

    #[test]
    fn text_is_kept_and_value_compared() {
        let [a, b, c] = ["1000", "1000.", "1000.00"].map(|t| t.parse::<Amount>().unwrap());
        assert_eq!((a, b), (b, c));
        assert_eq!((a.as_str(), b.as_str(), c.as_str()), ("1000", "1000.", "1000.00"));
        assert!("1000.01".parse::<Amount>().unwrap() > a);
        let yen = Amount::parse("1000", Currency::new(392).unwrap()).unwrap();
        assert_eq!((yen.minor(), yen.exponent()), (1000, 0));
        assert!(yen != a && yen.partial_cmp(&a).is_none(), "yen are not rupiah");
        assert_eq!(
            Amount::parse("1.5", Currency::new(392).unwrap()).map_err(|error| error.why),
            Err(Why::TooManyDecimals { found: 1, allowed: 0 })
        );
    }

    #[test]
    fn all_amounts_of_an_unknown_currency_count_alike() {
        let unknown =
            |text| Amount::parse(text, Currency::new(999).unwrap()).map(|a| a.minor()).map_err(|e| e.why);
        assert_eq!(unknown("1.2345"), Ok(12_345));
        assert_eq!([unknown("150"), unknown("150.00"), unknown("150.000")], [Ok(1_500_000); 3]);
        assert_eq!(unknown("1.23456"), Err(Why::TooManyDecimals { found: 5, allowed: 4 }));
        assert_eq!(unknown("1.23450"), Ok(12_345));
    }

    #[test]
    fn superfluous_zeros_are_read_but_no_thousands() {
        let of = |text, currency: u16| {
            read(text, Currency::new(currency).unwrap())
                .map(|read| (read.minor, read.superfluous))
                .map_err(|error| error.why)
        };
        let refused = |found, allowed| Err(Why::TooManyDecimals { found, allowed });
        assert_eq!(of("500.00", 392), Ok((500, true)));
        assert_eq!(of("500.0", 392), Ok((500, true)));
        assert_eq!(of("500.", 392), Ok((500, false)));
        assert_eq!(of("500.50", 392), refused(2, 0));
        assert_eq!(of("500.000", 392), refused(3, 0));
        assert_eq!(of("1.000", 360), refused(3, 2));
        assert_eq!(of("1.0000", 360), Ok((100, true)));
        assert_eq!(
            of("1.000", 414),
            Ok((1000, false)),
            "three decimals are right where the currency has three"
        );
        assert_eq!(of("0.00", 392), Err(Why::Zero));
        assert_eq!(of("0.00000000000", 360), Err(Why::Zero));
    }

    #[test]
    fn written_without_decimals_when_they_are_zero() {
        let written =
            |minor| Amount::from_minor(minor, Currency::IDR).map(|a| a.text).map_err(|error| error.why);
        assert_eq!(written(100_000).unwrap().as_str(), "1000");
        assert_eq!(written(100_005).unwrap().as_str(), "1000.05");
        assert_eq!(written(7).unwrap().as_str(), "0.07");
        assert_eq!(written(999_999_999_999).unwrap().as_str(), "9999999999.99");
        assert_eq!(written(999_999_999_999_900).unwrap().as_str(), "9999999999999");
        assert_eq!(written(1_000_000_000_001), Err(Why::TooLong { length: 14 }));
        assert_eq!(written(0), Err(Why::Zero));
        assert_eq!(written(u64::MAX), Err(Why::TooLong { length: 21 }));
    }
}
