#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod client;
pub mod codes;
pub mod datetime;
pub mod diagnose;
pub mod dialect;
mod escapes;
pub mod headers;
pub mod json;
pub mod message;
mod minify;
pub mod money;
pub mod policy;
pub mod receive;
mod refusal;
mod service;
pub mod sign;
mod status;
pub mod verify;

pub use datetime::DateTime;
pub use minify::{BodyHash, minify, minify_to};
pub use money::{AmountTooLarge, Currency, Money};
pub use refusal::Refusal;
pub use service::{Direction, HeaderClass, Service};
pub use status::Status;
