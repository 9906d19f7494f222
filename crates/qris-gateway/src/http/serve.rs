//! Listening: connections with bounds on their number, of all and of an address, on the time and size of a request's
//! head, on an answer that nobody takes, and an orderly end. What is asked over them is bounded in `around`.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use ipnet::IpNet;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt;

use super::Phase;
use super::clients::trusts;
use super::shares::{Shares, Total};
use crate::limiter::address_key;

/// Bytes of a request's head that are waited for: a reading later, some more, 431 is answered.
const HEAD: usize = 64 * 1024;
/// After a failed accept (too many open files, mostly), before the next.
const PAUSE: Duration = Duration::from_millis(50);

/// How a listener is bounded.
#[derive(Debug, Clone)]
pub struct Bounds {
    /// Connections at once; further ones wait in the listener's queue.
    pub connections: usize,
    /// Of them, those of one address; further ones are closed.
    pub of_address: usize,
    /// Whose connections are those of many clients: no bound but the total.
    pub trusted: Arc<[IpNet]>,
    /// From the connection, or the answer before, to the end of a request's head; also without any progress in writing
    /// an answer.
    pub head: Duration,
    /// For the requests that are worked on when the drain begins.
    pub drain: Duration,
}

/// Serves until the drain begins, then ends: no new connection, idle ones closed, requests under way answered within
/// the time for draining.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    bounds: watch::Receiver<Bounds>,
    mut phase: watch::Receiver<Phase>,
) {
    let addresses = Arc::new(Shares::default());
    let graceful = GracefulShutdown::new();
    let mut size = bounds.borrow().connections;
    let mut places = Arc::new(Semaphore::new(size));
    loop {
        let now = bounds.borrow().clone();
        if now.connections != size {
            // Open connections keep their old places.
            size = now.connections;
            places = Arc::new(Semaphore::new(size));
        }
        let accepted = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (listener.accept().await, place)
        };
        let (accepted, place) = tokio::select! {
            accepted = accepted => accepted,
            _ = phase.wait_for(|phase| *phase == Phase::Draining) => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let ip = peer.ip();
        let mut share = addresses.of((!trusts(&now.trusted, ip)).then(|| address_key(ip)));
        if !share.take(1, Total { all: usize::MAX, of_one: now.of_address }) {
            tracing::debug!(address = %ip, "too many connections of one address");
            continue;
        }
        // Small answers should leave at once; a connection that cannot be told so works all the same.
        let _ = stream.set_nodelay(true);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(now.head));
        let router = router.clone();
        let service = service_fn(move |request: Request<Incoming>| call(router.clone(), request, peer));
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(now.head).max_buf_size(HEAD).half_close(false);
        let connection = graceful.watch(builder.serve_connection(TokioIo::new(Box::pin(stream)), service));
        tokio::spawn(async move {
            // Broken connections are everyday business, and the request's own log line is written by then.
            let _ = connection.await;
            drop((place, share));
        });
    }
    drop(listener);
    let drain = bounds.borrow().drain;
    if tokio::time::timeout(drain, graceful.shutdown()).await.is_err() {
        tracing::warn!("some connections were still open when the time for draining was over");
    }
}

async fn call(
    router: Router,
    request: Request<Incoming>,
    peer: SocketAddr,
) -> Result<axum::response::Response, Infallible> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    router.oneshot(request).await
}
