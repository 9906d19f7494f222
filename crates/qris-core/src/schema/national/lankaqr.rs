//! LankaQR.

use super::*;
use crate::id::Path;
use crate::schema::{ACCOUNT, ROOT};

const CITES: &str = "LankaQR, implementations agree";

/// 26-00 is an account and no identifier, so its payloads are told by their country.
pub(super) static SCHEME: Scheme = Scheme::new("LankaQR", "lankaqr", "LK", &[], &PAYLOAD);

static PAYLOAD: TemplateSpec = TemplateSpec::over(&ROOT, "LankaQR payload", &[
    own_account(26, "LankaQR Account", "lankaqr_account", &LANKA, CITES),
    currency("144", CITES),
    country("LK", CITES),
]);

static LANKA: TemplateSpec = TemplateSpec::over(&ACCOUNT, "LankaQR account", &[
    ans(0, "Account", "account", 1, 32).mandatory(b"-EE").cite(CITES),
]).of(&SCHEME);

const _: () = PAYLOAD.check(Path::PAYLOAD);
