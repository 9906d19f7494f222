//! The ratio harness: `cargo run --release -p benches --bin ratios [-- --json | --quick | --hostile | --sizes]`.
//!
//! All variants run in one process, once a round, and the least time of all rounds counts. `--json` prints one
//! object and nothing else; `--hostile` is about input that wants to be slow, `--sizes` gives cost against size as
//! CSV, for a plot.

#![allow(clippy::float_arithmetic)] // The lint guards money; here are times and their ratios.

use std::process::ExitCode;

use benches::timing::{Effort, Job, nanoseconds};
use benches::work::{self, Variant, read};
use benches::{Case, corpus, finpay, hostile};

const USAGE: &str = "usage: ratios [--quick] [--json | --hostile | --sizes]";

/// One line of the result.
struct Row {
    work: &'static str,
    variant: &'static str,
    input: &'static str,
    ns: f64,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (quick, form): (Vec<&str>, Vec<&str>) =
        arguments.iter().map(String::as_str).partition(|argument| *argument == "--quick");
    let effort = if quick.is_empty() { Effort::FULL } else { Effort::QUICK };
    match form[..] {
        [] => print!("{}", table(&rows(effort))),
        ["--json"] => println!("{}", json(&rows(effort))),
        ["--hostile"] => print!("{}", hostile_table(effort)),
        ["--sizes"] => print!("{}", sizes(effort)),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

/// Every work and variant on both inputs.
fn rows(effort: Effort) -> Vec<Row> {
    let inputs: [(&'static str, Vec<Case>); 2] = [("finpay", finpay()), ("corpus", corpus())];
    let variants = work::all();
    let pairs: Vec<(&'static str, &[Case], Variant)> = inputs
        .iter()
        .flat_map(|(input, cases)| variants.iter().map(|variant| (*input, cases.as_slice(), *variant)))
        .collect();
    let jobs: Vec<Job<'_>> = pairs.iter().map(|(_, cases, variant)| Job::over(cases, variant.run)).collect();
    let times = nanoseconds(&jobs, effort);
    let row = |((input, _, v), ns): (&(&'static str, &[Case], Variant), f64)| Row {
        work: v.work,
        variant: v.variant,
        input,
        ns,
    };
    pairs.iter().zip(times).map(row).collect()
}

fn json(rows: &[Row]) -> serde_json::Value {
    let row = |row: &Row| {
        // A hundredth of a nanosecond is far below the noise.
        let ns = (row.ns * 100.0).round() / 100.0;
        serde_json::json!({ "work": row.work, "variant": row.variant, "input": row.input, "ns": ns })
    };
    serde_json::json!({ "rows": rows.iter().map(row).collect::<Vec<_>>() })
}

/// What ours takes, and the others as multiples of it; the floor the other way round.
fn table(rows: &[Row]) -> String {
    let mut text = format!(
        "{:<8}{:<16}{:>12}{:>14}  peers, as multiples of ours\n",
        "input", "work", "ours ns", "ours/floor"
    );
    for ours in rows.iter().filter(|row| row.variant == "ours") {
        let others = || rows.iter().filter(|row| (row.work, row.input) == (ours.work, ours.input));
        let floor = others().find(|row| row.variant == "floor");
        let over = floor.map_or(String::from("-"), |floor| format!("{:.2}", ours.ns / floor.ns));
        let peers: Vec<String> = others()
            .filter(|row| !["ours", "floor"].contains(&row.variant))
            .map(|row| format!("{} {:.1}", row.variant, row.ns / ours.ns))
            .collect();
        text +=
            &format!("{:<8}{:<16}{:>12.1}{over:>14}  {}\n", ours.input, ours.work, ours.ns, peers.join(", "));
    }
    let find = |work| rows.iter().find(|r| (r.work, r.variant, r.input) == (work, "ours", "corpus"));
    for work in ["decode-rules", "decode-clmul"] {
        if let (Some(other), Some(decode)) = (find(work), find("decode")) {
            text += &format!("{work} / decode on the corpus: {:.2}\n", other.ns / decode.ns);
        }
    }
    text
}

/// Each kind of hostile input against the ordinary payload, by the byte.
fn hostile_table(effort: Effort) -> String {
    let inputs: Vec<(&str, String)> =
        [("ordinary", benches::cases::FINPAY.to_owned())].into_iter().chain(hostile::all()).collect();
    let mut text = format!(
        "{:<16}{:<20}{:>8}{:>12}{:>12}{:>12}\n",
        "work", "input", "bytes", "ns", "ns/byte", "ordinary x"
    );
    let decode = times(&inputs, read::decode, effort);
    let rules = times(&inputs, read::decode_rules, effort);
    let findings = times(&inputs, read::all_findings, effort);
    for (work, times) in [("decode", decode), ("decode-rules", rules), ("all findings", findings)] {
        let each = |place: usize| times[place] / inputs[place].1.len() as f64;
        for (place, (name, input)) in inputs.iter().enumerate() {
            let (ns, bytes, ratio) = (times[place], input.len(), each(place) / each(0));
            text += &format!("{work:<16}{name:<20}{bytes:>8}{ns:>12.1}{:>12.3}{ratio:>12.2}\n", each(place));
        }
    }
    text
}

fn times(inputs: &[(&str, String)], run: fn(&str) -> usize, effort: Effort) -> Vec<f64> {
    let job = |(_, text): &'_ (&str, String)| {
        let text = text.clone();
        Job::new(1, move || run(std::hint::black_box(&text)))
    };
    nanoseconds(&inputs.iter().map(job).collect::<Vec<_>>(), effort)
}

/// Bytes and nanoseconds of decoding, from a small payload to the largest.
fn sizes(effort: Effort) -> String {
    let inputs: Vec<(&str, String)> = hostile::sizes().into_iter().map(|text| ("", text)).collect();
    let decode = times(&inputs, read::decode, effort);
    let rules = times(&inputs, read::decode_rules, effort);
    let mut text = String::from("bytes,decode_ns,decode_rules_ns\n");
    for (((_, input), decode), rules) in inputs.iter().zip(decode).zip(rules) {
        text += &format!("{},{decode:.1},{rules:.1}\n", input.len());
    }
    text
}
