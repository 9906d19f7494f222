//! One bad receiver, and the partners beside it.

use std::sync::Arc;
use std::time::Duration;

use qris_gateway::model::Partner;
use qris_gateway::notify::sender;
use tokio::sync::watch;

use crate::receiver::{Answer, Receiver};
use crate::support::{CLIENT, Gateway, partner, send_due};

const OTHER: &str = "CLIENT-2";

fn other(receiver: &Receiver) -> Partner {
    let first = partner(Some(&receiver.notify_url()));
    Partner { client_id: OTHER.to_owned(), partner_id: "PARTNER-2".to_owned(), ..first }
}

#[tokio::test]
async fn a_receiver_that_never_answers_delays_nobody_else() {
    let (hole, fast) = (Receiver::new().await, Receiver::new().await);
    let mut gateway = Gateway::with(true, "http://127.0.0.1:8080", partner(Some(&hole.notify_url()))).await;
    // A try at the black hole ends long after this test.
    Arc::get_mut(&mut gateway.app).unwrap().config.notify.timeout = Duration::from_secs(120);
    gateway.add_partner(other(&fast)).await;
    hole.answers(vec![Answer::Hang; 200]);
    for number in 0..200 {
        gateway.paid(&format!("HOLE-{number}")).await;
    }
    let (_stop, stopped) = watch::channel(false);
    let running = tokio::spawn(sender::run(Arc::clone(&gateway.app), stopped));
    hole.wait_for(1).await;
    for number in 0..40 {
        gateway.paid_of(OTHER, &format!("FAST-{number}")).await;
    }
    gateway.app.outbox.notify_one();
    fast.wait_for(40).await;
    assert_eq!(hole.received().len(), 1, "one try, of whom nothing is known");
    running.abort();
}

#[tokio::test]
async fn many_that_never_answer_delay_nobody_else_either() {
    let (hole, fast) = (Receiver::new().await, Receiver::new().await);
    let mut gateway = Gateway::with(true, "http://127.0.0.1:8080", partner(Some(&hole.notify_url()))).await;
    Arc::get_mut(&mut gateway.app).unwrap().config.notify.timeout = Duration::from_secs(120);
    hole.answers(vec![Answer::Hang; 200]);
    for number in 0..40 {
        let id = format!("HOLE-{number}");
        let dead = Partner { client_id: id.clone(), partner_id: id.clone(), ..other(&hole) };
        gateway.add_partner(dead).await;
        for event in 0..3 {
            gateway.paid_of(&id, &format!("{id}-{event}")).await;
        }
    }
    gateway.add_partner(other(&fast)).await;
    let (_stop, stopped) = watch::channel(false);
    let running = tokio::spawn(sender::run(Arc::clone(&gateway.app), stopped));
    hole.wait_for(40).await;
    for number in 0..10 {
        gateway.paid_of(OTHER, &format!("FAST-{number}")).await;
    }
    gateway.app.outbox.notify_one();
    fast.wait_for(10).await;
    assert_eq!(hole.received().len(), 40, "one try each");
    running.abort();
}

#[tokio::test]
async fn who_fails_again_and_again_is_left_alone_without_burning_tries() {
    let receiver = Receiver::new().await;
    let gateway = Gateway::with(true, "http://127.0.0.1:8080", partner(Some(&receiver.notify_url()))).await;
    let sender = gateway.sender();
    for number in 0..20 {
        gateway.paid(&format!("T{number}")).await;
    }
    let tries = async || {
        let mut tries = 0;
        for number in 0..20 {
            let row = gateway.notification(&format!("T{number}")).await;
            assert!(row.state.as_str() != "dead");
            tries += row.attempts;
        }
        tries
    };
    receiver.answers(vec![Answer::Of(503, String::new()); 6]);
    assert_eq!(send_due(&sender).await, 5);
    assert_eq!((receiver.received().len(), tries().await), (5, 5), "the others wait, and have lost no try");
    assert_eq!(send_due(&sender).await, 0);
    gateway.later();
    assert_eq!(send_due(&sender).await, 1, "after a while it is asked once");
    assert_eq!((receiver.received().len(), tries().await), (6, 6));
    gateway.later();
    assert_eq!(sender.lease(64).await.unwrap().len(), 1);
    gateway.end_leases().await;
    assert_eq!(send_due(&sender).await, 20, "and when it answers, all are sent");
    assert_eq!(sender.lease(64).await.unwrap().len(), 0);
    for number in 0..20 {
        assert_eq!(gateway.notification(&format!("T{number}")).await.state.as_str(), "delivered");
    }
}

#[tokio::test]
async fn a_partner_has_four_tries_under_way_and_never_more() {
    let receiver = Receiver::new().await;
    let gateway = Gateway::with(true, "http://127.0.0.1:8080", partner(Some(&receiver.notify_url()))).await;
    gateway.add_partner(other(&receiver)).await;
    let sender = gateway.sender();
    for client in [CLIENT, OTHER] {
        gateway.paid_of(client, &format!("first of {client}")).await;
    }
    assert_eq!(send_due(&sender).await, 2);
    for number in 0..10 {
        gateway.paid(&format!("T{number}")).await;
    }
    let first = sender.lease(3).await.unwrap();
    let second = sender.lease(64).await.unwrap();
    assert_eq!((first.len(), second.len()), (3, 1));
    gateway.paid_of(OTHER, "U").await;
    let others = sender.lease(64).await.unwrap();
    assert_eq!(others.iter().map(|leased| leased.row.client_id.as_str()).collect::<Vec<_>>(), [OTHER]);
    for leased in first.into_iter().chain(second) {
        assert!(sender.send(leased).await.unwrap());
    }
    assert_eq!(sender.lease(64).await.unwrap().len(), 4);
}

#[tokio::test]
async fn what_cannot_be_sent_at_all_closes_no_lane() {
    let gateway = Gateway::with(false, "http://127.0.0.1:8080", partner(None)).await;
    for number in 0..20 {
        gateway.paid(&format!("T{number}")).await;
    }
    assert_eq!(send_due(&gateway.sender()).await, 20);
    assert_eq!(gateway.notification("T19").await.state.as_str(), "dead");
}
