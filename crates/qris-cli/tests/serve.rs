//! `qris serve` and `qris gateway`, as processes.
#![cfg(all(feature = "serve", unix))]

#[path = "../../qris-gateway/tests/client/mod.rs"]
mod client;
mod support;

use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use client::{Partner, get, sandbox, unique};
use serde_json::{Value, json};
use support::{Ran, qris};

/// A `qris serve` of its own in a directory of its own.
struct Serve {
    folder: tempfile::TempDir,
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
        let folder = tempfile::tempdir().unwrap();
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let mut command = serve_in(folder.path(), &["--listen", "127.0.0.1:0", "--ready-file", "ready.json"]);
        command.args(args).stdout(Stdio::piped()).stderr(log).env("QRIS_LOG", "debug");
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

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    fn terminate(&mut self) -> (ExitStatus, Duration) {
        let began = Instant::now();
        let sent = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
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
    assert_eq!(total, format!("{today},,total,1,15000.00,0.00,0.00,15000.00,0,0.00"));
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
    assert_eq!(names, ["event", "url", "admin_url", "database", "sandbox", "sandbox_key", "demo_file"]);
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

#[test]
fn a_partner_added_while_it_runs_can_call() {
    let serve = Serve::start(&["--sandbox", "--no-demo"]);
    let url = serve.url();
    let keys = serve.folder.path().join("new/keys");
    let keys = keys.to_str().unwrap();
    let add = ["partner", "add", "--name", "Toko", "--dialect", "standard", "--generate-key", keys, "--json"];
    let added = serve.gateway(&add);
    assert_eq!(added.code, 0, "{}", added.stderr);
    let object = added.json();
    let names: Vec<&String> = object.as_object().unwrap().keys().collect();
    let wanted = [
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
    assert_eq!(names, wanted);
    let paths: Vec<&String> = object["paths"].as_object().unwrap().keys().collect();
    assert_eq!(paths, ["generate", "query", "cancel", "refund", "decode", "payment", "notify"]);
    assert_eq!((&object["dialect"], &object["role"]), (&json!("standard"), &json!("merchant")));
    let private = std::fs::metadata(object["private_key_file"].as_str().unwrap()).unwrap();
    assert_eq!(private.permissions().mode() & 0o777, 0o600);
    let public = std::fs::read_to_string(object["gateway_public_key_file"].as_str().unwrap()).unwrap();
    assert!(public.starts_with("-----BEGIN PUBLIC KEY-----"));

    let partner = Partner::new(object);
    let token = partner.token(url);
    partner.generate(url, &token, "1.00");

    // The ids are taken now, and the key files of the partner stay.
    let id = partner.text("client_id").to_owned();
    let taken = serve.gateway(&[&add[..], &["--client-id", &id]].concat());
    assert_eq!(taken.code, 1);
    assert!(taken.stderr.contains("is taken"), "{}", taken.stderr);
    assert_eq!(partner.ask_token(url).status, 200);

    // A new key and a new secret: with a grace time old and new hold, without one only the new.
    let rotate = |grace: &str| {
        let args =
            ["partner", "rotate-key", &id, "--generate-key", keys, "--secret", "--grace", grace, "--json"];
        let rotated = serve.gateway(&args).json();
        let mut object = partner.object.clone();
        for member in ["private_key_base64", "client_secret"] {
            object[member] = rotated[member].clone();
        }
        Partner::new(object)
    };
    let second = rotate("3600");
    let token = second.token(url);
    partner.generate(url, &partner.token(url), "2.00");
    second.generate(url, &token, "3.00");
    let third = rotate("0");
    assert_eq!(second.ask_token(url).code(), "4017300");
    assert_eq!(partner.ask_token(url).code(), "4017300");
    third.generate(url, &third.token(url), "4.00");

    assert_eq!(serve.gateway(&["partner", "disable", &id]).code, 0);
    assert_eq!(third.ask_token(url).code(), "4017300");
    assert_eq!(serve.gateway(&["partner", "disable", &id]).code, 1);
    let listed = serve.gateway(&["partner", "list", "--json"]).json();
    assert!(listed[0]["disabled_at"].is_string(), "{listed}");
    let table = serve.gateway(&["partner", "list"]).text();
    assert!(table.starts_with("CLIENT ID") && table.contains(&id) && table.contains("disabled"), "{table}");
}

#[test]
fn partners_of_every_dialect_and_role() {
    let serve = Serve::start(&["--no-demo"]);
    let keys = serve.folder.path().join("keys");
    let keys = keys.to_str().unwrap();
    let add = |args: &[&str]| {
        let fixed = ["partner", "add", "--name", "X", "--generate-key", keys, "--json"];
        let added = serve.gateway(&[&fixed[..], args].concat());
        assert_eq!(added.code, 0, "{}", added.stderr);
        added.json()
    };
    let finpay = add(&["--dialect", "finpay"]);
    assert_eq!(finpay["token_path"], "/snap/oauth/v1.0/access-token/b2b");
    assert_eq!(finpay["paths"]["generate"], "/pg/payment/card/v1.0/qr/qr-mpm-generate");
    assert_eq!(Partner::new(finpay).ask_token(serve.url()).status, 200);
    let brick = add(&["--dialect", "brick", "--partner-id", "P1", "--channel-id", "A0"]);
    assert_eq!(brick["paths"]["query"], "/v2/payments/acceptance/1.0/qr/qr-mpm-query");
    assert_eq!((&brick["partner_id"], &brick["channel_id"]), (&json!("P1"), &json!("A0")));
    let issuer = add(&["--dialect", "standard", "--role", "issuer", "--mount", "/api"]);
    assert_eq!(issuer["merchant_id"], Value::Null);
    assert_eq!(issuer["paths"]["decode"], "/api/v1.0/qr/qr-mpm-decode");
    let issuer = Partner::new(issuer);
    assert_eq!(issuer.ask_token(serve.url()).status, 200);
    let header = ["--notify-header", "X-DEVICE-ID=d1", "--notify-header", "ORIGIN=qris.example"];
    let finnet =
        ["--dialect", "finnet", "--notify-url", "https://shop.example/hook", "--notify-sign", "hmac"];
    add(&[&finnet[..], &header].concat());
    let listed = serve.gateway(&["partner", "list", "--json"]).json();
    // Partners of one second stand in the order of their ids, which are random.
    let mut rules: Vec<(&str, &str)> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["dialect"].as_str().unwrap(), row["external_id"].as_str().unwrap()))
        .collect();
    rules.sort_unstable();
    let expected =
        [("brick", "off"), ("finnet", "conflict"), ("finpay", "conflict"), ("standard", "conflict")];
    assert_eq!(rules, expected);

    // A partner that brings its own key.
    let public = Path::new(issuer.text("private_key_file"))
        .with_file_name(format!("{}-public.pem", issuer.text("client_id")));
    let own =
        ["partner", "add", "--name", "Own", "--dialect", "standard", "--external-id", "replay", "--json"];
    let own = serve.gateway(&[&own[..], &["--public-key", public.to_str().unwrap()]].concat()).json();
    assert_eq!((&own["private_key_file"], &own["private_key_base64"]), (&Value::Null, &Value::Null));
    let private = ["partner", "add", "--name", "Bad", "--dialect", "standard", "--public-key"];
    let private = serve.gateway(&[&private[..], &[issuer.text("private_key_file")]].concat());
    assert_eq!(private.code, 2);
    assert!(private.stderr.contains("public key is wanted"), "{}", private.stderr);

    for bad in [
        &["partner", "add", "--name", "X", "--dialect", "standard"][..],
        &["partner", "add", "--name", "X", "--dialect", "other", "--generate-key", keys],
        &["partner", "add", "--name", "X", "--dialect", "brick", "--generate-key", keys, "--mount", "api"],
        &[
            "partner",
            "add",
            "--name",
            "X",
            "--dialect",
            "brick",
            "--generate-key",
            keys,
            "--client-id",
            "a|b",
        ],
        &["partner", "add", "--name", "X", "--dialect", "brick", "--generate-key", keys, "--notify-url", "x"],
        &["partner", "rotate-key", "x"],
    ] {
        assert_eq!(serve.gateway(bad).code, 2, "{bad:?}");
    }
}

#[test]
fn merchants_are_added_listed_and_disabled() {
    let serve = Serve::start(&["--sandbox"]);
    let (demo, url) = (serve.demo(), serve.url());
    let owner = demo.text("client_id");
    let add = ["merchant", "add", "--owner", owner, "--merchant-id", "M2", "--name", "KEDAI UJI", "--json"];
    let values = [
        "--guid",
        "ID.CO.EXAMPLE.WWW",
        "--mpan",
        "936009140000000001",
        "--acquirer-merchant-id",
        "TESTMID1",
        "--nmid",
        "ID1026000000012",
        "--mcc",
        "5812",
        "--city",
        "BANDUNG",
        "--postal-code",
        "40111",
        "--criteria",
        "UKE",
        "--terminal",
        "A01",
        "--terminal",
        "A02",
        "--sub-merchant",
        "S1",
    ];
    let added = serve.gateway(&[&add[..], &values].concat());
    assert_eq!(added.code, 0, "{}", added.stderr);
    assert_eq!(added.json()["terminals"], json!(["A01", "A02"]));
    assert_eq!(serve.gateway(&add).code, 1, "the id is taken");
    assert_eq!(serve.gateway(&["merchant", "add", "--owner", "nobody"]).code, 1);
    assert_eq!(serve.gateway(&["merchant", "add", "--owner", owner, "--mpan", "1"]).code, 2);

    let token = demo.token(url);
    let body = |terminal: &str| {
        json!({
            "partnerReferenceNo": unique(), "amount": { "value": "5.00", "currency": "IDR" },
            "merchantId": "M2", "subMerchantId": "S1", "terminalId": terminal,
        })
    };
    let made = demo.call(url, &token, "generate", &body("A01"));
    assert_eq!(made.code(), "2004700", "{made:?}");
    let content = made.json()["qrContent"].as_str().unwrap().to_owned();
    assert!(content.contains("5909KEDAI UJI6007BANDUNG610540111"), "{content}");
    assert_eq!(demo.call(url, &token, "generate", &body("A03")).code(), "4044717");

    assert_eq!(serve.gateway(&["merchant", "disable", "M2"]).code, 0);
    assert_eq!(demo.call(url, &token, "generate", &body("A01")).code(), "4044708");
    assert_eq!(serve.gateway(&["merchant", "disable", "M2"]).code, 1);
    let listed = serve.gateway(&["merchant", "list", "--owner", owner, "--json"]).json();
    assert_eq!(listed.as_array().unwrap().len(), 2);
    assert!(serve.gateway(&["merchant", "list"]).text().contains("KEDAI UJI"));
}

#[test]
fn bad_settings_exit_2_and_name_their_place() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("g.toml"), "# gateway\nlisten = \"127.0.0.1:0\"\nlimit = 3\n").unwrap();
    std::fs::write(folder.path().join("good.toml"), "demo = false\n[limits]\nper_partner = 10\n").unwrap();
    let run = |args: &[&str], variables: &[(&str, &str)]| {
        let mut command = serve_in(folder.path(), args);
        let output = command.envs(variables.iter().copied()).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        (output.status.code(), stderr, output.stdout)
    };
    let (code, stderr, _) = run(&["--config", "g.toml", "--check-config"], &[]);
    assert_eq!(code, Some(2));
    assert!(stderr.contains("g.toml:3: unknown field"), "{stderr}");
    let (code, stderr, _) = run(&["--config", "g.toml"], &[]);
    assert_eq!(code, Some(2), "{stderr}");
    let (code, stderr, stdout) = run(&["--config", "good.toml", "--check-config"], &[]);
    assert_eq!((code, stdout.len()), (Some(0), 0), "{stderr}");
    let (code, stderr, _) = run(&["--check-config"], &[("QRIS_LISTEN", "nowhere")]);
    assert!(code == Some(2) && stderr.contains("QRIS_LISTEN"), "{stderr}");
    let (code, stderr, _) = run(&["--check-config"], &[("QRIS_CONFIG", "g.toml")]);
    assert!(code == Some(2) && stderr.contains("g.toml:3"), "{stderr}");
    let (code, stderr, _) = run(&["--sandbox", "--listen", "0.0.0.0:0"], &[]);
    assert!(code == Some(2) && stderr.contains("--listen: the sandbox"), "{stderr}");
    let (code, stderr, _) = run(&["--database", "sqlite:///no/such/directory/x.db"], &[]);
    assert!(code == Some(2) && stderr.contains("/no/such/directory/x.db"), "{stderr}");

    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, stderr, stdout) = run(&["--listen", &address, "--no-demo"], &[]);
    assert!(code == Some(2) && stderr.contains("cannot listen"), "{stderr}");
    assert!(stdout.is_empty());
}

#[test]
fn the_master_key_is_found_from_any_directory() {
    let folder = tempfile::tempdir().unwrap();
    let (key, database) = (folder.path().join("k/master"), folder.path().join("d/x.db"));
    std::fs::create_dir(folder.path().join("d")).unwrap();
    let database = format!("sqlite://{}", database.display());
    let command = |args: &[&str], named: bool| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_qris"));
        command.args(["gateway"]).args(args).args(["--database", &database]).current_dir(folder.path());
        command.env_remove("QRIS_MASTER_KEY_FILE");
        if named {
            command.env("QRIS_MASTER_KEY_FILE", &key);
        }
        command.output().unwrap().status.code()
    };
    assert_eq!(command(&["migrate"], false), Some(0));
    assert!(!key.exists());
    assert_eq!(command(&["partner", "list"], true), Some(0));
    assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(command(&["partner", "list"], false), Some(0), "the database remembers where it is");
    std::fs::remove_file(&key).unwrap();
    assert_eq!(command(&["partner", "list"], false), Some(2), "no new key for old secrets");
    assert!(!key.exists());
}
