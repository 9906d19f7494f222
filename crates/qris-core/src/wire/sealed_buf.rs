//! A sealed payload that owns its text.

use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;
use core::hash::{Hash, Hasher};

use super::layout::Layout;
use super::payload::Payload;
use super::sealed::Sealed;
use crate::error::DecodeError;
use crate::unit::LengthUnit;

/// A payload with a right CRC that owns its text: `'static + Send + Sync`, for callers that keep one across threads or
/// `await`.
///
/// ```
/// use qris_core::{Id, SealedBuf};
/// let text = String::from("000201520400005303360540410005802ID5901A6001B26080004ID.A63041858");
/// let sealed = SealedBuf::parse(text)?;
/// let moved = std::thread::spawn(move || sealed.as_sealed().value_of(Id::AMOUNT) == Some("1000"));
/// assert!(moved.join().unwrap());
/// # Ok::<(), qris_core::DecodeError>(())
/// ```
#[derive(Clone)]
pub struct SealedBuf {
    text: Box<str>,
    layout: Layout,
}

impl SealedBuf {
    /// Takes ownership of the text when it is a payload with a right CRC.
    ///
    /// # Errors
    /// As [`Sealed::parse`].
    pub fn parse(text: impl Into<Box<str>>) -> Result<SealedBuf, DecodeError> {
        SealedBuf::parse_with(text, LengthUnit::Characters)
    }

    /// The same with lengths in another unit.
    ///
    /// # Errors
    /// As [`Sealed::parse_with`].
    pub fn parse_with(text: impl Into<Box<str>>, unit: LengthUnit) -> Result<SealedBuf, DecodeError> {
        let text = text.into();
        let layout = Sealed::parse_with(&text, unit)?.layout().clone();
        Ok(SealedBuf { text, layout })
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The borrowed payload; nothing is read again.
    pub fn as_sealed(&self) -> Sealed<'_> {
        Sealed::sealed_before(Payload::of_layout(&self.text, &self.layout))
    }

    /// The text, without copying it.
    pub fn into_string(self) -> String {
        self.text.into_string()
    }
}

impl AsRef<str> for SealedBuf {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for SealedBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SealedBuf").field(&*self.as_sealed()).finish()
    }
}

impl PartialEq for SealedBuf {
    fn eq(&self, other: &Self) -> bool {
        self.as_sealed() == other.as_sealed()
    }
}

impl Eq for SealedBuf {}

impl Hash for SealedBuf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_sealed().hash(state);
    }
}

impl Sealed<'_> {
    /// A copy that owns its text.
    pub fn to_buf(&self) -> SealedBuf {
        SealedBuf::from(self)
    }
}

impl From<&Sealed<'_>> for SealedBuf {
    fn from(sealed: &Sealed<'_>) -> SealedBuf {
        SealedBuf { text: sealed.as_str().into(), layout: sealed.layout().clone() }
    }
}

impl core::str::FromStr for SealedBuf {
    type Err = DecodeError;

    fn from_str(text: &str) -> Result<SealedBuf, DecodeError> {
        SealedBuf::parse(text)
    }
}
