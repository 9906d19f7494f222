//! What is counted, in the text form that Prometheus reads.

use std::fmt;
use std::sync::atomic::AtomicI64;
use std::time::{Duration, Instant};

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use crate::app::App;
use crate::db::DbError;
use crate::model::{Delivery, acquirer, outbox};

/// How long the figures of the outbox are waited for.
const PATIENCE: Duration = Duration::from_secs(2);
/// Upper ends of the time buckets, seconds.
const BUCKETS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5, 10.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    service: &'static str,
    status: u16,
    code: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ServiceLabel {
    service: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LimitLabel {
    limit: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StateLabel {
    state: &'static str,
}

/// The counters of a process.
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    seconds: Family<ServiceLabel, Histogram, fn() -> Histogram>,
    flying: Gauge<i64, AtomicI64>,
    limited: Family<LimitLabel, Counter>,
    notifications: Family<StateLabel, Gauge>,
    oldest: Gauge,
    undecided: Gauge,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics(..)")
    }
}

/// A request that is worked on; counted until it is dropped.
pub(super) struct Flying(Gauge<i64, AtomicI64>);

impl Drop for Flying {
    fn drop(&mut self) {
        self.0.dec();
    }
}

fn histogram() -> Histogram {
    Histogram::new(BUCKETS)
}

impl Metrics {
    pub(super) fn new(app: &App) -> Metrics {
        let mut registry = Registry::with_prefix("qris");
        let requests = Family::<RequestLabels, Counter>::default();
        let seconds = Family::<ServiceLabel, Histogram, fn() -> Histogram>::new_with_constructor(histogram);
        let flying = Gauge::default();
        let limited = Family::<LimitLabel, Counter>::default();
        let notifications = Family::<StateLabel, Gauge>::default();
        registry.register("requests", "Requests answered", requests.clone());
        registry.register_with_unit(
            "request_duration",
            "From a request's head to its answer",
            Unit::Seconds,
            seconds.clone(),
        );
        registry.register("requests_in_flight", "Requests worked on now", flying.clone());
        registry.register("limited", "Requests refused by a limit", limited.clone());
        registry.register(
            "notifications",
            "Rows of the outbox that are not delivered",
            notifications.clone(),
        );
        let oldest = Gauge::default();
        let help = "How long the oldest event waits that is not delivered";
        registry.register_with_unit("notifications_oldest", help, Unit::Seconds, oldest.clone());
        let undecided = Gauge::default();
        let help = "Codes and refunds of which no acquirer has said for ten minutes what became of them";
        registry.register("acquirer_undecided", help, undecided.clone());
        app.counts.register(&mut registry);
        app.store.register(&mut registry);
        let build = [("version", env!("CARGO_PKG_VERSION")), ("storage", app.store.kind())];
        registry.register("build", "What runs here", Info::new(build));
        Metrics { registry, requests, seconds, flying, limited, notifications, oldest, undecided }
    }

    pub(super) fn begin(&self) -> Flying {
        self.flying.inc();
        Flying(self.flying.clone())
    }

    pub(super) fn limited(&self, limit: &'static str) {
        self.limited.get_or_create(&LimitLabel { limit }).inc();
    }

    /// Counts an answer. Everything that is no SNAP service is one: `page`.
    pub(super) fn answered(&self, service: &'static str, status: u16, code: &str, took: Duration) {
        let service = if service.is_empty() { "page" } else { service };
        let labels = RequestLabels { service, status, code: code.to_owned() };
        self.requests.get_or_create(&labels).inc();
        self.seconds.get_or_create(&ServiceLabel { service }).observe(took.as_secs_f64());
    }

    /// The text. The outbox is counted now; when it cannot be in a moment, its last figures stand.
    pub(super) async fn text(&self, app: &App) -> String {
        let store = app.store.until(Instant::now().checked_add(PATIENCE));
        // A request has ended long before.
        let undecided_since = app.clock.now().saturating_sub(600);
        let counted = store.read(move |tx| {
            let (pending, dead) = (outbox::count(tx, Delivery::Pending)?, outbox::count(tx, Delivery::Dead)?);
            Ok::<_, DbError>((
                pending,
                dead,
                outbox::oldest_seconds(tx)?,
                acquirer::undecided(tx, undecided_since)?,
            ))
        });
        if let Ok(Ok((pending, dead, oldest, undecided))) = tokio::time::timeout(PATIENCE, counted).await {
            self.notifications.get_or_create(&StateLabel { state: "pending" }).set(pending);
            self.notifications.get_or_create(&StateLabel { state: "dead" }).set(dead);
            self.oldest.set(oldest);
            self.undecided.set(undecided);
        }
        let mut text = String::new();
        // Writing to a String does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
