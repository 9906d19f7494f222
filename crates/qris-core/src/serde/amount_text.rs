//! An amount of rupiah as its text alone, for `#[serde(with = "qris_core::amount_text")]`.
//!
//! ```
//! use qris_core::Amount;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize)]
//! struct Order {
//!     total: Amount,
//!     #[serde(with = "qris_core::amount_text")]
//!     paid: Amount,
//! }
//!
//! let order = Order { total: "1000.50".parse()?, paid: "1000.".parse()? };
//! let json = serde_json::to_string(&order).unwrap();
//! assert_eq!(
//!     json,
//!     r#"{"total":{"text":"1000.50","minor":100050,"exponent":2,"currency":"360"},"paid":"1000."}"#
//! );
//! let again: Order = serde_json::from_str(&json).unwrap();
//! assert_eq!((again.total, again.paid), (order.total, order.paid));
//! # Ok::<(), qris_core::ValueError>(())
//! ```

use ::serde::{Deserializer, Serialize, Serializer, ser};

use crate::value::{Amount, Currency};

/// The text; an amount of another currency is refused, as the text would be read as rupiah again.
///
/// # Errors
/// For an amount that is not of rupiah, and what the serializer says.
pub fn serialize<S: Serializer>(amount: &Amount, serializer: S) -> Result<S::Ok, S::Error> {
    if amount.currency() != Currency::IDR {
        return Err(ser::Error::custom("as a text alone only rupiah are written"));
    }
    amount.as_str().serialize(serializer)
}

/// The text of an amount of rupiah.
///
/// # Errors
/// When it is none, and what the deserializer says.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Amount, D::Error> {
    super::quiet::text(deserializer)
}
