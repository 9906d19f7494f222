//! Each slip alone, and two at once: the string is written out here, as the client would, and the cause is named.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::{self, RsaEncoding};
use aws_lc_rs::{digest, hmac};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use qris_snap::diagnose::{Diagnosis, Keys, Parts, Signed, Written, diagnose, right};
use qris_snap::policy::SignatureMode::{self, AsymmetricNoToken, Symmetric};
use qris_snap::sign::{KeySize, PrivateKey, PublicKey, Secret, Token};

const PATH: &str = "/snap/v1.0/qr/qr-mpm-query?b=2&a=1";
const STAMP: &str = "2026-11-28T00:30:15+07:00";
const SECRET: &str = "c2VjcmV0LW9mLWEtcGFydG5lcg==";
const SENT: &str =
    "{\"url\": \"https://a.example/x\", \"name\": \"Café  Biru\",\n \"amount\": 1.10, \"a\": [1, {}]}\n";
const MINIFIED: &str = r#"{"url":"https://a.example/x","name":"Café  Biru","amount":1.10,"a":[1,{}]}"#;

fn sha256(text: &str) -> String {
    hex(digest::digest(&digest::SHA256, text.as_bytes()).as_ref())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn mac(algorithm: hmac::Algorithm, key: &[u8], text: &str) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(algorithm, key), text.as_bytes()).as_ref().to_vec()
}

/// HMAC-SHA512 in Base64: what the client sends.
fn signed(text: &str) -> String {
    STANDARD.encode(mac(hmac::HMAC_SHA512, SECRET.as_bytes(), text))
}

fn request<'a>(token: &'a Token, body: &'a str) -> Parts<'a> {
    Parts {
        method: "POST",
        path: PATH,
        host: "gw.example:8443",
        client: "C-1",
        token: Some(token),
        body: body.as_bytes(),
        timestamp: STAMP,
        ..Parts::default()
    }
}

fn codes(diagnosis: &Diagnosis) -> Vec<&'static str> {
    match diagnosis {
        Diagnosis::Slips { slips, .. } => slips.iter().map(|slip| slip.code()).collect(),
        other => panic!("{other:?}"),
    }
}

/// What is said of an HMAC of the request above.
fn named(signature: &str) -> Vec<&'static str> {
    let (token, secret) = (Token::new("t0ken"), Secret::new(SECRET));
    let keys = Keys { secret: Some(&secret), public: None };
    codes(&diagnose(&Signed::Service(request(&token, SENT)), keys, Symmetric, signature))
}

/// `METHOD:path:token:hash:timestamp` with one part replaced.
fn with(at: usize, other: &str) -> String {
    let hash = sha256(MINIFIED);
    let mut parts = ["POST", PATH, "t0ken", &hash, STAMP];
    parts[at] = other;
    parts.join(":")
}

#[test]
fn what_is_right_holds_in_both_encodings() {
    let (token, secret) = (Token::new("t0ken"), Secret::new(SECRET));
    let keys = Keys { secret: Some(&secret), public: None };
    let asked = Signed::Service(request(&token, SENT));
    let text = with(0, "POST");
    assert_eq!(right(&asked, Symmetric).expose(), text.as_bytes());
    let bytes = mac(hmac::HMAC_SHA512, SECRET.as_bytes(), &text);
    for (signature, written) in [
        (STANDARD.encode(&bytes), Written::Base64),
        (hex(&bytes), Written::Hex),
        (hex(&bytes).to_uppercase(), Written::Hex),
    ] {
        assert_eq!(diagnose(&asked, keys, Symmetric, &signature), Diagnosis::Holds(written));
    }
}

#[test]
fn slips_in_method_path_and_token() {
    for (at, other, code) in [
        (0, "post", "method-lower-case"),
        (0, "GET", "method-other"),
        (0, "PUT", "method-other"),
        (1, "https://gw.example:8443/snap/v1.0/qr/qr-mpm-query?b=2&a=1", "path-with-host"),
        (1, "gw.example:8443/snap/v1.0/qr/qr-mpm-query?b=2&a=1", "path-with-host"),
        (1, "snap/v1.0/qr/qr-mpm-query?b=2&a=1", "path-without-slash"),
        (1, "/snap/v1.0/qr/qr-mpm-query/?b=2&a=1", "path-slash-added"),
        (1, "/snap/v1.0/qr/qr-mpm-query", "path-without-query"),
        (1, "/snap/v1.0/qr/qr-mpm-query?a=1&b=2", "path-query-sorted"),
        (1, "/v1.0/qr/qr-mpm-query?b=2&a=1", "path-prefix-missing"),
        (1, "/qr-mpm-query?b=2&a=1", "path-prefix-missing"),
        (1, "/api/snap/v1.0/qr/qr-mpm-query?b=2&a=1", "path-prefix-added"),
        (2, "Bearer t0ken", "token-with-bearer"),
        (2, "", "token-empty"),
    ] {
        assert_eq!(named(&signed(&with(at, other))), [code], "{other}");
    }
    let hash = sha256(MINIFIED);
    assert_eq!(named(&signed(&format!("POST:{PATH}:{hash}:{STAMP}"))), ["token-left-out"]);
    assert_eq!(named(&signed(&format!("{}\n", with(0, "POST")))), ["string-with-newline"]);
    assert_eq!(named(&signed(&format!("C-1|{STAMP}"))), ["token-recipe"]);
}

#[test]
fn another_token_of_the_client_is_named() {
    let (token, secret) = (Token::new("t0ken"), Secret::new(SECRET));
    let others = [Token::new("older"), Token::new("oldest")];
    let parts = Parts { other_tokens: &others, ..request(&token, SENT) };
    let keys = Keys { secret: Some(&secret), public: None };
    for other in ["older", "oldest"] {
        let found = diagnose(&Signed::Service(parts), keys, Symmetric, &signed(&with(2, other)));
        assert_eq!(codes(&found), ["token-other"]);
    }
}

#[test]
fn slips_in_the_body() {
    for (body, code) in [
        (SENT, "body-not-minified"),
        (SENT.trim_end(), "body-without-line-end"),
        (
            r#"{"url":"https://a.example/x","name":"CaféBiru","amount":1.10,"a":[1,{}]}"#,
            "body-without-any-blank",
        ),
        ("", "body-empty"),
        (
            r#"{"url":"https:\/\/a.example\/x","name":"Café  Biru","amount":1.10,"a":[1,{}]}"#,
            "body-slashes-escaped",
        ),
        (
            r#"{"url":"https://a.example/x","name":"Caf\u00e9  Biru","amount":1.10,"a":[1,{}]}"#,
            "body-unicode-escaped",
        ),
        (r#"{"a":[1,{}],"amount":1.10,"name":"Café  Biru","url":"https://a.example/x"}"#, "body-keys-sorted"),
        (r#"{"url":"https://a.example/x","name":"Café  Biru","amount":1.1,"a":[1,{}]}"#, "body-numbers"),
        (
            r#"{"url": "https://a.example/x", "name": "Café  Biru", "amount": 1.10, "a": [1, {}]}"#,
            "body-spaced",
        ),
        (
            "{\n  \"url\": \"https://a.example/x\",\n  \"name\": \"Café  Biru\",\n  \"amount\": 1.10,\n  \"a\": [\n    1,\n    {}\n  ]\n}",
            "body-pretty",
        ),
        (
            "{\n    \"url\": \"https://a.example/x\",\n    \"name\": \"Café  Biru\",\n    \"amount\": 1.10,\n    \"a\": [\n        1,\n        {}\n    ]\n}",
            "body-pretty",
        ),
    ] {
        assert_eq!(named(&signed(&with(3, &sha256(body)))), [code], "{body}");
    }
    let digest = |algorithm| digest::digest(algorithm, MINIFIED.as_bytes());
    assert_eq!(named(&signed(&with(3, &hex(digest(&digest::SHA512).as_ref())))), ["hash-other"]);
    assert_eq!(named(&signed(&with(3, &sha256(MINIFIED).to_uppercase()))), ["hash-upper-case"]);
    assert_eq!(named(&signed(&with(3, &STANDARD.encode(digest(&digest::SHA256))))), ["hash-base64"]);
    assert_eq!(named(&signed(&with(3, MINIFIED))), ["body-for-hash"]);
    // Two at once: PHP's json_encode as it comes, Python's json.dumps as it comes.
    let php = r#"{"url":"https:\/\/a.example\/x","name":"Caf\u00e9  Biru","amount":1.10,"a":[1,{}]}"#;
    assert_eq!(named(&signed(&with(3, &sha256(php)))), ["body-slashes-escaped", "body-unicode-escaped"]);
    let python = r#"{"url": "https://a.example/x", "name": "Caf\u00e9  Biru", "amount": 1.10, "a": [1, {}]}"#;
    assert_eq!(named(&signed(&with(3, &sha256(python)))), ["body-spaced", "body-unicode-escaped"]);
}

#[test]
fn escapes_that_are_sent_and_not_signed() {
    let (token, secret) = (Token::new("t"), Secret::new(SECRET));
    let keys = Keys { secret: Some(&secret), public: None };
    let sent = r#"{"u":"a\/b","n":"é \ud83d\ude00 \u00e9","q":"\\\/ \"/"}"#;
    for (body, wanted) in [
        (r#"{"u":"a/b","n":"é \ud83d\ude00 \u00e9","q":"\\/ \"/"}"#, &["body-slashes-plain"][..]),
        (r#"{"u":"a\/b","n":"é 😀 é","q":"\\\/ \"/"}"#, &["body-unicode-plain"]),
        (r#"{"u":"a/b","n":"é 😀 é","q":"\\/ \"/"}"#, &["body-slashes-plain", "body-unicode-plain"]),
        (r#"{"u":"a\/b","n":"\u00e9 \ud83d\ude00 \u00e9","q":"\\\/ \"/"}"#, &["body-unicode-escaped"]),
        (r#"{"u":"a\/b","n":"é \ud83d\ude00 \u00e9","q":"\\\/ \"\/"}"#, &["body-slashes-escaped"]),
    ] {
        let text = format!("POST:{PATH}:t:{}:{STAMP}", sha256(body));
        let parts = request(&token, sent);
        let found = diagnose(&Signed::Service(parts), keys, Symmetric, &signed(&text));
        assert_eq!(codes(&found), wanted, "{body}");
        let Diagnosis::Slips { signed, .. } = found else { panic!() };
        assert_eq!(signed.expose(), text.as_bytes(), "the string that would have held");
    }
}

#[test]
fn slips_in_the_timestamp() {
    for (stamp, code) in [
        ("2026-11-28T00:30:15.000+07:00", "timestamp-with-milliseconds"),
        ("2026-11-28T00:30:15.417+07:00", "timestamp-with-milliseconds"),
        ("2026-11-27T17:30:15Z", "timestamp-converted"),
        ("2026-11-27T17:30:15.000Z", "timestamp-converted"),
        ("2026-11-28T01:30:15+08:00", "timestamp-converted"),
        ("2026-11-28T00:30:15Z", "timestamp-offset-replaced"),
        ("2026-11-28T00:30:15+0700", "timestamp-offset-without-colon"),
        ("2026-11-28T00:30:15", "timestamp-without-offset"),
        ("2026-11-28 00:30:15+07:00", "timestamp-blank"),
        ("2026-11-28T00:30:14+07:00", "timestamp-seconds-off"),
        ("2026-11-28T00:30:16+07:00", "timestamp-seconds-off"),
        ("2026-11-27T17:30:15+07:00", "timestamp-hours-off"),
        ("2026-11-28T07:30:15+07:00", "timestamp-hours-off"),
        ("2026-11-27T23:30:15+07:00", "timestamp-hours-off"),
        ("2026-11-27T24:30:15+07:00", "timestamp-hour-over-24"),
        ("1795800615", "timestamp-unix"),
    ] {
        assert_eq!(named(&signed(&with(4, stamp))), [code], "{stamp}");
    }
    let (token, secret) = (Token::new("t0ken"), Secret::new(SECRET));
    let keys = Keys { secret: Some(&secret), public: None };
    for (sent, text, code) in [
        ("2026-11-28T00:30:15.417+07:00", STAMP, "timestamp-without-fraction"),
        ("2026-11-27T27:30:15+07:00", "2026-11-28T03:30:15+07:00", "timestamp-hour-below-24"),
        ("2026-11-27T17:30:15Z", "2026-11-28T00:30:15+07:00", "timestamp-converted"),
        ("2026-12-31T17:30:15Z", "2026-12-31T17:30:15+07:00", "timestamp-offset-replaced"),
    ] {
        let parts = Parts { timestamp: sent, ..request(&token, SENT) };
        let found = diagnose(&Signed::Service(parts), keys, Symmetric, &signed(&with(4, text)));
        assert_eq!(codes(&found), [code], "{sent}");
    }
    let hours = diagnose(
        &Signed::Service(request(&token, SENT)),
        keys,
        Symmetric,
        &signed(&with(4, "2026-11-27T17:30:15+07:00")),
    );
    assert!(hours.to_string().contains("-7 h: UTC was labelled WIB"), "{hours}");
}

#[test]
fn slips_in_the_key_and_in_the_signature() {
    let text = with(0, "POST");
    let bytes = mac(hmac::HMAC_SHA512, SECRET.as_bytes(), &text);
    let good = STANDARD.encode(&bytes);
    assert_eq!(named(&STANDARD.encode(hex(&bytes))), ["signature-base64-of-hex"]);
    // One that has a character in which the alphabets differ.
    let stamps = (0..60).map(|second| format!("2026-11-28T00:30:{second:02}+07:00"));
    let texts =
        stamps.map(|stamp| (stamp.clone(), mac(hmac::HMAC_SHA512, SECRET.as_bytes(), &with(4, &stamp))));
    let (stamp, url) = texts
        .map(|(stamp, bytes)| (stamp, URL_SAFE_NO_PAD.encode(bytes)))
        .find(|(_, text)| text.contains('-') && text.contains('_'))
        .unwrap();
    let (token, secret) = (Token::new("t0ken"), Secret::new(SECRET));
    let keys = Keys { secret: Some(&secret), public: None };
    let parts = Parts { timestamp: &stamp, ..request(&token, SENT) };
    assert_eq!(codes(&diagnose(&Signed::Service(parts), keys, Symmetric, &url)), ["signature-base64url"]);
    assert_eq!(named(good.trim_end_matches('=')), ["signature-unpadded"]);
    assert_eq!(named(&format!("{}\r\n{}\n", &good[..76], &good[76..])), ["signature-wrapped"]);
    let other = |algorithm, key: &[u8]| STANDARD.encode(mac(algorithm, key, &text));
    assert_eq!(named(&other(hmac::HMAC_SHA256, SECRET.as_bytes())), ["hmac-hash"]);
    assert_eq!(named(&hex(&mac(hmac::HMAC_SHA256, SECRET.as_bytes(), &text))), ["hmac-hash"]);
    assert_eq!(named(&other(hmac::HMAC_SHA512, format!("{SECRET}\n").as_bytes())), ["secret-with-newline"]);
    assert_eq!(named(&other(hmac::HMAC_SHA512, b"secret-of-a-partner")), ["secret-from-base64"]);
    for (secret, used, code) in
        [(" s3cret\n", &b"s3cret"[..], "secret-trimmed"), ("00ff10", &[0, 255, 16], "secret-from-hex")]
    {
        let secret = Secret::new(secret);
        let keys = Keys { secret: Some(&secret), public: None };
        let found = diagnose(
            &Signed::Service(request(&token, SENT)),
            keys,
            Symmetric,
            &other(hmac::HMAC_SHA512, used),
        );
        assert_eq!(codes(&found), [code]);
    }
}

#[test]
fn two_slips_in_different_places() {
    let hash = sha256(SENT);
    let text = format!("POST:/v1.0/qr/qr-mpm-query?b=2&a=1:t0ken:{hash}:{STAMP}");
    assert_eq!(named(&signed(&text)), ["body-not-minified", "path-prefix-missing"]);
    let text = format!("post:{PATH}:t0ken:{}:2026-11-27T17:30:15+07:00", sha256(MINIFIED));
    assert_eq!(named(&signed(&text)), ["timestamp-hours-off", "method-lower-case"]);
    let bytes = mac(hmac::HMAC_SHA512, SECRET.as_bytes(), &with(2, "Bearer t0ken"));
    assert_eq!(named(&STANDARD.encode(hex(&bytes))), ["signature-base64-of-hex", "token-with-bearer"]);
}

#[test]
fn another_key_is_said_last() {
    let (token, secret) = (Token::new("t0ken"), Secret::new(SECRET));
    let keys = Keys { secret: Some(&secret), public: None };
    let asked = Signed::Service(request(&token, SENT));
    let other = STANDARD.encode(mac(hmac::HMAC_SHA512, b"another", &with(0, "POST")));
    let found = diagnose(&asked, keys, Symmetric, &other);
    assert_eq!(found, Diagnosis::Unknown);
    assert!(found.to_string().contains("another key"));
    assert_eq!(diagnose(&asked, keys, Symmetric, "%%%"), Diagnosis::Malformed { characters: 3 });
    assert_eq!(diagnose(&asked, keys, Symmetric, ""), Diagnosis::Malformed { characters: 0 });
    assert_eq!(diagnose(&asked, keys, Symmetric, &"A".repeat(344)), Diagnosis::Malformed { characters: 344 });
    // A length that only a private key makes, whose public key is not known here.
    let rsa = STANDARD.encode([7; 256]);
    assert_eq!(diagnose(&asked, keys, Symmetric, &rsa), Diagnosis::OtherKind { bytes: 256, rsa: true });
}

#[test]
fn a_string_that_is_given_whole_is_diagnosed() {
    let secret = Secret::new(SECRET);
    let keys = Keys { secret: Some(&secret), public: None };
    let says =
        |text: &str, signature: &str| diagnose(&Signed::Text(text.as_bytes()), keys, Symmetric, signature);
    assert_eq!(says("a:b", &signed("a:b")), Diagnosis::Holds(Written::Base64));
    assert_eq!(codes(&says("a:b\n", &signed("a:b"))), ["string-trimmed"]);
    assert_eq!(codes(&says("a:b", &signed("a:b\n"))), ["string-with-newline"]);
    let sha256 = STANDARD.encode(mac(hmac::HMAC_SHA256, SECRET.as_bytes(), "a:b"));
    assert_eq!(codes(&says("a:b\n", &sha256)), ["hmac-hash", "string-trimmed"]);
    assert_eq!(says("a:b", &signed("a:c")), Diagnosis::Unknown);
}

/// A key pair, and what signs with it in any way.
struct Pair(KeyPair, PublicKey);

impl Pair {
    fn new() -> Pair {
        let key = PrivateKey::generate(KeySize::RSA_2048).unwrap();
        let pem = key.to_pem().unwrap();
        let der =
            STANDARD.decode(pem.lines().filter(|line| !line.starts_with('-')).collect::<String>()).unwrap();
        Pair(KeyPair::from_pkcs8(&der).unwrap(), key.public_key().unwrap())
    }

    fn sign(&self, how: &'static dyn RsaEncoding, text: &str) -> String {
        let mut signature = vec![0; 256];
        self.0.sign(how, &SystemRandom::new(), text.as_bytes(), &mut signature).unwrap();
        STANDARD.encode(signature)
    }

    fn says(
        &self,
        signed: &Signed<'_>,
        mode: SignatureMode,
        secret: Option<&Secret>,
        signature: &str,
    ) -> Vec<&'static str> {
        codes(&diagnose(signed, Keys { secret, public: Some(&self.1) }, mode, signature))
    }
}

#[test]
fn token_requests_are_diagnosed() {
    let pair = Pair::new();
    let body = r#"{"grantType":"client_credentials"}"#;
    let asked = Signed::TokenRequest(Parts {
        method: "POST",
        path: "/v1.0/access-token/b2b",
        client: "C-1",
        body: body.as_bytes(),
        timestamp: STAMP,
        ..Parts::default()
    });
    let sha256: &'static dyn RsaEncoding = &signature::RSA_PKCS1_SHA256;
    let text = format!("C-1|{STAMP}");
    let service = format!("POST:/v1.0/access-token/b2b:{}:{STAMP}", self::sha256(body));
    let good = pair.sign(sha256, &text);
    let keys = Keys { secret: None, public: Some(&pair.1) };
    assert_eq!(diagnose(&asked, keys, AsymmetricNoToken, &good), Diagnosis::Holds(Written::Base64));
    for (how, text, code) in [
        (sha256, format!("{STAMP}|C-1"), "token-string-reversed"),
        (sha256, format!("C-1:{STAMP}"), "token-string-colon"),
        (sha256, format!("C-1|{STAMP}\n"), "string-with-newline"),
        (sha256, service, "service-recipe"),
        (sha256, "C-1|2026-11-27T17:30:15+07:00".to_owned(), "timestamp-hours-off"),
        (sha256, "C-1|2026-11-28T00:30:15.021+07:00".to_owned(), "timestamp-with-milliseconds"),
        (&signature::RSA_PKCS1_SHA512, text.clone(), "rsa-hash"),
        (&signature::RSA_PSS_SHA256, text.clone(), "rsa-pss"),
    ] {
        assert_eq!(pair.says(&asked, Symmetric, None, &pair.sign(how, &text)), [code]);
    }
    let secret = Secret::new(SECRET);
    assert_eq!(pair.says(&asked, Symmetric, Some(&secret), &signed(&text)), ["hmac-for-rsa"]);
    let found = diagnose(&asked, keys, AsymmetricNoToken, &signed(&text));
    assert_eq!(found, Diagnosis::OtherKind { bytes: 64, rsa: false });
    assert_eq!(diagnose(&asked, keys, Symmetric, &Pair::new().sign(sha256, &text)), Diagnosis::Unknown);
}

/// SHA-1 is verified and never made by the library: the signature was made with OpenSSL.
#[test]
fn sha1_is_named() {
    let public = PublicKey::read(include_bytes!("data/sha1.pub")).unwrap();
    let asked = Signed::TokenRequest(Parts { client: "C-1", timestamp: STAMP, ..Parts::default() });
    let keys = Keys { secret: None, public: Some(&public) };
    assert_eq!(codes(&diagnose(&asked, keys, Symmetric, include_str!("data/sha1.sig").trim())), ["rsa-hash"]);
}

#[test]
fn kinds_of_keys_are_told_apart() {
    let pair = Pair::new();
    let (token, secret) = (Token::new("t0ken"), Secret::new(SECRET));
    let asked = Signed::Service(request(&token, SENT));
    let sha256: &'static dyn RsaEncoding = &signature::RSA_PKCS1_SHA256;
    let asymmetric = format!("POST:{PATH}:{}:{STAMP}", self::sha256(MINIFIED));
    let rsa = pair.sign(sha256, &asymmetric);
    assert_eq!(pair.says(&asked, Symmetric, Some(&secret), &rsa), ["rsa-for-hmac", "token-left-out"]);
    let keys = Keys { secret: Some(&secret), public: Some(&pair.1) };
    assert_eq!(diagnose(&asked, keys, AsymmetricNoToken, &rsa), Diagnosis::Holds(Written::Base64));
    let with_token = pair.sign(sha256, &with(0, "POST"));
    assert_eq!(pair.says(&asked, AsymmetricNoToken, Some(&secret), &with_token), ["token-put-in"]);
    assert_eq!(pair.says(&asked, Symmetric, Some(&secret), &with_token), ["rsa-for-hmac"]);
    let symmetric = signed(&with(0, "POST"));
    assert_eq!(
        pair.says(&asked, AsymmetricNoToken, Some(&secret), &symmetric),
        ["hmac-for-rsa", "token-put-in"]
    );
}

#[test]
fn hostile_parts_end_soon_and_are_no_panic() {
    let (token, secret) = (Token::new("t"), Secret::new(SECRET));
    let keys = Keys { secret: Some(&secret), public: None };
    let path = "/é".repeat(20_000);
    let deep = "[".repeat(100_000);
    for body in [deep.as_str(), "{\"a\":\"\\u12", "\\", "{\"", "[,]", "{:}", "\u{0}"] {
        for timestamp in
            ["", "é", "2026-11-28T00:30:1é+07:00", "9999-12-31T23:59:59Z", "0000-01-01T99:00:00Z"]
        {
            let parts = Parts { path: &path, body: body.as_bytes(), timestamp, ..request(&token, "") };
            assert_eq!(
                diagnose(&Signed::Service(parts), keys, Symmetric, &signed("other")),
                Diagnosis::Unknown
            );
        }
    }
}
