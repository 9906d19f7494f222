//! Typed keys: an ID together with its template and the type of its value.
//!
//! An ID means nothing without its template, so a key carries both. Asking the root for a terminal label
//! does not compile.

use core::marker::PhantomData;

use super::emvco::{ACCOUNT, LANGUAGE};
use super::reason::Reason;
use super::scheme::QRIS_SCHEME;
use super::qris::{MERCHANT_ACCOUNT, NATIONAL_REPOSITORY, QRIS_ADDITIONAL_DATA, QRIS_ROOT, TRANSFER_ACCOUNT};
use super::spec::{Format, TemplateSpec};
use crate::id::Id;
use crate::value::{Country, Criteria, Currency, Initiation, Mcc, Mpan, Nmid, Percentage, Purpose};
use crate::wire::{Payload, Template};

/// A template that keys can belong to: a type that stands for its table. Make one of your own for objects of 62-50…99
/// that your payment system has defined.
///
/// ```
/// use qris_core::keys::{Context, Key, Text};
/// use qris_core::schema::{PAYMENT_SYSTEM, TemplateSpec};
/// use qris_core::{Path, Payload};
///
/// /// 62-50, as a loyalty programme defines it.
/// enum Loyalty {}
/// impl Context for Loyalty {
///     const SPEC: &'static TemplateSpec = &PAYMENT_SYSTEM;
/// }
/// const MEMBER: Key<Loyalty, Text> = Key::of(1);
///
/// fn member<'a>(payload: &Payload<'a>) -> Option<&'a str> {
///     let template = payload.find(Path::of(&[62, 50]))?.template()?;
///     template.typed::<Loyalty>().read(MEMBER)
/// }
///
/// let text = String::from("000201622650220011COM.LOYALTY0103M-763045EDE");
/// assert_eq!(member(&Payload::parse(&text)?), Some("M-7"));
/// # Ok::<(), qris_core::DecodeError>(())
/// ```
pub trait Context {
    /// Its table.
    const SPEC: &'static TemplateSpec;
}

/// That keys of the table `K` can be read from templates of this type: those of its own table, and of the one it narrows.
pub trait Within<K> {}

impl<C: Context> Within<C> for C {}
impl Within<AnyAccount> for MerchantAccount {}
impl Within<AnyAccount> for TransferAccount {}
impl Within<AnyAccount> for NationalRepository {}

/// The type of a value, and how it is read from its text.
pub trait ValueType {
    /// What reading gives.
    type Value<'a>;
    /// The widest format a row may have whose key has this type.
    const FORMAT: Format;
    /// The value; `None` when the text is not one.
    fn read(text: &str) -> Option<Self::Value<'_>>;
}

/// Text as it stands. It comes from outside: filter it before printing.
#[derive(Debug)]
pub enum Text {}

impl ValueType for Text {
    type Value<'a> = &'a str;
    const FORMAT: Format = Format::Any;

    fn read(text: &str) -> Option<&str> {
        Some(text)
    }
}

/// A `Copy` value that parses from its text.
trait Parsed: core::str::FromStr {
    const FORMAT: Format;
}

impl Parsed for Mcc {
    const FORMAT: Format = Format::Numeric;
}
impl Parsed for Currency {
    const FORMAT: Format = Format::Numeric;
}
impl Parsed for Initiation {
    const FORMAT: Format = Format::Numeric;
}
impl Parsed for Mpan {
    const FORMAT: Format = Format::Numeric;
}
impl Parsed for Country {
    const FORMAT: Format = Format::Ans;
}
impl Parsed for Criteria {
    const FORMAT: Format = Format::Ans;
}
impl Parsed for Nmid {
    const FORMAT: Format = Format::Ans;
}
impl Parsed for Percentage {
    const FORMAT: Format = Format::Ans;
}
impl Parsed for Purpose {
    const FORMAT: Format = Format::Ans;
}

impl<V: Parsed> ValueType for V {
    type Value<'a> = V;
    const FORMAT: Format = <V as Parsed>::FORMAT;

    fn read(text: &str) -> Option<V> {
        text.parse().ok()
    }
}

/// An object of the template `C` with a value of type `V`.
///
/// ```
/// use qris_core::{Payload, keys};
/// let text = "000201520400005303360540410005802ID5901A6001B26080004ID.A63041858";
/// let payload = Payload::parse(text)?;
/// assert_eq!(payload.read(keys::MERCHANT_CITY), Some("B"));
/// # Ok::<(), qris_core::DecodeError>(())
/// ```
///
/// A terminal label is not an object of the root, and a mobile number is none of an account:
/// ```compile_fail,E0308
/// # use qris_core::{Payload, keys};
/// # fn f(payload: Payload<'_>) {
/// payload.read(keys::TERMINAL_LABEL);
/// # }
/// ```
/// ```compile_fail,E0277
/// # use qris_core::{Account, keys};
/// # fn f(account: Account<'_>) -> Option<()> {
/// account.merchant_account()?.read(keys::MOBILE_NUMBER);
/// # None }
/// ```
#[derive(Debug)]
pub struct Key<C, V> {
    id: Id,
    of: PhantomData<fn(C) -> V>,
}

impl<C, V> Clone for Key<C, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C, V> Copy for Key<C, V> {}

impl<C: Context, V: ValueType> Key<C, V> {
    /// A key to the object with this ID, for constants: one that the table has no row for, or a row of another format,
    /// stops the build. See [`Context`] for a table of your own.
    ///
    /// # Panics
    /// When the table has no such row. In a `const` this is a compile error.
    pub const fn of(id: u8) -> Key<C, V> {
        if !C::SPEC.has_row(id, None) {
            Reason::new().text(C::SPEC.name).text(" has no row ").id(id).text(" for this key").stop();
        }
        if !C::SPEC.has_row(id, Some(V::FORMAT)) {
            Reason::new().text(C::SPEC.name).text(" ").id(id).text(": key type and row format disagree").stop();
        }
        Key { id: Id::known(id), of: PhantomData }
    }

    /// Its ID.
    pub const fn id(&self) -> Id {
        self.id
    }
}

/// The root of a payload.
#[derive(Debug)]
pub enum Root {}
impl Context for Root {
    const SPEC: &'static TemplateSpec = &QRIS_ROOT;
}

/// The merchant accounts of QRIS (26–39 and 41–45).
#[derive(Debug)]
pub enum MerchantAccount {}
impl Context for MerchantAccount {
    const SPEC: &'static TemplateSpec = &MERCHANT_ACCOUNT;
}

/// The transfer account (40).
#[derive(Debug)]
pub enum TransferAccount {}
impl Context for TransferAccount {
    const SPEC: &'static TemplateSpec = &TRANSFER_ACCOUNT;
}

/// The national repository (51).
#[derive(Debug)]
pub enum NationalRepository {}
impl Context for NationalRepository {
    const SPEC: &'static TemplateSpec = &NATIONAL_REPOSITORY;
}

/// Any account, 26–51, of any scheme.
#[derive(Debug)]
pub enum AnyAccount {}
impl Context for AnyAccount {
    const SPEC: &'static TemplateSpec = &ACCOUNT;
}

/// The additional data (62).
#[derive(Debug)]
pub enum AdditionalData {}
impl Context for AdditionalData {
    const SPEC: &'static TemplateSpec = &QRIS_ADDITIONAL_DATA;
}

/// The language template (64).
#[derive(Debug)]
pub enum Language {}
impl Context for Language {
    const SPEC: &'static TemplateSpec = &LANGUAGE;
}

/// The payload format indicator (00).
pub const PAYLOAD_FORMAT_INDICATOR: Key<Root, Text> = Key::of(0);
/// The point of initiation method (01).
pub const INITIATION: Key<Root, Initiation> = Key::of(1);
/// The merchant category code (52).
pub const MCC: Key<Root, Mcc> = Key::of(52);
/// The transaction currency (53).
pub const CURRENCY: Key<Root, Currency> = Key::of(53);
/// The transaction amount (54), as text: an amount needs its currency, see [`crate::Qris::amount`].
pub const AMOUNT: Key<Root, Text> = Key::of(54);
/// The tip or convenience indicator (55), as text: see [`crate::Qris::tip`].
pub const TIP_INDICATOR: Key<Root, Text> = Key::of(55);
/// The fixed convenience fee (56), as text: see [`crate::Qris::tip`].
pub const FEE_FIXED: Key<Root, Text> = Key::of(56);
/// The convenience fee in percent (57).
pub const FEE_PERCENTAGE: Key<Root, Percentage> = Key::of(57);
/// The country code (58).
pub const COUNTRY: Key<Root, Country> = Key::of(58);
/// The merchant name (59).
pub const MERCHANT_NAME: Key<Root, Text> = Key::of(59);
/// The merchant city (60).
pub const MERCHANT_CITY: Key<Root, Text> = Key::of(60);
/// The postal code (61).
pub const POSTAL_CODE: Key<Root, Text> = Key::of(61);
/// The merchant's country of origin (65).
pub const COUNTRY_OF_ORIGIN: Key<Root, Country> = Key::of(65);

/// The globally unique identifier of any account (26-00 and 51-00 alike).
pub const GUID: Key<AnyAccount, Text> = Key::of(0);
/// The merchant PAN (26-01).
pub const MPAN: Key<MerchantAccount, Mpan> = Key::of(1);
/// The acquirer's number of the merchant (26-02).
pub const MERCHANT_ID: Key<MerchantAccount, Text> = Key::of(2);
/// The merchant criteria (26-03).
pub const CRITERIA: Key<MerchantAccount, Criteria> = Key::of(3);
/// The BIC of the acquirer (26-04).
pub const BIC: Key<MerchantAccount, Text> = Key::of(4);

/// The customer's PAN (40-01).
pub const CUSTOMER_PAN: Key<TransferAccount, Mpan> = Key::of(1);
/// The beneficiary ID (40-02).
pub const BENEFICIARY_ID: Key<TransferAccount, Text> = Key::of(2);
/// The merchant criteria of a transfer (40-03).
pub const TRANSFER_CRITERIA: Key<TransferAccount, Criteria> = Key::of(3);
/// The BIC of a transfer (40-04).
pub const TRANSFER_BIC: Key<TransferAccount, Text> = Key::of(4);

/// The national merchant ID (51-02).
pub const NMID: Key<NationalRepository, Nmid> = Key::of(2);
/// The merchant criteria in the national repository (51-03).
pub const NATIONAL_CRITERIA: Key<NationalRepository, Criteria> = Key::of(3);
/// The printed version (51-04).
pub const PRINTED_VERSION: Key<NationalRepository, Text> = Key::of(4);

/// The bill number (62-01).
pub const BILL_NUMBER: Key<AdditionalData, Text> = Key::of(1);
/// The mobile number (62-02).
pub const MOBILE_NUMBER: Key<AdditionalData, Text> = Key::of(2);
/// The store label (62-03).
pub const STORE_LABEL: Key<AdditionalData, Text> = Key::of(3);
/// The loyalty number (62-04).
pub const LOYALTY_NUMBER: Key<AdditionalData, Text> = Key::of(4);
/// The reference label (62-05).
pub const REFERENCE_LABEL: Key<AdditionalData, Text> = Key::of(5);
/// The customer label (62-06).
pub const CUSTOMER_LABEL: Key<AdditionalData, Text> = Key::of(6);
/// The terminal label (62-07).
pub const TERMINAL_LABEL: Key<AdditionalData, Text> = Key::of(7);
/// The purpose of transaction (62-08).
pub const PURPOSE: Key<AdditionalData, Purpose> = Key::of(8);
/// The additional consumer data request (62-09).
pub const CONSUMER_DATA_REQUEST: Key<AdditionalData, Text> = Key::of(9);
/// The merchant tax ID (62-10).
pub const MERCHANT_TAX_ID: Key<AdditionalData, Text> = Key::of(10);
/// The merchant channel (62-11).
pub const MERCHANT_CHANNEL: Key<AdditionalData, Text> = Key::of(11);

/// The language preference (64-00).
pub const LANGUAGE_PREFERENCE: Key<Language, Text> = Key::of(0);
/// The merchant name in the other language (64-01).
pub const ALTERNATE_NAME: Key<Language, Text> = Key::of(1);
/// The merchant city in the other language (64-02).
pub const ALTERNATE_CITY: Key<Language, Text> = Key::of(2);

/// Every key as template name and ID, for the tests that walk the table.
pub const ALL: &[(&str, Id)] = &[
    pair(PAYLOAD_FORMAT_INDICATOR), pair(INITIATION), pair(MCC), pair(CURRENCY), pair(AMOUNT),
    pair(TIP_INDICATOR), pair(FEE_FIXED), pair(FEE_PERCENTAGE), pair(COUNTRY), pair(MERCHANT_NAME),
    pair(MERCHANT_CITY), pair(POSTAL_CODE), pair(COUNTRY_OF_ORIGIN), pair(GUID), pair(MPAN),
    pair(MERCHANT_ID), pair(CRITERIA), pair(BIC), pair(CUSTOMER_PAN), pair(BENEFICIARY_ID),
    pair(TRANSFER_CRITERIA), pair(TRANSFER_BIC), pair(NMID), pair(NATIONAL_CRITERIA), pair(PRINTED_VERSION),
    pair(BILL_NUMBER), pair(MOBILE_NUMBER), pair(STORE_LABEL), pair(LOYALTY_NUMBER), pair(REFERENCE_LABEL),
    pair(CUSTOMER_LABEL), pair(TERMINAL_LABEL), pair(PURPOSE), pair(CONSUMER_DATA_REQUEST),
    pair(MERCHANT_TAX_ID), pair(MERCHANT_CHANNEL), pair(LANGUAGE_PREFERENCE), pair(ALTERNATE_NAME),
    pair(ALTERNATE_CITY),
];

const fn pair<C: Context, V>(key: Key<C, V>) -> (&'static str, Id) {
    (C::SPEC.name, key.id)
}

impl<'a> Payload<'a> {
    /// The value of a root object; `None` when it is missing or its text is not of the key's type.
    pub fn read<V: ValueType>(&self, key: Key<Root, V>) -> Option<V::Value<'a>> {
        self.value_of(key.id).and_then(V::read)
    }

    /// The transfer account (40), when it frames and is an account of QRIS.
    pub fn transfer_account(&self) -> Option<Template<'a, TransferAccount>> {
        self.account_of_qris(Id::TRANSFER_ACCOUNT).map(Template::typed)
    }

    /// The national repository (51), when it frames and is an account of QRIS.
    pub fn national_repository(&self) -> Option<Template<'a, NationalRepository>> {
        self.account_of_qris(Id::NATIONAL_REPOSITORY).map(Template::typed)
    }

    fn account_of_qris(&self, id: Id) -> Option<Template<'a>> {
        let account = self.get(id).filter(|account| QRIS_SCHEME.has(self, account))?;
        self.template_of(&account)
    }

    /// The additional data (62), when it frames.
    #[inline]
    pub fn additional_data(&self) -> Option<Template<'a, AdditionalData>> {
        self.template(Id::ADDITIONAL_DATA).map(Template::typed)
    }

    /// The language template (64), when it frames.
    pub fn language_template(&self) -> Option<Template<'a, Language>> {
        self.template(Id::LANGUAGE).map(Template::typed)
    }
}

impl<'a, C> Template<'a, C> {
    /// The value of an object of this template; `None` when it is missing or its text is not of the key's type.
    ///
    /// ```
    /// use qris_core::{Payload, keys};
    /// let text = String::from("00020162070703A016304BF7B");
    /// let additional = Payload::parse(&text)?.additional_data();
    /// assert_eq!(additional.and_then(|template| template.read(keys::TERMINAL_LABEL)), Some("A01"));
    /// # Ok::<(), qris_core::DecodeError>(())
    /// ```
    #[inline]
    pub fn read<K: Context, V: ValueType>(&self, key: Key<K, V>) -> Option<V::Value<'a>>
    where
        C: Within<K>,
    {
        self.value_of(key.id).and_then(V::read)
    }
}
