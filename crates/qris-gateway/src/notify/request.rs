//! One try's headers: fresh timestamp, external id and signature around the stored bytes.

use aws_lc_rs::rand;
use qris_snap::client::{self, Moment};
use qris_snap::headers::{HeaderName, Headers};
use qris_snap::policy::{CustomerTokenRule, SignatureMode};
use qris_snap::sign::{Secret, SigningKey, Token};
use qris_snap::verify::{SignedRequest, sign_request, string_to_sign};
use qris_snap::{BodyHash, DateTime, Service};
use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName as WireName, HeaderValue};

use super::sink::{self, SINK};
use crate::app::App;
use crate::crypto::{masked, secret_name};
use crate::db::{DbError, Tx};
use crate::model::partner::{self, CredentialKind};
use crate::model::{NotifySign, Partner};

/// Headers a configuration cannot set: they belong to the connection.
const NOT_OURS: [&str; 8] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "proxy-authorization",
    "te",
    "transfer-encoding",
    "upgrade",
];

/// Where a partner's notifications go.
#[derive(Debug, Clone)]
pub(super) struct Destination {
    pub(super) url: String,
    pub(super) token_url: Option<String>,
    /// Whether it is our own sink, which wants the sandbox's key.
    pub(super) sink: bool,
}

/// The registered URL; in the sandbox our own sink for those who have none.
pub(super) fn destination(app: &App, partner: &Partner) -> Option<Destination> {
    let sink = match partner.notify_url.as_deref() {
        Some(url) => url == SINK,
        None => true,
    };
    if sink {
        app.sandbox_key.as_ref()?;
        let url = sink::notify_url(&app.public_url, &partner.client_id);
        let token_url = Some(sink::token_url(&app.public_url, &partner.client_id));
        return Some(Destination { url, token_url, sink });
    }
    let url = partner.notify_url.clone()?;
    Some(Destination { url, token_url: partner.notify_token_url.clone(), sink })
}

/// What a try sends beside the body, and what is remembered of it.
#[derive(Debug)]
pub(super) struct Composed {
    pub(super) headers: HeaderMap,
    /// A JSON object, secrets masked.
    pub(super) shown: String,
    /// The token masked; empty when nothing is signed.
    pub(super) string_to_sign: String,
}

/// What signs a partner's notifications, as it is stored now.
pub(crate) fn secret(
    app: &App,
    tx: &mut dyn Tx,
    client_id: &str,
    now: i64,
) -> Result<Option<Secret>, DbError> {
    let newest = partner::credentials(tx, client_id, CredentialKind::Secret, now)?.into_iter().next();
    let open = |sealed: Vec<u8>| app.master_key.open(&secret_name(client_id), &sealed);
    let opened = newest.map(|credential| open(credential.value)).transpose();
    let opened = opened.map_err(|error| DbError::Broken(error.to_string()))?;
    Ok(opened.map(|plain| Secret::new(plain.to_vec())))
}

/// The tokens of one try.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bearers<'a> {
    /// The receiver's, for HMAC.
    pub(super) access: Option<&'a Token>,
    /// Its customer's.
    pub(super) customer: Option<&'a Token>,
}

/// Composes and signs.
///
/// # Errors
/// What is missing in the partner's configuration, for the operator.
pub(super) fn compose(
    app: &App,
    partner: &Partner,
    url: &Url,
    body: &[u8],
    secret: Option<&Secret>,
    tokens: Bearers<'_>,
) -> Result<Composed, String> {
    let timestamp = timestamp(app)?;
    let (mut headers, extra) = configured(partner)?;
    let origin = Url::parse(&app.public_url).ok().and_then(|url| url.host_str().map(str::to_owned));
    if headers.get(HeaderName::Origin).is_none() {
        headers.set(HeaderName::Origin, origin.unwrap_or_default());
    }
    for (name, value) in [
        (HeaderName::ContentType, "application/json"),
        (HeaderName::Accept, "application/json"),
        (HeaderName::PartnerId, &partner.partner_id),
        (HeaderName::ChannelId, &partner.channel_id),
    ] {
        if headers.get(name).is_none() {
            headers.set(name, value);
        }
    }
    let sink = destination(app, partner).is_some_and(|destination| destination.sink);
    for (name, value) in SANDBOX_HEADERS {
        if sink
            && partner.policy.mandatory_headers(Service::Notify).contains(name)
            && headers.get(name).is_none()
        {
            headers.set(name, value);
        }
    }
    headers.set(HeaderName::ExternalId, external_id(app)?).set(HeaderName::Timestamp, timestamp.as_str());
    if let Some(token) = tokens.access {
        headers.set_token(token);
    }
    if let Some(token) = tokens.customer {
        headers.set_customer_token(token);
    }
    let target = match (partner.policy.paths.get(Service::Notify), url.query()) {
        (Some(agreed), _) => agreed.to_owned(),
        (None, Some(query)) => format!("{}?{query}", url.path()),
        (None, None) => url.path().to_owned(),
    };
    let own = app.key.get();
    let signing = match partner.notify_sign {
        NotifySign::Rsa => Some((SignatureMode::AsymmetricNoToken, SigningKey::Private(&own))),
        NotifySign::Hmac => {
            let secret = secret.ok_or("the partner has no client secret to sign with: rotate its key")?;
            Some((SignatureMode::Symmetric, SigningKey::Secret(secret)))
        }
        NotifySign::None => None,
    };
    let mut text = String::new();
    if let Some((mode, key)) = signing {
        let request = SignedRequest { service: Service::Notify, method: "POST", target: &target, body };
        sign_request(&request, &mut headers, mode, &key, timestamp.as_str())
            .map_err(|error| error.to_string())?;
        let hash = BodyHash::minified(body);
        let shown = Token::new(masked(headers.token().unwrap_or_default().expose()));
        let text_to_sign = string_to_sign(mode, "POST", &target, &shown, &hash, timestamp.as_str());
        text = String::from_utf8_lossy(text_to_sign.expose()).into_owned();
    }
    complete(partner, &headers)?;
    let shown = shown(&headers, &extra);
    let mut wire = to_wire(&headers)?;
    for (name, value) in extra {
        wire.insert(name, value);
    }
    Ok(Composed { headers: wire, shown, string_to_sign: text })
}

/// Now, as a header says it.
pub(super) fn timestamp(app: &App) -> Result<DateTime, String> {
    DateTime::wib(app.clock.now()).ok_or_else(|| "the clock is outside all years".to_owned())
}

/// SNAP's headers for the wire.
pub(super) fn to_wire(headers: &Headers) -> Result<HeaderMap, String> {
    let mut wire = HeaderMap::new();
    for (name, value) in headers.pairs() {
        let not = |_| format!("{name} cannot be sent: its value is not visible ASCII");
        let mut value = HeaderValue::from_str(value).map_err(not)?;
        value.set_sensitive(name.starts_with("Authorization"));
        wire.insert(WireName::from_bytes(name.as_bytes()).map_err(|error| error.to_string())?, value);
    }
    Ok(wire)
}

/// The headers that stand in the partner's configuration: SNAP's own, and others.
pub(crate) fn configured(partner: &Partner) -> Result<(Headers, Vec<(WireName, HeaderValue)>), String> {
    let wrong = |why: &str| format!("the partner's notify_headers are not usable: {why}");
    let text = Some(partner.notify_headers.trim()).filter(|text| !text.is_empty()).unwrap_or("{}");
    let stored: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(text).map_err(|error| wrong(&error.to_string()))?;
    let (mut headers, mut extra) = (Headers::new(), Vec::new());
    for (name, value) in stored {
        let value = value.as_str().ok_or_else(|| wrong(&format!("{name} is no text")))?;
        if let Some(known) = HeaderName::from_wire(&name) {
            headers.set(known, value);
            continue;
        }
        let wire =
            WireName::from_bytes(name.as_bytes()).map_err(|_| wrong(&format!("{name:?} is no header")))?;
        if NOT_OURS.contains(&wire.as_str()) {
            return Err(wrong(&format!("{name} belongs to the connection")));
        }
        let value =
            HeaderValue::from_str(value).map_err(|_| wrong(&format!("{name} is not visible ASCII")))?;
        extra.push((wire, value));
    }
    Ok((headers, extra))
}

/// Every header the partner's policy makes mandatory for a notification must be there.
fn complete(partner: &Partner, headers: &Headers) -> Result<(), String> {
    let customer = HeaderName::AuthorizationCustomer;
    if partner.policy.customer_token == CustomerTokenRule::Required && headers.get(customer).is_none() {
        let text = "a customer token is mandatory for this partner: give it the receiver's authorisation code, \
                    `qris gateway partner set ID --notify-auth-code CODE`, or put \
                    Authorization-Customer into its notify_headers";
        return Err(text.to_owned());
    }
    let unsigned = partner.notify_sign == NotifySign::None;
    for name in partner.policy.mandatory_headers(Service::Notify).iter() {
        if headers.get(name).is_none() && !(unsigned && name == HeaderName::Signature) {
            return Err(format!(
                "{} is mandatory for this partner: put it into its notify_headers",
                name.as_str()
            ));
        }
    }
    Ok(())
}

/// Headers that we put in ourselves.
const OURS: [HeaderName; 9] = [
    HeaderName::ContentType,
    HeaderName::Accept,
    HeaderName::Authorization,
    HeaderName::Timestamp,
    HeaderName::Signature,
    HeaderName::PartnerId,
    HeaderName::ExternalId,
    HeaderName::ChannelId,
    HeaderName::Origin,
];

/// Headers that are mandatory for a partner's notifications, that we do not know, and that stand not in its configuration.
///
/// # Errors
/// When the configuration cannot be used.
pub(crate) fn missing_headers(partner: &Partner) -> Result<Vec<HeaderName>, String> {
    let (headers, _) = configured(partner)?;
    let mandatory = partner.policy.mandatory_headers(Service::Notify);
    Ok(mandatory.iter().filter(|name| !OURS.contains(name) && headers.get(*name).is_none()).collect())
}

/// What the sandbox's own receiver is sent where nobody has configured anything.
const SANDBOX_HEADERS: [(HeaderName, &str); 4] = [
    (HeaderName::IpAddress, "127.0.0.1"),
    (HeaderName::DeviceId, "sandbox"),
    (HeaderName::Latitude, "-06.1754"),
    (HeaderName::Longitude, "+106.8272"),
];

fn shown(headers: &Headers, extra: &[(WireName, HeaderValue)]) -> String {
    let mut shown = serde_json::Map::new();
    for (name, value) in headers.pairs() {
        let value = match name {
            "Authorization" | "Authorization-Customer" => match value.split_once(' ') {
                Some((scheme, token)) => format!("{scheme} {}", masked(token)),
                None => masked(value),
            },
            _ => value.to_owned(),
        };
        shown.insert(name.to_owned(), value.into());
    }
    for (name, _) in extra {
        // What it is for is not known here; it may well be a key.
        shown.insert(name.as_str().to_owned(), "***".into());
    }
    serde_json::Value::Object(shown).to_string()
}

/// Fit for the strictest document.
fn external_id(app: &App) -> Result<String, String> {
    let moment = Moment { unix_ms: app.clock.now_ms(), random: random()? };
    Ok(client::external_id(moment, usize::MAX))
}

/// Any number.
pub(super) fn random() -> Result<u64, String> {
    let mut bytes = [0; 8];
    rand::fill(&mut bytes).map_err(|_| "the random source failed".to_owned())?;
    Ok(u64::from_ne_bytes(bytes))
}
