//! Purposes of a transaction.

use core::fmt;
use core::str::FromStr;

use crate::value_error::{ValueError, What};

/// A QRIS purpose code (62-08, QRIS TUNTAS): four letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Purpose {
    /// `BOOK`: transfer within one bank.
    OwnBank,
    /// `DMCT`: domestic transfer.
    Domestic,
    /// `XBCT`: transfer across the border.
    CrossBorder,
    /// `CDPT`: cash deposit.
    CashDeposit,
    /// `CWDL`: cash withdrawal.
    CashWithdrawal,
    /// `POSP`: payment.
    Payment,
    /// `BILL`: bill payment.
    Bill,
}

impl Purpose {
    /// All known purposes.
    pub const ALL: &[Purpose] = &[
        Purpose::OwnBank,
        Purpose::Domestic,
        Purpose::CrossBorder,
        Purpose::CashDeposit,
        Purpose::CashWithdrawal,
        Purpose::Payment,
        Purpose::Bill,
    ];

    /// The four letters.
    pub const fn as_str(self) -> &'static str {
        match self {
            Purpose::OwnBank => "BOOK",
            Purpose::Domestic => "DMCT",
            Purpose::CrossBorder => "XBCT",
            Purpose::CashDeposit => "CDPT",
            Purpose::CashWithdrawal => "CWDL",
            Purpose::Payment => "POSP",
            Purpose::Bill => "BILL",
        }
    }
}

impl FromStr for Purpose {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Purpose, ValueError> {
        Purpose::ALL
            .iter()
            .copied()
            .find(|purpose| purpose.as_str() == text)
            .ok_or(ValueError::malformed(What::Purpose))
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
