//! What a receiver sees: signatures that hold, tokens, headers.

use qris_gateway::model::{NotifySign, Partner};
use qris_snap::Service;
use qris_snap::dialect::{BRICK, FINNET, FINPAY, STANDARD};
use qris_snap::headers::HeaderName;
use qris_snap::message::{Message, NotifyRequest};
use qris_snap::policy::{Acknowledgement, Policy, SignatureMode, TokenRule};
use qris_snap::sign::{Encodings, Secret, StringToSign, VerifyingKey, verify_rsa};
use qris_snap::verify::{SignedRequest, verify_request};

use crate::receiver::{Answer, Receiver};
use crate::support::{CLIENT, Gateway, SECRET, of_dialect, partner, send_due};

const URL: &str = "http://127.0.0.1:8080";

fn hmac(receiver: &Receiver) -> Partner {
    let mut partner = of_dialect(&STANDARD, NotifySign::Hmac, Some(&receiver.notify_url()));
    partner.notify_token_url = Some(receiver.token_url());
    partner
}

#[tokio::test]
async fn rsa_without_token_verifies_with_the_gateways_public_key() {
    for dialect in [&STANDARD, &FINPAY, &BRICK] {
        let receiver = Receiver::new().await;
        let partner = of_dialect(dialect, NotifySign::Rsa, Some(&receiver.notify_url()));
        let policy = Policy {
            signature: SignatureMode::AsymmetricNoToken,
            token: TokenRule::None,
            ..partner.policy.clone()
        };
        let gateway = Gateway::with(true, URL, partner).await;
        gateway.paid("A").await;
        assert_eq!(send_due(&gateway.sender()).await, 1);
        let received = receiver.received().remove(0);
        let headers = received.snap(&policy);
        let key = gateway.app.key.get().public_key().unwrap();
        verify_request(&received.signed(), &headers, &policy, VerifyingKey::Public(&key)).unwrap();
        assert_eq!(received.target, "/shop/v1.0/qr/qr-mpm-notify?a=1");
        assert_eq!(headers.get(HeaderName::PartnerId), Some("PARTNER-1"));
        assert!(headers.get(HeaderName::Authorization).is_none());
        let message = NotifyRequest::read(dialect, &received.body).unwrap();
        assert_eq!(message.original_reference_no.as_deref(), Some("A"));
        assert_eq!(message.latest_transaction_status.as_deref(), Some("00"));
        assert_eq!(message.amount.unwrap().minor(), 100_000);
        // What is remembered is what was sent.
        let row = gateway.notification("A").await;
        let shown: serde_json::Value = serde_json::from_str(&row.headers.unwrap()).unwrap();
        assert_eq!(shown["X-SIGNATURE"].as_str(), received.header("X-SIGNATURE"));
        let text = StringToSign::from_bytes(row.string_to_sign.unwrap().as_bytes());
        verify_rsa(&key, &text, received.header("X-SIGNATURE").unwrap(), Encodings::Base64).unwrap();
    }
}

#[tokio::test]
async fn hmac_uses_the_receivers_token_which_is_fetched_once() {
    let receiver = Receiver::new().await;
    receiver.tokens(&["the-token-of-the-receiver"]);
    let gateway = Gateway::with(true, URL, hmac(&receiver)).await;
    for name in ["A", "B", "C"] {
        gateway.paid(name).await;
    }
    assert_eq!(send_due(&gateway.sender()).await, 3);
    let fetched = receiver.token_requests();
    assert_eq!(fetched.len(), 1);
    assert_eq!(fetched[0].body, br#"{"grantType":"client_credentials"}"#);
    assert_eq!(fetched[0].header("X-CLIENT-KEY"), Some(CLIENT));
    let text = StringToSign::token(CLIENT, fetched[0].header("X-TIMESTAMP").unwrap());
    let key = gateway.app.key.get().public_key().unwrap();
    verify_rsa(&key, &text, fetched[0].header("X-SIGNATURE").unwrap(), Encodings::Base64).unwrap();
    let secret = Secret::new(SECRET);
    for received in receiver.received() {
        let headers = received.snap(&Policy::STANDARD);
        assert_eq!(received.header("Authorization"), Some("Bearer the-token-of-the-receiver"));
        verify_request(&received.signed(), &headers, &Policy::STANDARD, VerifyingKey::Secret(&secret))
            .unwrap();
    }
    let row = gateway.notification("A").await;
    let remembered = format!("{:?} {:?}", row.headers, row.string_to_sign);
    assert!(remembered.contains("the-***") && !remembered.contains("the-token"), "{remembered}");
}

#[tokio::test]
async fn a_token_that_is_not_taken_is_fetched_again_once() {
    let receiver = Receiver::new().await;
    receiver.tokens(&["old", "new"]);
    let gateway = Gateway::with(true, URL, hmac(&receiver)).await;
    let sender = gateway.sender();
    gateway.paid("A").await;
    assert_eq!(send_due(&sender).await, 1);
    let refused = || Answer::Of(401, r#"{"responseCode":"4015201"}"#.to_owned());
    receiver.answers([refused()]);
    gateway.paid("B").await;
    assert_eq!(send_due(&sender).await, 1);
    let tokens = |from: usize| -> Vec<String> {
        let received = receiver.received();
        received.iter().skip(from).map(|r| r.header("Authorization").unwrap().to_owned()).collect()
    };
    assert_eq!(tokens(0), ["Bearer old", "Bearer old", "Bearer new"]);
    let row = gateway.notification("B").await;
    assert_eq!((row.state.as_str(), row.attempts), ("delivered", 1));
    // A receiver that takes no token at all is not asked for ever.
    receiver.answers([refused(), refused(), refused()]);
    gateway.paid("C").await;
    assert_eq!(send_due(&sender).await, 1);
    assert_eq!(tokens(3), ["Bearer new", "Bearer token"]);
    assert_eq!(receiver.token_requests().len(), 3);
    assert_eq!(gateway.notification("C").await.state.as_str(), "pending");
    let secret = Secret::new(SECRET);
    for received in receiver.received() {
        let headers = received.snap(&Policy::STANDARD);
        verify_request(&received.signed(), &headers, &Policy::STANDARD, VerifyingKey::Secret(&secret))
            .unwrap();
    }
}

#[tokio::test]
async fn hmac_without_a_token_url_says_what_is_missing() {
    let receiver = Receiver::new().await;
    let partner = of_dialect(&STANDARD, NotifySign::Hmac, Some(&receiver.notify_url()));
    let gateway = Gateway::with(true, URL, partner).await;
    gateway.paid("A").await;
    assert_eq!(send_due(&gateway.sender()).await, 1);
    assert!(gateway.notification("A").await.answer.unwrap().contains("notify_token_url"));
    assert!(receiver.received().is_empty());
}

#[tokio::test]
async fn unsigned_notifications_have_no_signature() {
    let receiver = Receiver::new().await;
    let mut partner = partner(Some(&receiver.notify_url()));
    partner.notify_sign = NotifySign::None;
    partner.notify_headers =
        r#"{"X-Api-Key":"a key of the receiver","ORIGIN":"elsewhere.example"}"#.to_owned();
    let gateway = Gateway::with(true, URL, partner).await;
    gateway.paid("A").await;
    assert_eq!(send_due(&gateway.sender()).await, 1);
    let received = receiver.received().remove(0);
    assert_eq!(received.header("X-SIGNATURE"), None);
    assert_eq!(received.header("X-Api-Key"), Some("a key of the receiver"));
    assert_eq!(received.header("ORIGIN"), Some("elsewhere.example"));
    let row = gateway.notification("A").await;
    assert_eq!((row.state.as_str(), row.string_to_sign.as_deref()), ("delivered", Some("")));
    assert!(!row.headers.unwrap().contains("a key of the receiver"));
}

#[tokio::test]
async fn finnets_thirteen_headers_come_from_the_partners_configuration() {
    let receiver = Receiver::new().await;
    let mut partner = of_dialect(&FINNET, NotifySign::Hmac, Some(&receiver.notify_url()));
    partner.notify_token_url = Some(receiver.token_url());
    partner.notify_headers =
        r#"{"Authorization-Customer":"Bearer customer-token-of-the-partner","X-IP-ADDRESS":"192.0.2.1",
        "X-DEVICE-ID":"gateway","X-LATITUDE":"-6.2088","X-LONGITUDE":"106.8456"}"#
            .to_owned();
    let policy = partner.policy.clone();
    let gateway = Gateway::with(true, "https://gateway.example", partner.clone()).await;
    gateway.paid("A").await;
    assert_eq!(send_due(&gateway.sender()).await, 1);
    let received = receiver.received().remove(0);
    let thirteen = [
        "Content-Type",
        "Authorization",
        "Authorization-Customer",
        "X-TIMESTAMP",
        "X-SIGNATURE",
        "ORIGIN",
        "X-PARTNER-ID",
        "X-EXTERNAL-ID",
        "X-IP-ADDRESS",
        "X-DEVICE-ID",
        "X-LATITUDE",
        "X-LONGITUDE",
        "CHANNEL-ID",
    ];
    for name in thirteen {
        assert!(received.header(name).is_some_and(|value| !value.is_empty()), "{name}");
    }
    assert_eq!(received.header("ORIGIN"), Some("gateway.example"));
    let headers = received.snap(&policy);
    let secret = Secret::new(SECRET);
    verify_request(&received.signed(), &headers, &policy, VerifyingKey::Secret(&secret)).unwrap();
    let message = NotifyRequest::read(&FINNET, &received.body).unwrap();
    assert_eq!(message.fee_amount.unwrap().minor(), 500);
    assert!(!gateway.notification("A").await.headers.unwrap().contains("customer-token"));

    partner.notify_headers = r#"{"X-IP-ADDRESS":"192.0.2.1"}"#.to_owned();
    let gateway = Gateway::with(true, URL, partner).await;
    gateway.paid("A").await;
    assert_eq!(send_due(&gateway.sender()).await, 1);
    let answer = gateway.notification("A").await.answer.unwrap();
    assert!(answer.contains("notify_headers") && answer.contains("mandatory"), "{answer}");
    assert_eq!(receiver.received().len(), 1);
}

/// Service 74 of the receiver: the first time by the code that an operator was given, then by what each answer brings.
#[tokio::test]
async fn the_customer_token_is_fetched_and_renewed() {
    let receiver = Receiver::new().await;
    let mut partner = of_dialect(&FINNET, NotifySign::Hmac, Some(&receiver.notify_url()));
    partner.notify_token_url = Some(format!("{}/v1.0/access-token/b2b", receiver.base));
    partner.notify_headers = r#"{"X-IP-ADDRESS":"192.0.2.1","X-DEVICE-ID":"gateway","X-LATITUDE":"-6.2088",
        "X-LONGITUDE":"106.8456"}"#
        .to_owned();
    let gateway = Gateway::with(true, URL, partner).await;
    gateway.paid("A").await;
    let sender = gateway.sender();
    assert_eq!(send_due(&sender).await, 1);
    assert!(receiver.received().is_empty(), "there is no customer token yet");
    let answer = gateway.notification("A").await.answer.unwrap();
    assert!(answer.contains("--notify-auth-code"), "{answer}");

    gateway.customer_grant("code-of-the-receiver").await;
    gateway.paid("B").await;
    assert_eq!(send_due(&sender).await, 1);
    let customer = |at: usize| receiver.received()[at].header("Authorization-Customer").unwrap().to_owned();
    assert_eq!(customer(0), "Bearer customer-1");
    let asked = receiver.customer_requests();
    assert_eq!(
        (&asked[0]["grantType"], &asked[0]["authCode"]),
        (&"AUTHORIZATION_CODE".into(), &"code-of-the-receiver".into())
    );
    assert!(!gateway.notification("B").await.headers.unwrap().contains("customer-1"), "it is masked");

    // It is kept while it lives.
    gateway.paid("C").await;
    assert_eq!(send_due(&sender).await, 1);
    assert_eq!((customer(1).as_str(), receiver.customer_requests().len()), ("Bearer customer-1", 1));
    // Refused, it is renewed at once, by the refresh token.
    receiver.answers([Answer::Of(401, r#"{"responseCode":"4015202"}"#.to_owned())]);
    gateway.paid("D").await;
    assert_eq!(send_due(&sender).await, 1);
    assert_eq!((customer(2).as_str(), customer(3).as_str()), ("Bearer customer-1", "Bearer customer-2"));
    let asked = receiver.customer_requests();
    assert_eq!(
        (&asked[1]["grantType"], &asked[1]["refreshToken"]),
        (&"REFRESH_TOKEN".into(), &"refresh-1".into())
    );
    // What is wrong with our own token, or with the signature, costs no grant.
    for code in ["4015201", "4015200"] {
        receiver.answers([Answer::Of(401, format!(r#"{{"responseCode":"{code}"}}"#))]);
        gateway.paid(code).await;
        assert_eq!(send_due(&sender).await, 1);
        assert_eq!(receiver.customer_requests().len(), 2, "{code}");
    }
    // A new process goes on with what was stored.
    gateway.paid("E").await;
    assert_eq!(send_due(&gateway.sender()).await, 1);
    assert_eq!(receiver.customer_requests()[2]["refreshToken"], "refresh-2");
    assert_eq!(customer(8), "Bearer customer-3");
    let stored = gateway.customer_grants().await;
    assert!(stored.iter().all(|it| !String::from_utf8_lossy(it).contains("refresh")), "it is sealed");
}

#[tokio::test]
async fn a_configuration_cannot_touch_the_connection() {
    for headers in [
        r#"{"Host":"a"}"#,
        r#"{"Content-Length":"0"}"#,
        r#"{"X-A":"b\r\nX-B: c"}"#,
        r#"{"X-A":1}"#,
        "[]",
        "{",
    ] {
        let receiver = Receiver::new().await;
        let mut partner = partner(Some(&receiver.notify_url()));
        partner.notify_headers = headers.to_owned();
        let gateway = Gateway::with(true, URL, partner).await;
        gateway.paid("A").await;
        assert_eq!(send_due(&gateway.sender()).await, 1);
        assert!(gateway.notification("A").await.answer.unwrap().contains("notify_headers"), "{headers}");
        assert!(receiver.received().is_empty(), "{headers}");
    }
}

/// A provider that always signs one path, wherever its merchants listen.
#[tokio::test]
async fn the_path_that_is_signed_may_be_agreed() {
    let receiver = Receiver::new().await;
    let mut partner = partner(Some(&receiver.notify_url()));
    partner.policy.paths.set(Service::Notify, Some("/qr/qr-mpm-notify".to_owned()));
    let policy = Policy { signature: SignatureMode::AsymmetricNoToken, ..Policy::STANDARD };
    let policy = Policy { token: TokenRule::None, ..policy };
    let gateway = Gateway::with(true, URL, partner).await;
    gateway.paid("A").await;
    assert_eq!(send_due(&gateway.sender()).await, 1);
    let received = receiver.received().remove(0);
    assert_eq!(received.target, "/shop/v1.0/qr/qr-mpm-notify?a=1");
    let (headers, key) = (received.snap(&policy), gateway.app.key.get().public_key().unwrap());
    let key = VerifyingKey::Public(&key);
    assert!(verify_request(&received.signed(), &headers, &policy, key).is_err());
    let agreed = SignedRequest { target: "/qr/qr-mpm-notify", ..received.signed() };
    verify_request(&agreed, &headers, &policy, key).unwrap();
}

#[tokio::test]
async fn what_counts_as_delivered_is_agreed() {
    use Acknowledgement::{AnyBody, Code, CodeOrOk};
    for (body, delivered) in [
        (r#"{"RESPONSECODE":2005200}"#, &[Code, CodeOrOk, AnyBody][..]),
        ("OK", &[CodeOrOk, AnyBody]),
        ("thanks", &[AnyBody]),
        (r#"{"responseCode":"4045201"}"#, &[]),
    ] {
        for rule in [Code, CodeOrOk, AnyBody] {
            let receiver = Receiver::new().await;
            receiver.answers([Answer::Of(200, body.to_owned())]);
            let mut partner = partner(Some(&receiver.notify_url()));
            partner.policy.acknowledgement = rule;
            let gateway = Gateway::with(true, URL, partner).await;
            gateway.paid("A").await;
            assert_eq!(send_due(&gateway.sender()).await, 1);
            let expected = if delivered.contains(&rule) { "delivered" } else { "pending" };
            assert_eq!(gateway.notification("A").await.state.as_str(), expected, "{rule:?} {body}");
        }
    }
}
