//! RSA keys: read from every format partners send, generated, written.

use core::fmt;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::{self, KeyPair};
use aws_lc_rs::signature::{KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256};
use zeroize::Zeroizing;

use super::der::{Container, Outline, outline};
use super::key_file::to_der;

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
    /// A private key in OpenSSH's own format.
    OpenSsh,
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
            Self::OpenSsh => f.write_str(
                "this is a private key of OpenSSH: turn it into PEM first (ssh-keygen -p -m PEM -N '' -f FILE)",
            ),
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
    /// hand out). Text may have come through a variable (`\n` written out, quotes around it, all in one line), be UTF-16,
    /// or be Base64 of PEM.
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
    /// Reads SPKI or PKCS#1, as PEM, as DER or as Base64 without the PEM lines, and `ssh-rsa`; text as
    /// [`PrivateKey::read`] does.
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

fn to_pem(label: &str, der: &[u8]) -> String {
    let config = pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF);
    pem::encode_config(&pem::Pem::new(label, der), config)
}
