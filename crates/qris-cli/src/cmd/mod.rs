//! The subcommands, one file each.

pub(crate) mod anonymize;
pub(crate) mod bulk;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod cpm;
pub(crate) mod decode;
pub(crate) mod edit;
mod edit_bulk;
pub(crate) mod encode;
pub(crate) mod explain;
#[cfg(feature = "serve")]
pub(crate) mod gateway;
mod lines;
#[cfg(feature = "render")]
mod look;
pub(crate) mod man;
mod payee;
#[cfg(feature = "render")]
mod printer;
#[cfg(feature = "render")]
pub(crate) mod render;
#[cfg(feature = "render")]
mod render_bulk;
#[cfg(feature = "scan")]
pub(crate) mod scan;
pub(crate) mod schema;
#[cfg(feature = "serve")]
pub(crate) mod serve;
#[cfg(feature = "snap")]
pub(crate) mod snap;
#[cfg(feature = "sticker")]
pub(crate) mod sticker;
#[cfg(feature = "sticker")]
mod sticker_csv;

/// The largest picture or font file that is read, in bytes.
#[cfg(any(feature = "scan", feature = "sticker"))]
pub(crate) const PICTURE_LIMIT: u64 = 64 * 1024 * 1024;
