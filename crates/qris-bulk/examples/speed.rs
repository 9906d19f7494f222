//! Measures this crate against a plain loop over `memchr` and `Sealed::parse`, interleaved, in one process.
//!
//! `cargo run --release -p qris-bulk --example speed [-- ROUNDS]`
//!
//! Prints the fastest of all rounds. What happens beside it on the machine still shows: compare the ratios.

use std::fs::File;
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use qris_bulk::{Line, LineSource, Outcome, Totals, Verdict, process, verdicts};
use qris_core::{Profile, Sealed, check};

#[path = "../tests/support/mod.rs"]
mod support;

const LINES: u64 = 200_000;

type Work<'a> = (&'static str, Box<dyn FnMut() -> u64 + 'a>);

fn main() -> io::Result<()> {
    let rounds = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(7);
    let file = support::file(LINES);
    let path = std::env::temp_dir().join(format!("qris-bulk-speed-{}.txt", std::process::id()));
    std::fs::write(&path, &file)?;

    let open = || File::open(&path).expect("the file was written just now");
    let mut works: Vec<Work<'_>> = vec![
        ("plain loop: memchr, Sealed::parse", Box::new(|| plain(&file, |_| true))),
        (
            "plain loop: and check::conforms",
            Box::new(|| plain(&file, |sealed| check::conforms(sealed, &Profile::WILD))),
        ),
        ("verdicts, in memory", Box::new(|| verdicts(&file).collect::<Totals>().conformant())),
        ("process, 1 thread, Sealed::parse only", Box::new(|| through(open(), 1, parse_only))),
        ("process, 1 thread, totals only", Box::new(|| through(open(), 1, count))),
        ("process, 1 thread, a JSON record a line", Box::new(|| through(open(), 1, json))),
        ("process, 2 threads, totals only", Box::new(|| through(open(), 2, count))),
        ("process, 2 threads, a JSON record a line", Box::new(|| through(open(), 2, json))),
    ];
    let mut best = vec![Duration::MAX; works.len()];
    for _ in 0..rounds {
        for ((_, work), best) in works.iter_mut().zip(&mut best) {
            let began = Instant::now();
            let good = work();
            *best = began.elapsed().min(*best);
            assert_eq!(good, LINES, "every line is a good payload");
        }
    }
    let names: Vec<&str> = works.iter().map(|(name, _)| *name).collect();
    drop(works);
    std::fs::remove_file(&path)?;

    println!("{LINES} payloads of {} bytes, fastest of {rounds} rounds", file.len() as u64 / LINES);
    let base = best.first().map_or(1, |plain| plain.as_nanos()).max(1);
    for (name, best) in names.iter().zip(&best) {
        let nanos = best.as_nanos().max(1);
        let (thousands, hundredths) = (u128::from(LINES) * 1_000_000 / nanos, nanos * 100 / base);
        println!(
            "{name:42} {:4} ns a payload, {}.{:02} M/s, {}.{:02} x plain",
            nanos / u128::from(LINES),
            thousands / 1000,
            thousands % 1000 / 10,
            hundredths / 100,
            hundredths % 100,
        );
    }
    Ok(())
}

/// What one would write by hand: no line numbers, no trimming, no errors kept.
fn plain(file: &[u8], good: impl Fn(&Sealed<'_>) -> bool) -> u64 {
    let (mut count, mut start) = (0, 0);
    for end in memchr::memchr_iter(b'\n', file) {
        let text = std::str::from_utf8(&file[start..end]).expect("it is ASCII");
        count += u64::from(Sealed::parse(text).is_ok_and(|sealed| good(&sealed)));
        start = end + 1;
    }
    count
}

fn through(file: File, threads: usize, work: fn(&Line<'_>, &mut Totals, &mut Vec<u8>)) -> u64 {
    let threads = NonZeroUsize::new(threads).expect("one or two");
    let totals = process(LineSource::new(file), io::sink(), threads, work).expect("the file can be read");
    totals.good()
}

fn parse_only(line: &Line<'_>, totals: &mut Totals, _: &mut Vec<u8>) {
    let text = line.text().and_then(|text| std::str::from_utf8(text).ok());
    match text.map(Sealed::parse) {
        Some(Ok(_)) => totals.add_good(false),
        _ => totals.add_blank(),
    }
}

fn count(line: &Line<'_>, totals: &mut Totals, _: &mut Vec<u8>) {
    totals.add(Verdict::of(line, Profile::WILD).as_ref());
}

/// A record of one line, as a command would write it: no allocation, the buffer is the chunk's.
fn json(line: &Line<'_>, totals: &mut Totals, records: &mut Vec<u8>) {
    let verdict = Verdict::of(line, Profile::WILD);
    totals.add(verdict.as_ref());
    let Some(Verdict { line, outcome, .. }) = verdict else { return };
    // Writing to a `Vec` cannot fail.
    let _ = match outcome {
        Outcome::Good(good) => writeln!(
            records,
            r#"{{"line":{line},"ok":true,"kind":"{}","conformant":{},"errors":{},"warnings":{}}}"#,
            good.kind.name(),
            good.conformant(),
            good.errors,
            good.warnings,
        ),
        bad => {
            let code = bad.error_kind().map_or("", |kind| kind.code());
            writeln!(records, r#"{{"line":{line},"ok":false,"error":{{"code":"{code}"}}}}"#)
        }
    };
}
