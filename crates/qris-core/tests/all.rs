//! The tests of the core over its public items.
//!
//! One program, because each is linked anew; `cargo test -p qris-core --test all NAME::` runs one file.

mod any_order;
#[cfg(feature = "alloc")]
mod blanks;
mod borders;
mod dependencies;
#[cfg(feature = "alloc")]
mod diagnose;
mod differential;
mod edit;
mod found_by_fuzzing;
#[cfg(feature = "nom")]
mod grammar;
mod house;
#[cfg(feature = "alloc")]
mod making;
mod money;
#[cfg(feature = "std")]
mod owned;
mod round_trip;
mod schemes;
#[cfg(feature = "serde")]
mod serde;
mod setters;
mod siblings;
mod table;
mod testdata;
mod traits;
mod units;
mod values;
mod views;
mod violations;
