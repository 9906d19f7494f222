//! Secrets at rest and random names.
//!
//! Client secrets and the gateway's private key are sealed with AES-256-GCM under the master key, a file of 32 random
//! bytes that is not in the database. Tokens are stored as SHA-256 only: they are 256 random bits, so a plain hash
//! cannot be guessed backwards.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::{digest, rand};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

/// Length of a master key in bytes.
pub const MASTER_KEY_LENGTH: usize = 32;

/// Why something could not be sealed or opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CryptoError {
    /// The master key file is missing, unreadable or not 32 bytes; the text says which and what to do.
    #[error("{0}")]
    MasterKey(String),
    /// Sealed bytes do not open: another master key, another name, or they were changed.
    #[error("a stored secret does not open: the master key file is not the one this database was made with")]
    DoesNotOpen,
    /// The random source or the cipher failed.
    #[error("the random source or the cipher failed")]
    Failed,
}

/// The key everything secret in the database is sealed under; while it is rotated, and after, the one before it too.
///
/// Keys are in files: `NAME`; beside it `NAME.new` while rows are sealed anew, and `NAME.old` from then on. The newest
/// seals, each opens. Files are read again when something does not open: a rotation may have begun since.
pub struct MasterKey {
    file: Option<PathBuf>,
    /// Newest first, never empty.
    ring: RwLock<Arc<[RandomizedNonceKey]>>,
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(..)")
    }
}

impl MasterKey {
    /// A key of 32 bytes.
    ///
    /// # Errors
    /// [`CryptoError::MasterKey`] for any other number.
    pub fn new(bytes: &[u8]) -> Result<MasterKey, CryptoError> {
        let wrong = || CryptoError::MasterKey(format!("a master key has 32 bytes, not {}", bytes.len()));
        let key = RandomizedNonceKey::new(&AES_256_GCM, bytes).map_err(|_| wrong())?;
        Ok(MasterKey { file: None, ring: RwLock::new(Arc::new([key])) })
    }

    /// Reads a master key file, and those beside it.
    ///
    /// # Errors
    /// [`CryptoError::MasterKey`].
    pub fn read(path: &Path) -> Result<MasterKey, CryptoError> {
        Ok(MasterKey { file: Some(path.to_owned()), ring: RwLock::new(load(path)?) })
    }

    fn ring(&self) -> Arc<[RandomizedNonceKey]> {
        Arc::clone(&self.ring.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Random bytes for a new master key file.
    ///
    /// # Errors
    /// [`CryptoError::Failed`].
    pub fn generate() -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        let mut bytes = Zeroizing::new(vec![0; MASTER_KEY_LENGTH]);
        rand::fill(&mut bytes).map_err(|_| CryptoError::Failed)?;
        Ok(bytes)
    }

    /// Seals bytes under a name (`secret:CLIENT`); only the same name opens them, so two rows cannot be swapped.
    ///
    /// # Errors
    /// [`CryptoError::Failed`].
    pub fn seal(&self, name: &str, plain: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let mut sealed = plain.to_vec();
        let ring = self.ring();
        let newest = ring.first().ok_or(CryptoError::Failed)?;
        let nonce =
            newest.seal_in_place_append_tag(Aad::from(name), &mut sealed).map_err(|_| CryptoError::Failed)?;
        let mut out = nonce.as_ref().to_vec();
        out.extend_from_slice(&sealed);
        Ok(out)
    }

    /// Opens what was sealed under the same name.
    ///
    /// # Errors
    /// [`CryptoError::DoesNotOpen`].
    pub fn open(&self, name: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        let open = |ring: &[RandomizedNonceKey]| ring.iter().find_map(|key| open_with(key, name, sealed));
        if let Some(plain) = open(&self.ring()) {
            return Ok(plain);
        }
        let file = self.file.as_deref().ok_or(CryptoError::DoesNotOpen)?;
        let ring = load(file).map_err(|_| CryptoError::DoesNotOpen)?;
        let plain = open(&ring).ok_or(CryptoError::DoesNotOpen)?;
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = ring;
        Ok(plain)
    }

    /// Seals anew, with the newest key, what an older one sealed; none when the newest did.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn reseal(&self, name: &str, sealed: &[u8]) -> Result<Option<Vec<u8>>, CryptoError> {
        if self.ring().first().is_some_and(|newest| open_with(newest, name, sealed).is_some()) {
            return Ok(None);
        }
        let plain = self.open(name, sealed)?;
        self.seal(name, &plain).map(Some)
    }
}

/// A file beside a master key file: `NAME.new`, `NAME.old`.
pub(crate) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".");
    name.push(ending);
    name.into()
}

fn load(path: &Path) -> Result<Arc<[RandomizedNonceKey]>, CryptoError> {
    let mut ring = Vec::new();
    for (file, needed) in
        [(beside(path, "new"), false), (path.to_owned(), true), (beside(path, "old"), false)]
    {
        let wrong =
            |why: String| CryptoError::MasterKey(format!("the master key file {} {why}", file.display()));
        let bytes = match std::fs::read(&file) {
            Ok(bytes) => Zeroizing::new(bytes),
            Err(error) if !needed && error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(wrong(format!("cannot be read: {error}"))),
        };
        let key = RandomizedNonceKey::new(&AES_256_GCM, &bytes);
        ring.push(key.map_err(|_| wrong(format!("has {} bytes, not {MASTER_KEY_LENGTH}", bytes.len())))?);
    }
    Ok(ring.into())
}

fn open_with(key: &RandomizedNonceKey, name: &str, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, sealed) = sealed.split_at_checked(NONCE_LEN)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut plain = Zeroizing::new(sealed.to_vec());
    let length = key.open_in_place(nonce, Aad::from(name), &mut plain).ok()?.len();
    plain.truncate(length);
    Some(plain)
}

/// The hash a token is stored under.
pub fn token_hash(token: &str) -> Vec<u8> {
    digest::digest(&digest::SHA256, token.as_bytes()).as_ref().to_vec()
}

/// 256 random bits in URL-safe Base64, 43 characters: tokens, client secrets, sandbox keys.
///
/// # Errors
/// [`CryptoError::Failed`].
pub fn random_token() -> Result<String, CryptoError> {
    let mut bytes = Zeroizing::new([0_u8; 32]);
    rand::fill(bytes.as_mut()).map_err(|_| CryptoError::Failed)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes.as_ref()))
}

/// What logs and pages show of a token or key: its first four characters when there are plenty more, so that two can
/// be told apart, and nothing of a short one.
pub fn masked(secret: &str) -> String {
    let start = if secret.chars().count() >= 20 { secret.chars().take(4).collect() } else { String::new() };
    format!("{start}***")
}

/// 128 random bits in hexadecimal, 32 characters: ids of rows and pages.
///
/// # Errors
/// [`CryptoError::Failed`].
pub fn random_id() -> Result<String, CryptoError> {
    let mut bytes = [0_u8; 16];
    rand::fill(&mut bytes).map_err(|_| CryptoError::Failed)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Digits and capital letters without I, L, O and U, which people mistake when they read a number aloud.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// `N` random characters of 5 bits each: parts of reference numbers.
///
/// # Errors
/// [`CryptoError::Failed`].
pub fn random_letters<const N: usize>() -> Result<String, CryptoError> {
    let mut bytes = [0_u8; N];
    rand::fill(&mut bytes).map_err(|_| CryptoError::Failed)?;
    Ok(bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect())
}

/// The name a partner's client secret is sealed under.
pub fn secret_name(client_id: &str) -> String {
    format!("secret:{client_id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_under_its_name_only() {
        let key = MasterKey::new(&[7; 32]).unwrap();
        let sealed = key.seal("secret:a", b"hush").unwrap();
        assert!(!sealed.windows(4).any(|window| window == b"hush"));
        assert_eq!(key.open("secret:a", &sealed).unwrap().as_slice(), b"hush");
        assert_eq!(key.open("secret:b", &sealed), Err(CryptoError::DoesNotOpen));
        assert_eq!(
            MasterKey::new(&[8; 32]).unwrap().open("secret:a", &sealed),
            Err(CryptoError::DoesNotOpen)
        );
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(key.open("secret:a", &changed), Err(CryptoError::DoesNotOpen), "byte {at}");
        }
        assert_eq!(key.open("secret:a", b"short"), Err(CryptoError::DoesNotOpen));
        assert_ne!(key.seal("secret:a", b"hush").unwrap(), sealed);
    }

    #[test]
    fn a_master_key_has_32_bytes() {
        assert!(matches!(MasterKey::new(&[0; 31]), Err(CryptoError::MasterKey(_))));
        assert!(MasterKey::new(&MasterKey::generate().unwrap()).is_ok());
    }

    #[test]
    fn of_a_masked_secret_at_most_four_characters_are_seen() {
        assert_eq!(masked("0123456789abcdefghij"), "0123***");
        assert_eq!(masked("0123456789abcdefghi"), "***");
        assert_eq!(masked(""), "***");
    }

    #[test]
    fn random_names_have_their_length_and_differ() {
        assert_eq!((random_token().unwrap().len(), random_id().unwrap().len()), (43, 32));
        assert_ne!(random_token().unwrap(), random_token().unwrap());
    }
}
