//! The files of `deploy/` and the runbook name what there is: settings, metrics, alerts.

mod client;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use client::{Partner, get, sandbox, send};
use qris_gateway::config::{Config, Limits, SETTINGS};
use qris_gateway::db::DatabaseUrl;
use qris_gateway::server::Server;
use tokio::sync::oneshot;

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy")
}

fn text(name: &str) -> String {
    std::fs::read_to_string(here().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The words of a text that begin so.
fn words(text: &str, beginning: &str) -> BTreeSet<String> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let words = text.split(|c| !word(c)).filter(|found| found.starts_with(beginning) && *found != beginning);
    words.map(str::to_owned).collect()
}

/// The metrics of a gateway that has served every kind of answer and tried a notification: each metric with the names of its samples.
fn served() -> Vec<(String, Vec<String>)> {
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        admin_listen: Some("127.0.0.1:0".parse().unwrap()),
        database: DatabaseUrl::Sqlite(folder.path().join("qris.db")),
        limits: Limits { per_address: 20, ..Limits::default() },
        sandbox: true,
        ..Config::default()
    };
    let (stop, stopped) = oneshot::channel::<()>();
    let (tell, told) = std::sync::mpsc::channel();
    let place = folder.path().to_owned();
    let thread = std::thread::spawn(move || {
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let server = Server::start_in(config, &place).await.unwrap();
            // A counter is shown once it counts.
            server.app().counts.called("acquirer", "done");
            tell.send(server.ready().clone()).unwrap();
            server.run(async { drop(stopped.await) }).await;
        });
    });
    let ready = told.recv().unwrap();
    let demo = Partner::of_file(&ready.demo_file.unwrap());
    let code = demo.generate(&ready.url, &demo.token(&ready.url), "10000.00");
    let pay = serde_json::json!({ "referenceNo": code["referenceNo"] });
    sandbox(&ready.url, &ready.sandbox_key.unwrap(), "POST", "/sandbox/v1/pay", &pay);
    for _ in 0..50 {
        send(&ready.url, "POST", "/v1.0/qr/qr-mpm-query", &[], b"{}");
    }
    let admin_url = ready.admin_url.unwrap();
    let metrics = (0..3000).find_map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(20));
        Some(get(&admin_url, "/metrics").text())
            .filter(|text| text.contains("qris_notification_tries_total{"))
    });
    let metrics = metrics.expect("no notification was tried");
    stop.send(()).unwrap();
    thread.join().unwrap();
    let types = metrics.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '));
    let names = |(name, kind): (&str, &str)| {
        let endings: &[&str] = match kind {
            "counter" => &["_total"],
            "histogram" => &["_bucket", "_sum", "_count"],
            "info" => &["_info"],
            _ => &[""],
        };
        (name.to_owned(), endings.iter().map(|ending| format!("{name}{ending}")).collect())
    };
    types.map(names).collect()
}

#[test]
fn dashboard_alerts_and_runbook_name_the_served_metrics() {
    let served = served();
    assert!(served.len() >= 5, "{served:?}");
    let samples: BTreeSet<&String> = served.iter().flat_map(|(_, samples)| samples).collect();
    for file in ["grafana.json", "alerts.yaml"] {
        let used = words(&text(file), "qris_");
        assert!(used.len() >= 5, "{file}: {used:?}");
        let unknown: Vec<_> = used.iter().filter(|name| !samples.contains(name)).collect();
        assert!(unknown.is_empty(), "{file} asks for {unknown:?}, which nobody serves: {samples:?}");
    }
    let runbook = text("../../../docs/operations.md");
    for (file, shown) in [("grafana.json", text("grafana.json")), ("docs/operations.md", runbook)] {
        let shown = words(&shown, "qris_");
        for (metric, samples) in &served {
            let named = shown.contains(metric) || samples.iter().any(|sample| shown.contains(sample));
            assert!(named, "{file} says nothing of {metric}");
        }
    }
}

#[test]
fn every_alert_is_in_the_runbook() {
    let runbook = text("../../../docs/operations.md");
    let alerts = text("alerts.yaml");
    let names: Vec<_> = alerts.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    assert!(names.len() >= 5, "{names:?}");
    for name in names {
        assert!(runbook.contains(&format!("| `{name}` |")), "{name} is not in docs/operations.md");
    }
}

#[test]
fn every_setting_that_is_given_exists() {
    let known: BTreeSet<String> = SETTINGS.iter().map(|setting| setting.variable()).collect();
    for file in ["Dockerfile", "compose.yaml", "qris-gateway.env.example", "qris-gateway.service"] {
        for name in words(&text(file), "QRIS_") {
            // The proxy's own.
            assert!(known.contains(&name) || name == "QRIS_HOST", "{file}: {name} is no setting");
        }
    }
}
