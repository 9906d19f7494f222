//! X-EXTERNAL-ID: what uses one up, for how long, and what a repetition gets.

use qris_gateway::db::DbError;
use qris_gateway::model::{Role, partner};
use qris_snap::Service;
use qris_snap::policy::{ExternalIdRule, Scope, Uniqueness};
use qris_snap::sign::Token;
use serde_json::{Value, json};

use crate::common::{Gateway, whatever_it_asks};

#[tokio::test]
async fn an_external_id_is_of_a_day_in_jakarta() {
    let gateway = Gateway::start().await;
    let client = gateway.client("standard", Role::Merchant).await;
    // Two minutes before midnight.
    let midnight = (qris_snap::datetime::wib_day(gateway.app.clock.now()) + 1) * 86_400 - 7 * 3600;
    let at = |second: i64| {
        let moved = gateway.app.clock.offset_seconds() + midnight + second - gateway.app.clock.now();
        gateway.app.clock.set_offset(moved);
    };
    at(-120);
    let reply = client.fetch_token(&gateway).await;
    let token = Token::new(reply.json()["accessToken"].as_str().unwrap());
    let call = |body: &Value| client.call(Service::Generate, body).token(&token).external_id("one");
    let stamp = |second: i64| qris_snap::DateTime::wib(midnight + second).unwrap().as_str().to_owned();
    let first = call(&json!({"partnerReferenceNo": "A"})).timestamp(&stamp(-120));
    first.send(&gateway).await.expect("2004700");
    // The very same bytes after midnight: still of the day that was signed.
    at(60);
    first.send(&gateway).await.expect("4094700");
    // Signed for the new day it is another id; a copy of that is not.
    let second = call(&json!({"partnerReferenceNo": "B"})).timestamp(&stamp(60));
    second.send(&gateway).await.expect("2004700");
    second.send(&gateway).await.expect("4094700");
    // Late on the old day, sent on the new one.
    call(&json!({"partnerReferenceNo": "C"})).timestamp(&stamp(-1)).send(&gateway).await.expect("4094700");
    // In another offset it is the same instant, and the same day.
    let utc = "T17:01:00Z";
    let day = stamp(-1)[..10].to_owned();
    call(&json!({"partnerReferenceNo": "D"}))
        .timestamp(&format!("{day}{utc}"))
        .send(&gateway)
        .await
        .expect("4094700");
}

#[tokio::test]
async fn what_uses_up_an_external_id() {
    let gateway = Gateway::start().await;
    let client = gateway.client("standard", Role::Merchant).await;
    let send = async |id: &str, body: &Value| {
        client.call(Service::Generate, body).external_id(id).send(&gateway).await.code.clone()
    };
    // Judged: used up, whatever the answer.
    let mut body = client.generate_body("10.00");
    for (id, change, code) in [
        ("a", json!({"merchantId": "nobody"}), "4044708"),
        ("b", json!({"amount": {"value": "0.00", "currency": "IDR"}}), "4044713"),
        ("c", json!({}), "2004700"),
        ("d", json!({}), "4094701"),
    ] {
        let mut changed = body.clone();
        changed.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        assert_eq!(send(id, &changed).await, code);
        assert_eq!(send(id, &changed).await, "4094700", "{id}");
        assert_eq!(send(id, &client.generate_body("10.00")).await, "4094700", "{id}");
    }
    // Not understood: not used up.
    body["amount"] = json!("ten");
    assert_eq!(send("e", &body).await, "4004701");
    assert_eq!(send("e", &client.generate_body("10.00")).await, "2004700");
    // An id that is taken is told before anything about the body.
    assert_eq!(send("e", &body).await, "4094700");
    // Whatever the service, unless the policy says otherwise.
    let query = json!({"originalReferenceNo": "x", "serviceCode": "47"});
    client.call(Service::Query, &query).external_id("c").send(&gateway).await.expect("4095100");
    let scope = |rule: &mut ExternalIdRule| rule.scope = Scope::PartnerAndService;
    let client =
        gateway.client_with("standard", Role::Merchant, |it| scope(&mut it.policy.external_id)).await;
    client.call(Service::Generate, &json!({})).external_id("c").send(&gateway).await.expect("2004700");
    client.call(Service::Query, &query).external_id("c").send(&gateway).await.expect("4045101");
    client.call(Service::Query, &query).external_id("c").send(&gateway).await.expect("4095100");
}

#[tokio::test]
async fn a_repetition_gets_the_stored_answer() {
    let gateway = Gateway::start().await;
    let replay = |it: &mut qris_gateway::model::Partner| {
        it.policy.external_id.uniqueness = Uniqueness::ReplayStored;
    };
    let client = gateway.client_with("standard", Role::Merchant, replay).await;
    let body = client.generate_body("10000.00");
    let call = client.call(Service::Generate, &body).external_id("one");
    let first = call.send(&gateway).await;
    let number = first.expect("2004700")["referenceNo"].as_str().unwrap().to_owned();
    // Signed anew a little later, printed differently: the same request.
    let spaced = serde_json::to_string_pretty(&body).unwrap();
    for again in [call.clone().at(3), call.clone().bytes(spaced.as_bytes())] {
        let reply = again.send(&gateway).await;
        assert_eq!((reply.http, &reply.body, &reply.code), (first.http, &first.body, &first.code));
    }
    // Another body, another service: a conflict.
    let other = client.generate_body("10000.00");
    client.call(Service::Generate, &other).external_id("one").send(&gateway).await.expect("4094700");
    let query = client.about(Service::Query, &number);
    client.call(Service::Query, &query).external_id("one").send(&gateway).await.expect("4095100");
    // A refund asked for twice happens once; a refusal that was recorded is told again.
    let refund = client.call(Service::Refund, &client.about(Service::Refund, &number)).external_id("two");
    let refused = refund.send(&gateway).await;
    refused.expect("4047800");
    gateway.pay(&number, whatever_it_asks()).await.unwrap();
    assert_eq!(refund.send(&gateway).await.body, refused.body);
    let refund = client.call(Service::Refund, &client.about(Service::Refund, &number)).external_id("three");
    let done = refund.send(&gateway).await;
    done.expect("2007800");
    assert_eq!(refund.send(&gateway).await.body, done.body);
    assert_eq!(gateway.number("SELECT COUNT(*) FROM refund").await, 1);
}

#[tokio::test]
async fn an_answer_of_a_time_when_repetitions_were_conflicts_is_not_made_up() {
    let gateway = Gateway::start().await;
    let client = gateway.client("standard", Role::Merchant).await;
    let body = client.generate_body("10000.00");
    let call = client.call(Service::Generate, &body).external_id("before");
    call.send(&gateway).await.expect("2004700");
    assert_eq!(
        gateway.number("SELECT COUNT(*) FROM external_id WHERE http <> 0").await,
        0,
        "nobody reads it"
    );
    let mut partner = client.partner.clone();
    partner.policy.external_id.uniqueness = Uniqueness::ReplayStored;
    let change: Result<(), DbError> = gateway.app.store.write(move |tx| partner::update(tx, &partner)).await;
    assert_eq!(change, Ok(()));
    call.send(&gateway).await.expect("4094700");
    let body = client.generate_body("10000.00");
    let call = client.call(Service::Generate, &body).external_id("after");
    let first = call.send(&gateway).await;
    first.expect("2004700");
    assert_eq!(call.send(&gateway).await.body, first.body);
}
