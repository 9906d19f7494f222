//! Sets of IDs.

/// A set of IDs, as two words: cheaper on 64-bit machines than one `u128` shifted by a variable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct IdSet {
    low: u64,
    high: u64,
}

impl IdSet {
    pub(crate) const EMPTY: IdSet = IdSet { low: 0, high: 0 };

    pub(crate) const ALL: IdSet = IdSet { low: u64::MAX, high: u64::MAX >> 28 };

    /// Adds the ID; returns `false` when it was already in the set.
    #[inline(always)]
    pub(crate) const fn insert(&mut self, id: u8) -> bool {
        let bit = 1u64 << (id & 63);
        if id < 64 {
            let new = self.low & bit == 0;
            self.low |= bit;
            new
        } else {
            let new = self.high & bit == 0;
            self.high |= bit;
            new
        }
    }

    #[inline(always)]
    pub(crate) const fn contains(self, id: u8) -> bool {
        let word = if id < 64 { self.low } else { self.high };
        (word >> (id & 63)) & 1 == 1
    }

    /// The number of IDs.
    pub(crate) const fn len(self) -> usize {
        (self.low.count_ones() + self.high.count_ones()) as usize
    }

    pub(crate) const fn union(self, other: IdSet) -> IdSet {
        IdSet { low: self.low | other.low, high: self.high | other.high }
    }

    /// The IDs of `self` that are not in `other`.
    pub(crate) const fn without(self, other: IdSet) -> IdSet {
        IdSet { low: self.low & !other.low, high: self.high & !other.high }
    }

    pub(crate) const fn intersects(self, other: IdSet) -> bool {
        self.low & other.low != 0 || self.high & other.high != 0
    }

    /// The IDs that are in both.
    pub(crate) const fn intersection(self, other: IdSet) -> IdSet {
        IdSet { low: self.low & other.low, high: self.high & other.high }
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.low | self.high == 0
    }

    /// The smallest ID; `None` when the set is empty.
    pub(crate) const fn first(self) -> Option<u8> {
        let mut copy = self;
        copy.pop()
    }

    /// The IDs from `first` to `last`, both included.
    pub(crate) const fn range(first: u8, last: u8) -> IdSet {
        let mut set = IdSet::EMPTY;
        let mut id = first;
        while id <= last {
            set.insert(id);
            id += 1;
        }
        set
    }

    /// Removes the ID, if it is in the set.
    #[inline]
    pub(crate) const fn remove(&mut self, id: u8) {
        let word = if id < 64 { &mut self.low } else { &mut self.high };
        *word &= !(1 << (id & 63));
    }

    /// The IDs above this one.
    #[inline]
    pub(crate) const fn above(id: u8) -> IdSet {
        match id {
            0..=63 => IdSet { low: u64::MAX << id << 1, high: u64::MAX },
            _ => IdSet { low: 0, high: u64::MAX << (id & 63) << 1 },
        }
    }

    /// Removes and returns the smallest ID; `None` when the set is empty.
    pub(crate) const fn pop(&mut self) -> Option<u8> {
        if self.low != 0 {
            let id = self.low.trailing_zeros() as u8;
            self.low &= self.low - 1;
            Some(id)
        } else if self.high != 0 {
            let id = self.high.trailing_zeros() as u8;
            self.high &= self.high - 1;
            Some(id + 64)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_sets_count_each_id_once() {
        let mut set = IdSet::EMPTY;
        for n in 0..=99 {
            assert!(!set.contains(n));
            assert!(set.insert(n), "{n}");
            assert!(!set.insert(n), "{n}");
            assert!(set.contains(n));
        }
        assert_eq!((set.len(), IdSet::EMPTY.len()), (100, 0));
        assert_eq!(IdSet::range(0, 99).without(set), IdSet::EMPTY);
        assert_eq!((set.first(), IdSet::EMPTY.first()), (Some(0), None));
        for id in 0..100 {
            let mut others = set;
            others.remove(id);
            assert!((0..100).all(|other| others.contains(other) == (other != id)), "{id}");
            assert!((0..100).all(|other| IdSet::above(id).contains(other) == (other > id)), "{id}");
        }
        let mut few = IdSet::range(62, 66);
        let mut popped = [0; 5];
        for place in &mut popped {
            *place = few.pop().unwrap();
        }
        assert_eq!((popped, few.pop()), ([62, 63, 64, 65, 66], None));
    }
}
