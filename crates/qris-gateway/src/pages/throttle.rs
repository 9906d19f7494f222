//! How often a secret may be guessed.

use std::net::IpAddr;
use std::time::Duration;

use crate::limiter::{Limiter, address_key};

/// Counts attempts to log in: five of an address at once and one more in half a minute, sixty of all addresses
/// together and one more in a second.
#[derive(Debug)]
pub(super) struct Throttle {
    addresses: Limiter<IpAddr>,
    all: Limiter<()>,
}

impl Throttle {
    pub(super) fn new() -> Throttle {
        Throttle {
            addresses: Limiter::slow(5, Duration::from_secs(30)),
            all: Limiter::slow(60, Duration::from_secs(1)),
        }
    }

    /// Takes an attempt.
    ///
    /// # Errors
    /// How long to wait, when there is none left.
    pub(super) fn attempt(&self, address: IpAddr) -> Result<(), Duration> {
        self.addresses.take(address_key(address)).and_then(|()| self.all.take(()))
    }

    /// Gives an address its attempts back: it knew the secret.
    pub(super) fn forgive(&self, address: IpAddr) {
        self.addresses.forget(&address_key(address));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_five_attempts_and_all_together_have_sixty() {
        let throttle = Throttle::new();
        let address = |n: u8| IpAddr::from([192, 0, 2, n]);
        let allowed = |n: u8| (0..20).filter(|_| throttle.attempt(address(n)).is_ok()).count();
        assert_eq!(allowed(1), 5);
        assert!(throttle.attempt(address(1)).is_err_and(|wait| wait <= Duration::from_secs(30)));
        throttle.forgive(address(1));
        assert_eq!(allowed(1), 5, "who knows the secret starts anew");
        let others: usize = (2..100).map(allowed).sum();
        assert!((50..60).contains(&others), "{others} of sixty, and what came back meanwhile");
    }
}
