//! `qris gateway partner` and `merchant`, while the gateway runs.

use super::*;

#[test]
fn a_partner_added_while_it_runs_can_call() {
    let serve = Serve::start(&["--sandbox", "--no-demo"]);
    let url = serve.url();
    let keys = serve.folder.path().join("new/keys");
    let keys = keys.to_str().unwrap();
    let added = serve.add_partner("new/keys", &[]);
    assert_eq!(added.code, 0, "{}", added.stderr);
    let object = added.json();
    let names: Vec<&String> = object.as_object().unwrap().keys().collect();
    assert_eq!(names, client::MEMBERS);
    let paths: Vec<&String> = object["paths"].as_object().unwrap().keys().collect();
    assert_eq!(paths, client::PATHS);
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
    let taken = serve.add_partner("new/keys", &["--client-id", &id]);
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
        let fixed = ["partner", "add", "--name", "X", "--generate-key", keys, "--json", "--demo"];
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
    let headers = [
        "X-DEVICE-ID=d1",
        "ORIGIN=qris.example",
        "X-IP-ADDRESS=192.0.2.1",
        "X-LATITUDE=-6.2",
        "X-LONGITUDE=106.8",
    ];
    let header: Vec<&str> = headers.iter().flat_map(|header| ["--notify-header", header]).collect();
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
    let own = [
        "partner",
        "add",
        "--name",
        "Own",
        "--dialect",
        "standard",
        "--external-id",
        "replay",
        "--json",
        "--demo",
    ];
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
    assert_eq!(serve.gateway(&[&add[..], &["--demo"]].concat()).code, 1, "the id is taken");
    assert_eq!(serve.gateway(&["merchant", "add", "--owner", "nobody", "--demo"]).code, 1);
    assert_eq!(serve.gateway(&["merchant", "add", "--owner", owner, "--mpan", "1", "--demo"]).code, 2);

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

/// A new partner has what its document wants, and what it cannot have of itself is asked for.
#[test]
fn a_new_partner_is_as_its_document_has_it() {
    let serve = Serve::start(&["--sandbox", "--no-demo"]);
    let keys = serve.folder.path().join("keys");
    let keys = keys.to_str().unwrap();
    let add = |args: &[&str]| {
        let fixed = ["partner", "add", "--name", "X", "--generate-key", keys, "--json", "--demo"];
        serve.gateway(&[&fixed[..], args].concat())
    };
    let shown = |added: &Ran| {
        assert_eq!(added.code, 0, "{}", added.stderr);
        let id = added.json()["client_id"].as_str().unwrap().to_owned();
        serve.gateway(&["partner", "show", &id, "--json"]).json()
    };
    let url = ["--notify-url", "http://127.0.0.1:9/v1.0/qr/qr-mpm-notify", "--sandbox"];
    // Notifications carry a token where the document wants one.
    for (dialect, sign) in [("finpay", "hmac"), ("standard", "rsa"), ("brick", "rsa")] {
        let found = shown(&add(&[&["--dialect", dialect][..], &url].concat()));
        assert_eq!(found["notify_sign"], sign, "{dialect}");
        assert_eq!(found["notify_token_url"].is_string(), sign == "hmac", "{dialect}: {found}");
        assert_eq!(
            found["policy"]["externalId.uniqueness"],
            if dialect == "brick" { "off" } else { "conflict" }
        );
    }
    let asked = shown(&add(&["--dialect", "finpay", "--notify-sign", "rsa"]));
    assert_eq!(asked["notify_sign"], "rsa");
    // An upstream that repeats itself hears what it heard.
    for dialect in ["finpay", "finnet", "standard", "brick"] {
        let found = shown(&add(&["--dialect", dialect, "--role", "upstream"]));
        let wanted = if dialect == "brick" { "off" } else { "replayStored" };
        assert_eq!(found["policy"]["externalId.uniqueness"], wanted, "{dialect}");
    }
    // Four headers of the Finnet document are the receiver's matter: they are asked for, all at once.
    let refused = add(&[&["--dialect", "finnet"][..], &url].concat());
    assert_eq!(refused.code, 2);
    let headers =
        ["X-IP-ADDRESS=192.0.2.1", "X-DEVICE-ID=gateway", "X-LATITUDE=-6.2088", "X-LONGITUDE=106.8456"];
    for header in headers {
        let flag = format!("--notify-header {}=", header.split_once('=').unwrap().0);
        assert!(refused.stderr.contains(&flag), "{flag}: {}", refused.stderr);
    }
    let given: Vec<&str> = headers.iter().flat_map(|header| ["--notify-header", header]).collect();
    let found =
        shown(&add(&[&["--dialect", "finnet", "--notify-auth-code", "abc"][..], &url, &given].concat()));
    assert_eq!(
        (&found["notify_sign"], found["notify_headers"].as_array().unwrap().len()),
        (&json!("hmac"), 4)
    );
    let id = found["client_id"].as_str().unwrap();
    assert_eq!(serve.gateway(&["partner", "set", id, "--notify-auth-code", "def"]).code, 0);
    assert_eq!(serve.gateway(&["partner", "set", id, "--notify-auth-code", "a b"]).code, 2);
    let taken = serve.gateway(&["partner", "set", id, "--notify-header", "X-DEVICE-ID=", "--sandbox"]);
    assert!(taken.code == 2 && taken.stderr.contains("X-DEVICE-ID"), "{}", taken.stderr);
}

/// The customer's consent, by command and in the sandbox.
#[test]
fn a_customer_is_authorised_once() {
    let serve = Serve::start(&["--sandbox", "--no-demo"]);
    let keys = serve.folder.path().join("keys");
    let keys = keys.to_str().unwrap();
    let add = |args: &[&str]| {
        let fixed = ["partner", "add", "--name", "X", "--generate-key", keys, "--json", "--demo"];
        serve.gateway(&[&fixed[..], args].concat()).json()
    };
    let issuer = add(&["--dialect", "standard", "--role", "issuer"]);
    let upstream = add(&["--dialect", "finnet", "--role", "upstream"]);
    let merchant = add(&["--dialect", "standard"]);
    let id = |object: &Value| object["client_id"].as_str().unwrap().to_owned();
    for partner in [&issuer, &upstream] {
        let made = serve.gateway(&["partner", "authorize", &id(partner), "--customer", "budi", "--json"]);
        assert_eq!(made.code, 0, "{}", made.stderr);
        let made = made.json();
        assert_eq!((&made["customer"], &made["expires_in"]), (&json!("budi"), &json!(600)));
        let by_command = made["auth_code"].as_str().unwrap().to_owned();
        assert!(by_command.len() >= 43);
        let body = json!({"clientId": id(partner), "customer": "budi"});
        let answer = sandbox(serve.url(), serve.sandbox_key(), "POST", "/sandbox/v1/authorize", &body);
        assert_eq!(answer.status, 200, "{answer:?}");
        let in_sandbox = answer.json()["authCode"].as_str().unwrap().to_owned();
        assert_eq!(answer.json()["expiresIn"], 600);
        // Each is good for one customer token.
        let partner = Partner::new(partner.clone());
        for code in [&by_command, &in_sandbox] {
            let granted = partner.ask_customer_token(serve.url(), code);
            assert_eq!(granted.code(), "2007400", "{granted:?}");
            assert!(granted.json()["accessToken"].is_string(), "{granted:?}");
            assert_eq!(partner.ask_customer_token(serve.url(), code).status, 401);
        }
    }
    let table = serve.gateway(&["partner", "authorize", &id(&issuer), "--customer", "budi"]).text();
    assert!(table.contains("authorisation code") && table.contains("600 seconds, once"), "{table}");
    let refused = serve.gateway(&["partner", "authorize", &id(&merchant), "--customer", "budi"]);
    assert!(refused.code == 1 && refused.stderr.contains("no customers"), "{}", refused.stderr);
    assert_eq!(serve.gateway(&["partner", "authorize", "nobody", "--customer", "budi"]).code, 1);
    assert_eq!(serve.gateway(&["partner", "authorize", &id(&issuer), "--customer", " "]).code, 2);
    for (body, status) in [
        (json!({"clientId": id(&merchant), "customer": "budi"}), 404),
        (json!({"clientId": "nobody", "customer": "budi"}), 404),
        (json!({"clientId": id(&issuer)}), 400),
        (json!({"clientId": id(&issuer), "customer": ""}), 400),
        (json!({"clientId": id(&issuer), "customer": "b", "more": 1}), 400),
    ] {
        let answer = sandbox(serve.url(), serve.sandbox_key(), "POST", "/sandbox/v1/authorize", &body);
        assert_eq!(answer.status, status, "{body}");
    }
    let answer = sandbox(serve.url(), "wrong", "POST", "/sandbox/v1/authorize", &json!({}));
    assert_eq!(answer.status, 401);
}
