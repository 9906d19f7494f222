//! LAO QR.

use super::*;
use crate::id::Path;
use crate::schema::{ACCOUNT, ROOT};

const CITES: &str = "LAO QR, implementations agree";

pub(super) static SCHEME: Scheme = Scheme::new("LAO QR", "laoqr", "LA", &["A005266284662577"], &PAYLOAD);

static PAYLOAD: TemplateSpec = TemplateSpec::over(&ROOT, "LAO QR payload", &[
    currency("418", CITES),
    country("LA", CITES),
]).accounts(&[("A005266284662577", account(38, "LAO QR Account", &LAPNET, CITES))]);

static LAPNET: TemplateSpec = TemplateSpec::over(&ACCOUNT, "LAO QR account", &[
    guid().cite("EMVCo 4.7.11.2"),
    n(1, "Issuer Identification Number", "iin", 8, 8).mandatory(b"-EE").length(b"-EW").cite(CITES),
    n(2, "Payment Type", "payment_type", 3, 3).length(b"-EW").cite(CITES),
    ans(3, "Receiver", "receiver", 1, 99).mandatory(b"-EE").cite(CITES),
]);

const _: () = PAYLOAD.check(Path::PAYLOAD);
