//! What is invented, and where: `--demo`, and `qris gateway demo` beside a sandbox.

use super::*;

fn code(serve: &Serve, amount: &str) -> Value {
    let demo = serve.demo();
    let token = demo.token(serve.url());
    demo.generate(serve.url(), &token, amount)
}

#[test]
fn a_code_is_paid_by_any_of_its_references_and_its_partner_is_told() {
    let serve = Serve::start(&["--sandbox"]);
    let pay = |reference: &Value| serve.gateway(&["demo", "pay", reference.as_str().unwrap(), "--json"]);
    for name in ["partnerReferenceNo", "referenceNo", "qrContent"] {
        let made = code(&serve, "15000.00");
        let paid = pay(&made[name]);
        assert_eq!(paid.code, 0, "{name}: {}", paid.stderr);
        let paid = paid.json();
        assert_eq!(
            (&paid["paid"], &paid["notification"]),
            (&json!("15000.00"), &json!("delivered")),
            "{paid}"
        );
        assert_eq!(paid["reference_no"], made["referenceNo"]);
        let again = pay(&made["referenceNo"]);
        assert!(
            again.code == 1 && again.stderr.contains("was paid before: nothing is done"),
            "{}",
            again.stderr
        );
    }
    let made = code(&serve, "1.00");
    let shown = serve.gateway(&["demo", "pay", made["partnerReferenceNo"].as_str().unwrap()]).text();
    assert!(shown.contains("notification          delivered"), "{shown}");
    // By the route of the sandbox too.
    let made = code(&serve, "1.00");
    let body = json!({ "partnerReferenceNo": made["partnerReferenceNo"] });
    let paid = sandbox(serve.url(), serve.sandbox_key(), "POST", "/sandbox/v1/pay", &body);
    assert_eq!(paid.json()["referenceNo"], made["referenceNo"], "{paid:?}");
}

#[test]
fn what_cannot_be_paid_is_said_with_what_to_do() {
    let serve = Serve::start(&["--sandbox"]);
    let refused = |args: &[&str], code: i32, words: &str| {
        let ran = serve.gateway(&[&["demo"], args].concat());
        assert!(ran.code == code && ran.stderr.contains(words), "{args:?}: {} {}", ran.code, ran.stderr);
    };
    refused(&["pay", "INV-0"], 1, "qris snap call generate");
    let made = code(&serve, "15000.00");
    let number = made["referenceNo"].as_str().unwrap();
    refused(&["pay", number, "--amount", "15.000"], 2, "write 15000");
    refused(&["pay", number, "--amount", "16000"], 1, "give no --amount");
    // The sandbox's clock is this command's clock.
    let moved = json!({ "offset_seconds": 90_000 });
    assert_eq!(sandbox(serve.url(), serve.sandbox_key(), "POST", "/sandbox/v1/clock", &moved).status, 200);
    refused(&["pay", number], 1, "make another code");
}

#[test]
fn an_authorisation_code_comes_without_a_customer() {
    let serve = Serve::start(&["--sandbox"]);
    let none = serve.gateway(&["demo", "authorize"]);
    assert!(none.code == 1 && none.stderr.contains("--policy finnet"), "{}", none.stderr);
    let keys = serve.folder.path().join("keys").display().to_string();
    let add = |name: &str| {
        let args = ["partner", "add", "--name", name, "--policy", "finnet", "--role", "upstream", "--json"];
        serve.gateway(&[&args[..], &["--generate-key", &keys]].concat()).json()["client_id"].clone()
    };
    let id = add("Finnet");
    let made = serve.gateway(&["demo", "authorize", "--json"]).json();
    assert_eq!((&made["client_id"], &made["customer"]), (&id, &json!("demo")));
    assert_eq!(made["expires_in"], 600);
    let alone = serve.gateway(&["demo", "authorize", "--code", "--customer", "budi"]).line();
    assert!(alone.len() == 43 && alone != made["auth_code"], "{alone}");
    let other = add("Other");
    let which = serve.gateway(&["demo", "authorize"]);
    assert!(which.code == 1 && which.stderr.contains(other.as_str().unwrap()), "{}", which.stderr);
    assert_eq!(serve.gateway(&["demo", "authorize", id.as_str().unwrap()]).code, 0);
}

/// Real money is paid by nobody's command, and a sandbox's partner is nobody there.
#[test]
fn where_money_is_real_nothing_is_a_demo() {
    let mut sandbox_first = Serve::start(&["--sandbox"]);
    let made = code(&sandbox_first, "15000.00");
    let demo = sandbox_first.demo();
    assert_eq!(sandbox_first.terminate().0.code(), Some(0));

    let again = sandbox_first.again(&[]);
    assert_eq!(again.ready["demo_file"], Value::Null);
    assert_eq!(demo.ask_token(again.url()).status, 401, "its keys lie in a file");
    assert!(again.log().contains("demo partner is not taken here"), "{}", again.log());
    for args in [&["demo", "pay", made["referenceNo"].as_str().unwrap()][..], &["demo", "authorize"]] {
        let refused = again.gateway(args);
        assert!(refused.code == 1 && refused.stderr.contains("serve --sandbox"), "{}", refused.stderr);
    }
    drop(again);
    let back = sandbox_first.again(&["--sandbox"]);
    assert_eq!(demo.ask_token(back.url()).status, 200);

    let refused = serve_in(back.folder(), &["--check-config", "--demo"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
}

#[test]
fn merchants_are_invented_on_request_only() {
    let serve = Serve::start(&[]);
    let keys = serve.folder.path().join("keys").display().to_string();
    let add = ["partner", "add", "--name", "A", "--dialect", "standard", "--generate-key", &keys, "--json"];
    let bare = serve.gateway(&add).json();
    assert_eq!(bare["merchant_id"], Value::Null, "{bare}");
    assert_eq!(serve.gateway(&["merchant", "list", "--json"]).json(), json!([]));
    let owner = bare["client_id"].as_str().unwrap();
    let refused = serve.gateway(&["merchant", "add", "--owner", owner, "--name", "KEDAI", "--mcc", "5814"]);
    assert_eq!(refused.code, 2);
    let needed =
        ["--guid", "--mpan", "--acquirer-merchant-id", "--nmid", "--criteria", "--city", "--postal-code"];
    assert!(needed.iter().all(|flag| refused.stderr.contains(flag)), "{}", refused.stderr);
    assert!(!refused.stderr.contains("--name") && refused.stderr.contains("--demo"), "{}", refused.stderr);
    let made = serve.gateway(&["merchant", "add", "--owner", owner, "--name", "KEDAI", "--demo", "--json"]);
    assert_eq!(made.json()["name"], "KEDAI", "{}", made.stderr);
    let with = serve.gateway(&[&add[..], &["--demo"]].concat()).json();
    assert!(with["merchant_id"].is_string(), "{with}");
}
