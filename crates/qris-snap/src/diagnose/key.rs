//! How a signature may have been written, and what may have made it.

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::hmac;
use aws_lc_rs::signature::{
    ParsedPublicKey, RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, VerificationAlgorithm,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::{Keys, Slip};
use crate::policy::SignatureMode;
use crate::sign::constant_time_eq;

/// Characters of the longest signature that is looked at: Base64 of hexadecimal of 512 bytes, wrapped.
const MAX_SIGNATURE: usize = 2048;

/// How a signature was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Written {
    /// Base64, with whatever slips.
    Base64,
    /// Hexadecimal.
    Hex,
}

/// The bytes a signature may mean, the plainest reading first.
pub(super) fn readings(text: &str) -> Vec<(Vec<Slip>, Written, Vec<u8>)> {
    let mut found: Vec<(Vec<Slip>, Written, Vec<u8>)> = Vec::new();
    if text.len() > MAX_SIGNATURE {
        return found;
    }
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let wrapped = (plain != text).then_some(Slip::Wrapped);
    let mut add = |more: &[Slip], written: Written, bytes: Vec<u8>| {
        let slips: Vec<Slip> = wrapped.iter().chain(more).cloned().collect();
        if slips.len() <= 2 && !found.iter().any(|(_, _, known)| *known == bytes) {
            found.push((slips, written, bytes));
        }
    };
    if let Some(bytes) = from_hex(plain.as_bytes()) {
        add(&[], Written::Hex, bytes);
    }
    let standard = plain.replace('-', "+").replace('_', "/");
    let padded = format!("{standard}{}", "=".repeat((4 - standard.len() % 4) % 4));
    if let Ok(bytes) = STANDARD.decode(&padded) {
        let url = (standard != plain).then_some(Slip::Base64Url);
        // base64url is usually without padding: that is one slip.
        let unpadded = (padded != standard && url.is_none()).then_some(Slip::Unpadded);
        let slips: Vec<Slip> = url.into_iter().chain(unpadded).collect();
        if let Some(inner) = from_hex(&bytes) {
            let slips: Vec<Slip> = slips.iter().cloned().chain([Slip::Base64OfHex]).collect();
            add(&slips, Written::Base64, inner);
        }
        add(&slips, Written::Base64, bytes);
    }
    found
}

fn from_hex(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    if text.is_empty() || text.len() % 2 != 0 {
        return None;
    }
    text.chunks_exact(2)
        .map(|pair| match pair {
            [high, low] => u8::try_from(digit(high)? * 16 + digit(low)?).ok(),
            _ => None,
        })
        .collect()
}

/// Something that signs, and can tell whether it signed.
pub(super) enum Check {
    Hmac(Box<hmac::Key>, usize),
    Rsa(ParsedPublicKey),
}

impl Check {
    /// Bytes of what it makes; RSA's are told by its library.
    pub(super) fn fits(&self, signature: &[u8]) -> bool {
        match self {
            Check::Hmac(_, length) => signature.len() == *length,
            Check::Rsa(_) => signature.len() >= 256,
        }
    }

    pub(super) fn holds(&self, text: &[u8], signature: &[u8]) -> bool {
        match self {
            Check::Hmac(key, _) => constant_time_eq(hmac::sign(key, text).as_ref(), signature),
            Check::Rsa(key) => key.verify_sig(text, signature).is_ok(),
        }
    }
}

/// What may have signed, with the slips it takes; the right one first.
pub(super) fn checks(keys: Keys<'_>, mode: SignatureMode) -> Vec<(Vec<Slip>, Check)> {
    let symmetric = mode == SignatureMode::Symmetric;
    let mut all = Vec::new();
    if let Some(secret) = keys.secret {
        let wrong = (!symmetric).then_some(Slip::HmacForRsa);
        for (slip, bytes) in secrets(secret.expose()) {
            for (hash, algorithm, length) in [
                (None, hmac::HMAC_SHA512, 64),
                (Some(Slip::HmacHash("SHA256")), hmac::HMAC_SHA256, 32),
                (Some(Slip::HmacHash("SHA384")), hmac::HMAC_SHA384, 48),
                (Some(Slip::HmacHash("SHA1")), hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, 20),
            ] {
                let slips: Vec<Slip> = wrong.iter().cloned().chain(slip.clone()).chain(hash).collect();
                all.push((slips, Check::Hmac(Box::new(hmac::Key::new(algorithm, &bytes)), length)));
            }
        }
    }
    let der = keys.public.and_then(|key| AsDer::as_der(key.parsed()).ok());
    if let Some(der) = der {
        let wrong = symmetric.then_some(Slip::RsaForHmac);
        let algorithms: [(Vec<Slip>, &'static dyn VerificationAlgorithm); 7] = [
            (vec![], &RSA_PKCS1_2048_8192_SHA256),
            (vec![Slip::RsaHash("SHA-1")], &RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY),
            (vec![Slip::RsaHash("SHA-512")], &RSA_PKCS1_2048_8192_SHA512),
            (vec![Slip::RsaHash("SHA-384")], &RSA_PKCS1_2048_8192_SHA384),
            (vec![Slip::Pss], &RSA_PSS_2048_8192_SHA256),
            (vec![Slip::Pss, Slip::RsaHash("SHA-512")], &RSA_PSS_2048_8192_SHA512),
            (vec![Slip::Pss, Slip::RsaHash("SHA-384")], &RSA_PSS_2048_8192_SHA384),
        ];
        for (slips, algorithm) in algorithms {
            if let Ok(key) = ParsedPublicKey::new(algorithm, der.as_ref()) {
                all.push((wrong.iter().cloned().chain(slips).collect(), Check::Rsa(key)));
            }
        }
    }
    all.retain(|(slips, _)| slips.len() <= 2);
    all.sort_by_key(|(slips, _)| slips.len());
    all
}

/// The bytes that may have been taken for the secret, the right ones first.
fn secrets(right: &[u8]) -> Vec<(Option<Slip>, Zeroizing<Vec<u8>>)> {
    let mut all = vec![(None, Zeroizing::new(right.to_vec()))];
    for end in [&b"\n"[..], b"\r\n"] {
        all.push((Some(Slip::SecretWithNewline), Zeroizing::new([right, end].concat())));
    }
    let trimmed = right.trim_ascii();
    if trimmed.len() < right.len() {
        all.push((Some(Slip::SecretTrimmed), Zeroizing::new(trimmed.to_vec())));
    }
    let text = core::str::from_utf8(trimmed).unwrap_or("");
    let unpadded = text.trim_end_matches('=').replace('-', "+").replace('_', "/");
    let padded = format!("{unpadded}{}", "=".repeat((4 - unpadded.len() % 4) % 4));
    if let Some(bytes) = STANDARD.decode(padded).ok().filter(|bytes| !bytes.is_empty()) {
        all.push((Some(Slip::SecretFromBase64), Zeroizing::new(bytes)));
    }
    if let Some(bytes) = from_hex(trimmed) {
        all.push((Some(Slip::SecretFromHex), Zeroizing::new(bytes)));
    }
    all
}
