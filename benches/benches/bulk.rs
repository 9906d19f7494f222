//! The work `bulk`.

mod common;

use criterion::{Criterion, criterion_group, criterion_main};

fn bulk(criterion: &mut Criterion) {
    common::work(criterion, "bulk");
}

criterion_group!(benches, bulk);
criterion_main!(benches);
