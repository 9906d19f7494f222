//! Edits against a model that works on a tree.

use std::collections::BTreeMap;

use qris_core::edit::changes;
use qris_core::{Amount, Edit, EncodeError, Id, MAX_BYTES, Path, Payload, Percentage, Sealed, Tip};

use super::{core_unit, parse, payload_from};
use crate::draft::{Body, Draft, Object};
use crate::generate::{inside, root};
use crate::naive::{self, LengthUnit};
use crate::rng::SplitMix64;

/// Each object that is changed, with its new value; `None` where it goes.
type Changes = BTreeMap<Path, Option<String>>;

const VALUES: [&str; 8] = ["A", "15000", "é中", "0002AB", "0004com.0102x1", "6304", "😀 b", ""];

/// A payload and an edit made out of the bytes: the result is that of the model, byte for byte (so what is not named
/// stays as it was, and a new object stands before the first one with a larger ID), it is accepted, and the edit
/// changes nothing more a second time. Bytes that are a payload themselves are edited too.
///
/// # Panics
/// When it is not so.
pub fn edit(bytes: &[u8]) {
    let mut rng = SplitMix64::over(bytes);
    edited(bytes, &mut rng);
    edited(&payload_from(bytes), &mut rng);
}

/// What became of an edit; for the test that counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    NoPayload,
    Refused,
    Same,
    Changed,
}

fn edited(bytes: &[u8], rng: &mut SplitMix64) -> Outcome {
    // Any unit it can be read in, so that each has its turn.
    let turn = rng.below(3);
    let units = (0..3).map(|place| LengthUnit::ALL[(turn + place) % 3]);
    let read =
        |unit| parse(bytes, core_unit(unit)).and_then(Payload::verify_crc).ok().map(|sealed| (unit, sealed));
    let Some((unit, sealed)) = units.into_iter().find_map(read) else {
        return Outcome::NoPayload;
    };
    let naive = naive::decode(bytes, unit).unwrap_or_else(|error| panic!("{error:?}"));
    let paths: Vec<Path> = sealed.walk().map(|object| object.path()).collect();
    let wanted: Vec<(Path, Option<String>)> = (0..rng.between(0, 4)).map(|_| change(&paths, rng)).collect();

    let mut edit = Edit::new();
    let mut model = Model { changes: Changes::new(), refused: false };
    for (path, value) in &wanted {
        match value {
            Some(value) => edit.set(*path, value.as_str()),
            None => edit.remove(*path),
        };
        model.add(*path, value.as_deref());
    }
    shorthand(&mut edit, &mut model, rng);

    let mut buffer = vec![0; MAX_BYTES];
    let written = edit.write_to(&sealed, &mut buffer);
    let expected = model.apply(&naive, unit);
    let told = || format!("{:?} of {:?} in {unit:?}", model.changes, sealed.as_str());
    match (written, expected) {
        (Ok(written), Some(expected)) => {
            assert_eq!(written, expected, "{}", told());
            again(&edit, &sealed, written, &told());
            if written == sealed.as_str() { Outcome::Same } else { Outcome::Changed }
        }
        (Err(error), None) => {
            assert!(!matches!(error, EncodeError::BufferTooSmall { .. }), "{}", told());
            Outcome::Refused
        }
        (written, expected) => panic!("{written:?}, model {expected:?}: {}", told()),
    }
}

/// What holds for a result by itself.
fn again(edit: &Edit<'_>, source: &Sealed<'_>, written: &str, told: &str) {
    let result = Payload::parse_with(written, source.unit()).and_then(Payload::verify_crc);
    let result = result.unwrap_or_else(|error| panic!("{error}: {written:?} from {told}"));
    assert_eq!(edit.encoded_len(source), Ok(written.len()), "{told}");
    let mut short = vec![0; written.len() - 1];
    let needed = EncodeError::BufferTooSmall { needed: written.len(), available: short.len() };
    assert_eq!(edit.write_to(source, &mut short), Err(needed), "{told}");
    let mut buffer = vec![0; MAX_BYTES];
    assert_eq!(edit.write_to(&result, &mut buffer), Ok(written), "a second time: {told}");
    let changed = changes(source, &result).count();
    if written == source.as_str() {
        assert_eq!(changed, 0, "{told}");
    }
}

/// One object and what becomes of it.
fn change(paths: &[Path], rng: &mut SplitMix64) -> (Path, Option<String>) {
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
    (path, (!rng.one_in(3)).then_some(value))
}

/// What has a name of its own.
fn shorthand(edit: &mut Edit<'_>, model: &mut Model, rng: &mut SplitMix64) {
    let amount: Option<Amount> = "15000.50".parse().ok();
    let Some(amount) = amount else { return };
    let Ok(percentage) = Percentage::from_hundredths(70) else { return };
    match rng.below(8) {
        0 => {
            edit.amount(amount);
            model.add(root(54), Some("15000.50"));
            model.add(root(1), Some("12"));
        }
        1 => {
            edit.amount(amount).keep_initiation();
            model.add(root(54), Some("15000.50"));
            model.changes.remove(&root(1));
        }
        2 => {
            edit.make_static();
            model.add(root(1), Some("11"));
            (54..=57).for_each(|id| model.add(root(id), None));
        }
        3 => {
            edit.tip(Tip::Percentage(percentage));
            model.add(root(55), Some("03"));
            model.add(root(56), None);
            model.add(root(57), Some("0.70"));
        }
        4 => {
            edit.tip(Tip::Fixed(amount)).reference("INV-1").terminal("A02");
            model.add(root(55), Some("02"));
            model.add(root(56), Some("15000.50"));
            model.add(root(57), None);
            model.add(inside(root(62), 5), Some("INV-1"));
            model.add(inside(root(62), 7), Some("A02"));
        }
        _ => {}
    }
}

/// What an edit does, said once more and plainly.
struct Model {
    changes: Changes,
    /// Whether a change was asked for that cannot be made to any payload.
    refused: bool,
}

fn is_root_template(path: Path) -> bool {
    path.depth() == 1 && path.first().is_some_and(|id| matches!(id.number(), 26..=51 | 62 | 64 | 80..=99))
}

/// 62-50…99.
fn is_payment_system(path: Path) -> bool {
    path.depth() == 2
        && path.first() == Some(Id::ADDITIONAL_DATA)
        && path.last().is_some_and(|id| id.number() >= 50)
}

/// Whether a text is objects to its end, by the naive decoder.
fn frames(value: &str) -> bool {
    let length = value.chars().count();
    length <= 99 && {
        let text = format!("00020126{length:02}{value}");
        let read = naive::readable_objects(text.as_bytes(), LengthUnit::Characters);
        read.get(1).is_some_and(|object| object.objects.is_some())
    }
}

impl Model {
    fn add(&mut self, path: Path, value: Option<&str>) {
        let possible = match value {
            None => ![Path::PAYLOAD, root(0), root(63)].contains(&path),
            // Whether a whole template frames is asked of the last word about it, in `apply`.
            Some(_) if is_root_template(path) => true,
            Some(_) => {
                let parent = path.parent().unwrap_or_default();
                path.depth() > 0
                    && path != root(63)
                    && (parent.depth() == 0 || is_root_template(parent) || is_payment_system(parent))
            }
        };
        if possible {
            self.changes.insert(path, value.map(str::to_owned));
        } else {
            self.refused = true;
        }
    }

    fn apply(&self, payload: &naive::NaivePayload, unit: LengthUnit) -> Option<String> {
        let nested = |(outer, inner): (&Path, &Path)| inner != outer && inner.starts_with(*outer);
        let conflict =
            self.changes.keys().any(|outer| self.changes.keys().any(|inner| nested((outer, inner))));
        let unframed = |(path, value): (&Path, &Option<String>)| {
            is_root_template(*path) && value.as_deref().is_some_and(|value| !frames(value))
        };
        if self.refused || conflict || self.changes.iter().any(unframed) {
            return None;
        }
        let objects = self.level(&Draft::of(payload).objects, Path::PAYLOAD)?;
        let sealed = Draft { objects }.sealed(unit)?;
        // The letters of the CRC keep their case when it is the same number.
        let (body, crc) = sealed.split_at(sealed.len() - 4);
        let same = crc.eq_ignore_ascii_case(&payload.crc_stated);
        Some(format!("{body}{}", if same { &payload.crc_stated } else { crc }))
    }

    fn below(&self, path: Path) -> impl Iterator<Item = (&Path, &Option<String>)> {
        self.changes.iter().filter(move |(at, _)| at.starts_with(path))
    }

    /// The objects of one level after the changes; `None` when a change is inside something that is no template.
    fn level(&self, objects: &[Object], at: Path) -> Option<Vec<Object>> {
        let mut result: Vec<(u8, Option<Object>)> = Vec::new();
        for object in objects {
            let path = inside(at, object.id);
            let first = !result.iter().any(|(id, _)| *id == object.id);
            let kept = match (self.changes.get(&path), self.below(path).next()) {
                (Some(Some(value)), _) => first.then(|| Object::text(object.id, value.clone())),
                (Some(None), _) => None,
                (None, None) => Some(object.clone()),
                (None, Some(_)) => {
                    let inner = match &object.body {
                        Body::Objects(inner) => self.level(inner, path)?,
                        Body::Text(text) if text.is_empty() && is_root_template(path) => {
                            self.level(&[], path)?
                        }
                        Body::Text(_) => return None,
                    };
                    template(path, inner)?
                }
            };
            result.push((object.id, kept));
        }
        let mut new: Vec<u8> = self
            .below(at)
            .filter(|(_, value)| value.is_some())
            .filter_map(|(path, _)| path.ids().nth(at.depth()))
            .map(Id::number)
            .filter(|id| !objects.iter().any(|object| object.id == *id))
            .collect();
        new.dedup();
        for id in new {
            let path = inside(at, id);
            let object = match self.changes.get(&path) {
                Some(Some(value)) => Some(Object::text(id, value.clone())),
                _ => template(path, self.level(&[], path)?)?,
            };
            let place = result.iter().position(|(other, _)| *other > id).unwrap_or(result.len());
            result.insert(place, (id, object));
        }
        Some(result.into_iter().filter_map(|(_, object)| object).collect())
    }
}

/// A template with these objects: gone when there are none. `None` when it could not be told to be one any more.
fn template(path: Path, objects: Vec<Object>) -> Option<Option<Object>> {
    let id = path.last().map_or(0, Id::number);
    let Some(first) = objects.first() else { return Some(None) };
    let named = first.id == 0 && (5..=36).contains(&first.characters());
    (named || !is_payment_system(path)).then(|| Some(Object::template(id, objects)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_made_and_refused() {
        let mut counts = BTreeMap::new();
        for seed in 0..2_000_u64 {
            let mut rng = SplitMix64::new(seed);
            let bytes = payload_from(&seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_le_bytes());
            *counts.entry(edited(&bytes, &mut rng)).or_insert(0) += 1;
        }
        for outcome in [Outcome::NoPayload, Outcome::Refused, Outcome::Same, Outcome::Changed] {
            assert!(counts.get(&outcome).is_some_and(|count| *count > 50), "{counts:?}");
        }
        assert!(counts[&Outcome::Changed] > 500, "{counts:?}");
    }
}
