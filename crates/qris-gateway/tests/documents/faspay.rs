//! Faspay's functional cases for SNAP QRIS, 18.1 to 18.24, as its merchants have to pass them.
//!
//! Faspay signs with RSA and without a token, wants X-EXTERNAL-ID numeric and of 32 characters at most, and writes the
//! reason of a 401 in brackets.

use qris_gateway::admin::Profile;
use qris_gateway::config::Config;
use qris_gateway::model::Role;
use qris_snap::Service;
use qris_snap::policy::Policy;
use serde_json::{Value, json};

use crate::common::client::{Client, unique};
use crate::common::{Gateway, bind, whatever_it_asks};
use crate::{finnet_notification, generated};

/// Case, what it is, the code that is expected, its message.
pub(crate) const CASES: &[(&str, &str, &str, &str)] = &[
    ("18.1", "access token invalid", "4014701", "Invalid Token (B2B)"),
    ("18.2", "signature invalid", "4014700", "Unauthorized. [Signature]"),
    ("18.3", "X-TIMESTAMP missing", "4004702", "Invalid Mandatory Field X-TIMESTAMP"),
    ("18.4", "letters in X-EXTERNAL-ID, or 33 characters", "4004701", "Invalid Field Format X-EXTERNAL-ID"),
    ("18.5", "the same X-EXTERNAL-ID", "4094700", "Conflict"),
    ("18.6", "a QR code", "2004700", "Successful"),
    ("18.7", "a merchant that is none", "4044708", "Invalid Merchant"),
    ("18.8", "cancelled", "2007700", "Successful"),
    ("18.9", "cancel in progress", "2027700", "Request In Progress"),
    ("18.10", "query, not paid yet", "2005100", "Successful"),
    ("18.11", "query, unknown", "4045101", "Transaction Not Found"),
    ("18.12", "query, paid", "2005100", "Successful"),
    ("18.13", "refunded", "2007800", "Successful"),
    ("18.14", "refund in progress", "2027800", "Request In Progress"),
    ("18.15", "notification of a payment", "2005200", "Successful"),
    ("18.16", "notification of a failure", "2005200", "Successful"),
    ("18.17", "status inquiry (53) of what was paid", "2005300", "Successful"),
    ("18.18", "decode", "2004800", "Successful"),
    ("18.19", "decode what cannot be read", "4004801", "Invalid Field Format qrContent"),
    ("18.20", "payment redirect: what was decoded is paid", "2005000", "Successful"),
    ("18.21", "payment redirect above the limit", "4035002", "Exceeds Transaction Amount Limit"),
    ("18.22", "apply OTT", "2004900", "Successful"),
    ("18.23", "payment host to host", "2005000", "Successful"),
    ("18.24", "payment host to host above the limit", "4035002", "Exceeds Transaction Amount Limit"),
];

fn as_faspay(policy: &mut Policy) {
    *policy = Profile::open("faspay").unwrap().policy().unwrap();
}

struct Parties {
    gateway: Gateway,
    merchant: Client,
    with_token: Client,
    issuer: Client,
    upstream: Client,
}

async fn parties() -> Parties {
    // A million rupiah.
    let gateway =
        Gateway::with(Config { sandbox: true, amount_limit: Some(100_000_000), ..Config::default() }).await;
    let merchant = gateway.client_with("standard", Role::Merchant, |it| as_faspay(&mut it.policy)).await;
    let with_token = gateway.client("standard", Role::Merchant).await;
    let mut issuer = gateway.client("standard", Role::Issuer).await;
    issuer.fetch_customer_token(&gateway, "customer-1").await;
    let upstream = gateway.client_with("standard", Role::Upstream, |it| as_faspay(&mut it.policy)).await;
    bind(&gateway, &upstream.partner.client_id, &merchant.merchant_id).await;
    Parties { gateway, merchant, with_token, issuer, upstream }
}

impl Parties {
    /// A code that was paid by this issuer.
    async fn paid_by_issuer(
        &self,
        amount: Option<&str>,
        pays: Option<&str>,
    ) -> (String, qris_gateway::snap::Answered) {
        let mut body = self.merchant.generate_body("0.00");
        match amount {
            Some(amount) => body["amount"]["value"] = json!(amount),
            None => drop(body.as_object_mut().unwrap().remove("amount")),
        }
        let code = self.merchant.call(Service::Generate, &body).send(&self.gateway).await.expect("2004700");
        let number = format!("ISS-{}", unique());
        let decode = json!({
            "partnerReferenceNo": number, "qrContent": code["qrContent"], "scanTime": "2026-11-27T10:00:00+07:00",
        });
        self.issuer.call(Service::Decode, &decode).send(&self.gateway).await.expect("2004800");
        let mut pay = json!({"partnerReferenceNo": number});
        if let Some(pays) = pays {
            pay["amount"] = json!({"value": pays, "currency": "IDR"});
        }
        (number, self.issuer.call(Service::Payment, &pay).send(&self.gateway).await.0)
    }
}

async fn answer(parties: &Parties, case: &str) -> qris_gateway::snap::Answered {
    let Parties { gateway, merchant, with_token, issuer, upstream } = parties;
    let simulated = |mut body: Value, code: &str| {
        body["additionalInfo"] = json!({"simulate": code});
        body
    };
    let generate = merchant.call(Service::Generate, &merchant.generate_body("1800.00"));
    let query = |number: &str| merchant.about(Service::Query, number);
    let paid = async || {
        let number = generated(gateway, merchant, "1800.00").await;
        gateway.pay(&number, whatever_it_asks()).await.unwrap();
        number
    };
    let told = async |status: &str| {
        let number = generated(gateway, merchant, "1800.00").await;
        let mut body = finnet_notification(&number, "1800.00");
        body["latestTransactionStatus"] = json!(status);
        upstream.call(Service::Notify, &body).send(gateway).await
    };
    let reply = match case {
        "18.1" => {
            let call = with_token.call(Service::Generate, &with_token.generate_body("1800.00"));
            call.header("Authorization", "Bearer nonsense").send(gateway).await
        }
        "18.2" => generate.header("X-SIGNATURE", "INVALID_SIGNATURE").send(gateway).await,
        "18.3" => generate.without("X-TIMESTAMP").send(gateway).await,
        "18.4" => {
            let long = generate.clone().external_id("1".repeat(33)).send(gateway).await;
            long.expect("4004701");
            generate.clone().external_id("1".repeat(32)).send(gateway).await.expect("2004700");
            generate.external_id("externalId").send(gateway).await
        }
        "18.5" => {
            let first = generate.external_id(unique());
            first.send(gateway).await.expect("2004700");
            let second = merchant.call(Service::Generate, &merchant.generate_body("1800.00"));
            second.external_id(&first.external_id).send(gateway).await
        }
        "18.6" => generate.send(gateway).await,
        "18.7" => {
            let mut body = merchant.generate_body("1800.00");
            body["merchantId"] = json!("99999");
            merchant.call(Service::Generate, &body).send(gateway).await
        }
        "18.8" | "18.9" => {
            let number = generated(gateway, merchant, "1800.00").await;
            let body = merchant.about(Service::Cancel, &number);
            let body = if case == "18.9" { simulated(body, "2027700") } else { body };
            merchant.call(Service::Cancel, &body).send(gateway).await
        }
        "18.10" => {
            let number = generated(gateway, merchant, "1800.00").await;
            let reply = merchant.call(Service::Query, &query(&number)).send(gateway).await;
            assert_eq!(reply.json()["latestTransactionStatus"], "01");
            reply
        }
        "18.11" => merchant.call(Service::Query, &query("nowhere")).send(gateway).await,
        "18.12" => {
            let number = paid().await;
            let reply = merchant.call(Service::Query, &query(&number)).send(gateway).await;
            assert_eq!(reply.json()["latestTransactionStatus"], "00");
            reply
        }
        "18.13" | "18.14" => {
            let number = paid().await;
            let body = merchant.about(Service::Refund, &number);
            let body = if case == "18.14" { simulated(body, "2027800") } else { body };
            merchant.call(Service::Refund, &body).send(gateway).await
        }
        "18.15" => told("00").await,
        "18.16" => told("06").await,
        "18.17" => {
            let (number, _) = parties.paid_by_issuer(Some("1800.00"), None).await;
            let body = json!({"originalPartnerReferenceNo": number, "serviceCode": "50"});
            let reply = issuer.call(Service::Status, &body).send(gateway).await;
            let json = reply.json();
            assert_eq!(
                (&json["latestTransactionStatus"], &json["amount"]["value"]),
                (&json!("00"), &json!("1800.00"))
            );
            reply
        }
        "18.18" | "18.19" => {
            let code = merchant.generate(gateway, "1800.00").await;
            let content = if case == "18.18" { code["qrContent"].clone() } else { json!("000201nonsense") };
            let body = json!({"qrContent": content, "scanTime": "2026-11-27T10:00:00+07:00"});
            issuer.call(Service::Decode, &body).send(gateway).await
        }
        "18.20" | "18.23" => return parties.paid_by_issuer(Some("1800.00"), Some("1800.00")).await.1,
        "18.21" | "18.24" => return parties.paid_by_issuer(None, Some("1000000.01")).await.1,
        "18.22" => issuer.call(Service::ApplyOtt, &json!({"userResources": ["OTT"]})).send(gateway).await,
        other => panic!("{other}"),
    };
    reply.0
}

#[tokio::test]
async fn each_of_faspays_cases_is_answered_as_it_expects() {
    let parties = parties().await;
    for (case, what, code, message) in CASES {
        let answered = answer(&parties, case).await;
        let body: Value = serde_json::from_slice(&answered.body).unwrap();
        assert_eq!(
            (answered.code.as_str(), body["responseMessage"].as_str()),
            (*code, Some(*message)),
            "{case} {what}"
        );
    }
}

/// 53 for both sides, and for nobody else.
#[tokio::test]
async fn a_status_inquiry_is_about_ones_own() {
    let parties = parties().await;
    let Parties { gateway, merchant, issuer, .. } = &parties;
    let (number, paid) = parties.paid_by_issuer(Some("1800.00"), None).await;
    let paid: Value = serde_json::from_slice(&paid.body).unwrap();
    let ask = async |client: &Client, body: Value| client.call(Service::Status, &body).send(gateway).await;
    let told = ask(issuer, json!({"originalReferenceNo": paid["referenceNo"]})).await.expect("2005300");
    assert_eq!((&told["originalPartnerReferenceNo"], &told["serviceCode"]), (&json!(number), &json!("50")));
    assert!(told["transactionDate"].is_string());
    ask(issuer, json!({"originalReferenceNo": "nothing"})).await.expect("4045301");
    ask(issuer, json!({})).await.expect("4045301");
    let rival = gateway.client("standard", Role::Issuer).await;
    ask(&rival, json!({"originalReferenceNo": paid["referenceNo"]})).await.expect("4045301");
    let ours = generated(gateway, merchant, "10.00").await;
    let told = ask(merchant, json!({"originalReferenceNo": ours})).await.expect("2005300");
    assert_eq!((&told["latestTransactionStatus"], &told["serviceCode"]), (&json!("01"), &json!("47")));
    // Decoded by two issuers, and by one of them twice, paid once: under the other numbers it was not paid.
    let code = merchant.generate(gateway, "20.00").await;
    let mut numbers = Vec::new();
    for client in [issuer, &rival, issuer] {
        let number = format!("ISS-{}", unique());
        let body = json!({
            "partnerReferenceNo": number, "qrContent": code["qrContent"], "scanTime": "2026-11-27T10:00:00+07:00",
        });
        client.call(Service::Decode, &body).send(gateway).await.expect("2004800");
        numbers.push(number);
    }
    issuer
        .call(Service::Payment, &json!({"partnerReferenceNo": numbers[0]}))
        .send(gateway)
        .await
        .expect("2005000");
    for (client, number, status) in
        [(issuer, &numbers[0], "00"), (&rival, &numbers[1], "06"), (issuer, &numbers[2], "06")]
    {
        let told = ask(client, json!({"originalPartnerReferenceNo": number})).await.expect("2005300");
        assert_eq!(told["latestTransactionStatus"], status);
    }
    let upstream = gateway.client("standard", Role::Upstream).await;
    ask(&upstream, json!({"originalReferenceNo": ours})).await.expect("4035301");
}
