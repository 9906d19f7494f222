//! The headers of SNAP: read from a request, checked against a partner's policy, written for a request or answer.

mod name;

use core::fmt;

pub use name::{HeaderName, HeaderSet};
use zeroize::Zeroizing;

use crate::codes::Situation;
use crate::datetime::DateTime;
use crate::policy::{Charset, CustomerTokenRule, Policy, TokenRule};
use crate::refusal::Refusal;
use crate::service::Service;
use crate::sign::Token;

/// The longest value of a header that is looked at, in bytes; tokens have up to 3,000 characters.
const MAX_VALUE: usize = 8 * 1024;

/// Whom a request claims to come from, before anything is checked: what is needed to find the partner, whose
/// policy then decides how to read the headers. Prefer [`Headers::read`] for everything else.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Claim {
    /// X-PARTNER-ID.
    pub partner_id: Option<String>,
    /// X-CLIENT-KEY.
    pub client_key: Option<String>,
}

impl Claim {
    /// The first non-empty value of each of the two headers.
    pub fn read<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Claim {
        let mut claim = Claim::default();
        for (name, value) in pairs {
            let slot = match HeaderName::from_wire(name) {
                Some(HeaderName::PartnerId) => &mut claim.partner_id,
                Some(HeaderName::ClientKey) => &mut claim.client_key,
                _ => continue,
            };
            let value = core::str::from_utf8(value).map(str::trim).unwrap_or("");
            if slot.is_none() && !value.is_empty() && value.len() <= MAX_VALUE {
                *slot = Some(value.to_owned());
            }
        }
        claim
    }
}

/// The SNAP headers of one request. `Debug` lists which are there, without their values.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers([Option<Zeroizing<String>>; name::COUNT]);

impl Headers {
    /// No headers, to be filled with [`set`](Self::set) for a request of ours.
    pub fn new() -> Self {
        Headers::default()
    }

    /// Reads a request's headers and checks them against the policy of the partner it claims.
    ///
    /// In this order: a second security header and values that are not visible ASCII are 400xx01; `Authorization`
    /// absent or not `Bearer` is 401xx03, `Authorization-Customer` not `Bearer`, or absent where it is demanded, 401xx04; any other missing
    /// mandatory header is 400xx02; then Content-Type, lengths and characters, 400xx01. An empty header counts as
    /// absent. The timestamp's window is [`Policy::check_timestamp`]'s matter.
    ///
    /// # Errors
    /// The first of the above.
    pub fn read<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a [u8])>,
        service: Service,
        policy: &Policy,
    ) -> Result<Headers, Refusal> {
        let headers = Headers::collect(pairs, service)?;
        headers.check(service, policy)?;
        Ok(headers)
    }

    /// Checks headers against a policy, those of a request of ours before it is sent included.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn check(&self, service: Service, policy: &Policy) -> Result<(), Refusal> {
        let refuse = |situation, name: HeaderName, log: &str| {
            Err(Refusal::new(service, situation, log).at(name.as_str()))
        };
        if !service.is_token() {
            if policy.token_of(service) != TokenRule::None && self.token().is_none() {
                return refuse(
                    Situation::TokenMissing,
                    HeaderName::Authorization,
                    "absent, or not a Bearer token",
                );
            }
            let customer = HeaderName::AuthorizationCustomer;
            match (self.get(customer), policy.customer_token) {
                (Some(_), _) if self.customer_token().is_none() => {
                    return refuse(Situation::CustomerTokenMissing, customer, "not a Bearer token");
                }
                (None, CustomerTokenRule::Required) => {
                    return refuse(Situation::CustomerTokenMissing, customer, "mandatory for this partner");
                }
                _ => {}
            }
        }
        if let Some(name) = policy.mandatory_headers(service).iter().find(|name| self.get(*name).is_none()) {
            return refuse(Situation::MissingMandatory, name, "mandatory for this service and partner");
        }
        let content_type = self.get(HeaderName::ContentType).unwrap_or("application/json");
        if !is_json(content_type) {
            return refuse(
                Situation::WrongContentType,
                HeaderName::ContentType,
                "application/json is wanted",
            );
        }
        for name in HeaderName::all() {
            let length = self.get(name).map_or(0, |value| value.chars().count());
            let most = match name {
                HeaderName::ExternalId => policy.external_id.max_length,
                HeaderName::ChannelId => policy.channel_id_max.unwrap_or(usize::MAX),
                _ => Some(name.max_length()).filter(|max| *max > 0).unwrap_or(usize::MAX),
            };
            if length > most {
                return refuse(
                    Situation::InvalidFormat,
                    name,
                    &format!("{length} characters, at most {most}"),
                );
            }
        }
        let external_id = self.get(HeaderName::ExternalId).unwrap_or("");
        let fits: fn(&u8) -> bool = match policy.external_id.charset {
            Charset::Numeric => u8::is_ascii_digit,
            Charset::Alphanumeric => u8::is_ascii_alphanumeric,
            Charset::VisibleAscii => u8::is_ascii_graphic,
        };
        if !external_id.as_bytes().iter().all(fits) {
            let log = format!("characters outside {:?}", policy.external_id.charset);
            return refuse(Situation::InvalidFormat, HeaderName::ExternalId, &log);
        }
        Ok(())
    }

    fn collect<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a [u8])>,
        service: Service,
    ) -> Result<Headers, Refusal> {
        let mut headers = Headers::new();
        for (wire, value) in pairs {
            let Some(name) = HeaderName::from_wire(wire) else { continue };
            let refuse = |log: &str| Refusal::new(service, Situation::InvalidFormat, log).at(name.as_str());
            let visible = |byte: &u8| byte.is_ascii_graphic() || matches!(byte, b' ' | b'\t');
            if value.len() > MAX_VALUE || !value.iter().all(visible) {
                return Err(refuse("longer than 8 KiB, or not visible ASCII"));
            }
            let value = core::str::from_utf8(value).map_err(|_| refuse("not visible ASCII"))?.trim();
            if value.is_empty() {
                continue;
            }
            let slot = &mut headers.0[name as usize];
            if slot.is_some() && name.is_security() {
                return Err(refuse("this header occurs twice"));
            }
            slot.get_or_insert_with(|| Zeroizing::new(value.to_owned()));
        }
        Ok(headers)
    }

    /// The value of a header, or `None` when it is absent or empty.
    pub fn get(&self, name: HeaderName) -> Option<&str> {
        self.0[name as usize].as_deref().map(String::as_str)
    }

    /// Sets a header; an empty value removes it.
    pub fn set(&mut self, name: HeaderName, value: impl Into<String>) -> &mut Self {
        let value = Zeroizing::new(value.into());
        self.0[name as usize] = if value.is_empty() { None } else { Some(value) };
        self
    }

    /// Sets `Authorization` to a Bearer token.
    pub fn set_token(&mut self, token: &Token) -> &mut Self {
        self.set(HeaderName::Authorization, format!("Bearer {}", token.expose()))
    }

    /// Sets `Authorization-Customer` to a Bearer token.
    pub fn set_customer_token(&mut self, token: &Token) -> &mut Self {
        self.set(HeaderName::AuthorizationCustomer, format!("Bearer {}", token.expose()))
    }

    /// The access token, without `Bearer `.
    pub fn token(&self) -> Option<Token> {
        bearer(self.get(HeaderName::Authorization)?)
    }

    /// The customer token, without `Bearer `.
    pub fn customer_token(&self) -> Option<Token> {
        bearer(self.get(HeaderName::AuthorizationCustomer)?)
    }

    /// The headers that are there, as names and values for the wire.
    pub fn pairs(&self) -> impl Iterator<Item = (&'static str, &str)> {
        HeaderName::all().filter_map(|name| Some((name.as_str(), self.get(name)?)))
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Headers")?;
        f.debug_list().entries(self.pairs().map(|(name, _)| name)).finish()
    }
}

/// The headers every answer carries, refusals too: Content-Type and X-TIMESTAMP; for token services X-CLIENT-KEY
/// as well, when the request had one.
///
/// ```
/// use qris_snap::{DateTime, Service, headers::answer_headers};
/// let now = DateTime::wib(1_795_243_470).unwrap();
/// let headers = answer_headers(Service::TokenB2b, &now, Some("client"));
/// assert_eq!(headers.get(2), Some(&("X-CLIENT-KEY", "client".to_owned())));
/// ```
pub fn answer_headers(
    service: impl Into<Option<Service>>,
    now: &DateTime,
    client_key: Option<&str>,
) -> Vec<(&'static str, String)> {
    let mut headers = vec![
        (HeaderName::ContentType.as_str(), "application/json".to_owned()),
        (HeaderName::Timestamp.as_str(), now.as_str().to_owned()),
    ];
    if let Some(key) = client_key.filter(|_| service.into().is_some_and(Service::is_token)) {
        headers.push((HeaderName::ClientKey.as_str(), key.to_owned()));
    }
    headers
}

/// What is wrong with a token that came in the right form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenFault {
    /// Not issued here.
    Unknown,
    /// Too old.
    Expired,
    /// Taken back.
    Revoked,
    /// Issued to another partner.
    OtherPartner,
    /// Used already, with [`TokenRule::SingleUse`].
    Used,
}

impl TokenFault {
    /// 401xx01, whatever the fault; the log says which.
    pub fn refusal(self, service: Service) -> Refusal {
        let situation = match self {
            TokenFault::Unknown | TokenFault::OtherPartner => Situation::TokenUnknown,
            _ => Situation::TokenExpired,
        };
        Refusal::new(service, situation, format!("access token: {self:?}"))
            .at(HeaderName::Authorization.as_str())
    }

    /// 401xx02, for the customer's token.
    pub fn customer_refusal(self, service: Service) -> Refusal {
        Refusal::new(service, Situation::CustomerTokenInvalid, format!("customer token: {self:?}"))
            .at(HeaderName::AuthorizationCustomer.as_str())
    }
}

fn bearer(value: &str) -> Option<Token> {
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim_start();
    (scheme.eq_ignore_ascii_case("Bearer") && !token.is_empty() && !token.contains([' ', '\t']))
        .then(|| Token::new(token))
}

fn is_json(content_type: &str) -> bool {
    let media = content_type.split(';').next().unwrap_or("").trim();
    media.eq_ignore_ascii_case("application/json")
}
