//! The top rung: a payload that conforms, with getters that cannot fail.

mod account;
#[cfg(feature = "alloc")]
mod buf;
mod conformant;

use core::fmt;
use core::hash::{Hash, Hasher};
use core::ops::Deref;

pub use account::{Account, accounts};
#[cfg(feature = "alloc")]
pub use buf::QrisBuf;
pub use conformant::Conformant;

use crate::check::{self, Finding};
use crate::error::DecodeError;
use crate::id::Id;
use crate::kind::Kind;
use crate::schema::{Profile, keys};
use crate::value::{Amount, Country, Currency, Initiation, Mcc, Nmid, Purpose, Tip, TotalError};
use crate::wire::{DataObject, Sealed};

/// A payload that has the structure, the right CRC, and no finding of severity error. It dereferences to the
/// [`Sealed`] payload.
///
/// What every conforming payload has is total; everything else is an `Option`.
///
/// ```
/// use qris_core::{Amount, Qris};
/// let text = "00020101021226620013ID.FINPAY.WWW01189360077732007160010212FM20071600010303UKE\
///             51410014ID.CO.QRIS.WWW0212ID12345678910303UKE52045814530336054041000550202560250\
///             5802ID5909Test Sogi6015JAKARTA SELATAN61051271062100706finnet630490FF";
/// let qris = Qris::decode(text)?;
/// assert_eq!(qris.merchant_name(), "Test Sogi");
/// assert_eq!(qris.amount(), Some("1000".parse().unwrap()));
/// assert_eq!(qris.total()?, Some("1050".parse()?), "the amount and the fee of 50");
/// assert_eq!(qris.account().nns(), Some("93600777"));
/// assert_eq!(qris.terminal_label(), Some("finnet"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Qris<'a> {
    sealed: Sealed<'a>,
    account: DataObject<'a>,
    name: &'a str,
    city: &'a str,
    facts: Facts,
}

/// What was read when the payload was judged, but for its texts.
#[derive(Clone, Copy)]
struct Facts {
    mcc: Mcc,
    currency: Currency,
    country: Country,
    amount: Option<Amount>,
    profile: Profile,
}

impl fmt::Debug for Qris<'_> {
    /// The shape of the payload and the profile, and nothing of the text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Qris")
            .field("payload", &*self.sealed)
            .field("profile", &self.facts.profile.name)
            .finish_non_exhaustive()
    }
}

/// Why a text is not a conforming payload. It borrows nothing and contains nothing of the text, so it can be returned,
/// logged and sent to another thread.
///
/// ```
/// use qris_core::{ErrorKind, Qris, Rejection};
/// fn with_anyhow(body: &str) -> anyhow::Result<String> {
///     Ok(Qris::decode(body)?.merchant_name().to_owned())
/// }
/// fn boxed(body: &str) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
///     Ok(Qris::decode(body)?.merchant_name().to_owned())
/// }
/// let body = String::from("0002015405,50005303360");
/// let rejection = Qris::decode(&body).unwrap_err();
/// assert!(matches!(rejection, Rejection::Decode(error) if error.kind() == ErrorKind::CrcMissing));
/// assert_eq!(with_anyhow(&body).unwrap_err().to_string(), rejection.to_string());
/// assert_eq!(boxed(&body).unwrap_err().to_string(), rejection.to_string());
/// ```
// No `source` in the chain: each variant says the whole sentence itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// It is no payload, or its CRC is wrong.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// It is a payload with a right CRC that breaks a rule: the first finding of severity error.
    /// [`check::findings`] lists all.
    #[error(transparent)]
    NotConformant(#[from] Finding),
}

const _: () = assert!(size_of::<Rejection>() <= 56, "an error is moved with every result");

impl<'a> Qris<'a> {
    /// Reads the structure, compares the CRC and checks every rule of [`Profile::WILD`]: QRIS as acquirers really
    /// print it. A payload without an account of QRIS is refused, however good it is by its own scheme;
    /// [`Conformant::decode`] reads those too.
    ///
    /// ```
    /// use qris_core::{Code, Qris, Rejection};
    /// let pix = String::from(
    ///     "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR\
    ///      5913Fulano de Tal6008BRASILIA62070503***63041D3D",
    /// );
    /// let Err(Rejection::NotConformant(finding)) = Qris::decode(&pix) else { panic!() };
    /// assert_eq!(finding.code(), Code::ForeignScheme);
    /// assert_eq!(finding.to_string(), "there is no account of QRIS; this is a code of Pix (EMVCo 4.7.11)");
    /// ```
    ///
    /// # Errors
    /// [`Rejection::Decode`] when the text is no payload or the CRC is wrong, [`Rejection::NotConformant`]
    /// when a rule is broken.
    pub fn decode(text: &'a str) -> Result<Qris<'a>, Rejection> {
        Qris::decode_with(text, &Profile::WILD)
    }

    /// The same, judged by another profile.
    ///
    /// # Errors
    /// As [`Qris::decode`].
    pub fn decode_with(text: &'a str, profile: &Profile) -> Result<Qris<'a>, Rejection> {
        Ok(Qris::judged(Sealed::parse(text)?, profile)?)
    }

    /// [`Qris::decode`] with the CRC by the table alone: benches compare the speed of the two.
    #[cfg(feature = "clmul")]
    #[doc(hidden)]
    pub fn decode_by_table(text: &'a str) -> Result<Qris<'a>, Rejection> {
        Ok(Qris::judged(Sealed::parse_by_table(text)?, &Profile::WILD)?)
    }

    /// Checks a payload whose CRC is known to be right. The caller keeps `sealed`, whatever the answer: it is taken
    /// by reference, so that a refused payload can still be shown or edited.
    ///
    /// # Errors
    /// The first finding of severity error.
    pub fn from_sealed(sealed: &Sealed<'a>, profile: &Profile) -> Result<Qris<'a>, Finding> {
        Qris::judged(sealed.clone(), profile)
    }

    pub(crate) fn judged(sealed: Sealed<'a>, profile: &Profile) -> Result<Qris<'a>, Finding> {
        match check::first_error(&sealed, profile) {
            Some(error) => Err(error),
            None => Qris::conforming(sealed, profile),
        }
    }

    /// A payload in which the check found no error.
    #[inline(always)]
    pub(crate) fn conforming(sealed: Sealed<'a>, profile: &Profile) -> Result<Qris<'a>, Finding> {
        // Every profile demands all of these, so the check has refused before.
        let demanded = |id| check::unreadable(&sealed, id);
        let account = sealed.objects().find(|object| object.id().is_account());
        let account = account.ok_or_else(|| demanded(Id::known(26)))?;
        let name = sealed.read(keys::MERCHANT_NAME).ok_or_else(|| demanded(Id::MERCHANT_NAME))?;
        let city = sealed.read(keys::MERCHANT_CITY).ok_or_else(|| demanded(Id::MERCHANT_CITY))?;
        let mcc = sealed.read(keys::MCC).ok_or_else(|| demanded(Id::MCC))?;
        let currency = sealed.read(keys::CURRENCY).ok_or_else(|| demanded(Id::CURRENCY))?;
        let country = sealed.read(keys::COUNTRY).ok_or_else(|| demanded(Id::COUNTRY))?;
        let amount = sealed.value_of(Id::AMOUNT).and_then(|text| Amount::parse(text, currency).ok());
        let facts = Facts { mcc, currency, country, amount, profile: *profile };
        Ok(Qris { sealed, account, name, city, facts })
    }

    /// The profile it was judged by.
    pub const fn profile(&self) -> Profile {
        self.facts.profile
    }

    /// A copy that owns its text.
    #[cfg(feature = "alloc")]
    pub fn to_buf(&self) -> QrisBuf {
        QrisBuf::from(self)
    }

    /// The merchant name (59). The text comes from outside: filter it before printing, see [`crate::display::Safe`].
    pub const fn merchant_name(&self) -> &'a str {
        self.name
    }

    /// The merchant city (60).
    pub const fn merchant_city(&self) -> &'a str {
        self.city
    }

    /// The merchant category code (52).
    pub const fn mcc(&self) -> Mcc {
        self.facts.mcc
    }

    /// The transaction currency (53).
    pub const fn currency(&self) -> Currency {
        self.facts.currency
    }

    /// The country code (58).
    pub const fn country(&self) -> Country {
        self.facts.country
    }

    /// The first account of the payload, of whatever scheme.
    pub fn account(&self) -> Account<'a> {
        Account::of(&self.sealed, self.account)
    }

    /// The account of the domestic scheme: the first whose PAN begins 9360, else the national repository, 51. Both say
    /// who acquires for the merchant in Indonesia; [`Qris::account`] may be a card network's or a foreign scheme's.
    ///
    /// ```
    /// use qris_core::Qris;
    /// let text = String::from(
    ///     "00020101021226620013ID.FINPAY.WWW01189360077732007160010212FM20071600010303UKE51410014\
    ///      ID.CO.QRIS.WWW0212ID12345678910303UKE520458145303360540410005502025602505802ID\
    ///      5909Test Sogi6015JAKARTA SELATAN61051271062100706finnet630490FF",
    /// );
    /// let qris = Qris::decode(&text)?;
    /// assert_eq!(qris.account_by_guid("id.co.qris.www").map(|account| account.id().number()), Some(51));
    /// assert_eq!(qris.domestic().and_then(|account| account.nns()), Some("93600777"));
    /// # Ok::<(), qris_core::Rejection>(())
    /// ```
    pub fn domestic(&self) -> Option<Account<'a>> {
        let national = self.sealed.get(Id::NATIONAL_REPOSITORY);
        // The PAN in 40 is the customer's.
        let mut merchants = self.accounts().filter(|account| account.id() != Id::TRANSFER_ACCOUNT);
        let by_pan = merchants.find(|account| account.nns().is_some_and(|nns| nns.starts_with("9360")));
        by_pan.or_else(|| Some(Account::of(&self.sealed, national?)).filter(Account::is_qris))
    }

    /// The first account with this identifier (00), compared without regard to case.
    pub fn account_by_guid(&self, guid: &str) -> Option<Account<'a>> {
        self.accounts().find(|account| account.guid().is_some_and(|other| other.eq_ignore_ascii_case(guid)))
    }

    /// All accounts, 02–51, in the order of the payload.
    pub fn accounts(&self) -> impl Iterator<Item = Account<'a>> + '_ {
        accounts(&self.sealed)
    }

    /// What the payload asks for.
    pub fn kind(&self) -> Kind {
        Kind::of(&self.sealed)
    }

    /// 01: whether the code is for one transaction or for many. Absent in some static codes.
    pub fn initiation(&self) -> Option<Initiation> {
        self.sealed.read(keys::INITIATION)
    }

    /// The transaction amount (54). Absent: the payer enters the amount. It does not contain the tip.
    pub const fn amount(&self) -> Option<Amount> {
        self.facts.amount
    }

    /// The tip or convenience fee (55 with 56 or 57).
    pub fn tip(&self) -> Option<Tip> {
        match self.sealed.read(keys::TIP_INDICATOR)? {
            "01" => Some(Tip::Prompt),
            "02" => {
                Amount::parse(self.sealed.value_of(Id::FEE_FIXED)?, self.facts.currency).ok().map(Tip::Fixed)
            }
            "03" => self.sealed.read(keys::FEE_PERCENTAGE).map(Tip::Percentage),
            _ => None,
        }
    }

    /// Amount and fee together: what the payer owes. `None` when he decides either of them.
    ///
    /// # Errors
    /// [`TotalError::TooLarge`] when the sum has more than 13 characters.
    pub fn total(&self) -> Result<Option<Amount>, TotalError> {
        match (self.facts.amount, self.tip()) {
            (Some(amount), Some(tip)) => tip.total(&amount),
            (amount, _) => Ok(amount),
        }
    }

    /// The postal code (61).
    pub fn postal_code(&self) -> Option<&'a str> {
        self.sealed.read(keys::POSTAL_CODE)
    }

    /// The national merchant ID (51-02), when it has the shape of an NMID.
    pub fn nmid(&self) -> Option<Nmid> {
        self.sealed.national_repository()?.read(keys::NMID)
    }

    /// The bill number (62-01).
    pub fn bill_number(&self) -> Option<&'a str> {
        self.sealed.additional_data()?.read(keys::BILL_NUMBER)
    }

    /// The reference label (62-05).
    pub fn reference_label(&self) -> Option<&'a str> {
        self.sealed.additional_data()?.read(keys::REFERENCE_LABEL)
    }

    /// The terminal label (62-07).
    pub fn terminal_label(&self) -> Option<&'a str> {
        self.sealed.additional_data()?.read(keys::TERMINAL_LABEL)
    }

    /// The purpose of transaction (62-08), when it is one of the QRIS purpose codes.
    pub fn purpose(&self) -> Option<Purpose> {
        self.sealed.additional_data()?.read(keys::PURPOSE)
    }
}

impl<'a> Deref for Qris<'a> {
    type Target = Sealed<'a>;

    fn deref(&self) -> &Sealed<'a> {
        &self.sealed
    }
}

impl AsRef<str> for Qris<'_> {
    fn as_ref(&self) -> &str {
        self.sealed.as_str()
    }
}

impl PartialEq for Qris<'_> {
    /// The same text, read in the same unit and judged by the same profile.
    fn eq(&self, other: &Self) -> bool {
        self.sealed == other.sealed && self.facts.profile == other.facts.profile
    }
}

impl Eq for Qris<'_> {}

impl Hash for Qris<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.sealed.hash(state);
        self.facts.profile.hash(state);
    }
}
