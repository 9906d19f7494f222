//! Acquirers by NNS, the national numbering system's eight digits at the head of every QRIS PAN.
//!
//! The list grows with every new provider, so a number it lacks is unknown, not wrong. The GUID of a merchant account
//! (its reverse domain) does not determine the NNS: aggregators register merchants under their own domain.

use crate::lookup::find;

pub use crate::generated::acquirers::{ACQUIRERS, AS_OF};

/// One acquirer: a bank or non-bank provider with a number in the national numbering system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Acquirer {
    /// The eight digits a PAN of this acquirer begins with: `9360`, then [`code`](Self::code).
    pub nns: &'static str,
    /// The last four digits of the NNS; for a bank its clearing code with a zero before it.
    pub code: &'static str,
    /// The name in common use, sometimes with the brand or the older name in parentheses.
    pub name: &'static str,
    /// Bank or not.
    pub kind: AcquirerKind,
}

/// Whether an acquirer is a bank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AcquirerKind {
    /// A commercial, regional, sharia or rural bank.
    Bank,
    /// Any other payment service provider: e-money issuer, payment gateway, switch.
    NonBank,
}

/// The acquirer with exactly these eight digits, or `None` when the table does not know them.
///
/// ```
/// let acquirer = qris_tables::acquirer("93600914").unwrap();
/// assert_eq!(acquirer.name, "GoPay");
/// assert_eq!(acquirer.code, "0914");
/// assert_eq!(qris_tables::acquirer("93609999"), None);
/// ```
pub fn acquirer(nns: &str) -> Option<&'static Acquirer> {
    find(ACQUIRERS, nns, |row| row.nns)
}

/// The acquirer a merchant or customer PAN belongs to: its first eight digits are the NNS (QRIS 4.7.5.4).
///
/// The rest of the PAN is not looked at.
///
/// ```
/// let acquirer = qris_tables::acquirer_of_pan("936000080000000002").unwrap();
/// assert_eq!(acquirer.name, "Bank Mandiri");
/// assert_eq!(qris_tables::acquirer_of_pan("9360"), None);
/// ```
pub fn acquirer_of_pan(pan: &str) -> Option<&'static Acquirer> {
    acquirer(pan.get(..8)?)
}
