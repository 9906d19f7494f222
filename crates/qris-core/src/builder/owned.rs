//! Building without a buffer of the caller.

use alloc::string::String;
use core::fmt;

use super::{Builder, EncodeError};
use crate::error::WriteError;
use crate::qris::QrisBuf;
use crate::schema::Profile;
use crate::sink::{self, SinkError};

impl Builder<'_> {
    /// Writes the payload into a text of its own and seals it. Whether it conforms is not asked.
    ///
    /// # Errors
    /// As [`Builder::write_to`], but for the buffer.
    pub fn to_string(&self) -> Result<String, WriteError> {
        sink::to_text(|buffer| self.write_to(buffer))
    }

    /// [`Builder::build`] with a result that owns its text.
    ///
    /// ```
    /// use qris_core::{Builder, Profile, QrisBuf};
    /// fn code(merchant: &str) -> Result<QrisBuf, Box<dyn std::error::Error>> {
    ///     let mut builder = Builder::rupiah();
    ///     builder.set("26/00".parse()?, "ID.CO.EXAMPLE.WWW");
    ///     builder.mcc("5812".parse()?).merchant_name(merchant).merchant_city("JAKARTA");
    ///     Ok(builder.to_buf(&Profile::WILD)?)
    /// }
    /// let code = code(&String::from("WARUNG CONTOH")).unwrap();
    /// assert_eq!(code.as_qris().merchant_name(), "WARUNG CONTOH");
    /// ```
    ///
    /// # Errors
    /// As [`Builder::build`], but for the buffer.
    pub fn to_buf(&self, profile: &Profile) -> Result<QrisBuf, EncodeError> {
        Ok(QrisBuf::decode_with(self.to_string()?, profile)?)
    }

    /// Writes the payload to a formatter, such as a `String` that has something already.
    ///
    /// # Errors
    /// [`SinkError::Write`] as [`Builder::to_string`], and what the sink says.
    pub fn write_to_fmt(&self, sink: &mut (impl fmt::Write + ?Sized)) -> Result<(), SinkError<fmt::Error>> {
        sink::to_fmt(self.to_string(), sink)
    }

    /// Writes the payload to a writer, such as a file or a socket.
    ///
    /// # Errors
    /// [`SinkError::Write`] as [`Builder::to_string`], and what the sink says.
    #[cfg(feature = "std")]
    pub fn write_to_io(
        &self,
        sink: &mut (impl std::io::Write + ?Sized),
    ) -> Result<(), SinkError<std::io::Error>> {
        sink::to_io(self.to_string(), sink)
    }
}
