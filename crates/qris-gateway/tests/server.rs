//! The server as partners and operators meet it, over sockets.

mod client;
#[path = "server/metrics.rs"]
mod metrics;
#[path = "server/neighbours.rs"]
mod neighbours;

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use client::{Partner, connect, get, read_answer, sandbox, send};
use qris_gateway::config::{Config, Limits};
use qris_gateway::db::DatabaseUrl;
use qris_gateway::report::{Format, report};
use qris_gateway::server::Server;
use serde_json::{Value, json};
use tokio::sync::oneshot;

/// A gateway in a directory of its own, stopped when told.
struct Running {
    folder: tempfile::TempDir,
    url: String,
    admin_url: String,
    health_url: String,
    sandbox_key: String,
    demo_file: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

fn config(folder: &Path, limits: Limits) -> Config {
    Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        admin_listen: Some("127.0.0.1:0".parse().unwrap()),
        health_listen: Some("127.0.0.1:0".parse().unwrap()),
        database: DatabaseUrl::Sqlite(folder.join("qris.db")),
        sandbox: true,
        drain_delay: Duration::ZERO,
        limits,
        ..Config::default()
    }
}

impl Running {
    fn start(limits: Limits) -> Running {
        Running::with(limits, |_| {})
    }

    fn with(limits: Limits, change: impl FnOnce(&mut Config)) -> Running {
        let folder = tempfile::tempdir().unwrap();
        let mut config = config(folder.path(), limits);
        change(&mut config);
        let path = folder.path().to_owned();
        let (stop, stopped) = oneshot::channel();
        let (tell, told) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            tokio::runtime::Runtime::new().unwrap().block_on(async {
                let server = Server::start_in(config, &path).await.unwrap();
                tell.send(server.ready().clone()).unwrap();
                server
                    .run(async {
                        let _ = stopped.await;
                    })
                    .await;
            });
        });
        let ready = told.recv().unwrap();
        Running {
            folder,
            url: ready.url,
            admin_url: ready.admin_url.unwrap(),
            health_url: ready.health_url.unwrap(),
            sandbox_key: ready.sandbox_key.unwrap(),
            demo_file: ready.demo_file.unwrap(),
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    fn demo(&self) -> Partner {
        Partner::of_file(&self.demo_file)
    }

    fn stop(&mut self) -> std::thread::JoinHandle<()> {
        self.stop.take().unwrap().send(()).unwrap();
        self.thread.take().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let (Some(stop), Some(thread)) = (self.stop.take(), self.thread.take()) {
            let _ = stop.send(());
            let _ = thread.join();
        }
    }
}

#[test]
fn health_api_and_metrics() {
    let gateway = Running::start(Limits::default());
    assert_eq!(get(&gateway.url, "/healthz").text(), "ok\n");
    let ready = get(&gateway.url, "/readyz");
    assert_eq!((ready.status, ready.text().as_str()), (200, "ready\n"));
    assert_eq!(ready.header("x-request-id").unwrap().len(), 32);

    let document = get(&gateway.url, "/openapi.json").json();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["servers"][0]["url"], gateway.url.as_str());
    assert!(document["paths"]["/sandbox/v1/pay"].is_object());
    assert_eq!(get(&gateway.url, "/docs").status, 200);

    let demo = gateway.demo();
    let token = demo.token(&gateway.url);
    demo.generate(&gateway.url, &token, "10000.00");
    assert_eq!(get(&gateway.url, "/metrics").status, 404, "metrics are for the operator");
    let metrics = get(&gateway.admin_url, "/metrics").text();
    for line in [
        r#"qris_requests_total{service="qr/qr-mpm-generate",status="200",code="2004700"} 1"#,
        r#"qris_requests_total{service="access-token/b2b",status="200",code="2007300"} 1"#,
        r#"qris_request_duration_seconds_count{service="qr/qr-mpm-generate"} 1"#,
        r#"qris_notifications{state="pending"} 0"#,
        "qris_requests_in_flight ",
        "# EOF",
    ] {
        assert!(metrics.contains(line), "{line} in\n{metrics}");
    }
    assert_eq!(get(&gateway.admin_url, "/readyz").status, 200);
    assert_eq!(get(&gateway.admin_url, "/v1.0/qr/qr-mpm-query").status, 404);
}

#[test]
fn what_is_no_service_is_refused_in_snap() {
    let gateway = Running::start(Limits::default());
    let unknown = send(&gateway.url, "POST", "/v1.0/qr/nothing", &[], b"{}");
    assert_eq!((unknown.status, unknown.code().as_str()), (404, "4040000"));
    let method = get(&gateway.url, "/v1.0/qr/qr-mpm-query");
    assert_eq!((method.status, method.code().as_str()), (405, "4055100"));
    assert!(method.header("x-timestamp").is_some());
}

#[test]
fn large_and_slow_requests_are_refused_in_snap() {
    let limits = Limits { body: 2000, request_time: Duration::from_secs(1), ..Limits::default() };
    let gateway = Running::start(limits);
    let path = "/v1.0/qr/qr-mpm-generate";
    let announced = send(&gateway.url, "POST", path, &[], &[b' '; 2001]);
    assert_eq!((announced.status, announced.code().as_str()), (400, "4004700"));
    let just = send(&gateway.url, "POST", path, &[], &[b' '; 2000]);
    assert_eq!(just.code(), "4014703", "the headers are missing, the size is right");

    let mut chunked = connect(&gateway.url);
    let head =
        format!("POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
    chunked.write_all(head.as_bytes()).unwrap();
    for _ in 0..4 {
        let _ = chunked.write_all(format!("258\r\n{}\r\n", " ".repeat(0x258)).as_bytes());
    }
    assert_eq!(read_answer(&mut chunked).code(), "4004700");

    let long = "x".repeat(30_000);
    let headers = send(&gateway.url, "POST", path, &[("X-DEVICE-ID", &long)], b"{}");
    assert_eq!(headers.code(), "4004700");
    let longer = "x".repeat(300_000);
    assert_eq!(send(&gateway.url, "POST", path, &[("X-DEVICE-ID", &longer)], b"{}").status, 431);

    let began = Instant::now();
    let mut slow = connect(&gateway.url);
    let head =
        format!("POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 10\r\n\r\n{{");
    slow.write_all(head.as_bytes()).unwrap();
    let answer = read_answer(&mut slow);
    assert_eq!((answer.status, answer.code().as_str()), (504, "5044700"));

    // Broken framing is the caller's fault at once, not a timeout.
    let mut broken = connect(&gateway.url);
    let head =
        "POST /v1.0/qr/qr-mpm-generate HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n";
    broken.write_all(head.as_bytes()).unwrap();
    let answer = read_answer(&mut broken);
    assert_eq!((answer.status, answer.code().as_str()), (400, "4004700"));
    assert!(began.elapsed() < Duration::from_secs(5));

    // A head that never ends: the connection is closed, whatever is said.
    let mut slow = connect(&gateway.url);
    slow.write_all(b"POST / HTTP/1.1\r\nHost: x\r\n").unwrap();
    let began = Instant::now();
    let mut rest = Vec::new();
    let _ = std::io::Read::read_to_end(&mut slow, &mut rest);
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", String::from_utf8_lossy(&rest));
}

#[test]
fn an_address_has_its_limit_before_anything_else() {
    let gateway = Running::start(Limits { per_address: 5, ..Limits::default() });
    let codes: Vec<String> = (0..30)
        .map(|_| send(&gateway.url, "POST", "/v1.0/qr/qr-mpm-query", &[], b"{}"))
        .map(|answer| answer.code())
        .collect();
    assert!(codes.iter().any(|code| code == "4295100"), "{codes:?}");
    assert_eq!(codes[0], "4015103", "{codes:?}");
    assert!(get(&gateway.admin_url, "/metrics").text().contains(r#"qris_limited_total{limit="address"}"#));
    std::thread::sleep(Duration::from_millis(1200));
    assert_eq!(get(&gateway.url, "/healthz").status, 200, "the allowance comes back");
}

#[test]
fn a_partner_has_its_limit_after_its_signature() {
    let gateway = Running::start(Limits { per_partner: 3, ..Limits::default() });
    let demo = gateway.demo();
    let path = demo.text("token_path").to_owned();
    // Others' bad signatures under its name use up nothing.
    for _ in 0..10 {
        let headers = [
            ("X-CLIENT-KEY", demo.text("client_id")),
            ("X-TIMESTAMP", "2000-01-01T00:00:00+07:00"),
            ("X-SIGNATURE", "AAAA"),
            ("Content-Type", "application/json"),
        ];
        assert_eq!(send(&gateway.url, "POST", &path, &headers, b"{}").code(), "4017300");
    }
    let codes: Vec<String> = (0..12).map(|_| demo.ask_token(&gateway.url).code()).collect();
    assert_eq!(codes[0], "2007300");
    assert!(codes.iter().any(|code| code == "4297300"), "{codes:?}");
}

#[test]
fn what_was_begun_is_answered_when_it_ends() {
    let mut gateway = Running::start(Limits::default());
    let mut begun = connect(&gateway.url);
    begun
        .write_all(b"POST /v1.0/qr/qr-mpm-query HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{")
        .unwrap();
    let idle = connect(&gateway.url);
    std::thread::sleep(Duration::from_millis(300));
    let began = Instant::now();
    let thread = gateway.stop();
    std::thread::sleep(Duration::from_millis(300));
    let refused = std::net::TcpStream::connect(client::address(&gateway.url));
    assert!(refused.is_err(), "nobody listens any more");
    begun.write_all(b"}").unwrap();
    assert_eq!(read_answer(&mut begun).code(), "4015103");
    thread.join().unwrap();
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    drop(idle);
}

#[test]
fn a_connection_that_hangs_does_not_hold_up_the_end() {
    let mut gateway = Running::start(Limits { request_time: Duration::from_secs(60), ..Limits::default() });
    let mut hanging = connect(&gateway.url);
    hanging
        .write_all(b"POST /v1.0/qr/qr-mpm-query HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{")
        .unwrap();
    std::thread::sleep(Duration::from_millis(200));
    let began = Instant::now();
    gateway.stop().join().unwrap();
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

#[test]
fn readyz_says_that_the_end_comes_before_it_comes() {
    let mut gateway = Running::with(Limits::default(), |config| config.drain_delay = Duration::from_secs(3));
    let (url, health) = (gateway.url.clone(), gateway.health_url.clone());
    assert_eq!(get(&health, "/readyz").status, 200);
    let thread = gateway.stop();
    let began = Instant::now();
    while get(&health, "/readyz").status != 503 {
        assert!(began.elapsed() < Duration::from_secs(20), "it is never said");
    }
    assert_eq!(get(&health, "/readyz").text(), "the gateway is about to end\n");
    assert_eq!(get(&url, "/healthz").status, 200, "whoever has not heard of it is served");
    thread.join().unwrap();
}

#[test]
fn streams_of_events_do_not_hold_up_the_end() {
    let mut gateway = Running::start(Limits::default());
    let demo = gateway.demo();
    let made = demo.generate(&gateway.url, &demo.token(&gateway.url), "10000.00");
    let page = made["qrUrl"].as_str().unwrap().strip_prefix(&gateway.url).unwrap();
    let mut stream = connect(&gateway.url);
    stream.write_all(format!("GET {page}/events HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes()).unwrap();
    let mut first = [0; 15];
    std::io::Read::read_exact(&mut stream, &mut first).unwrap();
    let began = Instant::now();
    let thread = gateway.stop();
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut stream, &mut rest).unwrap();
    assert!(rest.contains("data: initiated"), "{rest}");
    thread.join().unwrap();
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[cfg(unix)]
#[test]
fn the_demo_partner_is_made_once_and_its_file_is_private() {
    use std::os::unix::fs::PermissionsExt;
    let mut gateway = Running::start(Limits::default());
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let demo = gateway.demo();
    assert_eq!(mode(Path::new(&gateway.demo_file)), 0o600);
    assert_eq!(mode(Path::new(demo.text("private_key_file"))), 0o600);
    assert_eq!(mode(&gateway.folder.path().join("qris-master.key")), 0o600);
    assert_eq!(mode(&gateway.folder.path().join("qris.db")), 0o600);
    for member in client::MEMBERS.into_iter().filter(|member| *member != "paths") {
        demo.text(member);
    }
    for service in client::PATHS {
        assert!(demo.path(service).starts_with("/v1.0/qr/"), "{service}");
    }
    gateway.stop().join().unwrap();

    let folder = gateway.folder.path().to_owned();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let again = runtime.block_on(async {
        let server =
            Server::start_in(config(&folder, Limits::default()), Path::new("/nonexistent")).await.unwrap();
        server.ready().clone()
    });
    assert_eq!(
        again.demo_file.as_deref(),
        Some(gateway.demo_file.as_str()),
        "remembered, wherever it is started"
    );
    assert_eq!(Partner::of_file(&gateway.demo_file).object, demo.object);
    let other = Config { demo: Some(false), ..config(&folder, Limits::default()) };
    let other = runtime.block_on(async { Server::start(other).await.unwrap().ready().clone() });
    assert_eq!(other.demo_file, None);
    let line: Value = serde_json::from_str(&other.line()).unwrap();
    assert_eq!(line["demo_file"], Value::Null);
    assert_eq!(line["event"], "ready");
}

#[test]
fn the_totals_of_a_report_are_the_sums_of_its_states() {
    let gateway = Running::start(Limits::default());
    let (demo, url) = (gateway.demo(), gateway.url.clone());
    let token = demo.token(&url);
    let pay = |reference: &Value| {
        let body = json!({ "referenceNo": reference });
        let answer = sandbox(&url, &gateway.sandbox_key, "POST", "/sandbox/v1/pay", &body);
        assert_eq!(answer.status, 200, "{answer:?}");
    };
    let mut references = Vec::new();
    for rupiah in ["10000.00", "2500.50", "999.99", "1.00", "7.00"] {
        references.push(demo.generate(&url, &token, rupiah)["referenceNo"].clone());
    }
    references[..3].iter().for_each(pay);
    let refund = json!({
        "originalReferenceNo": references[1],
        "originalPartnerReferenceNo": "none",
        "partnerRefundNo": client::unique(),
        "refundAmount": { "value": "500.25", "currency": "IDR" },
        "merchantId": demo.text("merchant_id"),
    });
    let refunded = demo.call(&url, &token, "refund", &refund);
    assert_eq!(refunded.code(), "2007800", "{refunded:?}");
    let cancel = json!({
        "originalReferenceNo": references[3], "merchantId": demo.text("merchant_id"), "reason": "test",
    });
    assert_eq!(demo.call(&url, &token, "cancel", &cancel).code(), "2007700");

    let runtime = tokio::runtime::Runtime::new().unwrap();
    let made = runtime.block_on(async {
        let opened = qris_gateway::admin::Opened::open(&config(gateway.folder.path(), Limits::default()))
            .await
            .unwrap();
        let now = opened.office().now;
        let today = qris_snap::DateTime::wib(now).unwrap().as_str()[..10].to_owned();
        let unknown = report(&opened.store, &today, Some("nobody".to_owned())).await.unwrap_err();
        assert_eq!(unknown.exit_code(), 1);
        let wrong = report(&opened.store, "2026-02-30", None).await.unwrap_err();
        assert_eq!(wrong.exit_code(), 2);
        let id = demo.text("partner_id").to_owned();
        let made = report(&opened.store, &today, Some(id)).await.unwrap();
        let mut texts = Vec::new();
        for (format, entries) in [(Format::Json, true), (Format::Csv, false)] {
            let mut text = Vec::new();
            made.write(&opened.store, format, entries, &mut text).await.unwrap();
            texts.push(String::from_utf8(text).unwrap());
        }
        texts
    });
    let [json, csv] = made.as_slice() else { panic!("two texts") };
    let json: Value = serde_json::from_str(json).unwrap();
    let totals = &json["totals"];
    // Three payments and a refund; what was not paid moved no money.
    assert_eq!(totals["count"], 4);
    assert_eq!((&totals["gross"], &totals["refunds"]), (&json!("13500.49"), &json!("500.25")));
    assert_eq!((&totals["tip"], &totals["net"]), (&json!("0.00"), &json!("13000.24")));
    let by_kind = |kind: &str| {
        json["lines"].as_array().unwrap().iter().find(|line| line["kind"] == kind).unwrap().clone()
    };
    assert_eq!((&by_kind("payment")["count"], &by_kind("payment")["net"]), (&json!(3), &json!("13500.49")));
    assert_eq!(by_kind("refund")["refunds"], "500.25");
    let entries = json["entries"].as_array().unwrap();
    assert_eq!((entries.len(), json["exceptions"].as_array().unwrap().len()), (4, 0));
    assert!(entries.iter().any(|it| it["reference_no"] == references[0] && it["amount"] == "10000.00"));

    let mut sums = vec![0_i64; 8];
    let mut last = Vec::new();
    for line in csv.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let figures: Vec<i64> =
            cells[3..].iter().map(|cell| cell.replace('.', "").parse().unwrap()).collect();
        if cells[2] == "total" {
            last = figures;
        } else {
            sums.iter_mut().zip(figures).for_each(|(sum, figure)| *sum += figure);
        }
    }
    assert_eq!(last, sums, "{csv}");
}
