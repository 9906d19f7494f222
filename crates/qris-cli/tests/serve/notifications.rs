//! `qris gateway notification`: what was not delivered, and another try for it.

use super::*;

#[test]
fn what_died_for_want_of_a_url_is_mended() {
    let serve = Serve::start(&["--no-demo"]);
    let url = serve.url();
    let partner = Partner::new(serve.add_partner("keys", &[]).json());
    let id = partner.text("client_id").to_owned();
    let token = partner.token(url);
    for amount in ["1.00", "2.00", "3.00"] {
        let generated = partner.generate(url, &token, amount);
        let reference = generated["referenceNo"].as_str().unwrap();
        let cancel = json!({ "originalReferenceNo": reference, "reason": "salah", "merchantId": partner.text("merchant_id") });
        assert_eq!(partner.call(url, &token, "cancel", &cancel).code(), "2007700");
    }
    let list = |more: &[&str]| serve.gateway(&[&["notification", "list", "--json"], more].concat()).json();
    let count = |more: &[&str]| list(more).as_array().unwrap().len();
    let dead =
        wait_for(|| Some(list(&["--state", "dead"])).filter(|rows| rows.as_array().unwrap().len() == 3));
    assert!(dead[0]["answer"].as_str().unwrap().contains("notify_url"), "{dead}");
    assert!(dead[0]["age"].as_i64().unwrap() < 3600, "{dead}");

    // A page at a time.
    let first = serve.gateway(&["notification", "list", "--limit", "2"]);
    let last = dead[1]["id"].as_str().unwrap();
    assert!(first.text().lines().all(|line| line.chars().count() <= 80), "{}", first.text());
    assert!(first.text().lines().count() == 3 && first.stderr.contains(last), "{}", first.stderr);
    assert_eq!(list(&["--after", last])[0]["id"], dead[2]["id"]);
    assert_eq!(count(&["--after", dead[2]["id"].as_str().unwrap()]), 0);
    let today = sandbox_day();
    assert_eq!(count(&["--partner", &id, "--since", &today, "--until", &today]), 3);
    assert_eq!((count(&["--until", "2020-01-01"]), count(&["--since", "2100-01-01T00:00:00Z"])), (0, 0));
    let retry = |more: &[&str]| serve.gateway(&[&["notification", "retry"], more].concat());
    for (code, more) in [
        (2, &[][..]),
        (2, &["--partner", &id, "--since", "yesterday"]),
        (2, &["--all", last]),
        (1, &["--partner", "nobody"]),
        (1, &["abc"]),
        (1, &["ffffffffffff"]),
    ] {
        assert_eq!(retry(more).code, code, "{more:?}");
    }
    assert_eq!(retry(&["--partner", &id, "--until", "2020-01-01", "--json"]).json()["retried"], 0);

    // Nobody answers at the new URL, but that is what is tried now.
    let set = ["partner", "set", &id, "--notify-url", "https://shop.example/notify"];
    assert_eq!(serve.gateway(&set).code, 0);
    assert_eq!(retry(&[&last[..10], "--json"]).json()["retried"], 1, "the beginning of an id");
    let rest = retry(&["--partner", &id, "--since", &today]);
    assert!(rest.code == 0 && rest.stderr.contains("retried: 2"), "{}", rest.stderr);
    wait_for(|| {
        let rows = list(&["--state", "pending"]);
        let tried = |row: &Value| row["url"] == "https://shop.example/notify";
        rows.as_array().unwrap().iter().any(tried).then_some(rows)
    });
    assert_eq!(count(&["--state", "dead"]), 0);
}
