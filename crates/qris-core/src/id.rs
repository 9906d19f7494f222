//! The two-digit ID of a data object, and the path to one inside templates.

mod set;

use core::fmt;
use core::str::FromStr;

pub(crate) use set::IdSet;

use crate::value_error::{ValueError, What};

/// The two-digit ID of a data object, `00`–`99` (EMVCo MPM 4.2).
///
/// An ID means something only inside its template: `00` is the payload format
/// indicator at the root and a globally unique identifier in an account.
///
/// ```
/// use qris_core::Id;
/// assert_eq!(Id::AMOUNT.to_string(), "54");
/// assert_eq!("07".parse(), Ok(Id::new(7).unwrap()));
/// assert!("7".parse::<Id>().is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(u8);

impl Id {
    /// `00`, Payload Format Indicator at the root; the globally unique identifier inside most templates.
    pub const PAYLOAD_FORMAT_INDICATOR: Id = Id(0);
    /// `01`, Point of Initiation Method.
    pub const INITIATION: Id = Id(1);
    /// `26`, the first of the merchant account templates, the one most acquirers use.
    pub const MERCHANT_ACCOUNT: Id = Id(26);
    /// `40`, the QRIS transfer account.
    pub const TRANSFER_ACCOUNT: Id = Id(40);
    /// `51`, the QRIS national merchant repository.
    pub const NATIONAL_REPOSITORY: Id = Id(51);
    /// `52`, Merchant Category Code.
    pub const MCC: Id = Id(52);
    /// `53`, Transaction Currency.
    pub const CURRENCY: Id = Id(53);
    /// `54`, Transaction Amount.
    pub const AMOUNT: Id = Id(54);
    /// `55`, Tip or Convenience Indicator.
    pub const TIP_INDICATOR: Id = Id(55);
    /// `56`, Value of Convenience Fee Fixed.
    pub const FEE_FIXED: Id = Id(56);
    /// `57`, Value of Convenience Fee Percentage.
    pub const FEE_PERCENTAGE: Id = Id(57);
    /// `58`, Country Code.
    pub const COUNTRY: Id = Id(58);
    /// `59`, Merchant Name.
    pub const MERCHANT_NAME: Id = Id(59);
    /// `60`, Merchant City.
    pub const MERCHANT_CITY: Id = Id(60);
    /// `61`, Postal Code.
    pub const POSTAL_CODE: Id = Id(61);
    /// `62`, Additional Data Field Template.
    pub const ADDITIONAL_DATA: Id = Id(62);
    /// `63`, CRC; always the last object.
    pub const CRC: Id = Id(63);
    /// `64`, Merchant Information – Language Template.
    pub const LANGUAGE: Id = Id(64);

    /// The ID with this number; `None` above 99.
    pub const fn new(number: u8) -> Option<Id> {
        if number <= 99 { Some(Id(number)) } else { None }
    }

    /// The ID with this number, for constants: a number above 99 fails the build.
    ///
    /// ```
    /// use qris_core::Id;
    /// const PURPOSE: Id = Id::of(8);
    /// assert_eq!(PURPOSE.to_string(), "08");
    /// ```
    ///
    /// # Panics
    /// When `number` is above 99. For numbers from input use [`Id::new`].
    pub const fn of(number: u8) -> Id {
        assert!(number <= 99, "an ID is at most 99");
        Id(number)
    }

    /// Whether this is the ID of an account at the root: a card network's (02–25) or a template (26–51)
    /// (EMVCo MPM 4.7.9).
    pub const fn is_account(self) -> bool {
        ACCOUNTS.contains(self.0)
    }

    /// 26–51: the accounts that are templates (EMVCo MPM 4.7.11).
    pub const fn is_account_template(self) -> bool {
        ACCOUNT_TEMPLATES.contains(self.0)
    }

    /// 26–39 and 41–45: where QRIS puts merchant accounts (QRIS 4.7.5).
    pub const fn is_merchant_account(self) -> bool {
        matches!(self.0, 26..=39 | 41..=45)
    }

    /// An ID from a table or a parsed header: the number is known to be at most 99.
    pub(crate) const fn known(number: u8) -> Id {
        debug_assert!(number <= 99);
        Id(number)
    }

    /// The ID written as exactly two ASCII digits; `None` for any other text.
    const fn of_digits(digits: &[u8]) -> Option<Id> {
        match digits {
            [a @ b'0'..=b'9', b @ b'0'..=b'9'] => Some(Id((*a - b'0') * 10 + (*b - b'0'))),
            _ => None,
        }
    }

    /// The number, 0–99.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// The two ASCII digits, as written in a payload.
    pub const fn digits(self) -> [u8; 2] {
        two_digits(self.0)
    }
}

/// 02–51, the accounts at the root (EMVCo MPM 4.7.9).
pub(crate) const ACCOUNTS: IdSet = IdSet::range(2, 25).union(ACCOUNT_TEMPLATES);

/// 26–51, the accounts that are templates (EMVCo MPM 4.7.11).
pub(crate) const ACCOUNT_TEMPLATES: IdSet = IdSet::range(26, 51);

/// `n` as two ASCII digits; `n` is at most 99.
#[inline]
pub(crate) const fn two_digits(n: u8) -> [u8; 2] {
    // A table, because the compiler turns the arithmetic for ID and length into vector code that takes three times as
    // long. The digits are stored in pairs, so that both are read at once. The table goes up to 127, so that a mask
    // replaces the bounds check.
    static DIGITS: [u16; 128] = {
        let mut digits = [0; 128];
        let mut n = 0;
        while n < 128 {
            digits[n as usize] = u16::from_ne_bytes([b'0' + n / 10 % 10, b'0' + n % 10]);
            n += 1u8;
        }
        digits
    };
    DIGITS[(n & 127) as usize].to_ne_bytes()
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(core::str::from_utf8(&self.digits()).unwrap_or_default())
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Id({self})")
    }
}

impl FromStr for Id {
    type Err = ValueError;

    fn from_str(s: &str) -> Result<Id, ValueError> {
        Id::of_digits(s.as_bytes()).ok_or(ValueError::malformed(What::Id))
    }
}

/// The position of a data object: the IDs from the root down, at most three (`62/50/01`).
///
/// ```
/// use qris_core::Path;
/// let path: Path = "62/07".parse().unwrap();
/// assert_eq!(path, Path::of(&[62, 7]));
/// assert_eq!(path.to_string(), "62/07");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
// The IDs, from the highest byte down; unused bytes are zero. The lowest byte is the depth. So a path is copied and
// compared as one word, and the words have the order of the paths.
pub struct Path(u32);

impl Path {
    /// The most IDs in a path, as templates nest no deeper: a root object, an object inside it, and an object inside a
    /// payment-system-specific template in 62.
    pub const MAX_DEPTH: usize = 3;

    /// The payload itself: the path without IDs.
    pub const PAYLOAD: Path = Path(0);

    /// An object at the root.
    #[inline]
    pub const fn root(id: Id) -> Path {
        Path((id.0 as u32) << 24 | 1)
    }

    /// The path with these IDs, from the root down, for constants: an invalid path fails the build.
    ///
    /// ```
    /// use qris_core::Path;
    /// const SYSTEM: Path = Path::of(&[62, 50, 0]);
    /// assert_eq!(SYSTEM.to_string(), "62/50/00");
    /// ```
    ///
    /// # Panics
    /// When there are more than three IDs or one is above 99. For IDs from input use [`Path::child`], or parse a text.
    pub const fn of(ids: &[u8]) -> Path {
        assert!(ids.len() <= Path::MAX_DEPTH, "templates nest no deeper than three IDs");
        let (mut path, mut rest) = (Path::PAYLOAD, ids);
        while let [first, tail @ ..] = rest {
            assert!(*first <= 99, "an ID is at most 99");
            path = path.join(Id(*first));
            rest = tail;
        }
        path
    }

    /// The object `id` inside the object at `self`; `None` at the third level, as nothing nests deeper.
    ///
    /// ```
    /// use qris_core::{Id, Path};
    /// let (a, b) = (Id::new(50).unwrap(), Id::new(1).unwrap());
    /// let path = Path::root(Id::ADDITIONAL_DATA).child(a).and_then(|path| path.child(b));
    /// assert_eq!(path, Some(Path::of(&[62, 50, 1])));
    /// assert_eq!(path.and_then(|path| path.child(b)), None);
    /// ```
    #[inline]
    pub const fn child(self, id: Id) -> Option<Path> {
        if self.depth() < Path::MAX_DEPTH { Some(self.join(id)) } else { None }
    }

    /// [`Path::child`] where the caller knows that `self` is above the third level.
    #[inline]
    pub(crate) const fn join(self, id: Id) -> Path {
        match self.0 & 0xFF {
            depth @ 0..=2 => Path((self.0 | (id.0 as u32) << (24 - 8 * depth)) + 1),
            _ => self,
        }
    }

    /// The number of IDs: 0 for the payload itself, 1 for a root object, up to 3.
    #[inline]
    pub const fn depth(self) -> usize {
        (self.0 & 0xFF) as usize
    }

    /// The path without its last ID; `None` for the payload itself.
    #[inline]
    pub const fn parent(self) -> Option<Path> {
        match self.0 & 0xFF {
            0 => None,
            depth => Some(Path((self.0 & !(0xFF00_0000 >> (8 * (depth - 1)))) - 1)),
        }
    }

    /// The ID at the root; `None` for the payload itself.
    #[inline]
    pub const fn first(self) -> Option<Id> {
        if self.0 == 0 { None } else { Some(Id((self.0 >> 24) as u8)) }
    }

    /// The last ID; `None` for the payload itself.
    #[inline]
    pub const fn last(self) -> Option<Id> {
        match self.0 & 0xFF {
            0 => None,
            depth => Some(Id((self.0 >> (32 - 8 * depth)) as u8)),
        }
    }

    /// The ID at a depth, 0 for the one at the root; `None` below the last.
    #[inline]
    pub(crate) const fn id_at(self, depth: usize) -> Option<Id> {
        if depth < self.depth() { Some(Id((self.0 >> (24 - 8 * depth)) as u8)) } else { None }
    }

    /// Whether the path is `other` or lies inside it.
    #[inline]
    pub const fn starts_with(self, other: Path) -> bool {
        // The IDs of `other` are in its highest bytes. For the payload itself the shift is by all 32 bits and leaves
        // zero: every path starts with it.
        let different = ((self.0 ^ other.0) as u64) >> (32 - 8 * other.depth());
        self.depth() >= other.depth() && different == 0
    }

    /// The test whether a path is directly inside this template, prepared once for a loop over many paths.
    #[inline]
    pub(crate) const fn children(self) -> Children {
        Children { same: !(0xFF00_0000 >> (8 * self.depth())), all: self.0 + 1 }
    }

    /// The IDs from the root down.
    pub fn ids(self) -> impl Iterator<Item = Id> {
        self.0.to_be_bytes().into_iter().take(self.depth()).map(Id)
    }
}

/// The paths directly inside one template, made by [`Path::children`].
#[derive(Clone, Copy)]
pub(crate) struct Children {
    /// Mask of the bits that are the same in all these paths.
    same: u32,
    all: u32,
}

impl Children {
    #[inline]
    pub(crate) const fn contains(self, path: Path) -> bool {
        path.0 & self.same == self.all
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [b'/'; 8];
        for (place, id) in text.chunks_mut(3).zip(self.ids()) {
            place.iter_mut().zip(id.digits()).for_each(|(place, digit)| *place = digit);
        }
        let length = (3 * self.depth()).saturating_sub(1);
        f.pad(text.get(..length).and_then(|text| core::str::from_utf8(text).ok()).unwrap_or_default())
    }
}

impl fmt::Debug for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Path({self})")
    }
}

impl FromStr for Path {
    type Err = ValueError;

    fn from_str(s: &str) -> Result<Path, ValueError> {
        let mut path = Path::PAYLOAD;
        for part in s.as_bytes().split(|b| *b == b'/') {
            let id = Id::of_digits(part).ok_or(ValueError::malformed(What::Path))?;
            if path.depth() == Path::MAX_DEPTH {
                return Err(ValueError::malformed(What::Path));
            }
            path = path.join(id);
        }
        Ok(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_digits_is_right_for_every_id() {
        for n in 0..=99u8 {
            assert_eq!(two_digits(n), [b'0' + n / 10, b'0' + n % 10]);
            assert_eq!(Id::new(n).map(Id::number), Some(n));
        }
        assert_eq!(Id::new(100), None);
    }

    #[test]
    fn paths_climb_and_descend() {
        let path: Path = "62/50/01".parse().unwrap();
        assert_eq!(path.child(Id::CRC), None);
        assert_eq!(path.parent().and_then(|above| above.child(Id::INITIATION)), Some(path));
        assert_eq!(Path::of(&[62, 50, 1]), path);
        assert_eq!(Path::of(&[]), Path::PAYLOAD);
        assert_eq!(path.parent(), "62/50".parse().ok());
        assert_eq!(path.parent().unwrap().parent(), Some(Path::root(Id::ADDITIONAL_DATA)));
        assert_eq!(Path::root(Id::AMOUNT).parent(), Some(Path::PAYLOAD));
        assert_eq!((Path::PAYLOAD.parent(), Path::PAYLOAD.last(), Path::PAYLOAD.first()), (None, None, None));
        let ordered =
            ["01", "26", "26/00", "26/00/07", "26/01", "27", "62/50/01"].map(|p| p.parse::<Path>().unwrap());
        assert!(ordered.windows(2).all(|p| p[0] < p[1]));
        assert!((0..4).map_while(|depth| path.id_at(depth)).eq(path.ids()));
        let all = [Path::PAYLOAD, Path::root(Id::AMOUNT)].into_iter().chain(ordered).chain([path]);
        for (a, b) in all.clone().flat_map(|a| all.clone().map(move |b| (a, b))) {
            assert_eq!(b.children().contains(a), a.parent() == Some(b), "{a} in {b}");
        }
        assert_eq!((path.first(), path.last()), (Some(Id::ADDITIONAL_DATA), Some(Id::INITIATION)));
        for bad in ["", "6", "62/", "62/7", "62/50/01/02", "٤٢", "62-07", "+1"] {
            assert_eq!(bad.parse::<Path>(), Err(ValueError::malformed(What::Path)), "{bad}");
        }
    }
}
