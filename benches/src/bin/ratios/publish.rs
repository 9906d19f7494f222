//! The performance section of the README, and the plots it shows.

use std::{fs, io};

use benches::timing::Effort;
use benches::work::PUBLISHED;

use crate::chart::time;
use crate::measure::{self, Cost, Row, find};
use crate::{plots, tables};

const README: &str = "README.md";
const BEGIN: &str = "<!-- ratios: begin -->\n";
const END: &str = "<!-- ratios: end -->\n";

/// What a work is, in the words of the README.
fn describe(work: &str) -> &str {
    match work {
        "scan" => "structure, duplicates, nested templates",
        "decode" => "the same and the CRC (`Sealed::parse`)",
        "decode-clmul" => "the same with the feature `clmul`",
        "decode-rules" => "the same and every rule (`Qris::decode`)",
        "getters" => "five getters of a decoded payload",
        "build" => "build from values, with CRC",
        "edit" => "static to dynamic, the source's CRC verified",
        "symbol-m" => "QR symbol, byte mode, level M",
        "symbol-h" => "QR symbol, byte mode, level H",
        "png" => "payload text to PNG",
        "svg" => "payload text to SVG",
        "bulk" => "a line of a file: split, decode, every rule",
        other => other,
    }
}

/// The same where there is little room.
pub(crate) fn short(work: &str) -> &str {
    match work {
        "scan" => "structure",
        "decode" => "structure and CRC",
        "build" => "build",
        "edit" => "static to dynamic",
        "symbol-m" => "QR symbol, level M",
        "symbol-h" => "QR symbol, level H",
        "png" => "text to PNG",
        "svg" => "text to SVG",
        "bulk" => "a line of a file",
        other => other,
    }
}

/// The tables of one run.
pub(crate) fn markdown(rows: &[Row], hostile: &[Cost]) -> String {
    let mut text = format!("{}\n\n", machine());
    text += "| work | published sample | corpus | × by hand | others, × ours |\n|---|---:|---:|---:|---|\n";
    for work in PUBLISHED {
        let on = |input| find(rows, work, "ours", input);
        let (Some(finpay), Some(corpus)) = (on("finpay"), on("corpus")) else { continue };
        let (over, others) = (tables::over_floor(rows, corpus), tables::others(rows, corpus).join(", "));
        let (finpay, corpus) = (time(finpay.ns), time(corpus.ns));
        text += &format!("| {} | {finpay} | {corpus} | {over} | {others} |\n", describe(work));
    }
    text += "\nRatios are those of the corpus. ";
    if let Some(ratio) = tables::over_decode(rows, "decode-rules") {
        text += &format!("All rules: {ratio:.2} × structure and CRC. ");
    }
    if let Some(ratio) = tables::over_decode(rows, "decode-clmul") {
        text += &format!("With `clmul`: {ratio:.2} × of it. ");
    }
    if let Some(times) =
        find(rows, "decode", "promptparse", "finpay").zip(find(rows, "decode", "ours", "finpay"))
    {
        text += &format!("`promptparse` on the published sample: {:.1} ×.", times.0.ns / times.1.ns);
    }
    text += "\n\nInput that wants to be slow, nanoseconds a byte against the published sample:\n\n";
    text += "| input | bytes | structure and CRC | up to the first error | every finding |\n";
    text += "|---|---:|---:|---:|---:|\n";
    for cost in hostile {
        let [decode, rules, findings] = tables::over_ordinary(hostile, cost);
        let name = cost.name.replace('-', " ");
        text += &format!("| {name} | {} | {decode:.2} × | {rules:.2} × | {findings:.2} × |\n", cost.bytes);
    }
    text
}

/// The processors, as the system names them.
fn machine() -> String {
    let about = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let after = |key: &str| {
        let line = about.lines().find(|line| line.starts_with(key))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    let model = after("model name").unwrap_or_else(|| "a processor without a name".into());
    let number = std::thread::available_parallelism().map_or(1, usize::from);
    let shared = after("flags").is_some_and(|flags| flags.split(' ').any(|flag| flag == "hypervisor"));
    let kind = if shared { "shared virtual machine" } else { "machine" };
    let family = after("cpu family")
        .zip(after("model\t"))
        .map_or(String::new(), |(family, model)| format!(" (family {family}, model {model})"));
    format!("Machine: {kind}, {number} processors, {model}{family}, {}.", std::env::consts::ARCH)
}

/// Measures once and writes README and plots. Returns what to tell.
pub(crate) fn publish(effort: Effort) -> io::Result<String> {
    let readme = fs::read_to_string(README)?;
    let (Some(begin), Some(end)) = (readme.find(BEGIN), readme.find(END)) else {
        return Err(io::Error::other(format!("{README} has no lines {BEGIN}and {END}")));
    };
    let before = &readme[..begin + BEGIN.len()];
    let after = readme.get(end..).unwrap_or_default();
    let rows = measure::rows(effort);
    let tables = markdown(&rows, &measure::hostile(effort));
    fs::write(README, format!("{before}{tables}{after}"))?;
    fs::write("docs/performance-peers.svg", plots::peers(&rows))?;
    fs::write("docs/performance-size.svg", plots::sizes(&measure::sizes(effort)))?;
    Ok(tables::plain(&rows))
}
