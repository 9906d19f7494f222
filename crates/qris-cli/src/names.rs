//! The names behind values: what a category, a currency, a country or the first digits of a PAN stand for.

use qris_core::schema::Content;
use qris_core::{DataObject, Id, Payload, Profile};

/// The name behind a value, when a table has one.
pub(crate) fn behind(payload: &Payload<'_>, object: &DataObject<'_>, profile: &Profile) -> Option<String> {
    let value = object.value();
    match object.id() {
        Id::MCC if is_root(object) => qris_tables::mcc_name(value).map(str::to_owned),
        Id::CURRENCY if is_root(object) => qris_tables::currency_by_numeric(value)
            .map(|currency| format!("{}, {}", currency.alpha, currency.name)),
        Id::COUNTRY if is_root(object) => qris_tables::country(value).map(|country| country.name.to_owned()),
        _ => match profile.row_in(payload, object.path())?.content {
            Content::MerchantPan => {
                qris_tables::acquirer_of_pan(value).map(|acquirer| acquirer.name.to_owned())
            }
            _ => None,
        },
    }
}

fn is_root(object: &DataObject<'_>) -> bool {
    object.path().depth() == 1
}
