//! What `ratios --json` prints is one object, complete, and nothing else.

use std::collections::BTreeSet;
use std::process::Command;

use benches::work::{self, PUBLISHED};
use serde_json::Value;

const VARIANTS: [&str; 9] =
    ["ours", "floor", "naive", "promptparse", "qris-gen", "qrcode", "qrcode+image", "qrcodegen", "fast_qr"];

#[test]
fn rows_are_complete() {
    let run = Command::new(env!("CARGO_BIN_EXE_ratios")).args(["--quick", "--json"]).output();
    let run = run.expect("the harness starts");
    assert!(run.status.success() && run.stderr.is_empty(), "{}", String::from_utf8_lossy(&run.stderr));
    let text = String::from_utf8(run.stdout).expect("it is text");
    assert_eq!(text.lines().count(), 1, "{text}");
    let object: Value = serde_json::from_str(&text).expect("it is JSON");
    let all = members(&object).expect("it is an object");
    let [("rows", rows)] = all[..] else { panic!("{text}") };

    let mut found = BTreeSet::new();
    for row in rows.as_array().expect("rows is a list") {
        let members = members(row).expect("a row is an object");
        let [("work", work), ("variant", variant), ("input", input), ("ns", ns)] = members[..] else {
            panic!("{row}")
        };
        let (Some(work), Some(variant), Some(input)) = (work.as_str(), variant.as_str(), input.as_str())
        else {
            panic!("{row}")
        };
        assert!(PUBLISHED.contains(&work) && VARIANTS.contains(&variant), "{row}");
        assert!(ns.as_f64().is_some_and(|ns| ns > 0.0), "{row}");
        assert!(found.insert((work, variant, input)), "{row} is there twice");
    }
    let all = work::all();
    let expected: BTreeSet<_> = all
        .iter()
        .filter(|variant| PUBLISHED.contains(&variant.work))
        .flat_map(|variant| ["finpay", "corpus"].map(|input| (variant.work, variant.variant, input)))
        .collect();
    assert_eq!(found, expected);
    for pair in [("decode", "naive"), ("symbol-m", "qrcode"), ("png", "qrcode+image"), ("bulk", "floor")] {
        assert!(found.contains(&(pair.0, pair.1, "corpus")), "{pair:?}");
    }
}

#[test]
fn what_is_unknown_is_refused() {
    for arguments in [&["--yaml"][..], &["--json", "--sizes"]] {
        let run = Command::new(env!("CARGO_BIN_EXE_ratios")).args(arguments).output().expect("it starts");
        assert_eq!(run.status.code(), Some(2));
        assert!(run.stdout.is_empty() && run.stderr.starts_with(b"usage:"));
    }
}

fn members(value: &Value) -> Option<Vec<(&str, &Value)>> {
    Some(value.as_object()?.iter().map(|(name, value)| (name.as_str(), value)).collect())
}
