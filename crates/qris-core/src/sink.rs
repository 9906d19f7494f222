//! Written payloads that are handed on: as a text of their own, to a formatter, or to a writer of the standard library.

use alloc::string::String;
use alloc::vec;
use core::fmt;

use crate::error::WriteError;

/// Why a payload did not get to where it was to be written.
///
/// ```
/// use qris_core::{Builder, SinkError, WriteError};
/// let label = "x".repeat(100);
/// let error = Builder::rupiah().terminal_label(&label).write_to_fmt(&mut String::new()).unwrap_err();
/// assert!(matches!(error, SinkError::Write(WriteError::ValueTooLong { length: 100, .. })));
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SinkError<E> {
    /// There is no payload; nothing was handed on.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The sink refused it, perhaps after a part.
    #[error("the payload could not be handed on")]
    Sink(#[source] E),
}

/// What `write` writes, in a text of its own.
///
/// # Errors
/// As `write`, but for the buffer.
pub(crate) fn to_text(
    write: impl for<'b> Fn(&'b mut [u8]) -> Result<&'b str, WriteError>,
) -> Result<String, WriteError> {
    // Few payloads are longer: EMVCo MPM 4.2 recommends 512 characters at most.
    match write(&mut [0; 512]) {
        Err(WriteError::BufferTooSmall { needed, .. }) => write(&mut vec![0; needed]).map(String::from),
        other => other.map(String::from),
    }
}

/// A payload to a formatter.
pub(crate) fn to_fmt(
    text: Result<String, WriteError>,
    sink: &mut (impl fmt::Write + ?Sized),
) -> Result<(), SinkError<fmt::Error>> {
    sink.write_str(&text?).map_err(SinkError::Sink)
}

/// A payload to a writer.
#[cfg(feature = "std")]
pub(crate) fn to_io(
    text: Result<String, WriteError>,
    sink: &mut (impl std::io::Write + ?Sized),
) -> Result<(), SinkError<std::io::Error>> {
    sink.write_all(text?.as_bytes()).map_err(SinkError::Sink)
}
