//! The tests of the client.
//!
//! One program, because each is linked anew; `cargo test -p qris-client --test all NAME::` runs one file.

mod support;

mod house;
#[path = "lost/main.rs"]
mod lost;
mod tokens;
