//! What may stand in one place of a string, and what it takes to get there.

use super::Slip;

/// The slips that something takes. Those that are made together by one mistake count once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Slips {
    /// How many mistakes they are.
    pub(super) weight: usize,
    pub(super) all: Vec<Slip>,
}

impl Slips {
    pub(super) fn of(all: impl IntoIterator<Item = Slip>) -> Slips {
        let all: Vec<Slip> = all.into_iter().collect();
        Slips { weight: all.len(), all }
    }

    /// Made together, by one mistake.
    pub(super) fn at_once(all: impl IntoIterator<Item = Slip>) -> Slips {
        Slips { weight: 1, all: all.into_iter().collect() }
    }

    pub(super) fn and(&self, more: &Slips) -> Slips {
        Slips { weight: self.weight + more.weight, all: [self.all.as_slice(), &more.all].concat() }
    }
}

impl From<Slip> for Slips {
    fn from(slip: Slip) -> Slips {
        Slips::of([slip])
    }
}

/// A way to write something, with the slips it takes; the right one is first.
pub(super) type Ways = Vec<(Slips, String)>;

/// The right text as the only way so far.
pub(super) fn right(text: impl Into<String>) -> Ways {
    vec![(Slips::default(), text.into())]
}

/// One more way, unless it is known; of two ways to the same text the one of fewer slips is kept.
pub(super) fn add(ways: &mut Ways, slips: impl Into<Slips>, text: String) {
    let slips = slips.into();
    match ways.iter_mut().find(|(_, known)| *known == text) {
        Some((known, _)) if known.weight > slips.weight => *known = slips,
        Some(_) => {}
        None => ways.push((slips, text)),
    }
}
