//! How an acquirer is reached: the partner it is, what it gave us, and a connection.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use qris_client::{Client, Clock, Options};
use qris_snap::Service;
use qris_snap::client::{Caller, CustomerGrant as Grant};
use qris_snap::headers::HeaderName;
use qris_snap::policy::{CustomerTokenRule, SignatureMode};
use qris_snap::sign::{PrivateKey, Secret, Token};
use tokio::sync::OwnedMutexGuard;

use super::{Fault, through};
use crate::app::{App, Shared};
use crate::crypto::secret_name;
use crate::db::{DbError, Tx};
use crate::lines::{Line, Session};
use crate::model::partner::credentials;
use crate::model::{Acquirer, Credential, CredentialKind, Partner, acquirer, partner};
use crate::notify::{CustomerGrant, keep_grant};

/// What we ask of acquirers.
const ASKED: [Service; 4] = [Service::Generate, Service::Query, Service::Cancel, Service::Refund];

/// An acquirer, as it is called.
#[derive(Debug)]
pub(crate) struct Reached {
    pub(crate) line: Arc<Line>,
    /// Calls it, for the customer where there is one.
    pub(crate) client: Client,
    pub(crate) partner: Partner,
    pub(crate) acquirer: Acquirer,
}

/// The connection to an acquirer, as it is configured now.
///
/// # Errors
/// [`Fault::Gone`] when there is no such acquirer, or something is missing in what it gave us.
pub(crate) async fn reach(app: &Shared, client_id: &str) -> Result<Reached, Fault> {
    let (id, now) = (client_id.to_owned(), app.clock.now());
    let read = move |tx: &mut dyn Tx| {
        let found = (partner::by_client_id(tx, &id)?, acquirer::by_id(tx, &id)?);
        let secret = credentials(tx, &id, CredentialKind::Secret, now)?.into_iter().next();
        let grant = credentials(tx, &id, CredentialKind::CustomerGrant, now)?.into_iter().next();
        Ok::<_, DbError>((found, secret, grant))
    };
    let (found, secret, grant) = app.store.read(read).await?;
    let (Some(partner), Some(acquirer)) = found else {
        return Err(Fault::Gone(format!("{client_id} is no acquirer that is called")));
    };
    if partner.disabled_at.is_some_and(|since| since <= now) {
        return Err(Fault::Gone(format!("{client_id} is disabled")));
    }
    let made_of = made_of(app, &partner, &acquirer, secret.as_ref());
    let line = match app.lines.get(client_id, &made_of) {
        Some(line) => line,
        None => {
            let opened = |row: Credential| {
                let plain = app.master_key.open(&secret_name(client_id), &row.value);
                plain.map_err(|error| Fault::Gone(error.to_string()))
            };
            let secret = secret.map(opened).transpose()?.map(|plain| Secret::new(plain.to_vec()));
            // A request that waits for this has an end of its own, and something must be left of it.
            let whole = (app.config.limits.request_time * 3 / 4).max(Duration::from_secs(1));
            let own = acquirer.deadline.and_then(|seconds| u64::try_from(seconds).ok());
            let whole = own.map_or(whole, |seconds| whole.min(Duration::from_secs(seconds)));
            let time = Arc::clone(app);
            let time = (whole, Clock::new(move || time.clock.now_ms()));
            let client = client(app.key.get(), &partner, &acquirer, secret, time)
                .map_err(|why| Fault::Gone(format!("acquirer {client_id} is not set up: {why}")))?;
            app.lines.keep(client_id, Line::new(client, made_of))
        }
    };
    let client = match (partner.policy.customer_token, grant) {
        (CustomerTokenRule::Required, Some(grant)) => customer(app, &line, client_id, grant).await?,
        _ => line.client.clone(),
    };
    Ok(Reached { line, client, partner, acquirer })
}

/// Everything a client is made of, but for secrets: those have ids. A customer's grant is a matter of its [`Session`].
fn made_of(app: &App, partner: &Partner, acquirer: &Acquirer, secret: Option<&Credential>) -> String {
    let key = app.key.get();
    format!(
        "{acquirer:?} {} {:?} {} {:?} {:p}",
        partner.dialect.name,
        partner.policy,
        partner.mount,
        secret.map(|row| &row.id),
        Arc::as_ptr(&key)
    )
}

/// Who calls an acquirer; `whole` is the longest that a call takes.
///
/// # Errors
/// What is missing or cannot be used in what the acquirer gave us.
pub(crate) fn client(
    key: Arc<PrivateKey>,
    partner: &Partner,
    acquirer: &Acquirer,
    secret: Option<Secret>,
    (whole, clock): (Duration, Clock),
) -> Result<Client, String> {
    let mut builder = Caller::builder(partner.dialect)
        .policy(partner.policy.clone())
        .client_id(&acquirer.our_client_id)
        .private_key(key)
        .mount(&partner.mount)
        .services(&ASKED);
    if let Some(secret) = secret.filter(|_| partner.policy.signature == SignatureMode::Symmetric) {
        builder = builder.secret(secret);
    }
    let headers: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&acquirer.headers).map_err(|error| error.to_string())?;
    for (name, value) in &headers {
        let name = HeaderName::from_wire(name).ok_or_else(|| format!("{name} is no header of SNAP"))?;
        builder = builder.header(name, value.as_str().unwrap_or_default());
    }
    let caller = builder.build().map_err(|error| error.to_string())?;
    let options = Options {
        connect_timeout: whole / 3,
        request_timeout: whole / 2,
        deadline: whole,
        attempts: 3,
        first_pause: Duration::from_millis(100),
        clock,
        ..Options::new(&acquirer.base_url)
    };
    Client::new(caller, options).map_err(|error| error.to_string())
}

/// A client that acts for the customer whose grant is stored. The grant is good once: one at a time uses it, and those that waited
/// for a failure do not try again.
async fn customer(
    app: &Shared,
    line: &Arc<Line>,
    client_id: &str,
    grant: Credential,
) -> Result<Client, Fault> {
    let refused = line.refused.load(Ordering::Relaxed);
    let session = Arc::clone(&line.session).lock_owned().await;
    if let Some(client) = session.client.as_ref().filter(|_| session.grant_id == grant.id) {
        return Ok(client.clone());
    }
    if line.refused.load(Ordering::Relaxed) != refused {
        return Err(Fault::Gone("no customer token could be had".to_owned()));
    }
    // In a task of its own: when this request is cut off, the next grant is kept all the same.
    let made = tokio::spawn(authorized(Arc::clone(app), Arc::clone(line), client_id.to_owned(), session));
    let made = made.await.map_err(|error| Fault::Gone(format!("the customer's token: {error}")))?;
    if made.is_err() {
        line.refused.fetch_add(1, Ordering::Relaxed);
    }
    made
}

async fn authorized(
    app: Shared,
    line: Arc<Line>,
    client_id: String,
    mut session: OwnedMutexGuard<Session>,
) -> Result<Client, Fault> {
    let (id, now) = (client_id.clone(), app.clock.now());
    // Others may have used it up meanwhile, and stored the next.
    let read = move |tx: &mut dyn Tx| credentials(tx, &id, CredentialKind::CustomerGrant, now);
    let newest: Option<Credential> = app.store.read(read).await?.into_iter().next();
    let Some(newest) = newest else {
        return Err(Fault::Gone("there is no customer's grant any more".to_owned()));
    };
    let unreadable =
        || Fault::Gone("the customer's grant cannot be read: `acquirer set --auth-code` anew".to_owned());
    let plain = app.master_key.open(&secret_name(&client_id), &newest.value).map_err(|_| unreadable())?;
    let grant: CustomerGrant = serde_json::from_slice(&plain).map_err(|_| unreadable())?;
    let grant = match (grant, &session.client) {
        // Stored by another process, or by this one: the session goes on. Only an operator brings a code.
        (CustomerGrant::RefreshToken(_), Some(client)) => return Ok(client.clone()),
        (CustomerGrant::AuthCode(code), _) => Grant::Code(Token::new(code)),
        (CustomerGrant::RefreshToken(token), None) => Grant::Refresh(Token::new(token)),
    };
    let made = through(&app, &line, &client_id, line.client.authorize(grant)).await;
    let client = made.map_err(|fault| Fault::Gone(format!("no customer token: {fault}")))?;
    *session = Session { client: Some(client.clone()), grant_id: newest.id, refresh: None };
    keep(&app, &client_id, &mut session).await?;
    Ok(client)
}

/// Stores the customer's refresh token when the session has another one than is stored.
async fn keep(app: &App, client_id: &str, session: &mut Session) -> Result<(), DbError> {
    let now = session.client.as_ref().and_then(Client::refresh_token);
    let Some(token) = now.filter(|token| session.refresh.as_ref() != Some(token)) else { return Ok(()) };
    let grant = CustomerGrant::RefreshToken(token.expose().to_owned());
    if let Some(id) = keep_grant(app, client_id, &grant, session.grant_id.clone()).await? {
        session.grant_id = id;
    }
    session.refresh = Some(token);
    Ok(())
}

impl Reached {
    /// Keeps the customer's refresh token when the client has a new one.
    pub(crate) async fn kept(&self, app: &App) {
        let mut session = self.line.session.lock().await;
        if let Err(error) = keep(app, &self.acquirer.client_id, &mut session).await {
            tracing::error!(%error, "the customer's grant at an acquirer could not be kept");
        }
    }
}
