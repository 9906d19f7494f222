//! What an edit does, said once more over a tree.

use std::collections::{BTreeMap, BTreeSet};

use qris_core::{Id, Path};

use crate::draft::{Body, Draft, Object};
use crate::generate::{inside, root};
use crate::model::is_currency;
use crate::naive::{self, LengthUnit};

/// Each object that is changed, with its new value; `None` where it goes.
pub(super) type Changes = BTreeMap<Path, Option<String>>;

/// What an edit does, said once more and plainly.
#[derive(Debug, Default)]
pub(super) struct Model {
    pub(super) changes: Changes,
    /// The objects whose last value was an amount of rupiah rather than a text.
    rupiah: BTreeSet<Path>,
    /// Whether a change was asked for that cannot be made to any payload.
    refused: bool,
}

pub(super) fn is_root_template(path: Path) -> bool {
    path.depth() == 1 && path.first().is_some_and(|id| matches!(id.number(), 26..=51 | 62 | 64 | 80..=99))
}

/// The payment system templates (62-50…99).
fn is_payment_system(path: Path) -> bool {
    path.depth() == 2
        && path.first() == Some(Id::ADDITIONAL_DATA)
        && path.last().is_some_and(|id| id.number() >= 50)
}

/// Whether a text is objects to its end, by the naive decoder.
fn frames(value: &str, unit: LengthUnit) -> bool {
    let length = unit.count(value);
    length <= 99 && {
        let text = format!("00020126{length:02}{value}");
        let read = naive::readable_objects(text.as_bytes(), unit);
        read.get(1).is_some_and(|object| object.objects.is_some())
    }
}

impl Model {
    /// Sets an amount of rupiah.
    pub(super) fn add_rupiah(&mut self, path: Path, amount: &str) {
        self.add(path, Some(amount));
        self.rupiah.insert(path);
    }

    pub(super) fn add(&mut self, path: Path, value: Option<&str>) {
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
        self.rupiah.remove(&path);
        if possible {
            self.changes.insert(path, value.map(str::to_owned));
        } else {
            self.refused = true;
        }
    }

    /// What becomes of a payload; `None` when the edit is refused.
    pub(super) fn apply(&self, payload: &naive::NaivePayload, unit: LengthUnit) -> Option<String> {
        let nested = |(outer, inner): (&Path, &Path)| inner != outer && inner.starts_with(*outer);
        let conflict =
            self.changes.keys().any(|outer| self.changes.keys().any(|inner| nested((outer, inner))));
        let unframed = |(path, value): (&Path, &Option<String>)| {
            is_root_template(*path) && value.as_deref().is_some_and(|value| !frames(value, unit))
        };
        if self.refused || conflict || self.changes.iter().any(unframed) {
            return None;
        }
        let source = Draft::of(payload).objects;
        if self.money_differs(&source) {
            return None;
        }
        let objects = self.level(&source, Path::PAYLOAD, &|_| true)?;
        let sealed = Draft { objects }.sealed(unit)?;
        // The letters of the CRC keep their case when it is the same number.
        let (body, crc) = sealed.split_at(sealed.len() - 4);
        let same = crc.eq_ignore_ascii_case(&payload.crc_stated);
        Some(format!("{body}{}", if same { &payload.crc_stated } else { crc }))
    }

    fn below(&self, path: Path) -> impl Iterator<Item = (&Path, &Option<String>)> {
        self.changes.iter().filter(move |(at, _)| at.starts_with(path))
    }

    fn removes_only(&self, path: Path) -> bool {
        self.below(path).all(|(_, value)| value.is_none())
    }

    /// "An amount's currency must be that of the payload": that of 53 as it will be, where it names one.
    fn money_differs(&self, source: &[Object]) -> bool {
        let text = |object: &Object| match &object.body {
            Body::Text(text) => Some(text.clone()),
            Body::Objects(_) => None,
        };
        let stated = match self.changes.get(&root(53)) {
            Some(change) => change.clone(),
            None => source.iter().find(|object| object.id == 53).and_then(text),
        };
        let Some(stated) = stated.filter(|text| is_currency(text)) else { return false };
        // Amounts of scripts are rupiah.
        stated != "360" && self.rupiah.iter().any(|path| self.changes.get(path).is_some_and(Option::is_some))
    }

    /// "It is the object `find` finds that changes": of templates with one path the first that has it, and the first
    /// template of all when none has it.
    fn meant(siblings: &[Object], this: usize, id: u8) -> bool {
        let inner = |object: &Object| match &object.body {
            Body::Objects(inner) => Some(inner.iter().any(|object| object.id == id)),
            Body::Text(_) => None,
        };
        let same = |object: &&Object| object.id == siblings[this].id;
        let templates = || siblings.iter().enumerate().filter(|(_, o)| same(o) && inner(o).is_some());
        let found =
            templates().find(|(_, object)| inner(object) == Some(true)).or_else(|| templates().next());
        found.is_some_and(|(place, _)| place == this)
    }

    /// The objects of one level after the changes; `None` when a change is inside something that is no template.
    /// `here` says which of the IDs that are set are set here, and not in another template with the same path.
    fn level(&self, objects: &[Object], at: Path, here: &dyn Fn(u8) -> bool) -> Option<Vec<Object>> {
        let mut result: Vec<(u8, Option<Object>)> = Vec::new();
        for (place, object) in objects.iter().enumerate() {
            let path = inside(at, object.id);
            let is_template = |object: &&Object| matches!(object.body, Body::Objects(_));
            let others = || objects.iter().filter(|other| other.id == object.id);
            let first = !result.iter().any(|(id, _)| *id == object.id);
            let kept = match (self.changes.get(&path), self.below(path).next()) {
                (Some(Some(_)), _) if !here(object.id) => Some(object.clone()),
                (Some(Some(value)), _) => first.then(|| Object::text(object.id, value.clone())),
                (Some(None), _) => None,
                (None, None) => Some(object.clone()),
                // "Nothing happens when the object is not there": in a text or an empty template nothing is there.
                (None, Some(_)) if self.removes_only(path) && !holds_objects(object) => Some(object.clone()),
                // "The other templates stay as they are", whatever they are.
                (None, Some(_)) if !is_template(&object) && others().any(|other| is_template(&other)) => {
                    Some(object.clone())
                }
                (None, Some(_)) => {
                    let meant = |id| at.depth() == 0 || Model::meant(objects, place, id);
                    let inner = match &object.body {
                        Body::Objects(inner) => self.level(inner, path, &meant)?,
                        Body::Text(text) if text.is_empty() && is_root_template(path) => {
                            self.level(&[], path, &meant)?
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
            .filter(|id| here(*id) && !objects.iter().any(|object| object.id == *id))
            .collect();
        new.dedup();
        for id in new {
            let path = inside(at, id);
            let object = match self.changes.get(&path) {
                Some(Some(value)) => Some(Object::text(id, value.clone())),
                _ => template(path, self.level(&[], path, &|_| true)?)?,
            };
            let place = result.iter().position(|(other, _)| *other > id).unwrap_or(result.len());
            result.insert(place, (id, object));
        }
        Some(result.into_iter().filter_map(|(_, object)| object).collect())
    }
}

fn holds_objects(object: &Object) -> bool {
    matches!(&object.body, Body::Objects(inner) if !inner.is_empty())
}

/// A template with these objects: gone when there are none. `None` when it could not be told to be one any more.
fn template(path: Path, objects: Vec<Object>) -> Option<Option<Object>> {
    let id = path.last().map_or(0, Id::number);
    let Some(first) = objects.first() else { return Some(None) };
    let named = first.id == 0 && (5..=36).contains(&first.characters());
    (named || !is_payment_system(path)).then(|| Some(Object::template(id, objects)))
}
