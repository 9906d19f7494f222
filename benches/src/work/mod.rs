//! The table of works and variants.

pub mod read;
pub mod write;

use crate::Case;

/// One way to do one job.
#[derive(Clone, Copy, Debug)]
pub struct Variant {
    /// The job.
    pub work: &'static str,
    /// `ours`, `floor`, or the name of a peer.
    pub variant: &'static str,
    /// Does the job once. The number it returns depends on the result, so that nothing is optimised away.
    pub run: fn(&Case) -> usize,
}

/// Every work and variant there is. Renderers, lines of a file and the naive decoder get modules of their own.
pub fn all() -> Vec<Variant> {
    [read::VARIANTS, write::VARIANTS].concat()
}

/// The variants of one work.
pub fn of(work: &str) -> Vec<Variant> {
    all().into_iter().filter(|variant| variant.work == work).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{corpus, finpay};

    #[test]
    fn every_variant_does_its_job_on_every_case() {
        for case in finpay().iter().chain(&corpus()) {
            for Variant { work, variant, run } in all() {
                assert_ne!(run(case), 0, "{work} by {variant} failed on {}", case.text);
            }
        }
    }

    #[test]
    fn each_pair_is_there_once_and_ours_always() {
        let all = all();
        for (n, one) in all.iter().enumerate() {
            assert!(all[..n].iter().all(|o| (o.work, o.variant) != (one.work, one.variant)), "{one:?}");
            assert!(all.iter().any(|o| o.work == one.work && o.variant == "ours"), "{one:?}");
        }
    }
}
