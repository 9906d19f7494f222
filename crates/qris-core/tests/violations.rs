//! Every row and every rule, broken: the finding must come back, with its severity in each reading.

use proptest::prelude::*;
use qris_core::{Code, Profile, Scheme};
use qris_testkit::rng::SplitMix64;
use qris_testkit::{oracle, violate};

#[test]
fn every_target_of_every_profile() {
    let schemes =
        Scheme::all().iter().map(|scheme| scheme.profile()).filter(|profile| !profile.rules.transfers);
    let letters = schemes.clone().map(|profile| profile.for_making());
    for profile in &Profile::ALL.iter().copied().chain(schemes).chain(letters).collect::<Vec<_>>() {
        let targets = violate::targets(profile);
        assert!(targets.len() > 250, "{}: {}", profile.name, targets.len());
        for (number, target) in targets.into_iter().enumerate() {
            // These draw from a list of ways to be wrong.
            let many =
                [Code::WrongValue, Code::BadAmount, Code::BadPercentage, Code::GuidForm, Code::NmidShape];
            let rounds = if many.contains(&target.code) { 40 } else { 3 };
            for round in 0..rounds {
                let seed = (number * 40 + round) as u64;
                oracle::violation_of(profile, target, &mut SplitMix64::new(seed));
            }
        }
    }
}

proptest! {
    #[test]
    fn any_target(seed in proptest::collection::vec(any::<u8>(), 0..400)) {
        oracle::violation(&seed);
    }
}
