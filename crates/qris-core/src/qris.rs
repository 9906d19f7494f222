//! The top rung: a payload that conforms, with getters that cannot fail.

use core::fmt;
use core::ops::Deref;

use crate::check;
use crate::error::DecodeError;
use crate::id::Id;
use crate::kind::Kind;
use crate::schema::{Profile, keys};
use crate::value::{
    Amount, Country, Criteria, Currency, Initiation, Mcc, Mpan, Nmid, Purpose, Tip, TotalError,
};
use crate::wire::{DataObject, Payload, Sealed, Template};

/// A payload that has the structure, the right CRC, and no finding of severity error.
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
/// assert_eq!(qris.total(), Some(Ok(105_000)), "the amount and the fee of 50, in sen");
/// assert_eq!(qris.account().nns(), Some("93600777"));
/// assert_eq!(qris.terminal_label(), Some("finnet"));
/// # Ok::<(), qris_core::Rejection>(())
/// ```
#[derive(Clone, Debug)]
pub struct Qris<'a> {
    sealed: Sealed<'a>,
    account: DataObject<'a>,
    name: &'a str,
    city: &'a str,
    mcc: Mcc,
    currency: Currency,
    country: Country,
    amount: Option<Amount>,
}

/// Why a text is not a conforming payload.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[allow(clippy::large_enum_variant)] // Boxing the refused payload would need an allocator.
pub enum Rejection<'a> {
    /// It is no payload, or its CRC is wrong.
    Decode(DecodeError),
    /// It is a payload with a right CRC that breaks a rule; [`check::findings`] on it tells which.
    NotConformant(Sealed<'a>),
}

impl fmt::Display for Rejection<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rejection::Decode(error) => error.fmt(f),
            Rejection::NotConformant(_) => {
                f.write_str("the payload breaks a rule of the profile it was judged by")
            }
        }
    }
}

impl core::error::Error for Rejection<'_> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            // Its sentence is said already.
            Rejection::Decode(error) => error.source(),
            Rejection::NotConformant(_) => None,
        }
    }
}

impl From<DecodeError> for Rejection<'_> {
    fn from(error: DecodeError) -> Self {
        Rejection::Decode(error)
    }
}

#[allow(clippy::result_large_err)] // Boxing the refused payload would need an allocator.
impl<'a> Qris<'a> {
    /// Climbs all rungs at once, judging by [`Profile::WILD`]: QRIS as acquirers really print it.
    ///
    /// # Errors
    /// [`Rejection::Decode`] when the text is no payload or the CRC is wrong, [`Rejection::NotConformant`]
    /// when a rule is broken.
    pub fn decode(text: &'a str) -> Result<Qris<'a>, Rejection<'a>> {
        Qris::decode_with(text, &Profile::WILD)
    }

    /// The same, judged by another profile.
    ///
    /// # Errors
    /// As [`Qris::decode`].
    pub fn decode_with(text: &'a str, profile: &Profile) -> Result<Qris<'a>, Rejection<'a>> {
        Qris::from_sealed(Sealed::parse(text)?, profile)
    }

    /// [`Qris::decode`] with the CRC by the table alone, to compare the speed of the two.
    ///
    /// # Errors
    /// As [`Qris::decode`].
    #[cfg(feature = "clmul")]
    pub fn decode_by_table(text: &'a str) -> Result<Qris<'a>, Rejection<'a>> {
        Qris::from_sealed(Sealed::parse_by_table(text)?, &Profile::WILD)
    }

    /// The last rung.
    ///
    /// # Errors
    /// [`Rejection::NotConformant`] with the payload, when a rule is broken.
    pub fn from_sealed(sealed: Sealed<'a>, profile: &Profile) -> Result<Qris<'a>, Rejection<'a>> {
        if !check::conforms(&sealed, profile) {
            return Err(Rejection::NotConformant(sealed));
        }
        match Qris::read(&sealed) {
            Some((account, name, city, mcc, currency, country)) => {
                let amount = sealed.value_of(Id::AMOUNT).and_then(|text| Amount::parse(text, currency).ok());
                Ok(Qris { sealed, account, name, city, mcc, currency, country, amount })
            }
            // Every profile demands all of these, so the check has refused before.
            None => Err(Rejection::NotConformant(sealed)),
        }
    }

    #[allow(clippy::type_complexity)] // The mandatory values, used once, just above.
    fn read(payload: &Payload<'a>) -> Option<(DataObject<'a>, &'a str, &'a str, Mcc, Currency, Country)> {
        Some((
            payload.objects().find(|object| is_account(object.id()))?,
            payload.read(keys::MERCHANT_NAME)?,
            payload.read(keys::MERCHANT_CITY)?,
            payload.read(keys::MCC)?,
            payload.read(keys::CURRENCY)?,
            payload.read(keys::COUNTRY)?,
        ))
    }

    /// The payload with its right CRC.
    pub const fn sealed(&self) -> &Sealed<'a> {
        &self.sealed
    }

    /// 59. The text comes from outside: filter it before printing, see [`crate::display::Safe`].
    pub const fn merchant_name(&self) -> &'a str {
        self.name
    }

    /// 60.
    pub const fn merchant_city(&self) -> &'a str {
        self.city
    }

    /// 52.
    pub const fn mcc(&self) -> Mcc {
        self.mcc
    }

    /// 53.
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// 58.
    pub const fn country(&self) -> Country {
        self.country
    }

    /// The first account of the payload, of whatever scheme.
    pub fn account(&self) -> Account<'a> {
        Account::of(self.account)
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

    /// 54. Absent: the payer enters the amount. It does not contain the tip.
    pub const fn amount(&self) -> Option<Amount> {
        self.amount
    }

    /// 55 with 56 or 57.
    pub fn tip(&self) -> Option<Tip> {
        match self.sealed.read(keys::TIP_INDICATOR)? {
            "01" => Some(Tip::Prompt),
            "02" => Amount::parse(self.sealed.value_of(Id::FEE_FIXED)?, self.currency).ok().map(Tip::Fixed),
            "03" => self.sealed.read(keys::FEE_PERCENTAGE).map(Tip::Percentage),
            _ => None,
        }
    }

    /// Amount and fee together in minor units; `None` when the payer decides either of them.
    pub fn total(&self) -> Option<Result<u64, TotalError>> {
        let amount = self.amount?;
        match self.tip() {
            None => Some(Ok(amount.minor())),
            Some(tip) => tip.total(&amount).transpose(),
        }
    }

    /// 61.
    pub fn postal_code(&self) -> Option<&'a str> {
        self.sealed.read(keys::POSTAL_CODE)
    }

    /// 51, when it frames.
    pub fn national_repository(&self) -> Option<Template<'a>> {
        self.sealed.template(Id::NATIONAL_REPOSITORY)
    }

    /// 51-02, when it has the shape of an NMID.
    pub fn nmid(&self) -> Option<Nmid> {
        self.sealed.template(Id::NATIONAL_REPOSITORY)?.read(keys::NMID)
    }

    /// 62, when it frames.
    pub fn additional_data(&self) -> Option<Template<'a>> {
        self.sealed.template(Id::ADDITIONAL_DATA)
    }

    /// 62-01.
    pub fn bill_number(&self) -> Option<&'a str> {
        self.sealed.template(Id::ADDITIONAL_DATA)?.read(keys::BILL_NUMBER)
    }

    /// 62-05.
    pub fn reference_label(&self) -> Option<&'a str> {
        self.sealed.template(Id::ADDITIONAL_DATA)?.read(keys::REFERENCE_LABEL)
    }

    /// 62-07.
    pub fn terminal_label(&self) -> Option<&'a str> {
        self.sealed.template(Id::ADDITIONAL_DATA)?.read(keys::TERMINAL_LABEL)
    }

    /// 62-08, when it is one of the QRIS purpose codes.
    pub fn purpose(&self) -> Option<Purpose> {
        self.sealed.template(Id::ADDITIONAL_DATA)?.read(keys::PURPOSE)
    }

    /// 64, when it frames.
    pub fn language_template(&self) -> Option<Template<'a>> {
        self.sealed.template(Id::LANGUAGE)
    }
}

impl<'a> Deref for Qris<'a> {
    type Target = Sealed<'a>;

    fn deref(&self) -> &Sealed<'a> {
        &self.sealed
    }
}

/// 02–51.
fn is_account(id: Id) -> bool {
    (2..=51).contains(&id.number())
}

/// All accounts of a payload, 02–51, in its order. It need not conform.
pub fn accounts<'p, 'a>(payload: &'p Payload<'a>) -> impl Iterator<Item = Account<'a>> + use<'p, 'a> {
    payload.objects().filter(|object| is_account(object.id())).map(Account::of)
}

/// One account of a payload: a card network's (02–25) or a template of some scheme (26–51).
#[derive(Clone, Copy, Debug)]
pub struct Account<'a> {
    object: DataObject<'a>,
    template: Option<Template<'a>>,
}

impl<'a> Account<'a> {
    fn of(object: DataObject<'a>) -> Account<'a> {
        Account { object, template: object.template() }
    }

    /// Its ID, 02–51.
    pub const fn id(&self) -> Id {
        self.object.id()
    }

    /// The whole object.
    pub const fn object(&self) -> DataObject<'a> {
        self.object
    }

    /// The objects inside; `None` for a card network's account, and when it does not frame.
    pub const fn template(&self) -> Option<Template<'a>> {
        self.template
    }

    /// 00: whose account it is, usually a reverse domain name. Compare without regard to case.
    pub fn guid(&self) -> Option<&'a str> {
        self.template.as_ref()?.read(keys::GUID)
    }

    /// 01, when it is a merchant PAN. In 40 it is the customer's.
    pub fn mpan(&self) -> Option<Mpan> {
        self.template.as_ref()?.read(keys::MPAN)
    }

    /// The first eight digits of the PAN: the acquirer's NNS code.
    pub fn nns(&self) -> Option<&'a str> {
        self.mpan()?;
        self.template.as_ref()?.value_of(keys::MPAN.id())?.get(..8)
    }

    /// 02: the acquirer's own number of the merchant. In 51 it is the NMID.
    pub fn merchant_id(&self) -> Option<&'a str> {
        self.template.as_ref()?.read(keys::MERCHANT_ID)
    }

    /// 03.
    pub fn criteria(&self) -> Option<Criteria> {
        self.template.as_ref()?.read(keys::CRITERIA)
    }
}
