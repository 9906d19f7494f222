//! What a payload asks for: a payment, a transfer, or cash.

use crate::id::Path;
use crate::schema::keys;
use crate::value::Purpose;
use crate::value_error::{ValueError, What};
use crate::wire::Payload;

/// What a payload asks for (QRIS transfer table).
///
/// Only 40 and 62-08 decide the kind: a merchant category other than 4829, or a static transfer, is a finding and not
/// another kind. "A transfer account" below is a 40 whose value is whole objects to its very end, and which is an account
/// of QRIS ([`Payload::transfer_account`]).
///
/// ```
/// use qris_core::{Kind, Payload};
/// let text = String::from("000201520400005303360540410005802ID5901A6001B26080004ID.A63041858");
/// assert_eq!(Kind::of(&Payload::parse(&text)?), Kind::Payment);
/// assert_eq!("cash-deposit".parse(), Ok(Kind::CashDeposit));
/// # Ok::<(), qris_core::DecodeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A payment to a merchant: every payload of no other kind.
    Payment,
    /// A transfer: there is a transfer account and 62-08 is BOOK, DMCT or XBCT.
    Transfer,
    /// A cash deposit: there is a transfer account and 62-08 is CDPT.
    CashDeposit,
    /// A cash withdrawal: there is a transfer account and 62-08 is CWDL.
    CashWithdrawal,
}

impl Kind {
    /// All kinds.
    pub const ALL: &[Kind] = &[Kind::Payment, Kind::Transfer, Kind::CashDeposit, Kind::CashWithdrawal];

    /// The kind of a payload.
    pub fn of(payload: &Payload<'_>) -> Kind {
        if payload.transfer_account().is_none() {
            return Kind::Payment;
        }
        match payload.additional_data().and_then(|data| data.read(keys::PURPOSE)) {
            Some(Purpose::OwnBank | Purpose::Domestic | Purpose::CrossBorder) => Kind::Transfer,
            Some(Purpose::CashDeposit) => Kind::CashDeposit,
            Some(Purpose::CashWithdrawal) => Kind::CashWithdrawal,
            Some(Purpose::Payment | Purpose::Bill) | None => Kind::Payment,
        }
    }

    /// `payment`, `transfer`, `cash-deposit` or `cash-withdrawal`.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Payment => "payment",
            Kind::Transfer => "transfer",
            Kind::CashDeposit => "cash-deposit",
            Kind::CashWithdrawal => "cash-withdrawal",
        }
    }
}

impl core::str::FromStr for Kind {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Kind, ValueError> {
        Kind::ALL.iter().copied().find(|kind| kind.name() == text).ok_or(ValueError::malformed(What::Kind))
    }
}

impl core::fmt::Display for Kind {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.pad(self.name())
    }
}

/// The path of the purpose of a transaction, 62-08.
pub(crate) const PURPOSE: Path = Path::of(&[62, 8]);
