//! Payment pages and their streams of events, and what holds for every page.

use super::*;

#[tokio::test]
async fn a_hostile_name_is_text_everywhere() {
    let gateway = gateway(with_password).await;
    let now = gateway.app.clock.now();
    let hostile = seed::add(&gateway.app, seed::a_transaction("1", HOSTILE, Some(100), now)).await;
    let bidi = seed::add(&gateway.app, seed::a_transaction("2", "WARUNG\u{202e}\u{200b}A", None, now)).await;
    let page = get(&gateway.router, &format!("/pay/{}", hostile.page_id), "").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(!page.text.contains("<script>"), "{}", page.text);
    let page = get(&gateway.router, &format!("/pay/{}", bidi.page_id), "").await;
    assert!(page.text.contains("WARUNG\\u{202e}\\u{200b}A"));
    assert!(!page.text.contains(['\u{202e}', '\u{200b}']));

    let mut found = seed::a_transaction("3", "A", Some(100), now);
    found.partner_reference_no = Some("\"><img src=x onerror=alert(1)>".into());
    found.terminal_id = Some(HOSTILE.into());
    seed::add(&gateway.app, found).await;
    seed::a_request(&gateway.app, 401, HOSTILE, r#"{"<b>":"<i>\u202e"}"#).await;
    let session = log_in(&gateway, "/operator/login", PASSWORD).await;
    for path in ["/operator/transactions", "/operator/transactions/3", "/operator/transactions?find=%3Cb%3E"]
    {
        let page = get(&gateway.admin, path, &session).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(
            !page.text.contains("<img") && !page.text.contains("<script>") && !page.text.contains("<b>"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn every_page_has_its_security_headers() {
    let gateway = gateway(|config| {
        with_password(config);
        config.inspector = Some(true);
    })
    .await;
    let now = gateway.app.clock.now();
    let one = seed::add(&gateway.app, seed::a_transaction("1", "A", Some(100), now)).await;
    let paths = [
        format!("/pay/{}", one.page_id),
        "/".into(),
        "/inspect".into(),
        "/docs".into(),
        "/operator/login".into(),
        "/pay/unknown".into(),
        "/operator".into(),
    ];
    for path in paths {
        let router = if path.starts_with("/operator") { &gateway.admin } else { &gateway.router };
        let page = get(router, &path, "").await;
        let policy = page.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(page.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(page.header("cache-control"), "no-store", "{path}");
        // What the policy would not let through must not be there.
        assert!(
            !page.text.contains(" style=")
                && !page.text.contains("<style")
                && !page.text.contains(" onclick"),
            "{path}"
        );
        assert!(
            page.text.matches("<script").count() == page.text.matches("<script src=\"/assets/").count(),
            "{path}"
        );
    }
    let style = get(&gateway.router, "/assets/pages.css?v=1", "").await;
    assert_eq!((style.status, style.header("content-type")), (StatusCode::OK, "text/css; charset=utf-8"));
    assert!(style.header("cache-control").contains("immutable"));
}

#[tokio::test]
async fn a_payment_page_shows_what_is_to_be_paid_and_its_code() {
    let gateway = gateway(|_| {}).await;
    let now = gateway.app.clock.now();
    let one = seed::add(&gateway.app, seed::a_transaction("77", "Warung Melati", Some(4_750_050), now)).await;
    let path = format!("/pay/{}", one.page_id);
    let page = get(&gateway.router, &path, "").await;
    for part in [
        "Warung Melati",
        "Rp 47.500,50",
        "ID1026000000012",
        "<svg",
        "Waiting for payment",
        "http-equiv=\"refresh\"",
    ] {
        assert!(page.text.contains(part), "{part}");
    }
    // What the style multiplies: modules on a side, quiet zone included.
    let sealed = qris_core::Sealed::parse(&one.qr_content).unwrap();
    let symbol = qris_render::Symbol::new(&sealed, qris_render::Options::default()).unwrap();
    assert!(page.text.contains(&format!("<svg font-size=\"{}\"", symbol.side() + 8)));
    let page = get(&gateway.router, &format!("{path}?lang=id"), "").await;
    assert!(page.text.contains("lang=\"id\"") && page.text.contains("Menunggu pembayaran"));
    assert_eq!(page.cookie("qris_lang").as_deref(), Some("qris_lang=id"));

    let request = Request::get(format!("{path}/qr.png")).body(Body::empty()).unwrap();
    let picture = gateway.router.clone().oneshot(request).await.unwrap();
    let file = axum::body::to_bytes(picture.into_body(), 1 << 20).await.unwrap();
    let found = qris_render::scan(&file, qris_render::ScanLimits::default()).unwrap();
    assert_eq!(found[0].bytes(), one.qr_content.as_bytes());

    seed::pay(&gateway.app, "77", 4_750_050).await;
    let page = get(&gateway.router, &path, "").await;
    assert!(page.text.contains("Payment received") && page.text.contains("data-state=\"paid\""));
    assert!(!page.text.contains("class=\"qr\"") && !page.text.contains("http-equiv=\"refresh\""));
    assert_eq!(get(&gateway.router, &format!("{path}/qr.png"), "").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn whole_rupiah_have_no_sen() {
    let gateway = gateway(|_| {}).await;
    let now = gateway.app.clock.now();
    let one = seed::add(&gateway.app, seed::a_transaction("1", "A", Some(1_500_000), now)).await;
    let page = get(&gateway.router, &format!("/pay/{}", one.page_id), "").await;
    assert!(page.text.contains("Rp 15.000</p>"), "{}", page.text);
}

#[tokio::test]
async fn a_code_that_ran_out_is_not_shown() {
    let gateway = gateway(|_| {}).await;
    let old = seed::a_transaction("1", "A", Some(100), gateway.app.clock.now() - 301);
    let old = seed::add(&gateway.app, old).await;
    let page = get(&gateway.router, &format!("/pay/{}", old.page_id), "").await;
    assert!(page.text.contains("Time is up") && !page.text.contains("class=\"qr\""));
}

#[tokio::test]
async fn unknown_pages_are_not_found() {
    let gateway = gateway(|_| {}).await;
    let unknown = "0".repeat(32);
    for id in ["x", "..", unknown.as_str(), &"A".repeat(32), &"a".repeat(4000)] {
        for end in ["", "/events", "/qr.png"] {
            let page = get(&gateway.router, &format!("/pay/{id}{end}"), "").await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{id}{end}");
            assert!(page.text.contains("Page not found"));
        }
    }
}

/// The next chunk of a stream of events.
async fn chunk(body: &mut axum::body::BodyDataStream) -> Option<String> {
    let next = tokio::time::timeout(Duration::from_secs(10), body.next()).await.expect("an event in time");
    next.map(|bytes: Result<Bytes, _>| String::from_utf8(bytes.unwrap().to_vec()).unwrap())
}

#[tokio::test]
async fn a_stream_tells_the_end_and_ends() {
    let gateway = gateway(|_| {}).await;
    let one =
        seed::add(&gateway.app, seed::a_transaction("1", "A", Some(100), gateway.app.clock.now())).await;
    let request = Request::get(format!("/pay/{}/events", one.page_id)).body(Body::empty()).unwrap();
    let response = gateway.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut body = response.into_body().into_data_stream();
    assert_eq!(chunk(&mut body).await.unwrap(), "event: state\ndata: initiated\n\n");
    seed::pay(&gateway.app, "1", 100).await;
    assert_eq!(chunk(&mut body).await.unwrap(), "event: state\ndata: paid\n\n");
    assert_eq!(chunk(&mut body).await, None);
}

/// Thirty-two codes with eight streams each were all there was room for, and the next payer got 503.
#[tokio::test]
async fn whoever_holds_all_streams_keeps_no_payer_out() {
    let gateway = gateway(|_| {}).await;
    let mut limits = pages::PageLimits::default();
    (limits.streams, limits.streams_of_a_page) = (4, 2);
    let router = pages::router_within(limits).with_state(gateway.app.clone());
    let now = gateway.app.clock.now();
    let mut held = Vec::new();
    for code in ["1", "2", "3"] {
        let one = seed::add(&gateway.app, seed::a_transaction(code, "A", Some(100), now)).await;
        for _ in 0..3 {
            let request = Request::get(format!("/pay/{}/events", one.page_id)).body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status(), StatusCode::OK);
            let mut body = response.into_body().into_data_stream();
            assert_eq!(chunk(&mut body).await.unwrap(), "event: state\ndata: initiated\n\n");
            held.push(body);
        }
    }
    // The last two of the last two codes are open; the others were told to ask now and then.
    let mut open = held.split_off(7);
    open.extend(held.drain(4..6));
    for mut body in held.drain(..) {
        assert_eq!(chunk(&mut body).await.unwrap(), "event: poll\ndata: 5\n\n");
        assert_eq!(chunk(&mut body).await, None);
    }
    seed::pay(&gateway.app, "2", 100).await;
    seed::pay(&gateway.app, "3", 100).await;
    for mut body in open {
        assert_eq!(chunk(&mut body).await.unwrap(), "event: state\ndata: paid\n\n");
        assert_eq!(chunk(&mut body).await, None, "a stream ends with its code");
    }
}

/// The public is not told where the operator's pages are; who runs a sandbox is.
#[tokio::test]
async fn the_first_page_of_a_sandbox_has_three_doors() {
    let sandbox = |config: &mut qris_gateway::config::Config| config.sandbox = true;
    let page = get(&gateway(sandbox).await.router, "/", "").await;
    for part in ["href=\"/inspect\"", "href=\"/docs\"", "href=\"/requests\"", "qris gateway password-hash"] {
        assert!(page.text.contains(part), "{part}");
    }
    assert_eq!(page.text.matches("<li class=\"card\">").count(), 3);
    let operated = |config: &mut qris_gateway::config::Config| {
        with_password(config);
        (config.sandbox, config.admin_listen) = (true, Some(([127, 0, 0, 1], 8081).into()));
    };
    let page = get(&gateway(operated).await.router, "/", "").await;
    assert!(page.text.contains("href=\"http://127.0.0.1:8081/operator\""));
    let live = |config: &mut qris_gateway::config::Config| {
        operated(config);
        config.sandbox = false;
    };
    let page = get(&gateway(live).await.router, "/", "").await;
    assert!(!page.text.contains("8081") && page.text.contains("href=\"/docs\""));
}

#[tokio::test]
async fn the_api_s_page_is_kept_in_each_language() {
    let gateway = gateway(|_| {}).await;
    let first =
        [get(&gateway.router, "/docs?lang=id", "").await, get(&gateway.router, "/docs?lang=en", "").await];
    let again =
        [get(&gateway.router, "/docs?lang=id", "").await, get(&gateway.router, "/docs?lang=en", "").await];
    assert_eq!(first.each_ref().map(|page| &page.text), again.each_ref().map(|page| &page.text));
    for (page, words) in first.iter().zip(["Dokumen OpenAPI", "OpenAPI document"]) {
        assert!(page.text.contains(words), "{words}");
        assert!(page.text.contains("id=\"post-") && !page.text.contains("&lt;section"));
    }
}

/// `qrUrl` is the picture to who accepts pictures, and the page to a browser.
#[tokio::test]
async fn the_url_of_a_code_answers_a_picture_or_a_page() {
    let gateway = gateway(|_| {}).await;
    let now = gateway.app.clock.now();
    let one = seed::add(&gateway.app, seed::a_transaction("1", "A", Some(100), now)).await;
    let path = format!("/pay/{}", one.page_id);
    let ask = async |accept: &str| {
        let mut request = Request::get(&path);
        if !accept.is_empty() {
            request = request.header("accept", accept);
        }
        let response = gateway.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 8 << 20).await.unwrap();
        (Page { status: parts.status, headers: parts.headers, text: String::new() }, bytes)
    };
    for accept in [
        "image/*",
        "image/png",
        "IMAGE/PNG",
        "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
        "text/html;q=0.5, image/png;q=0.9",
        "text/html;q=0, image/*;q=0.001",
    ] {
        let (answer, bytes) = ask(accept).await;
        assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "image/png"), "{accept}");
        assert_eq!(answer.header("vary"), "Accept");
        assert_eq!(
            answer.header("cross-origin-resource-policy"),
            "cross-origin",
            "a shop's page may show it"
        );
        assert_eq!(answer.header("content-disposition"), "");
        assert!(bytes.starts_with(b"\x89PNG"), "{accept}");
    }
    for accept in [
        "",
        "*/*",
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
        "text/html, image/png",
        "image/png;q=0",
        "image/png;q=2",
        "image/png;q=x",
        "application/json",
        "image/webp",
        ",;,",
    ] {
        let (answer, _) = ask(accept).await;
        assert!(answer.header("content-type").starts_with("text/html"), "{accept}");
        assert_eq!(answer.header("vary"), "Accept");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
    }
}
