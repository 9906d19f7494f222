//! What the gateway's tests share: a gateway without sockets, a private PostgreSQL, and clients that sign.
//!
//! `Gateway::start()` is a whole gateway over SQLite in a directory of its own; `gateway.client(dialect, role)` is a
//! registered partner with keys. `client.call(Service::Generate, &body)` builds a request that can be spoiled in every
//! way before `.send(&gateway)` signs and hands it to `snap::handle`.

// Each test binary uses a part of this.
#![allow(dead_code, unreachable_pub)]

pub mod client;
pub mod postgres;

use std::sync::{Arc, OnceLock};

use qris_gateway::app::{App, Shared, Signing};
use qris_gateway::clock::Clock;
use qris_gateway::config::Config;
use qris_gateway::crypto::{MasterKey, random_id};
use qris_gateway::db::{DatabaseUrl, DbError, Store, Tx};
use qris_gateway::limiter::Limiter;
use qris_gateway::model::{Merchant, Minor, Part, Transaction, merchant, transaction};
use qris_gateway::notify;
use qris_gateway::payment::{Offer, Payments, settled};
use qris_gateway::sandbox;
use qris_gateway::snap::declined::refusal;
use qris_gateway::snap::{self, Answered, Incoming};
use qris_snap::sign::{KeySize, PrivateKey};
use qris_snap::{Refusal, Service};

/// A gateway without sockets.
pub struct Gateway {
    pub app: Shared,
    /// The SQLite file's directory; it goes with the gateway.
    pub directory: Option<tempfile::TempDir>,
}

impl Gateway {
    /// Over SQLite in a new directory.
    pub async fn start() -> Gateway {
        Gateway::with(Config::default()).await
    }

    /// Over SQLite in a new directory, otherwise as configured.
    pub async fn with(config: Config) -> Gateway {
        let directory = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::Sqlite(directory.path().join("qris.db"));
        let store = Store::open(&url).await.unwrap();
        let mut gateway = Gateway::over(&store, Config { database: url, ..config });
        gateway.directory = Some(directory);
        gateway
    }

    /// Over a store that is open already.
    pub fn over(store: &Store, config: Config) -> Gateway {
        let app = App {
            sandbox_key: config.sandbox.then(|| "sandbox-key".to_owned()),
            config,
            public_url: "https://pay.example".to_owned(),
            store: store.clone(),
            clock: Clock::new(),
            master_key: MasterKey::new(&[7; 32]).unwrap(),
            key: Signing::new(PrivateKey::read(key_pem(0).as_bytes()).unwrap()),
            outbox: tokio::sync::Notify::new(),
            barred: None,
            partners: Limiter::new(0),
            counts: Default::default(),
            lines: Default::default(),
        };
        Gateway { app: Arc::new(app), directory: None }
    }

    /// Runs a unit that writes.
    pub async fn write<T: Send + 'static>(
        &self,
        unit: impl FnOnce(&mut dyn Tx) -> Result<T, DbError> + Send + 'static,
    ) -> T {
        self.app.store.write(unit).await.unwrap()
    }

    /// The transaction of a reference number.
    pub async fn transaction(&self, reference_no: &str) -> Transaction {
        let number = reference_no.to_owned();
        self.write(move |tx| transaction::by_reference(tx, &number)).await.unwrap()
    }

    /// Pays without a message, as the sandbox does.
    pub async fn pay(&self, reference_no: &str, offer: Offer) -> Result<Transaction, Refusal> {
        let (number, now_ms) = (reference_no.to_owned(), self.app.clock.now_ms());
        self.write(move |tx| {
            let found = transaction::by_reference(tx, &number)?.unwrap();
            let paid = settled(Payments::new(tx, now_ms, notify::announce).pay(&found, &offer))?;
            Ok(paid.map_err(|declined| refusal(Service::Payment, &declined)))
        })
        .await
    }

    /// Numbers of a query with one column.
    pub async fn numbers(&self, sql: &'static str) -> Vec<i64> {
        self.write(move |tx| tx.rows(sql, &[])).await
    }

    /// The only number of a query.
    pub async fn number(&self, sql: &'static str) -> i64 {
        self.numbers(sql).await[0]
    }
}

/// An offer of what the QR asks for.
pub fn whatever_it_asks() -> Offer {
    Offer { amount: None, tip: None, payer: "sandbox".to_owned(), rrn: None, key: None, account: None }
}

/// RSA keys, generated once: PKCS#8 PEM.
pub fn key_pem(number: usize) -> &'static str {
    static KEYS: OnceLock<Vec<String>> = OnceLock::new();
    let keys = KEYS.get_or_init(|| {
        let pem = |_| PrivateKey::generate(KeySize::RSA_2048).unwrap().to_pem().unwrap().to_string();
        (0..4).map(pem).collect()
    });
    &keys[number % keys.len()]
}

/// A merchant of a partner; nobody's real data.
pub fn demo_merchant(client_id: &str, now: i64) -> Merchant {
    Merchant {
        merchant_id: format!("M{}", &random_id().unwrap()[..12]),
        client_id: client_id.to_owned(),
        guid: "ID.CO.EXAMPLE.WWW".to_owned(),
        mpan: "936000010000000001".to_owned(),
        acquirer_merchant_id: "000000000000001".to_owned(),
        nmid: "ID1026000000012".to_owned(),
        criteria: "UMI".to_owned(),
        mcc: "5812".to_owned(),
        name: "WARUNG CONTOH".to_owned(),
        city: "JAKARTA PUSAT".to_owned(),
        postal_code: "10110".to_owned(),
        created_at: now,
        disabled_at: None,
    }
}

/// Adds a merchant to a partner.
pub async fn add_merchant(gateway: &Gateway, client_id: &str) -> Merchant {
    let merchant = demo_merchant(client_id, gateway.app.clock.now());
    let added = merchant.clone();
    assert!(gateway.write(move |tx| merchant::add(tx, &added)).await);
    merchant
}

/// Lets an upstream settle a merchant's transactions.
pub async fn bind(gateway: &Gateway, upstream: &str, merchant_id: &str) {
    let (upstream, merchant_id) = (upstream.to_owned(), merchant_id.to_owned());
    gateway.write(move |tx| merchant::add_part(tx, &merchant_id, Part::Upstream, &upstream)).await;
}

/// Answers a request as the server would: through the sandbox where there is one.
pub async fn answer(app: &Shared, request: Incoming) -> Answered {
    match app.sandbox_key {
        Some(_) => sandbox::answer(app, request).await,
        None => snap::answer(app, request).await,
    }
}

/// So many sen.
pub const fn sen(sen: i64) -> Minor {
    Minor::new(sen)
}
