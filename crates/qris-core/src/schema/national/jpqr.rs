//! JPQR of Japan.

use super::*;
use crate::id::Path;
use crate::schema::{ACCOUNT, LANGUAGE, ROOT};

const CITES: &str = "JPQR, implementations agree";

pub(super) static SCHEME: Scheme = Scheme::new("JPQR", "jpqr", "JP", &["jp.or.paymentsjapan"], &PAYLOAD);

static PAYLOAD: TemplateSpec = TemplateSpec::over(&ROOT, "JPQR payload", &[
    currency("392", CITES),
    country("JP", CITES),
    ans(61, "Postal Code", "postal_code", 7, 7).mandatory(b"-EW").length(b"-EW").characters(b"-EW").cite(CITES),
    s(64, "Merchant Information – Language Template", "language", 1, 99)
        .mandatory(b"-EW").template(&LANGUAGE, b"EEE").cite(CITES),
]).accounts(&[("jp.or.paymentsjapan", account(26, "JPQR Account", &JPQR, CITES))]);

/// 26: the numbers of the business, its industry and its shop.
static JPQR: TemplateSpec = TemplateSpec::over(&ACCOUNT, "JPQR account", &[
    guid().cite("EMVCo 4.7.11.2"),
    part(1, "Business Number", "business_number", 13),
    part(2, "Industry Number", "industry_number", 4),
    part(3, "Shop Number", "shop_number", 6),
    part(4, "Terminal Number", "terminal_number", 6),
]);

const fn part(id: u8, name: &'static str, key: &'static str, length: u8) -> ObjectSpec {
    n(id, name, key, length, length).mandatory(b"-EE").length(b"-EW").cite(CITES)
}

const _: () = PAYLOAD.check(Path::PAYLOAD);
