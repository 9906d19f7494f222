//! What is drawn by lot.

use std::ops::Range;

use qris_testkit::rng::SplitMix64;

pub(crate) trait Chance {
    /// Evenly between.
    fn within(&mut self, range: Range<f32>) -> f32;
    /// One of them.
    fn one<T: Copy>(&mut self, of: &[T]) -> T;
    /// Around zero, of a standard deviation of one: twelve draws, as the sum of many is nearly normal.
    fn normal(&mut self) -> f32;
    /// In so many of a hundred cases.
    fn percent(&mut self, share: f32) -> bool {
        self.within(0.0..100.0) < share
    }
}

impl Chance for SplitMix64 {
    fn within(&mut self, range: Range<f32>) -> f32 {
        let share = (self.next_u64() >> 40) as f32 / (1u64 << 24) as f32;
        range.start + share * (range.end - range.start)
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[(self.next_u64() % of.len() as u64) as usize]
    }

    fn normal(&mut self) -> f32 {
        let (mut sum, mut bits) = (-6.0, 0u64);
        for n in 0..12 {
            if n % 3 == 0 {
                bits = self.next_u64();
            }
            sum += (bits & 0xF_FFFF) as f32 / 1_048_576.0;
            bits >>= 21;
        }
        sum
    }
}
