//! The work `edit`.

mod common;

use criterion::{Criterion, criterion_group, criterion_main};

fn edit(criterion: &mut Criterion) {
    common::work(criterion, "edit");
}

criterion_group!(benches, edit);
criterion_main!(benches);
