//! Changes that reach behind the CRC.
//!
//! A change of some bytes nearly always breaks the framing or the CRC, and the reader turns it down at the door. Half of
//! the changes here know the objects: they alter an ID, a length, a value, an order or a nesting, some with all lengths
//! around them made right. Most results are sealed again. The shipped code is never told that it is being fuzzed.

use qris_testkit::mutate::{mutations, reseal, tree};
use qris_testkit::rng::SplitMix64;

/// Changes `data` in place and gives its new size: all of it as bytes, or its first line as a payload.
pub fn mutate(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    let mut rng = SplitMix64::new(u64::from(seed));
    let kind = rng.below(4);
    let size = if kind < 2 { libfuzzer_sys::fuzzer_mutate(data, size, max_size) } else { size };
    let whole = &data[..size.min(data.len())];
    let line_end = whole.iter().position(|b| *b == b'\n').unwrap_or(whole.len());
    let (payload, script) = whole.split_at(line_end);
    let changed = match kind {
        0 | 1 => None,
        2 => tree(payload, &mut rng),
        _ => {
            let edits = rng.between(1, 3);
            Some(mutations(payload, &mut rng, edits))
        }
    };
    let mut changed = changed.unwrap_or_else(|| payload.to_vec());
    if rng.below(8) != 0 {
        changed = reseal(&changed);
    }
    changed.extend_from_slice(script);
    let size = changed.len().min(max_size).min(data.len());
    data[..size].copy_from_slice(&changed[..size]);
    size
}
