//! What changes a transaction: paying, cancelling, failing, expiring, refunding. Each is one conditional UPDATE and
//! its event, in the caller's unit of work; after the commit the caller wakes the sender (`app.outbox.notify_one()`).
//!
//! Of several at once one wins; the others get the code of what it made of the transaction.

use qris_core::{Amount, Currency, Percentage};
use qris_snap::codes::Situation;
use qris_snap::{Refusal, Service};

use super::Stop;
use crate::db::{DbError, Tx};
use crate::model::{Paid, Refund, State, Tip, Transaction, outbox, partner, refund as refunds, transaction};
use crate::notify::{self, Kind};

/// What somebody pays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Minor units, tip not counted; none: what the QR asks for, and its tip.
    pub amount: Option<i64>,
    /// Minor units.
    pub tip: Option<i64>,
    /// Client id of the issuer or upstream, `sandbox`.
    pub payer: String,
    /// Retrieval reference number; none: we make one.
    pub rrn: Option<String>,
}

/// Pays a transaction, and writes its event.
///
/// # Errors
/// Outside the storage's. Inside the refusal, of `service`: paid 404xx14, cancelled 404xx04, expired 403xx00, failed
/// 404xx00, another amount or none 404xx13, another tip 404xx13.
pub fn pay(
    tx: &mut dyn Tx,
    transaction: &Transaction,
    offer: &Offer,
    service: Service,
    now_ms: i64,
) -> Result<Result<Transaction, Refusal>, DbError> {
    split(try_pay(tx, transaction, offer, service, now_ms))
}

/// Cancels what was not paid yet, and writes its event.
///
/// # Errors
/// Outside the storage's. Inside 77's refusal: cancelled 4047704, expired 4037700, else 4047700.
pub fn cancel(
    tx: &mut dyn Tx,
    transaction: &Transaction,
    reason: &str,
    now_ms: i64,
) -> Result<Result<Transaction, Refusal>, DbError> {
    let now = now_ms.div_euclid(1000);
    split(close(tx, transaction, Service::Cancel, Kind::Cancelled, now_ms, |tx| {
        transaction::cancel(tx, &transaction.reference_no, reason, now)
    }))
}

/// Marks a payment as failed, and writes its event.
///
/// # Errors
/// As [`pay`].
pub fn fail(
    tx: &mut dyn Tx,
    transaction: &Transaction,
    reason: &str,
    service: Service,
    now_ms: i64,
) -> Result<Result<Transaction, Refusal>, DbError> {
    let now = now_ms.div_euclid(1000);
    split(close(tx, transaction, service, Kind::Failed, now_ms, |tx| {
        transaction::fail(tx, &transaction.reference_no, reason, now)
    }))
}

/// Writes down that a transaction has run out, and its event; `false` when it has not, or something else came first.
///
/// # Errors
/// The storage's.
pub fn expire(tx: &mut dyn Tx, reference_no: &str, now_ms: i64) -> Result<bool, DbError> {
    if !transaction::expire(tx, reference_no, now_ms.div_euclid(1000))? {
        return Ok(false);
    }
    if let Some(expired) = transaction::by_reference(tx, reference_no)? {
        emit(tx, &expired, Kind::Expired, None, now_ms)?;
    }
    Ok(true)
}

/// Gives money back, and writes its event.
///
/// # Errors
/// Outside the storage's. Inside 78's refusal: unpaid 4047800, an amount of 0 or above the remainder 4047813.
pub fn refund(
    tx: &mut dyn Tx,
    transaction: &Transaction,
    refund: &Refund,
    now_ms: i64,
) -> Result<Result<Transaction, Refusal>, DbError> {
    split(try_refund(tx, transaction, refund, now_ms))
}

/// Why a transaction cannot be paid any more, whatever is offered; `None` while it can.
///
/// # Errors
/// The storage's.
pub(super) fn closed(
    tx: &mut dyn Tx,
    transaction: &Transaction,
    service: Service,
    now_ms: i64,
) -> Result<Option<Refusal>, DbError> {
    if transaction.state_at(now_ms.div_euclid(1000)) == State::Initiated {
        return Ok(None);
    }
    lost(tx, transaction, service, now_ms).map(Some)
}

fn split(result: Result<Transaction, Stop>) -> Result<Result<Transaction, Refusal>, DbError> {
    match result {
        Ok(transaction) => Ok(Ok(transaction)),
        Err(Stop::Refused(refusal)) => Ok(Err(refusal)),
        Err(Stop::Db(error)) => Err(error),
    }
}

fn try_pay(
    tx: &mut dyn Tx,
    before: &Transaction,
    offer: &Offer,
    service: Service,
    now_ms: i64,
) -> Result<Transaction, Stop> {
    let now = now_ms.div_euclid(1000);
    if before.state_at(now) != State::Initiated {
        return Err(lost(tx, before, service, now_ms)?.into());
    }
    let (amount, tip) = judge(before, offer, service)?;
    let rrn = match &offer.rrn {
        Some(rrn) => rrn.clone(),
        None => new_rrn().map_err(broken)?,
    };
    let paid = Paid { amount, tip, at: now, payer: offer.payer.clone(), rrn };
    if !transaction::pay(tx, &before.reference_no, &paid)? {
        let winner = again(tx, before)?;
        return Err(lost(tx, &winner, service, now_ms)?.into());
    }
    let after = again(tx, before)?;
    emit(tx, &after, Kind::Paid, None, now_ms)?;
    Ok(after)
}

fn close(
    tx: &mut dyn Tx,
    before: &Transaction,
    service: Service,
    kind: Kind,
    now_ms: i64,
    step: impl FnOnce(&mut dyn Tx) -> Result<bool, DbError>,
) -> Result<Transaction, Stop> {
    if before.state_at(now_ms.div_euclid(1000)) != State::Initiated {
        return Err(lost(tx, before, service, now_ms)?.into());
    }
    if !step(tx)? {
        let winner = again(tx, before)?;
        return Err(lost(tx, &winner, service, now_ms)?.into());
    }
    let after = again(tx, before)?;
    emit(tx, &after, kind, None, now_ms)?;
    Ok(after)
}

fn try_refund(
    tx: &mut dyn Tx,
    before: &Transaction,
    refund: &Refund,
    now_ms: i64,
) -> Result<Transaction, Stop> {
    if !matches!(before.state, State::Paid | State::Refunded) {
        if before.state_at(now_ms.div_euclid(1000)) == State::Expired {
            expire(tx, &before.reference_no, now_ms)?;
        }
        let log = format!("{} is {}, not paid", before.reference_no, before.state.as_str());
        return Err(Refusal::new(Service::Refund, Situation::InvalidStatus, log).into());
    }
    if !transaction::refund(tx, &before.reference_no, refund.amount)? {
        let left = again(tx, before)?.refundable();
        let log = format!("{} of {left} sen left to refund", refund.amount);
        return Err(invalid_amount(Service::Refund, "refundAmount", &log).into());
    }
    refunds::add(tx, refund)?;
    let after = again(tx, before)?;
    emit(tx, &after, Kind::Refunded, Some(refund), now_ms)?;
    Ok(after)
}

/// The code of one who came too late. What has run out is written down as such: a clock that is set back does not
/// bring it to life again.
fn lost(tx: &mut dyn Tx, found: &Transaction, service: Service, now_ms: i64) -> Result<Refusal, DbError> {
    let state = found.state_at(now_ms.div_euclid(1000));
    if state == State::Expired && found.state == State::Initiated {
        expire(tx, &found.reference_no, now_ms)?;
    }
    let situation = match state {
        // Cancelling what is paid is no question of who was first.
        State::Paid | State::Refunded if service == Service::Cancel => Situation::InvalidStatus,
        State::Paid | State::Refunded => Situation::AlreadyPaid,
        State::Cancelled => Situation::TransactionCancelled,
        State::Expired => Situation::TransactionExpired,
        State::Failed | State::Initiated => Situation::InvalidStatus,
    };
    let log = format!("{} is {}", found.reference_no, state.as_str());
    Ok(Refusal::new(service, situation, log))
}

/// Amount and tip of an offer, when they are what the QR asks for.
fn judge(transaction: &Transaction, offer: &Offer, service: Service) -> Result<(i64, i64), Refusal> {
    let refuse = |place: &str, log: &str| Err(invalid_amount(service, place, log));
    let amount = match (transaction.amount, offer.amount) {
        (Some(asked), None) => asked,
        (Some(asked), Some(offered)) if asked == offered => asked,
        (Some(asked), Some(offered)) => {
            return refuse("amount", &format!("{offered} sen, {asked} sen are asked for"));
        }
        (None, None) => return refuse("amount", "the payer enters the amount, and did not"),
        (None, Some(offered)) => {
            if !fits(offered) {
                return refuse("amount", &format!("{offered} sen are no amount of a QR code"));
            }
            offered
        }
    };
    let asked = match transaction.tip {
        Tip::None => Some(0),
        Tip::Prompt => None,
        Tip::Fixed(minor) => Some(minor),
        Tip::Percent(hundredths) => match percentage(amount, hundredths) {
            Some(minor) => Some(minor),
            None => return refuse("feeAmount", "the tip cannot be counted"),
        },
    };
    let tip = match (asked, offer.tip) {
        // Nothing was said at all: what the QR asks for is paid.
        (Some(asked), None) if offer.amount.is_none() => asked,
        (None, offered) => offered.unwrap_or(0),
        (Some(asked), offered) if asked == offered.unwrap_or(0) => asked,
        (Some(asked), offered) => {
            let log = format!("a tip of {} sen, {asked} sen are asked for", offered.unwrap_or(0));
            return refuse("feeAmount", &log);
        }
    };
    if tip < 0 || amount.checked_add(tip).is_none() {
        return refuse("feeAmount", "the tip cannot be counted");
    }
    Ok((amount, tip))
}

/// A percentage of an amount in sen, rounded half up to the sen. `hundredths` of a percent.
pub fn percentage(amount: i64, hundredths: i64) -> Option<i64> {
    let amount = Amount::from_minor(u64::try_from(amount).ok()?, Currency::IDR).ok()?;
    let percentage = Percentage::from_hundredths(u16::try_from(hundredths).ok()?).ok()?;
    let tip = qris_core::Tip::Percentage(percentage).fee_on(&amount).ok()??;
    i64::try_from(tip).ok()
}

/// Whether an amount in sen can stand in data object 54.
pub fn fits(minor: i64) -> bool {
    u64::try_from(minor).is_ok_and(|minor| Amount::from_minor(minor, Currency::IDR).is_ok())
}

fn invalid_amount(service: Service, place: &str, log: &str) -> Refusal {
    Refusal::new(service, Situation::InvalidAmount, log).at(place)
}

/// The transaction as it is now.
fn again(tx: &mut dyn Tx, known: &Transaction) -> Result<Transaction, DbError> {
    let found = transaction::by_reference(tx, &known.reference_no)?;
    found.ok_or_else(|| DbError::Broken(format!("transaction {} is gone", known.reference_no)))
}

fn emit(
    tx: &mut dyn Tx,
    transaction: &Transaction,
    kind: Kind,
    refund: Option<&Refund>,
    now_ms: i64,
) -> Result<(), DbError> {
    let Some(partner) = partner::by_client_id(tx, &transaction.client_id)? else {
        return Err(DbError::Broken(format!("partner {} is gone", transaction.client_id)));
    };
    let event = notify::event(&partner, transaction, kind, refund, now_ms).map_err(broken)?;
    outbox::emit(tx, &event).map(drop)
}

/// A fault of ours that must undo the whole unit.
fn broken(error: impl std::fmt::Display) -> DbError {
    DbError::Broken(error.to_string())
}

/// Twelve digits, as the networks use them.
fn new_rrn() -> Result<String, crate::crypto::CryptoError> {
    let id = crate::crypto::random_id()?;
    let number = u128::from_str_radix(&id, 16).unwrap_or_default() % 1_000_000_000_000;
    Ok(format!("{number:012}"))
}
