//! The three documents, the standard's table of response codes and Faspay's functional cases, row by row: each row is a
//! request and what it is answered. `docs/snap-coverage.md` is made of the same tables.

#[path = "../common/mod.rs"]
mod common;

mod codes;
mod coverage;
mod faspay;
mod finnet;
mod finpay;
mod headers;
mod members;

use qris_gateway::clock::Clock;
use qris_gateway::config::Config;
use qris_snap::Service;
use qris_snap::dialect::{BRICK, Dialect, FINNET, FINPAY};
use serde_json::{Value, json};

use common::Gateway;
use common::client::Client;
use qris_gateway::model::Role;

/// The three documents.
static DOCUMENTS: [(&str, Dialect); 3] = [
    ("Finpay, SNAP QRIS", FINPAY),
    ("Brick, Generate Dynamic QRIS (SNAP)", BRICK),
    ("Finnet Linkage, Payment Notification", FINNET),
];

/// A gateway in the sandbox, where `simulate` is followed.
async fn sandbox() -> Gateway {
    Gateway::with(Config { sandbox: true, ..Config::default() }).await
}

/// Who calls a service.
fn role(service: Service) -> Role {
    match service {
        Service::Notify => Role::Upstream,
        Service::Decode | Service::ApplyOtt | Service::Payment => Role::Issuer,
        _ => Role::Merchant,
    }
}

/// The sample of a request in the documents' own words.
fn sample(dialect: &Dialect, service: Service) -> Value {
    let file = format!("samples/{}/{}-request.json", dialect.name.to_lowercase(), service.code());
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/snap").join(file);
    let mut body: Value = serde_json::from_slice(
        &std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())),
    )
    .unwrap();
    // The documents' dates are over.
    if let Some(period) = body.get_mut("validityPeriod").filter(|period| period.to_string().contains('T')) {
        *period = json!(qris_snap::DateTime::wib(Clock::new().now() + 3600).unwrap().as_str());
    }
    body
}

/// A notification of the Finnet document about a transaction of ours.
fn finnet_notification(number: &str, amount: &str) -> Value {
    json!({
        "originalReferenceNo": format!("UP-{number}"),
        "originalPartnerReferenceNo": number,
        "latestTransactionStatus": "00",
        "transactionStatusDesc": "success",
        "amount": {"value": amount, "currency": "IDR"},
        "feeAmount": {"value": "0.00", "currency": "IDR"},
        "additionalInfo": {
            "merchantName": "WARUNG CONTOH", "acquirerName": "Contoh", "merchantLocation": "JAKARTA",
            "merchantPAN": "936000010000000001", "customerPAN": "9360000000000000009", "terminalId": "A01",
            "transactionDate": "2026-11-27T10:00:00+07:00",
        },
    })
}

/// A code of a merchant; its number.
async fn generated(gateway: &Gateway, merchant: &Client, amount: &str) -> String {
    merchant.generate(gateway, amount).await["referenceNo"].as_str().unwrap().to_owned()
}
