//! Reading symbols back from pictures.

mod finders;

use std::panic::{AssertUnwindSafe, catch_unwind};

use image::imageops::{self, FilterType};
use image::{DynamicImage, GrayImage};
use qris_core::{DecodeError, Payload, Sealed};

use crate::picture::{self, PictureError, PictureLimits};

/// A symbol found in a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    bytes: Vec<u8>,
    corners: [(i32, i32); 4],
    version: u8,
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

/// The symbols in a PNG, JPEG, WebP, GIF or BMP file, from top to bottom; none is not an error.
///
/// # Errors
/// When the file is no picture, is damaged, or is larger or costs more than the limits allow.
///
/// ```
/// use qris_core::Sealed;
/// use qris_render::{Options, PictureLimits, Png, Symbol, scan};
///
/// let payload = Sealed::parse(
///     "00020101021126690017ID.CO.EXAMPLE.WWW011893600001000000001702150000000000000010303UMI51440014ID.CO\
///      .QRIS.WWW0215ID10260000000120303UMI5204581453033605802ID5913Warung Melati6007JAKARTA6105103406207070\
///      3A01630448CE",
/// )?;
/// let picture = Symbol::new(&payload, Options::default())?.png(&Png::default())?;
///
/// let found = scan(&picture, PictureLimits::default())?;
/// assert_eq!(found[0].payload()?.as_str(), payload.as_str());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn scan(file: &[u8], limits: PictureLimits) -> Result<Vec<Found>, PictureError> {
    search_all(&picture::to_gray(&picture::read(file, limits)?), &mut { limits.work })
}

/// As [`scan`], for a picture that is already in memory.
///
/// # Errors
/// [`PictureError::TooManyFinders`], [`PictureError::TooMuchWork`].
pub fn scan_image(picture: &DynamicImage) -> Result<Vec<Found>, PictureError> {
    scan_gray(&picture::to_gray(picture))
}

/// Longest side of a picture that is also searched enlarged.
const SMALL: u32 = 1200;
/// Shortest side of what is left of a picture that is also searched reduced: noise and the pattern of a screen vanish.
const REDUCED: u32 = 500;
/// Pixels of a picture that is searched as it is.
const LARGE: u64 = 16_000_000;
/// Times that what cannot be a finder pattern is taken out of a picture.
const ROUNDS: usize = 8;
/// Finder patterns that are searched for symbols, three of which make one.
const MAX_FINDERS: usize = 200;

/// As [`scan`], for a grey picture.
///
/// # Errors
/// [`PictureError::TooManyFinders`], [`PictureError::TooMuchWork`].
pub fn scan_gray(picture: &GrayImage) -> Result<Vec<Found>, PictureError> {
    search_all(picture, &mut PictureLimits::default().work)
}

/// As it is, then enlarged, then reduced, as long as the work allows.
pub(crate) fn search_all(picture: &GrayImage, work: &mut u64) -> Result<Vec<Found>, PictureError> {
    let (width, height) = picture.dimensions();
    let mut found = Vec::new();
    if u64::from(width) * u64::from(height) <= LARGE {
        found = search(picture, 1, 1, work)?;
    }
    for enlarged in 2..=4 {
        if found.is_empty() && width.max(height) <= SMALL {
            let picture = imageops::resize(picture, width * enlarged, height * enlarged, FilterType::Nearest);
            found = search(&picture, 1, enlarged as i32, work)?;
        }
    }
    for reduced in [2, 4, 8] {
        if found.is_empty() && width.min(height) / reduced >= REDUCED {
            let picture = imageops::thumbnail(picture, width / reduced, height / reduced);
            found = search(&picture, reduced as i32, 1, work)?;
        }
    }
    found.sort_by_key(|found| {
        let (x, y) = found.centre();
        (y, x)
    });
    Ok(found)
}

/// Dark on light and light on dark; corners are multiplied and divided back to the original's pixels.
fn search(picture: &GrayImage, times: i32, by: i32, work: &mut u64) -> Result<Vec<Found>, PictureError> {
    let mut all: Vec<Found> = Vec::new();
    if picture.is_empty() {
        return Ok(all);
    }
    for invert in [0, 0xFF] {
        // The reader asserts what it takes for granted, and hostile pictures have broken such assertions before.
        // It works on values of its own, so nothing is left half done when it gives up.
        let read = catch_unwind(AssertUnwindSafe(|| read_symbols(picture, invert, work)));
        for (bytes, corners, version) in read.unwrap_or(Ok(Vec::new()))? {
            let found =
                Found { bytes, corners: corners.map(|(x, y)| (x * times / by, y * times / by)), version };
            if !all.iter().any(|known| known.is_again(&found)) {
                all.push(found);
            }
        }
    }
    Ok(all)
}

type Symbol = (Vec<u8>, [(i32, i32); 4], u8);

fn read_symbols(picture: &GrayImage, invert: u8, work: &mut u64) -> Result<Vec<Symbol>, PictureError> {
    let (width, height, pixels) = (picture.width() as usize, picture.height() as usize, picture.as_raw());
    let mut spend = |wanted| {
        *work = work.checked_sub(wanted).ok_or(PictureError::TooMuchWork)?;
        Ok(())
    };
    spend(finders::reading(pixels.len()))?;
    let mut prepared =
        rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x] ^ invert);
    // Straight after its preparation a picture has two values, 0 for light.
    let dark = |prepared: &rqrr::PreparedImage<_>| -> Vec<bool> {
        let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        pixels.map(|(x, y)| u8::from(prepared.get_pixel_at(x, y)) != 0).collect()
    };
    let mut dark = dark(&prepared);
    let mut found = finders::find(width, &dark);
    let mut rounds = 0..ROUNDS;
    while !found.doubtful.is_empty() && rounds.next().is_some() {
        // A few pixels of one module each, which a symbol's error correction makes good. Others may come to light.
        spend(finders::looking(pixels.len()))?;
        found.doubtful.iter().for_each(|crossing| dark[crossing.clone()].fill(false));
        found = finders::find(width, &dark);
    }
    if rounds.start > 0 {
        prepared = rqrr::PreparedImage::prepare_from_bitmap(width, height, |x, y| dark[y * width + x]);
    }
    drop(dark);
    let finders = found.finders;
    if !found.doubtful.is_empty() {
        return Ok(Vec::new());
    }
    if finders.len() > MAX_FINDERS {
        return Err(PictureError::TooManyFinders { finders: finders.len(), limit: MAX_FINDERS });
    }
    spend(finders::combining(&finders, pixels.len()))?;
    let mut symbols = Vec::new();
    for grid in prepared.detect_grids() {
        let mut bytes = Vec::new();
        if let Ok(meta) = grid.decode_to(&mut bytes) {
            symbols.push((bytes, grid.bounds.map(|corner| (corner.x, corner.y)), meta.version.0 as u8));
        }
    }
    Ok(symbols)
}

#[cfg(test)]
mod tests;
