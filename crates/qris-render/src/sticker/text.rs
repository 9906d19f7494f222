//! Letters: the embedded fonts, widths, lines that fit, outlines.

use std::sync::LazyLock;

use ab_glyph::{Font as _, FontRef, GlyphId, OutlineCurve};

use crate::xml::is_unsafe;

/// One of the two fonts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Font {
    Regular,
    Bold,
}

// Both files are part of this crate and their reading is tested; a file that is no font would leave a card without text.
static REGULAR: LazyLock<Option<FontRef<'static>>> =
    LazyLock::new(|| FontRef::try_from_slice(include_bytes!("../../assets/inter-regular-latin.otf")).ok());
static BOLD: LazyLock<Option<FontRef<'static>>> =
    LazyLock::new(|| FontRef::try_from_slice(include_bytes!("../../assets/inter-bold-latin.otf")).ok());

impl Font {
    fn data(self) -> Option<&'static FontRef<'static>> {
        match self {
            Font::Regular => REGULAR.as_ref(),
            Font::Bold => BOLD.as_ref(),
        }
    }

    /// Font units in the height of a line set without leading.
    pub(super) fn units(self) -> f32 {
        self.data().and_then(|font| font.units_per_em()).unwrap_or(1000.0)
    }

    fn glyph(self, c: char) -> Option<GlyphId> {
        let c = if is_unsafe(c) { char::REPLACEMENT_CHARACTER } else { c };
        self.data().map(|font| font.glyph_id(c))
    }

    /// Width of a text in font units.
    fn width(self, text: &str) -> f32 {
        self.data().map_or(0.0, |font| {
            text.chars().filter_map(|c| self.glyph(c)).map(|glyph| font.h_advance_unscaled(glyph)).sum()
        })
    }

    /// Width of a text at a size.
    pub(super) fn width_at(self, text: &str, size: f32) -> f32 {
        self.width(text) * size / self.units()
    }

    /// The outline of a text in font units, with its baseline at 0 and y upwards: curves, glyph after glyph.
    pub(super) fn outline(self, text: &str) -> Vec<OutlineCurve> {
        let Some(font) = self.data() else { return Vec::new() };
        let mut curves = Vec::new();
        let mut x = 0.0;
        for glyph in text.chars().filter_map(|c| self.glyph(c)) {
            if let Some(outline) = font.outline(glyph) {
                let at = |point: ab_glyph::Point| ab_glyph::point(point.x + x, point.y);
                curves.extend(outline.curves.into_iter().map(|curve| match curve {
                    OutlineCurve::Line(a, b) => OutlineCurve::Line(at(a), at(b)),
                    OutlineCurve::Quad(a, b, c) => OutlineCurve::Quad(at(a), at(b), at(c)),
                    OutlineCurve::Cubic(a, b, c, d) => OutlineCurve::Cubic(at(a), at(b), at(c), at(d)),
                }));
            }
            x += font.h_advance_unscaled(glyph);
        }
        curves
    }
}

/// Whether both fonts have a picture of the character.
pub(super) fn is_drawn(c: char) -> bool {
    !is_unsafe(c)
        && [Font::Regular, Font::Bold].iter().all(|font| font.glyph(c).is_some_and(|glyph| glyph.0 != 0))
}

/// A text set in lines of one size.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fitted {
    pub(super) lines: Vec<String>,
    pub(super) size: f32,
}

/// Sets a text in as few lines of at most `width` as it takes at a size not above `largest`: first the size is lowered
/// to `smallest`, then the text is broken between words into up to `lines` lines, then the size is lowered further and
/// words are broken, until it fits.
pub(super) fn fit(text: &str, font: Font, width: f32, largest: f32, smallest: f32, lines: usize) -> Fitted {
    let single = font.width_at(text, 1.0).max(f32::MIN_POSITIVE);
    let size = largest.min(width / single);
    if size >= smallest || lines == 1 {
        return Fitted { lines: vec![text.to_owned()], size };
    }
    let mut size = largest;
    loop {
        let broken = wrap(text, font, width, size, size <= smallest);
        if broken.len() <= lines && broken.iter().all(|line| font.width_at(line, size) <= width) {
            return Fitted { lines: broken, size };
        }
        size *= 0.96;
    }
}

/// Breaks between words, and inside those that are wider than a line when `anywhere` says so.
fn wrap(text: &str, font: Font, width: f32, size: f32, anywhere: bool) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    let fits = |line: &str| font.width_at(line, size) <= width;
    for word in text.split_whitespace() {
        let mut rest = word;
        while !rest.is_empty() {
            let Some(line) = lines.last_mut() else { break };
            let joined = if line.is_empty() { rest.to_owned() } else { format!("{line} {rest}") };
            if fits(&joined) {
                *line = joined;
                break;
            }
            if !line.is_empty() {
                lines.push(String::new());
                continue;
            }
            // The word alone is too wide.
            let end =
                rest.char_indices().skip(1).map(|(at, _)| at).take_while(|&at| fits(&rest[..at])).last();
            match end.filter(|_| anywhere) {
                Some(end) => {
                    line.push_str(&rest[..end]);
                    lines.push(String::new());
                    rest = &rest[end..];
                }
                None => {
                    line.push_str(rest);
                    break;
                }
            }
        }
    }
    lines.retain(|line| !line.is_empty());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_fonts_are_there() {
        for font in [Font::Regular, Font::Bold] {
            assert!(font.data().is_some());
            assert!(font.width_at("Warung", 100.0) > 250.0);
            assert!(!font.outline("g").is_empty());
        }
        assert!(is_drawn('é') && is_drawn('ế') && is_drawn('–'));
        assert!(!is_drawn('最') && !is_drawn('\u{202e}') && !is_drawn('\n'));
    }

    #[test]
    fn short_names_are_large_and_long_ones_wrap() {
        let fitted = |name| fit(name, Font::Bold, 800.0, 80.0, 50.0, 2);
        assert_eq!(fitted("Warung"), Fitted { lines: vec!["Warung".to_owned()], size: 80.0 });
        assert_eq!(fitted("Warung Bu Melati Sari Dua").lines.len(), 1);
        let long = fitted("Toko Serba Ada Bumi Serpong Damai Cabang Utama");
        assert_eq!(long.lines.len(), 2, "{long:?}");
        assert_eq!(long.lines.join(" "), "Toko Serba Ada Bumi Serpong Damai Cabang Utama");
    }

    proptest! {
        #[test]
        fn nothing_overflows_and_nothing_is_lost(
            text in "[ -~]{0,120}|[W]{1,120}|\\PC{0,99}|( ?[A-Za-z]{1,30}){1,4}",
            lines in 1..4_usize,
        ) {
            let fitted = fit(&text, Font::Bold, 800.0, 80.0, 40.0, lines);
            prop_assert!(fitted.lines.len() <= lines);
            prop_assert!(fitted.size > 0.0 && fitted.size <= 80.0);
            for line in &fitted.lines {
                prop_assert!(Font::Bold.width_at(line, fitted.size) <= 800.01, "{line} at {}", fitted.size);
            }
            let letters = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(letters(&fitted.lines.concat()), letters(&text));
        }
    }
}
