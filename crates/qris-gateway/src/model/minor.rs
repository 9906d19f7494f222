//! Money as it is stored.

use qris_snap::{Currency, Money};
use serde::Deserialize;

use crate::db::{DbError, Param, Value};

/// An amount of money in sen, the minor unit of the rupiah. There is no other arithmetic than the checked one: a sum
/// that does not fit is an error of its caller, never another number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Deserialize)]
pub struct Minor(i64);

impl Minor {
    /// Nothing.
    pub const ZERO: Minor = Minor(0);

    /// So many sen.
    pub const fn new(sen: i64) -> Minor {
        Minor(sen)
    }

    /// Sen.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The sum, when it fits.
    pub fn plus(self, other: Minor) -> Option<Minor> {
        self.0.checked_add(other.0).map(Minor)
    }

    /// The difference, when it fits; it may be less than nothing.
    pub fn minus(self, other: Minor) -> Option<Minor> {
        self.0.checked_sub(other.0).map(Minor)
    }

    /// An amount of a message; none when it is not rupiah or does not fit.
    pub fn of(money: &Money) -> Option<Minor> {
        let rupiah = money.currency() == Currency::IDR;
        i64::try_from(money.minor()).ok().filter(|_| rupiah).map(Minor)
    }

    /// As an amount of a message.
    ///
    /// # Errors
    /// [`DbError::Broken`] below zero, and beyond what a message can carry: we stored what nobody could have asked for.
    pub fn money(self) -> Result<Money, DbError> {
        let broken =
            |why: String| DbError::Broken(format!("{} sen are no amount of a message: {why}", self.0));
        let sen = u64::try_from(self.0).map_err(|error| broken(error.to_string()))?;
        Money::idr(sen).map_err(|error| broken(error.to_string()))
    }

    /// In rupiah with two decimals, such as `-1500.05`: for reports and pages.
    pub fn rupiah(self) -> String {
        let (sign, sen) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        format!("{sign}{}.{:02}", sen / 100, sen % 100)
    }
}

impl Param for Minor {
    fn value(&self) -> Value<'_> {
        Value::Int(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_that_do_not_fit_are_none() {
        let most = Minor::new(i64::MAX);
        assert_eq!((most.plus(Minor::new(1)), Minor::new(i64::MIN).minus(Minor::new(1))), (None, None));
        assert_eq!(Minor::new(5).minus(Minor::new(7)), Some(Minor::new(-2)));
        assert_eq!(most.minus(Minor::ZERO), Some(most));
    }

    #[test]
    fn rupiah_have_two_decimals_and_a_sign() {
        let text = |sen| Minor::new(sen).rupiah();
        assert_eq!([0, 5, 150_005, -150_005].map(text), ["0.00", "0.05", "1500.05", "-1500.05"]);
        assert_eq!(text(i64::MIN), "-92233720368547758.08");
    }

    #[test]
    fn only_rupiah_come_out_of_a_message() {
        assert_eq!(Minor::of(&Money::idr(1_050).unwrap()), Some(Minor::new(1_050)));
        assert_eq!(Minor::of(&Money::new(1_050, Currency::new("USD").unwrap()).unwrap()), None);
        assert_eq!(Minor::new(1_050).money().unwrap().value(), "10.50");
        assert!([-1, i64::MIN, i64::MAX].iter().all(|sen| Minor::new(*sen).money().is_err()));
    }
}
