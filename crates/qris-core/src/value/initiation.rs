//! Point of initiation method: static or dynamic.

use core::fmt;
use core::str::FromStr;

use crate::value_error::{ValueError, What};

/// Point of initiation method, 01 (EMVCo MPM 4.7.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Initiation {
    /// `11`: the same code for many transactions.
    Static,
    /// `12`: a new code for each transaction.
    Dynamic,
}

impl Initiation {
    /// The two digits.
    pub const fn as_str(self) -> &'static str {
        match self {
            Initiation::Static => "11",
            Initiation::Dynamic => "12",
        }
    }

    /// `static` or `dynamic`.
    pub const fn name(self) -> &'static str {
        match self {
            Initiation::Static => "static",
            Initiation::Dynamic => "dynamic",
        }
    }
}

impl FromStr for Initiation {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Initiation, ValueError> {
        match text {
            "11" => Ok(Initiation::Static),
            "12" => Ok(Initiation::Dynamic),
            _ => Err(ValueError::malformed(What::Initiation)),
        }
    }
}

impl fmt::Display for Initiation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
