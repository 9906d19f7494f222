//! `qris gateway partner` and `merchant`, while the gateway runs.

use super::*;

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
