//! A symbol as a page shows it.

use qris_render::{FrameError, Svg, Symbol};

/// The symbol as markup, with a title for those who do not see it. Its `em` is a pixel for each module: the style makes it a
/// whole number of them wide, and so every module.
pub(super) fn on_page(symbol: &Symbol, title: &str) -> Result<String, FrameError> {
    let svg = Svg { title, ..Svg::default() };
    let modules = symbol.side() + 2 * svg.quiet_zone.modules();
    let drawn = symbol.svg(&svg)?;
    Ok(drawn.replacen("<svg ", &format!("<svg font-size=\"{modules}\" "), 1))
}
