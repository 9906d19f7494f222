//! A merchant's server that does what a test tells it to, and remembers what it got.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use qris_snap::Service;
use qris_snap::headers::Headers;
use qris_snap::policy::Policy;
use qris_snap::verify::SignedRequest;

/// How one request is answered.
#[derive(Debug, Clone)]
pub enum Answer {
    /// HTTP status and body.
    Of(u16, String),
    /// A redirect to an address.
    Redirect(String),
    /// Never.
    Hang,
    /// 2xx and the right code, in more bytes than anybody reads; with or without a Content-Length.
    TooLarge(bool),
}

pub fn ok() -> Answer {
    Answer::Of(200, r#"{"responseCode":"2005200","responseMessage":"Successful"}"#.to_owned())
}

#[derive(Debug, Clone)]
pub struct Received {
    pub target: String,
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Vec<u8>,
}

impl Received {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| std::str::from_utf8(value).unwrap())
    }

    pub fn member(&self, name: &str) -> String {
        let body: serde_json::Value = serde_json::from_slice(&self.body).unwrap();
        body[name].as_str().unwrap_or_default().to_owned()
    }

    pub fn snap(&self, policy: &Policy) -> Headers {
        let pairs = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice()));
        Headers::read(pairs, Service::Notify, policy).unwrap()
    }

    pub fn signed(&self) -> SignedRequest<'_> {
        SignedRequest { service: Service::Notify, method: "POST", target: &self.target, body: &self.body }
    }
}

#[derive(Debug, Default)]
struct Inner {
    script: VecDeque<Answer>,
    tokens: VecDeque<String>,
    received: Vec<Received>,
    token_requests: Vec<Received>,
    customer_requests: Vec<Received>,
}

/// Listens on a port of its own until the test ends.
#[derive(Debug, Clone)]
pub struct Receiver {
    inner: Arc<Mutex<Inner>>,
    pub base: String,
}

impl Receiver {
    pub async fn new() -> Receiver {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let receiver = Receiver { inner: Arc::default(), base };
        let router = Router::new().fallback(handle).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
    }

    pub fn notify_url(&self) -> String {
        format!("{}/shop/v1.0/qr/qr-mpm-notify?a=1", self.base)
    }

    pub fn token_url(&self) -> String {
        format!("{}/token", self.base)
    }

    /// The next answers; afterwards all is well.
    pub fn answers(&self, answers: impl IntoIterator<Item = Answer>) -> &Receiver {
        self.inner.lock().unwrap().script.extend(answers);
        self
    }

    /// The next tokens it issues; afterwards `token`.
    pub fn tokens(&self, tokens: &[&str]) -> &Receiver {
        self.inner.lock().unwrap().tokens.extend(tokens.iter().map(|token| (*token).to_owned()));
        self
    }

    pub fn received(&self) -> Vec<Received> {
        self.inner.lock().unwrap().received.clone()
    }

    pub fn token_requests(&self) -> Vec<Received> {
        self.inner.lock().unwrap().token_requests.clone()
    }

    /// What was asked of its service 74, which stands beside `/access-token/b2b`.
    pub fn customer_requests(&self) -> Vec<serde_json::Value> {
        let inner = self.inner.lock().unwrap();
        inner.customer_requests.iter().map(|it| serde_json::from_slice(&it.body).unwrap()).collect()
    }

    /// Waits until this many notifications came.
    pub async fn wait_for(&self, number: usize) {
        for _ in 0..1000 {
            if self.received().len() >= number {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{} notifications instead of {number}", self.received().len());
    }
}

async fn handle(State(receiver): State<Receiver>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let headers = headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()));
    let received = Received { target: uri.to_string(), headers: headers.collect(), body: body.to_vec() };
    let answer = {
        let mut inner = receiver.inner.lock().unwrap();
        if uri.path().ends_with("/b2b2c") {
            inner.customer_requests.push(received);
            let number = inner.customer_requests.len();
            Answer::Of(
                200,
                format!(
                    r#"{{"responseCode":"2007400","accessToken":"customer-{number}","expiresIn":"900","refreshToken":"refresh-{number}"}}"#
                ),
            )
        } else if uri.path() == "/token" || uri.path().ends_with("/b2b") {
            let token = inner.tokens.pop_front().unwrap_or_else(|| "token".to_owned());
            inner.token_requests.push(received);
            let body = format!(r#"{{"responseCode":"2007300","accessToken":"{token}","expiresIn":"900"}}"#);
            Answer::Of(200, body)
        } else {
            inner.received.push(received);
            inner.script.pop_front().unwrap_or_else(ok)
        }
    };
    match answer {
        Answer::Of(status, body) => (StatusCode::from_u16(status).unwrap(), body).into_response(),
        Answer::Redirect(to) => (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, to)]).into_response(),
        Answer::Hang => std::future::pending().await,
        Answer::TooLarge(known) => {
            let mut body = br#"{"responseCode":"2005200","a":""#.to_vec();
            body.resize(70_000, b'a');
            body.extend_from_slice(b"\"}");
            if known {
                return body.into_response();
            }
            let pieces: Vec<_> =
                body.chunks(1000).map(Bytes::copy_from_slice).map(Ok::<_, std::io::Error>).collect();
            Body::from_stream(futures_util::stream::iter(pieces)).into_response()
        }
    }
}
