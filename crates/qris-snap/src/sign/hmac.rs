//! HMAC-SHA512 over the string to sign.

use aws_lc_rs::hmac;

use super::encoding::{self, Encodings, SignatureError};
use super::{Secret, StringToSign};

/// Bytes of an HMAC-SHA512.
const LENGTH: usize = 64;

/// Signs with a client secret; Base64, 88 characters.
///
/// ```
/// # use qris_snap::sign::{Secret, StringToSign, sign_hmac, verify_hmac, Encodings};
/// let secret = Secret::new("myclientsecret");
/// let text = StringToSign::from_bytes(b"POST:/v1.0/qr/qr-mpm-query:token:hash:time");
/// let signature = sign_hmac(&secret, &text);
/// assert!(verify_hmac(&secret, &text, &signature, Encodings::Base64).is_ok());
/// ```
pub fn sign_hmac(secret: &Secret, text: &StringToSign) -> String {
    encoding::encode(hmac::sign(&key(secret), text.expose()).as_ref())
}

/// Verifies in constant time.
///
/// # Errors
/// What is wrong with the signature's form, or [`SignatureError::Mismatch`].
pub fn verify_hmac(
    secret: &Secret,
    text: &StringToSign,
    signature: &str,
    encodings: Encodings,
) -> Result<(), SignatureError> {
    let signature = encoding::decode(signature, LENGTH, encodings)?;
    hmac::verify(&key(secret), text.expose(), &signature).map_err(|_| SignatureError::Mismatch)
}

fn key(secret: &Secret) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA512, secret.expose())
}
