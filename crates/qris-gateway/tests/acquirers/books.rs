//! From the code to the refund, told late, twice or not at all.

use std::time::Duration;

use qris_client::Error;
use qris_gateway::admin::{AcquirerChange, Profile};
use qris_gateway::db::Tx;
use qris_gateway::model::State;
use qris_snap::DateTime;
use qris_snap::dialect::{ALL, BRICK, Dialect, FINNET};
use qris_snap::message::CancelRequest;

use crate::{Parties, Running, STANDARD_STATIC};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_is_made_paid_told_and_given_back_in_every_dialect() {
    for dialect in ALL {
        let parties = Parties::in_dialect(dialect).await;
        let Parties { acquirer, gateway, merchant, .. } = &parties;
        let told = merchant.generate(&parties.order("INV-1", Some(15_000))).await.unwrap();
        let content = told.qr_content().unwrap().to_owned();
        let theirs = acquirer.transactions().await.remove(0);
        assert_eq!(content, theirs.qr_content, "{dialect}: passed on unchanged");
        assert_eq!(
            told.reference_no(),
            theirs.partner_reference_no.as_deref(),
            "{dialect}: our number is theirs"
        );
        assert_eq!(parties.status("INV-1").await, "01", "{dialect}");
        acquirer.pay(&content, None).await;
        let paid = parties.wait_for("INV-1", State::Paid).await;
        assert_eq!(
            (paid.paid_amount.get(), paid.payer.as_deref()),
            (1_500_000, Some("US-THERE")),
            "{dialect}"
        );
        assert!(paid.payment_key.is_some(), "{dialect}: it was told, not asked for");
        parties.refund("INV-1", "R-1", Some(5_000)).await.unwrap();
        parties.refund("INV-1", "R-2", None).await.unwrap();
        assert!(parties.refund("INV-1", "R-3", Some(1)).await.is_err());
        assert_eq!(parties.status("INV-1").await, "04", "{dialect}");
        // Cancelled on both sides.
        merchant.generate(&parties.order("INV-2", Some(1_000))).await.unwrap();
        let cancel = CancelRequest {
            original_partner_reference_no: Some("INV-2".to_owned()),
            merchant_id: Some(parties.merchant_id.clone()),
            reason: Some("closed".to_owned()),
            ..CancelRequest::default()
        };
        merchant.cancel(&cancel).await.unwrap();
        assert_eq!(parties.status("INV-2").await, "05", "{dialect}");
        let theirs = acquirer.transactions().await;
        assert_eq!(theirs.iter().filter(|it| it.state == State::Cancelled).count(), 1, "{dialect}");
        parties.books_are_equal().await;
        gateway.due().await;
        assert_eq!((gateway.exceptions().await, gateway.open_forwards().await), (0, 0), "{dialect}");
        assert_eq!(acquirer.exceptions().await, 0);
    }
}

/// An acquirer that is described by a profile, with nothing beside it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_acquirer_may_be_a_profile() {
    let profile = Profile::open("midtrans").unwrap();
    let parties = Parties::agreed(profile.dialect, profile.settings).await;
    let told = parties.merchant.generate(&parties.order("INV-1", Some(15_000))).await.unwrap();
    parties.acquirer.pay(told.qr_content().unwrap(), None).await;
    let paid = parties.wait_for("INV-1", State::Paid).await;
    assert!(paid.payment_key.is_some(), "it was told, and believed");
    parties.refund("INV-1", "R-1", None).await.unwrap();
    assert_eq!(parties.status("INV-1").await, "04");
    parties.books_are_equal().await;
}

/// The payer enters the amount. Finpay's notification does not name it: the acquirer is asked.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_amount_that_is_not_told_is_asked_for() {
    for dialect in ALL {
        let parties = Parties::in_dialect(dialect).await;
        let order = parties.order("OPEN-1", None);
        // Brick's document wants an amount.
        let told = parties.merchant.generate(&order).await;
        if dialect.name == "Brick" {
            assert!(told.is_err());
            assert_eq!(parties.gateway.open_forwards().await, 0);
            continue;
        }
        let told = told.unwrap();
        parties.acquirer.pay(told.qr_content().unwrap(), Some("7500.00")).await;
        let paid = parties.wait_for("OPEN-1", State::Paid).await;
        assert_eq!(paid.paid_amount.get(), 750_000, "{dialect}");
        parties.books_are_equal().await;
        assert_eq!(parties.gateway.exceptions().await, 0, "{dialect}");
    }
}

/// Brick's codes live for ten minutes at least: what is paid there in the last of them is paid here too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_lives_as_long_as_at_the_acquirer() {
    let parties = Parties::in_dialect(Dialect::named(BRICK.name).unwrap()).await;
    let now = parties.gateway.app.clock.now();
    let mut order = parties.order("SHORT-1", Some(15_000));
    order.validity_period = DateTime::wib(now + 60).map(|at| at.as_str().to_owned());
    let told = parties.merchant.generate(&order).await.unwrap();
    let until = told.answer().unwrap().expiry_time().unwrap().unix();
    let theirs = parties.acquirer.transactions().await.remove(0);
    assert_eq!(until, theirs.expires_at, "what the merchant is told");
    let found = parties.query("SHORT-1").await;
    let again = found.additional_info.unwrap().text("expiryTime").and_then(DateTime::parse).unwrap();
    assert_eq!(again.unix(), until, "and told again");
    let ours = parties.gateway.transactions().await.remove(0);
    assert!(theirs.expires_at >= now + 600 && ours.expires_at > theirs.expires_at, "{ours:?}");
    // And the payer's page counts down to it.
    let page = format!("{}/pay/{}", parties.gateway.url, ours.page_id);
    let page = reqwest::get(page).await.unwrap().text().await.unwrap();
    let seconds = page.split("data-seconds=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let left = until - parties.gateway.app.clock.now();
    let seconds: i64 = seconds.parse().unwrap();
    assert!((left..=left + 5).contains(&seconds), "{seconds} seconds are shown, {left} are left");
}

/// A customer's grant is good once: many that ask at once share what it brought.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_callers_share_one_customers_session() {
    let parties = Parties::in_dialect(Dialect::named(FINNET.name).unwrap()).await;
    let mut orders = tokio::task::JoinSet::new();
    for turn in 0..12 {
        let (merchant, order) =
            (parties.merchant.clone(), parties.order(&format!("INV-{turn}"), Some(15_000)));
        orders.spawn(async move { merchant.generate(&order).await.map(drop) });
    }
    while let Some(ended) = orders.join_next().await {
        ended.unwrap().unwrap();
    }
    let issued = |tx: &mut dyn Tx| tx.one("SELECT COUNT(*) FROM token WHERE kind = 'b2b2c'", &[]);
    let issued: Result<i64, qris_gateway::db::DbError> = parties.acquirer.app.store.read(issued).await;
    assert_eq!(issued.unwrap(), 1);
}

/// Nobody tells: it is asked about. And told afterwards, it is the same payment.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_nothing_is_heard_of_is_asked_about() {
    let parties = Parties::in_dialect(&STANDARD_STATIC).await;
    let Parties { acquirer, gateway, merchant, .. } = &parties;
    let told = merchant.generate(&parties.order("INV-1", Some(15_000))).await.unwrap();
    // Its notification goes nowhere.
    let hold = |tx: &mut dyn Tx| tx.execute("UPDATE partner SET notify_url = 'http://127.0.0.1:9/'", &[]);
    let held: Result<u64, qris_gateway::db::DbError> = acquirer.app.store.write(hold).await;
    assert_eq!(held.unwrap(), 1);
    acquirer.pay(told.qr_content().unwrap(), None).await;
    gateway.due().await;
    let paid = parties.wait_for("INV-1", State::Paid).await;
    assert_eq!(paid.payment_key, None, "it has no name yet");
    let release = format!("UPDATE partner SET notify_url = '{}/v1.0/qr/qr-mpm-notify'", gateway.url);
    let release: &'static str = release.leak();
    let released: Result<u64, qris_gateway::db::DbError> = acquirer
        .app
        .store
        .write(move |tx| {
            tx.execute("UPDATE notification SET due_ms = 0", &[])?;
            tx.execute(release, &[])
        })
        .await;
    assert_eq!(released.unwrap(), 1);
    acquirer.app.outbox.notify_one();
    for _ in 0..400 {
        let found = gateway.transactions().await.remove(0);
        if found.payment_key.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(gateway.transactions().await.remove(0).payment_key.is_some());
    assert_eq!(gateway.exceptions().await, 0, "told later, it is the same payment");
    parties.books_are_equal().await;
}

/// The acquirer is gone: nothing is promised, and nothing is left when it is back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_acquirer_costs_nobody_anything() {
    let parties = Parties::in_dialect(&STANDARD_STATIC).await;
    let paid = parties.merchant.generate(&parties.order("PAID", Some(15_000))).await.unwrap();
    parties.acquirer.pay(paid.qr_content().unwrap(), None).await;
    parties.wait_for("PAID", State::Paid).await;
    let Parties { acquirer, gateway, merchant, merchant_id } = parties;
    let (folder, config) = acquirer.killed().await;
    let parties = |acquirer| Parties { acquirer, gateway, merchant, merchant_id };
    let dead = Running::start().await;
    let dead = parties(dead);
    let error = dead.merchant.generate(&dead.order("INV-1", Some(15_000))).await.unwrap_err();
    assert!(!matches!(error, Error::Refused(_)), "{error}");
    assert!(dead.refund("PAID", "R-1", Some(1_000)).await.is_err());
    let before = dead.gateway.transactions().await.len();
    assert_eq!(before, 1, "no code was given out");
    // Back again, at the same address.
    let Parties { gateway, merchant, merchant_id, .. } = dead;
    let acquirer = Running::over(folder, config).await;
    let back = Parties { acquirer, gateway, merchant, merchant_id };
    // It was left alone for 30 s; an operator who sets it anew does not wait for that.
    let change = AcquirerChange { silent_after: Some(3599), ..AcquirerChange::default() };
    back.gateway.opened().await.office().set_acquirer("US-THERE", change).await.unwrap();
    for _ in 0..40 {
        back.gateway.due().await;
        if back.gateway.open_forwards().await == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    assert_eq!(back.gateway.open_forwards().await, 0);
    back.books_are_equal().await;
    back.merchant.generate(&back.order("INV-1", Some(15_000))).await.unwrap();
    assert_eq!(back.gateway.exceptions().await, 0);
}
