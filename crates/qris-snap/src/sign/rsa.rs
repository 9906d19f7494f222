//! RSA-SHA256 (RSASSA-PKCS1-v1_5) over the string to sign.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::RSA_PKCS1_SHA256;

use super::encoding::{self, Encodings, SignatureError};
use super::{PrivateKey, PublicKey, StringToSign};

/// Signs with a private key; Base64.
///
/// # Errors
/// [`SignatureError::CannotSign`] when the library refuses, which a key that was read or generated here does not
/// cause.
pub fn sign_rsa(key: &PrivateKey, text: &StringToSign) -> Result<String, SignatureError> {
    let mut signature = vec![0; key.size().bytes()];
    // PKCS#1 v1.5 signing draws no randomness; the argument is the library's common signature.
    key.pair()
        .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.expose(), &mut signature)
        .map_err(|_| SignatureError::CannotSign)?;
    Ok(encoding::encode(&signature))
}

/// Verifies with a public key.
///
/// # Errors
/// What is wrong with the signature's form, or [`SignatureError::Mismatch`].
pub fn verify_rsa(
    key: &PublicKey,
    text: &StringToSign,
    signature: &str,
    encodings: Encodings,
) -> Result<(), SignatureError> {
    let signature = encoding::decode(signature, key.size().bytes(), encodings)?;
    key.parsed().verify_sig(text.expose(), &signature).map_err(|_| SignatureError::Mismatch)
}
