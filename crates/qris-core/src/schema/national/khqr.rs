//! KHQR of Cambodia's Bakong.

use super::*;
use crate::id::{Id, Path};
use crate::schema::{ACCOUNT, LANGUAGE, ROOT, UNRESERVED};

const CITES: &str = "Bakong KHQR SDK 1.0.20";

/// 29-00 and 30-00 are accounts and no identifiers, so its payloads are told by their country.
pub(super) static SCHEME: Scheme = Scheme::new("KHQR", "khqr", "KH", &[], &PAYLOAD);

static PAYLOAD: TemplateSpec = TemplateSpec::over(&ROOT, "KHQR payload", &[
    own_account(29, "KHQR Individual", "individual", &INDIVIDUAL, CITES),
    own_account(30, "KHQR Merchant", "merchant", &MERCHANT, CITES),
    currencies(&[("116", "riel"), ("840", "US dollar")], CITES),
    country("KH", CITES),
    s(64, "Merchant Information – Language Template", "language", 1, 99).template(&LANGUAGE, b"EEE").cite(CITES),
    s(99, "Timestamps", "timestamps", 1, 99).template(&TIMESTAMPS, b"EEE")
        .when(Path::root(Id::INITIATION), "12", b"-EW").cite(CITES),
]).exactly_one(&[29, 30], CITES, b"-EE");

static INDIVIDUAL: TemplateSpec = TemplateSpec::over(&ACCOUNT, "KHQR individual", &[
    bakong_account(),
    ans(1, "Account Information", "account_information", 1, 32).length(b"-EW").cite(CITES),
    ans(2, "Acquiring Bank", "acquiring_bank", 1, 32).length(b"-EW").cite(CITES),
]).of(&SCHEME);

static MERCHANT: TemplateSpec = TemplateSpec::over(&ACCOUNT, "KHQR merchant", &[
    bakong_account(),
    ans(1, "Merchant ID", "merchant_id", 1, 32).mandatory(b"-EE").length(b"-EW").cite(CITES),
    ans(2, "Acquiring Bank", "acquiring_bank", 1, 32).mandatory(b"-EE").length(b"-EW").cite(CITES),
]).of(&SCHEME);

/// 99: milliseconds since 1970.
static TIMESTAMPS: TemplateSpec = TemplateSpec::over(&UNRESERVED, "KHQR timestamps", &[
    n(0, "Creation Time", "created_ms", 13, 13).cite(CITES),
    n(1, "Expiry Time", "expires_ms", 13, 13).when(Path::root(Id::INITIATION), "12", b"-EW").cite(CITES),
]);

/// The Bakong account, in 29-00 and 30-00.
const fn bakong_account() -> ObjectSpec {
    ans(0, "Bakong Account", "bakong_account", 1, 32).mandatory(b"-EE").length(b"-EE").cite(CITES)
}

const _: () = PAYLOAD.check(Path::PAYLOAD);
