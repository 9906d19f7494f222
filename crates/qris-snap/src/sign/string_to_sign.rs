//! The exact bytes that are signed.

use core::fmt;

use zeroize::Zeroizing;

use crate::minify::BodyHash;

/// The bytes a signature covers. The symmetric form contains the access token, so `Debug` shows a length only and
/// the memory is overwritten on drop.
#[derive(Clone, PartialEq, Eq)]
pub struct StringToSign(Zeroizing<Vec<u8>>);

impl StringToSign {
    /// For a token request (73, 74): `clientId|timestamp`.
    ///
    /// ```
    /// # use qris_snap::sign::StringToSign;
    /// let text = StringToSign::token("G1234325-SNAP", "2023-07-31T07:10:00+07:00");
    /// assert_eq!(text.expose(), b"G1234325-SNAP|2023-07-31T07:10:00+07:00");
    /// ```
    pub fn token(client_id: &str, timestamp: &str) -> Self {
        Self::join(b'|', &[client_id.as_bytes(), timestamp.as_bytes()])
    }

    /// For a transaction under an HMAC: `METHOD:path:token:hash:timestamp`. `token` is without `Bearer `; `path`
    /// begins with `/` and carries the query; `timestamp` is the header's bytes as they are on the wire.
    pub fn symmetric(method: &str, path: &str, token: &str, hash: &BodyHash, timestamp: &str) -> Self {
        let method = Zeroizing::new(method.to_ascii_uppercase());
        let hash = hash.to_string();
        Self::join(
            b':',
            &[method.as_bytes(), path.as_bytes(), token.as_bytes(), hash.as_bytes(), timestamp.as_bytes()],
        )
    }

    /// For a transaction under RSA without the token: `METHOD:path:hash:timestamp`.
    pub fn asymmetric(method: &str, path: &str, hash: &BodyHash, timestamp: &str) -> Self {
        let method = method.to_ascii_uppercase();
        let hash = hash.to_string();
        Self::join(b':', &[method.as_bytes(), path.as_bytes(), hash.as_bytes(), timestamp.as_bytes()])
    }

    /// Bytes somebody else put together, taken as they are.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        StringToSign(Zeroizing::new(bytes.to_vec()))
    }

    /// The bytes. They may contain an access token: not for logs.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    fn join(separator: u8, parts: &[&[u8]]) -> Self {
        // Room for everything at once: a vector that grows leaves copies of the token behind.
        let length = parts.iter().map(|part| part.len().saturating_add(1)).sum();
        let mut bytes = Zeroizing::new(Vec::with_capacity(length));
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                bytes.push(separator);
            }
            bytes.extend_from_slice(part);
        }
        StringToSign(bytes)
    }
}

impl fmt::Debug for StringToSign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StringToSign({} bytes, hidden)", self.0.len())
    }
}
