//! placeholder
#![forbid(unsafe_code)]
mod symbol;
pub use symbol::*;
