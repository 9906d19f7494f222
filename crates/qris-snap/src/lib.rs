#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod codes;
pub mod datetime;
pub mod json;
mod minify;
pub mod money;
mod refusal;
mod service;
pub mod sign;
mod status;

pub use datetime::DateTime;
pub use minify::{BodyHash, minify, minify_to};
pub use money::{Currency, Money};
pub use refusal::Refusal;
pub use service::{Direction, HeaderClass, Service};
pub use status::Status;
