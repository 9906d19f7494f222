//! placeholder
#![forbid(unsafe_code)]
mod color;
mod frame;
mod png;
mod symbol;
pub use color::{Colors, LowContrast, NotAColor, Rgb};
pub use frame::{FrameError, MAX_SIDE, QuietZone, Size};
pub use png::{Compression, Png};
pub use symbol::{Level, Options, Segmentation, Symbol, SymbolError};
