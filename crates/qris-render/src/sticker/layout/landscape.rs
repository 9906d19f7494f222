//! A side of the table tent: A6, lying. The code stands at the left, all text in a column beside it.

use super::{
    Across, BlockSizes, CHECK, Column, Item, RULE, Side, block, chevron, contain_left, foot, rule, stack,
    symbol, wedge,
};
use crate::sticker::Sticker;
use crate::sticker::fonts::Weight;

pub(super) const WIDTH: f32 = 1480.0;
pub(super) const HEIGHT: f32 = 1050.0;
/// The square of the symbol and its quiet zone.
const SYMBOL: f32 = 880.0;
const SYMBOL_LEFT: f32 = 75.0;
const SYMBOL_TOP: f32 = (HEIGHT - SYMBOL) / 2.0;
/// The column of text.
const LEFT: f32 = 975.0;
const RIGHT: f32 = WIDTH - 65.0;
const TEXT_WIDTH: f32 = RIGHT - LEFT;

pub(super) fn side(card: &Sticker, bleed: f32) -> Side<'_> {
    let mut items = vec![
        chevron(HEIGHT / 2.0, 62.0, bleed, card.accent),
        wedge(WIDTH, HEIGHT, 200.0, bleed, card.accent),
    ];
    let (code, module) = symbol(card, SYMBOL_LEFT, SYMBOL_TOP, SYMBOL);
    items.push(code);
    let column = Column { fonts: &card.fonts, x: LEFT, width: TEXT_WIDTH, across: Across::Left };
    head(&mut items, card, &column);

    let (top, bottom) = (320.0, 640.0);
    let lines = block(card, &column, BlockSizes { name: (66.0, 56.0, 4), small: 35.0 }, bottom - top);
    stack(&mut items, &column, lines, top);

    let tagline = column.one(&card.lines.tagline, Weight::Bold, TEXT_WIDTH, 50.0);
    let size = tagline.size;
    items.extend(tagline.lines.into_iter().map(|line| column.put(line, size, 716.0)));
    items.extend(column.alike(&[(760.0, CHECK), (796.0, &card.lines.check_at)], TEXT_WIDTH, 28.0));
    let foot = foot(card, [930.0, 960.0]);
    let foot: Vec<(f32, &str)> = foot.iter().map(|(y, text)| (*y, text.as_str())).collect();
    // The wedge begins there.
    items.extend(column.alike(&foot, 375.0, 23.0));
    Side { width: WIDTH, height: HEIGHT, items, module }
}

fn head<'a>(items: &mut Vec<Item<'a>>, card: &'a Sticker, column: &Column<'_>) {
    const TOP: f32 = 100.0;
    const TALL: f32 = 90.0;
    if let Some(mark) = &card.logo_qris {
        let width = contain_left(mark.picture.dimensions(), 270.0, TALL);
        items.push(Item::Picture { mark, x: LEFT, y: TOP, width, height: TALL });
    } else {
        let word = column.one("QRIS", Weight::Bold, 270.0, 108.0);
        let size = word.size;
        items.extend(word.lines.into_iter().map(|line| column.put(line, size, TOP + 84.0)));
    }
    if let Some(mark) = &card.logo_gpn {
        let width = contain_left(mark.picture.dimensions(), 140.0, TALL);
        items.push(Item::Picture { mark, x: RIGHT - width, y: TOP, width, height: TALL });
    }
    let lines = [(TOP + 134.0, "QR Code Standar"), (TOP + 172.0, "Pembayaran Nasional")];
    items.extend(column.alike(&lines, TEXT_WIDTH, 33.0));
    items.push(rule(LEFT, RIGHT, TOP + 196.0, RULE));
}
