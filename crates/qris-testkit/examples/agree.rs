//! Feeds payloads to the core and to the naive decoder in all three units and counts where they disagree.
//!
//! `cargo run --release -p qris-testkit --example agree -- [PAYLOADS] [SEED]`; exit status 1 on any disagreement.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Instant;

use qris_core::Payload;
use qris_testkit::naive::{self, LengthUnit};
use qris_testkit::oracle::{Agreement, compare};
use qris_testkit::rng::SplitMix64;
use qris_testkit::{stream, vectors};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u64>());
    let (Ok(payloads), Ok(seed)) =
        (arguments.next().unwrap_or(Ok(1_000_000)), arguments.next().unwrap_or(Ok(1)))
    else {
        eprintln!("usage: agree [PAYLOADS] [SEED]");
        return ExitCode::from(2);
    };
    let vectors = match vectors::valid() {
        Ok(vectors) => vectors,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
    };
    let mut rng = SplitMix64::new(seed);
    let mut counts = BTreeMap::<&str, u64>::new();
    let mut disagreements = Vec::new();
    let begin = Instant::now();
    for _ in 0..payloads {
        let payload = stream::next(&vectors, &mut rng);
        for unit in LengthUnit::ALL {
            match compare(&payload, unit) {
                Ok(Agreement::Accepted) => *counts.entry("accepted").or_default() += 1,
                Ok(Agreement::Refused(code)) => *counts.entry(code).or_default() += 1,
                Err(what) => disagreements.push(what),
            }
        }
        let core = std::str::from_utf8(&payload).ok().and_then(|text| Payload::detect(text).ok());
        let core = core.map(|payload| payload.unit().name());
        let naive = naive::detect(&payload).map(LengthUnit::name);
        if core != naive {
            disagreements
                .push(format!("detected {core:?}, naive {naive:?}: {:?}", String::from_utf8_lossy(&payload)));
        }
    }
    for (outcome, count) in &counts {
        println!("{count:>12} {outcome}");
    }
    for what in disagreements.iter().take(20) {
        println!("{what}");
    }
    println!(
        "agree: {payloads} payloads (seed {seed}), {} executions in 3 units, {} disagreements, {:.1} s",
        payloads * 3,
        disagreements.len(),
        begin.elapsed().as_secs_f64()
    );
    ExitCode::from(u8::from(!disagreements.is_empty()))
}
