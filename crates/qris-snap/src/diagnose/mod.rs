//! Why does a signature not verify? Tries the ways in which clients are known to go wrong, and names the one that fits.
//!
//! This is for people in front of a 401, not for a server: a server tries what the partner's
//! [`Policy`](crate::policy::Policy) allows, see [`verify_request`](crate::verify::verify_request). What is named is
//! proved: the signature holds when exactly these slips are made. One slip is tried before two; the work is
//! bounded. The signature that would be right is never shown.

mod body;
mod key;
mod path;
mod slip;
mod stamp;

use std::fmt;

use zeroize::Zeroizing;

pub use key::Written;
pub use slip::Slip;

use crate::policy::SignatureMode;
use crate::sign::{PublicKey, Secret, StringToSign, Token};
use body::Ways;
use key::Check;

/// Bytes that are put together and signed at most, each string counted with 256 more: about 16,000 strings of usual
/// requests.
const MAX_WORK: usize = 10_000_000;

/// A request whose signature is looked at.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Signed<'a> {
    /// A transaction or a notification.
    Service(Parts<'a>),
    /// A token request (73, 74).
    TokenRequest(Parts<'a>),
    /// A string that somebody put together.
    Text(&'a [u8]),
}

/// What is known of a request. What is not known stays empty.
#[derive(Debug, Clone, Copy, Default)]
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
    /// Prefixes of the path that were agreed on, beside the usual ones.
    pub prefixes: &'a [&'a str],
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
    Strings::new(signed, mode).assemble(&Choice::default())
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
            work = work.saturating_add(text.expose().len() + 256);
            for (key_slips, check) in &checks {
                for (reading_slips, written, bytes) in &readings {
                    let slips = text_slips.len() + key_slips.len() + reading_slips.len();
                    if slips != weight || !check.fits(bytes) {
                        continue;
                    }
                    work = work.saturating_add(text.expose().len() + 256);
                    if check.holds(text.expose(), bytes) {
                        if slips == 0 {
                            return Diagnosis::Holds(*written);
                        }
                        let slips = [reading_slips.clone(), key_slips.clone(), text_slips.clone()].concat();
                        return Diagnosis::Slips { slips, signed: text };
                    }
                }
            }
            if work > MAX_WORK {
                return Diagnosis::Unknown;
            }
        }
    }
    without_proof(&readings, &checks, keys, mode, signature)
}

/// What the length of a signature says.
fn without_proof(
    readings: &[(Vec<Slip>, Written, Vec<u8>)],
    checks: &[(Vec<Slip>, Check)],
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

/// Which way is taken in each place of the string; 0 is the right one.
#[derive(Debug, Clone, Copy, Default)]
struct Choice([usize; PLACES]);

/// Places of a string in which something can be wrong.
const PLACES: usize = 6;
const HASH: usize = 0;
const TOKEN: usize = 1;
const PATH: usize = 2;
const STAMP: usize = 3;
const METHOD: usize = 4;
const FRAME: usize = 5;
/// Timestamps that are tried together with another slip.
const FEW_STAMPS: usize = 72;

/// All that may stand in each place.
struct Strings<'a> {
    parts: Parts<'a>,
    whole: &'a [u8],
    ways: [Ways; PLACES],
    tokens: Vec<Option<Zeroizing<String>>>,
    frames: Vec<Frame>,
}

/// How the places are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Frame {
    /// `METHOD:path:token:hash:timestamp`, the token when there is one.
    Service,
    ServiceLine,
    /// `client|timestamp`.
    Token,
    TokenLine,
    /// `timestamp|client`.
    Reversed,
    /// `client:timestamp`.
    Colon,
    /// As somebody put it together.
    Whole,
    WholeLine,
    WholeTrimmed,
}

impl<'a> Strings<'a> {
    fn new(signed: &Signed<'a>, mode: SignatureMode) -> Self {
        let (parts, whole) = match signed {
            Signed::Service(parts) | Signed::TokenRequest(parts) => (*parts, &[][..]),
            Signed::Text(text) => (Parts::default(), *text),
        };
        let service = matches!(signed, Signed::Service(_));
        let symmetric = service && mode == SignatureMode::Symmetric;
        let right = |text: &str| vec![(Vec::new(), text.to_owned())];
        let mut ways: [Ways; PLACES] = core::array::from_fn(|_| Vec::new());
        ways[HASH] = body::hashes(parts.body);
        ways[PATH] = right(parts.path);
        ways[PATH].extend(path::paths(
            parts.path,
            Some(parts.host).filter(|host| !host.is_empty()),
            parts.prefixes,
        ));
        ways[STAMP] = right(parts.timestamp);
        ways[STAMP].extend(stamp::stamps(parts.timestamp, true));
        ways[METHOD] = methods(parts.method);
        let (frame_ways, frames) = frames(signed);
        let (token_ways, tokens) = tokens(&parts, symmetric);
        ways[FRAME] = frame_ways;
        ways[TOKEN] = token_ways;
        Strings { parts, whole, ways, tokens, frames }
    }

    /// The choices that take at most this many slips, the fewest first.
    fn choices(&self, weight: usize) -> Vec<(Vec<Slip>, Choice)> {
        let mut all = vec![(Vec::new(), Choice::default())];
        let mut singles = Vec::new();
        for (place, ways) in self.ways.iter().enumerate() {
            for (at, (slips, _)) in ways.iter().enumerate().skip(1) {
                if slips.len() <= weight {
                    singles.push((place, slips, Choice::default().with(place, at)));
                }
            }
        }
        all.extend(singles.iter().map(|(_, slips, choice)| ((*slips).clone(), *choice)));
        if weight == 2 {
            // Every millisecond is tried alone only.
            singles.retain(|(_, slips, choice)| slips.len() == 1 && choice.at(STAMP) < FEW_STAMPS);
            for (index, (place, slips, choice)) in singles.iter().enumerate() {
                for (other, more, second) in
                    singles.iter().skip(index + 1).filter(|(other, ..)| other != place)
                {
                    let slips = [slips.as_slice(), more.as_slice()].concat();
                    all.push((slips, choice.with(*other, second.at(*other))));
                }
            }
        }
        all.retain(|(_, choice)| self.matters(choice));
        all
    }

    /// The recipe of token requests has neither method nor path, token nor body.
    fn matters(&self, choice: &Choice) -> bool {
        matches!(self.frame(choice), Frame::Service | Frame::ServiceLine)
            || [HASH, TOKEN, PATH, METHOD].iter().all(|place| choice.at(*place) == 0)
    }

    fn frame(&self, choice: &Choice) -> Frame {
        self.frames.get(choice.at(FRAME)).copied().unwrap_or(Frame::Service)
    }

    fn assemble(&self, choice: &Choice) -> StringToSign {
        let text = |place: usize| {
            let way = self.ways.get(place).and_then(|ways| ways.get(choice.at(place)));
            way.map_or("", |(_, text)| text.as_str())
        };
        let (client, stamp) = (self.parts.client, text(STAMP));
        let mut service = vec![text(METHOD), text(PATH)];
        service
            .extend(self.tokens.get(choice.at(TOKEN)).and_then(Option::as_ref).map(|token| token.as_str()));
        service.extend([text(HASH), stamp]);
        let (parts, separator, end): (&[&str], &str, &str) = match self.frame(choice) {
            Frame::Service => (&service, ":", ""),
            Frame::ServiceLine => (&service, ":", "\n"),
            Frame::Token => (&[client, stamp], "|", ""),
            Frame::TokenLine => (&[client, stamp], "|", "\n"),
            Frame::Reversed => (&[stamp, client], "|", ""),
            Frame::Colon => (&[client, stamp], ":", ""),
            Frame::Whole => return StringToSign::from_bytes(self.whole),
            Frame::WholeLine => {
                return StringToSign::from_bytes(&Zeroizing::new([self.whole, b"\n"].concat()));
            }
            Frame::WholeTrimmed => return StringToSign::from_bytes(self.whole.trim_ascii_end()),
        };
        let mut out = Zeroizing::new(parts.join(separator));
        out.push_str(end);
        StringToSign::from_bytes(out.as_bytes())
    }
}

impl Choice {
    fn at(&self, place: usize) -> usize {
        self.0.get(place).copied().unwrap_or(0)
    }

    fn with(mut self, place: usize, at: usize) -> Self {
        if let Some(chosen) = self.0.get_mut(place) {
            *chosen = at;
        }
        self
    }
}

fn methods(sent: &str) -> Ways {
    let mut ways = vec![(Vec::new(), sent.to_ascii_uppercase())];
    ways.push((vec![Slip::LowerMethod], sent.to_ascii_lowercase()));
    for other in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        if !other.eq_ignore_ascii_case(sent) {
            ways.push((vec![Slip::OtherMethod(other)], other.to_owned()));
        }
    }
    ways
}

fn frames(signed: &Signed<'_>) -> (Ways, Vec<Frame>) {
    let all = match signed {
        Signed::Service(parts) => vec![
            (None, Frame::Service),
            (Some(Slip::Newline), Frame::ServiceLine),
            (Some(Slip::TokenRecipe).filter(|_| !parts.client.is_empty()), Frame::Token),
        ],
        Signed::TokenRequest(_) => vec![
            (None, Frame::Token),
            (Some(Slip::Newline), Frame::TokenLine),
            (Some(Slip::Reversed), Frame::Reversed),
            (Some(Slip::Colon), Frame::Colon),
            (Some(Slip::ServiceRecipe), Frame::Service),
        ],
        Signed::Text(_) => vec![
            (None, Frame::Whole),
            (Some(Slip::Newline), Frame::WholeLine),
            (Some(Slip::EndTrimmed), Frame::WholeTrimmed),
        ],
    };
    let known = |(at, (slip, _)): &(usize, (Option<Slip>, Frame))| *at == 0 || slip.is_some();
    let all = all.into_iter().enumerate().filter(known).map(|(_, (slip, frame))| (slip, frame));
    all.map(|(slip, frame)| ((slip.into_iter().collect(), String::new()), frame)).unzip()
}

/// What may stand for the token, and its text; none where it is left out.
fn tokens(parts: &Parts<'_>, symmetric: bool) -> (Ways, Vec<Option<Zeroizing<String>>>) {
    let token = parts.token.map_or("", Token::expose);
    let text = |text: &str| Some(Zeroizing::new(text.to_owned()));
    let bearer = Some(Zeroizing::new(format!("Bearer {token}")));
    let mut all = if symmetric {
        vec![(vec![], text(token)), (vec![Slip::WithoutToken], None), (vec![Slip::WithBearer], bearer)]
    } else {
        vec![
            (vec![], None),
            (vec![Slip::WithToken], text(token)),
            (vec![Slip::WithToken, Slip::WithBearer], bearer),
        ]
    };
    if symmetric && !token.is_empty() {
        all.push((vec![Slip::EmptyToken], text("")));
    }
    let mode: &[Slip] = if symmetric { &[] } else { &[Slip::WithToken] };
    for other in parts.other_tokens {
        all.push(([mode, &[Slip::OtherToken]].concat(), text(other.expose())));
    }
    all.into_iter().map(|(slips, text)| ((slips, String::new()), text)).unzip()
}

/// Sentences for people: what was found, and what is to be done.
impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Diagnosis::Holds(Written::Base64) => f.write_str("the signature holds (Base64)"),
            Diagnosis::Holds(Written::Hex) => f.write_str("the signature holds (hexadecimal)"),
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
                "no slip that is known here explains the signature: most likely another key, or another token or body",
            ),
        }
    }
}
