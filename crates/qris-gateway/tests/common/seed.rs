//! A gateway with something in it, for the tests of its pages and for `examples/pages.rs`.
#![allow(dead_code, reason = "each of its users needs another part")]

use std::path::Path;
use std::sync::Arc;

use qris_core::{AccountValues, Builder, Id, Initiation};
use qris_gateway::app::{App, Shared, Signing};
use qris_gateway::clock::Clock;
use qris_gateway::config::Config;
use qris_gateway::crypto::{self, MasterKey};
use qris_gateway::db::{DatabaseUrl, DbError, Store, Tx};
use qris_gateway::limiter::Limiter;
use qris_gateway::model::note::{self, Action, Note};
use qris_gateway::model::{
    Attempt, Delivery, Event, EventKind, Exception, Merchant, Minor, NotifySign, Paid, Partner, Refund,
    RequestLog, Role, Transaction, audit, merchant, outbox, partner, refund, transaction,
};
use qris_snap::dialect::Dialect;
use qris_snap::sign::{KeySize, PrivateKey};

/// The partner everything belongs to.
pub(crate) const CLIENT: &str = "client-melati";
/// Its merchant.
pub(crate) const MERCHANT: &str = "MELATI01";
/// The sandbox's key.
pub(crate) const SANDBOX_KEY: &str = "sandbox-key-of-the-tests";
/// The operator's password.
pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// A gateway on a new SQLite file, with one partner and one merchant.
pub(crate) async fn app(folder: &Path, change: impl FnOnce(&mut Config)) -> Shared {
    let mut config = Config { database: DatabaseUrl::Sqlite(folder.join("qris.db")), ..Config::default() };
    change(&mut config);
    let store = Store::open(&config.database).await.expect("a new database");
    let app = Arc::new(App {
        public_url: config.public_url.clone().unwrap_or_else(|| "http://127.0.0.1:8080".to_owned()),
        sandbox_key: config.sandbox.then(|| SANDBOX_KEY.to_owned()),
        config,
        store,
        clock: Clock::new(),
        master_key: MasterKey::new(&[7; 32]).expect("32 bytes"),
        key: Signing::new(PrivateKey::generate(KeySize::RSA_2048).expect("a key")),
        outbox: tokio::sync::Notify::new(),
        barred: None,
        partners: Limiter::new(0),
        counts: Default::default(),
        lines: Default::default(),
    });
    let (partner, merchant, now) =
        (a_partner(app.clock.now()), a_merchant("Warung Melati", app.clock.now()), ());
    let unit = move |tx: &mut dyn qris_gateway::db::Tx| {
        partner::add(tx, &partner)?;
        merchant::add(tx, &merchant)?;
        Ok::<_, DbError>(now)
    };
    app.store.write(unit).await.expect("a partner");
    app
}

fn a_partner(now: i64) -> Partner {
    let dialect = Dialect::named("standard").expect("a dialect");
    Partner {
        client_id: CLIENT.into(),
        partner_id: "partner-melati".into(),
        channel_id: "95221".into(),
        name: "Kedai Melati Group".into(),
        dialect,
        role: Role::Merchant,
        policy: dialect.policy.clone(),
        mount: String::new(),
        notify_url: Some("https://melati.example/notify".into()),
        notify_sign: NotifySign::Rsa,
        notify_token_url: None,
        notify_headers: "{}".into(),
        created_at: now,
        disabled_at: None,
        allow_ips: Arc::default(),
    }
}

/// A merchant of this name.
pub(crate) fn a_merchant(name: &str, now: i64) -> Merchant {
    Merchant {
        merchant_id: MERCHANT.into(),
        client_id: CLIENT.into(),
        guid: "ID.CO.EXAMPLE.WWW".into(),
        mpan: "9360000100000170214".into(),
        acquirer_merchant_id: "000000000000001".into(),
        nmid: "ID1026000000012".into(),
        criteria: "UMI".into(),
        mcc: "5814".into(),
        name: name.into(),
        city: "JAKARTA".into(),
        postal_code: "10340".into(),
        created_at: now,
        disabled_at: None,
    }
}

/// A payload that nobody else has.
pub(crate) fn payload(name: &str, amount: Option<i64>, label: &str) -> String {
    let mut builder = Builder::rupiah();
    let mpan = "936000010000017021".parse().expect("an MPAN");
    let criteria = "UMI".parse().expect("criteria");
    let account = AccountValues::new("ID.CO.EXAMPLE.WWW", mpan, "000000000000001", criteria);
    builder
        .initiation(Initiation::Dynamic)
        .account(Id::MERCHANT_ACCOUNT, &account)
        .national("ID1026000000012".parse().expect("an NMID"), account.criteria)
        .mcc("5814".parse().expect("an MCC"))
        .merchant_name(name)
        .merchant_city("JAKARTA")
        .postal_code("10340")
        .terminal_label("A01")
        .reference_label(label);
    if let Some(minor) = amount {
        let amount = format!("{}.{:02}", minor / 100, minor % 100);
        builder.amount(amount.parse().expect("an amount"));
    }
    builder.write_to(&mut [0; 700]).expect("a payload").to_owned()
}

/// A transaction that waits to be paid.
pub(crate) fn a_transaction(number: &str, name: &str, amount: Option<i64>, now: i64) -> Transaction {
    Transaction {
        reference_no: number.into(),
        page_id: crypto::random_id().expect("random bytes"),
        client_id: CLIENT.into(),
        partner_reference_no: Some(format!("INV-{number}")),
        merchant_id: MERCHANT.into(),
        terminal_id: Some("A01".into()),
        amount: amount.map(Minor::new),
        qr_content: payload(name, amount, number),
        created_at: now,
        expires_at: now + 300,
        ..Transaction::default()
    }
}

/// Stores a transaction and gives it back.
pub(crate) async fn add(app: &Shared, new: Transaction) -> Transaction {
    let stored = new.clone();
    app.store.write(move |tx| transaction::add(tx, &stored)).await.expect("a transaction");
    new
}

/// Pays a transaction.
pub(crate) async fn pay(app: &Shared, number: &str, amount: i64) {
    let paid = Paid {
        amount: Minor::new(amount),
        tip: Minor::ZERO,
        at: app.clock.now(),
        payer: "sandbox".into(),
        rrn: "000000012345".into(),
        key: None,
        account: None,
    };
    let number = number.to_owned();
    let won = app.store.write(move |tx| transaction::pay(tx, &number, &paid)).await;
    assert_eq!(won, Ok(true));
}

/// Gives part of a payment back.
pub(crate) async fn give_back(app: &Shared, number: &str, amount: i64, reason: &str) {
    let new = Refund {
        refund_no: format!("{number}R1"),
        reference_no: number.to_owned(),
        client_id: CLIENT.into(),
        partner_refund_no: Some("RF-1".into()),
        amount: Minor::new(amount),
        reason: Some(reason.to_owned()),
        created_at: app.clock.now(),
    };
    let unit = move |tx: &mut dyn qris_gateway::db::Tx| {
        refund::add(tx, &new)?;
        transaction::refund(tx, &new.reference_no, new.amount)
    };
    assert_eq!(app.store.write(unit).await, Ok(true));
}

/// An event that could not be delivered; its id.
pub(crate) async fn a_dead_notification(app: &Shared, number: &str) -> String {
    let (id, now_ms) = (crypto::random_id().expect("random bytes"), app.clock.now_ms());
    let event = Event {
        id: id.clone(),
        client_id: CLIENT.into(),
        reference_no: number.into(),
        kind: EventKind::Paid,
        subject: String::new(),
        body: format!(r#"{{"originalReferenceNo":"{number}","latestTransactionStatus":"00"}}"#).into(),
        at_ms: now_ms,
        request_id: None,
    };
    let unit = move |tx: &mut dyn qris_gateway::db::Tx| {
        outbox::emit(tx, &event)?;
        let attempt = Attempt {
            state: Delivery::Dead,
            due_ms: now_ms,
            url: "https://melati.example/notify".into(),
            headers: r#"{"X-PARTNER-ID":"partner-melati"}"#.into(),
            string_to_sign: "POST:/notify:<token>:ab12".into(),
            answer_status: Some(502),
            answer: "Bad Gateway".into(),
            at: now_ms / 1000,
        };
        let lease = outbox::Lease { owner: "seed", due_ms: now_ms, length_ms: 1000 };
        let all = |waiting: Vec<String>| waiting.into_iter().map(|client| (client, 10)).collect();
        let mut done = false;
        for leased in outbox::lease(tx, lease, all)? {
            done |= outbox::attempted(tx, &leased.id, "seed", leased.fence, &attempt)?;
        }
        Ok::<_, DbError>(done)
    };
    assert_eq!(app.store.write(unit).await, Ok(true));
    id
}

/// Money that came late.
pub(crate) async fn an_exception(app: &Shared, number: &str) {
    let exception = Exception {
        id: crypto::random_id().expect("random bytes"),
        client_id: CLIENT.into(),
        told_by: None,
        reference_no: Some(number.into()),
        kind: "late".into(),
        amount: Some(Minor::new(2_500_000)),
        detail: "Paid after the code had expired.".into(),
        body: br#"{"amount":{"value":"25000.00","currency":"IDR"}}"#.to_vec(),
        created_at: app.clock.now(),
    };
    app.store.write(move |tx| audit::add_exception(tx, &exception)).await.expect("an exception");
}

/// What somebody did about the only exception, until it was closed.
pub(crate) async fn a_closed_exception(app: &Shared) {
    let now = app.clock.now();
    let unit = move |tx: &mut dyn Tx| {
        let exception = audit::newest_exceptions(tx, None, 1)?.pop().expect("an exception");
        let actions = [
            (Action::Assigned("1".into()), ""),
            (Action::Refunded(Minor::new(1_000_000)), "transferred back"),
            (Action::Closed, "done"),
        ];
        for (seq, (action, reason)) in (1..).zip(actions) {
            let note = Note { seq, created_at: now, who: "sari<b>".into(), action, reason: reason.into() };
            assert!(note::add(tx, &exception, &note)?);
        }
        Ok::<_, DbError>(())
    };
    app.store.write(unit).await.expect("its history");
}

/// A request of the log: refused with a reason, or answered.
pub(crate) async fn a_request(app: &Shared, http: u16, code: &str, debug: &str) {
    let request = RequestLog {
        id: crypto::random_id().expect("random bytes"),
        client_id: CLIENT.into(),
        at_ms: app.clock.now_ms(),
        method: "POST".into(),
        path: "/v1.0/qr/qr-mpm-generate".into(),
        http,
        code: code.into(),
        debug: debug.into(),
    };
    app.store.write(move |tx| audit::log_request(tx, &request, 50)).await.expect("a request");
}
