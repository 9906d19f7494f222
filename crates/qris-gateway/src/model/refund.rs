//! Refunds of a transaction.

use serde::Deserialize;

use super::{Minor, fields};
use crate::db::{DbError, Tx};

/// One refund.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Refund {
    /// Ours.
    pub refund_no: String,
    /// The transaction.
    pub reference_no: String,
    /// The partner.
    pub client_id: String,
    /// The partner's.
    pub partner_refund_no: Option<String>,
    /// How much.
    pub amount: Minor,
    /// As given.
    pub reason: Option<String>,
    /// Unix seconds.
    pub created_at: i64,
}

/// Stores a refund; in the same unit the money is taken by [`super::transaction::refund`], and the ledger has its entry.
///
/// # Errors
/// The storage's; so with every function here.
pub fn add(tx: &mut dyn Tx, refund: &Refund) -> Result<(), DbError> {
    let sql = "INSERT INTO refund (refund_no, reference_no, client_id, partner_refund_no, amount, reason, created_at,
               booked) VALUES ($1, $2, $3, $4, $5, $6, $7, 1)";
    let values =
        fields!(refund: refund_no, reference_no, client_id, partner_refund_no, amount, reason, created_at);
    tx.execute(sql, values).map(drop)
}

/// The refunds of a transaction, oldest first.
///
/// # Errors
/// As [`add`].
pub fn of_transaction(tx: &mut dyn Tx, reference_no: &str) -> Result<Vec<Refund>, DbError> {
    let sql = "SELECT refund_no, reference_no, client_id, partner_refund_no, amount, reason, created_at
               FROM refund WHERE reference_no = $1 ORDER BY created_at, refund_no";
    tx.rows(sql, &[&reference_no])
}
