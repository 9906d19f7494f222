//! Cancellations and refunds whose answers are lost.

use qris_client::{Error, Told};
use qris_snap::Service;
use qris_snap::message::RefundRequest;
use serde_json::json;

use super::given::{acquirer, cancel, history, refund};
use crate::support::{self, Acquirer, Act, Seen, client, refuse, status, success};

/// How a call ended, in a word.
fn ended<A>(told: Result<Told<A>, Error>) -> &'static str {
    match told {
        Ok(Told::Found(_)) => "found",
        Ok(Told::Answered(_)) => "answered",
        Ok(Told::InProgress(_)) => "in progress",
        Err(Error::Refused(_)) => "refused",
        Err(Error::Failed(_)) => "failed",
        Err(Error::Unknown(_)) => "unknown",
        Ok(_) => "another way",
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn a_lost_cancellation_is_read_from_the_status() {
    // Status of the query; whether it is sent again; how it ends.
    for (code, sent, word) in [
        ("05", 1, "found"),
        ("01", 2, "answered"),
        ("00", 2, "refused"),
        ("04", 1, "unknown"),
        ("??", 1, "unknown"),
    ] {
        let acquirer = acquirer(move |seen| match (seen.service, seen.nth, code) {
            (Some(Service::Query), ..) => status(seen, code, json!({})),
            (_, 0, _) => Act::Lose,
            (_, _, "00") => refuse("4047700"),
            _ => success(seen),
        })
        .await;
        let ended = ended(client(&acquirer).cancel(&cancel()).await);
        assert_eq!((ended, acquirer.counts()[3]), (word, sent), "{code}");
    }
}

#[tokio::test]
async fn a_lost_refund_is_looked_for_in_the_history() {
    let empty = json!({ "refundHistory": [] });
    let midtrans = json!({ "refundHistory": [{"partnerReferenceNo": "RF-1", "refundStatus": "00"}] });
    // What the query says; whether it is sent again; how it ends.
    for (info, sent, word) in [
        (history("RF-1", "4000.00", Some("00")), 1, "found"),
        (history("RF-1", "4000.00", None), 1, "found"),
        (midtrans, 1, "found"),
        (history("RF-1", "4000.00", Some("03")), 1, "in progress"),
        (history("RF-1", "4000.00", Some("06")), 1, "failed"),
        (history("RF-1", "5000.00", Some("00")), 1, "unknown"),
        (history("RF-1", "4000.00", Some("77")), 1, "unknown"),
        (history("RF-2", "4000.00", Some("00")), 2, "answered"),
        (empty, 2, "answered"),
    ] {
        let shown = info.to_string();
        let acquirer = acquirer(move |seen| match (seen.service, seen.nth) {
            (Some(Service::Query), _) => status(seen, "04", info.clone()),
            (_, 0) => Act::Lose,
            _ => success(seen),
        })
        .await;
        let ended = ended(client(&acquirer).refund(&refund()).await);
        assert_eq!((ended, acquirer.counts()[4]), (word, sent), "{shown}");
        assert!(acquirer.of(Service::Refund).iter().all(|seen| seen.text("partnerRefundNo") == "RF-1"));
    }
}

/// A request that is doubled on its way is answered as its copy is: the number was used.
#[tokio::test]
async fn a_refund_that_is_refused_as_a_duplicate_at_once_is_looked_for() {
    let none = json!({});
    let other = history("RF-2", "4000.00", Some("00"));
    // Code of the refusal; status and history of the query; how it ends.
    for (code, now, info, word) in [
        ("4097801", "04", history("RF-1", "4000.00", Some("00")), "found"),
        ("4097800", "04", history("RF-1", "4000.00", Some("00")), "found"),
        ("4097801", "04", history("RF-1", "5000.00", Some("00")), "unknown"),
        ("4097801", "04", history("RF-1", "4000.00", Some("06")), "failed"),
        // It may be under way, or the number another one's.
        ("4097801", "00", other.clone(), "unknown"),
        ("4097801", "04", none.clone(), "unknown"),
        ("4097801", "00", none, "unknown"),
        // Other refusals are believed.
        ("4047813", "04", other, "refused"),
    ] {
        let shown = info.to_string();
        let acquirer = acquirer(move |seen| match seen.service {
            Some(Service::Query) => status(seen, now, info.clone()),
            _ => refuse(code),
        })
        .await;
        let ended = ended(client(&acquirer).refund(&refund()).await);
        assert_eq!(ended, word, "{code} {now} {shown}");
    }
}

#[tokio::test]
async fn a_lost_refund_without_a_history_is_repeated_and_a_duplicate_was_done() {
    // Status; answer to the repetition; how it ends.
    for (code, again, word) in [
        ("04", "4097801", "found"),
        ("00", "4097801", "found"),
        ("04", "4047813", "unknown"),
        ("04", "4097800", "found"),
        ("00", "4097800", "unknown"),
        ("00", "4057801", "unknown"),
        ("04", "2007800", "answered"),
    ] {
        let acquirer = acquirer(move |seen| match (seen.service, seen.nth, again) {
            (Some(Service::Query), ..) => status(seen, code, json!({})),
            (_, 0, _) => Act::Lose,
            (_, _, "2007800") => success(seen),
            _ => refuse(again),
        })
        .await;
        let ended = ended(client(&acquirer).refund(&refund()).await);
        assert_eq!(ended, word, "{code} {again}");
        let sent = acquirer.of(Service::Refund);
        let same = |seen: &Seen| seen.header("X-EXTERNAL-ID") == sent[0].header("X-EXTERNAL-ID");
        assert!(sent.iter().all(same), "another id could be another refund");
    }
    // Without a number of its own it could be done twice: it is not repeated. The document of Finpay demands none.
    let acquirer = Acquirer::start(|_| Act::Lose).await;
    let caller = support::builder(&qris_snap::dialect::FINPAY);
    let policy = qris_snap::policy::Policy {
        token: qris_snap::policy::TokenRule::None,
        ..qris_snap::dialect::FINPAY.policy.clone()
    };
    let client =
        qris_client::Client::new(caller.policy(policy).build().unwrap(), support::options(&acquirer.url));
    let request = RefundRequest { partner_refund_no: None, ..refund() };
    assert!(matches!(client.unwrap().refund(&request).await, Err(Error::Unknown(_))));
}

#[tokio::test]
async fn what_may_be_done_is_repeated_under_the_id_it_was_sent_under_whatever_becomes_of_tokens() {
    // A token is refused before the loss: what was lost had the second id. After it: the first one.
    for (first, second, kept) in [("refused", "lost", 1), ("lost", "refused", 0)] {
        let acquirer = acquirer(move |seen| match (seen.service, seen.nth) {
            (Some(Service::Query), _) => status(seen, "00", json!({})),
            (_, 0 | 1) => match [first, second][seen.nth] {
                "lost" => Act::Lose,
                _ => refuse("4017801"),
            },
            _ => success(seen),
        })
        .await;
        assert!(client(&acquirer).refund(&refund()).await.unwrap().answer().is_some());
        let ids: Vec<String> =
            acquirer.of(Service::Refund).iter().map(|seen| seen.header("X-EXTERNAL-ID").to_owned()).collect();
        assert_eq!((ids.len(), &ids[2]), (3, &ids[kept]), "{first}, {second}: {ids:?}");
    }
}
