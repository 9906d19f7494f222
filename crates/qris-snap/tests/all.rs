//! The tests of SNAP.
//!
//! One program, because each is linked anew; `cargo test -p qris-snap --test all NAME::` runs one file.

mod support;

mod blocks;
mod causes;
#[path = "client/main.rs"]
mod client;
mod diagnose;
mod examples;
mod found_by_fuzzing;
mod headers;
mod javascript;
mod keys;
#[path = "messages/main.rs"]
mod messages;
mod receive;
mod requests;
mod samples;
mod token_causes;
mod vectors;
