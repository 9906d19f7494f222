//! Answers of every dialect, and what they mean.

use proptest::prelude::*;
use qris_snap::client::{Reply, Retry, read_reply};
use qris_snap::dialect::{ALL, BRICK, Dialect, FINPAY, STANDARD};
use qris_snap::message::{CancelResponse, GenerateResponse, QueryResponse, RefundResponse, TokenResponse};
use qris_snap::sign::Token;

/// What an answer was read as, in a word.
fn word<M: qris_snap::message::Response>(dialect: &Dialect, http: u16, body: &str) -> String {
    match read_reply::<M>(dialect, http, body.as_bytes()) {
        Reply::Done(_) => "done".to_owned(),
        Reply::InProgress(_) => "in progress".to_owned(),
        Reply::Refused(refused) => format!("refused {:?}", refused.retry()),
        Reply::Unknown(_) => "unknown".to_owned(),
        _ => "another".to_owned(),
    }
}

#[test]
fn status_and_code_together_say_what_an_answer_means() {
    for (http, body, wanted) in [
        (200, r#"{"responseCode":"2004700","qrContent":"00"}"#, "done"),
        (201, r#"{"responseCode":"2004700","qrContent":"00"}"#, "done"),
        (200, r#"{"responseCode":2004700,"qrContent":"00"}"#, "done"),
        (200, r#"{"responseCode":"200470","qrContent":"00"}"#, "done"),
        (200, r#"{"responseCode":"200Q500","qrContent":"00"}"#, "done"),
        (200, r#"{"responseCode":"2004700"}"#, "done"),
        (202, r#"{"responseCode":"2024700"}"#, "in progress"),
        (200, r#"{"responseCode":"2024700"}"#, "in progress"),
        (202, r#"{"responseCode":"2004700","qrContent":"00"}"#, "in progress"),
        // Only 2xx is success, whatever the body says.
        (500, r#"{"responseCode":"2004700","qrContent":"00"}"#, "unknown"),
        (404, r#"{"responseCode":"2004700","qrContent":"00"}"#, "unknown"),
        (401, r#"{"responseCode":"2004700","qrContent":"00"}"#, "unknown"),
        (302, r#"{"responseCode":"2004700","qrContent":"00"}"#, "unknown"),
        (100, r#"{"responseCode":"2004700","qrContent":"00"}"#, "unknown"),
        (500, r#"{"responseCode":"2024700"}"#, "unknown"),
        // Refused.
        (400, r#"{"responseCode":"4004702"}"#, "refused Never"),
        (200, r#"{"responseCode":"4004702"}"#, "refused Never"),
        (404, r#"{"responseCode":4044701}"#, "refused Never"),
        (409, r#"{"responseCode":"4094700"}"#, "refused Never"),
        (429, r#"{"responseCode":"4294700"}"#, "refused Later"),
        (403, r#"{"responseCode":"4034706"}"#, "refused Later"),
        (403, r#"{"responseCode":"4034701"}"#, "refused Never"),
        (401, r#"{"responseCode":"4014700"}"#, "refused Never"),
        (401, r#"{"responseCode":"4014701"}"#, "refused NewToken"),
        (401, r#"{"responseCode":"4014703"}"#, "refused NewToken"),
        (200, r#"{"responseCode":"4014703"}"#, "refused NewToken"),
        (401, r#"{"responseCode":"4014702"}"#, "refused NewCustomerToken"),
        (401, r#"{"responseCode":"4014704"}"#, "refused NewCustomerToken"),
        (401, r#"{"responseCode":"401"}"#, "refused NewToken"),
        (401, r#"{"responseCode":"40147001"}"#, "refused NewToken"),
        (401, "", "refused NewToken"),
        (401, "<html>", "refused NewToken"),
        (401, r#"{"message":"Unauthorized"}"#, "refused NewToken"),
        // Nobody knows.
        (500, r#"{"responseCode":"5004700"}"#, "unknown"),
        (504, r#"{"responseCode":"5044700"}"#, "unknown"),
        (200, r#"{"responseCode":"5004701"}"#, "unknown"),
        (200, r#"{"responseCode":"5044700"}"#, "unknown"),
        (500, r#"{"responseCode":"4044701"}"#, "unknown"),
        (400, r#"{"responseCode":"5004700"}"#, "unknown"),
        (408, r#"{"responseCode":"4004700"}"#, "unknown"),
        (200, r#"{"responseCode":"4084700"}"#, "unknown"),
        (502, "<html>Bad Gateway</html>", "unknown"),
        (200, "", "unknown"),
        (200, "OK", "unknown"),
        (200, "[]", "unknown"),
        (200, "{}", "unknown"),
        (200, r#"{"qrContent":"00"}"#, "unknown"),
        (200, r#"{"responseCode":null,"qrContent":"00"}"#, "unknown"),
        (200, r#"{"responseCode":"00","qrContent":"00"}"#, "unknown"),
        (200, r#"{"responseCode":["2004700"],"qrContent":"00"}"#, "unknown"),
        (200, r#"{"responseCode":"2004700","responseCode":"5004700"}"#, "unknown"),
        (200, r#"{"responseCode":"2004700","qrContent":"00""#, "unknown"),
        (400, "<html>", "unknown"),
        (403, r#"{"error":"forbidden"}"#, "unknown"),
    ] {
        for dialect in ALL {
            assert_eq!(word::<GenerateResponse>(dialect, http, body), wanted, "{http} {body} in {dialect}");
        }
    }
}

fn done<M: qris_snap::message::Response>(dialect: &Dialect, body: &str) -> (M, Vec<String>) {
    match read_reply::<M>(dialect, 200, body.as_bytes()) {
        Reply::Done(done) => (done.answer, done.oddities),
        other => panic!("{other:?}"),
    }
}

#[test]
fn finpays_answers_are_read_with_the_code_of_generate_and_statuses_in_words() {
    for (word, code) in
        [("PAID", "00"), ("paid", "00"), ("PENDING", "03"), ("REFUNDED", "04"), ("CANCELLED", "05")]
    {
        let body = format!(
            r#"{{"responseCode":"2004700","responseMessage":"Request has been processed successfully",
            "referenceNo":"R1","partnerReferenceNo":"INV-1","transactionStatus":"{word}",
            "transactionDate":"2024-04-17T12:03:38+07:00"}}"#
        );
        let (answer, oddities) = done::<QueryResponse>(&FINPAY, &body);
        assert_eq!(answer.latest_transaction_status.as_deref(), Some(code));
        assert_eq!(answer.original_partner_reference_no.as_deref(), Some("INV-1"));
        assert_eq!(answer.paid_time.map(|time| time.unix()), Some(1_713_330_218));
        assert_eq!(oddities, [""; 0]);
    }
    let body = r#"{"responseCode":"2004700","responseMessage":"ok","referenceNo":"RF-9",
        "partnerReferenceNo":"RF-1","originalReferenceNo":"R1","transactionDate":"2024-04-17T12:03:38+07:00"}"#;
    let (refund, _) = done::<RefundResponse>(&FINPAY, body);
    assert_eq!(
        (refund.refund_no.as_deref(), refund.partner_refund_no.as_deref()),
        (Some("RF-9"), Some("RF-1"))
    );
    let (token, _) = done::<TokenResponse>(
        &FINPAY,
        r#"{"responseCode":"2007300","responseMessage":"ok","accessToken":"t","tokenType":"Bearer","expiresIn":900}"#,
    );
    assert_eq!(token.expires_in.as_deref(), Some("900"));
}

#[test]
fn bricks_integers_are_read() {
    let (answer, oddities) = done::<QueryResponse>(
        &BRICK,
        r#"{"responseCode":2005100,"responseMessage":"ok","serviceCode":47,"latestTransactionStatus":0}"#,
    );
    assert_eq!(answer.latest_transaction_status.as_deref(), Some("00"));
    assert_eq!((answer.response_code.as_str(), oddities.len()), ("2005100", 0));
}

#[test]
fn a_success_is_one_whatever_it_lacks_or_has_too_much_of() {
    let (refund, oddities) = done::<RefundResponse>(&STANDARD, r#"{"responseCode":"2007800"}"#);
    assert_eq!((refund.refund_no, refund.refund_time), (None, None));
    assert_eq!(oddities.len(), 1, "{oddities:?}");

    let long = "x".repeat(80);
    let body = format!(
        r#"{{"responseCode":"2004700","responseMessage":"{long}{long}","referenceNo":12345,"merchantName":"{long}",
        "qrContent":"00","terminalId":null,"storeId":"","additionalInfo":"text","qrUrl":["a"],"new":1.10}}"#
    );
    let (answer, oddities) = done::<GenerateResponse>(&STANDARD, &body);
    assert_eq!(answer.reference_no.as_deref(), Some("12345"));
    assert_eq!(answer.merchant_name.as_deref(), Some(long.as_str()));
    assert_eq!((answer.terminal_id, answer.store_id, answer.qr_url), (None, None, None));
    assert_eq!(answer.additional_info, None);
    assert_eq!(answer.other.len(), 1);
    let places = |name: &str| oddities.iter().filter(|oddity| oddity.contains(name)).count();
    for name in ["responseMessage", "referenceNo", "merchantName", "additionalInfo", "qrUrl"] {
        assert_eq!(places(name), 1, "{name} in {oddities:?}");
    }

    // A date-time that is longer than the standard's is one; what is none is left out.
    let body = r#"{"responseCode":"2007700","cancelTime":"2024-03-05T10:37:16.196000+07:00","transactionDate":"gestern"}"#;
    let (answer, oddities) = done::<CancelResponse>(&STANDARD, body);
    assert_eq!(answer.cancel_time.map(|time| time.unix()), Some(1_709_609_836));
    assert_eq!((answer.transaction_date, answer.other.len()), (None, 0));
    assert!(oddities.iter().all(|oddity| !oddity.contains("gestern")), "{oddities:?}");

    // Money that is not written as money is not guessed.
    let body = r#"{"responseCode":"2005100","latestTransactionStatus":"00","amount":{"value":10000,"currency":"IDR"}}"#;
    assert_eq!(done::<QueryResponse>(&STANDARD, body).0.amount, None);

    // Two names of one member that differ: neither is taken.
    let body = r#"{"responseCode":"2004700","transactionStatus":"PAID","latestTransactionStatus":"05"}"#;
    assert_eq!(done::<QueryResponse>(&FINPAY, body).0.latest_transaction_status, None);
}

#[test]
fn a_refusal_says_which_row_it_is_and_nothing_that_could_do_harm() {
    let read = |body: &str| match read_reply::<QueryResponse>(&STANDARD, 404, body.as_bytes()) {
        Reply::Refused(refused) => refused,
        other => panic!("{other:?}"),
    };
    let refused = read(
        r#"{"responseCode":"4045101","responseMessage":"Transaction\nNot\u202e Found","referenceNo":"X"}"#,
    );
    assert_eq!(refused.row().map(|row| row.message), Some("Transaction Not Found"));
    assert_eq!((refused.http_status(), refused.code().as_str()), (404, "4045101"));
    assert_eq!(refused.message(), "Transaction\u{fffd}Not\u{fffd} Found");
    assert_eq!(refused.other().text("referenceNo"), Some("X"));
    assert_eq!(refused.to_string(), "HTTP 404 4045101 Transaction\u{fffd}Not\u{fffd} Found");
    let flags = |body: &str| {
        let refused = read(body);
        (refused.is_not_found(), refused.is_duplicate_reference(), refused.is_conflict())
    };
    assert_eq!(flags(r#"{"responseCode":"4045101"}"#), (true, false, false));
    assert_eq!(flags(r#"{"responseCode":"4045108"}"#), (false, false, false));
    assert_eq!(flags(r#"{"responseCode":"4095101"}"#), (false, true, false));
    assert_eq!(flags(r#"{"responseCode":"4095100"}"#), (false, false, true));
    assert_eq!(flags(r#"{"responseCode":"409"}"#), (false, false, true));

    let told = read(r#"{"responseCode":"4045101","responseMessage":"no such token: abc-secret"}"#);
    let told = told.without(&[&Token::new("abc-secret"), &Token::new("")]);
    assert_eq!(told.message(), "no such token: ***");
    assert!(!format!("{told:?} {told}").contains("abc-secret"));
    assert_eq!(told.retry(), Retry::Never);
}

#[test]
fn what_is_told_of_an_answer_can_be_read_and_shows_no_values() {
    let answer =
        br#"{"responseCode":"2025100","responseMessage":"wait","amount":{"value":"1.00","currency":"IDR"}}"#;
    let Reply::InProgress(notice) = read_reply::<QueryResponse>(&STANDARD, 202, answer) else { panic!() };
    assert_eq!(notice.to_string(), "HTTP 202 2025100 wait");
    assert_eq!(format!("{notice:?}"), "Notice(HTTP 202 2025100 wait)");
    let Reply::Unknown(unknown) = read_reply::<QueryResponse>(&STANDARD, 500, answer) else { panic!() };
    assert_eq!(unknown.http_status(), Some(500));
    assert_eq!(unknown.to_string(), "HTTP 500 with the response code \"2025100\"");
    assert_eq!(format!("{unknown:?}"), format!("Unknown({unknown})"));
    let Reply::Unknown(unknown) = read_reply::<QueryResponse>(&STANDARD, 502, b"<html>") else { panic!() };
    assert!(unknown.log().contains("HTTP 502") && unknown.log().contains("BodyNotJson"), "{unknown}");
    let answer = br#"{"responseCode":"4045101","responseMessage":"no"}"#;
    let Reply::Refused(refused) = read_reply::<QueryResponse>(&STANDARD, 404, answer) else { panic!() };
    assert_eq!(format!("{refused:?}"), "Refused(HTTP 404 4045101 no)");
}

proptest! {
    /// Any bytes under any status are read, and only 2xx can be success.
    #[test]
    fn any_answer_is_one_of_four_things(
        status in 0_u16..700,
        code in prop_oneof![Just("2005100".to_owned()), "[0-9]{0,8}", ".{0,8}"],
        member in "(latestTransactionStatus|amount|paidTime|additionalInfo|transactionStatus|serviceCode)",
        value in prop_oneof![
            Just("null"), Just("7"), Just("-1.5e9"), Just("true"), Just("[[]]"), Just("{\"value\":{}}"), Just("\"x\""),
        ],
        junk in proptest::collection::vec(any::<u8>(), 0..60),
    ) {
        let code = serde_json::Value::from(code);
        let body = format!("{{\"responseCode\":{code},\"{member}\":{value}}}");
        for dialect in ALL {
            for body in [body.as_bytes(), &junk] {
                match read_reply::<QueryResponse>(dialect, status, body) {
                    Reply::Done(_) | Reply::InProgress(_) => prop_assert!((200..300).contains(&status)),
                    Reply::Refused(_) => prop_assert!(!(500..700).contains(&status)),
                    _ => {}
                }
            }
        }
    }
}
