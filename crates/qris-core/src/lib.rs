#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

pub mod error;
mod id;
pub mod schema;
pub mod value;
pub mod wire;

pub use error::{DecodeError, EncodeError, ErrorKind};
pub use id::{Id, InvalidId, InvalidPath, Path};
pub use schema::{Profile, Reading, Severity, keys};
pub use value::{
    Amount, AmountError, Country, Criteria, Currency, Initiation, Mcc, Mpan, Nmid, Percentage, Purpose, Tip,
};
#[cfg(feature = "alloc")]
pub use wire::SealedBuf;
pub use wire::{DataObject, LengthUnit, MAX_BYTES, Payload, Sealed, Template, checksum};
