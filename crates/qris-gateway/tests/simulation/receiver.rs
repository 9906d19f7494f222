//! The partners' receivers: what arrived, and what they said to it.

use std::collections::BTreeMap;

use qris_gateway::model::Notification;

/// What a receiver does with a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reaction {
    /// Takes it, and says so.
    Accepts,
    /// Takes it, and is not heard.
    AcceptsUnheard,
    /// Says that it does not take it.
    Refuses,
    /// Never answers, and does not take it.
    Hangs,
}

/// Everything that arrived.
#[derive(Debug, Default)]
pub(crate) struct Receiver {
    /// For each transaction, the bodies it took, by their place in its order.
    taken: BTreeMap<String, BTreeMap<i64, Vec<u8>>>,
}

impl Receiver {
    /// A notification arrives.
    ///
    /// # Errors
    /// The rule it breaks: those before it were taken, and it is the same bytes every time.
    pub(crate) fn arrives(&mut self, row: &Notification, reaction: Reaction) -> Result<(), String> {
        let taken = self.taken.entry(row.reference_no.clone()).or_default();
        for earlier in 1..row.seq {
            if !taken.contains_key(&earlier) {
                return Err(format!("out of order: {} of {} before {earlier}", row.seq, row.reference_no));
            }
        }
        if taken.get(&row.seq).is_some_and(|body| *body != row.body) {
            return Err(format!("{} of {} has other bytes than before", row.seq, row.reference_no));
        }
        if matches!(reaction, Reaction::Accepts | Reaction::AcceptsUnheard) {
            taken.insert(row.seq, row.body.clone());
        }
        Ok(())
    }

    /// How many events of a transaction were taken.
    pub(crate) fn taken(&self, reference_no: &str) -> usize {
        self.taken.get(reference_no).map_or(0, BTreeMap::len)
    }
}
