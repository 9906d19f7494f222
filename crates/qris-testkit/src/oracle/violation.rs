//! One rule broken, one finding back.

use qris_core::{Profile, Sealed, check};

use super::profile;
use crate::rng::SplitMix64;
use crate::violate::{Target, Violation, targets, violate};

/// A payload that breaks a rule chosen by the bytes has the finding it must have.
///
/// # Panics
/// When it has not.
pub fn violation(bytes: &[u8]) {
    let mut rng = SplitMix64::over(bytes);
    let profile = profile(&mut rng);
    let targets = targets(&profile);
    let target = targets[rng.below(targets.len())];
    violation_of(&profile, target, &mut rng);
}

/// A payload that breaks this target of the profile, once it is known to have the finding it must have.
///
/// # Panics
/// When it has not.
pub fn violation_of(profile: &Profile, target: Target, rng: &mut SplitMix64) -> Violation {
    let broken = violate(profile, target, rng);
    let sealed = Sealed::parse(&broken.payload).unwrap_or_else(|error| panic!("{broken:?}: {error}"));
    let hit = check::findings(&sealed, profile).any(|finding| {
        (finding.code(), finding.path(), finding.severity()) == (broken.code, broken.path, broken.severity)
    });
    let all = || -> Vec<String> {
        let line = |finding: qris_core::Finding| {
            format!("{} {} {}", finding.severity(), finding.code(), finding.path())
        };
        check::findings(&sealed, profile).map(line).collect()
    };
    assert!(hit, "{}, {target:?}: {broken:?} has only {:?}", profile.name, all());
    broken
}
