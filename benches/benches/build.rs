//! The work `build`.

mod common;

use criterion::{Criterion, criterion_group, criterion_main};

fn build(criterion: &mut Criterion) {
    common::work(criterion, "build");
}

criterion_group!(benches, build);
criterion_main!(benches);
