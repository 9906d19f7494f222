//! The caller's side: setting up, and requests that the other side's verification takes; the answers are in `replies`.

mod replies;

use std::sync::OnceLock;

use qris_snap::client::{Builder, Caller, CustomerGrant, HttpRequest, Moment, Setting, Tokens};
use qris_snap::dialect::{ALL, BRICK, Dialect, FINNET, FINPAY, STANDARD};
use qris_snap::headers::{HeaderName, Headers};
use qris_snap::message::{
    CancelRequest, CustomerTokenRequest, GenerateRequest, Message, NotifyRequest, QueryRequest,
    RefundRequest, TokenRequest,
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
            amount: Some(Money::idr(1_000_000).unwrap()),
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
            amount: Some(Money::idr(1_000_000).unwrap()),
            fee_amount: Some(Money::idr(0).unwrap()),
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
