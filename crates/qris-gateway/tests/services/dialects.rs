//! What differs from partner to partner: dialects and mounts.

use qris_gateway::model::Role;
use qris_snap::Service;
use qris_snap::datetime::DAY;
use serde_json::json;

use crate::common::client::unique;
use crate::common::{Gateway, whatever_it_asks};
use crate::text;

#[tokio::test]
async fn finpay_speaks_finpay() {
    let gateway = Gateway::start().await;
    let client = gateway.client("finpay", Role::Merchant).await;
    let call = client.call(Service::TokenB2b, &json!({}));
    assert_eq!(call.target, "/snap/oauth/v1.0/access-token/b2b");
    let token = call.send(&gateway).await.expect("2007300");
    assert_eq!(token["expiresIn"], 900);
    let body = json!({
        "partnerReferenceNo": "FP-1",
        "amount": {"value": "1000.00", "currency": "IDR"},
        "FeeAmount": {"value": "50.00", "currency": "IDR"},
        "merchantId": client.merchant_id,
    });
    let call = client.call(Service::Generate, &body);
    assert_eq!(call.target, "/pg/payment/card/v1.0/qr/qr-mpm-generate");
    let qr = call.send(&gateway).await.expect("2004700");
    assert_eq!(qr["responseMessage"], "Request has been processed successfully");
    let query = json!({"partnerReferenceNo": "FP-1", "merchantId": client.merchant_id});
    let told = client.call(Service::Query, &query).send(&gateway).await.expect("2004700");
    assert_eq!((&told["transactionStatus"], &told["referenceNo"]), (&json!("PENDING"), &qr["referenceNo"]));
    gateway.pay(text(&qr["referenceNo"]), whatever_it_asks()).await.unwrap();
    let told = client.call(Service::Query, &query).send(&gateway).await.expect("2004700");
    assert_eq!(told["transactionStatus"], "PAID");
    assert!(told["transactionDate"].is_string());
    let refund = json!({
        "partnerReferenceNo": "FP-R1", "originalReferenceNo": qr["referenceNo"], "reason": "test",
    });
    let told = client.call(Service::Refund, &refund).send(&gateway).await.expect("2004700");
    assert_eq!(told["partnerReferenceNo"], "FP-R1");
    assert!(told["referenceNo"].is_string() && told["transactionDate"].is_string());
    client.call(Service::Refund, &refund).send(&gateway).await.expect("4097801");
    assert_eq!(client.status(&gateway, text(&qr["referenceNo"])).await, "REFUNDED");
    // Its own rules: a fifth character of CHANNEL-ID is the last, ids are digits, Accept is wanted.
    let call = client.call(Service::Query, &query);
    call.clone().header("CHANNEL-ID", "123456").send(&gateway).await.expect("4005101");
    call.clone().external_id("abc").send(&gateway).await.expect("4005101");
    call.without("Accept").send(&gateway).await.expect("4005102");
    // What expired has a word.
    let qr = client.generate(&gateway, "10.00").await;
    gateway.app.clock.set_offset(DAY + 10);
    let token = client.fetch_token(&gateway).await.expect("2007300");
    let token = qris_snap::sign::Token::new(text(&token["accessToken"]));
    let query = json!({"originalReferenceNo": qr["referenceNo"]});
    let told = client.call(Service::Query, &query).token(&token).send(&gateway).await.expect("2004700");
    assert_eq!(told["transactionStatus"], "EXPIRED");
}

#[tokio::test]
async fn brick_speaks_brick() {
    let gateway = Gateway::start().await;
    let client = gateway.client("brick", Role::Merchant).await;
    let token =
        client.call(Service::TokenB2b, &json!({"grant_type": "client_credentials"})).send(&gateway).await;
    let token = token.expect("2007300");
    assert!(token["responseCode"].is_u64() && token["expiresIn"] == 900, "{token}");
    let mut body = client.generate_body("10000.00");
    body["validityPeriod"] = json!("600");
    let now = gateway.app.clock.now();
    // X-EXTERNAL-ID is a constant of this provider.
    let call = client.call(Service::Generate, &body).external_id("constant");
    assert_eq!(call.target, "/v2/payments/acceptance/1.0/qr/qr-mpm-generate");
    let qr = call.send(&gateway).await.expect("2004700");
    assert!(qr["responseCode"].is_u64());
    let until = qris_snap::DateTime::parse(text(&qr["additionalInfo"]["expiryTime"])).unwrap().unix();
    assert!((now + 600..=now + 605).contains(&until));
    call.send(&gateway).await.expect("4094701");
    let query = json!({"originalReferenceNo": qr["referenceNo"], "serviceCode": 51});
    let told = client.call(Service::Query, &query).external_id("constant").send(&gateway).await;
    let told = told.expect("2005100");
    assert_eq!((&told["latestTransactionStatus"], &told["serviceCode"]), (&json!(1), &json!(47)));
    // X-PARTNER-ID is the provider's own value; the partner is known by X-CLIENT-KEY.
    let call = client.call(Service::Query, &query);
    call.clone().header("X-PARTNER-ID", "brick").send(&gateway).await.expect("2005100");
    call.clone().without("X-CLIENT-KEY").send(&gateway).await.expect("4005102");
    call.header("X-CLIENT-KEY", "nobody").send(&gateway).await.expect("4015101");
    for (period, code) in [("599", "4004701"), ("soon", "4004701"), ("999999", "2004700")] {
        let mut body = client.generate_body("10.00");
        body["validityPeriod"] = json!(period);
        client.call(Service::Generate, &body).send(&gateway).await.expect(code);
    }
}

#[tokio::test]
async fn a_mount_is_its_partners_alone() {
    let gateway = Gateway::start().await;
    let mounted = gateway.client_with("standard", Role::Merchant, |it| it.mount = "/api".to_owned()).await;
    let plain = gateway.client("standard", Role::Merchant).await;
    let call = mounted.call(Service::Generate, &json!({}));
    assert_eq!(call.target, "/api/v1.0/qr/qr-mpm-generate");
    call.send(&gateway).await.expect("2004700");
    // Some clients sign the path without the prefix they post to.
    call.clone()
        .external_id(unique())
        .at(1)
        .signed_for("POST", "/v1.0/qr/qr-mpm-generate")
        .send(&gateway)
        .await
        .expect("2004700");
    // Without the mount too; not under another one.
    let plain_path = "/v1.0/qr/qr-mpm-generate";
    mounted.call(Service::Generate, &json!({})).at(2).to(plain_path).send(&gateway).await.expect("2004700");
    for (client, path) in [
        (&mounted, "/other/v1.0/qr/qr-mpm-generate"),
        (&mounted, "/api/api/v1.0/qr/qr-mpm-generate"),
        (&plain, "/api/v1.0/qr/qr-mpm-generate"),
        // Nor where another dialect has it.
        (&plain, "/pg/payment/card/v1.0/qr/qr-mpm-generate"),
    ] {
        client.call(Service::Generate, &json!({})).to(path).send(&gateway).await.expect("4040000");
    }
    // Who cannot sign does not learn who has which mount.
    let call = plain.call(Service::Generate, &json!({})).to("/api/v1.0/qr/qr-mpm-generate");
    call.tampered(b"{ \"a\":1}").send(&gateway).await.expect("4014700");
}
