//! SVG: one path of merged runs on a ground of one rectangle.

use crate::frame::Frame;
use crate::xml::Escaped;
use crate::{Colors, FrameError, QuietZone, Size, Symbol};

/// How [`Symbol::svg`] draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Svg<'a> {
    /// What a screen reader says and a browser shows as a tip: the merchant's name, perhaps. Any text; it is escaped.
    /// `QRIS` by default.
    pub title: &'a str,
    /// Width and height in the file; `None`, the default, leaves the size to the page. A size in millimetres is
    /// written as such.
    pub size: Option<Size>,
    /// Four modules by default.
    pub quiet_zone: QuietZone,
    /// Black on white by default.
    pub colors: Colors,
}

impl Default for Svg<'_> {
    fn default() -> Self {
        Svg { title: "QRIS", size: None, quiet_zone: QuietZone::default(), colors: Colors::default() }
    }
}

impl Symbol {
    /// The symbol as an SVG document. Nothing of the payload is in it as text.
    ///
    /// # Errors
    /// When a size is given and it is zero, too small for the symbol or larger than [`MAX_SIDE`](crate::MAX_SIDE).
    pub fn svg(&self, options: &Svg<'_>) -> Result<String, FrameError> {
        let border = options.quiet_zone.modules();
        let side = self.side() + 2 * border;
        let mut svg =
            String::with_capacity(500 + options.title.len() + 3 * (self.side() * self.side()) as usize / 2);
        svg.push_str(&format!(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}""#));
        if let Some(size) = options.size {
            let frame = Frame::new(self, size, options.quiet_zone)?;
            let (length, unit) = match size {
                Size::Millimetres { side, .. } => (side, "mm"),
                _ => (frame.side, ""),
            };
            svg.push_str(&format!(r#" width="{length}{unit}" height="{length}{unit}""#));
        }
        svg.push_str(r#" role="img" shape-rendering="crispEdges"><title>"#);
        svg.push_str(&format!(
            r#"{}</title><rect width="100%" height="100%" fill="{}"/><path stroke="{}" d=""#,
            Escaped(options.title),
            options.colors.light(),
            options.colors.dark()
        ));
        self.path(&mut svg, border, border);
        svg.push_str("\"/></svg>\n");
        Ok(svg)
    }

    /// Path data that, stroked one unit wide, paints the dark modules with their top left corner at `x`, `y`.
    pub(crate) fn path(&self, svg: &mut String, x: u32, y: u32) {
        // As bytes, because they are pushed one by one; what comes back is checked once.
        let mut out = std::mem::take(svg).into_bytes();
        // Each run begins relative to the end of the one before; to the left only at the start of a row.
        let mut pen: Option<(u32, u32)> = None;
        for row in 0..self.side() {
            let mut edges = self.edges(row);
            while let (Some(start), Some(end)) = (edges.next(), edges.next()) {
                match pen {
                    None => {
                        out.push(b'M');
                        number(&mut out, x + start);
                        out.push(b' ');
                        number(&mut out, y + row);
                        out.extend_from_slice(b".5");
                    }
                    // Most runs stand in the row of the one before, and gap and run are short.
                    Some((column, line)) if line == row && start - column < 10 && end - start < 10 => {
                        let digit = |value: u32| b'0' + value as u8;
                        out.extend_from_slice(&[
                            b'm',
                            digit(start - column),
                            b' ',
                            b'0',
                            b'h',
                            digit(end - start),
                        ]);
                        pen = Some((end, row));
                        continue;
                    }
                    Some((column, line)) => {
                        out.push(b'm');
                        if start < column {
                            out.push(b'-');
                        }
                        number(&mut out, start.abs_diff(column));
                        out.push(b' ');
                        number(&mut out, row - line);
                    }
                }
                out.push(b'h');
                number(&mut out, end - start);
                pen = Some((end, row));
            }
        }
        *svg = String::from_utf8(out).unwrap_or_default();
    }
}

/// In decimal; a symbol and its quiet zone have at most 687 modules on a side.
#[inline(always)]
fn number(out: &mut Vec<u8>, value: u32) {
    if value >= 10 {
        if value >= 100 {
            out.push(b'0' + (value / 100 % 10) as u8);
        }
        out.push(b'0' + (value / 10 % 10) as u8);
    }
    out.push(b'0' + (value % 10) as u8);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Options;

    fn symbol() -> Symbol {
        Symbol::of_text("00020101021126Test", Options::default()).unwrap()
    }

    /// Walks the path as a renderer does.
    fn modules(path: &str) -> Vec<(i32, i32)> {
        let (mut x, mut y, mut found) = (0, 0, Vec::new());
        let mut rest = path;
        while let Some(command) = rest.chars().next() {
            let end = rest[1..].find(|c: char| c.is_alphabetic()).map_or(rest.len(), |at| at + 1);
            let numbers: Vec<i32> =
                rest[1..end].split(' ').map(|n| n.trim_end_matches(".5").parse().unwrap()).collect();
            match (command, numbers.as_slice()) {
                ('M', &[to_x, to_y]) => (x, y) = (to_x, to_y),
                ('m', &[by_x, by_y]) => (x, y) = (x + by_x, y + by_y),
                ('h', &[by]) => {
                    found.extend((x..x + by).map(|x| (x, y)));
                    x += by;
                }
                other => panic!("{other:?}"),
            }
            rest = &rest[end..];
        }
        found
    }

    #[test]
    fn the_path_paints_the_dark_modules() {
        let symbol = symbol();
        let svg = symbol.svg(&Svg::default()).unwrap();
        let path = svg.split(" d=\"").nth(1).unwrap().split('"').next().unwrap();
        let side = symbol.side();
        let expected: Vec<_> = (0..side)
            .flat_map(|y| (0..side).map(move |x| (x, y)))
            .filter(|&(x, y)| symbol.is_dark(x, y))
            .map(|(x, y)| (x as i32 + 4, y as i32 + 4))
            .collect();
        assert_eq!(modules(path), expected);
    }

    #[test]
    fn markup_in_a_title_is_escaped() {
        let title = "</title><script>alert('1')</script>&\u{1}\u{202e}\u{fffe}\"";
        let svg = symbol().svg(&Svg { title, ..Svg::default() }).unwrap();
        assert!(svg.contains(
            "<title>&lt;/title&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;\u{fffd}\u{fffd}\u{fffd}&quot;</title>"
        ));
        assert_eq!(svg.matches('<').count(), svg.matches('>').count());
        assert!(!svg.contains("<script"));
    }

    #[test]
    fn sizes_are_written() {
        let svg = |size| symbol().svg(&Svg { size: Some(size), ..Svg::default() });
        assert!(
            svg(Size::Millimetres { side: 40, dpi: 300 }).unwrap().contains(r#"width="40mm" height="40mm""#)
        );
        assert!(svg(Size::Pixels(500)).unwrap().contains(r#"width="500" height="500""#));
        assert_eq!(svg(Size::Scale(0)), Err(FrameError::Zero));
    }
}
