//! Who may use the sandbox: whoever has its key, under a host name of ours.

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use qris_snap::sign::constant_time_eq;
use reqwest::Url;

use crate::app::{App, Shared};

/// The proof that there is a sandbox, and that a request came in under a host name of ours.
#[derive(Debug)]
pub(crate) struct Ours(());

/// The proof that a request may be worked on; every handler takes one.
#[derive(Debug)]
pub(crate) struct Key(());

impl FromRequestParts<Shared> for Ours {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Response> {
        ours(parts, app).map(|_| Ours(())).map_err(refused)
    }
}

/// Status and reason.
type NotOurs = (StatusCode, &'static str);

/// The sandbox's key, when there is a sandbox and the request came in under a host name of ours.
fn ours<'a>(parts: &Parts, app: &'a App) -> Result<&'a str, NotOurs> {
    let Some(key) = app.sandbox_key.as_deref() else {
        return Err((StatusCode::NOT_FOUND, "there is no sandbox here: it is `serve --sandbox`"));
    };
    let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
    let host = host.or_else(|| parts.uri.authority().map(|authority| authority.as_str()));
    if !host.is_some_and(|host| is_ours(app, host)) {
        return Err((StatusCode::MISDIRECTED_REQUEST, "the Host header names no host of this sandbox"));
    }
    Ok(key)
}

impl FromRequestParts<Shared> for Key {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Response> {
        let key = ours(parts, app).map_err(refused)?;
        let given = parts.headers.get(AUTHORIZATION).map(|value| value.as_bytes()).unwrap_or_default();
        let given = given.split_at_checked(7).filter(|(scheme, _)| scheme.eq_ignore_ascii_case(b"Bearer "));
        match given {
            Some((_, given)) if constant_time_eq(given, key.as_bytes()) => Ok(Key(())),
            _ => Err(plain(
                StatusCode::UNAUTHORIZED,
                "Authorization: Bearer and sandbox_key of the ready line are wanted",
            )),
        }
    }
}

/// The port may be any: what matters is that a name of somebody else's is not taken.
fn is_ours(app: &App, host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.to_ascii_lowercase();
    let listen = match app.config.listen.ip() {
        std::net::IpAddr::V4(v4) => v4.to_string(),
        std::net::IpAddr::V6(v6) => format!("[{v6}]"),
    };
    let public = Url::parse(&app.public_url).ok().and_then(|url| url.host_str().map(str::to_owned));
    ["localhost", "127.0.0.1", "[::1]"].contains(&name.as_str()) || name == listen || Some(name) == public
}

fn refused((status, why): NotOurs) -> Response {
    plain(status, why)
}

/// A refusal that is not SNAP's.
pub(super) fn plain(status: StatusCode, message: &str) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], serde_json::json!({ "error": message }).to_string())
        .into_response()
}

/// A JSON answer.
pub(super) fn json(status: u16, body: Vec<u8>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(CONTENT_TYPE, "application/json")], body).into_response()
}
