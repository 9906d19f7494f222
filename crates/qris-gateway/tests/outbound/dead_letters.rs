//! Dead letters by the thousand: put back in batches, each once.

use qris_gateway::admin::{Opened, Span, Wanted};
use qris_gateway::db::{DbError, Tx};
use qris_gateway::model::{Delivery, Event, EventKind, Partner};
use qris_gateway::model::{Filter, outbox};
use tokio::task::block_in_place;

use crate::postgres::Postgres;
use crate::support::{CLIENT, Gateway, partner};

#[tokio::test]
async fn sqlite() {
    suite(&Gateway::new().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgresql() {
    let server = block_in_place(Postgres::start);
    suite(&Gateway::new_on(&server).await).await;
}

/// Dead letters of a partner, a second apart.
async fn die(gateway: &Gateway, client_id: &'static str, count: i64) {
    let unit = move |tx: &mut dyn Tx| {
        for number in 0..count {
            let name = format!("{client_id}-{number}");
            let event = Event {
                id: name.clone(),
                client_id: client_id.to_owned(),
                reference_no: name,
                kind: EventKind::Paid,
                subject: String::new(),
                body: b"{}".to_vec(),
                at_ms: number * 1000,
                request_id: None,
            };
            assert!(outbox::emit(tx, &event)?);
        }
        tx.execute("UPDATE notification SET state = 'dead', attempts = 3", &[]).map(drop)
    };
    let died: Result<(), DbError> = gateway.app.store.write(unit).await;
    died.unwrap();
}

async fn suite(gateway: &Gateway) {
    let second =
        Partner { client_id: "CLIENT-2".to_owned(), partner_id: "PARTNER-2".to_owned(), ..partner(None) };
    gateway.add_partner(second).await;
    die(gateway, CLIENT, 1_203).await;
    die(gateway, "CLIENT-2", 5).await;
    let folder = tempfile::tempdir().unwrap();
    let mut config = gateway.app.config.clone();
    config.master_key_file = Some(folder.path().join("key"));
    let opened = Opened::open(&config).await.unwrap();
    let count = async |state| gateway.app.store.read(move |tx| outbox::count(tx, state)).await.unwrap();

    // A batch is a batch, and the next one begins behind it, whatever has died again meanwhile.
    let batch = async |after: Option<(i64, String)>| {
        let filter = Filter { client_id: Some(CLIENT.to_owned()), after, ..Filter::default() };
        let unit = move |tx: &mut dyn Tx| {
            let done = outbox::retry_page(tx, &filter, 0, 500)?;
            tx.execute("UPDATE notification SET state = 'dead'", &[])?;
            Ok::<_, DbError>(done)
        };
        gateway.app.store.write(unit).await.unwrap()
    };
    let mut after = None;
    for expected in [500, 500, 203, 0] {
        let done = batch(after.clone()).await;
        assert_eq!(done.len(), expected);
        after = done.into_iter().max().or(after);
    }

    let span = Span { since: Some(3), until: Some(10) };
    let some = Wanted { partner: Some("PARTNER-1".to_owned()), span, ..Wanted::default() };
    assert_eq!(opened.office().retry_dead(some).await.unwrap(), 7);
    assert_eq!(count(Delivery::Dead).await, 1_203 + 5 - 7);
    let own = Wanted { partner: Some(CLIENT.to_owned()), ..Wanted::default() };
    assert_eq!(opened.office().retry_dead(own).await.unwrap(), 1_203 - 7);
    assert_eq!(count(Delivery::Dead).await, 5, "another's stay");
    assert_eq!(opened.office().retry_dead(Wanted::default()).await.unwrap(), 5);
    assert_eq!((count(Delivery::Dead).await, count(Delivery::Pending).await), (0, 1_208));
    let row = gateway.notification("CLIENT-1-0").await;
    assert_eq!((row.attempts, row.state), (0, Delivery::Pending));
}
