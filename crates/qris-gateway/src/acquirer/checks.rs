//! Is the code of an acquirer the one that was asked for?

use qris_core::{Qris, Tip};

use crate::model::{Merchant, Minor};

/// What an acquirer is asked to make a code of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    /// Our number of it.
    pub(crate) reference_no: &'a str,
    /// None: the payer enters it.
    pub(crate) amount: Option<Minor>,
    /// None: no tip.
    pub(crate) fee: Option<Minor>,
}

/// Reads the payload and holds it against amount, fee and merchant; its CRC and its structure are the core's to judge.
///
/// # Errors
/// What is wrong with it, for the log.
pub(crate) fn code_fits(content: &str, merchant: &Merchant, wanted: &Wanted<'_>) -> Result<(), String> {
    let qris = Qris::decode(content).map_err(|error| format!("the payload cannot be read: {error}"))?;
    let sen = |minor: Option<Minor>| minor.map(|minor| u64::try_from(minor.get()).unwrap_or_default());
    let there = qris.amount().map(|amount| amount.minor());
    if there != sen(wanted.amount) {
        return Err(format!("it asks for {there:?} sen, {:?} were wanted", sen(wanted.amount)));
    }
    let fee = match qris.tip() {
        None => None,
        Some(Tip::Fixed(fee)) => Some(fee.minor()),
        Some(_) => return Err("it asks for a tip that was not wanted".to_owned()),
    };
    if fee != sen(wanted.fee) {
        return Err(format!("it asks for a fee of {fee:?} sen, {:?} were wanted", sen(wanted.fee)));
    }
    if qris.accounts().filter_map(|account| account.mpan()).any(|mpan| mpan.as_str() != merchant.mpan) {
        return Err("it names another Merchant PAN than the merchant's".to_owned());
    }
    if qris.nmid().is_some_and(|nmid| nmid.as_str() != merchant.nmid) {
        return Err("it names another NMID than the merchant's".to_owned());
    }
    Ok(())
}
