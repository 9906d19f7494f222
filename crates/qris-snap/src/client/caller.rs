//! Who calls: identity, keys and headers, and the requests made with them.

use std::sync::Arc;

use super::ask::Ask;
use super::grant::CustomerGrant;
use super::request::{HttpRequest, Moment, Tokens, external_id};
use super::setup::Builder;
use crate::codes::Situation;
use crate::datetime::DateTime;
use crate::dialect::Dialect;
use crate::headers::{HeaderName, Headers};
use crate::message::{Message, TokenRequest};
use crate::policy::{Identity, Policy, SignatureMode, TokenRule, Uniqueness};
use crate::refusal::Refusal;
use crate::service::Service;
use crate::sign::{PrivateKey, Secret, SignatureError, SigningKey};
use crate::verify::{SignedRequest, sign_request, sign_token_request};

/// Every service is called with this.
const METHOD: &str = "POST";

/// Who calls, as the other side knows it. `Debug` hides keys and values of headers.
#[derive(Debug)]
pub struct Caller {
    dialect: &'static Dialect,
    policy: Policy,
    client_id: String,
    private_key: Option<Arc<PrivateKey>>,
    secret: Option<Secret>,
    headers: Headers,
    mount: String,
}

impl Caller {
    /// Begins with a dialect and its policy.
    ///
    /// ```
    /// use qris_snap::client::{Caller, Setting};
    /// use qris_snap::dialect::FINPAY;
    /// use qris_snap::headers::HeaderName;
    /// use qris_snap::sign::{KeySize, PrivateKey, Secret};
    ///
    /// let error = Caller::builder(&FINPAY)
    ///     .client_id("client-1")
    ///     .private_key(PrivateKey::generate(KeySize::RSA_2048).unwrap())
    ///     .secret(Secret::new("s3cret"))
    ///     .header(HeaderName::PartnerId, "P1")
    ///     .header(HeaderName::ChannelId, "95221")
    ///     .build()
    ///     .unwrap_err();
    /// assert_eq!(error.setting(), Setting::Header(HeaderName::Origin));
    /// assert_eq!(error.to_string(), "the header ORIGIN: it is not set, and Finpay wants it on a request");
    /// ```
    pub fn builder(dialect: &'static Dialect) -> Builder {
        Builder::new(dialect)
    }

    pub(super) fn of(builder: Builder) -> Caller {
        let Builder { dialect, policy, client_id, private_key, secret, headers, mount, .. } = builder;
        Caller { dialect, policy, client_id, private_key, secret, headers, mount }
    }

    /// The dialect spoken.
    pub fn dialect(&self) -> &'static Dialect {
        self.dialect
    }

    /// What is agreed.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The path of a service, mount included: what is requested and signed.
    pub fn path(&self, service: Service) -> String {
        match self.policy.paths.get(service) {
            Some(own) => format!("{}{own}", self.mount),
            None => format!("{}{}", self.mount, self.dialect.path(service)),
        }
    }

    /// The X-EXTERNAL-ID of a new request: the constant one where there is one.
    pub fn external_id(&self, moment: Moment) -> String {
        let constant = self.headers.get(HeaderName::ExternalId);
        let constant = constant.filter(|_| self.policy.external_id.uniqueness == Uniqueness::Off);
        match constant {
            Some(id) => id.to_owned(),
            None => external_id(moment, self.policy.external_id.max_length),
        }
    }

    /// The request for an access token (73).
    ///
    /// # Errors
    /// 500xx00 without a private key, or when signing fails.
    pub fn token_request(&self, moment: Moment) -> Result<HttpRequest, Refusal> {
        let grant_type = Some("client_credentials".to_owned());
        self.granting(&TokenRequest { grant_type, ..TokenRequest::default() }, moment)
    }

    /// The request for a customer token (74).
    ///
    /// # Errors
    /// As [`token_request`](Self::token_request), and 400xx01 for a code or token that is too long.
    pub fn customer_token_request(
        &self,
        grant: &CustomerGrant,
        moment: Moment,
    ) -> Result<HttpRequest, Refusal> {
        self.granting(&grant.request(), moment)
    }

    /// A request for any service but the token services, with an X-EXTERNAL-ID of its own.
    ///
    /// # Errors
    /// Before anything is sent: what the dialect does not allow in the message (400xx01, 400xx02), a token that is
    /// demanded and not given (401xx03, or as [`Headers::check`] says), 500xx00 when signing fails.
    pub fn request<M: Ask>(
        &self,
        message: &M,
        tokens: Tokens<'_>,
        moment: Moment,
    ) -> Result<HttpRequest, Refusal> {
        let body = message.write(self.dialect)?;
        self.request_of(M::KIND.service, body, tokens, &self.external_id(moment), moment)
    }

    /// A request of a body that is written already, under a given X-EXTERNAL-ID: for sending again what was sent before,
    /// with a new timestamp, token and signature.
    ///
    /// # Errors
    /// As [`request`](Self::request), the message aside.
    pub fn request_of(
        &self,
        service: Service,
        body: Vec<u8>,
        tokens: Tokens<'_>,
        external_id: &str,
        moment: Moment,
    ) -> Result<HttpRequest, Refusal> {
        let timestamp = timestamp(service, moment)?;
        let mut headers = self.fixed(service);
        headers.set(HeaderName::ExternalId, external_id);
        if let Some(token) = tokens.access.filter(|_| self.policy.token_of(service) != TokenRule::None) {
            headers.set_token(token);
        }
        if let Some(token) = tokens.customer {
            headers.set_customer_token(token);
        }
        let path = self.path(service);
        let mode = self.policy.signature_of(service);
        let key = match mode {
            SignatureMode::Symmetric => self.secret.as_ref().map(SigningKey::Secret),
            SignatureMode::AsymmetricNoToken => self.private_key.as_deref().map(SigningKey::Private),
        };
        let key = key.ok_or_else(|| internal(service, "there is no key to sign with"))?;
        let request = SignedRequest { service, method: METHOD, target: &path, body: &body };
        sign_request(&request, &mut headers, mode, &key, timestamp.as_str())
            .map_err(|error| cannot_sign(service, &error))?;
        headers.check(service, &self.policy)?;
        Ok(HttpRequest { service, method: METHOD, path, headers, body })
    }

    /// A token request.
    fn granting<M: Message>(&self, message: &M, moment: Moment) -> Result<HttpRequest, Refusal> {
        let service = M::KIND.service;
        let body = message.write(self.dialect)?;
        let timestamp = timestamp(service, moment)?;
        let key = self.private_key.as_deref();
        let key = key.ok_or_else(|| internal(service, "there is no private key to ask for a token with"))?;
        let mut headers = self.fixed(service);
        sign_token_request(&self.client_id, &mut headers, &SigningKey::Private(key), timestamp.as_str())
            .map_err(|error| cannot_sign(service, &error))?;
        headers.check(service, &self.policy)?;
        Ok(HttpRequest { service, method: METHOD, path: self.path(service), headers, body })
    }

    /// The headers that are the same every time. Token requests have those that are demanded of them.
    pub(super) fn fixed(&self, service: Service) -> Headers {
        let mandatory = self.policy.mandatory_headers(service);
        let mut headers = Headers::new();
        headers.set(HeaderName::ContentType, "application/json").set(HeaderName::Accept, "application/json");
        for (wire, value) in self.headers.pairs() {
            let name = HeaderName::from_wire(wire);
            if let Some(name) = name.filter(|name| !service.is_token() || mandatory.contains(*name)) {
                headers.set(name, value);
            }
        }
        let named = self.policy.identity == Identity::ClientKey || mandatory.contains(HeaderName::ClientKey);
        if service.is_token() || named {
            headers.set(HeaderName::ClientKey, self.client_id.as_str());
        }
        headers
    }
}

fn timestamp(service: Service, moment: Moment) -> Result<DateTime, Refusal> {
    let time = DateTime::wib(moment.unix_ms.div_euclid(1000));
    time.ok_or_else(|| internal(service, "the clock is outside all years"))
}

fn cannot_sign(service: Service, error: &SignatureError) -> Refusal {
    internal(service, &error.to_string())
}

fn internal(service: Service, log: &str) -> Refusal {
    Refusal::new(service, Situation::Internal, log)
}
