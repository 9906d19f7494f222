//! Reading symbols back from pictures.
//!
//! A picture is made of two values, dark and light; finder patterns are looked for in it, and rxing reads what is between
//! them. Where that finds nothing the picture is looked at in other ways, cheapest first: `docs/scan.md` has what each
//! finds. All of it is counted, so that no picture costs more than the limit.

mod dark;
mod filters;
mod finders;
mod fine;
mod search;
mod symbols;
mod triples;
mod work;

use image::{DynamicImage, GrayImage};
use qris_core::{DecodeError, Payload, Sealed};

use crate::Level;
use crate::picture::{self, PictureError, ScanLimits};
#[doc(hidden)]
pub use search::{Pass, Trace};
pub(crate) use work::Work;

/// A symbol found in a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    bytes: Vec<u8>,
    corners: [(i32, i32); 4],
    version: u8,
    level: Level,
}

impl Found {
    /// The text of the symbol as it stands there: perhaps no payload, perhaps not even UTF-8.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The text through the core's decoder.
    ///
    /// # Errors
    /// When the symbol holds something else than a payload with a right CRC.
    pub fn payload(&self) -> Result<Sealed<'_>, DecodeError> {
        Payload::from_bytes(&self.bytes)?.verify_crc()
    }

    /// The symbol's corners in pixels: top left, top right, bottom right, bottom left, as the symbol is turned.
    pub fn corners(&self) -> [(i32, i32); 4] {
        self.corners
    }

    /// Version, 1 to 40.
    pub fn version(&self) -> u8 {
        self.version
    }

    /// The level of error correction it was made with.
    pub fn level(&self) -> Level {
        self.level
    }

    fn centre(&self) -> (i32, i32) {
        let sum = |part: fn(&(i32, i32)) -> i32| self.corners.iter().map(part).sum::<i32>() / 4;
        (sum(|corner| corner.0), sum(|corner| corner.1))
    }

    /// The same symbol, seen twice.
    fn is_again(&self, other: &Found) -> bool {
        let ((x, y), (other_x, other_y)) = (self.centre(), other.centre());
        let reach = self.corners[0].0.abs_diff(x).max(self.corners[0].1.abs_diff(y));
        self.bytes == other.bytes && x.abs_diff(other_x).max(y.abs_diff(other_y)) <= reach
    }
}

/// The symbols in a PNG, JPEG, WebP, GIF, BMP or TIFF file, from top to bottom; none is not an error.
///
/// # Errors
/// When the file is no picture, is damaged, or is larger or costs more than the limits allow.
///
/// ```
/// use qris_core::Sealed;
/// use qris_render::{Options, ScanLimits, Png, Symbol, scan};
///
/// let payload = Sealed::parse(
///     "00020101021126690017ID.CO.EXAMPLE.WWW011893600001000000001702150000000000000010303UMI51440014ID.CO\
///      .QRIS.WWW0215ID10260000000120303UMI5204581453033605802ID5913Warung Melati6007JAKARTA6105103406207070\
///      3A01630448CE",
/// )?;
/// let picture = Symbol::new(&payload, Options::default())?.png(&Png::default())?;
///
/// let found = scan(&picture, ScanLimits::default())?;
/// assert_eq!(found[0].payload()?.as_str(), payload.as_str());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn scan(file: &[u8], limits: ScanLimits) -> Result<Vec<Found>, PictureError> {
    search_all(&picture::read(file, limits)?, &mut Work::new(limits.work))
}

/// As [`scan`], for a picture that is already in memory.
///
/// # Errors
/// [`PictureError::TooManyFinders`], [`PictureError::TooMuchWork`].
pub fn scan_image(picture: &DynamicImage) -> Result<Vec<Found>, PictureError> {
    search_all(picture, &mut Work::new(ScanLimits::default().work))
}

/// As [`scan`], for a grey picture.
///
/// # Errors
/// [`PictureError::TooManyFinders`], [`PictureError::TooMuchWork`].
pub fn scan_gray(picture: &GrayImage) -> Result<Vec<Found>, PictureError> {
    search_gray(picture, &mut Work::new(ScanLimits::default().work))
}

/// As [`search_all`], for a grey picture.
pub(crate) fn search_gray(picture: &GrayImage, work: &mut Work) -> Result<Vec<Found>, PictureError> {
    search::search(picture, None, work, &mut Trace::default())
}

/// The symbols of a picture, from top to bottom.
pub(crate) fn search_all(picture: &DynamicImage, work: &mut Work) -> Result<Vec<Found>, PictureError> {
    search::search(&picture::to_gray(picture, u8::MAX), Some(picture), work, &mut Trace::default())
}

/// As [`scan`], for measurements: what was done is written down, and passes can be left out.
#[doc(hidden)]
pub fn scan_traced(file: &[u8], limits: ScanLimits, trace: &mut Trace) -> Result<Vec<Found>, PictureError> {
    let picture = picture::read(file, limits)?;
    search::search(&picture::to_gray(&picture, u8::MAX), Some(&picture), &mut Work::new(limits.work), trace)
}

#[cfg(test)]
mod tests;
