//! A slip of a receipt printer: black only, no ornaments, as long as what is on it.

use super::{Across, BlockSizes, CHECK, Column, Item, Side, block, contain_left, foot, rule, stack};
use crate::sticker::Sticker;
use crate::sticker::fonts::Weight;
use crate::{QuietZone, Rgb};

/// A width of paper and what the head of its printer reaches.
#[derive(Clone, Copy)]
pub(super) struct Roll {
    width: f32,
    printed: f32,
}

/// 384 dots.
pub(super) const MM58: Roll = Roll { width: 580.0, printed: 480.0 };
/// 576 dots.
pub(super) const MM80: Roll = Roll { width: 800.0, printed: 720.0 };

/// A dot of these printers: eight a millimetre, 203 an inch.
const DOT: f32 = 1.25;
/// Wider modules do not read better, and the slip gets longer.
const MOST_DOTS: f32 = 8.0;

pub(super) fn side(card: &Sticker, roll: Roll) -> Side<'_> {
    let left = (roll.width - roll.printed) / 2.0;
    let column = Column { fonts: &card.fonts, x: left, width: roll.printed, across: Across::Middle };
    let mut items = Vec::new();
    let mut y = 40.0;
    let logos: Vec<_> = [&card.logo_qris, &card.logo_gpn].into_iter().flatten().collect();
    if logos.is_empty() {
        let word = column.one("QRIS", Weight::Bold, roll.printed, 90.0);
        let size = word.size;
        items.extend(word.lines.into_iter().map(|line| column.put(line, size, y + 66.0)));
    } else {
        // Side by side in the middle.
        const GAP: f32 = 40.0;
        let most = (roll.printed - GAP) / 2.0;
        let widths: Vec<f32> =
            logos.iter().map(|mark| contain_left(mark.picture.dimensions(), most, 80.0)).collect();
        let all = widths.iter().sum::<f32>() + GAP * (logos.len() - 1) as f32;
        let mut x = left + (roll.printed - all) / 2.0;
        for (mark, width) in logos.into_iter().zip(widths) {
            items.push(Item::Picture { mark, x, y, width, height: 80.0 });
            x += width + GAP;
        }
    }
    y += 120.0;
    items.extend(column.alike(&[(y, "QR Code Standar Pembayaran Nasional")], roll.printed, 30.0));
    y += 18.0;
    items.push(rule(left, left + roll.printed, y, Rgb::BLACK));
    let lines = block(card, &column, BlockSizes { name: (56.0, 44.0, 3), small: 34.0 }, f32::MAX);
    y = stack(&mut items, &column, lines, y + 14.0);

    // Whole dots, or the modules come out uneven. The quiet zone may reach onto the paper that is not printed.
    let zone = QuietZone::STANDARD.modules() as f32;
    let modules = card.symbol.side() as f32;
    let most = (roll.printed / modules).min(roll.width / (modules + 2.0 * zone));
    let module = (most / DOT).floor().min(MOST_DOTS) * DOT;
    let (side, zone) = (module * modules, module * zone);
    // In whole dots from the edge of what is printed.
    let inset = ((roll.printed - side) / 2.0 / DOT).round() * DOT;
    y += zone;
    items.push(Item::Symbol { x: left + inset, y, module });
    y += side + zone;

    let tagline = column.one(&card.lines.tagline, Weight::Bold, roll.printed, 42.0);
    let size = tagline.size;
    items.extend(tagline.lines.into_iter().map(|line| column.put(line, size, y + 34.0)));
    y += 78.0;
    items.extend(column.alike(&[(y, CHECK), (y + 34.0, &card.lines.check_at)], roll.printed, 28.0));
    y += 34.0;
    let foot = foot(card, [y + 44.0, y + 76.0]);
    let foot: Vec<(f32, &str)> = foot.iter().map(|(y, text)| (*y, text.as_str())).collect();
    let last = foot.last().map_or(y, |line| line.0);
    items.extend(column.alike(&foot, roll.printed, 26.0));
    Side { width: roll.width, height: (last + 60.0).ceil(), items, module }
}
