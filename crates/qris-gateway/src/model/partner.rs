//! Partners: who may call, in which dialect and role, and where their notifications go.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;
use qris_snap::dialect::Dialect;
use qris_snap::policy::Policy;

use super::unknown_word;
use crate::config::networks;
use crate::db::{DbError, Row, Tx, Value};

/// What a partner may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Generates, queries, cancels, refunds (47, 51, 77, 78).
    Merchant,
    /// Decodes and pays (48, 49, 50).
    Issuer,
    /// Tells us of payments (52).
    Upstream,
}

impl Role {
    /// As stored and as on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Merchant => "merchant",
            Role::Issuer => "issuer",
            Role::Upstream => "upstream",
        }
    }

    /// Reads [`as_str`](Self::as_str).
    pub fn parse(word: &str) -> Option<Role> {
        [Role::Merchant, Role::Issuer, Role::Upstream].into_iter().find(|role| role.as_str() == word)
    }
}

/// How notifications to a partner are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotifySign {
    /// RSA with our key, no token in the string.
    Rsa,
    /// HMAC with the client secret and a token fetched from the receiver.
    Hmac,
    /// Not signed.
    None,
}

impl NotifySign {
    /// As stored and as on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            NotifySign::Rsa => "rsa",
            NotifySign::Hmac => "hmac",
            NotifySign::None => "none",
        }
    }

    /// Reads [`as_str`](Self::as_str).
    pub fn parse(word: &str) -> Option<NotifySign> {
        [NotifySign::Rsa, NotifySign::Hmac, NotifySign::None].into_iter().find(|sign| sign.as_str() == word)
    }
}

/// A partner.
#[derive(Debug, Clone)]
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
    pub dialect: &'static Dialect,
    /// What it may do.
    pub role: Role,
    /// What was agreed with it; begins as its dialect's.
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
    pub allow_ips: Arc<[IpNet]>,
}

impl Partner {
    /// Whether it may ask from this address.
    pub fn admits(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.allow_ips.is_empty() || self.allow_ips.iter().any(|net| net.contains(&address))
    }

    /// Where it may ask from, as it is stored.
    fn allow_text(&self) -> String {
        let nets: Vec<String> = self.allow_ips.iter().map(IpNet::to_string).collect();
        nets.join(",")
    }
}

/// What kind of secret or key a credential is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialKind {
    /// The partner's public key, SPKI PEM.
    PublicKey,
    /// The client secret, sealed under the master key.
    Secret,
}

impl CredentialKind {
    fn as_str(self) -> &'static str {
        match self {
            CredentialKind::PublicKey => "public-key",
            CredentialKind::Secret => "secret",
        }
    }
}

/// A key or secret of a partner.
#[derive(Debug, Clone)]
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

/// The partner of a client id (X-CLIENT-KEY).
///
/// # Errors
/// The storage's; so with every function here.
pub fn by_client_id(tx: &mut dyn Tx, client_id: &str) -> Result<Option<Partner>, DbError> {
    let sql = "SELECT client_id, partner_id, channel_id, name, dialect, role, policy, mount, notify_url, notify_sign,
               notify_token_url, notify_headers, created_at, disabled_at, allow_ips FROM partner WHERE client_id = ?1";
    tx.find(sql, &[client_id.into()])?.map(read).transpose()
}

/// The partner of a partner id (X-PARTNER-ID).
///
/// # Errors
/// As [`by_client_id`].
pub fn by_partner_id(tx: &mut dyn Tx, partner_id: &str) -> Result<Option<Partner>, DbError> {
    let sql = "SELECT client_id FROM partner WHERE partner_id = ?1";
    match tx.find(sql, &[partner_id.into()])? {
        Some(mut row) => by_client_id(tx, &row.text()?),
        None => Ok(None),
    }
}

/// Every partner, oldest first.
///
/// # Errors
/// As [`by_client_id`].
pub fn all(tx: &mut dyn Tx) -> Result<Vec<Partner>, DbError> {
    let ids = tx.query("SELECT client_id FROM partner ORDER BY created_at, client_id", &[])?;
    let mut partners = Vec::with_capacity(ids.len());
    for mut row in ids {
        partners.extend(by_client_id(tx, &row.text()?)?);
    }
    Ok(partners)
}

fn read(mut row: Row) -> Result<Partner, DbError> {
    Ok(Partner {
        client_id: row.text()?,
        partner_id: row.text()?,
        channel_id: row.text()?,
        name: row.text()?,
        dialect: {
            let name = row.text()?;
            Dialect::named(&name).map_or_else(|| unknown_word("dialect", &name), Ok)?
        },
        role: {
            let word = row.text()?;
            Role::parse(&word).map_or_else(|| unknown_word("role", &word), Ok)?
        },
        policy: {
            let text = row.text()?;
            serde_json::from_str(&text).map_err(|error| DbError::Broken(format!("a policy: {error}")))?
        },
        mount: row.text()?,
        notify_url: row.maybe_text()?,
        notify_sign: {
            let word = row.text()?;
            NotifySign::parse(&word).map_or_else(|| unknown_word("way to sign", &word), Ok)?
        },
        notify_token_url: row.maybe_text()?,
        notify_headers: row.text()?,
        created_at: row.int()?,
        disabled_at: row.maybe_int()?,
        allow_ips: {
            let text = row.text()?;
            networks(&text).map_err(|wrong| DbError::Broken(format!("{text:?} {wrong}")))?
        },
    })
}

/// Adds a partner; `false` when its client id or partner id is taken.
///
/// # Errors
/// As [`by_client_id`].
pub fn add(tx: &mut dyn Tx, partner: &Partner) -> Result<bool, DbError> {
    if by_partner_id(tx, &partner.partner_id)?.is_some() {
        return Ok(false);
    }
    let sql = "INSERT INTO partner (client_id, partner_id, channel_id, name, dialect, role, policy, mount, notify_url,
               notify_sign, notify_token_url, notify_headers, created_at, disabled_at, allow_ips)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
               ON CONFLICT (client_id) DO NOTHING";
    let values: [Value; 15] = [
        (&partner.client_id).into(),
        (&partner.partner_id).into(),
        (&partner.channel_id).into(),
        (&partner.name).into(),
        partner.dialect.name.into(),
        partner.role.as_str().into(),
        policy_text(partner)?.into(),
        (&partner.mount).into(),
        partner.notify_url.clone().into(),
        partner.notify_sign.as_str().into(),
        partner.notify_token_url.clone().into(),
        (&partner.notify_headers).into(),
        partner.created_at.into(),
        partner.disabled_at.into(),
        partner.allow_text().into(),
    ];
    Ok(tx.execute(sql, &values)? == 1)
}

/// Keeps others from changing a partner until this unit ends; `false` when it is unknown.
///
/// # Errors
/// As [`by_client_id`].
pub fn lock(tx: &mut dyn Tx, client_id: &str) -> Result<bool, DbError> {
    Ok(tx.execute("UPDATE partner SET name = name WHERE client_id = ?1", &[client_id.into()])? == 1)
}

/// Writes a partner's settings: all but its ids, its role and the times.
///
/// # Errors
/// As [`by_client_id`].
pub fn update(tx: &mut dyn Tx, partner: &Partner) -> Result<(), DbError> {
    let sql = "UPDATE partner SET name = ?2, dialect = ?3, policy = ?4, mount = ?5, notify_url = ?6, notify_sign = ?7,
               notify_token_url = ?8, notify_headers = ?9, allow_ips = ?10 WHERE client_id = ?1";
    let values: [Value; 10] = [
        (&partner.client_id).into(),
        (&partner.name).into(),
        partner.dialect.name.into(),
        policy_text(partner)?.into(),
        (&partner.mount).into(),
        partner.notify_url.clone().into(),
        partner.notify_sign.as_str().into(),
        partner.notify_token_url.clone().into(),
        (&partner.notify_headers).into(),
        partner.allow_text().into(),
    ];
    tx.execute(sql, &values).map(drop)
}

fn policy_text(partner: &Partner) -> Result<String, DbError> {
    serde_json::to_string(&partner.policy).map_err(|error| DbError::Broken(error.to_string()))
}

/// Refuses a partner from now on; `false` when it is unknown or was disabled before.
///
/// # Errors
/// As [`by_client_id`].
pub fn disable(tx: &mut dyn Tx, client_id: &str, now: i64) -> Result<bool, DbError> {
    let sql = "UPDATE partner SET disabled_at = ?2 WHERE client_id = ?1 AND disabled_at IS NULL";
    Ok(tx.execute(sql, &[client_id.into(), now.into()])? == 1)
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
    let sql = "SELECT id, value, created_at, valid_until FROM credential WHERE client_id = ?1 AND kind = ?2
               AND (valid_until IS NULL OR valid_until > ?3) ORDER BY created_at DESC, id";
    let rows = tx.query(sql, &[client_id.into(), kind.as_str().into(), now.into()])?;
    let read = |mut row: Row| {
        Ok(Credential {
            id: row.text()?,
            client_id: client_id.to_owned(),
            kind,
            value: row.blob()?,
            created_at: row.int()?,
            valid_until: row.maybe_int()?,
        })
    };
    rows.into_iter().map(read).collect()
}

/// Adds a credential and lets the older ones of its kind end at `old_until`.
///
/// # Errors
/// As [`by_client_id`].
pub fn rotate(tx: &mut dyn Tx, new: &Credential, old_until: i64) -> Result<(), DbError> {
    let sql = "UPDATE credential SET valid_until = ?3 WHERE client_id = ?1 AND kind = ?2
               AND (valid_until IS NULL OR valid_until > ?3)";
    tx.execute(sql, &[(&new.client_id).into(), new.kind.as_str().into(), old_until.into()])?;
    let sql = "INSERT INTO credential (id, client_id, kind, value, created_at, valid_until)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let values: [Value; 6] = [
        (&new.id).into(),
        (&new.client_id).into(),
        new.kind.as_str().into(),
        new.value.clone().into(),
        new.created_at.into(),
        new.valid_until.into(),
    ];
    tx.execute(sql, &values).map(drop)
}

/// Client secrets by id, after one: id, whose, sealed.
///
/// # Errors
/// As [`by_client_id`].
pub fn secrets(tx: &mut dyn Tx, after: &str, limit: u32) -> Result<Vec<(String, String, Vec<u8>)>, DbError> {
    let sql =
        "SELECT id, client_id, value FROM credential WHERE kind = 'secret' AND id > ?1 ORDER BY id LIMIT ?2";
    let rows = tx.query(sql, &[after.into(), i64::from(limit).into()])?;
    rows.into_iter().map(|mut row| Ok((row.text()?, row.text()?, row.blob()?))).collect()
}

/// Puts a secret sealed anew in the place of what it was; `false` when it changed meanwhile.
///
/// # Errors
/// As [`by_client_id`].
pub fn reseal(tx: &mut dyn Tx, id: &str, old: &[u8], new: &[u8]) -> Result<bool, DbError> {
    let sql = "UPDATE credential SET value = ?3 WHERE id = ?1 AND value = ?2";
    Ok(tx.execute(sql, &[id.into(), old.into(), new.into()])? == 1)
}
