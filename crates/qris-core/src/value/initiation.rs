//! Point of initiation method: static or dynamic.

use core::fmt;
use core::str::FromStr;

/// Point of initiation method, 01 (EMVCo MPM 4.7.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Initiation {
    /// `11`: the same code for many transactions.
    Static,
    /// `12`: a new code for each transaction.
    Dynamic,
}

/// Neither `11` nor `12`; other values are reserved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the point of initiation method is 11 (static) or 12 (dynamic)")]
#[non_exhaustive]
pub struct InvalidInitiation;

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
    type Err = InvalidInitiation;

    fn from_str(text: &str) -> Result<Initiation, InvalidInitiation> {
        match text {
            "11" => Ok(Initiation::Static),
            "12" => Ok(Initiation::Dynamic),
            _ => Err(InvalidInitiation),
        }
    }
}

impl fmt::Display for Initiation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
