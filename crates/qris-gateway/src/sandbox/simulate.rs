//! What the sandbox does to a QR code on request.

use qris_snap::codes::Situation;
use qris_snap::{Refusal, Service};

use crate::crypto;
use crate::db::{DbError, Tx};
use crate::model::{AccountNo, Event, EventKind, Exception, Simulate, State, Transaction, audit, outbox};
use crate::notify;
use crate::payment::{Offer, Payments, settled};
use crate::snap::declined::refusal;

/// The payer's account in the sandbox: nobody's.
const SANDBOX_ACCOUNT: &str = "9360000000000000009";

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

/// [`Payments::pay`] by a request, with what the transaction's `simulate` asks for.
///
/// # Errors
/// The storage's.
pub fn pay(
    tx: &mut dyn Tx,
    transaction: &Transaction,
    offer: &Offer,
    service: Service,
    now_ms: i64,
    request_id: Option<String>,
) -> Result<Payment, DbError> {
    let open = transaction.state_at(now_ms.div_euclid(1000)) == State::Initiated;
    let mut payments = Payments::new(tx, now_ms, notify::announce).caused_by(request_id.clone());
    let offer = &Offer { account: AccountNo::new(SANDBOX_ACCOUNT), ..offer.clone() };
    let refused = |declined| Ok(Payment::Refused(refusal(service, &declined)));
    match transaction.simulate {
        Some(Simulate::InsufficientFunds) if open => {
            let reason = "the payer has too little (simulated)";
            match settled(payments.fail(transaction, reason))? {
                Ok(_) => Ok(Payment::Refused(Refusal::new(service, Situation::InsufficientFunds, reason))),
                Err(declined) => refused(declined),
            }
        }
        Some(Simulate::LatePayment) if open => late(tx, transaction, offer, service, now_ms, request_id),
        simulate => match settled(payments.pay(transaction, offer))? {
            Err(declined) => refused(declined),
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

fn late(
    tx: &mut dyn Tx,
    transaction: &Transaction,
    offer: &Offer,
    service: Service,
    now_ms: i64,
    request_id: Option<String>,
) -> Result<Payment, DbError> {
    // Judged at the moment it expires at, told now.
    let mut payments = Payments::new(tx, now_ms, notify::announce).caused_by(request_id);
    if payments.expire_at(&transaction.reference_no, transaction.expires_at)? {
        let exception = Exception {
            id: random_id()?,
            client_id: transaction.client_id.clone(),
            told_by: Some(offer.payer.clone()),
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

/// A second row with the body of the first: an event is unique by its subject, so this one has one.
fn again(tx: &mut dyn Tx, paid: &Transaction) -> Result<(), DbError> {
    let first = outbox::of_transaction(tx, &paid.reference_no)?;
    let Some(first) = first.into_iter().find(|row| row.kind == EventKind::Paid) else { return Ok(()) };
    let event = Event {
        id: random_id()?,
        client_id: first.client_id,
        reference_no: first.reference_no,
        kind: EventKind::Paid,
        subject: "again".to_owned(),
        body: first.body,
        at_ms: first.due_ms,
        request_id: first.request_id,
    };
    outbox::emit(tx, &event).map(drop)
}

fn random_id() -> Result<String, DbError> {
    crypto::random_id().map_err(|error| DbError::Broken(error.to_string()))
}
