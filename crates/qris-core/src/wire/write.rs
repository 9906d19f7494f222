//! One writer into a contiguous buffer: lengths are put in afterwards, the CRC is taken once.

use super::crc::{checksum, to_hex};
use super::payload::MAX_BYTES;
use super::unit::{LengthUnit, is_ascii};
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
    /// Where each open template begins (its ID), outermost first.
    open: [usize; Path::MAX_DEPTH],
    path: Path,
    unit: LengthUnit,
    /// Whether everything so far is ASCII; then no template has to be counted again.
    ascii: bool,
}

impl<'b> Writer<'b> {
    /// A writer at the start of `buffer`; lengths count characters.
    pub fn new(buffer: &'b mut [u8]) -> Writer<'b> {
        Writer::with_unit(buffer, LengthUnit::Characters)
    }

    /// The same with lengths in another unit, for editing payloads that were written so.
    pub(crate) fn with_unit(buffer: &'b mut [u8], unit: LengthUnit) -> Writer<'b> {
        Writer { buffer, len: 0, open: [0; Path::MAX_DEPTH], path: Path::PAYLOAD, unit, ascii: true }
    }

    /// Writes an object with this value.
    ///
    /// # Errors
    /// [`EncodeError::ValueTooLong`] above 99 units of length.
    #[inline]
    pub fn object(&mut self, id: Id, value: &str) -> Result<(), EncodeError> {
        let ascii = is_ascii(value.as_bytes());
        self.ascii &= ascii;
        let length = if ascii { value.len() } else { self.unit.measure(value) };
        self.framed(id, length, value.as_bytes())
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
        let end = self.len.saturating_add(4).saturating_add(value.len());
        let place = self.buffer.get_mut(self.len..end);
        if let Some((head, body)) = place.and_then(|place| place.split_first_chunk_mut::<4>()) {
            *head = [a, b, c, d];
            body.copy_from_slice(value);
        }
        self.len = end;
        Ok(())
    }

    /// Copies bytes that are known to be framed.
    #[inline]
    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.ascii &= is_ascii(bytes);
        self.append(bytes);
    }

    #[inline]
    fn append(&mut self, bytes: &[u8]) {
        let end = self.len.saturating_add(bytes.len());
        if let Some(place) = self.buffer.get_mut(self.len..end) {
            place.copy_from_slice(bytes);
        }
        self.len = end;
    }

    /// Begins a template; the objects written until [`Writer::close`] are inside it.
    ///
    /// # Errors
    /// [`EncodeError::NotSettable`] below the third level: nothing nests deeper.
    pub fn open(&mut self, id: Id) -> Result<(), EncodeError> {
        let path = self.path.child(id);
        match self.open.get_mut(self.path.depth()) {
            Some(mark) if path.depth() < Path::MAX_DEPTH => *mark = self.len,
            _ => return Err(EncodeError::NotSettable { path, why: "templates nest no deeper than this" }),
        }
        self.path = path;
        let [a, b] = id.digits();
        self.append(&[a, b, b'0', b'0']);
        Ok(())
    }

    /// Ends the innermost template and writes its length.
    ///
    /// # Errors
    /// [`EncodeError::ValueTooLong`] when its objects have more than 99 units of length.
    pub fn close(&mut self) -> Result<(), EncodeError> {
        let Some(parent) = self.path.parent() else { return Ok(()) };
        let start = self.open.get(parent.depth()).copied().unwrap_or_default().saturating_add(4);
        let path = core::mem::replace(&mut self.path, parent);
        // What does not fit the buffer is not there to be counted; its bytes are at least a bound.
        let length = match self.buffer.get(start..self.len) {
            Some(value) if self.unit == LengthUnit::Bytes || self.ascii => value.len(),
            Some(value) => self.unit.measure(core::str::from_utf8(value).unwrap_or_default()),
            None => return Ok(()),
        };
        let Some(short) = u8::try_from(length).ok().filter(|n| *n <= 99) else {
            return Err(EncodeError::ValueTooLong { path, length });
        };
        if let Some(place) = self.buffer.get_mut(start.saturating_sub(2)..start) {
            place.copy_from_slice(&two_digits(short));
        }
        Ok(())
    }

    /// Drops the innermost template if nothing was written into it. Returns whether it was dropped.
    pub(crate) fn close_or_drop(&mut self) -> Result<bool, EncodeError> {
        if let Some(parent) = self.path.parent() {
            let start = self.open.get(parent.depth()).copied().unwrap_or_default();
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
    /// [`EncodeError::BufferTooSmall`] with the size that would have done.
    pub fn seal(self) -> Result<&'b str, EncodeError> {
        self.seal_with(None)
    }

    /// The same, with the letters of the CRC in the case of `like` when that is the same number.
    pub(crate) fn seal_with(mut self, like: Option<&str>) -> Result<&'b str, EncodeError> {
        self.append(b"6304");
        let crc = to_hex(checksum(self.buffer.get(..self.len).unwrap_or_default()));
        match like.map(str::as_bytes) {
            Some(old) if old.eq_ignore_ascii_case(&crc) => self.append(old),
            _ => self.append(&crc),
        }
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
