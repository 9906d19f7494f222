//! 50: paying what 48 decoded for the same issuer under the same reference number.

use qris_snap::codes::Situation;
use qris_snap::json::Object;
use qris_snap::message::{Message, PaymentRequest, PaymentResponse, Response};
use qris_snap::{Money, Refusal};

use super::Stop;
use super::generate::check_limit;
use super::work::Call;
use crate::db::Tx;
use crate::model::{AccountNo, Minor, Transaction, inquiry, reference, transaction};
use crate::payment::Offer;

pub(super) fn run(tx: &mut dyn Tx, call: &Call, request: PaymentRequest) -> Result<Vec<u8>, Stop> {
    let number = request.partner_reference_no.as_deref().unwrap_or("");
    let client_id = &call.partner.client_id;
    let amount = minor(call, request.amount.as_ref(), "amount")?;
    let tip = minor(call, request.fee_amount.as_ref(), "feeAmount")?;
    check_limit(call, [amount, tip])?;

    let not_found = |log: &str| Stop::Refused(call.refuse(Situation::TransactionNotFound, log));
    let decoded = inquiry::find(tx, client_id, number)?;
    let decoded = decoded
        .ok_or_else(|| not_found(&format!("nothing was decoded (48) under partnerReferenceNo {number}")))?;
    let ours = decoded.transaction.as_deref().ok_or_else(|| not_found("the QR code is not one of ours"))?;
    let found = transaction::by_reference(tx, ours)?.ok_or_else(|| not_found("the transaction is gone"))?;
    if request.merchant_id.as_deref().is_some_and(|id| id != found.merchant_id) {
        let log = "not the merchant of the QR code";
        return Err(call.refuse(Situation::UnknownMerchant, log).at("merchantId").into());
    }
    if !reference::take(tx, client_id, call.service, number, &found.reference_no)? {
        let log = format!("partnerReferenceNo {number} was used already");
        return Err(call.refuse(Situation::DuplicateReference, log).into());
    }
    let info = request.additional_info.as_ref();
    let account = info.and_then(|info| AccountNo::new(info.text("customerPAN")?));
    let offer = Offer { amount, tip, payer: client_id.clone(), rrn: None, key: None, account };
    let paid = match call.payments(tx).pay(&found, &offer) {
        Ok(paid) => paid,
        Err(error) => {
            // Paying it under this number with the right amount stays possible.
            reference::release(tx, client_id, call.service, number)?;
            return Err(call.declined(error));
        }
    };
    inquiry::paid(tx, &decoded.reference_no, call.now())?;
    let answer = PaymentResponse {
        reference_no: Some(decoded.reference_no),
        partner_reference_no: request.partner_reference_no.clone(),
        transaction_date: paid.paid_at.and_then(|at| call.time(at)),
        amount: Some(paid.paid_amount.money()?),
        fee_amount: Some(paid.paid_tip.money()?),
        verification_id: request.verification_id.clone(),
        additional_info: receipt(&paid),
        ..PaymentResponse::success(call.partner.dialect)
    };
    Ok(answer.write(call.partner.dialect)?)
}

fn receipt(paid: &Transaction) -> Option<Object> {
    paid.rrn.as_ref().map(|rrn| Object::from_iter([("rrn", rrn.as_str())]))
}

/// Money that must be rupiah.
pub(super) fn minor(call: &Call, money: Option<&Money>, place: &str) -> Result<Option<Minor>, Refusal> {
    let Some(money) = money else { return Ok(None) };
    let wrong = || call.refuse(Situation::InvalidAmount, format!("{money}: rupiah are wanted")).at(place);
    Minor::of(money).map(Some).ok_or_else(wrong)
}
