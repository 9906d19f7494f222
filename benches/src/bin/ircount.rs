//! Runs one work by one variant on one input a number of times and nothing else: what callgrind counts
//! instructions of. `ircount WORK VARIANT finpay|corpus TIMES`; the difference between two counts is the work.

use std::hint::black_box;
use std::process::ExitCode;

use benches::{corpus, finpay, work};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, variant, input, times] = &arguments[..] else { return usage() };
    let cases = match input.as_str() {
        "finpay" => finpay(),
        "corpus" => corpus(),
        _ => return usage(),
    };
    let found = work::of(name).into_iter().find(|found| found.variant == variant);
    let (Some(found), Ok(times)) = (found, times.parse::<usize>()) else { return usage() };
    for _ in 0..times {
        for case in &cases {
            black_box((found.run)(black_box(case)));
        }
    }
    ExitCode::SUCCESS
}

fn usage() -> ExitCode {
    eprintln!("usage: ircount WORK VARIANT finpay|corpus TIMES");
    ExitCode::from(2)
}
