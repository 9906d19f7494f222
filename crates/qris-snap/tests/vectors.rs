//! The signature vectors: each holds, and none holds with one byte changed.

use crate::support::{Vector, bytes, vectors};
use qris_snap::sign::{Encodings, PublicKey, Secret, SignatureError, StringToSign, VerifyingKey, sign_hmac};
use qris_snap::{BodyHash, minify};

fn holds(vector: &Vector, text: &[u8], signature: &str) -> Result<(), SignatureError> {
    let text = StringToSign::from_bytes(text);
    match (&vector.secret, &vector.public_key) {
        (Some(secret), None) => {
            VerifyingKey::Secret(&Secret::new(secret.as_str())).verify(&text, signature, Encodings::Base64)
        }
        (None, Some(key)) => {
            let key = PublicKey::read(key.as_bytes()).unwrap();
            VerifyingKey::Public(&key).verify(&text, signature, Encodings::Base64)
        }
        _ => panic!("{}: a secret or a key", vector.name),
    }
}

#[test]
fn all_eight_hold() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 8);
    for vector in &vectors {
        assert_eq!(holds(vector, vector.text.as_bytes(), &vector.signature), Ok(()), "{}", vector.name);
    }
}

#[test]
fn one_changed_byte_of_the_string_is_refused() {
    for vector in vectors() {
        for at in 0..vector.text.len() {
            let mut text = vector.text.clone().into_bytes();
            text[at] ^= 1;
            assert_eq!(
                holds(&vector, &text, &vector.signature),
                Err(SignatureError::Mismatch),
                "{} at {at}",
                vector.name
            );
        }
    }
}

#[test]
fn one_changed_character_of_the_signature_is_refused() {
    for vector in vectors() {
        // The last character before the padding has bits that mean nothing: there another fault is reported.
        for at in 0..vector.signature.trim_end_matches('=').len() {
            let mut signature = vector.signature.clone().into_bytes();
            signature[at] = if signature[at] == b'A' { b'B' } else { b'A' };
            let signature = String::from_utf8(signature).unwrap();
            let fault = holds(&vector, vector.text.as_bytes(), &signature).unwrap_err();
            assert!(
                matches!(fault, SignatureError::Mismatch | SignatureError::NotBase64),
                "{} at {at}: {fault}",
                vector.name
            );
        }
        let shorter = &vector.signature[4..];
        let fault = holds(&vector, vector.text.as_bytes(), shorter).unwrap_err();
        assert!(matches!(fault, SignatureError::Length { .. }), "{}: {fault}", vector.name);
    }
}

#[test]
fn one_changed_byte_of_the_secret_is_refused() {
    for mut vector in vectors().into_iter().filter(|vector| vector.secret.is_some()) {
        let secret = vector.secret.clone().unwrap();
        vector.secret = Some(format!("{}~", &secret[..secret.len() - 1]));
        assert_eq!(
            holds(&vector, vector.text.as_bytes(), &vector.signature),
            Err(SignatureError::Mismatch),
            "{}",
            vector.name
        );
    }
}

#[test]
fn our_hmac_is_theirs() {
    for vector in vectors() {
        if let Some(secret) = &vector.secret {
            let text = StringToSign::from_bytes(vector.text.as_bytes());
            assert_eq!(sign_hmac(&Secret::new(secret.as_str()), &text), vector.signature, "{}", vector.name);
        }
    }
}

#[test]
fn the_published_bodies_hash_to_what_was_signed() {
    let mut seen = 0;
    for vector in vectors() {
        let Some(body) = &vector.body else { continue };
        let hash = BodyHash::minified(body.as_bytes()).to_string();
        assert!(vector.text.contains(&format!(":{hash}:")), "{}", vector.name);
        for at in 0..body.len() {
            let mut changed = body.clone().into_bytes();
            changed[at] ^= 1;
            assert_ne!(BodyHash::minified(&changed).to_string(), hash, "{} at {at}", vector.name);
        }
        seen += 1;
    }
    assert_eq!(seen, 4);
}

#[test]
fn strings_to_sign_are_put_together_as_in_the_vectors() {
    let vector = |name: &str| vectors().into_iter().find(|vector| vector.name == name).unwrap();
    let v1 = vector("V1");
    let hash = BodyHash::minified(v1.body.unwrap().as_bytes());
    let text = StringToSign::symmetric(
        "post",
        "/v1.0/qr/qr-mpm-generate",
        "myaccesstoken",
        &hash,
        "2024-03-05T10:37:16.196Z",
    );
    assert_eq!(text.expose(), v1.text.as_bytes());
    let v5 = vector("V5");
    let hash = BodyHash::minified(v5.body.unwrap().as_bytes());
    let text = StringToSign::asymmetric("POST", "/v1.0/debit/notify", &hash, "2024-05-02T14:43:08+07:00");
    assert_eq!(text.expose(), v5.text.as_bytes());
    let d2 = vector("D2");
    let text = StringToSign::symmetric(
        "GET",
        "/v1.0/debit/status?a=1&b=2",
        "myaccesstoken",
        &BodyHash::minified(b""),
        "2026-11-21T10:00:00+07:00",
    );
    assert_eq!(text.expose(), d2.text.as_bytes());
}

#[test]
fn d1_minifies_lexically() {
    let pretty = bytes("d1-pretty.json");
    let d1 = vectors().into_iter().find(|vector| vector.name == "D1").unwrap();
    assert_eq!(minify(&pretty), d1.body.unwrap().as_bytes());
    let hash = BodyHash::minified(&pretty).to_string();
    assert_eq!(hash, "3ed752e4c4006e92680bcb7773999e3cb7eab59c10ec79eaa5b930745578c93c");
    // The two wrong ways: parsed and printed again as JavaScript does, and every blank dropped.
    let printed_again = "{\"reason\":\"Customer complain: two  spaces\",\"note\":\"é \\\"q\\\" /\",\"n\":1}";
    let blanks_dropped: Vec<u8> = pretty.iter().copied().filter(|byte| !b" \t\r\n".contains(byte)).collect();
    let wrong = [
        (
            BodyHash::raw(printed_again.as_bytes()),
            "de36135aa7f4865856d95bb32e06a08013ce7654a67c13079f5d1febab50b816",
        ),
        (BodyHash::raw(&blanks_dropped), "f7e8de8dd158114015b1afcfb8651e60de6d0a51a0ad58b42b6699fd0697f3b5"),
    ];
    for (wrong, expected) in wrong {
        assert_eq!(wrong.to_string(), expected);
        assert_ne!(wrong.to_string(), hash);
    }
}
