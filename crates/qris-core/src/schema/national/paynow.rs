//! PayNow alone, without SGQR.

use super::sgqr::PAYLOAD;
use super::*;

pub(super) static SCHEME: Scheme = Scheme::new("PayNow", "paynow", "SG", &["SG.PAYNOW"], &PAYLOAD);
