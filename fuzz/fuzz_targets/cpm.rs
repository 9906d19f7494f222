#![no_main]

use libfuzzer_sys::fuzz_target;
use qris_testkit::oracle;

fuzz_target!(|data: &[u8]| oracle::cpm(data));
