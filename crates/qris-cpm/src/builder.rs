//! Building codes from values.

use core::fmt;

use crate::check;
use crate::digits::Digits;
use crate::error::DecodeError;
use crate::finding::Finding;
use crate::payload::{CpmPayload, MAX_BYTES};
use crate::schema::{Place, Profile, QRIS_AID, QRIS_LABEL, ROWS, Row};
use crate::tag::Tag;
use crate::tlv::{FORMAT, length_width};

/// The most objects that are set.
pub const MAX_OBJECTS: usize = 48;
/// The template 62.
const COMMON: u8 = u8::MAX;

/// Collects the objects of a code and writes it: lengths as short as they can be, objects in the order of the table whatever
/// the order they were set in, 63 and 64 last in their templates.
///
/// What is set goes into the first 61; [`Builder::application`] begins another, [`Builder::common`] goes on in 62. An object that
/// is set again is replaced. `Debug` has no values.
///
/// ```
/// use qris_cpm::{Builder, MAX_CHARACTERS, Profile};
/// let mut builder = Builder::qris();
/// builder.pan("9360091400000000019").language("iden").issuer_data(b"281000000000000000000001");
/// let code = builder.build(Profile::Qris)?;
/// assert_eq!(
///     code.to_text(&mut [0; MAX_CHARACTERS]),
///     "hQVDUFYwMWFCTwegAAAGAiAgUAdRUklTQ1BNWgqTYAkUAAAAAAGfXy0EaWRlbmMbn3QYMjgxMDAwMDAwMDAwMDAwMDAwMDAwMDAx"
/// );
/// builder.issuer_data(b"short");
/// let error = builder.build(Profile::Qris).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "61/63/9F74 Issuer QRIS Data has 5 bytes; 8 to 64 are allowed (QRIS CPM, data objects)"
/// );
/// # Ok::<(), qris_cpm::EncodeError>(())
/// ```
#[derive(Clone)]
pub struct Builder<'a> {
    items: [Option<Item<'a>>; MAX_OBJECTS],
    template: u8,
    fault: Option<EncodeError>,
}

#[derive(Clone, Copy)]
struct Item<'a> {
    /// Which 61, or [`COMMON`].
    template: u8,
    /// In its transparent template, 63 or 64.
    is_transparent: bool,
    tag: Tag,
    value: Value<'a>,
}

#[derive(Clone, Copy)]
enum Value<'a> {
    Bytes(&'a [u8]),
    Packed([u8; PACKED], usize),
}

/// Room for the digits of track 2.
const PACKED: usize = 19;

impl Value<'_> {
    fn bytes(&self) -> &[u8] {
        match self {
            Value::Bytes(bytes) => bytes,
            Value::Packed(bytes, length) => bytes.get(..*length).unwrap_or_default(),
        }
    }
}

impl Item<'_> {
    fn place(&self) -> Place {
        match (self.template, self.is_transparent) {
            (COMMON, false) => Place::Common,
            (COMMON, true) => Place::CommonTransparent,
            (_, false) => Place::Application,
            (_, true) => Place::ApplicationTransparent,
        }
    }

    fn is_of(&self, row: &Row) -> bool {
        self.tag == row.tag && row.places.contains(&self.place())
    }

    fn width(&self) -> usize {
        object_width(self.tag, self.value.bytes().len())
    }
}

/// Why a code was not made.
// No `source` in the chain: each variant says the whole sentence itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// More than [`MAX_OBJECTS`] were set, or more than 255 templates begun.
    #[error("more than {MAX_OBJECTS} objects were set; that many are the most")]
    TooManyObjects,
    /// A value that has to be digits is something else, or has too many of them.
    #[error("{tag} takes digits: {expected}")]
    NotDigits {
        /// The object.
        tag: Tag,
        /// Which digits.
        expected: &'static str,
    },
    /// The code would be longer than a code can be.
    #[error("{bytes} bytes are more than a code stands for ({MAX_BYTES})")]
    TooLong {
        /// How many bytes it would have.
        bytes: usize,
    },
    /// What was set as a template's value is no sequence of objects.
    #[error(transparent)]
    Unreadable(#[from] DecodeError),
    /// It would break a rule.
    #[error(transparent)]
    Breaks(#[from] Finding),
}

impl Default for Builder<'_> {
    fn default() -> Self {
        Builder::new()
    }
}

impl<'a> Builder<'a> {
    /// Nothing is set; 85 is always written.
    pub const fn new() -> Builder<'a> {
        Builder { items: [None; MAX_OBJECTS], template: 0, fault: None }
    }

    /// The AID and the label of QRIS are set.
    pub fn qris() -> Builder<'a> {
        let mut builder = Builder::new();
        builder.aid(QRIS_AID).label(QRIS_LABEL);
        builder
    }

    /// Begins another application: what is set from now on goes into a 61 of its own.
    pub fn application(&mut self) -> &mut Self {
        let last = self
            .items
            .iter()
            .flatten()
            .map(|item| item.template)
            .filter(|template| *template != COMMON)
            .max();
        let next = last.map_or(0, |last| last.saturating_add(1));
        if next == COMMON {
            self.fault = self.fault.or(Some(EncodeError::TooManyObjects));
        }
        self.template = next;
        self
    }

    /// What is set from now on holds for all applications: it goes into 62.
    pub fn common(&mut self) -> &mut Self {
        self.template = COMMON;
        self
    }

    fn put(&mut self, is_transparent: bool, tag: Tag, value: Value<'a>) -> &mut Self {
        let item = Item { template: self.template, is_transparent, tag, value };
        let same = |known: &Item<'_>| {
            (known.template, known.is_transparent, known.tag)
                == (item.template, item.is_transparent, item.tag)
        };
        let place = self.items.iter_mut().find(|known| known.as_ref().is_none_or(same));
        match place {
            Some(place) => *place = Some(item),
            None => self.fault = self.fault.or(Some(EncodeError::TooManyObjects)),
        }
        self
    }

    fn packed(
        &mut self,
        tag: Tag,
        text: &str,
        in_front: bool,
        expected: &'static str,
        fits: bool,
    ) -> &mut Self {
        let mut bytes = [0; PACKED];
        match Digits::pack(text, &mut bytes, in_front).filter(|_| fits) {
            Some(length) => self.put(false, tag, Value::Packed(bytes, length)),
            None => {
                self.fault = self.fault.or(Some(EncodeError::NotDigits { tag, expected }));
                self
            }
        }
    }

    /// Any object of the template: those of the table go where it has them, others before 63 or 64.
    pub fn set(&mut self, tag: Tag, value: &'a [u8]) -> &mut Self {
        self.put(false, tag, Value::Bytes(value))
    }

    /// Any object of 63, or of 64 after [`Builder::common`].
    pub fn set_transparent(&mut self, tag: Tag, value: &'a [u8]) -> &mut Self {
        self.put(true, tag, Value::Bytes(value))
    }

    /// The AID (4F).
    pub fn aid(&mut self, aid: &'a [u8]) -> &mut Self {
        self.set(Tag::AID, aid)
    }

    /// The application label (50).
    pub fn label(&mut self, label: &'a str) -> &mut Self {
        self.set(Tag::LABEL, label.as_bytes())
    }

    /// The PAN (5A): its digits, packed here.
    pub fn pan(&mut self, pan: &str) -> &mut Self {
        let fits = pan.bytes().all(|byte| byte.is_ascii_digit());
        self.packed(Tag::PAN, pan, false, "a PAN has 8 to 19", fits)
    }

    /// Track 2 (57): the PAN, `D`, the expiry date as YYMM, and what the issuer needs, packed here.
    pub fn track_2(&mut self, track: &str) -> &mut Self {
        let fits = track.bytes().filter(|byte| *byte == b'D').count() == 1;
        self.packed(Tag::TRACK_2, track, false, "the PAN, D, and more digits: 38 at most", fits)
    }

    /// The cardholder's name (5F20).
    pub fn holder_name(&mut self, name: &'a str) -> &mut Self {
        self.set(Tag::HOLDER_NAME, name.as_bytes())
    }

    /// The languages the payer prefers (5F2D), such as `iden`.
    pub fn language(&mut self, language: &'a str) -> &mut Self {
        self.set(Tag::LANGUAGE, language.as_bytes())
    }

    /// The issuer's URL (5F50).
    pub fn issuer_url(&mut self, url: &'a str) -> &mut Self {
        self.set(Tag::ISSUER_URL, url.as_bytes())
    }

    /// The version of the application (9F08).
    pub fn version(&mut self, version: [u8; 2]) -> &mut Self {
        let mut bytes = [0; PACKED];
        bytes.iter_mut().zip(version).for_each(|(place, byte)| *place = byte);
        self.put(false, Tag::VERSION, Value::Packed(bytes, version.len()))
    }

    /// The token requestor (9F19): eleven digits, packed here.
    pub fn token_requestor(&mut self, digits: &str) -> &mut Self {
        self.packed(Tag::TOKEN_REQUESTOR, digits, true, "a token requestor has 11", all_digits(digits, 11))
    }

    /// The payment account reference (9F24).
    pub fn account_reference(&mut self, reference: &'a str) -> &mut Self {
        self.set(Tag::ACCOUNT_REFERENCE, reference.as_bytes())
    }

    /// The last four digits of the PAN (9F25), packed here.
    pub fn last_four(&mut self, digits: &str) -> &mut Self {
        self.packed(Tag::LAST_FOUR, digits, false, "the last 4 of the PAN", all_digits(digits, 4))
    }

    /// The issuer's QRIS data (9F74 in 63): 8 to 64 bytes.
    pub fn issuer_data(&mut self, data: &'a [u8]) -> &mut Self {
        self.set_transparent(Tag::ISSUER_QRIS_DATA, data)
    }

    /// Writes the code and judges it as one that is made ([`check::visit_made`]).
    ///
    /// # Errors
    /// What cannot be written, or the first rule it would break.
    pub fn build(&self, profile: Profile) -> Result<CpmPayload, EncodeError> {
        let code = self.build_unchecked()?;
        match check::first_error_made(&code, profile) {
            Some(finding) => Err(EncodeError::Breaks(finding)),
            None => Ok(code),
        }
    }

    /// Writes the code without judging it: it can be read, no more. For tests of readers, and for the error in what is made
    /// that one answers for.
    ///
    /// # Errors
    /// What cannot be written.
    pub fn build_unchecked(&self) -> Result<CpmPayload, EncodeError> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let mut out = Out { bytes: [0; MAX_BYTES], length: 0 };
        out.object(Tag::FORMAT_INDICATOR, FORMAT);
        let items = || self.items.iter().flatten();
        let mut next = items().map(|item| item.template).min();
        while let Some(template) = next {
            self.template(template, &mut out);
            next = items().map(|item| item.template).filter(|other| *other > template).min();
        }
        match out.bytes.get(..out.length) {
            Some(bytes) => Ok(CpmPayload::from_bytes(bytes)?),
            None => Err(EncodeError::TooLong { bytes: out.length }),
        }
    }

    fn template(&self, template: u8, out: &mut Out) {
        let (tag, inner) = match template {
            COMMON => (Tag::COMMON, Tag::COMMON_TRANSPARENT),
            _ => (Tag::APPLICATION, Tag::APPLICATION_TRANSPARENT),
        };
        let of = |transparent| {
            let items = self.items.iter().flatten();
            items.filter(move |item| item.template == template && item.is_transparent == transparent)
        };
        let width = |transparent| of(transparent).map(Item::width).fold(0, usize::saturating_add);
        let hidden = width(true);
        let whole = width(false).saturating_add(if hidden > 0 { object_width(inner, hidden) } else { 0 });
        out.header(tag, whole);
        self.level(of(false), out);
        if hidden > 0 {
            out.header(inner, hidden);
            self.level(of(true), out);
        }
    }

    /// The objects of one level: those of the table in its order, then others in the order they were set in.
    fn level<'s>(&'s self, items: impl Iterator<Item = &'s Item<'a>> + Clone, out: &mut Out) {
        for row in ROWS {
            items
                .clone()
                .filter(|item| item.is_of(row))
                .for_each(|item| out.object(item.tag, item.value.bytes()));
        }
        let others = items.filter(|item| !ROWS.iter().any(|row| item.is_of(row)));
        others.for_each(|item| out.object(item.tag, item.value.bytes()));
    }
}

fn all_digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn object_width(tag: Tag, length: usize) -> usize {
    tag.width().saturating_add(length_width(length)).saturating_add(length)
}

/// What is written; it goes on counting where there is no room.
struct Out {
    bytes: [u8; MAX_BYTES],
    length: usize,
}

impl Out {
    fn push(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(self.length) {
            *place = byte;
        }
        self.length = self.length.saturating_add(1);
    }

    fn header(&mut self, tag: Tag, length: usize) {
        let bytes = tag.number().to_be_bytes();
        bytes.into_iter().skip(bytes.len().saturating_sub(tag.width())).for_each(|byte| self.push(byte));
        // What is longer than two bytes can say is longer than a code, and refused for that.
        let [high, low] = u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes();
        match length_width(length) {
            1 => self.push(low),
            2 => [0x81, low].into_iter().for_each(|byte| self.push(byte)),
            _ => [0x82, high, low].into_iter().for_each(|byte| self.push(byte)),
        }
    }

    fn object(&mut self, tag: Tag, value: &[u8]) {
        self.header(tag, value.len());
        value.iter().for_each(|byte| self.push(*byte));
    }
}

impl fmt::Debug for Builder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set = self.items.iter().flatten().map(|item| item.tag);
        f.write_str("Builder")?;
        f.debug_list().entries(set).finish()
    }
}
