//! Which transaction somebody means who has but a number.

use crate::db::{DbError, Tx};
use crate::model::{State, Transaction, transaction};

/// What a reference leads to.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // One at a time, on the stack.
pub(crate) enum Found {
    One(Transaction),
    Nothing,
    /// Several partners have this number: the transactions.
    Several(Vec<Transaction>),
}

/// Our reference number, the whole `qrContent`, or a partner's reference number.
///
/// # Errors
/// The storage's.
pub(crate) fn find(tx: &mut dyn Tx, reference: &str, now: i64) -> Result<Found, DbError> {
    if let Some(found) = transaction::by_reference(tx, reference)? {
        return Ok(Found::One(found));
    }
    match transaction::by_qr_content(tx, reference)? {
        Some(found) => Ok(Found::One(found)),
        None => of_partner(tx, reference, now),
    }
}

/// A partner's reference number. Of several partners' that have it, those that can still be paid are meant.
///
/// # Errors
/// The storage's.
pub(crate) fn of_partner(tx: &mut dyn Tx, number: &str, now: i64) -> Result<Found, DbError> {
    let mut found = transaction::by_partner_reference(tx, number)?;
    if found.iter().any(|it| it.state_at(now) == State::Initiated) {
        found.retain(|it| it.state_at(now) == State::Initiated);
    }
    Ok(match <[Transaction; 1]>::try_from(found) {
        Ok([found]) => Found::One(found),
        Err(found) if found.is_empty() => Found::Nothing,
        Err(found) => Found::Several(found),
    })
}
