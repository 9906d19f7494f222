//! Verifies a settlement file at memory speed: the whole file in memory, all processors, no copy of a line.
//!
//! `cargo run --release -p qris-bulk --features rayon --example settlement -- FILE`
//!
//! Prints a line for each payload that must not be settled, then the totals.

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Instant;

use qris_bulk::{Outcome, Tally, Totals, Verdict, par_verdicts};
use rayon::iter::ParallelIterator;

#[path = "../tests/support/mod.rs"]
mod support;

fn main() -> io::Result<ExitCode> {
    let file = match std::env::args_os().nth(1) {
        Some(path) => std::fs::read(path)?,
        None => sample(),
    };

    let began = Instant::now();
    let (totals, refused) = par_verdicts(&file)
        .fold(Default::default, |(mut totals, mut refused): (Totals, Vec<Verdict>), verdict| {
            totals.add(Some(&verdict));
            if !matches!(verdict.outcome, Outcome::Good(good) if good.conformant()) {
                refused.push(verdict);
            }
            (totals, refused)
        })
        .reduce(Default::default, |(mut totals, mut refused), (more, mut later)| {
            totals.merge(more);
            refused.append(&mut later);
            (totals, refused)
        });
    let took = began.elapsed();

    let mut out = io::stdout().lock();
    for Verdict { line, outcome, .. } in &refused {
        match outcome {
            Outcome::Good(good) => match good.first_error {
                Some(first) => {
                    writeln!(out, "line {line}: {} broken rules, the first: {first}", good.errors)?
                }
                None => writeln!(out, "line {line}: good")?,
            },
            Outcome::Bad(error) => writeln!(out, "line {line}: {} ({error})", error.kind().code())?,
            _ => writeln!(out, "line {line}: longer than any payload")?,
        }
    }
    writeln!(out, "{} payloads good, {} bad, in {took:.1?}", totals.good(), totals.bad())?;
    for (code, count) in totals.bad_by_code() {
        writeln!(out, "  {code}: {count}")?;
    }
    let nanos = took.as_nanos().max(1);
    writeln!(out, "{} MB/s", file.len() as u128 * 1000 / nanos)?;
    Ok(if refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A file to show, with three faults in it.
fn sample() -> Vec<u8> {
    let mut file = support::file(200_000);
    file.extend_from_slice(support::payload(1).replace("INV0", "INV9").as_bytes());
    file.extend_from_slice(b"\n\n00020101021\nnot a payload\n");
    file
}
