//! Tips and convenience fees.

use core::fmt;

use super::amount::Amount;
use super::currency::Currency;
use super::percentage::Percentage;

/// A tip or convenience fee (55, 56, 57; EMVCo MPM 4.7.6–4.7.8). The amount in 54 does not include it.
///
/// ```
/// use qris_core::{Amount, Tip};
/// let amount: Amount = "15050".parse()?;
/// let tip = Tip::Percentage("0.7".parse().unwrap());
/// // 0.7 % of Rp 15,050 is Rp 105.35.
/// assert_eq!(tip.fee_on(&amount), Ok(Some(10_535)));
/// assert_eq!(tip.total(&amount), Ok(Some("15155.35".parse()?)));
/// assert_eq!(Tip::Prompt.total(&amount), Ok(None));
/// # Ok::<(), qris_core::ValueError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Tip {
    /// 55 = `01`: the payer is asked.
    Prompt,
    /// 55 = `02`: a fixed fee, in 56.
    Fixed(Amount),
    /// 55 = `03`: a percentage of the amount, in 57.
    Percentage(Percentage),
}

/// Why a total cannot be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum TotalError {
    /// The sum has more than the 13 characters an amount can have.
    #[error("amount and fee together have more than 13 characters, the most an amount can have")]
    TooLarge,
    /// Amount and fee are in different currencies.
    #[error("the amount is in currency {amount} and the fee in {fee}")]
    CurrenciesDiffer {
        /// The currency of the amount.
        amount: Currency,
        /// The currency of the fee.
        fee: Currency,
    },
}

impl Tip {
    /// The two digits of 55.
    pub const fn indicator(&self) -> &'static str {
        match self {
            Tip::Prompt => "01",
            Tip::Fixed(_) => "02",
            Tip::Percentage(_) => "03",
        }
    }

    /// `prompt`, `fixed` or `percentage`.
    pub const fn name(&self) -> &'static str {
        match self {
            Tip::Prompt => "prompt",
            Tip::Fixed(_) => "fixed",
            Tip::Percentage(_) => "percentage",
        }
    }

    /// The fee on an amount, in minor units of the amount's currency; a percentage is rounded half up. `None` when the
    /// payer decides the tip. A percentage of a small amount can be 0.
    ///
    /// # Errors
    /// [`TotalError::CurrenciesDiffer`] when a fixed fee is in another currency.
    pub fn fee_on(&self, amount: &Amount) -> Result<Option<u64>, TotalError> {
        match self {
            Tip::Prompt => Ok(None),
            Tip::Fixed(fee) if fee.currency() == amount.currency() => Ok(Some(fee.minor())),
            Tip::Fixed(fee) => {
                Err(TotalError::CurrenciesDiffer { amount: amount.currency(), fee: fee.currency() })
            }
            Tip::Percentage(percentage) => {
                let share = u128::from(amount.minor()) * u128::from(percentage.hundredths());
                let rounded = (share + 5_000) / 10_000;
                u64::try_from(rounded).map(Some).map_err(|_| TotalError::TooLarge)
            }
        }
    }

    /// Amount and fee together; `None` when the payer decides the tip.
    ///
    /// # Errors
    /// As [`Tip::fee_on`], and [`TotalError::TooLarge`] when the sum has more than 13 characters.
    pub fn total(&self, amount: &Amount) -> Result<Option<Amount>, TotalError> {
        let Some(fee) = self.fee_on(amount)? else { return Ok(None) };
        let sum = amount.minor().checked_add(fee).ok_or(TotalError::TooLarge)?;
        Amount::from_minor(sum, amount.currency()).map(Some).map_err(|_| TotalError::TooLarge)
    }
}

impl fmt::Display for Tip {
    /// `prompt`, the fee as written, or the percentage as written with a percent sign.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Tip::Prompt => f.pad(self.name()),
            Tip::Fixed(fee) => fee.fmt(f),
            Tip::Percentage(percentage) => {
                let mut text = percentage.text().widened::<6>();
                text.push(b'%');
                f.pad(text.as_str())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_round_half_up() {
        let percent = |text: &str| Tip::Percentage(text.parse().unwrap());
        let of = |minor, text: &str| percent(text).fee_on(&Amount::from_minor(minor, Currency::IDR).unwrap());
        assert_eq!(of(50, "1"), Ok(Some(1)), "0.5 sen goes up");
        assert_eq!(of(49, "1"), Ok(Some(0)), "0.49 sen goes down");
        assert_eq!(of(150, "1"), Ok(Some(2)), "1.5 sen goes up");
        assert_eq!(of(999_999_999_999_900, "99.99"), Ok(Some(999_899_999_999_900)));
    }

    #[test]
    fn fees_of_another_currency_are_refused() {
        let yen = Amount::parse("100", Currency::new(392).unwrap()).unwrap();
        let rupiah: Amount = "100".parse().unwrap();
        let differ = TotalError::CurrenciesDiffer { amount: Currency::IDR, fee: yen.currency() };
        assert_eq!(Tip::Fixed(yen).total(&rupiah), Err(differ));
        assert_eq!(Tip::Fixed(rupiah).total(&rupiah), Ok(Some("200".parse().unwrap())));
        let most: Amount = "9999999999999".parse().unwrap();
        assert_eq!(Tip::Fixed(rupiah).total(&most), Err(TotalError::TooLarge));
    }
}
