//! What the parts below `http` count for `/metrics`: tries of notifications, calls of acquirers, and open streams of events.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// Partners that are counted by name. An operator registers them, but nothing bounds how many: the rest are [`OTHERS`].
const PARTNERS: usize = 200;
/// No client id: those are told apart by more than a bracket.
const OTHERS: &str = "(others)";

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct TryLabels {
    partner: String,
    result: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CallLabels {
    acquirer: String,
    result: &'static str,
}

/// The counters of a process.
#[derive(Debug, Default)]
pub struct Counts {
    tries: Family<TryLabels, Counter>,
    calls: Family<CallLabels, Counter>,
    partners: Mutex<HashSet<String>>,
    streams: Gauge,
}

impl Counts {
    /// A notification was tried, and what came of it.
    pub fn tried(&self, client_id: &str, result: &'static str) {
        let partner = self.name(client_id);
        self.tries.get_or_create(&TryLabels { partner, result }).inc();
    }

    /// An acquirer was called, and what came of it.
    pub fn called(&self, client_id: &str, result: &'static str) {
        let acquirer = self.name(client_id);
        self.calls.get_or_create(&CallLabels { acquirer, result }).inc();
    }

    fn name(&self, client_id: &str) -> String {
        let mut partners = self.partners.lock().unwrap_or_else(PoisonError::into_inner);
        let known = partners.contains(client_id)
            || (partners.len() < PARTNERS && partners.insert(client_id.to_owned()));
        if known { client_id } else { OTHERS }.to_owned()
    }

    /// A stream of events was opened; it is counted until the answer is dropped.
    pub fn stream(&self) -> Stream {
        self.streams.inc();
        Stream(self.streams.clone())
    }

    /// Has them shown in a registry.
    pub fn register(&self, registry: &mut Registry) {
        let tries = "Tries to deliver a notification that have ended";
        registry.register("notification_tries", tries, self.tries.clone());
        registry.register("acquirer_calls", "Calls of acquirers that have ended", self.calls.clone());
        registry.register("event_streams", "Open streams of events of the pages", self.streams.clone());
    }
}

/// An open stream of events.
#[derive(Debug)]
pub struct Stream(Gauge);

impl Drop for Stream {
    fn drop(&mut self) {
        self.0.dec();
    }
}

#[cfg(test)]
mod tests {
    use prometheus_client::encoding::text::encode;

    use super::*;

    #[test]
    fn partners_beyond_the_bound_are_summed_and_labels_escaped() {
        let counts = Counts::default();
        counts.tried("a \"quoted\\ \nname", "refused");
        for number in 0..PARTNERS + 50 {
            counts.tried(&format!("partner-{number}"), "delivered");
        }
        counts.tried("partner-0", "delivered");
        let (mut registry, mut text) = (Registry::default(), String::new());
        counts.register(&mut registry);
        encode(&mut text, &registry).unwrap();
        let lines: Vec<&str> = text.lines().filter(|line| line.contains("{partner=")).collect();
        assert_eq!(lines.len(), PARTNERS + 1);
        for line in [
            r#"notification_tries_total{partner="(others)",result="delivered"} 51"#,
            r#"notification_tries_total{partner="partner-0",result="delivered"} 2"#,
            r#"notification_tries_total{partner="a \"quoted\\ \nname",result="refused"} 1"#,
        ] {
            assert!(lines.contains(&line), "{line} in {lines:?}");
        }
    }
}
