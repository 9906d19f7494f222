//! Changes that reach behind the CRC.
//!
//! A change of some bytes nearly always breaks the framing or the CRC, and the reader turns it down at the
//! door. Half of the changes here know the objects: they alter an ID, a length, a value, an order or a
//! nesting. Most results are sealed again. The shipped code is never told that it is being fuzzed.

use qris_testkit::mutate::{mutations, reseal};
use qris_testkit::rng::SplitMix64;

/// Changes the first line of `data`, the payload, or everything, in place; gives the new size.
pub fn mutate(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    let mut rng = SplitMix64::new(u64::from(seed));
    let size = match rng.below(2) {
        0 => libfuzzer_sys::fuzzer_mutate(data, size, max_size),
        _ => size,
    };
    let whole = &data[..size.min(data.len())];
    let line_end = whole.iter().position(|b| *b == b'\n').unwrap_or(whole.len());
    let (payload, script) = whole.split_at(line_end);
    let edits = rng.below(3);
    let mut mutated = mutations(payload, &mut rng, edits);
    if rng.below(8) != 0 {
        mutated = reseal(&mutated);
    }
    mutated.extend_from_slice(script);
    let size = mutated.len().min(max_size).min(data.len());
    data[..size].copy_from_slice(&mutated[..size]);
    size
}
