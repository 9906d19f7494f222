// stand-in
//! Paying: a stand-in until the services' own is merged.

use qris_snap::codes::Situation;
use qris_snap::{Refusal, Service};

use crate::db::{DbError, Tx};
use crate::model::transaction::{self, State};
use crate::model::{Paid, Transaction, outbox, partner};
use crate::notify::{self, Kind};

/// What a payer offers.
#[derive(Debug, Clone)]
pub struct Offer {
    /// Sen.
    pub amount: Option<i64>,
    /// Sen.
    pub tip: Option<i64>,
    /// Who.
    pub payer: String,
    /// Retrieval reference number.
    pub rrn: Option<String>,
}

/// Pays.
pub(super) fn pay(
    tx: &mut dyn Tx,
    transaction: &Transaction,
    offer: &Offer,
    service: Service,
    now_ms: i64,
) -> Result<Result<Transaction, Refusal>, DbError> {
    let refuse = |situation| Ok(Err(Refusal::new(service, situation, "stand-in")));
    let Some(amount) = transaction.amount.or(offer.amount) else { return refuse(Situation::InvalidAmount) };
    let paid = Paid {
        amount,
        tip: offer.tip.unwrap_or(0),
        at: now_ms.div_euclid(1000),
        payer: offer.payer.clone(),
        rrn: offer.rrn.clone().unwrap_or_else(|| "000000000001".to_owned()),
    };
    if !transaction::pay(tx, &transaction.reference_no, &paid)? {
        return refuse(match transaction.state_at(paid.at) {
            State::Expired => Situation::TransactionExpired,
            State::Cancelled => Situation::TransactionCancelled,
            _ => Situation::AlreadyPaid,
        });
    }
    let Some(transaction) = transaction::by_reference(tx, &transaction.reference_no)? else {
        return refuse(Situation::Internal);
    };
    let Some(partner) = partner::by_client_id(tx, &transaction.client_id)? else {
        return refuse(Situation::Internal);
    };
    let event = notify::event(&partner, &transaction, Kind::Paid, None, now_ms);
    outbox::emit(tx, &event.map_err(|refusal| DbError::Broken(refusal.log()))?)?;
    Ok(Ok(transaction))
}
