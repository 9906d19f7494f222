//! One work, all its variants, both inputs.

use benches::{Input, work};
use criterion::{Criterion, Throughput};

pub(crate) fn work(criterion: &mut Criterion, name: &str) {
    for input in Input::all() {
        let mut group = criterion.benchmark_group(format!("{name}/{}", input.name));
        for variant in work::of(name) {
            group.throughput(Throughput::Bytes(variant.bytes(&input) as u64));
            // Drawing by some peers takes a second for the corpus.
            if matches!(variant.run, work::Run::Sampled(_)) {
                group.sample_size(10);
            }
            group.bench_function(variant.variant, |bencher| bencher.iter(|| variant.over(&input)));
        }
        group.finish();
    }
}
