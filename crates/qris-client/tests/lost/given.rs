//! The requests of these tests, and an acquirer that gives tokens.

use qris_snap::message::{CancelRequest, GenerateRequest, RefundRequest};
use qris_snap::{Money, Service};
use serde_json::{Value, json};

use crate::support::{Acquirer, Act, Seen, token};

pub(crate) fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

pub(crate) fn generate() -> GenerateRequest {
    GenerateRequest {
        partner_reference_no: text("INV-1"),
        amount: Some(Money::idr(1_000_000).unwrap()),
        merchant_id: text("M1"),
        ..GenerateRequest::default()
    }
}

pub(crate) fn cancel() -> CancelRequest {
    CancelRequest {
        original_partner_reference_no: text("INV-1"),
        merchant_id: text("M1"),
        reason: text("mistake"),
        ..CancelRequest::default()
    }
}

pub(crate) fn refund() -> RefundRequest {
    RefundRequest {
        original_partner_reference_no: text("INV-1"),
        partner_refund_no: text("RF-1"),
        refund_amount: Some(Money::idr(400_000).unwrap()),
        ..RefundRequest::default()
    }
}

pub(crate) fn history(number: &str, amount: &str, status: Option<&str>) -> Value {
    let mut entry = json!({
        "refundNo": "RF-9", "partnerRefundNo": number, "refundAmount": {"value": amount, "currency": "IDR"},
    });
    if let Some(status) = status {
        entry["refundStatus"] = json!(status);
    }
    json!({ "refundHistory": [{"partnerRefundNo": "RF-0"}, entry] })
}

/// Tokens always come; the rest is a test's.
pub(crate) async fn acquirer(script: impl Fn(&Seen) -> Act + Send + Sync + 'static) -> Acquirer {
    let with_tokens = move |seen: &Seen| match seen.service {
        Some(Service::TokenB2b) => token(seen),
        _ => script(seen),
    };
    Acquirer::start(with_tokens).await
}
