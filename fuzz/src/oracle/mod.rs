//! What must hold for every input. Each oracle is a plain function that panics when it does not.

mod decode_any;
mod edit;
mod round_trip;

pub use decode_any::decode_any;
pub use edit::edit;
pub use round_trip::round_trip;

use qris_core::{LengthUnit, Payload};

/// A text read in every length unit that reads it. In ASCII all units are the same, so one is enough.
fn readings(text: &str) -> impl Iterator<Item = Payload<'_>> {
    let units = LengthUnit::ALL.into_iter().take(if text.is_ascii() { 1 } else { LengthUnit::ALL.len() });
    units.filter_map(move |unit| Payload::parse_with(text, unit).ok())
}
