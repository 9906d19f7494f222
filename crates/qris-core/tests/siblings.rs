//! Payloads of other schemes: whose they are, what their own tables say of them, and that none is taken for QRIS.

use qris_core::{Code, Conformant, Profile, Qris, Rejection, Scheme, Sealed, check, display};
use qris_testkit::vectors::{self, Sibling};

#[test]
fn every_sibling_is_told_and_conforms_to_its_own_table_alone() {
    let siblings = vectors::siblings().unwrap();
    assert!(siblings.len() >= 30);
    for Sibling { scheme: key, payload: text, .. } in &siblings {
        let sealed = Sealed::parse(text).unwrap();
        assert_eq!(Scheme::of(&sealed).map(|scheme| scheme.key), Some(key.as_str()), "{text}");
        let profile = Profile::of(&sealed);
        assert_eq!(&profile.name, key);
        let errors: Vec<String> = check::findings(&sealed, &profile)
            .filter(|finding| finding.severity() == qris_core::Severity::Error)
            .map(|finding| finding.to_string())
            .collect();
        assert!(errors.is_empty(), "{key} {text}: {errors:?}");
        let conformant = Conformant::decode(text).unwrap();
        assert!(conformant.qris().is_none());
        for profile in [Profile::WILD, Profile::QRIS] {
            let Err(Rejection::NotConformant(refusal)) = Qris::decode_with(text, &profile) else {
                panic!("{key} is no QRIS: {text}")
            };
            assert_eq!(refusal.code(), Code::ForeignScheme);
            let told = format!("there is no account of QRIS; this is a code of {}", scheme_name(key));
            assert_eq!(refusal.message().to_string(), told);
        }
        assert!(!display::tree(&sealed, &profile).to_string().contains("Merchant PAN"));
    }
}

fn scheme_name(key: &str) -> &'static str {
    Scheme::named(key).unwrap().name
}

/// What `Qris::decode` took before it told schemes apart, it takes still: every vector of QRIS.
#[test]
fn every_qris_is_still_taken() {
    let mut taken = 0;
    for vector in vectors::vectors().unwrap().iter().filter(|v| v.profile == "qris" && v.error.is_none()) {
        let Ok(qris) = Qris::decode(&vector.payload) else { continue };
        assert_eq!(Scheme::of(&qris).map(|scheme| scheme.key), Some("qris"), "{}", vector.name);
        taken += 1;
    }
    assert!(taken >= 25, "{taken}");
}

#[test]
fn qris_with_an_account_of_a_foreign_network_stays_qris() {
    let text = "00020126250009SG.PAYNOW010120203ABC51440014ID.CO.QRIS.WWW0215ID10260000000120303UMI5204581253033605802ID5901A6001B61011";
    let sealed = format!("{text}6304{:04X}", qris_core::checksum(format!("{text}6304").as_bytes()));
    let payload = Sealed::parse(&sealed).unwrap();
    let keys: Vec<&str> = Scheme::all_in(&payload).map(|scheme| scheme.key).collect();
    assert_eq!((keys.as_slice(), Scheme::of(&payload).unwrap().key), (&["paynow", "qris"][..], "qris"));
    let qris = Qris::decode(&sealed).unwrap();
    let accounts: Vec<bool> = qris.accounts().map(|account| account.is_qris()).collect();
    assert_eq!(accounts, [false, true], "an account has the names of its own scheme");
}
