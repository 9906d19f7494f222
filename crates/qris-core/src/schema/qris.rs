//! The QRIS tables: what they narrow in EMVCo's, and what they give a meaning to.
//!
//! Clause numbers are those quoted by acquirers' libraries; where only the table is known, the table is
//! cited. The QRIS numbers collide with EMVCo's, so every citation names its document.

use super::emvco::{ACCOUNT, ADDITIONAL_DATA, PAYMENT_SYSTEM, ROOT, guid};
use super::scheme::QRIS_SCHEME;
use super::spec::{Content, ObjectSpec, TemplateSpec, ans, n, s};
use crate::id::{Id, Path};

/// The root.
pub static QRIS_ROOT: TemplateSpec = TemplateSpec::over(&ROOT, "QRIS payload", &[
    account(26).through(39),
    s(40, "Transfer Account Information", "transfer", 1, 99)
        .template(&TRANSFER_ACCOUNT, b"-EE").cite("QRIS transfer table"),
    account(41).through(45),
    s(46, "Merchant Account Information, reserved", "account", 1, 99).through(50)
        .template(&RESERVED_ACCOUNT, b"-EE").reserved().cite("QRIS root table"),
    s(51, "National Merchant Repository", "national", 1, 99)
        .template(&NATIONAL_REPOSITORY, b"-EE").when(Path::root(Id::INITIATION), "11", b"-EW").cite("QRIS 4.7.7"),
    ans(59, "Merchant Name", "merchant_name", 1, 25)
        .mandatory(b"EEE").content(Content::Name).length(b"EEW").characters(b"EEW").no_pipe()
        .cite("QRIS root table"),
    ans(60, "Merchant City", "merchant_city", 1, 15)
        .mandatory(b"EEE").content(Content::Name).characters(b"EEW").no_pipe().cite("QRIS root table"),
    ans(61, "Postal Code", "postal_code", 1, 10)
        .when(Path::root(Id::COUNTRY), "ID", b"-EW").length(b"EEW").characters(b"EEW").no_pipe().cite("QRIS root table"),
    s(62, "Additional Data Field Template", "additional", 1, 99)
        .template(&QRIS_ADDITIONAL_DATA, b"EEE").cite("QRIS additional data table"),
    ans(65, "Merchant Country of Origin", "country_of_origin", 2, 2)
        .content(Content::Country).length(b"-EW").characters(b"-EW").value(b"-EW").cite("QRIS root table (2026)"),
]);

/// The merchant accounts of QRIS (26–39 and 41–45).
pub static MERCHANT_ACCOUNT: TemplateSpec = TemplateSpec::over(&ACCOUNT, "QRIS merchant account", &[
    guid().cite("QRIS 4.7.5.3"),
    n(1, "Merchant PAN", "mpan", 15, 19)
        .mandatory(b"-EW").content(Content::MerchantPan).length(b"-EW").characters(b"-EW").cite("QRIS 4.7.5.4"),
    ans(2, "Merchant ID", "merchant_id", 1, 15)
        .mandatory(b"-EW").length(b"-EW").characters(b"-EW").no_pipe().cite("QRIS merchant account table"),
    ans(3, "Merchant Criteria", "criteria", 3, 3)
        .mandatory(b"-EN").content(Content::Criteria).length(b"-EW").characters(b"-EW").value(b"-WN")
        .cite("QRIS merchant account table"),
    bic(),
]).of(&QRIS_SCHEME);

/// 46–50: QRIS reserves them, and says nothing about what is inside.
static RESERVED_ACCOUNT: TemplateSpec = TemplateSpec::over(&ACCOUNT, "QRIS reserved account", &[]).of(&QRIS_SCHEME);

/// 40: the account of a QRIS transfer, cash deposit or cash withdrawal.
pub static TRANSFER_ACCOUNT: TemplateSpec = TemplateSpec::over(&ACCOUNT, "QRIS transfer account", &[
    guid().cite("QRIS transfer table"),
    n(1, "Customer PAN", "customer_pan", 16, 19)
        .mandatory(b"-EW").content(Content::MerchantPan).length(b"-EW").characters(b"-EW").cite("QRIS transfer table"),
    ans(2, "Beneficiary ID", "beneficiary_id", 1, 15)
        .mandatory(b"-EW").length(b"-EW").characters(b"-EW").cite("QRIS transfer table"),
    ans(3, "Merchant Criteria", "criteria", 3, 3)
        .content(Content::Criteria).length(b"-EW").characters(b"-EW").value(b"-WN").cite("QRIS transfer table"),
    bic(),
]).of(&QRIS_SCHEME);

/// 51: the national merchant repository.
pub static NATIONAL_REPOSITORY: TemplateSpec = TemplateSpec::over(&ACCOUNT, "National Merchant Repository", &[
    guid().cite("QRIS repository table"),
    s(1, "Not defined", "undefined", 1, 99).reserved().cite("QRIS repository table"),
    ans(2, "National Merchant ID", "nmid", 1, 15)
        .mandatory(b"-EW").content(Content::Nmid).length(b"-EW").characters(b"-EW").cite("QRIS repository table"),
    ans(3, "Merchant Criteria", "criteria", 3, 3)
        .content(Content::Criteria).length(b"-EW").characters(b"-EW").value(b"-WN").cite("QRIS repository table"),
    ans(4, "Printed Version", "printed_version", 1, 15)
        .length(b"-EW").characters(b"-EW").cite("QRIS repository table (2026)"),
]).of(&QRIS_SCHEME);

/// The additional data (62).
pub static QRIS_ADDITIONAL_DATA: TemplateSpec =
    TemplateSpec::over(&ADDITIONAL_DATA, "QRIS additional data", &[
        s(50, "Payment System specific template", "payment_system", 1, 99).through(98)
            .template(&PAYMENT_SYSTEM, b"EWN").cite("QRIS additional data table"),
        s(99, "Proprietary", "proprietary", 1, 95)
            .template(&PROPRIETARY, b"EEW").length(b"-EW").cite("QRIS additional data table"),
    ]);

/// The proprietary data (62-99).
pub static PROPRIETARY: TemplateSpec = TemplateSpec::over(&PAYMENT_SYSTEM, "QRIS proprietary data", &[
    guid().cite("QRIS additional data table"),
    s(1, "Proprietary Data", "data", 1, 81).length(b"-EW").cite("QRIS additional data table"),
]);

const fn account(first: u8) -> ObjectSpec {
    s(first, "Merchant Account Information", "account", 1, 99)
        .template(&MERCHANT_ACCOUNT, b"-EE").cite("QRIS 4.7.5")
}

const fn bic() -> ObjectSpec {
    ans(4, "BIC", "bic", 8, 11).length(b"-WN").characters(b"-EW").cite("QRIS root table (2026)")
}

const _: () = QRIS_ROOT.check(Path::PAYLOAD);
