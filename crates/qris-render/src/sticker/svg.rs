//! A page as SVG, with outlines for letters: it needs no font on the machine that shows it.

use std::fmt::Write;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use harfrust::font::glyph::outline::PathElement;

use super::contours::contours;
use super::fonts::is_joiner;
use super::layout::{self, Item};
use super::pages::Page;
use super::text::{Line, UNITS};
use super::{Mark, Sticker};
use crate::Symbol;
use crate::xml::Escaped;

/// A page of its real size.
pub(super) fn document(page: &Page<'_>, title: &str) -> String {
    let mut svg = String::with_capacity(64 * 1024);
    let (width, height) = (page.width, page.height);
    // Writing to a string does not fail.
    let _ = write!(
        svg,
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{:.1}mm" height="{:.1}mm" role="img"><title>{}</title><rect width="100%" height="100%" fill="#fff"/>"##,
        width / 10.0,
        height / 10.0,
        Escaped(title)
    );
    let mut pictures = Vec::new();
    for place in &page.places {
        let (x, y, scale) = (place.x, place.y, place.scale);
        if page.places.len() > 1 {
            let turned = if place.turned {
                format!(" rotate(180 {} {})", place.side.width / 2.0, place.side.height / 2.0)
            } else {
                String::new()
            };
            let _ = write!(svg, r#"<g transform="translate({x:.2} {y:.2}) scale({scale:.5}){turned}">"#);
        }
        place.side.items.iter().for_each(|item| draw(&mut svg, &mut pictures, place.card, item));
        if page.places.len() > 1 {
            svg.push_str("</g>");
        }
    }
    for ((from_x, from_y), (to_x, to_y)) in &page.marks {
        let _ = write!(
            svg,
            r##"<path stroke="#000" stroke-width="2" d="M{from_x:.1} {from_y:.1}L{to_x:.1} {to_y:.1}"/>"##
        );
    }
    svg.push_str("</svg>\n");
    svg
}

/// A picture at its place on a side.
type Shown<'a> = (&'a Mark, [f32; 4]);

/// `pictures` are those that are in the document; each is written once, however many cards show it.
fn draw<'a>(svg: &mut String, pictures: &mut Vec<Shown<'a>>, card: &Sticker, item: &Item<'a>) {
    let _ = match item {
        Item::Shape { corners, color } => {
            let points: Vec<String> = corners.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
            write!(svg, r#"<polygon fill="{color}" points="{}"/>"#, points.join(" "))
        }
        Item::Text { line, size, x, y } => {
            let scale = size / UNITS;
            let text: String = line.text.chars().filter(|&c| !is_joiner(c)).collect();
            let _ = write!(
                svg,
                r#"<path aria-label="{}" transform="translate({x:.1} {y:.1}) scale({scale:.5} -{scale:.5})" d=""#,
                Escaped(&text)
            );
            outline(svg, line);
            svg.push_str("\"/>");
            Ok(())
        }
        Item::Symbol { x, y, module } => {
            let _ = write!(svg, r#"<path transform="translate({x:.3} {y:.3}) scale({module:.5})" d=""#);
            modules(svg, &card.symbol);
            svg.push_str("\"/>");
            Ok(())
        }
        Item::Picture { mark, x, y, width, height } => {
            let (x, y, width, height) = layout::contain(mark.picture.dimensions(), *x, *y, *width, *height);
            let place = [x, y, width, height];
            let is_this =
                |(known, at): &Shown<'_>| Arc::ptr_eq(&known.picture, &mark.picture) && *at == place;
            if let Some(index) = pictures.iter().position(is_this) {
                write!(svg, r##"<use href="#p{index}"/>"##)
            } else {
                let (index, data) = (pictures.len(), STANDARD.encode(&mark.file));
                pictures.push((mark, place));
                write!(
                    svg,
                    r#"<image id="p{index}" x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" href="data:{};base64,{data}"/>"#,
                    mark.media_type
                )
            }
        }
    };
}

/// The dark modules as path data, in modules.
fn modules(svg: &mut String, symbol: &Symbol) {
    for contour in contours(symbol) {
        let mut at = None;
        for &(x, y) in &contour {
            let _ = match at {
                None => write!(svg, "M{x} {y}"),
                Some((_, before)) if before == y => write!(svg, "H{x}"),
                Some(_) => write!(svg, "V{y}"),
            };
            at = Some((x, y));
        }
        svg.push('z');
    }
}

/// Path data in whole units.
fn outline(svg: &mut String, line: &Line) {
    for element in line.outline() {
        let _ = match element {
            PathElement::MoveTo { x, y } => write!(svg, "M{x:.0} {y:.0}"),
            PathElement::LineTo { x, y } => write!(svg, "L{x:.0} {y:.0}"),
            PathElement::QuadTo { cx0, cy0, x, y } => write!(svg, "Q{cx0:.0} {cy0:.0} {x:.0} {y:.0}"),
            PathElement::CurveTo { cx0, cy0, cx1, cy1, x, y } => {
                write!(svg, "C{cx0:.0} {cy0:.0} {cx1:.0} {cy1:.0} {x:.0} {y:.0}")
            }
            PathElement::Close => write!(svg, "z"),
        };
    }
}
