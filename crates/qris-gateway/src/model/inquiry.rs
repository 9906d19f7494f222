//! What issuers asked us to decode (48), so that they can pay it (50).

use serde::Deserialize;

use super::{Original, fields};
use crate::db::{DbError, Tx};

/// A decoded payload.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Inquiry {
    /// Ours.
    pub reference_no: String,
    /// The issuer.
    pub client_id: String,
    /// The issuer's, which the payment repeats.
    pub partner_reference_no: Option<String>,
    /// The payload.
    pub qr_content: String,
    /// Our transaction, when the payload is one of ours.
    #[serde(rename = "txn")]
    pub transaction: Option<String>,
    /// Unix seconds.
    pub created_at: i64,
    /// When it was paid under this number, in Unix seconds; stored by [`paid`].
    pub paid_at: Option<i64>,
}

/// Stores an inquiry.
///
/// # Errors
/// The storage's; so with every function here.
pub fn add(tx: &mut dyn Tx, inquiry: &Inquiry) -> Result<(), DbError> {
    let sql =
        "INSERT INTO inquiry (reference_no, client_id, partner_reference_no, qr_content, txn, created_at)
               VALUES ($1, $2, $3, $4, $5, $6)";
    let values =
        fields!(inquiry: reference_no, client_id, partner_reference_no, qr_content, transaction, created_at);
    tx.execute(sql, values).map(drop)
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT reference_no, client_id, partner_reference_no, qr_content, txn, created_at, paid_at FROM inquiry
             WHERE client_id = $1 AND ",
            $rest
        )
    };
}

/// What an issuer decoded under a reference number of its own.
///
/// # Errors
/// As [`add`].
pub fn find(
    tx: &mut dyn Tx,
    client_id: &str,
    partner_reference_no: &str,
) -> Result<Option<Inquiry>, DbError> {
    tx.find(select!("partner_reference_no = $2"), &[&client_id, &partner_reference_no])
}

/// What an issuer decoded that a message is about: by our number, or failing that by its own.
///
/// # Errors
/// As [`add`].
pub fn original(
    tx: &mut dyn Tx,
    client_id: &str,
    original: Original<'_>,
) -> Result<Option<Inquiry>, DbError> {
    match (original.reference_no, original.partner_reference_no) {
        (Some(number), _) => tx.find(select!("reference_no = $2"), &[&client_id, &number]),
        (None, Some(number)) => find(tx, client_id, number),
        (None, None) => Ok(None),
    }
}

/// Marks an inquiry as paid.
///
/// # Errors
/// As [`add`].
pub fn paid(tx: &mut dyn Tx, reference_no: &str, now: i64) -> Result<(), DbError> {
    let sql = "UPDATE inquiry SET paid_at = $2 WHERE reference_no = $1";
    tx.execute(sql, &[&reference_no, &now]).map(drop)
}
