//! What the clauses say about the values inside data objects, as plain functions.
//!
//! They are models to hold an implementation against: they take the text of a value, say what it means, and say
//! why not when it means nothing.

mod amount;
mod codes;
#[cfg(feature = "snap")]
mod minify;
mod numbers;
mod schemes;
#[cfg(feature = "snap")]
mod signature;

pub use amount::{Amount, AmountFault, amount, percentage};
pub use codes::{
    CRITERIA, PURPOSES, currency_exponent, is_country, is_criteria, is_currency, is_mcc, is_request_letters,
    is_wildcard,
};
#[cfg(feature = "snap")]
pub use minify::minify;
pub use numbers::{Mpan, MpanFault, Nmid, NmidFault, luhn_digit, luhn_holds, mpan, nmid};
pub use schemes::foreign_scheme;
#[cfg(feature = "snap")]
pub use signature::{hmac_sha512, symmetric_text};
