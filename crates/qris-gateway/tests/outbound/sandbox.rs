//! The sandbox's routes.

use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use qris_gateway::app::Shared;
use qris_gateway::db::DbError;
use qris_gateway::model::{Minor, NotifySign, Partner, Tip, Transaction, audit, transaction as stored};
use qris_gateway::notify::SINK;
use qris_gateway::sandbox::{self, Simulate};
use qris_snap::dialect::{ALL, FINNET};
use serde_json::{Value, json};
use strum::VariantNames;
use tower::ServiceExt;

use crate::support::{CLIENT, Gateway, QR, SANDBOX_KEY, of_dialect, partner, send_due, transaction};

const ROUTES: [(&str, &str); 6] = [
    ("POST", "/sandbox/v1/pay"),
    ("GET", "/sandbox/v1/clock"),
    ("POST", "/sandbox/v1/clock"),
    ("GET", "/sandbox/v1/notifications?referenceNo=A"),
    ("POST", "/sandbox/v1/sink/CLIENT-1/v1.0/access-token/b2b"),
    ("POST", "/sandbox/v1/sink/CLIENT-1/v1.0/qr/qr-mpm-notify"),
];

async fn send(app: &Shared, request: Request<Body>) -> (u16, Value) {
    let answer = sandbox::router().with_state(Arc::clone(app)).oneshot(request).await.unwrap();
    let status = answer.status().as_u16();
    let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

fn request(
    method: &str,
    target: &str,
    host: Option<&str>,
    authorization: Option<&str>,
    body: &str,
) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(target);
    if let Some(host) = host {
        request = request.header("Host", host);
    }
    if let Some(authorization) = authorization {
        request = request.header("Authorization", authorization);
    }
    request.body(Body::from(body.to_owned())).unwrap()
}

async fn call(app: &Shared, method: &str, target: &str, body: &Value) -> (u16, Value) {
    let key = format!("Bearer {SANDBOX_KEY}");
    send(app, request(method, target, Some("127.0.0.1:8080"), Some(&key), &body.to_string())).await
}

async fn stored(gateway: &Gateway, reference_no: &str) -> Transaction {
    let number = reference_no.to_owned();
    let read: Result<_, DbError> = gateway.app.store.read(move |tx| stored::by_reference(tx, &number)).await;
    read.unwrap().unwrap()
}

async fn kinds(gateway: &Gateway, reference_no: &str) -> Vec<String> {
    gateway.notifications(reference_no).await.into_iter().map(|row| row.kind.as_str().to_owned()).collect()
}

#[tokio::test]
async fn every_route_wants_the_key_and_a_host_of_ours() {
    let gateway = Gateway::with(true, "https://gateway.example", partner(None)).await;
    let right = format!("Bearer {SANDBOX_KEY}");
    for (method, target) in ROUTES {
        let status = async |host: Option<&str>, authorization: Option<&str>| {
            send(&gateway.app, request(method, target, host, authorization, "")).await.0
        };
        let ours = Some("127.0.0.1:8080");
        for wrong in [
            None,
            Some(""),
            Some("Bearer"),
            Some("Bearer "),
            Some(SANDBOX_KEY),
            Some(&format!("Basic {SANDBOX_KEY}")[..]),
            Some(&right[..right.len() - 1]),
            Some(&format!("{right}a")[..]),
            Some(&right.to_uppercase()[..]),
        ] {
            assert_eq!(status(ours, wrong).await, 401, "{target} {wrong:?}");
        }
        for host in [
            "evil.example",
            "127.0.0.1.evil.example",
            "localhost.evil.example:8080",
            "",
            "127.0.0.1@evil.example",
        ] {
            assert_eq!(status(Some(host), Some(&right)).await, 421, "{target} {host:?}");
        }
        assert_eq!(status(None, Some(&right)).await, 421, "{target} without a host");
        for host in ["localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:8080", "gateway.example"] {
            let status = status(Some(host), Some(&right)).await;
            assert!(
                ![401, 404, 421].contains(&status) || target.contains("sink"),
                "{target} {host} {status}"
            );
        }
    }
    let off = Gateway::with(false, "http://127.0.0.1:8080", partner(None)).await;
    for (method, target) in ROUTES {
        let request = request(method, target, Some("127.0.0.1:8080"), Some(&right), "");
        assert_eq!(send(&off.app, request).await.0, 404, "{target} without a sandbox");
    }
}

#[tokio::test]
async fn paying_by_number_and_by_payload() {
    let gateway = Gateway::new().await;
    gateway.initiated(transaction("A")).await;
    let open = Transaction { amount: None, tip: Tip::Prompt, qr_content: QR.to_owned(), ..transaction("B") };
    gateway.initiated(open).await;
    let (status, paid) = call(&gateway.app, "POST", "/sandbox/v1/pay", &json!({ "referenceNo": "A" })).await;
    assert_eq!(status, 200, "{paid}");
    assert_eq!((&paid["referenceNo"], &paid["status"]), (&json!("A"), &json!("00")));
    assert_eq!(paid["paid"], json!({ "value": "1000.00", "currency": "IDR" }));
    assert_eq!(paid["tip"], json!({ "value": "0.00", "currency": "IDR" }));
    assert!(paid["rrn"].as_str().is_some_and(|rrn| !rrn.is_empty()));
    let order =
        json!({ "qrContent": QR, "amount": "25000.50", "tip": { "value": "7.00", "currency": "IDR" } });
    let (status, paid) = call(&gateway.app, "POST", "/sandbox/v1/pay", &order).await;
    assert_eq!(
        (status, &paid["paid"]["value"], &paid["tip"]["value"]),
        (200, &json!("25000.50"), &json!("7.00"))
    );
    assert_eq!(stored(&gateway, "B").await.paid_amount, Minor::new(2_500_050));
    for (order, code) in [
        (json!({ "referenceNo": "A" }), "4045014"),
        (json!({ "referenceNo": "Z" }), "4045001"),
        (json!({ "qrContent": "Z" }), "4045001"),
        (json!({}), "4005002"),
        (json!({ "referenceNo": "A", "qrContent": QR }), "4005001"),
        (json!({ "referenceNo": "A", "amount": -1 }), "4005001"),
        (json!([]), "4005000"),
    ] {
        let (status, refused) = call(&gateway.app, "POST", "/sandbox/v1/pay", &order).await;
        assert_eq!(refused["responseCode"], code, "{order}");
        assert_eq!(status.to_string(), code[..3], "{order}");
    }
    assert_eq!(kinds(&gateway, "A").await, ["paid"]);
}

async fn simulated(simulate: Simulate) -> (Gateway, u16, Value) {
    let gateway = Gateway::new().await;
    let simulate = Some(simulate);
    let expires_at = gateway.app.clock.now() + 600;
    gateway.initiated(Transaction { simulate, expires_at, ..transaction("A") }).await;
    let (status, answer) =
        call(&gateway.app, "POST", "/sandbox/v1/pay", &json!({ "referenceNo": "A" })).await;
    (gateway, status, answer)
}

#[tokio::test]
async fn a_timeout_is_answered_and_the_money_moves_all_the_same() {
    let (gateway, status, answer) = simulated(Simulate::Timeout).await;
    assert_eq!((status, &answer["responseCode"]), (504, &json!("5045000")));
    assert_eq!(stored(&gateway, "A").await.state.as_str(), "paid");
    assert_eq!(kinds(&gateway, "A").await, ["paid"]);
}

#[tokio::test]
async fn too_little_money_fails_the_transaction() {
    let (gateway, status, answer) = simulated(Simulate::InsufficientFunds).await;
    assert_eq!((status, &answer["responseCode"]), (403, &json!("4035014")));
    assert_eq!(stored(&gateway, "A").await.state.as_str(), "failed");
    assert_eq!(kinds(&gateway, "A").await, ["failed"]);
}

#[tokio::test]
async fn late_money_is_an_exception_and_the_code_has_expired() {
    let (gateway, status, answer) = simulated(Simulate::LatePayment).await;
    assert_eq!((status, &answer["responseCode"]), (403, &json!("4035000")));
    assert_eq!(stored(&gateway, "A").await.state.as_str(), "expired");
    assert_eq!(kinds(&gateway, "A").await, ["expired"]);
    let late: Result<_, DbError> = gateway.app.store.read(|tx| audit::newest_exceptions(tx, None, 100)).await;
    let late = late.unwrap();
    assert_eq!(late.len(), 1);
    assert_eq!((late[0].kind.as_str(), late[0].amount), ("late", Some(Minor::new(100_000))));
    // Paying once more adds nothing.
    call(&gateway.app, "POST", "/sandbox/v1/pay", &json!({ "referenceNo": "A" })).await;
    let again: Result<_, DbError> =
        gateway.app.store.read(|tx| audit::newest_exceptions(tx, None, 100)).await;
    assert_eq!(again.unwrap().len(), 1);
}

#[tokio::test]
async fn a_duplicate_notification_has_the_same_bytes() {
    let (gateway, status, _) = simulated(Simulate::DuplicateNotify).await;
    assert_eq!(status, 200);
    let rows = gateway.notifications("A").await;
    assert_eq!(rows.len(), 2);
    assert_eq!((rows[0].kind.as_str(), rows[1].kind.as_str()), ("paid", "paid"));
    assert_eq!(rows[0].body, rows[1].body);
}

#[tokio::test]
async fn the_clock_moves_and_nothing_waits_for_a_time_that_was_taken_back() {
    let gateway = Gateway::new().await;
    let before = gateway.app.clock.now();
    let (status, answer) =
        call(&gateway.app, "POST", "/sandbox/v1/clock", &json!({ "offset_seconds": 86_400 })).await;
    assert_eq!((status, &answer["offset_seconds"]), (200, &json!(86_400)));
    assert!(gateway.app.clock.now() >= before + 86_400);
    gateway.paid("A").await;
    call(&gateway.app, "POST", "/sandbox/v1/clock", &json!({ "offset_seconds": 0 })).await;
    assert!(gateway.notification("A").await.due_ms <= gateway.app.clock.now_ms());
    for bad in [
        json!({}),
        json!({ "offset_seconds": "1" }),
        json!({ "offset_seconds": i64::MAX }),
        json!({ "offset_seconds": 1.5 }),
    ] {
        assert_eq!(call(&gateway.app, "POST", "/sandbox/v1/clock", &bad).await.0, 400, "{bad}");
    }
    let (_, answer) = call(&gateway.app, "GET", "/sandbox/v1/clock", &Value::Null).await;
    assert_eq!(answer["offset_seconds"], 0);
}

/// A sandbox that listens, with a partner whose notifications go to the sink.
async fn with_sink(mut partner: Partner, registered: bool) -> Gateway {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    partner.notify_url = registered.then(|| SINK.to_owned());
    let gateway = Gateway::with(true, &url, partner).await;
    let router = sandbox::router().with_state(Arc::clone(&gateway.app));
    tokio::spawn(async move { axum::serve(listener, router).await });
    gateway
}

#[tokio::test]
async fn the_sink_takes_what_we_send_in_every_dialect_and_recipe() {
    for dialect in ALL {
        for sign in [NotifySign::Rsa, NotifySign::Hmac, NotifySign::None] {
            let mut partner = of_dialect(dialect, sign, None);
            if dialect.name == FINNET.name {
                partner.notify_headers = r#"{"Authorization-Customer":"Bearer c","X-IP-ADDRESS":"192.0.2.1",
                    "X-DEVICE-ID":"g","X-LATITUDE":"-6.2","X-LONGITUDE":"106.8"}"#
                    .to_owned();
            }
            let gateway = with_sink(partner, sign != NotifySign::Rsa).await;
            gateway.paid("A").await;
            assert_eq!(send_due(&gateway.sender()).await, 1);
            let row = gateway.notification("A").await;
            assert_eq!(
                row.state.as_str(),
                "delivered",
                "{dialect} {sign:?}: {:?} {:?}",
                row.answer_status,
                row.answer
            );
            assert!(!row.headers.unwrap().contains(SANDBOX_KEY));
        }
    }
}

#[tokio::test]
async fn the_sink_refuses_a_changed_body_and_says_why() {
    let gateway = with_sink(partner(None), true).await;
    gateway.paid("A").await;
    let sent: Result<u64, DbError> = gateway
        .app
        .store
        .write(|tx| tx.execute("UPDATE notification SET body = CAST('{\"a\":1}' AS BLOB)", &[]))
        .await;
    sent.unwrap();
    assert_eq!(send_due(&gateway.sender()).await, 1);
    // Signed as it is: the signature holds, the message does not.
    let row = gateway.notification("A").await;
    assert_eq!((row.state.as_str(), row.answer_status), ("pending", Some(400)));

    let key = format!("Bearer {SANDBOX_KEY}");
    let target = format!("/sandbox/v1/sink/{CLIENT}/v1.0/qr/qr-mpm-notify");
    let mut forged = request("POST", &target, Some("localhost"), Some(&key), "{}");
    for (name, value) in [
        ("Content-Type", "application/json"),
        ("X-PARTNER-ID", "PARTNER-1"),
        ("X-EXTERNAL-ID", "1"),
        ("CHANNEL-ID", "95221"),
        ("X-SIGNATURE", &BASE64.encode([7; 256])),
        ("X-TIMESTAMP", qris_snap::DateTime::wib(gateway.app.clock.now()).unwrap().as_str()),
    ] {
        forged.headers_mut().insert(axum::http::HeaderName::try_from(name).unwrap(), value.parse().unwrap());
    }
    let (status, refused) = send(&gateway.app, forged).await;
    assert_eq!((status, &refused["responseCode"]), (401, &json!("4015200")));
    let debug = &refused["additionalInfo"]["debug"];
    assert!(debug["stringToSign"].as_str().unwrap().starts_with("POST:/sandbox/v1/sink/"), "{debug}");
    assert!(debug["diagnosis"].as_str().unwrap().contains("another key"), "{debug}");
    assert_eq!(debug["causes"], Value::Null);
}

#[tokio::test]
async fn what_was_sent_is_listed() {
    let gateway = with_sink(partner(None), true).await;
    gateway.paid("A").await;
    send_due(&gateway.sender()).await;
    let (status, list) =
        call(&gateway.app, "GET", "/sandbox/v1/notifications?referenceNo=A", &Value::Null).await;
    assert_eq!((status, list.as_array().map(Vec::len)), (200, Some(1)));
    let row = &list[0];
    assert_eq!((&row["state"], &row["attempts"]), (&json!("delivered"), &json!(1)));
    assert!(row["url"].as_str().unwrap().ends_with("/v1.0/qr/qr-mpm-notify"));
    let body = BASE64.decode(row["body_base64"].as_str().unwrap()).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&body).unwrap()["originalReferenceNo"], "A");
    assert!(row["string_to_sign"].as_str().unwrap().starts_with("POST:/sandbox/"));
    assert!(row["headers"]["X-SIGNATURE"].as_str().unwrap().len() > 300);
    let (status, list) =
        call(&gateway.app, "GET", "/sandbox/v1/notifications?referenceNo=Z", &Value::Null).await;
    assert_eq!((status, list), (200, json!([])));
    assert_eq!(call(&gateway.app, "GET", "/sandbox/v1/notifications", &Value::Null).await.0, 400);
}

#[test]
fn simulations_are_read_as_they_are_written() {
    let words = Simulate::VARIANTS;
    assert_eq!(words, ["timeout", "insufficient-funds", "late-payment", "duplicate-notify"]);
    for word in words {
        assert_eq!(word.parse::<Simulate>().map(|simulate| simulate.as_str()).as_ref(), Ok(word));
    }
    assert!("other".parse::<Simulate>().is_err());
}
