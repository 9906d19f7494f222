//! The DER in a key file, however it was packed. PEM is read here because libraries want each line in its place, and what
//! consoles and variables hand out has lost its line ends.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::KeyError;
use super::der::{element, outline};

/// The largest key file looked at, in bytes. A 4096-bit private key in PEM has about 3,300.
const MAX_FILE: usize = 16 * 1024;

/// The DER in a file that is PEM, DER, Base64 of either, or `ssh-rsa`.
pub(super) fn to_der(file: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    if file.is_empty() || file.len() > MAX_FILE {
        return Err(KeyError::FileSize(file.len()));
    }
    if outline(file).is_some() {
        return Ok(Zeroizing::new(file.to_vec()));
    }
    let text = as_text(file).ok_or(KeyError::Unreadable)?;
    if text.contains("-----BEGIN") {
        return of_pem(&text);
    }
    if let Some(words) = text.trim_start().strip_prefix("ssh-rsa ") {
        let blob = words.split_ascii_whitespace().next().unwrap_or("");
        return STANDARD.decode(blob).ok().and_then(|blob| of_ssh(&blob)).ok_or(KeyError::Unreadable);
    }
    if text.trim_start().starts_with("ssh-") || text.trim_start().starts_with("ecdsa-") {
        return Err(KeyError::NotRsa);
    }
    let bare: Zeroizing<String> = Zeroizing::new(text.split_ascii_whitespace().collect());
    let bytes = STANDARD.decode(bare.as_bytes()).map(Zeroizing::new).map_err(|_| KeyError::Unreadable)?;
    match core::str::from_utf8(&bytes) {
        Ok(pem) if pem.contains("-----BEGIN") => of_pem(pem),
        _ => Ok(bytes),
    }
}

/// UTF-8 or, with its mark, UTF-16; line ends that are written out (`\n`) are line ends, quotes around it are dropped.
fn as_text(file: &[u8]) -> Option<Zeroizing<String>> {
    let wide = |from: fn([u8; 2]) -> u16, rest: &[u8]| {
        let units = rest
            .chunks_exact(2)
            .map(|pair| from([pair.first().copied().unwrap_or(0), pair.get(1).copied().unwrap_or(0)]));
        // Room for everything at once: a text that grows leaves copies of the key behind.
        let mut text = String::with_capacity(rest.len() * 2);
        for c in char::decode_utf16(units) {
            text.push(c.ok()?);
        }
        Some(text)
    };
    let text = match file {
        [0xff, 0xfe, rest @ ..] => wide(u16::from_le_bytes, rest)?,
        [0xfe, 0xff, rest @ ..] => wide(u16::from_be_bytes, rest)?,
        _ => core::str::from_utf8(file).ok()?.to_owned(),
    };
    let text = Zeroizing::new(text);
    let bare = text.trim_start_matches('\u{feff}').trim();
    let bare =
        ['"', '\''].iter().find_map(|quote| bare.strip_prefix(*quote)?.strip_suffix(*quote)).unwrap_or(bare);
    let bare = Zeroizing::new(bare.replace("\\r", ""));
    Some(Zeroizing::new(bare.replace("\\n", "\n")))
}

/// The contents of the first block. The lines need not be lines: consoles and variables lose their ends.
fn of_pem(text: &str) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let block = || {
        let (_, rest) = text.split_once("-----BEGIN ")?;
        let (label, rest) = rest.split_once("-----")?;
        let (content, _) = rest.split_once("-----END ")?;
        Some((label, content))
    };
    let (label, content) = block().ok_or(KeyError::Unreadable)?;
    match label {
        "PRIVATE KEY" | "RSA PRIVATE KEY" | "PUBLIC KEY" | "RSA PUBLIC KEY" => {}
        "ENCRYPTED PRIVATE KEY" => return Err(KeyError::Encrypted),
        "OPENSSH PRIVATE KEY" => return Err(KeyError::OpenSsh),
        "CERTIFICATE" => return Err(KeyError::Certificate),
        "EC PRIVATE KEY" | "DSA PRIVATE KEY" => return Err(KeyError::NotRsa),
        label => return Err(KeyError::Label(crate::refusal::printable(label, 40))),
    }
    // The older PEM encryption keeps the label and says so in a header.
    if content.contains("Proc-Type") && content.contains("ENCRYPTED") {
        return Err(KeyError::Encrypted);
    }
    let content: Zeroizing<String> = Zeroizing::new(content.split_ascii_whitespace().collect());
    STANDARD.decode(content.as_bytes()).map(Zeroizing::new).map_err(|_| KeyError::Unreadable)
}

/// RFC 4253, 6.6: `ssh-rsa`, exponent, modulus, each with its length; as RSAPublicKey.
fn of_ssh(blob: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    fn field(input: &[u8]) -> Option<(&[u8], &[u8])> {
        let (length, rest) = input.split_at_checked(4)?;
        let length = u32::from_be_bytes(length.try_into().ok()?);
        rest.split_at_checked(usize::try_from(length).ok()?)
    }
    let (name, rest) = field(blob)?;
    let (exponent, rest) = field(rest)?;
    let (modulus, rest) = field(rest)?;
    if name != b"ssh-rsa" || !rest.is_empty() {
        return None;
    }
    let numbers = [element(0x02, modulus)?, element(0x02, exponent)?].concat();
    element(0x30, &numbers).map(Zeroizing::new)
}
