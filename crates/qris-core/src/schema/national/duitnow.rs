//! DuitNow of Malaysia.

use super::*;
use crate::id::Path;
use crate::schema::{ACCOUNT, ROOT};

const CITES: &str = "PayNet, DuitNow QR 1.5";

pub(super) static SCHEME: Scheme = Scheme::new("DuitNow", "duitnow", "MY", &["A0000006150001"], &PAYLOAD);

static PAYLOAD: TemplateSpec = TemplateSpec::over(&ROOT, "DuitNow payload", &[
    n(0, "Payload Format Indicator", "payload_format_indicator", 2, 2)
        .mandatory(b"EEE").content(Content::Fixed("02")).value(b"EEW").cite(CITES),
    n(1, "Point of Initiation Method", "initiation", 2, 2).mandatory(b"-EW")
        .content(Content::OneOf(&[("11", "static"), ("12", "dynamic")])).cite(CITES),
    currency("458", CITES),
    country("MY", CITES),
    // Objects without an identifier before them, so no template of EMVCo's.
    ans(82, "Integrity Check", "integrity", 1, 99).cite(CITES),
]).accounts(&[("A0000006150001", account(26, "DuitNow Account", &DUITNOW, CITES).through(27))]);

/// The account, in 26 or 27.
static DUITNOW: TemplateSpec = TemplateSpec::over(&ACCOUNT, "DuitNow account", &[
    guid().cite("EMVCo 4.7.11.2"),
    n(1, "Acquirer ID", "acquirer_id", 6, 6).mandatory(b"-EE").length(b"-EW").cite(CITES),
    ans(2, "Merchant ID", "merchant_id", 1, 99).cite(CITES),
]);

const _: () = PAYLOAD.check(Path::PAYLOAD);
