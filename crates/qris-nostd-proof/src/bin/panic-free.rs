//! The panic-freedom proof: its panic handler calls a function that exists nowhere, so it links exactly when
//! the optimizer has found every panic unreachable. With the feature `negative-control` one indexing that
//! can fail is added, and it must not link.
#![no_std]
#![no_main]

use core::hint::black_box;

use qris_nostd_proof as proof;

// `unsafe` in this package is for this alone: the entry point under its own name, and the name of a
// function to be linked.
#[cfg(target_os = "linux")]
#[link(name = "c")]
unsafe extern "C" {}

unsafe extern "C" {
    safe fn a_panic_path_is_reachable() -> !;
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    a_panic_path_is_reachable()
}

/// Exits with 0 when every job gave the right result.
#[cfg_attr(target_os = "linux", unsafe(export_name = "main"))]
#[cfg_attr(not(target_os = "linux"), unsafe(export_name = "_start"))]
pub extern "C" fn main() -> i32 {
    #[cfg(feature = "negative-control")]
    black_box(proof::SAMPLE.as_bytes()[black_box(0)]);
    i32::from(!black_box(proof::run()))
}
