//! The national siblings of QRIS, each a file: how its accounts are told, and its table. The format is EMVCo's and the parser is
//! the same; only the tables differ.
//!
//! Citations name what the facts are from: the scheme's own documents where they are public, else implementations that agree.
//! Lengths and formats nobody documents are warnings in codes in circulation.

use super::emvco::guid;
use super::scheme::{QRIS_SCHEME, Scheme};
use super::spec::{Content, ObjectSpec, TemplateSpec, ans, n, s};

/// One module for each scheme, and the list of all; a list of modules and a list of what is in them would be two places.
macro_rules! schemes {
    ($($(#[$when:meta])? $file:ident)*) => {
        $($(#[$when])? mod $file;)*
        /// All schemes. Where two are of one country, the one that takes in the other comes first.
        pub(super) static SCHEMES: &[&Scheme] = &[&QRIS_SCHEME, $($(#[$when])? &$file::SCHEME),*];
    };
}

schemes! { promptpay khqr vietqr pix sgqr paynow duitnow qrph jpqr fps bharatqr laoqr ghqr lankaqr #[cfg(test)] tenth }

/// The account (26–51) of a scheme, told by its identifier.
const fn account(id: u8, name: &'static str, inside: &'static TemplateSpec, cites: &'static str) -> ObjectSpec {
    own_account(id, name, "account", inside, cites)
}

/// The account of a scheme that is told by its ID: its key in JSON is its own.
const fn own_account(
    id: u8,
    name: &'static str,
    key: &'static str,
    inside: &'static TemplateSpec,
    cites: &'static str,
) -> ObjectSpec {
    s(id, name, key, 1, 99).template(inside, b"-EE").cite(cites)
}

/// The merchant category code (52), which the scheme does without.
const fn optional_mcc(cites: &'static str) -> ObjectSpec {
    n(52, "Merchant Category Code", "mcc", 4, 4).cite(cites)
}

/// The transaction currency (53), the only one of the scheme.
const fn currency(code: &'static str, cites: &'static str) -> ObjectSpec {
    n(53, "Transaction Currency", "currency", 3, 3).mandatory(b"EEE").content(Content::Fixed(code)).cite(cites)
}

/// The transaction currency (53), one of a few.
const fn currencies(all: &'static [(&'static str, &'static str)], cites: &'static str) -> ObjectSpec {
    n(53, "Transaction Currency", "currency", 3, 3).mandatory(b"EEE").content(Content::OneOf(all)).cite(cites)
}

/// The country code (58).
const fn country(code: &'static str, cites: &'static str) -> ObjectSpec {
    ans(58, "Country Code", "country", 2, 2).mandatory(b"EEE").content(Content::Fixed(code)).cite(cites)
}

/// The merchant name (59), which the scheme does without.
const fn optional_name(cites: &'static str) -> ObjectSpec {
    ans(59, "Merchant Name", "merchant_name", 1, 25)
        .content(Content::Name).length(b"EEW").characters(b"EEW").cite(cites)
}

/// The merchant city (60), which the scheme does without.
const fn optional_city(cites: &'static str) -> ObjectSpec {
    ans(60, "Merchant City", "merchant_city", 1, 15).content(Content::Name).characters(b"EEW").cite(cites)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Id;
    use crate::schema::{Presence, Reading, Severity};

    static INSIDE: TemplateSpec = TemplateSpec::new("inside", &[]);

    #[test]
    fn rows_that_schemes_share_say_what_they_are_for() {
        let rows = [
            (account(26, "a", &INSIDE, "x"), 26, "account", Presence::Optional),
            (own_account(29, "b", "own", &INSIDE, "x"), 29, "own", Presence::Optional),
            (optional_mcc("x"), 52, "mcc", Presence::Optional),
            (currency("764", "x"), 53, "currency", Presence::Mandatory),
            (currencies(&[("116", "riel")], "x"), 53, "currency", Presence::Mandatory),
            (country("TH", "x"), 58, "country", Presence::Mandatory),
            (optional_name("x"), 59, "merchant_name", Presence::Optional),
            (optional_city("x"), 60, "merchant_city", Presence::Optional),
        ];
        for (row, id, key, presence) in rows {
            assert_eq!((row.first, row.last, row.key), (Id::known(id), Id::known(id), key));
            assert_eq!((row.presence, row.cites), (presence, "x"));
        }
        // A name too long is common; a code in another currency pays something else.
        assert_eq!(optional_name("x").length.get(Reading::Wild), Some(Severity::Warning));
        assert_eq!(currency("764", "x").value.get(Reading::Wild), Some(Severity::Error));
        assert!(matches!(country("TH", "x").content, Content::Fixed("TH")));
        let scheme = Scheme::new("Name", "key", "QQ", &["QQ.A"], &INSIDE);
        assert_eq!((scheme.name, scheme.key, scheme.country), ("Name", "key", "QQ"));
        assert!(scheme.is_named_by("qq.a") && !scheme.is_named_by("qq.ab"));
        assert!((scheme.guid_prefix, scheme.pan_prefix) == (None, None) && !scheme.rules.transfers);
    }
}
