//! Order, leases, senders that die, two senders at once: on both back ends.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use qris_gateway::clock::Clock;
use qris_gateway::db::{DbError, Each, Param, Tx};
use qris_gateway::model::{Event, EventKind, outbox};
use qris_gateway::notify::sender;
use tokio::sync::watch;
use tokio::task::block_in_place;

use crate::postgres::Postgres;
use crate::receiver::{Answer, Receiver, ok};
use crate::support::{CLIENT, Gateway, partner, send_due};

/// None: SQLite.
type Place<'a> = Option<&'a Postgres>;

async fn gateway(place: Place<'_>, receiver: &Receiver) -> Gateway {
    let (url, partner) = ("http://127.0.0.1:8080", partner(Some(&receiver.notify_url())));
    match place {
        Some(server) => Gateway::on(block_in_place(|| server.database()), true, url, partner).await,
        None => Gateway::with(true, url, partner).await,
    }
}

#[tokio::test]
async fn sqlite() {
    suite(None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgresql() {
    // Its client blocks, which a runtime's own thread must be told.
    let server = block_in_place(Postgres::start);
    suite(Some(&server)).await;
}

async fn suite(place: Place<'_>) {
    events_of_a_transaction_are_told_in_order_and_others_do_not_wait(place).await;
    a_sender_that_dies_after_sending_is_followed_by_another_when_its_lease_has_run_out(place).await;
    a_sender_that_slept_through_its_lease_changes_nothing(place).await;
    a_row_that_kills_senders_is_given_up(place).await;
    leases_end_by_the_database_s_clock(place).await;
    an_event_is_written_once_and_never_lost(place).await;
    two_events_of_a_transaction_at_once_are_both_written(place).await;
    two_senders_on_one_store_never_send_the_same_try(place).await;
    a_running_sender_is_woken_and_stops_when_told(place).await;
}

fn told(receiver: &Receiver) -> Vec<String> {
    let info = |body: &[u8]| serde_json::from_slice::<serde_json::Value>(body).unwrap();
    let received = receiver.received();
    let told = received.iter().map(|message| {
        let refund = info(&message.body)["additionalInfo"]["refundNo"].as_str().unwrap_or("paid").to_owned();
        format!("{} {refund}", message.member("originalReferenceNo"))
    });
    told.collect()
}

async fn events_of_a_transaction_are_told_in_order_and_others_do_not_wait(place: Place<'_>) {
    let receiver = Receiver::new().await;
    let gateway = gateway(place, &receiver).await;
    let sender = gateway.sender();
    gateway.paid("A").await;
    gateway.refunded("A", "R1").await;
    gateway.refunded("A", "R2").await;
    receiver.answers([Answer::Of(500, String::new())]);
    assert_eq!(send_due(&sender).await, 1, "the refunds wait for the payment");
    gateway.paid("B").await;
    assert_eq!(send_due(&sender).await, 1, "another transaction does not");
    gateway.later();
    assert_eq!(send_due(&sender).await, 3);
    assert_eq!(told(&receiver), ["A paid", "B paid", "A paid", "A R1", "A R2"]);
    assert_eq!(send_due(&sender).await, 0);
    for row in gateway.notifications("A").await {
        assert_eq!(row.state.as_str(), "delivered");
    }
}

async fn a_sender_that_dies_after_sending_is_followed_by_another_when_its_lease_has_run_out(
    place: Place<'_>,
) {
    let receiver = Receiver::new().await;
    let gateway = gateway(place, &receiver).await;
    gateway.paid("A").await;
    receiver.answers([Answer::Hang]);
    let (first, second) = (Arc::new(gateway.sender()), gateway.sender());
    let leased = first.lease(8).await.unwrap().remove(0);
    let dying = tokio::spawn({
        let first = Arc::clone(&first);
        async move { first.send(leased).await }
    });
    receiver.wait_for(1).await;
    dying.abort();
    assert!(dying.await.unwrap_err().is_cancelled());
    gateway.later();
    assert!(second.lease(8).await.unwrap().is_empty(), "the lease holds, whatever the gateway's clock says");
    gateway.end_leases().await;
    assert_eq!(send_due(&second).await, 1);
    let received = receiver.received();
    assert_eq!(received.len(), 2, "at least once");
    assert_eq!(received[0].body, received[1].body);
    let row = gateway.notification("A").await;
    assert_eq!((row.state.as_str(), row.attempts, row.fence), ("delivered", 2, 2));
}

async fn a_sender_that_slept_through_its_lease_changes_nothing(place: Place<'_>) {
    let receiver = Receiver::new().await;
    let gateway = gateway(place, &receiver).await;
    gateway.paid("A").await;
    let (first, second) = (gateway.sender(), gateway.sender());
    let stale = first.lease(8).await.unwrap().remove(0);
    gateway.end_leases().await;
    let fresh = second.lease(8).await.unwrap().remove(0);
    assert!(fresh.row.fence > stale.row.fence);
    receiver.answers([Answer::Of(500, String::new())]);
    assert!(!first.send(stale).await.unwrap(), "its report is not taken");
    assert_eq!(gateway.notification("A").await.state.as_str(), "pending");
    assert!(second.send(fresh).await.unwrap());
    assert_eq!(gateway.notification("A").await.state.as_str(), "delivered");
}

async fn a_row_that_kills_senders_is_given_up(place: Place<'_>) {
    let receiver = Receiver::new().await;
    let gateway = gateway(place, &receiver).await;
    gateway.paid("A").await;
    let sender = gateway.sender();
    for _ in 0..3 {
        assert_eq!(sender.lease(8).await.unwrap().len(), 1);
        gateway.end_leases().await;
    }
    assert_eq!(send_due(&sender).await, 1);
    assert!(receiver.received().is_empty());
    assert_eq!(gateway.notification("A").await.state.as_str(), "dead");
}

/// A database whose clock is not ours.
struct Elsewhere<'a>(&'a mut dyn Tx, i64);

impl Tx for Elsewhere<'_> {
    fn execute(&mut self, sql: &'static str, parameters: &[&dyn Param]) -> Result<u64, DbError> {
        self.0.execute(sql, parameters)
    }

    fn query(&mut self, sql: &'static str, parameters: &[&dyn Param], each: Each<'_>) -> Result<(), DbError> {
        self.0.query(sql, parameters, each)
    }

    fn now_ms(&mut self) -> Result<i64, DbError> {
        Ok(self.0.now_ms()?.saturating_add(self.1))
    }
}

async fn leases_end_by_the_database_s_clock(place: Place<'_>) {
    let receiver = Receiver::new().await;
    let gateway = gateway(place, &receiver).await;
    gateway.paid("A").await;
    let due_ms = gateway.app.clock.now_ms();
    // How far the database's clock is from ours, and how many rows are leased then for a minute.
    for (ahead_ms, leased) in
        [(-3_600_000, 1), (-3_600_000 + 59_000, 0), (-3_600_000 + 61_000, 1), (0, 1), (59_000, 0)]
    {
        let unit = move |tx: &mut dyn Tx| {
            let lease = outbox::Lease { owner: "one", due_ms, length_ms: 60_000 };
            let all = |waiting: Vec<String>| waiting.into_iter().map(|client| (client, 9)).collect();
            outbox::lease(&mut Elsewhere(tx, ahead_ms), lease, all)
        };
        assert_eq!(gateway.app.store.write(unit).await.unwrap().len(), leased, "{ahead_ms}");
    }
    let ours = Clock::system_ms();
    let theirs = gateway.app.store.read(|tx| tx.now_ms()).await.unwrap();
    assert!((theirs - ours).abs() < 60_000, "{theirs} is not about {ours}");
}

fn event(id: &str, kind: EventKind, subject: &str) -> Event {
    let (id, subject, request_id) = (id.to_owned(), subject.to_owned(), Some(format!("request {id}")));
    let (client_id, reference_no) = (CLIENT.to_owned(), "A".to_owned());
    Event { id, client_id, reference_no, kind, subject, body: b"{}".to_vec(), at_ms: 0, request_id }
}

async fn an_event_is_written_once_and_never_lost(place: Place<'_>) {
    let receiver = Receiver::new().await;
    let gateway = gateway(place, &receiver).await;
    let emit = async |event: Event| gateway.app.store.write(move |tx| outbox::emit(tx, &event)).await;
    assert_eq!(emit(event("1", EventKind::Paid, "")).await, Ok(true));
    assert_eq!(emit(event("2", EventKind::Paid, "")).await, Ok(false), "it is there");
    let lost = emit(event("1", EventKind::Refunded, "R")).await;
    assert!(matches!(lost, Err(DbError::Broken(_))), "another event under a taken id: {lost:?}");
    assert_eq!(emit(event("3", EventKind::Refunded, "R")).await, Ok(true));
    let seqs: Vec<i64> = gateway.notifications("A").await.iter().map(|row| row.seq).collect();
    assert_eq!(seqs, [1, 2]);
    assert_eq!(gateway.notification("A").await.request_id.as_deref(), Some("request 1"));
}

/// Only PostgreSQL runs two units at once.
async fn two_events_of_a_transaction_at_once_are_both_written(place: Place<'_>) {
    if place.is_none() {
        return;
    }
    let receiver = Receiver::new().await;
    let gateway = gateway(place, &receiver).await;
    for second in [event("2", EventKind::Refunded, "R"), event("2", EventKind::Paid, "")] {
        let twin = second.kind == EventKind::Paid;
        let emptied = gateway.app.store.write(|tx| tx.execute("DELETE FROM notification", &[])).await;
        assert!(emptied.is_ok(), "{emptied:?}");
        let (written, wait) = tokio::sync::oneshot::channel();
        let first = gateway.app.store.write(move |tx| {
            let emitted = outbox::emit(tx, &event("1", EventKind::Paid, ""))?;
            written.send(()).unwrap();
            // Its end is what the second waits for.
            for _ in 0..5000 {
                if tx.one::<i64>("SELECT COUNT(*) FROM pg_locks WHERE NOT granted", &[])? > 0 {
                    return Ok::<_, DbError>(emitted);
                }
                std::thread::sleep(Duration::from_millis(2));
            }
            Err(DbError::Broken("nobody waits".to_owned()))
        });
        let store = gateway.app.store.clone();
        let second = async move {
            wait.await.unwrap();
            store.write(move |tx| outbox::emit(tx, &second)).await
        };
        let (first, second) = tokio::join!(first, second);
        assert_eq!((first, second), (Ok(true), Ok(!twin)));
        let rows = gateway.notifications("A").await;
        assert_eq!(rows.len(), if twin { 1 } else { 2 });
    }
}

async fn two_senders_on_one_store_never_send_the_same_try(place: Place<'_>) {
    let receiver = Receiver::new().await;
    let gateway = gateway(place, &receiver).await;
    // Some fail first, so that tries again are raced for as well.
    receiver.answers([500, 200, 500, 200, 200, 503].map(|status| Answer::Of(status, String::new())));
    let names: Vec<String> = (0..12).map(|number| format!("T{number}")).collect();
    for name in &names {
        gateway.paid(name).await;
        gateway.refunded(name, &format!("R-{name}")).await;
    }
    let (stop, stopped) = watch::channel(false);
    let senders =
        [stopped.clone(), stopped].map(|stop| tokio::spawn(sender::run(Arc::clone(&gateway.app), stop)));
    receiver.wait_for(6).await;
    for _ in 0..200 {
        gateway.later();
        gateway.app.outbox.notify_one();
        tokio::time::sleep(Duration::from_millis(50)).await;
        if receiver.received().len() >= 30 {
            break;
        }
    }
    stop.send(true).unwrap();
    for sender in senders {
        sender.await.unwrap();
    }
    let received = receiver.received();
    assert_eq!(received.len(), 24 + 6, "each event once, and six tries again");
    let ids: HashSet<_> = received.iter().map(|message| message.header("X-EXTERNAL-ID").unwrap()).collect();
    assert_eq!(ids.len(), received.len());
    let mut tries: HashMap<String, i64> = HashMap::new();
    for name in told(&receiver) {
        *tries.entry(name).or_default() += 1;
    }
    for name in &names {
        for row in gateway.notifications(name).await {
            let key = format!("{name} {}", if row.subject.is_empty() { "paid" } else { &row.subject });
            assert_eq!((row.state.as_str(), Some(&row.attempts)), ("delivered", tries.get(&key)), "{key}");
        }
        let told = told(&receiver);
        let first = |event: &str| told.iter().position(|entry| *entry == format!("{name} {event}")).unwrap();
        assert!(first("paid") < first(&format!("R-{name}")));
    }
}

async fn a_running_sender_is_woken_and_stops_when_told(place: Place<'_>) {
    let receiver = Receiver::new().await;
    let gateway = gateway(place, &receiver).await;
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(sender::run(Arc::clone(&gateway.app), stopped));
    tokio::time::sleep(Duration::from_millis(50)).await;
    gateway.paid("A").await;
    gateway.app.outbox.notify_one();
    receiver.wait_for(1).await;
    receiver.answers([ok()]);
    stop.send(true).unwrap();
    tokio::time::timeout(Duration::from_secs(5), running).await.unwrap().unwrap();
    assert_eq!(gateway.notification("A").await.state.as_str(), "delivered");
}
