//! Who asks, and whether they may: partners, tokens, signatures, roles.

use qris_gateway::config::Config;
use qris_gateway::model::{Role, Simulate, partner};
use qris_snap::Service;
use qris_snap::policy::{Policy, TimestampRule, TimestampShapes, TokenRule};
use qris_snap::sign::Token;
use serde_json::json;

use crate::ROWS;
use crate::common::Gateway;
use crate::common::client::{Call, unique};

#[tokio::test]
async fn who_is_not_who_they_say_gets_nothing() {
    let gateway = Gateway::start().await;
    let client = gateway.client("standard", Role::Merchant).await;
    let other = gateway.client("standard", Role::Merchant).await;
    let rows = gateway.number(ROWS).await;
    let body = client.generate_body("10000.00");
    let call = client.call(Service::Generate, &body);
    let text = String::from_utf8(call.body.clone()).unwrap();
    let one_byte = text.replace("10000.00", "10001.00");
    let bearer = |token: &str| format!("Bearer {token}");
    for (call, code, message) in [
        (call.clone().tampered(one_byte.as_bytes()), "4014700", "Unauthorized. [Signature]"),
        (call.clone().header("X-SIGNATURE", "AAAA"), "4014700", "Unauthorized. [Signature]"),
        (call.clone().header("X-SIGNATURE", "!"), "4014700", "Unauthorized. [Signature]"),
        (call.clone().without("X-SIGNATURE"), "4004702", "Invalid Mandatory Field X-SIGNATURE"),
        (call.clone().at(-301), "4014700", "Unauthorized. [Timestamp]"),
        (call.clone().at(302), "4014700", "Unauthorized. [Timestamp]"),
        (call.clone().timestamp("yesterday"), "4004701", "Invalid Field Format X-TIMESTAMP"),
        (call.clone().without("X-TIMESTAMP"), "4004702", "Invalid Mandatory Field X-TIMESTAMP"),
        (call.clone().without("X-PARTNER-ID"), "4004702", "Invalid Mandatory Field X-PARTNER-ID"),
        (call.clone().without("X-EXTERNAL-ID"), "4004702", "Invalid Mandatory Field X-EXTERNAL-ID"),
        (
            call.clone().header("X-EXTERNAL-ID", "x".repeat(37)),
            "4004701",
            "Invalid Field Format X-EXTERNAL-ID",
        ),
        (call.clone().header("X-EXTERNAL-ID", "changed"), "2004700", "Successful"),
        (call.clone().header("X-PARTNER-ID", "nobody"), "4014701", "Invalid Token (B2B)"),
        (
            call.clone().header("X-PARTNER-ID", other.partner.partner_id.clone()),
            "4014701",
            "Invalid Token (B2B)",
        ),
        (call.clone().token(&other.token), "4014701", "Invalid Token (B2B)"),
        (call.clone().token(&Token::new("made-up")), "4014701", "Invalid Token (B2B)"),
        (call.clone().header("Authorization", bearer("made-up")), "4014701", "Invalid Token (B2B)"),
        (call.clone().header("Authorization", "Basic eA=="), "4014703", "Token Not Found (B2B)"),
        (call.clone().without("Authorization"), "4014703", "Token Not Found (B2B)"),
        (call.clone().header("Content-Type", "text/plain"), "4004701", "Invalid Field Format Content-Type"),
        (call.clone().method("GET"), "4054700", "Requested Function Is Not Supported"),
        (
            call.clone().method("PUT").signed_for("POST", &call.target),
            "4054700",
            "Requested Function Is Not Supported",
        ),
        (call.clone().signed_for("GET", &call.target), "4014700", "Unauthorized. [Signature]"),
        (call.clone().signed_for("POST", "/v1.0/qr/qr-mpm-query"), "4014700", "Unauthorized. [Signature]"),
        (call.clone().to("/v1.0/qr/qr-mpm-generate?a=1"), "2004700", "Successful"),
        (
            call.clone().to("/v1.0/qr/qr-mpm-generate?a=1").signed_for("POST", "/v1.0/qr/qr-mpm-generate"),
            "4014700",
            "Unauthorized. [Signature]",
        ),
        (call.clone().to("/v1.0/qr/qr-mpm-generat"), "4040000", "No such path"),
    ] {
        // The successes among them must not disturb the count.
        let before = gateway.number(ROWS).await;
        let call = if code == "2004700" {
            call.bytes(client.generate_body("1.00").to_string().as_bytes()).external_id(unique())
        } else {
            call
        };
        let reply = call.send(&gateway).await;
        let told = reply.expect(code);
        assert_eq!(told["responseMessage"], message, "{code}");
        if code != "2004700" {
            assert_eq!(gateway.number(ROWS).await, before, "{code} {message}");
        }
        if reply.http == 405 {
            assert!(reply.headers.contains(&("Allow".to_owned(), "POST".to_owned())));
        }
    }
    assert!(gateway.number(ROWS).await > rows, "the two successes");
    // A second security header is not chosen from.
    let mut incoming = call.incoming(&gateway);
    let token = incoming.headers.iter().find(|(name, _)| name == "authorization").cloned().unwrap();
    incoming.headers.push(token);
    let answer = qris_gateway::snap::answer(&gateway.app, incoming).await;
    assert_eq!(answer.code, "4004701");
    // After all this the same request passes: nothing used up its id or reference.
    call.send(&gateway).await.expect("2004700");
}

#[tokio::test]
async fn a_token_request_is_judged_the_same_way() {
    let gateway = Gateway::start().await;
    let client = gateway.client("standard", Role::Merchant).await;
    let other = gateway.client("standard", Role::Merchant).await;
    let rows = gateway.number(ROWS).await;
    let call = client.call(Service::TokenB2b, &json!({"grantType": "client_credentials"}));
    for (call, code) in [
        (call.clone().header("X-CLIENT-KEY", "nobody"), "4017300"),
        (call.clone().header("X-CLIENT-KEY", other.partner.client_id.clone()), "4017300"),
        (call.clone().without("X-CLIENT-KEY"), "4007302"),
        (call.clone().without("X-SIGNATURE"), "4007302"),
        (call.clone().at(-301), "4017300"),
        (call.clone().at(302), "4017300"),
        (call.clone().header("X-TIMESTAMP", "2026-11-21T13:44:30+07:00"), "4017300"),
        (call.clone().bytes(b"{}"), "4007302"),
        (call.clone().bytes(br#"{"grantType":"password"}"#), "4007301"),
        (call.clone().bytes(b""), "4007300"),
        (call.clone().method("GET"), "4057300"),
    ] {
        call.send(&gateway).await.expect(code);
        assert_eq!(gateway.number(ROWS).await, rows, "{code}");
    }
    let reply = call.send(&gateway).await;
    let told = reply.expect("2007300");
    assert_eq!((&told["tokenType"], &told["expiresIn"]), (&json!("Bearer"), &json!("900")));
    assert!(
        reply
            .headers
            .iter()
            .any(|(name, value)| { name == "X-CLIENT-KEY" && *value == client.partner.client_id })
    );
    // The older spelling, and what live clients send beside it.
    let call =
        client.call(Service::TokenB2b, &json!({"grant_type": "client_credentials", "additionalInfo": ""}));
    call.send(&gateway).await.expect("2007300");
    // Nothing of a token is in the database but its hash.
    let text = told["accessToken"].as_str().unwrap().to_owned();
    let found = gateway.write(move |tx| {
        let sql = "SELECT COUNT(*) FROM token WHERE hash = $1";
        tx.one::<i64>(sql, &[&text.as_bytes()])
    });
    assert_eq!(found.await, 0);
}

#[tokio::test]
async fn tokens_end_and_partners_are_disabled() {
    let gateway = Gateway::start().await;
    let client = gateway.client("standard", Role::Merchant).await;
    let generate = || client.call(Service::Generate, &json!({}));
    generate().send(&gateway).await.expect("2004700");
    gateway.app.clock.set_offset(899);
    generate().send(&gateway).await.expect("2004700");
    gateway.app.clock.set_offset(901);
    generate().send(&gateway).await.expect("4014701");
    gateway.app.clock.set_offset(0);
    let (id, now) = (client.partner.client_id.clone(), gateway.app.clock.now());
    gateway.write(move |tx| partner::disable(tx, &id, now)).await;
    generate().send(&gateway).await.expect("4014701");
    client.fetch_token(&gateway).await.expect("4017300");

    let once =
        gateway.client_with("standard", Role::Merchant, |it| it.policy.token = TokenRule::SingleUse).await;
    // What was refused did not use it up.
    once.call(Service::Generate, &json!({})).bytes(b"[]").send(&gateway).await.expect("4004700");
    once.call(Service::Generate, &json!({})).send(&gateway).await.expect("2004700");
    once.call(Service::Generate, &json!({})).send(&gateway).await.expect("4014701");
    let none = gateway.client_with("standard", Role::Merchant, |it| it.policy.token = TokenRule::None).await;
    let call = none.call(Service::Generate, &json!({})).token(&Token::default());
    call.without("Authorization").send(&gateway).await.expect("2004700");
}

#[tokio::test]
async fn both_keys_hold_while_one_is_rotated() {
    use qris_gateway::crypto::{random_id, secret_name};
    use qris_gateway::model::{Credential, CredentialKind};
    let gateway = Gateway::start().await;
    let mut client = gateway.client("standard", Role::Merchant).await;
    let (id, now) = (client.partner.client_id.clone(), gateway.app.clock.now());
    let sealed = gateway.app.master_key.seal(&secret_name(&id), b"the new secret").unwrap();
    let new = Credential {
        id: random_id().unwrap(),
        client_id: id,
        kind: CredentialKind::Secret,
        value: sealed,
        created_at: now,
        valid_until: None,
    };
    gateway.write(move |tx| partner::rotate(tx, &new, now + 100)).await;
    let old = std::mem::replace(&mut client.secret, "the new secret".to_owned());
    client.call(Service::Generate, &json!({})).send(&gateway).await.expect("2004700");
    client.secret = old;
    client.call(Service::Generate, &json!({})).at(1).send(&gateway).await.expect("2004700");
    gateway.app.clock.set_offset(101);
    client.call(Service::Generate, &json!({})).send(&gateway).await.expect("4014700");
    client.secret = "the new secret".to_owned();
    client.call(Service::Generate, &json!({})).at(2).send(&gateway).await.expect("2004700");
}

#[tokio::test]
async fn roles_have_their_services() {
    let gateway = Gateway::start().await;
    let merchant = gateway.client("standard", Role::Merchant).await;
    let mut issuer = gateway.client("standard", Role::Issuer).await;
    issuer.fetch_customer_token(&gateway, "c").await;
    let upstream = gateway.client("standard", Role::Upstream).await;
    let qr = merchant.generate(&gateway, "10000.00").await;
    let number = qr["referenceNo"].as_str().unwrap();
    let bodies = [
        (Service::Generate, Role::Merchant, json!({})),
        (Service::Query, Role::Merchant, merchant.about(Service::Query, number)),
        (Service::Cancel, Role::Merchant, merchant.about(Service::Cancel, number)),
        (Service::Refund, Role::Merchant, merchant.about(Service::Refund, number)),
        (
            Service::Decode,
            Role::Issuer,
            json!({"qrContent": qr["qrContent"], "scanTime": "2026-11-21T10:00:00+07:00"}),
        ),
        (Service::ApplyOtt, Role::Issuer, json!({"userResources": ["OTT"]})),
        (Service::Payment, Role::Issuer, json!({"partnerReferenceNo": "P"})),
        // No merchant can mark its own QR code as paid.
        (
            Service::Notify,
            Role::Upstream,
            json!({"originalReferenceNo": number, "latestTransactionStatus": "00"}),
        ),
    ];
    for (service, role, body) in bodies {
        for client in [&merchant, &issuer, &upstream] {
            let reply = client.call(service, &body).send(&gateway).await;
            let code = format!("403{:02}01", service.code());
            assert_eq!(reply.code == code, client.partner.role != role, "{service} {}", reply.text());
        }
    }
}

#[tokio::test]
async fn without_a_window_a_timestamp_never_grows_stale() {
    let gateway = Gateway::start().await;
    let rule = TimestampRule { window_seconds: None, shapes: TimestampShapes::Rfc3339 };
    let client = gateway.client_with("standard", Role::Merchant, |it| it.policy.timestamp = rule).await;
    let call = client.call(Service::Generate, &json!({})).timestamp("2001-01-01T00:00:00+07:00");
    call.send(&gateway).await.expect("2004700");
    call.send(&gateway).await.expect("4094700");
}

#[tokio::test]
async fn a_strict_policy_is_strict() {
    use qris_snap::policy::{BodyRule, Charset};
    let gateway = Gateway::start().await;
    let strict = |it: &mut qris_gateway::model::Partner| {
        it.policy = Policy { body: BodyRule::MinifiedOnly, ..Policy::STANDARD };
        it.policy.external_id.charset = Charset::Numeric;
        it.policy.timestamp.shapes = TimestampShapes::Standard;
    };
    let client = gateway.client_with("standard", Role::Merchant, strict).await;
    let call = client.call(Service::Generate, &json!({}));
    call.send(&gateway).await.expect("2004700");
    call.clone().external_id("abc").send(&gateway).await.expect("4004701");
    call.clone().timestamp("2026-11-21T06:44:30Z").send(&gateway).await.expect("4004701");
    call.clone().external_id(unique()).bytes(b"{ }").raw_hash().send(&gateway).await.expect("4014700");
}

#[tokio::test]
async fn the_sandbox_says_why_and_nobody_else_does() {
    for sandbox in [false, true] {
        let gateway = Gateway::with(Config { sandbox, ..Config::default() }).await;
        let client = gateway.client("standard", Role::Merchant).await;
        let call = client.call(Service::Generate, &json!({})).tampered(b"{\"a\":1}");
        let told = call.send(&gateway).await.expect("4014700");
        assert_eq!(told["additionalInfo"]["debug"].is_object(), sandbox, "{told}");
        let text = told.to_string();
        assert!(!text.contains(client.token.expose()) && !text.contains(&client.secret), "{text}");
        let id = client.partner.client_id.clone();
        let remembered = gateway.write(move |tx| qris_gateway::model::audit::requests(tx, &id)).await;
        assert_eq!(remembered.iter().filter(|it| it.code == "4014700").count(), usize::from(sandbox));
        // What to simulate means something here only.
        let body = json!({"additionalInfo": {"simulate": "nonsense"}});
        let reply = client.call(Service::Generate, &body).send(&gateway).await;
        reply.expect(if sandbox { "4004701" } else { "2004700" });
        let body = json!({"additionalInfo": {"simulate": "late-payment"}});
        let told = client.call(Service::Generate, &body).send(&gateway).await.expect("2004700");
        let stored = gateway.transaction(told["referenceNo"].as_str().unwrap()).await;
        assert_eq!(stored.simulate, sandbox.then_some(Simulate::LatePayment));
    }
}

/// What is answered does not tell whether a partner exists: neither with a wrong token nor with a wrong signature.
#[tokio::test]
async fn an_unknown_partner_hears_what_a_known_one_hears() {
    let gateway = Gateway::start().await;
    let known = gateway.client("standard", Role::Merchant).await;
    let stranger = known.call(Service::Generate, &json!({})).header("X-PARTNER-ID", "nobody");
    let wrong_token = known.call(Service::Generate, &json!({})).header("Authorization", "Bearer nonsense");
    let (stranger, wrong_token) = (stranger.send(&gateway).await, wrong_token.send(&gateway).await);
    assert_eq!((stranger.http, &stranger.body), (wrong_token.http, &wrong_token.body));

    let stranger = known.call(Service::TokenB2b, &json!({"grantType": "client_credentials"}));
    let wrong = stranger.clone().header("X-SIGNATURE", "bm9uc2Vuc2U=").send(&gateway).await;
    let stranger = stranger.header("X-CLIENT-KEY", "nobody").send(&gateway).await;
    assert_eq!((stranger.http, &stranger.body), (wrong.http, &wrong.body));
}

#[tokio::test]
async fn a_partner_that_asks_from_elsewhere_is_nobody() {
    let gateway = Gateway::start().await;
    let client = gateway.client("standard", Role::Merchant).await;
    let mut bound = client.partner.clone();
    bound.allow_ips = ["10.1.0.0/16", "2001:db8::/32"].iter().map(|net| net.parse().unwrap()).collect();
    gateway.write(move |tx| partner::update(tx, &bound)).await;
    let body = client.generate_body("10000.00");
    let services = [
        (
            client.call(Service::TokenB2b, &json!({"grantType": "client_credentials"})),
            "X-CLIENT-KEY",
            "4017300",
        ),
        (client.call(Service::Generate, &body), "X-PARTNER-ID", "4014701"),
    ];
    for (call, name, code) in services {
        let ask = async |call: &Call, address: &str| {
            let mut incoming = call.incoming(&gateway);
            incoming.address = address.parse().unwrap();
            qris_gateway::snap::answer(&gateway.app, incoming).await
        };
        let rows = gateway.number(ROWS).await;
        let nobody = ask(&call.clone().header(name, "nobody"), "10.1.2.3").await;
        for elsewhere in ["10.2.0.1", "192.0.2.1", "2001:db9::1", "::1"] {
            let refused = ask(&call, elsewhere).await;
            assert_eq!((refused.code.as_str(), &refused.body), (code, &nobody.body), "{elsewhere}");
            assert_eq!(refused.client_id, None, "{elsewhere}");
        }
        assert_eq!(gateway.number(ROWS).await, rows);
        for (number, near) in ["10.1.2.3", "::ffff:10.1.2.3", "2001:db8::7"].iter().enumerate() {
            let taken = ask(&call.clone().external_id(format!("{number}")), near).await;
            // Repeats of one reference are told so: they were let in.
            assert_ne!(taken.http, 401, "{near}: {}", taken.code);
        }
    }
}
