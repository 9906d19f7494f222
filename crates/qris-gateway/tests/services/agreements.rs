//! What is agreed with a partner beside its dialect: forms of numbers, paths of services, how long an id is unique.

use qris_gateway::admin::Profile;
use qris_gateway::model::Role;
use qris_snap::datetime::DAY;
use qris_snap::{DateTime, Service};
use serde_json::{Value, json};

use crate::common::Gateway;
use crate::common::client::{Client, unique};
use crate::text;

/// A merchant of the standard with settings over it, as a profile has them.
async fn agreed(gateway: &Gateway, dialect: &str, settings: &str) -> Client {
    let profile = format!("name = \"P\"\ndialect = \"{dialect}\"\n[policy]\n{settings}");
    let policy = Profile::parse("test", &profile).unwrap().policy().unwrap();
    gateway.client_with(dialect, Role::Merchant, |it| it.policy = policy).await
}

#[tokio::test]
async fn numbers_are_written_as_agreed_in_success_and_refusal() {
    let gateway = Gateway::start().await;
    for (dialect, settings, expires, code) in [
        ("standard", "", json!("900"), json!("2004700")),
        ("standard", "expiresIn = \"integer\"", json!(900), json!("2004700")),
        ("standard", "responseCode = \"integer\"", json!("900"), json!(2004700)),
        ("brick", "", json!(900), json!(2004700)),
        ("brick", "expiresIn = \"text\"\nresponseCode = \"text\"", json!("900"), json!("2004700")),
    ] {
        let client = agreed(&gateway, dialect, settings).await;
        let token = client.fetch_token(&gateway).await.expect("2007300");
        assert_eq!(token["expiresIn"], expires, "{dialect} {settings}");
        assert_eq!(token["responseCode"].is_string(), code.is_string());
        let done = client.generate(&gateway, "10.00").await;
        assert_eq!(done["responseCode"], code, "{dialect} {settings}");
        let call = client.call(Service::Generate, &client.generate_body("0.00"));
        let refused = call.send(&gateway).await.expect("4044713");
        assert_eq!(refused["responseCode"].is_string(), code.is_string());
        let forged = client.call(Service::Query, &json!({})).header("X-SIGNATURE", "AAAA");
        assert_eq!(
            forged.send(&gateway).await.expect("4015100")["responseCode"].is_string(),
            code.is_string()
        );
    }
}

/// What was answered is kept as the dialect writes it, and formed each time it goes out.
#[tokio::test]
async fn a_replayed_answer_has_the_same_form() {
    let gateway = Gateway::start().await;
    let settings = "responseCode = \"integer\"\nexternalId.uniqueness = \"replayStored\"";
    let client = agreed(&gateway, "standard", settings).await;
    let call = client.call(Service::Generate, &client.generate_body("10.00"));
    let first = call.send(&gateway).await;
    first.expect("2004700");
    assert_eq!(call.send(&gateway).await.text(), first.text());
    assert_eq!(first.json()["responseCode"], 2_004_700);
}

#[tokio::test]
async fn a_service_is_where_it_was_agreed_and_where_its_dialect_has_it() {
    let gateway = Gateway::start().await;
    let settings =
        "paths.73 = \"/authorization/token\"\npaths.47 = \"/snap/generate/\"\npaths.51 = \"/snap/ask\"";
    let policy =
        Profile::parse("test", &format!("name = \"P\"\ndialect = \"standard\"\n[policy]\n{settings}"));
    let policy = policy.unwrap().policy().unwrap();
    // The token of client_with was fetched at the agreed path already.
    let client = gateway
        .client_with("standard", Role::Merchant, |it| {
            it.policy = policy;
            it.mount = "/api".to_owned();
        })
        .await;
    let call = client.call(Service::Generate, &client.generate_body("10.00"));
    assert_eq!(call.target, "/api/snap/generate/");
    let qr = call.send(&gateway).await.expect("2004700");
    let about = client.about(Service::Query, text(&qr["referenceNo"]));
    let ask = |path: &str| client.call(Service::Query, &about).to(path);
    for (seconds, path) in
        ["/api/snap/ask", "/snap/ask", "/snap/ask?a=/x", "/api/v1.0/qr/qr-mpm-query", "/v1.0/qr/qr-mpm-query"]
            .into_iter()
            .enumerate()
    {
        ask(path).at(i64::try_from(seconds).unwrap()).send(&gateway).await.expect("2005100");
    }
    for path in ["/snap/ask/", "/snap", "/api/api/snap/ask", "/other/snap/ask", "/snap/generate"] {
        ask(path).send(&gateway).await.expect("4040000");
    }
    // A path of its own is nobody else's, and a signature is wanted there as anywhere.
    let other = gateway.client("standard", Role::Merchant).await;
    other.call(Service::Query, &about).to("/snap/ask").send(&gateway).await.expect("4040000");
    ask("/snap/ask").without("X-PARTNER-ID").send(&gateway).await.expect("4040000");
    ask("/snap/ask").tampered(b"{\"serviceCode\":\"47\"}").send(&gateway).await.expect("4015100");
    // It is told by X-CLIENT-KEY where that is what names a partner.
    let brick = agreed(&gateway, "brick", "paths.47 = \"/brick/generate\"").await;
    let call = brick.call(Service::Generate, &brick.generate_body("10.00"));
    assert_eq!(call.target, "/brick/generate");
    call.clone().header("X-PARTNER-ID", "whatever").send(&gateway).await.expect("2004700");
}

#[tokio::test]
async fn an_external_id_is_unique_for_as_many_days_as_agreed() {
    let gateway = Gateway::start().await;
    for (days, answers) in [(1, ["2004700", "2004700", "2004700"]), (3, ["4094700", "4094700", "2004700"])] {
        let settings =
            format!("externalId.days = {days}\ntoken = \"none\"\ntimestamp.windowSeconds = \"any\"");
        let client = agreed(&gateway, "standard", &settings).await;
        let id = unique();
        let now = gateway.app.clock.now();
        let call = |days: i64, body: &Value| {
            let stamp = DateTime::wib(now + days * DAY).unwrap();
            client.call(Service::Generate, body).external_id(id).timestamp(stamp.as_str())
        };
        let first = client.generate_body("10.00");
        call(0, &first).send(&gateway).await.expect("2004700");
        call(0, &client.generate_body("11.00")).send(&gateway).await.expect("4094700");
        // Backwards too: without a window a timestamp may be of any day.
        for (later, code) in [1, -2, 3].into_iter().zip(answers) {
            call(later, &client.generate_body("12.00")).send(&gateway).await.expect(code);
        }
    }
    // The stored answer of another day is an answer.
    let settings =
        "externalId.days = 2\nexternalId.uniqueness = \"replayStored\"\ntimestamp.windowSeconds = \"any\"";
    let client = agreed(&gateway, "standard", settings).await;
    let body = client.generate_body("10.00");
    let now = gateway.app.clock.now();
    let at = |days: i64| DateTime::wib(now + days * DAY).unwrap();
    let call = |days| client.call(Service::Generate, &body).external_id("same").timestamp(at(days).as_str());
    let first = call(0).send(&gateway).await;
    first.expect("2004700");
    assert_eq!(call(1).send(&gateway).await.text(), first.text());
    call(2).send(&gateway).await.expect("4094701");
}
