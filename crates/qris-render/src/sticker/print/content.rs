//! What is drawn on one page of a PDF.

use std::collections::BTreeMap;
use std::io::{self, Write};

use pdf_writer::{Name, Ref, Settings, Str, TextStr};

use super::Ink;
use super::file::File;
use super::pictures::Pictures;
use super::types::Types;
use crate::Rgb;
use crate::sticker::contours::contours;
use crate::sticker::layout::{self, Item};
use crate::sticker::pages::{Mark, Place};
use crate::sticker::text::Line;

/// Points in a tenth of a millimetre.
pub(super) const POINT: f32 = 72.0 / 254.0;

pub(super) struct Content {
    out: pdf_writer::Content,
    ink: Ink,
    used: Used,
}

/// Names of what a page uses, and the objects.
#[derive(Default)]
pub(super) struct Used {
    pub(super) types: BTreeMap<String, Ref>,
    pub(super) pictures: BTreeMap<String, Ref>,
}

impl Content {
    /// Lengths are tenths of a millimetre from here on, with y downwards from a point of the page, counted from its lower
    /// left corner.
    pub(super) fn new(ink: Ink, x: f32, y: f32) -> Content {
        let mut out = pdf_writer::Content::with_settings(Settings { pretty: false });
        out.transform([POINT, 0.0, 0.0, -POINT, POINT * x, POINT * y]);
        Content { out, ink, used: Used::default() }
    }

    pub(super) fn finish(self) -> (Vec<u8>, Used) {
        (self.out.finish().into_vec(), self.used)
    }

    /// A side of a card.
    pub(super) fn place<W: Write>(
        &mut self,
        file: &mut File<W>,
        types: &mut Types,
        pictures: &mut Pictures,
        place: &Place<'_>,
    ) -> io::Result<()> {
        let Place { x, y, scale, .. } = *place;
        let (width, height) = (place.side.width * scale, place.side.height * scale);
        self.out.save_state();
        match place.turned {
            true => self.out.transform([-scale, 0.0, 0.0, -scale, x + width, y + height]),
            false => self.out.transform([scale, 0.0, 0.0, scale, x, y]),
        };
        for item in &place.side.items {
            match item {
                Item::Shape { corners, color } => self.shape(corners, *color),
                Item::Text { line, size, x, y } => self.text(file, types, line, *size, *x, *y),
                Item::Symbol { x, y, module } => {
                    self.color(Rgb::BLACK);
                    self.out.save_state();
                    self.out.transform([*module, 0.0, 0.0, *module, *x, *y]);
                    // One path: nothing in it can come apart.
                    for contour in contours(&place.card.symbol) {
                        self.path(contour.iter().map(|&(x, y)| (x as f32, y as f32)));
                    }
                    self.out.fill_nonzero();
                    self.out.restore_state();
                }
                Item::Picture { mark, x, y, width, height } => {
                    let (name, id) = pictures.of(file, &mark.picture)?;
                    let (x, y, width, height) =
                        layout::contain(mark.picture.dimensions(), *x, *y, *width, *height);
                    self.out.save_state();
                    self.out.transform([width, 0.0, 0.0, -height, x, y + height]);
                    self.out.x_object(Name(name.as_bytes()));
                    self.out.restore_state();
                    self.used.pictures.insert(name, id);
                }
            }
        }
        self.out.restore_state();
        Ok(())
    }

    /// Lines where to cut or to fold, a quarter of a point wide.
    pub(super) fn marks<'m>(&mut self, marks: impl Iterator<Item = &'m Mark>) {
        match self.ink {
            Ink::Cmyk => self.out.set_stroke_cmyk(0.0, 0.0, 0.0, 1.0),
            Ink::Rgb => self.out.set_stroke_rgb(0.0, 0.0, 0.0),
        };
        self.out.set_line_width(0.25 / POINT);
        for &((from_x, from_y), (to_x, to_y)) in marks {
            self.out.move_to(from_x, from_y).line_to(to_x, to_y).stroke();
        }
    }

    fn color(&mut self, color: Rgb) {
        let part = |value: u8| f32::from(value) / 255.0;
        let (red, green, blue) = (part(color.red), part(color.green), part(color.blue));
        match self.ink {
            Ink::Rgb => self.out.set_fill_rgb(red, green, blue),
            Ink::Cmyk => {
                // Black takes as much as all three have of it: what is black or grey is black ink alone.
                let light = red.max(green).max(blue);
                let is_gray = light - red.min(green).min(blue) < 0.04;
                let of = |value: f32| if is_gray { 0.0 } else { 1.0 - value / light };
                self.out.set_fill_cmyk(
                    rounded(of(red)),
                    rounded(of(green)),
                    rounded(of(blue)),
                    rounded(1.0 - light),
                )
            }
        };
    }

    fn path(&mut self, corners: impl Iterator<Item = (f32, f32)>) {
        for (i, (x, y)) in corners.enumerate() {
            if i == 0 {
                self.out.move_to(x, y)
            } else {
                self.out.line_to(x, y)
            };
        }
        self.out.close_path();
    }

    fn shape(&mut self, corners: &[(f32, f32)], color: Rgb) {
        self.color(color);
        self.path(corners.iter().map(|&(x, y)| (rounded(x), rounded(y))));
        self.out.fill_nonzero();
    }

    fn text<W: Write>(
        &mut self,
        file: &mut File<W>,
        types: &mut Types,
        line: &Line,
        size: f32,
        x: f32,
        y: f32,
    ) {
        self.color(Rgb::BLACK);
        // Glyphs that are no characters by themselves say here what they are together.
        if !line.plain {
            let mut span = self.out.begin_marked_content_with_properties(Name(b"Span"));
            span.properties().actual_text(TextStr(&line.text));
        }
        self.out.begin_text();
        let mut rest = line.glyphs.as_slice();
        while let Some(first) = rest.first() {
            let run = rest.iter().take_while(|glyph| std::sync::Arc::ptr_eq(&glyph.face, &first.face));
            let run = run.take_while(|glyph| glyph.y == first.y).count();
            let (glyphs, after) = rest.split_at(run.max(1));
            rest = after;
            let (index, name, id) = types.of(file, &first.face);
            self.out.set_font(Name(name.as_bytes()), size);
            self.used.types.insert(name, id);
            self.out.set_text_matrix([
                1.0,
                0.0,
                0.0,
                -1.0,
                rounded(x + first.x * size),
                rounded(y - first.y * size),
            ]);
            let mut shown = self.out.show_positioned();
            let mut items = shown.items();
            let (mut bytes, mut pen) = (Vec::new(), first.x);
            for glyph in glyphs {
                let text = line.text.get(glyph.of.clone()).unwrap_or_default();
                let (number, advance) = types.glyph(index, glyph.id, text);
                let off = ((pen - glyph.x) * 1000.0).round();
                if off != 0.0 {
                    if !bytes.is_empty() {
                        items.show(Str(&std::mem::take(&mut bytes)));
                    }
                    items.adjust(off);
                    pen = glyph.x;
                }
                bytes.extend_from_slice(&number.to_be_bytes());
                pen += advance;
            }
            items.show(Str(&bytes));
        }
        self.out.end_text();
        if !line.plain {
            self.out.end_marked_content();
        }
    }
}

/// To thousandths, of whatever unit: what is finer only makes files larger.
fn rounded(value: f32) -> f32 {
    (value * 1000.0).round() / 1000.0
}
