//! GhQR of Ghana: accounts of card networks alone.

use super::*;
use crate::id::Path;
use crate::schema::ROOT;

const CITES: &str = "GhQR, implementations agree";

pub(super) static SCHEME: Scheme = Scheme::new("GhQR", "ghqr", "GH", &[], &PAYLOAD);

static PAYLOAD: TemplateSpec = TemplateSpec::over(&ROOT, "GhQR payload", &[currency("936", CITES), country("GH", CITES)]);

const _: () = PAYLOAD.check(Path::PAYLOAD);
