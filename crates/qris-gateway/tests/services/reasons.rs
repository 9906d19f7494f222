//! What the sandbox says of refusals beside their codes: which check refused, on what, and what to do.

use qris_gateway::config::Config;
use qris_gateway::model::{Role, audit};
use qris_snap::policy::{BodyRule, ExternalIdRule, Policy, QueryInPath, Uniqueness};
use qris_snap::sign::Encodings;
use qris_snap::{DateTime, Service};
use serde_json::{Value, json};

use crate::common::Gateway;
use crate::common::client::{Call, Reply};

async fn sandbox() -> Gateway {
    Gateway::with(Config { sandbox: true, ..Config::default() }).await
}

/// The debug of a refusal with this code.
#[track_caller]
fn debug(reply: &Reply, code: &str) -> Value {
    let told = reply.expect(code);
    let debug = &told["additionalInfo"]["debug"];
    assert!(debug["advice"].as_str().is_some_and(|advice| !advice.is_empty()), "{told}");
    debug.clone()
}

#[track_caller]
fn says(reply: &Reply, code: &str, words: &[&str]) {
    let debug = debug(reply, code).to_string();
    assert!(words.iter().all(|word| debug.contains(word)), "{words:?}: {debug}");
}

#[tokio::test]
async fn refusals_of_the_business_say_what_was_looked_for() {
    let gateway = sandbox().await;
    let client = gateway.client("standard", Role::Merchant).await;
    let send = async |service: Service, body: Value| client.call(service, &body).send(&gateway).await;

    let reply =
        send(Service::Notify, json!({"originalReferenceNo": "A", "latestTransactionStatus": "00"})).await;
    says(&reply, "4035201", &["role merchant, upstream is wanted", "allow this service"]);
    let reply = send(Service::Query, json!({"originalReferenceNo": "NOBODY-1", "serviceCode": "47"})).await;
    says(&reply, "4045101", &["originalReferenceNo NOBODY-1", "Check the references"]);
    let reply =
        send(Service::Query, json!({"originalPartnerReferenceNo": "INV-NONE", "serviceCode": "47"})).await;
    says(&reply, "4045101", &["originalPartnerReferenceNo INV-NONE"]);
    let reply = send(Service::Generate, json!({"merchantId": "NO-MERCHANT"})).await;
    says(&reply, "4044708", &["no merchant NO-MERCHANT", "merchantId"]);

    let body = client.generate_body("10000.00");
    let first = client.call(Service::Generate, &body);
    let made = first.send(&gateway).await.expect("2004700");
    let reply = first.clone().external_id("next").send(&gateway).await;
    let number = body["partnerReferenceNo"].as_str().unwrap();
    says(&reply, "4094701", &[number, "new partnerReferenceNo"]);
    let reply = first.clone().send(&gateway).await;
    let day = DateTime::wib(gateway.app.clock.now()).unwrap().as_str()[..10].to_owned();
    says(
        &reply,
        "4094700",
        &[&first.external_id, &day, "service 47 with the same body", "new X-EXTERNAL-ID"],
    );
    let reply = first.clone().bytes(b"{}").send(&gateway).await;
    says(&reply, "4094700", &["service 47 with another body"]);

    let reference = made["referenceNo"].as_str().unwrap();
    let reply = send(Service::Refund, client.about(Service::Refund, reference)).await;
    says(&reply, "4047800", &["InvalidStatus", "Query the transaction"]);

    // The partner's page has the same.
    let id = client.partner.client_id.clone();
    let kept = gateway.write(move |tx| audit::requests(tx, &id)).await;
    for code in ["4035201", "4045101", "4094701", "4094700"] {
        let row = kept.iter().find(|row| row.code == code).unwrap();
        assert!(row.debug.contains("\"advice\""), "{code}: {}", row.debug);
    }
    assert!(kept.iter().filter(|row| row.http == 200).all(|row| row.debug == "{}"));
}

#[tokio::test]
async fn outside_the_sandbox_nothing_is_said_and_a_replay_is_the_same_in_it() {
    for sandbox in [false, true] {
        let gateway = Gateway::with(Config { sandbox, ..Config::default() }).await;
        let replay = |it: &mut qris_gateway::model::Partner| {
            it.policy.external_id =
                ExternalIdRule { uniqueness: Uniqueness::ReplayStored, ..ExternalIdRule::default() };
        };
        let client = gateway.client_with("standard", Role::Merchant, replay).await;
        let call = client.call(Service::Query, &json!({"originalReferenceNo": "X", "serviceCode": "47"}));
        let (first, again) = (call.send(&gateway).await, call.send(&gateway).await);
        let told = first.expect("4045101");
        assert_eq!(told["additionalInfo"].is_object(), sandbox, "{told}");
        assert_eq!(first.body, again.body);
        let reply = call.to("/v1.0/qr/qr-mpm-generate/").send(&gateway).await;
        let told = reply.expect("4040000");
        assert_eq!(told["responseMessage"], "No such path");
        assert_eq!(told["additionalInfo"].is_object(), sandbox, "{told}");
    }
}

#[tokio::test]
async fn a_path_that_leads_nowhere_names_the_nearest() {
    let gateway = sandbox().await;
    let client = gateway.client("standard", Role::Merchant).await;
    let call = client.call(Service::Generate, &json!({}));
    for (target, near) in [
        ("/v1.0/qr/qr-mpm-generate/", "the nearest path is /v1.0/qr/qr-mpm-generate"),
        ("/v1.0/qr/qr-mpm-generat", "the nearest path is /v1.0/qr/qr-mpm-generate"),
        ("/V1.0/qr/QR-mpm-generate?x=1", "the nearest path is /v1.0/qr/qr-mpm-generate"),
        ("/v1.0/access-token/b2b/", "the nearest path is /v1.0/access-token/b2b"),
        ("/nothing/at/all", "no path of a service is near"),
        // One of another dialect; and one behind a mount that is not this partner's.
        (
            "/pg/payment/card/v1.0/qr/qr-mpm-generate",
            "has service 47 qr/qr-mpm-generate at /v1.0/qr/qr-mpm-generate",
        ),
        ("/mount/v1.0/qr/qr-mpm-generate", "has service 47 qr/qr-mpm-generate at /v1.0/qr/qr-mpm-generate"),
    ] {
        let reply = call.clone().to(target).send(&gateway).await;
        let debug = debug(&reply, "4040000");
        assert!(debug["path"].as_str().unwrap().ends_with(near), "{target}: {debug}");
        assert_eq!(reply.json()["responseMessage"], "No such path");
    }
}

#[tokio::test]
async fn a_refused_signature_is_diagnosed_by_the_partners_own_rules() {
    let gateway = sandbox().await;
    let causes = async |call: Call<'_>| debug(&call.send(&gateway).await, "4014800")["causes"].clone();
    let change = |it: &mut qris_gateway::model::Partner| {
        it.mount = "/ours".to_owned();
        it.policy = Policy {
            query: QueryInPath::Exclude,
            prefixes: vec!["/agreed".into()].into(),
            body: BodyRule::MinifiedOnly,
            ..Policy::STANDARD
        };
    };
    let mut client = gateway.client_with("standard", Role::Issuer, change).await;
    client.fetch_customer_token(&gateway, "c").await;
    let path = "/v1.0/qr/qr-mpm-decode";
    let call = client.call(Service::Decode, &json!({"a": 1})).to(path);
    for signed in ["/ours", "/agreed"] {
        let signed = format!("{signed}{path}");
        let found = causes(call.clone().signed_for("POST", &signed)).await;
        assert_eq!(found, json!(["path-prefix-added"]), "{signed}");
    }
    let asked = format!("{path}?b=1&a=2");
    let found = causes(call.clone().to(&asked).signed_for("POST", &asked)).await;
    assert_eq!(found, json!(["path-with-query"]));
    assert_eq!(causes(call.clone().bytes(b"{ \"a\" : 1 }").raw_hash()).await, json!(["body-not-minified"]));
    // The customer's token was signed, the partner's is sent.
    let customer = client.customer_token.clone().unwrap();
    let sent = format!("Bearer {}", client.token.expose());
    let reply = call.clone().token(&customer).header("Authorization", sent).send(&gateway).await;
    let debug = debug(&reply, "4014800");
    assert_eq!(debug["causes"], json!(["token-other"]));
    assert!(!debug.to_string().contains(customer.expose()), "{debug}");
    // It holds, in a form that the policy does not take.
    let incoming = call.incoming(&gateway);
    let signature = incoming.headers.iter().find(|(name, _)| name == "x-signature").unwrap().1.clone();
    use base64::Engine;
    let bytes = base64::engine::general_purpose::STANDARD.decode(signature).unwrap();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(causes(call.clone().header("X-SIGNATURE", hex)).await, json!(["signature-hex"]));
}

/// What the key of today proves, the key before it does not take back.
#[tokio::test]
async fn a_hexadecimal_signature_is_told_so_while_a_key_is_rotated() {
    use qris_gateway::crypto::{random_id, secret_name};
    use qris_gateway::model::{Credential, CredentialKind, partner};
    let gateway = sandbox().await;
    let mut client =
        gateway.client_with("standard", Role::Merchant, |it| it.policy.encodings = Encodings::Base64).await;
    let (client_id, now) = (client.partner.client_id.clone(), gateway.app.clock.now());
    let value = gateway.app.master_key.seal(&secret_name(&client_id), b"the new secret").unwrap();
    let (id, kind) = (random_id().unwrap(), CredentialKind::Secret);
    let new = Credential { id, client_id, kind, value, created_at: now + 1, valid_until: None };
    gateway.write(move |tx| partner::rotate(tx, &new, now + 1000)).await;
    client.secret = "the new secret".to_owned();
    let call = client.call(Service::Generate, &json!({}));
    let incoming = call.incoming(&gateway);
    let signature = incoming.headers.iter().find(|(name, _)| name == "x-signature").unwrap().1.clone();
    use base64::Engine;
    let bytes = base64::engine::general_purpose::STANDARD.decode(signature).unwrap();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let reply = call.header("X-SIGNATURE", hex).send(&gateway).await;
    assert_eq!(debug(&reply, "4014700")["causes"], json!(["signature-hex"]));
}

#[tokio::test]
async fn a_clock_that_is_hours_off_is_told_so() {
    let gateway = sandbox().await;
    let client = gateway.client("standard", Role::Merchant).await;
    let reply = client.call(Service::Generate, &json!({})).at(-7 * 3600).send(&gateway).await;
    says(&reply, "4014700", &["7 h: UTC was labelled WIB", "Set the clock"]);
    let past = client.call(Service::Generate, &json!({})).timestamp("2026-11-20T25:44:30+07:00");
    says(&past.send(&gateway).await, "4004701", &["an hour of 24 or more", "X-TIMESTAMP"]);
}

#[tokio::test]
async fn php_clients_are_accepted_where_their_policy_says_so() {
    let gateway = sandbox().await;
    let signed = r#"{"partnerReferenceNo":"INV/é/1","amount":{"value":"1.00","currency":"IDR"}}"#;
    let sent = r#"{"partnerReferenceNo":"INV\/\u00e9\/1","amount":{"value":"1.00","currency":"IDR"}}"#;
    for (hashed, posted) in [(signed, sent), (sent, signed)] {
        for (rule, code) in [(BodyRule::AcceptPhpEscapes, "2004700"), (BodyRule::MinifiedOrRaw, "4014700")] {
            let change = |it: &mut qris_gateway::model::Partner| it.policy.body = rule;
            let client = gateway.client_with("standard", Role::Merchant, change).await;
            let call = client.call(Service::Generate, &json!({})).bytes(hashed.as_bytes());
            let told = call.tampered(posted.as_bytes()).send(&gateway).await.expect(code);
            assert_eq!(told["additionalInfo"]["debug"]["causes"].is_array(), code == "4014700", "{told}");
        }
    }
}

/// An acquirer whose id is not known here is told that, and not what another document wants of it.
#[tokio::test]
async fn an_unknown_id_is_said_before_what_is_missing() {
    let sandbox = sandbox().await;
    let elsewhere = Gateway::start().await;
    for (gateway, unknown) in [(&sandbox, "4015200"), (&elsewhere, "4015203")] {
        let upstream = gateway.client("finpay", Role::Upstream).await;
        let body = json!({"originalReferenceNo": "F-1"});
        let call = upstream.call(Service::Notify, &body).without("Authorization");
        let reply = call.clone().header("X-PARTNER-ID", "somebody").send(gateway).await;
        assert_eq!(reply.code, unknown, "{reply:?}");
        if unknown == "4015200" {
            says(&reply, unknown, &["no partner has this id", "Check X-PARTNER-ID"]);
        }
        // Who is known, or says nothing, hears what is missing.
        call.send(gateway).await.expect("4015203");
        let nobody = upstream.call(Service::Notify, &body).without("X-PARTNER-ID").without("X-CLIENT-KEY");
        nobody.send(gateway).await.expect("4005202");
    }
}

/// 48 of a text that something happened to.
#[tokio::test]
async fn a_scanned_text_that_was_damaged_is_explained() {
    let sandbox = sandbox().await;
    let issuer = sandbox.client("standard", Role::Issuer).await;
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/mpm/damaged");
    for (name, words) in [
        ("blanks-stripped--all", "the text is whole when the blanks that its lengths count are put back"),
        ("wifi--wpa", "this is access to a Wi-Fi network"),
    ] {
        let text = std::fs::read_to_string(format!("{folder}/{name}.qr")).unwrap();
        let body = json!({
            "partnerReferenceNo": name, "qrContent": text, "scanTime": "2026-11-28T10:00:00+07:00",
        });
        says(&issuer.call(Service::Decode, &body).send(&sandbox).await, "4004801", &[words]);
    }
}
