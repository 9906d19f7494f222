//! Tokens that were granted to us.

use core::time::Duration;

use crate::message::CustomerTokenRequest;
use crate::sign::Token;

/// What a token whose life is not said lives, in seconds: the standard's.
const USUAL_LIFE: u64 = 900;
/// Nobody's token is kept for longer, in seconds.
const LONGEST_LIFE: u64 = 24 * 3600;
/// Most characters of a token: those of a header that this crate would read itself.
const MAX_TOKEN: usize = 8000;
/// A token is not used in its last seconds: it must live until the request has arrived.
const SPARE: Duration = Duration::from_secs(10);
/// A new one is fetched this long before that.
const EARLY: Duration = Duration::from_secs(50);

/// What 74 grants a customer token for. `Debug` hides both.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CustomerGrant {
    /// An authorisation code, which the customer's consent brought. Good once.
    Code(Token),
    /// The refresh token of an earlier grant. Usually good once: the answer has the next one.
    Refresh(Token),
}

impl CustomerGrant {
    /// The message of 74. `grantType` is in capitals, as the standard's table has it; its sample has small letters.
    ///
    /// ```
    /// use qris_snap::client::CustomerGrant;
    /// use qris_snap::sign::Token;
    /// let code = String::from("C-1");
    /// let request = CustomerGrant::Code(Token::new(code.as_str())).request();
    /// assert_eq!(request.grant_type.as_deref(), Some("AUTHORIZATION_CODE"));
    /// ```
    pub fn request(&self) -> CustomerTokenRequest {
        let (grant_type, auth_code, refresh_token) = match self {
            CustomerGrant::Code(code) => ("AUTHORIZATION_CODE", Some(code.clone()), None),
            CustomerGrant::Refresh(token) => ("REFRESH_TOKEN", None, Some(token.clone())),
        };
        let grant_type = Some(grant_type.to_owned());
        CustomerTokenRequest { grant_type, auth_code, refresh_token, ..CustomerTokenRequest::default() }
    }
}

/// An access token and how long it lives, whichever of the ways of saying so was used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The token.
    pub token: Token,
    /// How long it lives from when it was asked for: 900 s when the answer does not say, a day at most.
    pub life: Duration,
}

impl Grant {
    /// The grant of an answer's `accessToken` and `expiresIn`.
    ///
    /// ```
    /// use qris_snap::client::Grant;
    /// let grant = Grant::new(Some("token"), Some("900")).unwrap();
    /// assert_eq!((grant.life.as_secs(), grant.usable().as_secs(), grant.young().as_secs()), (900, 890, 840));
    /// ```
    ///
    /// # Errors
    /// When there is no token that could stand in a header.
    pub fn new(token: Option<&str>, expires_in: Option<&str>) -> Result<Grant, &'static str> {
        let token = token.unwrap_or_default();
        if token.is_empty() || token.len() > MAX_TOKEN || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("the answer has no usable accessToken");
        }
        let seconds = expires_in.and_then(|text| text.parse().ok()).unwrap_or(USUAL_LIFE);
        Ok(Grant { token: Token::new(token), life: Duration::from_secs(seconds.min(LONGEST_LIFE)) })
    }

    /// How long it may be used: its life but for the last ten seconds, and half of a life that is shorter than twenty.
    pub fn usable(&self) -> Duration {
        self.life.saturating_sub(SPARE).max(self.life / 2)
    }

    /// How long nobody needs to think of the next one: fifty seconds less than [`usable`](Self::usable), or half of it
    /// where that is more.
    pub fn young(&self) -> Duration {
        self.usable().saturating_sub(EARLY).max(self.usable() / 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_life_is_read_in_every_form() {
        let life = |text| Grant::new(Some("t"), text).map(|grant| grant.life.as_secs());
        for (text, seconds) in [
            (Some("900"), 900),
            (Some("5"), 5),
            (Some("0"), 0),
            (None, 900),
            (Some("soon"), 900),
            (Some("-1"), 900),
            (Some("899.5"), 900),
            (Some("99999999999"), 86_400),
        ] {
            assert_eq!(life(text), Ok(seconds), "{text:?}");
        }
    }

    #[test]
    fn a_short_life_is_used_by_half() {
        let times = |seconds: &str| {
            let grant = Grant::new(Some("t"), Some(seconds)).unwrap();
            (grant.young().as_millis(), grant.usable().as_millis())
        };
        assert_eq!(times("900"), (840_000, 890_000));
        assert_eq!(times("60"), (25_000, 50_000));
        assert_eq!(times("10"), (2_500, 5_000));
        assert_eq!(times("0"), (0, 0));
    }

    #[test]
    fn what_cannot_stand_in_a_header_is_no_token() {
        let long = "x".repeat(MAX_TOKEN + 1);
        for token in [None, Some(""), Some("a b"), Some("a\r\nX: y"), Some("t\u{f6}ken"), Some(long.as_str())]
        {
            assert!(Grant::new(token, None).is_err(), "{token:?}");
        }
        let shown = format!("{:?}", Grant::new(Some("hidden-token"), None).unwrap());
        assert!(!shown.contains("hidden-token"), "{shown}");
    }
}
