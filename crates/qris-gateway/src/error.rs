//! Why a gateway does not start, or an operator's command was not done.

use std::fmt;
use std::path::Path;

use qris_snap::sign::KeyError;

use crate::config::ConfigError;
use crate::crypto::CryptoError;
use crate::db::DbError;

/// What went wrong, for the person who gave the command.
#[derive(Debug)]
#[non_exhaustive]
pub enum OperatorError {
    /// The command makes no sense for these data: an id that is taken or unknown. Exit status 1.
    Refused(String),
    /// The command cannot be followed as given. Exit status 2; so with all others.
    Usage(String),
    /// A setting cannot be followed.
    Config(ConfigError),
    /// The storage.
    Database(DbError),
    /// The master key, or what was sealed under it.
    Crypto(CryptoError),
    /// A file or a listener, and what was wrong with it.
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

impl fmt::Display for OperatorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OperatorError::Refused(text) | OperatorError::Usage(text) => f.write_str(text),
            OperatorError::Config(error) => error.fmt(f),
            OperatorError::Database(error) => error.fmt(f),
            OperatorError::Crypto(error) => error.fmt(f),
            OperatorError::Io(what, error) => write!(f, "{what}: {error}"),
        }
    }
}

impl std::error::Error for OperatorError {}

impl From<ConfigError> for OperatorError {
    fn from(error: ConfigError) -> Self {
        OperatorError::Config(error)
    }
}

impl From<DbError> for OperatorError {
    fn from(error: DbError) -> Self {
        OperatorError::Database(error)
    }
}

impl From<CryptoError> for OperatorError {
    fn from(error: CryptoError) -> Self {
        OperatorError::Crypto(error)
    }
}
