//! Why does a signature not verify? Tries the ways clients are known to sign, and says which one fits.
//!
//! This is for people in front of a 401, not for a server: a server tries what the partner's
//! [`Policy`](crate::policy::Policy) allows, see [`verify_request`](crate::verify::verify_request).

use core::fmt;

use crate::minify::{BodyHash, minify};
use crate::policy::SignatureMode;
use crate::sign::{Encodings, SignatureError, StringToSign, Token, VerifyingKey};
use crate::verify::string_to_sign;

/// How many leading segments of a path may have been left out.
const MAX_SEGMENTS: usize = 8;

/// What was signed, as far as it is known.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    /// HTTP method.
    pub method: &'a str,
    /// Path and query.
    pub path: &'a str,
    /// Access token, without `Bearer `.
    pub token: &'a Token,
    /// The body as sent.
    pub body: &'a [u8],
    /// X-TIMESTAMP as sent.
    pub timestamp: &'a str,
}

/// What may have been hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Hashed {
    /// The minified body: right.
    Minified,
    /// The body as sent.
    AsSent,
    /// Without the line ends after it.
    WithoutLineEnd,
    /// Without any blank, those in strings included.
    WithoutBlanks,
    /// The empty text.
    Nothing,
}

/// What may have stood for the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenForm {
    /// The token: right.
    Token,
    /// The token with `Bearer ` before it.
    WithBearer,
    /// Nothing between the colons.
    Empty,
    /// The token and its colon left out.
    LeftOut,
}

/// One way to sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// The path that was taken.
    pub path: String,
    /// The bytes that were hashed.
    pub hashed: Hashed,
    /// Their hash.
    pub hash: BodyHash,
    /// The token.
    pub token: TokenForm,
    /// The string to sign. It may contain the token.
    pub text: StringToSign,
}

impl fmt::Display for Trial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hashed = match self.hashed {
            Hashed::Minified => "the minified body",
            Hashed::AsSent => "the body as sent, not minified",
            Hashed::WithoutLineEnd => "the body as sent without its last line end",
            Hashed::WithoutBlanks => "the body without any blank, those in strings included",
            Hashed::Nothing => "an empty body",
        };
        let token = match self.token {
            TokenForm::Token => "with the token",
            TokenForm::WithBearer => "with the token and \"Bearer \" before it",
            TokenForm::Empty => "with an empty token",
            TokenForm::LeftOut => "without the token",
        };
        write!(f, "path {}, {token}, {hashed}", self.path)
    }
}

/// The right recipe for a kind of key: full path, minified body, the token in the string when the key is a secret.
pub fn right_recipe(parts: &Parts<'_>, key: VerifyingKey<'_>) -> Trial {
    let (mode, token) = match key {
        VerifyingKey::Secret(_) => (SignatureMode::Symmetric, TokenForm::Token),
        VerifyingKey::Public(_) => (SignatureMode::AsymmetricNoToken, TokenForm::LeftOut),
    };
    let hash = BodyHash::minified(parts.body);
    let text = string_to_sign(mode, parts.method, parts.path, parts.token, &hash, parts.timestamp);
    Trial { path: parts.path.to_owned(), hashed: Hashed::Minified, hash, token, text }
}

/// Every recipe, the right one first; at most a few hundred.
pub fn recipes(parts: &Parts<'_>, key: VerifyingKey<'_>) -> Vec<Trial> {
    let right = right_recipe(parts, key);
    let mut trials = vec![right.clone()];
    for path in paths(parts.path) {
        for (hashed, hash) in hashes(parts.body) {
            for token in [TokenForm::Token, TokenForm::LeftOut, TokenForm::WithBearer, TokenForm::Empty] {
                let text = text(parts, path, token, &hash);
                if trials.iter().all(|trial| trial.text != text) {
                    trials.push(Trial { path: path.to_owned(), hashed, hash, token, text });
                }
            }
        }
    }
    trials
}

/// The recipe the signature holds under, the right one first; `None` when there is none.
///
/// # Errors
/// When the signature's own form is wrong, so that no recipe can fit.
pub fn matching_recipe(
    parts: &Parts<'_>,
    key: VerifyingKey<'_>,
    signature: &str,
) -> Result<Option<Trial>, SignatureError> {
    for trial in recipes(parts, key) {
        match key.verify(&trial.text, signature, Encodings::Base64OrHex) {
            Ok(()) => return Ok(Some(trial)),
            Err(SignatureError::Mismatch) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

fn text(parts: &Parts<'_>, path: &str, token: TokenForm, hash: &BodyHash) -> StringToSign {
    let symmetric = |token: &Token| {
        string_to_sign(SignatureMode::Symmetric, parts.method, path, token, hash, parts.timestamp)
    };
    match token {
        TokenForm::Token => symmetric(parts.token),
        TokenForm::WithBearer => symmetric(&Token::new(format!("Bearer {}", parts.token.expose()))),
        TokenForm::Empty => symmetric(&Token::default()),
        TokenForm::LeftOut => StringToSign::asymmetric(parts.method, path, hash, parts.timestamp),
    }
}

/// The path, without its leading segments one after the other, each with and without the query.
fn paths(path: &str) -> impl Iterator<Item = &str> {
    let starts = path.char_indices().filter(|(_, c)| *c == '/').map(|(at, _)| at);
    let query = path.find('?').unwrap_or(path.len());
    let suffixes = starts.filter(move |at| *at > 0 && *at < query).take(MAX_SEGMENTS);
    core::iter::once(0).chain(suffixes).filter_map(|at| path.get(at..)).flat_map(|path| {
        let bare = path.split('?').next().unwrap_or(path);
        [Some(path), Some(bare).filter(|bare| *bare != path)].into_iter().flatten()
    })
}

fn hashes(body: &[u8]) -> Vec<(Hashed, BodyHash)> {
    let end = body.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')).map_or(0, |at| at + 1);
    let trimmed = body.get(..end).unwrap_or(body);
    let dense: Vec<u8> = minify(body).into_iter().filter(|byte| !b" \t\r\n".contains(byte)).collect();
    let mut hashes: Vec<(Hashed, BodyHash)> = Vec::new();
    for (hashed, hash) in [
        (Hashed::Minified, BodyHash::minified(body)),
        (Hashed::AsSent, BodyHash::raw(body)),
        (Hashed::WithoutLineEnd, BodyHash::raw(trimmed)),
        (Hashed::WithoutBlanks, BodyHash::raw(&dense)),
        (Hashed::Nothing, BodyHash::raw(b"")),
    ] {
        if hashes.iter().all(|(_, known)| *known != hash) {
            hashes.push((hashed, hash));
        }
    }
    hashes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign::{Secret, sign_hmac};

    #[test]
    fn each_known_mistake_is_named() {
        let secret = Secret::new("s");
        let token = Token::new("t");
        let parts = Parts {
            method: "POST",
            path: "/snap/v1.0/qr/qr-mpm-query?a=1",
            token: &token,
            body: b"{\"a\": \"b c\"}\n",
            timestamp: "T",
        };
        let hash = |body: &[u8]| BodyHash::raw(body);
        let right = hash(b"{\"a\":\"b c\"}");
        let sign = |path: &str, token: &str, hash: BodyHash| {
            sign_hmac(&secret, &StringToSign::symmetric("POST", path, token, &hash, "T"))
        };
        let full = parts.path;
        let cases = [
            (sign(full, "t", right), full, Hashed::Minified, TokenForm::Token),
            (
                sign("/v1.0/qr/qr-mpm-query?a=1", "t", right),
                "/v1.0/qr/qr-mpm-query?a=1",
                Hashed::Minified,
                TokenForm::Token,
            ),
            (
                sign("/snap/v1.0/qr/qr-mpm-query", "t", right),
                "/snap/v1.0/qr/qr-mpm-query",
                Hashed::Minified,
                TokenForm::Token,
            ),
            (sign(full, "t", hash(parts.body)), full, Hashed::AsSent, TokenForm::Token),
            (sign(full, "t", hash(b"{\"a\": \"b c\"}")), full, Hashed::WithoutLineEnd, TokenForm::Token),
            (sign(full, "t", hash(b"{\"a\":\"bc\"}")), full, Hashed::WithoutBlanks, TokenForm::Token),
            (sign(full, "t", hash(b"")), full, Hashed::Nothing, TokenForm::Token),
            (sign(full, "Bearer t", right), full, Hashed::Minified, TokenForm::WithBearer),
            (sign(full, "", right), full, Hashed::Minified, TokenForm::Empty),
            (
                sign_hmac(&secret, &StringToSign::asymmetric("POST", full, &right, "T")),
                full,
                Hashed::Minified,
                TokenForm::LeftOut,
            ),
        ];
        let key = VerifyingKey::Secret(&secret);
        for (signature, path, hashed, form) in cases {
            let trial = matching_recipe(&parts, key, &signature).unwrap().unwrap();
            assert_eq!((trial.path.as_str(), trial.hashed, trial.token), (path, hashed, form));
        }
        let other = sign_hmac(&Secret::new("other"), &right_recipe(&parts, key).text);
        assert_eq!(matching_recipe(&parts, key, &other), Ok(None));
        assert!(matching_recipe(&parts, key, "short").is_err());
    }

    #[test]
    fn the_number_of_recipes_is_bounded() {
        let (secret, token) = (Secret::new("s"), Token::new("t"));
        let path = "/a".repeat(10_000);
        let parts = Parts { method: "POST", path: &path, token: &token, body: b" x y \n", timestamp: "T" };
        assert!(recipes(&parts, VerifyingKey::Secret(&secret)).len() <= 2 * (MAX_SEGMENTS + 1) * 5 * 4);
    }
}
