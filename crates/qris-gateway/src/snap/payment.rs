//! 50: paying what 48 decoded for the same issuer under the same reference number.

use qris_snap::codes::Situation;
use qris_snap::json::Object;
use qris_snap::message::{Message, PaymentRequest, PaymentResponse, Response};
use qris_snap::{Currency, Money, Refusal};

use super::generate::check_limit;
use super::status::rupiah;
use super::work::Call;
use super::{Stop, settle};
use crate::db::Tx;
use crate::model::{Transaction, inquiry, reference, transaction};

pub(super) fn run(tx: &mut dyn Tx, call: &Call, request: PaymentRequest) -> Result<Vec<u8>, Stop> {
    let number = request.partner_reference_no.as_deref().unwrap_or("");
    let client_id = &call.partner.client_id;
    let amount = minor(call, request.amount.as_ref(), "amount")?;
    let tip = minor(call, request.fee_amount.as_ref(), "feeAmount")?;
    let total = amount.unwrap_or(0).saturating_add(tip.unwrap_or(0));
    check_limit(call, u64::try_from(total).unwrap_or(0))?;

    let not_found = |log: &str| Stop::Refused(call.refuse(Situation::TransactionNotFound, log));
    let decoded = inquiry::find(tx, client_id, number)?;
    let decoded = decoded.ok_or_else(|| not_found("nothing was decoded under this partnerReferenceNo"))?;
    let ours = decoded.transaction.as_deref().ok_or_else(|| not_found("the QR code is not one of ours"))?;
    let found = transaction::by_reference(tx, ours)?.ok_or_else(|| not_found("the transaction is gone"))?;
    if request.merchant_id.as_deref().is_some_and(|id| id != found.merchant_id) {
        let log = "not the merchant of the QR code";
        return Err(call.refuse(Situation::UnknownMerchant, log).at("merchantId").into());
    }
    if !reference::take(tx, client_id, call.service, number, &found.reference_no)? {
        return Err(call.refuse(Situation::DuplicateReference, "partnerReferenceNo was used").into());
    }
    let offer = settle::Offer { amount, tip, payer: client_id.clone(), rrn: None };
    let paid = match settle::pay(tx, &found, &offer, call.service, call.now_ms)? {
        Ok(paid) => paid,
        Err(refusal) => {
            // Paying it under this number with the right amount stays possible.
            reference::release(tx, client_id, call.service, number)?;
            return Err(refusal.into());
        }
    };
    inquiry::paid(tx, &decoded.reference_no, call.now())?;
    let answer = PaymentResponse {
        reference_no: Some(decoded.reference_no),
        partner_reference_no: request.partner_reference_no.clone(),
        transaction_date: paid.paid_at.and_then(|at| call.time(at)),
        amount: rupiah(paid.paid_amount),
        fee_amount: rupiah(paid.paid_tip),
        verification_id: request.verification_id.clone(),
        additional_info: receipt(&paid),
        ..PaymentResponse::success(call.partner.dialect)
    };
    Ok(answer.write(call.partner.dialect)?)
}

fn receipt(paid: &Transaction) -> Option<Object> {
    paid.rrn.as_ref().map(|rrn| Object::from_iter([("rrn", rrn.as_str())]))
}

/// Money as minor units of the rupiah.
fn minor(call: &Call, money: Option<&Money>, place: &str) -> Result<Option<i64>, Refusal> {
    let Some(money) = money else { return Ok(None) };
    let minor = i64::try_from(money.minor()).ok().filter(|_| money.currency() == Currency::IDR);
    let wrong = || call.refuse(Situation::InvalidAmount, format!("{money}: rupiah are wanted")).at(place);
    minor.map(Some).ok_or_else(wrong)
}
