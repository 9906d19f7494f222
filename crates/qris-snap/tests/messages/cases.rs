//! The cases a validator returns, and what answers say.

use super::*;

#[test]
fn bodies_that_are_no_json_objects() {
    for body in ["", "[]", "null", "{", "{\"a\":1}x", "\u{feff}{}", "{\"a\":\"\\ud800\"}"] {
        assert_eq!(case::<GenerateRequest>(&STANDARD, body), "4004700 -", "{body}");
    }
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(100), "]".repeat(100));
    assert_eq!(case::<GenerateRequest>(&STANDARD, &deep), "4004700 -");
    let refusal = GenerateRequest::read(&STANDARD, b"{\"a\":\"\xff\"}").unwrap_err();
    assert_eq!(refusal.code().to_string(), "4004700");
    let long = vec![b' '; 300 * 1024];
    assert_eq!(GenerateRequest::read(&STANDARD, &long).unwrap_err().code().to_string(), "4004700");
}

#[test]
fn duplicate_members_are_refused_with_their_path() {
    let body = r#"{"amount":{"value":"1.00","value":"2.00","currency":"IDR"}}"#;
    assert_eq!(case::<GenerateRequest>(&STANDARD, body), "4004701 amount.value");
    let body = r#"{"additionalInfo":{"x":{"y":1,"y":1}}}"#;
    assert_eq!(case::<GenerateRequest>(&STANDARD, body), "4004701 additionalInfo.x.y");
}

#[test]
fn money_is_checked_inside() {
    let amount = |json: &str| case::<GenerateRequest>(&STANDARD, &format!(r#"{{"amount":{json}}}"#));
    assert_eq!(amount(r#"{"value":"10000.00","currency":"IDR"}"#), "ok");
    assert_eq!(amount(r#"{"value":"10000.00"}"#), "4004702 amount.currency");
    assert_eq!(amount(r#"{"value":"","currency":"IDR"}"#), "4004702 amount.value");
    assert_eq!(amount(r#"{"value":"10000","currency":"IDR"}"#), "4004701 amount.value");
    assert_eq!(amount(r#"{"value":10000.00,"currency":"IDR"}"#), "4004701 amount.value");
    assert_eq!(amount(r#"{"value":"10000.00","currency":"idr"}"#), "4004701 amount.currency");
    assert_eq!(amount(r#""10000.00""#), "4004701 amount");
    let message =
        GenerateRequest::read(&STANDARD, br#"{"amount":{"value":"12345678.90","currency":"IDR"}}"#).unwrap();
    assert_eq!(message.amount, Some(Money::idr(1_234_567_890).unwrap()));
}

#[test]
fn dates_have_an_offset_but_for_one_providers_answer() {
    use qris_snap::message::{DecodeRequest, QueryResponse};
    let scanned = |time: &str| {
        case::<DecodeRequest>(&STANDARD, &format!(r#"{{"qrContent":"0002","scanTime":"{time}"}}"#))
    };
    assert_eq!(scanned("2020-12-17T10:55:00+07:00"), "ok");
    assert_eq!(scanned("2020-12-17T03:55:00Z"), "ok");
    assert_eq!(scanned("2020-12-17T10:55:00"), "4004801 scanTime");
    assert_eq!(scanned("2020-12-17T10:55:00.000+07:00"), "4004801 scanTime", "more than 25 characters");
    let body = support::bytes("samples/standard/51-response-no-offset.json");
    let message = QueryResponse::read(&STANDARD, &body).unwrap();
    assert_eq!(message.paid_time.map(|time| time.unix()), Some(1_608_177_300));
}

#[test]
fn arrays_are_checked_inside() {
    use qris_snap::message::{ApplyOttRequest, ApplyOttResponse, DecodeResponse};
    assert_eq!(
        case::<ApplyOttRequest>(&STANDARD, r#"{"userResources":["OTT",""]}"#),
        "4004901 userResources.1"
    );
    let head = r#""responseCode":"2004900","responseMessage":"Successful""#;
    let body = format!(r#"{{{head},"userResources":[{{"resourceType":"OTT"}}]}}"#);
    assert_eq!(case::<ApplyOttResponse>(&STANDARD, &body), "4004902 userResources.0.value");
    let pan = |json: &str| {
        let body = format!(r#"{{{head},"merchantInfos":[{{"merchantPAN":{json},"acquirerName":"A"}}]}}"#);
        case::<DecodeResponse>(&STANDARD, &body)
    };
    assert_eq!(pan("93600"), "ok", "a Numeric may be a JSON integer");
    assert_eq!(pan("9360091400000000019"), "ok");
    for json in ["93600914000000000199", "-93600", "93600.0", "9.36e4", "\"93600A\"", "\"\"", "true"] {
        let case_code = if json == "\"\"" { "4004802" } else { "4004801" };
        assert_eq!(pan(json), format!("{case_code} merchantInfos.0.merchantPAN"), "{json}");
    }
}

#[test]
fn a_qr_comes_as_text_or_picture_or_address() {
    let head = r#""responseCode":"2004700","responseMessage":"Successful""#;
    assert_eq!(case::<GenerateResponse>(&STANDARD, &format!("{{{head}}}")), "4004702 qrContent");
    assert_eq!(
        case::<GenerateResponse>(&STANDARD, &format!(r#"{{{head},"qrUrl":"https://a.example"}}"#)),
        "ok"
    );
}

#[test]
fn expires_in_and_the_code_are_read_as_text_or_integer_everywhere() {
    for (code, seconds) in [("\"2007300\"", "\"900\""), ("2007300", "900")] {
        let body = format!(
            r#"{{"responseCode":{code},"responseMessage":"OK","accessToken":"t","tokenType":"Bearer","expiresIn":{seconds}}}"#
        );
        for dialect in ALL {
            let token = TokenResponse::read(dialect, body.as_bytes()).unwrap();
            assert_eq!((token.response_code.as_str(), token.expires_in.as_deref()), ("2007300", Some("900")));
        }
    }
}

#[test]
fn grant_type_has_two_spellings() {
    for dialect in ALL {
        for name in ["grantType", "grant_type"] {
            assert_eq!(case::<TokenRequest>(dialect, &format!(r#"{{"{name}":"client_credentials"}}"#)), "ok");
        }
    }
    // A client that sends an empty text where an object belongs.
    assert_eq!(
        case::<TokenRequest>(&STANDARD, r#"{"grantType":"client_credentials","additionalInfo":""}"#),
        "ok"
    );
}

#[test]
fn a_customer_token_needs_what_its_grant_says() {
    use qris_snap::message::CustomerTokenRequest as Request;
    assert_eq!(case::<Request>(&STANDARD, r#"{"grantType":"AUTHORIZATION_CODE"}"#), "4007402 authCode");
    assert_eq!(
        case::<Request>(&STANDARD, r#"{"grantType":"refresh_token","authCode":"a"}"#),
        "4007402 refreshToken"
    );
    assert_eq!(case::<Request>(&STANDARD, r#"{"grantType":"refresh_token","refreshToken":"a"}"#), "ok");
}

#[test]
fn answers_are_told_apart() {
    let success = br#"{"responseCode":"2004700","responseMessage":"Successful","qrContent":"0002"}"#;
    let answer = read_answer::<GenerateResponse>(&STANDARD, 200, success).unwrap();
    assert!(matches!(answer, Answer::Success(message) if message.qr_content.as_deref() == Some("0002")));
    let answer = read_answer::<GenerateResponse>(&STANDARD, 500, success).unwrap();
    assert!(matches!(answer, Answer::Refused(_)), "a status outside 2xx is never success");
    let refused = br#"{"responseCode":4014701,"referenceNo":"R1"}"#;
    match read_answer::<GenerateResponse>(&BRICK, 401, refused).unwrap() {
        Answer::Refused(answer) => {
            assert_eq!(
                (answer.response_code.as_str(), answer.other.text("referenceNo")),
                ("4014701", Some("R1"))
            );
            assert_eq!(
                answer.write(Service::Generate, &BRICK),
                br#"{"responseCode":4014701,"responseMessage":"","referenceNo":"R1"}"#
            );
        }
        other => panic!("{other:?}"),
    }
    assert!(read_answer::<GenerateResponse>(&STANDARD, 200, b"<html>").is_err());
    assert!(read_answer::<GenerateResponse>(&STANDARD, 200, br#"{"responseCode":"2004700"}"#).is_err());
}

#[test]
fn a_refusal_is_written_in_the_words_of_the_dialect() {
    let refusal = CancelRequest::read(&STANDARD, b"{}").unwrap_err();
    let answer = ErrorAnswer::of(&refusal, &STANDARD).write(Service::Cancel, &STANDARD);
    assert_eq!(
        String::from_utf8(answer).unwrap(),
        r#"{"responseCode":"4007702","responseMessage":"Invalid Mandatory Field merchantId"}"#
    );
}

#[test]
fn the_real_expiry_is_in_the_answer() {
    let request = GenerateRequest { validity_period: Some("600".into()), ..GenerateRequest::default() };
    let expiry = request.expiry(&BRICK, support::NOW).unwrap();
    let mut response =
        GenerateResponse { qr_content: Some("0002".into()), ..GenerateResponse::success(&BRICK) };
    response.set_expiry(&expiry);
    let text = String::from_utf8(response.write(&BRICK).unwrap()).unwrap();
    assert!(text.ends_with(r#""additionalInfo":{"expiryTime":"2026-11-21T13:54:30+07:00"}}"#), "{text}");
    assert_eq!(response.expiry_time().map(|time| time.unix()), Some(support::NOW + 600));
}

#[test]
fn secrets_do_not_show_in_debug() {
    let token = TokenResponse { access_token: Some("very-secret".into()), ..TokenResponse::default() };
    assert!(!format!("{token:?}").contains("very-secret"));
    let request = GenerateRequest::read(&STANDARD, br#"{"additionalInfo":{"pin":"very-secret"}}"#).unwrap();
    assert!(!format!("{request:?}").contains("very-secret"));
}
