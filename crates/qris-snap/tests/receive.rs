//! `receive`: each refusal of its table, and that the first step that fails is the one that is told.

use qris_snap::codes::Situation;
use qris_snap::dialect::{FINNET, STANDARD};
use qris_snap::headers::{HeaderName, Headers, TokenFault};
use qris_snap::policy::{
    CustomerTokenRule, Policy, SignatureMode, TimestampRule, TimestampShapes, TokenRule,
};
use qris_snap::receive::{Head, Keys, receive};
use qris_snap::sign::{KeySize, PrivateKey, Secret, SigningKey, Token, VerifyingKey};
use qris_snap::verify::{SignedRequest, sign_request, sign_token_request};
use qris_snap::{Refusal, Service};

const NOW: i64 = 1_795_243_470;
const SIGNED_AT: &str = "2026-11-21T13:44:30+07:00";
const BODY: &[u8] = br#"{"originalReferenceNo":"R1"}"#;

fn request(body: &'static [u8]) -> SignedRequest<'static> {
    SignedRequest { service: Service::Query, method: "POST", target: "/v1.0/qr/qr-mpm-query", body }
}

fn issued(token: &Token) -> Result<(), TokenFault> {
    match token.expose() {
        "good" => Ok(()),
        "old" => Err(TokenFault::Expired),
        "used" => Err(TokenFault::Used),
        "theirs" => Err(TokenFault::OtherPartner),
        _ => Err(TokenFault::Unknown),
    }
}

/// A request that is right, signed after `change`.
fn sent(token: &str, secret: &str, timestamp: &str, change: impl FnOnce(&mut Headers)) -> Headers {
    let mut headers = Headers::new();
    headers.set_token(&Token::new(token));
    for (name, value) in [
        (HeaderName::ContentType, "application/json"),
        (HeaderName::PartnerId, "P1"),
        (HeaderName::ExternalId, "1"),
        (HeaderName::ChannelId, "95221"),
    ] {
        headers.set(name, value);
    }
    let secret = Secret::new(secret);
    let key = SigningKey::Secret(&secret);
    sign_request(&request(BODY), &mut headers, SignatureMode::Symmetric, &key, timestamp).unwrap();
    change(&mut headers);
    headers
}

fn pairs(headers: &Headers) -> Vec<(&str, &[u8])> {
    headers.pairs().map(|(name, value)| (name, value.as_bytes())).collect()
}

fn judge(headers: &[(&str, &[u8])], policy: &Policy, body: &'static [u8]) -> Result<(), String> {
    let (old, new) = (Secret::new("s3cret"), Secret::new("next"));
    let keys = [VerifyingKey::Secret(&old), VerifyingKey::Secret(&new)];
    let keys = Keys::any(&keys).with_tokens(&issued).with_customer_tokens(&issued);
    let held = receive(&request(body), headers.iter().copied(), policy, keys, NOW);
    held.map(drop).map_err(|refusal| refusal.code().to_string())
}

#[test]
fn a_right_request_is_received() {
    for secret in ["s3cret", "next"] {
        let headers = sent("good", secret, SIGNED_AT, |_| {});
        let secret = Secret::new(secret);
        let keys = [VerifyingKey::Secret(&secret)];
        let keys = Keys::any(&keys).with_tokens(&issued);
        let received = receive(&request(BODY), pairs(&headers), &Policy::default(), keys, NOW).unwrap();
        assert_eq!((received.signed_at.as_str(), received.headers), (SIGNED_AT, headers.clone()));
        assert_eq!(received.recipe.unwrap().path, "/v1.0/qr/qr-mpm-query");
        assert_eq!(judge(&pairs(&headers), &Policy::default(), BODY), Ok(()));
    }
}

#[test]
fn every_row_of_the_table_is_told() {
    let policy = Policy::default();
    let refused = |headers: &Headers| judge(&pairs(headers), &policy, BODY).unwrap_err();
    let changed = |change: fn(&mut Headers)| sent("good", "s3cret", SIGNED_AT, change);
    let without = |name| {
        let mut headers = sent("good", "s3cret", SIGNED_AT, |_| {});
        headers.set(name, "");
        headers
    };
    // Headers.
    let right = changed(|_| {});
    let mut twice = pairs(&right);
    twice.push(("x-signature", b"AA=="));
    assert_eq!(judge(&twice, &policy, BODY).unwrap_err(), "4005101");
    let mut hidden = pairs(&right);
    hidden.push(("X-IP-ADDRESS", b"\xff"));
    assert_eq!(judge(&hidden, &policy, BODY).unwrap_err(), "4005101");
    assert_eq!(refused(&without(HeaderName::Authorization)), "4015103");
    assert_eq!(
        refused(&changed(|it| {
            it.set(HeaderName::Authorization, "Basic x");
        })),
        "4015103"
    );
    assert_eq!(
        refused(&changed(|it| {
            it.set(HeaderName::AuthorizationCustomer, "x");
        })),
        "4015104"
    );
    let demands = Policy { customer_token: CustomerTokenRule::Required, ..Policy::default() };
    assert_eq!(judge(&pairs(&right), &demands, BODY).unwrap_err(), "4015104");
    for name in [HeaderName::PartnerId, HeaderName::ExternalId, HeaderName::Timestamp, HeaderName::Signature]
    {
        assert_eq!(refused(&without(name)), "4005102", "{name:?}");
    }
    assert_eq!(
        refused(&changed(|it| {
            it.set(HeaderName::ContentType, "text/plain");
        })),
        "4005101"
    );
    // Timestamp.
    assert_eq!(refused(&sent("good", "s3cret", "yesterday", |_| {})), "4005101");
    assert_eq!(refused(&sent("good", "s3cret", "2026-11-21T13:39:29+07:00", |_| {})), "4015100");
    // Token.
    for token in ["nobody's", "theirs", "old", "used"] {
        assert_eq!(refused(&sent(token, "s3cret", SIGNED_AT, |_| {})), "4015101", "{token}");
        let customer = Token::new(token);
        let headers = sent("good", "s3cret", SIGNED_AT, |it| {
            it.set_customer_token(&customer);
        });
        assert_eq!(refused(&headers), "4015102", "{token}");
    }
    // Signature.
    assert_eq!(refused(&sent("good", "another", SIGNED_AT, |_| {})), "4015100");
    assert_eq!(
        refused(&changed(|it| {
            it.set(HeaderName::Signature, "not Base64");
        })),
        "4015100"
    );
    assert_eq!(judge(&pairs(&right), &policy, br#"{"originalReferenceNo":"R2"}"#).unwrap_err(), "4015100");
}

/// Each step is wrong in the request of all that come before it, too: the first is told.
#[test]
fn the_first_step_that_fails_is_told() {
    let timestamp = TimestampRule { window_seconds: Some(300), shapes: TimestampShapes::Rfc3339 };
    let policy = Policy { timestamp, ..Policy::default() };
    let told = |headers: Headers| judge(&pairs(&headers), &policy, BODY).unwrap_err();
    let old = "2026-11-21T12:00:00+07:00";
    let all = sent("nobody's", "another", old, |it| {
        it.set(HeaderName::PartnerId, "");
    });
    assert_eq!(told(all), "4005102");
    assert_eq!(told(sent("nobody's", "another", old, |_| {})), "4015100");
    let (secret, none) = (Secret::new("s3cret"), []);
    let stale = sent("nobody's", "another", old, |_| {});
    let keys = Keys::any(&none).with_tokens(&issued);
    let refusal = receive(&request(BODY), pairs(&stale), &policy, keys, NOW).unwrap_err();
    assert_eq!(refusal.situation(), Situation::StaleTimestamp);
    assert_eq!(told(sent("nobody's", "another", SIGNED_AT, |_| {})), "4015101");
    let refusal = |keys: Keys<'_>, headers: &Headers| -> Refusal {
        receive(&request(BODY), pairs(headers), &policy, keys, NOW).unwrap_err()
    };
    let unsigned = sent("good", "another", SIGNED_AT, |_| {});
    let one = [VerifyingKey::Secret(&secret)];
    assert_eq!(refusal(Keys::any(&one).with_tokens(&issued), &unsigned).situation(), Situation::BadSignature);
}

/// What nobody looks up is not let through.
#[test]
fn a_token_is_never_taken_unseen() {
    let secret = Secret::new("s3cret");
    let headers = sent("good", "s3cret", SIGNED_AT, |_| {});
    let refused = |headers: &Headers, keys: Keys<'_>| {
        let refusal = receive(&request(BODY), pairs(headers), &Policy::default(), keys, NOW).unwrap_err();
        assert!(!format!("{refusal:?} {}", refusal.log()).contains("good"), "a token is shown");
        refusal.situation()
    };
    assert_eq!(refused(&headers, VerifyingKey::Secret(&secret).into()), Situation::Internal);
    let key = [VerifyingKey::Secret(&secret)];
    let customer = sent("good", "s3cret", SIGNED_AT, |it| {
        it.set_customer_token(&Token::new("good"));
    });
    let keys = Keys::any(&key).with_tokens(&issued);
    assert_eq!(refused(&customer, keys), Situation::CustomerTokenInvalid);
    assert_eq!(refused(&headers, Keys::any(&[]).with_tokens(&issued)), Situation::BadSignature);
    assert_eq!(format!("{keys:?}"), "Keys { .. }");
    // A policy of another mode than the key is a fault of the receiver's.
    let private = PrivateKey::generate(KeySize::RSA_2048).unwrap();
    let public = private.public_key().unwrap();
    let other = [VerifyingKey::Public(&public)];
    assert_eq!(refused(&headers, Keys::any(&other).with_tokens(&issued)), Situation::Internal);
}

/// Notifications signed with RSA and without a token, and token requests: one key will do.
#[test]
fn one_public_key_will_do_where_no_token_is_agreed() {
    let private = PrivateKey::generate(KeySize::RSA_2048).unwrap();
    let public = private.public_key().unwrap();
    let policy = Policy {
        signature: SignatureMode::AsymmetricNoToken,
        token: TokenRule::None,
        ..STANDARD.policy.clone()
    };
    let mut headers = sent("good", "s3cret", SIGNED_AT, |_| {});
    headers.set(HeaderName::Authorization, "");
    let key = SigningKey::Private(&private);
    sign_request(&request(BODY), &mut headers, policy.signature, &key, SIGNED_AT).unwrap();
    receive(&request(BODY), pairs(&headers), &policy, VerifyingKey::Public(&public), NOW).unwrap();

    let mut headers = Headers::new();
    headers.set(HeaderName::ContentType, "application/json");
    sign_token_request("client", &mut headers, &key, SIGNED_AT).unwrap();
    let asked =
        SignedRequest { service: Service::TokenB2b, target: "/v1.0/access-token/b2b", ..request(b"{}") };
    let received =
        receive(&asked, pairs(&headers), &FINNET.policy, VerifyingKey::Public(&public), NOW).unwrap();
    assert!(received.recipe.is_none());
    let head = Head::read(Service::TokenB2b, pairs(&headers), &FINNET.policy, NOW).unwrap();
    assert_eq!(head.headers().get(HeaderName::ClientKey), Some("client"));
    headers.set(HeaderName::ClientKey, "another");
    let forged = receive(&asked, pairs(&headers), &FINNET.policy, VerifyingKey::Public(&public), NOW);
    assert_eq!(forged.unwrap_err().code().to_string(), "4017300");
}
