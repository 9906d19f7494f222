//! What the storage counts of its own work, for `/metrics`. The types are the client library's: atomics, cheap to clone.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::{DbError, Lane};

/// Upper ends of the buckets of time, seconds.
const SECONDS: [f64; 10] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1.0, 5.0, 10.0];
/// Upper ends of the buckets of units in a commit.
const UNITS: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

type Labels<const N: usize> = [(&'static str, &'static str); N];
type Histograms = Family<Labels<1>, Histogram, fn() -> Histogram>;

/// What is counted of one lane.
#[derive(Debug)]
pub(super) struct LaneGauge {
    waiting: Gauge,
    waited: Histogram,
    worked: Histogram,
    late: Counter,
    full: Counter,
    commits: Histogram,
    connections: Gauge,
    lost: Counter,
}

impl LaneGauge {
    /// A unit that waits from now on.
    pub(super) fn unit(self: &Arc<Self>) -> Arc<UnitGauge> {
        self.waiting.inc();
        Arc::new(UnitGauge { lane: Arc::clone(self), queued: Instant::now(), begun: OnceLock::new() })
    }

    /// So many units were committed together.
    pub(super) fn committed(&self, units: u32) {
        self.commits.observe(f64::from(units));
    }

    /// A connection was opened.
    pub(super) fn opened(&self) {
        self.connections.inc();
    }

    /// A connection broke.
    pub(super) fn lost(&self) {
        self.connections.dec();
        self.lost.inc();
    }
}

/// What is counted of one unit.
#[derive(Debug)]
pub(super) struct UnitGauge {
    lane: Arc<LaneGauge>,
    queued: Instant,
    begun: OnceLock<Instant>,
}

impl UnitGauge {
    /// A worker has begun it.
    pub(super) fn begin(&self) {
        let now = Instant::now();
        if self.begun.set(now).is_ok() {
            self.lane.waiting.dec();
            self.lane.waited.observe(now.duration_since(self.queued).as_secs_f64());
        }
    }

    /// It has ended, begun or not.
    pub(super) fn end(&self) {
        match self.begun.get() {
            Some(begun) => self.lane.worked.observe(begun.elapsed().as_secs_f64()),
            None => drop(self.lane.waiting.dec()),
        }
    }

    /// It was committed alone.
    pub(super) fn committed(&self) {
        self.lane.committed(1);
    }

    /// What its caller is told whose time is over.
    pub(super) fn late(&self) -> DbError {
        self.lane.late.inc();
        DbError::Gone("its time was over before it was committed".to_owned())
    }

    /// What its caller is told when too many wait.
    pub(super) fn full(&self) -> DbError {
        self.lane.full.inc();
        DbError::Gone("too many units of work wait".to_owned())
    }
}

/// What is counted of all lanes.
#[derive(Debug)]
pub(super) struct Gauges {
    lanes: [Arc<LaneGauge>; Lane::ALL.len()],
    waiting: Family<Labels<1>, Gauge>,
    waited: Histograms,
    worked: Histograms,
    dropped: Family<Labels<2>, Counter>,
    commits: Histograms,
    connections: Family<Labels<1>, Gauge>,
    lost: Family<Labels<1>, Counter>,
}

impl Gauges {
    pub(super) fn new() -> Gauges {
        let seconds = || Histograms::new_with_constructor(|| Histogram::new(SECONDS));
        let (waiting, connections) = (Family::default(), Family::default());
        let (waited, worked) = (seconds(), seconds());
        let (dropped, lost) = (Family::<Labels<2>, Counter>::default(), Family::default());
        let commits = Histograms::new_with_constructor(|| Histogram::new(UNITS));
        let lanes = Lane::ALL.map(|lane| {
            let label = ("lane", lane.name());
            Arc::new(LaneGauge {
                waiting: waiting.get_or_create_owned(&[label]),
                waited: waited.get_or_create_owned(&[label]),
                worked: worked.get_or_create_owned(&[label]),
                late: dropped.get_or_create_owned(&[label, ("why", "late")]),
                full: dropped.get_or_create_owned(&[label, ("why", "full")]),
                // Units that only read commit nothing.
                commits: match lane {
                    Lane::Reads => Histogram::new(UNITS),
                    Lane::Writes | Lane::Aside => commits.get_or_create_owned(&[label]),
                },
                connections: connections.get_or_create_owned(&[label]),
                lost: lost.get_or_create_owned(&[label]),
            })
        });
        Gauges { lanes, waiting, waited, worked, dropped, commits, connections, lost }
    }

    pub(super) fn lane(&self, lane: Lane) -> &Arc<LaneGauge> {
        let [reads, writes, aside] = &self.lanes;
        match lane {
            Lane::Reads => reads,
            Lane::Writes => writes,
            Lane::Aside => aside,
        }
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let registry = registry.sub_registry_with_prefix("storage");
        registry.register("queue", "Units of work that wait to be begun", self.waiting.clone());
        let waited = "From the call to the beginning of a unit of work";
        registry.register_with_unit("wait", waited, Unit::Seconds, self.waited.clone());
        let worked = "From the beginning of a unit of work to its end, COMMIT included";
        registry.register_with_unit("work", worked, Unit::Seconds, self.worked.clone());
        registry.register("dropped", "Units of work that were not done or undone", self.dropped.clone());
        registry.register("commit_units", "Units of work in a COMMIT", self.commits.clone());
        registry.register("connections", "Connections to the database", self.connections.clone());
        registry.register("connections_lost", "Connections that broke", self.lost.clone());
    }
}
