//! What the sandbox does to a QR code on request.

use qris_snap::codes::Situation;
use qris_snap::{Refusal, Service};

use crate::crypto;
use crate::db::{DbError, Tx};
use crate::model::transaction::{self, State};
use crate::model::{Exception, Transaction, audit, outbox, partner};
use crate::notify::{self, Kind};
use crate::snap::settle::{self, Offer};

/// `additionalInfo.simulate` of a generate request: what shall happen when its QR code is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Simulate {
    /// The payer's side hears nothing: paying is answered 5045000, and the money moves all the same. Query says 00 and
    /// the notification comes. For those who take a timeout for a refusal.
    Timeout,
    /// The payer has too little: paying is answered 4035014, the transaction fails (06) and that is notified.
    InsufficientFunds,
    /// The money arrives when the QR code has expired: paying is answered 4035000, the transaction expires at once and
    /// that is notified; the money is a `late` exception in the report.
    LatePayment,
    /// Paying succeeds, and its notification is sent twice, the second after the first was answered. For those who
    /// count an event twice.
    DuplicateNotify,
}

impl Simulate {
    /// Every one.
    pub const ALL: [Simulate; 4] =
        [Simulate::Timeout, Simulate::InsufficientFunds, Simulate::LatePayment, Simulate::DuplicateNotify];

    /// As written in the message.
    pub fn as_str(self) -> &'static str {
        match self {
            Simulate::Timeout => "timeout",
            Simulate::InsufficientFunds => "insufficient-funds",
            Simulate::LatePayment => "late-payment",
            Simulate::DuplicateNotify => "duplicate-notify",
        }
    }

    /// Reads [`as_str`](Self::as_str).
    pub fn parse(word: &str) -> Option<Simulate> {
        Simulate::ALL.into_iter().find(|simulate| simulate.as_str() == word)
    }
}

/// What a payment came to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::large_enum_variant)] // One at a time, on the stack.
pub enum Payment {
    /// It was made.
    Made(Transaction),
    /// It was made, and the payer's side is told nothing but this.
    Unheard(Refusal),
    /// It was not made; what was written with that stays written.
    Refused(Refusal),
}

/// [`settle::pay`], with what the transaction's `simulate` asks for.
///
/// # Errors
/// The storage's.
pub fn pay(
    tx: &mut dyn Tx,
    transaction: &Transaction,
    offer: &Offer,
    service: Service,
    now_ms: i64,
) -> Result<Payment, DbError> {
    let simulate = transaction.simulate.as_deref().and_then(Simulate::parse);
    let open = transaction.state_at(now_ms.div_euclid(1000)) == State::Initiated;
    match simulate {
        Some(Simulate::InsufficientFunds) if open => too_little(tx, transaction, service, now_ms),
        Some(Simulate::LatePayment) if open => late(tx, transaction, offer, service, now_ms),
        _ => match settle::pay(tx, transaction, offer, service, now_ms)? {
            Err(refusal) => Ok(Payment::Refused(refusal)),
            Ok(paid) if simulate == Some(Simulate::Timeout) => {
                let log = format!("{} is paid, and its payer shall not hear of it", paid.reference_no);
                Ok(Payment::Unheard(Refusal::new(service, Situation::Timeout, log)))
            }
            Ok(paid) => {
                if simulate == Some(Simulate::DuplicateNotify) {
                    again(tx, &paid)?;
                }
                Ok(Payment::Made(paid))
            }
        },
    }
}

fn too_little(
    tx: &mut dyn Tx,
    transaction: &Transaction,
    service: Service,
    now_ms: i64,
) -> Result<Payment, DbError> {
    let reason = "the payer has too little (simulated)";
    Ok(Payment::Refused(match settle::fail(tx, transaction, reason, service, now_ms)? {
        Ok(_) => Refusal::new(service, Situation::InsufficientFunds, reason),
        Err(refusal) => refusal,
    }))
}

fn late(
    tx: &mut dyn Tx,
    transaction: &Transaction,
    offer: &Offer,
    service: Service,
    now_ms: i64,
) -> Result<Payment, DbError> {
    // Judged at the moment it expires at, told now.
    if transaction::expire(tx, &transaction.reference_no, transaction.expires_at)? {
        tell_expired(tx, transaction, now_ms)?;
        let exception = Exception {
            id: random_id()?,
            client_id: transaction.client_id.clone(),
            reference_no: Some(transaction.reference_no.clone()),
            kind: "late".to_owned(),
            amount: offer.amount.or(transaction.amount),
            detail: format!("the money of {} came when the QR code had expired (simulated)", offer.payer),
            body: Vec::new(),
            created_at: now_ms.div_euclid(1000),
        };
        audit::add_exception(tx, &exception)?;
    }
    Ok(Payment::Refused(Refusal::new(service, Situation::TransactionExpired, "paid late (simulated)")))
}

fn tell_expired(tx: &mut dyn Tx, before: &Transaction, now_ms: i64) -> Result<(), DbError> {
    let expired = transaction::by_reference(tx, &before.reference_no)?;
    let partner = partner::by_client_id(tx, &before.client_id)?;
    if let (Some(expired), Some(partner)) = (expired, partner) {
        let event = notify::event(&partner, &expired, Kind::Expired, None, now_ms);
        outbox::emit(tx, &event.map_err(|refusal| DbError::Broken(refusal.log()))?)?;
    }
    Ok(())
}

/// A second row with the body of the first: an event is unique by its subject, so this one has one.
fn again(tx: &mut dyn Tx, paid: &Transaction) -> Result<(), DbError> {
    let first = outbox::of_transaction(tx, &paid.reference_no)?;
    let Some(first) = first.into_iter().find(|row| row.kind == Kind::Paid.as_str()) else { return Ok(()) };
    let event = outbox::Event {
        id: random_id()?,
        client_id: first.client_id,
        reference_no: first.reference_no,
        kind: Kind::Paid.as_str(),
        subject: "again".to_owned(),
        body: first.body,
        at_ms: first.due_ms,
    };
    outbox::emit(tx, &event).map(drop)
}

fn random_id() -> Result<String, DbError> {
    crypto::random_id().map_err(|error| DbError::Broken(error.to_string()))
}
