//! What the Finpay document says of its services, where that is more than members and headers.

use qris_gateway::model::{
    Acquirer, EventKind, Forward, ForwardKind, ForwardState, Role, State, acquirer, audit, outbox,
};
use qris_snap::Service;
use serde_json::{Value, json};

use crate::common::bind;
use crate::{generated, sandbox};

/// The document's notification has three members, none of them a status: to be told is to be paid.
#[tokio::test]
async fn a_notification_of_three_members_is_the_payment() {
    let gateway = sandbox().await;
    let merchant = gateway.client("standard", Role::Merchant).await;
    let upstream = gateway.client("finpay", Role::Upstream).await;
    bind(&gateway, &upstream.partner.client_id, &merchant.merchant_id).await;
    let number = generated(&gateway, &merchant, "15000.00").await;
    let body = json!({
        "originalPartnerReferenceNo": number,
        "originalReferenceNo": "FP-77",
        "transactionDate": "2024-04-17T12:03:38+07:00",
    });
    for _ in 0..2 {
        let told = upstream.call(Service::Notify, &body).send(&gateway).await.expect("2004700");
        assert_eq!(told["responseMessage"], "Request has been processed successfully");
    }
    let paid = gateway.transaction(&number).await;
    assert_eq!((paid.state, paid.paid_amount.get()), (State::Paid, 1_500_000), "the amount is known from 47");
    assert!(gateway.write(|tx| audit::newest_exceptions(tx, None, 9)).await.is_empty(), "told again");
    // The sibling page has a status: then it is what counts.
    let number = generated(&gateway, &merchant, "15000.00").await;
    let body = json!({"originalPartnerReferenceNo": number, "originalReferenceNo": "FP-78", "latestTransactionStatus": "06"});
    upstream.call(Service::Notify, &body).send(&gateway).await.expect("2004700");
    assert_eq!(gateway.transaction(&number).await.state, State::Failed);
    // So does one under the name it has elsewhere, in words; what is no status, or blank, is for a person.
    for (name, word, code, state) in [
        ("transactionStatus", "FAILED", "2004700", State::Failed),
        ("transactionStatus", "paid", "2004700", State::Paid),
        ("transactionStatus", "06", "2004700", State::Failed),
        ("transactionStatus", "SETTLED", "2004700", State::Initiated),
        ("transactionStatus", "", "2004700", State::Initiated),
        ("latestTransactionStatus", "", "2004700", State::Initiated),
        ("latestTransactionStatus", "REFUNDED", "2004700", State::Initiated),
    ] {
        let number = generated(&gateway, &merchant, "15000.00").await;
        let body = json!({"originalPartnerReferenceNo": number, "originalReferenceNo": number, name: word});
        upstream.call(Service::Notify, &body).send(&gateway).await.expect(code);
        assert_eq!(gateway.transaction(&number).await.state, state, "{name} {word}");
    }
    for body in [json!({}), json!({"transactionDate": "2024-04-17T12:03:38+07:00"})] {
        let told = upstream.call(Service::Notify, &body).send(&gateway).await.expect("4005202");
        assert_eq!(told["responseMessage"], "Invalid Mandatory Field originalReferenceNo");
    }
}

/// The payer entered the amount and the message does not name it: that is for a person, not to be guessed.
#[tokio::test]
async fn a_payment_of_an_unknown_amount_is_an_exception() {
    let gateway = sandbox().await;
    let merchant = gateway.client("standard", Role::Merchant).await;
    let upstream = gateway.client("finpay", Role::Upstream).await;
    bind(&gateway, &upstream.partner.client_id, &merchant.merchant_id).await;
    let open = json!({"merchantId": merchant.merchant_id});
    let code = merchant.call(Service::Generate, &open).send(&gateway).await.expect("2004700");
    let number = code["referenceNo"].as_str().unwrap().to_owned();
    let body = json!({"originalPartnerReferenceNo": number, "originalReferenceNo": "FP-79"});
    upstream.call(Service::Notify, &body).send(&gateway).await.expect("2004700");
    assert_eq!(gateway.transaction(&number).await.state, State::Initiated);
    let found = gateway.write(|tx| audit::newest_exceptions(tx, None, 9)).await;
    assert_eq!((found.len(), found[0].reference_no.as_deref()), (1, Some(number.as_str())));
}

/// With an acquirer that is called it is asked; when it does not answer, it is to tell again, and nothing is booked.
#[tokio::test]
async fn an_amount_that_cannot_be_asked_for_is_told_again() {
    let gateway = sandbox().await;
    let merchant = gateway.client("standard", Role::Merchant).await;
    let upstream = gateway.client("finpay", Role::Upstream).await;
    let id = upstream.partner.client_id.clone();
    bind(&gateway, &id, &merchant.merchant_id).await;
    let open = json!({"merchantId": merchant.merchant_id});
    let code = merchant.call(Service::Generate, &open).send(&gateway).await.expect("2004700");
    let number = code["referenceNo"].as_str().unwrap().to_owned();
    let called = Acquirer {
        client_id: id.clone(),
        // Nobody listens there.
        base_url: "http://127.0.0.1:9".to_owned(),
        our_client_id: "US".to_owned(),
        headers: "{}".to_owned(),
        silent_after: 60,
        deadline: None,
        created_at: 0,
    };
    let made = Forward {
        id: number.clone(),
        kind: ForwardKind::Code,
        state: ForwardState::Open,
        reference_no: number.clone(),
        acquirer: id,
        client_id: merchant.partner.client_id.clone(),
        number: None,
        external_id: None,
        amount: None,
        reason: None,
        their_reference_no: Some("FP-80".to_owned()),
        their_merchant_id: None,
        created_at: 0,
        due_at: i64::MAX,
        tries: 0,
    };
    gateway
        .write(move |tx| {
            acquirer::set(tx, &called)?;
            acquirer::ask(tx, &made)
        })
        .await;
    let body = json!({"originalPartnerReferenceNo": number, "originalReferenceNo": "FP-80"});
    let told = upstream.call(Service::Notify, &body).send(&gateway).await.expect("5005202");
    assert_eq!(told["responseMessage"], "External Server Error");
    assert_eq!(gateway.transaction(&number).await.state, State::Initiated);
    assert!(gateway.write(|tx| audit::newest_exceptions(tx, None, 9)).await.is_empty(), "it is told again");
}

/// Whoever follows the document takes each notification for a payment: nothing else is told to it.
#[tokio::test]
async fn nothing_but_a_payment_is_told_in_a_document_without_a_status() {
    let gateway = sandbox().await;
    for (dialect, told) in [("finpay", false), ("standard", true)] {
        let merchant = gateway.client(dialect, Role::Merchant).await;
        let paid = generated(&gateway, &merchant, "10.00").await;
        gateway.pay(&paid, crate::common::whatever_it_asks()).await.unwrap();
        let kinds = async |number: &str| {
            let number = number.to_owned();
            let rows = gateway.write(move |tx| outbox::of_transaction(tx, &number)).await;
            rows.into_iter().map(|row| (row.kind, row.body)).collect::<Vec<_>>()
        };
        let sent = kinds(&paid).await;
        assert_eq!((sent.len(), sent[0].0), (1, EventKind::Paid), "{dialect}");
        let body: Value = serde_json::from_slice(&sent[0].1).unwrap();
        assert_eq!(body["latestTransactionStatus"], "00", "{dialect}");
        let refund = json!({
            "originalReferenceNo": paid, "originalPartnerReferenceNo": body["originalPartnerReferenceNo"],
            if dialect == "finpay" { "partnerReferenceNo" } else { "partnerRefundNo" }: format!("R-{dialect}"),
        });
        let code = if dialect == "finpay" { "2004700" } else { "2007800" };
        merchant.call(Service::Refund, &refund).send(&gateway).await.expect(code);
        assert_eq!(kinds(&paid).await.len(), if told { 2 } else { 1 }, "{dialect}");
    }
}
