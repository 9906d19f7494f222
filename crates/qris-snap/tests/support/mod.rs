//! What several test files need.
#![allow(dead_code, unreachable_pub, unused_imports, unused_macros)] // Each test file uses its part.

use std::fs;
use std::path::{Path, PathBuf};

use qris_snap::message::*;
use serde_json::Value;

/// The clock of the tests: 2026-11-21T13:44:30+07:00.
pub const NOW: i64 = 1_795_243_470;

pub fn testdata(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/snap").join(file)
}

pub fn bytes(file: &str) -> Vec<u8> {
    fs::read(testdata(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

pub struct Vector {
    pub name: String,
    pub kind: String,
    pub text: String,
    pub body: Option<String>,
    pub secret: Option<String>,
    pub public_key: Option<String>,
    pub signature: String,
}

pub fn vectors() -> Vec<Vector> {
    let text = String::from_utf8(bytes("vectors.jsonl")).unwrap();
    let read = |line: &str| {
        let json: Value = serde_json::from_str(line).unwrap();
        let member = |name: &str| json.get(name).and_then(Value::as_str).map(str::to_owned);
        Vector {
            name: member("name").unwrap(),
            kind: member("kind").unwrap(),
            text: member("string_to_sign").unwrap(),
            body: member("body"),
            secret: member("secret"),
            public_key: member("public_key_spki_base64"),
            signature: member("signature_base64").unwrap(),
        }
    };
    text.lines().map(read).collect()
}

/// Runs a generic function for each message type: `each_message!(function, arguments…)` calls
/// `function::<GenerateRequest>(arguments…)` and so on.
macro_rules! each_message {
    ($function:ident $(, $argument:expr)*) => {{
        use qris_snap::message::*;
        $function::<TokenRequest>($($argument),*);
        $function::<TokenResponse>($($argument),*);
        $function::<CustomerTokenRequest>($($argument),*);
        $function::<CustomerTokenResponse>($($argument),*);
        $function::<GenerateRequest>($($argument),*);
        $function::<GenerateResponse>($($argument),*);
        $function::<DecodeRequest>($($argument),*);
        $function::<DecodeResponse>($($argument),*);
        $function::<ApplyOttRequest>($($argument),*);
        $function::<ApplyOttResponse>($($argument),*);
        $function::<PaymentRequest>($($argument),*);
        $function::<PaymentResponse>($($argument),*);
        $function::<QueryRequest>($($argument),*);
        $function::<QueryResponse>($($argument),*);
        $function::<NotifyRequest>($($argument),*);
        $function::<NotifyResponse>($($argument),*);
        $function::<StatusRequest>($($argument),*);
        $function::<StatusResponse>($($argument),*);
        $function::<CancelRequest>($($argument),*);
        $function::<CancelResponse>($($argument),*);
        $function::<RefundRequest>($($argument),*);
        $function::<RefundResponse>($($argument),*);
    }};
}
pub(crate) use each_message;

/// Reads a body as the message of this type and writes it again.
pub fn again<M: Message>(
    dialect: &qris_snap::dialect::Dialect,
    body: &[u8],
) -> Result<Vec<u8>, qris_snap::Refusal> {
    M::read(dialect, body)?.write(dialect)
}
