//! A payload that conforms to the profile of its scheme, whichever that is.

use core::fmt;
use core::hash::{Hash, Hasher};
use core::ops::Deref;

use super::{Account, Qris, Rejection, accounts};
use crate::check::{self, Finding};
use crate::id::Id;
use crate::schema::{Profile, Scheme, keys};
use crate::value::{Amount, Country, Currency, Initiation, Mcc};
use crate::wire::Sealed;

/// A payload that has the structure, the right CRC, and no finding of severity error in the profile of its scheme. It
/// dereferences to the [`Sealed`] payload. Schemes differ in what they ask for, so every getter is an `Option`; [`Qris`] is the
/// case of QRIS, where what every payload has is total.
///
/// ```
/// use qris_core::Conformant;
/// let text = String::from("00020101021129370016A000000677010111011300668012345675802TH530376463046197");
/// let payload = Conformant::decode(&text)?;
/// assert_eq!(payload.scheme().map(|scheme| scheme.name), Some("PromptPay"));
/// assert_eq!(payload.currency().map(|currency| currency.to_string()), Some("764".to_owned()));
/// assert_eq!(payload.merchant_name(), None);
/// assert!(payload.qris().is_none());
/// # Ok::<(), qris_core::Rejection>(())
/// ```
#[derive(Clone)]
pub struct Conformant<'a> {
    sealed: Sealed<'a>,
    profile: Profile,
}

impl fmt::Debug for Conformant<'_> {
    /// The shape of the payload and the profile, and nothing of the text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conformant")
            .field("payload", &*self.sealed)
            .field("profile", &self.profile.name)
            .finish_non_exhaustive()
    }
}

impl<'a> Conformant<'a> {
    /// Reads the structure, compares the CRC and checks every rule of the scheme the payload is of ([`Profile::of`]), as codes
    /// are in circulation.
    ///
    /// # Errors
    /// [`Rejection::Decode`] when the text is no payload or the CRC is wrong, [`Rejection::NotConformant`] when a rule is broken.
    pub fn decode(text: &'a str) -> Result<Conformant<'a>, Rejection> {
        let sealed = Sealed::parse(text)?;
        let profile = Profile::of(&sealed);
        Ok(Conformant::judged(sealed, &profile)?)
    }

    /// The same, judged by the profile given.
    ///
    /// # Errors
    /// As [`Conformant::decode`].
    pub fn decode_with(text: &'a str, profile: &Profile) -> Result<Conformant<'a>, Rejection> {
        Ok(Conformant::judged(Sealed::parse(text)?, profile)?)
    }

    /// Checks a payload whose CRC is known to be right.
    ///
    /// # Errors
    /// The first finding of severity error.
    pub fn from_sealed(sealed: &Sealed<'a>, profile: &Profile) -> Result<Conformant<'a>, Finding> {
        Conformant::judged(sealed.clone(), profile)
    }

    pub(crate) fn judged(sealed: Sealed<'a>, profile: &Profile) -> Result<Conformant<'a>, Finding> {
        match check::first_error(&sealed, profile) {
            Some(error) => Err(error),
            None => Ok(Conformant::conforming(sealed, profile)),
        }
    }

    /// A payload in which the check found no error.
    pub(crate) fn conforming(sealed: Sealed<'a>, profile: &Profile) -> Conformant<'a> {
        Conformant { sealed, profile: *profile }
    }

    /// The profile it was judged by.
    pub const fn profile(&self) -> Profile {
        self.profile
    }

    /// Whose payload it is ([`Scheme::of`]).
    pub fn scheme(&self) -> Option<&'static Scheme> {
        Scheme::of(&self.sealed)
    }

    /// The same payload as QRIS, when it was judged as that.
    pub fn qris(&self) -> Option<Qris<'a>> {
        let is_qris = self.profile.rules.transfers;
        // Judged once more: a second copy of the code that reads it would make decoding slower.
        is_qris.then(|| Qris::from_sealed(&self.sealed, &self.profile).ok()).flatten()
    }

    /// All accounts of the payload, 02–51, in its order.
    pub fn accounts(&self) -> impl Iterator<Item = Account<'a>> + '_ {
        accounts(&self.sealed)
    }

    /// 01: whether the code is for one transaction or for many.
    pub fn initiation(&self) -> Option<Initiation> {
        self.sealed.read(keys::INITIATION)
    }

    /// The merchant category code (52).
    pub fn mcc(&self) -> Option<Mcc> {
        self.sealed.read(keys::MCC)
    }

    /// The transaction currency (53).
    pub fn currency(&self) -> Option<Currency> {
        self.sealed.read(keys::CURRENCY)
    }

    /// The transaction amount (54) in the currency of 53, without tip. Absent: the payer enters it.
    pub fn amount(&self) -> Option<Amount> {
        Amount::parse(self.sealed.value_of(Id::AMOUNT)?, self.currency()?).ok()
    }

    /// The country code (58).
    pub fn country(&self) -> Option<Country> {
        self.sealed.read(keys::COUNTRY)
    }

    /// The merchant name (59). The text comes from outside: filter it before printing, see [`crate::display::Safe`].
    pub fn merchant_name(&self) -> Option<&'a str> {
        self.sealed.read(keys::MERCHANT_NAME)
    }

    /// The merchant city (60).
    pub fn merchant_city(&self) -> Option<&'a str> {
        self.sealed.read(keys::MERCHANT_CITY)
    }
}

impl<'a> From<Qris<'a>> for Conformant<'a> {
    fn from(qris: Qris<'a>) -> Conformant<'a> {
        Conformant { profile: qris.profile(), sealed: qris.sealed }
    }
}

impl<'a> Deref for Conformant<'a> {
    type Target = Sealed<'a>;

    fn deref(&self) -> &Sealed<'a> {
        &self.sealed
    }
}

impl AsRef<str> for Conformant<'_> {
    fn as_ref(&self) -> &str {
        self.sealed.as_str()
    }
}

impl PartialEq for Conformant<'_> {
    /// The same text, read in the same unit and judged by the same profile.
    fn eq(&self, other: &Self) -> bool {
        self.sealed == other.sealed && self.profile == other.profile
    }
}

impl Eq for Conformant<'_> {}

impl Hash for Conformant<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.sealed.hash(state);
        self.profile.hash(state);
    }
}
