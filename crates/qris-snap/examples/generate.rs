//! A caller's side of one QR code (47), without its socket: a signed request, and what its answer means. Run with
//! `cargo run -p qris-snap --example generate`; the crate `qris-client` sends such requests.

use qris_snap::client::{Caller, Moment, Reply, Retry, Tokens, read_reply};
use qris_snap::dialect::STANDARD;
use qris_snap::headers::{HeaderName, TokenFault};
use qris_snap::message::{GenerateRequest, GenerateResponse};
use qris_snap::receive::{Keys, receive};
use qris_snap::sign::{KeySize, PrivateKey, Secret, Token, VerifyingKey};
use qris_snap::verify::SignedRequest;
use qris_snap::{Money, Service};

/// The clock is the caller's: 2026-11-21T13:44:30+07:00.
const NOW: i64 = 1_795_243_470;

pub(crate) fn main() -> Result<(), Box<dyn std::error::Error>> {
    let shop = Caller::builder(&STANDARD)
        .client_id("shop-1")
        .private_key(PrivateKey::generate(KeySize::RSA_2048)?)
        .secret(Secret::new("s3cret"))
        .header(HeaderName::PartnerId, "P1")
        .header(HeaderName::ChannelId, "95221")
        .build()?;

    // Hundredths of a rupiah. An amount that no message can carry is an error, and never a code without an amount.
    assert!(Money::idr(u64::MAX).is_err());
    let order = GenerateRequest {
        partner_reference_no: Some("INV-1".to_owned()),
        amount: Some(Money::idr(1_500_000)?),
        merchant_id: Some("M1".to_owned()),
        ..GenerateRequest::default()
    };
    let token = Token::new("A1"); // from 73: `shop.token_request`
    let random = 7; // from a random source
    let request = shop.request(&order, Tokens::access(&token), Moment { unix_ms: NOW * 1000, random })?;
    println!("{} {}", request.method, request.path);
    for (name, value) in request.headers.pairs() {
        println!("{name}: {value}");
    }
    println!("\n{}\n", String::from_utf8_lossy(&request.body));
    assert_eq!(request.path, "/v1.0/qr/qr-mpm-generate");

    // The other side takes it.
    let secret = Secret::new("s3cret");
    let key = [VerifyingKey::Secret(&secret)];
    let issued = |token: &Token| if token.expose() == "A1" { Ok(()) } else { Err(TokenFault::Unknown) };
    let signed = SignedRequest {
        service: Service::Generate,
        method: request.method,
        target: &request.path,
        body: &request.body,
    };
    let headers = request.headers.pairs().map(|(name, value)| (name, value.as_bytes()));
    receive(&signed, headers, shop.policy(), Keys::any(&key).with_tokens(&issued), NOW)?;

    // What may come back: HTTP status and body.
    let good = br#"{"responseCode":"2004700","responseMessage":"Successful","referenceNo":"R-1","partnerReferenceNo":"INV-1","qrContent":"00020101021226"}"#;
    let old = br#"{"responseCode":"4014701","responseMessage":"Access Token Invalid"}"#;
    let answers: [(u16, &[u8]); 3] = [(200, good), (401, old), (504, b"")];
    let mut said = Vec::new();
    for (http, body) in answers {
        said.push(match read_reply::<GenerateResponse>(&STANDARD, http, body) {
            Reply::Done(done) => format!("show {}", done.answer.qr_content.unwrap_or_default()),
            Reply::InProgress(_) => "ask later".to_owned(),
            Reply::Refused(refused) if refused.retry() == Retry::NewToken => {
                "fetch a token, ask again".to_owned()
            }
            Reply::Refused(refused) => format!("refused: {}", refused.code().as_str()),
            // It may have been made: ask (51) before anything is sent again.
            _ => "nobody knows: ask with a query".to_owned(),
        });
    }
    println!("{}", said.join("\n"));
    assert_eq!(said, ["show 00020101021226", "fetch a token, ask again", "nobody knows: ask with a query"]);
    Ok(())
}
