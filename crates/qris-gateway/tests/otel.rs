//! Traces arrive at a collector, without what is secret; a collector that hangs holds nobody up.

mod client;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use client::{Partner, get, sandbox, send};
use qris_gateway::config::Config;
use qris_gateway::db::DatabaseUrl;
use qris_gateway::logs;
use qris_gateway::server::Server;
use serde_json::json;
use tokio::sync::oneshot;

/// Takes what is sent by OTLP, and answers while it is told to.
struct Collector {
    url: String,
    hangs: Arc<AtomicBool>,
    bodies: mpsc::Receiver<Vec<u8>>,
}

impl Collector {
    fn start() -> Collector {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let hangs = Arc::new(AtomicBool::new(true));
        let (tell, bodies) = mpsc::channel();
        let hanging = Arc::clone(&hangs);
        // It lives as long as the test's process.
        std::thread::spawn(move || {
            let held = Mutex::new(Vec::new());
            for stream in listener.incoming() {
                let (mut stream, tell) = (stream.unwrap(), tell.clone());
                if hanging.load(Ordering::SeqCst) {
                    held.lock().unwrap().push(stream);
                    continue;
                }
                std::thread::spawn(move || while answer(&mut stream, &tell).is_some() {});
            }
        });
        Collector { url, hangs, bodies }
    }

    /// What has come, until all these are in it.
    fn until(&self, wanted: &[&[u8]]) -> Vec<u8> {
        let (mut all, end) = (Vec::new(), Instant::now() + Duration::from_secs(60));
        loop {
            let missing: Vec<_> = wanted.iter().filter(|wanted| !holds(&all, wanted)).collect();
            if missing.is_empty() {
                return all;
            }
            let missing: Vec<_> = missing.iter().map(|bytes| String::from_utf8_lossy(bytes)).collect();
            let body = self.bodies.recv_timeout(end.saturating_duration_since(Instant::now()));
            all.extend(body.unwrap_or_else(|_| panic!("no {missing:?} in {} bytes", all.len())));
        }
    }
}

/// One request: its body is told, and it is answered that all was taken.
fn answer(stream: &mut TcpStream, tell: &mpsc::Sender<Vec<u8>>) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
    assert!(head.starts_with("post /v1/traces "), "{head}");
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let mut body = vec![0; length.parse().unwrap()];
    stream.read_exact(&mut body).ok()?;
    let _ = tell.send(body);
    let answer = "HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n";
    stream.write_all(answer.as_bytes()).ok()
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

#[test]
fn traces_arrive_without_secrets_and_hold_nobody_up() {
    let collector = Collector::start();
    let sent = logs::start("warn", Some(&collector.url)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        database: DatabaseUrl::Sqlite(folder.path().join("qris.db")),
        sandbox: true,
        drain_delay: Duration::ZERO,
        ..Config::default()
    };
    let path = folder.path().to_owned();
    let (stop, stopped) = oneshot::channel::<()>();
    let (tell, told) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let server = Server::start_in(config, &path).await.unwrap();
            tell.send(server.ready().clone()).unwrap();
            server.run(async { drop(stopped.await) }).await;
        });
    });
    let ready = told.recv().unwrap();
    let url = ready.url.as_str();

    // More spans than may wait, while the collector takes nothing: all requests are answered.
    for _ in 0..2500 {
        assert_eq!(get(url, "/readyz").status, 200);
    }
    collector.hangs.store(false, Ordering::SeqCst);
    // From the first batch that is taken there is room again.
    collector.until(&[b"qris-gateway"]);

    let demo = Partner::of_file(&ready.demo_file.unwrap());
    let token = demo.token(url);
    let code = demo.generate(url, &token, "10000.00");
    let key = ready.sandbox_key.unwrap();
    let pay = json!({ "referenceNo": code["referenceNo"] });
    let paid = sandbox(url, &key, "POST", "/sandbox/v1/pay", &pay);
    assert_eq!(paid.status, 200, "{paid:?}");
    let payment = paid.header("x-request-id").unwrap();
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let parent = format!("00-{trace}-00f067aa0ba902b7-01");
    let headers = [("traceparent", parent.as_str()), ("tracestate", "card=4111111111111111")];
    let followed = send(url, "POST", "/v1.0/qr/qr-mpm-query?secret=in-the-query", &headers, b"{}");
    let followed = followed.header("x-request-id").unwrap();

    let trace: Vec<u8> = (0..16).map(|n| u8::from_str_radix(&trace[n * 2..n * 2 + 2], 16).unwrap()).collect();
    let mut all = collector.until(&[
        b"qris-gateway",
        b"unit of work",
        b"notification_id",
        b"delivered",
        b"2004700",
        b"qr/qr-mpm-generate",
        payment.as_bytes(),
        followed.as_bytes(),
        &trace,
    ]);
    stop.send(()).unwrap();
    thread.join().unwrap();
    sent.end(Duration::from_secs(20));
    all.extend(collector.bodies.try_iter().flatten());

    let named = all.windows(payment.len()).filter(|window| *window == payment.as_bytes()).count();
    assert!(named >= 2, "the payment's request and the try that tells of it, not {named}");
    let content = code["qrContent"].as_str().unwrap();
    let digits = &content[content.find("9360").unwrap()..];
    let code = code.to_string();
    let page = code.split("/pay/").nth(1).unwrap();
    for (what, secret) in [
        ("the token", token.as_str()),
        ("the client secret", demo.text("client_secret")),
        ("the sandbox's key", &key),
        ("the payload", content),
        ("a PAN", &digits[..18]),
        ("a card", "4111111111111111"),
        ("a page", &page[..32]),
        ("a path", "/v1.0/"),
        ("a query", "in-the-query"),
        ("a header", "Bearer"),
        ("a place of the source", "src/"),
    ] {
        assert!(!holds(&all, secret.as_bytes()), "{what} was sent");
    }
}
