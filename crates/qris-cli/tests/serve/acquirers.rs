//! `qris gateway acquirer`, `merchant route` and `qris snap call`.

use super::*;

/// A file in the gateway's folder; its path.
fn file(serve: &Serve, name: &str, content: &Value) -> String {
    let path = serve.folder.path().join(name);
    std::fs::write(&path, content.to_string()).unwrap();
    path.to_str().unwrap().to_owned()
}

fn call(serve: &Serve, service: &str, partner: &str, body: &Value, more: &[&str]) -> Ran {
    let fixed = ["snap", "call", service, "--to", serve.url(), "--partner", partner, "--body", "-"];
    qris_with(&[&fixed[..], more].concat(), body.to_string().as_bytes())
}

/// A partner whose keys were made here, as `--json` prints it, and the file of that.
fn added(serve: &Serve, name: &str, args: &[&str]) -> (Value, String) {
    let keys = serve.folder.path().join("keys");
    let fixed =
        ["partner", "add", "--name", name, "--generate-key", keys.to_str().unwrap(), "--json", "--demo"];
    let added = serve.gateway(&[&fixed[..], args].concat());
    assert_eq!(added.code, 0, "{}", added.stderr);
    let partner = added.json();
    let path = file(serve, &format!("{name}.json"), &partner);
    (partner, path)
}

/// 73, 74 and 52 of the Finnet document, one command after the other.
#[test]
fn the_chain_of_finnets_document_runs_from_the_command_line() {
    let serve = Serve::start(&["--sandbox"]);
    let demo = serve.ready["demo_file"].as_str().unwrap();
    let (finnet, finnet_file) = added(&serve, "Finnet", &["--policy", "finnet", "--role", "upstream"]);
    let id = finnet["client_id"].as_str().unwrap();
    let merchant = serve.gateway(&["merchant", "list", "--json"]).json()[0].clone();
    let merchant_id = merchant["merchant_id"].as_str().unwrap();
    assert_eq!(serve.gateway(&["merchant", "bind", merchant_id, "--upstream", id]).code, 0);

    let order = json!({
        "partnerReferenceNo": "INV-1", "amount": {"value": "15000.00", "currency": "IDR"}, "merchantId": merchant_id,
    });
    let made = call(&serve, "generate", demo, &order, &[]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    let number = made.json()["referenceNo"].as_str().unwrap().to_owned();

    let paid = json!({
        "originalReferenceNo": "F-1", "originalPartnerReferenceNo": number, "latestTransactionStatus": "00",
        "transactionStatusDesc": "success", "amount": {"value": "15000.00", "currency": "IDR"},
        "feeAmount": {"value": "0.00", "currency": "IDR"},
        "additionalInfo": {
            "merchantName": "WARUNG CONTOH", "acquirerName": "Contoh", "merchantLocation": "JAKARTA",
            "merchantPAN": merchant["mpan"], "customerPAN": "9360000000000000009", "terminalId": "A01",
            "transactionDate": "2026-11-28T10:00:00+07:00",
        },
    });
    // Without a customer it is refused; an authorisation code is good once.
    let refused = call(&serve, "notify", &finnet_file, &paid, &[]);
    assert!(refused.code == 2 && refused.stderr.contains("--auth-code"), "{}", refused.stderr);
    let made = serve.gateway(&["partner", "authorize", id, "--customer", "budi", "--json"]).json();
    let code = made["auth_code"].as_str().unwrap();
    let told = call(&serve, "notify", &finnet_file, &paid, &["--auth-code", code]);
    assert_eq!(told.code, 0, "{told:?}");
    assert_eq!(told.json()["responseCode"], "2005200");
    let again = call(&serve, "52", &finnet_file, &paid, &["--auth-code", code]);
    assert_eq!((again.code, &again.json()["responseCode"]), (1, &json!("4017402")), "{}", again.stderr);
    assert!(!again.text().contains(code), "the code is shown: {}", again.text());

    let query = json!({"originalReferenceNo": number, "serviceCode": "47"});
    let asked = call(&serve, "query", demo, &query, &[]);
    assert_eq!(asked.json()["latestTransactionStatus"], "00", "{}", asked.stderr);
    // A refusal is an answer.
    let refused = call(&serve, "query", demo, &json!({"originalReferenceNo": "X", "serviceCode": "47"}), &[]);
    assert_eq!((refused.code, &refused.json()["responseCode"]), (1, &json!("4045101")));
}

/// Every profile this program brings can be called by whoever has it.
#[test]
fn a_partner_with_a_profile_calls_by_it() {
    let serve = Serve::start(&["--sandbox", "--no-demo"]);
    let rows = qris(&["gateway", "profile", "list", "--json"]).json();
    for row in rows.as_array().unwrap() {
        let profile = row["id"].as_str().unwrap();
        let (partner, path) = added(&serve, profile, &["--policy", profile, "--role", "merchant"]);
        let mut order = json!({
            "partnerReferenceNo": format!("{}{}", profile.to_uppercase(), unique().len()),
            "amount": {"value": "15000.00", "currency": "IDR"}, "merchantId": partner["merchant_id"],
        });
        let mut more = vec!["--policy", profile];
        if profile == "brick" {
            more.extend(["--header", "X-EXTERNAL-ID=4711"]);
            order["validityPeriod"] = json!("900");
        }
        let id = partner["client_id"].as_str().unwrap();
        let made = serve.gateway(&["partner", "authorize", id, "--customer", "budi", "--json"]);
        let code =
            if profile == "finnet" { made.json()["auth_code"].as_str().map(str::to_owned) } else { None };
        more.extend(code.iter().flat_map(|code| ["--auth-code", code.as_str()]));
        let made = call(&serve, "generate", &path, &order, &more);
        assert!(
            made.code == 0 && made.json()["qrContent"].is_string(),
            "{profile}: {} {}",
            made.text(),
            made.stderr
        );
    }
    let (_, path) = added(&serve, "Other", &["--dialect", "brick"]);
    let other = call(&serve, "generate", &path, &json!({}), &["--policy", "finnet"]);
    assert!(other.code == 2 && other.stderr.contains("has dialect Finnet"), "{}", other.stderr);
}

#[test]
fn what_cannot_be_called_is_said() {
    let serve = Serve::start(&["--sandbox"]);
    let demo = serve.ready["demo_file"].as_str().unwrap();
    let unknown = call(&serve, "pay-all", demo, &json!({}), &[]);
    assert!(unknown.code == 2 && unknown.stderr.contains("generate, query"), "{}", unknown.stderr);
    let hyphen = call(
        &serve,
        "query",
        demo,
        &json!({"originalReferenceNo": "X", "serviceCode": "47"}),
        &["--auth-code", "-k"],
    );
    assert!(hyphen.code == 1 && hyphen.json()["responseCode"].is_string(), "{}", hyphen.stderr);
    let body = call(&serve, "generate", demo, &json!({"amount": 5}), &[]);
    assert!(body.code == 2 && body.stderr.contains("amount"), "{}", body.stderr);
    let nothing = file(&serve, "nothing.json", &json!({"client_id": "X"}));
    let nothing = call(&serve, "generate", &nothing, &json!({}), &[]);
    assert!(nothing.code == 2 && nothing.stderr.contains("partner add --json"), "{}", nothing.stderr);
    let dead = qris(&["snap", "call", "query", "--to", "http://127.0.0.1:9", "--partner", demo]);
    assert_eq!(dead.code, 2, "{}", dead.text());
    let token = call(&serve, "73", demo, &json!({}), &[]);
    assert!(token.code == 2 && token.stderr.contains("generate, query"), "{}", token.stderr);
    let text = call(&serve, "query", &file(&serve, "text.json", &json!("top-secret")), &json!({}), &[]);
    assert!(text.code == 2 && !text.stderr.contains("top-secret"), "{}", text.stderr);
    let twice = call(&serve, "query", "-", &json!({}), &[]);
    assert!(twice.code == 2 && twice.stderr.contains("standard input"), "{}", twice.stderr);
    let secret = Partner::of_file(demo);
    for ran in [&unknown, &body, &nothing, &dead] {
        assert!(!ran.stderr.contains(secret.text("client_secret")), "{}", ran.stderr);
    }
}

#[test]
fn an_acquirer_is_set_shown_and_routed_to() {
    let serve = Serve::start(&["--sandbox", "--no-demo"]);
    let (shop, shop_file) = added(&serve, "Shop", &["--dialect", "standard"]);
    let (acquirer, _) = added(&serve, "Acquirer", &["--policy", "finpay", "--role", "upstream"]);
    let (shop_id, id) = (shop["client_id"].as_str().unwrap(), acquirer["client_id"].as_str().unwrap());
    let merchant_id = shop["merchant_id"].as_str().unwrap();
    // What Finpay's document wants on every request.
    let named =
        ["--header", "X-PARTNER-ID=P1", "--header", "CHANNEL-ID=95221", "--header", "ORIGIN=shop.example"];
    let here = [&["--url", "http://127.0.0.1:9", "--our-client-id", "US", "--sandbox"], &named[..]].concat();
    let set = |id: &str, args: &[&str]| serve.gateway(&[&["acquirer", "set", id], args].concat());

    for (refused, code, word) in [
        (set("nobody", &here), 1, "no partner"),
        (set(shop_id, &here), 1, "not of role upstream"),
        (set(id, &["--our-client-id", "US"]), 2, "--url"),
        (set(id, &["--url", "https://example.com"]), 2, "--our-client-id"),
        (set(id, &here[..5]), 2, "it is not set, and Finpay wants it"),
        (set(id, &[&["--url", "http://127.0.0.1:9/v1"], &here[2..]].concat()), 2, "path"),
        (set(id, &[&here[..], &["--header", "X-SIGNATURE=1"]].concat()), 2, "X-SIGNATURE"),
        (set(id, &[&here[..], &["--silent-after", "0"]].concat()), 2, "at least one second"),
        (set(id, &[&here[..], &["--deadline", "0"]].concat()), 2, "at least one second"),
        (set(id, &[&here[..], &["--secret-file", "/dev/null"]].concat()), 2, "empty"),
        (set(id, &[&here[..], &["--secret-file", "/dev/zero"]].concat()), 1, "larger than"),
        (set(id, &here[..4]), 2, "https is wanted"),
        (set(id, &[&here[..], &["--header", "X-NOTHING=1"]].concat()), 2, "X-NOTHING"),
        (serve.gateway(&["acquirer", "show", id]), 1, "acquirer"),
        (serve.gateway(&["merchant", "route", merchant_id, "--acquirer", id]), 1, "acquirer set"),
        (serve.gateway(&["merchant", "unroute", merchant_id]), 1, "no route"),
    ] {
        assert!(refused.code == code && refused.stderr.contains(word), "{code} {word}: {}", refused.stderr);
    }

    let secret = serve.folder.path().join("secret");
    std::fs::write(&secret, "hush-hush\n").unwrap();
    let more = ["--header", "X-DEVICE-ID=D1", "--secret-file", secret.to_str().unwrap(), "--json"];
    let made = set(id, &[&here[..], &more].concat());
    assert_eq!(made.code, 0, "{}", made.stderr);
    assert!(!made.text().contains("hush"), "{}", made.text());
    assert_eq!(
        made.json()["headers"],
        json!({"X-PARTNER-ID": "P1", "CHANNEL-ID": "95221", "ORIGIN": "shop.example", "X-DEVICE-ID": "D1"})
    );
    assert_eq!(made.json()["silent_after"], 60);
    // What is not named stays, an empty header goes.
    let changed =
        set(id, &["--silent-after", "5", "--deadline", "3", "--header", "X-DEVICE-ID=", "--json"]).json();
    assert_eq!((&changed["silent_after"], &changed["headers"]["X-DEVICE-ID"]), (&json!(5), &Value::Null));
    // A code of somebody else's may begin with a hyphen.
    assert_eq!(set(id, &["--auth-code", "-k_code"]).code, 0);
    let shown = serve.gateway(&["acquirer", "show", id]).text();
    assert!(shown.contains("http://127.0.0.1:9") && shown.contains("5 seconds"), "{shown}");
    assert!(shown.contains("3 seconds"), "{shown}");

    assert_eq!(serve.gateway(&["merchant", "route", "nobody", "--acquirer", id]).code, 1);
    assert_eq!(serve.gateway(&["acquirer", "list", "--json"]).json()[0]["merchants"], json!([]));
    let route = ["merchant", "route", merchant_id, "--acquirer", id, "--merchant-there", "4711"];
    assert_eq!(serve.gateway(&route).code, 0);
    let listed = serve.gateway(&["acquirer", "list", "--json"]).json();
    let routed = json!([{"merchant_id": merchant_id, "merchant_there": "4711"}]);
    assert_eq!((&listed[0]["client_id"], &listed[0]["merchants"]), (&json!(id), &routed));
    let listed = serve.gateway(&["acquirer", "list"]).text();
    assert!(listed.contains(id) && listed.contains("http://127.0.0.1:9"), "{listed}");
    let shown = serve.gateway(&["acquirer", "show", id]).text();
    assert!(shown.contains(&format!("{merchant_id} (there 4711)")), "{shown}");
    let merchants = serve.gateway(&["merchant", "list", "--json"]).json();
    assert_eq!(merchants[0]["acquirer"], id, "{merchants}");
    let unbound = serve.gateway(&["merchant", "unbind", merchant_id, "--upstream", id]);
    assert!(unbound.code == 1 && unbound.stderr.contains("merchant unroute"), "{}", unbound.stderr);
    // Nobody is there: no code is promised, and the number is free again.
    let partner = Partner::new(shop.clone());
    let token = partner.token(serve.url());
    let order = json!({
        "partnerReferenceNo": "INV-1", "amount": {"value": "15000.00", "currency": "IDR"}, "merchantId": merchant_id,
    });
    let gone = partner.call(serve.url(), &token, "generate", &order);
    assert_eq!(gone.code(), "5004702", "{gone:?}");
    // The command shows what was answered, and in the sandbox why.
    let gone = call(&serve, "generate", &shop_file, &order, &[]);
    assert!(gone.code == 2 && gone.stderr.contains("not known"), "{}", gone.stderr);
    assert_eq!(gone.json()["responseCode"], "5004702", "{}", gone.text());
    let reason = gone.json()["additionalInfo"]["debug"]["reason"].clone();
    assert!(reason.as_str().is_some_and(|it| it.contains("the acquirer cannot be asked")), "{}", gone.text());
    assert_eq!(serve.gateway(&["merchant", "unroute", merchant_id]).code, 0);
    let made = partner.call(serve.url(), &token, "generate", &order);
    assert_eq!(made.code(), "2004700", "{made:?}");
    assert!(!serve.log().contains("hush"), "a secret in the log");
}
