//! A sealed payload that owns its text.

use alloc::boxed::Box;
use core::fmt;

use super::payload::{Layout, Payload, Sealed};
use crate::error::DecodeError;

/// A payload with a right CRC that owns its text: `'static + Send + Sync`, for those who hold one across
/// threads or `await`.
///
/// ```
/// use qris_core::{Id, SealedBuf};
/// let text = String::from("000201520400005303360540410005802ID5901A6001B26080004ID.A63041858");
/// let sealed = SealedBuf::parse(text)?;
/// let moved = std::thread::spawn(move || sealed.get().value_of(Id::AMOUNT) == Some("1000"));
/// assert!(moved.join().unwrap());
/// # Ok::<(), qris_core::DecodeError>(())
/// ```
#[derive(Clone)]
pub struct SealedBuf {
    text: Box<str>,
    layout: Layout,
}

impl SealedBuf {
    /// Takes the text over when it is a payload with a right CRC.
    ///
    /// # Errors
    /// As [`Sealed::parse`].
    pub fn parse(text: impl Into<Box<str>>) -> Result<SealedBuf, DecodeError> {
        let text = text.into();
        let layout = Sealed::parse(&text)?.layout().clone();
        Ok(SealedBuf { text, layout })
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The borrowed payload; nothing is read again.
    pub fn get(&self) -> Sealed<'_> {
        Sealed::again(Payload::of_layout(&self.text, &self.layout))
    }
}

impl fmt::Debug for SealedBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SealedBuf").field(self.get().payload()).finish()
    }
}

impl PartialEq for SealedBuf {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl Eq for SealedBuf {}

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
