//! While an acquirer is asked, no other request of the same id asks it too.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::Request;
use axum::response::IntoResponse;
use qris_gateway::acquirer::watch;
use qris_gateway::model::{
    Acquirer, Forward, ForwardKind, ForwardState, Minor, Role, Route, State, acquirer, external_id,
};
use qris_snap::Service;
use qris_snap::policy::{ExternalIdKey, Uniqueness};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::common::client::Client;
use crate::common::{Gateway, answer, bind, whatever_it_asks};

/// An acquirer that gives tokens, and answers the rest when it is let.
struct Slow {
    url: String,
    let_go: Arc<Semaphore>,
    asked: Arc<AtomicUsize>,
}

async fn slow(service: &'static str) -> Slow {
    answering(service, json!({})).await
}

/// One whose answer has these members too.
async fn answering(service: &'static str, members: Value) -> Slow {
    let (let_go, asked) = (Arc::new(Semaphore::new(0)), Arc::new(AtomicUsize::new(0)));
    let (gate, count) = (let_go.clone(), asked.clone());
    let handler = move |request: Request| {
        let (gate, count, members) = (gate.clone(), count.clone(), members.clone());
        async move {
            let body = if request.uri().path().ends_with("/b2b") {
                json!({
                    "responseCode": "2007300", "responseMessage": "Successful", "accessToken": "T",
                    "tokenType": "Bearer", "expiresIn": "900",
                })
            } else {
                count.fetch_add(1, Ordering::SeqCst);
                gate.acquire().await.unwrap().forget();
                let mut body =
                    json!({"responseCode": format!("200{service}00"), "responseMessage": "Successful"});
                let members = members.as_object().unwrap().clone();
                body.as_object_mut().unwrap().extend(members);
                body
            };
            ([("Content-Type", "application/json")], body.to_string()).into_response()
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(handler)).await });
    Slow { url, let_go, asked }
}

/// A merchant whose partner's repetitions are answered as the first time, and its acquirer.
async fn routed(gateway: &Gateway, url: &str) -> (Client, Client) {
    let merchant = gateway.client_with("standard", Role::Merchant, |partner| {
        partner.policy.external_id.uniqueness = Uniqueness::ReplayStored;
    });
    let merchant = merchant.await;
    let upstream = gateway.client("standard", Role::Upstream).await;
    let id = upstream.partner.client_id.clone();
    bind(gateway, &id, &merchant.merchant_id).await;
    let called = Acquirer {
        client_id: id.clone(),
        base_url: url.to_owned(),
        our_client_id: "US".to_owned(),
        headers: json!({"X-PARTNER-ID": "P", "CHANNEL-ID": "95221"}).to_string(),
        silent_after: 60,
        deadline: None,
        created_at: 0,
    };
    let route = Route {
        merchant_id: merchant.merchant_id.clone(),
        acquirer: id,
        their_merchant_id: None,
        created_at: 0,
    };
    let set = move |tx: &mut dyn qris_gateway::db::Tx| {
        acquirer::set(tx, &called)?;
        acquirer::set_route(tx, &route)
    };
    gateway.write(set).await;
    (merchant, upstream)
}

/// What an acquirer was asked for.
fn forward(number: &str, client_id: &str) -> Forward {
    Forward {
        id: number.to_owned(),
        kind: ForwardKind::Code,
        state: ForwardState::Asked,
        reference_no: number.to_owned(),
        acquirer: String::new(),
        client_id: client_id.to_owned(),
        number: None,
        external_id: None,
        amount: Some(Minor::new(1_000_000)),
        reason: None,
        their_reference_no: None,
        their_merchant_id: Some("M".to_owned()),
        created_at: 0,
        due_at: i64::MAX,
        tries: 0,
    }
}

/// A code of that acquirer, paid.
async fn paid(gateway: &Gateway, merchant: &Client, upstream: &Client) -> String {
    let number = open(gateway, merchant, upstream).await;
    gateway.pay(&number, whatever_it_asks()).await.unwrap();
    number
}

/// A code of that acquirer.
async fn open(gateway: &Gateway, merchant: &Client, upstream: &Client) -> String {
    let merchant_id = merchant.merchant_id.clone();
    gateway.write(move |tx| acquirer::remove_route(tx, &merchant_id)).await;
    let number = merchant.generate(gateway, "10000.00").await["referenceNo"].as_str().unwrap().to_owned();
    let made = Forward {
        acquirer: upstream.partner.client_id.clone(),
        state: ForwardState::Open,
        their_reference_no: Some("T1".to_owned()),
        ..forward(&number, &merchant.partner.client_id)
    };
    gateway.write(move |tx| acquirer::ask(tx, &made)).await;
    number
}

pub(crate) async fn a_repetition_waits_for_the_acquirer(gateway: &Gateway) {
    let there = slow("78").await;
    let (merchant, upstream) = routed(gateway, &there.url).await;
    let number = paid(gateway, &merchant, &upstream).await;
    // All of it.
    let body = merchant.about(Service::Refund, &number);
    let refund = merchant.call(Service::Refund, &body).external_id("again-and-again");
    let (app, first) = (gateway.app.clone(), refund.incoming(gateway));
    let first = tokio::spawn(async move { answer(&app, first).await });
    while there.asked.load(Ordering::SeqCst) == 0 {
        assert!(!first.is_finished(), "{:?}", first.await);
        tokio::task::yield_now().await;
    }
    refund.send(gateway).await.expect("4097800");
    // Nor does another one take what is held for it.
    let other = merchant.call(Service::Refund, &merchant.about(Service::Refund, &number));
    other.send(gateway).await.expect("4047813");
    there.let_go.add_permits(9);
    let first = first.await.unwrap();
    assert_eq!(first.code, "2007800");
    let again = refund.send(gateway).await;
    assert_eq!((again.code.as_str(), &again.0.body), ("2007800", &first.body), "as the first time");
    assert_eq!(there.asked.load(Ordering::SeqCst), 1, "asked once");
    assert_eq!(gateway.transaction(&number).await.refunded.get(), 1_000_000);
}

pub(crate) async fn an_id_of_another_day_asks_nobody(gateway: &Gateway) {
    let there = slow("47").await;
    let (merchant, _) = routed(gateway, &there.url).await;
    let mut partner = merchant.partner.clone();
    partner.policy.external_id.days = 3;
    let changed = partner.clone();
    gateway.write(move |tx| qris_gateway::model::partner::update(tx, &changed)).await;
    let today = (gateway.app.clock.now() + 7 * 3600) / 86_400;
    let key = ExternalIdKey {
        partner: partner.client_id.clone(),
        service: None,
        day: today - 2,
        days: 3,
        id: "from-before".to_owned(),
    };
    let key = ExternalIdKey {
        service: partner
            .policy
            .external_id_key(&partner.client_id, Service::Generate, "x", 0)
            .and_then(|key| key.service),
        ..key
    };
    let used =
        move |tx: &mut dyn qris_gateway::db::Tx| external_id::take(tx, &key, b"another body").map(drop);
    gateway.write(used).await;
    let body = merchant.generate_body("10000.00");
    let call = merchant.call(Service::Generate, &body).external_id("from-before");
    call.send(gateway).await.expect("4094700");
    assert_eq!(there.asked.load(Ordering::SeqCst), 0, "nobody was asked");
}

/// What an acquirer tells of a code that nobody was given, and of a payment that was learnt of by asking.
pub(crate) async fn a_payment_is_one_exception_however_it_is_learnt_of(gateway: &Gateway) {
    let (merchant, _) = routed(gateway, "http://127.0.0.1:9").await;
    let upstream = gateway.client("standard", Role::Upstream).await;
    bind(gateway, &upstream.partner.client_id, &merchant.merchant_id).await;
    let exceptions = async || {
        let id = upstream.partner.client_id.clone();
        gateway
            .write(move |tx| tx.one::<i64>("SELECT COUNT(*) FROM exception WHERE told_by = $1", &[&id]))
            .await
    };
    let told = async |number: &str, status: &str, theirs: &str| {
        let body = json!({
            "originalPartnerReferenceNo": number, "originalReferenceNo": theirs,
            "latestTransactionStatus": status, "amount": {"value": "10000.00", "currency": "IDR"},
        });
        upstream.call(Service::Notify, &body).send(gateway).await.expect("2005200");
    };
    let made = |number: &str| Forward {
        acquirer: upstream.partner.client_id.clone(),
        ..forward(number, &merchant.partner.client_id)
    };
    let (stray, asked) = (made("STRAY-1"), made("STRAY-2"));
    let unit = move |tx: &mut dyn qris_gateway::db::Tx| {
        acquirer::ask(tx, &stray)?;
        acquirer::ask(tx, &asked)?;
        acquirer::excepted_by_asking(tx, "STRAY-2")
    };
    assert!(gateway.write(unit).await);
    told("STRAY-1", "05", "T1").await;
    assert_eq!(exceptions().await, 0, "we had it cancelled");
    for (number, theirs, count) in [
        ("STRAY-1", "T1", 1),
        ("STRAY-1", "T1", 1),
        ("STRAY-1", "T2", 2),
        // The first message about it is about what was learnt of; another one is another payment.
        ("STRAY-2", "T3", 2),
        ("STRAY-2", "T3", 2),
        ("STRAY-2", "T4", 3),
        ("NO-CODE", "T5", 4),
    ] {
        told(number, "00", theirs).await;
        assert_eq!(exceptions().await, count, "{number} {theirs}");
    }
    assert!(!gateway.write(|tx| acquirer::excepted_by_asking(tx, "STRAY-1")).await, "it was told");
}

pub(crate) async fn what_is_refused_here_is_not_asked_for(gateway: &Gateway) {
    let there = slow("77").await;
    let (merchant, upstream) = routed(gateway, &there.url).await;
    let number = open(gateway, &merchant, &upstream).await;
    let mut body = merchant.about(Service::Cancel, &number);
    body["amount"] = json!({"value": "1.00", "currency": "IDR"});
    merchant.call(Service::Cancel, &body).send(gateway).await.expect("4047713");
    assert_eq!(there.asked.load(Ordering::SeqCst), 0, "nobody was asked");
    assert_eq!(gateway.transaction(&number).await.state, State::Initiated);
    there.let_go.add_permits(1);
    let body = merchant.about(Service::Cancel, &number);
    merchant.call(Service::Cancel, &body).send(gateway).await.expect("2007700");
    assert_eq!(there.asked.load(Ordering::SeqCst), 1);
    assert_eq!(gateway.transaction(&number).await.state, State::Cancelled);
}

/// Done, and not what was asked for: nothing is booked, and what was held stays held.
pub(crate) async fn a_refund_of_another_amount_is_not_booked(gateway: &Gateway) {
    let there = answering("78", json!({"refundAmount": {"value": "400.00", "currency": "IDR"}})).await;
    there.let_go.add_permits(9);
    let (merchant, upstream) = routed(gateway, &there.url).await;
    let number = paid(gateway, &merchant, &upstream).await;
    let body = merchant.about(Service::Refund, &number);
    merchant.call(Service::Refund, &body).send(gateway).await.expect("5047800");
    assert_eq!(gateway.transaction(&number).await.refunded.get(), 0);
    let other = merchant.call(Service::Refund, &merchant.about(Service::Refund, &number));
    other.send(gateway).await.expect("4047813");
    assert_eq!(there.asked.load(Ordering::SeqCst), 1, "asked once");
}

/// What an acquirer says against what is known here is for a person.
pub(crate) async fn what_contradicts_is_an_exception(gateway: &Gateway) {
    // What it says of a code that waits here; the state here then, and how many exceptions.
    for (status, state, count) in [
        ("00", State::Paid, 0),
        ("04", State::Paid, 1),
        ("05", State::Cancelled, 0),
        ("06", State::Failed, 0),
        ("01", State::Initiated, 0),
    ] {
        let told = json!({
            "serviceCode": "47", "latestTransactionStatus": status, "amount": {"value": "10000.00", "currency": "IDR"},
        });
        let there = answering("51", told).await;
        there.let_go.add_permits(9);
        let (merchant, upstream) = routed(gateway, &there.url).await;
        let number = open(gateway, &merchant, &upstream).await;
        merchant.status(gateway, &number).await;
        assert_eq!(gateway.transaction(&number).await.state, state, "{status}");
        let told_by = upstream.partner.client_id.clone();
        let sql = "SELECT COUNT(*) FROM exception WHERE told_by = $1";
        let found: i64 = gateway.write(move |tx| tx.one(sql, &[&told_by])).await;
        assert_eq!(found, count, "{status}");
    }
}

/// Exceptions that an acquirer's messages and answers made.
async fn exceptions_of(gateway: &Gateway, upstream: &Client) -> i64 {
    let told_by = upstream.partner.client_id.clone();
    let sql = "SELECT COUNT(*) FROM exception WHERE told_by = $1";
    gateway.write(move |tx| tx.one(sql, &[&told_by])).await
}

/// Money may be given back at the acquirer's own console as well: 52 tells which refund it was, or how much it is in all.
pub(crate) async fn a_refund_nobody_asked_for_is_an_exception(gateway: &Gateway) {
    let there = answering("78", json!({})).await;
    there.let_go.add_permits(9);
    let (merchant, upstream) = routed(gateway, &there.url).await;
    let number = paid(gateway, &merchant, &upstream).await;
    let mut body = merchant.about(Service::Refund, &number);
    body["refundAmount"] = json!({"value": "4000.00", "currency": "IDR"});
    merchant.call(Service::Refund, &body).send(gateway).await.expect("2007800");
    let held = number.clone();
    let refunds = gateway.write(move |tx| qris_gateway::model::refund::of_transaction(tx, &held)).await;
    let ours = refunds[0].refund_no.as_str();
    let rupiah = |rupiah: u32| json!({"value": format!("{rupiah}.00"), "currency": "IDR"});
    for (info, count) in [
        // As a document has it that says nothing of refunds.
        (json!({}), 0),
        (json!({"partnerRefundNo": ours, "refundAmount": rupiah(4000), "totalRefunded": rupiah(4000)}), 0),
        (json!({"partnerRefundNo": ours}), 0),
        (json!({"totalRefunded": rupiah(4000)}), 0),
        (json!({"refundNo": "C-1", "totalRefunded": rupiah(5000)}), 1),
        // Told again.
        (json!({"refundNo": "C-1", "totalRefunded": rupiah(5000)}), 1),
        (json!({"refundNo": "C-2", "totalRefunded": rupiah(6000)}), 2),
        (json!({"partnerRefundNo": "console-7"}), 3),
        (json!({"partnerRefundNo": ours, "refundAmount": rupiah(3999)}), 4),
    ] {
        let body = json!({
            "originalPartnerReferenceNo": number, "originalReferenceNo": "T1", "latestTransactionStatus": "04",
            "amount": rupiah(10000), "additionalInfo": info,
        });
        upstream.call(Service::Notify, &body).send(gateway).await.expect("2005200");
        assert_eq!(exceptions_of(gateway, &upstream).await, count, "{body}");
    }
    assert_eq!(gateway.transaction(&number).await.refunded.get(), 400_000, "what was asked for");
}

/// It ran out here, and the acquirer says that it was paid and given back: one exception, however often it is asked.
pub(crate) async fn given_back_there_and_run_out_here_is_one_exception(gateway: &Gateway) {
    let told = json!({
        "serviceCode": "47", "latestTransactionStatus": "04", "amount": {"value": "10000.00", "currency": "IDR"},
    });
    let there = answering("51", told).await;
    there.let_go.add_permits(99);
    let (merchant, upstream) = routed(gateway, &there.url).await;
    let number = open(gateway, &merchant, &upstream).await;
    let (id, past) = (number.clone(), gateway.app.clock.now() - 3600);
    let run_out = "UPDATE txn SET expires_at = $2 WHERE reference_no = $1";
    gateway.write(move |tx| tx.execute(run_out, &[&id, &past])).await;
    for _ in 0..2 {
        let id = number.clone();
        let due = "UPDATE forward SET due_at = 0 WHERE id = $1";
        gateway.write(move |tx| tx.execute(due, &[&id])).await;
        watch::look(&gateway.app).await.unwrap();
        assert_eq!(exceptions_of(gateway, &upstream).await, 1);
    }
    assert_eq!(gateway.transaction(&number).await.paid_at, None);
}

/// An acquirer that does not answer holds up no question to another one.
pub(crate) async fn a_slow_acquirer_holds_up_none_but_itself(gateway: &Gateway) {
    let told = json!({
        "serviceCode": "47", "latestTransactionStatus": "00", "amount": {"value": "10000.00", "currency": "IDR"},
    });
    let (stuck, quick) = (slow("51").await, answering("51", told).await);
    quick.let_go.add_permits(9);
    let mut numbers = Vec::new();
    for there in [&stuck, &quick] {
        let (merchant, upstream) = routed(gateway, &there.url).await;
        numbers.push(open(gateway, &merchant, &upstream).await);
    }
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let running = tokio::spawn(watch::run(gateway.app.clone(), stopped));
    let due = async |number: &String| {
        let id = number.clone();
        gateway.write(move |tx| tx.execute("UPDATE forward SET due_at = 0 WHERE id = $1", &[&id])).await;
    };
    let looks = async {
        due(&numbers[0]).await;
        while stuck.asked.load(Ordering::SeqCst) == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        due(&numbers[1]).await;
        while gateway.transaction(&numbers[1]).await.state != State::Paid {
            assert_eq!(stuck.asked.load(Ordering::SeqCst), 1, "the first one was still asked");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), looks).await.expect("each is asked");
    stop.send(true).unwrap();
    running.await.unwrap();
}

/// Who has no acquirer pays nothing for them, and one that is set is known with the next look.
pub(crate) async fn acquirers_are_known_when_there_are_any(gateway: &Gateway) {
    assert!(gateway.app.lines.may_be(), "nobody has looked");
    watch::look(&gateway.app).await.unwrap();
    assert!(!gateway.app.lines.may_be());
    routed(gateway, "http://127.0.0.1:9").await;
    watch::look(&gateway.app).await.unwrap();
    assert!(gateway.app.lines.may_be());
}

/// What cannot be read is not taken for a code of ours: nothing is given back here that the acquirer was not asked for.
#[tokio::test]
async fn a_failed_look_for_the_acquirer_is_a_failure() {
    let gateway = Gateway::start().await;
    let there = slow("78").await;
    let (merchant, upstream) = routed(&gateway, &there.url).await;
    let number = paid(&gateway, &merchant, &upstream).await;
    gateway.write(|tx| tx.execute("ALTER TABLE forward RENAME TO elsewhere", &[])).await;
    for service in [Service::Refund, Service::Cancel, Service::Query] {
        let body = merchant.about(service, &number);
        let code = merchant.call(service, &body).send(&gateway).await.code.clone();
        assert!(code.starts_with("500"), "{service}: {code}");
    }
    assert_eq!(gateway.transaction(&number).await.refunded.get(), 0);
    gateway.write(|tx| tx.execute("ALTER TABLE elsewhere RENAME TO forward", &[])).await;
    there.let_go.add_permits(1);
    merchant
        .call(Service::Refund, &merchant.about(Service::Refund, &number))
        .send(&gateway)
        .await
        .expect("2007800");
}
