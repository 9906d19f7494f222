//! One work, all its variants, both inputs.

use std::hint::black_box;

use benches::{corpus, finpay, work};
use criterion::{Criterion, Throughput};

pub(crate) fn work(criterion: &mut Criterion, name: &str) {
    for (input, cases) in [("finpay", finpay()), ("corpus", corpus())] {
        let mut group = criterion.benchmark_group(format!("{name}/{input}"));
        let bytes: usize = cases.iter().map(|case| case.text.len()).sum();
        group.throughput(Throughput::Bytes(bytes as u64));
        for variant in work::of(name) {
            group.bench_function(variant.variant, |bencher| {
                bencher.iter(|| cases.iter().map(|case| (variant.run)(black_box(case))).sum::<usize>());
            });
        }
        group.finish();
    }
}
