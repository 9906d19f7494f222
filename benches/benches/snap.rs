//! Minify and hash against bare SHA-256 of the same bytes, and verification.
//!
//! `cargo bench -p benches --no-default-features --features snap --bench snap` first prints the ratios, measured turn and
//! turn about so that a busy machine slows both sides alike, then criterion's figures. Limits: 1.15 for a body that is compact already, 2 otherwise.

use std::hint::black_box;
use std::time::{Duration, Instant};

use aws_lc_rs::digest::{SHA256, digest};
use criterion::{Criterion, Throughput};
use qris_snap::BodyHash;
use qris_snap::sign::{
    Encodings, KeySize, PrivateKey, Secret, StringToSign, sign_hmac, sign_rsa, verify_hmac, verify_rsa,
};

const ROUNDS: usize = 300;

/// A body of about `size` bytes, as a partner's library would write it.
fn body(size: usize, pretty: bool) -> Vec<u8> {
    let mut items = Vec::new();
    let mut index = 0;
    loop {
        items.push(serde_json::json!({
            "partnerReferenceNo": format!("20201029000000000000{index:02}"),
            "amount": {"value": "12345678.00", "currency": "IDR"},
            "merchantName": "Warung Sate Pak Kumis",
            "additionalInfo": {"note": "Customer complain: two  spaces", "channel": "mobilephone"},
        }));
        index += 1;
        let json = serde_json::json!({"merchantId": "00007100010926", "items": items});
        let bytes = if pretty { serde_json::to_vec_pretty(&json) } else { serde_json::to_vec(&json) };
        let mut bytes = bytes.expect("JSON");
        if bytes.len() >= size {
            bytes.truncate(size);
            return bytes;
        }
    }
}

/// The same without a blank anywhere.
fn body_without_blanks(size: usize) -> Vec<u8> {
    body(size, false).into_iter().map(|byte| if byte == b' ' { b'-' } else { byte }).collect()
}

fn cases() -> Vec<(String, Vec<u8>, f64)> {
    let mut cases = Vec::new();
    for (name, size) in [("1 KiB", 1024), ("64 KiB", 64 * 1024)] {
        cases.push((format!("{name} compact, no blanks"), body_without_blanks(size), 1.15));
        cases.push((format!("{name} compact, blanks in strings"), body(size, false), 1.15));
        cases.push((format!("{name} pretty-printed"), body(size, true), 2.0));
    }
    cases
}

fn once(work: &mut dyn FnMut(), repeat: u32) -> Duration {
    let started = Instant::now();
    (0..repeat).for_each(|_| work());
    started.elapsed() / repeat
}

/// The fastest of many turns of each side, taken alternately.
fn ratio(mut ours: impl FnMut(), mut base: impl FnMut(), repeat: u32) -> (Duration, Duration) {
    let mut best = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        best.0 = best.0.min(once(&mut ours, repeat));
        best.1 = best.1.min(once(&mut base, repeat));
    }
    best
}

#[allow(clippy::float_arithmetic)] // A ratio of times is no money.
fn print_ratios() {
    println!("minify + SHA-256 against SHA-256 of the same bytes");
    for (name, body, limit) in cases() {
        let repeat = if body.len() > 4096 { 4 } else { 200 };
        let (ours, base) = ratio(
            || {
                black_box(BodyHash::minified(black_box(&body)));
            },
            || {
                black_box(digest(&SHA256, black_box(&body)));
            },
            repeat,
        );
        let ratio = ours.as_secs_f64() / base.as_secs_f64();
        let verdict = if ratio <= limit { "within" } else { "ABOVE" };
        println!("  {name:<32} {ours:>10.2?} / {base:>10.2?} = {ratio:.3}, {verdict} {limit}");
    }
    let (body, secret) = (body(1024, false), Secret::new(SECRET));
    let signature = sign_hmac(&secret, &string_to_sign(&body));
    let verify = || {
        let text = string_to_sign(black_box(&body));
        verify_hmac(&secret, &text, &signature, Encodings::Base64).expect("holds");
    };
    let (time, _) = ratio(verify, || (), 200);
    let verdict = if time < Duration::from_micros(5) { "within" } else { "ABOVE" };
    println!("verify, symmetric, 1 KiB: {time:.2?}, {verdict} 5 µs");
}

const SECRET: &str = "fdppqbF5wq7vVegyvsV1CROMv646nJ7A";

fn string_to_sign(body: &[u8]) -> StringToSign {
    let hash = BodyHash::minified(body);
    StringToSign::symmetric("POST", "/v1.0/qr/qr-mpm-generate", "token", &hash, "2026-11-21T10:00:00+07:00")
}

fn criterion(c: &mut Criterion) {
    let mut group = c.benchmark_group("hash");
    for (name, body, _) in cases() {
        group.throughput(Throughput::Bytes(body.len() as u64));
        group.bench_function(format!("minified/{name}"), |b| b.iter(|| BodyHash::minified(black_box(&body))));
        group.bench_function(format!("bare/{name}"), |b| b.iter(|| digest(&SHA256, black_box(&body))));
    }
    group.finish();

    let body = body(1024, false);
    let secret = Secret::new(SECRET);
    let signature = sign_hmac(&secret, &string_to_sign(&body));
    c.bench_function("verify/symmetric, 1 KiB", |b| {
        b.iter(|| {
            verify_hmac(&secret, &string_to_sign(black_box(&body)), &signature, Encodings::Base64)
                .expect("holds")
        });
    });

    let private = PrivateKey::generate(KeySize::RSA_2048).expect("a key");
    let public = private.public_key().expect("its public half");
    let signature = sign_rsa(&private, &string_to_sign(&body)).expect("a signature");
    c.bench_function("verify/RSA-2048, 1 KiB", |b| {
        b.iter(|| {
            verify_rsa(&public, &string_to_sign(black_box(&body)), &signature, Encodings::Base64)
                .expect("holds")
        });
    });
    c.bench_function("sign/RSA-2048, 1 KiB", |b| {
        b.iter(|| sign_rsa(&private, &string_to_sign(black_box(&body))))
    });
}

fn main() {
    let mut criterion_config = Criterion::default()
        .configure_from_args()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    // `cargo test` runs benches once to see that they work; ratios mean nothing then.
    if std::env::args().any(|argument| argument == "--bench") {
        print_ratios();
    }
    criterion(&mut criterion_config);
    criterion_config.final_summary();
}
