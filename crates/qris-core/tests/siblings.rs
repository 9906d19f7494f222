//! Payloads of other schemes: whose they are, what their own tables say of them, and that none is taken for QRIS.

use std::collections::HashSet;

use qris_core::{
    Amount, Builder, Code, Conformant, Currency, Edit, EncodeError, Initiation, Path, Profile, Qris, Reading,
    Rejection, Scheme, Sealed, check, display,
};
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

/// Each scheme has payloads that are right and payloads that are not.
#[test]
fn each_scheme_has_its_vectors() {
    let (siblings, findings) = (vectors::siblings().unwrap(), vectors::findings().unwrap());
    for scheme in Scheme::all().iter().filter(|scheme| scheme.key != "qris") {
        let good = siblings.iter().filter(|sibling| sibling.scheme == scheme.key).count();
        let bad = findings.iter().filter(|finding| finding.profile.as_deref() == Some(scheme.key)).count();
        assert!(good >= 3 && bad >= 3, "{}: {good} good, {bad} bad", scheme.key);
    }
}

fn scheme_name(key: &str) -> &'static str {
    Scheme::named(key).unwrap().name
}

/// Vectors of QRIS that break a rule, and were refused before schemes were told apart.
const NEVER_TAKEN: [&str; 1] = ["qris-currency-111-with-id"];

/// What `Qris::decode` took before it told schemes apart, it takes still: every vector of QRIS.
#[test]
fn every_qris_is_still_taken() {
    for vector in vectors::vectors().unwrap().iter().filter(|v| v.profile == "qris" && v.error.is_none()) {
        match Qris::decode(&vector.payload) {
            Ok(qris) => {
                assert_eq!(Scheme::of(&qris).map(|scheme| scheme.key), Some("qris"), "{}", vector.name);
                assert!(!NEVER_TAKEN.contains(&vector.name.as_str()), "{} is taken now", vector.name);
            }
            Err(refusal) => {
                assert!(NEVER_TAKEN.contains(&vector.name.as_str()), "{}: {refusal}", vector.name)
            }
        }
    }
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

#[test]
fn a_conformant_payload_is_read_through() {
    let text = vectors::siblings().unwrap().into_iter().find(|s| s.name == "fps-1").unwrap().payload;
    let fps = Conformant::decode(&text).unwrap();
    assert_eq!((fps.merchant_name(), fps.merchant_city()), (Some("NA"), Some("HK")));
    assert_eq!(fps.mcc().map(|mcc| mcc.to_string()).as_deref(), Some("0000"));
    assert_eq!(fps.currency().map(|currency| currency.number()), Some(344));
    assert_eq!(fps.country().map(|country| country.to_string()).as_deref(), Some("HK"));
    assert_eq!(fps.initiation(), Some(Initiation::Dynamic));
    assert_eq!(fps.amount().map(|amount| amount.as_str().to_owned()).as_deref(), Some("5000.00"));
    assert_eq!(fps.accounts().map(|account| account.guid()).collect::<Vec<_>>(), [Some("hk.com.hkicl")]);
    assert_eq!((fps.profile().name, fps.scheme().unwrap().key), ("fps", "fps"));
    assert_eq!((fps.as_ref(), fps.as_str()), (text.as_str(), text.as_str()));
    let again = Conformant::from_sealed(&fps, &fps.profile()).unwrap();
    assert_eq!(again, fps);
    assert_eq!(HashSet::from([again.clone(), fps.clone()]).len(), 1);
    assert_ne!(again, Conformant::decode_with(&text, &Profile::EMVCO).unwrap(), "by another profile");
    let shown = format!("{fps:?}");
    assert!(shown.contains("profile: \"fps\"") && !shown.contains("0000001"), "{shown}");
    let rejected = Conformant::decode_with(&text, &Profile::QRIS).unwrap_err();
    assert!(matches!(rejected, Rejection::NotConformant(finding) if finding.code() == Code::ForeignScheme));
    assert!(matches!(Conformant::decode("0002"), Err(Rejection::Decode(_))));
    // QRIS is the case with totals.
    let finpay = vectors::vectors().unwrap().remove(0).payload;
    let qris = Qris::decode(&finpay).unwrap();
    let conformant = Conformant::from(qris.clone());
    assert_eq!(conformant.qris(), Some(qris));
    assert_eq!(conformant, Conformant::decode(&finpay).unwrap());
}

#[test]
fn what_is_made_is_judged_by_the_letter_of_its_scheme() {
    let siblings = vectors::siblings().unwrap();
    let static_code =
        |key: &str| siblings.iter().find(|s| s.scheme == key && s.payload.contains("010211")).unwrap();
    let source = Sealed::parse(&static_code("promptpay").payload).unwrap();
    let profile = Profile::of(&source);
    assert_eq!(profile.for_making().reading, Reading::Letter);
    let mut edit = Edit::new();
    edit.amount(Amount::parse("420.50", Currency::new(764).unwrap()).unwrap());
    let mut buffer = [0; 512];
    let made = edit.build_conformant(&source, &mut buffer, &profile).unwrap();
    assert_eq!((made.scheme().unwrap().key, made.initiation()), ("promptpay", Some(Initiation::Dynamic)));
    let mut edit = Edit::new();
    edit.set("29/02".parse().unwrap(), "1234567890123");
    let refused = edit.build_conformant(&source, &mut buffer, &profile).unwrap_err();
    assert!(matches!(refused, EncodeError::NotConformant(finding) if finding.code() == Code::ExactlyOne));
    // Of the scheme, and not of QRIS.
    let mut builder = Builder::new();
    builder.set("26/00".parse().unwrap(), "QQ.NOBODY").set("58".parse().unwrap(), "QQ");
    let refused =
        builder.build_conformant(&mut buffer, &Scheme::named("pix").unwrap().profile()).unwrap_err();
    let told = "there is no account of Pix; its accounts are of no scheme we know (EMVCo 4.7.11)";
    assert_eq!(refused.to_string(), told);
}

#[test]
fn every_scheme_is_found_by_its_key() {
    let keys: HashSet<&str> = Scheme::all().iter().map(|scheme| scheme.key).collect();
    assert_eq!(keys.len(), Scheme::all().len());
    for scheme in Scheme::all() {
        assert_eq!(Scheme::named(scheme.key), Some(*scheme));
        let profile = Profile::named(scheme.key).unwrap();
        assert_eq!(profile.scheme, Some(*scheme));
        // Of QRIS there is a profile by the letter too.
        assert_eq!(profile.reading, if scheme.key == "qris" { Reading::Letter } else { Reading::Wild });
        assert_eq!(format!("{scheme:?}"), format!("Scheme({:?})", scheme.key));
    }
    assert_eq!((Scheme::named("upi"), Profile::named("upi")), (None, None));
}

#[test]
fn objects_are_found_where_the_table_has_them() {
    let text = vectors::siblings().unwrap().into_iter().find(|s| s.name == "vietqr-1").unwrap().payload;
    let sealed = Sealed::parse(&text).unwrap();
    let profile = Profile::of(&sealed);
    let bank: Path = "38/01/00".parse().unwrap();
    assert_eq!(sealed.find_in(bank, &profile).map(|object| object.value()), Some("970416"));
    assert!(sealed.find(bank).is_none() && sealed.find_in(bank, &Profile::EMVCO).is_none());
    let account = sealed.find("38/01".parse().unwrap()).unwrap();
    assert_eq!(account.framed().map(|template| template.objects().count()), Some(2));
    assert!(
        sealed.find_in(bank, &profile).unwrap().framed().is_none(),
        "nothing nests below the third level"
    );
}
