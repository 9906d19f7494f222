//! A lane for each partner, so that a receiver that is slow or gone delays nobody else.
//!
//! Partners take turns. One has at most four tries under way, and one only as long as we know nothing good of its
//! receiver: at first, and after a try that failed. After five failures in a row it is left alone for a while, then
//! asked with a single try. What is not leased meanwhile stays as it is: nothing is counted as a try but a lease.
//!
//! A try has failed when the receiver did not answer, or answered with HTTP 5xx. Who answers anything else is there,
//! even when it does not take the notification.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Most tries of one partner under way.
const MOST: u32 = 4;
/// Failures in a row after which a partner is left alone.
const FAILURES: u32 = 5;
/// For how long.
const PAUSE: Duration = Duration::from_secs(30);

/// What this process knows of a partner's receiver.
#[derive(Debug, Default)]
struct Lane {
    under_way: u32,
    /// Whether its last try was answered.
    good: bool,
    /// Failures in a row.
    failures: u32,
    /// Unix milliseconds of the gateway's clock.
    open_until_ms: i64,
}

impl Lane {
    /// How many tries may begin now.
    fn room(&self, now_ms: i64, pause_ms: i64) -> u32 {
        // A clock that was set back must not make the pause longer.
        let left = self.open_until_ms.saturating_sub(now_ms);
        let most = match (self.good, self.failures >= FAILURES && left > 0 && left <= pause_ms) {
            (_, true) => 0,
            (true, false) => MOST,
            (false, false) => 1,
        };
        most.saturating_sub(self.under_way)
    }
}

#[derive(Debug, Default)]
struct Inner {
    lanes: HashMap<String, Lane>,
    /// The partner that was served last.
    last: String,
}

/// The lanes of one sender.
#[derive(Debug)]
pub(super) struct Lanes {
    inner: Mutex<Inner>,
    pause_ms: i64,
}

impl Lanes {
    /// Lanes that are never closed for longer than a notification waits for its next try.
    pub(super) fn new(longest_delay: Duration) -> Lanes {
        let pause = PAUSE.min(longest_delay).as_millis();
        Lanes { inner: Mutex::default(), pause_ms: i64::try_from(pause).unwrap_or(i64::MAX) }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many rows of each partner that has any may be leased, at most `limit` together: one each in turn, beginning
    /// after the partner that was served last.
    pub(super) fn allot(
        &self,
        mut waiting: Vec<String>,
        mut limit: usize,
        now_ms: i64,
    ) -> BTreeMap<String, u32> {
        let mut inner = self.lock();
        waiting.sort_unstable();
        let next = waiting.partition_point(|client| *client <= inner.last);
        waiting.rotate_left(next);
        let mut shares = BTreeMap::new();
        for turn in 0..MOST {
            for client in &waiting {
                let room = match inner.lanes.get(client) {
                    Some(lane) => lane.room(now_ms, self.pause_ms),
                    None => 1,
                };
                if room <= turn {
                    continue;
                }
                let Some(left) = limit.checked_sub(1) else { return shares };
                limit = left;
                *shares.entry(client.clone()).or_insert(0) += 1;
                inner.last.clone_from(client);
            }
        }
        shares
    }

    /// A try begins; it is under way until the slot is dropped.
    pub(super) fn begin(self: &Arc<Self>, client_id: &str) -> Slot {
        self.lock().lanes.entry(client_id.to_owned()).or_default().under_way += 1;
        Slot { lanes: Arc::clone(self), client_id: client_id.to_owned() }
    }

    /// What came of a try: whether the receiver is there.
    pub(super) fn ended(&self, client_id: &str, there: bool, now_ms: i64) {
        let mut inner = self.lock();
        let lane = inner.lanes.entry(client_id.to_owned()).or_default();
        let was_open = lane.failures >= FAILURES;
        lane.good = there;
        lane.failures = if there { 0 } else { lane.failures.saturating_add(1) };
        if lane.failures >= FAILURES {
            lane.open_until_ms = now_ms.saturating_add(self.pause_ms);
        }
        match (was_open, lane.failures >= FAILURES) {
            (false, true) => tracing::warn!(client_id, "a receiver is left alone for a while: it fails"),
            (true, false) => tracing::info!(client_id, "a receiver answers again"),
            _ => {}
        }
    }
}

/// A try that is under way.
#[derive(Debug)]
pub(super) struct Slot {
    lanes: Arc<Lanes>,
    client_id: String,
}

impl Drop for Slot {
    fn drop(&mut self) {
        if let Some(lane) = self.lanes.lock().lanes.get_mut(&self.client_id) {
            lane.under_way = lane.under_way.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(lanes: &Lanes, waiting: &[&str], limit: usize, now_ms: i64) -> Vec<(String, u32)> {
        let waiting = waiting.iter().map(|client| (*client).to_owned()).collect();
        lanes.allot(waiting, limit, now_ms).into_iter().collect()
    }

    fn of(pairs: &[(&str, u32)]) -> Vec<(String, u32)> {
        pairs.iter().map(|(client, share)| ((*client).to_owned(), *share)).collect()
    }

    #[test]
    fn partners_take_turns_and_have_four_at_most() {
        let lanes = Arc::new(Lanes::new(PAUSE));
        assert_eq!(
            shares(&lanes, &["c", "a", "b"], 2, 0),
            of(&[("a", 1), ("b", 1)]),
            "one of whom nothing is known"
        );
        assert_eq!(shares(&lanes, &["a", "b", "c"], 2, 0), of(&[("a", 1), ("c", 1)]));
        for client in ["a", "b"] {
            lanes.ended(client, true, 0);
        }
        assert_eq!(shares(&lanes, &["a", "b", "c"], 64, 0), of(&[("a", 4), ("b", 4), ("c", 1)]));
        assert_eq!(shares(&lanes, &["a", "b", "c"], 6, 0), of(&[("a", 2), ("b", 3), ("c", 1)]));
        let slots: Vec<_> = (0..3).map(|_| lanes.begin("a")).collect();
        assert_eq!(shares(&lanes, &["a"], 64, 0), of(&[("a", 1)]));
        let last = lanes.begin("a");
        assert_eq!(shares(&lanes, &["a"], 64, 0), of(&[]));
        drop((slots, last));
        assert_eq!(shares(&lanes, &["a"], 64, 0), of(&[("a", 4)]));
    }

    #[test]
    fn who_fails_five_times_in_a_row_is_left_alone_then_asked_once() {
        let lanes = Arc::new(Lanes::new(PAUSE));
        lanes.ended("a", true, 0);
        for _ in 0..FAILURES - 1 {
            lanes.ended("a", false, 0);
            assert_eq!(shares(&lanes, &["a"], 9, 0), of(&[("a", 1)]));
        }
        lanes.ended("a", false, 1000);
        assert_eq!(shares(&lanes, &["a", "b"], 9, 30_999), of(&[("b", 1)]));
        assert_eq!(shares(&lanes, &["a"], 9, 31_000), of(&[("a", 1)]));
        let slot = lanes.begin("a");
        assert_eq!(shares(&lanes, &["a"], 9, 31_000), of(&[]), "once");
        drop(slot);
        lanes.ended("a", false, 31_000);
        assert_eq!(shares(&lanes, &["a"], 9, 60_999), of(&[]), "one failure is enough now");
        assert_eq!(shares(&lanes, &["a"], 9, 0), of(&[("a", 1)]), "a clock that was set back");
        lanes.ended("a", true, 61_000);
        assert_eq!(shares(&lanes, &["a"], 9, 61_000), of(&[("a", 4)]));
    }
}
