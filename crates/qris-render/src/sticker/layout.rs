//! Where everything stands on one side of a card. All lengths are tenths of a millimetre, y downwards.

mod landscape;
mod receipt;
mod upright;

use super::fonts::{Fonts, Weight};
use super::text::{self, Fitted, Line};
use super::{Mark, Paper, Sticker};
use crate::{QuietZone, Rgb};

/// One side with all that is on it.
pub(super) struct Side<'a> {
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) items: Vec<Item<'a>>,
    /// A module of the symbol.
    pub(super) module: f32,
}

/// Something to draw; later ones lie on top.
pub(super) enum Item<'a> {
    /// A closed shape.
    Shape { corners: Vec<(f32, f32)>, color: Rgb },
    /// A line of text that begins at `x`, on the baseline `y`, in black.
    Text { line: Line, size: f32, x: f32, y: f32 },
    /// The symbol without its quiet zone, which is left white.
    Symbol { x: f32, y: f32, module: f32 },
    /// A picture, as large as it gets in a box.
    Picture { mark: &'a Mark, x: f32, y: f32, width: f32, height: f32 },
}

/// A side of a card; `bleed` is how far the ornaments reach over its edges.
pub(super) fn side(card: &Sticker, bleed: f32) -> Side<'_> {
    match card.paper {
        Paper::Card => upright::side(card, bleed),
        Paper::Tent => landscape::side(card, bleed),
        Paper::Receipt58 => receipt::side(card, receipt::MM58),
        Paper::Receipt80 => receipt::side(card, receipt::MM80),
    }
}

/// The line below the code that says where to look up who takes part.
const CHECK: &str = "Cek aplikasi penyelenggara di:";
const RULE: Rgb = Rgb::new(0xD5, 0xD7, 0xDB);

/// Where a line stands between two edges.
#[derive(Clone, Copy)]
enum Across {
    Left,
    Middle,
}

/// A column of lines, all between the same edges.
struct Column<'f> {
    fonts: &'f Fonts,
    x: f32,
    width: f32,
    across: Across,
}

impl Column<'_> {
    fn one(&self, text: &str, weight: Weight, width: f32, largest: f32) -> Fitted {
        text::fit_one(text, weight, self.fonts, width.min(self.width), largest)
    }

    fn put<'a>(&self, line: Line, size: f32, y: f32) -> Item<'a> {
        let x = match self.across {
            Across::Left => self.x,
            Across::Middle => self.x + (self.width - line.width * size) / 2.0,
        };
        Item::Text { line, size, x, y }
    }

    /// Some lines of one size, each on its baseline.
    fn alike<'a>(&self, lines: &[(f32, &str)], width: f32, largest: f32) -> Vec<Item<'a>> {
        let fitted: Vec<(f32, Fitted)> =
            lines.iter().map(|&(y, text)| (y, self.one(text, Weight::Regular, width, largest))).collect();
        let size = fitted.iter().map(|(_, one)| one.size).fold(largest, f32::min);
        fitted
            .into_iter()
            .flat_map(|(y, one)| one.lines.into_iter().map(move |line| (y, line)))
            .map(|(y, line)| self.put(line, size, y))
            .collect()
    }
}

/// Name, NMID and terminal label, with their sizes; what they take in height is at most `height`.
fn block(card: &Sticker, column: &Column<'_>, sizes: BlockSizes, height: f32) -> Vec<(Line, f32)> {
    let BlockSizes { name: (largest, smallest, lines), small } = sizes;
    let texts = &card.lines;
    let name =
        text::fit(&texts.merchant_name, Weight::Bold, column.fonts, column.width, largest, smallest, lines);
    let mut block: Vec<(Line, f32)> = name.lines.into_iter().map(|line| (line, name.size)).collect();
    let nmid = texts.nmid.as_ref().map(|nmid| format!("NMID : {nmid}"));
    for text in [nmid.as_ref(), texts.terminal_label.as_ref()].into_iter().flatten() {
        let fitted = column.one(text, Weight::Regular, column.width, small);
        block.extend(fitted.lines.into_iter().map(|line| (line, fitted.size)));
    }
    let smaller = (height / tall(&block)).min(1.0);
    block.iter_mut().for_each(|line| line.1 *= smaller);
    block
}

/// What lines take in height, one below the other.
fn tall(lines: &[(Line, f32)]) -> f32 {
    lines.iter().map(|(line, size)| (line.above + line.below) * size).sum()
}

/// Sizes of the name, largest, smallest on one line, and most lines; and of what is below it.
#[derive(Clone, Copy)]
struct BlockSizes {
    name: (f32, f32, usize),
    small: f32,
}

/// Sets lines one below the other from `top`; where the last one ends.
fn stack<'a>(items: &mut Vec<Item<'a>>, column: &Column<'_>, lines: Vec<(Line, f32)>, top: f32) -> f32 {
    let mut y = top;
    for (line, size) in lines {
        let (above, below) = (line.above * size, line.below * size);
        items.push(column.put(line, size, y + above));
        y += above + below;
    }
    y
}

/// Who printed the card and when, as far as it is known, on their baselines.
fn foot(card: &Sticker, baselines: [f32; 2]) -> Vec<(f32, String)> {
    let lines = &card.lines;
    let texts = [("Dicetak oleh: ", &lines.printed_by), ("Versi cetak: ", &lines.version)];
    let known = texts.into_iter().filter_map(|(what, value)| Some(format!("{what}{}", value.as_ref()?)));
    // A single one stands on the last baseline.
    let known: Vec<String> = known.collect();
    let skip = baselines.len() - known.len();
    baselines.into_iter().skip(skip).zip(known).collect()
}

/// The symbol in a square, its quiet zone included.
fn symbol<'a>(card: &Sticker, x: f32, y: f32, side: f32) -> (Item<'a>, f32) {
    let zone = QuietZone::STANDARD.modules();
    let module = side / (card.symbol.side() + 2 * zone) as f32;
    let margin = module * zone as f32;
    (Item::Symbol { x: x + margin, y: y + margin, module }, module)
}

/// A chevron that points from the left edge at the symbol's middle.
fn chevron<'a>(middle: f32, tip: f32, bleed: f32, color: Rgb) -> Item<'a> {
    // Along its slanted sides, out to the bleed.
    let at = |x: f32, half: f32, tip: f32| half * (tip - x) / tip;
    let (outer, inner) = (300.0, 170.0);
    let inner_tip = tip * 0.52;
    Item::Shape {
        corners: vec![
            (-bleed, middle - at(-bleed, outer, tip)),
            (tip, middle),
            (-bleed, middle + at(-bleed, outer, tip)),
            (-bleed, middle + at(-bleed, inner, inner_tip)),
            (inner_tip, middle),
            (-bleed, middle - at(-bleed, inner, inner_tip)),
        ],
        color,
    }
}

/// A wedge in the lower right corner.
fn wedge<'a>(width: f32, height: f32, side: f32, bleed: f32, color: Rgb) -> Item<'a> {
    Item::Shape {
        corners: vec![
            (width + bleed, height - side - bleed),
            (width + bleed, height + bleed),
            (width - side - bleed, height + bleed),
        ],
        color,
    }
}

fn rule<'a>(left: f32, right: f32, y: f32, color: Rgb) -> Item<'a> {
    Item::Shape { corners: vec![(left, y), (right, y), (right, y + 3.0), (left, y + 3.0)], color }
}

/// The largest size with these proportions in a box, and its place in the middle of it: x, y, width, height.
pub(super) fn contain(inner: (u32, u32), x: f32, y: f32, width: f32, height: f32) -> (f32, f32, f32, f32) {
    let (w, h) = (inner.0.max(1) as f32, inner.1.max(1) as f32);
    let scale = (width / w).min(height / h);
    (x + (width - w * scale) / 2.0, y + (height - h * scale) / 2.0, w * scale, h * scale)
}

/// The same at the left edge of the box.
pub(super) fn contain_left(inner: (u32, u32), width: f32, height: f32) -> f32 {
    contain(inner, 0.0, 0.0, width, height).2
}
