#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod app;
pub mod clock;
pub mod config;
pub mod crypto;
pub mod db;
pub mod model;
pub mod notify;
pub mod sandbox;
pub mod snap;
