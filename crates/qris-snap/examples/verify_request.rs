//! A gateway's side of one request: headers, timestamp, signature, body, answer. Run with
//! `cargo run -p qris-snap --example verify_request`.

use qris_snap::dialect::FINPAY;
use qris_snap::headers::{HeaderName, Headers, TokenFault, answer_headers};
use qris_snap::message::{ErrorAnswer, GenerateRequest, GenerateResponse, Message, Response};
use qris_snap::policy::SignatureMode;
use qris_snap::receive::{Keys, receive};
use qris_snap::sign::{Secret, SigningKey, Token, VerifyingKey};
use qris_snap::verify::{SignedRequest, sign_request};
use qris_snap::{DateTime, Refusal, Service};

/// The clock is the caller's: 2026-11-21T13:44:30+07:00.
const NOW: i64 = 1_795_243_470;

pub(crate) fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (secret, token) = (Secret::new("myclientsecret"), Token::new("access-token"));
    let body = br#"{ "partnerReferenceNo": "INV-1", "merchantId": "M1", "validityPeriod": "2026-11-21T14:00:00+07:00" }"#;
    let target = FINPAY.path(Service::Generate);
    let request = SignedRequest { service: Service::Generate, method: "POST", target: &target, body };

    // What the merchant sends.
    let mut sent = Headers::new();
    sent.set_token(&token);
    for (name, value) in [
        (HeaderName::ContentType, "application/json"),
        (HeaderName::Accept, "application/json"),
        (HeaderName::Origin, "merchant.example"),
        (HeaderName::PartnerId, "P1"),
        (HeaderName::ExternalId, "41807553358950093184162180797837"),
        (HeaderName::ChannelId, "95221"),
    ] {
        sent.set(name, value);
    }
    let key = SigningKey::Secret(&secret);
    sign_request(&request, &mut sent, SignatureMode::Symmetric, &key, "2026-11-21T13:44:30+07:00")?;

    // What the gateway answers, to this and to a body somebody touched.
    let touched = SignedRequest { body: br#"{"partnerReferenceNo":"INV-2"}"#, ..request };
    for request in [request, touched] {
        let pairs = sent.pairs().map(|(name, value)| (name, value.as_bytes()));
        let answer = match handle(&request, pairs, &secret) {
            Ok(body) => body,
            Err(refusal) => {
                eprintln!("refused: {}", refusal.log());
                ErrorAnswer::of(&refusal, &FINPAY).write(request.service, &FINPAY)
            }
        };
        let now = DateTime::wib(NOW).ok_or("a year beyond 9999")?;
        for (name, value) in answer_headers(request.service, &now, None) {
            println!("{name}: {value}");
        }
        println!("\n{}\n", String::from_utf8(answer)?);
    }
    Ok(())
}

fn handle<'a>(
    request: &SignedRequest<'_>,
    pairs: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    secret: &Secret,
) -> Result<Vec<u8>, Refusal> {
    let policy = &FINPAY.policy;
    // Here a gateway looks the token up.
    let issued =
        |token: &Token| if token.expose() == "access-token" { Ok(()) } else { Err(TokenFault::Unknown) };
    let key = [VerifyingKey::Secret(secret)];
    let received = receive(request, pairs, policy, Keys::any(&key).with_tokens(&issued), NOW)?;
    if let Some(recipe) = received.recipe {
        eprintln!("signed over {} and the {:?} body", recipe.path, recipe.body);
    }

    let message = GenerateRequest::read(&FINPAY, request.body)?;
    let expiry = message.expiry(&FINPAY, NOW)?;
    let mut answer = GenerateResponse {
        reference_no: Some("R-1".to_owned()),
        partner_reference_no: message.partner_reference_no,
        qr_content: Some("00020101021226…".to_owned()),
        ..GenerateResponse::success(&FINPAY)
    };
    answer.set_expiry(&expiry);
    answer.write(&FINPAY)
}
