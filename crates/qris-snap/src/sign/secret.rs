//! Values that must not be seen: client secrets and access tokens.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::{Zeroize, Zeroizing};

/// A client secret: the HMAC key. It is used as the text it is, never Base64-decoded.
///
/// `Debug` hides it; the memory is overwritten on drop.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes the secret over. An empty secret is possible here and verifies nothing sensible: refuse it where
    /// partners are set up.
    pub fn new(text: impl Into<Vec<u8>>) -> Self {
        Secret(Zeroizing::new(text.into()))
    }

    /// A secret as a file holds it: one trailing newline (`\n` or `\r\n`) is not part of it.
    pub fn from_file_bytes(bytes: &[u8]) -> Self {
        let bytes = bytes.strip_suffix(b"\n").map_or(bytes, |rest| rest.strip_suffix(b"\r").unwrap_or(rest));
        Secret::new(bytes)
    }

    /// The bytes of the secret, for the one who signs.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(hidden)")
    }
}

/// An access token, customer token, refresh token, authorisation code or one-time password.
///
/// Written and read as JSON text; `Debug` hides it; the memory is overwritten on drop. Equality takes the same
/// time wherever the first difference lies.
#[derive(Clone, Default)]
pub struct Token(Zeroizing<String>);

impl Token {
    /// Takes the text over.
    pub fn new(text: impl Into<String>) -> Self {
        Token(Zeroizing::new(text.into()))
    }

    /// The text, for the one who sends or compares it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Token {
    fn from(text: &str) -> Self {
        Token::new(text)
    }
}

impl PartialEq for Token {
    fn eq(&self, other: &Self) -> bool {
        constant_time_eq(self.0.as_bytes(), other.0.as_bytes())
    }
}

impl Eq for Token {}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(hidden)")
    }
}

impl Zeroize for Token {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

impl Serialize for Token {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Token {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Token::new)
    }
}

/// Whether two byte strings are equal, in a time that depends on their lengths only.
pub fn constant_time_eq(a: &[u8], b: &[u8]) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(a, b).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_file_loses_one_newline_only() {
        assert_eq!(Secret::from_file_bytes(b"s3cret\n").expose(), b"s3cret");
        assert_eq!(Secret::from_file_bytes(b"s3cret\r\n").expose(), b"s3cret");
        assert_eq!(Secret::from_file_bytes(b"s3cret\n\n").expose(), b"s3cret\n");
        assert_eq!(Secret::from_file_bytes(b"s3cret ").expose(), b"s3cret ");
    }

    #[test]
    fn a_token_can_be_overwritten() {
        let mut token = Token::new("access");
        token.zeroize();
        assert_eq!(token.expose(), "");
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(
            format!("{:?} {:?}", Secret::new("abc"), Token::new("def")),
            "Secret(hidden) Token(hidden)"
        );
    }

    #[test]
    fn tokens_compare_by_content() {
        assert_eq!(Token::new("a"), Token::new("a"));
        assert_ne!(Token::new("a"), Token::new("ab"));
        assert_ne!(Token::new("a"), Token::new("b"));
    }
}
