//! A gateway without its server, and events in its outbox.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::postgres::Postgres;
use qris_gateway::app::{App, Shared, Signing};
use qris_gateway::clock::Clock;
use qris_gateway::config::{self, Config};
use qris_gateway::crypto::{MasterKey, secret_name};
use qris_gateway::db::{DatabaseUrl, DbError, Store};
use qris_gateway::limiter::Limiter;
use qris_gateway::model::partner::CredentialKind;
use qris_gateway::model::transaction;
use qris_gateway::model::{
    Credential, EventKind, Minor, Notification, NotifySign, Paid, Partner, Refund, Role, Transaction, outbox,
    partner, refund,
};
use qris_gateway::notify;
use qris_gateway::notify::CustomerGrant;
use qris_gateway::notify::sender::Sender;
use qris_gateway::notify::target::{Lookup, system_lookup};
use qris_gateway::payment::Event;
use qris_snap::dialect::{Dialect, STANDARD};
use qris_snap::sign::{KeySize, PrivateKey};
use tempfile::TempDir;

pub const CLIENT: &str = "CLIENT-1";
pub const SECRET: &str = "a client secret";
pub const SANDBOX_KEY: &str = "sandbox-key-of-forty-three-characters-......";
/// A dynamic code of Rp 1,000 with a fixed fee.
pub const QR: &str = "00020101021226620013ID.FINPAY.WWW01189360077732007160010212FM20071600010303UKE51410014\
    ID.CO.QRIS.WWW0212ID12345678910303UKE520458145303360540410005502025602505802ID5909Test Sogi6015JAKARTA \
    SELATAN61051271062100706finnet630490FF";

/// A gateway with a partner that has a secret; the directory lives as long as it.
pub struct Gateway {
    pub app: Shared,
    _directory: Option<TempDir>,
}

fn key() -> PrivateKey {
    static PEM: OnceLock<String> = OnceLock::new();
    let pem =
        PEM.get_or_init(|| PrivateKey::generate(KeySize::RSA_2048).unwrap().to_pem().unwrap().to_string());
    PrivateKey::read(pem.as_bytes()).unwrap()
}

impl Gateway {
    /// A sandbox whose tries take at most half a second and are at most three.
    pub async fn new() -> Gateway {
        Gateway::with(true, "http://127.0.0.1:8080", partner(None)).await
    }

    /// The same over a new database of a PostgreSQL.
    pub async fn new_on(server: &Postgres) -> Gateway {
        let database = tokio::task::block_in_place(|| server.database());
        Gateway::on(database, true, "http://127.0.0.1:8080", partner(None)).await
    }

    pub async fn with(sandbox: bool, public_url: &str, partner: Partner) -> Gateway {
        let directory = tempfile::tempdir().unwrap();
        let database = DatabaseUrl::Sqlite(directory.path().join("qris.db"));
        let gateway = Gateway::on(database, sandbox, public_url, partner).await;
        Gateway { _directory: Some(directory), ..gateway }
    }

    /// Over a database of the caller's.
    pub async fn on(database: DatabaseUrl, sandbox: bool, public_url: &str, partner: Partner) -> Gateway {
        let store = Store::open(&database).await.unwrap();
        let notify = config::Notify {
            first_delay: Duration::from_secs(10),
            longest_delay: Duration::from_secs(60),
            attempts: 3,
            timeout: Duration::from_millis(500),
        };
        let master_key = MasterKey::new(&[7; 32]).unwrap();
        let credential = Credential {
            id: "credential".to_owned(),
            client_id: partner.client_id.clone(),
            kind: CredentialKind::Secret,
            value: master_key.seal(&secret_name(&partner.client_id), SECRET.as_bytes()).unwrap(),
            created_at: 0,
            valid_until: None,
        };
        let added: Result<(), DbError> = store
            .write(move |tx| {
                assert!(partner::add(tx, &partner)?);
                partner::rotate(tx, &credential, 0)
            })
            .await;
        added.unwrap();
        let app = Arc::new(App {
            config: Config {
                database,
                notify,
                sandbox,
                listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
                ..Config::default()
            },
            public_url: public_url.to_owned(),
            store,
            clock: Clock::new(),
            master_key,
            key: Signing::new(key()),
            outbox: tokio::sync::Notify::new(),
            barred: None,
            sandbox_key: sandbox.then(|| SANDBOX_KEY.to_owned()),
            partners: Limiter::new(0),
            counts: Default::default(),
            lines: Default::default(),
        });
        Gateway { app, _directory: None }
    }

    /// What an operator was given by the receiver, for its service 74.
    pub async fn customer_grant(&self, code: &str) {
        let sealed = CustomerGrant::AuthCode(code.to_owned()).to_bytes();
        let row = Credential {
            id: "grant".to_owned(),
            client_id: CLIENT.to_owned(),
            kind: CredentialKind::CustomerGrant,
            value: self.app.master_key.seal(&secret_name(CLIENT), &sealed).unwrap(),
            created_at: 0,
            valid_until: None,
        };
        let kept: Result<(), DbError> = self.app.store.write(move |tx| partner::rotate(tx, &row, 0)).await;
        kept.unwrap();
    }

    /// As they are stored.
    pub async fn customer_grants(&self) -> Vec<Vec<u8>> {
        let read = |tx: &mut dyn qris_gateway::db::Tx| {
            partner::credentials(tx, CLIENT, CredentialKind::CustomerGrant, 0)
        };
        let found: Result<Vec<Credential>, DbError> = self.app.store.read(read).await;
        found.unwrap().into_iter().map(|it| it.value).collect()
    }

    /// One more.
    pub async fn add_partner(&self, partner: Partner) {
        let added: Result<bool, DbError> = self.app.store.write(move |tx| partner::add(tx, &partner)).await;
        assert!(added.unwrap());
    }

    pub fn sender(&self) -> Sender {
        self.sender_with(system_lookup())
    }

    pub fn sender_with(&self, lookup: Lookup) -> Sender {
        Sender::new(Arc::clone(&self.app), lookup).unwrap()
    }

    /// Stores a transaction that waits to be paid.
    pub async fn initiated(&self, new: Transaction) {
        let added: Result<(), DbError> = self.app.store.write(move |tx| transaction::add(tx, &new)).await;
        added.unwrap();
    }

    /// Stores a paid transaction and its event.
    pub async fn paid(&self, reference_no: &str) {
        self.paid_of(CLIENT, reference_no).await;
    }

    /// The same, of another partner.
    pub async fn paid_of(&self, client_id: &str, reference_no: &str) {
        self.initiated(Transaction { client_id: client_id.to_owned(), ..transaction(reference_no) }).await;
        let (number, now_ms) = (reference_no.to_owned(), self.app.clock.now_ms());
        let paid: Result<bool, DbError> = self
            .app
            .store
            .write(move |tx| {
                let paid = Paid {
                    amount: Minor::new(100_000),
                    tip: Minor::new(500),
                    at: now_ms / 1000,
                    payer: "sandbox".to_owned(),
                    rrn: "123456789012".to_owned(),
                    key: None,
                    account: None,
                };
                assert!(transaction::pay(tx, &number, &paid)?);
                emit(tx, &number, EventKind::Paid, None, now_ms)
            })
            .await;
        assert!(paid.unwrap());
    }

    /// Refunds a rupiah of a paid transaction, and writes the event.
    pub async fn refunded(&self, reference_no: &str, refund_no: &str) {
        let now_ms = self.app.clock.now_ms();
        let refund = Refund {
            refund_no: refund_no.to_owned(),
            reference_no: reference_no.to_owned(),
            client_id: CLIENT.to_owned(),
            partner_refund_no: Some(format!("P-{refund_no}")),
            amount: Minor::new(100),
            reason: Some("salah \"ukuran\", maaf".to_owned()),
            created_at: now_ms / 1000,
        };
        let refunded: Result<bool, DbError> = self
            .app
            .store
            .write(move |tx| {
                assert!(transaction::refund(tx, &refund.reference_no, refund.amount)?);
                refund::add(tx, &refund)?;
                emit(tx, &refund.reference_no, EventKind::Refunded, Some(&refund), now_ms)
            })
            .await;
        assert!(refunded.unwrap());
    }

    pub async fn notifications(&self, reference_no: &str) -> Vec<Notification> {
        let number = reference_no.to_owned();
        let rows: Result<_, DbError> =
            self.app.store.read(move |tx| outbox::of_transaction(tx, &number)).await;
        rows.unwrap()
    }

    /// The first notification of a transaction.
    pub async fn notification(&self, reference_no: &str) -> Notification {
        self.notifications(reference_no).await.remove(0)
    }

    /// As if every sender had died and its lease run out.
    pub async fn end_leases(&self) {
        let ended: Result<u64, DbError> =
            self.app.store.write(|tx| tx.execute("UPDATE notification SET lease_until_ms = 1", &[])).await;
        ended.unwrap();
    }

    /// Makes everything due that waits for another try.
    pub fn later(&self) {
        self.app.clock.set_offset(self.app.clock.offset_seconds() + 61);
    }
}

fn emit(
    tx: &mut dyn qris_gateway::db::Tx,
    reference_no: &str,
    kind: EventKind,
    refund: Option<&Refund>,
    now_ms: i64,
) -> Result<bool, DbError> {
    let transaction = transaction::by_reference(tx, reference_no)?.unwrap();
    let partner = partner::by_client_id(tx, &transaction.client_id)?.unwrap();
    let event = Event { kind, transaction: &transaction, refund, at_ms: now_ms, request_id: None };
    outbox::emit(tx, &notify::row(&partner, &event).unwrap())
}

/// Sends all that is due, one after the other; how many.
pub async fn send_due(sender: &Sender) -> usize {
    let mut sent = 0;
    loop {
        let leased = sender.lease(8).await.unwrap();
        if leased.is_empty() {
            return sent;
        }
        for leased in leased {
            assert!(sender.send(leased).await.unwrap());
            sent += 1;
        }
    }
}

pub fn partner(notify_url: Option<&str>) -> Partner {
    of_dialect(&STANDARD, NotifySign::Rsa, notify_url)
}

pub fn of_dialect(dialect: &Dialect, notify_sign: NotifySign, notify_url: Option<&str>) -> Partner {
    let dialect = Dialect::named(dialect.name).unwrap();
    Partner {
        client_id: CLIENT.to_owned(),
        partner_id: "PARTNER-1".to_owned(),
        channel_id: "95221".to_owned(),
        name: "A partner".to_owned(),
        dialect,
        role: Role::Merchant,
        policy: dialect.policy.clone(),
        mount: String::new(),
        notify_url: notify_url.map(str::to_owned),
        notify_sign,
        notify_token_url: None,
        notify_headers: "{}".to_owned(),
        created_at: 0,
        disabled_at: None,
        allow_ips: Arc::default(),
    }
}

pub fn transaction(reference_no: &str) -> Transaction {
    Transaction {
        reference_no: reference_no.to_owned(),
        page_id: format!("page-{reference_no}"),
        client_id: CLIENT.to_owned(),
        partner_reference_no: Some(format!("P-{reference_no}")),
        external_id: Some("1234567890".to_owned()),
        merchant_id: "M1".to_owned(),
        amount: Some(Minor::new(100_000)),
        qr_content: format!("{reference_no} {QR}"),
        created_at: 0,
        expires_at: i64::MAX,
        ..Transaction::default()
    }
}
