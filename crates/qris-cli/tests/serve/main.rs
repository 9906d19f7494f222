//! `qris serve` and `qris gateway`, as processes.

mod acquirers;
#[path = "../../../qris-gateway/tests/client/mod.rs"]
mod client;
mod database;
mod demo;
mod door;
mod exceptions;
mod notifications;
mod partners;
mod settings;
mod settings_of_partners;
mod upkeep;

use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::support::{self, Ran, qris, qris_with};
use client::{Partner, get, sandbox, unique};
use serde_json::{Value, json};

/// A `qris serve` of its own in a directory of its own.
struct Serve {
    folder: std::sync::Arc<tempfile::TempDir>,
    child: Child,
    ready: Value,
    line: String,
}

fn serve_in(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qris"));
    command.arg("serve").args(args).current_dir(folder);
    for name in ["CONFIG", "LISTEN", "DATABASE_URL", "SANDBOX", "MASTER_KEY_FILE", "PUBLIC_URL", "LOG"] {
        command.env_remove(format!("QRIS_{name}"));
    }
    command
}

impl Serve {
    fn start(args: &[&str]) -> Serve {
        Serve::start_in(std::sync::Arc::new(tempfile::tempdir().unwrap()), args)
    }

    /// Another one, in the same directory.
    fn again(&self, args: &[&str]) -> Serve {
        Serve::start_in(std::sync::Arc::clone(&self.folder), args)
    }

    fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn start_in(folder: std::sync::Arc<tempfile::TempDir>, args: &[&str]) -> Serve {
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let mut command = serve_in(folder.path(), &["--listen", "127.0.0.1:0", "--ready-file", "ready.json"]);
        command.args(args).stdout(Stdio::piped()).stderr(log);
        if !args.contains(&"--config") {
            command.env("QRIS_LOG", "debug");
        }
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let ready = serde_json::from_str(&line).unwrap_or_else(|error| {
            let log = std::fs::read_to_string(folder.path().join("log")).unwrap();
            panic!("{error}: {line:?}\n{log}")
        });
        Serve { folder, child, ready, line }
    }

    fn url(&self) -> &str {
        self.ready["url"].as_str().unwrap()
    }

    fn sandbox_key(&self) -> &str {
        self.ready["sandbox_key"].as_str().unwrap()
    }

    fn demo(&self) -> Partner {
        Partner::of_file(self.ready["demo_file"].as_str().unwrap())
    }

    /// `qris gateway … --database` of this gateway.
    fn gateway(&self, args: &[&str]) -> Ran {
        let database = format!("sqlite://{}", self.folder.path().join("qris.db").display());
        let mut all = vec!["gateway"];
        all.extend(args);
        all.extend(["--database", &database]);
        qris(&all)
    }

    /// `partner add` of a partner called Toko, its keys in this folder.
    fn add_partner(&self, keys: &str, more: &[&str]) -> Ran {
        let keys = self.folder.path().join(keys).display().to_string();
        let fixed = ["partner", "add", "--name", "Toko", "--dialect", "standard", "--generate-key", &keys];
        self.gateway(&[&fixed[..], &["--json", "--demo"], more].concat())
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    fn terminate(&mut self) -> (ExitStatus, Duration) {
        let began = Instant::now();
        self.signal("-TERM");
        (self.child.wait().unwrap(), began.elapsed())
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a question is answered after a while.
fn wait_for(mut question: impl FnMut() -> Option<Value>) -> Value {
    let began = Instant::now();
    loop {
        if let Some(answer) = question() {
            return answer;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "it does not happen");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn from_a_token_to_a_delivered_notification() {
    let mut serve = Serve::start(&["--sandbox"]);
    let (demo, url) = (serve.demo(), serve.url().to_owned());
    let token = demo.token(&url);
    let generated = demo.generate(&url, &token, "15000.00");
    let reference = generated["referenceNo"].as_str().unwrap().to_owned();
    let content = generated["qrContent"].as_str().unwrap();
    assert!(generated["additionalInfo"]["expiryTime"].is_string(), "{generated}");
    let decoded = qris(&["decode", content, "--format", "json"]);
    assert_eq!(decoded.code, 0, "{}", decoded.stderr);
    assert_eq!(decoded.json()["summary"]["initiation"], "dynamic", "{}", decoded.text());

    assert_eq!(demo.query(&url, &token, &reference)["latestTransactionStatus"], "01");
    let paid =
        sandbox(&url, serve.sandbox_key(), "POST", "/sandbox/v1/pay", &json!({ "qrContent": content }));
    assert_eq!(paid.status, 200, "{paid:?}");
    assert_eq!(paid.json()["referenceNo"], reference.as_str());
    let queried = demo.query(&url, &token, &reference);
    assert_eq!(queried["latestTransactionStatus"], "00", "{queried}");
    assert_eq!(queried["amount"]["value"], "15000.00");

    let target = format!("/sandbox/v1/notifications?referenceNo={reference}");
    let delivered = wait_for(|| {
        let rows = sandbox(&url, serve.sandbox_key(), "GET", &target, &Value::Null).json();
        let first = rows[0].clone();
        (first["state"] == "delivered").then_some(first)
    });
    assert_eq!(delivered["attempts"], 1);
    assert!(delivered["string_to_sign"].as_str().unwrap().starts_with("POST:"), "{delivered}");
    let listed = serve.gateway(&["notifications", "list", "--state", "delivered", "--json"]).json();
    assert_eq!(listed[0]["reference_no"], reference.as_str());

    let again =
        sandbox(&url, serve.sandbox_key(), "POST", "/sandbox/v1/pay", &json!({ "qrContent": content }));
    assert_eq!(again.code(), "4045014");

    let today = sandbox_day();
    let report = serve.gateway(&["report", "--date", &today, "--format", "json"]).json();
    assert_eq!((&report["totals"]["count"], &report["totals"]["net"]), (&json!(1), &json!("15000.00")));
    let csv = serve.gateway(&["report", "--date", &today, "--partner", demo.text("client_id")]);
    let total = csv.text().lines().last().unwrap().to_owned();
    assert_eq!(total, format!("{today},,total,1,15000.00,0.00,0.00,15000.00,0,0.00,0.00"));
    assert_eq!(serve.gateway(&["report", "--date", &today, "--partner", "nobody"]).code, 1);
    assert_eq!(serve.gateway(&["report", "--date", "today"]).code, 2);

    let (status, took) = serve.terminate();
    assert_eq!(status.code(), Some(0));
    assert!(took < Duration::from_secs(10), "{took:?}");
    let log = serve.log();
    assert!(log.contains(r#""service":"qr/qr-mpm-generate""#), "{log}");
    for secret in [token.as_str(), demo.text("client_secret"), serve.sandbox_key()] {
        assert!(!log.contains(secret), "a secret in the log");
    }
    assert!(log.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{log}");
}

/// Today in western Indonesian time.
fn sandbox_day() -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::SystemTime::UNIX_EPOCH).unwrap();
    let now = qris_snap::DateTime::wib(i64::try_from(now.as_secs()).unwrap()).unwrap();
    now.as_str()[..10].to_owned()
}

#[test]
fn the_ready_line_says_where_everything_is() {
    let mut serve = Serve::start(&["--admin-listen", "127.0.0.1:0", "--no-demo"]);
    let file = serve.folder.path().join("ready.json");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), serve.line);
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let names: Vec<&String> = serve.ready.as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        ["event", "url", "admin_url", "health_url", "database", "sandbox", "sandbox_key", "demo_file"]
    );
    assert_eq!(serve.ready["database"], "sqlite://qris.db");
    assert_eq!((&serve.ready["sandbox"], &serve.ready["sandbox_key"]), (&json!(false), &Value::Null));
    assert_eq!(serve.ready["demo_file"], Value::Null);
    assert_eq!(get(serve.url(), "/healthz").status, 200);
    assert_eq!(get(serve.ready["admin_url"].as_str().unwrap(), "/metrics").status, 200);
    assert_eq!(sandbox(serve.url(), "x", "POST", "/sandbox/v1/pay", &json!({})).status, 404);
    assert_eq!(serve.gateway(&["partner", "list", "--json"]).json(), json!([]));
    assert_eq!(serve.terminate().0.code(), Some(0));
    let mut rest = String::new();
    serve.child.stdout.as_mut().unwrap().read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "", "one line and no more");
}
