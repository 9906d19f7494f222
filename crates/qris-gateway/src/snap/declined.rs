//! What the payment says in its own words, as codes of SNAP: the one place where both are known.

use qris_snap::codes::Situation;
use qris_snap::{Refusal, Service};

use super::Stop;
use crate::payment::{self, Declined};

/// The refusal of a service for a step of a payment that was not done.
pub fn refusal(service: Service, declined: &Declined) -> Refusal {
    let (situation, place) = match declined {
        // Cancelling what is paid is no question of who was first.
        Declined::AlreadyPaid if service == Service::Cancel => (Situation::InvalidStatus, None),
        Declined::AlreadyPaid => (Situation::AlreadyPaid, None),
        Declined::Cancelled => (Situation::TransactionCancelled, None),
        Declined::Expired => (Situation::TransactionExpired, None),
        Declined::Failed | Declined::NotPaid(_) => (Situation::InvalidStatus, None),
        Declined::NoAmount | Declined::NotAnAmount(_) | Declined::WrongAmount { .. } => {
            (Situation::InvalidAmount, Some("amount"))
        }
        Declined::WrongTip { .. } | Declined::TipOutOfRange => (Situation::InvalidAmount, Some("feeAmount")),
        Declined::AboveRemainder { .. } => (Situation::InvalidAmount, Some("refundAmount")),
    };
    let refusal = Refusal::new(service, situation, declined.to_string());
    match place {
        Some(place) => refusal.at(place),
        None => refusal,
    }
}

/// The same for all that can come of a step.
pub(super) fn stop(service: Service, error: payment::Error) -> Stop {
    match error {
        payment::Error::Declined(declined) => Stop::Refused(refusal(service, &declined)),
        payment::Error::Db(error) => Stop::Db(error),
    }
}
