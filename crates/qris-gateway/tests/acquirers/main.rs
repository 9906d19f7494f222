//! Two gateways over sockets: one is the acquirer, in each dialect, the other the merchant's. What one of them does not answer,
//! or answers wrong, costs nobody money: the books of both sides are equal afterwards.

#[path = "../common/running.rs"]
mod running;

mod books;

use std::path::PathBuf;
use std::time::Duration;

use qris_client::{Client, Error, Options};
use qris_gateway::acquirer::watch;
use qris_gateway::admin::{AcquirerChange, KeySource, NewMerchant, NewPartner, Opened, PartnerObject};
use qris_gateway::config::Config;
use qris_gateway::db::Tx;
use qris_gateway::model::{Filter, Role, State, Transaction, transaction};
use qris_snap::client::Caller;
use qris_snap::dialect::{Dialect, STANDARD};
use qris_snap::headers::HeaderName;
use qris_snap::message::{GenerateRequest, QueryRequest, QueryResponse, RefundRequest};
use qris_snap::sign::{PrivateKey, Secret};
use qris_snap::{Money, Service};

use running::Running;

impl Running {
    /// It is gone from one moment to the next.
    async fn killed(self) -> (tempfile::TempDir, Config) {
        self.task.abort();
        let _ = self.task.await;
        (self.folder, self.config)
    }

    async fn opened(&self) -> Opened {
        Opened::open(&self.config).await.unwrap()
    }

    fn public_key(&self) -> PathBuf {
        self.folder.path().join("keys/qris-gateway-public.pem")
    }

    async fn pay(&self, qr_content: &str, amount: Option<&str>) {
        let mut body = serde_json::json!({ "qrContent": qr_content });
        if let Some(amount) = amount {
            body["amount"] = amount.into();
        }
        let request = reqwest::Client::new().post(format!("{}/sandbox/v1/pay", self.url));
        let request = request.bearer_auth(&self.sandbox_key).header("Content-Type", "application/json");
        let answer = request.body(body.to_string()).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
    }

    async fn transactions(&self) -> Vec<Transaction> {
        let read = |tx: &mut dyn Tx| transaction::newest(tx, &Filter::default(), 1000);
        let found: Result<Vec<Transaction>, qris_gateway::db::DbError> = self.app.store.read(read).await;
        found.unwrap()
    }

    async fn exceptions(&self) -> i64 {
        let read = |tx: &mut dyn Tx| tx.one("SELECT COUNT(*) FROM exception", &[]);
        let found: Result<i64, qris_gateway::db::DbError> = self.app.store.read(read).await;
        found.unwrap()
    }

    async fn open_forwards(&self) -> i64 {
        let read = |tx: &mut dyn Tx| tx.one("SELECT COUNT(*) FROM forward WHERE state <> 'closed'", &[]);
        let found: Result<i64, qris_gateway::db::DbError> = self.app.store.read(read).await;
        found.unwrap()
    }

    /// Everything that waits to be asked about is due now.
    async fn due(&self) {
        let write = |tx: &mut dyn Tx| tx.execute("UPDATE forward SET due_at = 0", &[]);
        let done: Result<u64, qris_gateway::db::DbError> = self.app.store.write(write).await;
        done.unwrap();
        watch::look(&self.app).await.unwrap();
    }
}

fn new_partner(dialect: &'static Dialect, role: Role, key: KeySource) -> NewPartner {
    NewPartner {
        name: dialect.name.to_owned(),
        dialect,
        role,
        client_id: None,
        partner_id: None,
        channel_id: None,
        key,
        notify_url: None,
        notify_sign: None,
        notify_token_url: None,
        notify_headers: vec![],
        policy: vec![],
        mount: String::new(),
        demo: true,
    }
}

/// An acquirer, a merchant's gateway, and the merchant.
struct Parties {
    acquirer: Running,
    gateway: Running,
    merchant: Client,
    merchant_id: String,
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

impl Parties {
    async fn in_dialect(dialect: &'static Dialect) -> Parties {
        let told = [("notificationSignature", "asymmetricNoToken"), ("notificationToken", "none")];
        let agreed = match dialect.name {
            "Standard" | "Brick" => told.map(|(name, value)| pair(name, value)).to_vec(),
            _ => vec![],
        };
        Parties::agreed(dialect, agreed).await
    }

    /// The acquirer is what the settings say, over the dialect.
    async fn agreed(dialect: &'static Dialect, agreed: Vec<(String, String)>) -> Parties {
        let (acquirer, gateway) = (Running::start().await, Running::start().await);
        let opened = gateway.opened().await;
        let office = opened.office();
        let keys = |running: &Running| running.folder.path().join("keys");
        let own = new_partner(&STANDARD_STATIC, Role::Merchant, KeySource::Generate(keys(&gateway)));
        let shop = office.add_partner(own).await.unwrap();

        // At the acquirer: the merchant's gateway is a partner, with its key, and is told of payments.
        let there = acquirer.opened().await;
        let mut us = new_partner(dialect, Role::Merchant, KeySource::PublicKey(gateway.public_key()));
        us.notify_url = Some(format!("{}{}", gateway.url, dialect.path(Service::Notify)));
        us.notify_token_url = Some(format!("{}/v1.0/access-token/b2b", gateway.url));
        us.notify_headers =
            ["X-IP-ADDRESS", "X-DEVICE-ID", "X-LATITUDE", "X-LONGITUDE"].map(|name| pair(name, "1")).to_vec();
        us.client_id = Some("US-THERE".to_owned());
        if dialect.name == "Brick" {
            us.notify_headers.push(pair("X-CLIENT-KEY", "US-THERE"));
        }
        // Another file of the acquirer's key than the one beside the merchant's.
        let us: PartnerObject = there.office().add_partner(us).await.unwrap();
        let merchant = there.office().merchants(Some(us.client_id.clone())).await.unwrap().remove(0);

        // At the merchant's gateway: the acquirer is an upstream that is called.
        let mut upstream = new_partner(
            dialect,
            Role::Upstream,
            KeySource::PublicKey(us.gateway_public_key_file.clone().into()),
        );
        upstream.client_id = Some(us.client_id.clone());
        upstream.partner_id = Some(us.partner_id.clone());
        upstream.policy = agreed;
        let upstream = office.add_partner(upstream).await.unwrap();
        let mut headers = vec![pair("X-PARTNER-ID", &us.partner_id), pair("CHANNEL-ID", &us.channel_id)];
        headers.push(pair("ORIGIN", "merchant.example"));
        if dialect.name == "Brick" {
            headers.push(pair("X-EXTERNAL-ID", "4711"));
        }
        let change = AcquirerChange {
            url: Some(acquirer.url.clone()),
            our_client_id: Some(us.client_id.clone()),
            headers,
            secret: Some(us.client_secret.clone().into_bytes()),
            silent_after: Some(3600),
            deadline: None,
        };
        office.set_acquirer(&upstream.client_id, change).await.unwrap();
        if dialect.name == "Finnet" {
            let code = there.office().authorize(&us.client_id, "shop").await.unwrap().auth_code;
            office.keep_customer_grant(&upstream.client_id, &code).await.unwrap();
            let code = office.authorize(&upstream.client_id, "shop").await.unwrap().auth_code;
            there.office().keep_customer_grant(&us.client_id, &code).await.unwrap();
        }
        let ours = NewMerchant {
            owner: shop.client_id.clone(),
            demo: true,
            merchant_id: Some("SHOP".to_owned()),
            guid: Some(merchant.guid.clone()),
            mpan: Some(merchant.mpan.clone()),
            acquirer_merchant_id: Some(merchant.acquirer_merchant_id.clone()),
            nmid: Some(merchant.nmid.clone()),
            criteria: None,
            mcc: None,
            name: None,
            city: None,
            postal_code: None,
            sub_merchants: vec![],
            terminals: vec![],
        };
        let ours = office.add_merchant(ours).await.unwrap();
        office
            .route_merchant(&ours.merchant_id, &upstream.client_id, Some(&merchant.merchant_id))
            .await
            .unwrap();
        let key = PrivateKey::read(shop.private_key_base64.as_ref().unwrap().as_bytes()).unwrap();
        let caller = Caller::builder(&STANDARD_STATIC)
            .client_id(shop.client_id.as_str())
            .private_key(key)
            .secret(Secret::new(shop.client_secret.as_bytes()))
            .header(HeaderName::PartnerId, shop.partner_id.as_str())
            .header(HeaderName::ChannelId, shop.channel_id.as_str());
        let merchant = Client::new(caller.build().unwrap(), Options::new(&gateway.url)).unwrap();
        Parties { acquirer, gateway, merchant, merchant_id: ours.merchant_id }
    }

    fn order(&self, number: &str, rupiah: Option<i64>) -> GenerateRequest {
        GenerateRequest {
            partner_reference_no: Some(number.to_owned()),
            amount: rupiah.map(|rupiah| Money::idr(rupiah as u64 * 100).unwrap()),
            merchant_id: Some(self.merchant_id.clone()),
            ..GenerateRequest::default()
        }
    }

    async fn query(&self, number: &str) -> QueryResponse {
        let query = QueryRequest {
            original_partner_reference_no: Some(number.to_owned()),
            service_code: Some("47".to_owned()),
            ..QueryRequest::default()
        };
        self.merchant.query(&query).await.unwrap()
    }

    async fn status(&self, number: &str) -> String {
        self.query(number).await.latest_transaction_status.unwrap()
    }

    /// Waits until the merchant's gateway says so without asking anybody.
    async fn wait_for(&self, number: &str, state: State) -> Transaction {
        for _ in 0..600 {
            let found = self.gateway.transactions().await;
            let found =
                found.into_iter().find(|it| it.partner_reference_no.as_deref() == Some(number)).unwrap();
            if found.state == state {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{number} does not become {state:?}: {:?}", self.gateway.transactions().await);
    }

    async fn refund(&self, number: &str, refund_no: &str, rupiah: Option<i64>) -> Result<(), Error> {
        let refund = RefundRequest {
            original_partner_reference_no: Some(number.to_owned()),
            partner_refund_no: Some(refund_no.to_owned()),
            refund_amount: rupiah.map(|rupiah| Money::idr(rupiah as u64 * 100).unwrap()),
            ..RefundRequest::default()
        };
        self.merchant.refund(&refund).await.map(drop)
    }

    /// What was paid and given back, by the number that both sides know.
    async fn books_are_equal(&self) {
        let of = |found: Vec<Transaction>, by_ours: bool| {
            let mut rows: Vec<_> = found
                .into_iter()
                .filter(|it| it.paid_at.is_some())
                .map(|it| {
                    let number = if by_ours { Some(it.reference_no) } else { it.partner_reference_no };
                    (number.unwrap(), it.paid_amount.get(), it.paid_tip.get(), it.refunded.get())
                })
                .collect();
            rows.sort();
            rows
        };
        assert_eq!(
            of(self.gateway.transactions().await, true),
            of(self.acquirer.transactions().await, false)
        );
    }
}

static STANDARD_STATIC: Dialect = STANDARD;
