//! The gateway's own keys and the master key, replaced while it runs.

#[path = "common/postgres.rs"]
#[allow(dead_code, unreachable_pub, reason = "others use more of it")]
mod postgres;

use std::path::Path;
use std::sync::Arc;

use postgres::Postgres;
use qris_gateway::admin::{KeySource, NewPartner, Opened, rotate_master_key};
use qris_gateway::app::Shared;
use qris_gateway::config::Config;
use qris_gateway::crypto::{MasterKey, secret_name};
use qris_gateway::db::DatabaseUrl;
use qris_gateway::keys::{Resealing, begin_rotation};
use qris_gateway::model::{Role, meta};
use qris_gateway::server::Server;
use qris_gateway::sweeper;
use qris_snap::dialect::STANDARD;

fn config(folder: &Path, database: Option<DatabaseUrl>) -> Config {
    Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        database: database.unwrap_or_else(|| DatabaseUrl::Sqlite(folder.join("qris.db"))),
        master_key_file: Some(folder.join("qris-master.key")),
        ..Config::default()
    }
}

#[tokio::test]
async fn sqlite() {
    a_new_key_signs_and_the_old_one_is_shown_for_its_grace_time(None).await;
    the_master_key_is_replaced_though_it_was_cut_off(None).await;
}

#[tokio::test]
async fn postgresql() {
    let server = Postgres::start();
    a_new_key_signs_and_the_old_one_is_shown_for_its_grace_time(Some(server.database())).await;
    the_master_key_is_replaced_though_it_was_cut_off(Some(server.database())).await;
}

fn public(app: &Shared) -> String {
    app.key.get().public_key().unwrap().to_pem().unwrap()
}

async fn a_new_key_signs_and_the_old_one_is_shown_for_its_grace_time(database: Option<DatabaseUrl>) {
    let folder = tempfile::tempdir().unwrap();
    let config = config(folder.path(), database);
    let server = Server::start(config.clone()).await.unwrap();
    let app = server.app();
    let opened = Opened::open(&config).await.unwrap();
    let office = opened.office();
    let first = office.gateway_keys().await.unwrap();
    assert_eq!((first.len(), first[0].signs, &first[0].valid_until), (1, true, &None));
    assert_eq!(first[0].public_key, public(app));

    let second = office.rotate_gateway_key(0, 3600).await.unwrap();
    assert_eq!(second.iter().map(|key| key.signs).collect::<Vec<_>>(), [false, true]);
    assert!(second[0].valid_until.is_some() && second[1].valid_until.is_none());
    assert_eq!(public(app), second[0].public_key, "until it looks again");
    sweeper::look_around(app).await;
    assert_eq!(public(app), second[1].public_key);
    let started = Server::start(config.clone()).await.unwrap();
    assert_eq!(public(started.app()), second[1].public_key);

    // Announced now, to sign later.
    let third = office.rotate_gateway_key(600, 60).await.unwrap();
    assert_eq!(third.iter().map(|key| key.signs).collect::<Vec<_>>(), [false, true, false]);
    sweeper::look_around(app).await;
    assert_eq!(public(app), third[1].public_key);

    // Without a grace time those before are gone.
    let last = office.rotate_gateway_key(0, 0).await.unwrap();
    assert_eq!((last.len(), last[0].signs), (1, true));
    sweeper::look_around(app).await;
    assert_eq!(public(app), last[0].public_key);
}

/// How many of all sealed rows a key opens.
async fn opens(opened: &Opened, key: &MasterKey) -> usize {
    let rows = opened.store.read(|tx| meta::sealed(tx)).await.unwrap();
    let name = |row: &meta::Sealed| match &row.client_id {
        Some(client) => secret_name(client),
        None => "gateway-key".to_owned(),
    };
    rows.iter().filter(|row| key.open(&name(row), &row.bytes).is_ok()).count()
}

async fn the_master_key_is_replaced_though_it_was_cut_off(database: Option<DatabaseUrl>) {
    let folder = tempfile::tempdir().unwrap();
    let config = config(folder.path(), database);
    qris_gateway::admin::migrate(&config, None, false, false).await.unwrap();
    let opened = Opened::open(&config).await.unwrap();
    for number in 0..4 {
        let new = NewPartner {
            name: format!("Toko {number}"),
            dialect: &STANDARD,
            role: Role::Merchant,
            client_id: Some(format!("client-{number}")),
            partner_id: None,
            channel_id: None,
            key: KeySource::Generate(folder.path().join("keys")),
            notify_url: None,
            notify_sign: None,
            notify_token_url: None,
            notify_headers: Vec::new(),
            mount: String::new(),
            policy: Vec::new(),
            demo: true,
        };
        opened.office().add_partner(new).await.unwrap();
    }
    let server = Server::start(config.clone()).await.unwrap();
    let running = &server.app().master_key;
    let path = folder.path().join("qris-master.key");
    let bytes = std::fs::read(&path).unwrap();
    let (old, all) = (MasterKey::new(&bytes).unwrap(), 5);
    assert_eq!(opens(&opened, &old).await, all);

    // Cut off after the gateway's key and two of four secrets.
    let new = begin_rotation(&path).unwrap();
    let new = MasterKey::new(&std::fs::read(new).unwrap()).unwrap();
    let both = Arc::new(MasterKey::read(&path).unwrap());
    let mut turn = Resealing::new(&opened.store, &both);
    assert!(turn.step(2).await.unwrap());
    assert_eq!(turn.changed, 3);
    drop(turn);
    assert_eq!((opens(&opened, &old).await, opens(&opened, &new).await), (2, 3));
    assert_eq!(opens(&opened, running).await, all, "the gateway that runs opens each of them");
    Server::start(config.clone()).await.unwrap();

    let prepared = rotate_master_key(&config, true).await.unwrap();
    assert!(!prepared.done && prepared.file.ends_with("qris-master.key.new"));
    let ended = rotate_master_key(&config, false).await.unwrap();
    assert!(ended.done);
    assert_eq!((ended.resealed, &ended.file), (2, &path));
    assert_eq!((opens(&opened, &old).await, opens(&opened, &new).await), (0, all));
    assert_eq!(opens(&opened, running).await, all);
    assert_eq!(std::fs::read(folder.path().join("qris-master.key.old")).unwrap(), bytes);
    assert!(!folder.path().join("qris-master.key.new").exists());
    assert_eq!(opens(&opened, &MasterKey::new(&std::fs::read(&path).unwrap()).unwrap()).await, all);

    // The one before opens the backups of its time: it is not overwritten.
    let again = rotate_master_key(&config, false).await.unwrap_err();
    assert!(again.exit_code() == 1 && again.to_string().contains("qris-master.key.old"), "{again}");
    std::fs::remove_file(folder.path().join("qris-master.key.old")).unwrap();
    assert_eq!(rotate_master_key(&config, false).await.unwrap().resealed, all);
    assert_eq!(opens(&opened, running).await, all);
}
