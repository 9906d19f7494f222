//! Codes that payers show: read, read and judged by QRIS, built, and one that wants to be slow. Ours alone: no peer reads them without allocation.

use std::ops::ControlFlow;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use qris_cpm::{Builder, CpmPayload, MAX_CHARACTERS, Profile, QrisCpm, check};

/// A code of 112 characters; its PAN and its issuer's data are nobody's.
const CODE: &str = "hQVDUFYwMWFLTwegAAAGAiAgUAdRUklTQ1BNWgqTYAkUAAAAAAGfXyAGQ09OVE9IXy0EaWRlbmMbn3QYMjgxMDAwMDAwMDAwMDAwMDAwMDAwMDAx";

fn cpm(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("cpm");
    group.throughput(Throughput::Bytes(CODE.len() as u64));
    group.bench_function("parse", |bencher| bencher.iter(|| CpmPayload::parse(CODE).is_ok()));
    group.bench_function("decode", |bencher| bencher.iter(|| QrisCpm::decode(CODE).is_ok()));
    // The longest code, of as many applications as fit and one object common to them.
    let mut hostile = b"\x85\x05CPV01\x62\x03\xC4\x01\x00".to_vec();
    hostile.resize(qris_cpm::MAX_BYTES, 0);
    hostile[12..].chunks_exact_mut(2).for_each(|application| application.copy_from_slice(b"\x61\x00"));
    let hostile = CpmPayload::from_bytes(&hostile).expect("it frames");
    group.bench_function("check-hostile", |bencher| {
        bencher.iter(|| {
            let mut findings = 0;
            let _ = check::visit(&hostile, Profile::Emvco, |_| {
                findings += 1;
                ControlFlow::Continue(())
            });
            findings
        });
    });
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
