//! Building payloads from values; the list of them, which edits use too, is in `items`.

mod account;
mod items;
#[cfg(feature = "alloc")]
mod owned;
mod value;

pub use account::AccountValues;
pub(crate) use items::{Item, Items};
pub use value::Value;

use crate::check::{self, Finding};
use crate::error::{DecodeError, WriteError, needed_len};
use crate::id::{Id, Path};
use crate::qris::{Conformant, Qris, Rejection};
use crate::schema::Profile;
use crate::value::{Amount, Country, Criteria, Currency, Initiation, Mcc, Nmid, Tip};
use crate::wire::{Nesting, Payload, Sealed, Writer, nests};

/// The most objects a [`Builder`] or an [`crate::Edit`] takes.
pub const MAX_OBJECTS: usize = 64;

/// Why a payload could not be built or edited.
///
/// ```
/// use qris_core::{Builder, EncodeError, Profile};
/// let error = Builder::rupiah().build(&mut [0; 512], &Profile::QRIS).unwrap_err();
/// assert!(matches!(error, EncodeError::NotConformant(finding) if finding.path().to_string() == "51"));
/// let told = error.to_string();
/// assert!(told.starts_with("51 National Merchant Repository is missing; it must be there when 01 is 11"), "{told}");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// It could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// What was written cannot be read back.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// What was written breaks a rule with severity error; this is the first such finding. What was made is judged by
    /// the letter, see [`Builder::build`] and [`crate::Edit::build`].
    #[error(transparent)]
    NotConformant(#[from] Finding),
}

impl From<Rejection> for EncodeError {
    fn from(rejection: Rejection) -> EncodeError {
        match rejection {
            Rejection::Decode(error) => EncodeError::Decode(error),
            Rejection::NotConformant(finding) => EncodeError::NotConformant(finding),
        }
    }
}

/// Whether a value can be set at a path.
pub(crate) fn settable(path: Path) -> Result<(), WriteError> {
    let why = if path.depth() == 0 {
        "it is the whole payload"
    } else if path == Path::root(Id::CRC) {
        "the CRC is always computed"
    } else if nests(path) == Nesting::Template {
        "it is a template; set the objects inside it"
    } else if path.parent().is_some_and(|parent| parent.depth() > 0 && nests(parent) == Nesting::Primitive) {
        "the object around it is not a template"
    } else {
        return Ok(());
    };
    Err(WriteError::NotSettable { path, why })
}

/// Builds a payload out of values, in the order of the table, without allocation.
///
/// Setters can be called in any order, and a second call replaces the first. Errors are reported by
/// [`Builder::write_to`]: the first one wins. [`Builder::build`] also refuses to make a bad code.
///
/// ```
/// use qris_core::{AccountValues, Builder, Id, Profile};
/// let (guid, mpan) = ("ID.CO.EXAMPLE.WWW", "936009140000000001".parse()?);
/// let account = AccountValues::new(guid, mpan, "TESTMID00000001", "UMI".parse()?);
/// let mut builder = Builder::rupiah();
/// builder
///     .account(Id::MERCHANT_ACCOUNT, &account)
///     .national("ID1026000000012".parse()?, "UMI".parse()?)
///     .mcc("5812".parse()?)
///     .merchant_name("WARUNG CONTOH")
///     .merchant_city("JAKARTA PUSAT")
///     .postal_code("10110")
///     .terminal_label("A01")
///     .amount("15000".parse()?);
/// let mut buffer = [0; 512];
/// let qris = builder.build(&mut buffer, &Profile::QRIS)?;
/// assert!(qris.as_str().starts_with("00020101021226690017ID.CO.EXAMPLE.WWW"));
/// assert_eq!(qris.as_str().len(), builder.encoded_len()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Builder<'a> {
    items: Items<'a>,
    /// Whether the caller set 01.
    initiation_is_set: bool,
}

impl<'a> Builder<'a> {
    /// A builder that has 00 = `01` and nothing else.
    pub fn new() -> Builder<'a> {
        let mut builder = Builder { items: Items::new(), initiation_is_set: false };
        builder.set(Path::root(Id::PAYLOAD_FORMAT_INDICATOR), "01");
        builder
    }

    /// A builder for Indonesia: also 01 = `11` (static), 53 = `360` and 58 = `ID`.
    pub fn rupiah() -> Builder<'a> {
        let mut builder = Builder::new();
        builder.root(Id::INITIATION, Initiation::Static).currency(Currency::IDR);
        builder.set(Path::root(Id::COUNTRY), "ID");
        builder
    }

    /// Sets the object at a path, and makes the templates around it.
    pub fn set(&mut self, path: Path, value: impl Into<Value<'a>>) -> &mut Self {
        match settable(path).and_then(|()| self.items.check_apart(path)) {
            Ok(()) => {
                self.initiation_is_set |= path == Path::root(Id::INITIATION);
                self.items.put_any(path, Some(value.into()));
            }
            Err(error) => self.items.fail(error),
        }
        self
    }

    fn root(&mut self, id: Id, value: impl Into<Value<'a>>) -> &mut Self {
        self.items.put(Path::root(id), Some(value.into().content));
        self
    }

    fn put_in(&mut self, template: Id, id: u8, value: impl Into<Value<'a>>) -> &mut Self {
        let path = Path::root(template).join(Id::known(id));
        self.items.put(path, Some(value.into().content));
        self
    }

    /// The point of initiation method (01).
    pub fn initiation(&mut self, initiation: Initiation) -> &mut Self {
        self.initiation_is_set = true;
        self.root(Id::INITIATION, initiation)
    }

    /// The merchant category code (52).
    pub fn mcc(&mut self, mcc: Mcc) -> &mut Self {
        self.root(Id::MCC, mcc)
    }

    /// The transaction currency (53).
    pub fn currency(&mut self, currency: Currency) -> &mut Self {
        self.items.money.payload = currency;
        self.root(Id::CURRENCY, currency)
    }

    /// The transaction amount (54), and with it 01 = `12`, as an amount is for one transaction. For a static code with an
    /// amount call [`Builder::initiation`] as well, before or afterwards. Its currency must be that of 53.
    pub fn amount(&mut self, amount: Amount) -> &mut Self {
        if !self.initiation_is_set {
            self.root(Id::INITIATION, Initiation::Dynamic);
        }
        self.items.put_amount(Id::AMOUNT, amount);
        self
    }

    /// The tip or convenience fee (55 with 56 or 57); the fee of an earlier call goes.
    pub fn tip(&mut self, tip: Tip) -> &mut Self {
        self.root(Id::TIP_INDICATOR, tip.indicator());
        self.items.withdraw(Path::root(Id::FEE_FIXED));
        self.items.withdraw(Path::root(Id::FEE_PERCENTAGE));
        self.items.money.fee = Currency::NONE;
        match tip {
            Tip::Prompt => self,
            Tip::Fixed(fee) => {
                self.items.put_amount(Id::FEE_FIXED, fee);
                self
            }
            Tip::Percentage(percentage) => self.root(Id::FEE_PERCENTAGE, percentage),
        }
    }

    /// The country code (58).
    pub fn country(&mut self, country: Country) -> &mut Self {
        self.root(Id::COUNTRY, country)
    }

    /// The merchant name (59), at most 25 characters.
    pub fn merchant_name(&mut self, name: &'a str) -> &mut Self {
        self.root(Id::MERCHANT_NAME, name)
    }

    /// The merchant city (60), at most 15 characters.
    pub fn merchant_city(&mut self, city: &'a str) -> &mut Self {
        self.root(Id::MERCHANT_CITY, city)
    }

    /// The postal code (61), at most 10 characters.
    pub fn postal_code(&mut self, code: &'a str) -> &mut Self {
        self.root(Id::POSTAL_CODE, code)
    }

    /// A merchant account at `id`, which is 26–39 or 41–45, normally [`Id::MERCHANT_ACCOUNT`]. A second call with the
    /// same ID replaces the first.
    pub fn account(&mut self, id: Id, account: &AccountValues<'a>) -> &mut Self {
        if !id.is_merchant_account() {
            let why = "merchant accounts are 26 to 39 and 41 to 45";
            self.items.fail(WriteError::NotSettable { path: Path::root(id), why });
            return self;
        }
        self.put_in(id, 0, account.guid)
            .put_in(id, 1, account.mpan)
            .put_in(id, 2, account.merchant_id)
            .put_in(id, 3, account.criteria);
        match account.bic {
            Some(bic) => self.put_in(id, 4, bic),
            None => {
                self.items.withdraw(Path::root(id).join(Id::known(4)));
                self
            }
        }
    }

    /// The national repository (51), with the identifier `ID.CO.QRIS.WWW`.
    pub fn national(&mut self, nmid: Nmid, criteria: Criteria) -> &mut Self {
        let at = Id::NATIONAL_REPOSITORY;
        self.put_in(at, 0, "ID.CO.QRIS.WWW").put_in(at, 2, nmid).put_in(at, 3, criteria)
    }

    /// The bill number (62-01), at most 25 characters.
    pub fn bill_number(&mut self, label: &'a str) -> &mut Self {
        self.put_in(Id::ADDITIONAL_DATA, 1, label)
    }

    /// The store label (62-03), at most 25 characters.
    pub fn store_label(&mut self, label: &'a str) -> &mut Self {
        self.put_in(Id::ADDITIONAL_DATA, 3, label)
    }

    /// The reference label (62-05), at most 25 characters.
    pub fn reference_label(&mut self, label: &'a str) -> &mut Self {
        self.put_in(Id::ADDITIONAL_DATA, 5, label)
    }

    /// The customer label (62-06), at most 25 characters.
    pub fn customer_label(&mut self, label: &'a str) -> &mut Self {
        self.put_in(Id::ADDITIONAL_DATA, 6, label)
    }

    /// The terminal label (62-07), at most 25 characters.
    pub fn terminal_label(&mut self, label: &'a str) -> &mut Self {
        self.put_in(Id::ADDITIONAL_DATA, 7, label)
    }

    /// Writes the payload into `buffer` and seals it. It frames; whether it conforms is not asked.
    ///
    /// # Errors
    /// What a setter could not do, objects inside 62-50…99 without a 00, a value of more than 99 characters,
    /// an amount of another currency than 53 names, or a buffer too small.
    pub fn write_to<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b str, WriteError> {
        self.items.check(None)?;
        let mut writer = Writer::new(buffer);
        // In the order of paths, a template's objects stand together.
        let mut here = writer.path().children();
        for item in self.items.iter() {
            if !here.contains(item.path) {
                self.move_to(item.path.parent().unwrap_or_default(), &mut writer)?;
                here = writer.path().children();
            }
            item.write(&mut writer)?;
        }
        self.move_to(Path::PAYLOAD, &mut writer)?;
        writer.seal()
    }

    /// Closes and opens templates until the innermost one is `to`.
    #[inline(always)]
    fn move_to(&self, to: Path, writer: &mut Writer<'_>) -> Result<(), WriteError> {
        while !to.starts_with(writer.path()) {
            writer.close()?;
        }
        while let Some(id) = to.id_at(writer.path().depth()) {
            writer.open_settable(id)?;
            self.items.check_template(writer.path(), false)?;
        }
        Ok(())
    }

    /// The number of bytes [`Builder::write_to`] writes.
    ///
    /// # Errors
    /// As [`Builder::write_to`], but for the buffer.
    pub fn encoded_len(&self) -> Result<usize, WriteError> {
        needed_len(self.write_to(&mut []))
    }

    /// Writes the payload, reads it back and judges it as [`check::visit_made`] does: by the letter of the profile, which
    /// for [`Profile::WILD`] is [`Profile::QRIS`], without blanks around texts, and within the transaction limit. To make a
    /// code that breaks a rule all the same there is [`Builder::write_to`].
    ///
    /// ```
    /// use qris_core::{Builder, EncodeError, Profile};
    /// let mut builder = Builder::rupiah();
    /// builder.set("26/00".parse()?, "ID.CO.EXAMPLE.WWW").mcc("5812".parse()?);
    /// builder.merchant_name("WARUNG CONTOH CABANG PASAR MINGGU").merchant_city("JAKARTA");
    /// let error = builder.build(&mut [0; 512], &Profile::EMVCO).unwrap_err();
    /// assert_eq!(error.to_string(), "59 Merchant Name has 33 characters; 1 to 25 are allowed (EMVCo 4.7.14)");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Builder::write_to`], and [`EncodeError::NotConformant`] with the first broken rule.
    pub fn build<'b>(&self, buffer: &'b mut [u8], profile: &Profile) -> Result<Qris<'b>, EncodeError> {
        let sealed = self.faultless(buffer, profile)?;
        Ok(Qris::conforming(sealed, &profile.for_making())?)
    }

    /// The same for a payload of any scheme; see [`Profile::named`] for the profile of one.
    ///
    /// ```
    /// use qris_core::{Builder, Profile};
    /// let mobile = String::from("0066812345678");
    /// let mut builder = Builder::new();
    /// builder.set("29/00".parse()?, "A000000677010111").set("29/01".parse()?, mobile.as_str());
    /// builder.set("53".parse()?, "764").set("58".parse()?, "TH");
    /// let mut buffer = [0; 512];
    /// let payload = builder.build_conformant(&mut buffer, &Profile::named("promptpay").unwrap())?;
    /// assert_eq!(payload.as_str(), "00020129370016A0000006770101110113006681234567853037645802TH6304970C");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Builder::build`].
    pub fn build_conformant<'b>(
        &self,
        buffer: &'b mut [u8],
        profile: &Profile,
    ) -> Result<Conformant<'b>, EncodeError> {
        Ok(Conformant::conforming(self.faultless(buffer, profile)?, &profile.for_making()))
    }

    fn faultless<'b>(&self, buffer: &'b mut [u8], profile: &Profile) -> Result<Sealed<'b>, EncodeError> {
        let sealed = Payload::parse(self.write_to(buffer)?)?.verify_crc()?;
        match check::first_fault(&sealed, profile, |_| true) {
            Some(fault) => Err(EncodeError::NotConformant(fault)),
            None => Ok(sealed),
        }
    }
}

impl Default for Builder<'_> {
    fn default() -> Self {
        Builder::new()
    }
}
