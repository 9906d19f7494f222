//! The values a payload carries, one file a type. Each is `Copy`, keeps its text as written, and parses
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

pub use amount::{Amount, AmountError};
pub use country::{Country, InvalidCountry};
pub use criteria::{Criteria, InvalidCriteria};
pub use currency::{Currency, InvalidCurrency};
pub use initiation::{Initiation, InvalidInitiation};
pub use mcc::{InvalidMcc, Mcc};
pub use mpan::{Method, Mpan, MpanError, luhn_digit, luhn_holds};
pub use nmid::{EntityType, Nmid, NmidError};
pub use percentage::{Percentage, PercentageError};
pub use purpose::{InvalidPurpose, Purpose};
pub use text::ShortText;
pub(crate) use text::all_digits;
pub use tip::{Tip, TotalError};
