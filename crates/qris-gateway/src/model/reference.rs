//! Reference numbers of partners: one use for each service.

use qris_snap::Service;

use crate::db::{DbError, Tx};

/// Takes a partner's reference number for a service; `false` when it was used (409xx01).
///
/// # Errors
/// The storage's; so with every function here.
pub fn take(
    tx: &mut dyn Tx,
    client_id: &str,
    service: Service,
    number: &str,
    reference_no: &str,
) -> Result<bool, DbError> {
    let sql = "INSERT INTO reference (client_id, service, number, reference_no) VALUES ($1, $2, $3, $4)
               ON CONFLICT (client_id, service, number) DO NOTHING";
    Ok(tx.execute(sql, &[&client_id, &service.code(), &number, &reference_no])? == 1)
}

/// Gives back a number that [`take`] took in this unit of work: what it was taken for was refused.
///
/// # Errors
/// As [`take`].
pub fn release(tx: &mut dyn Tx, client_id: &str, service: Service, number: &str) -> Result<(), DbError> {
    let sql = "DELETE FROM reference WHERE client_id = $1 AND service = $2 AND number = $3";
    tx.execute(sql, &[&client_id, &service.code(), &number]).map(drop)
}

/// Our reference number for a partner's.
///
/// # Errors
/// As [`take`].
pub fn find(
    tx: &mut dyn Tx,
    client_id: &str,
    service: Service,
    number: &str,
) -> Result<Option<String>, DbError> {
    let sql = "SELECT reference_no FROM reference WHERE client_id = $1 AND service = $2 AND number = $3";
    tx.find(sql, &[&client_id, &service.code(), &number])
}
