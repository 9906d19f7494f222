//! A receiver of payment notifications (52), without its socket: verify, read, answer. Run with
//! `cargo run -p qris-snap --example notification`.
//!
//! The provider speaks Finnet's dialect: HMAC over a string with an access token, and a customer's token beside it.

use std::collections::HashSet;

use qris_snap::client::{Caller, HttpRequest, Moment, Tokens};
use qris_snap::dialect::FINNET;
use qris_snap::headers::{HeaderName, TokenFault, answer_headers};
use qris_snap::json::Object;
use qris_snap::message::{ErrorAnswer, Message, NotifyRequest, NotifyResponse, Response};
use qris_snap::receive::{Keys, receive};
use qris_snap::sign::{KeySize, PrivateKey, Secret, Token, VerifyingKey};
use qris_snap::verify::SignedRequest;
use qris_snap::{DateTime, Money, Refusal, Service, Status};

/// The clock is the caller's: 2026-11-21T13:44:30+07:00.
const NOW: i64 = 1_795_243_470;

/// What a shop keeps.
struct Shop {
    /// Agreed with the provider.
    secret: Secret,
    /// Access and customer tokens that the shop's own 73 and 74 have granted, and that still live.
    granted: HashSet<String>,
    /// Invoices that are paid.
    paid: Vec<(String, Money)>,
}

/// What a web server gets and gives.
struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Shop {
    /// One request to the path of 52. `headers` and `body` are as received, not parsed and printed again.
    fn handle(&mut self, target: &str, headers: &[(&str, &[u8])], body: &[u8], now: i64) -> Answer {
        let (status, body) = match self.notified(target, headers, body, now) {
            Ok(answer) => (200, answer),
            Err(refusal) => {
                // The log says everything, the answer what the standard lets a caller know.
                eprintln!("refused: {}", refusal.log());
                let body = ErrorAnswer::of(&refusal, &FINNET).write(Service::Notify, &FINNET);
                (refusal.http_status(), body)
            }
        };
        let now = DateTime::wib(now).expect("a year before 10000");
        Answer { status, headers: answer_headers(Service::Notify, &now, None), body }
    }

    fn notified(
        &mut self,
        target: &str,
        headers: &[(&str, &[u8])],
        body: &[u8],
        now: i64,
    ) -> Result<Vec<u8>, Refusal> {
        let request = SignedRequest { service: Service::Notify, method: "POST", target, body };
        let granted = |token: &Token| {
            if self.granted.contains(token.expose()) { Ok(()) } else { Err(TokenFault::Unknown) }
        };
        let key = [VerifyingKey::Secret(&self.secret)];
        let keys = Keys::any(&key).with_tokens(&granted).with_customer_tokens(&granted);
        receive(&request, headers.iter().copied(), &FINNET.policy, keys, now)?;

        let told = NotifyRequest::read(&FINNET, body)?;
        let status = told.latest_transaction_status.as_deref().and_then(Status::from_code);
        if let (Some(Status::Success), Some(number), Some(amount)) =
            (status, told.original_partner_reference_no, told.amount)
        {
            // A provider tells again until it is answered: the same payment is booked once.
            if !self.paid.iter().any(|(known, _)| *known == number) {
                self.paid.push((number, amount));
            }
        }
        NotifyResponse::success(&FINNET).write(&FINNET)
    }
}

/// What the provider sends.
fn notification() -> Result<HttpRequest, Box<dyn std::error::Error>> {
    let provider = Caller::builder(&FINNET)
        .client_id("finnet")
        .private_key(PrivateKey::generate(KeySize::RSA_2048)?)
        .secret(Secret::new("s3cret"))
        .header(HeaderName::PartnerId, "P1")
        .header(HeaderName::ChannelId, "95221")
        .header(HeaderName::Origin, "finnet.example")
        .header(HeaderName::IpAddress, "192.0.2.1")
        .header(HeaderName::DeviceId, "gateway-1")
        .header(HeaderName::Latitude, "-06.1754")
        .header(HeaderName::Longitude, "+106.8272")
        .build()?;
    let info = [
        ("merchantName", "WARUNG CONTOH"),
        ("acquirerName", "Contoh"),
        ("merchantPAN", "936009140000000001"),
    ];
    let more = [("customerPAN", "9360000000000000009"), ("transactionDate", "2026-11-21T13:44:29+07:00")];
    let told = NotifyRequest {
        original_reference_no: Some("F-1".to_owned()),
        original_partner_reference_no: Some("INV-1".to_owned()),
        latest_transaction_status: Some("00".to_owned()),
        amount: Some(Money::idr(1_500_000)?),
        fee_amount: Some(Money::idr(0)?),
        additional_info: Some(info.into_iter().chain(more).collect::<Object>()),
        ..NotifyRequest::default()
    };
    let (access, customer) = (Token::new("A1"), Token::new("C1"));
    let tokens = Tokens { access: Some(&access), customer: Some(&customer) };
    Ok(provider.request(&told, tokens, Moment { unix_ms: NOW * 1000, random: 7 })?)
}

pub(crate) fn main() -> Result<(), Box<dyn std::error::Error>> {
    let granted = HashSet::from(["A1".to_owned(), "C1".to_owned()]);
    let mut shop = Shop { secret: Secret::new("s3cret"), granted, paid: Vec::new() };
    let sent = notification()?;
    let headers: Vec<(&str, &[u8])> =
        sent.headers.pairs().map(|(name, value)| (name, value.as_bytes())).collect();

    // Twice, as after a lost answer; then with another amount, and an hour late.
    let forged = String::from_utf8(sent.body.clone())?.replace("15000.00", "15.00").into_bytes();
    let calls = [
        (&sent.body, NOW, 200, "2005200"),
        (&sent.body, NOW, 200, "2005200"),
        (&forged, NOW, 401, "4015200"),
        (&sent.body, NOW + 3600, 401, "4015200"),
    ];
    for (body, now, status, code) in calls {
        let answer = shop.handle(&sent.path, &headers, body, now);
        for (name, value) in &answer.headers {
            println!("{name}: {value}");
        }
        let text = String::from_utf8(answer.body)?;
        println!("\n{text}\n");
        assert_eq!(answer.status, status);
        assert!(text.contains(code), "{code}: {text}");
    }
    shop.granted.remove("A1");
    let late = shop.handle(&sent.path, &headers, &sent.body, NOW);
    assert!(late.status == 401 && String::from_utf8(late.body)?.contains("4015201"), "the token is over");

    assert_eq!(shop.paid, [("INV-1".to_owned(), Money::idr(1_500_000)?)]);
    println!("paid once: INV-1, {}", shop.paid[0].1);
    Ok(())
}
