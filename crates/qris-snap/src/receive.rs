//! A request as it comes in: is it who it says it is, and was it sent now? One function, [`receive`], in the one right order.
//!
//! | step | what is refused | code |
//! |---|---|---|
//! | headers | a security header that occurs twice, a value that is not visible ASCII, a wrong length or Content-Type | 400xx01 |
//! | | `Authorization` absent or not `Bearer`, where a token is agreed | 401xx03 |
//! | | `Authorization-Customer` not `Bearer`, or absent where it is demanded | 401xx04 |
//! | | another mandatory header absent | 400xx02 |
//! | timestamp | X-TIMESTAMP in a shape that was not agreed | 400xx01 |
//! | | X-TIMESTAMP outside of the window | 401xx00 |
//! | token | the access token unknown, expired, used, or another's | 401xx01 |
//! | | the customer token the same | 401xx02 |
//! | signature | X-SIGNATURE of another form, or that holds with no key | 401xx00 |
//!
//! The codes are those of SNAP's table of response codes ([`codes::CASES`](crate::codes::CASES)); the standard has no order of
//! checks. This one asks what costs nothing first; the token before the signature, because the symmetric string has the token
//! in it; and nothing that is remembered (X-EXTERNAL-ID, a token that is used up) before the signature has held, or anybody
//! could use up what is a partner's. The body is read afterwards, by [`Message::read`](crate::message::Message::read).

use core::fmt;

use crate::codes::Situation;
use crate::datetime::DateTime;
use crate::headers::{HeaderName, Headers, TokenFault};
use crate::policy::{Policy, TokenRule};
use crate::refusal::Refusal;
use crate::service::Service;
use crate::sign::{Token, VerifyingKey};
use crate::verify::{Recipe, SignedRequest, verify_request, verify_token_request};

/// Says whether a token is good now: the receiver's storage answers.
pub type LookUp<'a> = &'a dyn Fn(&Token) -> Result<(), TokenFault>;

/// What proves who asks: keys, and tokens that were issued. `Debug` shows neither.
///
/// ```
/// use qris_snap::headers::TokenFault;
/// use qris_snap::receive::Keys;
/// use qris_snap::sign::{Secret, Token, VerifyingKey};
///
/// let (secret, next) = (Secret::new("s3cret"), Secret::new("its successor"));
/// let issued = |token: &Token| if token.expose() == "T1" { Ok(()) } else { Err(TokenFault::Unknown) };
/// let both = [VerifyingKey::Secret(&secret), VerifyingKey::Secret(&next)];
/// let keys = Keys::any(&both).with_tokens(&issued);
/// ```
#[derive(Clone, Copy)]
pub struct Keys<'a> {
    first: Option<VerifyingKey<'a>>,
    more: &'a [VerifyingKey<'a>],
    access: Option<LookUp<'a>>,
    customer: Option<LookUp<'a>>,
}

impl<'a> Keys<'a> {
    /// Any of these will do: while a partner changes its key there are two.
    pub fn any(keys: &'a [VerifyingKey<'a>]) -> Keys<'a> {
        Keys { first: None, more: keys, access: None, customer: None }
    }

    /// Where access tokens are looked up. Without it a policy that demands one is a fault of the receiver's, 500xx00, and
    /// never a token that nobody looks at.
    #[must_use]
    pub fn with_tokens(self, access: LookUp<'a>) -> Keys<'a> {
        Keys { access: Some(access), ..self }
    }

    /// Where customer tokens are looked up. Without it a request that carries one is refused, 401xx02.
    #[must_use]
    pub fn with_customer_tokens(self, customer: LookUp<'a>) -> Keys<'a> {
        Keys { customer: Some(customer), ..self }
    }
}

/// One key, and no tokens.
impl<'a> From<VerifyingKey<'a>> for Keys<'a> {
    fn from(key: VerifyingKey<'a>) -> Keys<'a> {
        Keys { first: Some(key), ..Keys::any(&[]) }
    }
}

impl fmt::Debug for Keys<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").finish_non_exhaustive()
    }
}

/// A request that is who it says it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Its headers.
    pub headers: Headers,
    /// X-TIMESTAMP, which the signature covers.
    pub signed_at: DateTime,
    /// What the signature held over; none for token requests, whose string has but one form.
    pub recipe: Option<Recipe>,
}

/// Headers, timestamp, token and signature of a request, in this order. `headers` are names and values as received, `policy` is
/// what was agreed with the partner that the request claims ([`Claim`](crate::headers::Claim)), `now` is in seconds since
/// 1970-01-01T00:00:00Z. What it costs is bounded by the request and the policy.
///
/// `cargo run -p qris-snap --example notification` is a receiver of notifications around it.
///
/// # Errors
/// The first refusal of the module's table; 500xx00 when keys or look-ups do not fit the policy.
pub fn receive<'h, 'k>(
    request: &SignedRequest<'_>,
    headers: impl IntoIterator<Item = (&'h str, &'h [u8])>,
    policy: &Policy,
    key: impl Into<Keys<'k>>,
    now: i64,
) -> Result<Received, Refusal> {
    Head::read(request.service, headers, policy, now)?.prove(request, policy, key)
}

/// A request whose headers and time are right, before anything is proved: for receivers who do as much work for a partner they
/// do not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    service: Service,
    headers: Headers,
    signed_at: DateTime,
}

impl Head {
    /// The first two steps of [`receive`].
    ///
    /// # Errors
    /// Those of headers and timestamp.
    pub fn read<'h>(
        service: Service,
        headers: impl IntoIterator<Item = (&'h str, &'h [u8])>,
        policy: &Policy,
        now: i64,
    ) -> Result<Head, Refusal> {
        let headers = Headers::read(headers, service, policy)?;
        let timestamp = headers.get(HeaderName::Timestamp).unwrap_or_default();
        let signed_at = policy.check_timestamp(service, timestamp, now)?;
        Ok(Head { service, headers, signed_at })
    }

    /// The headers.
    pub fn headers(&self) -> &Headers {
        &self.headers
    }

    /// The last two steps of [`receive`].
    ///
    /// # Errors
    /// Those of token and signature; 500xx00 when the request is said to be of another service than its headers were read for.
    pub fn prove<'k>(
        self,
        request: &SignedRequest<'_>,
        policy: &Policy,
        key: impl Into<Keys<'k>>,
    ) -> Result<Received, Refusal> {
        let Head { service, headers, signed_at } = self;
        if request.service != service {
            return Err(Refusal::new(
                service,
                Situation::Internal,
                "its headers were read as those of another service",
            ));
        }
        let keys = key.into();
        check_tokens(service, &headers, policy, &keys)?;
        let recipe = check_signature(request, &headers, policy, &keys)?;
        Ok(Received { headers, signed_at, recipe })
    }
}

fn check_tokens(
    service: Service,
    headers: &Headers,
    policy: &Policy,
    keys: &Keys<'_>,
) -> Result<(), Refusal> {
    if policy.token_of(service) != TokenRule::None {
        let look_up = keys.access.ok_or_else(|| {
            let log = "the policy demands an access token, and nobody looks it up: Keys::with_tokens";
            Refusal::new(service, Situation::Internal, log)
        })?;
        let token = headers.token().ok_or_else(|| {
            Refusal::new(service, Situation::TokenMissing, "absent").at(HeaderName::Authorization.as_str())
        })?;
        look_up(&token).map_err(|fault| fault.refusal(service))?;
    }
    if let Some(token) = headers.customer_token().filter(|_| !service.is_token()) {
        let known = keys.customer.map_or(Err(TokenFault::Unknown), |look_up| look_up(&token));
        known.map_err(|fault| fault.customer_refusal(service))?;
    }
    Ok(())
}

/// With each key; what the last one is refused for when none holds.
fn check_signature(
    request: &SignedRequest<'_>,
    headers: &Headers,
    policy: &Policy,
    keys: &Keys<'_>,
) -> Result<Option<Recipe>, Refusal> {
    let service = request.service;
    let mut refusal = Refusal::new(service, Situation::BadSignature, "the partner has no key for this")
        .at(HeaderName::Signature.as_str());
    for key in keys.first.iter().chain(keys.more) {
        let held = match key {
            VerifyingKey::Public(key) if service.is_token() => {
                verify_token_request(service, headers, policy, key).map(|()| None)
            }
            key => verify_request(request, headers, policy, *key).map(Some),
        };
        match held {
            Ok(recipe) => return Ok(recipe),
            Err(error) => refusal = error,
        }
    }
    Err(refusal)
}
