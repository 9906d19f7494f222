//! Money: `{"value": "10000.00", "currency": "IDR"}` as integer minor units.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser::SerializeMap};

use crate::json::Object;

/// The most digits before the decimal point.
const MAX_WHOLE_DIGITS: usize = 16;
/// The most minor units: sixteen nines, and two.
const MAX_MINOR: u64 = 999_999_999_999_999_999;

/// A three-letter currency code of ISO 4217, upper case.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// The rupiah.
    pub const IDR: Currency = Currency(*b"IDR");

    /// The currency of a text of three upper-case letters.
    pub fn new(text: &str) -> Option<Currency> {
        let letters: [u8; 3] = text.as_bytes().try_into().ok()?;
        letters.iter().all(u8::is_ascii_uppercase).then_some(Currency(letters))
    }

    /// The three letters.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or("???")
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An amount that no message can carry: it has more than sixteen digits before the point. Never an amount that is left out:
/// a request to generate without one asks for a code whose payer enters it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AmountTooLarge {
    /// Hundredths.
    pub minor: u64,
}

impl fmt::Display for AmountTooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} hundredths are more than a message can carry: at most {MAX_MINOR}", self.minor)
    }
}

impl core::error::Error for AmountTooLarge {}

/// An amount: minor units (hundredths) and a currency. Members beside `value` and `currency` are kept.
///
/// ```
/// use qris_snap::Money;
/// let money = Money::idr(1_000_000).unwrap(); // Rp10.000,00
/// assert_eq!(money.to_string(), "10000.00 IDR");
/// assert_eq!(Money::parse_value("10000.00"), Some(1_000_000));
/// assert_eq!(Money::parse_value("10000"), None);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Money {
    minor: u64,
    currency: Currency,
    other: Object,
}

impl Money {
    /// An amount of `minor` hundredths, at most 9,999,999,999,999,999.99 of the currency.
    ///
    /// # Errors
    /// [`AmountTooLarge`].
    pub fn new(minor: u64, currency: Currency) -> Result<Money, AmountTooLarge> {
        if minor > MAX_MINOR {
            return Err(AmountTooLarge { minor });
        }
        Ok(Money { minor, currency, other: Object::new() })
    }

    /// An amount of rupiah, in hundredths.
    ///
    /// # Errors
    /// [`AmountTooLarge`].
    pub fn idr(minor: u64) -> Result<Money, AmountTooLarge> {
        Money::new(minor, Currency::IDR)
    }

    /// Hundredths of the currency.
    pub fn minor(&self) -> u64 {
        self.minor
    }

    /// The currency.
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// The decimal text: `10000.00`.
    pub fn value(&self) -> String {
        format!("{}.{:02}", self.minor / 100, self.minor % 100)
    }

    /// Hundredths from decimal text: 1 to 16 digits, a point, exactly two digits. Leading zeros are read.
    pub fn parse_value(text: &str) -> Option<u64> {
        let (whole, fraction) = text.split_once('.')?;
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.len() > MAX_WHOLE_DIGITS || fraction.len() != 2 || !digits(whole) || !digits(fraction) {
            return None;
        }
        let (whole, fraction): (u64, u64) = (whole.parse().ok()?, fraction.parse().ok()?);
        whole.checked_mul(100)?.checked_add(fraction)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.value(), self.currency.as_str())
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Money({self})")
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("value", &self.value())?;
        map.serialize_entry("currency", self.currency.as_str())?;
        for (name, value) in self.other.iter() {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut other = Object::deserialize(deserializer)?;
        let (value, currency) = (other.remove("value"), other.remove("currency"));
        let minor = value
            .and_then(|value| Money::parse_value(value.as_str()?))
            .ok_or_else(|| de::Error::custom("value: decimal text with two decimals is wanted"))?;
        let currency = currency
            .and_then(|currency| Currency::new(currency.as_str()?))
            .ok_or_else(|| de::Error::custom("currency: three upper-case letters are wanted"))?;
        Ok(Money { minor, currency, other })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_limits_hold() {
        assert_eq!(Money::parse_value("9999999999999999.99"), Some(MAX_MINOR));
        assert_eq!(Money::parse_value("0.00"), Some(0));
        assert_eq!(Money::parse_value("0000000000010000.00"), Some(1_000_000));
        for bad in [
            "",
            ".",
            "1",
            "1.",
            "1.0",
            "1.000",
            ".00",
            "-1.00",
            "+1.00",
            "1,00",
            "1e2.00",
            "10000000000000000.00",
            "١.٠٠",
        ] {
            assert_eq!(Money::parse_value(bad), None, "{bad}");
        }
        assert!(Money::idr(MAX_MINOR).is_ok());
        for minor in [MAX_MINOR + 1, u64::MAX] {
            assert_eq!(Money::idr(minor), Err(AmountTooLarge { minor }));
        }
        assert_eq!(Currency::new("idr"), None);
        assert_eq!(Currency::new("IDRX"), None);
    }

    proptest! {
        #[test]
        fn text_and_minor_units_agree(minor in 0..=MAX_MINOR) {
            prop_assert_eq!(Money::parse_value(&Money::idr(minor).unwrap().value()), Some(minor));
        }
    }
}
