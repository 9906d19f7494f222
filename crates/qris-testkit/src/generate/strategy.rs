//! The generators as proptest strategies. A failing payload is told by its seed and is not shrunk: payloads are short.

use proptest::prelude::*;
use qris_core::{Profile, Scheme};

use crate::draft::Draft;
use crate::rng::SplitMix64;

/// Payloads that conform to the profile; see [`super::payload`].
pub fn payloads(profile: Profile) -> impl Strategy<Value = String> {
    any::<u64>().prop_map(move |seed| super::payload(&profile, &mut SplitMix64::new(seed))).no_shrink()
}

/// Trees of payloads that conform to the profile; see [`super::draft`].
pub fn drafts(profile: Profile) -> impl Strategy<Value = Draft> {
    any::<u64>().prop_map(move |seed| super::draft(&profile, &mut SplitMix64::new(seed))).no_shrink()
}

/// A profile of EMVCo or QRIS, or that of any scheme.
pub fn profiles() -> impl Strategy<Value = Profile> {
    let schemes =
        Scheme::all().iter().map(|scheme| scheme.profile()).filter(|profile| !profile.rules.transfers);
    let schemes: Vec<Profile> = schemes.collect();
    prop_oneof![proptest::sample::select(Profile::ALL), proptest::sample::select(schemes)]
}
