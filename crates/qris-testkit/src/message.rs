//! Bodies of SNAP out of its table of messages: what a dialect takes, and the same with something wrong.

use qris_snap::dialect::{Dialect, Form};
use qris_snap::json::{Number, Object, Value};
use qris_snap::message::{Kind, Member, Presence, Shape, Spec};

use crate::rng::SplitMix64;

/// A message a dialect takes, in its own names and forms: what is mandatory, half of the rest, and up to two members
/// nobody knows at the end.
///
/// ```
/// use qris_snap::dialect::STANDARD;
/// use qris_snap::message::{CancelRequest, Message};
/// use qris_testkit::{message, rng::SplitMix64};
///
/// let body = message::body(CancelRequest::KIND, &STANDARD, &mut SplitMix64::new(1)).to_bytes();
/// assert_eq!(CancelRequest::read(&STANDARD, &body)?.write(&STANDARD)?, body);
/// # Ok::<(), qris_snap::Refusal>(())
/// ```
#[must_use]
pub fn body(kind: Kind, dialect: &Dialect, rng: &mut SplitMix64) -> Object {
    let mut body = Object::new();
    let spec = Spec::of(kind);
    let grouped = |name: &str| {
        let own = dialect.one_of.iter().filter(|(other, _)| *other == kind).map(|(_, group)| *group);
        spec.one_of.iter().copied().chain(own).any(|group| group.contains(&name))
    };
    for member in spec.members {
        let change =
            dialect.changes.iter().find(|change| change.kind == kind && change.member == member.name);
        let presence = change.and_then(|change| change.presence).unwrap_or(member.presence);
        // A condition may be met by what is written here, and one of a group is wanted.
        let due = !matches!(presence, Presence::Optional | Presence::Conditional) || grouped(member.name);
        let defaulted = change.is_some_and(|change| change.default.is_some());
        if !due && !defaulted && rng.one_in(2) {
            continue;
        }
        let shape = change.and_then(|change| change.shape).unwrap_or(member.shape);
        let value = match change.map(|change| change.form) {
            Some(Form::Integer(digits)) => integer(shape, digits, rng),
            Some(Form::Words(pairs)) => pairs[rng.below(pairs.len())].1.into(),
            _ => fitting(shape, rng),
        };
        body.insert(change.map_or(member.name, |change| change.wire), value);
    }
    for name in ["x-unknown", "unknown"].into_iter().take(rng.below(3)) {
        body.insert(name, any(rng, 3));
    }
    body
}

/// A body changed in one way: a member gone, blank, of another type, too long, renamed, moved, or one more.
#[must_use]
pub fn broken(body: &Object, rng: &mut SplitMix64) -> Object {
    let mut members = body.clone().into_members();
    if members.is_empty() {
        return Object::from_iter([("x", any(rng, 3))]);
    }
    let at = rng.below(members.len());
    match rng.below(7) {
        0 => drop(members.remove(at)),
        1 => members[at].1 = Value::Null,
        2 => members[at].1 = any(rng, 3),
        3 => members[at].1 = "9".repeat(rng.below(300)).into(),
        4 => members[at].0 = NAMES[rng.below(NAMES.len())].to_owned(),
        5 => rng.shuffle(&mut members),
        _ => members.insert(at, (NAMES[rng.below(NAMES.len())].to_owned(), any(rng, 3))),
    }
    members.into_iter().collect()
}

/// Names that mean something to some layer, and names that act where they are printed.
const NAMES: [&str; 10] = [
    "amount",
    "responseCode",
    "other",
    "additionalInfo",
    "$serde_json::private::RawValue",
    "$serde_json::private::Number",
    "",
    "a.b",
    "\u{202E}\n",
    "\u{61C}é",
];
const NUMBERS: [&str; 7] =
    ["0", "-0", "1.10", "1e400", "123456789012345678901234567890", "4294967296", "0.1e-7"];
const TEXTS: [&str; 8] =
    ["", "A", "10000.00", "IDR", "2026-11-21T13:44:30+07:00", "\"\\\u{8}\u{1b}", "é中😀", "00"];

/// Any JSON value.
fn any(rng: &mut SplitMix64, depth: usize) -> Value {
    match rng.below(if depth == 0 { 4 } else { 6 }) {
        0 => Value::Null,
        1 => rng.one_in(2).into(),
        2 => Number::new(NUMBERS[rng.below(NUMBERS.len())]).map_or(Value::Null, Value::Number),
        3 => TEXTS[rng.below(TEXTS.len())].into(),
        4 => (0..rng.below(3)).map(|_| any(rng, depth - 1)).collect::<Vec<_>>().into(),
        _ => (0..rng.below(3))
            .map(|_| (NAMES[rng.below(NAMES.len())], any(rng, depth - 1)))
            .collect::<Object>()
            .into(),
    }
}

/// A value that fits a shape.
fn fitting(shape: Shape, rng: &mut SplitMix64) -> Value {
    match shape {
        Shape::Text(max) | Shape::TextOrInteger(max) => text(max, rng).into(),
        Shape::Digits(min, max) | Shape::Numeric(min, max) => "7".repeat(rng.between(min.max(1), max)).into(),
        Shape::Word(words) | Shape::Constant(words) => words[rng.below(words.len())].into(),
        Shape::DateTime | Shape::LenientDateTime => "2026-11-21T13:44:30+07:00".into(),
        Shape::Seconds(min) => (min + rng.below(1_000) as u64).to_string().into(),
        Shape::Money => fitting(Shape::MoneyIn("IDR"), rng),
        Shape::MoneyIn(currency) => {
            let value = format!("{}.{:02}", rng.below(1_000_000), rng.below(100));
            Object::from_iter([("value", value.as_str()), ("currency", currency)]).into()
        }
        Shape::Open => match any(rng, 2) {
            Value::Object(object) => object.into(),
            other => Object::from_iter([("any", other)]).into(),
        },
        Shape::Object(members) => filled(members, rng).into(),
        Shape::Texts(max) => vec![Value::from(text(max, rng))].into(),
        Shape::Objects(members) => vec![filled(members, rng).into()].into(),
        _ => Value::Null,
    }
}

fn filled(members: &[Member], rng: &mut SplitMix64) -> Object {
    members.iter().map(|member| (member.name, fitting(member.shape, rng))).collect()
}

/// Up to as many characters, at least one.
fn text(max: usize, rng: &mut SplitMix64) -> String {
    let character = ["X", "7", "é", "中", "\"", "😀"][rng.below(6)];
    character.repeat(rng.between(1, max.min(100)))
}

/// A number that comes back from as many digits.
fn integer(shape: Shape, digits: usize, rng: &mut SplitMix64) -> Value {
    let low = match shape {
        Shape::Seconds(min) => min as usize,
        _ => 1,
    };
    let high = 10_usize.saturating_pow(digits.clamp(1, 7) as u32) - 1;
    let word = match shape {
        Shape::Word(words) | Shape::Constant(words) => words[rng.below(words.len())].parse::<usize>().ok(),
        _ => None,
    };
    Value::from(word.unwrap_or_else(|| rng.between(low, high.max(low))) as u64)
}
