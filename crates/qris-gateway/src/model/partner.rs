//! Partners: who may call, in which dialect and role, and where their notifications go.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;
use qris_snap::dialect::Dialect;
use qris_snap::policy::{CustomerTokenRule, Policy};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use strum::IntoStaticStr;

use super::fields;
use crate::config::networks;
use crate::db::{DbError, Tx};

/// What a partner may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Generates, queries, cancels, refunds (47, 51, 77, 78).
    Merchant,
    /// Decodes and pays (48, 49, 50).
    Issuer,
    /// Tells us of payments (52).
    Upstream,
}

/// How notifications to a partner are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum NotifySign {
    /// RSA with our key, no token in the string.
    Rsa,
    /// HMAC with the client secret and a token fetched from the receiver.
    Hmac,
    /// Not signed.
    None,
}

/// A partner.
#[derive(Debug, Clone, Deserialize)]
pub struct Partner {
    /// X-CLIENT-KEY of its token requests; the key of everything stored about it.
    pub client_id: String,
    /// X-PARTNER-ID.
    pub partner_id: String,
    /// CHANNEL-ID it was given.
    pub channel_id: String,
    /// For people.
    pub name: String,
    /// Names, types and paths of its messages.
    #[serde(deserialize_with = "dialect")]
    pub dialect: &'static Dialect,
    /// What it may do.
    pub role: Role,
    /// What was agreed with it; begins as its dialect's.
    #[serde(deserialize_with = "policy")]
    pub policy: Policy,
    /// Path before all of its paths: `` or `/api`.
    pub mount: String,
    /// Where its notifications go.
    pub notify_url: Option<String>,
    /// How they are signed.
    pub notify_sign: NotifySign,
    /// Where a token for them is fetched, when signed with HMAC.
    pub notify_token_url: Option<String>,
    /// Headers they carry beside the usual ones, as a JSON object of texts.
    pub notify_headers: String,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds since which it is refused.
    pub disabled_at: Option<i64>,
    /// Where it may ask from; empty: everywhere.
    #[serde(deserialize_with = "allow_ips")]
    pub allow_ips: Arc<[IpNet]>,
}

impl Partner {
    /// Whether it may ask from this address.
    pub fn admits(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.allow_ips.is_empty() || self.allow_ips.iter().any(|net| net.contains(&address))
    }

    /// Whether it has customers, with tokens of their own (74).
    pub fn has_customers(&self) -> bool {
        self.role == Role::Issuer || self.policy.customer_token == CustomerTokenRule::Required
    }

    /// Where it may ask from, as it is stored.
    fn allow_text(&self) -> String {
        let nets: Vec<String> = self.allow_ips.iter().map(IpNet::to_string).collect();
        nets.join(",")
    }
}

/// What kind of secret or key a credential is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum CredentialKind {
    /// The partner's public key, SPKI PEM.
    PublicKey,
    /// The client secret, sealed under the master key.
    Secret,
    /// What fetches the customer token of what we send, sealed under the master key.
    CustomerGrant,
}

/// A key or secret of a partner.
#[derive(Debug, Clone, Deserialize)]
pub struct Credential {
    /// Random.
    pub id: String,
    /// Whose.
    pub client_id: String,
    /// What it is.
    pub kind: CredentialKind,
    /// PEM text, or sealed bytes.
    pub value: Vec<u8>,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds after which it is not taken any more; none: until rotated.
    pub valid_until: Option<i64>,
}

fn dialect<'de, D: Deserializer<'de>>(stored: D) -> Result<&'static Dialect, D::Error> {
    let name = String::deserialize(stored)?;
    Dialect::named(&name).ok_or_else(|| D::Error::custom(format!("{name:?} is no dialect")))
}

fn policy<'de, D: Deserializer<'de>>(stored: D) -> Result<Policy, D::Error> {
    serde_json::from_str(&String::deserialize(stored)?).map_err(D::Error::custom)
}

fn allow_ips<'de, D: Deserializer<'de>>(stored: D) -> Result<Arc<[IpNet]>, D::Error> {
    let text = String::deserialize(stored)?;
    networks(&text).map_err(|wrong| D::Error::custom(format!("{text:?} {wrong}")))
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT client_id, partner_id, channel_id, name, dialect, role, policy, mount, notify_url, notify_sign,
             notify_token_url, notify_headers, created_at, disabled_at, allow_ips FROM partner ",
            $rest
        )
    };
}

/// The partner of a client id (X-CLIENT-KEY).
///
/// # Errors
/// The storage's; so with every function here.
pub fn by_client_id(tx: &mut dyn Tx, client_id: &str) -> Result<Option<Partner>, DbError> {
    tx.find(select!("WHERE client_id = $1"), &[&client_id])
}

/// The partner of a partner id (X-PARTNER-ID).
///
/// # Errors
/// As [`by_client_id`].
pub fn by_partner_id(tx: &mut dyn Tx, partner_id: &str) -> Result<Option<Partner>, DbError> {
    tx.find(select!("WHERE partner_id = $1"), &[&partner_id])
}

/// Every partner, oldest first.
///
/// # Errors
/// As [`by_client_id`].
pub fn all(tx: &mut dyn Tx) -> Result<Vec<Partner>, DbError> {
    tx.rows(select!("ORDER BY created_at, client_id"), &[])
}

/// Adds a partner; `false` when its client id or partner id is taken.
///
/// # Errors
/// As [`by_client_id`].
pub fn add(tx: &mut dyn Tx, partner: &Partner) -> Result<bool, DbError> {
    if by_partner_id(tx, &partner.partner_id)?.is_some() {
        return Ok(false);
    }
    let sql =
        "INSERT INTO partner (client_id, partner_id, channel_id, name, role, mount, notify_url, notify_sign,
               notify_token_url, notify_headers, created_at, disabled_at, dialect, policy, allow_ips)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
               ON CONFLICT (client_id) DO NOTHING";
    let values = fields!(
        partner: client_id, partner_id, channel_id, name, role, mount, notify_url, notify_sign, notify_token_url,
        notify_headers, created_at, disabled_at; partner.dialect.name, policy_text(partner)?, partner.allow_text()
    );
    Ok(tx.execute(sql, values)? == 1)
}

/// Keeps others from changing a partner until this unit ends; `false` when it is unknown.
///
/// # Errors
/// As [`by_client_id`].
pub fn lock(tx: &mut dyn Tx, client_id: &str) -> Result<bool, DbError> {
    Ok(tx.execute("UPDATE partner SET name = name WHERE client_id = $1", &[&client_id])? == 1)
}

/// Writes a partner's settings: all but its ids, its role and the times.
///
/// # Errors
/// As [`by_client_id`].
pub fn update(tx: &mut dyn Tx, partner: &Partner) -> Result<(), DbError> {
    let sql =
        "UPDATE partner SET name = $2, mount = $3, notify_url = $4, notify_sign = $5, notify_token_url = $6,
               notify_headers = $7, dialect = $8, policy = $9, allow_ips = $10 WHERE client_id = $1";
    let values = fields!(
        partner: client_id, name, mount, notify_url, notify_sign, notify_token_url, notify_headers;
        partner.dialect.name, policy_text(partner)?, partner.allow_text()
    );
    tx.execute(sql, values).map(drop)
}

fn policy_text(partner: &Partner) -> Result<String, DbError> {
    serde_json::to_string(&partner.policy).map_err(|error| DbError::Broken(error.to_string()))
}

/// Refuses a partner from now on; `false` when it is unknown or was disabled before.
///
/// # Errors
/// As [`by_client_id`].
pub fn disable(tx: &mut dyn Tx, client_id: &str, now: i64) -> Result<bool, DbError> {
    let sql = "UPDATE partner SET disabled_at = $2 WHERE client_id = $1 AND disabled_at IS NULL";
    Ok(tx.execute(sql, &[&client_id, &now])? == 1)
}

/// The credentials of a kind that are taken now, newest first.
///
/// # Errors
/// As [`by_client_id`].
pub fn credentials(
    tx: &mut dyn Tx,
    client_id: &str,
    kind: CredentialKind,
    now: i64,
) -> Result<Vec<Credential>, DbError> {
    let sql = "SELECT id, client_id, kind, value, created_at, valid_until FROM credential
               WHERE client_id = $1 AND kind = $2 AND (valid_until IS NULL OR valid_until > $3)
               ORDER BY created_at DESC, id";
    tx.rows(sql, &[&client_id, &kind, &now])
}

/// Adds a credential and lets the older ones of its kind end at `old_until`.
///
/// # Errors
/// As [`by_client_id`].
pub fn rotate(tx: &mut dyn Tx, new: &Credential, old_until: i64) -> Result<(), DbError> {
    let sql = "UPDATE credential SET valid_until = $3 WHERE client_id = $1 AND kind = $2
               AND (valid_until IS NULL OR valid_until > $3)";
    tx.execute(sql, &[&new.client_id, &new.kind, &old_until])?;
    let sql = "INSERT INTO credential (id, client_id, kind, value, created_at, valid_until)
               VALUES ($1, $2, $3, $4, $5, $6)";
    tx.execute(sql, fields!(new: id, client_id, kind, value, created_at, valid_until)).map(drop)
}

/// What is sealed under a partner's name, by id, after one: id, whose, sealed.
///
/// # Errors
/// As [`by_client_id`].
pub fn secrets(tx: &mut dyn Tx, after: &str, limit: u32) -> Result<Vec<(String, String, Vec<u8>)>, DbError> {
    let sql =
        "SELECT id, client_id, value FROM credential WHERE kind IN ('secret', 'customer-grant') AND id > $1
         ORDER BY id LIMIT $2";
    tx.rows(sql, &[&after, &limit])
}

/// Puts a secret sealed anew in the place of what it was; `false` when it changed meanwhile.
///
/// # Errors
/// As [`by_client_id`].
pub fn reseal(tx: &mut dyn Tx, id: &str, old: &[u8], new: &[u8]) -> Result<bool, DbError> {
    let sql = "UPDATE credential SET value = $3 WHERE id = $1 AND value = $2";
    Ok(tx.execute(sql, &[&id, &old, &new])? == 1)
}
