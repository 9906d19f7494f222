#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod color;
#[cfg(test)]
mod drawn;
mod frame;
#[cfg(feature = "image")]
mod gray;
#[cfg(feature = "scan")]
mod logo;
mod pack;
#[cfg(feature = "pdf")]
mod pdf;
#[cfg(any(feature = "scan", feature = "sticker"))]
mod picture;
mod png;
#[cfg(feature = "scan")]
mod scan;
#[cfg(feature = "sticker")]
mod sticker;
mod svg;
mod symbol;
mod terminal;
mod thermal;
mod webp;
mod xml;

pub use color::{Colors, LowContrast, NotAColor, Rgb};
pub use frame::{FrameError, MAX_SIDE, MIN_MODULE_MICROMETRES, QuietZone, Size};
#[cfg(feature = "scan")]
pub use logo::{Logo, LogoError, png_with_logo};
#[cfg(feature = "pdf")]
pub use pdf::scan_pdf;
#[cfg(any(feature = "scan", feature = "sticker"))]
pub use picture::{PictureError, PictureKind, ScanLimits};
pub use png::{Compression, Png};
#[cfg(feature = "scan")]
pub use scan::{Found, scan, scan_gray, scan_image};
#[cfg(feature = "scan")]
#[doc(hidden)]
pub use scan::{Pass, Trace, scan_traced};
#[cfg(feature = "sticker")]
pub use sticker::{
    FontError, Fonts, Ink, Mark, Paper, Print, PrintError, Sheet, Sticker, StickerError, StickerLines,
    StickerPdf,
};
pub use svg::Svg;
pub use symbol::{Level, Options, Segmentation, Symbol, SymbolError};
pub use terminal::{Terminal, TerminalStyle};
pub use thermal::{Roll, Thermal, ThermalError, escpos_native, zpl_native};
pub use webp::Webp;
