//! Days: of a report, and after which what is over is exported and deleted.

use std::path::Path;

use qris_gateway::config::Retention;
use qris_gateway::model::note::{Action, Note};
use qris_gateway::model::{Exception, Refund, Role, State, audit, ledger, note, refund};
use qris_gateway::notify;
use qris_gateway::payment::{Payments, settled};
use qris_gateway::report::{Format, report};
use qris_gateway::retention;
use qris_snap::Service;
use serde_json::{Value, json};

use crate::common::client::{Client, unique};
use crate::common::{Gateway, sen, whatever_it_asks};
use crate::new_qr;

/// Payments and refunds count on the day they happen, whenever the QR code was made; a closed day stays as it is.
pub(crate) async fn a_report_is_of_the_day_of_the_event(gateway: &Gateway) {
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
                tx.execute("UPDATE txn SET expires_at = 9000000000000 WHERE reference_no = $1", &[&number])?;
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
        amount: sen(2_500),
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
pub(crate) async fn what_is_over_is_exported_and_deleted(gateway: &Gateway) {
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
            let sql = "UPDATE notification SET state = 'delivered', ended_at = $2 WHERE reference_no = $1";
            tx.execute(sql, &[&key, &now])
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
    everything_that_is_over(gateway, Retention { inquiries_days: 1, ..nowhere }, folder.path(), &merchant)
        .await;
}

/// Each kind: what is over goes, what is not stays, and no report changes.
async fn everything_that_is_over(gateway: &Gateway, config: Retention, folder: &Path, merchant: &Client) {
    let now = gateway.app.clock.now();
    let exception = |id: &str| Exception {
        id: format!("{id}-{}", unique()),
        client_id: merchant.partner.client_id.clone(),
        told_by: None,
        reference_no: None,
        kind: "late".to_owned(),
        amount: Some(sen(700)),
        detail: "test".to_owned(),
        body: b"{}".to_vec(),
        created_at: now,
    };
    let (closed, open) = (exception("closed"), exception("open"));
    let note = |seq, action| Note {
        seq,
        created_at: now,
        who: "Budi".to_owned(),
        action,
        reason: "test".to_owned(),
    };
    let told_again = closed.clone();
    let (refund, close) = (note(1, Action::Refunded(sen(300))), note(2, Action::Closed));
    gateway
        .write(move |tx| {
            for it in [&closed, &open] {
                audit::add_exception(tx, it)?;
            }
            assert!(note::add(tx, &closed, &refund)? && note::add(tx, &closed, &close)?);
            tx.execute("UPDATE notification SET state = 'delivered', ended_at = $1", &[&now])
        })
        .await;
    let date = qris_snap::DateTime::wib(now).unwrap().as_str()[..10].to_owned();
    let store = &gateway.app.store;
    let id = Some(merchant.partner.client_id.clone());
    let before = report(store, &date, id.clone()).await.unwrap().totals;
    assert_eq!(
        (before.exceptions, before.exceptions_amount, before.exceptions_refunded),
        (2, sen(1_400), sen(300))
    );
    let config = Retention {
        notifications_days: 1,
        exceptions_days: 1,
        export_folder: Some(folder.to_owned()),
        ..config
    };
    assert!(retention::clean(store, &config, now + 2 * 86_400).await.unwrap() >= 3);
    for (file, table, count) in [
        ("notification", "notification", None),
        ("inquiry", "inquiry", None),
        ("exception", "exception", Some(1)),
        ("exception", "exception_note", Some(2)),
    ] {
        let text = std::fs::read_to_string(folder.join(format!("{file}.jsonl"))).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let found = lines.filter(|line| line["table"] == table).count();
        assert!(count.map_or(found > 0, |count| count == found), "{table}: {found}");
    }
    let left = "SELECT COUNT(*) FROM exception WHERE id LIKE 'open-%' OR id LIKE 'closed-%'";
    assert_eq!(gateway.number(left).await, 1, "the open one stays");
    // Told once more, what was dealt with is no new exception.
    gateway.write(move |tx| audit::add_exception(tx, &told_again)).await;
    assert_eq!(gateway.number(left).await, 1);
    for table in
        ["SELECT COUNT(*) FROM inquiry", "SELECT COUNT(*) FROM notification WHERE state = 'delivered'"]
    {
        assert_eq!(gateway.number(table).await, 0);
    }
    assert_eq!(report(store, &date, id).await.unwrap().totals, before, "what is deleted was booked");
}
