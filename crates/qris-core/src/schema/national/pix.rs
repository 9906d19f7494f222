//! Pix of Brazil's central bank.

use super::*;
use crate::id::Path;
use crate::schema::{ACCOUNT, ROOT};

const CITES: &str = "BCB, Manual de Padrões para Iniciação do Pix";

pub(super) static SCHEME: Scheme = Scheme::new("Pix", "pix", "BR", &["br.gov.bcb.pix"], &PAYLOAD);

static PAYLOAD: TemplateSpec = TemplateSpec::over(&ROOT, "Pix payload", &[
    currency("986", CITES),
    country("BR", CITES),
]).accounts(&[("br.gov.bcb.pix", account(26, "Pix Account", &PIX, CITES).through(51))]);

/// 26: a key in a static code, a location in a dynamic one; neither where 80 has a recurring payment.
static PIX: TemplateSpec = TemplateSpec::over(&ACCOUNT, "Pix account", &[
    guid().cite("EMVCo 4.7.11.2"),
    ans(1, "Pix Key", "key", 1, 77).length(b"-EW").cite(CITES),
    s(2, "Additional Information", "information", 1, 99).cite(CITES),
    n(3, "Withdrawal Service Facilitator", "fss", 8, 8).length(b"-EW").characters(b"-EW").cite(CITES),
    ans(25, "Payload Location", "location", 1, 77).length(b"-EW").cite(CITES),
]).exactly_one(&[1, 25], CITES, b"-EE").or_none_with(Path::of(&[80, 25]));

const _: () = PAYLOAD.check(Path::PAYLOAD);
