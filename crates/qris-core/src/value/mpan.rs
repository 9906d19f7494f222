//! Merchant PANs and their check digits.

use core::fmt;
use core::str::FromStr;

use super::text::{ShortText, all_digits};
use crate::value_error::{ValueError, What, Why};

/// A merchant PAN as 26-01 carries it (QRIS 4.7.5.4): 15–19 digits, the first eight of which are the
/// national numbering system code (NNS) of the acquirer.
///
/// QRIS payloads normally leave the check digit out: 18 digits. Only a PAN of 19 digits ends in one, so an
/// 18-digit PAN is never checked.
///
/// ```
/// use qris_core::Mpan;
/// let mpan: Mpan = "936009140000000001".parse()?;
/// assert_eq!(mpan.nns(), "93600914");
/// assert_eq!(mpan.luhn_holds(), None);
/// assert_eq!(mpan.with_check_digit().to_string(), "9360091400000000019");
/// # Ok::<(), qris_core::ValueError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mpan(ShortText<19>);

/// The ninth digit of a merchant PAN. Acquirers use it freely, so no rule depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Method {
    /// None is named (0).
    Unspecified,
    /// Debit (1).
    Debit,
    /// Credit (2).
    Credit,
    /// Electronic money (3).
    ElectronicMoney,
    /// Reserved (4–9).
    Reserved(u8),
}

impl Mpan {
    /// All digits.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub(crate) const fn text(&self) -> &ShortText<19> {
        &self.0
    }

    /// The first eight digits: the NNS code of the acquirer, `9360` and four digits.
    pub fn nns(&self) -> &str {
        self.as_str().get(..8).unwrap_or_default()
    }

    /// The ninth digit.
    pub fn method(&self) -> Method {
        match self.as_str().as_bytes().get(8).map_or(0, |b| b - b'0') {
            0 => Method::Unspecified,
            1 => Method::Debit,
            2 => Method::Credit,
            3 => Method::ElectronicMoney,
            other => Method::Reserved(other),
        }
    }

    /// The acquirer's own number for the merchant: what follows the ninth digit, without a check digit.
    pub fn sequence(&self) -> &str {
        let digits = self.as_str();
        digits.get(9..digits.len().min(18)).unwrap_or_default()
    }

    /// Whether the last digit is the right check digit; `None` when there is none (fewer than 19 digits).
    pub fn luhn_holds(&self) -> Option<bool> {
        (self.as_str().len() == 19).then(|| luhn_holds(self.as_str()))
    }

    /// The PAN as messages carry it: with its check digit appended when it has up to 18 digits,
    /// unchanged when it has 19.
    pub fn with_check_digit(&self) -> Mpan {
        let mut whole = *self;
        if self.as_str().len() < 19 {
            whole.0.push(luhn_digit(self.as_str()).unwrap_or(b'0'));
        }
        whole
    }
}

impl FromStr for Mpan {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Mpan, ValueError> {
        if !all_digits(text) {
            return Err(ValueError::new(What::Mpan, Why::NotDigits));
        }
        let length = text.len();
        ShortText::new(text)
            .filter(|_| length >= 15)
            .map(Mpan)
            .ok_or(ValueError::new(What::Mpan, Why::Length { length }))
    }
}

impl AsRef<str> for Mpan {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Mpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Mpan {
    /// Masked: shows only the NNS and the last two digits, so that a log never holds a whole PAN.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.as_str();
        let end = digits.get(digits.len().saturating_sub(2)..).unwrap_or_default();
        write!(f, "Mpan({}…{end})", self.nns())
    }
}

/// The sum of ISO/IEC 7812-1 over the digits. Every other digit is doubled, starting from the end: with the last one
/// when `last_doubled`, otherwise with the one before it.
fn luhn_sum(digits: &str, last_doubled: bool) -> u32 {
    let doubled = |n: u8| u32::from(if n > 4 { 2 * n - 9 } else { 2 * n });
    let value = |(place, byte): (usize, u8)| {
        let digit = (byte & 0x0F).min(9);
        if (place % 2 == 0) == last_doubled { doubled(digit) } else { u32::from(digit) }
    };
    digits.bytes().rev().enumerate().map(value).sum()
}

/// Whether the last digit is the Luhn check digit of the ones before it (ISO/IEC 7812-1, mod 10). False for anything
/// but ASCII digits, and for fewer than two digits: a check digit needs digits before it.
pub fn luhn_holds(digits: &str) -> bool {
    digits.len() > 1 && all_digits(digits) && luhn_sum(digits, false) % 10 == 0
}

/// The Luhn check digit to append to `digits`, as an ASCII character; `None` for the empty text and for anything but
/// ASCII digits.
///
/// ```
/// use qris_core::value::{luhn_digit, luhn_holds};
/// assert_eq!(luhn_digit("7992739871"), Some(b'3'));
/// assert!(luhn_holds("79927398713"));
/// ```
pub fn luhn_digit(digits: &str) -> Option<u8> {
    if digits.is_empty() || !all_digits(digits) {
        return None;
    }
    // One digit will follow, so the last one here is doubled.
    Some(b'0' + ((10 - luhn_sum(digits, true) % 10) % 10) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_check_digits_hold() {
        // The worked example of ISO/IEC 7812-1 and PANs of published samples.
        assert_eq!(luhn_digit("7992739871"), Some(b'3'));
        for good in ["79927398713", "9360091400000000019", "9360082230002001355", "9360091434905263034"] {
            assert!(luhn_holds(good), "{good}");
            let (body, digit) = good.split_at(good.len() - 1);
            assert_eq!(luhn_digit(body), digit.bytes().next());
        }
        for bad in ["", "0", "79927398710", "7992739871x", "٣"] {
            assert!(!luhn_holds(bad), "{bad}");
        }
        assert_eq!((luhn_digit(""), luhn_digit("12a")), (None, None));
    }

    #[test]
    fn parts_of_a_pan() {
        let mpan: Mpan = "9360091430000000017".parse().unwrap();
        assert_eq!((mpan.nns(), mpan.method()), ("93600914", Method::ElectronicMoney));
        assert_eq!(mpan.sequence(), "000000001");
        assert_eq!(mpan.with_check_digit(), mpan);
        assert_eq!(std::format!("{mpan:?}"), "Mpan(93600914…17)");
        assert_eq!("12345678901234".parse::<Mpan>().unwrap_err().why, Why::Length { length: 14 });
        assert_eq!("12345678901234567890".parse::<Mpan>().unwrap_err().why, Why::Length { length: 20 });
        assert_eq!("93600914000000000A".parse::<Mpan>(), Err(ValueError::new(What::Mpan, Why::NotDigits)));
    }
}
