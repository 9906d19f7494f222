//! Digits that are packed two in a byte, and PANs.

use core::fmt;

use qris_core::value::luhn_holds;

use crate::tag::Tag;
use crate::tlv::Object;

/// The most digits that are read: what twelve bytes hold.
const ROOM: usize = 24;

/// Up to 24 decimal digits as text. `Debug` says how many, not which.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Digits {
    text: [u8; ROOM],
    length: usize,
}

impl Digits {
    const NONE: Digits = Digits { text: [0; ROOM], length: 0 };

    /// The digits.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(self.text.get(..self.length).unwrap_or_default()).unwrap_or_default()
    }

    /// One more; `None` when it is no digit or there is no room.
    fn push(&mut self, digit: u8) -> Option<()> {
        let place = self.text.get_mut(self.length).filter(|_| digit < 10)?;
        *place = digit | b'0';
        self.length = self.length.saturating_add(1);
        Some(())
    }

    /// A text of digits alone.
    pub(crate) fn of_text(text: &[u8]) -> Option<Digits> {
        let mut digits = Digits::NONE;
        text.iter().try_for_each(|byte| digits.push(byte.checked_sub(b'0')?))?;
        Some(digits)
    }

    /// Format cn of EMV: two digits a byte, filled up with F at the end.
    pub(crate) fn packed(bytes: &[u8]) -> Option<Digits> {
        let mut digits = Digits::NONE;
        let mut filled = false;
        for half in halves(bytes) {
            match half {
                0xF => filled = true,
                _ if filled => return None,
                digit => digits.push(digit)?,
            }
        }
        Some(digits)
    }

    /// Format n of EMV: two digits a byte, filled up with 0 at the beginning. With F at the end it is read as well.
    pub(crate) fn numeric(bytes: &[u8], count: usize) -> Option<Digits> {
        let digits = Digits::packed(bytes)?;
        let (filling, rest) =
            digits.as_str().as_bytes().split_at_checked(digits.length.checked_sub(count)?)?;
        if filling.iter().all(|byte| *byte == b'0') { Digits::of_text(rest) } else { None }
    }

    /// Written two in a byte into `out`, filled up with F at the end; gives the bytes.
    pub(crate) fn pack(text: &str, out: &mut [u8], fill_in_front: bool) -> Option<usize> {
        let odd = text.len() % 2;
        let front = if fill_in_front && odd == 1 { Some(0u8) } else { None };
        let back = if !fill_in_front && odd == 1 { Some(0xF) } else { None };
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Some(byte & 0x0F),
            b'D' => Some(0xD),
            _ => None,
        };
        let mut halves = front.into_iter().map(Some).chain(text.bytes().map(digit)).chain(back.map(Some));
        let mut length = 0usize;
        while let Some(high) = halves.next() {
            let place = out.get_mut(length)?;
            *place = high? << 4 | halves.next()??;
            length = length.saturating_add(1);
        }
        Some(length)
    }
}

/// The halves of bytes, the high one first.
pub(crate) fn halves(bytes: &[u8]) -> impl Iterator<Item = u8> {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 0x0F])
}

impl AsRef<str> for Digits {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Debug for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digits({} of them)", self.length)
    }
}

/// A PAN of the payer: 8 to 19 digits (ISO/IEC 7812-1). `Debug` and `Display` are masked; [`Pan::as_str`] is not.
///
/// ```
/// use qris_cpm::CpmPayload;
/// let code = CpmPayload::parse("hQVDUFYwMWEaTwegAAAAVVVVVw8SNFZ4kBI0WNGRIgESNF8=")?;
/// let pan = code.applications().next().and_then(|application| application.pan()).unwrap();
/// assert_eq!(pan.as_str(), "1234567890123458");
/// assert_eq!(format!("{pan} {pan:?}"), "123456…58 Pan(123456…58)");
/// # Ok::<(), qris_cpm::DecodeError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Pan(Digits);

impl Pan {
    /// Of an object 5A or 57.
    pub(crate) fn of(object: &Object<'_>) -> Option<Pan> {
        match object.tag() {
            Tag::PAN => Pan::of_pan(object.value()),
            Tag::TRACK_2 => Pan::of_track_2(object.value()),
            _ => None,
        }
    }

    /// Of object 5A: packed digits, filled up with F.
    pub(crate) fn of_pan(value: &[u8]) -> Option<Pan> {
        Pan::of_digits(Digits::packed(value)?)
    }

    /// Of object 57: the packed digits before the separator D. What follows it is not looked at.
    pub(crate) fn of_track_2(value: &[u8]) -> Option<Pan> {
        let mut digits = Digits::NONE;
        for half in halves(value) {
            match half {
                0xD => return Pan::of_digits(digits),
                digit => digits.push(digit)?,
            }
        }
        None
    }

    fn of_digits(digits: Digits) -> Option<Pan> {
        (8..=19).contains(&digits.length).then_some(Pan(digits))
    }

    /// All digits: a secret of the payer.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether it is of Indonesia's domestic scheme: it begins with 9360.
    pub fn is_domestic(&self) -> bool {
        self.as_str().starts_with("9360")
    }

    /// The NNS of the issuer, `9360` and four digits, of a PAN that has one.
    pub fn nns(&self) -> Option<&str> {
        self.as_str().get(..8).filter(|_| self.is_domestic())
    }

    /// Whether the last digit is the right check digit (ISO/IEC 7812-1); `None` for a domestic PAN of fewer than 19 digits,
    /// which ends in none.
    pub fn luhn_holds(&self) -> Option<bool> {
        let has_one = !self.is_domestic() || self.0.length == 19;
        has_one.then(|| luhn_holds(self.as_str()))
    }
}

impl fmt::Display for Pan {
    /// The NNS, or six digits that name the issuer of other schemes, and the last two.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.as_str();
        let begin = self.nns().or(digits.get(..6)).unwrap_or_default();
        // A PAN that is hardly longer than what is shown is not shown.
        let begin = if digits.len() < 12 { "" } else { begin };
        let end = digits.get(digits.len().saturating_sub(2)..).unwrap_or_default();
        write!(f, "{begin}…{end}")
    }
}

impl fmt::Debug for Pan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pan({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_digits() {
        let read =
            |bytes: &[u8]| Digits::packed(bytes).map(|digits| alloc::string::String::from(digits.as_str()));
        assert_eq!(read(&[0x12, 0x3F]).as_deref(), Some("123"));
        assert_eq!(read(&[0x12, 0xFF]).as_deref(), Some("12"));
        assert_eq!(read(&[]).as_deref(), Some(""));
        assert_eq!([read(&[0x1F, 0x23]), read(&[0xA1]), read(&[0x11; 13])], [None, None, None]);
        let requestor = |bytes: &[u8]| Digits::numeric(bytes, 11).map(|digits| digits.length);
        assert_eq!(requestor(&[0x01, 0x23, 0x45, 0x67, 0x89, 0x01]), Some(11));
        assert_eq!(requestor(&[0x12, 0x34, 0x56, 0x78, 0x90, 0x1F]), Some(11));
        assert_eq!([requestor(&[0x11; 6]), requestor(&[0x01; 2])], [None, None]);
        assert_eq!(alloc::format!("{:?}", Digits::of_text(b"123").unwrap()), "Digits(3 of them)");
        let mut out = [0; 3];
        assert_eq!((Digits::pack("12345", &mut out, false), out), (Some(3), [0x12, 0x34, 0x5F]));
        assert_eq!((Digits::pack("12345", &mut out, true), out), (Some(3), [0x01, 0x23, 0x45]));
        assert_eq!(
            [Digits::pack("1x", &mut out, true), Digits::pack("1234567", &mut out, false)],
            [None, None]
        );
    }

    #[test]
    fn pans_show_who_issued_them_and_no_more() {
        let shown = |text: &str| {
            let pan = Pan::of_digits(Digits::of_text(text.as_bytes()).unwrap()).unwrap();
            (alloc::format!("{pan}"), pan.luhn_holds(), pan.nns().is_some())
        };
        assert_eq!(shown("9360091400000000019"), ("93600914…19".into(), Some(true), true));
        assert_eq!(shown("936009140000000001"), ("93600914…01".into(), None, true));
        assert_eq!(shown("4111111111111112"), ("411111…12".into(), Some(false), false));
        assert_eq!((shown("12345678901").0, shown("123456789012").0), ("…01".into(), "123456…12".into()));
        let pan = Pan::of_digits(Digits::of_text(b"9360091400000000019").unwrap()).unwrap();
        assert_eq!(alloc::format!("{pan:?}"), "Pan(93600914…19)");
        assert!(Pan::of_digits(Digits::of_text(b"1234567").unwrap()).is_none());
        assert!(Pan::of_track_2(&[0x12, 0x34, 0x56, 0x78]).is_none(), "no separator");
    }
}
