//! The card: A6, upright.

use super::{
    Across, BlockSizes, CHECK, Column, Item, RULE, Side, block, chevron, contain_left, foot, rule, stack,
    symbol, tall, wedge,
};
use crate::sticker::Sticker;
use crate::sticker::fonts::Weight;

const WIDTH: f32 = 1050.0;
const HEIGHT: f32 = 1480.0;
/// Text stays as far from the edges, clear of the ornaments.
const MARGIN: f32 = 75.0;
const TEXT_WIDTH: f32 = WIDTH - 2.0 * MARGIN;

/// The square of the symbol and its quiet zone: what chevron, name and tagline leave.
const SYMBOL: f32 = 880.0;
const SYMBOL_TOP: f32 = 366.0;
/// Where the rule below the head is.
const RULE_Y: f32 = 172.0;

pub(super) fn side(card: &Sticker, bleed: f32) -> Side<'_> {
    let mut items = vec![
        chevron(SYMBOL_TOP + SYMBOL / 2.0, 62.0, bleed, card.accent),
        wedge(WIDTH, HEIGHT, 270.0, bleed, card.accent),
    ];
    let column = Column { fonts: &card.fonts, x: MARGIN, width: TEXT_WIDTH, across: Across::Middle };
    head(&mut items, card);

    // Name, NMID and terminal label share the room between head and symbol, from its middle.
    let (top, bottom) = (RULE_Y + 8.0, SYMBOL_TOP - 2.0);
    let lines = block(card, &column, BlockSizes { name: (76.0, 48.0, 2), small: 37.0 }, bottom - top);
    let height = tall(&lines);
    stack(&mut items, &column, lines, top + (bottom - top - height) / 2.0);

    let (code, module) = symbol(card, (WIDTH - SYMBOL) / 2.0, SYMBOL_TOP, SYMBOL);
    items.push(code);

    let tagline = column.one(&card.lines.tagline, Weight::Bold, 740.0, 50.0);
    let size = tagline.size;
    items.extend(tagline.lines.into_iter().map(|line| column.put(line, size, 1291.0)));
    items.extend(column.alike(&[(1333.0, CHECK), (1367.0, &card.lines.check_at)], 640.0, 28.0));
    let foot = foot(card, [1412.0, 1440.0]);
    let foot: Vec<(f32, &str)> = foot.iter().map(|(y, text)| (*y, text.as_str())).collect();
    let left = Column { across: Across::Left, ..column };
    // The wedge begins behind two thirds of the width.
    items.extend(left.alike(&foot, 620.0, 23.0));
    Side { width: WIDTH, height: HEIGHT, items, module }
}

/// Logos left and right, the standard's name between them or, without a left logo, in its place.
fn head<'a>(items: &mut Vec<Item<'a>>, card: &'a Sticker) {
    const TOP: f32 = 55.0;
    const TALL: f32 = 95.0;
    let column = |x: f32, width: f32| Column { fonts: &card.fonts, x, width, across: Across::Left };
    let mut x = MARGIN;
    if let Some(mark) = &card.logo_qris {
        let width = contain_left(mark.picture.dimensions(), 330.0, TALL);
        items.push(Item::Picture { mark, x, y: TOP, width, height: TALL });
        x += width + 28.0;
    } else {
        let word = column(x, 300.0).one("QRIS", Weight::Bold, 300.0, 108.0);
        let size = word.size;
        for line in word.lines {
            let width = line.width * size;
            items.push(column(x, 300.0).put(line, size, TOP + 87.0));
            x += width + 28.0;
        }
    }
    let right = if card.logo_gpn.is_some() { WIDTH - MARGIN - 170.0 } else { WIDTH - MARGIN };
    let lines = [(TOP + 41.0, "QR Code Standar"), (TOP + 82.0, "Pembayaran Nasional")];
    items.extend(column(x, right - x).alike(&lines, right - x, 35.0));
    if let Some(mark) = &card.logo_gpn {
        let width = contain_left(mark.picture.dimensions(), 150.0, TALL);
        items.push(Item::Picture { mark, x: WIDTH - MARGIN - width, y: TOP, width, height: TALL });
    }
    items.push(rule(MARGIN, WIDTH - MARGIN, RULE_Y, RULE));
}
