//! HTTP: one router for partners and people, smaller ones for the operator and for health, and the limits before all.

mod bodies;
mod clients;
mod metrics;
mod serve;
mod services;
mod shares;

use std::any::Any;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use qris_snap::Refusal;
use qris_snap::codes::Situation;
use qris_snap::dialect::STANDARD;
use qris_snap::message::ErrorAnswer;
use tokio::sync::{Semaphore, watch};
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument;

use crate::app::Shared;
use crate::config::Limits;
use crate::crypto;
use crate::db::DbError;
use crate::limiter::{Limiter, address_key};
use crate::snap::{Answered, Incoming};
use crate::traces;

use bodies::Held;
pub use clients::{client, trusts};
pub use metrics::Metrics;
pub use serve::{Bounds, serve};
use shares::Shares;

/// How long `/readyz` waits for the storage.
const READY: Duration = Duration::from_secs(2);
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Beyond the time of a request, for an answer that says that it was too long.
const GRACE: Duration = Duration::from_secs(1);

/// Where a process is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// It takes requests.
    Serving,
    /// It takes requests, and says at `/readyz` that no new ones should be sent.
    Leaving,
    /// It takes no new connection and ends streams of events.
    Draining,
}

/// Who answers the requests for SNAP's services: [`snap::answer`](crate::snap::answer), or the sandbox around it.
pub type Front = fn(Shared, Incoming) -> BoxFuture<'static, Answered>;

/// What the routes of one process share beside [`App`](crate::app::App).
#[derive(Debug)]
pub struct Http {
    app: Shared,
    front: Front,
    metrics: Metrics,
    addresses: Limiter<IpAddr>,
    bodies: Arc<Shares>,
    live: RwLock<Arc<Live>>,
    document: OnceLock<Bytes>,
    phase: watch::Sender<Phase>,
}

/// What a new configuration replaces.
#[derive(Debug)]
struct Live {
    limits: Limits,
    slots: Arc<Semaphore>,
}

impl Live {
    fn new(limits: Limits) -> Arc<Live> {
        Arc::new(Live { limits, slots: Arc::new(Semaphore::new(limits.concurrency)) })
    }
}

impl Http {
    /// For a gateway whose services are answered so.
    pub fn new(app: Shared, front: Front) -> Arc<Http> {
        let limits = app.config.limits;
        Arc::new(Http {
            addresses: Limiter::new(limits.per_address),
            bodies: Arc::default(),
            live: RwLock::new(Live::new(limits)),
            document: OnceLock::new(),
            phase: watch::Sender::new(Phase::Serving),
            metrics: Metrics::new(&app),
            front,
            app,
        })
    }

    /// Follows the phases.
    pub fn phase(&self) -> watch::Receiver<Phase> {
        self.phase.subscribe()
    }

    /// The next phase.
    pub fn enter(&self, phase: Phase) {
        self.phase.send_replace(phase);
    }

    /// Takes other limits from now on. What is worked on keeps its turn beside the new ones.
    pub fn limit(&self, limits: Limits) {
        self.addresses.set(limits.per_address);
        self.app.partners.set(limits.per_partner);
        *self.live.write().unwrap_or_else(PoisonError::into_inner) = Live::new(limits);
    }

    fn live(&self) -> Arc<Live> {
        Arc::clone(&self.live.read().unwrap_or_else(PoisonError::into_inner))
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
    more.fallback(move |request: Request| services::answer(fallback, request))
        .with_state(Arc::clone(&http.app))
        .merge(health_routes().route("/openapi.json", get(openapi_json)).with_state(Arc::clone(http)))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(Around { http: Arc::clone(http), limited: true }, around))
}

/// A fault of ours in one request is that request's 500xx00; the connection and all others go on.
fn panicked(_: Box<dyn Any + Send>) -> Response {
    let refusal = Refusal::new(None, Situation::Internal, "a handler panicked");
    tracing::error!(refusal = refusal.log(), "panicked");
    let body = ErrorAnswer::of(&refusal, &STANDARD).write(None, &STANDARD);
    let status = StatusCode::from_u16(refusal.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(CONTENT_TYPE, "application/json")], body).into_response()
}

/// For the operator: pages, metrics and health.
pub fn admin_router(http: &Arc<Http>, pages: Router<Shared>) -> Router {
    let metrics = Router::new().route("/metrics", get(metrics_text)).with_state(Arc::clone(http));
    metrics
        .merge(pages.with_state(Arc::clone(&http.app)))
        .merge(health_routes().with_state(Arc::clone(http)))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(Around { http: Arc::clone(http), limited: false }, around))
}

/// For who watches the process: nothing but health, and nobody else's connections.
pub fn health_router(http: &Arc<Http>) -> Router {
    health_routes().with_state(Arc::clone(http))
}

fn health_routes() -> Router<Arc<Http>> {
    Router::new().route("/healthz", get(healthz)).route("/readyz", get(readyz))
}

/// What a router's requests go through.
#[derive(Debug, Clone)]
struct Around {
    http: Arc<Http>,
    /// Whether an address has its limit of requests: the operator's listener has none.
    limited: bool,
}

/// Around every request: its id, who asks, the limits of its address, of its body's memory and of its time, log and
/// metrics.
async fn around(
    State(Around { http, limited }): State<Around>,
    mut request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    // Without randomness there is no id; the log then says so, and the request is served.
    let id = crypto::random_id().unwrap_or_else(|_| "none".to_owned());
    let live = http.live();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let address = peer.map(|peer| client(peer, request.headers(), &http.app.config.trusted_proxies));
    let method = request.method().clone();
    // The query may hold anything; the path is what tells requests apart.
    let path: String = request.uri().path().chars().take(200).collect();
    request.extensions_mut().insert(RequestId(id.clone()));
    request.extensions_mut().insert(http.phase());
    if let Some(address) = address {
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(address, 0)));
    }
    let span = traces::request(&id, method.as_str(), request.headers());
    let flying = http.metrics.begin();
    let key = address.map(address_key);
    let (parts, body) = request.into_parts();
    let asked = services::Asked::of(&parts);
    let refuse = |limit, situation, log: &str| {
        http.metrics.limited(limit);
        services::refused(&http, &asked, situation, log)
    };
    let held = Held::new(&http.bodies, key);
    let mut response = if !limited || key.is_none_or(|key| http.addresses.allow(key)) {
        let request = Request::from_parts(parts, held.meter(body, live.limits.bodies));
        let answer = next.run(request).instrument(span.clone());
        match tokio::time::timeout(live.limits.request_time + GRACE, answer).await {
            Ok(_) if held.refused() => refuse("bodies", Situation::TooManyRequests, "no room for the body"),
            Ok(response) => response,
            Err(_) => refuse("time", Situation::SlowBody, "no answer in time"),
        }
    } else {
        refuse("address", Situation::TooManyRequests, "requests of an address")
    };
    drop((flying, held));
    let note = response.extensions_mut().remove::<Note>().unwrap_or_default();
    let took = started.elapsed();
    let status = response.status().as_u16();
    http.metrics.answered(note.service, status, &note.code, took);
    traces::answered(&span, note.service, status, &note.code);
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

/// The process can do its work: its storage answers, and it is not about to end.
async fn readyz(State(http): State<Arc<Http>>) -> Response {
    let asked =
        http.app.store.read(|tx| tx.find::<String>("SELECT value FROM meta WHERE name = 'schema'", &[]));
    let leaving = *http.phase.borrow() != Phase::Serving;
    let (status, text) = match tokio::time::timeout(READY, asked).await {
        _ if leaving => (StatusCode::SERVICE_UNAVAILABLE, "the gateway is about to end\n".to_owned()),
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

/// Built when it is asked for first, and kept.
async fn openapi_json(State(http): State<Arc<Http>>) -> impl IntoResponse {
    let build =
        || crate::openapi::document(&http.app.public_url, http.app.sandbox_key.is_some()).to_string().into();
    ([(CONTENT_TYPE, "application/json")], http.document.get_or_init(build).clone())
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
