//! Payloads without end, for programs that compare decoders.

use qris_core::Profile;

use crate::naive::LengthUnit;
use crate::rng::SplitMix64;
use crate::vectors::PayloadFile;
use crate::{generate, mutate};

/// The next payload. One in four is generated and left alone, one in four is one of `seeds`, the others are generated;
/// all but the first are mutated by one to four edits, and seven in eight of those sealed again.
///
/// ```
/// use qris_testkit::{rng::SplitMix64, stream, vectors};
///
/// let (seeds, mut rng) = (vectors::valid().unwrap(), SplitMix64::new(1));
/// assert_ne!(stream::next(&seeds, &mut rng), stream::next(&seeds, &mut rng));
/// ```
#[must_use]
pub fn next(seeds: &[PayloadFile], rng: &mut SplitMix64) -> Vec<u8> {
    let kind = rng.below(4);
    let seed = match rng.pick(seeds).filter(|_| kind == 1) {
        Some(seed) => seed.bytes.clone(),
        None => {
            let profile = Profile::ALL[rng.below(3)];
            let unit = LengthUnit::ALL[rng.below(3)];
            // Written in any unit; where a value is too long for it, in characters.
            let text = generate::draft(&profile, rng).sealed(unit);
            text.unwrap_or_else(|| generate::payload(&profile, rng)).into_bytes()
        }
    };
    if kind == 0 {
        return seed;
    }
    let edits = rng.between(1, 4);
    let mutated = mutate::mutations(&seed, rng, edits);
    if rng.one_in(8) { mutated } else { mutate::reseal(&mutated) }
}
