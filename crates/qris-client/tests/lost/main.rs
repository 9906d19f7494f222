//! Answers that do not come, or say nothing: what was done is found, and nothing is done twice.

mod given;
mod limits;
mod refunds;
use std::time::Duration;

use qris_client::{Error, Told};
use qris_snap::Service;
use qris_snap::message::{GenerateRequest, QueryRequest};
use serde_json::json;

use crate::support::{Act, answer, client, client_with, refuse, status, success};
use given::{acquirer, cancel, generate, history, refund, text};

/// Everything an answer can be without saying what became of the request.
fn says_nothing() -> Vec<Act> {
    let raw = |text: &str| Act::Raw(text.as_bytes().to_vec());
    let huge = [b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_vec(), vec![b' '; 300 * 1024]].concat();
    vec![
        Act::Lose,
        Act::Hang,
        Act::Say(500, json!({"responseCode": "5004700"})),
        Act::Say(504, json!({"responseCode": "5044700"})),
        Act::Say(200, json!({"responseCode": "5044700"})),
        Act::Say(500, json!({"responseCode": "2004700", "qrContent": "000201"})),
        Act::Say(400, json!({"responseCode": "2004700", "qrContent": "000201"})),
        Act::Say(200, json!({"qrContent": "000201"})),
        Act::Say(200, json!([])),
        Act::Raw(answer(200, "<html>Welcome</html>")),
        Act::Raw(answer(502, "<html>Bad Gateway</html>")),
        Act::Raw(answer(403, "<html>Blocked</html>")),
        Act::Raw(answer(200, "")),
        raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"responseCode\":\"2004700\""),
        raw("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{"),
        raw(
            "HTTP/1.1 307 Moved\r\nLocation: /v1.0/qr/qr-mpm-cancel\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        ),
        raw("SSH-2.0-OpenSSH_9.2\r\n"),
        Act::Raw(huge),
        Act::Say(
            200,
            json!({"responseCode": "2004700", "partnerReferenceNo": "INV-2", "qrContent": "000201"}),
        ),
    ]
}

#[tokio::test]
async fn what_the_acquirer_knows_is_found_and_not_sent_again() {
    for act in says_nothing() {
        let acquirer = acquirer(move |seen| match seen.service {
            Some(Service::Generate) => act.clone(),
            _ => status(seen, "01", json!({"qrContent": "000201-found"})),
        })
        .await;
        let client = client_with(&acquirer, |options| options.request_timeout = Duration::from_millis(300));
        let told = client.generate(&generate()).await.unwrap();
        assert!(matches!(told, Told::Found(_)));
        assert_eq!((told.qr_content(), told.reference_no()), (Some("000201-found"), Some("R1")));
        assert_eq!(acquirer.counts(), [1, 1, 1, 0, 0]);
        assert_eq!(acquirer.of(Service::Query)[0].text("originalPartnerReferenceNo"), "INV-1");
    }
}

#[tokio::test]
async fn what_the_acquirer_does_not_know_is_sent_again_under_the_same_numbers() {
    for unknown in [
        refuse("4045101"),
        Act::Say(200, json!({"responseCode": "2005100", "latestTransactionStatus": "07"})),
    ] {
        let acquirer = acquirer(move |seen| match (seen.service, seen.nth) {
            (Some(Service::Generate), 0) => Act::Lose,
            (Some(Service::Generate), _) => success(seen),
            _ => unknown.clone(),
        })
        .await;
        let told = client(&acquirer).generate(&generate()).await.unwrap();
        assert_eq!((told.qr_content(), told.reference_no()), (Some("000201"), Some("R1")));
        assert!(told.answer().is_some());
        assert_eq!(acquirer.counts(), [1, 2, 1, 0, 0]);
        let sent = acquirer.of(Service::Generate);
        assert_eq!(sent[0].body, sent[1].body);
        assert_eq!(sent[0].header("X-EXTERNAL-ID"), sent[1].header("X-EXTERNAL-ID"));
    }
}

#[tokio::test]
async fn nothing_is_sent_again_before_the_acquirer_has_said_that_it_does_not_know() {
    // Queries are lost or refused as well, then one is answered.
    let acquirer = acquirer(|seen| match (seen.service, seen.nth) {
        (Some(Service::Generate), 0) => Act::Lose,
        (Some(Service::Generate), _) => success(seen),
        (_, 0) => Act::Lose,
        (_, 1) => refuse("4035101"),
        _ => refuse("4045101"),
    })
    .await;
    client(&acquirer).generate(&generate()).await.unwrap();
    assert_eq!(acquirer.counts(), [1, 2, 3, 0, 0]);
}

#[tokio::test]
async fn what_stays_unknown_is_said_to_be_and_asked_about_to_the_end() {
    let acquirer = acquirer(|_| Act::Lose).await;
    let error = client(&acquirer).generate(&generate()).await.unwrap_err();
    assert!(matches!(error, Error::Unknown(_)) && !error.is_certain(), "{error}");
    assert_eq!(acquirer.counts(), [1, 1, 3, 0, 0]);

    // The last thing done is never a sending without a question behind it.
    let acquirer = self::acquirer(|seen| match (seen.service, seen.nth) {
        (Some(Service::Generate), _) => Act::Lose,
        (_, 0..3) => refuse("4045101"),
        _ => status(seen, "01", json!({})),
    })
    .await;
    let told = client(&acquirer).generate(&generate()).await.unwrap();
    assert!(matches!(told, Told::Found(_)));
    assert_eq!(acquirer.counts(), [1, 4, 4, 0, 0]);

    // One attempt only.
    let acquirer = self::acquirer(|seen| match seen.service {
        Some(Service::Generate) => Act::Lose,
        _ => status(seen, "01", json!({})),
    })
    .await;
    let told = client_with(&acquirer, |options| options.attempts = 1).generate(&generate()).await.unwrap();
    assert!(matches!(told, Told::Found(_)));
}

#[tokio::test]
async fn what_has_no_number_is_not_asked_about_and_not_repeated() {
    let acquirer = acquirer(|_| Act::Lose).await;
    let request = GenerateRequest { partner_reference_no: None, ..generate() };
    let error = client(&acquirer).generate(&request).await.unwrap_err();
    assert!(
        matches!(&error, Error::Unknown(unknown) if unknown.log().contains("no number to ask by")),
        "{error}"
    );
    assert_eq!(acquirer.counts(), [1, 1, 0, 0, 0]);
    let error = client(&acquirer).resume_generate(&request).await.unwrap_err();
    assert!(matches!(error, Error::Unknown(_)), "{error}");
    assert_eq!(acquirer.counts(), [1, 1, 0, 0, 0], "what may have been done is not done again unasked");
}

#[tokio::test]
async fn a_refusal_of_the_first_sending_ends_it() {
    for code in ["4004702", "4044708", "4094700", "4094701", "4294700"] {
        let acquirer = acquirer(move |_| refuse(code)).await;
        let error = client(&acquirer).generate(&generate()).await.unwrap_err();
        assert_eq!(error.refused().map(|refused| refused.code().as_str()), Some(code));
        assert_eq!(acquirer.counts(), [1, 1, 0, 0, 0], "{code}");
    }
}

#[tokio::test]
async fn in_progress_is_neither_success_nor_loss() {
    let acquirer =
        acquirer(|_| Act::Say(202, json!({"responseCode": "2024700", "responseMessage": "wait"}))).await;
    let told = client(&acquirer).generate(&generate()).await.unwrap();
    assert!(matches!(&told, Told::InProgress(notice) if notice.message == "wait"));
    assert_eq!((told.qr_content(), told.reference_no()), (None, None));
    assert_eq!(acquirer.counts(), [1, 1, 0, 0, 0]);
}

#[tokio::test]
async fn a_repetition_refused_as_known_is_looked_for_again() {
    // The first one arrives while the acquirer is asked: 409 to the second, then it is there.
    for code in ["4094701", "4094700"] {
        let acquirer = acquirer(move |seen| match (seen.service, seen.nth) {
            (Some(Service::Generate), 0) => Act::Lose,
            (Some(Service::Generate), _) => refuse(code),
            (_, 0) => refuse("4045101"),
            _ => status(seen, "01", json!({"qrContent": "000201"})),
        })
        .await;
        let told = client(&acquirer).generate(&generate()).await.unwrap();
        assert!(matches!(told, Told::Found(_)), "{code}");
        assert_eq!(acquirer.counts(), [1, 2, 2, 0, 0]);
    }
    // An id that was noted for a request that was not carried out: the next has another.
    let acquirer = acquirer(|seen| match (seen.service, seen.nth) {
        (Some(Service::Generate), 0) => Act::Lose,
        (Some(Service::Generate), 1) => refuse("4094700"),
        (Some(Service::Generate), _) => success(seen),
        _ => refuse("4045101"),
    })
    .await;
    assert!(client(&acquirer).generate(&generate()).await.unwrap().answer().is_some());
    let sent = acquirer.of(Service::Generate);
    assert_eq!(sent[0].header("X-EXTERNAL-ID"), sent[1].header("X-EXTERNAL-ID"));
    assert_ne!(sent[1].header("X-EXTERNAL-ID"), sent[2].header("X-EXTERNAL-ID"));
    // A number that is taken and cannot be found: nobody knows.
    let acquirer = self::acquirer(|seen| match (seen.service, seen.nth) {
        (Some(Service::Generate), 0) => Act::Lose,
        (Some(Service::Generate), _) => refuse("4094701"),
        _ => refuse("4045101"),
    })
    .await;
    let error = client(&acquirer).generate(&generate()).await.unwrap_err();
    assert!(matches!(error, Error::Unknown(_)), "{error}");
}

#[tokio::test]
async fn a_repetition_refused_for_good_is_refused_and_one_that_was_not_judged_is_not() {
    for (code, refused) in [("4044708", true), ("4294700", false), ("4014701", false)] {
        let acquirer = acquirer(move |seen| match (seen.service, seen.nth) {
            (Some(Service::Generate), 0) => Act::Lose,
            (Some(Service::Generate), _) => refuse(code),
            _ => refuse("4045101"),
        })
        .await;
        let error = client(&acquirer).generate(&generate()).await.unwrap_err();
        assert_eq!(matches!(error, Error::Refused(_)), refused, "{code}: {error}");
        assert_eq!(error.is_certain(), refused);
    }
}

#[tokio::test]
async fn a_number_that_stands_for_something_else_is_not_taken_for_ours() {
    let acquirer = acquirer(|seen| match seen.service {
        Some(Service::Generate) => Act::Lose,
        _ => Act::Say(
            200,
            json!({
                "responseCode": "2005100", "latestTransactionStatus": "01",
                "amount": {"value": "9.00", "currency": "IDR"}, "originalPartnerReferenceNo": seen.text("originalPartnerReferenceNo"),
            }),
        ),
    })
    .await;
    let error = client(&acquirer).generate(&generate()).await.unwrap_err();
    assert!(matches!(error, Error::Failed(_)), "{error}");

    // An answer to another question is none.
    let acquirer = self::acquirer(|seen| match seen.service {
        Some(Service::Generate) => Act::Lose,
        _ => Act::Say(200, json!({"responseCode": "2005100", "latestTransactionStatus": "01", "originalPartnerReferenceNo": "INV-7"})),
    })
    .await;
    let error = client(&acquirer).generate(&generate()).await.unwrap_err();
    assert!(matches!(error, Error::Unknown(_)), "{error}");
    assert_eq!(acquirer.counts()[1], 1);
}

#[tokio::test]
async fn a_resumed_request_is_asked_about_before_it_is_sent() {
    let acquirer = acquirer(|seen| status(seen, "00", history("RF-1", "4000.00", Some("00")))).await;
    let client = client(&acquirer);
    assert!(matches!(client.resume_generate(&generate()).await.unwrap(), Told::Found(_)));
    assert!(matches!(client.resume_refund(&refund()).await.unwrap(), Told::Found(_)));
    assert_eq!(acquirer.counts(), [1, 0, 2, 0, 0]);

    let acquirer = self::acquirer(|seen| match seen.service {
        Some(Service::Query) => status(seen, "01", json!({})),
        _ => success(seen),
    })
    .await;
    assert!(self::client(&acquirer).resume_cancel(&cancel()).await.unwrap().answer().is_some());
    assert_eq!(acquirer.counts(), [1, 0, 1, 1, 0]);
}

#[tokio::test]
async fn a_query_changes_nothing_and_is_asked_again() {
    let acquirer = acquirer(|seen| match seen.nth {
        0 => Act::Lose,
        1 => Act::Say(202, json!({"responseCode": "2025100"})),
        2 => refuse("5045100"),
        _ => status(seen, "00", json!({})),
    })
    .await;
    let question = QueryRequest {
        original_reference_no: text("R1"),
        service_code: text("47"),
        ..QueryRequest::default()
    };
    let answer = client(&acquirer).query(&question).await.unwrap();
    assert_eq!(answer.latest_transaction_status.as_deref(), Some("00"));
    assert_eq!(acquirer.counts(), [1, 0, 4, 0, 0]);
    let mut ids: Vec<_> =
        acquirer.of(Service::Query).iter().map(|seen| seen.header("X-EXTERNAL-ID").to_owned()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 4);
}
