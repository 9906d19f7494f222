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
        let mut svg = String::with_capacity(500 + options.title.len() + 3 * (self.side() * self.side()) as usize / 2);
        svg.push_str(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 "#);
        number(&mut svg, side);
        svg.push(' ');
        number(&mut svg, side);
        svg.push('"');
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
        // Each run begins relative to the end of the one before; negative only at the start of a row.
        let mut pen = None;
        for row in 0..self.side() {
            let mut edges = self.edges(row);
            while let (Some(start), Some(end)) = (edges.next(), edges.next()) {
                match pen {
                    None => {
                        svg.push('M');
                        number(svg, x + start);
                        svg.push(' ');
                        number(svg, y + row);
                        svg.push_str(".5");
                    }
                    Some((column, line)) => {
                        svg.push('m');
                        if start < column {
                            svg.push('-');
                        }
                        number(svg, start.abs_diff(column));
                        svg.push(' ');
                        number(svg, row - line);
                    }
                }
                svg.push('h');
                number(svg, end - start);
                pen = Some((end, row));
            }
        }
    }
}

/// A small number in decimal, without the machinery of `format!`.
#[inline]
fn number(svg: &mut String, value: u32) {
    if value >= 10 {
        number(svg, value / 10);
    }
    svg.push(char::from(b'0' + (value % 10) as u8));
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
        assert!(svg(Size::Millimetres { side: 40, dpi: 300 }).unwrap().contains(r#"width="40mm" height="40mm""#));
        assert!(svg(Size::Pixels(500)).unwrap().contains(r#"width="500" height="500""#));
        assert_eq!(svg(Size::Scale(0)), Err(FrameError::Zero));
    }
}
