//! A partner's side, for tests: plain HTTP over a socket, and requests signed as the partner object says.
#![allow(dead_code, unreachable_pub)] // Each test file uses its part.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use qris_snap::sign::{PrivateKey, Secret, SigningKey, StringToSign};
use qris_snap::{BodyHash, DateTime};
use serde_json::{Value, json};

/// The members of a partner object, in their order.
pub const MEMBERS: [&str; 12] = [
    "client_id",
    "partner_id",
    "channel_id",
    "client_secret",
    "dialect",
    "role",
    "private_key_file",
    "private_key_base64",
    "gateway_public_key_file",
    "merchant_id",
    "token_path",
    "paths",
];

/// The members of its `paths`.
pub const PATHS: [&str; 7] = ["generate", "query", "cancel", "refund", "decode", "payment", "notify"];

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn code(&self) -> String {
        match &self.json()["responseCode"] {
            Value::String(code) => code.clone(),
            other => other.to_string(),
        }
    }

    pub fn header(&self, name: &str) -> Option<String> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines
            .filter(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim().to_owned())
            .next()
    }
}

/// The address in a URL.
pub fn address(url: &str) -> SocketAddr {
    url.strip_prefix("http://").unwrap().parse().unwrap()
}

/// A connection that gives up after a while.
pub fn connect(url: &str) -> TcpStream {
    let stream = TcpStream::connect(address(url)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

/// Reads an answer up to the end of the connection.
pub fn read_answer(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    // A reset after the answer is how some refusals end.
    let _ = stream.read_to_end(&mut bytes);
    let at = bytes.windows(4).position(|window| window == b"\r\n\r\n");
    let at = at.unwrap_or_else(|| panic!("no answer: {:?}", String::from_utf8_lossy(&bytes)));
    let head = String::from_utf8(bytes[..at].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head, body: bytes[at + 4..].to_vec() }
}

/// Sends a request and reads its answer.
pub fn send(url: &str, method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let mut stream = connect(url);
    let mut head = format!("{method} {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", address(url));
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
    stream.write_all(head.as_bytes()).unwrap();
    // A server that has refused may have closed its side.
    let _ = stream.write_all(body);
    read_answer(&mut stream)
}

pub fn get(url: &str, target: &str) -> Answer {
    send(url, "GET", target, &[], b"")
}

/// The sandbox, with its key.
pub fn sandbox(url: &str, key: &str, method: &str, target: &str, body: &Value) -> Answer {
    let bearer = format!("Bearer {key}");
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    let body = if method == "GET" { Vec::new() } else { body.to_string().into_bytes() };
    send(url, method, target, &headers, &body)
}

/// A number that was not used before.
pub fn unique() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    format!("{}{:04}", since.as_micros(), NEXT.fetch_add(1, Ordering::Relaxed))
}

fn now() -> String {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    DateTime::wib(i64::try_from(since.as_secs()).unwrap()).unwrap().as_str().to_owned()
}

/// A partner as its object describes it.
pub struct Partner {
    pub object: Value,
    key: PrivateKey,
    secret: Secret,
}

impl Partner {
    pub fn new(object: Value) -> Partner {
        let key = PrivateKey::read(object["private_key_base64"].as_str().unwrap().as_bytes()).unwrap();
        let secret = Secret::new(object["client_secret"].as_str().unwrap().as_bytes());
        Partner { object, key, secret }
    }

    pub fn of_file(path: &str) -> Partner {
        Partner::new(serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap())
    }

    pub fn text(&self, member: &str) -> &str {
        self.object[member].as_str().unwrap_or_else(|| panic!("{member} in {}", self.object))
    }

    pub fn path(&self, service: &str) -> &str {
        self.object["paths"][service].as_str().unwrap()
    }

    /// A token request, signed.
    pub fn ask_token(&self, url: &str) -> Answer {
        self.granted(url, self.text("token_path"), &json!({"grantType": "client_credentials"}))
    }

    /// A request for a customer token by an authorisation code, signed.
    #[allow(dead_code)] // Not by all who read this module.
    pub fn ask_customer_token(&self, url: &str, code: &str) -> Answer {
        let path = format!("{}2c", self.text("token_path"));
        self.granted(url, &path, &json!({"grantType": "AUTHORIZATION_CODE", "authCode": code}))
    }

    fn granted(&self, url: &str, path: &str, body: &Value) -> Answer {
        let (timestamp, client) = (now(), self.text("client_id"));
        let text = StringToSign::token(client, &timestamp);
        let signature = SigningKey::Private(&self.key).sign(&text).unwrap();
        let headers = [
            ("Content-Type", "application/json"),
            ("X-TIMESTAMP", timestamp.as_str()),
            ("X-CLIENT-KEY", client),
            ("X-SIGNATURE", signature.as_str()),
        ];
        send(url, "POST", path, &headers, body.to_string().as_bytes())
    }

    pub fn token(&self, url: &str) -> String {
        let answer = self.ask_token(url);
        assert_eq!(answer.code(), "2007300", "{answer:?}");
        answer.json()["accessToken"].as_str().unwrap().to_owned()
    }

    /// A transaction request, signed with HMAC.
    pub fn call(&self, url: &str, token: &str, service: &str, body: &Value) -> Answer {
        let (timestamp, path, external) = (now(), self.path(service), unique());
        let body = body.to_string();
        let hash = BodyHash::minified(body.as_bytes());
        let text = StringToSign::symmetric("POST", path, token, &hash, &timestamp);
        let signature = SigningKey::Secret(&self.secret).sign(&text).unwrap();
        let bearer = format!("Bearer {token}");
        let headers = [
            ("Content-Type", "application/json"),
            ("Authorization", bearer.as_str()),
            ("X-TIMESTAMP", timestamp.as_str()),
            ("X-SIGNATURE", signature.as_str()),
            ("X-PARTNER-ID", self.text("partner_id")),
            ("X-EXTERNAL-ID", external.as_str()),
            ("CHANNEL-ID", self.text("channel_id")),
        ];
        send(url, "POST", path, &headers, body.as_bytes())
    }

    /// Generates a QR code over so many rupiah.
    pub fn generate(&self, url: &str, token: &str, rupiah: &str) -> Value {
        let body = json!({
            "partnerReferenceNo": unique(),
            "amount": { "value": rupiah, "currency": "IDR" },
            "merchantId": self.text("merchant_id"),
        });
        let answer = self.call(url, token, "generate", &body);
        assert_eq!(answer.code(), "2004700", "{answer:?}");
        answer.json()
    }

    pub fn query(&self, url: &str, token: &str, reference_no: &str) -> Value {
        let body = json!({ "originalReferenceNo": reference_no, "serviceCode": "47" });
        self.call(url, token, "query", &body).json()
    }
}
