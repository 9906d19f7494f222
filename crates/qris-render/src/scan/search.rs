//! The passes over a picture: the ways in which it is looked at until its symbols are found.

#![allow(clippy::float_arithmetic, reason = "places in pictures; no money here")]

use image::{DynamicImage, GrayImage, Rgb};

use super::Found;
use super::dark::Dark;
use super::filters;
use super::fine::Fine;
use super::symbols::{self, Corners, Three};
use super::work::Work;
use crate::picture::{self, PictureError};

/// What is behind a transparent picture when it is looked at once more.
const BLACK: u8 = 0;
/// Longest side of a picture that is also looked at twice as large.
const SMALL: u32 = 1600;
/// Shortest side of a picture that is also looked at half as large.
const LARGE: u32 = 500;
/// Pixels of a picture that is looked at as it is in the dearer passes; larger ones are halved before.
const MANY: usize = 4_000_000;
/// Pixels around one that its light is compared with, to each side.
const AROUND: usize = 12;

/// What red, green and blue of a pixel differ in when it is more than a grey that was stored badly.
const COLOURED: u8 = 24;

/// A way to look at a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Pass {
    /// As it is, dark and light told apart by blocks.
    Plain,
    /// Half as large, again and again.
    Smaller,
    /// Light and dark exchanged.
    Inverted,
    /// Twice as large.
    Larger,
    /// Dark and light told apart by the mean around each pixel.
    Neighbours,
    /// Blurred a little, and more.
    Smooth,
    /// Edges made stronger, over two widths.
    Sharp,
    /// What is transparent laid on black; red, green and blue one by one.
    Colours,
    /// The light of modules between finder patterns that could not be read, with the blur taken out.
    Closer,
}

/// What was found, and what may still be spent.
struct Search<'s> {
    found: Vec<Found>,
    unread: Vec<Three>,
    /// Whether anything was seen that might be a finder pattern.
    any: bool,
    work: &'s mut Work,
    trace: &'s mut Trace,
}

/// What was done in a search.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    /// Passes that are left out.
    pub without: Vec<Pass>,
    /// Each pass that was made, in their order: what it cost in steps of work, and how many symbols were known after it.
    pub passes: Vec<(Pass, u64, usize)>,
}

/// The symbols of a grey picture, which may come from one in colours.
pub(super) fn search(
    gray: &GrayImage,
    picture: Option<&DynamicImage>,
    work: &mut Work,
    trace: &mut Trace,
) -> Result<Vec<Found>, PictureError> {
    if gray.is_empty() {
        return Ok(Vec::new());
    }
    let mut search = Search { found: Vec::new(), unread: Vec::new(), any: false, work, trace };
    let ended = search.all(gray, picture);
    let mut found = search.found;
    if found.is_empty() {
        // What was found before the work ended is good.
        ended?;
    }
    found.sort_by_key(|found| {
        let (x, y) = found.centre();
        (y, x)
    });
    Ok(found)
}

impl Pass {
    /// All of them, in the order in which they are made.
    pub const ALL: [Pass; 9] = [
        Pass::Plain,
        Pass::Smaller,
        Pass::Inverted,
        Pass::Larger,
        Pass::Neighbours,
        Pass::Smooth,
        Pass::Sharp,
        Pass::Colours,
        Pass::Closer,
    ];
}

impl Search<'_> {
    /// In all ways until something is found.
    fn all(&mut self, gray: &GrayImage, picture: Option<&DynamicImage>) -> Result<(), PictureError> {
        self.pass(Pass::Plain, |search| search.look(gray, 1.0))?;
        // A small code beside a large one is seen in another size than that.
        let (mut smaller, mut times) = (gray.clone(), 1.0);
        // The largest of them that is small enough for the dearer passes.
        let mut fewer: Option<(GrayImage, f32)> = None;
        while smaller.width().min(smaller.height()) >= LARGE {
            self.pay(&smaller, 2)?;
            smaller = filters::halved(&smaller);
            times *= 2.0;
            self.pass(Pass::Smaller, |search| search.look(&smaller, times))?;
            if fewer.is_none() && gray.as_raw().len() > MANY && smaller.as_raw().len() <= MANY {
                fewer = Some((smaller.clone(), times));
            }
        }
        if !self.found.is_empty() {
            if self.unread.is_empty() {
                return Ok(());
            }
            self.larger(gray)?;
            return self.closer(gray);
        }
        self.pass(Pass::Inverted, |search| {
            search.pay(gray, 2)?;
            let mut inverted = gray.clone();
            image::imageops::invert(&mut inverted);
            search.look(&inverted, 1.0)
        })?;
        if self.found.is_empty() {
            self.larger(gray)?;
        }
        let colour = picture.filter(|picture| picture.color().has_color() || picture.color().has_alpha());
        // A wall, a face, a page of text: there is nothing to be read in any other way but in colours.
        let (fewer, times) = fewer.as_ref().map_or((gray, 1.0), |(fewer, times)| (fewer, *times));
        if self.found.is_empty() && self.any {
            self.dearer(fewer, times)?;
        }
        if let Some(picture) = colour {
            self.colours(picture, times)?;
        }
        if self.found.is_empty() { self.closer(gray) } else { Ok(()) }
    }

    /// The passes that cost more, one after the other.
    fn dearer(&mut self, gray: &GrayImage, times: f32) -> Result<(), PictureError> {
        self.pass(Pass::Neighbours, |search| {
            search.pay(gray, 10)?;
            search.judge(&Dark::by_neighbours(gray, AROUND), times)
        })?;
        for radius in [1, 2] {
            if self.found.is_empty() {
                self.pass(Pass::Smooth, |search| {
                    search.pay(gray, 30)?;
                    search.look(&filters::smooth(gray, radius), times)
                })?;
            }
        }
        for radius in [2, 4] {
            if self.found.is_empty() {
                self.pass(Pass::Sharp, |search| {
                    search.pay(gray, 30)?;
                    search.look(&filters::sharp(gray, radius), times)
                })?;
            }
        }
        Ok(())
    }

    fn larger(&mut self, gray: &GrayImage) -> Result<(), PictureError> {
        if gray.width().max(gray.height()) >= SMALL {
            return Ok(());
        }
        self.pass(Pass::Larger, |search| {
            search.pay(gray, 20)?;
            search.look(&filters::doubled(gray), 0.5)
        })
    }

    /// Colours one by one, in a picture so many times smaller: two inks may be alike in grey. And what is transparent, on
    /// black.
    fn colours(&mut self, picture: &DynamicImage, times: f32) -> Result<(), PictureError> {
        if self.found.is_empty() && picture.color().has_alpha() {
            self.pass(Pass::Colours, |search| {
                let gray = picture::to_gray(picture, BLACK);
                search.pay(&gray, 10)?;
                search.look(&gray, 1.0)
            })?;
        }
        if !self.found.is_empty() || !picture.color().has_color() {
            return Ok(());
        }
        let picture = picture.to_rgb8();
        self.work.spend(picture.as_raw().len(), 1)?;
        let is_coloured = |pixel: &Rgb<u8>| {
            let [red, green, blue] = pixel.0;
            red.max(green).max(blue) - red.min(green).min(blue) > COLOURED
        };
        if !picture.pixels().any(is_coloured) {
            return Ok(());
        }
        for channel in 0..3 {
            if self.found.is_empty() {
                self.pass(Pass::Colours, |search| {
                    let pixels = picture.pixels().map(|pixel| pixel.0[channel]).collect();
                    let mut one =
                        GrayImage::from_raw(picture.width(), picture.height(), pixels).unwrap_or_default();
                    search.pay(&one, 5)?;
                    let mut halved = 1.0;
                    while halved < times {
                        one = filters::halved(&one);
                        halved *= 2.0;
                    }
                    search.look(&one, times)
                })?;
            }
        }
        Ok(())
    }

    /// The light of modules between finder patterns that could not be read.
    fn closer(&mut self, gray: &GrayImage) -> Result<(), PictureError> {
        let unread = std::mem::take(&mut self.unread);
        if unread.is_empty() {
            return Ok(());
        }
        self.pass(Pass::Closer, |search| {
            let mut fine = Fine::default();
            for three in unread {
                if let Some(read) = fine.read(gray, &three, search.work)? {
                    search.add(read, 1.0);
                }
            }
            Ok(())
        })
    }

    fn pass(
        &mut self,
        pass: Pass,
        looks: impl FnOnce(&mut Self) -> Result<(), PictureError>,
    ) -> Result<(), PictureError> {
        if self.trace.without.contains(&pass) {
            return Ok(());
        }
        let before = self.work.left();
        let ended = looks(self);
        self.trace.passes.push((pass, before - self.work.left(), self.found.len()));
        ended
    }

    fn pay(&mut self, picture: &GrayImage, each: u64) -> Result<(), PictureError> {
        self.work.spend(picture.as_raw().len(), each)
    }

    fn look(&mut self, picture: &GrayImage, times: f32) -> Result<(), PictureError> {
        self.pay(picture, 3)?;
        self.judge(&Dark::by_blocks(picture), times)
    }

    /// Reads a picture of two values; corners times so much are those in the picture itself.
    fn judge(&mut self, dark: &Dark, times: f32) -> Result<(), PictureError> {
        let seen = symbols::read(dark, self.work)?;
        seen.read.into_iter().for_each(|read| self.add(read, times));
        self.any |= seen.any;
        for three in seen.unread.into_iter().map(|three| three.times(times)) {
            if !self.unread.iter().any(|known| known.is_again(&three)) {
                self.unread.push(three);
            }
        }
        Ok(())
    }

    fn add(&mut self, read: symbols::Read, times: f32) {
        let corners = times_as_large(read.corners, times).map(|[x, y]| (x.round() as i32, y.round() as i32));
        let found = Found { bytes: read.bytes, corners, version: read.version, level: read.level };
        if !self.found.iter().any(|known| known.is_again(&found)) {
            self.found.push(found);
        }
    }
}

fn times_as_large(corners: Corners, times: f32) -> Corners {
    corners.map(|corner| corner.map(|at| at * times))
}
