//! A caller of ours and a gateway of ours, over sockets, in the three documents' dialects; with answers that are lost on
//! the way, after the gateway has done what was asked.

#[path = "common/running.rs"]
mod running;

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use qris_client::{Client, Error, Options, Told};
use qris_gateway::admin::{KeySource, NewPartner, Opened, PartnerObject};
use qris_gateway::db::DbError;
use qris_gateway::model::Role;
use qris_gateway::snap::token;
use qris_snap::client::{Caller, CustomerGrant};
use qris_snap::dialect::{BRICK, Dialect, FINNET, FINPAY};
use qris_snap::headers::HeaderName;
use qris_snap::message::{CancelRequest, GenerateRequest, QueryRequest, RefundRequest};
use qris_snap::sign::{PrivateKey, Secret, Token};
use qris_snap::{Money, Service};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use running::Running;

impl Running {
    async fn partner(&self, dialect: &'static Dialect) -> PartnerObject {
        let new = NewPartner {
            name: dialect.name.to_owned(),
            dialect,
            role: Role::Merchant,
            client_id: None,
            partner_id: None,
            channel_id: None,
            key: KeySource::Generate(self.folder.path().join("keys")),
            notify_url: None,
            notify_sign: None,
            notify_token_url: None,
            notify_headers: vec![],
            policy: vec![],
            mount: String::new(),
            demo: true,
        };
        Opened::open(&self.config).await.unwrap().office().add_partner(new).await.unwrap()
    }

    /// The code a customer's consent would bring.
    async fn consent(&self, client_id: &str) -> Token {
        let opened = Opened::open(&self.config).await.unwrap();
        let (id, now) = (client_id.to_owned(), opened.office().now);
        let code = opened.store.write(move |tx| token::authorize(tx, &id, "customer-1", now));
        let code: Result<String, DbError> = code.await;
        Token::new(code.unwrap())
    }

    async fn pay(&self, qr_content: &str) {
        let body = serde_json::json!({ "qrContent": qr_content }).to_string();
        let request = reqwest::Client::new().post(format!("{}/sandbox/v1/pay", self.url));
        let answer =
            request.bearer_auth(&self.sandbox_key).header("Content-Type", "application/json").body(body);
        assert_eq!(answer.send().await.unwrap().status(), 200);
    }
}

/// A caller in the dialect of a partner.
async fn client(gateway: &Running, dialect: &'static Dialect, partner: &PartnerObject, url: &str) -> Client {
    let key = PrivateKey::read(partner.private_key_base64.as_ref().unwrap().as_bytes()).unwrap();
    let mut caller = Caller::builder(dialect)
        .client_id(partner.client_id.as_str())
        .private_key(key)
        .secret(Secret::new(partner.client_secret.as_bytes()))
        .header(HeaderName::PartnerId, partner.partner_id.as_str())
        .header(HeaderName::ChannelId, partner.channel_id.as_str());
    match dialect.name {
        "Finpay" => caller = caller.header(HeaderName::Origin, "merchant.example"),
        "Brick" => caller = caller.header(HeaderName::ExternalId, "4711"),
        _ => {}
    }
    let options = Options { first_pause: Duration::from_millis(1), ..Options::new(url) };
    let client = Client::new(caller.build().unwrap(), options).unwrap();
    if dialect.name != "Finnet" {
        return client;
    }
    let code = gateway.consent(&partner.client_id).await;
    client.authorize(CustomerGrant::Code(code)).await.unwrap()
}

/// Passes requests on, and takes the first answer of each of these services away.
async fn lossy(
    gateway: &str,
    dialect: &'static Dialect,
    services: &[Service],
) -> (String, Arc<Mutex<HashSet<String>>>) {
    let gateway = gateway.strip_prefix("http://").unwrap().to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let left: HashSet<String> = services.iter().map(|service| dialect.path(*service)).collect();
    let left = Arc::new(Mutex::new(left));
    let shared = Arc::clone(&left);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(pass(stream, gateway.clone(), Arc::clone(&shared)));
        }
    });
    (url, left)
}

async fn pass(mut stream: TcpStream, gateway: String, left: Arc<Mutex<HashSet<String>>>) -> Option<()> {
    let mut bytes = Vec::new();
    let at = loop {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&bytes[..at]).to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        if bytes.len() >= at + 4 + length.unwrap_or(0) {
            break at;
        }
    };
    let path = String::from_utf8_lossy(&bytes[..at]).split(' ').nth(1)?.to_owned();
    // One request a connection, so that the end of its answer is seen.
    bytes.splice(at..at, b"\r\nConnection: close".iter().copied());
    let mut upstream = TcpStream::connect(gateway).await.ok()?;
    upstream.write_all(&bytes).await.ok()?;
    let mut answer = Vec::new();
    upstream.read_to_end(&mut answer).await.ok()?;
    if !left.lock().unwrap().remove(&path) {
        stream.write_all(&answer).await.ok()?;
    }
    Some(())
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// Token, generate, query, cancel; generate, pay, query, refund, query. How each of the four that change something ended.
async fn walk(gateway: &Running, client: &Client, dialect: &Dialect, merchant_id: &str) -> Vec<&'static str> {
    fn ended<A: std::fmt::Debug>(told: &Told<A>) -> &'static str {
        match told {
            Told::Answered(_) => "answered",
            Told::Found(_) => "found",
            other => panic!("{other:?}"),
        }
    }
    let generate = |number: &str| GenerateRequest {
        partner_reference_no: some(number),
        amount: Some(Money::idr(1_500_000).unwrap()),
        merchant_id: some(merchant_id),
        validity_period: (dialect.name == "Brick").then(|| "900".to_owned()),
        ..GenerateRequest::default()
    };
    let status = async |number: &str| {
        let question = QueryRequest {
            original_partner_reference_no: some(number),
            service_code: some("47"),
            merchant_id: some(merchant_id),
            ..QueryRequest::default()
        };
        let found = client.query(&question).await.unwrap();
        (found.latest_transaction_status.unwrap_or_default(), found.additional_info.unwrap_or_default())
    };
    // Finpay's word for what was not paid is a pending one.
    let open = if dialect.name == "Finpay" { "03" } else { "01" };
    let mut ends = Vec::new();

    let first = client.generate(&generate("INV-1")).await.unwrap();
    ends.push(ended(&first));
    assert_eq!(status("INV-1").await.0, open);
    let cancel = CancelRequest {
        original_reference_no: first.reference_no().map(str::to_owned),
        merchant_id: some(merchant_id),
        reason: some("the guest left"),
        ..CancelRequest::default()
    };
    ends.push(ended(&client.cancel(&cancel).await.unwrap()));
    assert_eq!(status("INV-1").await.0, "05");

    let second = client.generate(&generate("INV-2")).await.unwrap();
    ends.push(ended(&second));
    gateway.pay(second.qr_content().unwrap()).await;
    assert_eq!(status("INV-2").await.0, "00");
    let refund = RefundRequest {
        merchant_id: some(merchant_id),
        original_partner_reference_no: some("INV-2"),
        original_reference_no: second.reference_no().map(str::to_owned),
        partner_refund_no: some("RF-1"),
        refund_amount: Some(Money::idr(500_000).unwrap()),
        ..RefundRequest::default()
    };
    ends.push(ended(&client.refund(&refund).await.unwrap()));
    let (code, info) = status("INV-2").await;
    assert_eq!(code, "04");
    let history = info.get("refundHistory").unwrap().to_bytes();
    let history: serde_json::Value = serde_json::from_slice(&history).unwrap();
    assert_eq!(history.as_array().unwrap().len(), 1, "given back once: {history}");

    // What was used before is refused to who does not know of it, and found by who asks. Refunds are asked about in any case: a request
    // may be doubled on its way.
    assert_eq!(ended(&client.refund(&refund).await.unwrap()), "found");
    let other = RefundRequest { refund_amount: Some(Money::idr(400_000).unwrap()), ..refund.clone() };
    assert!(matches!(client.refund(&other).await, Err(Error::Unknown(_))));
    assert_eq!(ended(&client.resume_refund(&refund).await.unwrap()), "found");
    let refused = client.generate(&generate("INV-1")).await.unwrap_err();
    assert!(refused.refused().unwrap().is_duplicate_reference(), "{refused}");
    assert_eq!(ended(&client.resume_generate(&generate("INV-1")).await.unwrap()), "found");
    ends
}

#[tokio::test]
async fn three_dialects_from_token_to_refund() {
    let gateway = Running::start().await;
    for dialect in [&FINPAY, &BRICK, &FINNET] {
        let dialect = Dialect::named(dialect.name).unwrap();
        let partner = gateway.partner(dialect).await;
        let client = client(&gateway, dialect, &partner, &gateway.url).await;
        let ends = walk(&gateway, &client, dialect, partner.merchant_id.as_deref().unwrap()).await;
        assert_eq!(ends, ["answered"; 4], "{dialect}");
    }
}

#[tokio::test]
async fn what_is_done_and_not_answered_is_found_in_three_dialects() {
    let lost = [Service::Generate, Service::Query, Service::Cancel, Service::Refund];
    let gateway = Running::start().await;
    for dialect in [&FINPAY, &BRICK, &FINNET] {
        let dialect = Dialect::named(dialect.name).unwrap();
        let partner = gateway.partner(dialect).await;
        let (url, left) = lossy(&gateway.url, dialect, &lost).await;
        let client = client(&gateway, dialect, &partner, &url).await;
        let ends = walk(&gateway, &client, dialect, partner.merchant_id.as_deref().unwrap()).await;
        assert_eq!(ends, ["found", "found", "answered", "found"], "{dialect}");
        assert!(left.lock().unwrap().is_empty(), "every one of them was lost once");
    }
}

#[tokio::test]
async fn a_token_that_the_gateway_forgot_is_replaced() {
    let gateway = Running::start().await;
    let dialect = Dialect::named("Finpay").unwrap();
    let partner = gateway.partner(dialect).await;
    let client = client(&gateway, dialect, &partner, &gateway.url).await;
    let request = GenerateRequest {
        partner_reference_no: some("INV-1"),
        amount: Some(Money::idr(100_000).unwrap()),
        merchant_id: partner.merchant_id.clone(),
        ..GenerateRequest::default()
    };
    client.generate(&request).await.unwrap();
    let opened = Opened::open(&gateway.config).await.unwrap();
    let gone = opened.store.write(|tx| tx.execute("DELETE FROM token", &[]));
    assert_eq!(gone.await.unwrap(), 1);
    client.generate(&GenerateRequest { partner_reference_no: some("INV-2"), ..request }).await.unwrap();
}

#[tokio::test]
async fn in_progress_and_a_fault_of_the_gateway_are_told_apart() {
    let gateway = Running::start().await;
    let dialect = Dialect::named("Brick").unwrap();
    let partner = gateway.partner(dialect).await;
    let client = client(&gateway, dialect, &partner, &gateway.url).await;
    let request = |number: &str, simulate: &str| GenerateRequest {
        partner_reference_no: some(number),
        amount: Some(Money::idr(100_000).unwrap()),
        merchant_id: partner.merchant_id.clone(),
        additional_info: Some([("simulate", simulate)].into_iter().collect()),
        ..GenerateRequest::default()
    };
    // Done, and said to be in progress: whoever asks later finds it.
    let told = client.generate(&request("INV-1", "2024700")).await.unwrap();
    assert!(matches!(&told, Told::InProgress(notice) if notice.code.as_str() == "2024700"), "{told:?}");
    let told = client.resume_generate(&request("INV-1", "2024700")).await.unwrap();
    assert!(matches!(told, Told::Found(_)) && told.qr_content().is_some(), "{told:?}");
    // Nobody can say what became of it, and it is no refusal.
    for code in ["5004700", "5044700"] {
        let error = client.generate(&request("INV-2", code)).await.unwrap_err();
        assert!(matches!(error, Error::Unknown(_)), "{code}: {error}");
    }
    let error = client.generate(&request("INV-3", "4034704")).await.unwrap_err();
    assert_eq!(error.refused().map(|refused| refused.code().as_str()), Some("4034704"));
}
