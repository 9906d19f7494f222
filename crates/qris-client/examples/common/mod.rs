//! What the examples share: where the acquirer is, who we are, and the way of a payment.
#![allow(dead_code, unreachable_pub)] // Each example uses its part.

use std::error::Error;
use std::time::SystemTime;

use qris_client::{Client, Options, Told};
use qris_snap::Money;
use qris_snap::client::{Builder, Caller};
use qris_snap::dialect::Dialect;
use qris_snap::headers::HeaderName;
use qris_snap::message::{CancelRequest, GenerateRequest, QueryRequest, RefundRequest};
use qris_snap::sign::{PrivateKey, Secret};
use serde_json::{Value, json};

pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The acquirer, and what it gave us.
pub struct Place {
    pub url: String,
    /// As `qris gateway partner add … --json` prints it.
    pub partner: Value,
    /// Of the gateway's ready line; without it nothing is paid.
    pub sandbox_key: Option<String>,
}

impl Place {
    /// From arguments `URL PARTNER_FILE [SANDBOX_KEY]`, or from QRIS_URL, QRIS_PARTNER and QRIS_SANDBOX_KEY.
    pub fn given() -> Result<Place> {
        let mut arguments = std::env::args().skip(1);
        let mut next = |name: &str| arguments.next().or_else(|| std::env::var(name).ok());
        let usage = "URL PARTNER_FILE [SANDBOX_KEY] are wanted, or QRIS_URL, QRIS_PARTNER, QRIS_SANDBOX_KEY";
        let url = next("QRIS_URL").ok_or(usage)?;
        let file = next("QRIS_PARTNER").ok_or(usage)?;
        let partner = serde_json::from_slice(&std::fs::read(file)?)?;
        Ok(Place { url, partner, sandbox_key: next("QRIS_SANDBOX_KEY") })
    }

    pub fn text(&self, member: &str) -> Result<&str> {
        Ok(self.partner[member].as_str().ok_or_else(|| format!("the partner has no {member}"))?)
    }

    /// What every dialect wants; the examples add what theirs wants beside it.
    pub fn caller(&self, dialect: &'static Dialect) -> Result<Builder> {
        Ok(Caller::builder(dialect)
            .client_id(self.text("client_id")?)
            .private_key(PrivateKey::read(self.text("private_key_base64")?.as_bytes())?)
            .secret(Secret::new(self.text("client_secret")?))
            .header(HeaderName::PartnerId, self.text("partner_id")?)
            .header(HeaderName::ChannelId, self.text("channel_id")?))
    }

    pub fn client(&self, caller: Caller) -> Result<Client> {
        Ok(Client::new(caller, Options::new(self.url.as_str()))?)
    }

    /// Pays a code, as a payer's app and bank would.
    async fn pay(&self, key: &str, qr_content: &str) -> Result<()> {
        let request = reqwest::Client::new().post(format!("{}/sandbox/v1/pay", self.url)).bearer_auth(key);
        let body = json!({ "qrContent": qr_content }).to_string();
        let answer = request.header("Content-Type", "application/json").body(body).send().await?;
        println!("paid       HTTP {}", answer.status().as_u16());
        Ok(())
    }
}

/// Generate, pay, query, refund, query; and one that is cancelled.
pub async fn walk(client: &Client, place: &Place, validity_period: Option<&str>) -> Result<()> {
    let merchant_id = Some(place.text("merchant_id")?.to_owned());
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_millis();
    let amount = Money::idr(1_500_000)?;
    let generate = |number: String| GenerateRequest {
        partner_reference_no: Some(number),
        amount: Some(amount.clone()),
        merchant_id: merchant_id.clone(),
        validity_period: validity_period.map(str::to_owned),
        ..GenerateRequest::default()
    };

    let first = client.generate(&generate(format!("A{since}"))).await?;
    let reference_no = first.reference_no().ok_or("no reference")?.to_owned();
    let qr_content = first.qr_content().ok_or("no code")?.to_owned();
    println!("generated  {reference_no}\n           {qr_content}");
    let question = QueryRequest {
        original_reference_no: Some(reference_no.clone()),
        service_code: Some("47".to_owned()),
        merchant_id: merchant_id.clone(),
        ..QueryRequest::default()
    };
    let status = async || -> Result<()> {
        let found = client.query(&question).await?;
        println!("status     {}", found.latest_transaction_status.unwrap_or_default());
        Ok(())
    };
    status().await?;
    match &place.sandbox_key {
        Some(key) => {
            place.pay(key, &qr_content).await?;
            status().await?;
            let refund = RefundRequest {
                merchant_id: merchant_id.clone(),
                original_partner_reference_no: Some(format!("A{since}")),
                original_reference_no: Some(reference_no),
                partner_refund_no: Some(format!("R{since}")),
                refund_amount: Some(Money::idr(500_000)?),
                reason: Some("too much".to_owned()),
                ..RefundRequest::default()
            };
            match client.refund(&refund).await? {
                Told::Answered(answer) => println!("refunded   {}", answer.refund_no.unwrap_or_default()),
                other => println!("refunded   {other:?}"),
            }
            status().await?;
        }
        None => println!("not paid   no sandbox key was given"),
    }

    let second = client.generate(&generate(format!("B{since}"))).await?;
    let cancel = CancelRequest {
        original_reference_no: second.reference_no().map(str::to_owned),
        original_partner_reference_no: Some(format!("B{since}")),
        merchant_id,
        reason: Some("the guest left".to_owned()),
        ..CancelRequest::default()
    };
    match client.cancel(&cancel).await? {
        Told::Answered(answer) => println!("cancelled  {}", answer.original_reference_no.unwrap_or_default()),
        other => println!("cancelled  {other:?}"),
    }
    Ok(())
}
