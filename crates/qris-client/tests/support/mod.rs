//! An acquirer that does what a test wants: answers, loses answers, talks rubbish.
#![allow(dead_code, unreachable_pub)] // Each test file uses its part.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use qris_client::{Client, Clock, Options};
use qris_snap::Service;
use qris_snap::client::{Builder, Caller};
use qris_snap::dialect::{Dialect, STANDARD};
use qris_snap::headers::HeaderName;
use qris_snap::sign::{KeySize, PrivateKey, Secret};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Nobody's: what must not show anywhere.
pub const SECRET: &str = "s3cret-of-the-client";

/// What a request is answered with.
#[derive(Clone)]
pub enum Act {
    /// HTTP status and body.
    Say(u16, Value),
    /// These bytes, whatever they are.
    Raw(Vec<u8>),
    /// Nothing: the connection is closed once the request has arrived.
    Lose,
    /// Nothing, and the connection stays.
    Hang,
    /// Another act, when the test has sent `true`.
    When(watch::Receiver<bool>, Box<Act>),
}

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Seen {
    pub service: Option<Service>,
    /// How many of this service came before.
    pub nth: usize,
    pub headers: HashMap<String, String>,
    pub body: Value,
}

impl Seen {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(&name.to_lowercase()).map_or("", String::as_str)
    }

    pub fn text(&self, member: &str) -> &str {
        self.body[member].as_str().unwrap_or("")
    }
}

type Script = dyn Fn(&Seen) -> Act + Send + Sync;

/// The acquirer. It stops with its runtime.
pub struct Acquirer {
    pub url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    count: watch::Receiver<usize>,
}

impl Acquirer {
    /// Listens on a port of its own.
    pub async fn start(script: impl Fn(&Seen) -> Act + Send + Sync + 'static) -> Acquirer {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (told, count) = watch::channel(0);
        let (script, all, told): (Arc<Script>, _, _) = (Arc::new(script), Arc::clone(&seen), Arc::new(told));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&script), Arc::clone(&all), Arc::clone(&told)));
            }
        });
        Acquirer { url, seen, count }
    }

    /// Requests of a service so far.
    pub fn of(&self, service: Service) -> Vec<Seen> {
        let seen = self.seen.lock().unwrap();
        seen.iter().filter(|seen| seen.service == Some(service)).cloned().collect()
    }

    /// How many of each: tokens, generate, query, cancel, refund.
    pub fn counts(&self) -> [usize; 5] {
        use Service::{Cancel, Generate, Query, Refund, TokenB2b};
        [TokenB2b, Generate, Query, Cancel, Refund].map(|service| self.of(service).len())
    }

    /// Waits until so many requests have arrived.
    pub async fn arrived(&mut self, count: usize) {
        self.count.wait_for(|now| *now >= count).await.unwrap();
    }
}

async fn serve(
    mut stream: TcpStream,
    script: Arc<Script>,
    all: Arc<Mutex<Vec<Seen>>>,
    told: Arc<watch::Sender<usize>>,
) {
    let Some(mut seen) = read(&mut stream).await else { return };
    {
        let mut all = all.lock().unwrap();
        seen.nth = all.iter().filter(|other: &&Seen| other.service == seen.service).count();
        all.push(seen.clone());
    }
    let mut act = script(&seen);
    told.send_modify(|count| *count += 1);
    loop {
        match act {
            Act::When(mut open, then) => {
                let _ = open.wait_for(|open| *open).await;
                act = *then;
            }
            Act::Lose => return,
            Act::Hang => return std::future::pending().await,
            Act::Raw(bytes) => {
                let _ = stream.write_all(&bytes).await;
                return;
            }
            Act::Say(status, body) => act = Act::Raw(answer(status, &body.to_string())),
        }
    }
}

/// A whole answer of HTTP.
pub fn answer(status: u16, body: &str) -> Vec<u8> {
    let length = body.len();
    let head = "Content-Type: application/json\r\nConnection: close";
    format!("HTTP/1.1 {status} X\r\n{head}\r\nContent-Length: {length}\r\n\r\n{body}").into_bytes()
}

async fn read(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let (head, body) = loop {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = String::from_utf8(bytes[..at].to_vec()).ok()?;
        let length =
            head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if bytes.len() >= at + 4 + length.unwrap_or(0) {
            break (head, bytes.split_off(at + 4));
        }
    };
    let path = head.split(' ').nth(1)?;
    let headers = head.lines().skip(1).filter_map(|line| line.split_once(": "));
    Some(Seen {
        service: STANDARD.service_at(path),
        nth: 0,
        headers: headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect(),
        body: serde_json::from_slice(&body).unwrap_or_default(),
    })
}

/// A token of 900 s, `token-0`, `token-1`, …
pub fn token(seen: &Seen) -> Act {
    token_of(seen, 900)
}

pub fn token_of(seen: &Seen, life: u32) -> Act {
    Act::Say(
        200,
        json!({
            "responseCode": "2007300", "responseMessage": "Successful", "tokenType": "Bearer",
            "accessToken": format!("token-{}", seen.nth), "expiresIn": life.to_string(),
        }),
    )
}

/// A refusal; HTTP as the code says.
pub fn refuse(code: &str) -> Act {
    Act::Say(code[..3].parse().unwrap(), json!({ "responseCode": code, "responseMessage": "no" }))
}

/// Success of 47, 77 or 78 for whatever was asked.
pub fn success(seen: &Seen) -> Act {
    let service = seen.service.unwrap();
    let mut body = json!({
        "responseCode": format!("200{}00", service.code()), "responseMessage": "Successful",
        "referenceNo": "R1", "qrContent": "000201",
        "refundNo": "RF-9", "refundTime": "2026-11-21T13:44:30+07:00",
    });
    for member in
        ["partnerReferenceNo", "originalReferenceNo", "originalPartnerReferenceNo", "partnerRefundNo"]
    {
        if seen.body[member].is_string() {
            body[member] = seen.body[member].clone();
        }
    }
    Act::Say(200, body)
}

/// An answer to 51: a status, and additional information.
pub fn status(seen: &Seen, status: &str, info: Value) -> Act {
    Act::Say(
        200,
        json!({
            "responseCode": "2005100", "responseMessage": "Successful", "serviceCode": "47",
            "originalReferenceNo": "R1", "originalPartnerReferenceNo": seen.body["originalPartnerReferenceNo"],
            "latestTransactionStatus": status, "additionalInfo": info,
        }),
    )
}

/// A clock that a test moves.
#[derive(Clone)]
pub struct Time(Arc<AtomicI64>);

impl Time {
    pub fn new() -> Time {
        Time(Arc::new(AtomicI64::new(1_795_243_470_000)))
    }

    pub fn pass(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    pub fn clock(&self) -> Clock {
        let time = Arc::clone(&self.0);
        Clock::new(move || time.load(Ordering::SeqCst))
    }
}

pub fn key() -> PrivateKey {
    static PEM: OnceLock<String> = OnceLock::new();
    let new = || PrivateKey::generate(KeySize::RSA_2048).unwrap().to_pem().unwrap().to_string();
    PrivateKey::read(PEM.get_or_init(new).as_bytes()).unwrap()
}

pub fn builder(dialect: &'static Dialect) -> Builder {
    Caller::builder(dialect)
        .client_id("client-1")
        .private_key(key())
        .secret(Secret::new(SECRET))
        .header(HeaderName::PartnerId, "P1")
        .header(HeaderName::ChannelId, "95221")
        .header(HeaderName::Origin, "merchant.example")
}

/// Quick to give up and to try again.
pub fn options(url: &str) -> Options {
    Options { first_pause: Duration::from_millis(1), attempts: 4, ..Options::new(url) }
}

pub fn client(acquirer: &Acquirer) -> Client {
    client_with(acquirer, |_| {})
}

pub fn client_with(acquirer: &Acquirer, change: impl FnOnce(&mut Options)) -> Client {
    let mut options = options(&acquirer.url);
    change(&mut options);
    Client::new(builder(&STANDARD).build().unwrap(), options).unwrap()
}
