//! The first two rungs: a [`Payload`] has the structure, a [`Sealed`] also the right CRC.

use core::fmt;
use core::ops::{Deref, Range};

use super::fault::{explain, unframed_at};
use super::object::{DataObject, Template, is_root_template};
use super::read::{self, Ascii, Bytes, Characters, Measure, Utf16};
use super::unit::LengthUnit;
use super::{count, crc};
use crate::error::{DecodeError, ErrorKind};
use crate::id::{Id, IdSet, Path};

/// A longer text is refused before it is read. One hundred objects of 99 four-byte characters,
/// the most that can be framed, are 39,608 bytes.
pub const MAX_BYTES: usize = 40_000;

/// One root object: offset of its ID, bytes of its value, ID, packed into 32 bits.
#[derive(Clone, Copy)]
pub(super) struct Entry(u32);

impl Entry {
    #[inline(always)]
    fn new(offset: usize, value_len: usize, id: u8) -> Entry {
        // An offset is below 40,000 (16 bits), a value at most 396 bytes (9 bits), an ID below 100 (7 bits).
        Entry((offset as u32) << 16 | (value_len as u32) << 7 | u32::from(id))
    }

    pub(super) const fn id(self) -> u8 {
        self.0 as u8 & 0x7F
    }

    pub(super) const fn offset(self) -> usize {
        (self.0 >> 16) as usize
    }

    pub(super) fn value(self) -> Range<usize> {
        let start = self.offset().saturating_add(4);
        start..start.saturating_add((self.0 >> 7 & 0x1FF) as usize)
    }
}

/// The root objects in order. An ID occurs once, so one hundred places are enough.
#[derive(Clone)]
pub(super) struct Tape {
    entries: [Entry; 100],
    used: usize,
}

impl Tape {
    pub(super) fn entries(&self) -> &[Entry] {
        self.entries.get(..self.used).unwrap_or_default()
    }

    #[inline(always)]
    pub(super) fn find(&self, id: u8) -> Option<Entry> {
        self.entries().iter().copied().find(|entry| entry.id() == id)
    }
}

/// The CRC a payload states and the one its text gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CrcPair {
    /// As written in 63.
    pub stated: u16,
    /// As computed over everything before the value of 63.
    pub computed: u16,
}

/// A text with the structure of a payload: objects to the very end, 00 first, 63 last, each ID once.
///
/// Its CRC has not been compared; [`Payload::verify_crc`] does that and gives a [`Sealed`].
///
/// ```
/// use qris_core::{Id, Payload};
/// let text = "00020101021126570011ID.DANA.WWW011893600915000000000102090000000010303UMI\
///             5204581253033605802ID5913WARUNG CONTOH6013JAKARTA PUSAT6105101106304D75E";
/// let payload = Payload::parse(text)?;
/// assert_eq!(payload.value_of(Id::MERCHANT_NAME), Some("WARUNG CONTOH"));
/// assert_eq!(payload.objects().count(), 10);
/// # Ok::<(), qris_core::DecodeError>(())
/// ```
#[derive(Clone)]
pub struct Payload<'a> {
    text: &'a str,
    layout: Layout,
}

/// What reading a text found out about it; it borrows nothing, so that [`super::SealedBuf`] can keep it.
#[derive(Clone)]
pub(super) struct Layout {
    tape: Tape,
    /// Every ID at the root.
    present: IdSet,
    /// Root templates whose value does not frame.
    unframed: IdSet,
    stated: u16,
    unit: LengthUnit,
    ascii: bool,
}

impl<'a> Payload<'a> {
    /// Reads the structure of a payload whose lengths count characters, as the standard says.
    ///
    /// # Errors
    /// The first fault from left to right; see [`ErrorKind`]. The CRC is not compared.
    pub fn parse(text: &'a str) -> Result<Payload<'a>, DecodeError> {
        Payload::parse_with(text, LengthUnit::Characters)
    }

    /// The same for bytes, which must be UTF-8.
    ///
    /// # Errors
    /// As [`Payload::parse`], and [`ErrorKind::InvalidUtf8`] at the first byte that is not.
    pub fn from_bytes(bytes: &'a [u8]) -> Result<Payload<'a>, DecodeError> {
        Payload::parse(text_of(bytes)?)
    }

    /// Reads a payload whose lengths count another unit. Use it only for payloads known to be written so.
    ///
    /// # Errors
    /// As [`Payload::parse`]; a length that ends inside a character is [`ErrorKind::InvalidLength`].
    pub fn parse_with(text: &'a str, unit: LengthUnit) -> Result<Payload<'a>, DecodeError> {
        if text.is_empty() {
            return Err(DecodeError::new(ErrorKind::Empty, 0, 0, Path::PAYLOAD));
        }
        if text.len() > MAX_BYTES {
            return Err(too_long(text.len()));
        }
        let layout = Layout {
            tape: Tape { entries: [Entry(0); 100], used: 0 },
            present: IdSet::EMPTY,
            unframed: IdSet::EMPTY,
            stated: 0,
            unit,
            ascii: text.is_ascii(),
        };
        let mut payload = Payload { text, layout };
        let stopped = match (payload.layout.ascii, unit) {
            (true, _) => payload.scan::<Ascii>(),
            (false, LengthUnit::Characters) => payload.scan::<Characters>(),
            (false, LengthUnit::Bytes) => payload.scan::<Bytes>(),
            (false, LengthUnit::Utf16) => payload.scan::<Utf16>(),
        };
        match payload.stated_crc(stopped) {
            Some(stated) => {
                payload.layout.stated = stated;
                Ok(payload)
            }
            None => Err(explain(text, unit, &payload.layout.tape, stopped)),
        }
    }

    /// Reads a payload and finds out what its lengths count: characters when they fit, otherwise the one
    /// other unit that does. Two units that put every border at the same place count as one.
    ///
    /// # Errors
    /// The fault of the reading in characters, when no unit fits or two do with different borders.
    pub fn detect(text: &'a str) -> Result<Payload<'a>, DecodeError> {
        let by_characters = Payload::parse(text);
        if by_characters.is_ok() {
            return by_characters;
        }
        let by_bytes = Payload::parse_with(text, LengthUnit::Bytes);
        let by_utf16 = Payload::parse_with(text, LengthUnit::Utf16);
        match (by_bytes, by_utf16) {
            (Ok(bytes), Ok(utf16)) if bytes.has_borders_of(&utf16) => Ok(bytes),
            (Ok(one), Err(_)) | (Err(_), Ok(one)) => Ok(one),
            _ => by_characters,
        }
    }

    fn has_borders_of(&self, other: &Payload<'_>) -> bool {
        self.objects().map(|o| o.span()).eq(other.objects().map(|o| o.span()))
            && self.objects().zip(other.objects()).all(|(mine, its)| same_inside(&mine, &its))
    }

    /// Reads all root objects onto the tape and looks whether the templates among them frame.
    /// Returns the offset of the object that could not be read, or the length of the text.
    #[inline(always)]
    fn scan<M: Measure>(&mut self) -> usize {
        let bytes = self.text.as_bytes();
        let mut rest = bytes;
        let mut used = 0usize;
        while let Ok((tail, element)) = read::object::<M>(rest) {
            if !self.layout.present.insert(element.id) {
                break;
            }
            let offset = bytes.len().wrapping_sub(rest.len());
            if let Some(place) = self.layout.tape.entries.get_mut(used) {
                *place = Entry::new(offset, element.value.len(), element.id);
            }
            used = used.wrapping_add(1);
            if is_root_template(element.id) && !read::frames::<M>(element.value) {
                self.layout.unframed.insert(element.id);
            }
            rest = tail;
        }
        self.layout.tape.used = used;
        bytes.len().wrapping_sub(rest.len())
    }

    /// The CRC, if everything was read, 00 is first, and the last object is four hex digits with ID 63.
    #[inline(always)]
    fn stated_crc(&self, stopped: usize) -> Option<u16> {
        let entries = self.layout.tape.entries();
        let (first, last) = (entries.first()?, entries.last()?);
        let value = self.text.as_bytes().get(last.value())?;
        let whole = stopped == self.text.len() && first.id() == 0 && last.id() == Id::CRC.number();
        if whole { crc::from_hex(value.try_into().ok()?) } else { None }
    }

    /// Compares the CRC and climbs to the next rung.
    ///
    /// # Errors
    /// [`ErrorKind::CrcMismatch`] with both values, at the value of 63.
    pub fn verify_crc(self) -> Result<Sealed<'a>, DecodeError> {
        let CrcPair { stated, computed } = self.crc();
        if stated == computed {
            return Ok(Sealed { payload: self });
        }
        Err(self.crc_mismatch(stated, computed))
    }

    #[cold]
    fn crc_mismatch(&self, stated: u16, computed: u16) -> DecodeError {
        let offset = self.text.len().saturating_sub(4);
        let character = count(self.text).saturating_sub(4);
        DecodeError::new(ErrorKind::CrcMismatch { stated, computed }, offset, character, Path::root(Id::CRC))
    }

    /// The stated and the computed CRC.
    pub fn crc(&self) -> CrcPair {
        let covered = self.text.as_bytes().get(..self.text.len().saturating_sub(4)).unwrap_or_default();
        CrcPair { stated: self.layout.stated, computed: crc::checksum(covered) }
    }

    /// The whole text, as it was given.
    pub const fn as_str(&self) -> &'a str {
        self.text
    }

    /// What its lengths count.
    pub const fn unit(&self) -> LengthUnit {
        self.layout.unit
    }

    /// Whether every character is ASCII, so that characters, bytes and UTF-16 units are the same.
    pub const fn is_ascii(&self) -> bool {
        self.layout.ascii
    }

    /// Number of characters.
    pub fn characters(&self) -> usize {
        if self.layout.ascii { self.text.len() } else { self.text.chars().count() }
    }

    /// The root objects in order, 00 first and 63 last.
    pub fn objects(&self) -> Objects<'_, 'a> {
        Objects { payload: self, next: 0 }
    }

    /// How many root objects there are.
    pub const fn object_count(&self) -> usize {
        self.layout.tape.used
    }

    /// The root object at a place in the order.
    #[inline]
    pub(crate) fn object_at(&self, place: usize) -> Option<DataObject<'a>> {
        self.layout.tape.entries().get(place).map(|entry| self.object(*entry))
    }

    #[inline]
    fn object(&self, entry: Entry) -> DataObject<'a> {
        let offset = entry.offset();
        let length = match self.text.as_bytes().get(offset..).and_then(|b| b.first_chunk::<4>()) {
            Some(head) => read::header(head).map_or(0, |(_, declared)| declared),
            None => 0,
        };
        DataObject {
            path: Path::root(Id::known(entry.id())),
            length,
            offset,
            value: self.text.get(entry.value()).unwrap_or_default(),
            unit: self.layout.unit,
        }
    }

    /// The root object with this ID.
    pub fn get(&self, id: Id) -> Option<DataObject<'a>> {
        self.layout.tape.find(id.number()).map(|entry| self.object(entry))
    }

    /// The value of the root object with this ID.
    #[inline]
    pub fn value_of(&self, id: Id) -> Option<&'a str> {
        self.layout.tape.find(id.number()).and_then(|entry| self.text.get(entry.value()))
    }

    /// The template with this ID at the root, when it is there and frames.
    pub fn template(&self, id: Id) -> Option<Template<'a>> {
        self.get(id).and_then(|object| self.framed(&object))
    }

    /// A root object as a template. The parser has seen whether it frames, so nothing is read twice.
    #[inline]
    pub(crate) fn framed(&self, object: &DataObject<'a>) -> Option<Template<'a>> {
        let id = object.id().number();
        (is_root_template(id) && !self.layout.unframed.contains(id))
            .then(|| Template::framed(object, self.layout.ascii))
    }

    /// The object at a path, nested ones included; the first one where an ID is repeated.
    pub fn find(&self, path: Path) -> Option<DataObject<'a>> {
        let mut ids = path.ids();
        let mut object = self.get(ids.next()?)?;
        for id in ids {
            object = object.template()?.get(id)?;
        }
        Some(object)
    }

    /// Where inside the root template `id` reading stopped, when it does not frame.
    pub fn unframed_at(&self, id: Id) -> Option<usize> {
        unframed_at(self, id)
    }

    #[cfg(feature = "alloc")]
    pub(super) const fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The text that was read to get this layout, together with it.
    #[cfg(feature = "alloc")]
    pub(super) fn of_layout(text: &'a str, layout: &Layout) -> Payload<'a> {
        Payload { text, layout: layout.clone() }
    }

    pub(crate) const fn present(&self) -> IdSet {
        self.layout.present
    }
}

/// Whether two readings of one object have the same borders inside. Nothing nests deeper than three levels.
fn same_inside(a: &DataObject<'_>, b: &DataObject<'_>) -> bool {
    match (a.template(), b.template()) {
        (None, None) => true,
        (Some(a), Some(b)) => {
            a.objects().map(|o| o.span()).eq(b.objects().map(|o| o.span()))
                && a.objects().zip(b.objects()).all(|(a, b)| match (a.template(), b.template()) {
                    (Some(a), Some(b)) => a.objects().map(|o| o.span()).eq(b.objects().map(|o| o.span())),
                    (a, b) => a.is_none() && b.is_none(),
                })
        }
        _ => false,
    }
}

impl fmt::Debug for Payload<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Payload")
            .field("text", &self.text)
            .field("unit", &self.layout.unit)
            .finish_non_exhaustive()
    }
}

impl PartialEq for Payload<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.layout.unit == other.layout.unit
    }
}

impl Eq for Payload<'_> {}

/// The bytes as text.
///
/// # Errors
/// [`ErrorKind::TooLong`] before reading, [`ErrorKind::InvalidUtf8`] at the first byte that is not UTF-8.
fn text_of(bytes: &[u8]) -> Result<&str, DecodeError> {
    if bytes.len() > MAX_BYTES {
        return Err(too_long(bytes.len()));
    }
    core::str::from_utf8(bytes).map_err(|error| {
        let offset = error.valid_up_to();
        let character = bytes.iter().take(offset).filter(|b| read::is_first(**b)).count();
        DecodeError::new(ErrorKind::InvalidUtf8, offset, character, Path::PAYLOAD)
    })
}

#[cold]
fn too_long(bytes: usize) -> DecodeError {
    DecodeError::new(ErrorKind::TooLong { bytes, limit: MAX_BYTES }, 0, 0, Path::PAYLOAD)
}

/// The root objects of a [`Payload`], in order.
#[derive(Clone, Debug)]
pub struct Objects<'p, 'a> {
    payload: &'p Payload<'a>,
    next: usize,
}

impl<'a> Iterator for Objects<'_, 'a> {
    type Item = DataObject<'a>;

    #[inline]
    fn next(&mut self) -> Option<DataObject<'a>> {
        let object = self.payload.object_at(self.next)?;
        self.next = self.next.saturating_add(1);
        Some(object)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.payload.object_count().saturating_sub(self.next);
        (left, Some(left))
    }
}

impl ExactSizeIterator for Objects<'_, '_> {}
impl core::iter::FusedIterator for Objects<'_, '_> {}

/// A payload whose CRC is right. It can be made only by [`Payload::verify_crc`] or by sealing one anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed<'a> {
    payload: Payload<'a>,
}

impl<'a> Sealed<'a> {
    /// Reads the structure and compares the CRC: two rungs at once.
    ///
    /// # Errors
    /// As [`Payload::parse`] and [`Payload::verify_crc`].
    pub fn parse(text: &'a str) -> Result<Sealed<'a>, DecodeError> {
        Payload::parse(text)?.verify_crc()
    }

    /// A payload that was sealed before.
    #[cfg(feature = "alloc")]
    pub(super) fn again(payload: Payload<'a>) -> Sealed<'a> {
        Sealed { payload }
    }

    /// The payload, without the promise.
    pub const fn payload(&self) -> &Payload<'a> {
        &self.payload
    }
}

impl<'a> Deref for Sealed<'a> {
    type Target = Payload<'a>;

    fn deref(&self) -> &Payload<'a> {
        &self.payload
    }
}
