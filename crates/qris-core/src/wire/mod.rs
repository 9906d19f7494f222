//! Bytes, IDs and lengths: the framing of a payload. This module knows no names of objects and no rules.
//!
//! [`Payload::parse`] reads the structure, [`Payload::verify_crc`] turns it into a [`Sealed`], and [`Writer`] writes
//! objects into a buffer and seals them.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod checksum;
#[cfg(all(feature = "clmul", target_arch = "x86_64"))]
mod clmul;
mod crc;
mod fault;
mod layout;
mod leading;
mod object;
mod payload;
mod read;
mod sealed;
#[cfg(feature = "alloc")]
mod sealed_buf;
mod walk;
mod words;
mod write;

pub use checksum::checksum;
pub use leading::leading_objects;
#[cfg(feature = "alloc")]
pub(crate) use object::Place;
pub use object::{DataObject, Nesting, Span, Template, TemplateObjects, Untyped};
pub(crate) use object::{Passable, has_guid_length, nests};
pub use payload::{MAX_BYTES, Objects, Payload};
#[cfg(feature = "nom")]
pub(crate) use read::ObjectParser;
#[cfg(feature = "nom")]
pub use read::RawObject;
pub(crate) use read::text_frames as frames;
pub use sealed::{CrcPair, Sealed};
#[cfg(feature = "alloc")]
pub use sealed_buf::SealedBuf;
pub use walk::Walk;
pub(crate) use words::{is_ascii, is_plain};
pub use write::Writer;
pub(crate) use write::header;
