//! 77: cancelling what was not paid yet.

use qris_snap::codes::Situation;
use qris_snap::message::{CancelRequest, CancelResponse, Message, Response};

use super::work::Call;
use super::{Stop, original, pay};
use crate::db::Tx;
use crate::model::{ForwardState, Original, State, Transaction, acquirer};
use crate::payment::{Declined, Error};

/// A cancellation, as far as it is before the unit of work.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) request: CancelRequest,
    /// An acquirer has done it: it may have told us before it answered.
    pub(super) done: bool,
}

/// The amount, when it is named, is that of the original.
///
/// # Errors
/// Another amount: 4047713.
pub(super) fn same_amount(call: &Call, request: &CancelRequest, found: &Transaction) -> Result<(), Stop> {
    let amount = pay::minor(call, request.amount.as_ref(), "amount")?;
    if amount.is_some() && found.amount.is_some() && amount != found.amount {
        let log = "not the amount of the original";
        return Err(call.refuse(Situation::InvalidAmount, log).at("amount").into());
    }
    Ok(())
}

pub(super) fn run(tx: &mut dyn Tx, call: &Call, Step { request, done }: Step) -> Result<Vec<u8>, Stop> {
    let named = Original {
        reference_no: request.original_reference_no.as_deref(),
        partner_reference_no: request.original_partner_reference_no.as_deref(),
        external_id: request.original_external_id.as_deref(),
    };
    let found = original::transaction(tx, call, named, request.merchant_id.as_deref())?;
    same_amount(call, &request, &found)?;
    let theirs = acquirer::code_of(tx, &found.reference_no)?;
    if !done
        && found.state == State::Initiated
        && theirs.is_some_and(|code| code.state != ForwardState::Closed)
    {
        return Err(call.refuse(Situation::ExternalGone, "its acquirer was not asked").into());
    }
    let reason = request.reason.as_deref().unwrap_or("");
    let cancelled = match call.payments(tx).cancel(&found, reason) {
        Ok(cancelled) => cancelled,
        Err(Error::Declined(Declined::Cancelled)) if done => {
            original::transaction(tx, call, named, request.merchant_id.as_deref())?
        }
        Err(error) => return Err(call.declined(error)),
    };
    let answer = CancelResponse {
        original_reference_no: Some(cancelled.reference_no),
        original_partner_reference_no: cancelled.partner_reference_no,
        original_external_id: cancelled.external_id.filter(|id| id.chars().count() <= 32),
        cancel_time: cancelled.closed_at.and_then(|at| call.time(at)),
        transaction_date: call.time(cancelled.created_at),
        ..CancelResponse::success(call.partner.dialect)
    };
    Ok(answer.write(call.partner.dialect)?)
}
