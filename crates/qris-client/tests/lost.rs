//! Answers that do not come, or say nothing: what was done is found, and nothing is done twice.

mod support;

use std::time::Duration;

use qris_client::{Error, Told};
use qris_snap::message::{CancelRequest, GenerateRequest, QueryRequest, RefundRequest};
use qris_snap::{Money, Service};
use serde_json::{Value, json};
use support::{Acquirer, Act, Seen, answer, client, client_with, refuse, status, success, token};

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn generate() -> GenerateRequest {
    GenerateRequest {
        partner_reference_no: text("INV-1"),
        amount: Money::idr(1_000_000),
        merchant_id: text("M1"),
        ..GenerateRequest::default()
    }
}

fn cancel() -> CancelRequest {
    CancelRequest {
        original_partner_reference_no: text("INV-1"),
        merchant_id: text("M1"),
        reason: text("mistake"),
        ..CancelRequest::default()
    }
}

fn refund() -> RefundRequest {
    RefundRequest {
        original_partner_reference_no: text("INV-1"),
        partner_refund_no: text("RF-1"),
        refund_amount: Money::idr(400_000),
        ..RefundRequest::default()
    }
}

fn history(number: &str, amount: &str, status: Option<&str>) -> Value {
    let mut entry = json!({
        "refundNo": "RF-9", "partnerRefundNo": number, "refundAmount": {"value": amount, "currency": "IDR"},
    });
    if let Some(status) = status {
        entry["refundStatus"] = json!(status);
    }
    json!({ "refundHistory": [{"partnerRefundNo": "RF-0"}, entry] })
}

/// Tokens always come; the rest is a test's.
async fn acquirer(script: impl Fn(&Seen) -> Act + Send + Sync + 'static) -> Acquirer {
    let with_tokens = move |seen: &Seen| match seen.service {
        Some(Service::TokenB2b) => token(seen),
        _ => script(seen),
    };
    Acquirer::start(with_tokens).await
}

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
        let ended = match client(&acquirer).cancel(&cancel()).await {
            Ok(Told::Found(_)) => "found",
            Ok(Told::Answered(_)) => "answered",
            Err(Error::Refused(_)) => "refused",
            Err(Error::Unknown(_)) => "unknown",
            other => panic!("{other:?}"),
        };
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
        (history("RF-1", "5000.00", Some("00")), 1, "failed"),
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
        let ended = match client(&acquirer).refund(&refund()).await {
            Ok(Told::Found(_)) => "found",
            Ok(Told::Answered(_)) => "answered",
            Ok(Told::InProgress(_)) => "in progress",
            Err(Error::Failed(_)) => "failed",
            Err(Error::Unknown(_)) => "unknown",
            other => panic!("{other:?}"),
        };
        assert_eq!((ended, acquirer.counts()[4]), (word, sent), "{shown}");
        assert!(acquirer.of(Service::Refund).iter().all(|seen| seen.text("partnerRefundNo") == "RF-1"));
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
        let ended = match client(&acquirer).refund(&refund()).await {
            Ok(Told::Found(_)) => "found",
            Ok(Told::Answered(_)) => "answered",
            Err(Error::Refused(_)) => "refused",
            Err(Error::Unknown(_)) => "unknown",
            other => panic!("{other:?}"),
        };
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

#[tokio::test]
async fn what_never_left_is_certain_and_what_is_wrong_is_not_sent() {
    // A port that nobody listens on.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let caller = support::builder(&qris_snap::dialect::STANDARD).build().unwrap();
    let client = qris_client::Client::new(caller, support::options(&url)).unwrap();
    let error = client.generate(&generate()).await.unwrap_err();
    assert!(matches!(&error, Error::NoToken(inner) if matches!(**inner, Error::NotSent(_))), "{error}");
    assert!(error.is_certain());

    let acquirer = acquirer(|_| Act::Lose).await;
    let request = CancelRequest { reason: None, ..cancel() };
    let error = self::client(&acquirer).cancel(&request).await.unwrap_err();
    assert!(matches!(error, Error::Request(_)) && error.is_certain(), "{error}");
    assert_eq!(acquirer.counts(), [0; 5]);
}

#[tokio::test]
async fn the_whole_call_has_a_deadline() {
    let acquirer = acquirer(|_| Act::Hang).await;
    let client = client_with(&acquirer, |options| {
        options.request_timeout = Duration::from_millis(100);
        options.deadline = Duration::from_millis(250);
        options.attempts = 1000;
    });
    let error = client.refund(&refund()).await.unwrap_err();
    assert!(matches!(error, Error::Unknown(_)), "{error}");
    let [.., queries, _, refunds] = acquirer.counts();
    assert!(refunds == 1 && queries < 4, "{queries}");

    // Times that no clock has are long ones.
    let acquirer = self::acquirer(success).await;
    let client = client_with(&acquirer, |options| {
        options.request_timeout = Duration::MAX;
        options.deadline = Duration::MAX;
        options.first_pause = Duration::MAX;
    });
    client.refund(&refund()).await.unwrap();

    // A token that does not come: nothing was sent.
    let acquirer = Acquirer::start(|_| Act::Hang).await;
    let client = client_with(&acquirer, |options| options.deadline = Duration::from_millis(100));
    let error = client.refund(&refund()).await.unwrap_err();
    assert!(error.is_certain(), "{error}");
}

#[tokio::test]
async fn no_secret_shows_in_what_is_logged() {
    let acquirer = acquirer(|seen| {
        let message = format!("what is {}?", seen.header("Authorization"));
        Act::Say(400, json!({"responseCode": "4004702", "responseMessage": message}))
    })
    .await;
    let client = client(&acquirer);
    let error = client.generate(&generate()).await.unwrap_err();
    let shown = format!("{client:?} {error:?} {error}");
    assert!(shown.contains("what is Bearer ***?"), "{shown}");
    for secret in ["token-0", support::SECRET] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[tokio::test]
async fn a_token_longer_than_what_is_shown_is_taken_out_whole() {
    let long = "t".repeat(400);
    let (issued, repeated) = (long.clone(), long.clone());
    let acquirer = Acquirer::start(move |seen| match seen.service {
        Some(Service::Query) => Act::Say(502, json!({"responseCode": repeated})),
        Some(Service::TokenB2b) => {
            Act::Say(200, json!({"responseCode": "2007300", "accessToken": issued, "tokenType": "Bearer", "expiresIn": "900"}))
        }
        _ => Act::Say(400, json!({"responseCode": "4004702", "responseMessage": format!("Invalid Token {repeated}")})),
    })
    .await;
    let client = client(&acquirer);
    let refused = client.generate(&generate()).await.unwrap_err();
    let question = QueryRequest {
        original_reference_no: text("R1"),
        service_code: text("47"),
        ..QueryRequest::default()
    };
    let unknown = client.query(&question).await.unwrap_err();
    let shown = format!("{refused:?} {refused} {unknown:?} {unknown}");
    assert!(shown.contains("Invalid Token ***"), "{shown}");
    assert!(!shown.contains(&long[..8]), "{shown}");
}
