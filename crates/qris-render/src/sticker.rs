//! The print card: what a merchant puts on the counter.
//!
//! One layout for each kind of paper, in tenths of a millimetre, is drawn three times: as SVG with outlines for letters, as
//! pixels, and as PDF with fonts. None of them needs a font on the machine that shows it.
//!
//! What stands on a card, and in which order, follows the cards that acquirers print. Bank Indonesia's and ASPI's
//! guideline for them (*Pedoman Implementasi QRIS* 1.1) is not published with its drawings; `docs/card.md` says what is
//! taken from where.

#![allow(clippy::float_arithmetic, reason = "outlines of letters; no money here")]

mod contours;
mod fonts;
mod layout;
mod pages;
mod paint;
mod paper;
mod print;
mod svg;
mod text;

use std::fmt::Write as _;
use std::sync::Arc;

use image::{ImageFormat, RgbaImage};
use qris_core::{Sealed, accounts, keys};

use crate::picture::{self, PictureError, ScanLimits};
use crate::{Options, Rgb, Symbol, SymbolError};

use fonts::Weight;
use pages::Page;

pub use fonts::{FontError, Fonts};
pub use paper::{Paper, Sheet};
pub use print::{Ink, Print, PrintError, StickerPdf};

/// A print card: the symbol with the merchant's name, the NMID and the other lines of a QRIS card.
///
/// ```
/// use qris_core::Sealed;
/// use qris_render::{Options, Sticker};
///
/// let payload = Sealed::parse(
///     "00020101021126690017ID.CO.EXAMPLE.WWW011893600001000000001702150000000000000010303UMI51440014ID.CO\
///      .QRIS.WWW0215ID10260000000120303UMI5204581453033605802ID5913Warung Melati6007JAKARTA6105103406207070\
///      3A01630448CE",
/// )?;
/// let mut card = Sticker::new(&payload, Options::default())?;
/// assert_eq!(card.lines.merchant_name, "Warung Melati");
/// assert_eq!(card.lines.printed_by.as_deref(), Some("93600001"));
/// card.lines.version = Some("1.0-2026.11.21".to_owned());
///
/// assert!(card.missing_characters().is_empty());
/// let (svg, png) = (card.svg()?, card.png(150)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Sticker {
    symbol: Symbol,
    /// What is written on the card.
    pub lines: StickerLines,
    /// What it is printed on; [`Paper::Card`] by default.
    pub paper: Paper,
    /// Fonts for what is not Latin.
    pub fonts: Fonts,
    /// The logo of QRIS, at the top left; the word stands there without one. Logos are trademarks, so they come from the
    /// caller.
    pub logo_qris: Option<Mark>,
    /// The logo of GPN, at the top right.
    pub logo_gpn: Option<Mark>,
    /// The colour of the ornaments at the edges; red by default. Receipts have none.
    pub accent: Rgb,
}

/// The texts of a card. Each is at most [`Sticker::MAX_CHARACTERS`] long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StickerLines {
    /// The merchant name (59 of the payload).
    pub merchant_name: String,
    /// The NMID (51-02 of the payload).
    pub nmid: Option<String>,
    /// The terminal label (62-07 of the payload), such as `A01`.
    pub terminal_label: Option<String>,
    /// The line below the symbol.
    pub tagline: String,
    /// Where to look up who takes part.
    pub check_at: String,
    /// The NNS code of the acquirer that prints the card: of the payload's first account.
    pub printed_by: Option<String>,
    /// Version and date of the print, such as `1.0-2026.11.21`: 51-04 of the payload.
    pub version: Option<String>,
}

/// A picture at the top of a card. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Mark {
    /// As it came, for an SVG.
    file: Arc<[u8]>,
    media_type: &'static str,
    picture: Arc<RgbaImage>,
}

impl Mark {
    /// A mark from a PNG, JPEG, WebP, GIF, BMP or TIFF file.
    ///
    /// # Errors
    /// When the file is no picture, is damaged, or is larger than the default [`ScanLimits`].
    pub fn read(file: &[u8]) -> Result<Mark, PictureError> {
        let picture = picture::read(file, ScanLimits::default())?.to_rgba8();
        let media_type = image::guess_format(file).unwrap_or(ImageFormat::Png).to_mime_type();
        Ok(Mark { file: file.into(), media_type, picture: Arc::new(picture) })
    }
}

/// Why there is no card.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StickerError {
    /// The payload does not fit into a symbol.
    #[error(transparent)]
    Symbol(#[from] SymbolError),
    /// A line is too long to be read on a card.
    #[error("a line of the card has {characters} characters, the limit is {max}", max = Sticker::MAX_CHARACTERS)]
    LongLine {
        /// Characters of that line.
        characters: usize,
    },
    /// No font has a picture of these, each once, in order.
    #[error("no font has a picture of {}", listed(.characters))]
    Missing {
        /// The characters.
        characters: Vec<char>,
    },
    /// The resolution is out of range.
    #[error("{dpi} dpi is out of range: a card is printed with {min} to {max}", min = Sticker::MIN_DPI, max = Sticker::MAX_DPI)]
    Resolution {
        /// Pixels an inch that were asked for.
        dpi: u32,
    },
    /// A module of the code would have less than two pixels.
    #[error(
        "at {dpi} dpi a module of this code has less than two pixels: {least} dpi is the least that works"
    )]
    Coarse {
        /// Pixels an inch that were asked for.
        dpi: u32,
        /// The least that are enough for this code.
        least: u32,
    },
    /// A sheet has no card, more than fit, or one that is no [`Paper::Card`].
    #[error("{cards} cards do not go onto one sheet of A4: put 1 to {most} on it, of paper card")]
    Sheet {
        /// Cards that were handed in.
        cards: usize,
        /// Cards that fit.
        most: usize,
    },
}

/// By their numbers: some of them show nothing, or turn the direction of writing.
fn listed(characters: &[char]) -> String {
    let mut listed = String::new();
    for (i, character) in characters.iter().take(MOST_LISTED).enumerate() {
        let comma = if i > 0 { ", " } else { "" };
        let _ = write!(listed, "{comma}U+{:04X}", u32::from(*character));
        if character.is_alphanumeric() {
            let _ = write!(listed, " ({character})");
        }
    }
    if characters.len() > MOST_LISTED {
        let _ = write!(listed, " and {} more", characters.len() - MOST_LISTED);
    }
    listed
}

/// Characters that an error names.
const MOST_LISTED: usize = 5;

impl Sticker {
    /// Longest line in characters; a value in a payload has at most 99.
    pub const MAX_CHARACTERS: usize = 120;
    /// Below this nobody reads the small print.
    pub const MIN_DPI: u32 = 72;
    /// 2480 pixels across a card; beyond this SVG and PDF are the better choice.
    pub const MAX_DPI: u32 = 600;

    /// A card with what the payload says; a payload without a merchant's name leaves that line empty.
    ///
    /// # Errors
    /// When the payload does not fit into a symbol.
    pub fn new(payload: &Sealed<'_>, options: Options) -> Result<Sticker, StickerError> {
        let repository = payload.national_repository();
        let additional = payload.additional_data();
        // As text: a card shows what the acquirer wrote, also where it is not quite regular.
        let from_repository = |id| repository?.value_of(id).map(str::to_owned);
        let lines = StickerLines {
            merchant_name: payload.read(keys::MERCHANT_NAME).unwrap_or_default().to_owned(),
            nmid: from_repository(keys::NMID.id()),
            terminal_label: additional
                .and_then(|template| template.read(keys::TERMINAL_LABEL))
                .map(str::to_owned),
            tagline: "SATU QRIS UNTUK SEMUA".to_owned(),
            check_at: "www.aspi-qris.id".to_owned(),
            printed_by: accounts(payload).find_map(|account| account.nns()).map(str::to_owned),
            version: from_repository(keys::PRINTED_VERSION.id()),
        };
        let symbol = Symbol::new(payload, options)?;
        let (paper, fonts, accent) = (Paper::default(), Fonts::default(), Rgb::new(0xD8, 0x1F, 0x2A));
        Ok(Sticker { symbol, lines, paper, fonts, logo_qris: None, logo_gpn: None, accent })
    }

    /// The characters of the lines that no font has a picture of, each once, in order. There is no card with such: put a
    /// font that has them into [`Sticker::fonts`].
    pub fn missing_characters(&self) -> Vec<char> {
        let lines = self.all_lines();
        let mut missing: Vec<char> =
            lines.flat_map(|(weight, line)| text::missing(line, weight, &self.fonts)).collect();
        missing.sort_unstable();
        missing.dedup();
        missing
    }

    /// The card as an SVG document of its real size.
    ///
    /// # Errors
    /// [`StickerError::LongLine`] and [`StickerError::Missing`].
    pub fn svg(&self) -> Result<String, StickerError> {
        Ok(svg::document(&Page::of(self, 0.0)?, &self.lines.merchant_name))
    }

    /// Cards on a sheet of A4, as an SVG document with marks where to cut.
    ///
    /// # Errors
    /// [`StickerError::Sheet`] and those of [`Sticker::svg`].
    pub fn sheet_svg(cards: &[Sticker], sheet: Sheet) -> Result<String, StickerError> {
        Ok(svg::document(&Page::sheet(cards, sheet)?, "QRIS"))
    }

    /// The card as a PNG in 8-bit colour, with its resolution in the file. The code has the same size in millimetres at
    /// every resolution, to a pixel.
    ///
    /// # Errors
    /// [`StickerError::Resolution`], [`StickerError::Coarse`] and those of [`Sticker::svg`].
    pub fn png(&self, dpi: u32) -> Result<Vec<u8>, StickerError> {
        resolution(dpi)?;
        paint::png(&Page::of(self, 0.0)?, dpi)
    }

    /// Cards on a sheet of A4 as a PNG.
    ///
    /// # Errors
    /// [`StickerError::Sheet`] and those of [`Sticker::png`].
    pub fn sheet_png(cards: &[Sticker], sheet: Sheet, dpi: u32) -> Result<Vec<u8>, StickerError> {
        resolution(dpi)?;
        paint::png(&Page::sheet(cards, sheet)?, dpi)
    }

    /// The lines, and in which of the card's own fonts they are set.
    fn all_lines(&self) -> impl Iterator<Item = (Weight, &str)> {
        let lines = &self.lines;
        let optional = [&lines.nmid, &lines.terminal_label, &lines.printed_by, &lines.version];
        let bold = [&lines.merchant_name, &lines.tagline].into_iter().map(|line| (Weight::Bold, line));
        let regular = [&lines.check_at].into_iter().chain(optional.into_iter().flatten());
        bold.chain(regular.map(|line| (Weight::Regular, line))).map(|(weight, line)| (weight, line.as_str()))
    }

    fn check(&self) -> Result<(), StickerError> {
        let longest = self.all_lines().map(|(_, line)| line.chars().count()).max().unwrap_or(0);
        if longest > Sticker::MAX_CHARACTERS {
            return Err(StickerError::LongLine { characters: longest });
        }
        let characters = self.missing_characters();
        if !characters.is_empty() {
            return Err(StickerError::Missing { characters });
        }
        Ok(())
    }
}

fn resolution(dpi: u32) -> Result<(), StickerError> {
    if (Sticker::MIN_DPI..=Sticker::MAX_DPI).contains(&dpi) {
        return Ok(());
    }
    Err(StickerError::Resolution { dpi })
}

#[cfg(test)]
mod tests;
