//! The body of a notification (52), in the partner's dialect.
//!
//! A payment must never be refused because its notification would not fit: optional texts longer than the standard's
//! limit are left out, mandatory ones that are missing have a stand-in.

use qris_core::Qris;
use qris_snap::codes::Situation;
use qris_snap::json::{Object, Value};
use qris_snap::message::{self, NotifyRequest, Presence, StableBodyError};
use qris_snap::{DateTime, Money, Refusal, Service, Status};

use crate::crypto;
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

    /// In the words of SNAP. The code that is sent is [`Status::to_standard`] of it: an expired QR code is 06 to those
    /// who know the standard's codes only, and `transactionStatusDesc` says that it expired.
    pub fn status(self) -> Status {
        match self {
            Kind::Paid => Status::Success,
            Kind::Failed => Status::Failed,
            Kind::Expired => Status::Expired,
            Kind::Cancelled => Status::Canceled,
            Kind::Refunded => Status::Refunded,
        }
    }
}

/// The event of a transaction as it is after its change; `refund` for [`Kind::Refunded`]. `now_ms` is in Unix
/// milliseconds.
///
/// # Errors
/// 5005200 when the random source fails, or a fault of ours makes the body one that must not be sent.
pub fn event(
    partner: &Partner,
    transaction: &Transaction,
    kind: Kind,
    refund: Option<&Refund>,
    now_ms: i64,
) -> Result<Event, Refusal> {
    let internal = |log: String| Refusal::new(Service::Notify, Situation::Internal, log);
    let message = request(partner, transaction, kind, refund, now_ms.div_euclid(1000));
    let body = message.stable_body(partner.dialect).map_err(|error| match error {
        StableBodyError::Refused(refusal) => internal(refusal.log()),
        other => internal(other.to_string()),
    })?;
    Ok(Event {
        id: crypto::random_id().map_err(|error| internal(error.to_string()))?,
        client_id: transaction.client_id.clone(),
        reference_no: transaction.reference_no.clone(),
        kind: kind.as_str(),
        subject: refund.map(|refund| refund.refund_no.clone()).unwrap_or_default(),
        body,
        at_ms: now_ms,
    })
}

fn request(
    partner: &Partner,
    transaction: &Transaction,
    kind: Kind,
    refund: Option<&Refund>,
    now: i64,
) -> NotifyRequest {
    let demanded = |member: &str| {
        let kind = message::Kind::request(Service::Notify);
        let changes = partner.dialect.changes.iter().filter(|change| change.kind == kind);
        changes.into_iter().any(|c| c.member == member && c.presence == Some(Presence::Mandatory))
    };
    let paid = transaction.paid_at.is_some();
    let amount = if paid { Some(transaction.paid_amount) } else { transaction.amount };
    let amount = amount.or(demanded("amount").then_some(0));
    let tip = (transaction.paid_tip > 0 || demanded("feeAmount")).then_some(transaction.paid_tip);
    let at = match kind {
        Kind::Paid => transaction.paid_at,
        Kind::Refunded => refund.map(|refund| refund.created_at),
        Kind::Failed | Kind::Expired | Kind::Cancelled => transaction.closed_at,
    };
    let at = DateTime::wib(at.unwrap_or(now)).or_else(|| DateTime::wib(now));
    let partner_reference_no = short(transaction.partner_reference_no.as_deref(), 64);
    let stand_in = demanded("originalPartnerReferenceNo").then(|| transaction.reference_no.clone());
    NotifyRequest {
        original_reference_no: Some(transaction.reference_no.clone()),
        original_partner_reference_no: partner_reference_no.or(stand_in),
        original_external_id: short(transaction.external_id.as_deref(), 32),
        latest_transaction_status: Some(kind.status().to_standard().code().to_owned()),
        transaction_status_desc: Some(kind.status().description().to_owned()),
        amount: amount.and_then(money),
        fee_amount: tip.and_then(money),
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
            if let Some(money) = money(minor) {
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

fn money(minor: i64) -> Option<Money> {
    Money::idr(u64::try_from(minor).ok()?)
}
