//! A request that is ready to be sent.

use core::fmt;

use crate::headers::Headers;
use crate::service::Service;
use crate::sign::Token;

/// Digits of an external id: those of the time in milliseconds, and of chance.
const TIME_DIGITS: usize = 13;
const CHANCE_DIGITS: usize = 15;

/// When a request is made, and a number nobody can guess: this crate has neither clock nor chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub unix_ms: i64,
    /// From a random source. It makes X-EXTERNAL-ID unique among requests of one millisecond.
    pub random: u64,
}

/// The tokens a request carries.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tokens<'a> {
    /// `Authorization`, from 73.
    pub access: Option<&'a Token>,
    /// `Authorization-Customer`, from 74.
    pub customer: Option<&'a Token>,
}

impl<'a> Tokens<'a> {
    /// An access token and no customer's.
    pub fn access(token: &'a Token) -> Tokens<'a> {
        Tokens { access: Some(token), customer: None }
    }
}

/// A signed request. `Debug` shows neither values of headers nor the body.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// Which service is asked.
    pub service: Service,
    /// The method: `POST` for every service.
    pub method: &'static str,
    /// The path, from `/`: what was signed.
    pub path: String,
    /// The headers; [`Headers::pairs`] gives them by their names on the wire.
    pub headers: Headers,
    /// The body. Send these bytes and no others: they were hashed.
    pub body: Vec<u8>,
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("service", &self.service)
            .field("path", &self.path)
            .field("headers", &self.headers)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}

/// An X-EXTERNAL-ID that was not used before: up to 28 digits, milliseconds and chance, fit for the strictest document
/// (numeric, at most 32). Where fewer characters are allowed the last of them are kept, which are those of chance.
///
/// ```
/// use qris_snap::client::{Moment, external_id};
/// let moment = Moment { unix_ms: 1_795_243_470_123, random: 42 };
/// assert_eq!(external_id(moment, 36), "1795243470123000000000000042");
/// assert_eq!(external_id(moment, 17), "23000000000000042");
/// ```
pub fn external_id(moment: Moment, max_length: usize) -> String {
    let chance = moment.random % 10_u64.pow(CHANCE_DIGITS as u32);
    let time = moment.unix_ms.max(0);
    let digits = format!("{time:0TIME_DIGITS$}{chance:0CHANCE_DIGITS$}");
    let skip = digits.len().saturating_sub(max_length);
    digits.get(skip..).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_external_id_is_numeric_and_fits() {
        let moment = Moment { unix_ms: -1, random: u64::MAX };
        let id = external_id(moment, 36);
        assert_eq!((id.len(), id.bytes().all(|byte| byte.is_ascii_digit())), (28, true));
        assert_eq!(external_id(moment, 0), "");
        let far = Moment { unix_ms: i64::MAX, random: 0 };
        assert_eq!(external_id(far, 32).len(), 32);
        assert_ne!(external_id(Moment { random: 1, ..moment }, 36), external_id(moment, 36));
    }

    #[test]
    fn debug_shows_no_body() {
        let request = HttpRequest {
            service: Service::TokenB2b2c,
            method: "POST",
            path: "/v1.0/access-token/b2b2c".to_owned(),
            headers: Headers::new(),
            body: b"authCode".to_vec(),
        };
        let shown = format!("{request:?}");
        assert!(shown.contains("8 bytes") && !shown.contains("authCode"), "{shown}");
    }
}
