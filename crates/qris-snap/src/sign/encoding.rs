//! A signature as text: Base64 going out, Base64 or hexadecimal coming in, told apart by length.

use core::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// The encodings of a signature a partner may use. Live providers send Base64; the standard's own samples are
/// lower-case hexadecimal. For one key the lengths never collide (HMAC: 88 or 128 characters; RSA-2048: 344 or
/// 512), so nobody has to say which it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Encodings {
    /// Base64 with padding only.
    #[default]
    Base64,
    /// Base64 with padding, or hexadecimal in either case.
    Base64OrHex,
}

/// Why a signature does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureError {
    /// Nothing was sent.
    Empty,
    /// The text is neither as long as Base64 nor as hexadecimal of a signature by this key.
    Length {
        /// Characters received.
        characters: usize,
        /// Characters of the signature in Base64.
        base64: usize,
        /// Characters of the signature in hexadecimal.
        hex: usize,
    },
    /// The length is that of Base64, the characters are not.
    NotBase64,
    /// The length is that of hexadecimal, the characters are not.
    NotHex,
    /// Hexadecimal, from a partner whose policy has Base64 only.
    HexNotAccepted,
    /// Well formed, and not the signature of these bytes by this key.
    Mismatch,
    /// The crypto library could not sign with this key.
    CannotSign,
}

impl fmt::Display for SignatureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the signature is empty"),
            Self::Length { characters, base64, hex } => write!(
                f,
                "the signature has {characters} characters; this key's has {base64} in Base64 or {hex} in hexadecimal"
            ),
            Self::NotBase64 => f.write_str("the signature has the length of Base64 but other characters"),
            Self::NotHex => f.write_str("the signature has the length of hexadecimal but other characters"),
            Self::HexNotAccepted => {
                f.write_str("the signature is hexadecimal; the policy accepts Base64 only")
            }
            Self::Mismatch => f.write_str("the signature does not match"),
            Self::CannotSign => f.write_str("the crypto library refused to sign with this key"),
        }
    }
}

impl core::error::Error for SignatureError {}

/// The bytes of a received signature, `length` of them.
pub(super) fn decode(text: &str, length: usize, accepted: Encodings) -> Result<Vec<u8>, SignatureError> {
    let (base64, hex) = (length.div_ceil(3) * 4, length * 2);
    if text.is_empty() {
        Err(SignatureError::Empty)
    } else if text.len() == base64 {
        let bytes = STANDARD.decode(text).map_err(|_| SignatureError::NotBase64)?;
        // Padding decides the last two bytes: the right number of characters can still be the wrong length.
        if bytes.len() == length { Ok(bytes) } else { Err(SignatureError::NotBase64) }
    } else if text.len() == hex {
        let bytes = from_hex(text.as_bytes()).ok_or(SignatureError::NotHex)?;
        if accepted == Encodings::Base64OrHex { Ok(bytes) } else { Err(SignatureError::HexNotAccepted) }
    } else {
        Err(SignatureError::Length { characters: text.chars().count(), base64, hex })
    }
}

pub(super) fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Hexadecimal in either case; `None` of an odd number of digits, and of no digits.
pub(crate) fn from_hex(text: &[u8]) -> Option<Vec<u8>> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_is_told_by_length() {
        let bytes: Vec<u8> = (0..64).collect();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
        assert_eq!(decode(&encode(&bytes), 64, Encodings::Base64), Ok(bytes.clone()));
        assert_eq!(decode(&hex, 64, Encodings::Base64OrHex), Ok(bytes.clone()));
        assert_eq!(decode(&hex.to_lowercase(), 64, Encodings::Base64OrHex), Ok(bytes));
    }

    #[test]
    fn each_fault_has_its_own_error() {
        let good = encode(&[7; 64]);
        assert_eq!(decode("", 64, Encodings::Base64), Err(SignatureError::Empty));
        assert_eq!(
            decode(&good[..80], 64, Encodings::Base64),
            Err(SignatureError::Length { characters: 80, base64: 88, hex: 128 })
        );
        assert_eq!(decode(&good.replace('B', "-"), 64, Encodings::Base64), Err(SignatureError::NotBase64));
        assert_eq!(decode(&encode(&[7; 65])[..88], 64, Encodings::Base64), Err(SignatureError::NotBase64));
        assert_eq!(decode(&"0g".repeat(64), 64, Encodings::Base64OrHex), Err(SignatureError::NotHex));
        assert_eq!(decode(&"0a".repeat(64), 64, Encodings::Base64), Err(SignatureError::HexNotAccepted));
        assert_eq!(decode(&"é".repeat(44), 64, Encodings::Base64), Err(SignatureError::NotBase64));
    }
}
