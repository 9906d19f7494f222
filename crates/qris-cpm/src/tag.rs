//! Tags, and the place of an object as a path of them.

use core::fmt;
use core::str::FromStr;

/// How deep objects stand at most: `61/63/9F74`. What is deeper is part of a value.
pub const MAX_DEPTH: usize = 3;

/// A BER tag of one to three bytes (ISO/IEC 8825-1, 8.1.2), such as `9F74`.
///
/// Two-byte tags with a number below 31, such as `9F08`, are EMV's and allowed.
///
/// ```
/// use qris_cpm::Tag;
/// let tag: Tag = "9F74".parse()?;
/// assert_eq!((tag, tag.number(), tag.is_constructed()), (Tag::ISSUER_QRIS_DATA, 0x9F74, false));
/// assert!("9F".parse::<Tag>().is_err()); // a second byte has to follow
/// # Ok::<(), qris_cpm::TagError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(u32);

impl Tag {
    /// Payload Format Indicator, the first object.
    pub const FORMAT_INDICATOR: Tag = Tag(0x85);
    /// Application Template, at the root.
    pub const APPLICATION: Tag = Tag(0x61);
    /// Common Data Template, at the root: what holds for all applications.
    pub const COMMON: Tag = Tag(0x62);
    /// Application Specific Transparent Template, in 61.
    pub const APPLICATION_TRANSPARENT: Tag = Tag(0x63);
    /// Common Data Transparent Template, in 62.
    pub const COMMON_TRANSPARENT: Tag = Tag(0x64);
    /// ADF Name, also called AID: which application.
    pub const AID: Tag = Tag(0x4F);
    /// Application Label.
    pub const LABEL: Tag = Tag(0x50);
    /// Track 2 Equivalent Data: PAN, expiry date and more.
    pub const TRACK_2: Tag = Tag(0x57);
    /// Application PAN.
    pub const PAN: Tag = Tag(0x5A);
    /// Cardholder Name.
    pub const HOLDER_NAME: Tag = Tag(0x5F20);
    /// Language Preference.
    pub const LANGUAGE: Tag = Tag(0x5F2D);
    /// Issuer URL.
    pub const ISSUER_URL: Tag = Tag(0x5F50);
    /// Application Version Number.
    pub const VERSION: Tag = Tag(0x9F08);
    /// Token Requestor ID.
    pub const TOKEN_REQUESTOR: Tag = Tag(0x9F19);
    /// Payment Account Reference.
    pub const ACCOUNT_REFERENCE: Tag = Tag(0x9F24);
    /// Last 4 Digits of PAN.
    pub const LAST_FOUR: Tag = Tag(0x9F25);
    /// Issuer QRIS Data, in 63.
    pub const ISSUER_QRIS_DATA: Tag = Tag(0x9F74);

    /// The tag whose bytes are these, read as one number; `None` when they are no tag.
    pub fn new(number: u32) -> Option<Tag> {
        let bytes = number.to_be_bytes();
        let first = bytes.iter().take_while(|byte| **byte == 0).count();
        let bytes = bytes.get(first..)?;
        let (tag, rest) = Tag::read(bytes).ok()?;
        rest.is_empty().then_some(tag)
    }

    /// A tag that is known to be one.
    pub(crate) const fn known(number: u32) -> Tag {
        Tag(number)
    }

    /// The bytes of the tag as one number.
    pub const fn number(self) -> u32 {
        self.0
    }

    /// The number of bytes: 1 to 3.
    pub const fn width(self) -> usize {
        match self.0 {
            0..=0xFF => 1,
            0x100..=0xFFFF => 2,
            _ => 3,
        }
    }

    const fn first(self) -> u32 {
        match self.width() {
            1 => self.0,
            2 => self.0 >> 8,
            _ => self.0 >> 16,
        }
    }

    /// Whether the tag says that its value is again a sequence of objects (8.1.2.5).
    pub const fn is_constructed(self) -> bool {
        self.first() & 0x20 != 0
    }

    /// Whether it is one of the four templates of a code, 61 to 64: their values have to be sequences of objects.
    pub const fn is_template(self) -> bool {
        matches!(self.0, 0x61..=0x64)
    }

    /// The tag at the beginning of bytes, and what follows it.
    pub(crate) fn read(bytes: &[u8]) -> Result<(Tag, &[u8]), TagFault> {
        let (first, rest) = bytes.split_first().ok_or(TagFault::Truncated)?;
        if *first == 0 {
            return Err(TagFault::Invalid);
        }
        if first & 0x1F != 0x1F {
            return Ok((Tag(u32::from(*first)), rest));
        }
        let joined =
            |bytes: &[u8]| bytes.iter().fold(u32::from(*first), |tag, byte| tag << 8 | u32::from(*byte));
        match rest {
            // A number does not begin with zeros (8.1.2.4.2).
            [0x80, ..] => Err(TagFault::Invalid),
            [second @ ..=0x7F, rest @ ..] => Ok((Tag(joined(&[*second])), rest)),
            [second, third @ ..=0x7F, rest @ ..] => Ok((Tag(joined(&[*second, *third])), rest)),
            [_, _, ..] => Err(TagFault::TooLong),
            [_] | [] => Err(TagFault::Truncated),
        }
    }
}

/// Why bytes do not begin with a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TagFault {
    Truncated,
    Invalid,
    TooLong,
}

impl fmt::Display for Tag {
    /// Upper-case hex digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.width() {
            1 => write!(f, "{:02X}", self.0),
            2 => write!(f, "{:04X}", self.0),
            _ => write!(f, "{:06X}", self.0),
        }
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tag({self})")
    }
}

/// The text is no tag, or no path of tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a tag is the hex digits of one to three bytes, such as 5A or 9F74, and a path has up to three of them: 61/63/9F74"
)]
#[non_exhaustive]
pub struct TagError;

impl FromStr for Tag {
    type Err = TagError;

    fn from_str(text: &str) -> Result<Tag, TagError> {
        let digits = text.bytes().all(|byte| byte.is_ascii_hexdigit()) && text.len() <= 6;
        let number = u32::from_str_radix(text, 16).map_err(|_| TagError)?;
        let tag = Tag::new(number).filter(|_| digits).ok_or(TagError)?;
        if text.len() == tag.width().saturating_mul(2) { Ok(tag) } else { Err(TagError) }
    }
}

/// Where an object stands: the tags from the root down, as in `61/63/9F74`. Of several templates with one tag it does not
/// say which; the span of a finding does.
///
/// ```
/// use qris_cpm::{Path, Tag};
/// let path: Path = "61/63/9F74".parse()?;
/// assert_eq!((path.depth(), path.last()), (3, Some(Tag::ISSUER_QRIS_DATA)));
/// assert_eq!(path, Path::of(&[Tag::APPLICATION, Tag::APPLICATION_TRANSPARENT, Tag::ISSUER_QRIS_DATA]));
/// # Ok::<(), qris_cpm::TagError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Path([Option<Tag>; MAX_DEPTH]);

impl Path {
    /// The root: no object.
    pub const ROOT: Path = Path([None; MAX_DEPTH]);

    /// The path of these tags; tags beyond [`MAX_DEPTH`] are left out.
    pub fn of(tags: &[Tag]) -> Path {
        tags.iter().fold(Path::ROOT, |path, tag| path.join(*tag))
    }

    /// The same and one tag more; the same when it is as deep as paths go.
    pub(crate) fn join(self, tag: Tag) -> Path {
        let mut longer = self;
        if let Some(place) = longer.0.iter_mut().find(|place| place.is_none()) {
            *place = Some(tag);
        }
        longer
    }

    /// The tags from the root down.
    pub fn tags(&self) -> impl Iterator<Item = Tag> + use<> {
        self.0.into_iter().flatten()
    }

    /// How many tags there are: 0 for the root, at most [`MAX_DEPTH`].
    pub fn depth(&self) -> usize {
        self.tags().count()
    }

    /// The last tag: that of the object.
    pub fn last(&self) -> Option<Tag> {
        self.tags().last()
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tags().enumerate().try_for_each(|(place, tag)| {
            f.write_str(if place == 0 { "" } else { "/" })?;
            tag.fmt(f)
        })
    }
}

impl fmt::Debug for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Path({self})")
    }
}

impl FromStr for Path {
    type Err = TagError;

    fn from_str(text: &str) -> Result<Path, TagError> {
        text.split(['/']).try_fold(Path::ROOT, |path, tag| {
            if path.depth() < MAX_DEPTH { Ok(path.join(tag.parse()?)) } else { Err(TagError) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn tags_are_read_and_written_alike() {
        for (text, constructed) in
            [("4F", false), ("61", true), ("85", false), ("9F74", false), ("BF0C", true), ("DF8105", false)]
        {
            let tag: Tag = text.parse().unwrap();
            assert_eq!((tag.to_string().as_str(), tag.is_constructed()), (text, constructed));
            assert_eq!((Tag::new(tag.number()), tag.width()), (Some(tag), text.len() / 2));
        }
        for bad in [
            "", "0", "00", "5", "9F", "9F80", "9F8001", "DF81", "DF8180", "DF818001", "05A", "5a5A", "+5A",
            "5F2", "ÿ",
        ] {
            assert_eq!(bad.parse::<Tag>(), Err(TagError), "{bad}");
        }
        assert_eq!("5a".parse::<Tag>().map(Tag::number), Ok(0x5A));
        assert_eq!([Tag::new(0), Tag::new(0x5A5A), Tag::new(u32::MAX)], [None; 3]);
    }

    #[test]
    fn paths_are_read_and_written_alike() {
        for text in ["85", "61/5F20", "61/63/9F74", "62/64/82"] {
            assert_eq!(text.parse::<Path>().unwrap().to_string(), text);
        }
        for bad in ["", "/", "61/", "61/63/9F74/82", "61 63"] {
            assert_eq!(bad.parse::<Path>(), Err(TagError), "{bad}");
        }
        assert_eq!((Path::ROOT.depth(), Path::ROOT.last(), Path::default()), (0, None, Path::ROOT));
        assert_eq!(alloc::format!("{:?} {:?}", Tag::PAN, Path::of(&[Tag::COMMON])), "Tag(5A) Path(62)");
    }
}
