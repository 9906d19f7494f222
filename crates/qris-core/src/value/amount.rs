//! Amounts: integers of minor units that remember how they were written.

use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::str::FromStr;

use super::currency::Currency;
use super::text::ShortText;

/// An amount of money as 54 and 56 carry it (EMVCo MPM 4.7.4): an integer of minor units, the exponent
/// that goes with it, and the text as written. Never a float.
///
/// `1000`, `1000.` and `1000.00` are equal and print as they were written. [`FromStr`] reads rupiah; use
/// [`Amount::parse`] for other currencies.
///
/// ```
/// use qris_core::{Amount, Currency};
/// let amount: Amount = "1000.".parse()?;
/// assert_eq!((amount.minor(), amount.exponent()), (100_000, 2));
/// assert_eq!(amount, "1000.00".parse()?);
/// assert_eq!(amount.to_string(), "1000.");
/// assert_eq!(Amount::from_minor(1_500_050, Currency::IDR)?.to_string(), "15000.50");
/// assert!("1,000".parse::<Amount>().is_err());
/// # Ok::<(), qris_core::AmountError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Amount {
    minor: u64,
    exponent: u8,
    text: ShortText<{ Amount::MAX_CHARACTERS }>,
}

/// Why a text is not an amount, or a number does not fit 54.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum AmountError {
    /// There is no text.
    #[error("the amount is empty")]
    Empty,
    /// More than 13 characters, the point included.
    #[error("an amount has at most 13 characters, the point included; this has {length}")]
    TooLong {
        /// Characters there are.
        length: usize,
    },
    /// A comma; the decimal mark is the point, and thousands are not grouped.
    #[error("a comma is not allowed: decimals follow a point, thousands are not grouped")]
    Comma,
    /// A blank.
    #[error("a blank is not allowed, neither inside nor around an amount")]
    Blank,
    /// A plus or minus sign.
    #[error("a sign is not allowed")]
    Sign,
    /// Exponent form such as `1e3`.
    #[error("exponent form is not allowed: write the digits out")]
    ExponentForm,
    /// Not a number at all: `NaN`, `Infinity`, a currency symbol, other letters.
    #[error("an amount is digits with at most one point; '{}' is neither", .found.escape_default())]
    NotANumber {
        /// The first character that is neither.
        found: char,
    },
    /// A second point.
    #[error("two points: thousands are not grouped, and there is one decimal mark")]
    TwoPoints,
    /// No digit before the point.
    #[error("a digit must stand before the point")]
    NoWholeDigits,
    /// More decimals than the currency has.
    #[error("{found} {}, but the currency has {allowed}", if *.found == 1 { "decimal" } else { "decimals" })]
    TooManyDecimals {
        /// Decimals there are.
        found: u8,
        /// Decimals the currency has.
        allowed: u8,
    },
    /// Zero: 54 and 56 are never zero (leave 54 out to let the payer enter the amount).
    #[error("an amount is never zero; leave it out to let the payer enter it")]
    Zero,
}

impl Amount {
    /// The most characters 54 and 56 take, the point included.
    pub const MAX_CHARACTERS: usize = 13;

    /// Reads an amount in a currency. The text is digits with at most one point, which may be the last
    /// character, and has no more decimals than the currency (EMVCo MPM 4.7.4.1). A currency we do not
    /// know takes the decimals as written.
    ///
    /// # Errors
    /// The reason why not, each with its own variant of [`AmountError`].
    pub fn parse(text: &str, currency: Currency) -> Result<Amount, AmountError> {
        let (minor, exponent) = read(text, currency)?;
        // It has been read, so it is ASCII and fits.
        Ok(Amount { minor, exponent, text: ShortText::new(text).unwrap_or_default() })
    }

    /// An amount of so many minor units (sen of a rupiah). It is written without decimals when they are
    /// zero, and otherwise with exactly as many as the currency has. A currency we do not know counts
    /// whole units.
    ///
    /// # Errors
    /// [`AmountError::Zero`], and [`AmountError::TooLong`] when the text would not fit 13 characters.
    pub fn from_minor(minor: u64, currency: Currency) -> Result<Amount, AmountError> {
        if minor == 0 {
            return Err(AmountError::Zero);
        }
        let exponent = currency.exponent().unwrap_or(0);
        // A power is never zero; `max` says so, and no check of the divisor stays in the program.
        let unit = 10u64.pow(u32::from(exponent)).max(1);
        let (whole, part) = (minor / unit, minor % unit);
        let length = decimal_digits(whole) + if part == 0 { 0 } else { 1 + usize::from(exponent) };
        if length > Amount::MAX_CHARACTERS {
            return Err(AmountError::TooLong { length });
        }
        let mut text = ShortText::default();
        push_decimal(&mut text, whole, decimal_digits(whole));
        if part > 0 {
            text.push(b'.');
            push_decimal(&mut text, part, usize::from(exponent));
        }
        Ok(Amount { minor, exponent, text })
    }

    /// The amount in minor units: sen for rupiah, `100_000` for `1000.00`.
    pub const fn minor(&self) -> u64 {
        self.minor
    }

    /// How many decimals a minor unit stands for: 2 for rupiah.
    pub const fn exponent(&self) -> u8 {
        self.exponent
    }

    /// The text as written.
    pub fn as_str(&self) -> &str {
        self.text.as_str()
    }

    pub(crate) const fn text(&self) -> &ShortText<{ Amount::MAX_CHARACTERS }> {
        &self.text
    }

    /// The currency-neutral value: minor units and exponent without trailing zeros.
    fn normal(&self) -> (u64, u8) {
        let (mut minor, mut exponent) = (self.minor, self.exponent);
        while exponent > 0 && minor % 10 == 0 {
            minor /= 10;
            exponent -= 1;
        }
        (minor, exponent)
    }
}

/// Minor units, and how many decimals one stands for.
///
/// # Errors
/// As [`Amount::parse`].
pub(crate) fn read(text: &str, currency: Currency) -> Result<(u64, u8), AmountError> {
    if text.len() > Amount::MAX_CHARACTERS {
        return Err(reject(text));
    }
    if text.is_empty() {
        return Err(AmountError::Empty);
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
            b'.' if place == 0 => return Err(AmountError::NoWholeDigits),
            b'.' if decimals.is_none() => decimals = Some(0),
            _ => return Err(reject(text)),
        }
    }
    let found = decimals.unwrap_or(0);
    let exponent = currency.exponent().unwrap_or(found);
    if found > exponent {
        return Err(AmountError::TooManyDecimals { found, allowed: exponent });
    }
    if digits == 0 {
        return Err(AmountError::Zero);
    }
    // At most 13 digits and 4 missing decimals: 10^17 fits.
    Ok(((found..exponent).fold(digits, |minor, _| minor * 10), exponent))
}

/// Why a text that is not an amount is not one: the fault a person would name first.
#[cold]
fn reject(text: &str) -> AmountError {
    for (place, c) in text.char_indices() {
        return match c {
            '0'..='9' => continue,
            '.' if place == 0 => AmountError::NoWholeDigits,
            '.' if text.get(..place).is_some_and(|before| before.contains('.')) => AmountError::TwoPoints,
            '.' => continue,
            ',' => AmountError::Comma,
            '+' | '-' => AmountError::Sign,
            'e' | 'E' if place > 0 => AmountError::ExponentForm,
            c if c.is_whitespace() => AmountError::Blank,
            found => AmountError::NotANumber { found },
        };
    }
    AmountError::TooLong { length: text.chars().count() }
}

fn decimal_digits(n: u64) -> usize {
    n.checked_ilog10().map_or(1, |digits| digits as usize + 1)
}

/// The last `width` digits of `n`, at most 20.
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
    type Err = AmountError;

    fn from_str(text: &str) -> Result<Amount, AmountError> {
        Amount::parse(text, Currency::IDR)
    }
}

impl PartialEq for Amount {
    fn eq(&self, other: &Amount) -> bool {
        self.normal() == other.normal()
    }
}

impl Eq for Amount {}

impl Hash for Amount {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.normal().hash(state);
    }
}

impl PartialOrd for Amount {
    fn partial_cmp(&self, other: &Amount) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Amount {
    fn cmp(&self, other: &Amount) -> Ordering {
        let scaled = |a: &Amount| u128::from(a.minor) * 10u128.pow(13 - u32::from(a.exponent.min(13)));
        scaled(self).cmp(&scaled(other))
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Amount({}, {}e-{})", self.text, self.minor, self.exponent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_has_its_reason() {
        let refused = |text: &str| text.parse::<Amount>().unwrap_err();
        assert_eq!(refused(""), AmountError::Empty);
        assert_eq!(refused("12,5"), AmountError::Comma);
        assert_eq!(refused("1 000"), AmountError::Blank);
        assert_eq!(refused(" 1000"), AmountError::Blank);
        assert_eq!(refused("-100"), AmountError::Sign);
        assert_eq!(refused("+100"), AmountError::Sign);
        assert_eq!(refused("1e3"), AmountError::ExponentForm);
        assert_eq!(refused("NaN"), AmountError::NotANumber { found: 'N' });
        assert_eq!(refused("Rp1000"), AmountError::NotANumber { found: 'R' });
        assert_eq!(refused("١٠٠"), AmountError::NotANumber { found: '١' });
        assert_eq!(refused("1.000.00"), AmountError::TwoPoints);
        assert_eq!(refused(".5"), AmountError::NoWholeDigits);
        assert_eq!(refused("."), AmountError::NoWholeDigits);
        assert_eq!(refused("1.000"), AmountError::TooManyDecimals { found: 3, allowed: 2 });
        for zero in ["0", "0.", "0.00", "0000000000000"] {
            assert_eq!(refused(zero), AmountError::Zero, "{zero}");
        }
        assert_eq!(refused("12345678901234"), AmountError::TooLong { length: 14 });
    }

    #[test]
    fn text_is_kept_and_value_compared() {
        let [a, b, c] = ["1000", "1000.", "1000.00"].map(|t| t.parse::<Amount>().unwrap());
        assert_eq!((a, b), (b, c));
        assert_eq!((a.as_str(), b.as_str(), c.as_str()), ("1000", "1000.", "1000.00"));
        assert!("1000.01".parse::<Amount>().unwrap() > a);
        let yen = Amount::parse("1000", Currency::new(392).unwrap()).unwrap();
        assert_eq!((yen.minor(), yen.exponent()), (1000, 0));
        assert_eq!(yen, a, "the same number of whole units, whatever the currency");
        assert_eq!(
            Amount::parse("1.5", Currency::new(392).unwrap()),
            Err(AmountError::TooManyDecimals { found: 1, allowed: 0 })
        );
        // 999 is "no currency": decimals as written.
        let unknown = Amount::parse("1.2345", Currency::new(1).unwrap()).unwrap();
        assert_eq!((unknown.minor(), unknown.exponent()), (12345, 4));
    }

    #[test]
    fn written_without_decimals_when_they_are_zero() {
        let written = |minor| Amount::from_minor(minor, Currency::IDR).map(|a| a.text);
        assert_eq!(written(100_000).unwrap().as_str(), "1000");
        assert_eq!(written(100_005).unwrap().as_str(), "1000.05");
        assert_eq!(written(7).unwrap().as_str(), "0.07");
        assert_eq!(written(999_999_999_999).unwrap().as_str(), "9999999999.99");
        assert_eq!(written(999_999_999_999_900).unwrap().as_str(), "9999999999999");
        assert_eq!(written(1_000_000_000_001), Err(AmountError::TooLong { length: 14 }));
        assert_eq!(written(0), Err(AmountError::Zero));
        assert_eq!(written(u64::MAX), Err(AmountError::TooLong { length: 21 }));
    }
}
