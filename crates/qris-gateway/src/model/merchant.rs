//! Merchants, and their sub-merchants and terminals.

use serde::Deserialize;
use strum::IntoStaticStr;

use super::fields;
use crate::db::{DbError, Tx};

/// A merchant, with what its QR codes say.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Merchant {
    /// `merchantId` of messages.
    pub merchant_id: String,
    /// The partner it belongs to.
    pub client_id: String,
    /// 26-00, reverse domain of the acquirer.
    pub guid: String,
    /// 26-01, Merchant PAN.
    pub mpan: String,
    /// 26-02, the merchant's number at the acquirer, up to 15 characters.
    pub acquirer_merchant_id: String,
    /// 51-02, NMID.
    pub nmid: String,
    /// 26-03 and 51-03, merchant criteria (`UMI`, `UKE`, …).
    pub criteria: String,
    /// 52, merchant category code.
    pub mcc: String,
    /// The merchant name (59).
    pub name: String,
    /// The merchant city (60).
    pub city: String,
    /// The postal code (61).
    pub postal_code: String,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds since which it is refused.
    pub disabled_at: Option<i64>,
}

/// What a part of a merchant is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Part {
    /// `subMerchantId`.
    SubMerchant,
    /// `terminalId`.
    Terminal,
    /// Client id of an upstream that may settle the merchant's transactions. None named: none may.
    Upstream,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT merchant_id, client_id, guid, mpan, acquirer_merchant_id, nmid, criteria, mcc, name, city, postal_code,
             created_at, disabled_at FROM merchant ",
            $rest
        )
    };
}

/// One merchant.
///
/// # Errors
/// The storage's; so with every function here.
pub fn by_id(tx: &mut dyn Tx, merchant_id: &str) -> Result<Option<Merchant>, DbError> {
    tx.find(select!("WHERE merchant_id = $1"), &[&merchant_id])
}

/// The merchants of a partner, oldest first.
///
/// # Errors
/// As [`by_id`].
pub fn of_partner(tx: &mut dyn Tx, client_id: &str) -> Result<Vec<Merchant>, DbError> {
    tx.rows(select!("WHERE client_id = $1 ORDER BY created_at, merchant_id"), &[&client_id])
}

/// Adds a merchant; `false` when its id is taken.
///
/// # Errors
/// As [`by_id`].
pub fn add(tx: &mut dyn Tx, merchant: &Merchant) -> Result<bool, DbError> {
    let sql = "INSERT INTO merchant (merchant_id, client_id, guid, mpan, acquirer_merchant_id, nmid, criteria, mcc, name,
               city, postal_code, created_at, disabled_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (merchant_id) DO NOTHING";
    let values = fields!(
        merchant: merchant_id, client_id, guid, mpan, acquirer_merchant_id, nmid, criteria, mcc, name, city, postal_code,
        created_at, disabled_at
    );
    Ok(tx.execute(sql, values)? == 1)
}

/// Refuses a merchant from now on; `false` when it is unknown or was disabled before.
///
/// # Errors
/// As [`by_id`].
pub fn disable(tx: &mut dyn Tx, merchant_id: &str, now: i64) -> Result<bool, DbError> {
    let sql = "UPDATE merchant SET disabled_at = $2 WHERE merchant_id = $1 AND disabled_at IS NULL";
    Ok(tx.execute(sql, &[&merchant_id, &now])? == 1)
}

/// Adds a sub-merchant or terminal; nothing happens when it is there.
///
/// # Errors
/// As [`by_id`].
pub fn add_part(tx: &mut dyn Tx, merchant_id: &str, part: Part, id: &str) -> Result<(), DbError> {
    let sql = "INSERT INTO merchant_part (merchant_id, kind, id) VALUES ($1, $2, $3)
               ON CONFLICT (merchant_id, kind, id) DO NOTHING";
    tx.execute(sql, &[&merchant_id, &part, &id]).map(drop)
}

/// Takes a part away; `false` when it was not there.
///
/// # Errors
/// As [`by_id`].
pub fn remove_part(tx: &mut dyn Tx, merchant_id: &str, part: Part, id: &str) -> Result<bool, DbError> {
    let sql = "DELETE FROM merchant_part WHERE merchant_id = $1 AND kind = $2 AND id = $3";
    Ok(tx.execute(sql, &[&merchant_id, &part, &id])? == 1)
}

/// The registered parts of a kind; of sub-merchants and terminals none means that every one is accepted.
///
/// # Errors
/// As [`by_id`].
pub fn parts(tx: &mut dyn Tx, merchant_id: &str, part: Part) -> Result<Vec<String>, DbError> {
    let sql = "SELECT id FROM merchant_part WHERE merchant_id = $1 AND kind = $2 ORDER BY id";
    tx.rows(sql, &[&merchant_id, &part])
}
