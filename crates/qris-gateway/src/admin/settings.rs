//! A partner's settings: shown and changed.

use std::borrow::Cow;
use std::sync::Arc;

use ipnet::IpNet;
use qris_snap::dialect::Dialect;
use qris_snap::headers::HeaderName;
use qris_snap::policy::{Policy, Uniqueness};

use super::Office;
use super::check::{check_url, default_token_url, headers_of, name_of, own_mount_of};
use super::partner::{paths, row};
use super::policy;
use super::record::{PartnerChange, PartnerDetails};
use crate::config::networks;
use crate::db::Tx;
use crate::error::OperatorError;
use crate::model::{NotifySign, Partner, Role, partner};
use crate::notify::{SINK, missing_headers};

/// The prefixes a dialect's policy has behind a mount: clients behind a base path are known to sign without it.
pub(super) fn prefixes_behind(mount: &str, of_dialect: &Policy) -> Cow<'static, [Cow<'static, str>]> {
    match mount {
        "" => of_dialect.prefixes.clone(),
        mount => Cow::Owned(vec![Cow::Owned(mount.to_owned())]),
    }
}

/// What a new partner in this dialect has agreed to. Upstreams send what was not answered again, as it was, and must hear
/// what they would have heard.
pub(super) fn default_policy(role: Role, dialect: &Dialect) -> Policy {
    let mut policy = dialect.policy.clone();
    if role == Role::Upstream && policy.external_id.uniqueness == Uniqueness::Conflict {
        policy.external_id.uniqueness = Uniqueness::ReplayStored;
    }
    policy
}

impl Office<'_> {
    /// All there is to know of a partner that is no secret.
    ///
    /// # Errors
    /// [`OperatorError::Refused`] when it is unknown.
    pub async fn partner_details(&self, client_id: &str) -> Result<PartnerDetails, OperatorError> {
        let id = client_id.to_owned();
        let found = self.store.read(move |tx| partner::by_client_id(tx, &id)).await?;
        details(&found.ok_or_else(|| unknown(client_id))?)
    }

    /// Changes a partner's settings; a running gateway follows with its next request or notification.
    ///
    /// # Errors
    /// [`OperatorError::Refused`] when it is unknown, [`OperatorError::Usage`] for what cannot be.
    pub async fn change_partner(
        &self,
        client_id: &str,
        change: PartnerChange,
    ) -> Result<PartnerDetails, OperatorError> {
        let urls = [("a notification URL", &change.notify_url), ("a token URL", &change.notify_token_url)];
        for (what, url) in urls {
            if let Some(Some(url)) = url {
                check_url(what, url, self.sandbox).await?;
            }
        }
        let id = client_id.to_owned();
        let unit = move |tx: &mut dyn Tx| {
            // Two that change one partner at once follow each other.
            let found = if partner::lock(tx, &id)? { partner::by_client_id(tx, &id)? } else { None };
            let changed = changed(found.ok_or_else(|| unknown(&id))?, change)?;
            partner::update(tx, &changed)?;
            details(&changed)
        };
        self.store.write(unit).await
    }
}

fn unknown(client_id: &str) -> OperatorError {
    OperatorError::Refused(format!("no partner {client_id:?}"))
}

fn changed(mut partner: Partner, change: PartnerChange) -> Result<Partner, OperatorError> {
    let before = match &change.notify_url {
        // Of a new receiver everything is asked for.
        Some(Some(_)) => Vec::new(),
        _ => missing_headers(&partner).unwrap_or_default(),
    };
    if let Some(name) = &change.name {
        partner.name = name_of(name)?;
    }
    let own_prefixes = prefixes_behind(&partner.mount, &partner.dialect.policy) == partner.policy.prefixes;
    partner.dialect = change.dialect.unwrap_or(partner.dialect);
    if change.default_policy {
        partner.policy = default_policy(partner.role, partner.dialect);
    }
    if let Some(mount) = &change.mount {
        partner.mount = own_mount_of(mount)?;
    }
    if own_prefixes || change.default_policy {
        partner.policy.prefixes = prefixes_behind(&partner.mount, &partner.dialect.policy);
    }
    partner.policy = policy::changed(partner.policy, &change.policy)?;

    let standard = |partner: &Partner| partner.notify_url.as_deref().and_then(default_token_url);
    let own_token_url = partner.notify_token_url.is_some() && partner.notify_token_url != standard(&partner);
    partner.notify_sign = change.notify_sign.unwrap_or(partner.notify_sign);
    partner.notify_url = change.notify_url.unwrap_or(partner.notify_url);
    match change.notify_token_url {
        Some(url) => partner.notify_token_url = url,
        None if !own_token_url && partner.notify_sign == NotifySign::Hmac => {
            partner.notify_token_url = standard(&partner);
        }
        None => {}
    }
    partner.notify_headers = headers_of(&partner.notify_headers, &change.notify_headers)?;
    sendable(&partner, &before)?;
    if let Some(wanted) = &change.allow_ips {
        partner.allow_ips = allowed(wanted)?;
    }
    Ok(partner)
}

/// Headers that the sender would refuse to send are refused now, and those it would miss are asked for, unless they were
/// missing `before`: that is no reason to refuse another change.
pub(super) fn sendable(partner: &Partner, before: &[HeaderName]) -> Result<(), OperatorError> {
    let mut missing = missing_headers(partner).map_err(OperatorError::Usage)?;
    missing.retain(|name| !before.contains(name));
    let told = partner.notify_url.as_deref().is_some_and(|url| url != SINK);
    if missing.is_empty() || !told || partner.role != Role::Merchant {
        return Ok(());
    }
    let flags: Vec<String> =
        missing.iter().map(|name| format!("--notify-header {}=…", name.as_str())).collect();
    Err(OperatorError::Usage(format!(
        "notifications in the dialect {} need headers that only you know: give {}",
        partner.dialect.name,
        flags.join(" ")
    )))
}

/// Each must be a network: an empty text must not come to mean everywhere.
fn allowed(wanted: &[String]) -> Result<Arc<[IpNet]>, OperatorError> {
    let wrong = |text: &str| OperatorError::Usage(format!("{text:?} is no network, such as 203.0.113.0/24"));
    let network = |text: &String| match networks(text).as_deref() {
        Ok([net]) => Ok(net.trunc()),
        _ => Err(wrong(text)),
    };
    wanted.iter().map(network).collect()
}

fn details(partner: &Partner) -> Result<PartnerDetails, OperatorError> {
    let headers: serde_json::Map<_, _> = serde_json::from_str(&partner.notify_headers)
        .map_err(|error| OperatorError::Usage(format!("the notify_headers: {error}")))?;
    Ok(PartnerDetails {
        row: row(partner),
        notify_token_url: partner.notify_token_url.clone(),
        // What a header is for is not known here; it may well hold a key.
        notify_headers: headers.into_iter().map(|(name, _)| name).collect(),
        allow_ips: partner.allow_ips.iter().map(IpNet::to_string).collect(),
        policy: policy::settings(&partner.policy)?.into_iter().collect(),
        token_path: super::partner::path(partner, qris_snap::Service::TokenB2b),
        paths: paths(partner),
    })
}

/// A word of the command line for each rule.
pub(super) fn uniqueness_word(rule: Uniqueness) -> &'static str {
    match rule {
        Uniqueness::Off => "off",
        Uniqueness::ReplayStored => "replay",
        _ => "conflict",
    }
}
