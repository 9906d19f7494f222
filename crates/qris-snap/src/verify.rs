//! Verifying a request's signature with every recipe the partner's policy allows, and signing our own.

use crate::codes::Situation;
use crate::escapes::php_forms;
use crate::headers::{HeaderName, Headers};
use crate::minify::{BodyHash, minify};
use crate::policy::{BodyRule, MAX_PREFIXES, Policy, QueryInPath, SignatureMode};
use crate::refusal::Refusal;
use crate::service::Service;
use crate::sign::{PublicKey, SignatureError, SigningKey, StringToSign, Token, VerifyingKey, verify_rsa};

/// The parts of a request that are signed, beside its headers.
#[derive(Debug, Clone, Copy)]
pub struct SignedRequest<'a> {
    /// The service that was recognised from the path.
    pub service: Service,
    /// HTTP method.
    pub method: &'a str,
    /// The request target as received: path and query.
    pub target: &'a str,
    /// The body as received.
    pub body: &'a [u8],
}

/// Which bytes of the body were hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyForm {
    /// The minified ones.
    Minified,
    /// Those received.
    Raw,
    /// The minified ones with PHP's escapes undone or applied, see [`BodyRule::AcceptPhpEscapes`].
    PhpEscapes,
}

/// The recipe a signature held under. Worth a log line: it shows which clients need a leniency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipe {
    /// The path that was signed.
    pub path: String,
    /// The bytes that were hashed.
    pub body: BodyForm,
    /// The hash.
    pub hash: BodyHash,
}

/// Verifies the signature of a transaction or notification. Check headers and token before: the token that is
/// part of the symmetric string is the one in the headers.
///
/// # Errors
/// 401xx00; the log says what was tried. 500xx00 when the key does not fit the policy's signature mode.
pub fn verify_request(
    request: &SignedRequest<'_>,
    headers: &Headers,
    policy: &Policy,
    key: VerifyingKey<'_>,
) -> Result<Recipe, Refusal> {
    let service = request.service;
    let signature = required(headers, HeaderName::Signature, service)?;
    let timestamp = required(headers, HeaderName::Timestamp, service)?;
    let token = headers.token().unwrap_or_default();
    let mode = policy.signature_of(request.service);
    match (mode, key) {
        (SignatureMode::Symmetric, VerifyingKey::Secret(_))
        | (SignatureMode::AsymmetricNoToken, VerifyingKey::Public(_)) => {}
        _ => {
            let log = format!("policy says {mode:?}, the partner's key is {key:?}");
            return Err(Refusal::new(service, Situation::Internal, log));
        }
    }
    let mut log = String::new();
    for hash in hashes(request.body, policy.body) {
        for path in signed_paths(request.target, policy) {
            let text = string_to_sign(mode, request.method, path, &token, &hash.1, timestamp);
            match key.verify(&text, signature, policy.encodings) {
                Ok(()) => return Ok(Recipe { path: path.to_owned(), body: hash.0, hash: hash.1 }),
                Err(SignatureError::Mismatch) => {
                    log.push_str(&format!("; tried path {path}, {:?} body {}", hash.0, hash.1));
                }
                // The signature's own form is wrong: no other recipe will mend it.
                Err(error) => return Err(bad_signature(service, error.to_string())),
            }
        }
    }
    Err(bad_signature(service, format!("{}{log}", SignatureError::Mismatch)))
}

/// Verifies the signature of a token request (73, 74).
///
/// # Errors
/// 401xx00, with what is wrong in the log.
pub fn verify_token_request(
    service: Service,
    headers: &Headers,
    policy: &Policy,
    key: &PublicKey,
) -> Result<(), Refusal> {
    let client = required(headers, HeaderName::ClientKey, service)?;
    let timestamp = required(headers, HeaderName::Timestamp, service)?;
    let signature = required(headers, HeaderName::Signature, service)?;
    verify_rsa(key, &StringToSign::token(client, timestamp), signature, policy.encodings)
        .map_err(|error| bad_signature(service, error.to_string()))
}

/// Signs a request of ours over the minified body and sets X-TIMESTAMP and X-SIGNATURE. The symmetric string
/// takes the token from the headers; of a target with scheme and host the path is signed.
///
/// # Errors
/// [`SignatureError::CannotSign`].
pub fn sign_request(
    request: &SignedRequest<'_>,
    headers: &mut Headers,
    mode: SignatureMode,
    key: &SigningKey<'_>,
    timestamp: &str,
) -> Result<(), SignatureError> {
    let token = headers.token().unwrap_or_default();
    let hash = BodyHash::minified(request.body);
    let text = string_to_sign(mode, request.method, relative(request.target), &token, &hash, timestamp);
    let signature = key.sign(&text)?;
    headers.set(HeaderName::Timestamp, timestamp).set(HeaderName::Signature, signature);
    Ok(())
}

/// Signs a token request of ours and sets X-CLIENT-KEY, X-TIMESTAMP and X-SIGNATURE.
///
/// # Errors
/// [`SignatureError::CannotSign`].
pub fn sign_token_request(
    client: &str,
    headers: &mut Headers,
    key: &SigningKey<'_>,
    timestamp: &str,
) -> Result<(), SignatureError> {
    let signature = key.sign(&StringToSign::token(client, timestamp))?;
    headers
        .set(HeaderName::ClientKey, client)
        .set(HeaderName::Timestamp, timestamp)
        .set(HeaderName::Signature, signature);
    Ok(())
}

/// The string of a transaction in either mode.
pub fn string_to_sign(
    mode: SignatureMode,
    method: &str,
    path: &str,
    token: &Token,
    hash: &BodyHash,
    timestamp: &str,
) -> StringToSign {
    match mode {
        SignatureMode::Symmetric => StringToSign::symmetric(method, path, token.expose(), hash, timestamp),
        SignatureMode::AsymmetricNoToken => StringToSign::asymmetric(method, path, hash, timestamp),
    }
}

/// The paths that may have been signed: the target, then the target without each prefix that it has. A scheme and
/// host in front are dropped.
pub fn signed_paths<'a>(target: &'a str, policy: &'a Policy) -> impl Iterator<Item = &'a str> {
    let target = relative(target);
    let target = match policy.query {
        QueryInPath::Include => target,
        QueryInPath::Exclude => target.split('?').next().unwrap_or(target),
    };
    let stripped = policy.prefixes.iter().take(MAX_PREFIXES).filter_map(move |prefix| {
        let prefix = prefix.trim_end_matches('/');
        target.strip_prefix(prefix).filter(|rest| !prefix.is_empty() && rest.starts_with('/'))
    });
    core::iter::once(target).chain(stripped)
}

fn relative(target: &str) -> &str {
    match target.split_once("://") {
        Some((scheme, rest)) if scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/")
        }
        _ => target,
    }
}

/// The hashes to try, each once: minified first, then what the rule allows beside it. What comes later is worked out
/// when it is asked for.
fn hashes(body: &[u8], rule: BodyRule) -> impl Iterator<Item = (BodyForm, BodyHash)> {
    let raw = (rule != BodyRule::MinifiedOnly).then_some(body).into_iter();
    let php = (rule == BodyRule::AcceptPhpEscapes).then_some(body).into_iter();
    let mut known = Vec::new();
    core::iter::once_with(|| (BodyForm::Minified, BodyHash::minified(body)))
        .chain(raw.map(|body| (BodyForm::Raw, BodyHash::raw(body))))
        .chain(php.flat_map(|body| {
            php_forms(minify(body)).map(|form| (BodyForm::PhpEscapes, BodyHash::raw(&form)))
        }))
        .filter(move |(_, hash)| {
            let new = !known.contains(hash);
            known.push(*hash);
            new
        })
}

fn required(headers: &Headers, name: HeaderName, service: Service) -> Result<&str, Refusal> {
    headers.get(name).ok_or_else(|| {
        Refusal::new(service, Situation::MissingMandatory, "needed for the signature").at(name.as_str())
    })
}

fn bad_signature(service: Service, log: String) -> Refusal {
    Refusal::new(service, Situation::BadSignature, log).at(HeaderName::Signature.as_str())
}
