//! Why a gateway does not start, or an operator's command was not done.

use std::path::Path;

use qris_snap::sign::KeyError;

use crate::config::ConfigError;
use crate::crypto::CryptoError;
use crate::db::DbError;

/// What went wrong, for the person who gave the command.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OperatorError {
    /// The command makes no sense for these data: an id that is taken or unknown. Exit status 1.
    #[error("{0}")]
    Refused(String),
    /// The command cannot be followed as given. Exit status 2; so with all others.
    #[error("{0}")]
    Usage(String),
    /// A setting cannot be followed.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The storage.
    #[error(transparent)]
    Database(#[from] DbError),
    /// The master key, or what was sealed under it.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
    /// A file or a listener, and what was wrong with it.
    #[error("{0}: {1}")]
    Io(String, std::io::Error),
}

impl OperatorError {
    /// The exit status of a command that ended so.
    pub fn exit_code(&self) -> u8 {
        if matches!(self, OperatorError::Refused(_)) { 1 } else { 2 }
    }

    /// A file that could not be read or written.
    pub(crate) fn file(doing: &str, path: &Path, error: std::io::Error) -> OperatorError {
        OperatorError::Io(format!("cannot {doing} {}", path.display()), error)
    }

    /// A key that is none.
    pub(crate) fn key(path: &Path, error: KeyError) -> OperatorError {
        OperatorError::Usage(format!("{}: {error}", path.display()))
    }
}
