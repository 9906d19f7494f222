//! What a payload means, by naive code: whose an account is, and what is to be paid.

use qris_core::schema::QRIS_SCHEME;
use qris_core::{Code, Id, Payload, Profile, Qris, QrisBuf, Scheme, accounts, check};

use crate::model;
use crate::naive::{NaiveObject, NaivePayload};

/// Names that only QRIS gives to objects of an account.
const NAMES_OF_QRIS: [&str; 9] = [
    "Merchant PAN",
    "Merchant ID",
    "Merchant Criteria",
    "BIC",
    "Customer PAN",
    "Beneficiary ID",
    "National Merchant ID",
    "National Merchant Repository",
    "Printed Version",
];

/// "Accounts with an Indonesian domain name or a PAN of the national numbering system, and in payloads of Indonesia all whose
/// identifier is not that of another scheme": of 26–51, a domain name that begins `ID.`, in either case, or an identifier that is in no list of
/// others and either 15 to 19 digits that begin 9360, or 58 is ID.
fn is_qris(payload: &NaivePayload, account: &NaiveObject) -> bool {
    let inside = |id: u8| {
        let objects = account.objects.as_ref()?;
        objects.iter().find(|object| object.id == id).map(|object| object.value.clone())
    };
    let guid =
        inside(0).is_some_and(|guid| guid.to_ascii_uppercase().starts_with("ID.") && !guid.contains('@'));
    let pan = inside(1).is_some_and(|pan| pan.starts_with("9360") && model::mpan(&pan).is_ok());
    let foreign = inside(0).is_some_and(|guid| model::foreign_scheme(&guid).is_some());
    let home = payload.object(58).is_some_and(|country| country.value == "ID") && !foreign;
    (26..=51).contains(&account.id) && (home || guid || (pan && !foreign))
}

/// Each account is whose it is, and only those of QRIS have its names.
///
/// # Panics
/// When it is not so.
pub(super) fn accounts_are_told_apart(payload: &Payload<'_>, naive: &NaivePayload) {
    for account in accounts(payload) {
        let Some(other) = naive.object(account.id().number()) else { panic!("no {}", account.id()) };
        let expected = is_qris(naive, other);
        assert_eq!(QRIS_SCHEME.has(payload, &account.object()), expected, "{:?}", payload.as_str());
        assert_eq!(account.is_qris(), expected && account.template().is_some());
        assert!(
            account.is_qris()
                || (account.mpan(), account.merchant_id(), account.criteria()) == (None, None, None)
        );
    }
    for object in payload.walk() {
        let root = object.path().first().unwrap_or(Id::CRC);
        let name = Profile::QRIS.row_in(payload, object.path()).map_or("", |row| row.name);
        let foreign =
            root.is_account_template() && !naive.object(root.number()).is_some_and(|o| is_qris(naive, o));
        assert!(!foreign || !NAMES_OF_QRIS.contains(&name), "{}: {name}", object.path());
    }
    for profile in Profile::ALL {
        let unknown: Vec<_> = payload.unknown(profile).collect();
        for object in payload.walk() {
            let row = profile.row_in(payload, object.path());
            assert_eq!(unknown.contains(&object), row.is_none_or(|row| row.reserved), "{}", object.path());
        }
    }
    let has_qris = naive.objects.iter().any(|account| is_qris(naive, account));
    let is_foreign =
        |profile| check::findings(payload, profile).any(|found| found.code() == Code::ForeignScheme);
    let has_account = naive.objects.iter().any(|object| (2..=51).contains(&object.id));
    assert_eq!(is_foreign(&Profile::WILD), has_account && !has_qris, "{}", payload.as_str());
    let is_listed = Scheme::all_in(payload).any(|scheme| scheme.key == "qris");
    assert_eq!(is_listed, has_qris);
    for account in naive.objects.iter().filter(|object| (26..=51).contains(&object.id)) {
        let guid = account.object(0).map(|guid| guid.value.clone()).unwrap_or_default();
        if let Some(key) = model::foreign_scheme(&guid) {
            assert!(Scheme::all_in(payload).any(|scheme| scheme.key == key), "{key}");
        }
    }
}

/// The total is amount and fee in one currency, and an owner gives what it was made from.
///
/// # Panics
/// When it is not so.
pub(super) fn paid(qris: &Qris<'_>, naive: &NaivePayload) {
    let value = |id| naive.object(id).map(|object| object.value.clone());
    let exponent = qris.currency().exponent();
    let minor = |id| {
        value(id).and_then(|text| model::amount(&text, exponent).ok()).map(|amount| u128::from(amount.minor))
    };
    let fee = |amount: u128| match value(55).as_deref() {
        None => Some(0),
        Some("02") => minor(56),
        Some("03") => value(57).and_then(|text| model::percentage(&text).ok()).map(|hundredths| {
            // Rounded half up.
            (amount * u128::from(hundredths) + 5_000) / 10_000
        }),
        Some(_) => None,
    };
    let expected = minor(54).and_then(|amount| Some(amount + fee(amount)?));
    match (qris.total(), expected) {
        (Ok(total), expected) => assert_eq!(total.map(|total| u128::from(total.minor())), expected),
        // Too large for the thirteen characters of an amount, which count no more than the decimals needed.
        (Err(_), Some(expected)) => assert!(expected > 999_999_999_999, "{expected}"),
        (Err(error), None) => panic!("{error}"),
    }
    if let Some(account) = qris.domestic() {
        let by_pan = account.nns().is_some_and(|nns| nns.starts_with("9360"));
        assert!(account.is_qris() && (by_pan || account.id() == Id::NATIONAL_REPOSITORY));
    }
    let owned = QrisBuf::from(qris);
    let again = owned.as_qris();
    assert_eq!((&again, again.merchant_name(), again.amount()), (qris, qris.merchant_name(), qris.amount()));
    assert_eq!(again.account().object(), qris.account().object());
}
