//! BharatQR of India.

use super::*;
use crate::id::Path;
use crate::schema::{ACCOUNT, ROOT};

const CITES: &str = "BharatQR, documentation of Razorpay and PayU";

pub(super) static SCHEME: Scheme = Scheme::new("BharatQR", "bharatqr", "IN", &["A000000524"], &PAYLOAD);

static PAYLOAD: TemplateSpec = TemplateSpec::over(&ROOT, "BharatQR payload", &[
    // EMVCo reserves both.
    ans(6, "RuPay", "rupay", 1, 99).cite(CITES),
    ans(8, "IFSC and Account Number", "ifsc_account", 1, 99).cite(CITES),
    currency("356", CITES),
    country("IN", CITES),
]).accounts(&[
    ("A000000524", account(26, "UPI Address", &UPI, CITES)),
    ("A000000524", account(27, "UPI Reference", &REFERENCE, CITES)),
    ("A000000524", account(28, "Aadhaar", &AADHAAR, CITES)),
]);

static UPI: TemplateSpec = TemplateSpec::over(&ACCOUNT, "UPI address", &[
    guid().cite("EMVCo 4.7.11.2"),
    ans(1, "Virtual Payment Address", "vpa", 1, 99).mandatory(b"-EE").cite(CITES),
    ans(2, "Minimum Amount", "minimum_amount", 1, 99).cite(CITES),
]);

static REFERENCE: TemplateSpec = TemplateSpec::over(&ACCOUNT, "UPI reference", &[
    guid().cite("EMVCo 4.7.11.2"),
    ans(1, "Transaction Reference", "transaction_reference", 1, 99).cite(CITES),
    ans(2, "Reference URL", "url", 1, 99).cite(CITES),
]);

static AADHAAR: TemplateSpec = TemplateSpec::over(&ACCOUNT, "Aadhaar", &[
    guid().cite("EMVCo 4.7.11.2"),
    n(1, "Aadhaar Number", "aadhaar", 12, 12).mandatory(b"-EE").length(b"-EW").cite(CITES),
]);

const _: () = PAYLOAD.check(Path::PAYLOAD);
