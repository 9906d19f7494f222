//! Setting a caller up: what its dialect and policy need is demanded now, by name, and not at the first refusal.

use core::fmt;
use std::sync::Arc;

use super::caller::Caller;
use crate::dialect::Dialect;
use crate::headers::{HeaderName, Headers};
use crate::policy::{Policy, SignatureMode, TokenRule, Uniqueness};
use crate::service::{Direction, HeaderClass, Service};
use crate::sign::{PrivateKey, Secret, Token};

/// Fewest characters of an X-EXTERNAL-ID that chance can make unique.
const MIN_EXTERNAL_ID: usize = 12;

/// Headers that are made for each request.
const MADE: [HeaderName; 7] = [
    HeaderName::ContentType,
    HeaderName::Accept,
    HeaderName::Authorization,
    HeaderName::AuthorizationCustomer,
    HeaderName::Timestamp,
    HeaderName::ClientKey,
    HeaderName::Signature,
];

/// A setting of a [`Caller`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Setting {
    /// [`Builder::client_id`].
    ClientId,
    /// [`Builder::private_key`].
    PrivateKey,
    /// [`Builder::secret`].
    Secret,
    /// [`Builder::header`] of this name.
    Header(HeaderName),
    /// [`Builder::mount`].
    Mount,
    /// [`Builder::policy`].
    Policy,
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Setting::ClientId => f.write_str("the client id"),
            Setting::PrivateKey => f.write_str("the private key"),
            Setting::Secret => f.write_str("the client secret"),
            Setting::Header(name) => write!(f, "the header {}", name.as_str()),
            Setting::Mount => f.write_str("the mount"),
            Setting::Policy => f.write_str("the policy"),
        }
    }
}

/// Why a caller cannot be set up: which setting, and what of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetupError {
    setting: Setting,
    why: String,
}

impl SetupError {
    fn new(setting: Setting, why: impl Into<String>) -> SetupError {
        SetupError { setting, why: why.into() }
    }

    /// The setting to change.
    pub fn setting(&self) -> Setting {
        self.setting
    }
}

impl fmt::Display for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.setting, self.why)
    }
}

impl core::error::Error for SetupError {}

/// Collects the settings of a [`Caller`]; start with [`Caller::builder`].
#[derive(Debug)]
pub struct Builder {
    pub(super) dialect: &'static Dialect,
    pub(super) policy: Policy,
    pub(super) client_id: String,
    pub(super) private_key: Option<Arc<PrivateKey>>,
    pub(super) secret: Option<Secret>,
    pub(super) headers: Headers,
    pub(super) mount: String,
    services: Vec<Service>,
}

impl Builder {
    pub(super) fn new(dialect: &'static Dialect) -> Builder {
        Builder {
            dialect,
            policy: dialect.policy.clone(),
            client_id: String::new(),
            private_key: None,
            secret: None,
            headers: Headers::new(),
            mount: String::new(),
            services: Service::all()
                .filter(|service| service.direction() != Direction::ProviderToMerchant)
                .collect(),
        }
    }

    /// Another policy than the dialect's.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Builder {
        self.policy = policy;
        self
    }

    /// The client id: X-CLIENT-KEY, and what is signed for a token.
    #[must_use]
    pub fn client_id(mut self, id: impl Into<String>) -> Builder {
        self.client_id = id.into();
        self
    }

    /// The RSA key: for tokens, and for requests where the policy's signatures are asymmetric.
    #[must_use]
    pub fn private_key(mut self, key: impl Into<Arc<PrivateKey>>) -> Builder {
        self.private_key = Some(key.into());
        self
    }

    /// The client secret: for requests where the policy's signatures are symmetric.
    #[must_use]
    pub fn secret(mut self, secret: Secret) -> Builder {
        self.secret = Some(secret);
        self
    }

    /// A header that is the same on every request: X-PARTNER-ID, CHANNEL-ID, ORIGIN, X-IP-ADDRESS, X-DEVICE-ID,
    /// X-LATITUDE, X-LONGITUDE; X-EXTERNAL-ID where the provider's console gives one out.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: impl Into<String>) -> Builder {
        self.headers.set(name, value);
        self
    }

    /// What stands before the dialect's paths (`/sandbox`); part of what is signed.
    #[must_use]
    pub fn mount(mut self, mount: impl Into<String>) -> Builder {
        self.mount = mount.into();
        self
    }

    /// The services that will be called; all but 52 when nobody says. They decide which headers are demanded.
    #[must_use]
    pub fn services(mut self, services: &[Service]) -> Builder {
        self.services = services.to_vec();
        self
    }

    /// The caller.
    ///
    /// # Errors
    /// The first setting that is missing or cannot be used.
    pub fn build(self) -> Result<Caller, SetupError> {
        self.check_identity()?;
        self.check_keys()?;
        self.check_headers()?;
        let services = self.services.clone();
        let caller = Caller::of(self);
        for service in services {
            let mut probe = caller.fixed(service);
            let token = Token::new("token");
            for name in [HeaderName::Timestamp, HeaderName::Signature, HeaderName::ExternalId] {
                if probe.get(name).is_none() {
                    probe.set(name, "0");
                }
            }
            probe.set_token(&token).set_customer_token(&token);
            if let Err(refusal) = probe.check(service, caller.policy()) {
                let name = refusal.place().and_then(HeaderName::from_wire);
                let setting = name.map_or(Setting::Policy, Setting::Header);
                return Err(SetupError::new(setting, format!("{service}: {}", refusal.log())));
            }
        }
        Ok(caller)
    }

    fn check_identity(&self) -> Result<(), SetupError> {
        if self.client_id.is_empty() {
            return Err(SetupError::new(Setting::ClientId, "it is not set"));
        }
        if !visible(&self.client_id) {
            return Err(SetupError::new(Setting::ClientId, "visible ASCII is wanted"));
        }
        let path = self.mount.is_empty() || (self.mount.starts_with('/') && !self.mount.ends_with('/'));
        if !path || !visible(&self.mount) || self.mount.contains(['?', '#', ' ']) {
            return Err(SetupError::new(Setting::Mount, "a path like /sandbox is wanted, or none"));
        }
        Ok(())
    }

    fn check_keys(&self) -> Result<(), SetupError> {
        let tokens = self.policy.token != TokenRule::None;
        let asymmetric = self.policy.signature == SignatureMode::AsymmetricNoToken;
        if self.private_key.is_none() && (tokens || asymmetric) {
            let use_of = if tokens { "a token is asked for" } else { "requests are signed" };
            let why = format!("it is not set, and {use_of} with it ({})", self.dialect);
            return Err(SetupError::new(Setting::PrivateKey, why));
        }
        if !asymmetric && self.secret.as_ref().is_none_or(|secret| secret.expose().is_empty()) {
            let why = format!("it is not set, and requests are signed with it ({})", self.dialect);
            return Err(SetupError::new(Setting::Secret, why));
        }
        Ok(())
    }

    fn check_headers(&self) -> Result<(), SetupError> {
        for (wire, value) in self.headers.pairs() {
            let Some(name) = HeaderName::from_wire(wire) else { continue };
            if MADE.contains(&name) {
                return Err(SetupError::new(Setting::Header(name), "it is made for each request"));
            }
            if !visible(value) {
                return Err(SetupError::new(Setting::Header(name), "visible ASCII is wanted"));
            }
        }
        let rule = &self.policy.external_id;
        let made = rule.uniqueness != Uniqueness::Off;
        if made && rule.max_length < MIN_EXTERNAL_ID {
            let why = format!("X-EXTERNAL-ID of {} characters is never unique", rule.max_length);
            return Err(SetupError::new(Setting::Policy, why));
        }
        for service in self.services.iter().copied() {
            let class = match service.header_class() {
                HeaderClass::Token => "a token request",
                HeaderClass::Transaction => "a request",
                HeaderClass::Notification => "a notification",
            };
            let given = |name: HeaderName| {
                MADE.contains(&name)
                    || (name == HeaderName::ExternalId && made)
                    || self.headers.get(name).is_some()
            };
            if let Some(name) = self.policy.mandatory_headers(service).iter().find(|name| !given(*name)) {
                let it = if name == HeaderName::ExternalId { "a constant one" } else { "it" };
                let why = format!("it is not set, and {} wants {it} on {class}", self.dialect);
                return Err(SetupError::new(Setting::Header(name), why));
            }
        }
        Ok(())
    }
}

/// What may stand in a header, on a line of its own.
fn visible(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')
}
