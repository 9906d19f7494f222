//! The body of a notification (52), in the partner's dialect.
//!
//! A payment must never be refused because its notification would not fit: optional texts longer than the standard's
//! limit are left out, mandatory ones that are missing have a stand-in.

use qris_core::Qris;
use qris_snap::codes::Situation;
use qris_snap::json::{Object, Value};
use qris_snap::message::{self, NotifyRequest, Presence, StableBodyError};
use qris_snap::{DateTime, Refusal, Service, Status};

use crate::crypto;
use crate::db::{DbError, Tx};
use crate::model::{Event, EventKind, Minor, Partner, Refund, Transaction, outbox, partner};
use crate::payment;

/// Writes the notification of an event into the outbox, in the event's own unit of work.
///
/// # Errors
/// The storage's, and [`DbError::Broken`] when no body can be made: then nothing of the unit is kept.
pub fn announce(tx: &mut dyn Tx, event: &payment::Event<'_>) -> Result<(), DbError> {
    let client_id = &event.transaction.client_id;
    let partner = partner::by_client_id(tx, client_id)?;
    let partner = partner.ok_or_else(|| DbError::Broken(format!("partner {client_id} is gone")))?;
    let row = row(&partner, event).map_err(|refusal| DbError::Broken(refusal.log()))?;
    outbox::emit(tx, &row).map(drop)
}

/// An event in the words of SNAP. The code that is sent is [`Status::to_standard`] of it: an expired QR code is 06 to
/// those who know the standard's codes only, and `transactionStatusDesc` says that it expired.
pub fn status(kind: EventKind) -> Status {
    match kind {
        EventKind::Paid => Status::Success,
        EventKind::Failed => Status::Failed,
        EventKind::Expired => Status::Expired,
        EventKind::Cancelled => Status::Canceled,
        EventKind::Refunded => Status::Refunded,
    }
}

/// The outbox's row for an event.
///
/// # Errors
/// 5005200 when the random source fails, or a fault of ours makes the body one that must not be sent.
pub fn row(partner: &Partner, event: &payment::Event<'_>) -> Result<Event, Refusal> {
    let internal = |log: String| Refusal::new(Service::Notify, Situation::Internal, log);
    let body = request(partner, event).stable_body(partner.dialect).map_err(|error| match error {
        StableBodyError::Refused(refusal) => internal(refusal.log()),
        other => internal(other.to_string()),
    })?;
    Ok(Event {
        id: crypto::random_id().map_err(|error| internal(error.to_string()))?,
        client_id: event.transaction.client_id.clone(),
        reference_no: event.transaction.reference_no.clone(),
        kind: event.kind,
        subject: event.refund.map(|refund| refund.refund_no.clone()).unwrap_or_default(),
        body,
        at_ms: event.at_ms,
        request_id: event.request_id.map(str::to_owned),
    })
}

fn request(partner: &Partner, event: &payment::Event<'_>) -> NotifyRequest {
    let payment::Event { kind, transaction, refund, at_ms, .. } = *event;
    let now = at_ms.div_euclid(1000);
    let demanded = |member: &str| {
        let request = message::Kind::request(Service::Notify);
        let changes = partner.dialect.changes.iter().filter(|change| change.kind == request);
        changes.into_iter().any(|c| c.member == member && c.presence == Some(Presence::Mandatory))
    };
    let paid = transaction.paid_at.is_some();
    let amount = if paid { Some(transaction.paid_amount) } else { transaction.amount };
    let amount = amount.or(demanded("amount").then_some(Minor::ZERO));
    let tip = (transaction.paid_tip > Minor::ZERO || demanded("feeAmount")).then_some(transaction.paid_tip);
    let at = match kind {
        EventKind::Paid => transaction.paid_at,
        EventKind::Refunded => refund.map(|refund| refund.created_at),
        EventKind::Failed | EventKind::Expired | EventKind::Cancelled => transaction.closed_at,
    };
    let at = DateTime::wib(at.unwrap_or(now)).or_else(|| DateTime::wib(now));
    let partner_reference_no = short(transaction.partner_reference_no.as_deref(), 64);
    let stand_in = demanded("originalPartnerReferenceNo").then(|| transaction.reference_no.clone());
    NotifyRequest {
        original_reference_no: Some(transaction.reference_no.clone()),
        original_partner_reference_no: partner_reference_no.or(stand_in),
        original_external_id: short(transaction.external_id.as_deref(), 32),
        latest_transaction_status: Some(status(kind).to_standard().code().to_owned()),
        transaction_status_desc: Some(status(kind).description().to_owned()),
        amount: amount.and_then(Minor::money),
        fee_amount: tip.and_then(Minor::money),
        external_store_id: short(transaction.store_id.as_deref(), 64),
        additional_info: Some(info(transaction, refund, at.as_ref())),
        transaction_date: at,
        ..NotifyRequest::default()
    }
}

/// What payment providers put beside the standard's members, in the Finnet document's names where it has them.
fn info(transaction: &Transaction, refund: Option<&Refund>, at: Option<&DateTime>) -> Object {
    let mut info = Object::new();
    let mut put = |name: &str, text: Option<&str>, most: usize| {
        if let Some(text) = short(text, most) {
            info.insert(name, text);
        }
    };
    let qris = Qris::decode(&transaction.qr_content).ok();
    let mpan = qris.as_ref().and_then(|qris| qris.account().mpan());
    let mpan = mpan.as_ref().map(|mpan| mpan.as_str());
    put("merchantId", Some(&transaction.merchant_id), 64);
    put("merchantName", qris.as_ref().map(|qris| qris.merchant_name()), 25);
    put("acquirerName", mpan.and_then(qris_tables::acquirer_of_pan).map(|acquirer| acquirer.name), 50);
    put("merchantLocation", qris.as_ref().map(|qris| qris.merchant_city()), 25);
    put("merchantPAN", mpan, 19);
    put("terminalId", transaction.terminal_id.as_deref(), 16);
    put("transactionDate", at.map(DateTime::as_str), 25);
    put("rrn", transaction.rrn.as_deref(), 64);
    put("reason", transaction.reason.as_deref(), 256);
    if let Some(refund) = refund {
        put("refundNo", Some(&refund.refund_no), 64);
        put("partnerRefundNo", refund.partner_refund_no.as_deref(), 64);
        put("refundReason", refund.reason.as_deref(), 256);
        for (name, minor) in [("refundAmount", refund.amount), ("totalRefunded", transaction.refunded)] {
            if let Some(money) = minor.money() {
                let members = [("value", money.value()), ("currency", money.currency().as_str().to_owned())];
                info.insert(name, Value::Object(members.into_iter().collect()));
            }
        }
    }
    info
}

fn short(text: Option<&str>, most: usize) -> Option<String> {
    text.filter(|text| !text.is_empty() && text.chars().count() <= most).map(str::to_owned)
}
