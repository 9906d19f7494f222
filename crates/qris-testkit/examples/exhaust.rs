//! Tries whole domains: all 2³² headers, all IDs at all paths, all strings up to six characters that look like amounts,
//! all CRCs in all their spellings, all headers of three bytes in a consumer-presented code.
//!
//! `cargo run --release -p qris-testkit --example exhaust -- [headers|ids|amounts|crcs|cpm]`; everything when none is named.

use std::ops::Range;
use std::process::ExitCode;
use std::time::Instant;
use std::{env, panic, thread};

use qris_testkit::exhaust;

/// A name, and what tries the whole of it and says how much that was.
type Domain = (&'static str, fn() -> u64);

fn main() -> ExitCode {
    let wanted: Vec<String> = env::args().skip(1).collect();
    let domains: [Domain; 5] = [
        ("headers", || exhaust::headers_by_naive(65_521) + shared(1 << 32, |part| exhaust::headers(part, 1))),
        ("ids", || exhaust::ids(1) + exhaust::lengths(1) + exhaust::tails(1)),
        ("amounts", || {
            let all = |characters| {
                shared(exhaust::amount_strings(characters), move |part| exhaust::amounts(characters, part, 1))
            };
            (0..=6).map(all).sum()
        }),
        ("crcs", || exhaust::crcs(1)),
        ("cpm", || shared(1 << 24, |part| exhaust::cpm_headers(part, 1))),
    ];
    if let Some(unknown) = wanted.iter().find(|name| domains.iter().all(|(known, _)| name != known)) {
        eprintln!("exhaust: no domain {unknown:?}; there are headers, ids, amounts, crcs and cpm");
        return ExitCode::from(2);
    }
    for (name, run) in
        domains.into_iter().filter(|(name, _)| wanted.is_empty() || wanted.iter().any(|w| w == name))
    {
        let begin = Instant::now();
        let tried = run();
        println!("{name}: {tried} tried, none wrong, {:.1} s", begin.elapsed().as_secs_f64());
    }
    ExitCode::SUCCESS
}

/// Numbers below `end`, in as many parts as there are processors.
fn shared(end: u64, run: impl Fn(Range<u64>) -> u64 + Copy + Send) -> u64 {
    let parts = thread::available_parallelism().map_or(1, |count| count.get() as u64);
    let size = end.div_ceil(parts);
    thread::scope(|scope| {
        let part = |number: u64| (number * size).min(end)..((number + 1) * size).min(end);
        let workers: Vec<_> = (0..parts).map(|number| scope.spawn(move || run(part(number)))).collect();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap_or_else(|cause| panic::resume_unwind(cause)))
            .sum()
    })
}
