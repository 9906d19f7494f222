#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

#[cfg(feature = "arbitrary")]
mod arbitrary;
pub mod builder;
pub mod check;
#[cfg(feature = "alloc")]
pub mod diagnose;
pub mod display;
pub mod edit;
pub mod error;
#[cfg(feature = "nom")]
pub mod grammar;
mod id;
mod kind;
mod qris;
pub mod rules;
pub mod schema;
#[cfg(feature = "serde")]
mod serde;
#[cfg(feature = "alloc")]
mod sink;
mod unicode;
mod unit;
pub mod value;
mod value_error;
pub mod wire;

pub use builder::{AccountValues, Builder, EncodeError};
pub use check::{Finding, Findings};
pub use edit::Edit;
pub use error::{DecodeError, ErrorKind, WriteError};
pub use id::{Id, Path};
pub use kind::Kind;
#[cfg(feature = "alloc")]
pub use qris::QrisBuf;
pub use qris::{Account, Conformant, Qris, Rejection, accounts};
pub use rules::Code;
pub use schema::{Profile, Reading, Scheme, Severity, keys};
#[cfg(feature = "serde")]
pub use serde::amount_text;
#[cfg(feature = "alloc")]
pub use sink::SinkError;
pub use unit::LengthUnit;
pub use value::{
    Amount, Country, Criteria, Currency, Initiation, Mcc, Mpan, Nmid, Percentage, Purpose, Tip, ValueError,
};
#[cfg(feature = "alloc")]
pub use wire::SealedBuf;
pub use wire::{DataObject, MAX_BYTES, Payload, Sealed, Template, checksum};
