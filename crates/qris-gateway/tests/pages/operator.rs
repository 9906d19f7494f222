//! The operator's pages and the sandbox's log, behind their logins.

use super::*;

#[tokio::test]
async fn without_a_password_hash_there_is_no_operator() {
    let gateway = gateway(|_| {}).await;
    let paths = [
        "/operator",
        "/operator/login",
        "/operator/transactions",
        "/operator/partners",
        "/operator/exceptions",
    ];
    for path in paths {
        assert_eq!(get(&gateway.admin, path, "").await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(get(&gateway.router, "/requests", "").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_public_pages_know_nothing_of_an_operator() {
    let gateway = gateway(with_password).await;
    assert_eq!(get(&gateway.router, "/operator/login", "").await.status, StatusCode::NOT_FOUND);
    assert!(!get(&gateway.router, "/", "").await.text.contains("operator"));
    assert_eq!(get(&gateway.admin, "/", "").await.header("location"), "/operator/login");
    for path in ["/inspect", "/docs", "/requests", "/pay/0"] {
        assert_eq!(get(&gateway.admin, path, "").await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn the_operator_s_pages_need_a_session() {
    let gateway = gateway(with_password).await;
    let paths = [
        "/operator",
        "/operator/transactions",
        "/operator/transactions/1",
        "/operator/partners",
        "/operator/partners/client-melati",
        "/operator/exceptions",
    ];
    let forged = format!("qris_session={}", "A".repeat(43));
    for path in paths {
        for cookies in ["", forged.as_str()] {
            let page = get(&gateway.admin, path, cookies).await;
            assert_eq!(
                (page.status, page.header("location")),
                (StatusCode::SEE_OTHER, "/operator/login"),
                "{path}"
            );
            assert!(page.text.is_empty());
        }
    }
    let session = log_in(&gateway, "/operator/login", PASSWORD).await;
    for path in &paths[1..] {
        let status = get(&gateway.admin, path, &session).await.status;
        assert_eq!(
            status,
            if path.ends_with("/1") { StatusCode::NOT_FOUND } else { StatusCode::OK },
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_session_s_cookie_is_out_of_reach_and_ends() {
    let gateway = gateway(|config| {
        with_password(config);
        config.public_url = Some("https://pay.example".into());
    })
    .await;
    let form = get(&gateway.admin, "/operator/login", "").await;
    let cookie = form.cookie("qris_form").unwrap();
    let page =
        post(&gateway.admin, "/operator/login", &cookie, &[("secret", PASSWORD), ("csrf", form.csrf())])
            .await;
    let set = page.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    let set: Vec<&str> = set.filter(|value| value.starts_with("qris_session=")).collect();
    assert!(set[0].contains("; HttpOnly; SameSite=Strict; Secure"), "{set:?}");

    let session = page.cookie("qris_session").unwrap();
    let page = get(&gateway.admin, "/operator/transactions", &session).await;
    let out = post(&gateway.admin, "/logout", &session, &[("csrf", page.csrf())]).await;
    assert_eq!(out.header("location"), "/operator/login");
    let page = get(&gateway.admin, "/operator/transactions", &session).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "the session is closed, whoever kept the cookie");

    let session = log_in(&gateway, "/operator/login", PASSWORD).await;
    gateway.app.clock.set_offset(9 * 3600);
    assert_eq!(get(&gateway.admin, "/operator/transactions", &session).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn forms_that_are_not_ours_are_refused() {
    let gateway = gateway(with_password).await;
    let now = gateway.app.clock.now();
    seed::add(&gateway.app, seed::a_transaction("1", "A", Some(100), now)).await;
    let dead = seed::a_dead_notification(&gateway.app, "1").await;
    let form = get(&gateway.admin, "/operator/login", "").await;
    let (cookie, csrf) = (form.cookie("qris_form").unwrap(), form.csrf().to_owned());
    let other = format!("qris_form={}", "B".repeat(43));
    for (cookies, csrf) in [("", csrf.as_str()), (&cookie, ""), (&cookie, "0"), (&other, &csrf)] {
        let page =
            post(&gateway.admin, "/operator/login", cookies, &[("secret", PASSWORD), ("csrf", csrf)]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert_eq!(page.cookie("qris_session"), None);
        assert!(page.text.contains("Form out of date"));
    }
    let session = log_in(&gateway, "/operator/login", PASSWORD).await;
    let retry = format!("/operator/notifications/{dead}/retry");
    for csrf in ["", csrf.as_str()] {
        for path in [retry.as_str(), "/logout"] {
            let page = post(&gateway.admin, path, &session, &[("csrf", csrf)]).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
        }
    }
    let page = get(&gateway.admin, "/operator/exceptions", &session).await;
    assert!(page.text.contains("Undelivered") && page.text.contains(&retry), "nothing was changed");
    let page = post(&gateway.admin, &retry, &session, &[("csrf", page.csrf())]).await;
    assert_eq!(page.header("location"), "/operator/transactions/1");
    assert!(!get(&gateway.admin, "/operator/exceptions", &session).await.text.contains(&retry));
}

#[tokio::test]
async fn guesses_are_throttled_whatever_they_are() {
    let gateway = gateway(with_password).await;
    let form = get(&gateway.admin, "/operator/login", "").await;
    let cookie = form.cookie("qris_form").unwrap();
    for _ in 0..5 {
        let page =
            post(&gateway.admin, "/operator/login", &cookie, &[("secret", "guess"), ("csrf", form.csrf())])
                .await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert!(page.text.contains("The password is wrong") && page.cookie("qris_session").is_none());
    }
    let page =
        post(&gateway.admin, "/operator/login", &cookie, &[("secret", PASSWORD), ("csrf", form.csrf())])
            .await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS, "also the right one");
    let wait: u64 = page.header("retry-after").parse().unwrap();
    assert!((1..=30).contains(&wait));
}

#[tokio::test]
async fn the_list_has_pages_and_a_filter() {
    let gateway = gateway(with_password).await;
    let now = gateway.app.clock.now();
    // All in one second: the border between two pages must not lose any.
    for n in 0..120 {
        seed::add(&gateway.app, seed::a_transaction(&format!("R{n:03}"), "A", Some(100), now)).await;
    }
    let session = log_in(&gateway, "/operator/login", PASSWORD).await;
    let (mut seen, mut path) =
        (std::collections::BTreeSet::new(), format!("/operator/transactions?partner={CLIENT}"));
    for _ in 0..10 {
        let page = get(&gateway.admin, &path, &session).await;
        let rows = page.text.split("<code>R").skip(1).map(|rest| rest[..3].to_owned());
        seen.extend(rows);
        let Some(next) = page.text.split("rel=\"next\" href=\"").nth(1) else { break };
        path = format!("/operator/transactions{}", next.split('"').next().unwrap().replace("&amp;", "&"));
    }
    assert_eq!(seen.len(), 120);
    let page = get(&gateway.admin, "/operator/transactions?partner=nobody", &session).await;
    assert!(page.text.contains("There is nothing here yet"));
    let page = get(&gateway.admin, "/operator/transactions?find=R007", &session).await;
    assert_eq!(page.header("location"), "/operator/transactions/R007");
}

#[tokio::test]
async fn a_transaction_shows_its_refunds_and_notifications() {
    let gateway = gateway(with_password).await;
    seed::add(&gateway.app, seed::a_transaction("1", "A", Some(10_000), gateway.app.clock.now())).await;
    seed::pay(&gateway.app, "1", 10_000).await;
    seed::give_back(&gateway.app, "1", 2_500, "menu habis").await;
    seed::a_dead_notification(&gateway.app, "1").await;
    seed::an_exception(&gateway.app, "1").await;
    let session = log_in(&gateway, "/operator/login", PASSWORD).await;
    let page = get(&gateway.admin, "/operator/transactions/1", &session).await;
    for part in [
        "Rp 100,00",
        "Rp 25,00",
        "Rp 75,00",
        "menu habis",
        "Not delivered",
        "Bad Gateway",
        "POST:/notify:&lt;token&gt;:ab12",
    ] {
        assert!(page.text.contains(part), "{part}");
    }
    let page = get(&gateway.admin, "/operator/exceptions", &session).await;
    assert!(page.text.contains("Paid after the code had expired.") && page.text.contains("Rp 25.000,00"));
    assert!(page.text.contains(">Open<") && page.text.contains("qris gateway exception close|assign|refund"));
    seed::a_closed_exception(&gateway.app).await;
    let page = get(&gateway.admin, "/operator/exceptions", &session).await;
    for part in [
        "sari&lt;b&gt;",
        "Refunded: Rp 10.000,00",
        "Assigned to transaction: 1",
        "transferred back",
        ">Closed<",
    ] {
        assert!(page.text.contains(part), "{part}");
    }
    assert!(!page.text.contains(">Open<") && !page.text.contains("close|assign|refund"));
    let page = get(&gateway.admin, &format!("/operator/partners/{CLIENT}"), &session).await;
    assert!(page.text.contains("Warung Melati") && page.text.contains("https://melati.example/notify"));
}

#[tokio::test]
async fn the_request_log_opens_with_the_sandbox_s_key_and_says_why() {
    let gateway = gateway(|config| {
        with_password(config);
        config.sandbox = true;
    })
    .await;
    seed::a_request(
        &gateway.app,
        401,
        "4014700",
        r#"{"diagnosis":"the body was hashed as sent, not minified"}"#,
    )
    .await;
    let path = format!("/requests/of/{CLIENT}");
    assert_eq!(get(&gateway.router, &path, "").await.header("location"), "/requests/login");
    let session = log_in(&gateway, "/requests/login", SANDBOX_KEY).await;
    let page = get(&gateway.router, &path, &session).await;
    for part in
        ["4014700", "diagnosis", "the body was hashed as sent, not minified", "/v1.0/qr/qr-mpm-generate"]
    {
        assert!(page.text.contains(part), "{part}");
    }
    let page = get(&gateway.admin, "/operator/transactions", &session).await;
    assert_eq!(page.header("location"), "/operator/login", "the sandbox's key opens no more than that");
    let operator = log_in(&gateway, "/operator/login", PASSWORD).await;
    assert_eq!(get(&gateway.router, &path, &operator).await.status, StatusCode::OK);
}
