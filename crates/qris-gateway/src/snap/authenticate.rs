//! Who asks: from the claimed partner to a signature that holds.
//!
//! An unknown partner is judged by the rules of the path's dialect and costs the same: the same queries, and one
//! verification with a key that is nobody's. Outside the sandbox it hears what a partner hears whose token or signature
//! does not hold.

use qris_snap::codes::Situation;
use qris_snap::headers::{Claim, HeaderName, Headers, TokenFault};
use qris_snap::policy::{Identity, Policy, SignatureMode, TokenRule};
use qris_snap::receive::{Head, Keys, Received};
use qris_snap::sign::{PublicKey, Secret, Token, VerifyingKey};
use qris_snap::verify::{SignedRequest, verify_request, verify_token_request};
use qris_snap::{DateTime, Refusal, Service};

use super::{Incoming, paths};
use crate::app::{App, Shared};
use crate::crypto::{secret_name, token_hash};
use crate::db::{DbError, Tx};
use crate::model::{Credential, CredentialKind, Partner, StoredToken, TokenKind, partner, token};

/// Credentials of a kind that are tried: the present one, and those that a rotation has not ended yet.
const MAX_KEYS: usize = 4;

/// What is known of a request before it is performed.
#[derive(Debug)]
pub(super) struct Session {
    /// What is at its path.
    pub(super) place: paths::Place,
    /// The partner it claims; none: unknown, disabled, or nobody claimed.
    pub(super) claimed: Option<Claimed>,
    /// Unix milliseconds.
    pub(super) now_ms: i64,
    tokens: Tokens,
}

/// A partner somebody claims to be, with the keys that would prove it.
#[derive(Debug)]
pub(super) struct Claimed {
    pub(super) partner: Partner,
    secrets: Vec<Secret>,
    publics: Vec<PublicKey>,
}

impl Claimed {
    /// The keys to verify with.
    pub(super) fn keys(&self) -> Vec<VerifyingKey<'_>> {
        let secrets = self.secrets.iter().map(VerifyingKey::Secret);
        secrets.chain(self.publics.iter().map(VerifyingKey::Public)).collect()
    }
}

/// The tokens of the headers, as stored.
#[derive(Debug, Default)]
struct Tokens {
    access: Option<StoredToken>,
    customer: Option<StoredToken>,
}

/// What a held signature leaves to be performed.
#[derive(Debug)]
pub(super) struct Authentic {
    pub(super) headers: Headers,
    /// X-TIMESTAMP, which the signature covers.
    pub(super) signed_at: DateTime,
    /// The customer of the customer token.
    pub(super) customer: Option<String>,
    /// A token that is used up by this request.
    pub(super) single_use: Option<Vec<u8>>,
}

impl Session {
    pub(super) fn new(place: paths::Place, now_ms: i64) -> Session {
        Session { place, claimed: None, now_ms, tokens: Tokens::default() }
    }

    /// Unix seconds.
    pub(super) fn now(&self) -> i64 {
        self.now_ms.div_euclid(1000)
    }
}

/// Method and size.
pub(super) fn envelope(app: &App, request: &Incoming, service: Service) -> Result<(), Refusal> {
    if request.method != "POST" {
        return Err(Refusal::new(service, Situation::WrongMethod, "the method is not POST"));
    }
    if request.body.len() > app.config.limits.body {
        let log = format!("{} bytes, at most {}", request.body.len(), app.config.limits.body);
        return Err(Refusal::new(service, Situation::TooLarge, log));
    }
    Ok(())
}

/// Looks up whom the request claims to come from, its keys and tokens.
pub(super) async fn find_partner(
    app: &Shared,
    request: &Incoming,
    session: &mut Session,
) -> Result<(), Refusal> {
    let service = session.place.service;
    let claim = Claim::read(request.pairs());
    let access = bearer_hash(request, HeaderName::Authorization);
    let customer = bearer_hash(request, HeaderName::AuthorizationCustomer);
    let now = session.now();
    let unit = move |tx: &mut dyn Tx| {
        let found = claimed(tx, service, &claim)?;
        let kind = match &found {
            Some(partner) if service.is_token() => (partner, CredentialKind::PublicKey),
            Some(partner) if partner.policy.signature_of(service) == SignatureMode::AsymmetricNoToken => {
                (partner, CredentialKind::PublicKey)
            }
            Some(partner) => (partner, CredentialKind::Secret),
            None => {
                // For the time it takes.
                partner::credentials(tx, "", CredentialKind::Secret, now)?;
                return Ok((None, vec![], tokens(tx, access, customer)?));
            }
        };
        let credentials = partner::credentials(tx, &kind.0.client_id, kind.1, now)?;
        let tokens = tokens(tx, access, customer)?;
        Ok::<_, DbError>((found, credentials, tokens))
    };
    let read = app.store.until(request.deadline).read(unit).await;
    let (found, credentials, tokens) = read.map_err(|error| storage(service, &error))?;
    session.tokens = tokens;
    // One that asks from elsewhere than it may is nobody we know: who has its keys learns nothing by trying them.
    let may = |partner: &Partner| {
        partner.disabled_at.is_none_or(|since| since > now)
            && partner.admits(request.address)
            && app.barred.as_ref() != Some(&partner.client_id)
    };
    session.claimed = match found.filter(may) {
        Some(partner) => Some(open_keys(app, service, partner, credentials)?),
        None => None,
    };
    Ok(())
}

/// X-PARTNER-ID, or X-CLIENT-KEY for token requests and for partners that are known by it.
fn claimed(tx: &mut dyn Tx, service: Service, claim: &Claim) -> Result<Option<Partner>, DbError> {
    let by_client = match &claim.client_key {
        Some(key) => partner::by_client_id(tx, key)?,
        None => None,
    };
    if service.is_token() {
        return Ok(by_client);
    }
    if let Some(partner) = by_client.filter(|partner| partner.policy.identity == Identity::ClientKey) {
        return Ok(Some(partner));
    }
    match &claim.partner_id {
        // One that is known by its X-CLIENT-KEY cannot be claimed without it.
        Some(id) => {
            Ok(partner::by_partner_id(tx, id)?
                .filter(|partner| partner.policy.identity == Identity::PartnerId))
        }
        None => Ok(None),
    }
}

fn tokens(tx: &mut dyn Tx, access: Option<Vec<u8>>, customer: Option<Vec<u8>>) -> Result<Tokens, DbError> {
    let mut find = |hash: Option<Vec<u8>>| match hash {
        Some(hash) => token::by_hash(tx, &hash),
        None => Ok(None),
    };
    Ok(Tokens { access: find(access)?, customer: find(customer)? })
}

/// The hash of the token in a header, before the headers are judged: one look-up less later.
fn bearer_hash(request: &Incoming, name: HeaderName) -> Option<Vec<u8>> {
    let mut headers = Headers::new();
    let (_, value) = request.pairs().find(|(wire, _)| HeaderName::from_wire(wire) == Some(name))?;
    headers.set(HeaderName::Authorization, std::str::from_utf8(value).ok()?.trim());
    headers.token().map(|token| token_hash(token.expose()))
}

fn open_keys(
    app: &App,
    service: Service,
    partner: Partner,
    credentials: Vec<Credential>,
) -> Result<Claimed, Refusal> {
    let mut claimed = Claimed { partner, secrets: Vec::new(), publics: Vec::new() };
    let internal = |log: String| Refusal::new(service, Situation::Internal, log);
    for credential in credentials.into_iter().take(MAX_KEYS) {
        match credential.kind {
            CredentialKind::Secret => {
                let name = secret_name(&claimed.partner.client_id);
                let opened = app.master_key.open(&name, &credential.value);
                let secret = opened.map_err(|error| internal(error.to_string()))?;
                claimed.secrets.push(Secret::new(secret.as_slice()));
            }
            CredentialKind::PublicKey => {
                let key = PublicKey::read(&credential.value).map_err(|error| internal(error.to_string()))?;
                claimed.publics.push(key);
            }
            // Of the other side: nothing here is verified with it.
            CredentialKind::CustomerGrant => {}
        }
    }
    Ok(claimed)
}

/// Headers, timestamp, token and signature, in the order that [`qris_snap::receive`] has, and whether the partner may use the path.
pub(super) fn authenticate(app: &App, request: &Incoming, session: &Session) -> Result<Authentic, Refusal> {
    let service = session.place.service;
    let partner = session.claimed.as_ref().map(|claimed| &claimed.partner);
    let policy = partner.map_or(&session.place.dialect.policy, |partner| &partner.policy);
    let head = Head::read(service, request.pairs(), policy, session.now()).map_err(|heard| {
        // What this path's dialect wants is no help to an acquirer of another one whose id is not known here.
        let wanted = match heard.situation() {
            Situation::TokenMissing | Situation::CustomerTokenMissing => true,
            Situation::MissingMandatory => {
                let ids = [HeaderName::PartnerId, HeaderName::ClientKey].map(HeaderName::as_str);
                !heard.place().is_some_and(|place| ids.contains(&place))
            }
            _ => false,
        };
        if wanted && session.claimed.is_none() && claims(request) {
            nobody(app, service, &heard)
        } else {
            heard
        }
    })?;
    let Some(claimed) = &session.claimed else {
        verify_nobody(app, request, service, head.headers(), policy);
        let heard = if policy.token_of(service) == TokenRule::None {
            Refusal::new(service, Situation::BadSignature, "")
        } else {
            TokenFault::Unknown.refusal(service)
        };
        return Err(nobody(app, service, &heard));
    };
    let partner = &claimed.partner;
    let access = |token: &Token| check_access(token, session, partner).map(drop);
    let of_customer = |token: &Token| check_customer(token, session, partner).map(drop);
    let keys = claimed.keys();
    let keys = Keys::any(&keys).with_tokens(&access).with_customer_tokens(&of_customer);
    let Received { headers, signed_at, recipe } =
        head.prove(&signed(request, service), &with_mount(partner), keys)?;
    if let Some(recipe) = recipe {
        tracing::debug!(path = recipe.path, body = ?recipe.body, "the signature holds");
    }
    if !paths::allowed(partner, service, &request.target) {
        let log = format!("{} is no path of partner {}", paths::path_of(&request.target), partner.client_id);
        return Err(Refusal::new(None, Situation::UnknownPath, log));
    }
    // What the tokens leave, now that it is the partner who asks.
    let once = partner.policy.token_of(service) == TokenRule::SingleUse;
    let single_use = headers.token().filter(|_| once);
    let single_use = single_use.and_then(|token| check_access(&token, session, partner).ok());
    let customer = headers.customer_token().filter(|_| !service.is_token());
    let customer = customer.and_then(|token| check_customer(&token, session, partner).ok().flatten());
    Ok(Authentic { headers, signed_at, customer, single_use })
}

/// The access token: its hash, when it is good.
fn check_access(token: &Token, session: &Session, partner: &Partner) -> Result<Vec<u8>, TokenFault> {
    let hash = token_hash(token.expose());
    let stored = session.tokens.access.as_ref().filter(|stored| stored.hash == hash);
    let stored = check_token(stored, TokenKind::B2b, partner, session.now())?;
    let single_use = partner.policy.token_of(session.place.service) == TokenRule::SingleUse;
    if single_use && stored.used_at.is_some() {
        return Err(TokenFault::Used);
    }
    Ok(hash)
}

/// The customer of the customer token, when that is good.
fn check_customer(token: &Token, session: &Session, partner: &Partner) -> Result<Option<String>, TokenFault> {
    let hash = token_hash(token.expose());
    let stored = session.tokens.customer.as_ref().filter(|stored| stored.hash == hash);
    check_token(stored, TokenKind::B2b2c, partner, session.now()).map(|stored| stored.customer.clone())
}

fn check_token<'a>(
    stored: Option<&'a StoredToken>,
    kind: TokenKind,
    partner: &Partner,
    now: i64,
) -> Result<&'a StoredToken, TokenFault> {
    let stored = stored.filter(|stored| stored.kind == kind).ok_or(TokenFault::Unknown)?;
    if stored.client_id != partner.client_id {
        return Err(TokenFault::OtherPartner);
    }
    if stored.expires_at <= now {
        return Err(TokenFault::Expired);
    }
    Ok(stored)
}

/// The partner's policy; a client that posts under a mount may have signed the path without it.
fn with_mount(partner: &Partner) -> Policy {
    let mut policy = partner.policy.clone();
    if !partner.mount.is_empty() {
        policy.prefixes.to_mut().insert(0, partner.mount.clone().into());
    }
    policy
}

/// Whether a request says who it comes from.
fn claims(request: &Incoming) -> bool {
    Claim::read(request.pairs()) != Claim::default()
}

/// What is said to one who claims to be nobody we know. Only the sandbox says so, and the log; elsewhere it is what a partner
/// hears (`heard`) whose token, or whose signature, does not hold.
fn nobody(app: &App, service: Service, heard: &Refusal) -> Refusal {
    let log = "no partner has this id, or it is disabled, or it may not ask from this address";
    if app.sandbox_key.is_some() {
        return Refusal::new(service, Situation::UnknownPartner, log);
    }
    let refusal = Refusal::new(service, heard.situation(), log);
    match heard.place() {
        Some(place) => refusal.at(place),
        None => refusal,
    }
}

/// As much work as for a partner that exists; what comes out of it does not matter.
fn verify_nobody(app: &App, request: &Incoming, service: Service, headers: &Headers, policy: &Policy) {
    if service.is_token() || policy.signature_of(service) == SignatureMode::AsymmetricNoToken {
        let Ok(key) = app.key.get().public_key() else { return };
        if service.is_token() {
            let _ = verify_token_request(service, headers, policy, &key);
        } else {
            let _ = verify_request(&signed(request, service), headers, policy, VerifyingKey::Public(&key));
        }
        return;
    }
    let secret = Secret::new(b"nobody has this client secret; it is as long".as_slice());
    let _ = verify_request(&signed(request, service), headers, policy, VerifyingKey::Secret(&secret));
}

fn signed(request: &Incoming, service: Service) -> SignedRequest<'_> {
    SignedRequest { service, method: &request.method, target: &request.target, body: &request.body }
}

/// What a caller is told when the storage fails; the log gets the reason.
pub(super) fn storage(service: impl Into<Option<Service>>, error: &DbError) -> Refusal {
    tracing::error!(%error, "storage");
    let situation = match error {
        DbError::Gone(_) => Situation::StorageGone,
        _ => Situation::Internal,
    };
    Refusal::new(service, situation, error.to_string())
}
