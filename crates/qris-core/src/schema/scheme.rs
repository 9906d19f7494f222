//! Payment schemes, and how to recognize their accounts.

use crate::id::Id;
use crate::value::Mpan;
use crate::wire::{DataObject, Payload, header};

/// A payment scheme. The objects 01–99 of an account mean what its scheme says, and the identifier in its 00 says whose
/// scheme that is (EMVCo MPM 4.7.11).
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Scheme {
    /// `QRIS`.
    pub name: &'static str,
    /// The country whose payloads (58) have accounts of this scheme, whatever their identifier.
    pub country: &'static str,
    /// How identifiers (00) of the scheme begin, in upper case.
    pub guid_prefix: &'static str,
    /// How PANs (01) of the scheme begin.
    pub pan_prefix: &'static str,
}

/// QRIS: accounts of payloads of Indonesia, and elsewhere those with an Indonesian domain name or a PAN of its national
/// numbering system.
pub static QRIS_SCHEME: Scheme =
    Scheme { name: "QRIS", country: "ID", guid_prefix: "ID.", pan_prefix: "9360" };

impl Scheme {
    /// Whether an account of a payload is one of this scheme.
    ///
    /// ```
    /// use qris_core::schema::QRIS_SCHEME;
    /// use qris_core::{Id, Payload};
    /// let text = String::from("0002012605010115802SG6304FD65");
    /// let payload = Payload::parse(&text)?;
    /// let account = payload.get(Id::new(26).unwrap()).unwrap();
    /// assert!(!QRIS_SCHEME.has(&payload, &account));
    /// # Ok::<(), qris_core::DecodeError>(())
    /// ```
    pub fn has(&self, payload: &Payload<'_>, account: &DataObject<'_>) -> bool {
        if self.is_at_home(payload) {
            return true;
        }
        let Some(template) = account.template() else { return false };
        let value = |id| template.value_of(Id::known(id));
        let begins = |text: &str| {
            text.get(..self.guid_prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(self.guid_prefix))
        };
        value(0).is_some_and(begins)
            || value(1).is_some_and(|pan| pan.starts_with(self.pan_prefix) && pan.parse::<Mpan>().is_ok())
    }

    /// Whether the payload is of the scheme's country, where all accounts are the scheme's.
    pub(crate) fn is_at_home(&self, payload: &Payload<'_>) -> bool {
        // Compared where it stands: reading the object first costs a hundredth of a whole check.
        let [a, b, c, d] = header(Id::COUNTRY, 2);
        matches!(*self.country.as_bytes(), [x, y] if payload.has(Id::COUNTRY, &[a, b, c, d, x, y]))
    }
}
