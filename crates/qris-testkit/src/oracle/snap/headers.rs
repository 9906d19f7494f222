//! Headers read, signed and verified.
//!
//! The input is a request as it is sent: a line `METHOD TARGET`, lines `Name: value`, an empty line, and the body.

use std::sync::OnceLock;

use qris_snap::Service;
use qris_snap::dialect::ALL;
use qris_snap::headers::{Claim, HeaderName, Headers};
use qris_snap::policy::{Policy, SignatureMode};
use qris_snap::sign::{KeySize, PrivateKey, PublicKey, Secret, SigningKey, Token, VerifyingKey};
use qris_snap::verify::{
    SignedRequest, sign_request, sign_token_request, verify_request, verify_token_request,
};

use crate::model;
use crate::oracle::decode::one_line;
use crate::rng::SplitMix64;

pub(super) const SECRET: &str = "the secret of a partner";

/// Any request's headers are read or refused in one line, and what was read reads again as the same. A signature is
/// accepted exactly when it is the model's, which is other code; what our signer makes our verifier accepts; and with one
/// byte of it changed, of key, method, path, token, time, body or signature, it is refused, unless that byte is not
/// signed at all.
///
/// # Panics
/// When it is not so.
pub fn headers(bytes: &[u8]) {
    let mut rng = SplitMix64::over(bytes);
    let request = Request::read(bytes);
    let pairs = || request.pairs.iter().map(|(name, value)| (name.as_str(), *value));
    let claim = Claim::read(pairs());
    let service = Service::all().nth(rng.below(10)).unwrap_or(Service::Query);
    for dialect in ALL {
        let headers = match Headers::read(pairs(), service, &dialect.policy) {
            Ok(headers) => headers,
            Err(refusal) => {
                assert!(
                    matches!(refusal.http_status(), 400 | 401) && refusal.place().is_some(),
                    "{refusal:?}"
                );
                one_line(&refusal.to_string());
                one_line(&refusal.log());
                continue;
            }
        };
        let again = headers.pairs().map(|(name, value)| (name, value.as_bytes()));
        assert_eq!(Headers::read(again, service, &dialect.policy), Ok(headers.clone()));
        assert_eq!(headers.check(service, &dialect.policy), Ok(()));
        assert_eq!(claim.partner_id.as_deref(), headers.get(HeaderName::PartnerId));
        assert_eq!(claim.client_key.as_deref(), headers.get(HeaderName::ClientKey));
        received(&request, &headers);
    }
    signed(&request, &mut rng);
    if rng.one_in(16) {
        signed_with_rsa(&request, &mut rng);
    }
}

/// A request, with the parts that are signed.
#[derive(Debug, Clone)]
pub(super) struct Request<'a> {
    pub(super) method: String,
    pub(super) target: String,
    pairs: Vec<(String, &'a [u8])>,
    pub(super) body: Vec<u8>,
}

impl<'a> Request<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Self {
        let mut rest = bytes;
        let mut line = || {
            let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
            let (line, after) = rest.split_at(end);
            rest = after.get(1..).unwrap_or_default();
            line
        };
        let first = String::from_utf8_lossy(line()).into_owned();
        let (method, target) = first.split_once(' ').unwrap_or(("POST", &first));
        let (method, target) = (method.to_owned(), target.to_owned());
        let mut pairs = Vec::new();
        loop {
            let line = line();
            if line.is_empty() {
                break;
            }
            let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
            let (name, value) = line.split_at(colon);
            pairs.push((String::from_utf8_lossy(name).into_owned(), value.get(1..).unwrap_or_default()));
        }
        Self { method, target, pairs, body: rest.to_vec() }
    }

    /// The first header of a name, without blanks around it.
    pub(super) fn header(&self, name: &str) -> Option<String> {
        let found = self.pairs.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| String::from_utf8_lossy(value).trim().to_owned())
    }

    fn parts(&self) -> SignedRequest<'_> {
        SignedRequest {
            service: Service::Query,
            method: &self.method,
            target: &self.target,
            body: &self.body,
        }
    }
}

/// Policies whose only recipe is the model's.
fn policy(signature: SignatureMode) -> Policy {
    Policy { signature, body: qris_snap::policy::BodyRule::MinifiedOnly, ..Policy::STANDARD }
}

/// What came in is accepted exactly when its signature is the model's.
fn received(request: &Request<'_>, headers: &Headers) {
    let policy = policy(SignatureMode::Symmetric);
    let key = Secret::new(SECRET);
    let verified = verify_request(&request.parts(), headers, &policy, VerifyingKey::Secret(&key));
    let token = headers.token().unwrap_or_default();
    let timestamp = headers.get(HeaderName::Timestamp).unwrap_or_default();
    let expected = signature(&request.method, &request.target, &token, &request.body, timestamp, SECRET);
    let stated = headers.get(HeaderName::Signature);
    assert_eq!(verified.is_ok(), stated == Some(&expected) && !timestamp.is_empty(), "{request:?}");
    if let Err(refusal) = verified {
        one_line(&refusal.log());
        assert!(!refusal.log().contains(SECRET));
    }
}

/// The model's signature over a request.
fn signature(
    method: &str,
    target: &str,
    token: &Token,
    body: &[u8],
    timestamp: &str,
    secret: &str,
) -> String {
    let text = model::symmetric_text(method, path(target), token.expose(), body, timestamp);
    model::hmac_sha512(secret.as_bytes(), text.as_bytes())
}

/// A target without scheme and host.
fn path(target: &str) -> &str {
    let Some(at) = target.find("://") else { return target };
    if !target[..at].bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return target;
    }
    let host = &target[at + 3..];
    host.find('/').map_or("/", |slash| &host[slash..])
}

/// What one byte is changed of.
#[derive(Debug, Clone)]
struct Parts {
    method: String,
    target: String,
    token: String,
    timestamp: String,
    body: Vec<u8>,
    secret: String,
    signature: String,
}

fn signed(request: &Request<'_>, rng: &mut SplitMix64) {
    let token = if request.pairs.is_empty() { String::new() } else { format!("t{}", request.pairs.len()) };
    let timestamp = "2026-11-21T13:44:30+07:00".to_owned();
    let mut parts = Parts {
        method: request.method.clone(),
        target: request.target.clone(),
        token,
        timestamp,
        body: request.body.clone(),
        secret: SECRET.to_owned(),
        signature: String::new(),
    };
    let mut headers = Headers::new();
    if !parts.token.is_empty() {
        headers.set_token(&Token::new(parts.token.as_str()));
    }
    let key = Secret::new(SECRET);
    let made = sign_request(
        &request.parts(),
        &mut headers,
        SignatureMode::Symmetric,
        &SigningKey::Secret(&key),
        &parts.timestamp,
    );
    assert_eq!(made, Ok(()));
    parts.signature = headers.get(HeaderName::Signature).unwrap_or_default().to_owned();
    assert_eq!(parts.signature, expected(&parts), "{request:?}");
    assert!(accepted(&parts), "{request:?}");
    let changed = parts.changed(rng);
    assert_eq!(accepted(&changed), changed.signature == expected(&changed), "{parts:?}, {changed:?}");
}

fn expected(parts: &Parts) -> String {
    let Parts { method, target, timestamp, body, secret, .. } = parts;
    signature(method, target, &Token::new(parts.token.as_str()), body, timestamp, secret)
}

fn accepted(parts: &Parts) -> bool {
    let mut headers = Headers::new();
    headers.set(HeaderName::Timestamp, parts.timestamp.as_str());
    headers.set(HeaderName::Signature, parts.signature.as_str());
    if !parts.token.is_empty() {
        headers.set_token(&Token::new(parts.token.as_str()));
    }
    let (method, target, body) = (&*parts.method, &*parts.target, &*parts.body);
    let request = SignedRequest { service: Service::Query, method, target, body };
    let key = Secret::new(parts.secret.as_str());
    let policy = policy(SignatureMode::Symmetric);
    verify_request(&request, &headers, &policy, VerifyingKey::Secret(&key)).is_ok()
}

impl Parts {
    /// The same with one byte changed; of text, one that leaves it text and its words whole.
    fn changed(&self, rng: &mut SplitMix64) -> Parts {
        let mut parts = self.clone();
        let text = match rng.below(7) {
            0 if !parts.body.is_empty() => {
                let at = rng.below(parts.body.len());
                parts.body[at] ^= 1 << rng.below(8);
                return parts;
            }
            1 => &mut parts.method,
            2 => &mut parts.target,
            3 => &mut parts.token,
            4 => &mut parts.timestamp,
            5 => &mut parts.secret,
            _ => &mut parts.signature,
        };
        let other = b"AZaz09+/=-"[rng.below(10)];
        let at = rng.below(text.len());
        if text.get(at..=at).is_some() {
            text.replace_range(at..=at, char::from(other).encode_utf8(&mut [0]));
        }
        parts
    }
}

/// A key of this process; that it is another one each time makes no difference to what must hold.
fn keys() -> &'static (PrivateKey, PublicKey) {
    static KEYS: OnceLock<(PrivateKey, PublicKey)> = OnceLock::new();
    KEYS.get_or_init(|| {
        let made = PrivateKey::generate(KeySize::RSA_2048).and_then(|key| Ok((key.public_key()?, key)));
        made.map(|(public, private)| (private, public)).unwrap_or_else(|error| panic!("{error}"))
    })
}

fn signed_with_rsa(request: &Request<'_>, rng: &mut SplitMix64) {
    let (private, public) = keys();
    let (key, mode) = (SigningKey::Private(private), SignatureMode::AsymmetricNoToken);
    let timestamp = "2026-11-21T13:44:30+07:00";
    let mut headers = Headers::new();
    assert_eq!(sign_request(&request.parts(), &mut headers, mode, &key, timestamp), Ok(()));
    let verify = |request: &Request<'_>, headers: &Headers| {
        verify_request(&request.parts(), headers, &policy(mode), VerifyingKey::Public(public)).is_ok()
    };
    assert!(verify(request, &headers), "{request:?}");
    let mut changed = request.clone();
    changed.body.push(b'0');
    assert!(!verify(&changed, &headers), "{request:?}");
    let wrong = |headers: &Headers, rng: &mut SplitMix64| {
        let mut signature = headers.get(HeaderName::Signature).unwrap_or_default().as_bytes().to_vec();
        let at = rng.below(signature.len());
        signature[at] = if signature[at] == b'A' { b'B' } else { b'A' };
        let mut other = headers.clone();
        other.set(HeaderName::Signature, String::from_utf8_lossy(&signature));
        other
    };
    assert!(!verify(request, &wrong(&headers, rng)), "{request:?}");

    let client = request.target.as_str();
    let mut headers = Headers::new();
    assert_eq!(sign_token_request(client, &mut headers, &key, timestamp), Ok(()));
    let verify = |headers: &Headers| {
        verify_token_request(Service::TokenB2b, headers, &Policy::STANDARD, public).is_ok()
    };
    assert_eq!(verify(&headers), !client.is_empty(), "{client:?}");
    assert!(!verify(&wrong(&headers, rng)));
    headers.set(HeaderName::ClientKey, format!("{client}0"));
    assert!(!verify(&headers));
}
