//! The generators reach what they are for.

use std::collections::{BTreeMap, BTreeSet};

use qris_core::{Kind, Payload, Profile, Sealed, Severity, check};
use qris_testkit::rng::SplitMix64;
use qris_testkit::violate::{self, rows, targets};
use qris_testkit::{generate, oracle};

#[test]
fn generated_payloads_reach_every_row_and_every_kind() {
    for profile in Profile::ALL {
        let mut rng = SplitMix64::new(7);
        let texts: Vec<String> = (0..2_500).map(|_| generate::payload(profile, &mut rng)).collect();
        let payloads: Vec<Payload<'_>> = texts.iter().map(|text| Payload::parse(text).unwrap()).collect();
        let mut seen: Vec<*const _> = payloads
            .iter()
            .flat_map(|payload| payload.walk())
            .filter_map(|object| profile.row(object.path()))
            .map(std::ptr::from_ref)
            .collect();
        seen.sort_unstable();
        seen.dedup();
        for (path, row) in rows(profile) {
            assert!(seen.binary_search(&std::ptr::from_ref(row)).is_ok(), "{} {path}", profile.name);
        }
        let kinds: BTreeSet<&str> = payloads.iter().map(|payload| Kind::of(payload).name()).collect();
        let all = BTreeSet::from(["payment", "transfer", "cash-deposit", "cash-withdrawal"]);
        assert_eq!(kinds, if profile.name == "emvco" { BTreeSet::from(["payment"]) } else { all });
        let plain = payloads.iter().filter(|payload| payload.is_ascii()).count();
        assert!((500..2_400).contains(&plain), "{}: {plain} in ASCII", profile.name);
        let sorted =
            payloads.iter().filter(|p| p.objects().map(|o| o.id()).is_sorted_by_key(|id| id)).count();
        assert!(sorted < 2_000, "{}: {sorted} in the order of the table", profile.name);
    }
}

#[test]
fn generated_payloads_have_no_errors_and_the_wild_ones_deviate() {
    let mut found = BTreeMap::<&str, usize>::new();
    for profile in Profile::ALL {
        let mut rng = SplitMix64::new(11);
        for _ in 0..1_500 {
            let text = generate::payload(profile, &mut rng);
            let sealed = Sealed::parse(&text).unwrap();
            for finding in check::findings(&sealed, profile) {
                assert_ne!(finding.severity(), Severity::Error, "{} {text}: {finding}", profile.name);
                if profile.name == "wild" {
                    *found.entry(finding.code().name()).or_default() += 1;
                }
            }
        }
    }
    for code in ["missing", "too-long", "wrong-characters", "amount-missing", "reserved", "transfer-purpose"]
    {
        assert!(found.get(code).is_some_and(|count| *count > 10), "{code}: {found:?}");
    }
}

#[test]
fn the_same_bytes_give_the_same_payload() {
    for seed in 0..50_u8 {
        let bytes = [seed; 64];
        assert_eq!(oracle::payload_from(&bytes), oracle::payload_from(&bytes));
        let target = targets(&Profile::WILD)[usize::from(seed)];
        let broken = || violate::violate(&Profile::WILD, target, &mut SplitMix64::over(&bytes)).payload;
        assert_eq!(broken(), broken());
    }
}

/// A check that finds nothing must make the oracle fail, or it proves nothing.
#[test]
#[should_panic(expected = "has only")]
fn a_finding_that_does_not_come_back_is_noticed() {
    // A target of another profile's table: 65 means nothing to EMVCo but that it is reserved.
    let target = targets(&Profile::QRIS)
        .into_iter()
        .find(|target| target.path == "65".parse().unwrap() && target.code == qris_core::Code::WrongValue);
    let mut rng = SplitMix64::new(1);
    oracle::violation_of(&Profile::EMVCO, target.unwrap(), &mut rng);
}
