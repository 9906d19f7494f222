//! Where everything stands on a card. All lengths are tenths of a millimetre, y downwards.

use super::text::{self, Font};
use super::{Mark, STICKER_HEIGHT, STICKER_WIDTH, Sticker};
use crate::{QuietZone, Rgb};

/// Something to draw; later ones lie on top.
pub(super) enum Item<'a> {
    /// A closed shape.
    Shape { corners: Vec<(f32, f32)>, color: Rgb },
    /// A line of text that begins at `x`, on the baseline `y`.
    Text { text: String, font: Font, size: f32, x: f32, y: f32, color: Rgb },
    /// The symbol without its quiet zone, which is left white.
    Symbol { x: u32, y: u32, side: u32 },
    /// A picture, as large as it gets in a box.
    Picture { mark: &'a Mark, x: f32, y: f32, width: f32, height: f32 },
}

const INK: Rgb = Rgb::new(0x1A, 0x1A, 0x1F);
const GRAY: Rgb = Rgb::new(0x5C, 0x5F, 0x66);

const WIDTH: f32 = STICKER_WIDTH as f32;
const HEIGHT: f32 = STICKER_HEIGHT as f32;
/// Text stays as far from the edges, clear of the ornaments.
const MARGIN: f32 = 100.0;
const TEXT_WIDTH: f32 = WIDTH - 2.0 * MARGIN;

/// The square that the symbol and its quiet zone of four modules fill.
const SYMBOL: u32 = 740;
const SYMBOL_TOP: u32 = 505;

/// Everything on the card.
pub(super) fn items(card: &Sticker) -> Vec<Item<'_>> {
    let mut items = Vec::new();
    ornaments(&mut items, card.accent);
    head(&mut items, card);
    let lines = &card.lines;

    // Name, NMID and terminal label share the room between head and symbol, from its middle.
    let name = text::fit(&lines.merchant_name, Font::Bold, TEXT_WIDTH, 74.0, 46.0, 2);
    let mut block: Vec<(String, Font, f32, Rgb)> =
        name.lines.into_iter().map(|line| (line, Font::Bold, name.size, INK)).collect();
    let small = [lines.nmid.as_ref().map(|nmid| format!("NMID : {nmid}")), lines.terminal_label.clone()];
    for line in small.into_iter().flatten() {
        let fitted = text::fit(&line, Font::Regular, TEXT_WIDTH, 40.0, 1.0, 1);
        block.push((line, Font::Regular, fitted.size, INK));
    }
    const LEADING: f32 = 1.28;
    let height: f32 = block.iter().map(|line| line.2 * LEADING).sum();
    let (top, bottom) = (250.0, SYMBOL_TOP as f32);
    let mut y = top + (bottom - top - height) / 2.0;
    for (text, font, size, color) in block {
        y += size * LEADING;
        items.push(centred(text, font, size, y - size * 0.3, color));
    }

    let modules = card.symbol.side();
    let quiet_zone = SYMBOL * QuietZone::STANDARD.modules() / (modules + 2 * QuietZone::STANDARD.modules());
    items.push(Item::Symbol {
        x: (STICKER_WIDTH - SYMBOL) / 2 + quiet_zone,
        y: SYMBOL_TOP + quiet_zone,
        side: SYMBOL - 2 * quiet_zone,
    });

    let tagline = text::fit(&lines.tagline, Font::Bold, TEXT_WIDTH, 48.0, 1.0, 1);
    items.push(centred(lines.tagline.clone(), Font::Bold, tagline.size, 1282.0, INK));
    for (y, line) in [(1328.0, "Cek aplikasi penyelenggara di:"), (1366.0, lines.check_at.as_str())] {
        let fitted = text::fit(line, Font::Regular, TEXT_WIDTH - 140.0, 29.0, 1.0, 1);
        items.push(centred(line.to_owned(), Font::Regular, fitted.size, y, GRAY));
    }
    let foot = [("Dicetak oleh: ", &lines.printed_by, 1418.0), ("Versi cetak: ", &lines.version, 1448.0)];
    for (what, value, y) in foot {
        if let Some(value) = value {
            let text = format!("{what}{value}");
            // The wedge begins behind two thirds of the width.
            let size = text::fit(&text, Font::Regular, 560.0, 24.0, 1.0, 1).size;
            items.push(Item::Text { text, font: Font::Regular, size, x: MARGIN, y, color: GRAY });
        }
    }
    items
}

/// A chevron that points from the left edge to the symbol, and a wedge in the lower right corner.
fn ornaments(items: &mut Vec<Item<'_>>, color: Rgb) {
    let middle = (SYMBOL_TOP + SYMBOL / 2) as f32;
    let chevron = vec![
        (0.0, middle - 330.0),
        (70.0, middle),
        (0.0, middle + 330.0),
        (0.0, middle + 190.0),
        (38.0, middle),
        (0.0, middle - 190.0),
    ];
    let wedge = vec![(WIDTH, HEIGHT - 300.0), (WIDTH, HEIGHT), (WIDTH - 300.0, HEIGHT)];
    items.push(Item::Shape { corners: chevron, color });
    items.push(Item::Shape { corners: wedge, color });
}

/// Marks left and right, the standard's name between them or, without a left mark, in its place.
fn head<'a>(items: &mut Vec<Item<'a>>, card: &'a Sticker) {
    const TOP: f32 = 85.0;
    const TALL: f32 = 105.0;
    let mut x = MARGIN;
    if let Some(mark) = &card.left_mark {
        items.push(Item::Picture { mark, x, y: TOP, width: 300.0, height: TALL });
        x += 325.0;
    } else {
        let size = 104.0;
        let text = "QRIS".to_owned();
        let width = Font::Bold.width_at(&text, size);
        items.push(Item::Text { text, font: Font::Bold, size, x, y: TOP + 91.0, color: INK });
        x += width + 30.0;
    }
    for (line, y) in [("QR Code Standar", TOP + 45.0), ("Pembayaran Nasional", TOP + 87.0)] {
        let text = line.to_owned();
        items.push(Item::Text { text, font: Font::Regular, size: 34.0, x, y, color: INK });
    }
    if let Some(mark) = &card.right_mark {
        items.push(Item::Picture { mark, x: WIDTH - MARGIN - 150.0, y: TOP, width: 150.0, height: TALL });
    }
    let rule = |y: f32| vec![(MARGIN, y), (WIDTH - MARGIN, y), (WIDTH - MARGIN, y + 3.0), (MARGIN, y + 3.0)];
    items.push(Item::Shape { corners: rule(228.0), color: Rgb::new(0xD5, 0xD7, 0xDB) });
}

fn centred<'a>(text: String, font: Font, size: f32, y: f32, color: Rgb) -> Item<'a> {
    let x = (WIDTH - font.width_at(&text, size)) / 2.0;
    Item::Text { text, font, size, x, y, color }
}

/// The largest size with these proportions in a box, and its place in the middle of it: x, y, width, height.
pub(super) fn contain(inner: (u32, u32), x: f32, y: f32, width: f32, height: f32) -> (f32, f32, f32, f32) {
    let (w, h) = (inner.0.max(1) as f32, inner.1.max(1) as f32);
    let scale = (width / w).min(height / h);
    (x + (width - w * scale) / 2.0, y + (height - h * scale) / 2.0, w * scale, h * scale)
}
