//! The pages over HTTP requests, without a socket.

#[path = "../common/seed.rs"]
mod seed;

mod inspector;
mod operator;
mod payer;
mod simulate;

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

/// A name that must not become markup.
const HOSTILE: &str = "<script>alert(1)</script>";

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
    post_to(router, "localhost", path, cookies, form).await
}

async fn post_to(router: &Router, host: &str, path: &str, cookies: &str, form: &[(&str, &str)]) -> Page {
    let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let pairs: Vec<String> = form.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    let request = Request::post(path)
        .header("host", host)
        .header("cookie", cookies)
        .header("accept-language", "en")
        .header("content-type", "application/x-www-form-urlencoded");
    send(router, request.body(Body::from(pairs.join("&"))).unwrap()).await
}

struct Gateway {
    app: Shared,
    router: Router,
    /// The operator's.
    admin: Router,
    _folder: tempfile::TempDir,
}

async fn gateway(change: impl FnOnce(&mut Config)) -> Gateway {
    let folder = tempfile::tempdir().unwrap();
    let app = seed::app(folder.path(), change).await;
    let router = pages::router().with_state(app.clone());
    let admin = pages::operator_router().with_state(app.clone());
    Gateway { app, router, admin, _folder: folder }
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
    let router = if path.starts_with("/operator") { &gateway.admin } else { &gateway.router };
    let form = get(router, path, "").await;
    let cookie = form.cookie("qris_form").expect("a cookie behind the form");
    let page = post(router, path, &cookie, &[("secret", secret), ("csrf", form.csrf())]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    page.cookie("qris_session").expect("a session")
}
