//! Cards as PDF, one after another into one file. What is written is not kept: of a thousand cards memory holds one, the
//! fonts' glyphs that were used, and where each object begins.

mod content;
mod file;
mod pictures;
mod types;

use std::io::{self, Write};

use pdf_writer::{Chunk, Filter, Name, Rect, Ref, Settings, TextStr};

use super::pages::{Mark, Page};
use super::{Sheet, Sticker, StickerError};

use content::Content;
use file::File;
use pictures::Pictures;
use types::Types;

/// How cards are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Print {
    /// The colours of the file.
    pub ink: Ink,
    /// 3 mm more paper at each edge, over which the ornaments reach, and marks outside it where to cut: for a print shop.
    /// Without it a page is as large as the card. Of no use for receipts and sheets.
    pub bleed: bool,
    /// Cards on a sheet of A4, with marks where to cut, in place of one on a page.
    pub sheet: Option<Sheet>,
}

/// The colours of a PDF. Logos stay RGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Ink {
    /// The four inks of a press (`DeviceCMYK`); code and text are black ink alone, so that nothing can blur them. The
    /// default.
    #[default]
    Cmyk,
    /// The colours of a screen (`DeviceRGB`).
    Rgb,
}

/// Why a card is not in the file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PrintError {
    /// The card; nothing of it is in the file, which can be gone on with.
    #[error(transparent)]
    Sticker(#[from] StickerError),
    /// The file cannot be written, and is of no use any more.
    #[error(transparent)]
    Write(#[from] io::Error),
}

/// A PDF of cards, which are written as they come. Text in it can be searched and copied; the code is one outline.
///
/// ```
/// # use qris_core::Sealed;
/// # use qris_render::{Options, Print, Sticker, StickerPdf};
/// # let text = "00020101021126690017ID.CO.EXAMPLE.WWW011893600001000000001702150000000000000010303UMI51440014ID.CO.QRIS.WWW0215ID10260000000120303UMI5204581453033605802ID5913Warung Melati6007JAKARTA61051034062070703A01630448CE";
/// # let card = Sticker::new(&Sealed::parse(text)?, Options::default())?;
/// let mut pdf = StickerPdf::new(Vec::new(), Print { bleed: true, ..Print::default() })?;
/// pdf.add(&card)?;
/// let file = pdf.finish()?;
/// assert!(file.starts_with(b"%PDF-1.7"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct StickerPdf<W: Write> {
    file: File<W>,
    print: Print,
    types: Types,
    pictures: Pictures,
    /// Cards that wait for their sheet to be full.
    waiting: Vec<Sticker>,
    catalog: Ref,
    tree: Ref,
    /// Nodes of the tree of pages, and the pages of the last one.
    nodes: Vec<(Ref, i32)>,
    pages: Vec<Ref>,
}

/// How far a page reaches over the card with bleed, and how much more paper holds the marks, in tenths of a millimetre.
const BLEED: f32 = 30.0;
const MARGIN: f32 = 100.0;
/// Marks begin half a millimetre outside the bleed and are 5 mm long.
const MARKS: (f32, f32) = (35.0, 85.0);
/// How many pages a node of the tree of pages has: readers look for a page from node to node.
const PAGES: usize = 100;

impl<W: Write> StickerPdf<W> {
    /// Begins a file.
    ///
    /// # Errors
    /// When writing fails.
    pub fn new(out: W, print: Print) -> io::Result<StickerPdf<W>> {
        let mut file = File::begin(out)?;
        let (catalog, tree) = (file.reserve(), file.reserve());
        let (types, pictures) = (Types::default(), Pictures::default());
        let (waiting, nodes, pages) = (Vec::new(), Vec::new(), Vec::new());
        Ok(StickerPdf { file, print, types, pictures, waiting, catalog, tree, nodes, pages })
    }

    /// Adds a card.
    ///
    /// # Errors
    /// [`PrintError::Sticker`] as [`Sticker::svg`], and [`StickerError::Sheet`] for a sheet of what is no
    /// [`Paper::Card`](crate::Paper::Card); [`PrintError::Write`] when writing fails.
    pub fn add(&mut self, card: &Sticker) -> Result<(), PrintError> {
        let Some(sheet) = self.print.sheet else {
            let bleed = if self.bleeds(card) { BLEED } else { 0.0 };
            return Ok(self.page(&Page::of(card, bleed)?, bleed > 0.0)?);
        };
        // Found out now, not when the sheet is full.
        Page::sheet(std::slice::from_ref(card), sheet)?;
        self.waiting.push(card.clone());
        if self.waiting.len() == sheet.cards() {
            self.sheet(sheet)?;
        }
        Ok(())
    }

    fn bleeds(&self, card: &Sticker) -> bool {
        self.print.bleed && matches!(card.paper, super::Paper::Card | super::Paper::Tent)
    }

    fn sheet(&mut self, sheet: Sheet) -> Result<(), PrintError> {
        let cards = std::mem::take(&mut self.waiting);
        Ok(self.page(&Page::sheet(&cards, sheet)?, false)?)
    }

    /// Writes the rest of the file: a last sheet, fonts, and where everything is.
    ///
    /// # Errors
    /// When writing fails.
    pub fn finish(mut self) -> io::Result<W> {
        if let Some(sheet) = self.print.sheet
            && !self.waiting.is_empty()
        {
            self.sheet(sheet).map_err(|error| match error {
                PrintError::Write(error) => error,
                PrintError::Sticker(error) => io::Error::other(error),
            })?;
        }
        self.types.write(&mut self.file)?;
        self.end_node()?;
        let mut chunk = chunk();
        let mut tree = chunk.pages(self.tree);
        tree.count(self.nodes.iter().map(|node| node.1).sum());
        tree.kids(self.nodes.iter().map(|node| node.0));
        drop(tree);
        self.file.write(self.tree, &chunk)?;
        chunk = self::chunk();
        chunk
            .indirect(self.catalog)
            .start::<pdf_writer::writers::Catalog<'_>>()
            .pages(self.tree)
            .lang(TextStr("id"));
        self.file.write(self.catalog, &chunk)?;
        let info = self.file.reserve();
        chunk = self::chunk();
        let mut about = chunk.indirect(info).start::<pdf_writer::writers::DocumentInfo<'_>>();
        about.title(TextStr("QRIS")).producer(TextStr("qris-render"));
        drop(about);
        self.file.write(info, &chunk)?;
        self.file.end(self.catalog, info)
    }

    fn page(&mut self, page: &Page<'_>, bleed: bool) -> io::Result<()> {
        let margin = if bleed { MARGIN } else { 0.0 };
        let (width, height) = (page.width, page.height);
        let mut content = Content::new(self.print.ink, margin, height + margin);
        for place in &page.places {
            content.place(&mut self.file, &mut self.types, &mut self.pictures, place)?;
        }
        let crops = if bleed { crops(page) } else { Vec::new() };
        content.marks(page.marks.iter().chain(&crops));
        let (stream, used) = content.finish();

        let (id, body) = (self.file.reserve(), self.file.reserve());
        let parent = match self.nodes.last() {
            Some(&(node, _)) if !self.pages.is_empty() => node,
            _ => {
                let node = self.file.reserve();
                self.nodes.push((node, 0));
                node
            }
        };
        let mut chunk = chunk();
        let packed = packed(&stream);
        chunk.stream(body, &packed).filter(Filter::FlateDecode);
        self.file.write(body, &chunk)?;

        // A box of the page, so far outside what is kept.
        let around = |more: f32| {
            let at = |tenths: f32| content::POINT * tenths;
            Rect::new(
                at(margin - more),
                at(margin - more),
                at(margin + width + more),
                at(margin + height + more),
            )
        };
        chunk = self::chunk();
        let mut writer = chunk.page(id);
        writer.parent(parent).contents(body).media_box(around(margin));
        writer.trim_box(around(0.0)).bleed_box(around(if bleed { BLEED } else { 0.0 }));
        let mut resources = writer.resources();
        resources.fonts().pairs(used.types.iter().map(|(name, id)| (Name(name.as_bytes()), *id)));
        resources.x_objects().pairs(used.pictures.iter().map(|(name, id)| (Name(name.as_bytes()), *id)));
        drop(resources);
        drop(writer);
        self.file.write(id, &chunk)?;
        self.pages.push(id);
        if self.pages.len() == PAGES { self.end_node() } else { Ok(()) }
    }

    /// Writes the node of the tree whose pages are all there.
    fn end_node(&mut self) -> io::Result<()> {
        let pages = std::mem::take(&mut self.pages);
        let Some((id, count)) = self.nodes.last_mut().filter(|_| !pages.is_empty()) else { return Ok(()) };
        *count = i32::try_from(pages.len()).unwrap_or(0);
        let mut chunk = chunk();
        chunk.pages(*id).parent(self.tree).count(*count).kids(pages);
        self.file.write(*id, &chunk)
    }
}

/// Marks at the corners where to cut, and at a fold, outside the bleed.
fn crops(page: &Page<'_>) -> Vec<Mark> {
    let (near, far) = MARKS;
    let (width, height) = (page.width, page.height);
    let mut marks = Vec::new();
    for x in [0.0, width] {
        marks.push(((x, -far), (x, -near)));
        marks.push(((x, height + near), (x, height + far)));
    }
    for y in [0.0, height].into_iter().chain(page.fold) {
        marks.push(((-far, y), (-near, y)));
        marks.push(((width + near, y), (width + far, y)));
    }
    marks
}

/// For one object, without blanks for people.
fn chunk() -> Chunk {
    Chunk::with_settings(Settings { pretty: false })
}

/// Packing takes most of a card's time: this level half of that of the default, for files as small (0.4 % larger).
const LEVEL: u32 = 4;

/// A stream as `FlateDecode` unpacks it.
fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::new(LEVEL));
    // Writing to memory does not fail.
    let _ = packer.write_all(bytes);
    packer.finish().unwrap_or_default()
}

#[cfg(test)]
mod tests;
