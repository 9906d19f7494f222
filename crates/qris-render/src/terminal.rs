//! A symbol in a terminal: two modules a character cell, with half blocks.

use crate::{QuietZone, Symbol};

/// How [`Symbol::terminal`] draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Terminal {
    /// What the terminal can do.
    pub style: TerminalStyle,
    /// Four modules by default.
    pub quiet_zone: QuietZone,
}

/// How dark and light reach the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum TerminalStyle {
    /// Black and white are set with escape sequences (256 colours), so the terminal's own colours do not matter.
    /// The default.
    #[default]
    Colored,
    /// No escape sequences; right where text is light on a dark ground.
    PlainOnDark,
    /// No escape sequences; right where text is dark on a light ground.
    PlainOnLight,
}

impl Symbol {
    /// How many cells [`Symbol::terminal`] takes: columns and lines.
    pub fn terminal_cells(&self, quiet_zone: QuietZone) -> (u32, u32) {
        let side = self.side() + 2 * quiet_zone.modules();
        (side, side.div_ceil(2))
    }

    /// The symbol as lines of text, each ended by a line feed.
    ///
    /// A line is as wide as the symbol and its quiet zone: 69 cells for version 11. A terminal that wraps shows no
    /// readable symbol.
    pub fn terminal(&self, options: &Terminal) -> String {
        let border = options.quiet_zone.modules();
        let side = self.side() + 2 * border;
        // Colours 16 and 231 are black and white in every theme, unlike 0 and 15.
        let (begin, end) = match options.style {
            TerminalStyle::Colored => ("\x1b[38;5;16;48;5;231m", "\x1b[0m"),
            TerminalStyle::PlainOnDark | TerminalStyle::PlainOnLight => ("", ""),
        };
        // Ink is what the terminal draws in the colour of text.
        let ink_is_dark = options.style != TerminalStyle::PlainOnDark;
        // The row below the last one, when their number is odd, belongs to no module: leave it to the ground.
        let ink = |x: u32, y: u32| {
            let dark = x >= border && y >= border && self.is_dark(x - border, y - border);
            y < side && dark == ink_is_dark
        };
        let mut text = String::with_capacity(((3 * side + 40) * side.div_ceil(2)) as usize);
        for y in (0..side).step_by(2) {
            text.push_str(begin);
            for x in 0..side {
                text.push(match (ink(x, y), ink(x, y + 1)) {
                    (true, true) => '█',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    (false, false) => ' ',
                });
            }
            text.push_str(end);
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Options;

    /// Back to modules: `true` where there is ink.
    fn ink(text: &str) -> Vec<Vec<bool>> {
        let half = |upper| {
            move |line: &str| -> Vec<bool> {
                line.chars().map(|c| c == '█' || c == if upper { '▀' } else { '▄' }).collect()
            }
        };
        text.lines().flat_map(|line| [half(true)(line), half(false)(line)]).collect()
    }

    #[test]
    fn cells_are_modules() {
        let symbol = Symbol::of_text("00020101021126Test", Options::default()).unwrap();
        let side = symbol.side() + 8;
        for (style, inverted) in [(TerminalStyle::PlainOnLight, false), (TerminalStyle::PlainOnDark, true)] {
            let rows = ink(&symbol.terminal(&Terminal { style, ..Terminal::default() }));
            for (y, row) in rows.iter().enumerate().take(side as usize) {
                assert_eq!(row.len(), side as usize);
                for (x, &ink) in row.iter().enumerate() {
                    let (x, y) = (x as u32, y as u32);
                    let dark = x >= 4 && y >= 4 && symbol.is_dark(x - 4, y - 4);
                    assert_eq!(ink, dark != inverted, "{x} {y} {style:?}");
                }
            }
        }
    }

    #[test]
    fn colours_are_set_and_reset_on_every_line() {
        let symbol = Symbol::of_text("0002", Options::default()).unwrap();
        let text = symbol.terminal(&Terminal::default());
        assert_eq!(text.lines().count(), 15);
        assert_eq!(symbol.terminal_cells(QuietZone::default()), (29, 15));
        assert!(
            text.lines().all(|line| line.starts_with("\x1b[38;5;16;48;5;231m") && line.ends_with("\x1b[0m"))
        );
        let plain = text.replace("\x1b[38;5;16;48;5;231m", "").replace("\x1b[0m", "");
        let on_light = Terminal { style: TerminalStyle::PlainOnLight, ..Terminal::default() };
        assert_eq!(plain, symbol.terminal(&on_light));
    }
}
