//! The values a payload carries, one file per type. Each is `Copy` and keeps its text as written. All but [`Tip`] parse
//! with [`core::str::FromStr`].

pub(crate) mod amount;
mod country;
mod criteria;
mod currency;
mod initiation;
mod mcc;
mod mpan;
mod nmid;
mod percentage;
mod purpose;
mod text;
mod tip;

pub use crate::value_error::{ValueError, What, Why};
pub use amount::Amount;
pub use country::Country;
pub use criteria::Criteria;
pub use currency::Currency;
pub use initiation::Initiation;
pub use mcc::Mcc;
pub use mpan::{Method, Mpan, luhn_digit, luhn_holds};
pub use nmid::{EntityType, Nmid};
pub use percentage::Percentage;
pub use purpose::Purpose;
pub use text::ShortText;
pub(crate) use text::all_digits;
pub use tip::{Tip, TotalError};
