//! The ratio harness: `cargo run --release -p benches --bin ratios`; what it can print is in [`USAGE`].
//!
//! All variants run in one process, once a round, and the least time of all rounds counts.

#![allow(clippy::float_arithmetic)] // The lint guards money; here are times and their ratios.

mod chart;
mod measure;
mod plots;
mod publish;
mod tables;

use std::io;
use std::process::ExitCode;

use benches::timing::Effort;

const USAGE: &str = "usage: ratios [--quick] [FORM]
Without a form: the table for people.
  --json      one object {\"rows\":[{\"work\",\"variant\",\"input\",\"ns\"}]} and nothing else
  --hostile   input that wants to be slow, by the byte, against an ordinary payload
  --sizes     cost against size, as CSV
  --markdown  the tables of the README
  --publish   writes them into README.md, and the plots into docs/; run it where README.md is
  --quick     hardly measures: to see that everything runs";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (quick, form): (Vec<&str>, Vec<&str>) =
        arguments.iter().map(String::as_str).partition(|argument| *argument == "--quick");
    let effort = if quick.is_empty() { Effort::FULL } else { Effort::QUICK };
    match run(&form, effort) {
        None => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
        Some(Err(error)) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
        Some(Ok(text)) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
    }
}

/// What goes to standard output; `None` when there is no such form.
fn run(form: &[&str], effort: Effort) -> Option<io::Result<String>> {
    Some(match form {
        [] => Ok(tables::plain(&measure::rows(effort))),
        ["--json"] => Ok(format!("{}\n", tables::json(&measure::rows(effort)))),
        ["--hostile"] => Ok(tables::hostile(&measure::hostile(effort))),
        ["--sizes"] => Ok(tables::sizes(&measure::sizes(effort))),
        ["--markdown"] => Ok(publish::markdown(&measure::rows(effort), &measure::hostile(effort))),
        ["--publish"] => publish::publish(effort),
        _ => return None,
    })
}
