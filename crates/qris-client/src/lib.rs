#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod client;
mod clock;
mod customer;
mod error;
mod http;
mod judge;
mod options;
mod send;
mod settle;
mod shared;
mod tokens;

pub use client::Client;
pub use clock::Clock;
pub use error::{Error, SetupError};
pub use options::Options;
pub use settle::Told;
