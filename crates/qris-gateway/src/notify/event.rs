//! The body of a notification (52), in the partner's dialect.

use qris_snap::Refusal;

use crate::model::{Event, Partner, Refund, Transaction};

/// What a notification tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Paid.
    Paid,
    /// The payment failed.
    Failed,
    /// Not paid in time.
    Expired,
    /// Cancelled by the merchant.
    Cancelled,
    /// Part or all of it was given back: one event for each refund.
    Refunded,
}

impl Kind {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Paid => "paid",
            Kind::Failed => "failed",
            Kind::Expired => "expired",
            Kind::Cancelled => "cancelled",
            Kind::Refunded => "refunded",
        }
    }
}

/// The event of a transaction as it is after its change; `refund` for [`Kind::Refunded`]. `now_ms` is in Unix
/// milliseconds.
///
/// # Errors
/// 500xx00 when the random source fails.
pub fn event(
    _partner: &Partner,
    _transaction: &Transaction,
    _kind: Kind,
    _refund: Option<&Refund>,
    _now_ms: i64,
) -> Result<Event, Refusal> {
    Err(Refusal::new(qris_snap::Service::Notify, qris_snap::codes::Situation::Internal, "not written yet"))
}
