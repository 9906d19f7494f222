//! 78: giving back part or all of what was paid, tip included.

use qris_snap::codes::Situation;
use qris_snap::message::{Message, RefundRequest, RefundResponse, Response};

use super::work::Call;
use super::{Stop, original};
use crate::db::Tx;
use crate::model::{Minor, Original, Refund, reference};
use crate::payment::remainder;

pub(super) fn run(tx: &mut dyn Tx, call: &Call, request: RefundRequest) -> Result<Vec<u8>, Stop> {
    let named = Original {
        reference_no: request.original_reference_no.as_deref(),
        partner_reference_no: request.original_partner_reference_no.as_deref(),
        external_id: request.original_external_id.as_deref(),
    };
    let found = original::transaction(tx, call, named, request.merchant_id.as_deref())?;
    let left = remainder(&found)?;
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
    let number = request.partner_refund_no.as_deref();
    if let Some(number) = number
        && !reference::take(tx, client_id, call.service, number, &refund_no)?
    {
        let log = format!("partnerRefundNo {number} was used already");
        return Err(call.refuse(Situation::DuplicateReference, log).into());
    }
    let refund = Refund {
        refund_no,
        reference_no: found.reference_no.clone(),
        client_id: client_id.clone(),
        partner_refund_no: request.partner_refund_no.clone(),
        amount,
        reason: request.reason.clone(),
        created_at: call.now(),
    };
    let refunded = match call.payments(tx).refund(&found, &refund) {
        Ok(refunded) => refunded,
        Err(error) => {
            // The number was not used up: it is asked for again with another amount, or later.
            if let Some(number) = number {
                reference::release(tx, client_id, call.service, number)?;
            }
            return Err(call.declined(error));
        }
    };
    let answer = RefundResponse {
        original_reference_no: Some(refunded.reference_no),
        original_partner_reference_no: refunded.partner_reference_no,
        original_external_id: refunded.external_id.filter(|id| id.chars().count() <= 32),
        refund_no: Some(refund.refund_no),
        partner_refund_no: refund.partner_refund_no,
        refund_amount: refund.amount.money(),
        refund_time: call.time(refund.created_at),
        ..RefundResponse::success(call.partner.dialect)
    };
    Ok(answer.write(call.partner.dialect)?)
}
