//! A text with the structure of a payload.

use core::fmt;
use core::hash::{Hash, Hasher};

use super::fault::{explain, unframed_at};
use super::layout::Layout;
use super::object::{DataObject, Passable, Template, is_root_template};
use super::read;
use crate::error::{DecodeError, ErrorKind};
use crate::id::{Id, IdSet, Path};
use crate::unit::LengthUnit;

/// The most UTF-8 bytes a text can have; a longer one is refused before it is read. The most that can be framed, 99
/// objects of 99 four-byte characters and the CRC, is 39,608 bytes.
pub const MAX_BYTES: usize = 40_000;

/// A text with the structure of a payload: objects to the very end, 00 first, 63 last, each ID once.
///
/// Its CRC has not been compared; [`Payload::verify_crc`] does that and returns a [`super::Sealed`].
///
/// ```
/// use qris_core::{Id, Payload};
/// let text = "00020101021126570011ID.DANA.WWW011893600915000000000102090000000010303UMI\
///             5204581253033605802ID5913WARUNG CONTOH6013JAKARTA PUSAT6105101106304E9E1";
/// let payload = Payload::parse(text)?;
/// assert_eq!(payload.value_of(Id::MERCHANT_NAME), Some("WARUNG CONTOH"));
/// assert_eq!(payload.objects().count(), 10);
/// assert!(payload.verify_crc().is_ok());
/// # Ok::<(), qris_core::DecodeError>(())
/// ```
#[derive(Clone)]
pub struct Payload<'a> {
    pub(super) text: &'a str,
    pub(super) layout: Layout,
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
    /// As [`Payload::parse`], and [`ErrorKind::InvalidUtf8`] at the first byte that is not UTF-8.
    pub fn from_bytes(bytes: &'a [u8]) -> Result<Payload<'a>, DecodeError> {
        Payload::parse(text_of(bytes)?)
    }

    /// Reads a payload whose lengths count another unit. Use it only for payloads known to be written that way.
    ///
    /// # Errors
    /// As [`Payload::parse`]; a length that ends inside a character is [`ErrorKind::InvalidLength`].
    pub fn parse_with(text: &'a str, unit: LengthUnit) -> Result<Payload<'a>, DecodeError> {
        if text.is_empty() {
            return Err(DecodeError::new(ErrorKind::Empty, 0, 0, Path::PAYLOAD));
        }
        if text.len() > MAX_BYTES {
            return Err(DecodeError::too_long(text.len()));
        }
        let mut layout = Layout::new(text, unit);
        let stopped = layout.scan(text);
        match layout.stated_crc(text, stopped) {
            Some(stated) => {
                layout.stated = stated;
                Ok(Payload { text, layout })
            }
            None => Err(explain(text, &layout, stopped)),
        }
    }

    /// Reads a payload and finds out what its lengths count: characters when they fit, otherwise bytes or UTF-16 units
    /// when only one of the two fits.
    ///
    /// # Errors
    /// The fault of the reading in characters, when no unit fits, or when characters do not fit but both other units
    /// do. Those two then split the text differently: bytes and UTF-16 units count alike only in ASCII, where
    /// characters fit as well.
    pub fn detect(text: &'a str) -> Result<Payload<'a>, DecodeError> {
        let by_characters = Payload::parse(text);
        if by_characters.is_ok() {
            return by_characters;
        }
        let by_bytes = Payload::parse_with(text, LengthUnit::Bytes);
        let by_utf16 = Payload::parse_with(text, LengthUnit::Utf16);
        match (by_bytes, by_utf16) {
            (Ok(one), Err(_)) | (Err(_), Ok(one)) => Ok(one),
            _ => by_characters,
        }
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
        Objects { payload: self, next: 0, left: self.object_count() }
    }

    /// How many root objects there are.
    pub const fn object_count(&self) -> usize {
        self.layout.present.len()
    }

    /// The root object that begins at this offset.
    #[inline(always)]
    pub(crate) fn object_at(&self, offset: usize) -> Option<DataObject<'a>> {
        let unit = self.layout.unit;
        let element = read::element(self.layout.measure(), self.text.as_bytes().get(offset..)?)?;
        // Far below the limit: both lie inside the text.
        let (start, id) = (offset.wrapping_add(4), Id::known(element.id));
        let value = self.text.get(start..start.wrapping_add(element.value.len()))?;
        Some(DataObject { path: Path::root(id), id, length: element.declared, offset, value, unit })
    }

    /// The root object with this ID.
    pub fn get(&self, id: Id) -> Option<DataObject<'a>> {
        self.look_up(id)
    }

    // Inlined, so that `value_of` stays cheap: it needs only the value.
    #[inline(always)]
    fn look_up(&self, id: Id) -> Option<DataObject<'a>> {
        if let Some(place) = self.layout.place(id) {
            return self.object_at(place);
        }
        if !self.layout.present.contains(id.number()) {
            return None;
        }
        self.walk_to(id)
    }

    // A separate function, so that the fast path stays small enough to be inlined.
    #[inline(never)]
    fn walk_to(&self, id: Id) -> Option<DataObject<'a>> {
        let (at, _) = read::find(self.layout.measure(), self.text.as_bytes(), id.number())?;
        self.object_at(at)
    }

    /// The value of the root object with this ID.
    pub fn value_of(&self, id: Id) -> Option<&'a str> {
        self.look_up(id).map(|object| object.value)
    }

    /// Whether the root object with this ID is written exactly like this: ID, length and value. Only for IDs whose
    /// offset is kept, 51–66.
    #[inline]
    pub(crate) fn has(&self, id: Id, written: &[u8]) -> bool {
        self.written(id).is_some_and(|rest| rest.starts_with(written))
    }

    /// Whether the root template with this ID does not frame.
    #[inline(always)]
    pub(crate) fn is_unframed(&self, id: Id) -> bool {
        self.layout.unframed.contains(id.number())
    }

    /// The text from the root object with this ID on. Only for IDs whose offset is kept, 51–66.
    #[inline(always)]
    pub(crate) fn written(&self, id: Id) -> Option<&'a [u8]> {
        self.layout.place(id).and_then(|place| self.text.as_bytes().get(place..))
    }

    /// The template with this ID at the root, when it is there and frames.
    #[inline(always)]
    pub fn template(&self, id: Id) -> Option<Template<'a>> {
        self.look_up(id).and_then(|object| self.template_of(&object))
    }

    /// A root object as a template. The parser already knows whether it frames, so nothing is read twice.
    #[inline(always)]
    pub(crate) fn template_of(&self, object: &DataObject<'a>) -> Option<Template<'a>> {
        let id = object.id().number();
        (is_root_template(id) && !self.layout.unframed.contains(id))
            .then(|| Template::of(object, self.layout.ascii || is_ascii_too(object.value)))
    }

    /// The first object with this path, nested ones included. If there are two templates 62-50, the second is searched
    /// for what the first does not have.
    ///
    /// ```
    /// use qris_core::{Path, Payload};
    /// let text = String::from("000201520400005303360540410005802ID5901A6001B26080004ID.A63041858");
    /// let payload = Payload::parse(&text)?;
    /// let guid = payload.find(Path::of(&[26, 0])).map(|object| (object.value(), object.offset()));
    /// assert_eq!(guid, Some(("ID.A", 49)));
    /// assert_eq!(payload.find("62/07".parse().unwrap()), None);
    /// # Ok::<(), qris_core::DecodeError>(())
    /// ```
    pub fn find(&self, path: Path) -> Option<DataObject<'a>> {
        let mut ids = path.ids();
        let root = self.get(ids.next()?)?;
        let Some(second) = ids.next() else { return Some(root) };
        let template = root.template()?;
        let Some(third) = ids.next() else { return template.get(second) };
        let mut repeated = template.objects().filter(|object| object.id() == second);
        repeated.find_map(|object| object.template()?.get(third))
    }

    /// Where reading stopped inside the root template `id`, as a byte offset in the payload; `None` when it frames, is
    /// missing, or is not a template.
    pub fn unframed_at(&self, id: Id) -> Option<usize> {
        unframed_at(self.get(id)?.value_span().start, self.value_of(id)?, self.layout.measure())
            .filter(|_| is_root_template(id.number()))
    }

    #[cfg(feature = "alloc")]
    pub(super) const fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The payload of a text and the layout that was read from it.
    #[cfg(feature = "alloc")]
    pub(super) fn of_layout(text: &'a str, layout: &Layout) -> Payload<'a> {
        Payload { text, layout: layout.clone() }
    }

    pub(crate) const fn present(&self) -> IdSet {
        self.layout.present
    }
}

// A separate function, so that the ASCII path stays small enough to be inlined.
#[inline(never)]
fn is_ascii_too(value: &str) -> bool {
    value.is_ascii()
}

impl fmt::Debug for Payload<'_> {
    /// Shows nothing of the text, so that no PAN gets into a log; use [`Payload::as_str`] for the text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Payload")
            .field("bytes", &self.text.len())
            .field("objects", &self.object_count())
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

impl Hash for Payload<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.text, self.layout.unit).hash(state);
    }
}

/// The bytes as text.
///
/// # Errors
/// [`ErrorKind::TooLong`] before reading, [`ErrorKind::InvalidUtf8`] at the first byte that is not UTF-8.
fn text_of(bytes: &[u8]) -> Result<&str, DecodeError> {
    if bytes.len() > MAX_BYTES {
        return Err(DecodeError::too_long(bytes.len()));
    }
    core::str::from_utf8(bytes).map_err(|error| {
        let offset = error.valid_up_to();
        let character = bytes.iter().take(offset).filter(|b| read::is_first(**b)).count();
        DecodeError::new(ErrorKind::InvalidUtf8, offset, character, Path::PAYLOAD)
    })
}

/// The root objects of a [`Payload`], in order.
#[derive(Clone, Debug)]
pub struct Objects<'p, 'a> {
    payload: &'p Payload<'a>,
    /// Offset of the next object.
    next: usize,
    left: usize,
}

impl<'a> Passable<'a> for Objects<'_, 'a> {
    fn offset(&self) -> usize {
        self.next
    }

    fn pass(&mut self, until: IdSet) {
        let Payload { text, ref layout } = *self.payload;
        if !layout.present.intersects(until) {
            // Only the CRC is left to stop at.
            (self.next, self.left) = (text.len().saturating_sub(8), 1);
            return;
        }
        let rest = text.as_bytes().get(self.next..).unwrap_or_default();
        const CRC: IdSet = IdSet::range(63, 63);
        let until = until.union(CRC);
        let (rest, passed) = read::pass(layout.measure(), rest, until);
        (self.next, self.left) = (text.len().saturating_sub(rest.len()), self.left.saturating_sub(passed));
    }
}

impl<'a> Iterator for Objects<'_, 'a> {
    type Item = DataObject<'a>;

    #[inline(always)]
    fn next(&mut self) -> Option<DataObject<'a>> {
        self.left = self.left.checked_sub(1)?;
        let object = self.payload.object_at(self.next)?;
        self.next = object.end();
        Some(object)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Objects<'_, '_> {}
impl core::iter::FusedIterator for Objects<'_, '_> {}

#[cfg(test)]
mod tests {
    use std::format;
    use std::string::String;

    use super::*;

    #[test]
    fn without_a_crc_there_is_no_payload() {
        for text in ["0000", "000201", "00000100", "000201010212"] {
            let error = Payload::parse(text).err().map(|error| error.kind());
            assert_eq!(error, Some(ErrorKind::CrcMissing), "{text}");
        }
    }

    #[test]
    fn objects_are_found_wherever_they_stand() {
        let mut text = String::from("0000");
        for id in (1..100).rev().filter(|id| *id != 63) {
            text.push_str(&format!("{id:02}02{id:02}"));
        }
        let crc = crate::checksum(format!("{text}6304").as_bytes());
        let text = format!("{text}6304{crc:04X}");
        let payload = Payload::parse(&text).unwrap().verify_crc().unwrap();
        assert_eq!((payload.object_count(), payload.objects().len()), (100, 100));
        for id in (0..100).filter_map(Id::new) {
            let object = payload.objects().find(|object| object.id() == id);
            assert!(object.is_some());
            assert_eq!(
                (payload.get(id), payload.value_of(id)),
                (object, object.map(|object| object.value()))
            );
        }
    }
}
