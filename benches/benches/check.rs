//! The work `check`.

mod common;

use criterion::{Criterion, criterion_group, criterion_main};

fn check(criterion: &mut Criterion) {
    common::work(criterion, "check");
}

criterion_group!(benches, check);
criterion_main!(benches);
