//! Makes payloads as the fuzz targets do and prints one JSON object a line: the payload, what the core says of it, and
//! what promptparse says of it. `qris-differential [PAYLOADS] [SEED] > payloads.jsonl`; `compare.py` reads the lines.

use std::io::{self, BufWriter, Write};
use std::panic;
use std::process::ExitCode;

use qris_core::{LengthUnit, Payload, Profile, Sealed, Severity, check};
use qris_testkit::rng::SplitMix64;
use qris_testkit::{stream, vectors};
use serde_json::{Value, json};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u64>());
    let (Ok(payloads), Ok(seed)) =
        (arguments.next().unwrap_or(Ok(100_000)), arguments.next().unwrap_or(Ok(1)))
    else {
        eprintln!("usage: qris-differential [PAYLOADS] [SEED]");
        return ExitCode::from(2);
    };
    match write(payloads, seed) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn write(payloads: u64, seed: u64) -> io::Result<()> {
    let mut seeds = vectors::valid()?;
    // What is broken on purpose is compared as it is, and as a seed of mutations.
    let broken = vectors::invalid()?.into_iter().map(|case| case.payload);
    let found = vectors::findings()?.into_iter().map(|case| case.payload);
    let units = vectors::units()?.into_iter().map(|case| case.payload);
    let fixed: Vec<Vec<u8>> =
        seeds.iter().map(|file| file.bytes.clone()).chain(broken).chain(found).chain(units).collect();
    seeds
        .extend(fixed.iter().map(|bytes| vectors::PayloadFile { name: String::new(), bytes: bytes.clone() }));

    let mut rng = SplitMix64::new(seed);
    // A panic of the other is a result, not news.
    panic::set_hook(Box::new(|_| {}));
    let mut out = BufWriter::new(io::stdout().lock());
    let made = (0..payloads).map(|_| stream::next(&seeds, &mut rng));
    // The others take text, so bytes that are no UTF-8 are left out.
    for text in fixed.iter().cloned().chain(made).filter_map(|bytes| String::from_utf8(bytes).ok()) {
        let line = json!({ "payload": text, "ours": ours(&text), "promptparse": promptparse(&text) });
        writeln!(out, "{line}")?;
    }
    out.flush()
}

fn ours(text: &str) -> Value {
    let sealed = match Sealed::parse(text) {
        Ok(sealed) => sealed,
        Err(error) => {
            let other = LengthUnit::ALL.iter().copied().find(|unit| Payload::parse_with(text, *unit).is_ok());
            return json!({ "refused": error.kind().code(), "unit": other.map(LengthUnit::name) });
        }
    };
    let objects: Vec<Value> = sealed
        .objects()
        .map(|object| {
            let inside = object.template().map(|template| {
                template
                    .objects()
                    .map(|inner| json!([inner.id().to_string(), inner.value()]))
                    .collect::<Vec<_>>()
            });
            json!([object.id().to_string(), object.value(), inside])
        })
        .collect();
    let errors = |profile: &Profile| -> Vec<Value> {
        check::findings(&sealed, profile)
            .filter(|finding| finding.severity() == Severity::Error)
            .map(|finding| json!([finding.code().name(), finding.path().to_string()]))
            .collect()
    };
    json!({ "objects": objects, "qris": errors(&Profile::QRIS), "emvco": errors(&Profile::EMVCO) })
}

fn promptparse(text: &str) -> Value {
    match panic::catch_unwind(|| promptparse::parse(text, true, true)) {
        Err(_) => json!("panics"),
        Ok(None) => json!("refuses"),
        Ok(Some(payload)) => payload
            .get_tags()
            .iter()
            .map(|object| {
                let inside = object.sub_tags.as_ref().map(|inside| {
                    inside.iter().map(|inner| json!([inner.id, inner.value])).collect::<Vec<_>>()
                });
                json!([object.id, object.value, inside])
            })
            .collect(),
    }
}
