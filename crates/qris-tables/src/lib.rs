#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]

mod generated;
mod lookup;

pub mod acquirers;
pub mod countries;
pub mod currencies;
pub mod indonesian;
pub mod mccs;

pub use acquirers::{acquirer, acquirer_of_pan};
pub use countries::{country, country_by_alpha3, country_by_numeric};
pub use currencies::{currency_by_alpha, currency_by_numeric};
pub use mccs::{mcc, mcc_name, mcc_range};
