//! A symbol read by a reader that is not ours.

use qris_core::{Payload, Sealed};
use qris_render::{Level, Options, Segmentation, Symbol, SymbolError};
use rqrr::{Grid, SimpleGrid};

use super::{core_unit, parse, payload_from, units_of};
use crate::mutate;
use crate::rng::SplitMix64;

/// The bytes as a payload, sealed, and a payload made out of them: drawn at a level and in a segmentation drawn from the
/// bytes, the grid of modules read by `rqrr` is the payload, byte for byte. Only what is longer than a symbol takes is
/// refused.
///
/// # Panics
/// When it is not so.
pub fn render_read_back(bytes: &[u8]) {
    let mut rng = SplitMix64::over(bytes);
    for bytes in [mutate::reseal(bytes), payload_from(bytes)] {
        let read = |unit| parse(&bytes, core_unit(unit)).and_then(Payload::verify_crc).ok();
        if let Some(sealed) = units_of(&bytes).find_map(read) {
            let level = Level::ALL[rng.below(Level::ALL.len())];
            let segmentation = if rng.one_in(2) { Segmentation::Byte } else { Segmentation::Compact };
            read_back(&sealed, Options { level, segmentation });
        }
    }
}

fn read_back(sealed: &Sealed<'_>, options: Options) {
    let text = sealed.as_str();
    let symbol = match Symbol::new(sealed, options) {
        Ok(symbol) => symbol,
        Err(SymbolError::TooLong { bytes, capacity, level }) => {
            // The capacity is that of byte mode, less up to twelve bits for the header that says UTF-8.
            assert!(bytes == text.len() && level == options.level && bytes + 2 > capacity, "{text:?}");
            return;
        }
        Err(error) => panic!("{error}: {text:?}"),
    };
    let side = symbol.side();
    assert_eq!(side, 17 + 4 * u32::from(symbol.version()));
    assert_eq!(symbol.level(), options.level);
    let outside = [(side, 0), (0, side), (side, side), (u32::MAX, 0), (0, u32::MAX)];
    assert!(outside.into_iter().all(|(x, y)| !symbol.is_dark(x, y)));
    let grid = SimpleGrid::from_func(side as usize, |x, y| symbol.is_dark(x as u32, y as u32));
    let mut read = Vec::new();
    let meta = Grid::new(grid).decode_to(&mut read);
    assert_eq!(read, text.as_bytes(), "{options:?}: {text:?}");
    let version = meta.map(|meta| meta.version.0);
    assert_eq!(version, Ok(usize::from(symbol.version())), "{options:?}: {text:?}");
}
