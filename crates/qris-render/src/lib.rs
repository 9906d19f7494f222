//! placeholder
#![forbid(unsafe_code)]
mod color;
mod frame;
mod png;
mod svg;
mod symbol;
mod terminal;
mod xml;
pub use color::{Colors, LowContrast, NotAColor, Rgb};
pub use frame::{FrameError, MAX_SIDE, QuietZone, Size};
pub use png::{Compression, Png};
pub use svg::Svg;
pub use symbol::{Level, Options, Segmentation, Symbol, SymbolError};
pub use terminal::{Terminal, TerminalStyle};
