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

/// The days are those of western Indonesian time: 2026-08-07 begins at 17:00 of the day before in Greenwich.
#[tokio::test]
async fn the_list_is_of_days_and_goes_into_a_file() {
    let gateway = gateway(with_password).await;
    let midnight = 1_786_035_600;
    for (number, at) in
        [("R1", midnight - 1), ("R2", midnight), ("R3", midnight + 86_399), ("R4", midnight + 86_400)]
    {
        let mut one = seed::a_transaction(number, "A", Some(1_500_000), at);
        one.partner_reference_no = Some(format!("=cmd|{number},\"<b>"));
        seed::add(&gateway.app, one).await;
    }
    assert_eq!(
        get(&gateway.admin, "/operator/transactions.csv", "").await.header("location"),
        "/operator/login"
    );
    let session = log_in(&gateway, "/operator/login", PASSWORD).await;
    let day = "from=2026-08-07&to=2026-08-07";
    let page = get(&gateway.admin, &format!("/operator/transactions?{day}"), &session).await;
    let shown =
        |text: &str| ["R1", "R2", "R3", "R4"].map(|number| text.contains(&format!("{number}</code>")));
    assert_eq!(shown(&page.text), [false, true, true, false]);
    // The name of the merchant, and of the partner.
    for part in
        ["<bdi>Warung Melati</bdi>", "<bdi>Kedai Melati Group</bdi>", "Rp 15.000<", "value=\"2026-08-07\""]
    {
        assert!(page.text.contains(part), "{part}");
    }
    assert!(page.text.contains(&format!("/operator/transactions.csv?{}", day.replace('&', "&amp;"))));

    let file = get(&gateway.admin, &format!("/operator/transactions.csv?{day}"), &session).await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(
        file.header("content-disposition"),
        "attachment; filename=\"transactions-2026-08-07-2026-08-07.csv\""
    );
    let mut lines = csv::Reader::from_reader(file.text.as_bytes());
    let rows: Vec<std::collections::HashMap<String, String>> =
        lines.deserialize().map(|row| row.unwrap()).collect();
    let numbers: Vec<&str> = rows.iter().map(|row| row["reference_no"].as_str()).collect();
    assert_eq!(numbers, ["R3", "R2"]);
    let expected = [
        ("partner_reference_no", "'=cmd|R3,\"<b>"),
        ("merchant_name", "Warung Melati"),
        ("amount", "15000.00"),
        ("state", "expired"),
        ("created_at", "2026-08-07T23:59:59+07:00"),
        ("paid_amount", ""),
    ];
    for (name, value) in expected {
        assert_eq!(rows[0][name], value, "{name}");
    }

    let page = get(&gateway.admin, "/operator/transactions?from=2026-02-30", &session).await;
    assert!(page.text.contains("Not a date") && page.text.contains("2026-02-30"));
    let file = get(&gateway.admin, "/operator/transactions.csv?from=2026-02-30", &session).await;
    assert_eq!(file.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_file_holds_more_rows_than_are_read_at_once() {
    let gateway = gateway(with_password).await;
    let now = gateway.app.clock.now();
    for n in 0..1001 {
        seed::add(&gateway.app, seed::a_transaction(&format!("R{n:04}"), "A", None, now)).await;
    }
    let session = log_in(&gateway, "/operator/login", PASSWORD).await;
    let file = get(&gateway.admin, "/operator/transactions.csv", &session).await;
    let numbers: std::collections::BTreeSet<&str> =
        file.text.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!((numbers.len(), file.text.lines().count()), (1001, 1002));
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
        "Rp 100<",
        "Rp 25<",
        "Rp 75<",
        "menu habis",
        "Not delivered",
        "Bad Gateway",
        "POST:/notify:&lt;token&gt;:ab12",
        "<bdi>Warung Melati</bdi>",
    ] {
        assert!(page.text.contains(part), "{part}");
    }
    let page = get(&gateway.admin, "/operator/exceptions", &session).await;
    assert!(page.text.contains("Paid after the code had expired.") && page.text.contains("Rp 25.000<"));
    assert!(page.text.contains(">Open<") && page.text.contains("qris gateway exception close|assign|refund"));
    seed::a_closed_exception(&gateway.app).await;
    let page = get(&gateway.admin, "/operator/exceptions", &session).await;
    for part in [
        "sari&lt;b&gt;",
        "Refunded: Rp 10.000.",
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
    let debug = r#"{"stringToSign":"POST:/v1","diagnosis":"the body was hashed as sent, not minified"}"#;
    seed::a_request(&gateway.app, 401, "4014700", debug).await;
    for http in [403_u16, 404, 409] {
        let debug =
            format!(r#"{{"reason":"reason of {http}","at":"merchantId","advice":"advice for {http}"}}"#);
        seed::a_request(&gateway.app, http, &format!("{http}4700"), &debug).await;
    }
    let path = format!("/requests/of/{CLIENT}");
    assert_eq!(get(&gateway.router, &path, "").await.header("location"), "/requests/login");
    let session = log_in(&gateway, "/requests/login", SANDBOX_KEY).await;
    let page = get(&gateway.router, &path, &session).await;
    for part in
        ["4014700", "Diagnosis", "the body was hashed as sent, not minified", "/v1.0/qr/qr-mpm-generate"]
    {
        assert!(page.text.contains(part), "{part}");
    }
    // Of every refusal the sentences stand open, with a name of their own each.
    for code in ["401", "403", "404", "409"] {
        assert!(page.text.contains(&format!(">{code}</span>")), "{code}");
    }
    for code in ["403", "404", "409"] {
        let open = format!("<dt>Reason</dt><dd lang=\"en\">reason of {code}</dd>");
        assert!(page.text.contains(&open), "{}", page.text);
        assert!(page.text.contains(&format!("<dt>What to do</dt><dd lang=\"en\">advice for {code}</dd>")));
    }
    assert_eq!(page.text.matches("Why it was refused").count(), 4);
    let page = get(&gateway.admin, "/operator/transactions", &session).await;
    assert_eq!(page.header("location"), "/operator/login", "the sandbox's key opens no more than that");
    let operator = log_in(&gateway, "/operator/login", PASSWORD).await;
    assert_eq!(get(&gateway.router, &path, &operator).await.status, StatusCode::OK);
}
