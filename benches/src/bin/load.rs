//! Puts a running gateway under load: every request is signed, every answer is read and judged.
//!
//! `cargo run --release -p benches --no-default-features --features load --bin load -- --ready READY.json
//! --partner PARTNER.json [--work generate|token] [--seconds 60] [--connections 32] [--pid PID]`
//!
//! READY.json is what `qris serve --ready-file` wrote, PARTNER.json what `qris gateway partner add --json` printed (or
//! `qris-demo.json`). One thread a connection, kept alive, one request at a time on each. Prints one JSON object:
//! requests a second, latencies in milliseconds, wrong answers, and the server's largest resident memory when its
//! process id is given. Exits with 1 when any answer was not the expected one.

use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use std::{env, fs, thread};

use qris_snap::headers::{HeaderName, Headers};
use qris_snap::policy::SignatureMode;
use qris_snap::sign::{PrivateKey, Secret, SigningKey, Token};
use qris_snap::verify::{SignedRequest, sign_request, sign_token_request};
use qris_snap::{DateTime, Service};
use serde_json::{Value, json};

type Failure = Box<dyn Error + Send + Sync>;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("load: {error}");
            ExitCode::from(2)
        }
    }
}

/// What is sent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Work {
    Generate,
    Token,
}

/// The partner the requests come from, and where they go.
struct Target {
    address: String,
    client_id: String,
    partner_id: String,
    channel_id: String,
    merchant_id: String,
    secret: Secret,
    key: PrivateKey,
    token_path: String,
    generate_path: String,
}

/// What one connection saw.
#[derive(Default)]
struct Seen {
    microseconds: Vec<u64>,
    wrong: Vec<String>,
}

fn run() -> Result<bool, Failure> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let option = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).cloned()
    };
    let ready: Value = read_json(&option("--ready").ok_or("--ready READY.json is missing")?)?;
    let partner: Value = read_json(&option("--partner").ok_or("--partner PARTNER.json is missing")?)?;
    let seconds: u64 = option("--seconds").map_or(Ok(60), |text| text.parse())?;
    let connections: usize = option("--connections").map_or(Ok(32), |text| text.parse())?;
    let work = match option("--work").as_deref() {
        None | Some("generate") => Work::Generate,
        Some("token") => Work::Token,
        Some(other) => return Err(format!("--work is generate or token, not {other}").into()),
    };
    let target = Target::new(&ready, &partner)?;

    let began = Instant::now();
    let end = began + Duration::from_secs(seconds);
    let all = Mutex::new(Seen::default());
    thread::scope(|scope| {
        for number in 0..connections {
            let (target, all) = (&target, &all);
            scope.spawn(move || {
                let mut seen = Seen::default();
                if let Err(error) = connection(target, work, number, end, &mut seen) {
                    seen.wrong.push(format!("connection {number}: {error}"));
                }
                let mut all = all.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                all.microseconds.append(&mut seen.microseconds);
                all.wrong.append(&mut seen.wrong);
            });
        }
    });
    let spent = began.elapsed();
    let mut all = all.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    all.microseconds.sort_unstable();
    let requests = all.microseconds.len() as u64;
    let per_second = u128::from(requests) * 1_000_000 / spent.as_micros().max(1);
    let report = json!({
        "work": if work == Work::Generate { "generate" } else { "token" },
        "seconds": spent.as_secs(),
        "connections": connections,
        "requests": requests,
        "per_second": u64::try_from(per_second).unwrap_or(u64::MAX),
        "p50_ms": percentile(&all.microseconds, 50),
        "p99_ms": percentile(&all.microseconds, 99),
        "max_ms": percentile(&all.microseconds, 100),
        "wrong": all.wrong.len(),
        "first_wrong": all.wrong.first(),
        "server_peak_kib": option("--pid").and_then(|pid| peak_memory(&pid)),
    });
    println!("{report}");
    Ok(all.wrong.is_empty() && requests > 0)
}

fn read_json(path: &str) -> Result<Value, Failure> {
    let text = fs::read(path).map_err(|error| format!("{path}: {error}"))?;
    Ok(serde_json::from_slice(&text).map_err(|error| format!("{path}: {error}"))?)
}

/// Milliseconds with three decimals, as text: no float needed.
fn percentile(sorted: &[u64], percent: usize) -> String {
    let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    let value = sorted.get(at).copied().unwrap_or(0);
    format!("{}.{:03}", value / 1000, value % 1000)
}

fn peak_memory(pid: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_ascii_whitespace().nth(1)?.parse().ok()
}

impl Target {
    fn new(ready: &Value, partner: &Value) -> Result<Target, Failure> {
        let url = ready["url"].as_str().ok_or("the ready file has no url")?;
        let text = |value: &Value, name: &str| -> Result<String, Failure> {
            Ok(value[name].as_str().ok_or_else(|| format!("the partner has no {name}"))?.to_owned())
        };
        let key = fs::read(text(partner, "private_key_file")?)?;
        Ok(Target {
            address: url.trim_start_matches("http://").to_owned(),
            client_id: text(partner, "client_id")?,
            partner_id: text(partner, "partner_id")?,
            channel_id: text(partner, "channel_id")?,
            merchant_id: text(partner, "merchant_id")?,
            secret: Secret::new(text(partner, "client_secret")?),
            key: PrivateKey::read(&key)?,
            token_path: text(partner, "token_path")?,
            generate_path: text(&partner["paths"], "generate")?,
        })
    }

    fn token_request(&self, timestamp: &str) -> Result<Vec<u8>, Failure> {
        let mut headers = Headers::new();
        headers.set(HeaderName::ContentType, "application/json");
        sign_token_request(&self.client_id, &mut headers, &SigningKey::Private(&self.key), timestamp)?;
        Ok(http(&self.address, &self.token_path, &headers, br#"{"grantType":"client_credentials"}"#))
    }

    fn generate_request(&self, token: &Token, number: &str, timestamp: &str) -> Result<Vec<u8>, Failure> {
        let body = json!({
            "partnerReferenceNo": number,
            "amount": { "value": "10000.00", "currency": "IDR" },
            "merchantId": self.merchant_id,
        });
        let body = body.to_string();
        let mut headers = Headers::new();
        headers
            .set(HeaderName::ContentType, "application/json")
            .set(HeaderName::PartnerId, self.partner_id.as_str())
            .set(HeaderName::ExternalId, number)
            .set(HeaderName::ChannelId, self.channel_id.as_str())
            .set_token(token);
        let request = SignedRequest {
            service: Service::Generate,
            method: "POST",
            target: &self.generate_path,
            body: body.as_bytes(),
        };
        let key = SigningKey::Secret(&self.secret);
        sign_request(&request, &mut headers, SignatureMode::Symmetric, &key, timestamp)?;
        Ok(http(&self.address, &self.generate_path, &headers, body.as_bytes()))
    }
}

fn http(host: &str, path: &str, headers: &Headers, body: &[u8]) -> Vec<u8> {
    let mut request = format!("POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers.pairs() {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str("\r\n");
    let mut request = request.into_bytes();
    request.extend_from_slice(body);
    request
}

fn now() -> Result<String, Failure> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let time = DateTime::wib(i64::try_from(seconds)?).ok_or("the clock is out of range")?;
    Ok(time.as_str().to_owned())
}

/// One connection until the end: a token first, a new one before it runs out.
fn connection(
    target: &Target,
    work: Work,
    number: usize,
    end: Instant,
    seen: &mut Seen,
) -> Result<(), Failure> {
    let stream = TcpStream::connect(&target.address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let mut reader = BufReader::new(stream);
    let run = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
    let mut token = Token::default();
    let mut fetched: Option<Instant> = None;
    let mut count = 0_u64;
    while Instant::now() < end {
        if work == Work::Generate && fetched.is_none_or(|at| at.elapsed() > Duration::from_secs(600)) {
            reader.get_mut().write_all(&target.token_request(&now()?)?)?;
            let (status, body) = answer(&mut reader)?;
            let text = body["accessToken"].as_str().ok_or_else(|| format!("no token: {status} {body}"))?;
            token = Token::new(text);
            fetched = Some(Instant::now());
        }
        count += 1;
        let (request, wanted) = match work {
            Work::Token => (target.token_request(&now()?)?, "2007300"),
            Work::Generate => {
                let reference = format!("{run}{number:03}{count:08}");
                (target.generate_request(&token, &reference, &now()?)?, "2004700")
            }
        };
        let began = Instant::now();
        reader.get_mut().write_all(&request)?;
        let (status, body) = answer(&mut reader)?;
        let spent = began.elapsed();
        seen.microseconds.push(u64::try_from(spent.as_micros()).unwrap_or(u64::MAX));
        if status != 200 || body["responseCode"] != wanted {
            seen.wrong.push(format!("{status} {body}"));
        }
    }
    Ok(())
}

/// Reads one answer with a Content-Length; its status and JSON body.
fn answer(reader: &mut BufReader<TcpStream>) -> Result<(u16, Value), Failure> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let status = line.split(' ').nth(1).ok_or("the server closed the connection")?.parse()?;
    let mut length = 0_usize;
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok((status, serde_json::from_slice(&body)?))
}
