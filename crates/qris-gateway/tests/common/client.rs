//! A partner's side: requests signed as its dialect and policy want them, spoiled as a test wants them.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use qris_gateway::crypto::{random_id, random_token, secret_name};
use qris_gateway::model::{Credential, CredentialKind, NotifySign, Partner, Role, partner as partners};
use qris_gateway::snap::{Answered, Incoming, paths, token};
use qris_snap::dialect::Dialect;
use qris_snap::headers::{HeaderName, Headers};
use qris_snap::policy::{CustomerTokenRule, Policy, SignatureMode};
use qris_snap::sign::{PrivateKey, Secret, SigningKey, Token, sign_hmac, sign_rsa};
use qris_snap::verify::{sign_token_request, string_to_sign};
use qris_snap::{BodyHash, DateTime, Service};
use serde_json::{Value, json};

use super::{Gateway, add_merchant, key_pem};

static COUNT: AtomicU64 = AtomicU64::new(1);

/// A number nobody used before.
pub fn unique() -> u64 {
    COUNT.fetch_add(1, Ordering::Relaxed)
}

/// A registered partner and what it knows.
pub struct Client {
    pub partner: Partner,
    pub secret: String,
    pub key: PrivateKey,
    /// A merchant of its, for role merchant.
    pub merchant_id: String,
    /// The access token in use.
    pub token: Token,
    /// The customer token in use, if any.
    pub customer_token: Option<Token>,
}

impl Gateway {
    /// Registers a partner with its dialect's policy, gives it a merchant (role merchant) and fetches its tokens.
    pub async fn client(&self, dialect: &str, role: Role) -> Client {
        self.client_with(dialect, role, |_| {}).await
    }

    /// As [`Gateway::client`], changed before it is stored.
    pub async fn client_with(&self, dialect: &str, role: Role, change: impl FnOnce(&mut Partner)) -> Client {
        let mut client = self.register(dialect, role, change).await;
        let reply = client.fetch_token(self).await;
        assert_eq!(reply.http, 200, "{}", reply.text());
        client.token = Token::new(reply.json()["accessToken"].as_str().unwrap());
        if client.partner.policy.customer_token == CustomerTokenRule::Required {
            client.fetch_customer_token(self, "customer-1").await;
        }
        client
    }

    /// Stores the partner only.
    pub async fn register(&self, dialect: &str, role: Role, change: impl FnOnce(&mut Partner)) -> Client {
        let number = unique();
        let dialect = Dialect::named(dialect).unwrap();
        let now = self.app.clock.now();
        let mut partner = Partner {
            client_id: format!("client-{number}"),
            partner_id: format!("P{number}"),
            channel_id: "95221".to_owned(),
            name: format!("Partner {number}"),
            dialect,
            role,
            policy: dialect.policy.clone(),
            mount: String::new(),
            notify_url: None,
            notify_sign: NotifySign::Rsa,
            notify_token_url: None,
            notify_headers: "{}".to_owned(),
            created_at: now,
            disabled_at: None,
            allow_ips: Arc::default(),
        };
        change(&mut partner);
        let secret = random_token().unwrap();
        let key = PrivateKey::read(key_pem(number as usize).as_bytes()).unwrap();
        let id = partner.client_id.clone();
        let sealed = self.app.master_key.seal(&secret_name(&id), secret.as_bytes()).unwrap();
        let public = key.public_key().unwrap().to_pem().unwrap();
        let credentials =
            [(CredentialKind::Secret, sealed), (CredentialKind::PublicKey, public.into_bytes())].map(
                |(kind, value)| Credential {
                    id: random_id().unwrap(),
                    client_id: id.clone(),
                    kind,
                    value,
                    created_at: now,
                    valid_until: None,
                },
            );
        let stored = partner.clone();
        let added = self.write(move |tx| {
            let added = partners::add(tx, &stored)?;
            for credential in &credentials {
                partners::rotate(tx, credential, now)?;
            }
            Ok(added)
        });
        assert!(added.await, "a partner of this id is there");
        let merchant_id = match role {
            Role::Merchant => add_merchant(self, &id).await.merchant_id,
            _ => String::new(),
        };
        Client { partner, secret, key, merchant_id, token: Token::default(), customer_token: None }
    }
}

impl Client {
    /// A token request (73).
    pub async fn fetch_token(&self, gateway: &Gateway) -> Reply {
        self.call(Service::TokenB2b, &json!({"grantType": "client_credentials"})).send(gateway).await
    }

    /// A customer's token (74), by an authorisation code.
    pub async fn fetch_customer_token(&mut self, gateway: &Gateway, customer: &str) {
        let (id, customer) = (self.partner.client_id.clone(), customer.to_owned());
        let now = gateway.app.clock.now();
        let code = gateway.write(move |tx| token::authorize(tx, &id, &customer, now)).await;
        let body = json!({"grantType": "authorization_code", "authCode": code});
        let reply = self.call(Service::TokenB2b2c, &body).send(gateway).await;
        assert_eq!(reply.http, 200, "{}", reply.text());
        self.customer_token = Some(Token::new(reply.json()["accessToken"].as_str().unwrap()));
    }

    /// A request as this partner would make it, in the words of its dialect.
    pub fn call(&self, service: Service, body: &Value) -> Call<'_> {
        Call {
            client: self,
            service,
            method: "POST".to_owned(),
            target: paths::of(&self.partner, service),
            signed_target: None,
            signed_method: None,
            body: body.to_string().into_bytes(),
            sent_body: None,
            raw_hash: false,
            external_id: unique().to_string(),
            offset_seconds: 0,
            timestamp: None,
            token: self.token.clone(),
            mode: self.partner.policy.signature,
            changes: Vec::new(),
        }
    }

    /// Generates a QR code of an amount like `10000.00`; the answer's members.
    pub async fn generate(&self, gateway: &Gateway, amount: &str) -> Value {
        let reply = self.call(Service::Generate, &self.generate_body(amount)).send(gateway).await;
        assert_eq!(reply.http, 200, "{}", reply.text());
        reply.json()
    }

    /// What [`Client::generate`] sends.
    pub fn generate_body(&self, amount: &str) -> Value {
        json!({
            "partnerReferenceNo": format!("INV-{}", unique()),
            "amount": {"value": amount, "currency": "IDR"},
            "merchantId": self.merchant_id,
        })
    }

    /// The members a query, cancel or refund of a transaction needs in the standard's words.
    pub fn about(&self, service: Service, reference_no: &str) -> Value {
        match service {
            Service::Query => json!({"originalReferenceNo": reference_no, "serviceCode": "47"}),
            Service::Cancel => json!({
                "originalReferenceNo": reference_no, "merchantId": self.merchant_id, "reason": "test",
            }),
            Service::Refund => json!({
                "originalReferenceNo": reference_no,
                "originalPartnerReferenceNo": "whatever the other reference decides",
                "partnerRefundNo": format!("RF-{}", unique()),
            }),
            _ => panic!("{service} is about no earlier transaction"),
        }
    }

    /// The status a query tells.
    pub async fn status(&self, gateway: &Gateway, reference_no: &str) -> String {
        let body = self.about(Service::Query, reference_no);
        let reply = self.call(Service::Query, &body).send(gateway).await;
        assert_eq!(reply.http, 200, "{}", reply.text());
        let json = reply.json();
        let status = json.get("latestTransactionStatus").or_else(|| json.get("transactionStatus"));
        match status.unwrap() {
            Value::String(text) => text.clone(),
            number => format!("{number:0>2}"),
        }
    }
}

/// A request in the making. What is signed and what is sent are the same unless told otherwise.
#[derive(Clone)]
pub struct Call<'a> {
    client: &'a Client,
    pub service: Service,
    pub method: String,
    pub target: String,
    pub signed_target: Option<String>,
    pub signed_method: Option<String>,
    pub body: Vec<u8>,
    pub sent_body: Option<Vec<u8>>,
    pub raw_hash: bool,
    pub external_id: String,
    pub offset_seconds: i64,
    pub timestamp: Option<String>,
    pub token: Token,
    pub mode: SignatureMode,
    pub changes: Vec<(String, Option<Vec<u8>>)>,
}

impl Call<'_> {
    /// Another X-EXTERNAL-ID.
    pub fn external_id(mut self, id: impl ToString) -> Self {
        self.external_id = id.to_string();
        self
    }

    /// X-TIMESTAMP so many seconds from now.
    pub fn at(mut self, offset_seconds: i64) -> Self {
        self.offset_seconds = offset_seconds;
        self
    }

    /// This very X-TIMESTAMP.
    pub fn timestamp(mut self, text: &str) -> Self {
        self.timestamp = Some(text.to_owned());
        self
    }

    /// Another token, signed with.
    pub fn token(mut self, token: &Token) -> Self {
        self.token = token.clone();
        self
    }

    /// These bytes as the body, signed.
    pub fn bytes(mut self, body: &[u8]) -> Self {
        self.body = body.to_vec();
        self
    }

    /// These bytes as the body, another one having been signed.
    pub fn tampered(mut self, body: &[u8]) -> Self {
        self.sent_body = Some(body.to_vec());
        self
    }

    /// Hashes the body as it is, not minified.
    pub fn raw_hash(mut self) -> Self {
        self.raw_hash = true;
        self
    }

    /// Sent there and signed for there.
    pub fn to(mut self, target: &str) -> Self {
        self.target = target.to_owned();
        self
    }

    /// Signed for another place than it is sent to.
    pub fn signed_for(mut self, method: &str, target: &str) -> Self {
        self.signed_method = Some(method.to_owned());
        self.signed_target = Some(target.to_owned());
        self
    }

    /// Another method, signed.
    pub fn method(mut self, method: &str) -> Self {
        self.method = method.to_owned();
        self
    }

    /// Sets a header after signing.
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.changes.push((name.to_owned(), Some(value.as_ref().to_vec())));
        self
    }

    /// Takes a header away after signing.
    pub fn without(mut self, name: &str) -> Self {
        self.changes.push((name.to_owned(), None));
        self
    }

    /// The request as it goes over the wire.
    pub fn incoming(&self, gateway: &Gateway) -> Incoming {
        let client = self.client;
        let now = gateway.app.clock.now() + self.offset_seconds;
        let wib = || DateTime::wib(now).unwrap().as_str().to_owned();
        let timestamp = self.timestamp.clone().unwrap_or_else(wib);
        let mut headers = Headers::new();
        headers.set(HeaderName::ContentType, "application/json");
        headers.set(HeaderName::Accept, "application/json");
        let private = SigningKey::Private(&client.key);
        if self.service.is_token() {
            sign_token_request(&client.partner.client_id, &mut headers, &private, &timestamp).unwrap();
        } else {
            headers
                .set(HeaderName::Timestamp, timestamp.as_str())
                .set(HeaderName::PartnerId, client.partner.partner_id.as_str())
                .set(HeaderName::ChannelId, client.partner.channel_id.as_str())
                .set(HeaderName::ExternalId, self.external_id.as_str())
                .set(HeaderName::Origin, "merchant.example")
                .set(HeaderName::IpAddress, "192.0.2.1")
                .set(HeaderName::DeviceId, "device")
                .set(HeaderName::Latitude, "-06.2000")
                .set(HeaderName::Longitude, "+106.8000")
                .set_token(&self.token);
            if client.partner.policy.headers.transaction.contains(HeaderName::ClientKey) {
                headers.set(HeaderName::ClientKey, client.partner.client_id.as_str());
            }
            if let Some(token) = &client.customer_token {
                headers.set_customer_token(token);
            }
            let method = self.signed_method.as_deref().unwrap_or(&self.method);
            let target = self.signed_target.as_deref().unwrap_or(&self.target);
            let hash = if self.raw_hash { BodyHash::raw } else { BodyHash::minified };
            let text = string_to_sign(self.mode, method, target, &self.token, &hash(&self.body), &timestamp);
            let signature = match self.mode {
                SignatureMode::AsymmetricNoToken => sign_rsa(&client.key, &text).unwrap(),
                _ => sign_hmac(&Secret::new(client.secret.as_str()), &text),
            };
            headers.set(HeaderName::Signature, signature);
        }
        let mut pairs: Vec<(String, Vec<u8>)> =
            headers.pairs().map(|(name, value)| (name.to_lowercase(), value.as_bytes().to_vec())).collect();
        for (name, value) in &self.changes {
            pairs.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
            pairs.extend(value.iter().map(|value| (name.clone(), value.clone())));
        }
        Incoming {
            method: self.method.clone(),
            target: self.target.clone(),
            headers: pairs,
            body: self.sent_body.clone().unwrap_or_else(|| self.body.clone()),
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            request_id: Some(format!("request-{}", self.external_id)),
            deadline: None,
        }
    }

    /// Signs it and lets the gateway answer.
    pub async fn send(&self, gateway: &Gateway) -> Reply {
        Reply(super::answer(&gateway.app, self.incoming(gateway)).await)
    }
}

/// A policy of the standard that needs no token, for tests of other things.
pub fn without_token() -> Policy {
    Policy { token: qris_snap::policy::TokenRule::None, ..Policy::STANDARD }
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply(pub Answered);

impl std::ops::Deref for Reply {
    type Target = Answered;

    fn deref(&self) -> &Answered {
        &self.0
    }
}

impl Reply {
    /// The body.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.0.body).unwrap()
    }

    /// The body as text, for messages of assertions.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.body).into_owned()
    }

    /// Asserts the code, in the body, in `code` and in the HTTP status; the body.
    #[track_caller]
    pub fn expect(&self, code: &str) -> Value {
        let json = self.json();
        let told = match &json["responseCode"] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        assert_eq!((told.as_str(), self.0.code.as_str()), (code, code), "{}", self.text());
        assert_eq!(self.0.http.to_string(), code[..3], "{}", self.text());
        assert!(self.0.headers.iter().any(|(name, _)| name == "X-TIMESTAMP"), "{:?}", self.0.headers);
        json
    }
}
