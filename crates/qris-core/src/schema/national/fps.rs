//! FPS of Hong Kong.

use super::*;
use crate::id::Path;
use crate::schema::{ACCOUNT, ROOT};

const CITES: &str = "HKICL, Common QR Code, implementations agree";

pub(super) static SCHEME: Scheme = Scheme::new("FPS", "fps", "HK", &["hk.com.hkicl"], &PAYLOAD);

static PAYLOAD: TemplateSpec = TemplateSpec::over(&ROOT, "FPS payload", &[
    currencies(&[("344", "Hong Kong dollar"), ("156", "renminbi")], CITES),
    country("HK", CITES),
]).accounts(&[("hk.com.hkicl", account(26, "FPS Account", &FPS, CITES))]);

/// 26: who is paid. The clearing code of a bank goes with each of the others, and may stand alone.
static FPS: TemplateSpec = TemplateSpec::over(&ACCOUNT, "FPS account", &[
    guid().cite("EMVCo 4.7.11.2"),
    n(1, "Clearing Code", "clearing_code", 3, 3).length(b"-EW").cite(CITES),
    n(2, "FPS ID", "fps_id", 7, 9).length(b"-EW").cite(CITES),
    ans(3, "Mobile Number", "mobile_number", 1, 34).length(b"-EW").cite(CITES),
    ans(4, "E-Mail Address", "email", 1, 99).cite(CITES),
    n(5, "Expiry Time", "expires", 12, 14).length(b"-EW").cite(CITES),
    ans(6, "Amount Editable", "amount_editable", 1, 1).length(b"-EW").cite(CITES),
]).exactly_one(&[2, 3, 4], CITES, b"-EE").or_none_with(Path::of(&[26, 1]));

const _: () = PAYLOAD.check(Path::PAYLOAD);
