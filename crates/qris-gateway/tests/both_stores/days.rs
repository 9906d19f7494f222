//! Days: of a report, and after which what is over is exported and deleted.

use qris_gateway::config::Retention;
use qris_gateway::model::{Refund, Role, State, ledger, refund};
use qris_gateway::notify;
use qris_gateway::payment::{Payments, settled};
use qris_gateway::report::{Format, report};
use qris_gateway::retention;
use qris_snap::Service;
use serde_json::{Value, json};

use crate::common::client::unique;
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
