//! One writer into a contiguous buffer: lengths are put in afterwards, the CRC is taken once.

use super::crc::{checksum, to_hex};
use super::payload::MAX_BYTES;
use super::unit::LengthUnit;
use crate::error::EncodeError;
use crate::id::{Id, Path, two_digits};

/// Writes data objects one after the other into a buffer of the caller, and seals them.
///
/// It frames and counts, nothing more: order, presence and sense are the caller's. For payloads made from
/// values use [`crate::Builder`].
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
/// # Ok::<(), qris_core::EncodeError>(())
/// ```
#[derive(Debug)]
pub struct Writer<'b> {
    buffer: &'b mut [u8],
    /// Bytes the payload needs so far; more than the buffer has means that writing goes on only to count.
    len: usize,
    /// The open templates, outermost first.
    open: [Open; Path::MAX_DEPTH],
    path: Path,
    unit: LengthUnit,
}

/// A template that is being written.
#[derive(Clone, Copy, Debug, Default)]
struct Open {
    /// Where its ID stands, in bytes.
    start: usize,
    /// What its objects measure so far, in units of length. It is kept while writing, so that it is known
    /// even where the buffer has no room for them.
    length: usize,
}

impl<'b> Writer<'b> {
    /// A writer at the start of `buffer`; lengths count characters.
    pub fn new(buffer: &'b mut [u8]) -> Writer<'b> {
        Writer::with_unit(buffer, LengthUnit::Characters)
    }

    /// The same with lengths in another unit, for payloads that are known to be written so.
    pub fn with_unit(buffer: &'b mut [u8], unit: LengthUnit) -> Writer<'b> {
        Writer { buffer, len: 0, open: [Open::default(); Path::MAX_DEPTH], path: Path::PAYLOAD, unit }
    }

    /// Writes an object with this value.
    ///
    /// # Errors
    /// [`EncodeError::ValueTooLong`] above 99 units of length.
    #[inline]
    pub fn object(&mut self, id: Id, value: &str) -> Result<(), EncodeError> {
        self.framed(id, self.unit.measure(value), value.as_bytes())
    }

    /// The same with a value known to be ASCII, whose length is the same in all units.
    #[inline]
    pub(crate) fn ascii_object(&mut self, id: Id, value: &[u8]) -> Result<(), EncodeError> {
        self.framed(id, value.len(), value)
    }

    #[inline]
    fn framed(&mut self, id: Id, length: usize, value: &[u8]) -> Result<(), EncodeError> {
        let Some(short) = u8::try_from(length).ok().filter(|n| *n <= 99) else {
            return Err(EncodeError::ValueTooLong { path: self.path.child(id), length });
        };
        let ([a, b], [c, d]) = (id.digits(), two_digits(short));
        let free = self.buffer.get_mut(self.len..).and_then(|free| free.split_first_chunk_mut::<4>());
        if let Some((head, body)) = free {
            *head = [a, b, c, d];
            if let Some((body, _)) = body.split_at_mut_checked(value.len()) {
                body.copy_from_slice(value);
            }
        }
        self.len = self.len.saturating_add(4).saturating_add(value.len());
        self.measured(length.saturating_add(4));
        Ok(())
    }

    /// Copies objects that are known to be framed.
    #[inline]
    pub(crate) fn copy(&mut self, objects: &str) {
        self.raw(objects.as_bytes());
        if self.path.depth() > 0 {
            self.measured(self.unit.measure(objects));
        }
    }

    /// So many units of length more in the innermost template.
    #[inline]
    fn measured(&mut self, units: usize) {
        if let Some(open) = self.path.depth().checked_sub(1).and_then(|last| self.open.get_mut(last)) {
            open.length = open.length.saturating_add(units);
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
    /// [`EncodeError::NotSettable`] below the third level: nothing nests deeper.
    pub fn open(&mut self, id: Id) -> Result<(), EncodeError> {
        let path = self.path.child(id);
        match self.open.get_mut(self.path.depth()) {
            Some(open) if path.depth() < Path::MAX_DEPTH => *open = Open { start: self.len, length: 0 },
            _ => return Err(EncodeError::NotSettable { path, why: "templates nest no deeper than this" }),
        }
        self.path = path;
        let [a, b] = id.digits();
        self.raw(&[a, b, b'0', b'0']);
        Ok(())
    }

    /// Ends the innermost template and writes its length.
    ///
    /// # Errors
    /// [`EncodeError::ValueTooLong`] when its objects have more than 99 units of length.
    pub fn close(&mut self) -> Result<(), EncodeError> {
        let Some(parent) = self.path.parent() else { return Ok(()) };
        let Open { start, length } = self.open.get(parent.depth()).copied().unwrap_or_default();
        let path = core::mem::replace(&mut self.path, parent);
        self.measured(length.saturating_add(4));
        let Some(short) = u8::try_from(length).ok().filter(|n| *n <= 99) else {
            return Err(EncodeError::ValueTooLong { path, length });
        };
        if let Some(place) = self.buffer.get_mut(start.saturating_add(2)..).and_then(<[u8]>::first_chunk_mut)
        {
            *place = two_digits(short);
        }
        Ok(())
    }

    /// Drops the innermost template if nothing was written into it. Returns whether it was dropped.
    pub(crate) fn close_or_drop(&mut self) -> Result<bool, EncodeError> {
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

    /// Writes 63 with the CRC of everything before it, and gives the payload.
    ///
    /// # Errors
    /// [`EncodeError::BufferTooSmall`] with the size that would have done; [`EncodeError::NotSettable`] when
    /// a template is still open.
    pub fn seal(self) -> Result<&'b str, EncodeError> {
        self.seal_like("")
    }

    /// The same, with the letters of the CRC in the case of `like` when that is the same number, so that
    /// what was read can be written byte for byte.
    ///
    /// # Errors
    /// As [`Writer::seal`].
    pub fn seal_like(mut self, like: &str) -> Result<&'b str, EncodeError> {
        if self.path.depth() > 0 {
            let why = "it is still open; close it before sealing";
            return Err(EncodeError::NotSettable { path: self.path, why });
        }
        self.raw(b"6304");
        let crc = to_hex(checksum(self.buffer.get(..self.len).unwrap_or_default()));
        let same = like.as_bytes().eq_ignore_ascii_case(&crc);
        self.raw(if same { like.as_bytes() } else { &crc });
        let Writer { buffer, len, .. } = self;
        let available = buffer.len();
        if len > MAX_BYTES {
            return Err(EncodeError::TooManyObjects { limit: 100 });
        }
        let written = buffer.get(..len).and_then(|bytes| core::str::from_utf8(bytes).ok());
        written.ok_or(EncodeError::BufferTooSmall { needed: len, available })
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
