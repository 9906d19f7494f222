//! RSA keys: read from every format partners send, generated, written.

use core::fmt;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::{self, KeyPair};
use aws_lc_rs::signature::{KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::der::{Container, Outline, outline};

/// The largest key file looked at, in bytes. A 4096-bit private key in PEM has about 3,300.
const MAX_FILE: usize = 16 * 1024;

/// Why a key is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// The file is empty or longer than 16 KiB.
    FileSize(usize),
    /// Neither PEM nor DER nor bare Base64 of a key.
    Unreadable,
    /// PEM with another label, which is given.
    Label(String),
    /// The private key is encrypted.
    Encrypted,
    /// A certificate was given where a public key belongs.
    Certificate,
    /// A public key was given where a private key belongs.
    PublicForPrivate,
    /// A private key was given where a public key belongs. It should now be considered disclosed.
    PrivateForPublic,
    /// The key is of another algorithm than RSA.
    NotRsa,
    /// The modulus has this many bits, outside 2048–4096.
    Size(usize),
    /// The structure is right and the crypto library refuses the numbers in it.
    Refused,
    /// The crypto library could not generate a key.
    CannotGenerate,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FileSize(bytes) => write!(f, "a key has between 1 byte and 16 KiB; this has {bytes} bytes"),
            Self::Unreadable => {
                f.write_str("this is no key: PEM, DER or Base64 of PKCS#8, PKCS#1 or SPKI is")
            }
            Self::Label(label) => write!(f, "PEM of a {label:?}; a PRIVATE KEY or PUBLIC KEY is wanted"),
            Self::Encrypted => f.write_str("the private key is encrypted: decrypt it first (openssl pkey)"),
            Self::Certificate => f.write_str(
                "this is a certificate: take the public key out of it (openssl x509 -pubkey -noout)",
            ),
            Self::PublicForPrivate => f.write_str("this is a public key; the private key is wanted"),
            Self::PrivateForPublic => f.write_str("this is a private key; the public key is wanted"),
            Self::NotRsa => f.write_str("this key is not RSA"),
            Self::Size(bits) => write!(f, "an RSA key of {bits} bits; 2048 to 4096 are accepted"),
            Self::Refused => f.write_str("the numbers in this key are not those of an RSA key"),
            Self::CannotGenerate => f.write_str("the crypto library could not generate a key"),
        }
    }
}

impl core::error::Error for KeyError {}

/// The size of an RSA key: 2048 to 4096 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeySize(usize);

impl KeySize {
    /// 2048 bits, what every provider read uses.
    pub const RSA_2048: KeySize = KeySize(2048);
    /// 3072 bits.
    pub const RSA_3072: KeySize = KeySize(3072);
    /// 4096 bits.
    pub const RSA_4096: KeySize = KeySize(4096);

    /// Bits of the modulus.
    pub fn bits(self) -> usize {
        self.0
    }

    /// Bytes of a signature.
    pub fn bytes(self) -> usize {
        self.0.div_ceil(8)
    }

    fn check(bits: usize) -> Result<Self, KeyError> {
        if (2048..=4096).contains(&bits) { Ok(KeySize(bits)) } else { Err(KeyError::Size(bits)) }
    }
}

/// An RSA private key. `Debug` shows the size only.
pub struct PrivateKey {
    pair: KeyPair,
    size: KeySize,
}

impl PrivateKey {
    /// Reads PKCS#8 or PKCS#1, as PEM, as DER or as Base64 without the PEM lines (what many provider consoles
    /// hand out).
    ///
    /// # Errors
    /// What the file is instead, see [`KeyError`].
    pub fn read(file: &[u8]) -> Result<Self, KeyError> {
        let der = to_der(file)?;
        let Outline { container, modulus_bits } = outline(&der).ok_or(KeyError::Unreadable)?;
        match container {
            Container::Spki | Container::Pkcs1Public => return Err(KeyError::PublicForPrivate),
            Container::EncryptedPkcs8 => return Err(KeyError::Encrypted),
            Container::Pkcs8 | Container::Pkcs1Private => {}
        }
        let size = KeySize::check(modulus_bits.ok_or(KeyError::NotRsa)?)?;
        let pair =
            if container == Container::Pkcs8 { KeyPair::from_pkcs8(&der) } else { KeyPair::from_der(&der) };
        Ok(PrivateKey { pair: pair.map_err(|_| KeyError::Refused)?, size })
    }

    /// A new key. Takes from tens of milliseconds (2048 bits) to seconds (4096 bits); randomness comes from the
    /// operating system.
    ///
    /// # Errors
    /// [`KeyError::Size`] for a size other than 2048, 3072 or 4096; [`KeyError::CannotGenerate`].
    pub fn generate(size: KeySize) -> Result<Self, KeyError> {
        let library_size = match size {
            KeySize::RSA_2048 => rsa::KeySize::Rsa2048,
            KeySize::RSA_3072 => rsa::KeySize::Rsa3072,
            KeySize::RSA_4096 => rsa::KeySize::Rsa4096,
            KeySize(bits) => return Err(KeyError::Size(bits)),
        };
        let pair = KeyPair::generate(library_size).map_err(|_| KeyError::CannotGenerate)?;
        Ok(PrivateKey { pair, size })
    }

    /// The key as PKCS#8 PEM.
    ///
    /// # Errors
    /// [`KeyError::Refused`] when the crypto library cannot write it.
    pub fn to_pem(&self) -> Result<Zeroizing<String>, KeyError> {
        let der = self.pair.as_der().map_err(|_| KeyError::Refused)?;
        Ok(Zeroizing::new(to_pem("PRIVATE KEY", der.as_ref())))
    }

    /// The public half.
    ///
    /// # Errors
    /// [`KeyError::Refused`] when the crypto library cannot write it.
    pub fn public_key(&self) -> Result<PublicKey, KeyError> {
        let der = self.pair.public_key().as_der().map_err(|_| KeyError::Refused)?;
        PublicKey::read(der.as_ref())
    }

    /// The size of the key.
    pub fn size(&self) -> KeySize {
        self.size
    }

    pub(super) fn pair(&self) -> &KeyPair {
        &self.pair
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey(RSA, {} bits, hidden)", self.size.bits())
    }
}

/// An RSA public key.
#[derive(Clone)]
pub struct PublicKey {
    parsed: ParsedPublicKey,
    size: KeySize,
}

impl PublicKey {
    /// Reads SPKI or PKCS#1, as PEM, as DER or as Base64 without the PEM lines.
    ///
    /// # Errors
    /// What the file is instead, see [`KeyError`].
    pub fn read(file: &[u8]) -> Result<Self, KeyError> {
        let der = to_der(file)?;
        let Outline { container, modulus_bits } = outline(&der).ok_or(KeyError::Unreadable)?;
        match container {
            Container::Pkcs8 | Container::Pkcs1Private | Container::EncryptedPkcs8 => {
                return Err(KeyError::PrivateForPublic);
            }
            Container::Spki | Container::Pkcs1Public => {}
        }
        let size = KeySize::check(modulus_bits.ok_or(KeyError::NotRsa)?)?;
        let parsed = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der.as_slice())
            .map_err(|_| KeyError::Refused)?;
        Ok(PublicKey { parsed, size })
    }

    /// The key as SPKI PEM.
    ///
    /// # Errors
    /// [`KeyError::Refused`] when the crypto library cannot write it.
    pub fn to_pem(&self) -> Result<String, KeyError> {
        let der = self.parsed.as_der().map_err(|_| KeyError::Refused)?;
        Ok(to_pem("PUBLIC KEY", der.as_ref()))
    }

    /// The size of the key.
    pub fn size(&self) -> KeySize {
        self.size
    }

    pub(crate) fn parsed(&self) -> &ParsedPublicKey {
        &self.parsed
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey(RSA, {} bits)", self.size.bits())
    }
}

/// The DER in a file that is PEM, DER or bare Base64.
fn to_der(file: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    if file.is_empty() || file.len() > MAX_FILE {
        return Err(KeyError::FileSize(file.len()));
    }
    if file.first() == Some(&0x30) && outline(file).is_some() {
        return Ok(Zeroizing::new(file.to_vec()));
    }
    let text = core::str::from_utf8(file).map_err(|_| KeyError::Unreadable)?;
    if text.contains("-----BEGIN") {
        let block = pem::parse(text).map_err(|_| KeyError::Unreadable)?;
        return match block.tag() {
            "PRIVATE KEY" | "RSA PRIVATE KEY" | "PUBLIC KEY" | "RSA PUBLIC KEY" => {
                // The older PEM encryption keeps the label and says so in a header.
                if block.headers().get("Proc-Type").is_some_and(|kind| kind.contains("ENCRYPTED")) {
                    return Err(KeyError::Encrypted);
                }
                Ok(Zeroizing::new(block.into_contents()))
            }
            "ENCRYPTED PRIVATE KEY" => Err(KeyError::Encrypted),
            "CERTIFICATE" => Err(KeyError::Certificate),
            "EC PRIVATE KEY" | "DSA PRIVATE KEY" => Err(KeyError::NotRsa),
            label => Err(KeyError::Label(crate::refusal::printable(label, 40))),
        };
    }
    let bare: Zeroizing<String> = Zeroizing::new(text.split_ascii_whitespace().collect());
    STANDARD.decode(bare.as_bytes()).map(Zeroizing::new).map_err(|_| KeyError::Unreadable)
}

fn to_pem(label: &str, der: &[u8]) -> String {
    let config = pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF);
    pem::encode_config(&pem::Pem::new(label, der), config)
}
