use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256, Sha512};

use super::minify;

/// The string a transaction's symmetric signature is over: `METHOD:path:token:hash:timestamp`, with the SHA-256 of the
/// minified body in lower-case hexadecimal.
#[must_use]
pub fn symmetric_text(method: &str, path: &str, token: &str, body: &[u8], timestamp: &str) -> String {
    let hash: String = Sha256::digest(minify(body)).iter().map(|byte| format!("{byte:02x}")).collect();
    [&method.to_ascii_uppercase(), path, token, &hash, timestamp].join(":")
}

/// HMAC-SHA512 as RFC 2104 says it, in Base64.
///
/// ```
/// // RFC 4231, test case 2.
/// let signature = qris_testkit::model::hmac_sha512(b"Jefe", b"what do ya want for nothing?");
/// assert!(signature.starts_with("Fkt6e/z4"));
/// ```
#[must_use]
pub fn hmac_sha512(key: &[u8], text: &[u8]) -> String {
    let mut block = [0; 128];
    if key.len() > block.len() {
        block[..64].copy_from_slice(&Sha512::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let inner = Sha512::digest([&block.map(|byte| byte ^ 0x36)[..], text].concat());
    let outer = Sha512::digest([&block.map(|byte| byte ^ 0x5C)[..], &inner].concat());
    STANDARD.encode(outer)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test cases 2 and 6 (a key longer than a block).
    #[test]
    fn published_values_hold() {
        let hex = |base64: String| -> String {
            STANDARD.decode(base64).unwrap().iter().map(|byte| format!("{byte:02x}")).collect()
        };
        let short = hex(hmac_sha512(b"Jefe", b"what do ya want for nothing?"));
        assert!(short.starts_with("164b7a7bfcf819e2e395fbe73b56e0a3"), "{short}");
        let long = hex(hmac_sha512(&[0xAA; 131], b"Test Using Larger Than Block-Size Key - Hash Key First"));
        assert!(long.starts_with("80b24263c7c1a3ebb71493c1dd7be8b4"), "{long}");
    }
}
