//! Fonts in a PDF: of each only the glyphs that were used, known when the last card is written.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Filter, Name, Rect, Ref, Str};
use subsetter::GlyphRemapper;

use super::file::File;
use super::{chunk, packed};
use crate::sticker::fonts::Face;

#[derive(Default)]
pub(super) struct Types {
    known: Vec<Type>,
}

/// A font of which glyphs are used.
struct Type {
    // Kept, so that no other font has the same address.
    face: Arc<Face>,
    id: Ref,
    /// From the font's glyphs to those of its part in the file.
    glyphs: GlyphRemapper,
    /// What each of these says, by its number in the file, and how wide it is in thousandths of an em.
    said: BTreeMap<u16, (String, f32)>,
}

impl Types {
    /// The place of a font among those of the file, with its name and object.
    pub(super) fn of<W: Write>(&mut self, file: &mut File<W>, face: &Arc<Face>) -> (usize, String, Ref) {
        let known = self.known.iter().position(|known| Arc::ptr_eq(&known.face, face));
        let index = known.unwrap_or_else(|| {
            let (id, glyphs) = (file.reserve(), GlyphRemapper::new());
            self.known.push(Type { face: face.clone(), id, glyphs, said: BTreeMap::new() });
            self.known.len() - 1
        });
        let id = self.known.get(index).map_or(Ref::new(1), |known| known.id);
        (index, format!("F{index}"), id)
    }

    /// The number in the file of a glyph that says `text`, and its width in em.
    pub(super) fn glyph(&mut self, index: usize, glyph: u16, text: &str) -> (u16, f32) {
        let Some(known) = self.known.get_mut(index) else { return (0, 0.0) };
        let number = known.glyphs.remap(glyph);
        let face = &known.face;
        let said =
            known.said.entry(number).or_insert_with(|| (text.to_owned(), 1000.0 * face.advance(glyph)));
        (number, said.1 / 1000.0)
    }

    /// Writes the fonts.
    pub(super) fn write<W: Write>(&self, file: &mut File<W>) -> io::Result<()> {
        self.known.iter().enumerate().try_for_each(|(index, known)| known.write(file, index))
    }
}

const IDENTITY: SystemInfo<'_> =
    SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

impl Type {
    fn write<W: Write>(&self, file: &mut File<W>, index: usize) -> io::Result<()> {
        let no_font = || io::Error::other("a font cannot be cut down to the glyphs that are used");
        let font = self.face.cut_to(&self.glyphs).ok_or_else(no_font)?;
        // Outlines of PostScript are a table of the file, those of TrueType the file.
        let outlines = table(&font, b"CFF ");
        let (descendant, descriptor, program, unicode) =
            (file.reserve(), file.reserve(), file.reserve(), file.reserve());
        // Six letters and a plus sign say that a font is a part of one.
        let letter = char::from(b'A' + (index % 26) as u8);
        let name = format!("QRISP{letter}+{}", self.face.name());
        let name = Name(name.as_bytes());

        let mut object = chunk();
        let mut font_object = object.type0_font(self.id);
        font_object.base_font(name).encoding_predefined(Name(b"Identity-H"));
        font_object.descendant_font(descendant).to_unicode(unicode);
        drop(font_object);
        file.write(self.id, &object)?;

        object = chunk();
        let mut cid = object.cid_font(descendant);
        cid.subtype(if outlines.is_some() { CidFontType::Type0 } else { CidFontType::Type2 });
        cid.base_font(name).system_info(IDENTITY).font_descriptor(descriptor).default_width(0.0);
        if outlines.is_none() {
            cid.cid_to_gid_map_predefined(Name(b"Identity"));
        }
        let mut widths = cid.widths();
        for (&number, (_, width)) in &self.said {
            widths.same(number, number, *width);
        }
        drop(widths);
        drop(cid);
        file.write(descendant, &object)?;

        object = chunk();
        let metrics = self.face.font.metrics();
        let units = self.face.units();
        let of = |value: f32| value * 1000.0 / units;
        let line = metrics.h_line();
        let (ascent, descent) = line.map_or((800.0, -200.0), |line| {
            (of(line.ascender.to_f64() as f32), of(line.descender.to_f64() as f32))
        });
        let bounds = metrics.bounds;
        let mut about = object.font_descriptor(descriptor);
        about.name(name).flags(FontFlags::SYMBOLIC).italic_angle(0.0).ascent(ascent).descent(descent);
        about.cap_height(ascent).stem_v(80.0);
        let [left, bottom, right, top] =
            [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max].map(|edge| of(edge.to_f64() as f32));
        about.bbox(Rect::new(left, bottom, right, top));
        if outlines.is_some() {
            about.font_file3(program)
        } else {
            about.font_file2(program)
        };
        drop(about);
        file.write(descriptor, &object)?;

        object = chunk();
        let bytes = packed(outlines.unwrap_or(&font));
        let mut stream = object.stream(program, &bytes);
        stream.filter(Filter::FlateDecode);
        if outlines.is_some() {
            stream.pair(Name(b"Subtype"), Name(b"CIDFontType0C"));
        } else {
            stream.pair(Name(b"Length1"), font.len() as i32);
        }
        drop(stream);
        file.write(program, &object)?;

        let mut map = UnicodeCmap::new(Name(b"Unicode"), IDENTITY);
        for (&number, (text, _)) in &self.said {
            if !text.is_empty() {
                map.pair_with_multiple(number, text.chars());
            }
        }
        object = chunk();
        let bytes = packed(map.finish().as_slice());
        object.stream(unicode, &bytes).filter(Filter::FlateDecode);
        file.write(unicode, &object)
    }
}

/// A table of an OpenType file: after twelve bytes come tag, checksum, offset and length of each.
fn table<'f>(font: &'f [u8], tag: &[u8; 4]) -> Option<&'f [u8]> {
    let record = font.get(12..)?.chunks_exact(16).find(|record| record.starts_with(tag))?;
    let number = |at: usize| Some(u32::from_be_bytes(record.get(at..at + 4)?.try_into().ok()?) as usize);
    font.get(number(8)?..)?.get(..number(12)?)
}
