//! The table of works and variants.

pub mod bulk;
pub mod draw;
pub mod read;
pub mod write;

use std::hint::black_box;

use crate::{Case, Input};

/// The works that are published, in the order they are shown in. Others are for whoever tunes one of these.
pub const PUBLISHED: [&str; 12] = [
    "scan",
    "decode",
    "decode-clmul",
    "decode-rules",
    "getters",
    "build",
    "edit",
    "symbol-m",
    "symbol-h",
    "png",
    "svg",
    "bulk",
];

/// A work that takes some thousand times as long as reading goes over every so many-th payload of an input.
pub const SAMPLED: usize = 16;

/// One way to do one job.
#[derive(Clone, Copy, Debug)]
pub struct Variant {
    /// The job.
    pub work: &'static str,
    /// `ours`, `floor`, or the name of a peer.
    pub variant: &'static str,
    /// Does the job.
    pub run: Run,
}

/// How a job is done. The number a function returns depends on its result, so that nothing is optimised away;
/// it is 0 when the job failed.
#[derive(Clone, Copy, Debug)]
pub enum Run {
    /// Once for each payload.
    Each(fn(&Case) -> usize),
    /// Once for every payload in [`SAMPLED`].
    Sampled(fn(&Case) -> usize),
    /// Once for the whole file; the number is that of the good lines.
    File(fn(&[u8]) -> usize),
}

const fn each(work: &'static str, variant: &'static str, run: fn(&Case) -> usize) -> Variant {
    Variant { work, variant, run: Run::Each(run) }
}

const fn sampled(work: &'static str, variant: &'static str, run: fn(&Case) -> usize) -> Variant {
    Variant { work, variant, run: Run::Sampled(run) }
}

const fn file(work: &'static str, variant: &'static str, run: fn(&[u8]) -> usize) -> Variant {
    Variant { work, variant, run: Run::File(run) }
}

impl Variant {
    /// Does the job on all of an input. The sum of what was returned.
    pub fn over(&self, input: &Input) -> usize {
        match self.run {
            Run::Each(run) => input.cases.iter().map(|case| run(black_box(case))).sum(),
            Run::Sampled(run) => input.cases.iter().step_by(SAMPLED).map(|case| run(black_box(case))).sum(),
            Run::File(run) => run(black_box(&input.file)),
        }
    }

    /// How many payloads that are.
    pub fn operations(&self, input: &Input) -> usize {
        match self.run {
            Run::Each(_) => input.cases.len(),
            Run::Sampled(_) => input.cases.len().div_ceil(SAMPLED),
            Run::File(_) => input.lines(),
        }
    }

    /// How many bytes that are.
    pub fn bytes(&self, input: &Input) -> usize {
        let each = input.cases.iter().map(|case| case.text.len());
        match self.run {
            Run::Each(_) => each.sum(),
            Run::Sampled(_) => each.step_by(SAMPLED).sum(),
            Run::File(_) => input.file.len(),
        }
    }
}

/// Every work and variant there is.
pub fn all() -> Vec<Variant> {
    [read::VARIANTS, write::VARIANTS, draw::VARIANTS, bulk::VARIANTS].concat()
}

/// The variants of one work.
pub fn of(work: &str) -> Vec<Variant> {
    all().into_iter().filter(|variant| variant.work == work).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variant_does_its_job_on_every_case() {
        for input in Input::all() {
            for variant in all() {
                let Variant { work, variant: name, run } = variant;
                match run {
                    Run::Each(run) => {
                        for case in &input.cases {
                            assert_ne!(run(case), 0, "{work} by {name} failed on {}", case.text);
                        }
                    }
                    Run::Sampled(run) => {
                        for case in input.cases.iter().step_by(SAMPLED) {
                            assert_ne!(run(case), 0, "{work} by {name} failed on {}", case.text);
                        }
                    }
                    Run::File(run) => assert_eq!(run(&input.file), input.lines(), "{work} by {name}"),
                }
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

    #[test]
    fn every_published_work_is_there() {
        let missing: Vec<_> = PUBLISHED.into_iter().filter(|work| of(work).is_empty()).collect();
        let expected: &[&str] = if cfg!(feature = "clmul") { &[] } else { &["decode-clmul"] };
        assert_eq!(missing, expected);
    }
}
