//! The pages over HTTP requests, without a socket.

#[path = "common/seed.rs"]
mod seed;

use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use futures_util::StreamExt;
use qris_gateway::app::Shared;
use qris_gateway::config::Config;
use qris_gateway::pages;
use seed::{CLIENT, PASSWORD, SANDBOX_KEY};
use tower::ServiceExt;

/// An answer, read to its end.
#[derive(Debug)]
struct Page {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Page {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// What a browser would send back.
    fn cookie(&self, name: &str) -> Option<String> {
        let set = self.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
        let mut pairs =
            set.filter_map(|value| value.split(';').next()).filter_map(|pair| pair.split_once('='));
        pairs.find(|(found, _)| *found == name).map(|(name, value)| format!("{name}={value}"))
    }

    fn csrf(&self) -> &str {
        self.text.split("name=\"csrf\" value=\"").nth(1).expect("a form").split('"').next().unwrap()
    }
}

async fn send(router: &Router, request: Request<Body>) -> Page {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, 8 << 20).await.unwrap();
    Page { status: parts.status, headers: parts.headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
}

async fn get(router: &Router, path: &str, cookies: &str) -> Page {
    let request = Request::get(path).header("cookie", cookies).header("accept-language", "en");
    send(router, request.body(Body::empty()).unwrap()).await
}

async fn post(router: &Router, path: &str, cookies: &str, form: &[(&str, &str)]) -> Page {
    let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let pairs: Vec<String> = form.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    let request = Request::post(path)
        .header("cookie", cookies)
        .header("accept-language", "en")
        .header("content-type", "application/x-www-form-urlencoded");
    send(router, request.body(Body::from(pairs.join("&"))).unwrap()).await
}

struct Gateway {
    app: Shared,
    router: Router,
    _folder: tempfile::TempDir,
}

async fn gateway(change: impl FnOnce(&mut Config)) -> Gateway {
    let folder = tempfile::tempdir().unwrap();
    let app = seed::app(folder.path(), change).await;
    let router = pages::router().with_state(app.clone());
    Gateway { app, router, _folder: folder }
}

fn with_password(config: &mut Config) {
    config.operator_password_hash = Some(cheap_hash());
}

/// The password's hash with the least work Argon2 allows: the work is not what is tested.
fn cheap_hash() -> String {
    use argon2::password_hash::PasswordHasher;
    let params = argon2::Params::new(8, 1, 1, None).unwrap();
    let argon2 = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    argon2.hash_password(PASSWORD.as_bytes()).unwrap().to_string()
}

/// Logs in; the cookies of the session.
async fn log_in(gateway: &Gateway, path: &str, secret: &str) -> String {
    let form = get(&gateway.router, path, "").await;
    let cookie = form.cookie("qris_form").expect("a cookie behind the form");
    let page = post(&gateway.router, path, &cookie, &[("secret", secret), ("csrf", form.csrf())]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    page.cookie("qris_session").expect("a session")
}

const HOSTILE: &str = "<script>alert(1)</script>";

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
        let page = get(&gateway.router, path, &session).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(
            !page.text.contains("<img") && !page.text.contains("<script>") && !page.text.contains("<b>"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn every_page_has_its_security_headers() {
    let gateway = gateway(with_password).await;
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
        let page = get(&gateway.router, &path, "").await;
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
    let page = get(&gateway.router, &format!("{path}?lang=id"), "").await;
    assert!(page.text.contains("lang=\"id\"") && page.text.contains("Menunggu pembayaran"));
    assert_eq!(page.cookie("qris_lang").as_deref(), Some("qris_lang=id"));

    let request = Request::get(format!("{path}/qr.png")).body(Body::empty()).unwrap();
    let picture = gateway.router.clone().oneshot(request).await.unwrap();
    let file = axum::body::to_bytes(picture.into_body(), 1 << 20).await.unwrap();
    let found = qris_render::scan(&file, qris_render::PictureLimits::default()).unwrap();
    assert_eq!(found[0].bytes(), one.qr_content.as_bytes());

    seed::pay(&gateway.app, "77", 4_750_050).await;
    let page = get(&gateway.router, &path, "").await;
    assert!(page.text.contains("Payment received") && page.text.contains("data-state=\"paid\""));
    assert!(!page.text.contains("class=\"qr\"") && !page.text.contains("http-equiv=\"refresh\""));
    assert_eq!(get(&gateway.router, &format!("{path}/qr.png"), "").await.status, StatusCode::NOT_FOUND);
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

#[tokio::test]
async fn streams_are_capped_and_given_back() {
    let gateway = gateway(|_| {}).await;
    let mut limits = pages::PageLimits::default();
    (limits.streams, limits.streams_of_a_page) = (2, 2);
    let router = pages::router_within(limits).with_state(gateway.app.clone());
    let one =
        seed::add(&gateway.app, seed::a_transaction("1", "A", Some(100), gateway.app.clock.now())).await;
    let path = format!("/pay/{}/events", one.page_id);
    let open = || async {
        let request = Request::get(&path).body(Body::empty()).unwrap();
        router.clone().oneshot(request).await.unwrap()
    };
    let (first, _second) = (open().await, open().await);
    let third = open().await;
    assert_eq!(third.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(third.headers().contains_key("retry-after"));
    drop(first);
    assert_eq!(open().await.status(), StatusCode::OK);
}

#[tokio::test]
async fn without_a_password_hash_there_is_no_operator() {
    let gateway = gateway(|_| {}).await;
    let paths = [
        "/operator",
        "/operator/login",
        "/operator/transactions",
        "/operator/partners",
        "/operator/exceptions",
        "/requests",
    ];
    for path in paths {
        assert_eq!(get(&gateway.router, path, "").await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert!(!get(&gateway.router, "/", "").await.text.contains("/operator"));
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
            let page = get(&gateway.router, path, cookies).await;
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
        let status = get(&gateway.router, path, &session).await.status;
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
    let form = get(&gateway.router, "/operator/login", "").await;
    let cookie = form.cookie("qris_form").unwrap();
    let page =
        post(&gateway.router, "/operator/login", &cookie, &[("secret", PASSWORD), ("csrf", form.csrf())])
            .await;
    let set = page.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    let set: Vec<&str> = set.filter(|value| value.starts_with("qris_session=")).collect();
    assert!(set[0].contains("; HttpOnly; SameSite=Strict; Secure"), "{set:?}");

    let session = page.cookie("qris_session").unwrap();
    let page = get(&gateway.router, "/operator/transactions", &session).await;
    let out = post(&gateway.router, "/logout", &session, &[("csrf", page.csrf())]).await;
    assert_eq!(out.header("location"), "/operator/login");
    let page = get(&gateway.router, "/operator/transactions", &session).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "the session is closed, whoever kept the cookie");

    let session = log_in(&gateway, "/operator/login", PASSWORD).await;
    gateway.app.clock.set_offset(9 * 3600);
    assert_eq!(get(&gateway.router, "/operator/transactions", &session).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn forms_that_are_not_ours_are_refused() {
    let gateway = gateway(with_password).await;
    let now = gateway.app.clock.now();
    seed::add(&gateway.app, seed::a_transaction("1", "A", Some(100), now)).await;
    let dead = seed::a_dead_notification(&gateway.app, "1").await;
    let form = get(&gateway.router, "/operator/login", "").await;
    let (cookie, csrf) = (form.cookie("qris_form").unwrap(), form.csrf().to_owned());
    let other = format!("qris_form={}", "B".repeat(43));
    for (cookies, csrf) in [("", csrf.as_str()), (&cookie, ""), (&cookie, "0"), (&other, &csrf)] {
        let page =
            post(&gateway.router, "/operator/login", cookies, &[("secret", PASSWORD), ("csrf", csrf)]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert_eq!(page.cookie("qris_session"), None);
        assert!(page.text.contains("Form out of date"));
    }
    let session = log_in(&gateway, "/operator/login", PASSWORD).await;
    let retry = format!("/operator/notifications/{dead}/retry");
    for csrf in ["", csrf.as_str()] {
        for path in [retry.as_str(), "/logout"] {
            let page = post(&gateway.router, path, &session, &[("csrf", csrf)]).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
        }
    }
    let page = get(&gateway.router, "/operator/exceptions", &session).await;
    assert!(page.text.contains("Undelivered") && page.text.contains(&retry), "nothing was changed");
    let page = post(&gateway.router, &retry, &session, &[("csrf", page.csrf())]).await;
    assert_eq!(page.header("location"), "/operator/transactions/1");
    assert!(!get(&gateway.router, "/operator/exceptions", &session).await.text.contains(&retry));
}

#[tokio::test]
async fn guesses_are_throttled_whatever_they_are() {
    let gateway = gateway(with_password).await;
    let form = get(&gateway.router, "/operator/login", "").await;
    let cookie = form.cookie("qris_form").unwrap();
    for _ in 0..5 {
        let page =
            post(&gateway.router, "/operator/login", &cookie, &[("secret", "guess"), ("csrf", form.csrf())])
                .await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert!(page.text.contains("The password is wrong") && page.cookie("qris_session").is_none());
    }
    let page =
        post(&gateway.router, "/operator/login", &cookie, &[("secret", PASSWORD), ("csrf", form.csrf())])
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
        let page = get(&gateway.router, &path, &session).await;
        let rows = page.text.split("<code>R").skip(1).map(|rest| rest[..3].to_owned());
        seen.extend(rows);
        let Some(next) = page.text.split("rel=\"next\" href=\"").nth(1) else { break };
        path = format!("/operator/transactions{}", next.split('"').next().unwrap().replace("&amp;", "&"));
    }
    assert_eq!(seen.len(), 120);
    let page = get(&gateway.router, "/operator/transactions?partner=nobody", &session).await;
    assert!(page.text.contains("There is nothing here yet"));
    let page = get(&gateway.router, "/operator/transactions?find=R007", &session).await;
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
    let page = get(&gateway.router, "/operator/transactions/1", &session).await;
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
    let page = get(&gateway.router, "/operator/exceptions", &session).await;
    assert!(page.text.contains("Paid after the code had expired.") && page.text.contains("Rp 25.000,00"));
    let page = get(&gateway.router, &format!("/operator/partners/{CLIENT}"), &session).await;
    assert!(page.text.contains("Warung Melati") && page.text.contains("https://melati.example/notify"));
}

#[tokio::test]
async fn the_request_log_opens_with_the_sandbox_s_key_and_says_why() {
    let gateway = gateway(|config| {
        with_password(config);
        config.sandbox = true;
    })
    .await;
    seed::a_request(&gateway.app, 401, "4014700", r#"{"matchingRecipe":"the body as sent, not minified"}"#)
        .await;
    let path = format!("/requests/of/{CLIENT}");
    assert_eq!(get(&gateway.router, &path, "").await.header("location"), "/requests/login");
    let session = log_in(&gateway, "/requests/login", SANDBOX_KEY).await;
    let page = get(&gateway.router, &path, &session).await;
    for part in ["4014700", "matchingRecipe", "the body as sent, not minified", "/v1.0/qr/qr-mpm-generate"] {
        assert!(page.text.contains(part), "{part}");
    }
    let page = get(&gateway.router, "/operator/transactions", &session).await;
    assert_eq!(page.header("location"), "/operator/login", "the sandbox's key opens no more than that");
    let operator = log_in(&gateway, "/operator/login", PASSWORD).await;
    assert_eq!(get(&gateway.router, &path, &operator).await.status, StatusCode::OK);
}

/// A form with a text and a file.
async fn inspect(router: &Router, payload: &str, picture: &[u8]) -> Page {
    let mut body = Vec::new();
    let part = |name: &str| {
        format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"x\"\r\n\r\n")
    };
    for (name, content) in [("payload", payload.as_bytes()), ("profile", b"qris"), ("picture", picture)] {
        body.extend_from_slice(part(name).as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--XX--\r\n");
    let request = Request::post("/inspect")
        .header("accept-language", "en")
        .header("content-type", "multipart/form-data; boundary=XX");
    send(router, request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn the_inspector_takes_a_text_or_a_picture() {
    let gateway = gateway(|_| {}).await;
    let good = seed::payload("Warung Melati", Some(1_500_000), "L1");
    let page = inspect(&gateway.router, &format!("  {good}\r\n"), b"").await;
    assert_eq!(page.status, StatusCode::OK);
    for part in [
        "Conforms to the rules",
        "Merchant Category Code",
        "Rp 15.000,00",
        "ID.CO.EXAMPLE.WWW",
        "<span class=\"away\">26/01</span>",
    ] {
        assert!(page.text.contains(part), "{part}");
    }
    let symbol =
        qris_render::Symbol::new(&qris_core::Sealed::parse(&good).unwrap(), qris_render::Options::default())
            .unwrap();
    let page = inspect(&gateway.router, "", &symbol.png(&qris_render::Png::default()).unwrap()).await;
    assert!(page.text.contains("Conforms to the rules") && page.text.contains(&good));
}

#[tokio::test]
async fn the_inspector_says_what_is_wrong() {
    let gateway = gateway(|_| {}).await;
    let good = seed::payload("Warung Melati", Some(1_500_000), "L1");
    let changed = good.replace("15000.00", "95000.00");
    let hostile = seed::payload(HOSTILE, None, "\u{202e}<b>");
    let cases = [
        (changed.as_str(), "Wrong CRC: do not pay"),
        ("hello", "This is no QRIS payload"),
        ("000201", "EMVCo 4.6.1.2"),
        (hostile.as_str(), "bidi-control"),
        ("<script>", "invalid-id"),
    ];
    for (payload, part) in cases {
        let page = inspect(&gateway.router, payload, b"").await;
        assert_eq!(page.status, StatusCode::OK, "{payload}");
        assert!(page.text.contains(part), "{payload}: {part}");
        assert!(
            !page.text.contains("<script>") && !page.text.contains("<b>") && !page.text.contains('\u{202e}')
        );
    }
    for (payload, picture) in [("", &b""[..]), ("", b"no picture"), ("", b"\x89PNG\r\n\x1a\n")] {
        assert_eq!(inspect(&gateway.router, payload, picture).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test]
async fn the_inspector_has_limits() {
    let gateway = gateway(|_| {}).await;
    for size in [(2 << 20) + 1, 3 << 20] {
        let page = inspect(&gateway.router, "", &vec![7; size]).await;
        assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE, "{size}");
        assert!(page.text.contains("at most 2 MiB"));
    }
    assert_eq!(
        inspect(&gateway.router, "", &vec![7; 2 << 20]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let page = inspect(&gateway.router, &"0".repeat(40_001), b"").await;
    assert!(page.text.contains("too-long"));
    let many = "0".repeat(1 << 20);
    assert_eq!(inspect(&gateway.router, &many, b"").await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let request = Request::post("/inspect").body(Body::from("payload=1")).unwrap();
    assert_eq!(send(&gateway.router, request).await.status, StatusCode::BAD_REQUEST);
}
