//! Symbols and files of them.

mod common;

use criterion::{Criterion, criterion_group, criterion_main};

fn render(criterion: &mut Criterion) {
    for work in ["symbol-m", "symbol-h", "png", "svg"] {
        common::work(criterion, work);
    }
}

criterion_group!(benches, render);
criterion_main!(benches);
