//! Token requests, and services that are signed with a private key: each mistake is named.

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::{self, RsaEncoding};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use qris_snap::BodyHash;
use qris_snap::diagnose::{Diagnosis, Keys, Parts, Signed, Written, diagnose};
use qris_snap::policy::SignatureMode::{AsymmetricNoToken, Symmetric};
use qris_snap::sign::{KeySize, PrivateKey, PublicKey, Secret, Token};

const STAMP: &str = "2026-11-28T07:30:15+08:00";
const CLIENT: &str = "G1234325-SNAP";

struct Pair(KeyPair, PublicKey);

impl Pair {
    fn new(size: KeySize) -> Pair {
        let key = PrivateKey::generate(size).unwrap();
        let der = pem::parse(key.to_pem().unwrap().as_bytes()).unwrap().into_contents();
        Pair(KeyPair::from_pkcs8(&der).unwrap(), key.public_key().unwrap())
    }

    fn bytes(&self, how: &'static dyn RsaEncoding, text: &str) -> Vec<u8> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        self.0.sign(how, &SystemRandom::new(), text.as_bytes(), &mut signature).unwrap();
        signature
    }

    fn sign(&self, text: &str) -> Vec<u8> {
        self.bytes(&signature::RSA_PKCS1_SHA256, text)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn codes(diagnosis: Diagnosis, wanted: &str) -> Vec<&'static str> {
    match diagnosis {
        Diagnosis::Slips { slips, signed } => {
            assert_eq!(String::from_utf8_lossy(signed.expose()), wanted);
            slips.iter().map(|slip| slip.code()).collect()
        }
        other => panic!("{other:?} of {wanted}"),
    }
}

#[test]
fn mistakes_in_a_token_request() {
    let body = r#"{"grantType":"client_credentials"}"#;
    let path = "/oauth/v1.0/access-token/b2b";
    let hash = BodyHash::raw(body.as_bytes());
    let pair = Pair::new(KeySize::RSA_2048);
    let keys = Keys { secret: None, public: Some(&pair.1) };
    let whole = Parts {
        method: "POST",
        path,
        client: CLIENT,
        body: body.as_bytes(),
        timestamp: STAMP,
        ..Parts::default()
    };
    let short = Parts { client: CLIENT, timestamp: STAMP, ..Parts::default() };
    let right = format!("{CLIENT}|{STAMP}");
    for parts in [whole, short] {
        let asked = Signed::TokenRequest(parts);
        let says = |signature: &str| diagnose(&asked, keys, Symmetric, signature);
        assert_eq!(says(&STANDARD.encode(pair.sign(&right))), Diagnosis::Holds(Written::Base64));
        assert_eq!(says(&hex(&pair.sign(&right))), Diagnosis::Holds(Written::Hex));
        for (text, wanted) in [
            (format!("{STAMP}|{CLIENT}"), &["token-string-reversed"][..]),
            (format!("{CLIENT}:{STAMP}"), &["token-string-colon"]),
            (format!("{STAMP}:{CLIENT}"), &["token-string-colon", "token-string-reversed"]),
            (format!("{CLIENT}{STAMP}"), &["string-separator"]),
            (format!("{CLIENT}|{STAMP}\n"), &["string-with-newline"]),
            (format!("{CLIENT}|{STAMP}\r\n"), &["string-with-newline"]),
            (format!("{STAMP}|{CLIENT}\n"), &["token-string-reversed", "string-with-newline"]),
            (format!("{CLIENT}|2026-11-28T07:30:15.001+08:00"), &["timestamp-with-milliseconds"]),
            (format!("{CLIENT}|2026-11-27T23:30:15Z"), &["timestamp-converted"]),
            (format!("{CLIENT}|2026-11-28T07:30:15Z"), &["timestamp-offset-replaced"]),
            (format!("{CLIENT}|2026-11-28T07:30:16+08:00"), &["timestamp-seconds-off"]),
            (format!("{CLIENT}|2026-11-28T00:30:15+08:00"), &["timestamp-hours-off"]),
            (format!("{CLIENT}|2026-11-27T31:30:15+08:00"), &["timestamp-hour-over-24"]),
            (
                format!("2026-11-28T00:30:15+08:00|{CLIENT}"),
                &["timestamp-hours-off", "token-string-reversed"],
            ),
            (format!("POST:{path}:{hash}:{STAMP}"), &["service-recipe"]),
        ] {
            // Where it was sent is not known of the shorter one: the standard's path and those of the dialects are tried.
            let text =
                if parts.path.is_empty() { text.replace(path, "/v1.0/access-token/b2b") } else { text };
            assert_eq!(codes(says(&STANDARD.encode(pair.sign(&text))), &text), wanted, "{text}");
        }
        let with_colons = text_of_service("/v1.0/access-token/b2b", &hash);
        if parts.path.is_empty() {
            assert_eq!(
                codes(says(&STANDARD.encode(pair.sign(&with_colons))), &with_colons),
                ["service-recipe"]
            );
        }
        for (how, wanted) in [
            (&signature::RSA_PKCS1_SHA384 as &'static dyn RsaEncoding, &["rsa-hash"][..]),
            (&signature::RSA_PKCS1_SHA512, &["rsa-hash"]),
            (&signature::RSA_PSS_SHA256, &["rsa-pss"]),
            (&signature::RSA_PSS_SHA512, &["rsa-pss", "rsa-hash"]),
        ] {
            assert_eq!(codes(says(&STANDARD.encode(pair.bytes(how, &right))), &right), wanted);
        }
        let bytes = pair.sign(&right);
        let wrapped: Vec<&str> = STANDARD
            .encode(&bytes)
            .leak()
            .as_bytes()
            .chunks(76)
            .map(|line| str::from_utf8(line).unwrap())
            .collect();
        for (signature, wanted) in [
            (STANDARD.encode(hex(&bytes)), "signature-base64-of-hex"),
            (URL_SAFE_NO_PAD.encode(&bytes), "signature-base64url"),
            (wrapped.join("\n"), "signature-wrapped"),
            (wrapped.join("\r\n") + "\r\n", "signature-wrapped"),
            (STANDARD.encode(&bytes).trim_end_matches('=').to_owned(), "signature-unpadded"),
        ] {
            assert_eq!(codes(says(&signature), &right), [wanted], "{signature}");
        }
        // Two: the hash and the string.
        let text = format!("{STAMP}|{CLIENT}");
        let both = STANDARD.encode(pair.bytes(&signature::RSA_PSS_SHA256, &text));
        assert_eq!(codes(says(&both), &text), ["rsa-pss", "token-string-reversed"]);
        // The secret, known here and not.
        let secret = Secret::new("s3cret");
        let mac = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA512, b"s3cret"), right.as_bytes());
        let found = diagnose(
            &asked,
            Keys { secret: Some(&secret), ..keys },
            Symmetric,
            &STANDARD.encode(mac.as_ref()),
        );
        assert_eq!(codes(found, &right), ["hmac-for-rsa"]);
        assert_eq!(says(&STANDARD.encode(mac.as_ref())), Diagnosis::OtherKind { bytes: 64, rsa: false });
        let other = Pair::new(KeySize::RSA_2048);
        assert_eq!(says(&STANDARD.encode(other.sign(&right))), Diagnosis::Unknown);
    }
}

fn text_of_service(path: &str, hash: &BodyHash) -> String {
    format!("POST:{path}::{hash}:{STAMP}")
}

#[test]
fn mistakes_in_a_service_of_the_private_key() {
    let pair = Pair::new(KeySize::RSA_3072);
    let keys = Keys { secret: None, public: Some(&pair.1) };
    let (token, body) = (Token::new("t0ken"), r#"{"a":"b"}"#);
    let path = "/snap/v1.0/qr/qr-mpm-notify";
    let parts = Parts {
        method: "POST",
        path,
        token: Some(&token),
        body: body.as_bytes(),
        timestamp: STAMP,
        ..Parts::default()
    };
    let hash = BodyHash::raw(body.as_bytes());
    for (text, wanted) in [
        (format!("POST:{path}:t0ken:{hash}:{STAMP}"), &["token-put-in"][..]),
        (format!("POST:{path}:Bearer t0ken:{hash}:{STAMP}"), &["token-put-in", "token-with-bearer"]),
        (format!("post:{path}:{hash}:{STAMP}"), &["method-lower-case"]),
        (format!("POST:/v1.0/qr/qr-mpm-notify:{hash}:{STAMP}"), &["path-prefix-missing"]),
        (format!("POST:{path}:{hash}:{STAMP}\n"), &["string-with-newline"]),
        (format!("POST:{path}:{}:{STAMP}", hash.to_string().to_uppercase()), &["hash-upper-case"]),
        (format!("POST:{path}:{STAMP}"), &["hash-left-out"]),
        (format!("POST:{path}:{hash}:2026-11-27T23:30:15Z"), &["timestamp-converted"]),
        (
            format!("POST:/v1.0/qr/qr-mpm-notify:t0ken:{hash}:{STAMP}"),
            &["token-put-in", "path-prefix-missing"],
        ),
    ] {
        let found =
            diagnose(&Signed::Service(parts), keys, AsymmetricNoToken, &STANDARD.encode(pair.sign(&text)));
        assert_eq!(codes(found, &text), wanted, "{text}");
    }
}
