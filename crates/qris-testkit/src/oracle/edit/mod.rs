//! Edits change what they name, as a model on a tree says, and nothing else.
//!
//! The input is a payload on the first line and a script on the lines after it, so that a file of it can be read and
//! written by people:
//!
//! ```text
//! 0002010102115204581253033605802ID...
//! 62/05=INV-1
//! -61
//! amount 15000
//! static
//! ```

mod model;

use qris_core::edit::changes;
use qris_core::{Amount, Edit, MAX_BYTES, Path, Payload, Percentage, Sealed, Tip, WriteError};

use self::model::{Model, is_root_template};
use super::{core_unit, parse, payload_from, units_of};
use crate::generate::{inside, root};
use crate::mutate;
use crate::naive::{self, LengthUnit};
use crate::rng::SplitMix64;

const VALUES: [&str; 8] = ["A", "15000", "é中", "0002AB", "0004com.0102x1", "6304", "😀 b", ""];

/// The payload of the first line, sealed by other code than the one that is looked at, edited as the script says, or by
/// decisions drawn from the bytes when there is none; and a payload made out of the bytes.
///
/// The result is that of the model, byte for byte: so what is not named stays as it was, and a new object stands before
/// the first one with a larger ID. It is accepted, its length is known before, the edit changes nothing more a second
/// time, and the report of changes names what was asked for and nothing else.
///
/// # Panics
/// When it is not so.
pub fn edit(bytes: &[u8]) {
    let mut rng = SplitMix64::over(bytes);
    let line_end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let (line, script) = bytes.split_at(line_end);
    let written = script_steps(&String::from_utf8_lossy(script));
    let given = mutate::reseal(line);
    for unit in units_of(&given) {
        edited(
            &given,
            unit,
            |paths| if script.is_empty() { steps(paths, &mut rng) } else { written.clone() },
        );
    }
    let made = payload_from(bytes);
    let turn = rng.below(LengthUnit::ALL.len());
    edited(&made, LengthUnit::ALL[turn], |paths| steps(paths, &mut rng));
}

/// One call of the editor.
#[derive(Debug, Clone)]
enum Step {
    Set(Path, String),
    Remove(Path),
    Amount(Amount),
    KeepInitiation,
    Static,
    Tip(Tip),
    Reference(String),
    Terminal(String),
}

impl Step {
    fn of<'a>(&'a self, edit: &mut Edit<'a>) {
        match self {
            Step::Set(path, value) => edit.set(*path, value.as_str()),
            Step::Remove(path) => edit.remove(*path),
            Step::Amount(amount) => edit.amount(*amount),
            Step::KeepInitiation => edit.keep_initiation(),
            Step::Static => edit.make_static(),
            Step::Tip(tip) => edit.tip(*tip),
            Step::Reference(label) => edit.reference_label(label),
            Step::Terminal(label) => edit.terminal_label(label),
        };
    }

    fn model(&self, model: &mut Model) {
        match self {
            Step::Set(path, value) => model.add(*path, Some(value)),
            Step::Remove(path) => model.add(*path, None),
            Step::Amount(amount) => {
                model.add_rupiah(root(54), amount.as_str());
                model.add(root(1), Some("12"));
            }
            Step::KeepInitiation => drop(model.changes.remove(&root(1))),
            Step::Static => {
                model.add(root(1), Some("11"));
                (54..=57).for_each(|id| model.add(root(id), None));
            }
            Step::Tip(tip) => {
                model.add(root(55), Some(tip.indicator()));
                model.add(root(56), None);
                model.add(root(57), None);
                match tip {
                    Tip::Prompt => {}
                    Tip::Fixed(amount) => model.add_rupiah(root(56), amount.as_str()),
                    Tip::Percentage(percentage) => model.add(root(57), Some(percentage.as_str())),
                    other => panic!("{other:?} is new"),
                }
            }
            Step::Reference(label) => model.add(inside(root(62), 5), Some(label)),
            Step::Terminal(label) => model.add(inside(root(62), 7), Some(label)),
        }
    }
}

/// What became of an edit; for the test that counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    NoPayload,
    Refused,
    Same,
    Changed,
}

/// Edits a payload by the steps that are asked for once its paths are known.
fn edited(bytes: &[u8], unit: LengthUnit, ask: impl FnOnce(&[Path]) -> Vec<Step>) -> Outcome {
    let Ok(sealed) = parse(bytes, core_unit(unit)).and_then(Payload::verify_crc) else {
        return Outcome::NoPayload;
    };
    let naive = naive::decode(bytes, unit).unwrap_or_else(|error| panic!("{error:?}"));
    let paths: Vec<Path> = sealed.walk().map(|object| object.path()).collect();
    let asked = ask(&paths);
    let (mut edit, mut model) = (Edit::new(), Model::default());
    for step in &asked {
        step.of(&mut edit);
        step.model(&mut model);
    }
    let mut buffer = vec![0; MAX_BYTES];
    let written = edit.write_to(&sealed, &mut buffer);
    let expected = model.apply(&naive, unit);
    let told = || format!("{asked:?} of {:?} in {unit:?}", sealed.as_str());
    match (written, expected) {
        (Ok(written), Some(expected)) => {
            assert_eq!(written, expected, "{}", told());
            again(&edit, &sealed, written, &told);
            reported(&sealed, written, &model, &told);
            if written == sealed.as_str() { Outcome::Same } else { Outcome::Changed }
        }
        (Err(error), None) => {
            assert!(!matches!(error, WriteError::BufferTooSmall { .. }), "{}", told());
            assert_eq!(edit.encoded_len(&sealed), Err(error), "{}", told());
            Outcome::Refused
        }
        (written, expected) => panic!("{written:?}, model {expected:?}: {}", told()),
    }
}

/// What holds for a result by itself.
fn again(edit: &Edit<'_>, source: &Sealed<'_>, written: &str, told: &dyn Fn() -> String) {
    let result = Payload::parse_with(written, source.unit()).and_then(Payload::verify_crc);
    let result = result.unwrap_or_else(|error| panic!("{error}: {written:?} from {}", told()));
    assert_eq!(edit.encoded_len(source), Ok(written.len()), "{}", told());
    let mut short = vec![0; written.len() - 1];
    let needed = WriteError::BufferTooSmall { needed: written.len(), available: short.len() };
    assert_eq!(edit.write_to(source, &mut short), Err(needed), "{}", told());
    let mut buffer = vec![0; MAX_BYTES];
    assert_eq!(edit.write_to(&result, &mut buffer), Ok(written), "a second time: {}", told());
}

/// The report names what was asked for, something in it, or something around it.
fn reported(source: &Sealed<'_>, written: &str, model: &Model, told: &dyn Fn() -> String) {
    let Ok(result) = Payload::parse_with(written, source.unit()) else { return };
    let changed: Vec<Path> = changes(source, &result).map(|change| change.path).collect();
    // The other way round each change is the same, with before and after exchanged.
    let mut there: Vec<_> = changes(source, &result).map(|it| (it.path, it.before, it.after)).collect();
    let mut back: Vec<_> = changes(&result, source).map(|it| (it.path, it.after, it.before)).collect();
    there.sort_unstable();
    back.sort_unstable();
    assert_eq!(there, back, "{}", told());
    let asked =
        |path: &Path| model.changes.keys().any(|wish| path.starts_with(*wish) || wish.starts_with(*path));
    assert!(changed.iter().all(asked), "{changed:?}: {}", told());
    if written == source.as_str() {
        assert!(changed.is_empty(), "{changed:?}: {}", told());
    }
}

/// The steps of a script; lines that are none are passed over.
fn script_steps(script: &str) -> Vec<Step> {
    let tip = |text: &str| match text.strip_suffix('%') {
        Some(percentage) => percentage.parse().ok().map(Tip::Percentage),
        None if text.is_empty() => Some(Tip::Prompt),
        None => text.parse().ok().map(Tip::Fixed),
    };
    let step = |line: &str| match line.split_once(' ') {
        None if line == "static" => Some(Step::Static),
        None if line == "keep" => Some(Step::KeepInitiation),
        Some(("amount", text)) => text.parse().ok().map(Step::Amount),
        Some(("tip", text)) => tip(text).map(Step::Tip),
        _ => match line.strip_prefix('-') {
            Some(path) => path.parse().ok().map(Step::Remove),
            None => {
                let (path, value) = line.split_once('=')?;
                Some(Step::Set(path.parse().ok()?, value.to_owned()))
            }
        },
    };
    script.split('\n').filter_map(step).collect()
}

/// Up to four objects and what becomes of them, and in half of the cases what has a name of its own.
fn steps(paths: &[Path], rng: &mut SplitMix64) -> Vec<Step> {
    let mut steps: Vec<Step> = (0..rng.between(0, 4)).map(|_| change(paths, rng)).collect();
    let amount: Option<Amount> = "15000.50".parse().ok();
    let Some(amount) = amount else { return steps };
    let Ok(percentage) = Percentage::from_hundredths(70) else { return steps };
    match rng.below(9) {
        0 => steps.push(Step::Amount(amount)),
        1 => steps.extend([Step::Amount(amount), Step::KeepInitiation]),
        2 => steps.push(Step::Static),
        3 => steps.push(Step::Tip(Tip::Percentage(percentage))),
        4 => steps.push(Step::Tip(Tip::Prompt)),
        5 => steps.extend([
            Step::Tip(Tip::Fixed(amount)),
            Step::Reference("INV-1".to_owned()),
            Step::Terminal("A02".to_owned()),
        ]),
        _ => {}
    }
    steps
}

/// One object and what becomes of it.
fn change(paths: &[Path], rng: &mut SplitMix64) -> Step {
    let known = paths[rng.below(paths.len())];
    let path = match rng.below(5) {
        0 | 1 => known,
        2 => inside(known, rng.below(100) as u8),
        3 => inside(root([26, 51, 62, 62, 64, 80][rng.below(6)]), rng.below(100) as u8),
        _ => root(rng.below(100) as u8),
    };
    let value = VALUES[rng.below(VALUES.len())];
    // Too long for any object, and then refused; for a template that is asked before and after the length.
    let long = rng.one_in(12) && !is_root_template(path);
    let value = if long { value.repeat(40) } else { value.to_owned() };
    if rng.one_in(3) { Step::Remove(path) } else { Step::Set(path, value) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn edits_are_made_and_refused() {
        let mut counts = BTreeMap::new();
        for seed in 0..2_000_u64 {
            let mut rng = SplitMix64::new(seed);
            let bytes = payload_from(&seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_le_bytes());
            let outcome = edited(&bytes, LengthUnit::Characters, |paths| steps(paths, &mut rng));
            *counts.entry(outcome).or_insert(0) += 1;
        }
        for outcome in [Outcome::NoPayload, Outcome::Refused, Outcome::Same, Outcome::Changed] {
            assert!(counts.get(&outcome).is_some_and(|count| *count > 50), "{counts:?}");
        }
        assert!(counts[&Outcome::Changed] > 500, "{counts:?}");
    }

    #[test]
    fn a_script_is_read_line_by_line() {
        let steps = script_steps(
            "\n62/05=a=b\n-61\namount 15000\nstatic\nkeep\ntip 0.7%\ntip 500\ntip \nno step\n1=x",
        );
        let seen: Vec<String> = steps.iter().map(|step| format!("{step:?}")).collect();
        assert_eq!(seen.len(), 8, "{seen:?}");
        assert!(seen[0].contains("a=b") && seen[7].contains("Prompt"), "{seen:?}");
    }
}
