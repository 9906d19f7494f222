//! Seeded random numbers: the same seed gives the same numbers on every machine.

/// The splitmix64 generator: small, fast, good enough to pick edits with, and of no use for secrets.
///
/// ```
/// use qris_testkit::rng::SplitMix64;
///
/// let (mut one, mut other) = (SplitMix64::new(7), SplitMix64::new(7));
/// assert_eq!(one.next_u64(), other.next_u64());
/// ```
#[derive(Debug, Clone)]
pub struct SplitMix64 {
    state: u64,
    /// What is drawn before the generator itself, last byte first.
    given: Vec<u8>,
}

impl SplitMix64 {
    /// Starts from a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { state: seed, given: Vec::new() }
    }

    /// Draws from bytes first, two of them a number, and goes on from a seed made of them all. A fuzzer that changes
    /// a byte then changes one decision, not all of them.
    ///
    /// ```
    /// use qris_testkit::rng::SplitMix64;
    ///
    /// assert_eq!(SplitMix64::over(&[7, 0, 9, 0]).below(100), 7);
    /// ```
    #[must_use]
    pub fn over(bytes: &[u8]) -> Self {
        let state = bytes
            .iter()
            .fold(0x51, |state: u64, &byte| state.wrapping_mul(0x0100_0000_01B3) ^ u64::from(byte));
        Self { state, given: bytes.iter().rev().copied().collect() }
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        if let Some(low) = self.given.pop() {
            return u64::from(low) | u64::from(self.given.pop().unwrap_or(0)) << 8;
        }
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, 0 when `bound` is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        // The low bits' bias is far below what a test could notice.
        if bound == 0 { 0 } else { (self.next_u64() % bound as u64) as usize }
    }

    /// True once in `n` times.
    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// A number from `low` to `high`, both included; `low` when there is none.
    pub fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below((high + 1).saturating_sub(low))
    }

    /// Puts the items into any order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }

    /// One of the items, `None` of an empty slice.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::SplitMix64;

    #[test]
    fn the_published_sequence_comes_out() {
        let mut rng = SplitMix64::new(1_234_567);
        let first: Vec<u64> = (0..3).map(|_| rng.next_u64()).collect();
        assert_eq!(first, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn nothing_to_pick_from_is_none() {
        let mut rng = SplitMix64::new(1);
        assert_eq!(rng.below(0), 0);
        assert_eq!(rng.pick::<u8>(&[]), None);
        assert!((0..100).all(|_| rng.below(3) < 3));
    }
}
