//! A payload whose CRC was compared and is right.

use core::ops::Deref;

use super::checksum;
use super::payload::Payload;
use crate::error::{DecodeError, ErrorKind};
use crate::id::{Id, Path};
use crate::unit::{LengthUnit, count};

/// The CRC a payload states and the one computed from its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CrcPair {
    /// As written in 63.
    pub stated: u16,
    /// As computed over everything before the value of 63.
    pub computed: u16,
}

/// A payload whose CRC is right. Every one has passed the comparison of [`Payload::verify_crc`]. It dereferences to the
/// [`Payload`].
///
/// ```
/// use qris_core::{ErrorKind, Id, Sealed};
/// let text = String::from("000201520400005303360540410005802ID5901A6001B26080004ID.A63041858");
/// let sealed = Sealed::parse(&text)?;
/// assert_eq!(sealed.value_of(Id::AMOUNT), Some("1000"));
/// // One digit more to pay, and the CRC is no longer that of the text.
/// let altered = text.replace("54041000", "54049000");
/// let error = Sealed::parse(&altered).unwrap_err();
/// assert!(matches!(error.kind(), ErrorKind::CrcMismatch { stated: 0x1858, .. }));
/// # Ok::<(), qris_core::DecodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sealed<'a> {
    payload: Payload<'a>,
}

impl<'a> Sealed<'a> {
    /// Reads the structure and compares the CRC: [`Payload::parse`] and [`Payload::verify_crc`] in one call.
    ///
    /// # Errors
    /// As [`Payload::parse`] and [`Payload::verify_crc`].
    pub fn parse(text: &'a str) -> Result<Sealed<'a>, DecodeError> {
        Payload::parse(text)?.verify_crc()
    }

    /// The same with lengths in another unit; see [`Payload::parse_with`].
    ///
    /// # Errors
    /// As [`Payload::parse_with`] and [`Payload::verify_crc`].
    pub fn parse_with(text: &'a str, unit: LengthUnit) -> Result<Sealed<'a>, DecodeError> {
        Payload::parse_with(text, unit)?.verify_crc()
    }

    /// [`Sealed::parse`] with the CRC computed by table only, so that benchmarks can compare the speed of the two.
    #[cfg(feature = "clmul")]
    #[doc(hidden)]
    pub fn parse_by_table(text: &'a str) -> Result<Sealed<'a>, DecodeError> {
        Payload::parse(text)?.verify_by(checksum::checksum)
    }

    /// A payload that was sealed before, so that its CRC need not be compared again.
    #[cfg(feature = "alloc")]
    pub(super) fn sealed_before(payload: Payload<'a>) -> Sealed<'a> {
        Sealed { payload }
    }
}

impl AsRef<str> for Sealed<'_> {
    fn as_ref(&self) -> &str {
        self.text
    }
}

impl<'a> Deref for Sealed<'a> {
    type Target = Payload<'a>;

    fn deref(&self) -> &Payload<'a> {
        &self.payload
    }
}

impl<'a> Payload<'a> {
    /// Compares the CRC; returns the payload as a [`Sealed`] when it is right.
    ///
    /// # Errors
    /// [`ErrorKind::CrcMismatch`] with both values, at the value of 63.
    pub fn verify_crc(self) -> Result<Sealed<'a>, DecodeError> {
        self.verify_by(checksum::fastest)
    }

    #[inline(always)]
    fn verify_by(self, checksum: fn(&[u8]) -> u16) -> Result<Sealed<'a>, DecodeError> {
        let CrcPair { stated, computed } = self.crc_by(checksum);
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
        self.crc_by(checksum::fastest)
    }

    #[inline(always)]
    fn crc_by(&self, checksum: fn(&[u8]) -> u16) -> CrcPair {
        let covered = self.text.as_bytes().get(..self.text.len().saturating_sub(4)).unwrap_or_default();
        CrcPair { stated: self.layout.stated, computed: checksum(covered) }
    }
}
