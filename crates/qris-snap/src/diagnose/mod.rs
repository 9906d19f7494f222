//! Why does a signature not verify? Tries the ways in which clients are known to go wrong, and names the one that fits.
//!
//! This is for people in front of a 401, not for a server: a server tries what the partner's
//! [`Policy`](crate::policy::Policy) allows, see [`verify_request`](crate::verify::verify_request). What is named is
//! proved: the signature holds when exactly these slips are made. One slip is tried before two; the work is
//! bounded. The signature that would be right is never shown.

mod body;
mod key;
mod node;
mod numbers;
mod path;
mod slip;
mod stamp;
mod strings;
mod ways;

use std::fmt;

pub use key::Written;
pub use slip::Slip;
pub use stamp::timestamp_fault;

use crate::BodyHash;
use crate::policy::SignatureMode;
use crate::sign::{PublicKey, Secret, StringToSign, Token};
use crate::verify::string_to_sign;
use key::{Check, Reading};
use strings::Strings;
use ways::Slips;

/// Bytes that are signed at most, each string counted with 256 more: a part of a second.
const MAX_WORK: usize = 100_000_000;
/// What a verification with a public key counts as.
const RSA_WORK: usize = 12_000;

/// A request whose signature is looked at. `Debug` shows no token and of the body its length only.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Signed<'a> {
    /// A transaction or a notification.
    Service(Parts<'a>),
    /// A token request (73, 74).
    TokenRequest(Parts<'a>),
    /// A string that somebody put together.
    Text(&'a [u8]),
}

/// What is known of a request. What is not known stays empty. `Debug` shows no token and of the body its length only.
#[derive(Clone, Copy, Default)]
pub struct Parts<'a> {
    /// HTTP method.
    pub method: &'a str,
    /// Path and query, as sent.
    pub path: &'a str,
    /// The host the client called, with its port.
    pub host: &'a str,
    /// X-CLIENT-KEY, or X-PARTNER-ID.
    pub client: &'a str,
    /// Access token, without `Bearer `.
    pub token: Option<&'a Token>,
    /// Other tokens that the client has or had.
    pub other_tokens: &'a [Token],
    /// The body as sent.
    pub body: &'a [u8],
    /// X-TIMESTAMP as sent.
    pub timestamp: &'a str,
    /// Prefixes of the path that were agreed on, beside the usual ones; 16 are looked at.
    pub prefixes: &'a [&'a str],
    /// A query that is sent behind [`path`](Self::path) and, by agreement, not signed.
    pub unsigned_query: &'a str,
}

impl fmt::Debug for Parts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Parts({} {}, {} bytes at {})", self.method, self.path, self.body.len(), self.timestamp)
    }
}

impl fmt::Debug for Signed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Signed::Service(parts) => write!(f, "Service({parts:?})"),
            Signed::TokenRequest(parts) => write!(f, "TokenRequest({parts:?})"),
            Signed::Text(text) => write!(f, "Text({} bytes)", text.len()),
        }
    }
}

/// The keys of a partner, as far as they are known.
#[derive(Debug, Clone, Copy, Default)]
pub struct Keys<'a> {
    /// Its client secret.
    pub secret: Option<&'a Secret>,
    /// Its public key.
    pub public: Option<&'a PublicKey>,
}

/// What was found out about a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Diagnosis {
    /// It holds, and was written so.
    Holds(Written),
    /// It holds when these slips are made, one or two.
    Slips {
        /// What went wrong.
        slips: Vec<Slip>,
        /// The string that was signed. It may contain the token.
        signed: StringToSign,
    },
    /// It has the length of a signature of the other kind, whose key is not known here.
    OtherKind {
        /// Bytes of the signature.
        bytes: usize,
        /// Whether a private key made it, and not a secret.
        rsa: bool,
    },
    /// It is neither Base64 nor hexadecimal, or has the length of no signature by this key.
    Malformed {
        /// Its characters.
        characters: usize,
    },
    /// None of the known slips explains it: another key is the likeliest.
    Unknown,
    /// It is too long for all known slips to be tried; none of those that were explains it.
    GivenUp,
}

/// What is to be signed, as a string; with an empty token when there is none.
///
/// ```
/// use qris_snap::diagnose::{Parts, Signed, right};
/// use qris_snap::policy::SignatureMode;
///
/// let body = String::from(r#"{"a": 1}"#);
/// let parts = Parts { method: "POST", path: "/v1.0/qr/qr-mpm-query", body: body.as_bytes(), timestamp: "T", ..Parts::default() };
/// let text = right(&Signed::Service(parts), SignatureMode::AsymmetricNoToken);
/// assert!(text.expose().starts_with(b"POST:/v1.0/qr/qr-mpm-query:015abd7f"));
/// ```
pub fn right(signed: &Signed<'_>, mode: SignatureMode) -> StringToSign {
    match signed {
        Signed::Service(parts) => {
            let hash = BodyHash::minified(parts.body);
            let none = Token::default();
            let token = parts.token.unwrap_or(&none);
            string_to_sign(mode, parts.method, parts.path, token, &hash, parts.timestamp)
        }
        Signed::TokenRequest(parts) => StringToSign::token(parts.client, parts.timestamp),
        Signed::Text(text) => StringToSign::from_bytes(text),
    }
}

/// Says how a signature came to be. `mode` is how a service is signed by this partner; token requests are signed with
/// the private key.
pub fn diagnose(signed: &Signed<'_>, keys: Keys<'_>, mode: SignatureMode, signature: &str) -> Diagnosis {
    let mode =
        if matches!(signed, Signed::TokenRequest(_)) { SignatureMode::AsymmetricNoToken } else { mode };
    let readings = key::readings(signature);
    let checks = key::checks(keys, mode);
    let strings = Strings::new(signed, mode);
    let mut work = 0_usize;
    // Which text is signed is told apart more often than what signed it: fewest slips first, then in this order.
    for weight in 0..=2 {
        for (text_slips, choice) in strings.choices(weight) {
            let text = strings.assemble(&choice);
            work = work.saturating_add(text.expose().len());
            for (key_slips, check) in &checks {
                for (reading_slips, written, bytes) in &readings {
                    if text_slips.weight + key_slips.weight + reading_slips.weight != weight
                        || !check.fits(bytes)
                    {
                        continue;
                    }
                    let more = if matches!(check, Check::Rsa(_)) { RSA_WORK } else { 256 };
                    work = work.saturating_add(text.expose().len() + more);
                    if check.holds(text.expose(), bytes) {
                        if weight == 0 {
                            return Diagnosis::Holds(*written);
                        }
                        let slips = reading_slips.and(key_slips).and(&text_slips).all;
                        return Diagnosis::Slips { slips, signed: text };
                    }
                }
            }
            if work > MAX_WORK {
                return Diagnosis::GivenUp;
            }
        }
    }
    without_proof(&readings, &checks, keys, mode, signature)
}

/// What the length of a signature says.
fn without_proof(
    readings: &[Reading],
    checks: &[(Slips, Check)],
    keys: Keys<'_>,
    mode: SignatureMode,
    signature: &str,
) -> Diagnosis {
    let rsa = |length: usize| (256..=512).contains(&length) && length % 64 == 0;
    let hmac = |length: usize| matches!(length, 20 | 32 | 48 | 64);
    let length = |wanted: &dyn Fn(usize) -> bool| {
        readings.iter().map(|(_, _, bytes)| bytes.len()).find(|length| wanted(*length))
    };
    match mode {
        SignatureMode::Symmetric if keys.public.is_none() => {
            if let Some(bytes) = length(&rsa) {
                return Diagnosis::OtherKind { bytes, rsa: true };
            }
        }
        SignatureMode::AsymmetricNoToken if keys.secret.is_none() => {
            if let Some(bytes) = length(&hmac) {
                return Diagnosis::OtherKind { bytes, rsa: false };
            }
        }
        _ => {}
    }
    let size = keys.public.map(|key| key.size().bytes());
    let fits = readings.iter().any(|(_, _, bytes)| {
        checks.iter().any(|(_, check)| match check {
            Check::Rsa(_) => Some(bytes.len()) == size,
            check => check.fits(bytes),
        })
    });
    if fits { Diagnosis::Unknown } else { Diagnosis::Malformed { characters: signature.chars().count() } }
}

/// Sentences for people: what was found, and what is to be done.
impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Diagnosis::Holds(Written::Base64) => f.write_str("the signature holds (Base64)"),
            Diagnosis::Holds(Written::Hex) => {
                f.write_str("the signature holds (hexadecimal; some take Base64 only)")
            }
            Diagnosis::Slips { slips, .. } => {
                for (at, slip) in slips.iter().enumerate() {
                    if at > 0 {
                        f.write_str("; and ")?;
                    }
                    slip.fmt(f)?;
                }
                Ok(())
            }
            Diagnosis::OtherKind { bytes, rsa: true } => write!(
                f,
                "the signature has {bytes} bytes, as one by an RSA private key: this request is signed with the client \
                 secret (HMAC-SHA512, 64 bytes)"
            ),
            Diagnosis::OtherKind { bytes, rsa: false } => write!(
                f,
                "the signature has {bytes} bytes, as one by a client secret (HMAC): this request is signed with the \
                 private key (SHA256withRSA)"
            ),
            Diagnosis::Malformed { characters } => write!(
                f,
                "the signature, {characters} characters, is no Base64 or hexadecimal of a signature by this key"
            ),
            Diagnosis::Unknown => f.write_str(
                "no slip that is known here explains the signature: most likely another key, or a token, body or client id \
                 that is not the one sent",
            ),
            Diagnosis::GivenUp => f.write_str(
                "no slip that was tried explains the signature, and the request is too long to try all that are known: \
                 try it with a shorter body or one key",
            ),
        }
    }
}
