//! Pages for people: payment page, inspector, operator's pages, request log, API page.
//!
//! Rendered here, with templates of `templates/`; scripts and style of `assets/` come from our own routes, so the
//! content policy allows nothing else. Everything works without scripts.

mod assets;
pub(crate) mod escape;
mod frame;
mod lang;
mod pay;
mod show;
mod streams;
mod visitor;
mod words;

use std::sync::Arc;

use askama::Template;
use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, LOCATION, REFERRER_POLICY, RETRY_AFTER,
    SET_COOKIE, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};

use crate::app::Shared;
use crate::crypto::CryptoError;
use crate::db::DbError;
use frame::Frame;
use streams::Streams;
use visitor::Visitor;

/// What the pages of one process share beside [`App`](crate::app::App).
#[derive(Debug)]
struct Pages {
    streams: Streams,
}

/// Bounds of the pages.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct PageLimits {
    /// Streams of events open at once; more get 503.
    pub streams: usize,
    /// Of them, those of one payment page.
    pub streams_of_a_page: usize,
}

impl Default for PageLimits {
    fn default() -> Self {
        PageLimits { streams: 256, streams_of_a_page: 8 }
    }
}

/// Every page, with its own limits and security headers.
pub fn router() -> Router<Shared> {
    router_within(PageLimits::default())
}

/// As [`router`], with other bounds.
pub fn router_within(limits: PageLimits) -> Router<Shared> {
    let pages = Arc::new(Pages { streams: Streams::new(limits.streams, limits.streams_of_a_page) });
    Router::new()
        .route("/pay/{page_id}", get(pay::page))
        .route("/pay/{page_id}/events", get(pay::events))
        .route("/pay/{page_id}/qr.png", get(pay::picture))
        .route("/assets/{name}", get(assets::asset))
        .layer(Extension(pages))
        .layer(middleware::from_fn(finish))
}

/// Why there is no page. [`finish`] makes a page of it in the visitor's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Problem {
    /// Nothing is here, or not for this visitor.
    NotFound,
    /// Too many at once of something; after some seconds it may work.
    Busy,
    /// The storage cannot be used.
    Storage,
}

impl Problem {
    fn status(self) -> StatusCode {
        match self {
            Problem::NotFound => StatusCode::NOT_FOUND,
            Problem::Busy | Problem::Storage => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Problem {
        tracing::error!(%error, "a page could not be made");
        Problem::Storage
    }
}

impl From<CryptoError> for Problem {
    fn from(error: CryptoError) -> Problem {
        tracing::error!(%error, "a page could not be made");
        Problem::Storage
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        (self.status(), Extension(self)).into_response()
    }
}

/// What a handler answers.
type Answer = Result<Response, Problem>;

#[derive(Template)]
#[template(path = "message.html")]
struct Message {
    frame: Frame,
    title: &'static str,
    text: &'static str,
}

/// A rendered template.
fn html(page: &impl Template) -> Response {
    match page.render() {
        Ok(text) => ([(CONTENT_TYPE, "text/html; charset=utf-8")], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "a template could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Nothing but ourselves: no inline script or style, no frame around, no form to elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const SECURITY_HEADERS: [(HeaderName, &str); 7] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    // The address of a payment page is its only key.
    (REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=()"),
];

/// Renders problems, remembers the language, and adds the headers every page has.
async fn finish(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let visitor = Visitor::of(&parts);
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if let Some(problem) = response.extensions().get::<Problem>().copied() {
        response = explain(problem, &visitor);
    }
    let headers = response.headers_mut();
    for (name, value) in SECURITY_HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if visitor.lang_asked {
        let cookie = format!(
            "{}={}; Path=/; Max-Age=31536000; SameSite=Lax",
            visitor::LANG_COOKIE,
            visitor.lang.code()
        );
        add_cookie(headers, &cookie);
    }
    response
}

fn add_cookie(headers: &mut HeaderMap, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        headers.append(SET_COOKIE, value);
    }
}

fn explain(problem: Problem, visitor: &Visitor) -> Response {
    let words = visitor.lang.words();
    let (title, text) = match problem {
        Problem::NotFound => (words.not_found, words.not_found_text),
        Problem::Busy => (words.busy, words.busy_text),
        Problem::Storage => (words.unavailable, words.unavailable_text),
    };
    let mut response = html(&Message { frame: Frame::plain(visitor), title, text });
    *response.status_mut() = problem.status();
    if problem.status() == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
    }
    response
}

/// See other: after a form was taken.
fn see_other(path: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, path)]).into_response()
}
