//! Rate limits: so many requests a second for each key, with a second's worth saved up; or fewer than one a second.
//!
//! The generic cell rate algorithm: one time stamp a key, nothing to refill, no timer. Memory is bounded: keys that
//! have their whole allowance back are forgotten, and when a flood of keys leaves none, all new ones share one. `governor`
//! does the same sum, but its limiter of many keys has no bound on their number and gives no key its allowance back.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Most keys remembered; about 6 MiB of addresses.
const KEYS: usize = 65_536;
const SECOND: u64 = 1_000_000_000;

/// One limit for many keys.
pub struct Limiter<K> {
    /// Nanoseconds of allowance that are saved up at most.
    most: u64,
    start: Instant,
    state: Mutex<State<K>>,
}

struct State<K> {
    /// Nanoseconds of allowance a request costs; none: no limit.
    cost: Option<u64>,
    /// When a key will have its whole allowance back, nanoseconds since `start`.
    full_at: HashMap<K, u64>,
    /// The one that keys share for which there was no room.
    shared: u64,
    /// When idle keys were last forgotten: looking through all of them is not for every request of a flood.
    swept: Option<u64>,
}

impl<K: Hash + Eq> Limiter<K> {
    /// A limit of so many requests a second; 0 is none.
    pub fn new(per_second: u32) -> Limiter<K> {
        Limiter::of(cost(per_second), SECOND)
    }

    /// Another limit of requests a second from now on, for one made by [`new`](Self::new).
    pub fn set(&self, per_second: u32) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).cost = cost(per_second);
    }

    /// A limit of so many requests at once, and one more after each pause.
    pub fn slow(at_once: u32, pause: Duration) -> Limiter<K> {
        let cost = u64::try_from(pause.as_nanos()).unwrap_or(u64::MAX);
        Limiter::of(Some(cost), cost.saturating_mul(at_once.into()))
    }

    fn of(cost: Option<u64>, most: u64) -> Limiter<K> {
        let state = State { cost, full_at: HashMap::new(), shared: 0, swept: None };
        Limiter { most, start: Instant::now(), state: Mutex::new(state) }
    }

    /// Counts a request; `false` when it is one too many.
    pub fn allow(&self, key: K) -> bool {
        self.take(key).is_ok()
    }

    /// Counts a request.
    ///
    /// # Errors
    /// When it is one too many: how long until the next is none.
    pub fn take(&self, key: K) -> Result<(), Duration> {
        let now = u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.take_at(key, now).map_err(Duration::from_nanos)
    }

    /// Gives a key its whole allowance back.
    pub fn forget(&self, key: &K) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).full_at.remove(key);
    }

    /// Counts a request, or says how many nanoseconds to wait.
    fn take_at(&self, key: K, now: u64) -> Result<(), u64> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(cost) = state.cost else { return Ok(()) };
        let State { full_at, shared, swept, .. } = &mut *state;
        let rested = swept.is_none_or(|at| now.saturating_sub(at) >= SECOND);
        if rested && full_at.len() >= KEYS && !full_at.contains_key(&key) {
            full_at.retain(|_, full| *full > now);
            *swept = Some(now);
        }
        let room = full_at.len() < KEYS;
        let full = match full_at.entry(key) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) if room => new.insert(0),
            Entry::Vacant(_) => shared,
        };
        let next = (*full).max(now).saturating_add(cost);
        let debt = next - now;
        if debt > self.most {
            return Err(debt - self.most);
        }
        *full = next;
        Ok(())
    }
}

fn cost(per_second: u32) -> Option<u64> {
    (per_second > 0).then(|| SECOND / u64::from(per_second))
}

impl<K> fmt::Debug for Limiter<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Limiter(..)")
    }
}

/// What an address counts as: an IPv6 host has a whole /64 to itself.
pub fn address_key(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(six) => match six.to_ipv4_mapped() {
            Some(four) => IpAddr::V4(four),
            None => {
                let [a, b, c, d, ..] = six.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
        },
        four => four,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_s_worth_at_once_and_then_the_rate() {
        let limiter = Limiter::new(10);
        let taken = |now: u64| (0..50).filter(|_| limiter.take_at("a", now).is_ok()).count();
        assert_eq!(taken(0), 10);
        assert_eq!(taken(0), 0);
        assert_eq!(taken(SECOND / 2), 5);
        assert_eq!(taken(100 * SECOND), 10);
        assert!(limiter.take_at("b", 100 * SECOND).is_ok(), "keys do not disturb each other");
        limiter.set(2);
        assert_eq!((taken(200 * SECOND), taken(201 * SECOND)), (2, 2));
        let none = Limiter::new(0);
        assert!((0..1000).all(|_| none.take_at("a", 0).is_ok()));
    }

    #[test]
    fn some_at_once_and_then_one_after_each_pause() {
        let limiter = Limiter::slow(5, Duration::from_secs(30));
        let taken = |seconds: u64| (0..20).filter(|_| limiter.take_at("a", seconds * SECOND).is_ok()).count();
        assert_eq!(taken(0), 5);
        assert_eq!(limiter.take_at("a", SECOND), Err(29 * SECOND));
        assert_eq!((taken(29), taken(30), taken(31)), (0, 1, 0));
        assert_eq!(taken(1000), 5);
        limiter.forget(&"a");
        assert_eq!(taken(1000), 5);
    }

    #[test]
    fn a_flood_of_keys_is_bounded_and_shares_one_allowance() {
        let limiter = Limiter::new(2);
        let allowed = (0..KEYS + 1000).filter(|key| limiter.take_at(*key, 0).is_ok()).count();
        assert_eq!(allowed, KEYS + 2);
        assert_eq!(limiter.state.lock().unwrap().full_at.len(), KEYS);
        assert!(limiter.take_at(usize::MAX, 10 * SECOND).is_ok(), "the idle ones were forgotten");
        assert_eq!(limiter.state.lock().unwrap().full_at.len(), 1);
    }

    #[test]
    fn an_ipv6_host_is_its_network() {
        let key = |text: &str| address_key(text.parse().unwrap()).to_string();
        assert_eq!(key("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(key("::ffff:192.0.2.1"), "192.0.2.1");
        assert_eq!(key("192.0.2.1"), "192.0.2.1");
    }
}
