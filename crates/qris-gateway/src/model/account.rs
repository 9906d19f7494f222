//! The number of a payer's account, which no log and no error shows.

use std::fmt;

use serde::Deserialize;

use crate::db::{Param, Value};

/// Customer PAN: 1 to 19 digits.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct AccountNo(String);

impl AccountNo {
    /// The number, when it is one.
    ///
    /// ```
    /// use qris_gateway::model::AccountNo;
    /// assert_eq!(AccountNo::new("9360000000000000009").unwrap().expose(), "9360000000000000009");
    /// assert!(AccountNo::new("9360 0000").is_none());
    /// ```
    pub fn new(digits: &str) -> Option<AccountNo> {
        let fits = (1..=19).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        fits.then(|| AccountNo(digits.to_owned()))
    }

    /// The digits, for a message to whoever may know them.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AccountNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccountNo(***)")
    }
}

impl Param for AccountNo {
    fn value(&self) -> Value<'_> {
        self.0.as_str().value()
    }
}
