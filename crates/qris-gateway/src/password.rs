//! The operator's password, known by its Argon2id hash only.

use argon2::password_hash::phc::PasswordHash;
use argon2::{ARGON2ID_IDENT, Argon2, PasswordHasher, PasswordVerifier};

use crate::crypto::CryptoError;

/// A longer password is refused before it is hashed.
const LONGEST: usize = 1024;

/// Whether a text can be the operator's password hash: an Argon2id hash as PHC string (`$argon2id$v=19$m=…`).
///
/// # Errors
/// What is wrong with it, for the one who wrote the configuration; the text itself is not repeated.
pub fn check_hash(hash: &str) -> Result<(), String> {
    let known = PasswordHash::new(hash);
    let whole = known
        .is_ok_and(|known| known.algorithm == ARGON2ID_IDENT && known.salt.is_some() && known.hash.is_some());
    let wrong = "is no Argon2id hash as PHC string ($argon2id$v=19$m=19456,t=2,p=1$SALT$HASH)";
    if whole { Ok(()) } else { Err(wrong.to_owned()) }
}

/// The Argon2id hash of a password, for the configuration.
///
/// # Errors
/// [`CryptoError::Failed`] when the random source fails, or the password is longer than 1,024 bytes.
pub fn hash(password: &str) -> Result<String, CryptoError> {
    if password.len() > LONGEST {
        return Err(CryptoError::Failed);
    }
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|_| CryptoError::Failed)
}

/// Whether a password is the one of a hash.
pub(crate) fn verify(password: &str, hash: &str) -> bool {
    let known = match PasswordHash::new(hash) {
        Ok(known) if check_hash(hash).is_ok() => known,
        _ => {
            tracing::error!("the operator's password hash cannot be used; nobody can log in");
            return false;
        }
    };
    password.len() <= LONGEST && Argon2::default().verify_password(password.as_bytes(), &known).is_ok()
}
