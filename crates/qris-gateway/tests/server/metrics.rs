//! Each metric moves when what it counts happens, and the text is what Prometheus reads.

use std::collections::BTreeMap;
use std::io::Read;

use super::*;

/// Every sample of a scrape, its labels with it.
type Samples = BTreeMap<String, String>;

fn scrape(gateway: &Running) -> Samples {
    read(&get(&gateway.admin_url, "/metrics").text())
}

/// Reads a scrape as OpenMetrics has it: one HELP and one TYPE for each family, before its samples; nothing else.
fn read(text: &str) -> Samples {
    let (mut samples, mut families) = (Samples::new(), BTreeMap::new());
    let mut family = String::new();
    assert!(text.ends_with("# EOF\n"), "{text}");
    for line in text.lines().take_while(|line| *line != "# EOF") {
        if let Some(rest) = line.strip_prefix("# ") {
            let (word, rest) = rest.split_once(' ').unwrap();
            let (name, what) = rest.split_once(' ').unwrap();
            assert!(name.starts_with("qris_"), "{line}");
            family = name.to_owned();
            match word {
                "HELP" => assert!(!what.is_empty() && !families.contains_key(name), "{line}"),
                "TYPE" => assert!(families.insert(name.to_owned(), what.to_owned()).is_none(), "{line}"),
                "UNIT" => assert!(name.ends_with(what), "{line}"),
                _ => panic!("{line}"),
            }
            continue;
        }
        let (sample, value) = line.rsplit_once(' ').unwrap();
        value.parse::<f64>().unwrap_or_else(|_| panic!("{line}"));
        let name = sample.split('{').next().unwrap();
        let ending = name.strip_prefix(family.as_str()).unwrap_or_else(|| panic!("{line} in {family}"));
        let wanted: &[&str] = match families[&family].as_str() {
            "counter" => &["_total"],
            "gauge" => &[""],
            "histogram" => &["_bucket", "_sum", "_count"],
            "info" => &["_info"],
            other => panic!("{family} is {other}"),
        };
        assert!(wanted.contains(&ending), "{line}");
        assert!(samples.insert(sample.to_owned(), value.to_owned()).is_none(), "twice: {line}");
    }
    for (name, _) in families.iter().filter(|(_, kind)| *kind == "histogram") {
        let mut last = BTreeMap::new();
        for line in text.lines().filter(|line| line.starts_with(&format!("{name}_bucket{{"))) {
            let (before, rest) = line.split_once("le=\"").unwrap();
            let (end, rest) = rest.split_once('"').unwrap();
            let count: u64 = rest.rsplit(' ').next().unwrap().parse().unwrap();
            let labels = format!("{before}{}", rest.split('}').next().unwrap());
            let before = last.insert(labels, (end.to_owned(), count));
            assert!(before.is_none_or(|(_, before)| before <= count), "not cumulative: {line}");
        }
        assert!(last.values().all(|(end, _)| end == "+Inf"), "{name}: {last:?}");
    }
    samples
}

/// Scrapes until a sample is as wanted.
fn until(gateway: &Running, sample: &str, wanted: impl Fn(u64) -> bool) -> Samples {
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        let samples = scrape(gateway);
        let value = samples.get(sample).map_or(0, |value| value.parse().unwrap());
        if wanted(value) {
            return samples;
        }
        assert!(Instant::now() < end, "{sample} is {value} in {samples:#?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn number(samples: &Samples, sample: &str) -> u64 {
    samples.get(sample).unwrap_or_else(|| panic!("no {sample} in {samples:#?}")).parse().unwrap()
}

fn pay(gateway: &Running, reference_no: &Value) {
    let body = json!({ "referenceNo": reference_no });
    let paid = sandbox(&gateway.url, &gateway.sandbox_key, "POST", "/sandbox/v1/pay", &body);
    assert_eq!(paid.status, 200, "{paid:?}");
}

#[test]
fn tries_are_counted_by_partner_and_result_and_the_oldest_event_ages() {
    let gateway = Running::start(Limits::default());
    let demo = gateway.demo();
    let token = demo.token(&gateway.url);
    let first = demo.generate(&gateway.url, &token, "10000.00");
    let second = demo.generate(&gateway.url, &token, "10000.00");
    let build = format!("qris_build_info{{version=\"{}\",storage=\"sqlite\"}}", env!("CARGO_PKG_VERSION"));
    assert_eq!(number(&scrape(&gateway), &build), 1);
    let tried = |result| {
        format!("qris_notification_tries_total{{partner=\"{}\",result=\"{result}\"}}", demo.text("client_id"))
    };
    pay(&gateway, &first["referenceNo"]);
    let samples = until(&gateway, &tried("delivered"), |tries| tries == 1);
    assert_eq!(samples.get(&tried("refused")), None);
    assert_eq!(number(&samples, "qris_notifications_oldest_seconds"), 0, "nothing waits");

    // A receiver that does not take it: there is no POST. What it does not take waits and gets older.
    let url = format!("{}/healthz", gateway.url);
    database(&gateway).execute("UPDATE partner SET notify_url = ?1", [url]).unwrap();
    pay(&gateway, &second["referenceNo"]);
    until(&gateway, &tried("refused"), |tries| tries >= 1);
    let samples = until(&gateway, "qris_notifications_oldest_seconds", |seconds| seconds >= 1);
    assert_eq!(number(&samples, &tried("delivered")), 1);
}

/// Another program at the gateway's database.
fn database(gateway: &Running) -> rusqlite::Connection {
    let database = rusqlite::Connection::open(gateway.folder.path().join("qris.db")).unwrap();
    database.busy_timeout(Duration::from_secs(30)).unwrap();
    database
}

#[test]
fn a_locked_database_fills_the_queue_and_units_share_a_commit() {
    let gateway = Running::start(Limits { request_time: Duration::from_secs(60), ..Limits::default() });
    let demo = gateway.demo();
    let token = demo.token(&gateway.url);
    let of_writes = |name: &str| format!("qris_storage_{name}{{lane=\"writes\"}}");
    let float = |samples: &Samples, sample: &str| samples[sample].parse::<f64>().unwrap();
    let before = scrape(&gateway);
    assert_eq!(number(&before, &of_writes("connections")), 1);
    assert_eq!(number(&before, "qris_storage_connections{lane=\"reads\"}"), 2);
    assert!(number(&before, &of_writes("wait_seconds_count")) >= 1);
    assert!(number(&before, &of_writes("work_seconds_count")) >= 1);
    let database = database(&gateway);
    database.execute_batch("BEGIN IMMEDIATE").unwrap();
    std::thread::scope(|scope| {
        let calls: Vec<_> =
            (0..8).map(|_| scope.spawn(|| demo.generate(&gateway.url, &token, "10000.00"))).collect();
        until(&gateway, &of_writes("queue"), |units| units >= 8);
        database.execute_batch("COMMIT").unwrap();
        drop(calls);
    });
    let after = until(&gateway, &of_writes("queue"), |units| units == 0);
    let more = |name: &str| float(&after, &of_writes(name)) - float(&before, &of_writes(name));
    assert!(more("commit_units_sum") >= 8.0);
    assert!(more("commit_units_count") < more("commit_units_sum"), "no two shared a commit");
    assert!(more("wait_seconds_sum") > 0.0 && more("work_seconds_sum") > 0.0);
    assert_eq!(number(&after, "qris_storage_dropped_total{lane=\"writes\",why=\"full\"}"), 0);
}

#[test]
fn units_whose_time_is_over_are_counted() {
    let gateway = Running::start(Limits { request_time: Duration::from_secs(1), ..Limits::default() });
    let demo = gateway.demo();
    let token = demo.token(&gateway.url);
    let late = "qris_storage_dropped_total{lane=\"writes\",why=\"late\"}";
    assert_eq!(number(&scrape(&gateway), late), 0);
    let database = database(&gateway);
    database.execute_batch("BEGIN IMMEDIATE").unwrap();
    let body = json!({
        "partnerReferenceNo": client::unique(),
        "amount": { "value": "10000.00", "currency": "IDR" },
        "merchantId": demo.text("merchant_id"),
    });
    assert_eq!(demo.call(&gateway.url, &token, "generate", &body).status, 504);
    database.execute_batch("COMMIT").unwrap();
    until(&gateway, late, |units| units >= 1);
}

#[test]
fn a_stream_is_counted_while_it_is_open() {
    let gateway = Running::start(Limits::default());
    let demo = gateway.demo();
    let token = demo.token(&gateway.url);
    let code = demo.generate(&gateway.url, &token, "10000.00").to_string();
    let page = &code.split("/pay/").nth(1).unwrap()[..32];
    assert_eq!(number(&scrape(&gateway), "qris_event_streams"), 0);
    let mut stream = connect(&gateway.url);
    stream.write_all(format!("GET /pay/{page}/events HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes()).unwrap();
    let (mut begun, mut chunk) = (String::new(), [0; 1024]);
    while !begun.contains("event: state") {
        let length = stream.read(&mut chunk).unwrap();
        assert!(length > 0, "{begun}");
        begun.push_str(&String::from_utf8_lossy(&chunk[..length]));
    }
    assert_eq!(number(&scrape(&gateway), "qris_event_streams"), 1);
    drop(stream);
    until(&gateway, "qris_event_streams", |streams| streams == 0);
}

/// The process's own figures are served without the database too.
#[test]
fn a_broken_database_does_not_break_the_scrape() {
    let gateway = Running::start(Limits::default());
    database(&gateway).execute_batch("ALTER TABLE notification RENAME TO elsewhere").unwrap();
    let samples = scrape(&gateway);
    assert!(samples.contains_key("qris_requests_in_flight"), "{samples:#?}");
    assert_eq!(number(&samples, "qris_storage_connections{lane=\"writes\"}"), 1);
}
