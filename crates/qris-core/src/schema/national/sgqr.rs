//! SGQR: the Singapore code that takes in many schemes, PayNow among them.

use super::*;
use crate::id::Path;
use crate::schema::{ACCOUNT, ROOT};

const CITES: &str = "SGQR, implementations agree";
const PAYNOW_CITES: &str = "PayNow, implementations agree";

pub(super) static SCHEME: Scheme = Scheme::new("SGQR", "sgqr", "SG", &["SG.SGQR"], &PAYLOAD);

/// The root, that of PayNow alone too.
pub(super) static PAYLOAD: TemplateSpec = TemplateSpec::over(&ROOT, "SGQR payload", &[
    currency("702", CITES),
    country("SG", CITES),
]).accounts(&[
    ("SG.SGQR", account(51, "SGQR Identity", &SGQR, CITES)),
    // 26 in codes of PayNow alone, any in those of SGQR.
    ("SG.PAYNOW", account(26, "PayNow Account", &PAYNOW, PAYNOW_CITES).through(50)),
]);

/// What 51 holds: where the code hangs.
static SGQR: TemplateSpec = TemplateSpec::over(&ACCOUNT, "SGQR identity", &[
    guid().cite("EMVCo 4.7.11.2"),
    ans(1, "SGQR ID", "sgqr_id", 12, 12).mandatory(b"-EW").length(b"-EW").cite(CITES),
    ans(2, "Version", "version", 7, 7).mandatory(b"-EW").length(b"-EW").cite(CITES),
    n(3, "Postal Code", "postal_code", 6, 6).mandatory(b"-EW").length(b"-EW").characters(b"-EW").cite(CITES),
    ans(4, "Level", "level", 2, 2).mandatory(b"-EW").length(b"-EW").cite(CITES),
    ans(5, "Unit Number", "unit", 1, 5).mandatory(b"-EW").length(b"-EW").cite(CITES),
    ans(6, "Miscellaneous", "miscellaneous", 1, 10).mandatory(b"-EW").length(b"-EW").cite(CITES),
    n(7, "Revision Date", "revised", 8, 8).mandatory(b"-EW").length(b"-EW").characters(b"-EW").cite(CITES),
]);

/// The account of PayNow, in any of 26 to 50.
static PAYNOW: TemplateSpec = TemplateSpec::over(&ACCOUNT, "PayNow account", &[
    guid().cite("EMVCo 4.7.11.2"),
    n(1, "Proxy Type", "proxy_type", 1, 1).mandatory(b"-EE").length(b"-EE")
        .content(Content::OneOf(&[("0", "mobile number"), ("2", "UEN")])).value(b"-EW").cite(PAYNOW_CITES),
    ans(2, "Proxy Value", "proxy_value", 1, 16).mandatory(b"-EE").length(b"-EW").cite(PAYNOW_CITES),
    n(3, "Amount Editable", "amount_editable", 1, 1).mandatory(b"-EE").length(b"-EE")
        .content(Content::OneOf(&[("0", "no"), ("1", "yes")])).cite(PAYNOW_CITES),
    // A date, or in codes of 2018 a reference.
    ans(4, "Expiry Date or Reference", "expiry", 1, 35).length(b"-EW").cite(PAYNOW_CITES),
    n(5, "Expiry Date", "expiry_2018", 8, 14).length(b"-EW").characters(b"-EW").cite(PAYNOW_CITES),
]);

const _: () = PAYLOAD.check(Path::PAYLOAD);
