//! Where it ends: what never left, the deadline, and what is shown of it.

use std::time::Duration;

use qris_client::Error;
use qris_snap::Service;
use qris_snap::message::{CancelRequest, QueryRequest};
use serde_json::json;

use super::given::{acquirer, cancel, generate, refund, text};
use crate::support::{self, Acquirer, Act, client, client_with, success};

#[tokio::test]
async fn what_never_left_is_certain_and_what_is_wrong_is_not_sent() {
    // A port that nobody listens on.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let caller = support::builder(&qris_snap::dialect::STANDARD).build().unwrap();
    let client = qris_client::Client::new(caller, support::options(&url)).unwrap();
    let error = client.generate(&generate()).await.unwrap_err();
    assert!(matches!(&error, Error::NoToken(inner) if matches!(**inner, Error::NotSent(_))), "{error}");
    assert!(error.is_certain());

    let acquirer = acquirer(|_| Act::Lose).await;
    let request = CancelRequest { reason: None, ..cancel() };
    let error = self::client(&acquirer).cancel(&request).await.unwrap_err();
    assert!(matches!(error, Error::Request(_)) && error.is_certain(), "{error}");
    assert_eq!(acquirer.counts(), [0; 5]);
}

#[tokio::test]
async fn the_whole_call_has_a_deadline() {
    let acquirer = acquirer(|_| Act::Hang).await;
    let client = client_with(&acquirer, |options| {
        options.request_timeout = Duration::from_millis(100);
        options.deadline = Duration::from_millis(250);
        options.attempts = 1000;
    });
    let error = client.refund(&refund()).await.unwrap_err();
    assert!(matches!(error, Error::Unknown(_)), "{error}");
    let [.., queries, _, refunds] = acquirer.counts();
    assert!(refunds == 1 && queries < 4, "{queries}");

    // Times that no clock has are long ones.
    let acquirer = self::acquirer(success).await;
    let client = client_with(&acquirer, |options| {
        options.request_timeout = Duration::MAX;
        options.deadline = Duration::MAX;
        options.first_pause = Duration::MAX;
    });
    client.refund(&refund()).await.unwrap();

    // A token that does not come: nothing was sent.
    let acquirer = Acquirer::start(|_| Act::Hang).await;
    let client = client_with(&acquirer, |options| options.deadline = Duration::from_millis(100));
    let error = client.refund(&refund()).await.unwrap_err();
    assert!(error.is_certain(), "{error}");
}

#[tokio::test]
async fn no_secret_shows_in_what_is_logged() {
    let acquirer = acquirer(|seen| {
        let message = format!("what is {}?", seen.header("Authorization"));
        Act::Say(400, json!({"responseCode": "4004702", "responseMessage": message}))
    })
    .await;
    let client = client(&acquirer);
    let error = client.generate(&generate()).await.unwrap_err();
    let shown = format!("{client:?} {error:?} {error}");
    assert!(shown.contains("what is Bearer ***?"), "{shown}");
    for secret in ["token-0", support::SECRET] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[tokio::test]
async fn a_token_longer_than_what_is_shown_is_taken_out_whole() {
    let long = "t".repeat(400);
    let (issued, repeated) = (long.clone(), long.clone());
    let acquirer = Acquirer::start(move |seen| match seen.service {
        Some(Service::Query) => Act::Say(502, json!({"responseCode": repeated})),
        Some(Service::TokenB2b) => {
            Act::Say(200, json!({"responseCode": "2007300", "accessToken": issued, "tokenType": "Bearer", "expiresIn": "900"}))
        }
        _ => Act::Say(400, json!({"responseCode": "4004702", "responseMessage": format!("Invalid Token {repeated}")})),
    })
    .await;
    let client = client(&acquirer);
    let refused = client.generate(&generate()).await.unwrap_err();
    let question = QueryRequest {
        original_reference_no: text("R1"),
        service_code: text("47"),
        ..QueryRequest::default()
    };
    let unknown = client.query(&question).await.unwrap_err();
    let shown = format!("{refused:?} {refused} {unknown:?} {unknown}");
    assert!(shown.contains("Invalid Token ***"), "{shown}");
    assert!(!shown.contains(&long[..8]), "{shown}");
}
