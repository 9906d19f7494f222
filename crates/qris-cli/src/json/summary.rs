//! The summary of a payload: what a person wants to know, under names that never change.

use std::borrow::Cow;

use qris_core::schema::QRIS_SCHEME;
use qris_core::{Amount, Id, Initiation, Kind, Mpan, Payload, Percentage, Purpose, Template, keys};
use qris_core::{Currency, schema};
use serde::{Deserialize, Serialize};

/// Text of a payload: borrowed when written, owned when read from JSON with escapes.
type Text<'a> = Option<Cow<'a, str>>;

/// What a payload says, in short. Absent things are absent; a value that is not what its name says (a PAN
/// with letters, an amount with a comma) is left to `objects` and `findings`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)] // The names are the keys of the table; docs/data-objects.md explains each.
pub struct Summary<'a> {
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub initiation: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub merchant_name: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub merchant_city: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub postal_code: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub country: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub country_of_origin: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub currency: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub mcc: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub amount: Option<AmountSummary<'a>>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub tip: Option<TipSummary<'a>>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub nmid: Text<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty", borrow)]
    pub accounts: Vec<AccountSummary<'a>>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub national: Option<NationalSummary<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty", borrow)]
    pub networks: Vec<NetworkSummary<'a>>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub transfer: Option<TransferSummary<'a>>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub purpose: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub language: Option<LanguageSummary<'a>>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub additional: Option<AdditionalSummary<'a>>,
}

/// An amount: the text as written, and its value in minor units.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct AmountSummary<'a> {
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub text: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minor: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exponent: Option<u8>,
}

/// A tip: `kind` is prompt, fixed or percentage; `fixed` and `percent` as written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct TipSummary<'a> {
    #[serde(borrow)]
    pub kind: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub fixed: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub percent: Text<'a>,
}

/// A merchant account, 26–51, but for the national repository; of other schemes only the identifier. `nns` and `acquirer` are derived from the PAN.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct AccountSummary<'a> {
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub guid: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub mpan: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub nns: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub acquirer: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub merchant_id: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub criteria: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub bic: Text<'a>,
}

/// The national repository, 51.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct NationalSummary<'a> {
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub guid: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub nmid: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub criteria: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub printed_version: Text<'a>,
}

/// A card network's account, 02–25.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct NetworkSummary<'a> {
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub network: Text<'a>,
    #[serde(borrow)]
    pub value: Cow<'a, str>,
}

/// The account of a transfer, cash deposit or cash withdrawal, 40.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct TransferSummary<'a> {
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub guid: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub customer_pan: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub nns: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub acquirer: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub beneficiary_id: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub criteria: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub bic: Text<'a>,
}

/// The language template, 64.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct LanguageSummary<'a> {
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub language: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub merchant_name: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub merchant_city: Text<'a>,
}

/// The additional data, 62.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct AdditionalSummary<'a> {
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub bill_number: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub mobile_number: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub store_label: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub loyalty_number: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub reference_label: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub customer_label: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub terminal_label: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub purpose: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub consumer_data_request: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub merchant_tax_id: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub merchant_channel: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub proprietary: Option<ProprietarySummary<'a>>,
}

/// QRIS proprietary data, 62-99.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct ProprietarySummary<'a> {
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub guid: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    pub data: Text<'a>,
}

impl<'a> Summary<'a> {
    /// The summary of a payload. It need not conform.
    pub fn of(payload: &Payload<'a>) -> Summary<'a> {
        let text = |id: Id| payload.value_of(id).map(Cow::Borrowed);
        let currency = payload.read(keys::CURRENCY);
        let amount = |id| Amount::parse(payload.value_of(id)?, currency?).ok();
        let is_transfer = Kind::of(payload) != Kind::Payment;
        let is_qris = |id| payload.get(id).is_some_and(|account| QRIS_SCHEME.has(payload, &account));
        let national = payload.national_repository();
        let additional = payload.additional_data();
        let in_range = |first: u8, last: u8| {
            payload.objects().filter(move |object| (first..=last).contains(&object.id().number()))
        };
        Summary {
            initiation: payload.read(keys::INITIATION).map(|i: Initiation| Cow::Borrowed(i.name())),
            merchant_name: text(Id::MERCHANT_NAME),
            merchant_city: text(Id::MERCHANT_CITY),
            postal_code: text(Id::POSTAL_CODE),
            country: text(Id::COUNTRY),
            // EMVCo reserves 65: elsewhere it may be anything.
            country_of_origin: text(keys::COUNTRY_OF_ORIGIN.id())
                .filter(|_| payload.read(keys::COUNTRY_OF_ORIGIN).is_some()),
            currency: text(Id::CURRENCY),
            mcc: text(Id::MCC),
            amount: amount(Id::AMOUNT).map(|amount| AmountSummary {
                text: text(Id::AMOUNT),
                minor: Some(amount.minor()),
                exponent: Some(amount.exponent()),
            }),
            tip: tip(payload, currency),
            nmid: national.and_then(|national| member(&national, keys::NMID.id())),
            accounts: in_range(26, 51)
                .filter(|object| !(is_transfer && object.id() == Id::TRANSFER_ACCOUNT))
                .filter(|object| object.id() != Id::NATIONAL_REPOSITORY || national.is_none())
                .filter_map(|object| Some(account(object.id(), &object.template()?, is_qris(object.id()))))
                .collect(),
            national: national.map(|national| NationalSummary {
                guid: member(&national, keys::GUID.id()),
                nmid: member(&national, keys::NMID.id()),
                criteria: member(&national, keys::NATIONAL_CRITERIA.id()),
                printed_version: member(&national, keys::PRINTED_VERSION.id()),
            }),
            networks: in_range(2, 25)
                .map(|object| NetworkSummary {
                    id: object.id().to_string().into(),
                    network: schema::ROOT.row(object.id()).map(|row| Cow::Borrowed(row.name)),
                    value: object.value().into(),
                })
                .collect(),
            transfer: payload.template(Id::TRANSFER_ACCOUNT).filter(|_| is_transfer).map(|t| transfer(&t)),
            purpose: additional.and_then(|t| t.read(keys::PURPOSE)).map(|p: Purpose| p.as_str().into()),
            language: payload.language_template().map(|language| LanguageSummary {
                language: member(&language, keys::LANGUAGE_PREFERENCE.id()),
                merchant_name: member(&language, keys::ALTERNATE_NAME.id()),
                merchant_city: member(&language, keys::ALTERNATE_CITY.id()),
            }),
            additional: additional.map(|template| AdditionalSummary::of(&template)),
        }
    }
}

fn member<'a, C>(template: &Template<'a, C>, id: Id) -> Text<'a> {
    template.value_of(id).map(Cow::Borrowed)
}

fn tip<'a>(payload: &Payload<'a>, currency: Option<Currency>) -> Option<TipSummary<'a>> {
    let kind = |name: &'static str| TipSummary { kind: name.into(), ..TipSummary::default() };
    match payload.value_of(Id::TIP_INDICATOR)? {
        "01" => Some(kind("prompt")),
        "02" => {
            let fee = payload
                .value_of(Id::FEE_FIXED)
                .filter(|text| Amount::parse(text, currency.unwrap_or(Currency::IDR)).is_ok());
            Some(TipSummary { fixed: fee.map(Cow::Borrowed), ..kind("fixed") })
        }
        "03" => {
            let share =
                payload.value_of(Id::FEE_PERCENTAGE).filter(|text| text.parse::<Percentage>().is_ok());
            Some(TipSummary { percent: share.map(Cow::Borrowed), ..kind("percentage") })
        }
        _ => None,
    }
}

/// A PAN when it is one, its NNS, and the acquirer's name when we know it.
fn pan<'a>(template: &Template<'a>) -> (Text<'a>, Text<'a>, Text<'a>) {
    let digits = template.value_of(keys::MPAN.id()).filter(|text| text.parse::<Mpan>().is_ok());
    let nns = digits.and_then(|digits| digits.get(..8));
    let acquirer = nns.and_then(qris_tables::acquirer).map(|acquirer| Cow::Borrowed(acquirer.name));
    (digits.map(Cow::Borrowed), nns.map(Cow::Borrowed), acquirer)
}

/// An account. What is inside one of another scheme is among the objects; it has no names of QRIS.
fn account<'a>(id: Id, template: &Template<'a>, is_qris: bool) -> AccountSummary<'a> {
    let (id, guid) = (id.to_string().into(), member(template, keys::GUID.id()));
    if !is_qris {
        return AccountSummary { id, guid, ..AccountSummary::default() };
    }
    let (mpan, nns, acquirer) = pan(template);
    AccountSummary {
        id,
        guid,
        mpan,
        nns,
        acquirer,
        merchant_id: member(template, keys::MERCHANT_ID.id()),
        criteria: member(template, keys::CRITERIA.id()),
        bic: member(template, keys::BIC.id()),
    }
}

fn transfer<'a>(template: &Template<'a>) -> TransferSummary<'a> {
    let (customer_pan, nns, acquirer) = pan(template);
    TransferSummary {
        guid: member(template, keys::GUID.id()),
        customer_pan,
        nns,
        acquirer,
        beneficiary_id: member(template, keys::BENEFICIARY_ID.id()),
        criteria: member(template, keys::TRANSFER_CRITERIA.id()),
        bic: member(template, keys::TRANSFER_BIC.id()),
    }
}

/// The proprietary data (62-99).
pub(super) const PROPRIETARY: Id = match Id::new(99) {
    Some(id) => id,
    None => Id::CRC,
};

impl<'a> AdditionalSummary<'a> {
    fn of(template: &Template<'a, keys::AdditionalData>) -> AdditionalSummary<'a> {
        let proprietary = template.get(PROPRIETARY).and_then(|object| object.template());
        AdditionalSummary {
            bill_number: member(template, keys::BILL_NUMBER.id()),
            mobile_number: member(template, keys::MOBILE_NUMBER.id()),
            store_label: member(template, keys::STORE_LABEL.id()),
            loyalty_number: member(template, keys::LOYALTY_NUMBER.id()),
            reference_label: member(template, keys::REFERENCE_LABEL.id()),
            customer_label: member(template, keys::CUSTOMER_LABEL.id()),
            terminal_label: member(template, keys::TERMINAL_LABEL.id()),
            purpose: member(template, keys::PURPOSE.id()),
            consumer_data_request: member(template, keys::CONSUMER_DATA_REQUEST.id()),
            merchant_tax_id: member(template, keys::MERCHANT_TAX_ID.id()),
            merchant_channel: member(template, keys::MERCHANT_CHANNEL.id()),
            proprietary: proprietary.map(|template| ProprietarySummary {
                guid: member(&template, keys::GUID.id()),
                data: member(&template, keys::INITIATION.id()),
            }),
        }
    }
}
