//! HTTP: one router for partners and people, a smaller one for the operator, and the limits before both.

mod metrics;
mod serve;
mod services;

use std::any::Any;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use futures_util::future::BoxFuture;
use qris_snap::Refusal;
use qris_snap::codes::Situation;
use qris_snap::dialect::STANDARD;
use qris_snap::message::ErrorAnswer;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;

use crate::app::Shared;
use crate::crypto;
use crate::db::DbError;
use crate::limiter::{Limiter, address_key};
use crate::snap::{Answered, Incoming};

pub use metrics::Metrics;
pub use serve::{Bounds, serve};

/// How long `/readyz` waits for the storage.
const READY: Duration = Duration::from_secs(2);
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Who answers the requests for SNAP's services: [`snap::answer`](crate::snap::answer), or the sandbox around it.
pub type Front = fn(Shared, Incoming) -> BoxFuture<'static, Answered>;

/// What the routes of one process share beside [`App`](crate::app::App).
#[derive(Debug)]
pub struct Http {
    app: Shared,
    front: Front,
    metrics: Metrics,
    addresses: Limiter<IpAddr>,
    slots: Semaphore,
}

impl Http {
    /// For a gateway whose services are answered so.
    pub fn new(app: Shared, front: Front) -> Arc<Http> {
        let limits = &app.config.limits;
        Arc::new(Http {
            addresses: Limiter::new(limits.per_address),
            slots: Semaphore::new(limits.concurrency),
            metrics: Metrics::new(),
            front,
            app,
        })
    }
}

/// What a request is called in its answer and in every log line about it.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// What a handler tells the log and the metrics about its answer.
#[derive(Debug, Clone, Default)]
struct Note {
    service: &'static str,
    code: String,
    client_id: Option<String>,
}

/// Everything partners and people may ask for: `more` of the outer parts, and our own. A path nobody else has is a SNAP
/// service or a SNAP refusal.
pub fn router(http: &Arc<Http>, more: Router<Shared>) -> Router {
    let fallback = Arc::clone(http);
    more.route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/openapi.json", get(openapi_json))
        .fallback(move |request: Request| services::answer(fallback, request))
        .with_state(Arc::clone(&http.app))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(Arc::clone(http), around))
}

/// A fault of ours in one request is that request's 500xx00; the connection and all others go on.
fn panicked(_: Box<dyn Any + Send>) -> Response {
    let refusal = Refusal::new(None, Situation::Internal, "a handler panicked");
    tracing::error!(refusal = refusal.log(), "panicked");
    let body = ErrorAnswer::of(&refusal, &STANDARD).write(None, &STANDARD);
    let status = StatusCode::from_u16(refusal.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(CONTENT_TYPE, "application/json")], body).into_response()
}

/// For the operator: metrics and health.
pub fn admin_router(http: &Arc<Http>) -> Router {
    Router::new().route("/metrics", get(metrics_text)).with_state(Arc::clone(http)).merge(
        Router::new()
            .route("/healthz", get(healthz))
            .route("/readyz", get(readyz))
            .with_state(Arc::clone(&http.app)),
    )
}

/// Around every request: its id, the limit of its address, log and metrics.
async fn around(State(http): State<Arc<Http>>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    // Without randomness there is no id; the log then says so, and the request is served.
    let id = crypto::random_id().unwrap_or_else(|_| "none".to_owned());
    let address = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let method = request.method().clone();
    // The query may hold anything; the path is what tells requests apart.
    let path: String = request.uri().path().chars().take(200).collect();
    request.extensions_mut().insert(RequestId(id.clone()));
    let flying = http.metrics.begin();
    let allowed = address.is_none_or(|address| http.addresses.allow(address_key(address)));
    let mut response = if allowed {
        next.run(request).await
    } else {
        http.metrics.limited("address");
        services::too_many(&http, &request.into_parts().0)
    };
    drop(flying);
    let note = response.extensions_mut().remove::<Note>().unwrap_or_default();
    let took = started.elapsed();
    let status = response.status().as_u16();
    http.metrics.answered(note.service, status, &note.code, took);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let quiet = note.service.is_empty() && status < 500;
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    let address = address.map(|address| address.to_string()).unwrap_or_default();
    let client = note.client_id.as_deref().unwrap_or("");
    if quiet {
        tracing::debug!(request_id = id, %method, path, status, micros, address, "answered");
    } else {
        tracing::info!(
            request_id = id, %method, path, service = note.service, status, code = note.code, client_id = client,
            micros, address, "answered"
        );
    }
    response
}

/// The process runs.
async fn healthz() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/plain"), (CACHE_CONTROL, "no-store")], "ok\n")
}

/// The process can do its work: its storage answers.
async fn readyz(State(app): State<Shared>) -> Response {
    let asked = app.store.read(|tx| tx.find("SELECT value FROM meta WHERE name = 'schema'", &[]));
    let (status, text) = match tokio::time::timeout(READY, asked).await {
        Ok(Ok(Some(_))) => (StatusCode::OK, "ready\n".to_owned()),
        Ok(Ok(None)) => (StatusCode::SERVICE_UNAVAILABLE, "the database has no schema\n".to_owned()),
        Ok(Err(error)) => {
            let error: DbError = error;
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n".to_owned())
        }
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer in time\n".to_owned()),
    };
    (status, [(CONTENT_TYPE, "text/plain"), (CACHE_CONTROL, "no-store")], text).into_response()
}

async fn openapi_json(State(app): State<Shared>) -> impl IntoResponse {
    Json(crate::openapi::document(&app.public_url, app.sandbox_key.is_some()))
}

async fn metrics_text(State(http): State<Arc<Http>>) -> Response {
    let text = http.metrics.text(&http.app).await;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(CONTENT_TYPE, kind)], Body::from(text)).into_response()
}

#[cfg(test)]
mod tests {
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_one_request_s_answer() {
        async fn broken() -> StatusCode {
            panic!("for the test")
        }
        let router: Router = Router::new().route("/", get(broken)).layer(CatchPanicLayer::custom(panicked));
        let answer = router.oneshot(Request::new(Body::empty())).await.unwrap();
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = axum::body::to_bytes(answer.into_body(), 1024).await.unwrap();
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body["responseCode"], "5000000");
    }
}
