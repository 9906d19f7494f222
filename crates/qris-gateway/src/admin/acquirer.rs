//! Acquirers: how an upstream is called, and which merchants' codes it makes.

use std::sync::Arc;
use std::time::Duration;

use qris_client::Clock;
use qris_snap::headers::HeaderName;
use qris_snap::sign::{KeyError, PrivateKey, Secret};
use serde::Serialize;

use super::check::{check_id, check_url, headers_of};
use super::{Office, when};
use crate::acquirer::client as called;
use crate::crypto::{self, secret_name};
use crate::db::Tx;
use crate::error::OperatorError;
use crate::model::{
    Acquirer, Credential, CredentialKind, Part, Partner, Role, Route, acquirer, merchant, partner,
};

/// How an upstream is to be called. What is `None` stays as it is, or has its default at the first time.
#[derive(Debug, Clone, Default)]
pub struct AcquirerChange {
    /// Scheme, host and port, without a path: paths are those of the partner.
    pub url: Option<String>,
    /// X-CLIENT-KEY it gave us.
    pub our_client_id: Option<String>,
    /// Headers of SNAP that are the same on every request, visible ASCII; an empty value takes one out.
    pub headers: Vec<(String, String)>,
    /// The client secret it gave us: signs what we ask, and verifies what it tells us, where the policy has HMAC.
    pub secret: Option<Vec<u8>>,
    /// Seconds after which a code nothing is heard of is asked about, from 1.
    pub silent_after: Option<u32>,
    /// Seconds for a call with all its tries, from 1. Never more than three quarters of a request's time.
    pub deadline: Option<u32>,
}

/// An acquirer, nothing secret.
#[derive(Debug, Clone, Serialize)]
pub struct AcquirerObject {
    /// The partner of role upstream that it is.
    pub client_id: String,
    /// Scheme, host and port.
    pub url: String,
    /// X-CLIENT-KEY it gave us.
    pub our_client_id: String,
    /// Headers that are the same on every request.
    pub headers: serde_json::Map<String, serde_json::Value>,
    /// Seconds after which a code nothing is heard of is asked about.
    pub silent_after: i64,
    /// Seconds for a call with all its tries; none: three quarters of a request's time.
    pub deadline: Option<i64>,
    /// The merchants whose codes it makes, oldest route first.
    pub merchants: Vec<RoutedMerchant>,
    /// When it was first called one.
    pub created_at: String,
}

/// A merchant whose codes an acquirer makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RoutedMerchant {
    /// Ours.
    pub merchant_id: String,
    /// What the acquirer calls it; none: it is not named.
    pub merchant_there: Option<String>,
}

/// Seconds after which a code nothing is heard of is asked about, when nobody says.
const SILENT_AFTER: u32 = 60;

impl Office<'_> {
    /// Says how an upstream is called; a running gateway follows with its next call.
    ///
    /// # Errors
    /// [`OperatorError::Refused`] when there is no such upstream, [`OperatorError::Usage`] for a URL, a header or an id that cannot
    /// be, for an empty secret, and when something is missing that the acquirer's dialect or policy wants.
    pub async fn set_acquirer(
        &self,
        client_id: &str,
        change: AcquirerChange,
    ) -> Result<AcquirerObject, OperatorError> {
        if let Some(url) = &change.url {
            check_url("the acquirer's URL", url, self.sandbox).await?;
        }
        for (name, _) in &change.headers {
            if HeaderName::from_wire(name).is_none() {
                return Err(OperatorError::Usage(format!("{name:?} is no header of SNAP")));
            }
        }
        if change.secret.as_ref().is_some_and(Vec::is_empty) {
            return Err(OperatorError::Usage("the acquirer's secret is empty".to_owned()));
        }
        for (flag, seconds) in [("--silent-after", change.silent_after), ("--deadline", change.deadline)] {
            if seconds == Some(0) {
                return Err(OperatorError::Usage(format!("{flag}: at least one second is wanted")));
            }
        }
        if let Some(id) = &change.our_client_id {
            check_id("our client id there", id, 64)?;
        }
        let secret = match &change.secret {
            None => None,
            Some(secret) => Some(Credential {
                id: crypto::random_id()?,
                client_id: client_id.to_owned(),
                kind: CredentialKind::Secret,
                value: self.keys.master.seal(&secret_name(client_id), secret)?,
                created_at: self.now,
                valid_until: None,
            }),
        };
        let failed = |error: KeyError| OperatorError::Usage(format!("the gateway's key: {error}"));
        let key = self.keys.gateway.to_pem().map_err(failed)?;
        let key = Arc::new(PrivateKey::read(key.as_bytes()).map_err(failed)?);
        let (id, now) = (client_id.to_owned(), self.now);
        let unit = move |tx: &mut dyn Tx| {
            let partner = upstream(tx, &id)?;
            let before = acquirer::by_id(tx, &id)?;
            let missing = |what: &str| OperatorError::Usage(format!("{what} is wanted at the first time"));
            let before = match before {
                Some(before) => before,
                None => Acquirer {
                    client_id: id.clone(),
                    base_url: change.url.clone().ok_or_else(|| missing("--url"))?,
                    our_client_id: change.our_client_id.clone().ok_or_else(|| missing("--our-client-id"))?,
                    headers: "{}".to_owned(),
                    silent_after: SILENT_AFTER.into(),
                    deadline: None,
                    created_at: now,
                },
            };
            let after = Acquirer {
                base_url: change.url.unwrap_or(before.base_url),
                our_client_id: change.our_client_id.unwrap_or(before.our_client_id),
                headers: headers_of(&before.headers, &change.headers)?,
                silent_after: change.silent_after.map_or(before.silent_after, i64::from),
                deadline: change.deadline.map_or(before.deadline, |seconds| Some(seconds.into())),
                ..before
            };
            // What could not be called is not set; any secret will do, there always is one.
            let secret_there = Secret::new(change.secret.unwrap_or_else(|| b"secret".to_vec()));
            let time = (Duration::from_secs(1), Clock::system());
            called(key, &partner, &after, Some(secret_there), time).map_err(|why| {
                OperatorError::Usage(format!("{id} cannot be called so: {why} (--header NAME=VALUE, --url)"))
            })?;
            acquirer::set(tx, &after)?;
            if let Some(secret) = &secret {
                partner::rotate(tx, secret, now)?;
            }
            object(tx, after)
        };
        self.store.write(unit).await
    }

    /// How an upstream is called.
    ///
    /// # Errors
    /// [`OperatorError::Refused`] when it is not.
    pub async fn acquirer(&self, client_id: &str) -> Result<AcquirerObject, OperatorError> {
        let id = client_id.to_owned();
        let unit = move |tx: &mut dyn Tx| {
            let found = acquirer::by_id(tx, &id)?;
            let found = found
                .ok_or_else(|| OperatorError::Refused(format!("{id:?} is no acquirer that is called")))?;
            object(tx, found)
        };
        self.store.read(unit).await
    }

    /// The upstreams that are called, oldest first.
    ///
    /// # Errors
    /// The storage's.
    pub async fn acquirers(&self) -> Result<Vec<AcquirerObject>, OperatorError> {
        let unit = |tx: &mut dyn Tx| {
            let all = acquirer::all(tx)?;
            all.into_iter().map(|found| object(tx, found)).collect()
        };
        self.store.read(unit).await
    }

    /// Lets an acquirer make a merchant's codes from now on, and settle them. `theirs` is what it calls the merchant; none: as
    /// we do.
    ///
    /// # Errors
    /// [`OperatorError::Refused`] for a merchant or an acquirer there is not, or that is disabled; [`OperatorError::Usage`] when
    /// `theirs` is no id of at most 64 characters.
    pub async fn route_merchant(
        &self,
        merchant_id: &str,
        acquirer_id: &str,
        theirs: Option<&str>,
    ) -> Result<(), OperatorError> {
        let theirs = theirs.unwrap_or(merchant_id).to_owned();
        check_id("the acquirer's id of the merchant", &theirs, 64)?;
        let (merchant_id, acquirer_id, now) = (merchant_id.to_owned(), acquirer_id.to_owned(), self.now);
        let unit = move |tx: &mut dyn Tx| {
            if merchant::by_id(tx, &merchant_id)?.is_none() {
                return Err(OperatorError::Refused(format!("no merchant {merchant_id:?}")));
            }
            if acquirer::by_id(tx, &acquirer_id)?.is_none() {
                let text =
                    format!("{acquirer_id:?} is no acquirer that is called: `gateway acquirer set` first");
                return Err(OperatorError::Refused(text));
            }
            upstream(tx, &acquirer_id)?;
            merchant::add_part(tx, &merchant_id, Part::Upstream, &acquirer_id)?;
            let route = Route {
                merchant_id: merchant_id.clone(),
                acquirer: acquirer_id,
                their_merchant_id: Some(theirs),
                created_at: now,
            };
            Ok(acquirer::set_route(tx, &route)?)
        };
        self.store.write(unit).await
    }

    /// The gateway makes a merchant's codes itself again. What is under way stays with its acquirer.
    ///
    /// # Errors
    /// [`OperatorError::Refused`] for a merchant without a route.
    pub async fn unroute_merchant(&self, merchant_id: &str) -> Result<(), OperatorError> {
        let id = merchant_id.to_owned();
        if self.store.write(move |tx| acquirer::remove_route(tx, &id)).await? {
            return Ok(());
        }
        Err(OperatorError::Refused(format!("merchant {merchant_id:?} has no route")))
    }
}

fn upstream(tx: &mut dyn Tx, client_id: &str) -> Result<Partner, OperatorError> {
    match partner::by_client_id(tx, client_id)? {
        Some(partner) if partner.disabled_at.is_some() => {
            Err(OperatorError::Refused(format!("partner {client_id:?} is disabled")))
        }
        Some(partner) if partner.role == Role::Upstream => Ok(partner),
        Some(_) => Err(OperatorError::Refused(format!("partner {client_id:?} is not of role upstream"))),
        None => Err(OperatorError::Refused(format!("no partner {client_id:?}"))),
    }
}

fn object(tx: &mut dyn Tx, found: Acquirer) -> Result<AcquirerObject, OperatorError> {
    let routes = acquirer::routes(tx, &found.client_id)?;
    let routed =
        |it: Route| RoutedMerchant { merchant_id: it.merchant_id, merchant_there: it.their_merchant_id };
    Ok(AcquirerObject {
        merchants: routes.into_iter().map(routed).collect(),
        headers: serde_json::from_str(&found.headers)
            .map_err(|error| OperatorError::Usage(format!("the headers: {error}")))?,
        client_id: found.client_id,
        url: found.base_url,
        our_client_id: found.our_client_id,
        silent_after: found.silent_after,
        deadline: found.deadline,
        created_at: when(found.created_at),
    })
}
