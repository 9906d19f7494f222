//! What the payment says in its own words, as codes of SNAP: the one place where both are known.

use qris_snap::codes::Situation;
use qris_snap::{Refusal, Service};

use super::Stop;
use crate::acquirer::Fault;
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

/// What the caller is told when an acquirer did not do it. What the acquirer refused for a reason of the business is refused
/// for it here too; what it holds against our configuration is not the caller's matter.
pub(super) fn fault(service: Service, fault: &Fault) -> Stop {
    let situation = match fault {
        Fault::Unknown(_) => Situation::Timeout,
        Fault::Refused(refused) => match refused.row() {
            Some(row) if matches!(row.http, 403..=405) => {
                let same = |it: &Situation| (it.case().http, it.case().case) == (row.http, row.case);
                Situation::all().find(same).unwrap_or(Situation::ExternalGone)
            }
            _ => Situation::ExternalGone,
        },
        Fault::Db(error) => return Stop::Db(error.clone()),
        Fault::Gone(_) | Fault::Failed(_) => Situation::ExternalGone,
    };
    Stop::Refused(Refusal::new(service, situation, fault.to_string()))
}
