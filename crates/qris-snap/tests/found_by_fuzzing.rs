//! What fuzzing and reading with bad intent have found, so that it stays found.

use qris_snap::codes::Situation;
use qris_snap::dialect::BRICK;
use qris_snap::headers::Headers;
use qris_snap::message::{DecodeResponse, Message};
use qris_snap::policy::{Policy, SignatureMode};
use qris_snap::sign::{Secret, SigningKey, VerifyingKey};
use qris_snap::verify::{SignedRequest, sign_request, verify_request};
use qris_snap::{Refusal, Service};

#[test]
fn zeros_that_would_not_come_back_stay_text() {
    // A code that came as text where the dialect writes an integer.
    for (code, written) in
        [("00", "\"00\""), ("0", "0"), ("2004800", "2004800"), ("02004800", "\"02004800\"")]
    {
        let body = format!(r#"{{"responseCode":"{code}","responseMessage":"m"}}"#);
        let message = DecodeResponse::read(&BRICK, body.as_bytes()).unwrap();
        let sent = message.write(&BRICK).unwrap();
        assert_eq!(DecodeResponse::read(&BRICK, &sent), Ok(message), "{code}");
        assert!(
            String::from_utf8(sent).unwrap().starts_with(&format!(r#"{{"responseCode":{written},"#)),
            "{code}"
        );
    }
}

#[test]
fn a_whole_address_is_signed_as_it_is_verified() {
    let (secret, mut headers) = (Secret::new("s"), Headers::new());
    let target = "https://partner.example/v1.0/qr/qr-mpm-query?a=1";
    let request = SignedRequest { service: Service::Query, method: "POST", target, body: b"{}" };
    let (mode, key) = (SignatureMode::Symmetric, SigningKey::Secret(&secret));
    sign_request(&request, &mut headers, mode, &key, "2026-11-21T13:44:30+07:00").unwrap();
    let verify = |target| {
        let request = SignedRequest { target, ..request };
        verify_request(&request, &headers, &Policy::default(), VerifyingKey::Secret(&secret))
    };
    assert_eq!(verify(target).map(|recipe| recipe.path), Ok("/v1.0/qr/qr-mpm-query?a=1".to_owned()));
    assert!(verify("/v1.0/qr/qr-mpm-query?a=1").is_ok());
    assert!(verify("/v1.0/qr/qr-mpm-query").is_err());
}

#[test]
fn no_name_from_outside_turns_the_line_of_a_log() {
    let refusal = Refusal::new(Service::Query, Situation::InvalidFormat, "x\u{61c}").at("\u{61c}y\u{202e}");
    assert!(!refusal.log().contains(['\u{61c}', '\u{202e}']));
    assert!(!refusal.to_string().contains(['\u{61c}', '\u{202e}']));
}
