//! Why a request was refused: `additionalInfo.debug` of the sandbox's refusals, and the record of recent requests.
//!
//! It helps who holds the keys and nobody else: our string to sign has the token masked, both hashes are of what the
//! caller sent, and what is said of the signature is proved by the caller's own. The signature that we expected would
//! be one to use, so it is never shown.

use std::sync::LazyLock;

use qris_snap::codes::Situation;
use qris_snap::diagnose::{self, Diagnosis, Keys, Parts, Signed, Slip, Written};
use qris_snap::headers::{HeaderName, Headers};
use qris_snap::json::{Object, Value};
use qris_snap::policy::{Policy, QueryInPath, SignatureMode};
use qris_snap::sign::{Encodings, Token, VerifyingKey};
use qris_snap::{BodyHash, Refusal, Service};
use tokio::sync::Semaphore;

use super::nearest::nearest;
use crate::app::Shared;
use crate::crypto::{self, masked};
use crate::db::DbError;
use crate::model::{Partner, RequestLog, audit};
use crate::snap::{self, Answered, Handled, Incoming, paths, reasons};

/// How many requests of a partner are remembered.
const KEPT_REQUESTS: u32 = 100;
/// Signatures that are looked into at once: it takes a processor for a part of a second.
static DIAGNOSES: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(2));
/// Keys of a kind that are tried: the one that is taken, and the one before.
const MOST_KEYS: usize = 2;
/// Most characters of what a caller sent that are shown again.
const SHOWN: usize = 2000;

/// A refused request, as far as it is known.
#[derive(Debug, Clone, Copy)]
pub struct Refused<'a> {
    /// The service that was recognised from the path.
    pub service: Option<Service>,
    /// HTTP method.
    pub method: &'a str,
    /// Path and query as received.
    pub target: &'a str,
    /// The headers as received.
    pub headers: &'a [(String, Vec<u8>)],
    /// The body as received.
    pub body: &'a [u8],
    /// The service whose path it is, also where this partner has it elsewhere.
    pub there: Option<Service>,
    /// The partner; none when it is unknown.
    pub partner: Option<&'a Partner>,
    /// What was agreed with the partner; none when it is unknown.
    pub policy: Option<&'a Policy>,
    /// The partner's keys that are taken now; none when it is unknown or has none.
    pub keys: &'a [VerifyingKey<'a>],
    /// What it was refused with.
    pub refusal: &'a Refusal,
}

impl Refused<'_> {
    fn header(&self, name: HeaderName) -> &str {
        self.named(name.as_str())
    }

    fn named(&self, name: &str) -> &str {
        let value = self.headers.iter().find(|(wire, _)| wire.eq_ignore_ascii_case(name));
        value.and_then(|(_, value)| core::str::from_utf8(value).ok()).map(str::trim).unwrap_or("")
    }

    /// What is wrong with the signature, by each pair of keys that are taken; none when too many are looked into.
    fn diagnosis(&self, signed: &Signed<'_>, mode: SignatureMode) -> Option<Diagnosis> {
        let _turn = DIAGNOSES.try_acquire().ok()?;
        let secrets = self
            .keys
            .iter()
            .filter_map(|key| if let VerifyingKey::Secret(it) = key { Some(*it) } else { None });
        let publics = self
            .keys
            .iter()
            .filter_map(|key| if let VerifyingKey::Public(it) = key { Some(*it) } else { None });
        let (secrets, publics): (Vec<_>, Vec<_>) = (secrets.collect(), publics.collect());
        let mut first = Diagnosis::Unknown;
        for at in 0..secrets.len().max(publics.len()).clamp(1, MOST_KEYS) {
            let keys = Keys { secret: secrets.get(at).copied(), public: publics.get(at).copied() };
            let found = diagnose::diagnose(signed, keys, mode, self.header(HeaderName::Signature));
            if matches!(found, Diagnosis::Slips { .. } | Diagnosis::Holds(_)) {
                return Some(found);
            }
            if first == Diagnosis::Unknown {
                first = found;
            }
        }
        Some(first)
    }

    /// The token of a header; what is no Bearer token is none.
    fn token(&self, name: HeaderName) -> Token {
        let mut headers = Headers::new();
        headers.set(HeaderName::Authorization, self.header(name));
        headers.token().unwrap_or_default()
    }

    /// Where the request should have gone.
    fn path(&self) -> String {
        let asked = paths::path_of(self.target);
        match (self.partner, self.there) {
            (Some(partner), Some(service)) => {
                format!("this partner has service {service} at {}", paths::of(partner, service))
            }
            _ => match nearest(self.target) {
                Some(near) => format!("nothing is at {asked}; the nearest path is {near}"),
                None => format!("nothing is at {asked}, and no path of a service is near"),
            },
        }
    }

    /// The path that is signed, and the query that is not.
    fn signed_path(&self) -> (&str, &str) {
        match self.target.split_once('?') {
            Some(parts) if self.policy.is_some_and(|policy| policy.query == QueryInPath::Exclude) => parts,
            _ => (self.target, ""),
        }
    }
}

/// The object for `additionalInfo.debug`: `reason`, `at`, `advice`; `path` where the path is unknown; for services `hashMinified` and `hashAsSent`; `stringToSign`,
/// and of a signature that does not hold `diagnosis` (sentences), `causes` (their names, see
/// [`Slip::code`](diagnose::Slip::code)) and `signedString`, the one it holds for, unless a body is in it.
pub fn debug(refused: &Refused<'_>) -> Object {
    let mut object = reasons::debug(refused.refusal);
    let token = refused.token(HeaderName::Authorization);
    let customer = [refused.token(HeaderName::AuthorizationCustomer)];
    // The token may stand in a target or a log as well.
    let clean = |text: &str| {
        let tokens = [&token, &customer[0]].map(Token::expose);
        let clean = tokens.iter().filter(|token| !token.is_empty());
        let clean = clean.fold(text.to_owned(), |text, token| text.replace(token, &masked(token)));
        clean.chars().take(SHOWN).collect::<String>()
    };
    object.insert("reason", clean(&refused.refusal.log()));
    if refused.refusal.situation() == Situation::UnknownPath {
        object.insert("path", clean(&refused.path()));
    }
    let client = match refused.header(HeaderName::ClientKey) {
        "" => refused.header(HeaderName::PartnerId),
        client => client,
    };
    let mount = refused.partner.map(|partner| partner.mount.as_str());
    let agreed =
        refused.policy.iter().flat_map(|policy| policy.prefixes.iter()).map(|prefix| prefix.as_ref());
    let prefixes: Vec<&str> = mount.into_iter().chain(agreed).filter(|prefix| !prefix.is_empty()).collect();
    let (path, unsigned_query) = refused.signed_path();
    let parts = Parts {
        method: refused.method,
        path,
        unsigned_query,
        prefixes: &prefixes,
        host: refused.named("host"),
        client,
        token: Some(&token),
        // Of others the hash is known only.
        other_tokens: if customer[0].expose().is_empty() { &[] } else { &customer },
        body: refused.body,
        timestamp: refused.header(HeaderName::Timestamp),
    };
    let is_token = refused.service.is_some_and(Service::is_token);
    let signed = if is_token { Signed::TokenRequest(parts) } else { Signed::Service(parts) };
    let mode = refused
        .policy
        .zip(refused.service)
        .map_or(SignatureMode::Symmetric, |(policy, service)| policy.signature_of(service));
    object.insert("stringToSign", clean(&String::from_utf8_lossy(diagnose::right(&signed, mode).expose())));
    if !is_token {
        object.insert("hashMinified", BodyHash::minified(refused.body).to_string());
        object.insert("hashAsSent", BodyHash::raw(refused.body).to_string());
    }
    if refused.refusal.situation() == Situation::BadSignature {
        match refused.diagnosis(&signed, mode) {
            None => object.insert("diagnosis", "other signatures are looked into now: try again"),
            // Refused all the same: for how it is written.
            Some(Diagnosis::Holds(Written::Hex))
                if refused.policy.is_some_and(|policy| policy.encodings == Encodings::Base64) =>
            {
                let hex = "the signature holds, and is hexadecimal: this partner's policy takes Base64 only";
                object.insert("diagnosis", hex);
                object.insert("causes", vec![Value::from("signature-hex")]);
            }
            Some(diagnosis) => {
                object.insert("diagnosis", clean(&diagnosis.to_string()));
                if let Diagnosis::Slips { slips, signed } = &diagnosis {
                    let causes: Vec<Value> = slips.iter().map(|slip| slip.code().into()).collect();
                    object.insert("causes", causes);
                    // A body may have the number of somebody's account.
                    if !slips.contains(&Slip::BodyForHash) {
                        object.insert("signedString", clean(&String::from_utf8_lossy(signed.expose())));
                    }
                }
            }
        }
    }
    object
}

/// Answers a request as [`snap::handle`] does, says why it was refused, and keeps it for the partner's page. A storage
/// that does not answer is no reason to refuse what was done: it is logged.
pub async fn answer(app: &Shared, request: Incoming) -> Answered {
    let Handled { mut request, mut answered, refused } = snap::handle(app, request).await;
    let mut shown = Object::new();
    if let Some(refused) = refused {
        let said = tokio::task::spawn_blocking(move || {
            let shown = debug(&Refused {
                service: refused.refusal.service(),
                method: &request.method,
                target: &request.target,
                headers: &request.headers,
                body: &request.body,
                there: refused.service_there(),
                partner: refused.partner(),
                policy: refused.policy(),
                keys: &refused.keys(),
                refusal: &refused.refusal,
            });
            let answered = refused.answer(&request, Some(Object::from_iter([("debug", shown.clone())])));
            (request, answered, shown)
        });
        match said.await {
            Ok(said) => (request, answered, shown) = said,
            Err(error) => {
                tracing::error!(%error, "a refusal was not explained");
                return answered;
            }
        }
    }
    if shown.is_empty() && answered.http >= 400 {
        shown = kept(&answered.body).unwrap_or_default();
    }
    if let Some(client_id) = &answered.client_id
        && let Err(error) = remember(app, client_id, &request, &answered, &shown).await
    {
        tracing::warn!(%error, "a request is missing on the partner's page");
    }
    answered
}

/// The reason in an answer that is kept.
fn kept(answer: &[u8]) -> Option<Object> {
    let answer = qris_snap::json::parse(answer).ok()?;
    let debug = answer.as_object()?.get("additionalInfo")?.as_object()?.get("debug")?;
    debug.as_object().cloned()
}

/// `debug` is empty for success.
async fn remember(
    app: &Shared,
    client_id: &str,
    request: &Incoming,
    answered: &Answered,
    debug: &Object,
) -> Result<(), DbError> {
    let request = RequestLog {
        id: crypto::random_id().unwrap_or_default(),
        client_id: client_id.to_owned(),
        at_ms: app.clock.now_ms(),
        method: request.method.clone(),
        path: request.target.chars().take(SHOWN).collect(),
        http: answered.http,
        code: answered.code.clone(),
        debug: String::from_utf8_lossy(&debug.to_bytes()).into_owned(),
    };
    app.store.write(move |tx| audit::log_request(tx, &request, KEPT_REQUESTS)).await
}
