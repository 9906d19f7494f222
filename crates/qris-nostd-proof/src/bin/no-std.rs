//! The proof that neither the standard library nor an allocator is needed: this package brings its own
//! panic handler and no allocator, so a second handler or an `alloc` in the tree stops the build.
#![no_std]
#![no_main]

use core::hint::black_box;

use qris_nostd_proof as proof;

// `unsafe` in this package is for this alone: the entry point under its own name.
#[cfg(target_os = "linux")]
#[link(name = "c")]
unsafe extern "C" {}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}

/// Exits with 0 when every job gave the right result.
#[cfg_attr(target_os = "linux", unsafe(export_name = "main"))]
#[cfg_attr(not(target_os = "linux"), unsafe(export_name = "_start"))]
pub extern "C" fn main() -> i32 {
    i32::from(!black_box(proof::run()))
}
