//! The 17 rows of the Finnet document, each provoked by a real request, and what else its notification means.

use qris_gateway::model::{Role, State, audit, outbox};
use qris_snap::Service;
use qris_snap::message::{Message, NotifyRequest};
use serde_json::{Value, json};

use crate::common::client::{Call, Client, unique};
use crate::common::{Gateway, bind};
use crate::{finnet_notification, generated, sandbox};

/// How a row is reached.
#[derive(Clone, Copy)]
pub(crate) enum How {
    /// A notification as it should be, about a code that waits.
    AsItShouldBe,
    /// The body is this text.
    Body(&'static str),
    /// A member of the notification is this.
    Member(&'static str, &'static str),
    /// A header is this after signing; none: it is not sent.
    Header(&'static str, Option<&'static str>),
    /// A partner tells that is no upstream.
    NoUpstream,
    /// The notification is about another merchant's code.
    OtherMerchant,
    /// No request leads there, since nothing in this gateway can be the reason: the sandbox answers it when it is asked to.
    Simulated(&'static str),
}

/// Code, message, how it is reached and in words.
pub(crate) const ROWS: &[(&str, &str, How, &str)] = &[
    ("2005200", "Successful", How::AsItShouldBe, "a notification as the document has it"),
    ("4005200", "Bad request", How::Body("{"), "a body that is not JSON"),
    (
        "4005201",
        "Invalid field format amount.value",
        How::Member("/amount/value", "1"),
        "an amount without decimals",
    ),
    ("4005202", "Invalid mandatory field feeAmount", How::Member("/feeAmount", ""), "no `feeAmount`"),
    (
        "4015200",
        "Unauthorised. [Signature]",
        How::Header("X-SIGNATURE", Some("AAAA")),
        "a signature that does not hold",
    ),
    (
        "4015201",
        "Invalid token (B2B)",
        How::Header("Authorization", Some("Bearer x")),
        "a token that was not issued here",
    ),
    (
        "4015202",
        "Invalid Customer Token",
        How::Header("Authorization-Customer", Some("Bearer x")),
        "a customer token that was not issued here",
    ),
    ("4015203", "Token Not Found (B2B)", How::Header("Authorization", None), "no `Authorization`"),
    (
        "4015204",
        "Customer Token Not Found",
        How::Header("Authorization-Customer", None),
        "no `Authorization-Customer`",
    ),
    ("4035201", "Feature not allowed", How::NoUpstream, "a partner that is no upstream"),
    (
        "4035204",
        "Activity count limit exceeded",
        How::Simulated("4035204"),
        "sandbox only: notifications are not counted by activity, money that moved must be told",
    ),
    (
        "4035214",
        "Insufficient Funds",
        How::Simulated("4035214"),
        "sandbox only: a notification moves no money of the receiver",
    ),
    ("4045208", "Invalid merchant", How::OtherMerchant, "the `merchantPAN` of another merchant"),
    ("5005200", "General error", How::Simulated("5005200"), "sandbox only: an unexpected fault of ours"),
    (
        "5005201",
        "Internal Server Error",
        How::Simulated("5005201"),
        "sandbox; the same is shown of 47 when the storage does not answer (`tests/postgres.rs`)",
    ),
    (
        "5005202",
        "External Server Error",
        How::Simulated("5005202"),
        "sandbox; the same is shown of Finpay's notification without an amount, when the acquirer cannot be asked \
         (`tests/documents/finpay.rs`)",
    ),
    (
        "5045200",
        "Timeout",
        How::Simulated("5045200"),
        "sandbox; the same is shown of 47 when a body is slow (`tests/server`)",
    ),
];

struct Parties {
    gateway: Gateway,
    merchant: Client,
    upstream: Client,
}

async fn parties() -> Parties {
    let gateway = sandbox().await;
    let merchant = gateway.client("standard", Role::Merchant).await;
    let upstream = gateway.client("finnet", Role::Upstream).await;
    bind(&gateway, &upstream.partner.client_id, &merchant.merchant_id).await;
    Parties { gateway, merchant, upstream }
}

#[tokio::test]
async fn each_of_the_seventeen_rows_is_answered() {
    let Parties { gateway, merchant, upstream } = parties().await;
    let stranger = gateway.client("finnet", Role::Merchant).await;
    for (code, message, how, _) in ROWS {
        let number = generated(&gateway, &merchant, "10000.00").await;
        let mut body = finnet_notification(&number, "10000.00");
        let mut from = &upstream;
        match *how {
            How::Member(pointer, "") => drop(body.as_object_mut().unwrap().remove(&pointer[1..])),
            How::Member(pointer, text) => *body.pointer_mut(pointer).unwrap() = json!(text),
            How::NoUpstream => from = &stranger,
            How::OtherMerchant => body["additionalInfo"]["merchantPAN"] = json!("936000020000000002"),
            How::Simulated(code) => body["additionalInfo"]["simulate"] = json!(code),
            _ => {}
        }
        let call = from.call(Service::Notify, &body);
        let call: Call<'_> = match *how {
            How::Body(text) => call.bytes(text.as_bytes()),
            How::Header(name, Some(value)) => call.header(name, value),
            How::Header(name, None) => call.without(name),
            _ => call,
        };
        let told = call.send(&gateway).await.expect(code);
        assert_eq!(told["responseMessage"], *message, "{code}");
        let paid = gateway.transaction(&number).await.state == State::Paid;
        assert_eq!(paid, *code == "2005200", "{code}");
    }
}

/// 73, 74, 52, as the document wants them.
#[tokio::test]
async fn the_chain_of_the_document_needs_nothing_but_its_services() {
    let Parties { gateway, merchant, upstream } = parties().await;
    let number = generated(&gateway, &merchant, "10000.00").await;
    // The client of these tests went through 73 and 74; what it holds is what they gave.
    assert!(upstream.customer_token.is_some());
    let body = finnet_notification(&number, "10000.00");
    let told = upstream.call(Service::Notify, &body).send(&gateway).await.expect("2005200");
    assert_eq!(told, json!({"responseCode": "2005200", "responseMessage": "Successful"}));
    let paid = gateway.transaction(&number).await;
    assert_eq!(paid.customer_pan.unwrap().expose(), "9360000000000000009");
    assert!(!format!("{:?}", gateway.transaction(&number).await).contains("9360000000000000009"));
}

#[tokio::test]
async fn another_merchants_number_pays_nobody() {
    let Parties { gateway, merchant, upstream } = parties().await;
    let other = crate::common::add_merchant(&gateway, &merchant.partner.client_id).await;
    let told: [(&str, Value, bool); 15] = [
        ("merchantPAN", json!("936000010000000001"), true),
        ("merchantPAN", json!(936000010000000001_u64), true),
        // With its check digit.
        ("merchantPAN", json!("9360000100000000015"), true),
        ("merchantPAN", json!("9360000100000000016"), false),
        ("merchantPAN", json!("936000010000000002"), false),
        ("merchantPAN", json!(936000010000000002_u64), false),
        ("mpan", json!("936000010000000002"), false),
        ("merchantId", json!(other.merchant_id), false),
        // Masked: what can be seen of it is compared. Nothing to be seen is nothing told.
        ("mpan", json!("93600001********01"), true),
        ("mpan", json!("93600001********015"), true),
        ("mpan", json!("93600001********02"), false),
        ("mpan", json!("93600002********01"), false),
        ("mpan", json!(""), true),
        ("mpan", json!("******"), true),
        // The upstream's own number of the merchant.
        ("merchantId", json!("000000000000001"), true),
    ];
    let mut exceptions = 0;
    for (name, value, ours) in told {
        let number = generated(&gateway, &merchant, "10000.00").await;
        let mut body = finnet_notification(&number, "10000.00");
        body["additionalInfo"][name] = value.clone();
        let code = if ours { "2005200" } else { "4045208" };
        // An upstream sends again what was refused: that is no second exception.
        for _ in 0..2 {
            upstream.call(Service::Notify, &body).send(&gateway).await.expect(code);
        }
        exceptions += usize::from(!ours);
        let state = gateway.transaction(&number).await.state;
        assert_eq!(state, if ours { State::Paid } else { State::Initiated }, "{name} {value}");
        let found = gateway.write(|tx| audit::newest_exceptions(tx, None, 100)).await;
        assert_eq!(found.len(), exceptions, "{name} {value}");
        assert!(
            ours || found
                .iter()
                .any(|it| it.kind == "other-merchant" && it.reference_no.as_ref() == Some(&number))
        );
    }
    // That somebody else's payment failed is nobody's money.
    let number = generated(&gateway, &merchant, "10000.00").await;
    let mut body = finnet_notification(&number, "10000.00");
    body["additionalInfo"]["merchantPAN"] = json!("936000010000000002");
    body["latestTransactionStatus"] = json!("06");
    upstream.call(Service::Notify, &body).send(&gateway).await.expect("4045208");
    assert_eq!(gateway.write(|tx| audit::newest_exceptions(tx, None, 100)).await.len(), exceptions);
}

#[tokio::test]
async fn host_to_host_is_a_setting_of_the_partner() {
    let gateway = sandbox().await;
    let merchant = gateway.client("standard", Role::Merchant).await;
    let connected = gateway.client_with("finnet", Role::Upstream, |it| it.policy.host_to_host = true).await;
    bind(&gateway, &connected.partner.client_id, &merchant.merchant_id).await;
    let number = generated(&gateway, &merchant, "10000.00").await;
    let whole = finnet_notification(&number, "10000.00");
    for (pointer, place) in [
        ("/additionalInfo/merchantLocation", "additionalInfo.merchantLocation"),
        ("/additionalInfo", "additionalInfo"),
    ] {
        let mut body = whole.clone();
        *body.pointer_mut(pointer).unwrap() = Value::Null;
        let told = connected.call(Service::Notify, &body).send(&gateway).await.expect("4005202");
        assert_eq!(told["responseMessage"], format!("Invalid mandatory field {place}"));
    }
    connected.call(Service::Notify, &whole).external_id(unique()).send(&gateway).await.expect("2005200");
}

/// What we send has the document's members, all that it marks M and no others.
#[tokio::test]
async fn our_own_notification_is_the_documents() {
    let gateway = sandbox().await;
    let merchant = gateway.client("finnet", Role::Merchant).await;
    let mut body = merchant.generate_body("10000.00");
    body["storeId"] = json!("S1");
    body["terminalId"] = json!("A01");
    let code = merchant.call(Service::Generate, &body).send(&gateway).await.expect("2004700");
    let number = code["referenceNo"].as_str().unwrap().to_owned();
    gateway.pay(&number, crate::common::whatever_it_asks()).await.unwrap();
    let rows = gateway.write(move |tx| outbox::of_transaction(tx, &number)).await;
    let sent: Value = serde_json::from_slice(&rows[0].body).unwrap();
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(
        names(&sent),
        [
            "originalReferenceNo",
            "originalPartnerReferenceNo",
            "latestTransactionStatus",
            "transactionStatusDesc",
            "amount",
            "feeAmount",
            "additionalInfo",
        ]
    );
    let mut inner = names(&sent["additionalInfo"]);
    inner.sort();
    assert_eq!(
        inner,
        [
            "acquirerName",
            "customerPAN",
            "merchantLocation",
            "merchantName",
            "merchantPAN",
            "terminalId",
            "transactionDate",
        ]
    );
    // Nobody named the payer's account.
    assert_eq!(sent["additionalInfo"]["customerPAN"], "0");
    assert_eq!(sent["feeAmount"]["value"], "0.00");
    let read = NotifyRequest::read(&qris_snap::dialect::FINNET, &rows[0].body).unwrap();
    assert_eq!(read.additional_info.unwrap().text("terminalId"), Some("A01"));
}
