//! 51 and 53: where a transaction stands, judged by the clock.

use qris_snap::codes::Situation;
use qris_snap::json::{Object, Value};
use qris_snap::message::{Message, QueryRequest, QueryResponse, Response, StatusRequest, StatusResponse};
use qris_snap::{DateTime, Service};

use super::status::{description, status};
use super::work::Call;
use super::{Stop, original};
use crate::db::{DbError, Tx};
use crate::model::{Minor, Original, Refund, Role, State, Tip, Transaction, inquiry, refund, transaction};

/// Most entries of `refundHistory`, the newest: an answer has an end.
const HISTORY: usize = 50;

/// A question, as far as it is before the unit of work.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) request: QueryRequest,
    /// Seconds for which the transaction may be paid after it has run out for the payer.
    pub(super) lives_on: i64,
}

pub(super) fn run(tx: &mut dyn Tx, call: &Call, Step { request, lives_on }: Step) -> Result<Vec<u8>, Stop> {
    let named = Original {
        reference_no: request.original_reference_no.as_deref(),
        partner_reference_no: request.original_partner_reference_no.as_deref(),
        external_id: request.original_external_id.as_deref(),
    };
    let found = original::transaction(tx, call, named, request.merchant_id.as_deref())?;
    let dialect = call.partner.dialect;
    let state = found.state_at(call.now());
    let refunds = match state {
        State::Refunded => refund::of_transaction(tx, &found.reference_no)?,
        _ => Vec::new(),
    };
    let additional_info = additional_info(&found, state, &refunds, lives_on)?;
    let paid = found.paid_at.is_some();
    let answer = QueryResponse {
        original_reference_no: Some(found.reference_no),
        original_partner_reference_no: found.partner_reference_no,
        original_external_id: found.external_id.filter(|id| id.chars().count() <= 32),
        service_code: Some(Service::Generate.code().to_string()),
        latest_transaction_status: Some(status(dialect, state).code().to_owned()),
        transaction_status_desc: Some(description(state).to_owned()),
        paid_time: found.paid_at.and_then(DateTime::wib),
        amount: if paid { Some(found.paid_amount) } else { found.amount }.map(Minor::money).transpose()?,
        fee_amount: if paid { Some(found.paid_tip) } else { fee(found.tip) }.map(Minor::money).transpose()?,
        terminal_id: found.terminal_id,
        additional_info: Some(additional_info),
        ..QueryResponse::success(dialect)
    };
    Ok(answer.write(dialect)?)
}

/// Status inquiry (53). A merchant asks about what it is paid, an issuer about what it pays: that it decoded before, under
/// its number or ours.
pub(super) fn inquire(tx: &mut dyn Tx, call: &Call, request: StatusRequest) -> Result<Vec<u8>, Stop> {
    let named = Original {
        reference_no: request.original_reference_no.as_deref(),
        partner_reference_no: request.original_partner_reference_no.as_deref(),
        external_id: request.original_external_id.as_deref(),
    };
    let mut elsewhere = false;
    let (found, numbers, service) = if call.partner.role == Role::Issuer {
        let inquiry = inquiry::original(tx, &call.partner.client_id, named)?;
        let missing = || call.refuse(Situation::TransactionNotFound, "nothing was decoded under this number");
        let inquiry = inquiry.ok_or_else(missing)?;
        let found = match &inquiry.transaction {
            Some(number) => transaction::by_reference(tx, number)?,
            None => None,
        };
        let found =
            found.ok_or_else(|| call.refuse(Situation::TransactionNotFound, "a QR code of others"))?;
        elsewhere = found.paid_at.is_some() && inquiry.paid_at.is_none();
        (found, (Some(inquiry.reference_no), inquiry.partner_reference_no), Service::Payment)
    } else {
        let found = original::transaction(tx, call, named, request.merchant_id.as_deref())?;
        let numbers = (Some(found.reference_no.clone()), found.partner_reference_no.clone());
        (found, numbers, Service::Generate)
    };
    let dialect = call.partner.dialect;
    let mut state = found.state_at(call.now());
    // What was paid by another issuer, or under another number, was not paid under this one.
    if elsewhere {
        state = State::Failed;
    }
    let paid = matches!(state, State::Paid | State::Refunded);
    let answer = StatusResponse {
        original_reference_no: numbers.0,
        original_partner_reference_no: numbers.1,
        original_external_id: found
            .external_id
            .filter(|id| service == Service::Generate && id.chars().count() <= 32),
        service_code: Some(service.code().to_string()),
        latest_transaction_status: Some(status(dialect, state).code().to_owned()),
        transaction_status_desc: Some(description(state).to_owned()),
        transaction_date: found.paid_at.filter(|_| paid).and_then(DateTime::wib),
        amount: if paid { Some(found.paid_amount) } else { found.amount }.map(Minor::money).transpose()?,
        fee_amount: if paid { Some(found.paid_tip) } else { fee(found.tip) }.map(Minor::money).transpose()?,
        ..StatusResponse::success(dialect)
    };
    Ok(answer.write(dialect)?)
}

fn fee(tip: Tip) -> Option<Minor> {
    match tip {
        Tip::Fixed(minor) => Some(minor),
        _ => None,
    }
}

fn additional_info(
    found: &Transaction,
    state: State,
    refunds: &[Refund],
    lives_on: i64,
) -> Result<Object, DbError> {
    let mut info = Object::new();
    if state == State::Initiated {
        info.insert("qrContent", found.qr_content.as_str());
    }
    if let Some(time) = DateTime::wib(found.expires_at.saturating_sub(lives_on)) {
        info.insert("expiryTime", time.as_str());
    }
    if let Some(rrn) = &found.rrn {
        info.insert("rrn", rrn.as_str());
    }
    if !refunds.is_empty() {
        let newest = refunds.iter().skip(refunds.len().saturating_sub(HISTORY));
        info.insert("refundHistory", newest.map(entry).collect::<Result<Vec<Value>, DbError>>()?);
    }
    Ok(info)
}

fn entry(refund: &Refund) -> Result<Value, DbError> {
    let mut entry = Object::new();
    entry.insert("refundNo", refund.refund_no.as_str());
    if let Some(number) = &refund.partner_refund_no {
        entry.insert("partnerRefundNo", number.as_str());
    }
    let money = refund.amount.money()?;
    let amount: Object = [("value", money.value()), ("currency", "IDR".to_owned())].into_iter().collect();
    entry.insert("refundAmount", amount);
    if let Some(time) = DateTime::wib(refund.created_at) {
        entry.insert("refundTime", time.as_str());
    }
    if let Some(reason) = &refund.reason {
        entry.insert("reason", reason.as_str());
    }
    entry.insert("refundStatus", "00");
    Ok(entry.into())
}
