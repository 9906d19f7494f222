//! Photos of QRIS codes as people hold them, made from seeds: what readers are measured with. The same kind, seed and
//! number give the same file on every machine with IEEE floats. Nothing is committed; `docs/scan.md` has what came out.

mod canvas;
mod chance;
mod count;
mod file;
pub mod folder;
mod kinds;
mod scene;
mod screen;

pub use count::Count;

use image::{GrayImage, Luma};
use qris_testkit::rng::SplitMix64;

/// What is hard about a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Straight from a program, 4 to 10 pixels a module.
    Clean,
    /// Seen from the side.
    Perspective,
    /// Turned by any angle.
    Rotation,
    /// Out of focus, up to 0.85 modules.
    Blur,
    /// The hand moved by up to 1.3 modules.
    Motion,
    /// A dark room.
    Noise,
    /// Grey on grey.
    LowContrast,
    /// A lamp on one side, a shadow across.
    UnevenLight,
    /// A lamp that mirrors in the foil.
    Glare,
    /// JPEG of quality 34 to 60, 3 to 5 pixels a module.
    Jpeg,
    /// 2 to 3 pixels a module.
    Small,
    /// 1.3 to 2.1 pixels a module.
    Tiny,
    /// Light on dark.
    Inverted,
    /// A thumb or a tear, within the correction.
    Occluded,
    /// On a cup.
    Curved,
    /// A photo of a screen.
    Moire,
    /// Two to six codes.
    Several,
    /// A small code beside a large one.
    LargeWithSmall,
    /// 4000 by 3000 pixels.
    TwelveMegapixels,
    /// A bit of everything.
    Realistic,
    /// The screen of a wallet, with a logo in the code.
    Wallet,
    /// A picture sent in a chat, made small and packed again.
    Chat,
    /// Dots in the place of squares.
    RoundModules,
    /// A receipt of a thermal printer with worn dots.
    Thermal,
    /// Inks of two colours that are alike in grey.
    Coloured,
    /// File formats and ways to store colours.
    Formats,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 26] = [
        Kind::Clean,
        Kind::Perspective,
        Kind::Rotation,
        Kind::Blur,
        Kind::Motion,
        Kind::Noise,
        Kind::LowContrast,
        Kind::UnevenLight,
        Kind::Glare,
        Kind::Jpeg,
        Kind::Small,
        Kind::Tiny,
        Kind::Inverted,
        Kind::Occluded,
        Kind::Curved,
        Kind::Moire,
        Kind::Several,
        Kind::LargeWithSmall,
        Kind::TwelveMegapixels,
        Kind::Realistic,
        Kind::Wallet,
        Kind::Chat,
        Kind::RoundModules,
        Kind::Thermal,
        Kind::Coloured,
        Kind::Formats,
    ];

    /// Its name in tables and file names.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Clean => "clean",
            Kind::Perspective => "perspective",
            Kind::Rotation => "rotation",
            Kind::Blur => "blur",
            Kind::Motion => "motion",
            Kind::Noise => "noise",
            Kind::LowContrast => "low-contrast",
            Kind::UnevenLight => "uneven-light",
            Kind::Glare => "glare",
            Kind::Jpeg => "jpeg",
            Kind::Small => "small",
            Kind::Tiny => "tiny",
            Kind::Inverted => "inverted",
            Kind::Occluded => "occluded",
            Kind::Curved => "curved",
            Kind::Moire => "moire",
            Kind::Several => "several",
            Kind::LargeWithSmall => "large-with-small",
            Kind::TwelveMegapixels => "twelve-megapixels",
            Kind::Realistic => "realistic",
            Kind::Wallet => "wallet",
            Kind::Chat => "chat",
            Kind::RoundModules => "round-modules",
            Kind::Thermal => "thermal",
            Kind::Coloured => "coloured",
            Kind::Formats => "formats",
        }
    }
}

/// A picture file and what is in it.
#[derive(Debug, Clone)]
pub struct Photo {
    /// Kind and number, with the ending of its format.
    pub name: String,
    /// The file.
    pub file: Vec<u8>,
    /// The payload of each code.
    pub payloads: Vec<String>,
}

/// Photo number `n` of a kind.
pub fn photo(kind: Kind, seed: u64, n: usize) -> Photo {
    // Of a text, so that no kind, seed and number begins as another does.
    let text = format!("{} {seed} {n}", kind.name());
    let seed = text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    });
    let mut random = SplitMix64::new(seed);
    let shot = kinds::shot(kind, n, &mut random);
    let (file, ending) = file::stored(&shot, &mut random);
    Photo { name: format!("{}-{n:02}.{ending}", kind.name()), file, payloads: shot.payloads }
}

/// Dark and light squares of so many pixels by chance, so many dark in a hundred, in a square picture.
pub fn noise(side: u32, square: u32, percent: usize) -> GrayImage {
    let mut random = SplitMix64::new(1);
    let squares = side.div_ceil(square);
    let lights: Vec<u8> =
        (0..squares * squares).map(|_| if random.below(100) < percent { 0 } else { 255 }).collect();
    GrayImage::from_fn(side, side, |x, y| Luma([lights[(y / square * squares + x / square) as usize]]))
}
