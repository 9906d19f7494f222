//! Building without a buffer of the caller.

use alloc::string::String;
use core::fmt;

use super::{Builder, EncodeError};
use crate::check;
use crate::error::WriteError;
use crate::qris::QrisBuf;
use crate::schema::Profile;
use crate::sink::{self, SinkError};
use crate::wire::SealedBuf;

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
    /// use qris_core::{AccountValues, Builder, Id, Profile, QrisBuf};
    /// fn code(merchant: &str) -> Result<QrisBuf, Box<dyn std::error::Error>> {
    ///     let mut builder = Builder::rupiah();
    ///     let (guid, mpan) = ("ID.CO.EXAMPLE.WWW", "936009140000000001".parse()?);
    ///     let account = AccountValues::new(guid, mpan, "TESTMID00000001", "UMI".parse()?);
    ///     builder.account(Id::MERCHANT_ACCOUNT, &account).national("ID1026000000012".parse()?, "UMI".parse()?);
    ///     builder.mcc("5812".parse()?).merchant_name(merchant).merchant_city("JAKARTA").postal_code("10110");
    ///     Ok(builder.to_buf(&Profile::QRIS)?)
    /// }
    /// let code = code(&String::from("WARUNG CONTOH")).unwrap();
    /// assert_eq!(code.as_qris().merchant_name(), "WARUNG CONTOH");
    /// ```
    ///
    /// # Errors
    /// As [`Builder::build`], but for the buffer.
    pub fn to_buf(&self, profile: &Profile) -> Result<QrisBuf, EncodeError> {
        let sealed = SealedBuf::parse(self.to_string()?)?;
        match check::first_fault(&sealed.as_sealed(), profile, |_| true) {
            Some(fault) => Err(EncodeError::NotConformant(fault)),
            None => Ok(QrisBuf::from_sealed(sealed, &profile.for_making())?),
        }
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
