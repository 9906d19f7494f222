//! Drawing: the modules of a symbol, and whole files of it.
//!
//! `symbol-m` and `symbol-h` start from a payload that is read already and are byte mode at one level, for all
//! variants. `png` and `svg` start from the payload's text and end with the file's bytes, as each crate does it
//! when it is asked for nothing special; the level is M.

use std::hint::black_box;

use qris_render::{Level, Options, Png, Svg, Symbol};

use super::{Variant, read, sampled};
use crate::Case;
use crate::peers::draw as peers;

/// The works of this module.
pub const VARIANTS: &[Variant] = &[
    sampled("symbol-m", "ours", |case| symbol(case, Level::M)),
    sampled("symbol-m", "qrcode", |case| peers::qrcode_symbol(case, qrcode::EcLevel::M)),
    sampled("symbol-m", "qrcodegen", |case| peers::qrcodegen_symbol(case, qrcodegen::QrCodeEcc::Medium)),
    sampled("symbol-m", "fast_qr", |case| peers::fast_qr_symbol(case, fast_qr::ECL::M)),
    sampled("symbol-h", "ours", |case| symbol(case, Level::H)),
    sampled("symbol-h", "qrcode", |case| peers::qrcode_symbol(case, qrcode::EcLevel::H)),
    sampled("symbol-h", "qrcodegen", |case| peers::qrcodegen_symbol(case, qrcodegen::QrCodeEcc::High)),
    sampled("symbol-h", "fast_qr", |case| peers::fast_qr_symbol(case, fast_qr::ECL::H)),
    sampled("png", "ours", png),
    sampled("png", "qrcode+image", peers::qrcode_png),
    sampled("svg", "ours", svg),
    sampled("svg", "qrcode", peers::qrcode_svg),
    sampled("svg", "fast_qr", peers::fast_qr_svg),
];

/// Modules on a side.
fn symbol(case: &Case, level: Level) -> usize {
    let symbol = Symbol::new(&case.qris, Options { level, ..Options::default() });
    black_box(&symbol).as_ref().map_or(0, |symbol| symbol.side() as usize)
}

fn symbol_of(case: &Case) -> Option<Symbol> {
    Symbol::new(&read::sealed(case.text).ok()?, Options::default()).ok()
}

/// Bytes of the file.
fn png(case: &Case) -> usize {
    let file = symbol_of(case).and_then(|symbol| symbol.png(&Png::default()).ok());
    black_box(&file).as_ref().map_or(0, Vec::len)
}

fn svg(case: &Case) -> usize {
    let file = symbol_of(case).and_then(|symbol| symbol.svg(&Svg::default()).ok());
    black_box(&file).as_ref().map_or(0, String::len)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{corpus, finpay};

    #[test]
    fn symbols_are_of_one_size_whoever_draws_them() {
        for case in finpay().iter().chain(corpus().iter().step_by(4 * super::super::SAMPLED)) {
            for (work, level) in [("symbol-m", Level::M), ("symbol-h", Level::H)] {
                let side = symbol(case, level);
                for variant in super::super::of(work) {
                    let super::super::Run::Sampled(run) = variant.run else { panic!("{variant:?}") };
                    assert_eq!(run(case), side, "{work} by {} of {}", variant.variant, case.text);
                }
            }
        }
    }
}
