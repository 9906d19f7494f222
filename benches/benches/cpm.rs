//! Codes that payers show: read, read and judged by QRIS, built. Ours alone: no peer reads them without allocation.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use qris_cpm::{Builder, CpmPayload, MAX_CHARACTERS, Profile, QrisCpm};

/// A code of 112 characters; its PAN and its issuer's data are nobody's.
const CODE: &str = "hQVDUFYwMWFLTwegAAAGAiAgUAdRUklTQ1BNWgqTYAkUAAAAAAGfXyAGQ09OVE9IXy0EaWRlbmMbn3QYMjgxMDAwMDAwMDAwMDAwMDAwMDAwMDAx";

fn cpm(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("cpm");
    group.throughput(Throughput::Bytes(CODE.len() as u64));
    group.bench_function("parse", |bencher| bencher.iter(|| CpmPayload::parse(CODE).is_ok()));
    group.bench_function("decode", |bencher| bencher.iter(|| QrisCpm::decode(CODE).is_ok()));
    group.bench_function("build", |bencher| {
        bencher.iter(|| {
            let mut builder = Builder::qris();
            builder.pan("9360091400000000019").holder_name("CONTOH").language("iden");
            builder.issuer_data(b"281000000000000000000001");
            let mut text = [0; MAX_CHARACTERS];
            builder.build(Profile::Qris).map(|code| code.to_text(&mut text).len())
        });
    });
    group.finish();
}

criterion_group!(benches, cpm);
criterion_main!(benches);
