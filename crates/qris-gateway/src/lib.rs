#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod acquirer;
pub mod admin;
pub mod app;
pub mod clock;
pub mod config;
pub mod counts;
pub mod crypto;
pub mod db;
pub mod error;
pub mod http;
pub mod keys;
pub mod limiter;
pub mod lines;
pub mod logs;
pub mod model;
pub mod notify;
pub mod openapi;
pub mod pages;
pub mod password;
pub mod payment;
pub mod report;
pub mod retention;
pub mod sandbox;
pub mod server;
pub mod snap;
pub mod sweeper;
pub mod traces;
