//! The least a device needs to read a payload: structure, nested templates and CRC. Its code size is what
//! the README states.
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

/// Exits with 1: the sample is not sealed.
#[cfg_attr(target_os = "linux", unsafe(export_name = "main"))]
#[cfg_attr(not(target_os = "linux"), unsafe(export_name = "_start"))]
pub extern "C" fn main() -> i32 {
    i32::from(black_box(proof::decode_only(black_box(proof::SAMPLE))).is_none())
}
