//! What must hold on both back ends: races have one winner, references and external ids are used once, and no partner
//! sees or touches another's transactions. One suite, run over SQLite and over PostgreSQL.

#[path = "../common/mod.rs"]
mod common;

mod alike;
mod before;
mod days;
mod rows;
mod under_way;
mod upgrade;

use common::client::{Client, unique};
use common::postgres::Postgres;
use common::{Gateway, answer, whatever_it_asks};
use qris_gateway::config::Config;
use qris_gateway::db::Store;
use qris_gateway::model::{Role, State, outbox, refund};
use qris_gateway::notify;
use qris_gateway::payment::{Payments, settled};
use qris_gateway::snap::declined::refusal;
use qris_snap::Service;
use qris_snap::policy::Uniqueness;
use serde_json::{Value, json};
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sqlite() {
    let gateway = Gateway::start().await;
    suite(&gateway.app.store).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn postgresql() {
    let server = Postgres::start();
    let store = Store::open(&server.database()).await.unwrap();
    suite(&store).await;
}

/// Two gateways on one PostgreSQL, as two processes would be: each has its own connections and worker threads.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_gateways_on_one_postgresql() {
    let server = Postgres::start();
    let url = server.database();
    // Both migrate at once.
    let (one, two) = tokio::join!(Store::open(&url), Store::open(&url));
    let (one, two) =
        (Gateway::over(&one.unwrap(), Config::default()), Gateway::over(&two.unwrap(), Config::default()));
    let client = one.client("standard", Role::Merchant).await;
    let qr = client.generate(&one, "10000.00").await;
    let number = qr["referenceNo"].as_str().unwrap();
    assert_eq!(client.status(&two, number).await, "01");

    let body = client.generate_body("500.00");
    let call = client.call(Service::Generate, &body).external_id("shared");
    let mut tasks = JoinSet::new();
    for turn in 0..20 {
        let app = if turn % 2 == 0 { one.app.clone() } else { two.app.clone() };
        let request = call.incoming(&one);
        tasks.spawn(async move { answer(&app, request).await.code });
    }
    let codes = tasks.join_all().await;
    assert_eq!(count(&codes, "2004700"), 1, "{codes:?}");
    assert_eq!(count(&codes, "4094700"), 19, "{codes:?}");
}

async fn suite(store: &Store) {
    rows::rows_are_read_by_name(store).await;
    rows::what_does_not_fit_names_its_column(store).await;
    rows::parameters_are_counted(store).await;
    let gateway = Gateway::over(store, Config::default());
    under_way::acquirers_are_known_when_there_are_any(&gateway).await;
    let merchant = gateway.client("standard", Role::Merchant).await;
    pay_once(&gateway, &merchant).await;
    pay_or_cancel(&gateway, &merchant).await;
    pay_cancel_or_expire(&gateway, &merchant).await;
    refunds_never_exceed_what_was_paid(&gateway, &merchant).await;
    a_reference_is_used_once(&gateway, &merchant).await;
    an_external_id_is_used_once(&gateway, &merchant).await;
    a_twin_in_flight_gets_the_stored_answer(&gateway).await;
    a_signed_request_is_carried_out_once(&gateway).await;
    days::a_report_is_of_the_day_of_the_event(&gateway).await;
    days::what_is_over_is_exported_and_deleted(&gateway).await;
    under_way::a_repetition_waits_for_the_acquirer(&gateway).await;
    under_way::an_id_of_another_day_asks_nobody(&gateway).await;
    under_way::a_payment_is_one_exception_however_it_is_learnt_of(&gateway).await;
    under_way::what_is_refused_here_is_not_asked_for(&gateway).await;
    under_way::a_refund_of_another_amount_is_not_booked(&gateway).await;
    under_way::what_contradicts_is_an_exception(&gateway).await;
    under_way::a_refund_nobody_asked_for_is_an_exception(&gateway).await;
    under_way::given_back_there_and_run_out_here_is_one_exception(&gateway).await;
    under_way::a_slow_acquirer_holds_up_none_but_itself(&gateway).await;
    what_is_undone_leaves_nothing(&gateway, &merchant).await;
    nobody_sees_what_is_anothers(&gateway).await;
    // The last: it cleans away the tokens of the others.
    an_external_id_is_used_once_in_some_days(&gateway).await;
}

fn count(codes: &[String], code: &str) -> usize {
    codes.iter().filter(|known| *known == code).count()
}

async fn new_qr(gateway: &Gateway, merchant: &Client, amount: &str) -> String {
    merchant.generate(gateway, amount).await["referenceNo"].as_str().unwrap().to_owned()
}

/// Lets many tasks pay, cancel and expire at once; the codes of what they were told.
async fn race(gateway: &Gateway, merchant: &Client, number: &str, kinds: &[&str]) -> Vec<String> {
    let mut tasks = JoinSet::new();
    for turn in 0..24 {
        let kind = kinds[turn % kinds.len()].to_owned();
        let (app, number) = (gateway.app.clone(), number.to_owned());
        let cancel =
            merchant.call(Service::Cancel, &merchant.about(Service::Cancel, &number)).incoming(gateway);
        let now_ms = app.clock.now_ms();
        tasks.spawn(async move {
            match kind.as_str() {
                "cancel" => answer(&app, cancel).await.code,
                "expire" => {
                    // As a sweeper whose clock is a day ahead.
                    let late = now_ms + 100_000_000;
                    let unit =
                        app.store.write(move |tx| Payments::new(tx, late, notify::announce).expire(&number));
                    if unit.await.unwrap() { "expired".to_owned() } else { "not expired".to_owned() }
                }
                _ => {
                    let paid = app.store.write(move |tx| {
                        let found = qris_gateway::model::transaction::by_reference(tx, &number)?.unwrap();
                        settled(Payments::new(tx, now_ms, notify::announce).pay(&found, &whatever_it_asks()))
                    });
                    match paid.await.unwrap() {
                        Ok(_) => "paid".to_owned(),
                        Err(declined) => refusal(Service::Payment, &declined).code().to_string(),
                    }
                }
            }
        });
    }
    tasks.join_all().await
}

async fn events(gateway: &Gateway, number: &str) -> Vec<String> {
    let number = number.to_owned();
    let rows = gateway.write(move |tx| outbox::of_transaction(tx, &number)).await;
    rows.into_iter().map(|row| row.kind.as_str().to_owned()).collect()
}

async fn pay_once(gateway: &Gateway, merchant: &Client) {
    let number = new_qr(gateway, merchant, "10000.00").await;
    let codes = race(gateway, merchant, &number, &["pay"]).await;
    assert_eq!(count(&codes, "paid"), 1, "{codes:?}");
    assert_eq!(count(&codes, "4045014"), 23, "{codes:?}");
    assert_eq!(gateway.transaction(&number).await.paid_amount.get(), 1_000_000);
    assert_eq!(events(gateway, &number).await, ["paid"]);
}

async fn pay_or_cancel(gateway: &Gateway, merchant: &Client) {
    for _ in 0..4 {
        let number = new_qr(gateway, merchant, "10000.00").await;
        let codes = race(gateway, merchant, &number, &["pay", "cancel"]).await;
        let (paid, cancelled) = (count(&codes, "paid"), count(&codes, "2007700"));
        assert_eq!(paid + cancelled, 1, "{codes:?}");
        let (pays, cancels) = if paid == 1 { ("4045014", "4047700") } else { ("4045004", "4047704") };
        assert_eq!((count(&codes, pays) + paid, count(&codes, cancels) + cancelled), (12, 12), "{codes:?}");
        let state = gateway.transaction(&number).await.state;
        assert_eq!(state, if paid == 1 { State::Paid } else { State::Cancelled });
        assert_eq!(events(gateway, &number).await, [if paid == 1 { "paid" } else { "cancelled" }]);
    }
}

async fn pay_cancel_or_expire(gateway: &Gateway, merchant: &Client) {
    for _ in 0..4 {
        let number = new_qr(gateway, merchant, "10000.00").await;
        let codes = race(gateway, merchant, &number, &["pay", "cancel", "expire"]).await;
        let won = ["paid", "2007700", "expired"].map(|code| count(&codes, code));
        assert_eq!(won.iter().sum::<usize>(), 1, "{codes:?}");
        let found = gateway.transaction(&number).await;
        let (state, event) = match won {
            [1, ..] => (State::Paid, "paid"),
            [_, 1, _] => (State::Cancelled, "cancelled"),
            _ => (State::Expired, "expired"),
        };
        assert_eq!((found.state, events(gateway, &number).await), (state, vec![event.to_owned()]));
        assert_eq!(found.paid_at.is_some(), state == State::Paid);
    }
}

async fn refunds_never_exceed_what_was_paid(gateway: &Gateway, merchant: &Client) {
    let number = new_qr(gateway, merchant, "10000.00").await;
    gateway.pay(&number, whatever_it_asks()).await.unwrap();
    let mut tasks = JoinSet::new();
    for _ in 0..30 {
        let mut body = merchant.about(Service::Refund, &number);
        body["refundAmount"] = json!({"value": "700.00", "currency": "IDR"});
        let request = merchant.call(Service::Refund, &body).incoming(gateway);
        let app = gateway.app.clone();
        tasks.spawn(async move { answer(&app, request).await.code });
    }
    let codes = tasks.join_all().await;
    // 14 × 700 = 9,800: the fifteenth does not fit.
    assert_eq!((count(&codes, "2007800"), count(&codes, "4047813")), (14, 16), "{codes:?}");
    let found = gateway.transaction(&number).await;
    let reference_no = number.clone();
    let refunds = gateway.write(move |tx| refund::of_transaction(tx, &reference_no)).await;
    assert_eq!(found.refunded.get(), 980_000);
    assert_eq!(refunds.iter().map(|refund| refund.amount.get()).sum::<i64>(), 980_000);
    // Each event names the request that caused it.
    let reference_no = number.clone();
    let rows = gateway.write(move |tx| outbox::of_transaction(tx, &reference_no)).await;
    let named =
        rows.iter().filter(|row| row.request_id.as_ref().is_some_and(|id| id.starts_with("request-")));
    assert_eq!((rows[0].request_id.as_ref(), named.count()), (None, 14), "paid by no request");
    let told = events(gateway, &number).await;
    assert_eq!((told.len(), told.iter().filter(|kind| *kind == "refunded").count()), (15, 14));
}

async fn a_reference_is_used_once(gateway: &Gateway, merchant: &Client) {
    let body = merchant.generate_body("10000.00");
    let mut tasks = JoinSet::new();
    for _ in 0..16 {
        let request = merchant.call(Service::Generate, &body).incoming(gateway);
        let app = gateway.app.clone();
        tasks.spawn(async move { answer(&app, request).await.code });
    }
    let codes = tasks.join_all().await;
    assert_eq!((count(&codes, "2004700"), count(&codes, "4094701")), (1, 15), "{codes:?}");
    // Another partner may use the same number.
    let other = gateway.client("standard", Role::Merchant).await;
    let mut body = body.clone();
    body["merchantId"] = json!(other.merchant_id);
    other.call(Service::Generate, &body).send(gateway).await.expect("2004700");
}

async fn an_external_id_is_used_once(gateway: &Gateway, merchant: &Client) {
    let id = format!("E{}", unique());
    let mut tasks = JoinSet::new();
    for _ in 0..16 {
        let body = merchant.generate_body("10000.00");
        let request = merchant.call(Service::Generate, &body).external_id(&id).incoming(gateway);
        let app = gateway.app.clone();
        tasks.spawn(async move { answer(&app, request).await.code });
    }
    let codes = tasks.join_all().await;
    assert_eq!((count(&codes, "2004700"), count(&codes, "4094700")), (1, 15), "{codes:?}");
}

/// A policy may say how many days an id is unique; what is cleaned away meanwhile is not among them.
async fn an_external_id_is_used_once_in_some_days(gateway: &Gateway) {
    let days = |partner: &mut qris_gateway::model::Partner| {
        partner.policy = common::client::without_token();
        partner.policy.external_id.days = 8;
        partner.policy.timestamp.window_seconds = Some(100 * 86_400);
    };
    let client = gateway.client_with("standard", Role::Merchant, days).await;
    let now = gateway.app.clock.now();
    let id = format!("E{}", unique());
    let send = async |day: i64| {
        let stamp = qris_snap::DateTime::wib(now + day * 86_400).unwrap();
        let body = client.generate_body("10000.00");
        let call = client.call(Service::Generate, &body).external_id(&id).timestamp(stamp.as_str());
        call.send(gateway).await.code.clone()
    };
    assert_eq!(send(0).await, "2004700");
    let retention = Config::default().retention;
    qris_gateway::sweeper::clean(&gateway.app.store, &retention, now + 7 * 86_400).await.unwrap();
    assert_eq!([send(1).await, send(7).await, send(-7).await], ["4094700"; 3].map(str::to_owned));
    assert_eq!(send(8).await, "2004700");
}

async fn a_twin_in_flight_gets_the_stored_answer(gateway: &Gateway) {
    let replay = |partner: &mut qris_gateway::model::Partner| {
        partner.policy.external_id.uniqueness = Uniqueness::ReplayStored;
    };
    let client = gateway.client_with("standard", Role::Merchant, replay).await;
    let call = client.call(Service::Generate, &client.generate_body("10000.00"));
    let mut tasks = JoinSet::new();
    for _ in 0..16 {
        let (request, app) = (call.incoming(gateway), gateway.app.clone());
        tasks.spawn(async move { answer(&app, request).await });
    }
    let answers = tasks.join_all().await;
    assert!(answers.iter().all(|answer| answer.code == "2004700" && answer.body == answers[0].body));
    let id = client.partner.client_id.clone();
    let made = gateway.write(move |tx| {
        let sql = "SELECT COUNT(*) FROM txn WHERE client_id = $1";
        tx.one::<i64>(sql, &[&id])
    });
    assert_eq!(made.await, 1);
}

/// SNAP does not sign X-EXTERNAL-ID: whoever has one signed request can send it under any.
async fn a_signed_request_is_carried_out_once(gateway: &Gateway) {
    let mut issuer = gateway.client("standard", Role::Issuer).await;
    issuer.fetch_customer_token(gateway, "customer-1").await;
    let now = qris_snap::DateTime::wib(gateway.app.clock.now()).unwrap();
    let captured = issuer.call(Service::ApplyOtt, &json!({"userResources": ["OTT"]})).timestamp(now.as_str());
    let mut tasks = JoinSet::new();
    for _ in 0..16 {
        let request = captured.clone().external_id(format!("C{}", unique())).incoming(gateway);
        let app = gateway.app.clone();
        tasks.spawn(async move { answer(&app, request).await.code });
    }
    let codes = tasks.join_all().await;
    assert_eq!((count(&codes, "2004900"), count(&codes, "4094900")), (1, 15), "{codes:?}");
    // The same bytes laid out otherwise have the same signature.
    let spaced = captured.clone().external_id(unique()).tampered(b" { \"userResources\" : [\"OTT\"] } ");
    spaced.send(gateway).await.expect("4094900");
    // What was refused was not carried out, and signed again it is another request.
    let later = issuer.call(Service::ApplyOtt, &json!({"userResources": ["OTT"]})).at(1);
    later.send(gateway).await.expect("2004900");
}

async fn what_is_undone_leaves_nothing(gateway: &Gateway, merchant: &Client) {
    let sql = "SELECT (SELECT COUNT(*) FROM txn) + (SELECT COUNT(*) FROM reference) * 1000
               + (SELECT COUNT(*) FROM external_id) * 1000000 + (SELECT COUNT(*) FROM notification) * 1000000000";
    let before = gateway.number(sql).await;
    let mut body = merchant.generate_body("10000.00");
    let call = merchant.call(Service::Generate, &body).external_id("undone");
    for (call, code) in [
        (call.clone().bytes(b"{}x"), "4004700"),
        (call.clone().bytes(br#"{"amount":{"value":"1","currency":"IDR"}}"#), "4004701"),
        (call.clone().tampered(b"{}"), "4014700"),
        (call.clone().at(-301), "4014700"),
    ] {
        call.send(gateway).await.expect(code);
    }
    assert_eq!(gateway.number(sql).await, before);
    call.send(gateway).await.expect("2004700");
    // A refusal that was judged is remembered, and nothing else of it is.
    let before = gateway.number(sql).await;
    body["merchantId"] = json!("nobody");
    let reference = body["partnerReferenceNo"].clone();
    merchant.call(Service::Generate, &body).send(gateway).await.expect("4044708");
    assert_eq!(gateway.number(sql).await, before + 1_000_000);
    let mut again = merchant.generate_body("10000.00");
    again["partnerReferenceNo"] = json!(format!("{}-b", reference.as_str().unwrap()));
    merchant.call(Service::Generate, &again).send(gateway).await.expect("2004700");
}

/// Every route that names a transaction, tried by a partner that it does not belong to.
async fn nobody_sees_what_is_anothers(gateway: &Gateway) {
    let owner = gateway.client("standard", Role::Merchant).await;
    let thief = gateway.client("standard", Role::Merchant).await;
    let issuer = gateway.client("standard", Role::Issuer).await;
    let rival = gateway.client("standard", Role::Issuer).await;

    let qr = owner.generate(gateway, "10000.00").await;
    let external_id = format!("X{}", unique());
    let body = owner.generate_body("20000.00");
    owner.call(Service::Generate, &body).external_id(&external_id).send(gateway).await.expect("2004700");
    let number = qr["referenceNo"].as_str().unwrap().to_owned();
    gateway.pay(&number, whatever_it_asks()).await.unwrap();
    let before = gateway.transaction(&number).await;

    let names = [
        json!({"originalReferenceNo": number}),
        json!({"originalPartnerReferenceNo": qr["partnerReferenceNo"]}),
        json!({"originalExternalId": external_id}),
    ];
    for name in &names {
        for (service, rest) in [
            (Service::Query, json!({"serviceCode": "47"})),
            (Service::Cancel, json!({"merchantId": thief.merchant_id, "reason": "mine"})),
            (Service::Refund, json!({"partnerRefundNo": format!("T{}", unique())})),
        ] {
            let mut body = merged(&rest, name);
            if service == Service::Refund && body.get("originalPartnerReferenceNo").is_none() {
                body["originalPartnerReferenceNo"] = json!("none of mine");
            }
            let code = format!("404{:02}01", service.code());
            thief.call(service, &body).send(gateway).await.expect(&code);
            // Naming the owner's merchant helps nobody.
            body["merchantId"] = json!(owner.merchant_id);
            let code = format!("404{:02}08", service.code());
            thief.call(service, &body).send(gateway).await.expect(&code);
        }
    }
    let mut body = thief.generate_body("10000.00");
    body["merchantId"] = json!(owner.merchant_id);
    thief.call(Service::Generate, &body).send(gateway).await.expect("4044708");

    // What one issuer decoded, another cannot pay, nor fetch anything about it.
    let open = owner.generate(gateway, "30000.00").await;
    let reference = format!("D{}", unique());
    let decode = json!({
        "partnerReferenceNo": reference, "qrContent": open["qrContent"], "scanTime": "2026-11-21T10:00:00+07:00",
    });
    issuer.call(Service::Decode, &decode).send(gateway).await.expect("2004800");
    let pay = json!({"partnerReferenceNo": reference});
    rival.call(Service::Payment, &pay).send(gateway).await.expect("4045001");
    issuer.call(Service::Payment, &pay).send(gateway).await.expect("2005000");

    // A token of one is of no use to another, whatever it asks.
    for service in [Service::Query, Service::Cancel, Service::Refund, Service::Generate] {
        let body = json!({"originalReferenceNo": number});
        let code = format!("401{:02}01", service.code());
        thief.call(service, &body).token(&owner.token).send(gateway).await.expect(&code);
    }
    assert_eq!(gateway.transaction(&number).await, before);
    assert_eq!(owner.status(gateway, &number).await, "00");
}

fn merged(one: &Value, other: &Value) -> Value {
    let mut merged = one.as_object().unwrap().clone();
    merged.extend(other.as_object().unwrap().clone());
    Value::Object(merged)
}
