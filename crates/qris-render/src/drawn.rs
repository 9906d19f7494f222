//! What the tests of every kind of picture file ask: any symbol at any size, and which pixels are dark.

use proptest::prelude::*;

use crate::frame::Frame;
use crate::{Level, Options, QuietZone, Size, Symbol};

/// A symbol, a size and a quiet zone.
pub(crate) fn pictures() -> impl Strategy<Value = (Symbol, Size, QuietZone)> {
    let size = prop_oneof![(1..24_u32).prop_map(Size::Scale), (200..900_u32).prop_map(Size::Pixels)];
    let parts = ("[ -~]{0,400}", prop::sample::select(&Level::ALL[..]), size, 0..9_u8);
    parts.prop_map(|(text, level, size, border)| {
        let symbol = Symbol::of_text(&text, Options { level, ..Options::default() }).unwrap();
        (symbol, size, QuietZone::below_standard(border))
    })
}

/// Whether a pixel is dark: the slow and obvious answer.
pub(crate) fn is_dark(symbol: &Symbol, frame: Frame, x: u32, y: u32) -> bool {
    let module = |at: u32| at.checked_sub(frame.margin).map(|at| at / frame.scale);
    matches!((module(x), module(y)), (Some(x), Some(y)) if symbol.is_dark(x, y))
}
