//! `qris gateway exception`: money that came late, and what is done about it.

use super::*;

#[test]
fn late_money_is_found_assigned_given_back_and_closed() {
    let serve = Serve::start(&["--sandbox"]);
    let (demo, url) = (serve.demo(), serve.url());
    let token = demo.token(url);
    let mut references = Vec::new();
    for _ in 0..3 {
        let body = json!({
            "partnerReferenceNo": unique(), "merchantId": demo.text("merchant_id"),
            "amount": { "value": "15000.00", "currency": "IDR" }, "additionalInfo": { "simulate": "late-payment" },
        });
        let made = demo.call(url, &token, "generate", &body);
        assert_eq!(made.code(), "2004700", "{made:?}");
        let pay = json!({ "qrContent": made.json()["qrContent"] });
        sandbox(url, serve.sandbox_key(), "POST", "/sandbox/v1/pay", &pay);
        references.push(made.json()["referenceNo"].as_str().unwrap().to_owned());
    }
    let run = |args: &[&str]| serve.gateway(&[&["exception"], args].concat());
    let listed = run(&["list", "--json"]).json();
    let ids: Vec<&str> = listed.as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 3, "{listed}");
    assert_eq!((&listed[0]["kind"], &listed[0]["state"]), (&json!("late"), &json!("open")));
    assert!(listed[0].get("body").is_none());

    let table = run(&["list", "--state", "open"]).text();
    assert!(table.lines().count() == 4 && table.starts_with("ID        STATE  KIND"), "{table}");
    assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
    let page = run(&["list", "--limit", "2"]);
    assert!(page.stderr.contains(ids[1]), "{}", page.stderr);
    assert_eq!(run(&["list", "--after", ids[1], "--json"]).json()[0]["id"], ids[2]);
    let client = demo.text("client_id");
    let (today, old) = (sandbox_day(), "2020-01-01");
    for (count, args) in [
        (3, &["--partner", client, "--since", &today, "--until", &today][..]),
        (0, &["--until", old]),
        (0, &["--state", "closed"]),
    ] {
        let found = run(&[&["list", "--json"], args].concat()).json();
        assert_eq!(found.as_array().unwrap().len(), count, "{args:?}");
    }

    let (id, short) = (ids[0], &ids[0][..8]);
    let shown = run(&["show", short, "--json"]).json();
    assert_eq!((&shown["id"], &shown["amount"]), (&json!(id), &json!("15000.00")));
    assert!(shown["body"].is_string(), "{shown}");
    let other = references.iter().find(|number| shown["reference_no"] != number.as_str()).unwrap();
    let assigned = run(&["assign", id, "--reference-no", other, "--by", "Rina", "--json"]).json();
    assert_eq!(assigned["reference_no"], other.as_str());
    let refund = |amount: &str| {
        run(&["refund", id, "--amount", amount, "--reason", "by bank", "--by", "Rina", "--json"])
    };
    assert_eq!(refund("5000.00").json()["refunded"], "5000.00");
    assert_eq!((refund("10000.01").code, refund("5000").code), (1, 2));
    assert_eq!(run(&["close", id, "--reason", "the rest is ours", "--by", "Budi"]).code, 0);
    let again = run(&["close", id, "--reason", "x", "--by", "Rina"]);
    assert!(again.code == 1 && again.stderr.contains("closed by Budi"), "{}", again.stderr);
    let table = run(&["show", id]).text();
    for line in ["closed", "given back", "5000.00 by Rina", "the rest is ours", other] {
        assert!(table.contains(line), "{line}: {table}");
    }
    assert_eq!(run(&["list", "--state", "closed", "--json"]).json()[0]["id"], id);
    for (code, args) in [
        (1, &["show", "nothing-of-ours"][..]),
        (1, &["show", "abc"]),
        (1, &["assign", ids[1], "--reference-no", "nothing", "--by", "Rina"]),
        (1, &["list", "--partner", "nobody"]),
        (2, &["list", "--since", "yesterday"]),
        (2, &["close", ids[1], "--by", "Rina"]),
        (2, &["close", ids[1], "--by", "", "--reason", "x"]),
        (2, &["refund", ids[1], "--amount", "-5.00", "--reason", "x", "--by", "Rina"]),
    ] {
        let refused = run(args);
        assert_eq!(refused.code, code, "{args:?}: {}", refused.stderr);
    }
}
