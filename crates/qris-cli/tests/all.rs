//! The tests of the command.
//!
//! One program, because each is linked anew; `cargo test -p qris-cli --test all NAME::` runs one file.

mod support;

mod cpm;
mod decode;
mod edit_bulk;
mod encode_edit;
mod json_in;
mod making;
#[path = "manners/main.rs"]
mod manners;
mod others;
#[cfg(feature = "scan")]
mod pictures;
#[cfg(feature = "scan")]
mod pictures_in;
#[cfg(feature = "scan")]
mod printers;
mod readme;
#[cfg(all(feature = "serve", unix))]
#[path = "serve/main.rs"]
mod serve;
mod siblings;
#[cfg(feature = "snap")]
mod snap;
#[cfg(all(feature = "scan", feature = "sticker"))]
mod sticker;
mod table;
