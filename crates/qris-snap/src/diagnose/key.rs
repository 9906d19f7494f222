//! How a signature may have been written, and what may have made it.

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::hmac;
use aws_lc_rs::signature::{
    ParsedPublicKey, RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, VerificationAlgorithm,
};
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use base64::engine::{DecodePaddingMode, Engine};
use zeroize::Zeroizing;

use super::ways::Slips;
use super::{Keys, Slip};
use crate::policy::SignatureMode;
use crate::sign::{constant_time_eq, from_hex};

/// Characters of the longest signature that is looked at: Base64 of hexadecimal of 512 bytes, wrapped.
const MAX_SIGNATURE: usize = 2048;

/// Base64 without padding, whatever the last bits are.
const FORGIVING: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// How a signature was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Written {
    /// Base64, with whatever slips.
    Base64,
    /// Hexadecimal.
    Hex,
}

/// Bytes that a signature may mean, and how it was written.
pub(super) type Reading = (Slips, Written, Vec<u8>);

/// The bytes a signature may mean, the plainest reading first.
pub(super) fn readings(text: &str) -> Vec<Reading> {
    let mut found: Vec<Reading> = Vec::new();
    if text.len() > MAX_SIGNATURE {
        return found;
    }
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let wrapped = if plain == text { Slips::default() } else { Slip::Wrapped.into() };
    add_readings(&mut found, &wrapped, &plain);
    // What a form's decoder or an encoder of addresses made of it.
    let lines = text.trim_matches(['\r', '\n', '\t']);
    if lines.contains(' ') {
        add_readings(&mut found, &Slip::PlusLost.into(), &lines.replace(' ', "+"));
    }
    let mut decoded = plain.clone();
    for (escape, plain) in [("%2b", "+"), ("%2f", "/"), ("%3d", "=")] {
        decoded = decoded.replace(escape, plain).replace(&escape.to_uppercase(), plain);
    }
    if decoded != plain {
        add_readings(&mut found, &wrapped.and(&Slip::PercentEncoded.into()), &decoded);
    }
    let bare = plain.trim_matches(['"', '\'']);
    if bare != plain {
        add_readings(&mut found, &Slip::Wrapped.into(), bare);
    }
    // Written out, as a library prints lines of MIME.
    let lines = plain.replace("\\r", "").replace("\\n", "");
    if lines != plain {
        add_readings(&mut found, &Slip::Wrapped.into(), &lines);
    }
    found
}

fn add_readings(found: &mut Vec<Reading>, before: &Slips, plain: &str) {
    let mut add = |more: &[Slip], written: Written, bytes: Vec<u8>| {
        let slips = before.and(&Slips::of(more.iter().cloned()));
        if slips.weight <= 2 && !found.iter().any(|(_, _, known)| *known == bytes) {
            found.push((slips, written, bytes));
        }
    };
    if let Some(bytes) = from_hex(plain.as_bytes()) {
        if let Ok(inner) = STANDARD.decode(&bytes) {
            add(&[Slip::HexOfBase64], Written::Hex, inner);
        }
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
            add(&[slips.as_slice(), &[Slip::Base64OfHex]].concat(), Written::Base64, inner);
        } else if let Ok(inner) = STANDARD.decode(bytes.trim_ascii()) {
            add(&[slips.as_slice(), &[Slip::Base64Twice]].concat(), Written::Base64, inner);
        }
        add(&slips, Written::Base64, bytes);
    }
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
pub(super) fn checks(keys: Keys<'_>, mode: SignatureMode) -> Vec<(Slips, Check)> {
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
                let slips = wrong.iter().cloned().chain(slip.clone()).chain(hash);
                all.push((
                    Slips::of(slips),
                    Check::Hmac(Box::new(hmac::Key::new(algorithm, &bytes)), length),
                ));
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
                all.push((Slips::of(wrong.iter().cloned().chain(slips)), Check::Rsa(key)));
            }
        }
    }
    all.retain(|(slips, _)| slips.weight <= 2);
    all.sort_by_key(|(slips, _)| slips.weight);
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
    for bytes in from_base64(trimmed) {
        all.push((Some(Slip::SecretFromBase64), bytes));
    }
    all.push((Some(Slip::SecretToBase64), Zeroizing::new(STANDARD.encode(right).into_bytes())));
    if let Some(bytes) = from_hex(trimmed) {
        all.push((Some(Slip::SecretFromHex), Zeroizing::new(bytes)));
    }
    all.retain(|(slip, bytes)| slip.is_none() || !bytes.is_empty() && **bytes != right);
    all
}

/// The bytes a text means in Base64, as the forgiving read it: in either alphabet, with or without padding, bits that are
/// left over dropped, other characters skipped (PHP, Python) or taken for the end (others).
fn from_base64(text: &[u8]) -> Vec<Zeroizing<Vec<u8>>> {
    let letter = |byte: &u8| match byte {
        b'-' => Some(b'+'),
        b'_' => Some(b'/'),
        b'+' | b'/' => Some(*byte),
        byte => Some(*byte).filter(u8::is_ascii_alphanumeric),
    };
    let skipped: Zeroizing<Vec<u8>> = Zeroizing::new(text.iter().filter_map(letter).collect());
    let ended: Zeroizing<Vec<u8>> = Zeroizing::new(text.iter().map_while(letter).collect());
    // One letter alone is six bits of a byte that never comes.
    let whole = |letters: &[u8]| letters.len() - usize::from(letters.len() % 4 == 1);
    [skipped, ended]
        .iter()
        .filter_map(|letters| FORGIVING.decode(letters.get(..whole(letters))?).ok().map(Zeroizing::new))
        .collect()
}
