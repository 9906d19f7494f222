//! QR Ph of the Philippines.

use super::*;
use crate::id::Path;
use crate::schema::{ACCOUNT, ADDITIONAL_DATA, ROOT};

const CITES: &str = "QR Ph, documentation of PayMongo";
const MERCHANT_CITES: &str = "QR Ph, observed in codes in use";

pub(super) static SCHEME: Scheme = Scheme::new("QR Ph", "qrph", "PH", &["com.p2pqrpay", "ph.ppmi.p2m"], &PAYLOAD);

static PAYLOAD: TemplateSpec = TemplateSpec::over(&ROOT, "QR Ph payload", &[
    currency("608", CITES),
    country("PH", CITES),
    s(62, "Additional Data Field Template", "additional", 1, 99).template(&LABELS, b"EEE").cite(CITES),
]).accounts(&[
    ("com.p2pqrpay", account(27, "QR Ph Person Account", &PERSON, CITES)),
    // 28, and 26 in codes of GCash.
    ("ph.ppmi.p2m", account(26, "QR Ph Merchant Account", &MERCHANT, MERCHANT_CITES).through(28)),
]);

/// 62, with an identifier where EMVCo has nothing.
static LABELS: TemplateSpec = TemplateSpec::over(&ADDITIONAL_DATA, "QR Ph additional data", &[
    ans(0, "Globally Unique Identifier", "guid", 1, 32).length(b"-EW").cite(CITES),
]);

/// The account of a person, in 27.
static PERSON: TemplateSpec = TemplateSpec::over(&ACCOUNT, "QR Ph person account", &[
    guid().cite("EMVCo 4.7.11.2"),
    bic(CITES),
    ans(2, "Payment Type", "payment_type", 1, 99).cite(CITES),
    ans(3, "Merchant ID", "merchant_id", 1, 99).cite(CITES),
    ans(4, "Account Number", "account_number", 1, 34).mandatory(b"-EE").length(b"-EW").cite(CITES),
    ans(5, "Mobile Number", "mobile_number", 1, 99).cite(CITES),
]);

/// The account of a merchant, in 28 or 26.
static MERCHANT: TemplateSpec = TemplateSpec::over(&ACCOUNT, "QR Ph merchant account", &[
    guid().cite("EMVCo 4.7.11.2"),
    bic(MERCHANT_CITES),
    ans(3, "Merchant ID", "merchant_id", 1, 25).mandatory(b"-EE").length(b"-EW").cite(MERCHANT_CITES),
    ans(4, "Account Number", "account_number", 1, 99).cite(MERCHANT_CITES),
    n(5, "Flags", "flags", 3, 3).mandatory(b"-EW").length(b"-EW").characters(b"-EW").cite(MERCHANT_CITES),
]);

const fn bic(cites: &'static str) -> ObjectSpec {
    ans(1, "BIC", "bic", 11, 11).mandatory(b"-EE").length(b"-EW").cite(cites)
}

const _: () = PAYLOAD.check(Path::PAYLOAD);
