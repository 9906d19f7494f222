//! The spans of traces: made here and nowhere else, so that what can be in one is seen at a glance. No text of a message,
//! no header and no path: a page's id opens the page.
//!
//! Without the feature `otel`, or without a collector, nobody listens and a span is a look at an atomic.

use axum::http::HeaderMap;
use tracing::Span;
use tracing::field::Empty;

/// What the spans are told apart by from those of the log.
pub const TARGET: &str = "qris_gateway::traces";

/// A request, from its head to its answer; a part of the trace that its `traceparent` names.
pub fn request(id: &str, method: &str, headers: &HeaderMap) -> Span {
    // A method may be any word.
    let method = match method {
        "GET" | "HEAD" | "POST" | "PUT" | "DELETE" | "OPTIONS" | "PATCH" => method,
        _ => "_OTHER",
    };
    let span = tracing::info_span!(
        target: TARGET, "request", otel.kind = "server", request_id = id, http.request.method = method, service = Empty,
        http.response.status_code = Empty, response_code = Empty, otel.status_code = Empty
    );
    follow(&span, headers);
    span
}

/// What a request was answered.
pub fn answered(span: &Span, service: &str, status: u16, code: &str) {
    span.record("service", service);
    span.record("http.response.status_code", status);
    span.record("response_code", code);
    if status >= 500 {
        span.record("otel.status_code", "ERROR");
    }
}

/// A unit of work, from the call to its end.
pub fn unit(lane: &'static str) -> Span {
    tracing::info_span!(target: TARGET, "unit of work", lane)
}

/// A try to deliver a notification, which names the request that caused the event.
pub fn attempt(id: &str, partner: &str, request_id: Option<&str>, number: i64) -> Span {
    tracing::info_span!(
        target: TARGET, "notification", otel.kind = "client", notification_id = id, partner, request_id,
        attempt = number, result = Empty
    )
}

/// What came of the try that is under way here.
pub fn attempted(result: &str) {
    Span::current().record("result", result);
}

#[cfg(feature = "otel")]
fn follow(span: &Span, headers: &HeaderMap) {
    use opentelemetry::propagation::TextMapPropagator;
    use opentelemetry::trace::TraceContextExt;
    use opentelemetry_sdk::propagation::TraceContextPropagator;
    use tracing_opentelemetry::OpenTelemetrySpanExt;

    let Some(parent) = headers.get("traceparent").and_then(|parent| parent.to_str().ok()) else { return };
    // Without `tracestate`, which may be any text.
    let carrier = std::collections::HashMap::from([("traceparent".to_owned(), parent.to_owned())]);
    let parent = TraceContextPropagator::new().extract(&carrier);
    if parent.span().span_context().is_valid() {
        // Nobody listens: there is nothing to follow.
        let _ = span.set_parent(parent);
    }
}

#[cfg(not(feature = "otel"))]
fn follow(_: &Span, _: &HeaderMap) {}
