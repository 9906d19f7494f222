//! The fonts of a card: the two of this crate, and where they have no picture of a character, those of the caller.

use std::sync::{Arc, LazyLock};

use harfrust::font::glyph::outline::{DrawMemory, DrawOptions, PathElement};
use harfrust::font::name::NameId;
use harfrust::font::{Blob, Font, Source};
use harfrust::{Buffer, ClusterLevel, Direction, GlyphId, ShapeOptions, ShaperFont, unicode};
use subsetter::GlyphRemapper;

use crate::xml::is_unsafe;

/// Font files for characters that the card's own fonts, which are Latin, have no picture of. Asked in the order they were
/// added; each serves names and small print alike. Cheap to clone.
///
/// ```
/// # use qris_render::{Fonts, FontError};
/// let mut fonts = Fonts::default();
/// assert_eq!(fonts.add(b"no font".to_vec()), Err(FontError::NotAFont));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Fonts {
    others: Vec<Arc<Face>>,
}

/// Why a font cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FontError {
    /// It is no TrueType or OpenType font.
    #[error("this is no TrueType or OpenType font (.ttf, .otf, .ttc)")]
    NotAFont,
    /// It has no outlines, as fonts of coloured pictures, or some that cannot be put into a PDF (CFF2).
    #[error("this font has no outlines that can be printed: take one of TrueType or CFF outlines")]
    NoOutlines,
}

impl Fonts {
    /// Adds a TrueType or OpenType font; of a collection (`.ttc`) the first.
    ///
    /// # Errors
    /// [`FontError`] when the file is no such font.
    pub fn add(&mut self, file: Vec<u8>) -> Result<(), FontError> {
        let face = Face::read(Blob::from(file))?;
        self.others.push(Arc::new(face));
        Ok(())
    }

    /// The fonts to ask, in their order.
    pub(super) fn faces(&self, weight: Weight) -> impl Iterator<Item = &Arc<Face>> {
        let own = match weight {
            Weight::Regular => &REGULAR,
            Weight::Bold => &BOLD,
        };
        own.iter().chain(&self.others)
    }
}

/// Which of the card's own fonts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

// Both files are part of this crate and their reading is tested; a file that is no font would leave a card without text.
static REGULAR: LazyLock<Option<Arc<Face>>> =
    LazyLock::new(|| own(include_bytes!("../../assets/inter-regular-latin.otf")));
static BOLD: LazyLock<Option<Arc<Face>>> =
    LazyLock::new(|| own(include_bytes!("../../assets/inter-bold-latin.otf")));

fn own(file: &'static [u8]) -> Option<Arc<Face>> {
    Face::read(Blob::from(file)).ok().map(|face| Arc::new(Face { height: (0.0, 0.0), ..face }))
}

/// One font file.
pub(super) struct Face {
    pub(super) font: Font,
    /// What its letters take above their baseline and below it, in em; nothing of the card's own, which are known.
    height: (f32, f32),
}

impl std::fmt::Debug for Face {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Face").field("glyphs", &self.font.num_glyphs()).finish()
    }
}

impl Face {
    fn read(file: Blob) -> Result<Face, FontError> {
        let font = Font::new(file, 0).ok_or(FontError::NotAFont)?;
        let units = f32::from(font.units_per_em());
        // Some fonts have absurd numbers there.
        let of = |value: f64| (value as f32 / units).clamp(0.0, 1.5);
        let line = font.metrics().h_line();
        let height =
            line.map_or((1.0, 0.3), |line| (of(line.ascender.to_f64()), of(-line.descender.to_f64())));
        let face = Face { font, height };
        if face.font.num_glyphs() == 0 || !face.font.charmap().has_unicode() {
            return Err(FontError::NotAFont);
        }
        // What cannot be put into a PDF is refused for pictures as well, so that one card is as good as another.
        if face.font.outline_glyphs().is_empty() || face.cut_to(&GlyphRemapper::new()).is_none() {
            return Err(FontError::NoOutlines);
        }
        Ok(face)
    }

    /// The font file with nothing but these glyphs, for a PDF.
    pub(super) fn cut_to(&self, glyphs: &GlyphRemapper) -> Option<Vec<u8>> {
        match self.font.source() {
            Source::Blob(file) => subsetter::subset(file, 0, glyphs).ok(),
            _ => None,
        }
    }

    /// Font units in an em.
    pub(super) fn units(&self) -> f32 {
        f32::from(self.font.units_per_em())
    }

    /// The name that printers know it by, such as `Inter-Bold`; letters, digits and hyphens.
    pub(super) fn name(&self) -> String {
        const LONGEST: usize = 63;
        let known = self.font.names().get(NameId::POSTSCRIPT_NAME).and_then(|name| name.english_or_first());
        let chars = known.iter().flat_map(|known| known.name().chars());
        let name: String = chars.filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(LONGEST).collect();
        if name.is_empty() { "Unnamed".to_owned() } else { name }
    }

    /// What its letters take above their baseline and below it, in em.
    pub(super) fn height(&self) -> (f32, f32) {
        self.height
    }

    /// How far a glyph moves the pen of itself, in em.
    pub(super) fn advance(&self, glyph: u16) -> f32 {
        self.font.glyph_metrics().h_advance(GlyphId::new(u32::from(glyph))) / self.units()
    }

    /// The outline of a glyph in font units, y upwards.
    pub(super) fn outline(&self, glyph: u16) -> Vec<PathElement> {
        let mut path = Vec::new();
        if let Some(outline) = self.font.outline_glyphs().get(GlyphId::new(u32::from(glyph))) {
            // A damaged glyph of the caller's font leaves a gap.
            let _ = outline.draw(&DrawOptions::new(), DrawMemory::Scratch, &mut path);
        }
        path
    }

    /// Whether it has a picture of each of these characters, which belong together: a letter and its marks.
    pub(super) fn draws(&self, cluster: &str) -> bool {
        // What is one character and has no marks is looked up; others may have one picture where the mark has none, or come
        // apart into characters that have none.
        let mut chars = cluster.chars();
        match (chars.next(), chars.next()) {
            (Some(one @ ..'\u{300}'), None) => {
                self.font.charmap().map_unicode(one).is_some_and(|glyph| glyph.to_u32() != 0)
            }
            _ => self.shape(cluster, 0, false).iter().all(|glyph| glyph.id != 0),
        }
    }

    /// The glyphs of a text of one script and one direction, left to right; `start` is added to the places in the text.
    pub(super) fn shape(&self, text: &str, start: usize, right_to_left: bool) -> Vec<Shaped> {
        let mut buffer = Buffer::new();
        for (at, c) in text.char_indices() {
            buffer.push(u32::from(c), (start + at) as u32);
        }
        buffer.set_direction(if right_to_left { Direction::RightToLeft } else { Direction::LeftToRight });
        buffer.guess_segment_properties();
        // Marks of a letter keep what they are.
        buffer.set_cluster_level(ClusterLevel::MonotoneCharacters);
        if harfrust::shape(&ShaperFont::new(&self.font), &mut buffer, ShapeOptions::new()).is_err() {
            return Vec::new();
        }
        let units = self.units();
        let of = |value: i32| value as f32 / units;
        let glyphs = buffer.glyph_infos().iter().zip(buffer.glyph_positions());
        glyphs
            .map(|(info, position)| Shaped {
                id: u16::try_from(info.glyph_id).unwrap_or(0),
                at: info.cluster as usize,
                advance: of(position.x_advance),
                x: of(position.x_offset),
                y: of(position.y_offset),
            })
            .collect()
    }
}

/// A glyph where shaping puts it; lengths in em.
pub(super) struct Shaped {
    pub(super) id: u16,
    /// The byte of the text where the characters begin that it stands for.
    pub(super) at: usize,
    pub(super) advance: f32,
    pub(super) x: f32,
    pub(super) y: f32,
}

/// What joins letters or parts them, or chooses a form, and shows nothing itself.
pub(super) fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}')
}

/// Whether a character may be on a card at all.
pub(super) fn is_shown(c: char) -> bool {
    !is_unsafe(c) || is_joiner(c)
}

/// The script of a character; `None` for those that take that of their surroundings.
pub(super) fn script(c: char) -> Option<harfrust::Script> {
    let script = unicode::script(u32::from(c));
    let of_any = [harfrust::Script::COMMON, harfrust::Script::INHERITED, harfrust::Script::UNKNOWN];
    (!of_any.contains(&script)).then_some(script)
}
