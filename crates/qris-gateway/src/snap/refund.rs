//! 78: giving back part or all of what was paid, tip included.

use qris_snap::codes::Situation;
use qris_snap::message::{Message, RefundRequest, RefundResponse, Response};

use super::work::Call;
use super::{Stop, original};
use crate::acquirer::booked;
use crate::db::{DbError, Tx};
use crate::model::refund::of_transaction;
use crate::model::{Forward, Minor, Original, Refund, Transaction, acquirer, reference, transaction};
use crate::payment::remainder;

/// A refund, as far as it is before the unit of work.
#[derive(Debug)]
pub(super) enum Step {
    /// Of a transaction that is ours alone.
    Ours(RefundRequest),
    /// An acquirer has done it.
    Done(Forward),
}

pub(super) fn run(tx: &mut dyn Tx, call: &Call, step: Step) -> Result<Vec<u8>, Stop> {
    let (refunded, refund) = match step {
        Step::Ours(request) => ours(tx, call, &request)?,
        Step::Done(forward) => {
            let done = match booked(tx, call.now_ms, &forward)? {
                Some(done) => Some(done),
                None => booked_before(tx, &forward)?,
            };
            let gone = || call.internal("a refund of an acquirer cannot be booked");
            done.ok_or_else(gone)?
        }
    };
    answer(call, refunded, refund)
}

/// The refund, when whoever asks about what is undecided was faster.
fn booked_before(tx: &mut dyn Tx, forward: &Forward) -> Result<Option<(Transaction, Refund)>, DbError> {
    let Some(found) = transaction::by_reference(tx, &forward.reference_no)? else { return Ok(None) };
    let refunds = of_transaction(tx, &forward.reference_no)?;
    Ok(refunds.into_iter().find(|refund| refund.refund_no == forward.id).map(|refund| (found, refund)))
}

fn ours(tx: &mut dyn Tx, call: &Call, request: &RefundRequest) -> Result<(Transaction, Refund), Stop> {
    let named = Original {
        reference_no: request.original_reference_no.as_deref(),
        partner_reference_no: request.original_partner_reference_no.as_deref(),
        external_id: request.original_external_id.as_deref(),
    };
    let found = original::transaction(tx, call, named, request.merchant_id.as_deref())?;
    if acquirer::code_of(tx, &found.reference_no)?.is_some() {
        return Err(call.refuse(Situation::ExternalGone, "its acquirer was not asked").into());
    }
    let refund = judged(tx, call, request, &found, Minor::ZERO)?;
    match call.payments(tx).refund(&found, &refund) {
        Ok(refunded) => Ok((refunded, refund)),
        Err(error) => {
            // The number was not used up: it is asked for again with another amount, or later.
            if let Some(number) = &refund.partner_refund_no {
                reference::release(tx, &refund.client_id, call.service, number)?;
            }
            Err(call.declined(error))
        }
    }
}

/// The refund that is asked for, its number taken. `held` is what other refunds are about to take.
///
/// # Errors
/// 4057813 and its kind for what cannot be given back, 4097801 for a number that was used.
pub(super) fn judged(
    tx: &mut dyn Tx,
    call: &Call,
    request: &RefundRequest,
    found: &Transaction,
    held: Minor,
) -> Result<Refund, Stop> {
    let left = remainder(found)?.minus(held).unwrap_or_default();
    let amount = match &request.refund_amount {
        // What is not rupiah is no part of the remainder.
        Some(money) => Minor::of(money).unwrap_or_default(),
        None => left,
    };
    // Refunding a part can be meant twice: only its number tells a repetition from another one.
    if request.partner_refund_no.is_none() && amount > Minor::ZERO && amount < left {
        let log = "a partial refund needs a number of its own";
        return Err(call.refuse(Situation::MissingMandatory, log).at("partnerRefundNo").into());
    }
    let refund_no = call.new_reference()?;
    let client_id = &call.partner.client_id;
    if let Some(number) = &request.partner_refund_no
        && !reference::take(tx, client_id, call.service, number, &refund_no)?
    {
        let log = format!("partnerRefundNo {number} was used already");
        return Err(call.refuse(Situation::DuplicateReference, log).into());
    }
    Ok(Refund {
        refund_no,
        reference_no: found.reference_no.clone(),
        client_id: client_id.clone(),
        partner_refund_no: request.partner_refund_no.clone(),
        amount,
        reason: request.reason.clone(),
        created_at: call.now(),
    })
}

fn answer(call: &Call, refunded: Transaction, refund: Refund) -> Result<Vec<u8>, Stop> {
    let answer = RefundResponse {
        original_reference_no: Some(refunded.reference_no),
        original_partner_reference_no: refunded.partner_reference_no,
        original_external_id: refunded.external_id.filter(|id| id.chars().count() <= 32),
        refund_no: Some(refund.refund_no),
        partner_refund_no: refund.partner_refund_no,
        refund_amount: Some(refund.amount.money()?),
        refund_time: call.time(refund.created_at),
        ..RefundResponse::success(call.partner.dialect)
    };
    Ok(answer.write(call.partner.dialect)?)
}
