#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

#[cfg(any(feature = "alloc", test))]
extern crate alloc;

mod application;
#[cfg(feature = "arbitrary")]
mod arbitrary;
mod base64;
mod builder;
pub mod check;
mod digits;
pub mod display;
mod error;
mod finding;
mod payload;
mod qris;
pub mod rules;
pub mod schema;
mod tag;
mod tlv;

pub use application::Application;
pub use builder::{Builder, EncodeError, MAX_OBJECTS};
pub use digits::{Digits, Pan};
pub use error::{DecodeError, ErrorKind};
pub use finding::{Finding, Message};
pub use payload::{CpmPayload, MAX_BYTES, MAX_CHARACTERS};
pub use qris::{QrisCpm, Rejection};
pub use rules::Code;
pub use schema::Profile;
pub use tag::{MAX_DEPTH, Path, Tag, TagError};
pub use tlv::{Object, Objects, Walk};
