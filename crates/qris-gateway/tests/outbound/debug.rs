//! Why the sandbox refused a request.

use qris_gateway::db::DbError;
use qris_gateway::model::audit;
use qris_gateway::sandbox::{self, Refused, debug};
use qris_gateway::snap::{self, Incoming};
use qris_snap::codes::Situation;
use qris_snap::policy::Policy;
use qris_snap::sign::{Secret, StringToSign, VerifyingKey, sign_hmac};
use qris_snap::{BodyHash, Refusal, Service};
use serde_json::{Value, json};

use crate::support::{CLIENT, Gateway, partner};

const TOKEN: &str = "an-access-token-of-some-length";
const TIMESTAMP: &str = "2026-11-21T13:44:30+07:00";

fn refused_with(signed_path: &str, signed_body: &[u8], headers: &mut Vec<(String, Vec<u8>)>) -> String {
    let text = StringToSign::symmetric("POST", signed_path, TOKEN, &BodyHash::raw(signed_body), TIMESTAMP);
    let signature = sign_hmac(&Secret::new("s"), &text);
    *headers = [
        ("Authorization", format!("Bearer {TOKEN}")),
        ("X-TIMESTAMP", TIMESTAMP.to_owned()),
        ("x-signature", signature.clone()),
    ]
    .map(|(name, value)| (name.to_owned(), value.into_bytes()))
    .to_vec();
    signature
}

#[test]
fn debug_names_the_recipe_that_would_have_matched_and_never_the_right_signature() {
    let body = br#"{"a": "b c"}"#;
    let target = "/api/v1.0/qr/qr-mpm-query";
    let secret = Secret::new("s");
    let keys = [VerifyingKey::Secret(&secret)];
    let policy = Policy::STANDARD;
    let refusal =
        Refusal::new(Service::Query, Situation::BadSignature, format!("token {TOKEN}")).at("X-SIGNATURE");
    let expected = sign_hmac(
        &secret,
        &StringToSign::symmetric("POST", target, TOKEN, &BodyHash::raw(br#"{"a":"b c"}"#), TIMESTAMP),
    );
    for (path, hashed, cause) in [
        ("/v1.0/qr/qr-mpm-query", &br#"{"a":"b c"}"#[..], Some("path-prefix-missing")),
        (target, &br#"{"a":"bc"}"#[..], Some("body-without-any-blank")),
        ("/elsewhere", &b"{}"[..], None),
    ] {
        let mut headers = Vec::new();
        refused_with(path, hashed, &mut headers);
        let refused = Refused {
            service: Some(Service::Query),
            method: "POST",
            target,
            headers: &headers,
            body,
            there: None,
            partner: None,
            policy: Some(&policy),
            keys: &keys,
            refusal: &refusal,
        };
        let shown: Value = serde_json::from_slice(&debug(&refused).to_bytes()).unwrap();
        match cause {
            Some(cause) => {
                assert_eq!(shown["causes"], json!([cause]), "{shown}");
                let text = shown["signedString"].as_str().unwrap();
                assert!(
                    text.starts_with(&format!("POST:{path}:an-a***:{}", BodyHash::raw(hashed))),
                    "{text}"
                );
            }
            None => assert_eq!((&shown["causes"], &shown["signedString"]), (&Value::Null, &Value::Null)),
        }
        assert_eq!(shown["hashMinified"], BodyHash::minified(body).to_string());
        assert_eq!(shown["hashAsSent"], BodyHash::raw(body).to_string());
        let text = shown["stringToSign"].as_str().unwrap();
        assert!(text.starts_with(&format!("POST:{target}:an-a***:")) && text.ends_with(TIMESTAMP), "{text}");
        let whole = shown.to_string();
        assert!(!whole.contains(TOKEN) && !whole.contains(&expected), "{whole}");
    }
}

#[test]
fn debug_of_anything_is_an_object() {
    let refusal = Refusal::new(None, Situation::UnknownPartner, "nobody");
    for service in [None, Some(Service::TokenB2b), Some(Service::Generate)] {
        for (headers, body) in [
            (Vec::new(), &b""[..]),
            (
                vec![
                    ("Authorization".to_owned(), b"\xff\x00".to_vec()),
                    ("X-SIGNATURE".to_owned(), vec![b'A'; 9000]),
                ],
                b"\xff\xfe",
            ),
        ] {
            let refused = Refused {
                service,
                method: "POST",
                target: "/",
                headers: &headers,
                body,
                there: None,
                partner: None,
                policy: None,
                keys: &[],
                refusal: &refusal,
            };
            let shown: Value = serde_json::from_slice(&debug(&refused).to_bytes()).unwrap();
            assert!(shown["reason"].as_str().unwrap().contains("nobody"));
        }
    }
}

#[tokio::test]
async fn recent_requests_are_remembered_a_hundred_deep_and_in_the_sandbox_only() {
    let gateway = Gateway::new().await;
    let request = |number: u16| Incoming {
        method: "POST".to_owned(),
        target: format!("/v1.0/qr/qr-mpm-query?{number}"),
        headers: vec![("X-PARTNER-ID".to_owned(), b"PARTNER-1".to_vec())],
        body: b"{}".to_vec(),
        address: [127, 0, 0, 1].into(),
        request_id: None,
        deadline: None,
    };
    for number in 0..103_u16 {
        assert_eq!(sandbox::answer(&gateway.app, request(number)).await.http, 401);
        gateway.app.clock.set_offset(i64::from(number));
    }
    let read: Result<_, DbError> = gateway.app.store.read(|tx| audit::requests(tx, CLIENT)).await;
    let requests = read.unwrap();
    assert_eq!(requests.len(), 100);
    assert_eq!(requests[0].path, "/v1.0/qr/qr-mpm-query?102");
    let off = Gateway::with(false, "http://127.0.0.1:8080", partner(None)).await;
    assert_eq!(snap::answer(&off.app, request(0)).await.http, 401);
    let read: Result<_, DbError> = off.app.store.read(|tx| audit::requests(tx, CLIENT)).await;
    assert!(read.unwrap().is_empty());
}
