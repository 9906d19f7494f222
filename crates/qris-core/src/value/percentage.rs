//! Fee percentages.

use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::str::FromStr;

use super::text::ShortText;
use crate::value_error::{ValueError, What, Why};

/// A fee percentage as 57 carries it (EMVCo MPM 4.7.8): 00.01–99.99, digits with at most one point.
///
/// It counts hundredths of a percent, and remembers how it was written: `0.7` and `00.70` are equal.
#[derive(Clone, Copy)]
pub struct Percentage {
    hundredths: u16,
    text: ShortText<5>,
}

const fn refused(why: Why) -> ValueError {
    ValueError::new(What::Percentage, why)
}

impl Percentage {
    /// A percentage of this many hundredths of a percent, 1–9999. Its text has no decimals when they are zero, and
    /// otherwise two.
    ///
    /// # Errors
    /// [`Why::OutOfRange`] outside 1–9999.
    pub fn from_hundredths(hundredths: u16) -> Result<Percentage, ValueError> {
        if !(1..=9999).contains(&hundredths) {
            return Err(refused(Why::OutOfRange));
        }
        let mut text = ShortText::default();
        let digit = |n: u16| b'0' + (n % 10) as u8;
        if hundredths >= 1000 {
            text.push(digit(hundredths / 1000));
        }
        text.push(digit(hundredths / 100));
        if hundredths % 100 != 0 {
            text.push(b'.');
            text.push(digit(hundredths / 10));
            text.push(digit(hundredths));
        }
        Ok(Percentage { hundredths, text })
    }

    /// Hundredths of a percent, 1–9999.
    pub const fn hundredths(&self) -> u16 {
        self.hundredths
    }

    /// The text as written.
    pub fn as_str(&self) -> &str {
        self.text.as_str()
    }

    pub(crate) const fn text(&self) -> &ShortText<5> {
        &self.text
    }
}

impl FromStr for Percentage {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Percentage, ValueError> {
        let kept = ShortText::new(text).ok_or(refused(Why::Malformed))?;
        let mut parts = text.as_bytes().splitn(2, |b| *b == b'.');
        let (whole, part) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let digits = |t: &[u8]| t.iter().all(u8::is_ascii_digit);
        if whole.is_empty() || !digits(whole) || !digits(part) {
            return Err(refused(Why::Malformed));
        }
        if part.len() > 2 {
            return Err(refused(Why::TooManyDecimals { found: part.len() as u8, allowed: 2 }));
        }
        // At most five digits: `00000` is read, and then refused as out of range.
        let number = |t: &[u8]| t.iter().fold(0u32, |n, b| n * 10 + u32::from(b - b'0'));
        let hundredths = number(whole) * 100 + number(part) * if part.len() == 1 { 10 } else { 1 };
        match u16::try_from(hundredths) {
            Ok(hundredths @ 1..=9999) => Ok(Percentage { hundredths, text: kept }),
            _ => Err(refused(Why::OutOfRange)),
        }
    }
}

impl PartialEq for Percentage {
    fn eq(&self, other: &Percentage) -> bool {
        self.hundredths == other.hundredths
    }
}

impl Eq for Percentage {}

impl Hash for Percentage {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.hundredths.hash(state);
    }
}

impl PartialOrd for Percentage {
    fn partial_cmp(&self, other: &Percentage) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Percentage {
    fn cmp(&self, other: &Percentage) -> Ordering {
        self.hundredths.cmp(&other.hundredths)
    }
}

impl fmt::Display for Percentage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

impl fmt::Debug for Percentage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Percentage({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_met_in_payloads() {
        let hundredths = |t: &str| t.parse::<Percentage>().map(|p| p.hundredths());
        assert_eq!(hundredths("0.7"), Ok(70));
        assert_eq!(hundredths("05.00"), Ok(500));
        assert_eq!(hundredths("3"), Ok(300));
        assert_eq!(hundredths("3."), Ok(300));
        assert_eq!(hundredths("99.99"), Ok(9999));
        assert_eq!(hundredths("00.01"), Ok(1));
        for out in ["00.0", "0", "100", "99999", "00000"] {
            assert_eq!(hundredths(out), Err(refused(Why::OutOfRange)), "{out}");
        }
        for bad in ["", ".5", "5%", "-1", "1,5", "1.2.3", "000.01", " 1", "٥"] {
            assert_eq!(hundredths(bad), Err(refused(Why::Malformed)), "{bad}");
        }
        assert_eq!(hundredths("1.234"), Err(refused(Why::TooManyDecimals { found: 3, allowed: 2 })));
    }

    #[test]
    fn every_percentage_is_written_and_read() {
        for n in 1..=9999 {
            let written = Percentage::from_hundredths(n).unwrap();
            assert_eq!(written.as_str().parse::<Percentage>().map(|p| p.hundredths()), Ok(n));
        }
        assert_eq!(Percentage::from_hundredths(0), Err(refused(Why::OutOfRange)));
        assert_eq!(Percentage::from_hundredths(10_000), Err(refused(Why::OutOfRange)));
        assert_eq!(Percentage::from_hundredths(70).unwrap().as_str(), "0.70");
    }
}
