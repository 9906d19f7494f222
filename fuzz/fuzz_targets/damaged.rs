#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use qris_fuzz::mutator;
use qris_testkit::oracle;

fuzz_target!(|data: &[u8]| oracle::damaged(data));
fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutator::mutate(data, size, max_size, seed)
});
