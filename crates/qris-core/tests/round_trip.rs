//! Decode then encode is the identity, and so is encode then decode.

use proptest::prelude::*;
use qris_core::{Conformant, Profile, Qris, Sealed, check};
use qris_testkit::generate::strategy;
use qris_testkit::{oracle, vectors};

#[test]
fn every_vector() {
    for file in vectors::valid().unwrap() {
        oracle::round_trip(&file.bytes);
    }
    for case in vectors::units().unwrap() {
        oracle::round_trip(&case.payload);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn generated(seed in proptest::collection::vec(any::<u8>(), 0..400)) {
        oracle::round_trip(&seed);
    }

    #[test]
    fn what_is_generated_conforms(
        (profile, text) in strategy::profiles().prop_flat_map(|p| (Just(p), strategy::payloads(p)))
    ) {
        let sealed = Sealed::parse(&text).unwrap();
        let found: Vec<String> = check::findings(&sealed, &profile)
            .filter(|finding| finding.severity() == qris_core::Severity::Error)
            .map(|finding| format!("{} {}", finding.path(), finding.code()))
            .collect();
        prop_assert!(found.is_empty(), "{} {text:?}: {found:?}", profile.name);
        prop_assert!(Conformant::decode_with(&text, &profile).is_ok());
    }

    #[test]
    fn what_conforms_by_the_letter_conforms_in_the_wild(text in strategy::payloads(Profile::QRIS)) {
        prop_assert!(Qris::decode(&text).is_ok(), "{text:?}");
    }
}
