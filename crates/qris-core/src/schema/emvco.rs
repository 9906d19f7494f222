//! The tables of EMVCo Merchant-Presented Mode.

use super::spec::{Content, ObjectSpec, TemplateSpec, ans, n, s};
use crate::id::{Id, Path};

/// The root.
pub static ROOT: TemplateSpec = TemplateSpec::new("EMVCo MPM payload", &[
    n(0, "Payload Format Indicator", "payload_format_indicator", 2, 2)
        .mandatory(b"EEE").content(Content::Fixed("01")).cite("EMVCo 4.7.1.1"),
    n(1, "Point of Initiation Method", "initiation", 2, 2)
        .content(Content::OneOf(&[("11", "static"), ("12", "dynamic")])).cite("EMVCo 4.7.2.1"),
    network(2, "Visa", "visa").through(3),
    network(4, "Mastercard", "mastercard").through(5),
    network(6, "Reserved by EMVCo", "emvco_reserved").through(8).reserved(),
    network(9, "Discover", "discover").through(10),
    network(11, "American Express", "american_express").through(12),
    network(13, "JCB", "jcb").through(14),
    network(15, "UnionPay", "unionpay").through(16),
    network(17, "Reserved by EMVCo", "emvco_reserved").through(25).reserved(),
    s(26, "Merchant Account Information", "account", 1, 99).through(51)
        .template(&ACCOUNT, b"EEE").cite("EMVCo 4.7.11"),
    n(52, "Merchant Category Code", "mcc", 4, 4).mandatory(b"EEE").cite("EMVCo 4.7.12"),
    n(53, "Transaction Currency", "currency", 3, 3).mandatory(b"EEE").cite("EMVCo 4.7.5.1"),
    ans(54, "Transaction Amount", "amount", 1, 13).content(Content::Amount).cite("EMVCo 4.7.4"),
    n(55, "Tip or Convenience Indicator", "tip_indicator", 2, 2)
        .content(Content::OneOf(&[("01", "prompt"), ("02", "fixed fee"), ("03", "percentage fee")]))
        .cite("EMVCo 4.7.6.1"),
    ans(56, "Value of Convenience Fee Fixed", "fee_fixed", 1, 13)
        .content(Content::Amount).when(Path::root(Id::TIP_INDICATOR), "02", b"EEE").cite("EMVCo 4.7.7"),
    ans(57, "Value of Convenience Fee Percentage", "fee_percentage", 1, 5)
        .content(Content::Percentage).when(Path::root(Id::TIP_INDICATOR), "03", b"EEE").cite("EMVCo 4.7.8"),
    ans(58, "Country Code", "country", 2, 2)
        .mandatory(b"EEE").content(Content::Country).cite("EMVCo 4.7.13"),
    ans(59, "Merchant Name", "merchant_name", 1, 25)
        .mandatory(b"EEE").content(Content::Name).length(b"EEW").characters(b"EEW").cite("EMVCo 4.7.14"),
    ans(60, "Merchant City", "merchant_city", 1, 15)
        .mandatory(b"EEE").content(Content::Name).characters(b"EEW").cite("EMVCo 4.7.15"),
    ans(61, "Postal Code", "postal_code", 1, 10).length(b"EEW").characters(b"EEW").cite("EMVCo 4.7.16"),
    s(62, "Additional Data Field Template", "additional", 1, 99)
        .template(&ADDITIONAL_DATA, b"EEE").cite("EMVCo 4.8"),
    ans(63, "CRC", "crc", 4, 4).mandatory(b"EEE").cite("EMVCo 4.7.3"),
    s(64, "Merchant Information – Language Template", "language", 1, 99)
        .template(&LANGUAGE, b"EEE").cite("EMVCo 4.9"),
    s(65, "Reserved for future use", "reserved", 1, 99).through(79).reserved().cite("EMVCo 4.10"),
    s(80, "Unreserved Template", "unreserved", 1, 99).through(99)
        .template(&UNRESERVED, b"EEW").cite("EMVCo 4.11"),
]);

/// The merchant accounts (26–51).
pub static ACCOUNT: TemplateSpec = TemplateSpec::new("Merchant Account Information", &[
    guid().cite("EMVCo 4.7.11.2"),
    s(1, "Payment network specific", "network_specific", 1, 99).through(99).cite("EMVCo 4.7.11, table 4.2"),
]);

/// The additional data (62).
pub static ADDITIONAL_DATA: TemplateSpec = TemplateSpec::new("Additional Data Field Template", &[
    s(0, "Not defined", "undefined", 1, 99).reserved().cite("EMVCo 4.8"),
    label(1, "Bill Number", "bill_number"),
    label(2, "Mobile Number", "mobile_number"),
    label(3, "Store Label", "store_label"),
    label(4, "Loyalty Number", "loyalty_number"),
    label(5, "Reference Label", "reference_label"),
    label(6, "Customer Label", "customer_label"),
    label(7, "Terminal Label", "terminal_label"),
    label(8, "Purpose of Transaction", "purpose"),
    ans(9, "Additional Consumer Data Request", "consumer_data_request", 1, 3)
        .content(Content::ConsumerData).length(b"EEW").value(b"EEW").cite("EMVCo 4.8.1.3"),
    ans(10, "Merchant Tax ID", "merchant_tax_id", 1, 20).length(b"EEW").cite("EMVCo 4.8"),
    ans(11, "Merchant Channel", "merchant_channel", 3, 3)
        .content(Content::Channel).length(b"EEW").value(b"WWN").cite("EMVCo 4.8"),
    s(12, "Reserved for future use", "reserved", 1, 99).through(49).reserved().cite("EMVCo 4.8"),
    s(50, "Payment System specific template", "payment_system", 1, 99).through(99)
        .template(&PAYMENT_SYSTEM, b"EWN").cite("EMVCo 4.8.1.5"),
]);

/// The payment system templates (62-50…99).
pub static PAYMENT_SYSTEM: TemplateSpec = TemplateSpec::new("Payment System specific template", &[
    guid().cite("EMVCo 4.8.1.5"),
    s(1, "Payment system specific", "system_specific", 1, 99).through(99).cite("EMVCo 4.8.1.5"),
]);

/// The language template (64).
pub static LANGUAGE: TemplateSpec = TemplateSpec::new("Merchant Information – Language Template", &[
    ans(0, "Language Preference", "language", 2, 2)
        .mandatory(b"EEW").content(Content::Language).value(b"EEW").cite("EMVCo 4.9.2"),
    s(1, "Merchant Name – Alternate Language", "merchant_name", 1, 25)
        .mandatory(b"EEW").content(Content::Name).length(b"EEW").cite("EMVCo 4.9.3"),
    s(2, "Merchant City – Alternate Language", "merchant_city", 1, 15)
        .content(Content::Name).length(b"EEW").cite("EMVCo 4.9.4"),
    s(3, "Reserved for future use", "reserved", 1, 99).through(99).reserved().cite("EMVCo 4.9.1"),
]);

/// The unreserved templates (80–99).
pub static UNRESERVED: TemplateSpec = TemplateSpec::new("Unreserved Template", &[
    guid().cite("EMVCo 4.11.1.1"),
    s(1, "Context specific", "context_specific", 1, 99).through(99).cite("EMVCo 4.11"),
]);

/// A card-style account of a payment network, 02–25.
const fn network(id: u8, name: &'static str, key: &'static str) -> ObjectSpec {
    ans(id, name, key, 1, 99).cite("EMVCo 4.7.9, table 4.1")
}

/// The globally unique identifier, 00 of most templates.
pub(super) const fn guid() -> ObjectSpec {
    ans(0, "Globally Unique Identifier", "guid", 1, 32)
        .mandatory(b"EEW").content(Content::Guid).length(b"EEW").characters(b"EEW")
}

/// A label of the additional data (62-01…08).
const fn label(id: u8, name: &'static str, key: &'static str) -> ObjectSpec {
    ans(id, name, key, 1, 25).length(b"EEW").characters(b"EEW").cite("EMVCo 4.8.1.2")
}

const _: () = ROOT.check(Path::PAYLOAD);
