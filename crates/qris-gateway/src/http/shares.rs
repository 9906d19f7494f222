//! A total that is divided among addresses: whoever comes first does not get everything.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// What is given out, of all addresses and of each.
#[derive(Debug, Default)]
pub(super) struct Shares(Mutex<Given>);

#[derive(Debug, Default)]
struct Given {
    all: usize,
    of: HashMap<IpAddr, usize>,
}

/// How much there is, and how much of it one address may have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Total {
    pub(super) all: usize,
    pub(super) of_one: usize,
}

/// What one holder has; given back when it is dropped. Without an address only the total bounds it.
#[derive(Debug)]
pub(super) struct Share {
    shares: Arc<Shares>,
    address: Option<IpAddr>,
    amount: usize,
}

impl Shares {
    /// A share of an address, empty yet.
    pub(super) fn of(self: &Arc<Self>, address: Option<IpAddr>) -> Share {
        Share { shares: Arc::clone(self), address, amount: 0 }
    }
}

impl Share {
    /// Takes more; `false`, and nothing is taken, when there is too little left.
    pub(super) fn take(&mut self, more: usize, total: Total) -> bool {
        let mut given = self.shares.0.lock().unwrap_or_else(PoisonError::into_inner);
        let all = given.all.saturating_add(more);
        let has = self.address.and_then(|address| given.of.get(&address)).copied().unwrap_or(0);
        let of_one = has.saturating_add(more);
        if all > total.all || (self.address.is_some() && of_one > total.of_one) {
            return false;
        }
        given.all = all;
        if let Some(address) = self.address {
            given.of.insert(address, of_one);
        }
        self.amount = self.amount.saturating_add(more);
        true
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut given = self.shares.0.lock().unwrap_or_else(PoisonError::into_inner);
        given.all = given.all.saturating_sub(self.amount);
        let Some(address) = self.address else { return };
        if let Some(left) = given.of.get_mut(&address) {
            *left = left.saturating_sub(self.amount);
            if *left == 0 {
                given.of.remove(&address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOTAL: Total = Total { all: 10, of_one: 6 };

    #[test]
    fn one_address_gets_its_part_and_everything_comes_back() {
        let shares = Arc::new(Shares::default());
        let [one, two] = [1, 2].map(|n| Some(IpAddr::from([192, 0, 2, n])));
        let (mut first, mut again, mut second) = (shares.of(one), shares.of(one), shares.of(two));
        assert!(first.take(4, TOTAL) && again.take(2, TOTAL));
        assert!(!again.take(1, TOTAL), "six of one address");
        assert!(second.take(4, TOTAL) && !second.take(1, TOTAL), "ten in all");
        drop(first);
        assert!(second.take(2, TOTAL) && again.take(2, TOTAL));
        drop((again, second));
        let given = shares.0.lock().unwrap();
        assert_eq!((given.all, given.of.len()), (0, 0), "nothing is remembered");
    }

    #[test]
    fn without_an_address_the_total_alone_bounds() {
        let shares = Arc::new(Shares::default());
        assert!(shares.of(None).take(10, TOTAL) && !shares.of(None).take(11, TOTAL));
    }
}
