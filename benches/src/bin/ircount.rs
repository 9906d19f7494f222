//! Runs one work by one variant on one input a number of times and nothing else: what callgrind counts
//! instructions of. `ircount WORK VARIANT finpay|corpus TIMES`; the difference between two counts is the work.

use std::hint::black_box;
use std::process::ExitCode;

use benches::{Input, work};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, variant, input, times] = &arguments[..] else { return usage() };
    let input = match input.as_str() {
        "finpay" => Input::finpay(),
        "corpus" => Input::corpus(),
        _ => return usage(),
    };
    let found = work::of(name).into_iter().find(|found| found.variant == variant);
    let (Some(found), Ok(times)) = (found, times.parse::<usize>()) else { return usage() };
    for _ in 0..times {
        black_box(found.over(&input));
    }
    ExitCode::SUCCESS
}

fn usage() -> ExitCode {
    eprintln!("usage: ircount WORK VARIANT finpay|corpus TIMES");
    ExitCode::from(2)
}
