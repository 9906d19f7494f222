//! What must hold on both back ends: races have one winner, references and external ids are used once, and no partner
//! sees or touches another's transactions. One suite, run over SQLite and over PostgreSQL.

mod common;

use common::client::{Client, unique};
use common::postgres::Postgres;
use common::{Gateway, answer, whatever_it_asks};
use qris_gateway::config::{Config, Retention};
use qris_gateway::db::Store;
use qris_gateway::model::{Refund, Role, State, ledger, outbox, refund};
use qris_gateway::notify;
use qris_gateway::payment::{Offer, Payments, settled};
use qris_gateway::report::{Format, report};
use qris_gateway::retention;
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
    let gateway = Gateway::over(store, Config::default());
    let merchant = gateway.client("standard", Role::Merchant).await;
    pay_once(&gateway, &merchant).await;
    pay_or_cancel(&gateway, &merchant).await;
    pay_cancel_or_expire(&gateway, &merchant).await;
    refunds_never_exceed_what_was_paid(&gateway, &merchant).await;
    a_reference_is_used_once(&gateway, &merchant).await;
    an_external_id_is_used_once(&gateway, &merchant).await;
    a_twin_in_flight_gets_the_stored_answer(&gateway).await;
    a_signed_request_is_carried_out_once(&gateway).await;
    a_report_is_of_the_day_of_the_event(&gateway).await;
    what_is_over_is_exported_and_deleted(&gateway).await;
    what_is_undone_leaves_nothing(&gateway, &merchant).await;
    nobody_sees_what_is_anothers(&gateway).await;
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
        let sql = "SELECT COUNT(*) FROM txn WHERE client_id = ?1";
        tx.find(sql, &[id.as_str().into()])?.unwrap().int()
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

/// Payments and refunds count on the day they happen, whenever the QR code was made; a closed day stays as it is.
async fn a_report_is_of_the_day_of_the_event(gateway: &Gateway) {
    let merchant = gateway.client("standard", Role::Merchant).await;
    let store = gateway.app.store.clone();
    let id = merchant.partner.client_id.clone();
    let of = async |day: i64| {
        let date = qris_snap::DateTime::wib(day * 86_400 - 7 * 3600).unwrap().as_str()[..10].to_owned();
        let made = report(&store, &date, Some(id.clone())).await.unwrap();
        let mut text = Vec::new();
        made.write(&store, Format::Csv, true, &mut text).await.unwrap();
        let rows = String::from_utf8(text).unwrap().lines().count() - 1;
        (made.totals.gross.get(), made.totals.refunds.get(), rows, made.closed)
    };
    // A day far ahead, which no other test books on.
    let today = qris_snap::datetime::wib_day(gateway.app.clock.now()) + 100;
    let noon = |day: i64| (day * 86_400 + 5 * 3600) * 1000;
    let settle = async |number: &str, now_ms: i64| {
        let number = number.to_owned();
        gateway
            .write(move |tx| {
                let mut found = qris_gateway::model::transaction::by_reference(tx, &number)?.unwrap();
                found.expires_at = i64::MAX;
                tx.execute(
                    "UPDATE txn SET expires_at = 9000000000000 WHERE reference_no = ?1",
                    &[number.as_str().into()],
                )?;
                Ok(settled(Payments::new(tx, now_ms, notify::announce).pay(&found, &whatever_it_asks()))?
                    .unwrap())
            })
            .await
    };
    let (one, two) = (new_qr(gateway, &merchant, "100.00").await, new_qr(gateway, &merchant, "7.00").await);
    let paid = settle(&one, noon(today)).await;
    assert_eq!(of(today).await, (10_000, 0, 1, false));
    // Refunded the day after: yesterday's report does not change.
    let refund = Refund {
        refund_no: format!("R{}", unique()),
        reference_no: one.clone(),
        client_id: id.clone(),
        partner_refund_no: None,
        amount: common::sen(2_500),
        reason: None,
        created_at: noon(today + 1) / 1000,
    };
    gateway
        .write(move |tx| {
            let mut payments = Payments::new(tx, noon(today + 1), notify::announce);
            Ok(settled(payments.refund(&paid, &refund))?.unwrap())
        })
        .await;
    assert_eq!((of(today).await, of(today + 1).await), ((10_000, 0, 1, false), (0, 2_500, 1, false)));
    // Closed once it is over; what a slow clock books later falls on the next day that is open.
    let over = noon(today + 1) / 1000;
    assert_eq!(gateway.write(move |tx| ledger::close_days(tx, over)).await, Some(today));
    assert_eq!(gateway.write(move |tx| ledger::close_days(tx, over)).await, None, "closed before");
    settle(&two, noon(today)).await;
    assert_eq!((of(today).await, of(today + 1).await), ((10_000, 0, 1, true), (700, 2_500, 2, false)));
    // For the tests after this one.
    gateway.write(|tx| tx.execute("DELETE FROM closed_day", &[])).await;
}

/// Only what is over, told and old enough is deleted, and nothing that is not in the export.
async fn what_is_over_is_exported_and_deleted(gateway: &Gateway) {
    let merchant = gateway.client("standard", Role::Merchant).await;
    let told = new_qr(gateway, &merchant, "100.00").await;
    let untold = new_qr(gateway, &merchant, "100.00").await;
    for number in [&told, &untold] {
        gateway.pay(number, whatever_it_asks()).await.unwrap();
    }
    let mut body = merchant.about(Service::Refund, &told);
    body["refundAmount"] = json!({"value": "30.00", "currency": "IDR"});
    merchant.call(Service::Refund, &body).send(gateway).await.expect("2007800");
    let now = gateway.app.clock.now();
    let (id, key) = (merchant.partner.client_id.clone(), told.clone());
    gateway
        .write(move |tx| {
            let sql = "UPDATE notification SET state = 'delivered', ended_at = ?2 WHERE reference_no = ?1";
            tx.execute(sql, &[key.as_str().into(), now.into()])
        })
        .await;
    let folder = tempfile::tempdir().unwrap();
    let config = Retention {
        transactions_days: 30,
        export_folder: Some(folder.path().to_owned()),
        ..Retention::default()
    };
    let clean =
        async |days: i64| retention::clean(&gateway.app.store, &config, now + days * 86_400).await.unwrap();
    assert_eq!(clean(29).await, 0, "not old enough");
    assert!(!folder.path().join("txn.jsonl").exists());
    assert_eq!(clean(31).await, 1, "whose events are not told stays");
    let number = told.clone();
    let (gone, entries) = gateway
        .write(move |tx| {
            let gone = qris_gateway::model::transaction::by_reference(tx, &number)?.is_none()
                && refund::of_transaction(tx, &number)?.is_empty();
            let day = qris_snap::datetime::wib_day(now);
            Ok((gone, ledger::page(tx, day, Some(&id), "", 10)?.len()))
        })
        .await;
    // Two payments and a refund: the ledger stays.
    assert_eq!((gone, entries, gateway.transaction(&untold).await.state), (true, 3, State::Paid));
    let export = std::fs::read_to_string(folder.path().join("txn.jsonl")).unwrap();
    let lines: Vec<Value> = export.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let tables: Vec<_> = lines.iter().map(|line| line["table"].as_str().unwrap()).collect();
    assert_eq!(tables, ["txn", "refund", "notification", "notification"]);
    assert_eq!((&lines[0]["reference_no"], &lines[0]["paid_amount"]), (&json!(told), &json!(10_000)));
    // An export that cannot be written deletes nothing.
    let nowhere =
        Retention { export_folder: Some(folder.path().join("nowhere")), inquiries_days: 1, ..config };
    let sql = "SELECT COUNT(*) FROM inquiry";
    let issuer = gateway.client("standard", Role::Issuer).await;
    let open = new_qr(gateway, &merchant, "1.00").await;
    let ask = json!({
        "partnerReferenceNo": format!("D{}", unique()), "qrContent": gateway.transaction(&open).await.qr_content,
        "scanTime": "2026-11-21T10:00:00+07:00",
    });
    issuer.call(Service::Decode, &ask).send(gateway).await.expect("2004800");
    let before = gateway.number(sql).await;
    assert!(retention::clean(&gateway.app.store, &nowhere, now + 3 * 86_400).await.is_err());
    assert_eq!(gateway.number(sql).await, before);
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

/// Tips by the rules of the payload: what is offered is what is asked, or it is refused.
#[tokio::test]
async fn amounts_and_tips_are_judged() {
    use qris_gateway::model::{Minor, Tip, transaction};
    let gateway = Gateway::start().await;
    let merchant = gateway.client("standard", Role::Merchant).await;
    let offer = |amount: Option<Minor>, tip: Option<Minor>| Offer {
        amount,
        tip,
        payer: "sandbox".to_owned(),
        rrn: None,
        key: None,
    };
    /// Amount and tip asked for, amount and tip offered, what is paid.
    type Case = (Option<i64>, Tip, Option<i64>, Option<i64>, Option<(i64, i64)>);
    let cases: &[Case] = &[
        (Some(1_000), Tip::None, None, None, Some((1_000, 0))),
        (Some(1_000), Tip::None, Some(1_000), Some(0), Some((1_000, 0))),
        (Some(1_000), Tip::None, Some(999), None, None),
        (Some(1_000), Tip::None, Some(1_001), None, None),
        (Some(1_000), Tip::None, Some(1_000), Some(1), None),
        (None, Tip::None, None, None, None),
        (None, Tip::None, Some(0), None, None),
        (None, Tip::None, Some(-5), None, None),
        (None, Tip::None, Some(i64::MAX), None, None),
        (None, Tip::None, Some(999_999_999_999_900), None, Some((999_999_999_999_900, 0))),
        (None, Tip::None, Some(5), None, Some((5, 0))),
        (Some(1_000), Tip::Prompt, None, None, Some((1_000, 0))),
        (Some(1_000), Tip::Prompt, Some(1_000), Some(777), Some((1_000, 777))),
        (Some(1_000), Tip::Prompt, Some(1_000), Some(-1), None),
        (Some(1_000), Tip::Prompt, Some(1_000), Some(i64::MAX), None),
        (Some(1_000), Tip::Fixed(Minor::new(50)), None, None, Some((1_000, 50))),
        (Some(1_000), Tip::Fixed(Minor::new(50)), Some(1_000), Some(50), Some((1_000, 50))),
        (Some(1_000), Tip::Fixed(Minor::new(50)), Some(1_000), Some(49), None),
        (Some(1_000), Tip::Fixed(Minor::new(50)), Some(1_000), None, None),
        (Some(1_000), Tip::Fixed(Minor::new(50)), None, Some(0), None),
        // 0.7 % of 150.50 is 1.0535 rupiah: 105 sen; 2.5 % of 0.20 is half a sen: up.
        (Some(15_050), Tip::Percent(70), Some(15_050), Some(105), Some((15_050, 105))),
        (Some(15_050), Tip::Percent(70), Some(15_050), Some(106), None),
        (Some(20), Tip::Percent(250), Some(20), Some(1), Some((20, 1))),
        (Some(20), Tip::Percent(250), Some(20), Some(0), None),
        (None, Tip::Percent(250), Some(20), Some(1), Some((20, 1))),
    ];
    for (amount, tip, offered, offered_tip, wanted) in cases.iter().copied() {
        let made = new_qr(&gateway, &merchant, "10.00").await;
        let mut changed = gateway.transaction(&made).await;
        changed.reference_no = format!("T{}", unique());
        changed.page_id = changed.reference_no.clone();
        changed.qr_content = changed.reference_no.clone();
        (changed.amount, changed.tip) = (amount.map(Minor::new), tip);
        let number = changed.reference_no.clone();
        gateway.write(move |tx| transaction::add(tx, &changed)).await;
        let paid = gateway.pay(&number, offer(offered.map(Minor::new), offered_tip.map(Minor::new))).await;
        match (paid, wanted) {
            (Ok(paid), Some(wanted)) => {
                assert_eq!((paid.paid_amount.get(), paid.paid_tip.get()), wanted, "{amount:?} {tip:?}");
                assert_eq!(paid.rrn.as_deref().map(str::len), Some(12));
            }
            (Err(refusal), None) => {
                assert_eq!(refusal.code().to_string(), "4045013", "{refusal:?}");
                assert_eq!(gateway.transaction(&number).await.state, State::Initiated);
            }
            (paid, wanted) => {
                panic!("{amount:?} {tip:?} for {offered:?} {offered_tip:?}: {paid:?}, {wanted:?}")
            }
        }
    }
}

/// The same requests, with every kind of text in them, get the same answers from both back ends.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn both_back_ends_answer_alike() {
    use proptest::strategy::{Strategy, ValueTree};
    let server = Postgres::start();
    let (sqlite, postgres) = (
        Gateway::start().await,
        Gateway::over(&Store::open(&server.database()).await.unwrap(), Config::default()),
    );
    let mut sides = Vec::new();
    for gateway in [&sqlite, &postgres] {
        let merchant = gateway.client("standard", Role::Merchant).await;
        let upstream = gateway.client("standard", Role::Upstream).await;
        common::bind(gateway, &upstream.partner.client_id, &merchant.merchant_id).await;
        sides.push((gateway, merchant, upstream));
    }
    let text = proptest::prop_oneof![
        "[A-Za-z0-9 .-]{0,70}",
        "[\u{0}-\u{1f}\u{7f}\u{fffd}\u{ffff}\u{10ffff}A']{1,12}",
        "\\PC{1,30}",
    ];
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut codes = std::collections::BTreeSet::new();
    for turn in 0..60 {
        let mut any = || text.new_tree(&mut runner).unwrap().current();
        let (number, store, terminal, reason, rrn) = (format!("{turn}{}", any()), any(), any(), any(), any());
        let mut told = Vec::new();
        for (gateway, merchant, upstream) in &sides {
            let mut body = merchant.generate_body("10.00");
            body["partnerReferenceNo"] = json!(number);
            for (name, text) in [("storeId", &store), ("terminalId", &terminal)] {
                if turn % 3 == 0 {
                    body[name] = json!(text);
                }
            }
            let made = merchant.call(Service::Generate, &body).send(gateway).await;
            let again = merchant.call(Service::Generate, &body).at(1).send(gateway).await;
            let query = json!({"originalPartnerReferenceNo": number, "serviceCode": "47"});
            let found = merchant.call(Service::Query, &query).send(gateway).await;
            let other = new_qr(gateway, merchant, "10.00").await;
            let notice = json!({
                "originalReferenceNo": reason, "originalPartnerReferenceNo": other, "latestTransactionStatus": "00",
                "amount": {"value": "10.00", "currency": "IDR"}, "additionalInfo": {"rrn": rrn},
            });
            let noticed = upstream.call(Service::Notify, &notice).send(gateway).await;
            let state = gateway.transaction(&other).await.state;
            told.push((
                made.code.clone(),
                again.code.clone(),
                found.code.clone(),
                noticed.code.clone(),
                state,
            ));
        }
        assert_eq!(told[0], told[1], "{number:?} {store:?} {terminal:?} {reason:?} {rrn:?}");
        let (made, _, _, noticed, _) = &told[0];
        assert!(!made.starts_with('5') && !noticed.starts_with('5'), "{told:?}");
        codes.extend([made.clone(), noticed.clone()]);
    }
    // Text that a store cannot hold is no reason to lose a payment.
    for (gateway, merchant, upstream) in &sides {
        let number = new_qr(gateway, merchant, "10.00").await;
        let notice = json!({
            "originalReferenceNo": "U\u{0}1", "originalPartnerReferenceNo": number, "latestTransactionStatus": "00",
            "amount": {"value": "10.00", "currency": "IDR"}, "additionalInfo": {"rrn": "1\u{0}2"},
        });
        upstream.call(Service::Notify, &notice).send(gateway).await.expect("2005200");
        assert_eq!(gateway.transaction(&number).await.state, State::Paid);
    }
    assert!(codes.contains("2004700") && codes.contains("2005200") && codes.len() > 2, "{codes:?}");
}
