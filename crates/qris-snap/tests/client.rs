//! The caller's side: setting up, requests that the other side's verification takes, and answers of every dialect.

use std::sync::OnceLock;

use proptest::prelude::*;
use qris_snap::client::{
    Builder, Caller, CustomerGrant, HttpRequest, Moment, Reply, Retry, Setting, Tokens, read_reply,
};
use qris_snap::dialect::{ALL, BRICK, Dialect, FINNET, FINPAY, STANDARD};
use qris_snap::headers::{HeaderName, Headers};
use qris_snap::message::{
    CancelRequest, CancelResponse, CustomerTokenRequest, GenerateRequest, GenerateResponse, Message,
    NotifyRequest, QueryRequest, QueryResponse, RefundRequest, RefundResponse, TokenRequest, TokenResponse,
};
use qris_snap::policy::{
    CustomerTokenRule, ExternalIdRule, HeaderRules, Identity, Policy, SignatureMode, TOKEN_HEADERS,
    TRANSACTION_HEADERS, TokenRule, Uniqueness,
};
use qris_snap::sign::{KeySize, PrivateKey, Secret, Token, VerifyingKey};
use qris_snap::verify::{SignedRequest, verify_request, verify_token_request};
use qris_snap::{Money, Service};

const MOMENT: Moment = Moment { unix_ms: 1_795_243_470_250, random: 81 };

fn key() -> PrivateKey {
    static PEM: OnceLock<String> = OnceLock::new();
    let new = || PrivateKey::generate(KeySize::RSA_2048).unwrap().to_pem().unwrap().to_string();
    PrivateKey::read(PEM.get_or_init(new).as_bytes()).unwrap()
}

/// With everything any dialect asks for.
fn complete(dialect: &'static Dialect) -> Builder {
    Caller::builder(dialect)
        .client_id("client-1")
        .private_key(key())
        .secret(Secret::new("s3cret"))
        .header(HeaderName::PartnerId, "P1")
        .header(HeaderName::ChannelId, "95221")
        .header(HeaderName::ExternalId, "4711")
        .header(HeaderName::Origin, "merchant.example")
        .header(HeaderName::IpAddress, "203.0.113.7")
        .header(HeaderName::DeviceId, "device-1")
        .header(HeaderName::Latitude, "-6.2000")
        .header(HeaderName::Longitude, "+106.8000")
}

fn read(request: &HttpRequest, policy: &Policy) -> Headers {
    let pairs = request.headers.pairs().map(|(name, value)| (name, value.as_bytes()));
    Headers::read(pairs, request.service, policy).unwrap()
}

/// As the other side checks it.
fn verified(request: &HttpRequest, caller: &Caller) -> Headers {
    let headers = read(request, caller.policy());
    let signed = SignedRequest {
        service: request.service,
        method: request.method,
        target: &request.path,
        body: &request.body,
    };
    let (secret, public) = (Secret::new("s3cret"), key().public_key().unwrap());
    let key = match caller.policy().signature {
        SignatureMode::Symmetric => VerifyingKey::Secret(&secret),
        _ => VerifyingKey::Public(&public),
    };
    verify_request(&signed, &headers, caller.policy(), key).unwrap();
    headers
}

#[test]
fn every_service_of_every_dialect_is_taken_by_the_other_side() {
    let (access, customer) = (Token::new("access"), Token::new("customer"));
    let tokens = Tokens { access: Some(&access), customer: Some(&customer) };
    let text = |text: &str| Some(text.to_owned());
    for dialect in ALL {
        let caller = complete(dialect).mount("/mounted").build().unwrap();
        let generate = GenerateRequest {
            partner_reference_no: text("INV-1"),
            amount: Money::idr(1_000_000),
            merchant_id: text("M1"),
            ..GenerateRequest::default()
        };
        let query = QueryRequest {
            original_partner_reference_no: text("INV-1"),
            service_code: text("47"),
            merchant_id: text("M1"),
            ..QueryRequest::default()
        };
        let cancel = CancelRequest {
            original_reference_no: text("R1"),
            merchant_id: text("M1"),
            reason: text("mistake"),
            ..CancelRequest::default()
        };
        let refund = RefundRequest {
            original_partner_reference_no: text("INV-1"),
            partner_refund_no: text("RF-1"),
            ..RefundRequest::default()
        };
        let notify = NotifyRequest {
            original_reference_no: text("R1"),
            original_partner_reference_no: text("INV-1"),
            latest_transaction_status: text("00"),
            amount: Money::idr(1_000_000),
            fee_amount: Money::idr(0),
            ..NotifyRequest::default()
        };
        for request in [
            caller.request(&generate, tokens, MOMENT),
            caller.request(&query, tokens, MOMENT),
            caller.request(&cancel, tokens, MOMENT),
            caller.request(&refund, tokens, MOMENT),
            caller.request(&notify, tokens, MOMENT),
        ] {
            let request = request.unwrap();
            let headers = verified(&request, &caller);
            assert_eq!(request.path, format!("/mounted{}", dialect.path(request.service)));
            assert_eq!(headers.get(HeaderName::Timestamp), Some("2026-11-21T13:44:30+07:00"));
            assert_eq!(
                (headers.token().as_ref(), headers.customer_token().as_ref()),
                (Some(&access), Some(&customer))
            );
            let external_id = headers.get(HeaderName::ExternalId).unwrap();
            match dialect.policy.external_id.uniqueness {
                Uniqueness::Off => assert_eq!(external_id, "4711"),
                _ => assert_eq!(external_id, "1795243470250000000000000081"),
            }
        }
        let asked = caller.token_request(MOMENT).unwrap();
        let grants = [CustomerGrant::Code(Token::new("code")), CustomerGrant::Refresh(Token::new("refresh"))];
        let [by_code, by_refresh] =
            grants.map(|grant| caller.customer_token_request(&grant, MOMENT).unwrap());
        for request in [&asked, &by_code, &by_refresh] {
            let headers = read(request, caller.policy());
            let public = key().public_key().unwrap();
            verify_token_request(request.service, &headers, caller.policy(), &public).unwrap();
            assert_eq!(headers.get(HeaderName::ClientKey), Some("client-1"));
            assert_eq!(headers.get(HeaderName::PartnerId), None, "only what is demanded of a token request");
        }
        TokenRequest::read(dialect, &asked.body).unwrap();
        let sent = CustomerTokenRequest::read(dialect, &by_code.body).unwrap();
        assert_eq!(sent.grant_type.as_deref(), Some("AUTHORIZATION_CODE"));
        assert_eq!(sent.auth_code, Some(Token::new("code")));
        let sent = CustomerTokenRequest::read(dialect, &by_refresh.body).unwrap();
        assert_eq!(sent.refresh_token, Some(Token::new("refresh")));
    }
}

#[test]
fn what_a_dialect_needs_is_demanded_by_name() {
    let missing = |builder: Builder| builder.build().unwrap_err().setting();
    let plain = |dialect| Caller::builder(dialect).client_id("c").private_key(key()).secret(Secret::new("s"));
    let named =
        |dialect| plain(dialect).header(HeaderName::PartnerId, "P1").header(HeaderName::ChannelId, "95221");
    assert_eq!(missing(Caller::builder(&STANDARD)), Setting::ClientId);
    assert_eq!(missing(Caller::builder(&STANDARD).client_id("c")), Setting::PrivateKey);
    assert_eq!(missing(Caller::builder(&STANDARD).client_id("c").private_key(key())), Setting::Secret);
    let empty = Caller::builder(&STANDARD).client_id("c").private_key(key()).secret(Secret::new(""));
    assert_eq!(missing(empty), Setting::Secret);
    assert_eq!(missing(plain(&STANDARD)), Setting::Header(HeaderName::PartnerId));
    let partner = plain(&STANDARD).header(HeaderName::PartnerId, "P1");
    assert_eq!(missing(partner), Setting::Header(HeaderName::ChannelId));
    assert_eq!(missing(named(&FINPAY)), Setting::Header(HeaderName::Origin));
    assert_eq!(missing(named(&BRICK)), Setting::Header(HeaderName::ExternalId));
    let error = |builder: Builder| builder.build().unwrap_err().to_string();
    assert_eq!(
        error(named(&BRICK)),
        "the header X-EXTERNAL-ID: it is not set, and Brick wants a constant one on a request"
    );
    assert_eq!(error(named(&FINPAY)), "the header ORIGIN: it is not set, and Finpay wants it on a request");
    assert!(named(&STANDARD).build().is_ok() && named(&FINNET).build().is_ok());
    // Brick's requests are signed with the RSA key: no secret is needed.
    let brick = Caller::builder(&BRICK).client_id("c").private_key(key());
    let brick = brick.header(HeaderName::PartnerId, "P1").header(HeaderName::ChannelId, "A0");
    assert!(brick.header(HeaderName::ExternalId, "4711").build().is_ok());
    // One header after the other, for who sends Finnet's notifications.
    let wanted = [
        HeaderName::Origin,
        HeaderName::IpAddress,
        HeaderName::DeviceId,
        HeaderName::Latitude,
        HeaderName::Longitude,
    ];
    let notifier = |given: &[HeaderName]| {
        let builder = named(&FINNET).services(&[Service::Notify]);
        given.iter().fold(builder, |builder, name| builder.header(*name, "1")).build()
    };
    for (at, name) in wanted.into_iter().enumerate() {
        let error = notifier(&wanted[..at]).unwrap_err();
        assert_eq!(error.setting(), Setting::Header(name));
        assert!(error.to_string().contains(name.as_str()) && error.to_string().contains("Finnet"), "{error}");
    }
    assert!(notifier(&wanted).is_ok());
}

#[test]
fn what_cannot_be_sent_is_refused_when_it_is_set() {
    let setting = |builder: Builder| builder.build().unwrap_err().setting();
    let header = |name, value: &str| setting(complete(&FINPAY).header(name, value));
    let of = Setting::Header;
    assert_eq!(header(HeaderName::Origin, "a\r\nX-Evil: 1"), of(HeaderName::Origin));
    assert_eq!(header(HeaderName::ChannelId, "123456"), of(HeaderName::ChannelId));
    assert_eq!(header(HeaderName::PartnerId, &"9".repeat(37)), of(HeaderName::PartnerId));
    assert_eq!(header(HeaderName::ExternalId, "not-numeric"), of(HeaderName::ExternalId));
    assert_eq!(header(HeaderName::Signature, "x"), of(HeaderName::Signature));
    assert_eq!(header(HeaderName::Authorization, "Bearer x"), of(HeaderName::Authorization));
    assert_eq!(setting(complete(&FINPAY).client_id("a\nb")), Setting::ClientId);
    for mount in ["sandbox", "/sandbox/", "/", "/a?b", "/a b", "/a\n"] {
        assert_eq!(setting(complete(&FINPAY).mount(mount)), Setting::Mount, "{mount:?}");
    }
    let rule = |max_length| ExternalIdRule { max_length, ..Policy::STANDARD.external_id };
    let policy = |max_length| Policy { external_id: rule(max_length), ..Policy::STANDARD };
    assert_eq!(setting(complete(&STANDARD).policy(policy(11))), Setting::Policy);
    let short = complete(&STANDARD).policy(policy(12)).build().unwrap();
    assert_eq!(short.external_id(MOMENT), "000000000081");
    let shown = format!("{:?} {short:?}", complete(&STANDARD));
    assert!(!shown.contains("s3cret") && !shown.contains("203.0.113.7"), "{shown}");
}

#[test]
fn a_request_without_what_the_policy_demands_is_not_made() {
    let caller = complete(&FINNET).build().unwrap();
    let query = QueryRequest {
        original_reference_no: Some("R1".to_owned()),
        service_code: Some("47".to_owned()),
        merchant_id: Some("M1".to_owned()),
        ..QueryRequest::default()
    };
    let access = Token::new("access");
    let refused = caller.request(&query, Tokens::default(), MOMENT).unwrap_err();
    assert_eq!(refused.code().to_string(), "4015103");
    let refused = caller.request(&query, Tokens::access(&access), MOMENT).unwrap_err();
    assert_eq!(refused.place(), Some("Authorization-Customer"));
    let without = QueryRequest { merchant_id: None, ..query.clone() };
    let refused = caller.request(&without, Tokens::access(&access), MOMENT).unwrap_err();
    assert_eq!(refused.to_string(), "4005102 Invalid Mandatory Field merchantId");
    let far = Moment { unix_ms: i64::MAX, ..MOMENT };
    assert_eq!(caller.token_request(far).unwrap_err().http_status(), 500);

    // Without tokens nothing is demanded, and none that is given by mistake is sent.
    let policy = Policy {
        token: TokenRule::None,
        customer_token: CustomerTokenRule::Optional,
        headers: HeaderRules::STANDARD,
        ..Policy::STANDARD
    };
    let caller = Caller::builder(&STANDARD)
        .policy(policy)
        .client_id("c")
        .secret(Secret::new("s3cret"))
        .header(HeaderName::PartnerId, "P1")
        .header(HeaderName::ChannelId, "95221")
        .build()
        .unwrap();
    let request = caller.request(&query, Tokens::access(&access), MOMENT).unwrap();
    assert_eq!(verified(&request, &caller).token(), None);
    assert_eq!(caller.token_request(MOMENT).unwrap_err().http_status(), 500);
}

#[test]
fn the_client_key_is_sent_where_it_names_the_partner_or_is_demanded() {
    let sent = |policy: Policy| {
        let caller = complete(&STANDARD).policy(policy).build().unwrap();
        let query = QueryRequest {
            original_reference_no: Some("R1".to_owned()),
            service_code: Some("47".to_owned()),
            ..QueryRequest::default()
        };
        let token = Token::new("access");
        let request = caller.request(&query, Tokens::access(&token), MOMENT).unwrap();
        request.headers.get(HeaderName::ClientKey).map(str::to_owned)
    };
    let demanded = HeaderRules {
        transaction: TRANSACTION_HEADERS.and(&[HeaderName::ClientKey]),
        ..HeaderRules::STANDARD
    };
    assert_eq!(sent(Policy::STANDARD), None);
    assert_eq!(
        sent(Policy { identity: Identity::ClientKey, ..Policy::STANDARD }),
        Some("client-1".to_owned())
    );
    assert_eq!(sent(Policy { headers: demanded, ..Policy::STANDARD }), Some("client-1".to_owned()));
    // What is demanded of a token request beside the standard's is sent on it.
    let token = HeaderRules { token: TOKEN_HEADERS.and(&[HeaderName::PartnerId]), ..HeaderRules::STANDARD };
    let caller = complete(&STANDARD).policy(Policy { headers: token, ..Policy::STANDARD }).build().unwrap();
    assert_eq!(caller.token_request(MOMENT).unwrap().headers.get(HeaderName::PartnerId), Some("P1"));
}

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
