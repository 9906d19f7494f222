//! A card as SVG.

use std::fmt::Write;

use ab_glyph::{OutlineCurve, Point};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::layout::{self, Item};
use super::text::Font;
use super::{STICKER_HEIGHT, STICKER_WIDTH, Sticker};
use crate::xml::Escaped;

/// Cards at their places on a page of `width` and `height` tenths of a millimetre; several get a line to cut along.
pub(super) fn document(width: u32, height: u32, title: &str, cards: &[(&Sticker, u32, u32)]) -> String {
    let mut svg = String::with_capacity(64 * 1024);
    // Writing to a string does not fail.
    let _ = write!(
        svg,
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{}.{}mm" height="{}.{}mm" role="img"><title>{}</title><rect width="100%" height="100%" fill="#fff"/>"##,
        width / 10,
        width % 10,
        height / 10,
        height % 10,
        Escaped(title)
    );
    for &(card, x, y) in cards {
        let _ = write!(svg, r#"<g transform="translate({x} {y})">"#);
        layout::items(card).iter().for_each(|item| draw(&mut svg, card, item));
        svg.push_str("</g>");
        if cards.len() > 1 {
            let _ = write!(
                svg,
                r##"<rect x="{x}" y="{y}" width="{STICKER_WIDTH}" height="{STICKER_HEIGHT}" fill="none" stroke="#bbb" stroke-width="2" stroke-dasharray="12 12"/>"##
            );
        }
    }
    svg.push_str("</svg>\n");
    svg
}

fn draw(svg: &mut String, card: &Sticker, item: &Item<'_>) {
    let _ = match item {
        Item::Shape { corners, color } => {
            let points: Vec<String> = corners.iter().map(|(x, y)| format!("{x},{y}")).collect();
            write!(svg, r#"<polygon fill="{color}" points="{}"/>"#, points.join(" "))
        }
        Item::Text { text, font, size, x, y, color } => {
            let scale = size / font.units();
            let _ = write!(
                svg,
                r#"<path aria-label="{}" fill="{color}" transform="translate({x:.1} {y:.1}) scale({scale:.5} -{scale:.5})" d=""#,
                Escaped(text)
            );
            outline(svg, text, *font);
            svg.push_str("\"/>");
            Ok(())
        }
        Item::Symbol { x, y, side } => {
            let scale = *side as f32 / card.symbol.side() as f32;
            let _ = write!(
                svg,
                r##"<path stroke="#000" shape-rendering="crispEdges" transform="translate({x} {y}) scale({scale:.5})" d=""##
            );
            card.symbol.path(svg, 0, 0);
            svg.push_str("\"/>");
            Ok(())
        }
        Item::Picture { mark, x, y, width, height } => {
            let (x, y, width, height) = layout::contain(mark.picture.dimensions(), *x, *y, *width, *height);
            let data = STANDARD.encode(&mark.file);
            write!(
                svg,
                r#"<image x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" href="data:{};base64,{data}"/>"#,
                mark.media_type
            )
        }
    };
}

/// Path data in font units, in whole numbers.
fn outline(svg: &mut String, text: &str, font: Font) {
    let mut pen: Option<Point> = None;
    for curve in font.outline(text) {
        let (start, rest) = match curve {
            OutlineCurve::Line(a, b) => (a, ('L', [Some(b), None, None])),
            OutlineCurve::Quad(a, b, c) => (a, ('Q', [Some(b), Some(c), None])),
            OutlineCurve::Cubic(a, b, c, d) => (a, ('C', [Some(b), Some(c), Some(d)])),
        };
        if pen != Some(start) {
            let _ = write!(svg, "M{:.0} {:.0}", start.x, start.y);
        }
        let (command, points) = rest;
        svg.push(command);
        for (i, point) in points.into_iter().flatten().enumerate() {
            let _ = write!(svg, "{}{:.0} {:.0}", if i == 0 { "" } else { " " }, point.x, point.y);
            pen = Some(point);
        }
    }
}
