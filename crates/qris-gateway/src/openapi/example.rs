//! A request of each service, as a partner of each dialect writes it.

use qris_snap::dialect::Dialect;
use qris_snap::message::{
    ApplyOttRequest, CancelRequest, CustomerTokenRequest, DecodeRequest, GenerateRequest, Kind, Message,
    NotifyRequest, PaymentRequest, Presence, QueryRequest, RefundRequest, StatusRequest, TokenRequest,
};
use qris_snap::{DateTime, Service};
use serde_json::{Map, Value, json};

/// The time in the examples, Unix seconds: 2026-08-07T14:05:09+07:00.
pub(super) const AT: i64 = 1_786_086_309;

/// The body; none of a service that has no message, or that the dialect cannot write.
pub(super) fn body(dialect: &Dialect, service: Service) -> Option<Vec<u8>> {
    let standard = standard(dialect, service);
    match service {
        Service::TokenB2b => written::<TokenRequest>(dialect, standard),
        Service::TokenB2b2c => written::<CustomerTokenRequest>(dialect, standard),
        Service::Generate => written::<GenerateRequest>(dialect, standard),
        Service::Decode => written::<DecodeRequest>(dialect, standard),
        Service::ApplyOtt => written::<ApplyOttRequest>(dialect, standard),
        Service::Payment => written::<PaymentRequest>(dialect, standard),
        Service::Query => written::<QueryRequest>(dialect, standard),
        Service::Notify => written::<NotifyRequest>(dialect, standard),
        Service::Status => written::<StatusRequest>(dialect, standard),
        Service::Cancel => written::<CancelRequest>(dialect, standard),
        Service::Refund => written::<RefundRequest>(dialect, standard),
        _ => None,
    }
}

fn written<M: Message>(dialect: &Dialect, standard: Value) -> Option<Vec<u8>> {
    let written = serde_json::from_value::<M>(standard).ok()?.write(dialect);
    written.inspect_err(|refusal| tracing::warn!(refusal = refusal.log(), "no example")).ok()
}

/// In the standard's words.
fn standard(dialect: &Dialect, service: Service) -> Value {
    let (money, time) = (money(), time());
    let mut body = match service {
        Service::TokenB2b => json!({ "grantType": "client_credentials" }),
        Service::TokenB2b2c => json!({ "grantType": "authorization_code", "authCode": "AUTHORISATION-CODE" }),
        Service::Generate => json!({
            "partnerReferenceNo": "INV-1", "amount": money, "terminalId": "A01",
        }),
        Service::Decode => {
            json!({ "partnerReferenceNo": "SCAN-1", "qrContent": "QR-CONTENT", "scanTime": time })
        }
        Service::ApplyOtt => json!({ "userResources": ["OTT"] }),
        Service::Payment => json!({ "partnerReferenceNo": "SCAN-1", "amount": money }),
        Service::Query => json!({ "originalReferenceNo": "REFERENCE-NO", "serviceCode": "47" }),
        Service::Notify => json!({
            "originalReferenceNo": "REFERENCE-NO", "originalPartnerReferenceNo": "INV-1",
            "latestTransactionStatus": "00", "amount": money, "transactionDate": time,
        }),
        Service::Status => json!({ "originalReferenceNo": "REFERENCE-NO", "serviceCode": "50" }),
        Service::Cancel => json!({
            "originalReferenceNo": "REFERENCE-NO", "merchantId": "MERCHANT-ID", "reason": "Ordered twice",
        }),
        Service::Refund => json!({
            "originalPartnerReferenceNo": "INV-1", "originalReferenceNo": "REFERENCE-NO", "partnerRefundNo": "REF-1",
            "refundAmount": money, "reason": "Sold out", "merchantId": "MERCHANT-ID",
        }),
        _ => Value::Null,
    };
    if let Value::Object(members) = &mut body {
        demanded(dialect, Kind::request(service), members);
    }
    body
}

/// Adds what the dialect calls mandatory and the standard leaves open.
fn demanded(dialect: &Dialect, kind: Kind, body: &mut Map<String, Value>) {
    let changes =
        dialect.changes.iter().filter(|it| it.kind == kind && it.presence == Some(Presence::Mandatory));
    let groups = dialect.one_of.iter().filter(|(of, _)| *of == kind);
    let firsts = groups
        .filter(|(_, group)| !group.iter().any(|name| body.contains_key(*name)))
        .filter_map(|(_, group)| group.first().copied());
    let names: Vec<&str> = changes.map(|change| change.member).chain(firsts).collect();
    for name in names {
        if !body.contains_key(name) {
            body.insert(name.to_owned(), member(name));
        }
    }
}

/// A value for a member of this name.
fn member(name: &str) -> Value {
    match name {
        "amount" | "refundAmount" | "feeAmount" => money(),
        "originalReferenceNo" => json!("REFERENCE-NO"),
        "originalPartnerReferenceNo" | "partnerReferenceNo" => json!("INV-1"),
        "originalExternalId" => json!("2026080700000001"),
        "merchantId" => json!("MERCHANT-ID"),
        "terminalId" => json!("A01"),
        "serviceCode" => json!("47"),
        "reason" => json!("Ordered twice"),
        "additionalInfo" => json!({}),
        name if name.ends_with("Time") || name.ends_with("Date") || name == "validityPeriod" => json!(time()),
        name => json!(name.to_uppercase()),
    }
}

fn money() -> Value {
    json!({ "value": "15000.00", "currency": "IDR" })
}

fn time() -> String {
    DateTime::wib(AT).map(|time| time.as_str().to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use qris_snap::dialect;

    use super::*;

    #[test]
    fn every_dialect_writes_and_reads_an_example_of_every_service() {
        for dialect in dialect::ALL {
            for service in Service::all() {
                let written = body(dialect, service);
                assert!(written.is_some(), "{} {service}: {}", dialect.name, standard(dialect, service));
            }
            let generate = body(dialect, Service::Generate).unwrap();
            GenerateRequest::read(dialect, &generate).unwrap();
            let refund = body(dialect, Service::Refund).unwrap();
            RefundRequest::read(dialect, &refund).unwrap();
            let notify = body(dialect, Service::Notify).unwrap();
            NotifyRequest::read(dialect, &notify).unwrap();
        }
    }
}
