//! What is in a merchant account.

use core::fmt;

use crate::value::{Criteria, Mpan};

/// A merchant account as a builder takes it (QRIS 4.7.5). Other objects of an account are set by their path.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccountValues<'a> {
    /// 00: the acquirer's reverse domain name.
    pub guid: &'a str,
    /// 01: the merchant PAN.
    pub mpan: Mpan,
    /// 02: the acquirer's number of the merchant, at most 15 characters.
    pub merchant_id: &'a str,
    /// 03: the merchant criteria.
    pub criteria: Criteria,
    /// 04: the BIC of the acquirer, 8 or 11 characters.
    pub bic: Option<&'a str>,
}

impl<'a> AccountValues<'a> {
    /// What every merchant account has.
    pub const fn new(
        guid: &'a str,
        mpan: Mpan,
        merchant_id: &'a str,
        criteria: Criteria,
    ) -> AccountValues<'a> {
        AccountValues { guid, mpan, merchant_id, criteria, bic: None }
    }

    /// Also a BIC.
    pub const fn with_bic(self, bic: &'a str) -> AccountValues<'a> {
        AccountValues { bic: Some(bic), ..self }
    }
}

impl fmt::Debug for AccountValues<'_> {
    /// Nothing of the values: they say which merchant it is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountValues").finish_non_exhaustive()
    }
}
