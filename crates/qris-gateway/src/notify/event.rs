//! The body of a notification (52), in the partner's dialect.
//!
//! A payment must never be refused because its notification would not fit: optional texts longer than the document's
//! limit are left out, mandatory ones are cut to it, and those that are missing have a stand-in.

use qris_core::Qris;
use qris_snap::codes::Situation;
use qris_snap::dialect::Change;
use qris_snap::json::{Object, Value, js_stable};
use qris_snap::message::{Kind, Message, NotifyRequest, Presence, Shape};
use qris_snap::{DateTime, Refusal, Service, Status};

use crate::crypto;
use crate::db::{DbError, Tx};
use crate::model::{AccountNo, Event, EventKind, Minor, Partner, Refund, Transaction, outbox, partner};
use crate::payment;

const NOTIFY: Kind = Kind::request(Service::Notify);

/// Writes the notification of an event into the outbox, in the event's own unit of work.
///
/// # Errors
/// The storage's, and [`DbError::Broken`] when no body can be made: then nothing of the unit is kept.
pub fn announce(tx: &mut dyn Tx, event: &payment::Event<'_>) -> Result<(), DbError> {
    let client_id = &event.transaction.client_id;
    let partner = partner::by_client_id(tx, client_id)?;
    let partner = partner.ok_or_else(|| DbError::Broken(format!("partner {client_id} is gone")))?;
    // Whoever follows a document without a status takes each notification for a payment.
    if event.kind != EventKind::Paid && partner.dialect.untold_status.is_some() {
        return Ok(());
    }
    let row = row(&partner, event).map_err(|refusal| DbError::Broken(refusal.log()))?;
    outbox::emit(tx, &row).map(drop)
}

/// How the partner's dialect differs in a member of a notification.
fn change(partner: &Partner, member: &str) -> Option<&'static Change> {
    let ours = |it: &&Change| it.kind == NOTIFY && it.member == member;
    partner.dialect.changes.iter().find(ours)
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
    let mut body = request(partner, event)
        .map_err(|error| internal(error.to_string()))?
        .to_wire(partner.dialect)
        .map_err(|error| internal(error.log()))?;
    if let Some(members) = partner.dialect.closed(NOTIFY) {
        body = body.into_members().into_iter().filter(|(name, _)| members.contains(&name.as_str())).collect();
    }
    js_stable(&body).map_err(|unstable| internal(unstable.to_string()))?;
    let body = body.to_bytes();
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

fn request(partner: &Partner, event: &payment::Event<'_>) -> Result<NotifyRequest, DbError> {
    let payment::Event { kind, transaction, refund, at_ms, .. } = *event;
    let now = at_ms.div_euclid(1000);
    let demanded =
        |member: &str| change(partner, member).is_some_and(|it| it.presence == Some(Presence::Mandatory));
    let paid = transaction.paid_at.is_some();
    let amount = if paid { Some(transaction.paid_amount) } else { transaction.amount };
    let amount = amount.or(demanded("amount").then_some(Minor::ZERO));
    let tip = (transaction.paid_tip > Minor::ZERO || demanded("feeAmount")).then_some(transaction.paid_tip);
    let at = match kind {
        EventKind::Paid => transaction.paid_at,
        EventKind::Refunded => refund.map(|refund| refund.created_at),
        EventKind::Failed | EventKind::Expired | EventKind::Cancelled => transaction.closed_at,
    };
    let at = DateTime::wib(at.unwrap_or(now)).or_else(|| DateTime::wib(now)).or_else(|| DateTime::wib(0));
    let partner_reference_no = short(transaction.partner_reference_no.as_deref(), 64);
    let stand_in = demanded("originalPartnerReferenceNo").then(|| transaction.reference_no.clone());
    Ok(NotifyRequest {
        original_reference_no: Some(transaction.reference_no.clone()),
        original_partner_reference_no: partner_reference_no.or(stand_in),
        original_external_id: short(transaction.external_id.as_deref(), 32),
        latest_transaction_status: Some(status(kind).to_standard().code().to_owned()),
        transaction_status_desc: Some(status(kind).description().to_owned()),
        amount: amount.map(Minor::money).transpose()?,
        fee_amount: tip.map(Minor::money).transpose()?,
        external_store_id: short(transaction.store_id.as_deref(), 64),
        additional_info: Some(fitting(partner, info(transaction, refund, at.as_ref())?)),
        transaction_date: at,
        ..NotifyRequest::default()
    })
}

/// What payment providers put beside the standard's members, in the Finnet document's names where it has them.
fn info(
    transaction: &Transaction,
    refund: Option<&Refund>,
    at: Option<&DateTime>,
) -> Result<Object, DbError> {
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
    put("customerPAN", transaction.customer_pan.as_ref().map(AccountNo::expose), 19);
    put("terminalId", transaction.terminal_id.as_deref(), 16);
    put("transactionDate", at.map(DateTime::as_str), 25);
    put("rrn", transaction.rrn.as_deref(), 64);
    put("reason", transaction.reason.as_deref(), 256);
    if let Some(refund) = refund {
        put("refundNo", Some(&refund.refund_no), 64);
        put("partnerRefundNo", refund.partner_refund_no.as_deref(), 64);
        put("refundReason", refund.reason.as_deref(), 256);
        for (name, minor) in [("refundAmount", refund.amount), ("totalRefunded", transaction.refunded)] {
            let money = minor.money()?;
            let members = [("value", money.value()), ("currency", money.currency().as_str().to_owned())];
            info.insert(name, Value::Object(members.into_iter().collect()));
        }
    }
    Ok(info)
}

/// `additionalInfo` as the document has it: its members, no others where it is closed, none longer than it allows, and
/// every mandatory one.
fn fitting(partner: &Partner, mut info: Object) -> Object {
    let shape = change(partner, "additionalInfo").and_then(|change| change.shape);
    let Some(Shape::Object(members)) = shape else { return info };
    for member in members {
        let (most, stand_in) = match member.shape {
            Shape::Text(most) | Shape::TextOrInteger(most) => (most, "-"),
            Shape::Numeric(_, most) | Shape::Digits(_, most) => (most, "0"),
            _ => continue,
        };
        let told = info.text(member.name).unwrap_or_default();
        let mandatory = member.presence == Presence::Mandatory;
        match (told.chars().count(), mandatory) {
            (0, true) => {
                info.insert(member.name, stand_in);
            }
            (length, true) if length > most => {
                let cut: String = told.chars().take(most).collect();
                info.insert(member.name, cut.trim_end());
            }
            (length, false) if length > most => {
                info.remove(member.name);
            }
            _ => {}
        }
    }
    if partner.dialect.closed(NOTIFY).is_some() {
        let listed = |name: &str| members.iter().any(|member| member.name == name);
        info = info.into_members().into_iter().filter(|(name, _)| listed(name)).collect();
    }
    info
}

fn short(text: Option<&str>, most: usize) -> Option<String> {
    text.filter(|text| !text.is_empty() && text.chars().count() <= most).map(str::to_owned)
}
