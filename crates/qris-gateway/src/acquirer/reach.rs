//! How an acquirer is reached: the partner it is, what it gave us, and a connection.

use std::sync::Arc;
use std::time::Duration;

use qris_client::{Client, Clock, Options};
use qris_snap::Service;
use qris_snap::client::{Caller, CustomerGrant as Grant};
use qris_snap::headers::HeaderName;
use qris_snap::policy::{CustomerTokenRule, SignatureMode};
use qris_snap::sign::{Secret, Token};

use super::Fault;
use crate::app::{App, Shared};
use crate::crypto::secret_name;
use crate::db::{DbError, Tx};
use crate::lines::Line;
use crate::model::partner::credentials;
use crate::model::{Acquirer, Credential, CredentialKind, Partner, acquirer, partner};
use crate::notify::{CustomerGrant, keep_grant};

/// What we ask of acquirers.
const ASKED: [Service; 4] = [Service::Generate, Service::Query, Service::Cancel, Service::Refund];

/// An acquirer, as it is called.
#[derive(Debug)]
pub(crate) struct Reached {
    pub(crate) line: Arc<Line>,
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
    if let Some(line) = app.lines.get(client_id, &made_of) {
        return Ok(Reached { line, partner, acquirer });
    }
    let opened = |row: Credential| {
        let plain = app.master_key.open(&secret_name(client_id), &row.value);
        plain.map_err(|error| Fault::Gone(error.to_string()))
    };
    let secret = secret.map(opened).transpose()?.map(|plain| Secret::new(plain.to_vec()));
    let grant = grant.map(opened).transpose()?;
    let client = client(app, &partner, &acquirer, secret)?;
    let client = match (partner.policy.customer_token, grant) {
        (CustomerTokenRule::Required, Some(grant)) => {
            let grant: CustomerGrant = serde_json::from_slice(&grant)
                .map_err(|_| Fault::Gone("the customer's grant cannot be read".to_owned()))?;
            authorized(app, client_id, &client, grant).await?
        }
        _ => client,
    };
    let line = app.lines.keep(client_id, Line::new(client, made_of));
    Ok(Reached { line, partner, acquirer })
}

/// Everything a client is made of, but for secrets: those have ids.
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

fn client(
    app: &Shared,
    partner: &Partner,
    acquirer: &Acquirer,
    secret: Option<Secret>,
) -> Result<Client, Fault> {
    let wrong = |why: String| Fault::Gone(format!("acquirer {}: {why}", acquirer.client_id));
    let mut builder = Caller::builder(partner.dialect)
        .policy(partner.policy.clone())
        .client_id(&acquirer.our_client_id)
        .private_key(app.key.get())
        .mount(&partner.mount)
        .services(&ASKED);
    if let Some(secret) = secret.filter(|_| partner.policy.signature == SignatureMode::Symmetric) {
        builder = builder.secret(secret);
    }
    let headers: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&acquirer.headers).map_err(|error| wrong(error.to_string()))?;
    for (name, value) in &headers {
        let name =
            HeaderName::from_wire(name).ok_or_else(|| wrong(format!("{name} is no header of SNAP")))?;
        builder = builder.header(name, value.as_str().unwrap_or_default());
    }
    let caller = builder.build().map_err(|error| wrong(error.to_string()))?;
    let clock = Arc::clone(app);
    // A request that waits for this has an end of its own, and something must be left of it.
    let whole = app.config.limits.request_time.mul_f64(0.75).max(Duration::from_secs(1));
    let options = Options {
        connect_timeout: whole / 3,
        request_timeout: whole / 2,
        deadline: whole,
        attempts: 3,
        first_pause: Duration::from_millis(100),
        clock: Clock::new(move || clock.clock.now_ms()),
        ..Options::new(&acquirer.base_url)
    };
    Client::new(caller, options).map_err(|error| wrong(error.to_string()))
}

/// A client that acts for the customer whose grant is stored; what it refreshes is stored before it is used up.
async fn authorized(
    app: &Shared,
    client_id: &str,
    client: &Client,
    grant: CustomerGrant,
) -> Result<Client, Fault> {
    let grant = match grant {
        CustomerGrant::AuthCode(code) => Grant::Code(Token::new(code)),
        CustomerGrant::RefreshToken(token) => Grant::Refresh(Token::new(token)),
    };
    let client = client.authorize(grant).await;
    let client = client.map_err(|error| Fault::Gone(format!("no customer token: {error}")))?;
    if let Some(token) = client.refresh_token() {
        keep_grant(app, client_id, &CustomerGrant::RefreshToken(token.expose().to_owned())).await?;
    }
    Ok(client)
}

impl Reached {
    /// Keeps the customer's refresh token when the client has a new one.
    pub(crate) async fn kept(&self, app: &App) {
        let Some(token) = self.line.refreshed() else { return };
        let grant = CustomerGrant::RefreshToken(token.expose().to_owned());
        if let Err(error) = keep_grant(app, &self.acquirer.client_id, &grant).await {
            tracing::error!(%error, "the customer's grant at an acquirer could not be kept");
        }
    }
}
