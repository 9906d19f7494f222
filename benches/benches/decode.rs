//! Structure, CRC, rules and getters; ordinary input and input that wants to be slow.

mod common;

use benches::hostile;
use benches::work::read;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

fn decode(criterion: &mut Criterion) {
    for work in ["scan", "decode", "decode-clmul", "decode-rules", "getters"] {
        common::work(criterion, work);
    }
}

fn hostile_input(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("hostile");
    for (name, text) in hostile::all() {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |bencher| bencher.iter(|| read::decode_rules(&text)));
    }
    group.finish();
}

criterion_group!(benches, decode, hostile_input);
criterion_main!(benches);
