//! What is known about a text after reading it, and where its root objects are.

use super::crc;
use super::object::is_root_template;
use super::read::{self, Ascii, Bytes, Characters, InText, Measure, Utf16};
use super::words::is_ascii;
use crate::id::{Id, IdSet};
use crate::unit::LengthUnit;

/// What is known about a text after reading it. It borrows nothing, so that [`super::SealedBuf`] can keep it.
#[derive(Clone)]
pub(super) struct Layout {
    /// The offsets of the root objects 51–66, which are asked for most. The last entry is shared by all other IDs and
    /// never used. An offset fits 16 bits, as `MAX_BYTES` does. The other objects are found by walking: a `Payload`
    /// that is small to move is worth more than an offset for each ID.
    offsets: [u16; 17],
    /// Every ID at the root.
    pub(super) present: IdSet,
    /// Root templates whose value does not frame.
    pub(super) unframed: IdSet,
    /// The CRC in 63.
    pub(super) stated: u16,
    pub(super) unit: LengthUnit,
    pub(super) ascii: bool,
}

impl Layout {
    /// The layout of a text of which nothing was read yet.
    #[inline(always)]
    pub(super) fn new(text: &str, unit: LengthUnit) -> Layout {
        let (offsets, none) = ([0; 17], IdSet::EMPTY);
        let ascii = is_ascii(text.as_bytes());
        Layout { offsets, present: none, unframed: none, stated: 0, unit, ascii }
    }

    /// Reads all root objects and checks whether the templates among them frame. Returns the offset of the object that
    /// could not be read, or the length of the text.
    #[inline(always)]
    pub(super) fn scan(&mut self, text: &str) -> usize {
        match (self.ascii, self.unit) {
            (true, _) => self.scan_in(Ascii, text),
            (false, LengthUnit::Characters) => self.scan_in(Characters, text),
            (false, LengthUnit::Bytes) => self.scan_in(Bytes, text),
            (false, LengthUnit::Utf16) => self.scan_in(Utf16, text),
        }
    }

    /// How lengths are measured in the text.
    #[inline(always)]
    pub(super) fn measure(&self) -> InText {
        InText { ascii: self.ascii, unit: self.unit }
    }

    #[inline(always)]
    fn scan_in<M: Measure>(&mut self, measure: M, text: &str) -> usize {
        let mut elements = read::Elements::of(measure, text.as_bytes());
        loop {
            let at = text.len().wrapping_sub(elements.left());
            let Some(element) = elements.next() else { return at };
            if !self.present.insert(element.id) {
                return at;
            }
            if let Some(place) = self.offsets.get_mut(place_of(element.id)) {
                *place = at as u16;
            }
            if is_root_template(element.id) && !read::frames(measure, element.value) {
                self.unframed.insert(element.id);
            }
        }
    }

    /// The CRC in 63, if everything was read, 00 is first, and the last object is 63 with four hex digits.
    #[inline(always)]
    pub(super) fn stated_crc(&self, text: &str, stopped: usize) -> Option<u16> {
        let (before, value) = text.as_bytes().split_last_chunk::<4>()?;
        let last = text.len().checked_sub(8)?;
        // The length must be 04: with length 00, an empty object could follow 63 and fill the last four characters.
        let framed = before.starts_with(b"00") && before.ends_with(b"04");
        let whole = stopped == text.len() && framed && self.place(Id::CRC) == Some(last);
        if whole { crc::from_hex(value) } else { None }
    }

    /// The offset of the object, when it is present and its offset is kept.
    #[inline(always)]
    pub(super) fn place(&self, id: Id) -> Option<usize> {
        let place = place_of(id.number());
        let offset = self.offsets.get(place).filter(|_| place < 16).copied()?;
        // 00 is the first object, so the offset of a later one is never 0.
        (offset != 0).then_some(usize::from(offset))
    }
}

/// The index of an ID in [`Layout::offsets`]; 16 for IDs without an entry of their own.
#[inline(always)]
fn place_of(id: u8) -> usize {
    // The others get an entry too, which avoids a branch for each object.
    usize::from(id.wrapping_sub(51).min(16))
}
