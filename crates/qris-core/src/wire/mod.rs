//! Bytes, IDs and lengths: the framing of a payload. This room knows no names and no rules.
//!
//! [`Payload::parse`] reads the structure, [`Payload::verify_crc`] turns it into a [`Sealed`],
//! and [`Writer`] puts objects into a buffer and seals them.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

#[cfg(all(feature = "clmul", target_arch = "x86_64"))]
mod clmul;
mod crc;
mod fault;
mod object;
mod payload;
mod read;
#[cfg(feature = "alloc")]
mod sealed_buf;
mod unit;
mod walk;
mod words;
mod write;

pub use crc::checksum;
#[cfg(feature = "alloc")]
pub(crate) use object::Place;
pub use object::{DataObject, Nesting, Span, Template, TemplateObjects};
pub(crate) use object::{Passable, nests};
pub use payload::{CrcPair, MAX_BYTES, Objects, Payload, Sealed};
pub(crate) use read::text_frames as frames;
#[cfg(feature = "alloc")]
pub use sealed_buf::SealedBuf;
pub use unit::LengthUnit;
pub(crate) use unit::count;
pub use walk::Walk;
pub(crate) use words::{is_ascii, is_plain};
pub use write::Writer;
pub(crate) use write::header;
