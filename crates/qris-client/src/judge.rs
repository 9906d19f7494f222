//! What an answer to 51 says of a request whose own answer was lost.

use qris_snap::client::Ask;
use qris_snap::json::{Object, Value};
use qris_snap::message::{CancelRequest, GenerateRequest, QueryRequest, QueryResponse, RefundRequest};
use qris_snap::{Money, Service, Status};

/// What the acquirer's answer to a query says about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Finding {
    /// It was done.
    Done,
    /// It is being done.
    InProgress,
    /// It was not done, as far as the acquirer knows.
    NotDone,
    /// The answer does not say; a refusal as a duplicate then says that it was done, and no other refusal is believed.
    /// `touched`: something of the kind was done.
    Silent { touched: bool },
    /// It was tried and failed, or the number stands for something else.
    Failed(&'static str),
    /// It cannot be told.
    Undecided(&'static str),
}

/// A request that can be asked about.
pub(crate) trait Settle: Ask + Sync {
    /// Whether a refusal as a duplicate is asked about even when nothing was lost: a request may be doubled on its way, and what
    /// arrives is the answer to its copy.
    const MOVES_MONEY: bool = false;

    /// The question, when the request has a number to ask by.
    fn question(&self) -> Option<QueryRequest>;

    /// What the answer says.
    fn judge(&self, found: &QueryResponse) -> Finding;
}

impl Settle for GenerateRequest {
    fn question(&self) -> Option<QueryRequest> {
        about(
            [&None, &self.partner_reference_no, &None],
            [&self.merchant_id, &self.sub_merchant_id, &self.store_id],
        )
    }

    fn judge(&self, found: &QueryResponse) -> Finding {
        match (&self.amount, &found.amount) {
            (Some(asked), Some(found)) if asked != found => {
                Finding::Failed("the partnerReferenceNo stands for a transaction over another amount")
            }
            _ => Finding::Done,
        }
    }
}

impl Settle for CancelRequest {
    fn question(&self) -> Option<QueryRequest> {
        about(
            [&self.original_reference_no, &self.original_partner_reference_no, &self.original_external_id],
            [&self.merchant_id, &self.sub_merchant_id, &self.external_store_id],
        )
    }

    fn judge(&self, found: &QueryResponse) -> Finding {
        match status(found) {
            Some(Status::Canceled) => Finding::Done,
            // Where a cancellation of what was paid gives the money back, this may be one.
            Some(Status::Refunded) => {
                Finding::Undecided("the transaction is refunded, which may be what cancelled it")
            }
            None => Finding::Undecided("the transaction has no status that is known"),
            _ => Finding::NotDone,
        }
    }
}

impl Settle for RefundRequest {
    const MOVES_MONEY: bool = true;

    fn question(&self) -> Option<QueryRequest> {
        self.partner_refund_no.as_ref()?;
        about(
            [&self.original_reference_no, &self.original_partner_reference_no, &self.original_external_id],
            [&self.merchant_id, &self.sub_merchant_id, &self.external_store_id],
        )
    }

    fn judge(&self, found: &QueryResponse) -> Finding {
        let history = found.additional_info.as_ref().and_then(|info| info.get("refundHistory"));
        let Some(Value::Array(entries)) = history else {
            return Finding::Silent { touched: status(found) == Some(Status::Refunded) };
        };
        let ours = |entry: &&Object| {
            let number = entry.text("partnerRefundNo").or_else(|| entry.text("partnerReferenceNo"));
            number.is_some() && number == self.partner_refund_no.as_deref()
        };
        let Some(entry) = entries.iter().filter_map(Value::as_object).find(ours) else {
            return Finding::NotDone;
        };
        let amount = entry.get("refundAmount").and_then(Value::as_object);
        let amount = amount.and_then(|amount| amount.text("value")).and_then(Money::parse_value);
        if self.refund_amount.as_ref().zip(amount).is_some_and(|(asked, found)| asked.minor() != found) {
            // Ours with a fee taken off, or another one's: money may have moved.
            return Finding::Undecided("the partnerRefundNo stands for a refund of another amount");
        }
        match entry.text("refundStatus").map(Status::from_code) {
            None | Some(Some(Status::Success | Status::Refunded)) => Finding::Done,
            Some(Some(Status::Initiated | Status::Paying | Status::Pending)) => Finding::InProgress,
            Some(Some(Status::Failed | Status::Canceled | Status::Rejected)) => {
                Finding::Failed("the refund failed at the acquirer")
            }
            _ => Finding::Undecided("the refund is listed with a status that is not known"),
        }
    }
}

/// The question about a transaction, when one of its numbers is known; and where it was made, for whoever wants that.
fn about(numbers: [&Option<String>; 3], place: [&Option<String>; 3]) -> Option<QueryRequest> {
    numbers.iter().any(|number| number.is_some()).then(|| {
        let [reference, partner, external] = numbers.map(Clone::clone);
        let [merchant, sub_merchant, store] = place.map(Clone::clone);
        QueryRequest {
            original_reference_no: reference,
            original_partner_reference_no: partner,
            original_external_id: external,
            service_code: Some(Service::Generate.code().to_string()),
            merchant_id: merchant,
            sub_merchant_id: sub_merchant,
            external_store_id: store,
            ..QueryRequest::default()
        }
    })
}

pub(crate) fn status(found: &QueryResponse) -> Option<Status> {
    Status::from_code(found.latest_transaction_status.as_deref()?)
}
