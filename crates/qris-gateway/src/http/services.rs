//! From HTTP to a SNAP service and back: limits of time, size and number, each refused with a SNAP answer.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::header::CONTENT_LENGTH;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use axum::response::Response;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use qris_snap::codes::Situation;
use qris_snap::dialect;
use qris_snap::headers::{HeaderName as SnapHeader, answer_headers};
use qris_snap::message::ErrorAnswer;
use qris_snap::{DateTime, Refusal, Service};
use tokio::time::{Instant, timeout, timeout_at};
use tracing::Instrument;

use super::{Http, Note, RequestId};
use crate::snap::{Answered, Incoming, paths};

/// Bytes of all headers of a request together. The listener cuts off at 64 KiB, without an answer of SNAP's.
const HEADERS: usize = 24 * 1024;
/// How long a request waits for its turn when too many are worked on.
const TURN: Duration = Duration::from_secs(1);

/// Answers a request that is for a SNAP service, or for nothing.
pub(super) async fn answer(http: Arc<Http>, request: Request) -> Response {
    let live = http.live();
    let limits = &live.limits;
    let deadline = Instant::now() + limits.request_time;
    let (parts, body) = request.into_parts();
    let asked = Asked::of(&parts);
    let refuse = |situation, log: &str| refused(&http, &asked, situation, log);
    let size: usize = parts.headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if size > HEADERS {
        return refuse(Situation::TooLarge, "headers");
    }
    let announced = parts.headers.get(CONTENT_LENGTH);
    let announced = announced.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limits.body as u64) {
        return refuse(Situation::TooLarge, "body");
    }
    let body = match timeout_at(deadline, Limited::new(body, limits.body).collect()).await {
        Ok(Ok(body)) => body.to_bytes().to_vec(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => return refuse(Situation::TooLarge, "body"),
        // The caller went away or broke the framing.
        Ok(Err(_)) => return refuse(Situation::BodyNotJson, "the body ended early"),
        Err(_) => return refuse(Situation::SlowBody, "the body did not come in time"),
    };
    // Whoever has not sent a whole request takes nobody's turn.
    let slots = Arc::clone(&live.slots);
    let Ok(Ok(turn)) = timeout(TURN, slots.acquire_owned()).await else {
        http.metrics.limited("concurrency");
        return refuse(Situation::TooManyRequests, "too many requests are worked on at once");
    };
    let id = parts.extensions.get::<RequestId>().map(|id| id.0.clone());
    let incoming = Incoming {
        method: parts.method.as_str().to_owned(),
        target: parts.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned(),
        headers: header_pairs(&parts.headers),
        body,
        address: address(&parts),
        request_id: id.clone(),
        deadline: Some(deadline.into_std()),
    };
    let (app, front) = (Arc::clone(&http.app), http.front);
    let span = tracing::info_span!("request", request_id = id);
    // A task of its own: what was begun is ended, also when the caller hangs up or its time is over; so long its turn lasts.
    let work = async move {
        let _turn = turn;
        front(app, incoming).await
    };
    let work = tokio::spawn(work.instrument(span));
    match timeout_at(deadline, work).await {
        Ok(Ok(answered)) => {
            if answered.http == 429 {
                http.metrics.limited("partner");
            }
            response(answered)
        }
        Ok(Err(error)) => {
            tracing::error!(%error, "a service panicked");
            refuse(Situation::Internal, "a service panicked")
        }
        Err(_) => refuse(Situation::SlowBody, "no answer in time"),
    }
}

/// What a refusal says of the request it refuses.
#[derive(Debug)]
pub(super) struct Asked {
    uri: Uri,
    key: Option<HeaderValue>,
}

impl Asked {
    pub(super) fn of(parts: &Parts) -> Asked {
        Asked { uri: parts.uri.clone(), key: parts.headers.get(SnapHeader::ClientKey.as_str()).cloned() }
    }
}

fn header_pairs(headers: &HeaderMap) -> Vec<(String, Vec<u8>)> {
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec())).collect()
}

fn address(parts: &Parts) -> IpAddr {
    let known = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    known.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip())
}

fn response(answered: Answered) -> Response {
    let mut response = Response::new(Body::from(answered.body));
    *response.status_mut() = StatusCode::from_u16(answered.http).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in answered.headers {
        let pair = (HeaderName::try_from(name), HeaderValue::try_from(value));
        if let (Ok(name), Ok(value)) = pair {
            response.headers_mut().append(name, value);
        }
    }
    let service = answered.service.map_or("none", Service::path);
    response.extensions_mut().insert(Note { service, code: answered.code, client_id: answered.client_id });
    response
}

/// A refusal before anybody knows who asks: it looks at the path only, and costs the same for everybody.
/// For a page the code has no service: 4290000.
pub(super) fn refused(http: &Http, asked: &Asked, situation: Situation, log: &str) -> Response {
    let place = paths::find(asked.uri.path());
    let service = place.map(|place| place.service);
    let dialect = place.map_or(dialect::ALL[0], |place| place.dialect);
    let refusal = Refusal::new(service, situation, log);
    let key = asked.key.as_ref().and_then(|value| value.to_str().ok());
    let headers = DateTime::wib(http.app.clock.now()).map(|now| answer_headers(service, &now, key));
    response(Answered {
        http: refusal.http_status(),
        headers: headers
            .unwrap_or_default()
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
        body: ErrorAnswer::of(&refusal, dialect).write(service, dialect),
        client_id: None,
        service,
        code: refusal.code().to_string(),
    })
}
