//! Pages for people: payment page, inspector, request log, API page; operator's pages, on a listener of their own.
//!
//! Rendered here, with templates of `templates/`; scripts and style of `assets/` come from our own routes, so the
//! content policy allows nothing else. Everything works without scripts.

mod asked;
mod assets;
mod docs;
mod drawing;
mod dynamic;
pub(crate) mod escape;
mod exceptions;
mod export;
mod frame;
mod home;
mod inspect;
mod lang;
mod login;
mod notifications;
mod operator;
mod partners;
mod pay;
mod place;
mod requests;
mod said;
mod session;
mod show;
mod simulate;
mod streams;
mod turns;
mod verdict;
mod visitor;
mod words;

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use askama::Template;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, LOCATION, REFERRER_POLICY, RETRY_AFTER,
    SET_COOKIE, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};

use crate::app::Shared;
use crate::crypto::CryptoError;
use crate::db::DbError;
use crate::limiter::Limiter;
use frame::Frame;
use session::Realm;
use streams::Streams;
use turns::Turns;
use visitor::Visitor;

/// What the pages of one process share beside [`App`](crate::app::App).
#[derive(Debug)]
struct Pages {
    streams: Streams,
    /// Guesses at a secret, of each address. What all of them cost together is bounded by `hashing`: nobody's wrong
    /// guesses keep another out.
    guesses: Limiter<IpAddr>,
    /// Passwords hashed at once: each takes some 20 MiB.
    hashing: Turns,
    /// Pictures read at once: each takes some 160 MiB at most.
    pictures: Turns,
    /// The API page in Indonesian and in English.
    docs: [OnceLock<docs::Docs>; 2],
}

/// Bounds of the pages.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct PageLimits {
    /// Streams of events open at once; the oldest ends when there is one more.
    pub streams: usize,
    /// Of them, those of one payment page.
    pub streams_of_a_page: usize,
}

impl Default for PageLimits {
    fn default() -> Self {
        PageLimits { streams: 256, streams_of_a_page: 8 }
    }
}

/// The pages of payers and integrators, with their own limits and security headers.
pub fn router() -> Router<Shared> {
    router_within(PageLimits::default())
}

/// As [`router`], with other bounds.
pub fn router_within(limits: PageLimits) -> Router<Shared> {
    let inspector = get(inspect::form).post(inspect::inspect);
    let routes = Router::new()
        .route("/", get(home::page))
        .route("/docs", get(docs::page))
        .route("/pay/{page_id}", get(pay::page))
        .route("/pay/{page_id}/events", get(pay::events))
        .route("/pay/{page_id}/qr.png", get(pay::picture))
        .route("/inspect/dynamic", post(dynamic::make))
        .route("/pay/{page_id}/simulate", post(simulate::pay))
        .route("/requests", get(requests::partners))
        .route("/requests/login", get(login::sandbox).post(login::sandbox_in))
        .route("/requests/of/{client_id}", get(requests::of_partner));
    let inspector = inspector.layer(DefaultBodyLimit::max(inspect::LARGEST_FORM));
    finished(small(routes).route("/inspect", inspector), limits)
}

/// The operator's pages, for the operator's listener.
pub fn operator_router() -> Router<Shared> {
    let routes = Router::new()
        .route("/", get(operator::home))
        .route("/operator", get(operator::home))
        .route("/operator/login", get(login::operator).post(login::operator_in))
        .route("/operator/transactions", get(operator::transactions))
        .route("/operator/transactions.csv", get(export::csv))
        .route("/operator/transactions/{reference_no}", get(operator::transaction))
        .route("/operator/notifications/{id}/retry", post(notifications::retry))
        .route("/operator/partners", get(partners::list))
        .route("/operator/partners/{client_id}", get(partners::one))
        .route("/operator/exceptions", get(exceptions::list));
    finished(small(routes), PageLimits::default())
}

/// With what every set of pages has, and no form larger than those.
fn small(routes: Router<Shared>) -> Router<Shared> {
    let routes = routes.route("/logout", post(login::out)).route("/assets/{name}", get(assets::asset));
    routes.layer(DefaultBodyLimit::max(SMALL_FORM))
}

fn finished(routes: Router<Shared>, limits: PageLimits) -> Router<Shared> {
    let pages = Arc::new(Pages {
        streams: Streams::new(limits.streams, limits.streams_of_a_page),
        guesses: Limiter::slow(5, Duration::from_secs(30)),
        hashing: Turns::new(2),
        pictures: Turns::new(1),
        docs: Default::default(),
    });
    routes.layer(Extension(pages)).layer(middleware::from_fn(finish))
}

/// Bytes of a form without a file.
const SMALL_FORM: usize = 8 * 1024;

/// Why there is no page. [`finish`] makes a page of it in the visitor's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Problem {
    /// Nothing is here, or not for this visitor.
    NotFound,
    /// One has to log in first.
    LogIn(Realm),
    /// A form that is not one of ours, or is out of date.
    Forged,
    /// A form that cannot be read.
    BadForm,
    /// Too many attempts; seconds to wait.
    TooMany(u64),
    /// Too many at once of something; after some seconds it may work.
    Busy,
    /// The storage cannot be used.
    Storage,
}

impl Problem {
    fn status(self) -> StatusCode {
        match self {
            Problem::NotFound => StatusCode::NOT_FOUND,
            Problem::LogIn(_) => StatusCode::SEE_OTHER,
            Problem::Forged => StatusCode::FORBIDDEN,
            Problem::BadForm => StatusCode::BAD_REQUEST,
            Problem::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
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
        headers.entry(name).or_insert(HeaderValue::from_static(value));
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
        Problem::LogIn(realm) => return see_other(realm.login()),
        Problem::NotFound => (words.not_found, words.not_found_text),
        Problem::Forged => (words.forged, words.forged_text),
        Problem::BadForm => (words.bad_form, words.bad_form_text),
        Problem::TooMany(_) => (words.too_many, words.too_many_text),
        Problem::Busy => (words.busy, words.busy_text),
        Problem::Storage => (words.unavailable, words.unavailable_text),
    };
    let mut response = html(&Message { frame: Frame::plain(visitor), title, text });
    *response.status_mut() = problem.status();
    let wait = match problem {
        Problem::TooMany(seconds) => Some(seconds),
        Problem::Busy | Problem::Storage => Some(5),
        _ => None,
    };
    if let Some(seconds) = wait {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// A part of a path.
fn encode(text: &str) -> String {
    askama::filters::urlencode_strict(text).map(|encoded| encoded.to_string()).unwrap_or_default()
}

/// See other: after a form was taken.
fn see_other(path: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, path)]).into_response()
}
