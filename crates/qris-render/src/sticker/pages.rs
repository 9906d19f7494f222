//! What is printed on one sheet of paper: one side of a card, the two of a table tent, or stickers to cut apart.

use super::layout::{self, Side};
use super::{Paper, Sheet, Sticker, StickerError};

/// A page. All lengths are tenths of a millimetre, y downwards from the top left of what is kept after cutting.
pub(super) struct Page<'a> {
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) places: Vec<Place<'a>>,
    /// Lines on the page itself where to cut or fold.
    pub(super) marks: Vec<Mark>,
    /// Where it is folded, from the top.
    pub(super) fold: Option<f32>,
}

/// A straight line: from, to.
pub(super) type Mark = ((f32, f32), (f32, f32));

/// A side at its place on a page.
pub(super) struct Place<'a> {
    pub(super) card: &'a Sticker,
    pub(super) side: Side<'a>,
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) scale: f32,
    /// Upside down.
    pub(super) turned: bool,
}

/// The margin of a sheet of stickers. Printers reach to within 5 mm of the edge, and the marks stand there.
const SHEET_MARGIN: f32 = 100.0;
/// What is left between two stickers. Their ornaments reach over half of it, so that no cut leaves a white edge.
const SHEET_GAP: f32 = 40.0;
/// How far ornaments reach over the edge of a sticker on a sheet.
const SHEET_BLEED: f32 = 15.0;
/// A sheet of A4.
const SHEET: (f32, f32) = (2100.0, 2970.0);
/// Marks of a sheet: from 5.5 mm to 8 mm off the edge of the paper.
const SHEET_MARKS: (f32, f32) = (55.0, 80.0);

impl<'a> Page<'a> {
    /// A card by itself.
    pub(super) fn of(card: &'a Sticker, bleed: f32) -> Result<Page<'a>, StickerError> {
        card.check()?;
        let place = |x, y, turned| Place { card, side: layout::side(card, bleed), x, y, scale: 1.0, turned };
        let mut places = vec![place(0.0, 0.0, false)];
        let (width, height) =
            places.first().map_or((0.0, 0.0), |place| (place.side.width, place.side.height));
        let mut page = Page { width, height, places: Vec::new(), marks: Vec::new(), fold: None };
        if card.paper == Paper::Tent {
            // Both stand with their heads at the fold.
            places = vec![place(0.0, 0.0, true), place(0.0, height, false)];
            page.fold = Some(height);
            page.height = 2.0 * height;
            if bleed == 0.0 {
                page.marks = vec![((0.0, height), (35.0, height)), ((width - 35.0, height), (width, height))];
            }
        }
        page.places = places;
        Ok(page)
    }

    /// Stickers on A4, row by row; the last sheet may have fewer than fit.
    pub(super) fn sheet(cards: &'a [Sticker], sheet: Sheet) -> Result<Page<'a>, StickerError> {
        let (across, most) = (sheet.across(), sheet.cards());
        if cards.is_empty() || cards.len() > most || cards.iter().any(|card| card.paper != Paper::Card) {
            return Err(StickerError::Sheet { cards: cards.len(), most });
        }
        let gaps = (across - 1) as f32 * SHEET_GAP;
        let room = |length: f32| (length - 2.0 * SHEET_MARGIN - gaps) / across as f32;
        let (width, height) = SHEET;
        let mut page = Page { width, height, places: Vec::new(), marks: Vec::new(), fold: None };
        for (i, card) in cards.iter().enumerate() {
            card.check()?;
            let side = layout::side(card, 0.0);
            let scale = (room(width) / side.width).min(room(height) / side.height);
            let side = layout::side(card, SHEET_BLEED / scale);
            let at = |i: usize, length: f32, paper: f32| {
                let step = length * scale + SHEET_GAP;
                let all = step * across as f32 - SHEET_GAP;
                (paper - all) / 2.0 + step * i as f32
            };
            let (x, y) = (at(i % across, side.width, width), at(i / across, side.height, height));
            let (right, bottom) = (x + side.width * scale, y + side.height * scale);
            let place = Place { card, side, x, y, scale, turned: false };
            page.places.push(place);
            let (near, far) = SHEET_MARKS;
            if i < across {
                for x in [x, right] {
                    page.marks.push(((x, near), (x, far)));
                    page.marks.push(((x, height - far), (x, height - near)));
                }
            }
            if i % across == 0 {
                for y in [y, bottom] {
                    page.marks.push(((near, y), (far, y)));
                    page.marks.push(((width - far, y), (width - near, y)));
                }
            }
        }
        Ok(page)
    }
}
