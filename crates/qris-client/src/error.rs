//! What can go wrong, sorted by what a caller must know first: whether anything happened.

use qris_snap::Refusal;
use qris_snap::client::{Refused, Unknown};

/// Why a client cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// [`Options::base_url`](crate::Options::base_url).
    #[error("the base URL: {0}")]
    Url(String),
    /// The TLS library cannot be set up.
    #[error("the HTTP client cannot be made: {0}")]
    Http(String),
}

/// Why a call did not succeed. Neither `Display` nor `Debug` holds a secret or a token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The message or a setting does not allow the request; nothing was sent.
    #[error("the request cannot be made: {}", .0.log())]
    Request(Refusal),
    /// The acquirer was not reached; nothing was sent.
    #[error("nothing was sent: {0}")]
    NotSent(String),
    /// There is no token to send it with; nothing was sent.
    #[error("there is no token: {0}")]
    NoToken(Box<Error>),
    /// The acquirer refused, and did nothing.
    #[error("refused: {0}")]
    Refused(Refused),
    /// The acquirer says that it tried and failed, or that the number stands for something else. Another number is needed.
    #[error("not done: {0}")]
    Failed(String),
    /// Nobody knows whether it was done. Keep what was asked for, and ask about it later:
    /// [`Client::resume_generate`](crate::Client::resume_generate) and its sisters.
    #[error("the outcome is not known: {0}")]
    Unknown(Unknown),
}

impl Error {
    /// Whether it is certain that this call changed nothing at the acquirer.
    ///
    /// ```
    /// use qris_client::Error;
    /// assert!(Error::NotSent("connection refused".into()).is_certain());
    /// ```
    pub fn is_certain(&self) -> bool {
        !matches!(self, Error::Unknown(_))
    }

    /// The refusal, of the request itself or of the token for it.
    pub fn refused(&self) -> Option<&Refused> {
        match self {
            Error::Refused(refused) => Some(refused),
            Error::NoToken(error) => error.refused(),
            _ => None,
        }
    }

    /// Whether the same may go better in a moment.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Error::NotSent(_) | Error::Unknown(_) => true,
            Error::NoToken(error) => error.may_pass(),
            Error::Request(_) | Error::Refused(_) | Error::Failed(_) => false,
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Error {
        Error::Request(refusal)
    }
}
