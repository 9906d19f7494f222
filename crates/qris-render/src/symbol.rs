//! The QR symbol of a payload: which modules are dark.

mod correct;
mod encode;
mod grid;
mod mask;
mod patterns;
mod place;

use std::fmt;

use qris_core::Sealed;

/// 64-bit words that hold a row of the largest symbol (177 modules).
const WORDS: usize = 3;

/// Error correction: how much of a symbol may be dirty or covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Level {
    /// About 7 % of the codewords can be restored.
    L,
    /// About 15 %. The default.
    #[default]
    M,
    /// About 25 %. The least for a symbol with a logo.
    Q,
    /// About 30 %.
    H,
}

impl fmt::Display for Level {
    /// Its letter: `L`, `M`, `Q` or `H`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Level::L => "L",
            Level::M => "M",
            Level::Q => "Q",
            Level::H => "H",
        })
    }
}

impl Level {
    /// All levels, weakest first.
    pub const ALL: [Level; 4] = [Level::L, Level::M, Level::Q, Level::H];

    /// The two bits that stand for the level in the format information.
    fn indicator(self) -> u32 {
        match self {
            Level::L => 1,
            Level::M => 0,
            Level::Q => 3,
            Level::H => 2,
        }
    }
}

/// How the text becomes bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Segmentation {
    /// Byte mode only, as EMVCo 4.12.1.1 asks. The default.
    #[default]
    Byte,
    /// Numeric, alphanumeric and byte segments mixed: two to four versions smaller, but **outside EMVCo 4.12.1.1**.
    /// Ordinary readers read it; a strict payment application may refuse it.
    Compact,
}

/// How [`Symbol::new`] encodes a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Options {
    /// Error correction; [`Level::M`] by default.
    pub level: Level,
    /// Modes; [`Segmentation::Byte`] by default.
    pub segmentation: Segmentation,
}

/// Why a payload has no symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SymbolError {
    /// The largest symbol is too small.
    #[error(
        "the payload has {bytes} bytes, a QR symbol at level {level:?} takes {capacity}: shorten it or lower the level"
    )]
    TooLong {
        /// Length of the payload in bytes of UTF-8.
        bytes: usize,
        /// Bytes that version 40 takes at this level in byte mode.
        capacity: usize,
        /// The level asked for.
        level: Level,
    },
}

/// A QR symbol without its quiet zone: a square of dark and light modules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    rows: Vec<grid::Row>,
    version: u8,
    level: Level,
}

impl Symbol {
    /// The symbol of a payload. Only a payload whose CRC is right can be handed in.
    ///
    /// # Errors
    /// [`SymbolError::TooLong`] when the payload does not fit into the largest symbol.
    ///
    /// ```
    /// use qris_core::Sealed;
    /// use qris_render::{Options, Symbol};
    ///
    /// let payload = Sealed::parse(
    ///     "00020101021126690017ID.CO.EXAMPLE.WWW011893600001000000001702150000000000000010303UMI51440014ID.C\
    ///      O.QRIS.WWW0215ID10260000000120303UMI5204581453033605802ID5913Warung Melati6007JAKARTA61051034062070703A01630448CE",
    /// )?;
    /// let symbol = Symbol::new(&payload, Options::default())?;
    /// assert_eq!(symbol.version(), 10);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(payload: &Sealed<'_>, options: Options) -> Result<Symbol, SymbolError> {
        Symbol::of_text(payload.as_str(), options)
    }

    /// The symbol of any text, such as a consumer-presented code. Nothing is known of the text: for codes that merchants show
    /// there is [`Symbol::new`].
    ///
    /// # Errors
    /// [`SymbolError::TooLong`] when the text does not fit into the largest symbol.
    pub fn of_text(text: &str, options: Options) -> Result<Symbol, SymbolError> {
        let codewords = encode::encode(text, options)?;
        Ok(Symbol {
            rows: grid::draw(&codewords, options.level, None),
            version: codewords.version,
            level: options.level,
        })
    }

    /// Version: 1 (21 modules on a side) to 40 (177 modules).
    pub fn version(&self) -> u8 {
        self.version
    }

    /// The level of error correction it was made with.
    pub fn level(&self) -> Level {
        self.level
    }

    /// Modules on a side, 21 to 177, without the quiet zone.
    pub fn side(&self) -> u32 {
        self.rows.len() as u32
    }

    /// Columns in which row `y` changes colour, ascending: dark from each first to each second of them.
    /// The last dark run always ends, because the words are wider than the largest symbol.
    pub(crate) fn edges(&self, y: u32) -> impl Iterator<Item = u32> + use<'_> {
        Edges::new(&self.rows[y as usize])
    }

    /// Whether the module in column `x` of row `y` is dark, counted from the top left; `false` outside the symbol.
    pub fn is_dark(&self, x: u32, y: u32) -> bool {
        let (x, y) = (x as usize, y as usize);
        self.rows.get(y).and_then(|row| row.get(x / 64)).is_some_and(|word| word >> (x % 64) & 1 == 1)
    }
}

/// Columns where the colour of a row changes, seen from the left, beginning with light.
struct Edges<'a> {
    row: &'a grid::Row,
    word: usize,
    left: u64,
}

impl<'a> Edges<'a> {
    fn new(row: &'a grid::Row) -> Self {
        Edges { row, word: 0, left: row[0] ^ row[0] << 1 }
    }
}

impl Iterator for Edges<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        while self.left == 0 {
            let (&before, &word) = (self.row.get(self.word)?, self.row.get(self.word + 1)?);
            self.word += 1;
            self.left = word ^ (word << 1 | before >> 63);
        }
        let at = self.left.trailing_zeros();
        self.left &= self.left - 1;
        Some(64 * self.word as u32 + at)
    }
}

#[cfg(test)]
mod tests;
