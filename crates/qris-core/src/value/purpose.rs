//! Purposes of a transaction.

use core::str::FromStr;

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

/// Not one of the known purpose codes. The standard also allows free text here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a purpose is one of BOOK, DMCT, XBCT, CDPT, CWDL, POSP, BILL")]
#[non_exhaustive]
pub struct InvalidPurpose;

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
    type Err = InvalidPurpose;

    fn from_str(text: &str) -> Result<Purpose, InvalidPurpose> {
        Purpose::ALL.iter().copied().find(|purpose| purpose.as_str() == text).ok_or(InvalidPurpose)
    }
}
