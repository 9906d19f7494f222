//! Receivers that misbehave, and receivers that must not be called.

use std::net::SocketAddr;
use std::sync::Arc;

use qris_gateway::db::DbError;
use qris_gateway::model::{Delivery, outbox};
use qris_gateway::notify::target::{Lookup, system_lookup};

use crate::receiver::{Answer, Receiver};
use crate::support::{Gateway, partner, send_due};

fn of(status: u16, body: &str) -> Answer {
    Answer::Of(status, body.to_owned())
}

#[tokio::test]
async fn what_is_no_success_is_tried_again_later_with_the_same_bytes() {
    let elsewhere = Receiver::new().await;
    let cases = [
        of(500, r#"{"responseCode":"5005200"}"#),
        of(500, r#"{"responseCode":"2005200"}"#),
        of(200, r#"{"responseCode":"5005200"}"#),
        of(200, "not JSON"),
        of(200, ""),
        of(200, r#"{"responseCode":"2005200""#),
        of(202, r#"{"responseCode":"2025200"}"#),
        of(401, r#"{"responseCode":"4015200"}"#),
        Answer::Redirect(elsewhere.notify_url()),
        Answer::TooLarge(true),
        Answer::TooLarge(false),
        Answer::Hang,
    ];
    for answer in cases {
        let receiver = Receiver::new().await;
        let url = receiver.notify_url();
        let gateway = Gateway::with(true, "http://127.0.0.1:8080", partner(Some(&url))).await;
        let sender = gateway.sender();
        gateway.paid("A").await;
        receiver.answers([answer.clone()]);
        let before = gateway.app.clock.now_ms();
        assert_eq!(send_due(&sender).await, 1);
        let row = gateway.notification("A").await;
        assert_eq!((row.state.as_str(), row.attempts), ("pending", 1), "{answer:?}");
        assert_eq!(row.url.as_deref(), Some(url.as_str()));
        let wait = row.due_ms - before;
        assert!((5_000..=12_000).contains(&wait), "{answer:?} waits {wait} ms");
        match &answer {
            Answer::Of(status, _) => assert_eq!(row.answer_status, Some(i64::from(*status))),
            Answer::Redirect(_) => assert_eq!(row.answer_status, Some(307)),
            Answer::Hang => assert_eq!(row.answer.as_deref(), Some("no answer in time")),
            Answer::TooLarge(_) => assert!(row.answer.unwrap().contains("65536")),
        }
        gateway.later();
        assert_eq!(send_due(&sender).await, 1);
        let row = gateway.notification("A").await;
        assert_eq!((row.state.as_str(), row.attempts), ("delivered", 2), "{answer:?}");
        let received = receiver.received();
        assert_eq!(received.len(), 2);
        assert_eq!(received[0].body, received[1].body);
        for fresh in ["X-EXTERNAL-ID", "X-SIGNATURE", "X-TIMESTAMP"] {
            assert_ne!(received[0].header(fresh), received[1].header(fresh), "{fresh}");
        }
    }
    assert!(elsewhere.received().is_empty(), "redirects are not followed");
}

#[tokio::test]
async fn nobody_there_is_tried_again() {
    let url = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("http://{}/", listener.local_addr().unwrap())
    };
    let gateway = Gateway::with(true, "http://127.0.0.1:8080", partner(Some(&url))).await;
    gateway.paid("A").await;
    assert_eq!(send_due(&gateway.sender()).await, 1);
    let row = gateway.notification("A").await;
    assert_eq!((row.state.as_str(), row.answer_status), ("pending", None));
}

#[tokio::test]
async fn who_had_it_before_says_conflict_and_that_is_delivered() {
    for answer in [of(409, r#"{"responseCode":"4095200"}"#), of(200, r#"{"responseCode":4095201}"#)] {
        let receiver = Receiver::new().await;
        let gateway =
            Gateway::with(true, "http://127.0.0.1:8080", partner(Some(&receiver.notify_url()))).await;
        gateway.paid("A").await;
        receiver.answers([answer]);
        assert_eq!(send_due(&gateway.sender()).await, 1);
        assert_eq!(gateway.notification("A").await.state.as_str(), "delivered");
    }
}

#[tokio::test]
async fn after_the_last_try_it_is_a_dead_letter_until_somebody_retries_it() {
    let receiver = Receiver::new().await;
    let gateway = Gateway::with(true, "http://127.0.0.1:8080", partner(Some(&receiver.notify_url()))).await;
    let sender = gateway.sender();
    gateway.paid("A").await;
    gateway.refunded("A", "R1").await;
    receiver.answers(vec![of(500, "no"); 3]);
    for state in ["pending", "pending", "dead"] {
        assert_eq!(gateway.notification("A").await.state.as_str(), "pending");
        sender.send(sender.lease(1).await.unwrap().remove(0)).await.unwrap();
        assert_eq!(gateway.notification("A").await.state.as_str(), state);
        gateway.later();
    }
    let dead = gateway.notification("A").await;
    assert_eq!((dead.attempts, dead.answer_status, dead.answer.as_deref()), (3, Some(500), Some("no")));
    let listed: Result<_, DbError> =
        gateway.app.store.read(|tx| outbox::in_state(tx, Delivery::Dead, 10)).await;
    assert_eq!(listed.unwrap().len(), 1);
    assert_eq!(send_due(&sender).await, 1, "the next event does not wait for ever");
    let now_ms = gateway.app.clock.now_ms();
    let retried: Result<bool, DbError> =
        gateway.app.store.write(move |tx| outbox::retry(tx, &dead.id, now_ms)).await;
    assert!(retried.unwrap());
    assert_eq!(send_due(&sender).await, 1);
    let row = gateway.notification("A").await;
    assert_eq!((row.state.as_str(), row.attempts), ("delivered", 1));
}

#[tokio::test]
async fn without_a_url_outside_the_sandbox_it_is_a_dead_letter_that_says_so() {
    let gateway = Gateway::with(false, "http://127.0.0.1:8080", partner(None)).await;
    gateway.paid("A").await;
    assert_eq!(send_due(&gateway.sender()).await, 1);
    let row = gateway.notification("A").await;
    assert_eq!(row.state.as_str(), "dead");
    assert!(row.answer.unwrap().contains("notify_url"));
}

/// A look-up that answers every name with one address, whatever the port of the receiver is.
fn all_names_are(address: &str) -> Lookup {
    let address = SocketAddr::new(address.parse().unwrap(), 0);
    Arc::new(move |_| Box::pin(async move { Ok(vec![address]) }))
}

#[tokio::test]
async fn addresses_inside_are_refused_however_they_are_named() {
    let receiver = Receiver::new().await;
    let port = receiver.base.rsplit_once(':').unwrap().1;
    let url = |host: &str, scheme: &str| format!("{scheme}://{host}:{port}/notify");
    let cases = [
        (false, url("127.0.0.1", "http"), system_lookup(), "https is wanted"),
        (false, url("127.0.0.1", "https"), system_lookup(), "127.0.0.1 is not called"),
        (false, url("localhost", "https"), system_lookup(), "is not called"),
        (false, url("merchant.example", "https"), all_names_are("127.0.0.1"), "127.0.0.1 is not called"),
        (false, url("merchant.example", "https"), all_names_are("::ffff:10.0.0.1"), "10.0.0.1 is not called"),
        (true, url("merchant.example", "http"), all_names_are("169.254.169.254"), "169.254.169.254 is not"),
        (true, url("merchant.example", "http"), all_names_are("::ffff:127.0.0.1"), "is not called"),
        (true, url("10.1.2.3", "http"), system_lookup(), "10.1.2.3 is not called"),
        (true, url("[fe80::1]", "http"), system_lookup(), "fe80::1 is not called"),
        (true, url("user@127.0.0.1", "http"), system_lookup(), "must not hold a user"),
        (true, "file:///etc/hostname".to_owned(), system_lookup(), "https is wanted"),
    ];
    for (sandbox, url, lookup, why) in cases {
        let gateway = Gateway::with(sandbox, "http://127.0.0.1:8080", partner(Some(&url))).await;
        gateway.paid("A").await;
        assert_eq!(send_due(&gateway.sender_with(lookup)).await, 1);
        let row = gateway.notification("A").await;
        assert_eq!((row.state.as_str(), row.answer_status), ("pending", None), "{url}");
        let answer = row.answer.unwrap();
        assert!(answer.contains(why), "{url}: {answer}");
    }
    assert!(receiver.received().is_empty());
    // The same receiver under a name that the sandbox may call: the guard, not the wiring, refused it above.
    let gateway =
        Gateway::with(true, "http://127.0.0.1:8080", partner(Some(&url("merchant.example", "http")))).await;
    gateway.paid("A").await;
    assert_eq!(send_due(&gateway.sender_with(all_names_are("127.0.0.1"))).await, 1);
    assert_eq!(gateway.notification("A").await.state.as_str(), "delivered");
}
