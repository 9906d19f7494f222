//! Currencies by their ISO 4217 number, with the exponents amounts need.

use core::fmt;
use core::str::FromStr;

use crate::value_error::{ValueError, What};

/// A currency by its ISO 4217 number, `000`–`999` (EMVCo MPM 4.7.5.1).
///
/// Any three digits are accepted as a currency; names are in the crate `qris-tables`.
///
/// ```
/// use qris_core::Currency;
/// let rupiah: Currency = "360".parse()?;
/// assert_eq!(rupiah, Currency::IDR);
/// assert_eq!(rupiah.exponent(), Some(2));
/// assert_eq!("999".parse::<Currency>()?.exponent(), None);
/// # Ok::<(), qris_core::ValueError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency(u16);

impl Currency {
    /// Indonesian rupiah, 360.
    pub const IDR: Currency = Currency(360);

    /// The most decimals a currency of ISO 4217 has.
    pub(crate) const MOST_DECIMALS: u8 = 4;

    /// Stands for a missing or malformed 53 where a currency is needed.
    pub(crate) const NONE: Currency = Currency(u16::MAX);

    /// The currency with this number; `None` above 999.
    pub const fn new(number: u16) -> Option<Currency> {
        if number <= 999 { Some(Currency(number)) } else { None }
    }

    /// The ISO 4217 number.
    pub const fn number(self) -> u16 {
        self.0
    }

    /// The three ASCII digits as they stand in a payload.
    pub(crate) const fn digits(self) -> [u8; 3] {
        let n = self.0;
        [b'0' + (n / 100 % 10) as u8, b'0' + (n / 10 % 10) as u8, b'0' + (n % 10) as u8]
    }

    /// Decimals of the currency in ISO 4217 (as of 2026-11-21); `None` for numbers that name no currency
    /// or one without a minor unit, such as gold.
    pub fn exponent(self) -> Option<u8> {
        let listed = |list: &[u16]| list.binary_search(&self.0).is_ok();
        match self.0 {
            360 => Some(2),
            _ if listed(TWO) => Some(2),
            _ if listed(ZERO) => Some(0),
            _ if listed(THREE) => Some(3),
            _ if listed(FOUR) => Some(4),
            _ => None,
        }
    }
}

// ISO 4217 list one, as of 2026-11-21, by exponent. A test of `qris-tables` compares them with its CSV.
const ZERO: &[u16] = &[108, 152, 174, 262, 324, 352, 392, 410, 548, 600, 646, 704, 800, 940, 950, 952, 953];
const THREE: &[u16] = &[48, 368, 400, 414, 434, 512, 788];
const FOUR: &[u16] = &[927, 990];
const TWO: &[u16] = &[
    8, 12, 32, 36, 44, 50, 51, 52, 60, 64, 68, 72, 84, 90, 96, 104, 116, 124, 132, 136, 144, 156, 170, 188,
    192, 203, 208, 214, 222, 230, 232, 238, 242, 270, 292, 320, 328, 332, 340, 344, 348, 356, 360, 364, 376,
    388, 396, 398, 404, 408, 417, 418, 422, 426, 430, 446, 454, 458, 462, 480, 484, 496, 498, 504, 516, 524,
    532, 533, 554, 558, 566, 578, 586, 590, 598, 604, 608, 634, 643, 654, 682, 690, 702, 706, 710, 728, 748,
    752, 756, 760, 764, 776, 780, 784, 807, 818, 826, 834, 840, 858, 860, 882, 886, 901, 924, 925, 926, 928,
    929, 930, 933, 934, 936, 938, 941, 943, 944, 946, 947, 948, 949, 951, 967, 968, 969, 970, 971, 972, 973,
    976, 977, 978, 979, 980, 981, 984, 985, 986, 997,
];

impl FromStr for Currency {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Currency, ValueError> {
        match text.as_bytes() {
            [a @ b'0'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9'] => {
                let [a, b, c] = [a, b, c].map(|d| u16::from(d - b'0'));
                Ok(Currency(a * 100 + b * 10 + c))
            }
            _ => Err(ValueError::malformed(What::Currency)),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(core::str::from_utf8(&self.digits()).unwrap_or_default())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Currency({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted_and_disjoint() {
        let all = [ZERO, TWO, THREE, FOUR];
        for list in all {
            assert!(list.windows(2).all(|w| w[0] < w[1]), "{list:?}");
        }
        for number in 0..=999 {
            let homes = all.iter().filter(|list| list.contains(&number)).count();
            assert!(homes <= 1, "{number}");
            assert_eq!(Currency(number).exponent().is_some(), homes == 1, "{number}");
        }
        assert_eq!(std::format!("{}", "036".parse::<Currency>().unwrap()), "036");
        for bad in ["36", "3600", "IDR", "3 0", "+36", "٣٦٠"] {
            assert_eq!(bad.parse::<Currency>(), Err(ValueError::malformed(What::Currency)), "{bad}");
        }
    }
}
