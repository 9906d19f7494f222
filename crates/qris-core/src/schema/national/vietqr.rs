//! VietQR of NAPAS, and VNPay.

use super::*;
use crate::id::Path;
use crate::schema::{ACCOUNT, ROOT};

const CITES: &str = "NAPAS VietQR, implementations agree";
const VNPAY_CITES: &str = "VNPay, implementations agree";

pub(super) static SCHEME: Scheme = Scheme::new("VietQR", "vietqr", "VN", &["A000000727", "A000000775"], &PAYLOAD);

static PAYLOAD: TemplateSpec = TemplateSpec::over(&ROOT, "VietQR payload", &[
    optional_mcc(CITES),
    currency("704", CITES),
    country("VN", CITES),
    optional_name(CITES),
    optional_city(CITES),
    // Three digits of MoMo, in an ID where EMVCo has templates.
    ans(80, "MoMo Check", "momo_check", 1, 99).cite("MoMo, observed in codes in use"),
]).accounts(&[
    ("A000000727", account(38, "VietQR Account", &NAPAS, CITES)),
    ("A000000775", account(26, "VNPay Account", &VNPAY, VNPAY_CITES)),
]);

/// The account, in 38.
static NAPAS: TemplateSpec = TemplateSpec::over(&ACCOUNT, "VietQR account", &[
    guid().cite("EMVCo 4.7.11.2"),
    s(1, "Beneficiary", "beneficiary", 1, 99).mandatory(b"-EE").template(&BENEFICIARY, b"-EE").cite(CITES),
    ans(2, "Service Code", "service", 1, 99)
        .content(Content::OneOf(&[("QRIBFTTA", "to an account"), ("QRIBFTTC", "to a card"), ("QRPUSH", "payment")]))
        .value(b"-EW").cite(CITES),
]);

/// 38-01: the third level, which only this table asks for.
static BENEFICIARY: TemplateSpec = TemplateSpec::new("VietQR beneficiary", &[
    n(0, "Bank Identification Number", "bin", 6, 6).mandatory(b"-EE").length(b"-EE").cite(CITES),
    ans(1, "Account or Card Number", "account_number", 1, 19).mandatory(b"-EE").length(b"-EW").cite(CITES),
]);

/// The account of VNPay, in 26.
static VNPAY: TemplateSpec = TemplateSpec::over(&ACCOUNT, "VNPay account", &[
    guid().cite("EMVCo 4.7.11.2"),
    ans(1, "Merchant ID", "merchant_id", 1, 20).mandatory(b"-EE").length(b"-EW").cite(VNPAY_CITES),
]);

const _: () = PAYLOAD.check(Path::PAYLOAD);
