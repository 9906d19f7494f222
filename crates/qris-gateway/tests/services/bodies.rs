//! Bad bodies and a bad storage: the right code, and nothing stored.

use qris_gateway::model::Role;
use qris_snap::Service;
use serde_json::json;

use crate::ROWS;
use crate::common::Gateway;

#[tokio::test]
async fn bodies_that_are_no_messages() {
    let gateway = Gateway::start().await;
    let client = gateway.client("standard", Role::Merchant).await;
    let rows = gateway.number(ROWS).await;
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let nested = format!("{}1{}", r#"{"a":"#.repeat(65), "}".repeat(65));
    let large = format!(r#"{{"a":"{}"}}"#, "x".repeat(256 * 1024));
    let number = format!(r#"{{"amount":{{"value":{},"currency":"IDR"}}}}"#, "9".repeat(100_000));
    let many = format!("{{{}}}", (0..9_000).map(|n| format!("\"m{n}\":[]")).collect::<Vec<_>>().join(","));
    for (body, code) in [
        (b"".as_slice(), "4004700"),
        (b"null", "4004700"),
        (b"[]", "4004700"),
        (b"\"x\"", "4004700"),
        (b"{", "4004700"),
        (b"{}{}", "4004700"),
        (b"{\"a\":\"\xff\"}", "4004700"),
        (b"\xef\xbb\xbf{}", "4004700"),
        (b"{\"a\":\"\\ud800\"}", "4004700"),
        (br#"{"merchantId":"a","merchantId":"b"}"#, "4004701"),
        (br#"{"amount":{"value":"1.00","value":"2.00","currency":"IDR"}}"#, "4004701"),
        (br#"{"partnerReferenceNo":7}"#, "4004701"),
        (br#"{"additionalInfo":[]}"#, "4004701"),
        (deep.as_bytes(), "4004700"),
        (nested.as_bytes(), "4004700"),
        (large.as_bytes(), "4004700"),
        (number.as_bytes(), "4004701"),
        (many.as_bytes(), "2004700"),
    ] {
        let before = gateway.number(ROWS).await;
        let reply = client.call(Service::Generate, &json!({})).bytes(body).send(&gateway).await;
        reply.expect(code);
        assert_eq!(gateway.number(ROWS).await == before, code != "2004700", "{code}");
    }
    assert!(gateway.number(ROWS).await > rows);
    // Hashed as it was sent, by a client that does not minify.
    let body = br#"{ "partnerReferenceNo": "caf\u00e9", "additionalInfo": "" }"#;
    client.call(Service::Generate, &json!({})).bytes(body).raw_hash().send(&gateway).await.expect("2004700");
}

#[tokio::test]
async fn a_storage_that_fails_is_told_as_such() {
    let gateway = Gateway::start().await;
    let client = gateway.client("standard", Role::Merchant).await;
    let qr = client.generate(&gateway, "10.00").await;
    // A table that is gone is a fault of ours; nothing of the request stays.
    gateway.write(|tx| tx.execute("ALTER TABLE txn RENAME TO hidden", &[])).await;
    let rows = gateway.number("SELECT COUNT(*) FROM reference").await;
    let body = client.generate_body("10.00");
    let call = client.call(Service::Generate, &body);
    let told = call.send(&gateway).await.expect("5004700");
    assert_eq!(told["responseMessage"], "General Error", "says nothing about tables");
    assert_eq!(gateway.number("SELECT COUNT(*) FROM reference").await, rows);
    gateway.write(|tx| tx.execute("ALTER TABLE hidden RENAME TO txn", &[])).await;
    call.send(&gateway).await.expect("2004700");
    assert_eq!(client.status(&gateway, qr["referenceNo"].as_str().unwrap()).await, "01");
}
