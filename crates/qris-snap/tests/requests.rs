//! Whole requests: signed by us, verified under a policy, and refused when a byte differs.

use std::borrow::Cow;

use qris_snap::Service;
use qris_snap::headers::{HeaderName, Headers};
use qris_snap::policy::{BodyRule, Policy, QueryInPath, SignatureMode};
use qris_snap::sign::{
    Encodings, KeySize, PrivateKey, Secret, SigningKey, StringToSign, Token, VerifyingKey, sign_hmac,
    sign_rsa,
};
use qris_snap::verify::{
    BodyForm, SignedRequest, sign_request, sign_token_request, signed_paths, verify_request,
    verify_token_request,
};

const TIME: &str = "2026-11-21T13:44:30.028+07:00";

fn request<'a>(target: &'a str, body: &'a [u8]) -> SignedRequest<'a> {
    SignedRequest { service: Service::Generate, method: "POST", target, body }
}

fn signed(target: &str, body: &[u8], secret: &Secret) -> Headers {
    let mut headers = Headers::new();
    headers.set_token(&Token::new("access"));
    let key = SigningKey::Secret(secret);
    sign_request(&request(target, body), &mut headers, SignatureMode::Symmetric, &key, TIME).unwrap();
    headers
}

#[test]
fn symmetric_covers_method_path_token_body_and_time() {
    let secret = Secret::new("s");
    let key = VerifyingKey::Secret(&secret);
    let body = br#"{"a":"b"}"#;
    let headers = signed("/v1.0/x", body, &secret);
    let policy = Policy::default();
    let recipe = verify_request(&request("/v1.0/x", body), &headers, &policy, key).unwrap();
    assert_eq!((recipe.path.as_str(), recipe.body), ("/v1.0/x", BodyForm::Minified));
    // A pretty body has the same minified hash.
    assert!(verify_request(&request("/v1.0/x", b"{ \"a\" : \"b\" }"), &headers, &policy, key).is_ok());

    let refused = |request: &SignedRequest<'_>, headers: &Headers, key| {
        let refusal = verify_request(request, headers, &policy, key).unwrap_err();
        assert_eq!(refusal.to_string(), "4014700 Unauthorized. [Signature]");
        assert!(!refusal.log().contains("access"), "{}", refusal.log());
        refusal.log()
    };
    let log = refused(&request("/v1.0/y", body), &headers, key);
    assert!(log.contains("tried path /v1.0/y, Minified body"), "{log}");
    refused(&request("/v1.0/x", br#"{"a":"c"}"#), &headers, key);
    refused(&SignedRequest { method: "PUT", ..request("/v1.0/x", body) }, &headers, key);
    let other = Secret::new("t");
    refused(&request("/v1.0/x", body), &headers, VerifyingKey::Secret(&other));
    for (name, value) in [
        (HeaderName::Authorization, "Bearer other"),
        (HeaderName::Timestamp, "2026-11-21T13:44:30.029+07:00"),
        (HeaderName::Signature, "AAAA"),
    ] {
        let mut changed = headers.clone();
        changed.set(name, value);
        refused(&request("/v1.0/x", body), &changed, key);
    }
}

#[test]
fn asymmetric_leaves_the_token_out() {
    let private = PrivateKey::generate(KeySize::RSA_2048).unwrap();
    let public = private.public_key().unwrap();
    let policy = Policy { signature: SignatureMode::AsymmetricNoToken, ..Policy::default() };
    let mut headers = Headers::new();
    headers.set_token(&Token::new("access"));
    let (body, key) = (br#"{"a":1}"#, SigningKey::Private(&private));
    sign_request(&request("/x", body), &mut headers, policy.signature, &key, TIME).unwrap();
    headers.set_token(&Token::new("another"));
    assert!(verify_request(&request("/x", body), &headers, &policy, VerifyingKey::Public(&public)).is_ok());
    let refusal =
        verify_request(&request("/x", b"{}"), &headers, &policy, VerifyingKey::Public(&public)).unwrap_err();
    assert_eq!(refusal.http_status(), 401);
    // A key that does not fit the policy is our fault, not the caller's.
    let secret = Secret::new("s");
    let refusal =
        verify_request(&request("/x", body), &headers, &policy, VerifyingKey::Secret(&secret)).unwrap_err();
    assert_eq!(refusal.code().to_string(), "5004700");
}

#[test]
fn a_token_request_is_signed_over_client_and_time() {
    let private = PrivateKey::generate(KeySize::RSA_2048).unwrap();
    let public = private.public_key().unwrap();
    let mut headers = Headers::new();
    sign_token_request("client", &mut headers, &SigningKey::Private(&private), TIME).unwrap();
    let verify =
        |headers: &Headers| verify_token_request(Service::TokenB2b, headers, &Policy::default(), &public);
    assert_eq!(verify(&headers), Ok(()));
    for (name, value) in
        [(HeaderName::ClientKey, "clienu"), (HeaderName::Timestamp, "2026-11-21T13:44:31+07:00")]
    {
        let mut changed = headers.clone();
        changed.set(name, value);
        assert_eq!(verify(&changed).unwrap_err().code().to_string(), "4017300");
    }
}

#[test]
fn the_raw_body_is_tried_when_the_policy_says_so() {
    let secret = Secret::new("s");
    let key = VerifyingKey::Secret(&secret);
    let body = br#"{"a": "b", "c": "\u00e9"}"#;
    let hash = qris_snap::BodyHash::raw(body);
    let text = StringToSign::symmetric("POST", "/x", "access", &hash, TIME);
    let mut headers = signed("/x", body, &secret);
    headers.set(HeaderName::Signature, sign_hmac(&secret, &text));
    let recipe = verify_request(&request("/x", body), &headers, &Policy::default(), key).unwrap();
    assert_eq!(recipe.body, BodyForm::Raw);
    let strict = Policy { body: BodyRule::MinifiedOnly, ..Policy::default() };
    assert!(verify_request(&request("/x", body), &headers, &strict, key).is_err());
}

/// What PHP's `json_encode` makes of one message: with flags for slashes, for letters, for both, and without any.
const PHP: [&str; 4] = [
    r#"{"url":"https://a.example/x","name":"Café 😀","mark":"\\/ \" \\u00e9","n":1.10}"#,
    r#"{"url":"https://a.example/x","name":"Caf\u00e9 \ud83d\ude00","mark":"\\/ \" \\u00e9","n":1.10}"#,
    r#"{"url":"https:\/\/a.example\/x","name":"Café 😀","mark":"\\\/ \" \\u00e9","n":1.10}"#,
    r#"{"url":"https:\/\/a.example\/x","name":"Caf\u00e9 \ud83d\ude00","mark":"\\\/ \" \\u00e9","n":1.10}"#,
];

#[test]
fn escapes_of_php_hold_on_one_side_where_they_are_accepted() {
    let secret = Secret::new("s");
    let key = VerifyingKey::Secret(&secret);
    let rule = |body: BodyRule| Policy { body, ..Policy::default() };
    let php = rule(BodyRule::AcceptPhpEscapes);
    for hashed in PHP {
        let headers = signed("/x", hashed.as_bytes(), &secret);
        for sent in PHP {
            let verified = |policy: &Policy| {
                verify_request(&request("/x", sent.as_bytes()), &headers, policy, key).map(|it| it.body)
            };
            let form = if sent == hashed { BodyForm::Minified } else { BodyForm::PhpEscapes };
            assert_eq!(verified(&php), Ok(form), "{hashed} as {sent}");
            for other in [BodyRule::MinifiedOnly, BodyRule::MinifiedOrRaw] {
                assert_eq!(verified(&rule(other)).is_ok(), sent == hashed, "{other:?}: {hashed} as {sent}");
            }
            // Another text is another text, whatever its escapes.
            let other = sent.replace("1.10", "1.1");
            assert!(
                verify_request(&request("/x", other.as_bytes()), &headers, &php, key).is_err(),
                "{other}"
            );
        }
    }
    // Pretty when sent, escaped when signed; and what the rule without escapes accepts.
    let escaped = signed("/x", br#"{"u":"a\/b"}"#, &secret);
    let pretty = "{\n  \"u\": \"a/b\"\n}";
    let held = |headers: &Headers, body: &str| {
        verify_request(&request("/x", body.as_bytes()), headers, &php, key).map(|it| it.body)
    };
    assert_eq!(held(&escaped, pretty), Ok(BodyForm::PhpEscapes));
    let mut raw = escaped.clone();
    let text =
        StringToSign::symmetric("POST", "/x", "access", &qris_snap::BodyHash::raw(pretty.as_bytes()), TIME);
    raw.set(HeaderName::Signature, sign_hmac(&secret, &text));
    assert_eq!(held(&raw, pretty), Ok(BodyForm::Raw));
    assert_eq!(held(&signed("/x", b"", &secret), ""), Ok(BodyForm::Minified));
    let log = verify_request(&request("/x", PHP[3].as_bytes()), &escaped, &php, key).unwrap_err().log();
    assert_eq!(log.matches("PhpEscapes").count(), 3, "{log}");
    assert!(verify_request(&request("/x", b"{\"u\":\"\xff/\"}"), &escaped, &php, key).is_err());
}

#[test]
fn a_stored_policy_may_say_accept_php_escapes() {
    let stored = serde_json::to_string(&Policy { body: BodyRule::AcceptPhpEscapes, ..Policy::default() });
    assert!(stored.unwrap().contains(r#""body":"acceptPhpEscapes""#));
    for name in ["acceptPhpEscapes", "accept-php-escapes"] {
        let read: Policy = serde_json::from_str(&format!("{{\"body\":\"{name}\"}}")).unwrap();
        assert_eq!(read.body, BodyRule::AcceptPhpEscapes);
    }
}

#[test]
fn prefixes_and_queries_follow_the_policy() {
    let paths = |target: &str, policy: &Policy| -> Vec<String> {
        signed_paths(target, policy).map(str::to_owned).collect()
    };
    let mut policy =
        Policy { prefixes: Cow::Owned(vec!["/snap".into(), "/pg/".into(), "".into()]), ..Policy::default() };
    assert_eq!(paths("/snap/v1.0/x?a=1", &policy), ["/snap/v1.0/x?a=1", "/v1.0/x?a=1"]);
    assert_eq!(paths("/pg/v1.0/x", &policy), ["/pg/v1.0/x", "/v1.0/x"]);
    assert_eq!(paths("/snappy/x", &policy), ["/snappy/x"]);
    assert_eq!(paths("http://h.example:80/snap/x", &policy), ["/snap/x", "/x"]);
    assert_eq!(paths("/x?u=http://h.example/", &policy), ["/x?u=http://h.example/"]);
    policy.query = QueryInPath::Exclude;
    assert_eq!(paths("/snap/x?a=1", &policy), ["/snap/x", "/x"]);
    policy.prefixes = Cow::Owned(vec!["/a".into(); 100]);
    assert_eq!(paths("/a/b", &policy).len(), 9, "a bounded number");

    let secret = Secret::new("s");
    let headers = signed("/v1.0/x", b"", &secret);
    let policy = Policy { prefixes: Cow::Borrowed(&[Cow::Borrowed("/snap")]), ..Policy::default() };
    let recipe =
        verify_request(&request("/snap/v1.0/x", b""), &headers, &policy, VerifyingKey::Secret(&secret))
            .unwrap();
    assert_eq!(recipe.path, "/v1.0/x");
}

#[test]
fn hexadecimal_is_read_when_the_policy_says_so() {
    let secret = Secret::new("s");
    let mut headers = signed("/x", b"", &secret);
    let base64 = headers.get(HeaderName::Signature).unwrap().to_owned();
    let bytes = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, base64).unwrap();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    headers.set(HeaderName::Signature, hex);
    let key = VerifyingKey::Secret(&secret);
    let refusal = verify_request(&request("/x", b""), &headers, &Policy::default(), key).unwrap_err();
    assert!(refusal.log().contains("hexadecimal"), "{}", refusal.log());
    let lenient = Policy { encodings: Encodings::Base64OrHex, ..Policy::default() };
    assert!(verify_request(&request("/x", b""), &headers, &lenient, key).is_ok());
}

#[test]
fn signatures_agree_with_themselves_for_every_size() {
    for size in [KeySize::RSA_2048, KeySize::RSA_3072, KeySize::RSA_4096] {
        let private = PrivateKey::generate(size).unwrap();
        let public = private.public_key().unwrap();
        let text = StringToSign::token("client", TIME);
        let signature = sign_rsa(&private, &text).unwrap();
        assert_eq!(signature.len(), size.bytes().div_ceil(3) * 4);
        let key = VerifyingKey::Public(&public);
        assert_eq!(key.verify(&text, &signature, Encodings::Base64), Ok(()));
        assert!(key.verify(&StringToSign::token("clienu", TIME), &signature, Encodings::Base64).is_err());
    }
}
