//! Signatures: what is signed, with which key, and how the answer is written.
//!
//! | use | algorithm | string to sign |
//! |---|---|---|
//! | token (73, 74) | RSA-SHA256, PKCS#1 v1.5 | `clientId\|timestamp` |
//! | transaction, symmetric | HMAC-SHA512, key = client secret as text | `METHOD:path:token:hash:timestamp` |
//! | transaction, asymmetric without token | RSA-SHA256, PKCS#1 v1.5 | `METHOD:path:hash:timestamp` |
//!
//! Some documents write the RSA key as `clientSecret`; that is a slip, the private key is meant.

mod der;
mod encoding;
mod hmac;
mod key_file;
mod keys;
mod rsa;
mod secret;
mod string_to_sign;

pub(crate) use encoding::from_hex;
pub use encoding::{Encodings, SignatureError};
pub use hmac::{sign_hmac, verify_hmac};
pub use keys::{KeyError, KeySize, PrivateKey, PublicKey};
pub use rsa::{sign_rsa, verify_rsa};
pub use secret::{Secret, Token, constant_time_eq};
pub use string_to_sign::StringToSign;

/// The key a signature is made with.
#[derive(Debug)]
#[non_exhaustive]
pub enum SigningKey<'a> {
    /// HMAC-SHA512.
    Secret(&'a Secret),
    /// RSA-SHA256.
    Private(&'a PrivateKey),
}

/// The key a signature is verified with.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum VerifyingKey<'a> {
    /// HMAC-SHA512.
    Secret(&'a Secret),
    /// RSA-SHA256.
    Public(&'a PublicKey),
}

impl SigningKey<'_> {
    /// Signs and writes the signature as Base64 with padding.
    ///
    /// # Errors
    /// [`SignatureError::CannotSign`] when the library refuses the RSA operation.
    pub fn sign(&self, text: &StringToSign) -> Result<String, SignatureError> {
        match self {
            SigningKey::Secret(secret) => Ok(sign_hmac(secret, text)),
            SigningKey::Private(key) => sign_rsa(key, text),
        }
    }
}

impl VerifyingKey<'_> {
    /// Whether `signature` (text, as received) is this key's over `text`.
    ///
    /// # Errors
    /// What is wrong with the signature's form, or [`SignatureError::Mismatch`].
    pub fn verify(
        &self,
        text: &StringToSign,
        signature: &str,
        encodings: Encodings,
    ) -> Result<(), SignatureError> {
        match self {
            VerifyingKey::Secret(secret) => verify_hmac(secret, text, signature, encodings),
            VerifyingKey::Public(key) => verify_rsa(key, text, signature, encodings),
        }
    }
}
