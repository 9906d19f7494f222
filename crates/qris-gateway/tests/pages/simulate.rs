//! The button of a payment page that pays without money.

use super::*;
use qris_gateway::model::{Tip, Transaction, transaction};

fn in_the_sandbox(config: &mut Config) {
    config.sandbox = true;
}

/// What the button sends.
async fn press(gateway: &Gateway, path: &str, cookies: &str, form: &[(&str, &str)]) -> Page {
    post_to(&gateway.router, "127.0.0.1:8080", &format!("{path}/simulate"), cookies, form).await
}

async fn stored(gateway: &Gateway, reference_no: &'static str) -> Transaction {
    let found = gateway.app.store.read(move |tx| transaction::by_reference(tx, reference_no)).await;
    found.unwrap().unwrap()
}

#[tokio::test]
async fn the_button_pays_in_both_languages_and_without_a_script() {
    let gateway = gateway(in_the_sandbox).await;
    let now = gateway.app.clock.now();
    let mut code = seed::a_transaction("1", "Warung Melati", Some(1_500_000), now);
    code.tip = Tip::Fixed(qris_gateway::model::Minor::new(50_000));
    let code = seed::add(&gateway.app, code).await;
    let path = format!("/pay/{}", code.page_id);
    let indonesian = get(&gateway.router, &format!("{path}?lang=id"), "").await;
    assert!(indonesian.text.contains("Simulasikan pembayaran"), "{}", indonesian.text);
    let page = get(&gateway.router, &path, "").await;
    assert!(page.text.contains("<button class=\"button\">Simulate payment</button>"), "{}", page.text);
    assert!(page.text.contains(&format!("action=\"{path}/simulate\"")) && !page.text.contains("simulated"));
    let cookie = page.cookie("qris_form").expect("a cookie behind the form");

    let done = press(&gateway, &path, &cookie, &[("csrf", page.csrf())]).await;
    assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, path.as_str()));
    let after = get(&gateway.router, &path, &cookie).await;
    assert!(after.text.contains("Payment received") && !after.text.contains("/simulate"), "{}", after.text);
    let paid = stored(&gateway, "1").await;
    assert_eq!((paid.paid_amount.get(), paid.paid_tip.get()), (1_500_000, 50_000));
    // Twice, by two who pressed it at once: it is paid once, and the page says so.
    let again = press(&gateway, &path, &cookie, &[("csrf", page.csrf())]).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn who_pays_an_open_code_says_how_much() {
    let gateway = gateway(in_the_sandbox).await;
    let code = seed::a_transaction("1", "A", None, gateway.app.clock.now());
    let code = seed::add(&gateway.app, code).await;
    let path = format!("/pay/{}", code.page_id);
    let page = get(&gateway.router, &path, "").await;
    assert!(page.text.contains("name=\"amount\""), "{}", page.text);
    let cookie = page.cookie("qris_form").unwrap();
    for wrong in ["", "-1", "15.000", "1e3", "99999999999999999999"] {
        let refused = press(&gateway, &path, &cookie, &[("csrf", page.csrf()), ("amount", wrong)]).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{wrong:?}");
    }
    press(&gateway, &path, &cookie, &[("csrf", page.csrf()), ("amount", "15000")]).await;
    assert_eq!(stored(&gateway, "1").await.paid_amount.get(), 1_500_000);
}

#[tokio::test]
async fn nobody_else_presses_it() {
    let gateway = gateway(in_the_sandbox).await;
    let code = seed::a_transaction("1", "A", Some(100), gateway.app.clock.now());
    let code = seed::add(&gateway.app, code).await;
    let path = format!("/pay/{}", code.page_id);
    let page = get(&gateway.router, &path, "").await;
    let cookie = page.cookie("qris_form").unwrap();
    for (cookies, csrf) in [("", page.csrf()), (cookie.as_str(), ""), (cookie.as_str(), "00")] {
        let refused = press(&gateway, &path, cookies, &[("csrf", csrf)]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{cookies:?} {csrf:?}");
    }
    // A name of somebody else's that points at this machine.
    let form = [("csrf", page.csrf())];
    let refused = post_to(&gateway.router, "evil.example", &format!("{path}/simulate"), &cookie, &form).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    let unknown = press(&gateway, &format!("/pay/{}", "0".repeat(32)), &cookie, &form).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert!(stored(&gateway, "1").await.paid_at.is_none());
}

#[tokio::test]
async fn where_money_is_real_there_is_no_such_button() {
    let gateway = gateway(|config| config.sandbox = false).await;
    let code = seed::a_transaction("1", "A", Some(100), gateway.app.clock.now());
    let code = seed::add(&gateway.app, code).await;
    let path = format!("/pay/{}", code.page_id);
    let page = get(&gateway.router, &path, "").await;
    assert!(!page.text.contains("/simulate") && page.cookie("qris_form").is_none(), "{}", page.text);
    let form = [("csrf", "0")];
    assert_eq!(press(&gateway, &path, "qris_form=x", &form).await.status, StatusCode::NOT_FOUND);
}
