//! Editing without a buffer of the caller.

use alloc::string::String;
use core::fmt;

use super::Edit;
use super::review::first_fault;
use crate::builder::EncodeError;
use crate::error::WriteError;
use crate::qris::QrisBuf;
use crate::schema::Profile;
use crate::sink::{self, SinkError};
use crate::wire::{Sealed, SealedBuf};

impl Edit<'_> {
    /// Writes the edited payload into a text of its own and seals it. Whether it conforms is not asked.
    ///
    /// # Errors
    /// As [`Edit::write_to`], but for the buffer.
    pub fn to_string(&self, source: &Sealed<'_>) -> Result<String, WriteError> {
        sink::to_text(|buffer| self.write_to(source, buffer))
    }

    /// [`Edit::build`] with a result that owns its text.
    ///
    /// ```
    /// use qris_core::{Edit, Profile, QrisBuf, Sealed};
    /// fn with_amount(text: &str) -> Result<QrisBuf, Box<dyn std::error::Error>> {
    ///     let mut edit = Edit::new();
    ///     edit.amount("15000".parse()?);
    ///     Ok(edit.to_buf(&Sealed::parse(text)?, &Profile::WILD)?)
    /// }
    /// let text = String::from("000201520400005303360540410005802ID5901A6001B26080004ID.A63041858");
    /// assert_eq!(with_amount(&text).unwrap().as_qris().amount(), Some("15000".parse().unwrap()));
    /// ```
    ///
    /// # Errors
    /// As [`Edit::build`], but for the buffer.
    pub fn to_buf(&self, source: &Sealed<'_>, profile: &Profile) -> Result<QrisBuf, EncodeError> {
        let sealed = SealedBuf::parse_with(self.to_string(source)?, source.unit())?;
        match first_fault(source, &sealed.as_sealed(), profile, |path| self.names(path)) {
            Some(fault) => Err(EncodeError::NotConformant(fault)),
            None => Ok(QrisBuf::from_sealed(sealed, profile)?),
        }
    }

    /// Writes the edited payload to a formatter, such as a `String` that has something already.
    ///
    /// # Errors
    /// [`SinkError::Write`] as [`Edit::to_string`], and what the sink says.
    pub fn write_to_fmt(
        &self,
        source: &Sealed<'_>,
        sink: &mut (impl fmt::Write + ?Sized),
    ) -> Result<(), SinkError<fmt::Error>> {
        sink::to_fmt(self.to_string(source), sink)
    }

    /// Writes the edited payload to a writer, such as a file or a socket.
    ///
    /// # Errors
    /// [`SinkError::Write`] as [`Edit::to_string`], and what the sink says.
    #[cfg(feature = "std")]
    pub fn write_to_io(
        &self,
        source: &Sealed<'_>,
        sink: &mut (impl std::io::Write + ?Sized),
    ) -> Result<(), SinkError<std::io::Error>> {
        sink::to_io(self.to_string(source), sink)
    }
}
