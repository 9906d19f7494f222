//! One token for many callers, renewed in time, and never fetched for nothing.

use crate::support::{
    self, Acquirer, Act, Time, builder, client, client_with, options, refuse, status, token, token_of,
};
use qris_client::{Client, Error};
use qris_snap::Service;
use qris_snap::client::CustomerGrant;
use qris_snap::dialect::{FINNET, STANDARD};
use qris_snap::message::QueryRequest;
use qris_snap::policy::{Policy, TokenRule};
use qris_snap::sign::Token;
use serde_json::json;
use tokio::sync::watch;

fn question() -> QueryRequest {
    QueryRequest {
        original_partner_reference_no: Some("INV-1".to_owned()),
        service_code: Some("47".to_owned()),
        merchant_id: Some("M1".to_owned()),
        ..QueryRequest::default()
    }
}

fn queries(seen: &support::Seen) -> Act {
    status(seen, "00", json!({}))
}

/// Tokens that come when the test says so, and queries that are answered.
async fn gated() -> (Acquirer, watch::Sender<bool>) {
    let (open, gate) = watch::channel(false);
    let script = move |seen: &support::Seen| match seen.service {
        Some(Service::TokenB2b) => Act::When(gate.clone(), Box::new(token(seen))),
        _ => queries(seen),
    };
    (Acquirer::start(script).await, open)
}

fn ask(client: &Client) -> tokio::task::JoinHandle<Result<(), Error>> {
    let client = client.clone();
    tokio::spawn(async move { client.query(&question()).await.map(drop) })
}

#[tokio::test]
async fn many_callers_fetch_one_token() {
    let (mut acquirer, open) = gated().await;
    let client = client(&acquirer);
    let callers: Vec<_> = (0..50).map(|_| ask(&client)).collect();
    acquirer.arrived(1).await;
    open.send_replace(true);
    for caller in callers {
        caller.await.unwrap().unwrap();
    }
    client.query(&question()).await.unwrap();
    assert_eq!(acquirer.counts(), [1, 0, 51, 0, 0]);
    assert!(acquirer.of(Service::Query).iter().all(|seen| seen.header("Authorization") == "Bearer token-0"));
}

#[tokio::test]
async fn a_caller_that_goes_away_takes_no_token_with_it() {
    let (mut acquirer, open) = gated().await;
    let client = client(&acquirer);
    let first = ask(&client);
    acquirer.arrived(1).await;
    let second = ask(&client);
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    open.send_replace(true);
    second.await.unwrap().unwrap();
    assert_eq!(acquirer.counts(), [1, 0, 1, 0, 0]);
}

#[test]
fn a_fetch_that_ended_with_its_runtime_is_begun_again() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let home = tokio::runtime::Runtime::new().unwrap();
    let (mut acquirer, open) = home.block_on(gated());
    let client = client(&acquirer);
    runtime().block_on(async {
        ask(&client);
        acquirer.arrived(1).await;
    });
    open.send_replace(true);
    runtime().block_on(client.query(&question())).unwrap();
    assert_eq!(acquirer.counts()[0], 2);
}

#[tokio::test]
async fn a_failed_fetch_is_told_and_not_kept() {
    let script = |seen: &support::Seen| match (seen.service, seen.nth) {
        (Some(Service::TokenB2b), 0) => refuse("4017300"),
        (Some(Service::TokenB2b), 1) => {
            Act::Say(200, json!({"responseCode": "2007300", "tokenType": "Bearer"}))
        }
        (Some(Service::TokenB2b), 2) => Act::Lose,
        (Some(Service::TokenB2b), _) => token(seen),
        _ => queries(seen),
    };
    let acquirer = Acquirer::start(script).await;
    let client = client_with(&acquirer, |options| options.attempts = 1);
    let error = client.query(&question()).await.unwrap_err();
    assert_eq!(error.refused().map(|refused| refused.code().as_str()), Some("4017300"));
    assert!(error.is_certain(), "the query itself was not sent: {error}");
    for _ in 0..2 {
        let error = client.query(&question()).await.unwrap_err();
        assert!(matches!(&error, Error::NoToken(_)) && error.is_certain(), "{error}");
    }
    client.query(&question()).await.unwrap();
    assert_eq!(acquirer.counts(), [4, 0, 1, 0, 0]);
}

#[tokio::test]
async fn a_token_is_renewed_before_it_ends_and_replaced_when_it_has() {
    let script = |seen: &support::Seen| match seen.service {
        Some(Service::TokenB2b) => token(seen),
        _ => queries(seen),
    };
    let mut acquirer = Acquirer::start(script).await;
    let time = Time::new();
    let client = client_with(&acquirer, |options| options.clock = time.clock());
    let last =
        |acquirer: &Acquirer| acquirer.of(Service::Query).last().unwrap().header("Authorization").to_owned();
    client.query(&question()).await.unwrap();
    time.pass(839);
    client.query(&question()).await.unwrap();
    assert_eq!(acquirer.counts(), [1, 0, 2, 0, 0]);
    // Old, and good still: the next one is fetched meanwhile.
    time.pass(2);
    client.query(&question()).await.unwrap();
    assert_eq!(last(&acquirer), "Bearer token-0");
    acquirer.arrived(5).await;
    assert_eq!(acquirer.counts(), [2, 0, 3, 0, 0]);
    // Over: nobody uses it.
    time.pass(900);
    client.query(&question()).await.unwrap();
    assert_eq!((acquirer.counts()[0], last(&acquirer).as_str()), (3, "Bearer token-2"));
}

#[tokio::test]
async fn an_early_renewal_that_fails_disturbs_nobody() {
    let script = |seen: &support::Seen| match (seen.service, seen.nth) {
        (Some(Service::TokenB2b), 0) => token(seen),
        (Some(Service::TokenB2b), _) => refuse("5007300"),
        _ => queries(seen),
    };
    let mut acquirer = Acquirer::start(script).await;
    let time = Time::new();
    let client = client_with(&acquirer, |options| options.clock = time.clock());
    client.query(&question()).await.unwrap();
    time.pass(850);
    client.query(&question()).await.unwrap();
    acquirer.arrived(4).await;
    for _ in 0..20 {
        client.query(&question()).await.unwrap();
    }
    assert!(acquirer.counts()[0] <= 3, "renewals that fail are not tried with every call");
    // Once it is over there is none.
    time.pass(50);
    assert!(matches!(client.query(&question()).await, Err(Error::NoToken(_))));
}

#[tokio::test]
async fn a_short_life_is_used_by_half() {
    let script = |seen: &support::Seen| match seen.service {
        Some(Service::TokenB2b) => token_of(seen, 8),
        _ => queries(seen),
    };
    let acquirer = Acquirer::start(script).await;
    let time = Time::new();
    let client = client_with(&acquirer, |options| options.clock = time.clock());
    client.query(&question()).await.unwrap();
    client.query(&question()).await.unwrap();
    assert_eq!(acquirer.counts()[0], 1);
    time.pass(4);
    client.query(&question()).await.unwrap();
    assert_eq!(acquirer.counts()[0], 2);
}

#[tokio::test]
async fn a_token_that_is_not_taken_is_replaced_once() {
    for code in ["4015101", "4015103"] {
        let script = move |seen: &support::Seen| match (seen.service, seen.nth) {
            (Some(Service::TokenB2b), _) => token(seen),
            (_, 0) => refuse(code),
            _ => queries(seen),
        };
        let acquirer = Acquirer::start(script).await;
        client(&acquirer).query(&question()).await.unwrap();
        assert_eq!(acquirer.counts(), [2, 0, 2, 0, 0]);
        let seen = acquirer.of(Service::Query);
        assert_eq!(seen[1].header("Authorization"), "Bearer token-1");
        assert_ne!(seen[0].header("X-EXTERNAL-ID"), seen[1].header("X-EXTERNAL-ID"));
        assert_ne!(seen[0].header("X-SIGNATURE"), seen[1].header("X-SIGNATURE"));
    }
}

#[tokio::test]
async fn an_acquirer_that_takes_no_token_is_asked_twice_and_no_more() {
    let script = |seen: &support::Seen| match seen.service {
        Some(Service::TokenB2b) => token(seen),
        _ => refuse("4015101"),
    };
    let acquirer = Acquirer::start(script).await;
    let error = client(&acquirer).query(&question()).await.unwrap_err();
    assert_eq!(error.refused().unwrap().code().as_str(), "4015101");
    assert_eq!(acquirer.counts(), [2, 0, 2, 0, 0]);
}

#[tokio::test]
async fn another_401_costs_no_token() {
    for code in ["4015100", "4015102", "4015104"] {
        let script = move |seen: &support::Seen| match seen.service {
            Some(Service::TokenB2b) => token(seen),
            _ => refuse(code),
        };
        let acquirer = Acquirer::start(script).await;
        assert!(matches!(client(&acquirer).query(&question()).await, Err(Error::Refused(_))));
        assert_eq!(acquirer.counts(), [1, 0, 1, 0, 0], "{code}");
    }
}

#[tokio::test]
async fn a_token_for_one_request_is_used_for_one_and_none_is_fetched_where_none_is_wanted() {
    for (rule, tokens) in [(TokenRule::SingleUse, 3), (TokenRule::None, 0)] {
        let script = |seen: &support::Seen| match seen.service {
            Some(Service::TokenB2b) => token(seen),
            _ => queries(seen),
        };
        let acquirer = Acquirer::start(script).await;
        let caller = builder(&STANDARD).policy(Policy { token: rule, ..Policy::STANDARD }).build().unwrap();
        let client = Client::new(caller, options(&acquirer.url)).unwrap();
        for _ in 0..3 {
            client.query(&question()).await.unwrap();
        }
        assert_eq!(acquirer.counts(), [tokens, 0, 3, 0, 0]);
        let mut used: Vec<_> =
            acquirer.of(Service::Query).iter().map(|seen| seen.header("Authorization").to_owned()).collect();
        used.dedup();
        assert_eq!(used.len(), if tokens == 0 { 1 } else { 3 });
    }
}

/// Customer tokens: by a code, then by each refresh token once.
fn customers(seen: &support::Seen) -> Act {
    let given = [seen.text("authCode"), seen.text("refreshToken")].concat();
    let expected = if seen.nth == 0 { "code-1".to_owned() } else { format!("refresh-{}", seen.nth - 1) };
    if given != expected {
        return refuse("4017402");
    }
    Act::Say(
        200,
        json!({
            "responseCode": "2007400", "responseMessage": "Successful", "tokenType": "Bearer",
            "accessToken": format!("customer-{}", seen.nth), "expiresIn": "900",
            "refreshToken": format!("refresh-{}", seen.nth),
        }),
    )
}

#[tokio::test]
async fn a_customers_token_is_granted_renewed_and_replaced() {
    let script = |seen: &support::Seen| match (seen.service, seen.nth) {
        (Some(Service::TokenB2b), _) => token(seen),
        (Some(Service::TokenB2b2c), _) => customers(seen),
        (_, 2) => refuse("4015102"),
        _ => queries(seen),
    };
    let acquirer = Acquirer::start(script).await;
    let time = Time::new();
    let caller = builder(&FINNET).build().unwrap();
    let client =
        Client::new(caller, qris_client::Options { clock: time.clock(), ..options(&acquirer.url) }).unwrap();
    // Without a customer the request is not sent.
    let error = client.query(&question()).await.unwrap_err();
    assert!(matches!(error, Error::Request(_)), "{error}");
    assert_eq!(acquirer.counts()[2], 0);

    let customer = client.authorize(CustomerGrant::Code(Token::new("code-1"))).await.unwrap();
    assert_eq!(customer.refresh_token(), Some(Token::new("refresh-0")));
    let last = || acquirer.of(Service::Query).last().unwrap().header("Authorization-Customer").to_owned();
    customer.query(&question()).await.unwrap();
    assert_eq!(last(), "Bearer customer-0");
    time.pass(895);
    customer.query(&question()).await.unwrap();
    assert_eq!(last(), "Bearer customer-1");
    // Not taken any more: the next one, and the request again.
    customer.query(&question()).await.unwrap();
    assert_eq!((last().as_str(), acquirer.of(Service::Query).len()), ("Bearer customer-2", 4));
    assert_eq!(acquirer.of(Service::TokenB2b2c).len(), 3);
    assert_eq!(customer.refresh_token(), Some(Token::new("refresh-2")));
    assert_eq!(client.refresh_token(), None, "the client it came from acts for nobody");

    let error = client.authorize(CustomerGrant::Code(Token::new("code-2"))).await.unwrap_err();
    assert_eq!(error.refused().map(|refused| refused.code().as_str()), Some("4017402"));
}

#[tokio::test]
async fn a_customer_without_a_refresh_token_must_consent_again() {
    let script = |seen: &support::Seen| match seen.service {
        Some(Service::TokenB2b) => token(seen),
        // Its end, and no life.
        Some(Service::TokenB2b2c) => Act::Say(
            200,
            json!({
                "responseCode": "2007400", "accessToken": "customer-0",
                "accessTokenExpiryTime": "2026-11-21T13:45:30+07:00",
            }),
        ),
        _ => queries(seen),
    };
    let acquirer = Acquirer::start(script).await;
    let time = Time::new();
    let client = client_with(&acquirer, |options| options.clock = time.clock());
    let customer = client.authorize(CustomerGrant::Code(Token::new("code-1"))).await.unwrap();
    customer.query(&question()).await.unwrap();
    time.pass(51);
    let error = customer.query(&question()).await.unwrap_err();
    assert!(error.is_certain() && error.to_string().contains("consent again"), "{error}");
    assert_eq!(acquirer.of(Service::TokenB2b2c).len(), 1);
}
