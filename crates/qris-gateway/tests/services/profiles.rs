//! The shipped profiles: each holds one request of its provider's kind that works, and others that do not.

use qris_gateway::admin::{Profile, SHIPPED};
use qris_gateway::model::Role;
use qris_snap::Service;
use qris_snap::policy::SignatureMode;
use serde_json::json;

use crate::common::Gateway;
use crate::common::client::{Call, Client, unique};

/// A partner as a shipped profile describes it.
async fn partner(gateway: &Gateway, id: &str, role: Role) -> Client {
    let profile = Profile::open(id).unwrap();
    let policy = profile.policy().unwrap();
    let change = |it: &mut qris_gateway::model::Partner| {
        it.policy = policy;
        it.mount = profile.mount.clone().unwrap_or_default();
    };
    gateway.client_with(profile.dialect.name, role, change).await
}

/// How a provider's clients send what they sign.
type Sent = for<'a> fn(Call<'a>) -> Call<'a>;

fn plain(call: Call<'_>) -> Call<'_> {
    call
}

fn without_token(call: Call<'_>) -> Call<'_> {
    call.without("Authorization")
}

fn hmac(mut call: Call<'_>) -> Call<'_> {
    call.mode = SignatureMode::Symmetric;
    call
}

fn rsa(mut call: Call<'_>) -> Call<'_> {
    call.mode = SignatureMode::AsymmetricNoToken;
    call
}

fn behind<'a>(call: Call<'a>, prefix: &str) -> Call<'a> {
    let path = call.target.strip_prefix(prefix).unwrap().to_owned();
    call.signed_for("POST", &path)
}

/// Profile, where 47 is, what works, what does not and with which code.
type Row = (&'static str, &'static str, &'static [Sent], &'static [(Sent, &'static str)]);

const GENERATED: &[Row] = &[
    (
        "bjb",
        "/v1.0/qr/qr-mpm-generate",
        &[|call| call.external_id("0f1e2d3c4b5a69788796")],
        &[(|call| call.without("ORIGIN"), "4004702"), (rsa, "4014700")],
    ),
    (
        "bri",
        "/v1.1/qr-dynamic-mpm/qr-mpm-generate-qr",
        &[plain, |call| {
            let (target, signed) = (format!("{}?a=1", call.target), call.target.clone());
            call.to(&target).signed_for("POST", &signed)
        }],
        &[
            (|call| call.external_id("A1"), "4004701"),
            (|call| call.to("/v1.0/qr-dynamic-mpm/qr-mpm-generate-qr"), "4040000"),
            (
                |call| {
                    let target = format!("{}?a=1", call.target);
                    call.to(&target)
                },
                "4014700",
            ),
        ],
    ),
    (
        "brick",
        "/v2/payments/acceptance/1.0/qr/qr-mpm-generate",
        &[|call| call.external_id("constant"), |call| call.external_id("constant").at(1)],
        &[(|call| call.without("X-CLIENT-KEY"), "4004702"), (hmac, "4014700")],
    ),
    (
        "dana",
        "/v1.0/qr/qr-mpm-generate.htm",
        &[without_token, |call| call.header("CHANNEL-ID", "2021033193419-SERVER")],
        &[(hmac, "4014700"), (|call| call.to("/v1.0/qr/qr-mpm-query.htm"), "4040000")],
    ),
    (
        "doku",
        "/snap-adapter/b2b/v1.0/qr/qr-mpm-generate",
        &[plain, |call| call.header("CHANNEL-ID", "H2H"), |call| call.external_id("0".repeat(50))],
        &[(without_token, "4014703"), (rsa, "4014700"), (|call| call.external_id("0".repeat(51)), "4004701")],
    ),
    (
        "faspay",
        "/v1.0/qr/qr-mpm-generate",
        &[without_token, |call| call.external_id("41807553358950093184162180797837")],
        &[
            (|call| call.external_id("ORDER1"), "4004701"),
            (|call| call.header("CHANNEL-ID", "880011"), "4004701"),
            (hmac, "4014700"),
        ],
    ),
    (
        "finnet",
        "/v1.0/qr/qr-mpm-generate",
        &[plain],
        &[(|call| call.header("Authorization-Customer", "Bearer nobody's"), "4014702"), (rsa, "4014700")],
    ),
    (
        "finpay",
        "/pg/payment/card/v1.0/qr/qr-mpm-generate",
        &[|call| call.external_id("41807553358950093184162180797837")],
        &[
            (|call| call.external_id("418075533589500931841621807978371"), "4004701"),
            (|call| call.external_id("A1"), "4004701"),
            (|call| call.without("ORIGIN"), "4004702"),
            (|call| call.without("Accept"), "4004702"),
        ],
    ),
    (
        "midtrans",
        "/v1.0/qr/qr-mpm-generate",
        &[|call| call.external_id("6a39a94e-6a50-4f3a-9aa8-a31be5f4a6f0")],
        &[(|call| call.header("CHANNEL-ID", "123456"), "4004701"), (without_token, "4014703")],
    ),
    (
        "nicepay",
        "/nicepay/api/v1.0/qr/qr-mpm-generate",
        &[
            |call| behind(call, "/nicepay"),
            |call| call.external_id("ordNo20260101000000000000000000000000000"),
            |call| call.raw_hash().bytes(b"{\"validityPeriod\": \"\", \"additionalInfo\": {}}"),
        ],
        &[
            (|call| behind(call, "/nicepay/api"), "4014700"),
            (|call| call.external_id("o".repeat(41)), "4004701"),
            (|call| call.header("CHANNEL-ID", "a-channel-of-21-bytes"), "4004701"),
        ],
    ),
    (
        "paylabs",
        "/api/v1.0/qr/qr-mpm-generate",
        &[|call| behind(without_token(call), "/api/v1.0").without("CHANNEL-ID"), plain],
        &[
            (|call| behind(call, "/api/v1.0/qr"), "4014700"),
            (|call| call.without("X-EXTERNAL-ID"), "4004702"),
            (hmac, "4014700"),
        ],
    ),
    (
        "winpay",
        "/snap/v1.0/qr/qr-mpm-generate",
        &[|call| behind(without_token(call), "/snap"), |call| call.header("CHANNEL-ID", "QRIS")],
        &[(|call| behind(call, "/snap/v1.0"), "4014700"), (hmac, "4014700")],
    ),
];

#[tokio::test]
async fn every_profile_takes_its_providers_requests_and_no_others() {
    let gateway = Gateway::start().await;
    let told: Vec<&str> = GENERATED.iter().map(|row| row.0).collect();
    assert_eq!(told, SHIPPED.iter().map(|row| row.0).collect::<Vec<_>>());
    for (id, path, work, fail) in GENERATED {
        let client = partner(&gateway, id, Role::Merchant).await;
        let call = || {
            let mut body = client.generate_body("10000.00");
            body["validityPeriod"] = if *id == "brick" { json!("900") } else { json!("") };
            client.call(Service::Generate, &body)
        };
        assert_eq!(call().target, *path, "{id}");
        for (number, sent) in work.iter().enumerate() {
            let reply = sent(call()).send(&gateway).await;
            assert_eq!(reply.code, "2004700", "{id}, way {number}: {}", reply.text());
        }
        for (number, (sent, code)) in fail.iter().enumerate() {
            let reply = sent(call()).send(&gateway).await;
            assert_eq!(reply.code, *code, "{id}, fault {number}: {}", reply.text());
        }
    }
}

#[tokio::test]
async fn tokens_are_where_a_profile_has_them_and_as_its_clients_read_them() {
    let gateway = Gateway::start().await;
    for (id, path, expires) in [
        ("bjb", "/api/v1/access-token/b2b", json!("900")),
        ("bri", "/snap/v1.0/access-token/b2b", json!("900")),
        ("brick", "/v2/payments/acceptance/1.0/access-token/b2b", json!(900)),
        ("doku", "/authorization/v1/access-token/b2b", json!(900)),
        ("finpay", "/snap/oauth/v1.0/access-token/b2b", json!(900)),
        ("midtrans", "/v1.0/access-token/b2b", json!("900")),
        ("nicepay", "/nicepay/v1.0/access-token/b2b", json!("900")),
    ] {
        let client = partner(&gateway, id, Role::Merchant).await;
        let call = client.call(Service::TokenB2b, &json!({"grantType": "client_credentials"}));
        assert_eq!(call.target, path, "{id}");
        assert_eq!(call.send(&gateway).await.expect("2007300")["expiresIn"], expires, "{id}");
        call.to("/elsewhere/access-token/b2b").send(&gateway).await.expect("4040000");
    }
}

#[tokio::test]
async fn what_a_repetition_gets_is_the_profiles() {
    let gateway = Gateway::start().await;
    for (id, same, other) in [
        ("midtrans", "2004700", "4094700"),
        ("doku", "4094700", "4094700"),
        ("finpay", "4094700", "4094700"),
        // The id is a constant there: what is unique is the reference.
        ("brick", "4094701", "2004700"),
    ] {
        let client = partner(&gateway, id, Role::Merchant).await;
        let body = || {
            let mut body = client.generate_body("10000.00");
            body["validityPeriod"] = if id == "brick" { json!("900") } else { json!("") };
            body
        };
        let number = unique();
        let call = client.call(Service::Generate, &body()).external_id(number);
        let first = call.send(&gateway).await;
        first.expect("2004700");
        let again = call.clone().at(1).send(&gateway).await;
        assert_eq!(again.code, same, "{id}: {}", again.text());
        assert_eq!(again.text() == first.text(), same == "2004700", "{id}");
        let changed = client.call(Service::Generate, &body()).external_id(number);
        assert_eq!(changed.send(&gateway).await.code, other, "{id}");
    }
    // One second, two services, one id.
    let client = partner(&gateway, "nicepay", Role::Merchant).await;
    let number = unique();
    let qr = client.call(Service::Generate, &client.generate_body("1.00")).external_id(number);
    let qr = qr.send(&gateway).await.expect("2004700");
    let about = client.about(Service::Query, crate::text(&qr["referenceNo"]));
    let query = client.call(Service::Query, &about).external_id(number);
    assert_eq!(query.target, "/nicepay/api/v1.0/qr/qr-mpm-query");
    query.send(&gateway).await.expect("2005100");
    query.send(&gateway).await.expect("4095100");
}

/// Samples of BRI have the HMAC in hexadecimal; others do not take it.
#[tokio::test]
async fn a_signature_in_hexadecimal_is_bris_alone() {
    use base64::Engine;
    let gateway = Gateway::start().await;
    for (id, code) in [("bri", "2004700"), ("doku", "4014700")] {
        let client = partner(&gateway, id, Role::Merchant).await;
        let mut request = client.call(Service::Generate, &client.generate_body("1.00")).incoming(&gateway);
        for (name, value) in &mut request.headers {
            if name == "x-signature" {
                let bytes = base64::engine::general_purpose::STANDARD.decode(&*value).unwrap();
                *value = bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into_bytes();
            }
        }
        assert_eq!(crate::common::answer(&gateway.app, request).await.code, code, "{id}");
    }
}

/// Finnet's document is about what tells of payments.
#[tokio::test]
async fn a_finnet_upstream_sends_thirteen_headers() {
    let gateway = Gateway::start().await;
    let client = partner(&gateway, "finnet", Role::Upstream).await;
    let amount = json!({"value": "1000.00", "currency": "IDR"});
    let body = json!({
        "originalReferenceNo": "R1", "originalPartnerReferenceNo": "P1", "latestTransactionStatus": "03",
        "amount": amount, "feeAmount": amount,
    });
    let call = || client.call(Service::Notify, &body);
    call().send(&gateway).await.expect("2005200");
    for header in ["ORIGIN", "X-IP-ADDRESS", "X-DEVICE-ID", "X-LATITUDE", "X-LONGITUDE"] {
        call().without(header).send(&gateway).await.expect("4005202");
    }
}
