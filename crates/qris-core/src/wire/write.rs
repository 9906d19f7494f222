//! The writer into one contiguous buffer: lengths of templates are written afterwards, and the CRC is computed once.

use core::fmt;

use super::checksum::checksum;
use super::crc::to_hex;
use super::payload::MAX_BYTES;
use crate::error::WriteError;
use crate::id::{Id, Path, two_digits};
use crate::unit::LengthUnit;

/// Writes data objects one after the other into the caller's buffer, and seals them.
///
/// It only writes IDs, lengths and values: the caller is responsible for which objects there are, for their order and
/// their meaning. For payloads made from values use [`crate::Builder`].
///
/// ```
/// use qris_core::{Id, wire::Writer};
/// let mut buffer = [0; 64];
/// let mut writer = Writer::new(&mut buffer);
/// writer.object(Id::PAYLOAD_FORMAT_INDICATOR, "01")?;
/// writer.open(Id::ADDITIONAL_DATA)?;
/// writer.object(Id::new(7).unwrap(), "A01")?;
/// writer.close()?;
/// assert_eq!(writer.seal()?, "00020162070703A016304BF7B");
/// # Ok::<(), qris_core::WriteError>(())
/// ```
pub struct Writer<'b> {
    buffer: &'b mut [u8],
    /// Bytes the payload needs so far. When the buffer has fewer, writing goes on only to count.
    len: usize,
    /// By how much the bytes written exceed their units of length. From this the lengths of templates are known even
    /// where the buffer has no room for them.
    surplus: usize,
    /// The open templates, outermost first.
    open: [Open; Path::MAX_DEPTH],
    path: Path,
    unit: LengthUnit,
    /// The first value that was too long. After it nothing is sealed.
    fault: Option<WriteError>,
}

impl fmt::Debug for Writer<'_> {
    /// How much was written and where, and nothing of the text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer")
            .field("len", &self.len)
            .field("path", &self.path)
            .field("unit", &self.unit)
            .finish_non_exhaustive()
    }
}

/// An open template: the counts when it was opened.
#[derive(Clone, Copy, Debug, Default)]
struct Open {
    /// The offset of its ID in bytes.
    start: usize,
    /// [`Writer::surplus`] before it.
    surplus: usize,
}

/// The first four bytes of an object, its ID and length.
#[inline(always)]
pub(crate) fn header(id: Id, length: u8) -> [u8; 4] {
    let ([a, b], [c, d]) = (id.digits(), two_digits(length));
    [a, b, c, d]
}

impl<'b> Writer<'b> {
    /// A writer at the start of `buffer`; lengths count characters.
    pub fn new(buffer: &'b mut [u8]) -> Writer<'b> {
        Writer::with_unit(buffer, LengthUnit::Characters)
    }

    /// The same with lengths in another unit, for payloads known to be written that way.
    pub fn with_unit(buffer: &'b mut [u8], unit: LengthUnit) -> Writer<'b> {
        Writer {
            buffer,
            len: 0,
            surplus: 0,
            open: [Open::default(); Path::MAX_DEPTH],
            path: Path::PAYLOAD,
            unit,
            fault: None,
        }
    }

    /// Keeps the first.
    #[cold]
    fn fail(&mut self, error: WriteError) -> WriteError {
        *self.fault.get_or_insert(error)
    }

    /// Writes an object with this value.
    ///
    /// # Errors
    /// [`WriteError::ValueTooLong`] above 99 units of length; [`WriteError::NotSettable`] for 63 at the root, which
    /// [`Writer::seal`] writes.
    #[inline]
    pub fn object(&mut self, id: Id, value: &str) -> Result<(), WriteError> {
        self.not_the_crc(id)?;
        self.settable_object(id, value)
    }

    /// As [`Writer::object`], for an object that is known not to be the CRC.
    #[inline]
    pub(crate) fn settable_object(&mut self, id: Id, value: &str) -> Result<(), WriteError> {
        self.write_object(id, self.unit.measure(value), value.as_bytes())
    }

    #[inline]
    fn not_the_crc(&self, id: Id) -> Result<(), WriteError> {
        if id == Id::CRC && self.path.depth() == 0 {
            let why = "the CRC is always computed; seal the payload instead";
            return Err(WriteError::NotSettable { path: Path::root(id), why });
        }
        Ok(())
    }

    /// Writes an object whose ID and length were already written out by [`header`].
    #[inline(always)]
    pub(crate) fn ready_object(&mut self, head: [u8; 4], value: &[u8]) {
        let free = self.buffer.get_mut(self.len..).and_then(|free| free.split_first_chunk_mut::<4>());
        if let Some((place, body)) = free {
            *place = head;
            if let Some((body, _)) = body.split_at_mut_checked(value.len()) {
                body.copy_from_slice(value);
            }
        }
        self.len = self.len.saturating_add(value.len().saturating_add(4));
    }

    /// As [`Writer::ready_object`], with the first `length` bytes of an array as the value. The array is copied whole,
    /// which takes no call: the bytes after the value are written too, and then overwritten.
    #[inline(always)]
    pub(crate) fn ready_array<const N: usize>(&mut self, head: [u8; 4], array: &[u8; N], length: usize) {
        let free = self.buffer.get_mut(self.len..).and_then(|free| free.split_first_chunk_mut::<4>());
        match free.and_then(|(place, body)| Some((place, body.first_chunk_mut::<N>()?))) {
            Some((place, body)) => {
                *place = head;
                *body = *array;
                self.len = self.len.saturating_add(length.saturating_add(4));
            }
            None => self.ready_object(head, array.get(..length).unwrap_or(array)),
        }
    }

    #[inline]
    fn write_object(&mut self, id: Id, length: usize, value: &[u8]) -> Result<(), WriteError> {
        let Some(short) = u8::try_from(length).ok().filter(|n| *n <= 99) else {
            return Err(self.fail(WriteError::ValueTooLong { path: self.path.join(id), length }));
        };
        self.ready_object(header(id, short), value);
        self.surplus = self.surplus.saturating_add(value.len().saturating_sub(length));
        Ok(())
    }

    /// Copies a text that is known to be whole objects.
    #[inline]
    pub(crate) fn copy(&mut self, objects: &str) {
        self.raw(objects.as_bytes());
        if self.path.depth() > 0 {
            let length = self.unit.measure(objects);
            self.surplus = self.surplus.saturating_add(objects.len().saturating_sub(length));
        }
    }

    #[inline]
    fn raw(&mut self, bytes: &[u8]) {
        let free = self.buffer.get_mut(self.len..);
        if let Some((place, _)) = free.and_then(|free| free.split_at_mut_checked(bytes.len())) {
            place.copy_from_slice(bytes);
        }
        self.len = self.len.saturating_add(bytes.len());
    }

    /// Begins a template; the objects written until [`Writer::close`] are inside it.
    ///
    /// # Errors
    /// [`WriteError::NotSettable`] at the third level, as nothing nests deeper, and for 63 at the root.
    #[inline]
    pub fn open(&mut self, id: Id) -> Result<(), WriteError> {
        self.not_the_crc(id)?;
        self.open_settable(id)
    }

    /// As [`Writer::open`], for a template that is known not to be the CRC.
    #[inline(always)]
    pub(crate) fn open_settable(&mut self, id: Id) -> Result<(), WriteError> {
        let path = self.path.join(id);
        match self.open.get_mut(self.path.depth()) {
            Some(open) if path.depth() < Path::MAX_DEPTH => {
                *open = Open { start: self.len, surplus: self.surplus };
            }
            _ => return Err(WriteError::NotSettable { path, why: "templates nest no deeper than this" }),
        }
        self.path = path;
        let [a, b] = id.digits();
        self.raw(&[a, b, b'0', b'0']);
        Ok(())
    }

    /// Ends the innermost template and writes its length.
    ///
    /// # Errors
    /// [`WriteError::ValueTooLong`] when its objects have more than 99 units of length, [`WriteError::NothingOpen`]
    /// when no template is open.
    #[inline(always)]
    pub fn close(&mut self) -> Result<(), WriteError> {
        let Some(parent) = self.path.parent() else { return Err(WriteError::NothingOpen) };
        let Open { start, surplus } = self.open.get(parent.depth()).copied().unwrap_or_default();
        let path = core::mem::replace(&mut self.path, parent);
        let inside = start.saturating_add(4).saturating_add(self.surplus.saturating_sub(surplus));
        let length = self.len.saturating_sub(inside);
        let Some(short) = u8::try_from(length).ok().filter(|n| *n <= 99) else {
            return Err(self.fail(WriteError::ValueTooLong { path, length }));
        };
        if let Some(place) = self.buffer.get_mut(start.saturating_add(2)..).and_then(<[u8]>::first_chunk_mut)
        {
            *place = two_digits(short);
        }
        Ok(())
    }

    /// Drops the innermost template if nothing was written into it. Returns whether it was dropped.
    pub(crate) fn close_or_drop(&mut self) -> Result<bool, WriteError> {
        if let Some(parent) = self.path.parent() {
            let Open { start, .. } = self.open.get(parent.depth()).copied().unwrap_or_default();
            if self.len == start.saturating_add(4) {
                self.path = parent;
                self.len = start;
                return Ok(true);
            }
        }
        self.close().map(|()| false)
    }

    /// Writes 63 with the CRC of everything before its value, and returns the payload.
    ///
    /// # Errors
    /// The first [`WriteError::ValueTooLong`] of an earlier call, even where the caller ignored it: an object is missing.
    /// [`WriteError::NotSettable`] when a template is still open; [`WriteError::TooLong`] above [`crate::MAX_BYTES`];
    /// [`WriteError::BufferTooSmall`] with the size that is needed.
    pub fn seal(self) -> Result<&'b str, WriteError> {
        self.seal_like("")
    }

    /// As [`Writer::seal`], but the CRC is written as in `like` when that is the same number in upper or lower case. So
    /// what was read can be written again byte for byte.
    ///
    /// # Errors
    /// As [`Writer::seal`].
    pub fn seal_like(mut self, like: &str) -> Result<&'b str, WriteError> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        if self.path.depth() > 0 {
            let why = "it is still open; close it before sealing";
            return Err(WriteError::NotSettable { path: self.path, why });
        }
        self.raw(b"6304");
        let crc = to_hex(checksum(self.buffer.get(..self.len).unwrap_or_default()));
        let same = like.as_bytes().eq_ignore_ascii_case(&crc);
        self.raw(if same { like.as_bytes() } else { &crc });
        let Writer { buffer, len, .. } = self;
        let available = buffer.len();
        if len > MAX_BYTES {
            return Err(WriteError::TooLong { bytes: len, limit: MAX_BYTES });
        }
        let written = buffer.get(..len).and_then(|bytes| core::str::from_utf8(bytes).ok());
        written.ok_or(WriteError::BufferTooSmall { needed: len, available })
    }

    /// The innermost open template.
    #[inline]
    pub(crate) const fn path(&self) -> Path {
        self.path
    }

    /// Bytes written so far, or needed when the buffer is too small.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether nothing was written yet.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }
}
