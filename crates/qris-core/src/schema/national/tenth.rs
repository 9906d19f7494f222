//! A scheme for tests alone: this file, and its name in the list of the module around, are all that one more scheme takes.

use super::*;
use crate::id::Path;
use crate::schema::{ACCOUNT, ROOT};

const CITES: &str = "made up";

pub(super) static SCHEME: Scheme = Scheme::new("Tenth", "tenth", "QQ", &["QQ.TENTH"], &PAYLOAD);

static PAYLOAD: TemplateSpec = TemplateSpec::over(&ROOT, "tenth payload", &[country("QQ", CITES)])
    .accounts(&[("QQ.TENTH", account(26, "Tenth Account", &TENTH, CITES))]);

static TENTH: TemplateSpec = TemplateSpec::over(&ACCOUNT, "tenth account", &[
    guid().cite("EMVCo 4.7.11.2"),
    n(1, "Wallet", "wallet", 4, 4).mandatory(b"-EE").cite(CITES),
]);

const _: () = PAYLOAD.check(Path::PAYLOAD);

#[cfg(test)]
mod tests {
    use std::format;
    use std::string::{String, ToString};
    use std::vec::Vec;

    use crate::{Conformant, Payload, Profile, Scheme, check, display};

    fn sealed(account: &str) -> String {
        let text = format!("00020126{:02}{account}5204581253033605802QQ5901A6001B6304", account.len());
        format!("{text}{:04X}", crate::checksum(text.as_bytes()))
    }

    #[test]
    fn one_file_and_one_line_are_a_scheme() {
        let good = sealed("0008qq.tenth01041234");
        let payload = Payload::parse(&good).unwrap();
        assert_eq!(Scheme::of(&payload).map(|scheme| scheme.name), Some("Tenth"));
        assert!(Conformant::decode(&good).is_ok_and(|payload| payload.profile().name == "tenth"));
        assert!(display::tree(&payload, &Profile::of(&payload)).to_string().contains("01 04 Wallet: 1234"));
        let bad = sealed("0008QQ.TENTH");
        let bad = Payload::parse(&bad).unwrap();
        let found: Vec<String> = check::findings(&bad, &Profile::of(&bad)).map(|found| found.to_string()).collect();
        assert_eq!(found, ["26/01 Wallet is missing (made up)"]);
    }
}
