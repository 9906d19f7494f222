//! What is measured.

use std::hint::black_box;

use benches::timing::{Effort, Job, nanoseconds};
use benches::work::{self, Variant, read};
use benches::{Input, cases, hostile as inputs};

/// One work by one variant on one input.
pub(crate) struct Row {
    pub(crate) work: &'static str,
    pub(crate) variant: &'static str,
    pub(crate) input: &'static str,
    /// Nanoseconds for one payload.
    pub(crate) ns: f64,
}

/// The row of a work, if it is there.
pub(crate) fn find<'r>(rows: &'r [Row], work: &str, variant: &str, input: &str) -> Option<&'r Row> {
    rows.iter().find(|row| (row.work, row.variant, row.input) == (work, variant, input))
}

/// Every work and variant on both inputs.
pub(crate) fn rows(effort: Effort) -> Vec<Row> {
    let (inputs, variants) = (Input::all(), work::all());
    let pairs: Vec<(&Input, &Variant)> =
        inputs.iter().flat_map(|input| variants.iter().map(move |variant| (input, variant))).collect();
    let jobs: Vec<Job<'_>> = pairs
        .iter()
        .map(|(input, variant)| Job::new(variant.operations(input), move || variant.over(black_box(input))))
        .collect();
    let times = nanoseconds(&jobs, effort);
    let row = |((input, v), ns): (&(&Input, &Variant), f64)| Row {
        work: v.work,
        variant: v.variant,
        input: input.name,
        ns,
    };
    pairs.iter().zip(times).map(row).collect()
}

/// What is done with one text, as [`Cost::ns`] has it.
pub(crate) const JUDGING: [&str; 3] = ["decode", "decode-rules", "every finding"];

/// What reading one text costs.
pub(crate) struct Cost {
    /// What kind of text it is.
    pub(crate) name: &'static str,
    pub(crate) bytes: usize,
    /// Nanoseconds of each of [`JUDGING`].
    pub(crate) ns: [f64; JUDGING.len()],
}

impl Cost {
    /// Nanoseconds a byte.
    pub(crate) fn by_byte(&self) -> [f64; JUDGING.len()] {
        self.ns.map(|ns| ns / self.bytes as f64)
    }
}

/// An ordinary payload first, then each kind of input that wants to be slow.
pub(crate) fn hostile(effort: Effort) -> Vec<Cost> {
    let ordinary = ("ordinary", cases::FINPAY.to_owned());
    costs([ordinary].into_iter().chain(inputs::all()).collect(), effort)
}

/// From the smallest payload of a hundred objects to the largest, in ASCII and in characters of four bytes.
pub(crate) fn sizes(effort: Effort) -> Vec<Cost> {
    costs(inputs::sizes(), effort)
}

fn costs(texts: Vec<(&'static str, String)>, effort: Effort) -> Vec<Cost> {
    let job = |run: fn(&str) -> usize, text: &'_ str| {
        let text = text.to_owned();
        Job::new(1, move || run(black_box(&text)))
    };
    let each = |(_, text): &(&str, String)| {
        [job(read::decode, text), job(read::decode_rules, text), job(read::every_finding, text)]
    };
    let jobs: Vec<Job<'_>> = texts.iter().flat_map(each).collect();
    let times = nanoseconds(&jobs, effort);
    let cost = |((name, text), ns): (&(&'static str, String), &[f64; JUDGING.len()])| Cost {
        name,
        bytes: text.len(),
        ns: *ns,
    };
    texts.iter().zip(times.as_chunks().0).map(cost).collect()
}
