//! What somebody pays, judged by what the QR code asks for.

use qris_core::{Amount, Currency, Percentage};

use super::Declined;
use crate::model::{AccountNo, Minor, Tip, Transaction};

/// What somebody pays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Tip not counted; none: what the QR code asks for, and its tip.
    pub amount: Option<Minor>,
    /// The tip.
    pub tip: Option<Minor>,
    /// Client id of the issuer or upstream, `sandbox`.
    pub payer: String,
    /// Retrieval reference number; none: we make one.
    pub rrn: Option<String>,
    /// What tells this payment from another one of the same QR code, as the payer's side names it.
    pub key: Option<String>,
    /// The payer's account, when whoever told of the payment named it.
    pub account: Option<AccountNo>,
}

impl Offer {
    /// Amount and tip, when they are what the QR code asks for.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn judge(&self, transaction: &Transaction) -> Result<(Minor, Minor), Declined> {
        let amount = match (transaction.amount, self.amount) {
            (Some(asked), None) => asked,
            (Some(asked), Some(offered)) if asked == offered => asked,
            (Some(asked), Some(offered)) => return Err(Declined::WrongAmount { asked, offered }),
            (None, None) => return Err(Declined::NoAmount),
            (None, Some(offered)) if fits(offered) => offered,
            (None, Some(offered)) => return Err(Declined::NotAnAmount(offered)),
        };
        let asked = match transaction.tip {
            Tip::None => Some(Minor::ZERO),
            Tip::Prompt => None,
            Tip::Fixed(minor) => Some(minor),
            Tip::Percent(hundredths) => Some(percentage(amount, hundredths).ok_or(Declined::TipOutOfRange)?),
        };
        let tip = match (asked, self.tip) {
            // Nothing was said at all: what the QR code asks for is paid.
            (Some(asked), None) if self.amount.is_none() => asked,
            (None, offered) => offered.unwrap_or_default(),
            (Some(asked), offered) if asked == offered.unwrap_or_default() => asked,
            (Some(asked), offered) => {
                return Err(Declined::WrongTip { asked, offered: offered.unwrap_or_default() });
            }
        };
        if tip < Minor::ZERO || amount.plus(tip).is_none() {
            return Err(Declined::TipOutOfRange);
        }
        Ok((amount, tip))
    }
}

/// A percentage of an amount, rounded half up to the sen. `hundredths` of a percent.
pub fn percentage(amount: Minor, hundredths: i64) -> Option<Minor> {
    let amount = Amount::from_minor(u64::try_from(amount.get()).ok()?, Currency::IDR).ok()?;
    let percentage = Percentage::from_hundredths(u16::try_from(hundredths).ok()?).ok()?;
    let tip = qris_core::Tip::Percentage(percentage).fee_on(&amount).ok()??;
    i64::try_from(tip).ok().map(Minor::new)
}

/// Whether an amount can stand in data object 54.
pub fn fits(amount: Minor) -> bool {
    u64::try_from(amount.get()).is_ok_and(|sen| Amount::from_minor(sen, Currency::IDR).is_ok())
}

/// Amount and tip of what was told. The standard's notification has one number: with a fee that the QR code fixes, it is the
/// sum.
pub fn apart(
    transaction: &Transaction,
    amount: Option<Minor>,
    tip: Option<Minor>,
) -> (Option<Minor>, Option<Minor>) {
    let (Some(told), None, Some(asked)) = (amount, tip, transaction.amount) else { return (amount, tip) };
    let fee = match transaction.tip {
        Tip::None => return (amount, None),
        Tip::Prompt => told.minus(asked).filter(|tip| *tip >= Minor::ZERO),
        Tip::Fixed(minor) => Some(minor),
        Tip::Percent(hundredths) => percentage(asked, hundredths),
    };
    match fee {
        Some(fee) if asked.plus(fee) == Some(told) => (Some(asked), Some(fee)),
        _ => (amount, None),
    }
}
