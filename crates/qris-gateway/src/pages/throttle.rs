//! How often a secret may be guessed.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Attempts an address has at once, and the time after which it gets one back.
const OF_ADDRESS: (u32, Duration) = (5, Duration::from_secs(30));
/// The same for all addresses together.
const OF_ALL: (u32, Duration) = (60, Duration::from_secs(1));
/// Most addresses remembered; when there are more, the rest share one allowance.
const ADDRESSES: usize = 10_000;

/// Counts attempts to log in.
#[derive(Debug, Default)]
pub(super) struct Throttle(Mutex<Debts>);

/// When those who tried will have all their attempts back.
#[derive(Debug, Default)]
struct Debts {
    all: Option<Instant>,
    of_address: HashMap<IpAddr, Instant>,
    shared: Option<Instant>,
}

impl Throttle {
    /// Takes an attempt.
    ///
    /// # Errors
    /// How long to wait, when there is none left.
    pub(super) fn attempt(&self, address: IpAddr, now: Instant) -> Result<(), Duration> {
        let mut debts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = network(address);
        if debts.of_address.len() >= ADDRESSES && !debts.of_address.contains_key(&key) {
            debts.of_address.retain(|_, free| *free > now);
        }
        let remembered = debts.of_address.len() < ADDRESSES || debts.of_address.contains_key(&key);
        let own = if remembered { debts.of_address.get(&key).copied() } else { debts.shared };
        let (own, all) = (charge(own, OF_ADDRESS, now)?, charge(debts.all, OF_ALL, now)?);
        debts.all = Some(all);
        if remembered {
            debts.of_address.insert(key, own);
        } else {
            debts.shared = Some(own);
        }
        Ok(())
    }

    /// Gives an address its attempts back: it knew the secret.
    pub(super) fn forgive(&self, address: IpAddr) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).of_address.remove(&network(address));
    }
}

/// The new debt after one more attempt, or how long until one is free.
fn charge(free: Option<Instant>, (burst, pause): (u32, Duration), now: Instant) -> Result<Instant, Duration> {
    let free = free.unwrap_or(now).max(now) + pause;
    let debt = free.duration_since(now);
    let most = pause * burst;
    if debt > most { Err(debt - most) } else { Ok(free) }
}

/// An IPv6 host has a whole /64 to itself.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() & !u128::from(u64::MAX))),
        four => four,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    #[test]
    fn five_at_once_then_one_in_half_a_minute() {
        let (throttle, start) = (Throttle::default(), Instant::now());
        let tries = |seconds: u64| {
            let at = start + Duration::from_secs(seconds);
            (0..20).filter(|_| throttle.attempt(address(1), at).is_ok()).count()
        };
        assert_eq!(tries(0), 5);
        assert_eq!(throttle.attempt(address(1), start), Err(Duration::from_secs(30)));
        assert_eq!((tries(29), tries(30), tries(31)), (0, 1, 0));
        assert_eq!(tries(1000), 5);
        assert!(throttle.attempt(address(2), start).is_ok(), "another address has its own");
        throttle.forgive(address(1));
        assert_eq!(tries(1000), 5, "who knows the secret starts anew");
    }

    #[test]
    fn many_addresses_together_are_bounded_in_attempts_and_memory() {
        let (throttle, start) = (Throttle::default(), Instant::now());
        let all = |n: u16| IpAddr::from([10, 0, (n >> 8) as u8, n as u8]);
        let allowed = (0..30_000).filter(|n| throttle.attempt(all(*n), start).is_ok()).count();
        assert_eq!(allowed, 60);
        for second in 1..12_000_u32 {
            let [_, a, b, c] = second.to_be_bytes();
            let _ = throttle.attempt(IpAddr::from([10, a, b, c]), start + Duration::from_secs(second.into()));
        }
        assert!(throttle.0.lock().unwrap().of_address.len() <= ADDRESSES);
    }

    #[test]
    fn an_ipv6_host_is_its_network() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        let try_from = |text: &str| throttle.attempt(text.parse().unwrap(), now).is_ok();
        let allowed = (0..20).filter(|n| try_from(&format!("2001:db8:1:2::{n}"))).count();
        assert_eq!(allowed, 5);
        assert!(try_from("2001:db8:1:3::1"));
    }
}
